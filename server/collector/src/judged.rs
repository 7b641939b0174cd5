//! The waits that a call profile has judged in the running interval.
//!
//! Only the service level and the limits of the ten bins depend on a profile. As long as the waits themselves are
//! kept, a changed profile can judge the whole running interval anew, at once and on every server alike, whatever
//! second each of them learns of it. Collecting the interval again from the journal was turned down for this: it needs
//! a saved state of the interval's beginning, takes time, and cannot work where the journal does not reach.

use serde::{Deserialize, Serialize};

/// As what a wait was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Verdict {
    /// Answered, or connected to a station.
    Answered,
    Abandoned,
    Outflowed,
}

/// Waits in the order in which they were counted.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Judged(Vec<(Verdict, u32)>);

impl Judged {
    #[inline]
    pub(crate) fn push(&mut self, verdict: Verdict, secs: u32) {
        self.0.push((verdict, secs));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Verdict, u32)> {
        self.0.iter().copied()
    }

    /// The interval is over; the room is kept for the next one.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
