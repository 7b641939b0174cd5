//! What became of a call, part by part, until its records can be written.
//!
//! A call has one part (a segment of call_rec) from its first event on. A further one begins where it goes on after its
//! disposition: when it is transferred, enters a VDN or a queue again, or a second agent answers. A consultation is a call
//! of its own; with a transfer or conference its parts and those of the other call belong together. All are written at
//! once, when the calls are over and nobody has after-call work left.
//!
//! Parts keep places in the slots, not texts: names and numbers are looked up when the record is made, once for each
//! call, and what few calls have lies behind a pointer. Keeping the records themselves was turned down: they are four
//! times as large, and most of their fields are known only at the end.

use std::sync::Arc;

use arrayvec::ArrayVec;
use catalog::Disposition;
use model::event::{CallIdentity, Direction, Priority};
use model::{AuxReason, CallId, Extension, Moment, PhoneNumber, WorkCode};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::agent::Agent;
use crate::leg::{Deeds, Leg, LegKind, Phase};
use crate::slots::Ix;
use crate::split::Split;
use crate::trunk::{Trunk, TrunkGroup};
use crate::vdn::Vdn;
use crate::vector::Vector;

/// Most VDNs that a record has room for.
pub(crate) const VDNS_MAX: usize = 9;

/// Everything that one call was, and which calls have become one with it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct History {
    pub id: CallId,
    pub parts: SmallVec<[Part; 1]>,
    /// The call that this one has joined.
    pub heir: Option<Ix<History>>,
    /// Calls that have joined this one.
    pub joined: SmallVec<[Ix<History>; 2]>,
    /// Calls that are not over, and agents' shares that are not credited.
    pub open: u32,
    /// When the call was over.
    pub ended_at: Option<Moment>,
}

/// Where an agent's share in a call is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub history: Ix<History>,
    pub part: u32,
}

/// One part of a call: what becomes one record.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Part {
    pub began_at: Moment,
    /// It began while nothing was collected. What it was before is not known, so it leaves no record.
    pub unseen: bool,
    /// What became of it, and the wait until then.
    pub disposition: Option<(Disposition, u32)>,
    /// Where it waited or was answered at the disposition, and how urgent it was there.
    pub split: Option<Ix<Split>>,
    pub priority: Option<Priority>,
    pub direct: bool,
    pub queue_secs: u32,
    pub ring_secs: u32,
    /// Splits in the order queued to.
    pub splits: ArrayVec<Ix<Split>, 3>,
    /// VDNs in the order entered, as many as a record has room for.
    pub vdns: SmallVec<[Ix<Vdn>; 4]>,
    /// The one entered last.
    pub vdn: Option<Ix<Vdn>>,
    pub first_vector: Option<Ix<Vector>>,
    /// The vector that it was in at the disposition.
    pub vector: Option<Ix<Vector>>,
    pub group: Option<Ix<TrunkGroup>>,
    pub trunk: Option<Ix<Trunk>>,
    pub answer: Option<Answer>,
    pub talk_secs: u32,
    pub hold_secs: u32,
    pub acw_secs: u32,
    pub marks: Marks,
    pub notes: Option<Box<Notes>>,
    pub origin: Option<Box<Origin>>,
    pub identity: Option<Arc<CallIdentity>>,
}

/// The agent who answered, or at whom it rang when the caller gave up.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub agent: Ix<Agent>,
    /// The level at which the agent has the skill; 0 for other calls.
    pub level: u8,
    /// What the agent was in AUX for.
    pub aux: Option<AuxReason>,
}

/// The agent who made the call, or sent it on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub agent: Ix<Agent>,
    pub aux: Option<AuxReason>,
    pub extension: Option<Extension>,
    /// The split that the call is counted with.
    pub split: Option<Ix<Split>>,
    pub digits: Option<PhoneNumber>,
    pub talk_secs: u32,
    pub hold_secs: u32,
}

