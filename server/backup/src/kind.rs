//! The kinds of data that are backed up apart from each other, and how much of them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A kind of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Local system administration data: this server's only.
    Local,
    /// CMS system administration data.
    System,
    /// ACD-specific administration data.
    Acd,
    /// Historical data.
    Historical,
    /// Custom (non-CMS) data.
    Custom,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 5] = [Kind::Local, Kind::System, Kind::Acd, Kind::Historical, Kind::Custom];

    /// The word that commands use.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Local => "local",
            Kind::System => "system",
            Kind::Acd => "acd",
            Kind::Historical => "historical",
            Kind::Custom => "custom",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Local => "local system administration data",
            Kind::System => "CMS system administration data",
            Kind::Acd => "ACD-specific administration data",
            Kind::Historical => "historical data",
            Kind::Custom => "custom data",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Kind, String> {
        let words = || Kind::ALL.map(Kind::word).join(", ");
        Kind::ALL
            .into_iter()
            .find(|kind| kind.word() == text)
            .ok_or_else(|| format!("there is no kind of data {text:?}; there are {}", words()))
    }
}

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
