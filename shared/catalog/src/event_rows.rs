//! Rows of the event tables: written once when something ended, never rolled up.

use model::event::Skills;
use model::{Extension, LoginId, LogoutReason, Moment};
use serde::{Deserialize, Serialize};

/// One login session of an agent (haglog); written when it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginRow {
    /// LOGID.
    pub logid: LoginId,
    /// EXTN.
    pub extension: Extension,
    /// LOGIN: when the session began, or came to be known.
    pub login: Moment,
    /// LOGOUT: when it ended, or the last moment it was known.
    pub logout: Moment,
    /// LOGOUT_REASON.
    pub reason: Option<LogoutReason>,
    /// INFLAG `<`: was already logged in when the link came up.
    pub seen_at_pump_up: bool,
    /// OUTFLAG `>`: logged out while the link was down.
    pub lost_at_link_down: bool,
    /// SPLIT, LOGONSKILL2 to LOGONSKILL120 with their levels: the skills at login.
    pub skills: Skills,
}

/// A time without data (linkex).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    /// ROW_DATE, ROW_TIME: the first moment without data.
    pub at: Moment,
    /// REASON, 91 to 97.
    pub reason: u8,
    /// DURATION in seconds.
    pub duration_secs: u32,
}
