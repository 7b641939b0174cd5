//! An agent's part in a call: from ringing to the end of the after-call work.

use model::event::{Direction, Priority};
use model::{CallId, Extension, Moment, WorkCode};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::call::Call;
use crate::history::Place;
use crate::outcome::Outcome;
use crate::slots::{Ix, Pool};
use crate::split::{RingCount, Split, Wait};
use crate::vdn::Visit;
use crate::vector::Passed;

/// What kind of call it is to the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LegKind {
    /// A call of a split/skill.
    Skill(Ix<Split>),
    /// A direct-agent call, counted with a split/skill.
    Direct(Ix<Split>),
    /// A personal call, to or from the extension.
    Extension(Direction),
}

impl LegKind {
    /// The split of a skill or direct-agent call.
    pub(crate) fn split(self) -> Option<Ix<Split>> {
        match self {
            LegKind::Skill(split) | LegKind::Direct(split) => Some(split),
            LegKind::Extension(_) => None,
        }
    }
}

/// What the agent was in when an extension call began; it stays the call's base to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Base {
    /// AUX or available; with the skill logged on to longest when the call began, which it is counted with whatever skills
    /// the agent has at its end.
    Aux(Option<Ix<Split>>),
    /// After-call work for a split; `direct`: after a direct-agent call.
    Acw { split: Ix<Split>, direct: bool },
    /// A call of this split on hold.
    AcdHeld(Ix<Split>),
}

impl Base {
    /// The split that an extension call is counted with; none if the agent was not logged in.
    pub(crate) fn split(self) -> Option<Ix<Split>> {
        match self {
            Base::Acw { split, .. } | Base::AcdHeld(split) => Some(split),
            Base::Aux(oldest) => oldest,
        }
    }
}

/// Where a leg stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub(crate) enum Phase {
    Ringing,
    Talking,
    Held,
    /// The agent is off the call; after-call work may begin within this same second.
    Ended,
    Acw,
}

/// The queue's share in an answered call.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub wait_secs: u32,
    pub priority: Option<Priority>,
    /// Flows that brought it here: from a queue it had left, and from the split queued to first.
    pub inflows: u32,
    pub backup: bool,
    pub rings: RingCount,
}

impl Answer {
    /// Nothing is known of a queue.
    pub(crate) const UNQUEUED: Answer = Answer {
        wait_secs: 0,
        priority: None,
        inflows: 0,
        backup: true,
        rings: RingCount { calls: 0, secs: 0, redirected: 0 },
    };

    pub(crate) fn of(wait: &Wait, at: Moment) -> Self {
        Answer {
            wait_secs: at.since(wait.since),
            priority: Some(wait.priority),
            inflows: u32::from(!wait.first) + u32::from(wait.flowed),
            backup: wait.backup,
            rings: wait.rings,
        }
    }
}

/// What an agent did on a call, apart from time.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Deeds {
    /// Times the call was put on hold.
    pub holds: u8,
    pub hold_abandoned: bool,
    pub released: bool,
    pub transfers: u32,
    pub conferences: u32,
    pub assists: u32,
    pub audio: bool,
    pub malicious: bool,
    pub strokes: [u8; 9],
    pub codes: SmallVec<[WorkCode; 1]>,
}

/// One agent's part in one call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Leg {
    pub call: Ix<Call>,
    pub call_id: CallId,
    pub kind: LegKind,
    pub base: Base,
    /// Where the agent was logged in when it began.
    pub extension: Option<Extension>,
    pub visit: Option<Ix<Visit>>,
    /// Where the call's history tells of it, once answered or dialled.
    pub place: Option<Place>,
    pub phase: Phase,
    pub phase_since: Moment,
    secs: [u32; 5],
    pub answer: Answer,
    /// The vector that brought it, with what it counts as unless it turns out a phantom, until the talk is over.
    pub passed: Option<Box<(Passed, Outcome)>>,
    pub deeds: Deeds,
    /// Placed by an adjunct (extension calls out), or an outgoing call brought to an agent (skill calls).
    pub adjunct: bool,
    pub off_switch: bool,
    /// Began while nothing was collected: its times are not known in full and are not credited.
    pub unseen: bool,
    /// The call was credited before this after-call work was told.
    pub late: bool,
    /// It rang before it was answered.
    pub rang: bool,
    /// An answer for less than this counts as abandoned: what was in force when the agent answered.
    pub phantom_secs: u32,
    /// "Answered" for so short a time that it counts as abandoned.
    pub phantom: bool,
    /// The agent's reserve level for the skill when answering.
    pub reserve: u8,
}

impl Leg {
    pub(crate) fn new(call: Ix<Call>, call_id: CallId, kind: LegKind, phase: Phase, at: Moment) -> Self {
        Leg {
            call,
            call_id,
            kind,
            base: Base::Aux(None),
            extension: None,
            visit: None,
            place: None,
            phase,
            phase_since: at,
            secs: [0; 5],
            answer: Answer::UNQUEUED,
            passed: None,
            deeds: Deeds::default(),
            adjunct: false,
            off_switch: false,
            unseen: false,
            late: false,
            rang: phase == Phase::Ringing,
            phantom_secs: 0,
            phantom: false,
            reserve: 0,
        }
    }

    /// Ends the present phase and begins another.
    pub(crate) fn enter(&mut self, phase: Phase, at: Moment) {
        self.secs[self.phase as usize] += at.since(self.phase_since);
        (self.phase, self.phase_since) = (phase, at);
    }

    /// The split that it is counted with.
    pub(crate) fn split(&self) -> Option<Ix<Split>> {
        self.kind.split().or(self.base.split())
    }

    /// How long the caller had waited when the ringing here ended: since the call queued, or else since it rang.
    pub(crate) fn waited_secs(&self) -> u32 {
        self.answer.wait_secs.max(self.secs(Phase::Ringing))
    }

    /// Seconds spent in a finished phase.
    pub(crate) fn secs(&self, phase: Phase) -> u32 {
        self.secs[phase as usize]
    }

    /// Whether it may be on hold although it reads talking: a snapshot told it so, and no hold of it was told since.
    pub(crate) fn may_be_held(&self) -> bool {
        self.unseen && self.phase == Phase::Talking && self.deeds.holds == 0
    }

    /// Whether the agent is on the call, talking or with it on hold.
    pub(crate) fn is_on(&self) -> bool {
        matches!(self.phase, Phase::Talking | Phase::Held)
    }

    /// Whether the call itself is still at the agent.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Ringing | Phase::Talking | Phase::Held)
    }

    pub(crate) fn is_phantom(&self) -> bool {
        let talked = self.secs(Phase::Talking) + self.secs(Phase::Held);
        talked < self.phantom_secs && self.deeds.transfers == 0 && self.deeds.conferences == 0
    }
}

/// A leg's VDN visit, while it exists.
pub(crate) fn visit_of<'a>(visits: &'a mut Pool<Visit>, leg: &Leg) -> Option<&'a mut Visit> {
    leg.visit.and_then(|visit| visits.get_mut(visit))
}
