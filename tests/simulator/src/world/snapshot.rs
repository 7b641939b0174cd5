//! Pump-up: everything that is so now, as the switch tells it to a server that has missed something.

use model::event::{AgentAct, CallAct, CallStage, Delivery};
use model::{CallId, Event, EventBody};

use super::World;
use super::state::{Call, Stage, TrunkState};

impl World {
    /// The translations, trunks out of service, agents and calls of this moment, without the frame
    /// (`PumpUpBegan`, `PumpUpEnded`). Speaks of the state after all events told so far.
    pub fn snapshot(&self) -> Vec<Event> {
        let mut bodies: Vec<EventBody> =
            self.office.configuration().into_iter().map(|told| EventBody::Configured(Box::new(told))).collect();
        for (plan, trunks) in self.office.trunk_groups.iter().zip(&self.trunks) {
            let out = plan.trunks.iter().zip(trunks).filter(|(_, state)| **state == TrunkState::MaintenanceBusy);
            bodies.extend(out.map(|(&trunk, _)| EventBody::TrunkMaintenance { trunk, busy: true }));
        }
        for (plan, agent) in self.office.agents.iter().zip(&self.agents) {
            if let Some(since) = agent.staffed_since {
                let (extension, skills, mode) = (plan.extension, agent.skills.clone(), agent.mode);
                let act = AgentAct::Seen { extension, skills, since: Some(since), mode };
                bodies.push(EventBody::Agent { agent: plan.id, act });
            }
        }
        for (&id, call) in &self.calls {
            self.call_seen(id, call, &mut bodies);
        }
        bodies.into_iter().map(|body| Event { at: self.now, body }).collect()
    }

    /// The snapshot in its frame: what a collector without a link is fed first.
    pub fn pump_up(&self) -> Vec<Event> {
        let mark = |body| Event { at: self.now, body };
        let mut events = vec![mark(EventBody::PumpUpBegan)];
        events.extend(self.snapshot());
        events.push(mark(EventBody::PumpUpEnded));
        events
    }

    fn call_seen(&self, id: CallId, call: &Call, bodies: &mut Vec<EventBody>) {
        let before = bodies.len();
        let mut seen = |since, stage| bodies.push(EventBody::Call { call: id, act: CallAct::Seen { since, stage } });
        if let Some(line) = &call.line {
            let group = &self.office.trunk_groups[line.group];
            let trunk = Some(group.trunks[line.trunk]);
            seen(line.since, CallStage::OnTrunk { trunk, group: group.id, direction: line.direction });
        }
        let vdn = call.vdn.map(|vdn| self.office.vdns[vdn].id);
        for wait in &call.waits {
            let split = self.office.splits[wait.split].id;
            seen(wait.since, CallStage::Waiting { split, vdn, priority: wait.priority });
        }
        if let Stage::Ringing { agent, delivery } = call.stage {
            seen(call.since, CallStage::Ringing { agent: self.office.agents[agent].id, delivery });
        }
        for &party in &call.parties {
            let agent = self.office.agents[party].id;
            let service = self.agents[party].service.as_ref().filter(|service| service.call == id);
            let delivery = service.map_or(Delivery::Extension, |service| {
                let split = self.office.splits[service.split].id;
                if service.direct { Delivery::DirectAgent(split) } else { Delivery::Skill(split) }
            });
            seen(service.map_or(call.since, |service| service.answered_at), CallStage::Talking { agent, delivery });
        }
        if let Some((called, _)) = self.called_in(id) {
            seen(call.since, CallStage::Ringing { agent: called, delivery: Delivery::Extension });
        }
        if let Some(identity) = call.identity.clone().filter(|_| bodies.len() > before) {
            bodies.push(EventBody::Call { call: id, act: CallAct::Identified { identity } });
        }
    }

    /// The colleague rung on a call that others are already on.
    fn called_in(&self, id: CallId) -> Option<(model::LoginId, usize)> {
        let call = self.calls.get(&id).filter(|call| call.stage == Stage::Talking && call.parties.len() == 1)?;
        debug_assert!(call.waits.is_empty());
        let rung = self.agents.iter().position(|agent| agent.ringing.is_some_and(|(ringing, _)| ringing == id))?;
        Some((self.office.agents[rung].id, rung))
    }
}
