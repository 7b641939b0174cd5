//! What a sync of administration does with what was changed on both servers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What becomes of things that were changed on the receiving server since the last sync.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conflicts {
    /// They stay as they are there.
    #[default]
    Keep,
    /// They become what they are on the sending server.
    Replace,
    /// Nothing at all is taken over.
    Refuse,
}

impl Conflicts {
    /// All of them.
    pub const ALL: [Conflicts; 3] = [Conflicts::Keep, Conflicts::Replace, Conflicts::Refuse];

    /// The word that commands use.
    pub fn word(self) -> &'static str {
        match self {
            Conflicts::Keep => "keep",
            Conflicts::Replace => "replace",
            Conflicts::Refuse => "refuse",
        }
    }
}

impl fmt::Display for Conflicts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Conflicts {
    type Err = String;

    fn from_str(text: &str) -> Result<Conflicts, String> {
        let known = Conflicts::ALL.into_iter().find(|known| known.word() == text);
        known.ok_or_else(|| format!("{text:?} is not keep, replace or refuse"))
    }
}
