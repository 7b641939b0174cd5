//! Follows a call from part to part: where a further one begins, what it waits for, what becomes of it, and when all of
//! them can be written.
//!
//! Nothing here counts anything for rows. Rows go by queues, agents and VDNs, which see the same call differently.

use std::sync::Arc;

use catalog::Disposition;
use model::event::{CallIdentity, Direction, Priority};
use model::{CallId, LoginId, Moment, PhoneNumber};
use serde::{Deserialize, Serialize};

use crate::agent::Agent;
use crate::call::Call;
use crate::collector::Collector;
use crate::effects::AnomalyKind;
use crate::history::{Answer, History, Origin, Part, Place};
use crate::leg::{Leg, LegKind, Phase};
use crate::slots::Ix;
use crate::split::Split;

/// What a call waits for, as far as QUEUETIME and RINGTIME tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Awaits {
    #[default]
    Nothing,
    /// In a queue, ringing at nobody.
    Queue,
    /// Rings as a skill or direct-agent call.
    Answer,
}

/// How a part of a call came to its disposition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settled {
    pub disposition: Disposition,
    pub split: Option<Ix<Split>>,
    pub priority: Option<Priority>,
    pub direct: bool,
    pub answer: Option<Answer>,
}

impl Settled {
    /// The call went or was sent away; `wait` is the split it was queued to first, if it waited.
    pub(crate) fn without_answer(disposition: Disposition, wait: Option<(Ix<Split>, Priority)>) -> Self {
        let (split, priority) = wait.unzip();
        Settled { disposition, split, priority, direct: false, answer: None }
    }
}

impl Collector {
    /// A call comes into being, and its history with it. One that began unseen counts as such until its records are written: they
    /// lack what was not seen, however much later that is.
    pub(crate) fn begin_call(&mut self, id: CallId, began_at: Moment, unseen: bool) -> Ix<Call> {
        let history = self.histories.insert(History::new(id, began_at, unseen));
        let mut call = Call::new(id, began_at, history);
        call.unseen = unseen;
        self.unseen += u32::from(unseen);
        self.calls.insert(call)
    }

    /// The call's present part.
    pub(crate) fn part(&mut self, ix: Ix<Call>) -> &mut Part {
        let history = self.calls.pool[ix].history;
        self.histories[history].present()
    }

    /// The call enters a VDN or a queue. If its present part has its disposition, that is a further one.
    pub(crate) fn part_goes_on(&mut self, ix: Ix<Call>) -> &mut Part {
        if self.part(ix).is_decided() {
            self.begin_part(ix);
        }
        self.part(ix)
    }

    /// Begins a further part as of now.
    fn begin_part(&mut self, ix: Ix<Call>) {
        self.note_waiting(ix);
        let now = self.now();
        let before = self.part(ix);
        let part = Part { began_at: now, identity: before.identity.clone(), ..Part::default() };
        let history = self.calls.pool[ix].history;
        self.histories[history].parts.push(part);
    }

    /// An agent has sent the call on: it goes on as a further part, made by that agent, or as the one that is on its way
    /// already.
    pub(crate) fn part_is_sent_on(&mut self, ix: Ix<Call>, agent: Ix<Agent>, split: Option<Ix<Split>>) {
        if !self.is_on_its_way(ix) {
            self.settle_made(ix);
            self.begin_part(ix);
        }
        let extension = self.agents[agent].extension();
        let origin = Origin { agent, aux: None, extension, split, digits: None, talk_secs: 0, hold_secs: 0 };
        self.part(ix).origin.get_or_insert_with(|| Box::new(origin));
    }

    /// Whether the call's present part is on its way to somebody who is measured.
    fn is_on_its_way(&mut self, ix: Ix<Call>) -> bool {
        let rings = !self.ringing_agents(ix).is_empty();
        let part = self.part(ix);
        !part.is_decided() && (rings || part.is_on_its_way() || part.queue_secs + part.ring_secs > 0)
    }

    /// Adds up the wait since this was asked last, and goes by what the call waits for now.
    pub(crate) fn note_waiting(&mut self, ix: Ix<Call>) {
        let now = self.now();
        let call = &mut self.calls.pool[ix];
        let secs = now.since(std::mem::replace(&mut call.waits_since, now));
        if secs == 0 || call.waits_for == Awaits::Nothing {
            return;
        }
        let waits_for = call.waits_for;
        let Some(place) = self.open_place(ix) else { return };
        let part = self.part_at(place);
        match waits_for {
            Awaits::Nothing => {}
            Awaits::Queue => part.queue_secs += secs,
            Awaits::Answer => part.ring_secs += secs,
        }
    }

