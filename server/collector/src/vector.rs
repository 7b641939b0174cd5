//! Vectors: from entry until the call is answered, routed elsewhere or gone. No talk time.

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

impl Passage {
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

    /// Credits a finished passage.
    pub(crate) fn credit(&mut self, mut passage: Passage, exit: Exit, at: Moment) {
        self.in_progress = self.in_progress.saturating_sub(1);
        self.fresh = false;
        passage.pause(at);
        let secs = at.since(passage.entered_at);
        let row = self.live.row();
        row[hvector::INCALLS] += 1;
        row[hvector::INTIME] += passage.in_secs;
        row[hvector::INFLOWCALLS] += u32::from(passage.entry != Entry::First);
        row[hvector::RINGCALLS] += passage.rings.calls;
        row[hvector::RINGTIME] += passage.rings.secs;
        let outcome = match exit {
            Exit::To(Outcome::Answered { backup }) => {
                row[hvector::ACDCALLS] += 1;
                row[hvector::ANSTIME] += secs;
                row[hvector::BACKUPCALLS] += u32::from(backup);
                return;
            }
            Exit::To(Outcome::Abandoned(gave_up)) => {
                row[hvector::ABNCALLS] += 1;
                row[hvector::ABNTIME] += secs;
                row[hvector::ABNQUECALLS] += u32::from(gave_up == GaveUp::InQueue);
                row[hvector::ABNRINGCALLS] += u32::from(gave_up == GaveUp::Ringing);
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
