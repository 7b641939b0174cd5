//! What happens to calls: VDNs, queues, and agents' parts in them.

use model::event::{CallAct, Delivery, Direction, Entry, Priority};
use model::{CallId, ExceptionKind, ExceptionScope, LoginId, Moment, SplitId, VdnId, VectorId};

use super::Recount;
use super::book::Key;
use super::desk::{Stage, Way};
use super::endings::Departure;
use super::passages::{Exit, Passage};
use super::tales::What;
use super::trace::Named;
use super::trunks::Seizure;
use super::watching::Fact;

/// Where a caller was when giving up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GaveUp {
    InVector,
    InQueue,
    Ringing,
    /// When an agent had just answered.
    Phantom,
}

/// The first thing that became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Answered { backup: bool },
    Connected,
    Abandoned(GaveUp),
    Busy,
    Disconnected { timer: bool },
    Outflow { interflow: bool },
}

/// One call.
#[derive(Debug, Clone, Default)]
pub(super) struct Call {
    /// Number of what is told of it.
    pub tale: usize,
    /// One, but for calls that were joined; with what the call had been when it was joined, where that counts.
    pub trunks: Vec<(Seizure, Option<Carried>)>,
    /// Number of the present visit to a VDN.
    pub visit: Option<usize>,
    pub waits: Vec<Wait>,
    /// It has left a queue unanswered, and no other has taken it in yet.
    pub flowed: bool,
    /// An agent dialled it.
    pub dialed: bool,
    /// Agents who answered it as a skill or direct-agent call.
    pub answers: u32,
    pub so_far: Carried,
    /// The vector that it is in.
    pub passage: Option<Passage>,
    pub named: Named,
}

impl Call {
    /// An adjunct placed it: it goes out, and no agent dialled it.
    pub fn is_placed(&self) -> bool {
        !self.dialed && self.trunks.first().is_some_and(|(seizure, _)| seizure.direction == Direction::Out)
    }
}

/// What a call has been, as its trunk counts it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Carried {
    pub outcome: Option<Outcome>,
    pub in_vector: bool,
    pub transfers: u32,
    pub audio: u32,
    pub far_end_at: Option<Moment>,
    /// Reserve level of the agent who answered first.
    pub reserve: u8,
}

/// One call in one split's queue.
#[derive(Debug, Clone)]
pub(super) struct Wait {
    pub split: SplitId,
    pub priority: Priority,
    pub since: Moment,
    /// In no other queue when it came.
    pub first: bool,
    pub flowed: bool,
    /// It did not queue here: it just rang.
    pub backup: bool,
    /// It last rang here as a call for one agent alone.
    pub for_one: bool,
    pub rings: Rings,
}

/// Finished rings.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rings {
    pub calls: u32,
    pub secs: u32,
    pub redirected: u32,
}

impl Rings {
    pub fn add(&mut self, secs: u32, redirected: bool) {
        self.calls += 1;
        self.secs += secs;
        self.redirected += u32::from(redirected);
    }
}

/// One call in one VDN.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    pub vdn: VdnId,
    pub vector: Option<VectorId>,
    pub entered_at: Moment,
    pub entry: Entry,
    /// The first outcome, and the wait until then.
    pub outcome: Option<(Outcome, u32)>,
    pub decided_at: Option<Moment>,
    pub rings: Rings,
    /// Reserve level of the agent who answered, if that was the call's first answer.
    pub reserve: u8,
    /// When someone unmeasured answered.
    pub connected_at: Option<Moment>,
    pub left_at: Option<Moment>,
    /// When an agent had the call, talking or with it on hold.
    pub with_agent: Vec<(Moment, Option<Moment>)>,
}

impl Visit {
    pub fn key(&self) -> Key {
        ("hvdn", format!("{},{}", self.vdn, self.vector.map_or(0, |vector| vector.0)))
    }

    /// Whether an agent has the call from now on.
    pub fn be_with_agent(&mut self, with: bool, now: Moment) {
        match (with, self.with_agent.last_mut()) {
            (true, None | Some((_, Some(_)))) => self.with_agent.push((now, None)),
            (false, Some((_, to))) => _ = to.get_or_insert(now),
            _ => {}
        }
    }
}

