//! Calls at agents: ringing, answered, held, transferred, conferenced, dialled.

use model::LoginId;
use model::event::{Delivery, Direction};

use crate::agent::Agent;
use crate::call::Call;
use crate::collector::Collector;
use crate::effects::AnomalyKind;
use crate::leg::{Answer, Leg, LegKind, Phase};
use crate::outcome::{GaveUp, Outcome};
use crate::slots::Ix;
use crate::split::Split;
use crate::vector::Exit;

/// How ringing at one agent ended without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RingEnd {
    Answered,
    Redirected,
    Abandoned,
    Stopped,
}

impl Collector {
    fn leg_kind(&mut self, delivery: Delivery) -> LegKind {
        match delivery {
            Delivery::Skill(split) => LegKind::Skill(self.split_ix(split)),
            Delivery::DirectAgent(split) => LegKind::Direct(self.split_ix(split)),
            Delivery::Extension => LegKind::Extension(Direction::In),
        }
    }

    /// A part of an agent in a call begins.
    fn new_leg(&mut self, ix: Ix<Call>, agent: Ix<Agent>, kind: LegKind, phase: Phase) -> Leg {
        let now = self.now();
        let id = self.calls.pool[ix].id;
        let agent = &self.agents[agent];
        let mut leg = Leg::new(ix, id, kind, phase, now);
        leg.extension = agent.extension();
        if let Some(split) = kind.split() {
            let skill = agent.skills.iter().find(|skill| skill.split == split);
            leg.reserve = skill.map_or(0, |skill| skill.skill.reserve);
            if skill.is_none() && agent.session.is_some() && matches!(kind, LegKind::Skill(_)) {
                let (logid, split) = (agent.id, self.splits[split].id);
                self.anomaly(AnomalyKind::NotASkill, || {
                    format!("agent {logid} gets a call of split {split}, not a skill of theirs")
                });
            }
        }
        leg
    }

    pub(crate) fn ring(&mut self, ix: Ix<Call>, agent_id: LoginId, delivery: Delivery) {
        let id = self.calls.pool[ix].id;
        let agent = self.agent_of_call(agent_id, id);
        if self.agents[agent].leg(id).is_some() {
            self.anomaly(AnomalyKind::OutOfPlace, || {
                format!("call {id} rings at agent {agent_id}, who has it already")
            });
            return;
        }
        let kind = self.leg_kind(delivery);
        let leg = self.new_leg(ix, agent, kind, Phase::Ringing);
        match kind {
            LegKind::Skill(split) => {
                if self.calls.pool[ix].waits.iter().any(|wait| wait.split == split) {
                    self.count_ringing(ix, split, 1);
                } else {
                    self.join_by_ringing(ix, split);
                }
            }
            LegKind::Direct(split) => {
                self.splits[split].da_in_ring += 1;
                self.splits[split].fresh = false;
            }
            LegKind::Extension(_) => {}
        }
        self.note_delivery(ix, kind);
        let now = self.now();
        let call = &mut self.calls.pool[ix];
        if let Some(passage) = &mut call.passage {
            passage.pause(now);
        }
        call.agents.push(agent);
        self.agents[agent].legs.push(leg);
        self.refresh_agent(agent);
    }

    /// On whose behalf the call is delivered says whose the wait in that split's queue is.
    fn note_delivery(&mut self, ix: Ix<Call>, kind: LegKind) {
        let mut waits = self.calls.pool[ix].waits.iter_mut();
        if let Some(wait) = waits.find(|wait| Some(wait.split) == kind.split()) {
            wait.direct = matches!(kind, LegKind::Direct(_));
        }
    }

    /// One agent more (or less) at whom a call of a split rings.
    fn count_ringing(&mut self, ix: Ix<Call>, split: Ix<Split>, change: i8) {
        let Some(wait) = self.calls.pool[ix].waits.iter_mut().find(|wait| wait.split == split) else { return };
        let before = wait.ringing > 0;
        wait.ringing = wait.ringing.saturating_add_signed(change);
        let after = wait.ringing > 0;
        let priority = wait.priority;
        self.touch_split(split);
        let split = &mut self.splits[split];
        split.in_ring = split.in_ring + u32::from(after && !before) - u32::from(before && !after);
        let waiting = &mut split.waiting[priority as usize];
        *waiting = *waiting + u32::from(before && !after) - u32::from(after && !before);
        split.fresh = false;
    }

