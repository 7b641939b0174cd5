//! What is told of calls, in order and kept for ever: the pages that call records are cut out of when all is over.

use std::sync::Arc;

use model::event::{CallAct, CallIdentity, Priority};
use model::{
    AuxReason, CallId, EqLoc, Extension, LoginId, Moment, PhoneNumber, SplitId, TrunkGroupId, VdnId, VectorId,
};

use super::Recount;
use super::desk::{Stage, Way};
use super::work::{Doing, reason};

const ON: [Stage; 2] = [Stage::Talking, Stage::Held];

/// One call number's life.
#[derive(Debug)]
pub(super) struct Tale {
    pub call: CallId,
    /// The one that it became a part of, and when, with the step of the recount.
    pub heir: Option<usize>,
    pub joined_at: Option<(Moment, u64)>,
    pub over_at: Option<Moment>,
}

/// One thing that was told of a call.
#[derive(Debug)]
pub(super) struct Told {
    /// Number of the tale.
    pub tale: usize,
    pub at: Moment,
    pub what: What,
}

/// A trunk as far as it is known.
pub(super) type Line = (TrunkGroupId, Option<EqLoc>);

/// An agent who does something with a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hand {
    pub agent: LoginId,
    pub extension: Option<Extension>,
    /// The split that the agent's part in the call is counted with.
    pub split: Option<SplitId>,
    /// Level at which the agent has the skill that the call came for; 0 for extension calls.
    pub level: u8,
    /// What the agent is in AUX for.
    pub aux: Option<AuxReason>,
}

/// Where a call waited when it ceased to: the queue that lost it.
pub(super) type Lost = Option<(SplitId, Priority)>;

#[derive(Debug)]
pub(super) enum What {
    Begins,
    Seized(Line),
    Vdn(VdnId),
    Vector(VectorId),
    Queued(SplitId),
    LeftQueue(SplitId),
    /// Rings at an agent; `acd`: as a skill or direct-agent call.
    Rings {
        part: usize,
        acd: bool,
    },
    Answered {
        part: usize,
        hand: Hand,
    },
    Dialed {
        part: usize,
        hand: Hand,
    },
    /// An agent passes it on; `rings` already meanwhile.
    SentOn {
        hand: Hand,
        rings: bool,
    },
    /// The agent has made it a conference with whoever answered on it.
    BroughtIn(Hand),
    FarEnd {
        rings: bool,
    },
    Named(Arc<CallIdentity>),
    Digits(LoginId, PhoneNumber),
    /// It was given busy, disconnected, sent away or connected to a station: DISPOSITION.
    Went(u8, Lost),
    /// The caller gave up, where it rang: agent, and how.
    GaveUp {
        lost: Lost,
        rang: Option<(LoginId, Way)>,
    },
    /// Another tale goes on in this one.
    Joined(usize),
    Malicious {
        part: usize,
        line: Option<Line>,
        late: bool,
    },
}

impl Recount {
    pub(super) fn begin_tale(&mut self, call: CallId) -> usize {
        self.tales.push(Tale { call, heir: None, joined_at: None, over_at: None });
        let tale = self.tales.len() - 1;
        self.told.push(Told { tale, at: self.now, what: What::Begins });
        tale
    }

    pub(super) fn tell(&mut self, id: CallId, what: What) {
        let (tale, at) = (self.get(id).tale, self.now);
        self.told.push(Told { tale, at, what });
    }

    /// Writes down an act, before anything comes of it.
    pub(super) fn write_down(&mut self, id: CallId, act: &CallAct) {
        let rings = !self.agents_at(id, &[Stage::Ringing]).is_empty();
        let what = match act {
            CallAct::TrunkSeized { trunk, group, .. } => What::Seized((*group, *trunk)),
            CallAct::VdnEntered { vdn, .. } => What::Vdn(*vdn),
            CallAct::VectorEntered { vector, .. } => What::Vector(*vector),
            CallAct::QueueLeft { split } => What::LeftQueue(*split),
            CallAct::FarEndAnswered => What::FarEnd { rings },
            CallAct::Transferred { agent, to: None } => match self.part_at(id, *agent, &ON) {
                Some(part) => What::SentOn { hand: self.hand(part), rings },
                None => return,
            },
            CallAct::Conferenced { agent, with: None } => match self.part_at(id, *agent, &ON) {
                Some(part) => What::BroughtIn(self.hand(part)),
                None => return,
            },
            CallAct::Connected { .. } => What::Went(1, self.first_wait(id)),
            CallAct::Outflowed { interflow: true } => What::Went(4, self.first_wait(id)),
            CallAct::ForcedBusy => What::Went(5, self.first_wait(id)),
            CallAct::ForcedDisconnect { .. } => What::Went(6, self.first_wait(id)),
            CallAct::Outflowed { interflow: false } => What::Went(7, self.first_wait(id)),
            CallAct::Identified { identity } => What::Named(Arc::clone(identity)),
            CallAct::DigitsDialed { agent, digits } => What::Digits(*agent, *digits),
            _ => return,
        };
        self.tell(id, what);
    }

    fn first_wait(&mut self, id: CallId) -> Lost {
        let waits = &self.get(id).waits;
        waits.iter().find(|wait| wait.first).or(waits.first()).map(|wait| (wait.split, wait.priority))
    }

    /// The agent of a part, as things are now.
    pub(super) fn hand(&self, part: usize) -> Hand {
        let part = &self.parts[part];
        let desk = self.desks.get(&part.agent);
        let skill = desk.and_then(|desk| desk.skills.iter().find(|skill| Some(skill.skill.split) == part.way.split()));
        let in_aux = desk.filter(|desk| self.by_mode(part.agent, desk) == Doing::Aux);
        let oldest = in_aux.and_then(|desk| desk.skills.iter().min_by_key(|skill| skill.age));
        Hand {
            agent: part.agent,
            extension: part.extension,
            split: part.counted_with(),
            level: skill.map_or(0, |skill| skill.skill.level),
            aux: oldest.map(|skill| AuxReason(reason(skill.mode))),
        }
    }

    /// The caller asked for is to be found: a row of mctex comes of it, and a mark on the call's record.
    pub(super) fn trace_caller(&mut self, id: CallId, agent: LoginId) {
        let (part, late) = match self.share(agent, id) {
            Some(part) => (part, false),
            None => {
                let Some(part) = self.last_share(agent, id) else { return };
                (part, true)
            }
        };
        let tale = self.parts[part].tale;
        if !late {
            self.parts[part].deeds.malicious = true;
        }
        let is_open = [Stage::Ringing, Stage::Talking, Stage::Held].contains(&self.parts[part].stage());
        let of_call = self.calls.get(&self.survivor(id)).filter(|_| is_open);
        let seized = of_call.and_then(|call| call.trunks.first());
        let line = seized.map(|(seizure, _)| (seizure.group, seizure.trunk));
        self.told.push(Told { tale, at: self.now, what: What::Malicious { part, line, late } });
    }
}
