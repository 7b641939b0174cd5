//! How often an open report is shown anew.
//!
//! Seconds alone were turned down: 0 would have to mean "once" here and "as it happens" in the API, and whoever confuses
//! the two shows a report that never changes as live.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// As it happens, the server sends a frame at least this often, so that the age of the data can be told.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

/// How often an open report is shown anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "RefreshForm", into = "RefreshForm")]
pub enum Refresh {
    /// Never: it is run once and complete (historical reports).
    Once,
    /// Each change at once, at most five a second: that is the server's limit.
    AsItHappens,
    /// So many seconds between two frames.
    Secs(u32),
}

/// As it is written: a number of seconds or a word. Layouts from before there were words write 0 for once.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum RefreshForm {
    /// So many seconds between two frames.
    Secs(u32),
    /// A word in place of a number.
    Word(RefreshWord),
}

/// How often, where it is no number of seconds.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefreshWord {
    Once,
    AsItHappens,
}

impl From<RefreshForm> for Refresh {
    fn from(written: RefreshForm) -> Self {
        match written {
            RefreshForm::Secs(0) | RefreshForm::Word(RefreshWord::Once) => Refresh::Once,
            RefreshForm::Word(RefreshWord::AsItHappens) => Refresh::AsItHappens,
            RefreshForm::Secs(secs) => Refresh::Secs(secs),
        }
    }
}

impl From<Refresh> for RefreshForm {
    fn from(refresh: Refresh) -> Self {
        match refresh {
            Refresh::Once => RefreshForm::Word(RefreshWord::Once),
            Refresh::AsItHappens => RefreshForm::Word(RefreshWord::AsItHappens),
            Refresh::Secs(secs) => RefreshForm::Secs(secs),
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