    /// What became of the call's present part; only the first thing counts.
    pub(crate) fn settle_part(&mut self, ix: Ix<Call>, settled: Settled) {
        self.note_waiting(ix);
        let now = self.now();
        let vector = self.calls.pool[ix].passage.map(|passage| passage.vector);
        if let Some(place) = self.open_place(ix) {
            let part = self.part_at(place);
            part.settle(settled, now.since(part.began_at));
            part.vector = vector;
        }
    }

    /// The call waits in a queue.
    pub(crate) fn note_queue(&mut self, ix: Ix<Call>, split: Ix<Split>) {
        if let Some(place) = self.open_place(ix) {
            self.part_at(place).queued_to(split);
        }
    }

    /// An agent has brought somebody in who answered on the very call: that part is of the agent's making.
    pub(crate) fn part_is_joined(&mut self, ix: Ix<Call>, agent: Ix<Agent>, split: Option<Ix<Split>>) {
        let extension = self.agents[agent].extension();
        let part = self.part(ix);
        if part.origin.is_none() && part.answer.is_some_and(|answer| answer.agent != agent) {
            let origin = Origin { agent, aux: None, extension, split, digits: None, talk_secs: 0, hold_secs: 0 };
            part.origin = Some(Box::new(origin));
        }
    }

    /// The far end of an agent's own call has answered: if the call is not on its way to anybody who is measured, that is
    /// what became of it. The field counts no wait for it.
    pub(crate) fn settle_made(&mut self, ix: Ix<Call>) {
        let on_its_way = self.is_on_its_way(ix);
        let part = self.part(ix);
        if part.origin.is_some() && !part.is_decided() && !on_its_way {
            part.settle(Settled::without_answer(Disposition::Other, None), 0);
        }
    }

    /// An agent answers: the share belongs to the present part, to one of a consultation that nobody has answered, or
    /// to a further part.
    pub(crate) fn answer_part(&mut self, ix: Ix<Call>, agent: Ix<Agent>) {
        let Some(leg) = self.agents[agent].legs.last() else { return };
        let (kind, split, priority, ring_secs) = (leg.kind, leg.split(), leg.answer.priority, leg.secs(Phase::Ringing));
        let acd = kind.split();
        let answerer = &self.agents[agent];
        let level = answerer.skills.iter().find(|skill| Some(skill.split) == acd).map_or(0, |skill| skill.skill.level);
        let answer = Answer { agent, level, aux: answerer.aux_reason().filter(|_| acd.is_none()) };
        let disposition = if acd.is_some() { Disposition::Answered } else { Disposition::Connected };
        let direct = matches!(kind, LegKind::Direct(_));
        let settled = Settled { disposition, split, priority, direct, answer: Some(answer) };
        let place = self.open_place(ix).unwrap_or_else(|| {
            self.begin_part(ix);
            let now = self.now();
            let part = self.part(ix);
            part.began_at = now + -i64::from(ring_secs);
            part.ring_secs = if acd.is_some() { ring_secs } else { 0 };
            self.present_place(ix)
        });
        self.note_waiting(ix);
        let now = self.now();
        let vector = self.calls.pool[ix].passage.map(|passage| passage.vector);
        let part = self.part_at(place);
        if let LegKind::Skill(split) = kind {
            part.queued_to(split);
        }
        // Nobody waits for an extension that is called directly, as the field counts it.
        let directly = acd.is_none() && !part.is_on_its_way();
        let waited_secs = if directly { part.queue_secs + part.ring_secs } else { now.since(part.began_at) };
        part.settle(settled, waited_secs);
        part.vector = vector.filter(|_| acd.is_some());
        self.hold_place(agent, place);
    }

    fn present_place(&self, ix: Ix<Call>) -> Place {
        self.last_place(&self.calls.pool[ix])
    }

    /// Where a call's present part is written down.
    pub(crate) fn last_place(&self, call: &Call) -> Place {
        Place { history: call.history, part: self.histories[call.history].last() as u32 }
    }

    /// The call's part that has no disposition yet, or that of a call which joined it while it rang or waited.
    fn open_place(&self, ix: Ix<Call>) -> Option<Place> {
        self.open_place_of(self.calls.pool[ix].history)
    }

    fn open_place_of(&self, ix: Ix<History>) -> Option<Place> {
        let history = &self.histories[ix];
        let last = history.last();
        if !history.parts[last].is_decided() {
            return Some(Place { history: ix, part: last as u32 });
        }
        history.joined.iter().find_map(|&joined| self.open_place_of(joined))
    }

