//! What people do of their own accord: calls from extension to extension and to the outside, calls for one agent
//! alone, a moment of after-call work without a call, another skill, another desk.

use model::event::{AgentAct, CallAct, Delivery, Direction, Entry, Party, Skill, WorkMode};
use model::{AuxReason, CallId, LogoutReason};
use smallvec::smallvec;

use super::World;
use super::state::{Stage, TalkStep, Task, Wish};
use crate::office::{self, aux};

/// Mean seconds between whims of one agent.
const BETWEEN_WHIMS_SECS: u64 = 4_000;

impl World {
    /// Somebody has a whim; plans the next one.
    pub(super) fn whim(&mut self) {
        let gap_millis = BETWEEN_WHIMS_SECS * 1_000 / self.agents.len() as u64;
        let secs = self.random.exponential(gap_millis) / 1_000 + self.random.below(2);
        self.plan_after(secs as i64, Task::Whim);
        let agent = self.random.index(self.agents.len());
        if !self.agents[agent].is_free() || self.agents[agent].mode == WorkMode::Unknown {
            return;
        }
        let at_leisure = self.is_at_leisure(agent);
        match self.random.below(100) {
            0..38 => self.dial(agent),
            38..62 => self.take_extension_call(agent),
            62..78 if at_leisure => self.take_direct_call(agent),
            78..85 if at_leisure => {
                let secs = self.random.between(15, 90);
                self.go_acw(agent, secs);
            }
            85..90 => self.change_skills(agent),
            90..91 if at_leisure => self.change_desk(agent),
            91..95 => self.place_call(),
            95..100 => {
                let secs = self.random.between(30, 240);
                let reason = self.odd_reason();
                self.wish(agent, Wish::Aux { reason, secs });
            }
            _ => {}
        }
    }

    /// The agent dials a number outside, an unmeasured desk or a colleague.
    fn dial(&mut self, agent: usize) {
        let off_switch = self.random.chance(600);
        let line = match off_switch {
            true => match self.seize(self.office.outgoing_group(), Direction::Out) {
                Some(line) => Some(line),
                None => return,
            },
            false => None,
        };
        let colleague = if off_switch || self.random.chance(400) { None } else { self.colleague(agent) };
        self.take_from_idle(agent);
        let id = self.new_call(line);
        let number = self.office.agents[agent].id;
        let adjunct = self.random.chance(150);
        self.tell_call(id, CallAct::Dialed { agent: number, off_switch, adjunct });
        self.tell_digits(id, agent, colleague, off_switch);
        let answers = self.random.chance(800);
        let (ringing, talking) = (self.random.between(3, 20), self.random.skewed_secs(75, 4));
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Talking;
            call.dialed = true;
            call.parties = smallvec![agent];
            if colleague.is_none() {
                call.script
                    .push_back((ringing, if answers { TalkStep::FarEndAnswers } else { TalkStep::End(Party::Agent) }));
                if answers && talking > 30 && self.random.chance(150) {
                    call.script.push_back((talking / 4, TalkStep::Hold));
                    call.script.push_back((talking / 4, TalkStep::Retrieve));
                }
                let by = if talking % 2 == 0 { Party::Caller } else { Party::Agent };
                call.script.push_back((talking, TalkStep::End(by)));
            }
        }
        self.agents[agent].on = Some(id);
        self.refresh(agent);
        match colleague {
            Some(colleague) => self.ring(id, colleague, Delivery::Extension),
            None => self.plan_talk(id),
        }
    }

    /// A call to the agent's extension, from outside or from an unmeasured desk.
    fn take_extension_call(&mut self, agent: usize) {
        let line = if self.random.chance(500) { self.seize(0, Direction::In) } else { None };
        let id = self.new_call(line);
        self.ring(id, agent, Delivery::Extension);
        self.identify_caller_of(id, agent);
    }

    /// What the agent has dialled: a colleague, a number outside, or an unmeasured desk.
    fn tell_digits(&mut self, id: CallId, agent: usize, colleague: Option<usize>, off_switch: bool) {
        let digits = match colleague {
            Some(colleague) => self.office.agents[colleague].extension,
            None => office::back_office_extension(&mut self.random),
        };
        let outside = format!("90{:08}", self.random.below(100_000_000));
        self.tell_dialed(id, agent, if off_switch { &outside } else { digits.as_str() });
    }

    /// An adjunct has reached somebody outside, and brings the call to a VDN for the agents to take.
    fn place_call(&mut self) {
        let Some(line) = self.seize(self.office.outgoing_group(), Direction::Out) else { return };
        let id = self.new_call(Some(line));
        self.tell_call(id, CallAct::FarEndAnswered);
        let vdn = self.random.index(self.office.vdns.len());
        self.enter_vdn(id, vdn, Entry::First);
        self.identify_caller(id, vdn);
    }

    /// In after-call work the agent calls somebody, or is called.
    pub(super) fn own_call(&mut self, agent: usize, token: u32) {
        let person = &self.agents[agent];
        if person.token != token || !person.is_free() {
            return;
        }
        if self.random.chance(600) { self.dial(agent) } else { self.take_extension_call(agent) }
    }

    /// A personal matter, or the rare code whose turn it is.
    pub(super) fn odd_reason(&mut self) -> AuxReason {
        if self.random.chance(400) { aux::PERSONAL } else { aux::rare(self.rare_code) }
    }

    /// A call for this agent alone, counted with the agent's first skill.
    fn take_direct_call(&mut self, agent: usize) {
        let Some(line) = self.seize(0, Direction::In) else { return };
        let Some(split) = self.agents[agent].skills.first().map(|skill| skill.split) else { return };
        let id = self.new_call(Some(line));
        self.ring(id, agent, Delivery::DirectAgent(split));
        self.identify_caller_of(id, agent);
    }

    /// A supervisor gives the agent one skill more or takes the last one away.
    fn change_skills(&mut self, agent: usize) {
        let was_idle = self.agents[agent].idle_place.is_some();
        self.take_from_idle(agent);
        let split = self.office.splits[self.random.index(self.office.splits.len())].id;
        let skills = &mut self.agents[agent].skills;
        if skills.len() > 2 {
            skills.pop();
        } else if skills.iter().all(|skill| skill.split != split) {
            skills.push(Skill::new(split, 6));
        } else if let Some(last) = skills.last_mut() {
            last.level = last.level % 16 + 1;
        }
        let skills = skills.clone();
        self.tell_agent(agent, AgentAct::SkillsChanged { skills });
        if was_idle {
            self.idle_or_take(agent);
        }
    }

    /// Logs out and in again a few minutes later.
    fn change_desk(&mut self, agent: usize) {
        let reason = self.random.pick(&[LogoutReason(2), LogoutReason(2), LogoutReason(4)]);
        self.log_out(agent, reason);
        let secs = self.random.between(120, 600);
        self.plan_after(secs, Task::LogIn { agent });
    }
}
