//! How something stands that takes its time.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How a backup, a restore, a sync, a timetable's run or the archiving of a period stands, or what became of it. Servers keep it and
/// tell it as the word in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Due, and waits for others to end.
    Waiting,
    /// Going on.
    #[default]
    Running,
    /// Done as a whole.
    Done,
    /// Ended by itself, and not done.
    Failed,
    /// Broken off from outside: the server ended in the middle, or single-user mode began.
    Interrupted,
}

/// A word that is no [`RunStatus`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is none of waiting, running, done, failed and interrupted")]
pub struct RunStatusFault(pub String);

impl RunStatus {
    const ALL: [RunStatus; 5] =
        [RunStatus::Waiting, RunStatus::Running, RunStatus::Done, RunStatus::Failed, RunStatus::Interrupted];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            RunStatus::Waiting => "waiting",
            RunStatus::Running => "running",
            RunStatus::Done => "done",
            RunStatus::Failed => "failed",
            RunStatus::Interrupted => "interrupted",
        }
    }

    /// Whether it has ended without being done, by itself or from outside.
    pub fn is_not_done(self) -> bool {
        matches!(self, RunStatus::Failed | RunStatus::Interrupted)
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for RunStatus {
    type Err = RunStatusFault;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let known = RunStatus::ALL.into_iter().find(|known| known.word() == word);
        known.ok_or_else(|| RunStatusFault(word.to_owned()))
    }
}
