//! Bringing calls to agents: ringing, answering, redirecting.

use model::CallId;
use model::event::{CallAct, Delivery, Party};
use smallvec::SmallVec;

use super::World;
use super::queues::QueueExit;
use super::state::{Fate, RingEnd, Service, Stage, TalkStep, Task};
use crate::office::aux;

impl World {
    /// Rings a call at an agent who is not engaged; how it ends is decided now.
    pub(super) fn ring(&mut self, id: CallId, agent: usize, delivery: Delivery) {
        self.take_from_idle(agent);
        self.agents[agent].ringing = Some((id, delivery));
        if let Some(call) = self.calls.get_mut(&id).filter(|call| call.stage != Stage::Talking) {
            call.stage = Stage::Ringing { agent, delivery };
        }
        let number = self.office.agents[agent].id;
        self.tell_call(id, CallAct::Ringing { agent: number, delivery });
        self.refresh(agent);
        let (secs, end) = match delivery {
            Delivery::Skill(_) if self.random.chance(8) => (18, RingEnd::Redirect),
            Delivery::Skill(_) if self.random.chance(300) => (self.random.between(0, 1), RingEnd::Answer),
            Delivery::Skill(_) => (self.random.between(1, 7), RingEnd::Answer),
            Delivery::DirectAgent(_) if self.random.chance(100) => (18, RingEnd::Redirect),
            _ if self.random.chance(150) => (self.random.between(10, 20), RingEnd::CallerQuits),
            _ => (self.random.between(1, 9), RingEnd::Answer),
        };
        self.plan_after(secs, Task::RingEnds { call: id, agent, end });
    }

    pub(super) fn ring_ends(&mut self, id: CallId, agent: usize, end: RingEnd) {
        let Some((_, delivery)) = self.agents[agent].ringing.filter(|(call, _)| *call == id) else { return };
        match (end, delivery) {
            (RingEnd::Answer, Delivery::Extension) => self.answer_extension(id, agent),
            (RingEnd::Answer, Delivery::Skill(split)) => self.answer(id, agent, delivery, self.split_index(split)),
            (RingEnd::Answer, Delivery::DirectAgent(split)) => {
                self.answer(id, agent, delivery, self.split_index(split))
            }
            (RingEnd::Redirect, Delivery::Skill(split)) => self.redirect(id, agent, self.split_index(split)),
            (RingEnd::Redirect, Delivery::DirectAgent(_)) => self.redirect_direct(id, agent),
            (_, Delivery::Extension) => self.extension_unanswered(id, agent),
            _ => self.abandon(id),
        }
    }

    /// A skill or direct-agent call is answered.
    fn answer(&mut self, id: CallId, agent: usize, delivery: Delivery, split: usize) {
        let number = self.office.agents[agent].id;
        self.tell_call(id, CallAct::Answered { agent: number, delivery });
        let waited = self.leave_queues(id, QueueExit::Answered(delivery));
        self.set_fate(id, Fate::Answered);
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.stage = Stage::Talking;
        call.token += 1;
        call.parties.push(agent);
        if let Some(line) = &mut call.line {
            line.answered = true;
        }
        let visit = call.visit;
        self.open_visit(visit);
        let person = &mut self.agents[agent];
        person.ringing = None;
        person.on = Some(id);
        person.service = Some(Service {
            call: id,
            split,
            direct: matches!(delivery, Delivery::DirectAgent(_)),
            inflow: waited.is_some_and(|waited| waited.inflow),
            wait_secs: waited.map_or(0, |waited| waited.secs),
            answered_at: self.now,
            held_since: None,
            hold_secs: 0,
            talk_secs: 0,
            holds: 0,
            transferred: false,
            conferenced: false,
            assists: 0,
            stroke_counts: 0,
            work_codes: SmallVec::new(),
            visit,
            acw_since: None,
        });
        self.refresh(agent);
        self.write_script(id, split);
        self.plan_talk(id);
    }

    /// An extension call, a consultation or a call into a conference is answered.
    fn answer_extension(&mut self, id: CallId, agent: usize) {
        let number = self.office.agents[agent].id;
        self.tell_call(id, CallAct::Answered { agent: number, delivery: Delivery::Extension });
        let secs = self.random.skewed_secs(60, 5);
        let Some(call) = self.calls.get_mut(&id) else { return };
        let host = call.parties.first().copied();
        call.parties.push(agent);
        call.stage = Stage::Talking;
        call.token += 1;
        let called_in = host.is_some() && !call.dialed;
        match (called_in, call.consults_for) {
            (true, _) => call.script.push_front((secs, TalkStep::OneLeaves)),
            (false, Some(_)) if host.is_none() => call.script = [(secs, TalkStep::BackToCaller)].into(),
            (false, Some(_)) => call.script = [(secs / 2, TalkStep::ConsultDone)].into(),
            (false, None) => call.script = [(secs, TalkStep::End(Party::Agent))].into(),
        }
        let person = &mut self.agents[agent];
        person.ringing = None;
        person.on = Some(id);
        self.refresh(agent);
        if let Some(host) = host.filter(|_| called_in) {
            let number = self.office.agents[host].id;
            self.tell_call(id, CallAct::Conferenced { agent: number, with: None });
            self.note(host, |service| service.conferenced = true);
        }
        self.plan_talk(id);
    }

    /// Nobody takes the extension call.
    fn extension_unanswered(&mut self, id: CallId, agent: usize) {
        let number = self.office.agents[agent].id;
        self.tell_call(id, CallAct::RingStopped { agent: number });
        let Some(call) = self.calls.get(&id) else { return };
        let (dialed, original, alone) = (call.dialed, call.consults_for, call.parties.is_empty());
        if let Some(original) = original {
            self.end_call(id, if alone { Party::Caller } else { Party::Agent });
            self.resume(original);
        } else if dialed || alone {
            self.end_call(id, if dialed { Party::Agent } else { Party::Caller });
        } else {
            self.plan_talk(id);
        }
        self.stop_ringing(agent);
    }

    /// Rang too long: the agent goes to AUX and the call queues again.
    fn redirect(&mut self, id: CallId, agent: usize, split: usize) {
        let number = self.office.agents[agent].id;
        self.tell_call(id, CallAct::Redirected { agent: number });
        self.agents[agent].ringing = None;
        self.ledger.agents[agent].redirected_no_answer += 1;
        self.ledger.splits[split].redirected_no_answer += 1;
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Vector;
        }
        let secs = self.random.between(40, 240);
        self.go_aux(agent, aux::SYSTEM, secs);
        self.requeue(id, split);
    }

    /// A call for the agent alone rang too long: the agent goes to AUX, and somebody at an unmeasured desk answers.
    fn redirect_direct(&mut self, id: CallId, agent: usize) {
        let number = self.office.agents[agent].id;
        self.tell_call(id, CallAct::Redirected { agent: number });
        self.agents[agent].ringing = None;
        self.ledger.agents[agent].direct_redirected += 1;
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Vector;
        }
        let secs = self.random.between(40, 240);
        self.go_aux(agent, aux::SYSTEM, secs);
        self.connect_station(id);
    }
}
