//! What a server is to the other one, and who may work on it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which of the two servers this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Day-to-day work is done here.
    Primary,
    /// Stands by with the same data.
    Secondary,
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Role::Primary => "primary",
            Role::Secondary => "secondary",
        })
    }
}

/// Whether one or many may work on the server. Collection goes on in either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Everybody may sign in who has a password.
    #[default]
    MultiUser,
    /// One administrator alone is signed in.
    SingleUser,
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Mode::MultiUser => "multi-user",
            Mode::SingleUser => "single-user",
        })
    }
}