    pub(crate) fn stop_ring_at(&mut self, ix: Ix<Call>, agent_id: LoginId, redirected: bool) {
        let call_id = self.calls.pool[ix].id;
        let agent = self.agent_ix(agent_id);
        let rings = self.agents[agent].legs.iter().any(|leg| leg.call == ix && leg.phase == Phase::Ringing);
        if rings {
            self.end_ring(ix, agent, if redirected { RingEnd::Redirected } else { RingEnd::Stopped });
            self.wait_without_ringing(ix);
        } else if redirected {
            self.anomaly(AnomalyKind::OutOfPlace, || {
                format!("call {call_id} is redirected from agent {agent_id} without ringing there")
            });
        }
    }

    /// The call goes on waiting, and rings no more where it just did.
    fn wait_without_ringing(&mut self, ix: Ix<Call>) {
        for wait in &self.calls.pool[ix].waits {
            self.splits[wait.split].note_queue();
        }
    }

    /// Ends the ringing at one agent. Unless answered, the agent is credited and rid of the call.
    pub(crate) fn end_ring(&mut self, ix: Ix<Call>, agent: Ix<Agent>, end: RingEnd) {
        let now = self.now();
        let legs = &mut self.agents[agent].legs;
        let Some(position) = legs.iter().position(|leg| leg.call == ix && leg.phase == Phase::Ringing) else { return };
        legs[position].enter(Phase::Talking, now);
        let (kind, secs) = (legs[position].kind, legs[position].secs(Phase::Ringing));
        let redirected = end == RingEnd::Redirected;
        let call = &mut self.calls.pool[ix];
        if let Some(split) = kind.split() {
            if let Some(wait) = call.waits.iter_mut().find(|wait| LegKind::Skill(wait.split) == kind) {
                wait.rings.add(secs, redirected);
            }
            if let Some(visit) = call.visit {
                self.visits[visit].rings.add(secs, redirected);
            }
            if let Some(passage) = &mut call.passage {
                passage.rings.add(secs, redirected);
            }
            match kind {
                LegKind::Skill(_) => self.count_ringing(ix, split, -1),
                _ => {
                    let split = &mut self.splits[split];
                    split.da_in_ring = split.da_in_ring.saturating_sub(1);
                    split.fresh = false;
                }
            }
        }
        if end == RingEnd::Answered {
            return;
        }
        let mut leg = self.agents[agent].legs.remove(position);
        let call = &mut self.calls.pool[ix];
        if let Some(wait) = call.waits.iter().find(|wait| LegKind::Direct(wait.split) == kind) {
            leg.answer.wait_secs = now.since(wait.since);
        }
        call.remove_agent(agent);
        if let Some(passage) = &mut call.passage {
            passage.resume(now);
        }
        self.credit_unanswered_ring(agent, &leg, end);
        self.refresh_agent(agent);
    }

    /// Agents at whom the call rings now.
    pub(crate) fn ringing_agents(&self, ix: Ix<Call>) -> smallvec::SmallVec<[Ix<Agent>; 2]> {
        let rings = |agent: &Ix<Agent>| {
            self.agents[*agent].legs.iter().any(|leg| leg.call == ix && leg.phase == Phase::Ringing)
        };
        self.calls.pool[ix].agents.iter().copied().filter(rings).collect()
    }

    pub(crate) fn stop_all_rings(&mut self, ix: Ix<Call>) {
        for agent in self.ringing_agents(ix) {
            self.end_ring(ix, agent, RingEnd::Stopped);
        }
    }

    pub(crate) fn answer(&mut self, ix: Ix<Call>, agent_id: LoginId, delivery: Delivery) {
        let id = self.calls.pool[ix].id;
        let agent = self.agent_of_call(agent_id, id);
        if self.agents[agent].legs.iter().any(|leg| leg.call == ix && leg.is_on()) {
            self.anomaly(AnomalyKind::OutOfPlace, || format!("agent {agent_id} answers call {id} a second time"));
            return;
        }
        let kind = self.leg_kind(delivery);
        self.pick_up(ix, agent, kind);
        self.stop_all_rings(ix);
        match kind {
            LegKind::Skill(split) => self.take_from_queue(ix, agent, split),
            LegKind::Direct(split) => self.take_for_one(ix, agent, split),
            LegKind::Extension(_) => {}
        }
        self.leave_queues(ix);
        self.answer_part(ix, agent);
        let outcome = match kind {
            LegKind::Extension(_) => Outcome::Connected,
            LegKind::Skill(_) | LegKind::Direct(_) => {
                let backup = self.agents[agent].legs.last().is_some_and(|leg| leg.answer.backup && leg.kind == kind);
                let call = &mut self.calls.pool[ix];
                call.answers += 1;
                call.flowed = false;
                Outcome::Answered { backup: backup && matches!(kind, LegKind::Skill(_)) }
            }
        };
        self.note_answer(ix, agent, kind, outcome);
        self.refresh_agent(agent);
    }