/// What a VDN's profile is kept by.
pub(super) fn vdn_key(vdn: VdnId) -> Key {
    ("hvdn", vdn.to_string())
}

pub(super) fn split_key(split: SplitId) -> Key {
    ("hsplit", split.to_string())
}

impl Recount {
    pub(super) fn call(&mut self, id: CallId, act: &CallAct) {
        let named = id;
        let id = self.survivor(named);
        match act {
            CallAct::Seen { .. } => panic!("the recount takes lists that begin with no call up"),
            CallAct::Identified { .. } | CallAct::DigitsDialed { .. } => {
                self.write_down(id, act);
                return self.name_call(id, act);
            }
            CallAct::MaliciousTrace { agent } => return self.trace_caller(named, *agent),
            CallAct::WorkCodeEntered { .. } | CallAct::StrokeCount { .. } | CallAct::Assist { .. } => {
                return self.note_deed(named, act);
            }
            _ => self.write_down(id, act),
        }
        match act {
            CallAct::TrunkSeized { trunk, group, direction } => {
                let seizure = self.seize(*group, *trunk, *direction);
                self.get(id).trunks.push((seizure, None));
            }
            CallAct::VdnEntered { vdn, entry } => self.enter_vdn(id, *vdn, *entry),
            CallAct::VectorEntered { vector, entry } => self.enter_vector(id, *vector, *entry),
            CallAct::Queued { split, priority } => self.queue(id, *split, *priority, false),
            CallAct::QueueLeft { split } => self.leave_queue(id, *split),
            CallAct::Ringing { agent, delivery } => self.ring(id, *agent, *delivery),
            CallAct::Answered { agent, delivery } => self.answer(id, *agent, *delivery),
            CallAct::Redirected { agent } => self.end_ring(id, *agent, true, false),
            CallAct::RingStopped { agent } => self.end_ring(id, *agent, false, false),
            CallAct::Held { agent } => self.restage(id, *agent, Stage::Held),
            CallAct::Retrieved { agent } => self.restage(id, *agent, Stage::Talking),
            CallAct::Transferred { agent, to } => self.transfer(id, *agent, *to),
            CallAct::Conferenced { agent, with } => self.conference(id, *agent, *with),
            CallAct::AgentLeft { agent } => {
                self.mark(id, *agent, |deeds| deeds.released = true);
                self.end_part(id, *agent);
            }
            CallAct::Dialed { agent, off_switch, adjunct } => {
                self.dial(id, *agent, Way::Out { off: *off_switch, adjunct: *adjunct });
            }
            CallAct::FarEndAnswered => {
                let now = self.now;
                self.get(id).so_far.far_end_at.get_or_insert(now);
            }
            CallAct::AudioDifficulty { agent } => {
                self.get(id).so_far.audio += 1;
                self.mark(id, *agent, |deeds| deeds.audio = true);
            }
            CallAct::Abandoned => self.abandon(id),
            CallAct::ForcedBusy => self.refuse(id, Departure::Busy, Outcome::Busy),
            CallAct::ForcedDisconnect { vdn_timer } => {
                self.refuse(id, Departure::Disconnected, Outcome::Disconnected { timer: *vdn_timer })
            }
            CallAct::Outflowed { interflow } => self.outflow(id, *interflow),
            CallAct::Connected { .. } => self.connect(id),
            CallAct::Ended { by } => self.end(id, *by),
            CallAct::WorkCodeEntered { .. }
            | CallAct::StrokeCount { .. }
            | CallAct::Assist { .. }
            | CallAct::Identified { .. }
            | CallAct::DigitsDialed { .. }
            | CallAct::MaliciousTrace { .. }
            | CallAct::Seen { .. } => {}
        }
    }

    fn dial(&mut self, id: CallId, agent: LoginId, way: Way) {
        let part = self.begin_part(id, agent, way, Stage::Talking);
        self.set_base(agent, part);
        let extension = self.parts[part].extension;
        let call = self.get(id);
        call.dialed = true;
        call.named.dialed_at = extension;
        let named = call.named.clone();
        self.parts[part].named = named;
        self.tell(id, What::Dialed { part, hand: self.hand(part) });
    }

