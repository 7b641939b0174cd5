//! How often an open report is shown anew.
//!
//! Seconds alone were turned down: 0 would have to mean "once" here and "as it happens" in the API, and whoever confuses
//! the two shows a report that never changes as live.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// As it happens, the server sends a frame at least this often, so that the age of the data can be told.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

/// How often an open report is shown anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub enum Refresh {
    /// Never: it is run once and complete (historical reports).
    Once,
    /// Each change at once, at most five a second: that is the server's limit.
    AsItHappens,
    /// Each so many seconds, 1 to 600.
    Secs(u32),
}

/// As it stands in files: a number of seconds or a word. Layouts from before there were words write 0 for once.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Secs(u32),
    Word(Word),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Once,
    AsItHappens,
}

impl From<Written> for Refresh {
    fn from(written: Written) -> Self {
        match written {
            Written::Secs(0) | Written::Word(Word::Once) => Refresh::Once,
            Written::Word(Word::AsItHappens) => Refresh::AsItHappens,
            Written::Secs(secs) => Refresh::Secs(secs),
        }
    }
}

impl From<Refresh> for Written {
    fn from(refresh: Refresh) -> Self {
        match refresh {
            Refresh::Once => Written::Word(Word::Once),
            Refresh::AsItHappens => Written::Word(Word::AsItHappens),
            Refresh::Secs(secs) => Written::Secs(secs),
        }
    }
}

impl Refresh {
    /// Longest time between two frames of a server that is well; `None` where no second one is expected.
    pub fn longest_pause(self) -> Option<Duration> {
        match self {
            Refresh::Once => None,
            Refresh::AsItHappens => Some(KEEP_ALIVE),
            Refresh::Secs(secs) => Some(Duration::from_secs(u64::from(secs))),
        }
    }

    /// The API's `refresh`; `None` for what is no live report.
    pub fn api_secs(self) -> Option<u32> {
        match self {
            Refresh::Once => None,
            Refresh::AsItHappens => Some(0),
            Refresh::Secs(secs) => Some(secs),
        }
    }
}

/// `once`, `as it happens`, `every 5 s`.
impl fmt::Display for Refresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refresh::Once => f.write_str("once"),
            Refresh::AsItHappens => f.write_str("as it happens"),
            Refresh::Secs(secs) => write!(f, "every {secs} s"),
        }
    }
}
