//! Work modes: what agents do between calls, and the truth of where their time goes.

use model::event::{AgentAct, CallAct, WorkMode};
use model::{AuxReason, CallId, LogoutReason};

use super::World;
use super::state::{Standing, Task, Wish};
use crate::office::aux;

impl World {
    /// An agent is off a call, which was dialled by the agent (`out`) or not.
    pub(super) fn leave(&mut self, agent: usize, id: CallId, out: bool) {
        let now = self.now;
        let person = &mut self.agents[agent];
        person.on = None;
        person.holds_own = false;
        let serves_it = person.serves() && person.service.as_ref().is_some_and(|service| service.call == id);
        if !serves_it {
            let tally = &mut self.ledger.agents[agent];
            *(if out { &mut tally.extension_out } else { &mut tally.extension_in }) += 1;
            return self.after_extension(agent);
        }
        self.note(agent, |service| {
            service.end_hold(now);
            service.talk_secs = u64::from(now.since(service.answered_at)).saturating_sub(service.hold_secs);
        });
        self.after_service(agent, id);
    }

    /// After-call work, or what was told for after the call, or straight on.
    fn after_service(&mut self, agent: usize, id: CallId) {
        if let Some(secs) = self.agents[agent].told_aux_secs.take() {
            self.credit_service(agent);
            self.refresh(agent);
            if self.agents[agent].wish == Some(Wish::GoHome) {
                return self.finish_work(agent);
            }
            let token = self.agents[agent].token;
            return self.plan_after(secs, Task::Ready { agent, token });
        }
        if self.random.chance(120) {
            return self.finish_work(agent);
        }
        let now = self.now;
        self.note(agent, |service| service.acw_since = Some(now));
        self.tell_mode(agent, WorkMode::Acw(Some(id)));
        self.enter_code_late(agent, id);
        let secs = self.random.skewed_secs(self.scenario.mean_acw_secs(), 2);
        let token = self.agents[agent].token;
        self.plan_after(secs, Task::Ready { agent, token });
        let direct = self.agents[agent].service.as_ref().is_some_and(|service| service.direct);
        if self.scenario.extension_calls && self.random.chance(if direct { 500 } else { 25 }) {
            let secs = self.random.between(1, secs.max(1));
            self.plan_after(secs, Task::OwnCall { agent, token });
        }
    }

    /// Some codes are entered in after-call work.
    fn enter_code_late(&mut self, agent: usize, id: CallId) {
        let Some(service) = &self.agents[agent].service else { return };
        if !self.office.splits[service.split].work_codes || !service.work_codes.is_empty() || !self.random.chance(300) {
            return;
        }
        let code = self.random.pick(&self.office.work_codes);
        self.tell_call(id, CallAct::WorkCodeEntered { agent: self.office.agents[agent].id, code });
        self.note(agent, |service| service.work_codes.push(code));
    }

    fn after_extension(&mut self, agent: usize) {
        self.refresh(agent);
        let person = &self.agents[agent];
        if person.serves() {
            return;
        }
        let going = person.wish == Some(Wish::GoHome) && matches!(person.mode, WorkMode::Aux(_));
        if person.mode == WorkMode::Available || person.ready_due || going {
            self.finish_work(agent);
        }
    }

    /// An agent's call stopped ringing unanswered.
    pub(super) fn stop_ringing(&mut self, agent: usize) {
        self.agents[agent].ringing = None;
        self.refresh(agent);
        let person = &self.agents[agent];
        if person.serves() {
            return;
        }
        if person.ready_due || (person.mode == WorkMode::Available && person.wish.is_some()) {
            self.finish_work(agent);
        } else if person.mode == WorkMode::Available {
            self.idle_or_take(agent);
        }
    }

    /// After-call work or AUX is over, unless an extension call keeps the agent.
    pub(super) fn ready(&mut self, agent: usize, token: u32) {
        let person = &mut self.agents[agent];
        if person.token != token || person.staffed_since.is_none() {
            return;
        }
        if person.is_engaged() { person.ready_due = true } else { self.finish_work(agent) }
    }

    /// The agent wants a break or to go home: now if free, or after the call and its work.
    pub(super) fn wish(&mut self, agent: usize, wish: Wish) {
        let person = &mut self.agents[agent];
        if person.staffed_since.is_none() || (person.wish == Some(Wish::GoHome)) {
            return;
        }
        person.wish = Some(wish);
        let (free, mode) = (person.is_free(), person.mode);
        match (wish, mode) {
            (Wish::Aux { .. }, WorkMode::Aux(_)) => person.wish = None,
            (_, WorkMode::Available) | (Wish::GoHome, WorkMode::Aux(_)) if free => self.finish_work(agent),
            (Wish::Aux { reason, secs }, WorkMode::Available) => self.tell_on_call(agent, reason, secs),
            _ => {}
        }
    }

    /// Some press AUX while on the call.
    fn tell_on_call(&mut self, agent: usize, reason: AuxReason, secs: i64) {
        let person = &self.agents[agent];
        if person.serves() && person.ringing.is_none() && self.random.chance(400) {
            self.agents[agent].wish = None;
            self.agents[agent].told_aux_secs = Some(secs);
            self.tell_mode(agent, WorkMode::Aux(reason));
        }
    }

