//! How grave something is that the maintenance error log tells.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How grave something is, from least to most. Servers tell it as the word in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing: it went as it should.
    Info,
    /// Something was not done that should have been, or soon will not be.
    Warning,
    /// Something failed. What a program does not know is of a newer server, and better looked at than left out: read as this.
    #[serde(other)]
    Error,
}

impl Severity {
    /// All, from least to most.
    pub const ALL: [Severity; 3] = [Severity::Info, Severity::Warning, Severity::Error];

    /// The word that people read.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
