//! Transfers and conferences, and the two calls that become one by them.
//!
//! A consultation is a call of its own. By a transfer the call joins it: caller, trunk and VDN go on under the
//! consultation's number. By a conference the consultation joins the call. Either way the number that is given up
//! means the surviving call from then on, and each trunk keeps what it carried.

use model::event::Direction;
use model::{CallId, LoginId};
use smallvec::SmallVec;

use crate::agent::Agent;
use crate::answer::RingEnd;
use crate::call::Call;
use crate::collector::Collector;
use crate::leg::Phase;
use crate::outcome::Outcome;
use crate::slots::Ix;
use crate::split::Split;
use crate::vector::Exit;

impl Collector {
    pub(crate) fn transfer(&mut self, ix: Ix<Call>, agent: LoginId, to: Option<CallId>) {
        self.calls.pool[ix].transfers += 1;
        let sender = self.sender(ix, agent);
        self.note_traced_act(agent, |flags| flags.transferred = true);
        self.leave(ix, agent, |leg| {
            leg.deeds.transfers += 1;
            leg.deeds.released = true;
        });
        if let Some(consultation) = self.other_call(ix, to) {
            self.leave_consultation(consultation, agent);
            self.merge(ix, consultation);
        } else if let Some((agent, split)) = sender {
            self.part_is_sent_on(ix, agent, split);
        }
    }

    /// The agent on the call, with the split that the agent's share in it is counted with.
    fn sender(&mut self, ix: Ix<Call>, agent_id: LoginId) -> Option<(Ix<Agent>, Option<Ix<Split>>)> {
        let agent = self.agent_ix(agent_id);
        let leg = self.agents[agent].legs.iter().find(|leg| leg.call == ix && leg.is_on())?;
        Some((agent, leg.split()))
    }

    pub(crate) fn conference(&mut self, ix: Ix<Call>, agent_id: LoginId, with: Option<CallId>) {
        let agent = self.agent_ix(agent_id);
        if let Some(leg) = self.agents[agent].legs.iter_mut().find(|leg| leg.call == ix && leg.is_on()) {
            leg.deeds.conferences += 1;
            leg.deeds.released = true;
        }
        if with.is_none()
            && let Some((agent, split)) = self.sender(ix, agent_id)
        {
            self.part_is_joined(ix, agent, split);
        }
        self.note_traced(agent, |flags| flags.conference = true);
        if let Some(consultation) = self.other_call(ix, with) {
            self.leave_consultation(consultation, agent_id);
            self.merge(consultation, ix);
        }
        let held = self.agents[agent].legs.iter().any(|leg| leg.call == ix && leg.phase == Phase::Held);
        if held {
            self.hold(ix, agent_id, Phase::Held, Phase::Talking);
        }
    }

    fn other_call(&self, ix: Ix<Call>, id: Option<CallId>) -> Option<Ix<Call>> {
        id.and_then(|id| self.calls.find(id)).filter(|&other| other != ix)
    }

    /// The consulting agent's part in the consultation is over.
    fn leave_consultation(&mut self, consultation: Ix<Call>, agent_id: LoginId) {
        let agent = self.agent_ix(agent_id);
        if self.agents[agent].legs.iter().any(|leg| leg.call == consultation && leg.is_on()) {
            self.end_talk(consultation, agent);
        }
    }

    /// An agent who has a part in both calls keeps the one in the survivor.
    fn end_second_parts(&mut self, gone: Ix<Call>, survivor: Ix<Call>) {
        let both: SmallVec<[Ix<Agent>; 2]> = self.calls.pool[gone]
            .agents
            .iter()
            .copied()
            .filter(|agent| self.calls.pool[survivor].agents.contains(agent))
            .collect();
        for agent in both {
            self.end_ring(gone, agent, RingEnd::Stopped);
            self.end_talk(gone, agent);
        }
    }

