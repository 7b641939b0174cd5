//! Main menu additions: what the house puts into everybody's menu.

use model::{AcdNumber, MenuKind, Moment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ErrorBody;

/// One addition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MenuAddition {
    /// What the menu calls it.
    pub name: String,
    /// What else is to be known of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Its place in the menu; additions of the same place stand by name.
    pub place: u16,
    /// What it opens: `web`, `document` or `program`.
    #[schema(value_type = String)]
    pub kind: MenuKind,
    /// The web address, if it opens one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// The file that is kept with it, if it opens one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<MenuFile>,
    /// For administrators: the users to whom it was permitted singly or with all others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<String>,
    /// When it was last changed on this server, UNIX seconds of the server's clock.
    #[schema(value_type = i64)]
    pub changed_at: Moment,
    /// User ID of who changed it.
    pub changed_by: String,
}

/// A file that is kept with an addition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MenuFile {
    /// Name of the file, with its ending.
    pub name: String,
    /// Size of its content in bytes.
    pub bytes: u64,
    /// SHA-256 of its content, hexadecimal.
    pub digest: String,
}

/// Makes or changes an addition: the query of a request whose body is the file. What is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetMenuAddition {
    /// Name of the addition in the menu.
    pub name: String,
    /// Another name than it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rename: Option<String>,
    /// What else is to be known of it, at most 50 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its place in the menu, 0 to 999.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<u16>,
    /// What it opens; a new one needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<MenuKind>,
    /// The web address that it opens; only of the kind `web`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Name of the file that is the body; without it the body is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Changes a secondary, where the menu is for viewing while the primary is up.
    #[serde(default)]
    pub take_over: bool,
}

/// Runs an addition's program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunMenuAddition {
    /// Name of the addition in the menu.
    pub name: String,
    /// The ACD that it is told; the one that the user begins with if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>)]
    pub acd: Option<AcdNumber>,
}

/// What a program said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MenuOutput {
    /// All that it said, on standard output and standard error as it came.
    pub text: String,
    /// Whether it said more than is shown.
    pub cut: bool,
    /// Whether it ended by itself and said that all is well.
    pub success: bool,
    /// How it ended, in words.
    pub outcome: String,
}

/// One frame of what a program says while it runs. A frame comes every few seconds, with or without a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MenuFrame {
    /// It has said this since the frame before, on standard output and standard error as it came. SSE event name `said`.
    Said {
        /// Whole letters; a line may go on in the next frame.
        text: String,
    },
    /// It has ended; the stream ends. SSE event name `ended`.
    Ended {
        /// Whether it said more than is shown.
        cut: bool,
        /// Whether it ended by itself and said that all is well.
        success: bool,
        /// How it ended, in words.
        outcome: String,
    },
    /// Nothing more is told, because the user was signed out or the server failed; the program is ended, and the stream ends. SSE
    /// event name `failed`.
    Failed {
        /// Why nothing more is told.
        error: ErrorBody,
    },
}