    /// The agent's part goes over into talk, with ringing before it or without.
    fn pick_up(&mut self, ix: Ix<Call>, agent: Ix<Agent>, kind: LegKind) {
        let ringing = self.agents[agent].legs.iter().any(|leg| leg.call == ix && leg.phase == Phase::Ringing);
        let mut leg = if ringing {
            self.end_ring(ix, agent, RingEnd::Answered);
            let legs = &mut self.agents[agent].legs;
            // The newest leg stands last: it is the one that decides what the agent is doing.
            legs.iter().position(|leg| leg.call == ix && leg.is_on()).map(|position| legs.remove(position))
        } else {
            self.calls.pool[ix].agents.push(agent);
            None
        }
        .unwrap_or_else(|| self.new_leg(ix, agent, kind, Phase::Talking));
        leg.kind = kind;
        leg.base = self.agents[agent].base();
        leg.phantom_secs = self.settings.phantom_abandon_secs;
        if kind.split().is_some() {
            self.end_acw(agent, |_| true);
        }
        if let Some(visit) = self.calls.pool[ix].visit {
            leg.visit = Some(visit);
            self.visits[visit].open_parts += 1;
        }
        self.agents[agent].legs.push(leg);
    }

    /// What the answering split's queue knows goes into the agent's part; it is credited with it.
    fn take_from_queue(&mut self, ix: Ix<Call>, agent: Ix<Agent>, split: Ix<Split>) {
        let now = self.now();
        let predictive = self.calls.pool[ix].is_predictive();
        let call = &mut self.calls.pool[ix];
        let answer = match call.waits.iter().position(|wait| wait.split == split) {
            Some(position) => {
                let wait = call.waits.remove(position);
                self.splits[split].leave(ix, &wait);
                Answer::of(&wait, now)
            }
            None => {
                self.splits[split].row()[catalog::hsplit::I_ARRIVED] += 1;
                Answer::UNQUEUED
            }
        };
        self.splits[split].pace.answered(answer.wait_secs, now);
        self.touch_split(split);
        if let Some(leg) = self.agents[agent].legs.last_mut() {
            leg.answer = answer;
            leg.adjunct = predictive;
        }
    }

    /// A direct-agent call may have waited in the queue of its split. That wait is the agent's to count, and none of the
    /// split's.
    fn take_for_one(&mut self, ix: Ix<Call>, agent: Ix<Agent>, split: Ix<Split>) {
        let now = self.now();
        let call = &mut self.calls.pool[ix];
        let Some(position) = call.waits.iter().position(|wait| wait.split == split) else { return };
        let wait = call.waits.remove(position);
        self.splits[split].leave(ix, &wait);
        self.touch_split(split);
        if let Some(leg) = self.agents[agent].legs.last_mut() {
            leg.answer = Answer::of(&wait, now);
        }
    }

    fn note_answer(&mut self, ix: Ix<Call>, agent: Ix<Agent>, kind: LegKind, outcome: Outcome) {
        self.decide(ix, outcome);
        let reserve = self.agents[agent].legs.last().map_or(0, |leg| leg.reserve);
        self.pass_to_agent(ix, agent, reserve, outcome);
        let call = &mut self.calls.pool[ix];
        call.answered_in = kind.split().map(|split| self.splits[split].id).or(call.answered_in);
        if call.answers == 1 && kind.split().is_some() {
            call.reserve = reserve;
            if let Some(visit) = call.visit {
                self.visits[visit].reserve = reserve;
            }
        }
    }

    /// The call's vector has brought it to an agent. Where an answer may turn out a phantom, the agent's part keeps the
    /// passage until that is known.
    fn pass_to_agent(&mut self, ix: Ix<Call>, agent: Ix<Agent>, reserve: u8, outcome: Outcome) {
        let Some(passed) = self.end_passage(ix, reserve) else { return };
        match self.agents[agent].legs.last_mut() {
            Some(leg) if leg.phantom_secs > 0 && matches!(leg.kind, LegKind::Skill(_)) => {
                leg.passed = Some(Box::new((passed, outcome)));
            }
            _ => self.credit_passage(&passed, Exit::To(outcome)),
        }
    }

    /// The talk is over, so that it is known whether it was an answer.
    fn credit_kept_passage(&mut self, agent: Ix<Agent>, leg: usize) {
        let leg = &mut self.agents[agent].legs[leg];
        let Some(mut kept) = leg.passed.take() else { return };
        if leg.phantom {
            kept.0.wait_secs += leg.secs(Phase::Talking) + leg.secs(Phase::Held);
            kept.1 = Outcome::Abandoned(GaveUp::Phantom);
        }
        let (passed, outcome) = *kept;
        self.credit_passage(&passed, Exit::To(outcome));
    }

