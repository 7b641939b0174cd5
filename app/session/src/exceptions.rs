//! Exceptions as they happen, whatever is on the screen: how many, and the newest.

use api::{ExceptionLog, LoggedException};

use crate::pages::is_same;

/// What a server has told of an ACD's exceptions while somebody is signed in there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExceptionsTold {
    /// How many the running interval has had, of those that the user may be told of.
    pub counted: u32,
    /// How many have come since they are followed: rises with each, so that a screen knows whether it has told of the newest.
    pub news: u64,
    /// The newest; none as long as nothing has come.
    pub newest: Option<LoggedException>,
    /// The last that the log had, told or not.
    last: Option<LoggedException>,
    followed: bool,
}

impl ExceptionsTold {
    /// Takes over what the log has had since. Each stream begins with the whole log: what it had before it was followed for the
    /// first time is no news, and what was told before is told once.
    pub fn follow(&mut self, log: ExceptionLog) {
        self.counted = log.counted;
        let known = self.last.as_ref();
        let place = known.and_then(|last| log.exceptions.iter().rposition(|logged| is_same(logged, last)));
        let news = &log.exceptions[place.map_or(0, |place| place + 1)..];
        if let Some(newest) = news.last() {
            if self.followed {
                self.news += news.len() as u64;
                self.newest = Some(newest.clone());
            }
            self.last = Some(newest.clone());
        }
        self.followed = true;
    }
}