    pub(super) fn get(&mut self, id: CallId) -> &mut Call {
        if !self.calls.contains_key(&id) {
            let tale = self.begin_tale(id);
            self.calls.insert(id, Call { tale, ..Call::default() });
        }
        self.calls.get_mut(&id).expect("it has just been begun")
    }

    fn enter_vdn(&mut self, id: CallId, vdn: VdnId, entry: Entry) {
        self.end_passage(id, Exit::AWAY);
        self.decide_visit(id, Outcome::Outflow { interflow: false });
        self.leave_visit(id);
        let vector = self.vectors.get(&vdn).copied();
        let number = self.visits.len();
        let visit = Visit {
            vdn,
            vector,
            entered_at: self.now,
            entry,
            outcome: None,
            decided_at: None,
            rings: Rings::default(),
            reserve: 0,
            connected_at: None,
            left_at: None,
            with_agent: Vec::new(),
        };
        self.book.add(self.now, &visit.key(), "I_ARRIVED", 1u32);
        self.visits.push(visit);
        self.get(id).visit = Some(number);
    }

    fn enter_vector(&mut self, id: CallId, vector: VectorId, entry: Entry) {
        self.get(id).so_far.in_vector = true;
        self.begin_passage(id, vector, entry);
        let Some(visit) = self.get(id).visit else { return };
        let visit = &self.visits[visit];
        let led = self.vectors.entry(visit.vdn).or_insert(vector);
        assert!(*led == vector || visit.outcome.is_none(), "VDN {} leads to two vectors", visit.vdn);
    }

    /// The call begins to wait in a split's queue; `backup`: only by ringing for it.
    pub(super) fn queue(&mut self, id: CallId, split: SplitId, priority: Priority, backup: bool) {
        let now = self.now;
        let waits = &mut self.get(id).waits;
        let again = waits.iter().position(|wait| wait.split == split).map(|place| waits.remove(place));
        let (first, flowed, for_one) = match again {
            Some(before) => {
                self.depart(id, &before, Departure::Outflow { interflow: false });
                (before.first, !before.for_one, before.for_one)
            }
            None => {
                let call = self.get(id);
                let first = call.waits.is_empty();
                // Of several queues, the first one takes in what flowed out of another.
                (first, first && std::mem::take(&mut call.flowed), false)
            }
        };
        let wait = Wait { split, priority, since: now, first, flowed, backup, for_one, rings: Rings::default() };
        self.get(id).waits.push(wait);
        self.looked_at.insert(split);
        self.tell(id, What::Queued(split));
        self.book.add(now, &split_key(split), "I_ARRIVED", 1u32);
    }

    fn leave_queue(&mut self, id: CallId, split: SplitId) {
        let call = self.get(id);
        let Some(place) = call.waits.iter().position(|wait| wait.split == split) else { return };
        let wait = call.waits.remove(place);
        call.flowed |= !wait.for_one;
        let departure = if wait.first { Departure::Outflow { interflow: false } } else { Departure::Dequeued };
        self.depart(id, &wait, departure);
    }

    fn ring(&mut self, id: CallId, agent: LoginId, delivery: Delivery) {
        if let Delivery::Skill(split) = delivery
            && !self.get(id).waits.iter().any(|wait| wait.split == split)
        {
            self.queue(id, split, Priority::Medium, true);
        }
        self.pause_passage(id);
        if let Delivery::Skill(split) = delivery {
            self.looked_at.insert(split);
        }
        let way = Way::of(delivery);
        for wait in &mut self.get(id).waits {
            if way.split() == Some(wait.split) {
                wait.for_one = way == Way::Direct(wait.split);
            }
        }
        let part = self.begin_part(id, agent, way, Stage::Ringing);
        self.tell(id, What::Rings { part, acd: !matches!(delivery, Delivery::Extension) });
    }