    /// `gone` becomes a part of `survivor`.
    fn merge(&mut self, gone: Ix<Call>, survivor: Ix<Call>) {
        self.end_second_parts(gone, survivor);
        if self.calls.pool[survivor].visit.is_some() {
            self.decide_visit(gone, Outcome::Outflow { interflow: false });
            self.leave_visit(gone);
        }
        if self.calls.pool[survivor].passage.is_some() {
            self.leave_vector(gone, Exit::To(Outcome::Outflow { interflow: false }));
        }
        self.join_histories(gone, survivor);
        let Some(mut call) = self.calls.merge(gone, survivor) else { return };
        self.stop_timing(&mut call);
        self.move_waiting(std::mem::take(&mut call.waits_in), (None, None));
        self.move_waits(&call, gone, survivor);
        self.move_agents(&call, gone, survivor);
        self.move_trunks(&call, survivor);
        let heir = &mut self.calls.pool[survivor];
        heir.unseen |= call.unseen;
        heir.visit = heir.visit.or(call.visit);
        heir.passage = heir.passage.or(call.passage);
        heir.first_vdn = heir.first_vdn.or(call.first_vdn);
        heir.in_vector |= call.in_vector;
        heir.elsewhere |= call.elsewhere;
        heir.dialed |= call.dialed;
        heir.outcome = heir.outcome.or(call.outcome);
        heir.answers += call.answers;
        heir.answered_in = heir.answered_in.or(call.answered_in);
        heir.far_end_at = heir.far_end_at.or(call.far_end_at);
        heir.transfers += call.transfers;
        heir.audio += call.audio;
        // One call may be active in one VDN; of two, the survivor's count stands.
        match (heir.active_in, call.active_in) {
            (None, counted) => heir.active_in = counted,
            (Some(_), Some(vdn)) => {
                self.vdns[vdn].active_calls = self.vdns[vdn].active_calls.saturating_sub(1);
                self.vdns[vdn].fresh = false;
            }
            (Some(_), None) => {}
        }
        self.restage(survivor);
        self.time_call(survivor);
    }

    /// Where both wait in the same queue, one place is given up.
    fn move_waits(&mut self, call: &Call, gone: Ix<Call>, survivor: Ix<Call>) {
        for wait in &call.waits {
            self.splits[wait.split].leave(gone, wait);
            self.touch_split(wait.split);
            if self.calls.pool[survivor].waits.iter().any(|other| other.split == wait.split) {
                let at = self.now();
                let departure = crate::outcome::Departure::Outflow { interflow: false };
                if !wait.direct {
                    self.splits[wait.split].credit_departure(wait, departure, at, false);
                }
            } else {
                self.splits[wait.split].join(survivor, wait);
                self.calls.pool[survivor].waits.push(*wait);
            }
        }
    }

    fn move_agents(&mut self, call: &Call, gone: Ix<Call>, survivor: Ix<Call>) {
        let id = self.calls.pool[survivor].id;
        for &agent in &call.agents {
            for leg in self.agents[agent].legs.iter_mut().filter(|leg| leg.call == gone && leg.is_open()) {
                (leg.call, leg.call_id) = (survivor, id);
            }
            self.calls.pool[survivor].agents.push(agent);
            self.trace_merged(agent, call.id, id);
            self.agents[agent].fresh = false;
        }
    }

    /// Each trunk keeps what its own call was before.
    fn move_trunks(&mut self, call: &Call, survivor: Ix<Call>) {
        let (was, heir) = (call.carried(), &mut self.calls.pool[survivor]);
        let (is, stage) = (heir.carried(), heir.stage);
        for seized in heir.trunks.iter_mut().filter(|seized| seized.direction == Direction::Out) {
            seized.carried.get_or_insert(is);
        }
        for seized in &call.trunks {
            let mut seized = *seized;
            if was.outcome.is_some() || seized.direction == Direction::Out {
                seized.carried.get_or_insert(was);
            }
            heir.trunks.push(seized);
            self.groups[seized.group].restage(Some(call.stage), Some(stage));
            if let Some(trunk) = seized.trunk {
                self.trunks[trunk].call = Some(survivor);
                self.trunks[trunk].fresh = false;
            }
        }
    }
}