    pub(crate) fn part_at(&mut self, place: Place) -> &mut Part {
        &mut self.histories[place.history].parts[place.part as usize]
    }

    pub(crate) fn part_of(&self, place: Place) -> &Part {
        &self.histories[place.history].parts[place.part as usize]
    }

    /// An agent makes the call: as its first part, or on top of what it was. Two agents cannot make one part.
    pub(crate) fn dial_part(&mut self, ix: Ix<Call>, agent: Ix<Agent>) {
        let Some(leg) = self.agents[agent].legs.last() else { return };
        let (split, extension) = (leg.split(), leg.extension);
        let aux = self.agents[agent].aux_reason();
        let part = self.part_goes_on(ix);
        if part.origin.is_some() {
            return;
        }
        let origin = Origin { agent, aux, extension, split, digits: None, talk_secs: 0, hold_secs: 0 };
        self.part(ix).origin = Some(Box::new(origin));
        let place = self.present_place(ix);
        self.hold_place(agent, place);
    }

    /// The agent's newest share is written down there, and keeps the history from being written before it is over.
    fn hold_place(&mut self, agent: Ix<Agent>, place: Place) {
        let heir = self.heir_of(place.history);
        self.histories[heir].open += 1;
        if let Some(leg) = self.agents[agent].legs.last_mut() {
            leg.place = Some(place);
        }
    }

    pub(crate) fn heir_of(&self, history: Ix<History>) -> Ix<History> {
        let mut heir = history;
        while let Some(next) = self.histories[heir].heir {
            heir = next;
        }
        heir
    }

    /// Two calls become one: `gone` goes on as a part of `survivor`.
    pub(crate) fn join_histories(&mut self, gone: Ix<Call>, survivor: Ix<Call>) {
        // Each wait up to now belongs to its own call.
        self.note_waiting(gone);
        self.note_waiting(survivor);
        let (gone, heir) = (self.calls.pool[gone].history, self.calls.pool[survivor].history);
        self.histories[gone].heir = Some(heir);
        let open = std::mem::take(&mut self.histories[gone].open);
        let history = &mut self.histories[heir];
        // One of the two calls is no more.
        history.open += open.saturating_sub(1);
        history.joined.push(gone);
    }

    /// An agent's share in a call is over, after-call work included.
    pub(crate) fn close_share(&mut self, place: Place) {
        let heir = self.heir_of(place.history);
        self.close_one(heir);
    }

    /// The call is over; agents may still have after-call work.
    pub(crate) fn close_history(&mut self, history: Ix<History>) {
        self.histories[history].ended_at = Some(self.now());
        self.close_one(history);
    }

    fn close_one(&mut self, heir: Ix<History>) {
        let history = &mut self.histories[heir];
        history.open = history.open.saturating_sub(1);
        if history.open == 0 {
            self.write_records(heir);
        }
    }

    /// Who calls whom. Told of a call that is not known, it is of no use.
    pub(crate) fn identify(&mut self, id: CallId, identity: &Arc<CallIdentity>) {
        match self.calls.find(id) {
            Some(ix) => {
                self.part(ix).identity = Some(Arc::clone(identity));
                self.trace_names(ix);
            }
            None => self.anomaly(AnomalyKind::UnknownCall, || {
                format!("call {id} was never told of before its identity, which is passed over")
            }),
        }
    }

    /// The digits that an agent has dialled.
    pub(crate) fn note_digits(&mut self, ix: Ix<Call>, agent_id: LoginId, digits: PhoneNumber) {
        let (id, agent) = (self.calls.pool[ix].id, self.agent_ix(agent_id));
        let dials = |leg: &&Leg| leg.call == ix && leg.kind == LegKind::Extension(Direction::Out);
        let place = self.agents[agent].legs.iter().find(dials).and_then(|leg| leg.place);
        let part = place.map(|place| self.part_at(place));
        match part.and_then(|part| part.origin.as_mut()) {
            Some(origin) => {
                origin.digits = Some(digits);
                self.trace_names(ix);
            }
            None => self.anomaly(AnomalyKind::OutOfPlace, || {
                format!("agent {agent_id} dials {digits} on call {id}, which is not the agent's to dial on")
            }),
        }
    }
}

impl Part {
    fn settle(&mut self, settled: Settled, secs: u32) {
        self.disposition = Some((settled.disposition, secs));
        (self.split, self.priority) = (settled.split, settled.priority);
        (self.direct, self.answer) = (settled.direct, settled.answer);
    }
}
