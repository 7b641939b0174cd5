//! How quickly calls are answered just now, and what that means for the next one.
//!
//! A switch has estimates of its own that it does not tell; these are ours, from the last 16 answers. A memory that ends is
//! the point: after 16 answers a server that was away estimates exactly what the other one does. A weighted average over
//! all time was turned down, because two servers that once differed might differ for ever.
//!
//! What is archived cannot wait for that: rules for exceptions go by those of the 16 that the running interval has had, so that
//! two servers that were there for the whole of it judge alike, whatever one of them missed before.

use std::collections::VecDeque;

use model::Moment;
use serde::{Deserialize, Serialize};

/// Answers that count.
const ANSWERS: usize = 16;

/// The last answers of a split or VDN.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Pace {
    /// When each was, and how long the call had waited.
    answers: VecDeque<(Moment, u32)>,
    /// How many of them, the newest, were in the running interval.
    of_interval: usize,
}

impl Pace {
    pub(crate) fn answered(&mut self, wait_secs: u32, at: Moment) {
        if self.answers.len() == ANSWERS {
            self.answers.pop_front();
        }
        self.answers.push_back((at, wait_secs));
        self.of_interval = self.answers.len().min(self.of_interval + 1);
    }

    /// An interval begins.
    pub(crate) fn begin_interval(&mut self) {
        self.of_interval = 0;
    }

    /// The average wait of the last answers of the running interval; `None` before its first.
    pub(crate) fn speed_secs(&self) -> Option<u32> {
        let sum: u64 = self.of_interval().map(|(_, secs)| u64::from(*secs)).sum();
        let answers = u64::try_from(self.of_interval).unwrap_or(0);
        sum.checked_div(answers).map(|secs| u32::try_from(secs).unwrap_or(u32::MAX))
    }

    fn of_interval(&self) -> impl Iterator<Item = &(Moment, u32)> {
        self.answers.iter().skip(self.answers.len() - self.of_interval)
    }

    /// What a line of callers means in time by the answers of the running interval; `None` before its first.
    pub(crate) fn rate_of_interval(&self) -> Option<Rate> {
        let (oldest, _) = self.of_interval().next()?;
        Some(Rate { answers: u32::try_from(self.of_interval).unwrap_or(u32::MAX), since: *oldest })
    }

    /// What a line of callers means in time.
    pub(crate) fn rate(&self) -> Option<Rate> {
        let (oldest, _) = self.answers.front()?;
        Some(Rate { answers: u32::try_from(self.answers.len()).unwrap_or(u32::MAX), since: *oldest })
    }

    /// The link was lost: how it goes now is not known.
    pub(crate) fn forget(&mut self) {
        self.answers.clear();
        self.of_interval = 0;
    }

    pub(crate) fn shift(&mut self, secs: i64) {
        self.answers.iter_mut().for_each(|(at, _)| *at = *at + secs);
    }
}

/// So many answers since then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    answers: u32,
    since: Moment,
}

impl Rate {
    /// Expected wait of a call with so many ahead of it, at `at`: each takes as long as an answer took lately.
    pub(crate) fn wait_secs(self, ahead: u32, at: Moment) -> u32 {
        let secs = u64::from(at.since(self.since)) * (u64::from(ahead) + 1) / u64::from(self.answers.max(1));
        u32::try_from(secs).unwrap_or(u32::MAX)
    }
}
