//! What happens on an answered call, from its script.

use model::CallId;
use model::event::{CallAct, Party};

use super::World;
use super::state::{Service, Stage, TalkStep, Task};

impl World {
    /// Decides the course of an answered call.
    pub(super) fn write_script(&mut self, id: CallId, split: usize) {
        let Some(moves) = self.calls.get(&id).map(|call| call.moves) else { return };
        let secs = match self.random.chance(12) {
            true => self.random.between(1, 6),
            false => self.random.skewed_secs(self.scenario.mean_talk_secs(), 6),
        };
        let end = match self.random.below(100) {
            0..70 => TalkStep::End(Party::Caller),
            70..73 if moves < 2 => TalkStep::Return,
            70..99 => TalkStep::End(Party::Agent),
            _ => TalkStep::End(Party::Switch),
        };
        let mut steps = vec![(secs, end)];
        if secs > 20 {
            self.add_extras(&mut steps, secs, split);
            if moves < 2 {
                self.bend_end(&mut steps, secs);
            }
        }
        // Sorting keeps the order of steps of one second, and the ending stays last.
        let ending = steps.remove(0);
        steps.sort_by_key(|&(at, _)| at);
        steps.push(ending);
        let mut before = 0;
        let script = steps.into_iter().map(|(at, step)| {
            let gap = at - before;
            before = at.max(before);
            (gap.max(0), step)
        });
        let script = script.collect();
        if let Some(call) = self.calls.get_mut(&id) {
            call.script = script;
        }
    }

    fn add_extras(&mut self, steps: &mut Vec<(i64, TalkStep)>, secs: i64, split: usize) {
        if self.random.chance(140) {
            let at = self.random.between(5, secs / 2);
            let back = self.random.between(at + 3, secs - 5);
            steps.push((at, TalkStep::Hold));
            let lost = self.random.chance(20);
            if lost {
                steps[0] = (back, TalkStep::HangUpOnHold);
                return;
            }
            steps.push((back, TalkStep::Retrieve));
        }
        if self.office.splits[split].work_codes && self.random.chance(400) {
            let codes = if self.random.chance(30) { self.random.between(2, 6) } else { 1 };
            (0..codes).for_each(|_| steps.push((secs - self.random.between(0, 4), TalkStep::WorkCode)));
        }
        let buttons = [
            (60, TalkStep::StrokeCount),
            (15, TalkStep::Assist),
            (3, TalkStep::BadAudio),
            (4, TalkStep::MaliciousTrace),
        ];
        for (per_mille, step) in buttons {
            if self.random.chance(per_mille) {
                steps.push((self.random.between(1, secs - 1), step));
            }
        }
    }

    /// Some calls end in a transfer, a consultation or a conference.
    fn bend_end(&mut self, steps: &mut Vec<(i64, TalkStep)>, secs: i64) {
        if steps[0].1 == TalkStep::HangUpOnHold {
            return;
        }
        let transfer = match self.random.below(1_000) {
            0..22 => TalkStep::TransferToVdn,
            22..34 => TalkStep::TransferToStation,
            34..40 => TalkStep::TransferOutside,
            40..85 => TalkStep::Consult,
            85..100 => TalkStep::CallIn,
            100..115 if self.scenario.extension_calls => TalkStep::TakeAnother,
            _ => return,
        };
        match transfer {
            TalkStep::Consult | TalkStep::CallIn | TalkStep::TakeAnother => {
                // Whoever consults goes on with the call, should it come back. Nothing else is begun meanwhile.
                steps.retain(|&(_, step)| step.is_end() || step == TalkStep::WorkCode);
                steps.push((secs * 2 / 3, transfer));
            }
            _ => steps[0].1 = transfer,
        }
    }

    /// Plans the first step of the script.
    pub(super) fn plan_talk(&mut self, id: CallId) {
        let Some(call) = self.calls.get(&id) else { return };
        if let Some(&(secs, _)) = call.script.front() {
            self.plan_after(secs, Task::Talk { call: id, token: call.token });
        }
    }