/// What happened on it, as yes or no.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Marks {
    pub holds: u8,
    pub released: bool,
    pub hold_abandoned: bool,
    pub assist: bool,
    pub audio: bool,
    pub conference: bool,
    pub transferred: bool,
    pub malicious: bool,
}

/// What agents entered on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Notes {
    pub codes: SmallVec<[WorkCode; 1]>,
    pub strokes: [u8; 9],
}

impl History {
    pub(crate) fn new(id: CallId, began_at: Moment, unseen: bool) -> Self {
        let part = Part { began_at, unseen, ..Part::default() };
        History { id, parts: [part].into(), heir: None, joined: SmallVec::new(), open: 1, ended_at: None }
    }

    /// Whether it began while nothing was collected.
    pub(crate) fn is_unseen(&self) -> bool {
        self.parts[0].unseen
    }

    /// Number of the present part. A history has one from its beginning.
    pub(crate) fn last(&self) -> usize {
        self.parts.len() - 1
    }

    pub(crate) fn present(&mut self) -> &mut Part {
        let last = self.last();
        &mut self.parts[last]
    }

    pub(crate) fn shift(&mut self, secs: i64) {
        self.ended_at = self.ended_at.map(|at| at + secs);
        self.parts.iter_mut().for_each(|part| part.began_at = part.began_at + secs);
    }
}

impl Part {
    pub(crate) fn is_decided(&self) -> bool {
        self.disposition.is_some()
    }

    /// Whether a VDN, vector or queue was to bring it to somebody.
    pub(crate) fn is_on_its_way(&self) -> bool {
        self.vdn.is_some() || self.first_vector.is_some() || !self.splits.is_empty()
    }

    /// Notes a queue; one that is in the list already is a requeue.
    pub(crate) fn queued_to(&mut self, split: Ix<Split>) {
        if !self.splits.contains(&split) {
            let _ = self.splits.try_push(split);
        }
    }

    pub(crate) fn entered(&mut self, vdn: Ix<Vdn>) {
        self.vdn = Some(vdn);
        if self.vdns.len() < VDNS_MAX {
            self.vdns.push(vdn);
        }
    }

    /// Takes in an agent's finished share. How often the call was held and who ended it is told of who answered it.
    pub(crate) fn take(&mut self, leg: &Leg) {
        let (talk_secs, hold_secs) = (leg.secs(Phase::Talking), leg.secs(Phase::Held));
        let made = leg.kind == LegKind::Extension(Direction::Out);
        if made {
            if let Some(origin) = &mut self.origin {
                origin.talk_secs += talk_secs;
                origin.hold_secs += hold_secs;
            }
        } else if leg.phantom {
            let waited_secs = self.disposition.map_or(0, |(_, secs)| secs);
            self.disposition = Some((Disposition::Abandoned, waited_secs + talk_secs + hold_secs));
        } else {
            self.talk_secs += talk_secs;
            self.hold_secs += hold_secs;
        }
        self.acw_secs += leg.secs(Phase::Acw);
        self.marks.take(&leg.deeds, made);
        if leg.deeds.strokes != [0; 9] {
            self.notes.get_or_insert_default().take(&leg.deeds);
        }
    }

    /// Takes a work code as soon as it is entered: two agents may enter codes in one part, and the last one counts.
    pub(crate) fn note_code(&mut self, code: WorkCode) {
        self.notes.get_or_insert_default().codes.push(code);
    }
}

impl Marks {
    fn take(&mut self, deeds: &Deeds, made: bool) {
        if !made {
            self.holds = self.holds.saturating_add(deeds.holds);
            self.released |= deeds.released;
            self.hold_abandoned |= deeds.hold_abandoned;
        }
        self.assist |= deeds.assists > 0;
        self.audio |= deeds.audio;
        self.conference |= deeds.conferences > 0;
        self.transferred |= deeds.transfers > 0;
        self.malicious |= deeds.malicious;
    }
}

impl Notes {
    fn take(&mut self, deeds: &Deeds) {
        for (count, more) in self.strokes.iter_mut().zip(deeds.strokes) {
            *count = count.saturating_add(more);
        }
    }
}
