//! Second agents: consultations, attended transfers, conferences.
//!
//! A consultation is a call of its own. On a transfer the held call joins it and its number is told no more: trunk,
//! caller and VDN go on under the consultation's number. On a conference it is the other way round.

use model::CallId;
use model::event::{CallAct, Delivery, Party, WorkMode};
use smallvec::smallvec;

use super::World;
use super::state::{Stage, TalkStep};

impl World {
    /// A colleague who can be called: staffed and not on anything.
    pub(super) fn colleague(&mut self, of: usize) -> Option<usize> {
        (0..8).find_map(|_| {
            let agent = self.random.index(self.agents.len());
            (agent != of && self.agents[agent].is_free()).then_some(agent)
        })
    }

    /// The agent holds the call and dials a colleague.
    pub(super) fn consult(&mut self, original: CallId, host: usize) {
        let Some(colleague) = self.colleague(host) else { return self.plan_talk(original) };
        self.hold(original, host);
        if let Some(call) = self.calls.get_mut(&original) {
            call.token += 1;
        }
        let id = self.new_call(None);
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Talking;
            call.dialed = true;
            call.consults_for = Some(original);
            call.parties = smallvec![host];
        }
        let agent = self.office.agents[host].id;
        self.tell_call(id, CallAct::Dialed { agent, off_switch: false, adjunct: false });
        let digits = self.office.agents[colleague].extension;
        self.tell_dialed(id, host, digits.as_str());
        self.agents[host].on = Some(id);
        self.refresh(host);
        self.ring(id, colleague, Delivery::Extension);
    }

    /// Transfer, conference, or back to the caller alone.
    pub(super) fn consult_done(&mut self, id: CallId) {
        let Some(call) = self.calls.get(&id) else { return };
        let (&[host, colleague], Some(original)) = (call.parties.as_slice(), call.consults_for) else { return };
        match self.random.below(100) {
            0..60 => self.join_consultation(id, original, host),
            60..85 => self.join_original(id, original, host, colleague),
            _ => {
                self.end_call(id, Party::Agent);
                self.resume(original);
            }
        }
    }

    /// The caller waits on hold while the agent's extension rings.
    pub(super) fn take_another(&mut self, original: CallId, host: usize) {
        self.hold(original, host);
        if let Some(call) = self.calls.get_mut(&original) {
            call.token += 1;
        }
        let id = self.new_call(None);
        if let Some(call) = self.calls.get_mut(&id) {
            call.consults_for = Some(original);
        }
        self.ring(id, host, Delivery::Extension);
        self.identify_caller_of(id, host);
    }

    /// The call that the agent took meanwhile is over.
    pub(super) fn back_to_caller(&mut self, id: CallId) {
        let original = self.calls.get(&id).and_then(|call| call.consults_for);
        self.end_call(id, Party::Agent);
        if let Some(original) = original {
            self.resume(original);
        }
    }

    /// The call comes back from hold and goes on by its script.
    pub(super) fn resume(&mut self, original: CallId) {
        let Some(&host) = self.calls.get(&original).and_then(|call| call.parties.first()) else { return };
        self.agents[host].on = Some(original);
        self.retrieve(original, host);
        self.plan_talk(original);
    }

    /// Attended transfer: the caller is left with the colleague.
    fn join_consultation(&mut self, id: CallId, original: CallId, host: usize) {
        let agent = self.office.agents[host].id;
        self.tell_call(original, CallAct::Transferred { agent, to: Some(id) });
        self.note(host, |service| service.transferred = true);
        let secs = self.random.skewed_secs(self.scenario.mean_talk_secs(), 5);
        let Some(joined) = self.calls.remove(&original) else { return };
        if let Some(call) = self.calls.get_mut(&id) {
            call.parties.retain(|party| *party != host);
            call.consults_for = None;
            call.dialed = false;
            call.line = joined.line;
            call.visit = joined.visit;
            call.vdn = joined.vdn;
            call.moves = joined.moves + 1;
            call.token += 1;
            call.script = [(secs, TalkStep::End(Party::Caller))].into();
        }
        self.ledger.agents[host].extension_out += 1;
        self.leave(host, original, false);
        self.plan_talk(id);
    }

    /// Conference: the colleague comes into the original call.
    fn join_original(&mut self, id: CallId, original: CallId, host: usize, colleague: usize) {
        let (agent, now) = (self.office.agents[host].id, self.now);
        self.tell_call(original, CallAct::Conferenced { agent, with: Some(id) });
        self.calls.remove(&id);
        self.ledger.agents[host].extension_out += 1;
        self.note(host, |service| {
            service.conferenced = true;
            service.end_hold(now);
        });
        let secs = self.random.skewed_secs(60, 5);
        if let Some(call) = self.calls.get_mut(&original) {
            call.parties.push(colleague);
            call.script.push_front((secs, TalkStep::OneLeaves));
        }
        self.agents[host].on = Some(original);
        self.agents[colleague].on = Some(original);
        self.refresh(host);
        self.refresh(colleague);
        self.plan_talk(original);
    }

    /// A colleague is rung on the very call; answering makes it a conference.
    pub(super) fn call_in(&mut self, id: CallId, host: usize) {
        let Some(colleague) = self.colleague(host) else { return self.plan_talk(id) };
        if let Some(call) = self.calls.get_mut(&id) {
            call.token += 1;
        }
        self.ring(id, colleague, Delivery::Extension);
    }

    /// One of the two agents leaves the conference; the call goes on with the other.
    pub(super) fn one_leaves(&mut self, id: CallId) {
        let Some(call) = self.calls.get(&id) else { return };
        let &[host, colleague] = call.parties.as_slice() else { return };
        let leaver = if self.random.chance(650) { colleague } else { host };
        self.tell_call(id, CallAct::AgentLeft { agent: self.office.agents[leaver].id });
        self.drop_party(id, leaver);
        if leaver == host
            && let Some(call) = self.calls.get_mut(&id)
        {
            // What else the host would have done is not done; the colleague only ends the call.
            call.script.retain(|(_, step)| step.is_end());
        }
        self.leave(leaver, id, false);
    }

    /// Whether the agent may be asked to do something by hand now.
    pub(super) fn is_at_leisure(&self, agent: usize) -> bool {
        self.agents[agent].is_free() && self.agents[agent].mode == WorkMode::Available
    }
}