    pub(super) fn talk(&mut self, id: CallId, token: u32) {
        let Some(call) = self.calls.get_mut(&id).filter(|call| call.token == token) else { return };
        let Some((_, step)) = call.script.pop_front() else { return };
        let host = call.parties.first().copied();
        match (step, host) {
            (TalkStep::End(by), _) => return self.end_call(id, by),
            (TalkStep::HangUpOnHold, _) => return self.end_call(id, Party::Caller),
            (TalkStep::ConsultDone, _) => return self.consult_done(id),
            (TalkStep::BackToCaller, _) => return self.back_to_caller(id),
            (TalkStep::Return, Some(host)) => return self.return_to_vdn(id, host),
            (TalkStep::TakeAnother, Some(host)) => return self.take_another(id, host),
            (TalkStep::FarEndAnswers, _) => self.tell_call(id, CallAct::FarEndAnswered),
            (TalkStep::Consult, Some(host)) => return self.consult(id, host),
            (TalkStep::CallIn, Some(host)) => return self.call_in(id, host),
            (TalkStep::OneLeaves, Some(_)) => self.one_leaves(id),
            (TalkStep::TransferToVdn | TalkStep::TransferToStation | TalkStep::TransferOutside, Some(host)) => {
                return self.transfer(id, host, step);
            }
            (step, Some(host)) => self.small_step(id, host, step),
            (_, None) => {}
        }
        self.plan_talk(id);
    }

    /// Steps after which the call goes on as it was.
    fn small_step(&mut self, id: CallId, host: usize, step: TalkStep) {
        let agent = self.office.agents[host].id;
        match step {
            TalkStep::Hold => self.hold(id, host),
            TalkStep::Retrieve => self.retrieve(id, host),
            TalkStep::WorkCode => {
                let code = self.random.pick(&self.office.work_codes);
                self.tell_call(id, CallAct::WorkCodeEntered { agent, code });
                self.note(host, |service| service.work_codes.push(code));
            }
            TalkStep::StrokeCount => {
                let button = self.random.between(1, 9) as u8;
                self.tell_call(id, CallAct::StrokeCount { agent, button });
                self.note(host, |service| service.stroke_counts += 1);
            }
            TalkStep::Assist => {
                self.tell_call(id, CallAct::Assist { agent });
                self.note(host, |service| service.assists += 1);
            }
            TalkStep::MaliciousTrace => self.tell_call(id, CallAct::MaliciousTrace { agent }),
            _ => self.tell_call(id, CallAct::AudioDifficulty { agent }),
        }
    }

    pub(super) fn hold(&mut self, id: CallId, host: usize) {
        let (agent, now) = (self.office.agents[host].id, self.now);
        self.tell_call(id, CallAct::Held { agent });
        let own = self.is_own(id, host);
        self.agents[host].holds_own = own;
        if !own {
            self.note(host, |service| {
                service.held_since = Some(now);
                service.holds += 1;
            });
        }
        self.refresh(host);
    }

    pub(super) fn retrieve(&mut self, id: CallId, host: usize) {
        let (agent, now) = (self.office.agents[host].id, self.now);
        self.tell_call(id, CallAct::Retrieved { agent });
        if !self.is_own(id, host) {
            self.note(host, |service| service.end_hold(now));
        }
        self.agents[host].holds_own = false;
        self.refresh(host);
    }

    /// Whether the call is no skill or direct-agent call that the agent serves.
    fn is_own(&self, id: CallId, agent: usize) -> bool {
        self.agents[agent].service.as_ref().is_none_or(|service| service.call != id)
    }

    /// The agent hangs up, and the caller is sent back to the VDN to be asked how it was.
    fn return_to_vdn(&mut self, id: CallId, host: usize) {
        let Some(call) = self.calls.get(&id) else { return };
        let (Some(vdn), 1) = (call.vdn, call.parties.len()) else { return self.end_call(id, Party::Agent) };
        self.tell_call(id, CallAct::AgentLeft { agent: self.office.agents[host].id });
        self.drop_party(id, host);
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Vector;
            call.moves += 1;
        }
        self.leave(host, id, false);
        self.enter_vdn(id, vdn, model::event::Entry::Returned);
    }

    /// The agent passes the call on and is off it.
    fn transfer(&mut self, id: CallId, host: usize, step: TalkStep) {
        let agent = self.office.agents[host].id;
        self.tell_call(id, CallAct::Transferred { agent, to: None });
        self.note(host, |service| service.transferred = true);
        self.drop_party(id, host);
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Vector;
            call.moves += 1;
        }
        self.leave(host, id, false);
        match step {
            TalkStep::TransferToVdn => {
                let vdn = self.random.index(self.office.vdns.len());
                self.enter_vdn(id, vdn, model::event::Entry::Routed);
            }
            TalkStep::TransferToStation => self.connect_station(id),
            _ => self.route_outside(id),
        }
    }

    /// Notes something on what the agent is serving.
    pub(super) fn note(&mut self, agent: usize, change: impl FnOnce(&mut Service)) {
        if let Some(service) = &mut self.agents[agent].service {
            change(service);
        }
    }
}

impl Service {
    /// The call is no longer on hold.
    pub fn end_hold(&mut self, now: model::Moment) {
        if let Some(since) = self.held_since.take() {
            self.hold_secs += u64::from(now.since(since));
        }
    }
}