    /// Pump-up: the agent talks on this call now. It began unseen, so it will not be credited.
    pub(crate) fn talking_unseen(&mut self, ix: Ix<Call>, agent_id: LoginId, delivery: Delivery) {
        let id = self.calls.pool[ix].id;
        let agent = self.agent_of_call(agent_id, id);
        if self.agents[agent].leg(id).is_some() {
            return;
        }
        let kind = self.leg_kind(delivery);
        let mut leg = self.new_leg(ix, agent, kind, Phase::Talking);
        leg.base = self.agents[agent].base();
        leg.unseen = true;
        self.unseen += 1;
        let call = &mut self.calls.pool[ix];
        call.agents.push(agent);
        call.decide(if kind.split().is_some() { Outcome::Answered { backup: false } } else { Outcome::Connected });
        call.answered_in = kind.split().map(|split| self.splits[split].id);
        self.agents[agent].legs.push(leg);
        self.refresh_agent(agent);
    }

    pub(crate) fn hold(&mut self, ix: Ix<Call>, agent_id: LoginId, from: Phase, to: Phase) {
        let (now, id) = (self.now(), self.calls.pool[ix].id);
        let agent = self.agent_ix(agent_id);
        let legs = &mut self.agents[agent].legs;
        let found = legs.iter().position(|leg| leg.call == ix && leg.phase == from);
        // A snapshot tells a held call as talking, and only its retrieval tells that it was held.
        let unseen = || legs.iter().position(|leg| leg.call == ix && from == Phase::Held && leg.may_be_held());
        let Some(position) = found.or_else(unseen) else {
            self.anomaly(AnomalyKind::OutOfPlace, || {
                format!("call {id} at agent {agent_id} is not {from:?}, so it cannot become {to:?}")
            });
            return;
        };
        let mut leg = legs.remove(position);
        let is_held = to == Phase::Held || leg.phase != from;
        leg.enter(to, now);
        leg.deeds.holds = leg.deeds.holds.saturating_add(u8::from(is_held));
        legs.push(leg);
        self.refresh_agent(agent);
    }

    pub(crate) fn dial(&mut self, ix: Ix<Call>, agent_id: LoginId, off_switch: bool, adjunct: bool) {
        let id = self.calls.pool[ix].id;
        let agent = self.agent_of_call(agent_id, id);
        if self.agents[agent].leg(id).is_some() {
            self.anomaly(AnomalyKind::OutOfPlace, || {
                format!("agent {agent_id} dials call {id}, which is at that agent already")
            });
            return;
        }
        let mut leg = self.new_leg(ix, agent, LegKind::Extension(Direction::Out), Phase::Talking);
        leg.base = self.agents[agent].base();
        (leg.off_switch, leg.adjunct) = (off_switch, adjunct);
        let call = &mut self.calls.pool[ix];
        call.dialed = true;
        call.agents.push(agent);
        self.agents[agent].legs.push(leg);
        self.dial_part(ix, agent);
        self.refresh_agent(agent);
    }

    pub(crate) fn agent_leaves(&mut self, ix: Ix<Call>, agent_id: LoginId) {
        self.leave(ix, agent_id, |leg| leg.deeds.released = true);
    }

    pub(crate) fn leave(&mut self, ix: Ix<Call>, agent_id: LoginId, mark: impl FnOnce(&mut Leg)) {
        let id = self.calls.pool[ix].id;
        let agent = self.agent_ix(agent_id);
        match self.agents[agent].legs.iter_mut().find(|leg| leg.call == ix && leg.is_on()) {
            Some(leg) => {
                mark(leg);
                let released = leg.deeds.released;
                self.note_traced(agent, |flags| flags.agent_released |= released);
                self.end_talk(ix, agent);
            }
            None => self
                .anomaly(AnomalyKind::OutOfPlace, || format!("agent {agent_id} leaves call {id} without being on it")),
        }
    }

    /// The agent is off the call. A skill or direct-agent call waits to the end of this second for after-call work;
    /// an extension call is over and credited.
    pub(crate) fn end_talk(&mut self, ix: Ix<Call>, agent: Ix<Agent>) {
        let now = self.now();
        self.calls.pool[ix].remove_agent(agent);
        let legs = &mut self.agents[agent].legs;
        let Some(position) = legs.iter().position(|leg| leg.call == ix && leg.is_on()) else { return };
        legs[position].enter(Phase::Ended, now);
        self.note_short_part(agent, position);
        self.credit_kept_passage(agent, position);
        let legs = &mut self.agents[agent].legs;
        if legs[position].kind.split().is_some() {
            let id = legs[position].call_id;
            self.just_ended.push((agent, id));
        } else {
            let leg = legs.remove(position);
            self.credit_leg(agent, leg);
        }
        self.after_call(agent);
        self.refresh_agent(agent);
    }
}