    fn answer(&mut self, id: CallId, agent: LoginId, delivery: Delivery) {
        let way = Way::of(delivery);
        let part = match self.part_at(id, agent, &[Stage::Ringing]) {
            Some(part) => {
                self.end_ring(id, agent, false, true);
                part
            }
            None => self.begin_part(id, agent, way, Stage::Talking),
        };
        self.parts[part].way = way;
        self.set_base(agent, part);
        if way.split().is_some() {
            self.end_acw(agent, None);
        }
        self.parts[part].visit = self.get(id).visit;
        for other in self.agents_at(id, &[Stage::Ringing]) {
            self.end_ring(id, other, false, false);
        }
        let mut outcome = Outcome::Connected;
        if let Way::Skill(split) = way {
            let call = self.get(id);
            let place = call.waits.iter().position(|wait| wait.split == split);
            let wait = place.map(|place| call.waits.remove(place));
            let wait_secs = wait.as_ref().map_or(0, |wait| self.now.since(wait.since));
            self.note(
                ExceptionScope::Split(split),
                ExceptionKind::SplitRollingSpeed,
                self.now,
                Fact::Answered { wait_secs },
            );
            wait.iter().for_each(|wait| self.note_wait(wait));
            self.looked_at.insert(split);
            self.answers.entry(split).or_default().push(self.now);
            if wait.is_none() {
                self.book.add(self.now, &split_key(split), "I_ARRIVED", 1u32);
            }
            outcome = Outcome::Answered { backup: wait.as_ref().is_none_or(|wait| wait.backup) };
            self.parts[part].wait = wait;
            self.parts[part].placed = self.get(id).is_placed();
        }
        if let Way::Direct(split) = way {
            let waits = &mut self.get(id).waits;
            let place = waits.iter().position(|wait| wait.split == split);
            let wait = place.map(|place| waits.remove(place));
            wait.iter().for_each(|wait| self.note_wait(wait));
            self.parts[part].wait = wait;
        }
        self.tell(id, What::Answered { part, hand: self.hand(part) });
        self.leave_others(id);
        if let Way::Direct(_) = way {
            outcome = Outcome::Answered { backup: false };
        }
        self.decide(id, outcome);
        match way {
            Way::Skill(_) if self.rules.phantom_abandon_secs > 0 => self.pass_to(id, part, outcome),
            _ => self.end_passage(id, Exit::To(outcome, self.parts[part].reserve)),
        }
        if way.split().is_some() {
            self.note_answer(id, self.parts[part].reserve);
        }
    }

    /// An agent has answered as a skill or direct-agent call; the reserve level of the first one counts.
    fn note_answer(&mut self, id: CallId, reserve: u8) {
        let call = self.get(id);
        call.flowed = false;
        call.answers += 1;
        if call.answers > 1 {
            return;
        }
        call.so_far.reserve = reserve;
        if let Some(visit) = call.visit {
            self.visits[visit].reserve = reserve;
        }
    }

    /// Maxima of what waits now, in queues and in VDNs.
    pub(super) fn note_queues(&mut self) {
        let mut waiting = std::collections::BTreeMap::new();
        for (id, call) in &self.calls {
            for wait in &call.waits {
                let rings = self.open_parts().any(|(_, part)| {
                    part.call == *id && part.stage() == Stage::Ringing && part.way == Way::Skill(wait.split)
                });
                *waiting.entry(split_key(wait.split)).or_insert(0) += u64::from(!rings);
            }
        }
        let now = self.now;
        for split in &self.splits {
            let key = split_key(*split);
            let value = waiting.get(&key).copied().unwrap_or(0);
            self.book.set_level(now, &key, "MAXINQUEUE", value);
        }
        let mut visiting = std::collections::BTreeMap::new();
        for visit in self.calls.values().filter_map(|call| call.visit) {
            let visit = &self.visits[visit];
            *visiting.entry(visit.key()).or_insert(0) += u64::from(visit.outcome.is_none());
        }
        for (vdn, vector) in &self.vectors {
            let key = ("hvdn", format!("{vdn},{vector}"));
            let value = visiting.get(&key).copied().unwrap_or(0);
            self.book.set_level(now, &key, "MAXWAITING", value);
        }
    }
}
