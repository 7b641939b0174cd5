//! Vectors: from entry until the call is answered, routed elsewhere or gone. No talk time.
//!
//! A passage is credited when the call leaves the vector. Only an answer that may still turn out to be a phantom abandon
//! waits for the end of the talk: counting it at once and taking it back was turned down, because the interval may be over.

use catalog::hvector::{self, Row};
use model::event::Entry;
use model::{Moment, VectorId};
use serde::{Deserialize, Serialize};

use crate::exceptions::Watch;
use crate::live::Live;
use crate::outcome::{GaveUp, Outcome};
use crate::slots::{Ix, Keyed};
use crate::split::RingCount;

/// One call's passage through one vector.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Passage {
    pub vector: Ix<Vector>,
    pub entered_at: Moment,
    pub entry: Entry,
    /// Since when the vector processes it; not while it rings.
    pub in_since: Option<Moment>,
    pub in_secs: u32,
    pub rings: RingCount,
}

/// A passage that is over.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Passed {
    pub vector: Ix<Vector>,
    /// From entry until the call left the vector, or until the caller gave up.
    pub wait_secs: u32,
    /// The agent's reserve level, if answered.
    pub reserve: u8,
    entry: Entry,
    pub in_secs: u32,
    rings: RingCount,
}

impl Passage {
    /// The call is out of the vector.
    pub(crate) fn leave(mut self, at: Moment, reserve: u8) -> Passed {
        self.pause(at);
        let wait_secs = at.since(self.entered_at);
        let Passage { vector, entry, in_secs, rings, .. } = self;
        Passed { vector, wait_secs, reserve, entry, in_secs, rings }
    }

    /// The call rings: the vector has done its work, unless nobody answers.
    pub(crate) fn pause(&mut self, at: Moment) {
        if let Some(since) = self.in_since.take() {
            self.in_secs += at.since(since);
        }
    }

    pub(crate) fn resume(&mut self, at: Moment) {
        self.in_since.get_or_insert(at);
    }
}

/// How a call left a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    To(Outcome),
    /// By a goto step, into another vector.
    Goto,
}

/// One vector.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Vector {
    pub id: VectorId,
    pub configured: bool,
    pub live: Live<Row>,
    pub in_progress: u32,
    /// Calls that wait in a queue, not ringing.
    pub in_queue: u32,
    /// Rules for exceptions.
    pub watch: Option<Box<Watch>>,
    #[serde(skip)]
    pub fresh: bool,
}

impl Keyed for Vector {
    type Key = VectorId;

    fn key(&self) -> VectorId {
        self.id
    }
}

impl Vector {
    pub(crate) fn new(id: VectorId) -> Self {
        Vector { id, configured: false, live: Live::default(), in_progress: 0, in_queue: 0, watch: None, fresh: false }
    }

    pub(crate) fn enter(&mut self) {
        self.in_progress += 1;
        self.fresh = false;
    }

    pub(crate) fn leave(&mut self) {
        self.in_progress = self.in_progress.saturating_sub(1);
        self.fresh = false;
    }

    /// Credits a finished passage.
    pub(crate) fn credit(&mut self, passed: &Passed, exit: Exit) {
        self.fresh = false;
        let secs = passed.wait_secs;
        let row = self.live.row();
        row[hvector::INCALLS] += 1;
        row[hvector::INTIME] += passed.in_secs;
        row[hvector::INFLOWCALLS] += u32::from(passed.entry != Entry::First);
        row[hvector::RINGCALLS] += passed.rings.calls;
        row[hvector::RINGTIME] += passed.rings.secs;
        let outcome = match exit {
            Exit::To(Outcome::Answered { backup }) => {
                row[hvector::ACDCALLS] += 1;
                row[hvector::ANSTIME] += secs;
                row[hvector::BACKUPCALLS] += u32::from(backup || passed.reserve > 0);
                row[hvector::ACDCALLS_R1] += u32::from(passed.reserve == 1);
                row[hvector::ACDCALLS_R2] += u32::from(passed.reserve == 2);
                return;
            }
            Exit::To(Outcome::Abandoned(gave_up)) => {
                row[hvector::ABNCALLS] += 1;
                row[hvector::ABNTIME] += secs;
                row[hvector::ABNQUECALLS] += u32::from(gave_up == GaveUp::InQueue);
                row[hvector::ABNRINGCALLS] += u32::from(gave_up == GaveUp::Ringing);
                row[hvector::PHANTOMABNS] += u32::from(gave_up == GaveUp::Phantom);
                return;
            }
            Exit::To(outcome) => Some(outcome),
            Exit::Goto => None,
        };
        row[hvector::OTHERCALLS] += 1;
        row[hvector::OTHERTIME] += secs;
        let (calls, time) = match outcome {
            None => (hvector::GOTOCALLS, hvector::GOTOTIME),
            Some(Outcome::Busy) => (hvector::BUSYCALLS, hvector::BUSYTIME),
            Some(Outcome::Disconnected { .. }) => (hvector::DISCCALLS, hvector::DISCTIME),
            Some(_) => (hvector::OUTFLOWCALLS, hvector::OUTFLOWTIME),
        };
        row[calls] += 1;
        row[time] += secs;
        row[hvector::VDISCCALLS] += u32::from(outcome == Some(Outcome::Disconnected { timer: true }));
        row[hvector::INTERFLOWCALLS] += u32::from(outcome == Some(Outcome::Outflow { interflow: true }));
    }

    pub(crate) fn forget(&mut self) {
        (self.in_progress, self.in_queue) = (0, 0);
        self.fresh = false;
    }
}