    /// The agent is free: home, break, or available again.
    pub(super) fn finish_work(&mut self, agent: usize) {
        self.credit_service(agent);
        match self.agents[agent].wish.take() {
            Some(Wish::GoHome) => {
                let reason = if self.random.chance(50) { LogoutReason(3) } else { LogoutReason(1) };
                self.log_out(agent, reason);
            }
            Some(Wish::Aux { reason, secs }) => self.go_aux(agent, reason, secs),
            None if self.random.chance(25) => {
                let usual = self.random.pick(&[aux::BACK_OFFICE, aux::CALL_BACKS, aux::BACK_OFFICE]);
                let reason = if self.random.chance(300) { self.odd_reason() } else { usual };
                let secs = self.random.skewed_secs(180, 20);
                self.go_aux(agent, reason, secs);
            }
            None => {
                self.tell_mode(agent, WorkMode::Available);
                self.idle_or_take(agent);
            }
        }
    }

    pub(super) fn go_aux(&mut self, agent: usize, reason: AuxReason, secs: i64) {
        self.take_from_idle(agent);
        self.tell_mode(agent, WorkMode::Aux(reason));
        let token = self.agents[agent].token;
        self.plan_after(secs, Task::Ready { agent, token });
    }

    /// After-call work that no call asked for.
    pub(super) fn go_acw(&mut self, agent: usize, secs: i64) {
        self.take_from_idle(agent);
        self.tell_mode(agent, WorkMode::Acw(None));
        let token = self.agents[agent].token;
        self.plan_after(secs, Task::Ready { agent, token });
    }

    pub(super) fn tell_mode(&mut self, agent: usize, mode: WorkMode) {
        let person = &mut self.agents[agent];
        person.mode = mode;
        person.token += 1;
        person.ready_due = false;
        if mode == WorkMode::Aux(aux::rare(self.rare_code)) {
            self.rare_code = (self.rare_code + 1) % aux::RARE;
        }
        self.tell_agent(agent, AgentAct::Mode { split: None, mode });
        self.refresh(agent);
    }

    pub(super) fn log_out(&mut self, agent: usize, reason: LogoutReason) {
        self.take_from_idle(agent);
        let person = &mut self.agents[agent];
        person.token += 1;
        person.staffed_since = None;
        person.mode = WorkMode::Unknown;
        person.wish = None;
        person.ready_due = false;
        self.ledger.agents[agent].logouts += 1;
        self.tell_agent(agent, AgentAct::LoggedOut { reason: Some(reason) });
        self.refresh(agent);
    }

    /// Takes a waiting call, or waits for one.
    pub(super) fn idle_or_take(&mut self, agent: usize) {
        if let Some((call, split)) = self.call_for(agent) {
            return self.ring(call, agent, model::event::Delivery::Skill(split));
        }
        self.sequence += 1;
        let place = self.sequence;
        self.agents[agent].idle_place = Some(place);
        for skill in self.agents[agent].skills.clone() {
            let split = self.split_index(skill.split);
            self.queues[split].idle.insert((skill.level, place, agent));
        }
    }

    pub(super) fn take_from_idle(&mut self, agent: usize) {
        let Some(place) = self.agents[agent].idle_place.take() else { return };
        for skill in self.agents[agent].skills.clone() {
            let split = self.split_index(skill.split);
            self.queues[split].idle.remove(&(skill.level, place, agent));
        }
    }

    fn credit_service(&mut self, agent: usize) {
        if let Some(service) = self.agents[agent].service.take() {
            self.credit(agent, service);
        }
    }

    /// Notes where the agent's time goes from now on.
    pub(super) fn refresh(&mut self, agent: usize) {
        let standing = self.standing(agent);
        if standing != self.agents[agent].standing {
            self.settle(agent);
            self.agents[agent].standing = standing;
        }
    }

    fn standing(&self, agent: usize) -> Standing {
        use model::event::Delivery;
        let person = &self.agents[agent];
        if person.staffed_since.is_none() {
            return Standing::Unstaffed;
        }
        if let Some(service) = person.service.as_ref().filter(|service| service.acw_since.is_none()) {
            return match person.on == Some(service.call) && service.held_since.is_none() {
                false => Standing::Other,
                true if service.direct => Standing::Direct,
                true => Standing::OnCall,
            };
        }
        if person.holds_own {
            return Standing::Other;
        }
        match (person.ringing, person.mode) {
            (Some((_, Delivery::Extension)), _) => Standing::Other,
            (Some(_), _) => Standing::Ringing,
            (None, WorkMode::Aux(reason)) => Standing::Aux(reason),
            (None, WorkMode::Acw(_)) if person.service.as_ref().is_some_and(|service| service.direct) => {
                Standing::Direct
            }
            (None, WorkMode::Acw(_)) => Standing::Acw,
            (None, WorkMode::Available) if person.on.is_none() => Standing::Available,
            (None, WorkMode::Available | WorkMode::Unknown) => Standing::Other,
        }
    }

    /// Counts the agent's time up to now.
    fn settle(&mut self, agent: usize) {
        let person = &mut self.agents[agent];
        let secs = u64::from(self.now.since(person.standing_since));
        person.standing_since = self.now;
        if person.standing == Standing::Unstaffed || secs == 0 {
            return;
        }
        let tally = &mut self.ledger.agents[agent];
        tally.staffed_secs += secs;
        match person.standing {
            Standing::Unstaffed => {}
            Standing::Available => tally.available_secs += secs,
            Standing::Ringing => tally.ringing_secs += secs,
            Standing::OnCall => tally.on_call_secs += secs,
            Standing::Acw => tally.in_acw_secs += secs,
            Standing::Direct => tally.direct_agent_secs += secs,
            Standing::Other => tally.other_secs += secs,
            Standing::Aux(reason) => {
                tally.aux_secs += secs;
                *tally.aux_secs_by_reason.entry(reason).or_default() += secs;
            }
        }
    }

    pub(super) fn settle_agents(&mut self) {
        for agent in 0..self.agents.len() {
            self.settle(agent);
        }
    }
}
