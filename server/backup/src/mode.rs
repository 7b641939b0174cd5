//! How much is backed up.

use serde::{Deserialize, Serialize};

/// How much is backed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Everything.
    Full,
    /// Of history only what was archived since the last backup.
    Incremental,
}

impl Mode {
    /// The word that commands use.
    pub fn word(self) -> &'static str {
        match self {
            Mode::Full => "full",
            Mode::Incremental => "incremental",
        }
    }
}
