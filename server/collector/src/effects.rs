//! What the collector hands out, and the anomalies it counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{IntervalRows, LinkRow, LoginRow, Record};
use model::{Calendar, Moment};
use serde::{Deserialize, Serialize};

/// Something that has become final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// An archive interval is over; these are its rows. The board shows the same ones as those of the previous interval.
    IntervalClosed(Arc<IntervalRows>),
    /// A login session is over.
    Login(LoginRow),
    /// Data are collected again after a time without.
    Link(LinkRow),
    /// A record of a call, a traced state, an exception or a malicious-call trace.
    Record {
        /// Its SEQNUM or SEQNO: rises with time, comes once in its table, and is the same on both servers and after a
        /// replay, so that storing a record twice is harmless.
        number: u64,
        /// What is recorded.
        record: Record,
    },
    /// From here on, what is told is placed by another zone or length of intervals; see [`Collector::calendar`](crate::Collector::calendar).
    Calendar(Calendar),
    /// Something impossible was told; the first of its kind in this interval.
    Anomaly(Anomaly),
}

/// The kinds of impossible input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum AnomalyKind {
    /// An event's time lies more than a few seconds before the time already reached.
    TimeRanBack,
    /// An event's time lies too far ahead, or outside all reason.
    TimeLeapt,
    /// An event names a call in mid-life that was never told of.
    UnknownCall,
    /// An event names an agent who is not logged in.
    UnknownAgent,
    /// An agent who is logged in logs in again.
    AlreadyLoggedIn,
    /// An agent works for a split that is none of the agent's skills.
    NotASkill,
    /// A call act does not fit what the call or the agent is doing.
    OutOfPlace,
    /// A call ended while it still waited in a queue.
    EndedWaiting,
    /// A trunk was seized that is in use, or the call has a trunk already.
    TrunkInUse,
    /// An event names a trunk that belongs to no known group.
    UnknownTrunk,
    /// A work or call event came while the link was down.
    WhileDown,
}

/// One impossible thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anomaly {
    /// Its kind.
    pub kind: AnomalyKind,
    /// When, by the switch's clock.
    pub at: Moment,
    /// What was impossible, and what was made of it.
    pub text: String,
}

/// Counts anomalies, and lets the first of each kind in an interval through as text.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Anomalies {
    counts: BTreeMap<AnomalyKind, u64>,
    told: u32,
}

impl Anomalies {
    pub(crate) fn counts(&self) -> &BTreeMap<AnomalyKind, u64> {
        &self.counts
    }

    pub(crate) fn count(
        &mut self,
        kind: AnomalyKind,
        at: Moment,
        effects: &mut Vec<Effect>,
        text: impl FnOnce() -> String,
    ) {
        *self.counts.entry(kind).or_default() += 1;
        let bit = 1 << kind as u32;
        if self.told & bit == 0 {
            self.told |= bit;
            effects.push(Effect::Anomaly(Anomaly { kind, at, text: text() }));
        }
    }

    pub(crate) fn new_interval(&mut self) {
        self.told = 0;
    }
}
