//! The one shape of an error that crosses the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What kind of refusal or failure; programs branch on this, people read the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// No token, or one that has expired.
    NotSignedIn,
    /// The user name and password do not match.
    WrongPassword,
    /// The server is in single-user mode and another one is the user: who was signed in is signed out.
    SingleUser,
    /// Signed in, but not permitted.
    NotPermitted,
    /// The request cannot be understood or an input is wrong.
    BadRequest,
    /// The named thing does not exist.
    NotFound,
    /// It exists already; `existing` tells what is there.
    Exists,
    /// What it was based on was changed by somebody meanwhile; the message says how it stands now. Look again, then decide again.
    Overtaken,
    /// Something else uses what is to be deleted; the message names it.
    InUse,
    /// It would take something away that no undo brings back, or put worse in the place of better, and nobody has said yes to that;
    /// the job has the plan. Look at it, then decide.
    NeedsYes,
    /// Something that may not run beside it is running; try again when that has ended.
    Busy,
    /// Permitted, but not in the state that the server or the ACD is in; the message names the step that comes first.
    WrongState,
    /// The server was synced last from another one than the one whose administration it is to take in, and nobody has said that this
    /// is meant (`from_another`).
    FromAnother,
    /// Somebody called it off while it ran; nothing half done is left behind.
    CalledOff,
    /// Too many attempts or open streams; try again later.
    TooMany,
    /// The server cannot do it now (disk full, starting up), or could not record what it did; the message says what was done.
    Unavailable,
    /// A fault of the server.
    Internal,
}

impl ErrorCode {
    /// The HTTP status that goes with it.
    pub fn status(self) -> u16 {
        match self {
            ErrorCode::NotSignedIn | ErrorCode::WrongPassword => 401,
            ErrorCode::NotPermitted | ErrorCode::SingleUser => 403,
            ErrorCode::BadRequest => 400,
            ErrorCode::NotFound => 404,
            ErrorCode::Exists
            | ErrorCode::Overtaken
            | ErrorCode::InUse
            | ErrorCode::NeedsYes
            | ErrorCode::Busy
            | ErrorCode::WrongState
            | ErrorCode::FromAnother
            | ErrorCode::CalledOff => 409,
            ErrorCode::TooMany => 429,
            ErrorCode::Unavailable => 503,
            ErrorCode::Internal => 500,
        }
    }
}

impl ErrorCode {
    /// Whether the token is good for nothing any more, so that signing in comes first.
    pub fn is_signed_out(self) -> bool {
        matches!(self, ErrorCode::NotSignedIn | ErrorCode::SingleUser)
    }

    /// Whether nothing is wrong with the server: somebody asked for what is not there, or what cannot be done as things stand.
    pub fn is_refusal(self) -> bool {
        match self {
            ErrorCode::BadRequest
            | ErrorCode::NotFound
            | ErrorCode::Exists
            | ErrorCode::Overtaken
            | ErrorCode::InUse
            | ErrorCode::NeedsYes
            | ErrorCode::Busy
            | ErrorCode::WrongState
            | ErrorCode::FromAnother
            | ErrorCode::CalledOff => true,
            ErrorCode::NotSignedIn
            | ErrorCode::WrongPassword
            | ErrorCode::SingleUser
            | ErrorCode::NotPermitted
            | ErrorCode::TooMany
            | ErrorCode::Unavailable
            | ErrorCode::Internal => false,
        }
    }
}

/// Body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, thiserror::Error)]
#[error("{message}")]
pub struct ErrorBody {
    /// What kind of refusal it is, for programs.
    pub code: ErrorCode,
    /// For people: what is wrong, with its name, and the next step.
    pub message: String,
    /// With `Exists`: what is there already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing: Option<Box<crate::ReportEntry>>,
    /// With `Exists`: how the calculations that a report needs stand to those of the house.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub house: Vec<crate::HouseLine>,
    /// With `InUse`, of a report that is to be deleted: which timetables and shortcuts use it, in words. It can be deleted all
    /// the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used_by: Vec<String>,
}

impl ErrorBody {
    /// An error without further details.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        ErrorBody { code, message: message.into(), existing: None, house: Vec::new(), used_by: Vec::new() }
    }
}
