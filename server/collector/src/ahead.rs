//! Looking ahead: what the next events will touch is fetched from memory together.
//!
//! The state of a large ACD is larger than any cache of the processor. An event touches a dozen places of it, each found
//! through the one before, and waited for by itself every one takes longer than the work that is done there. So before a
//! group of events is applied, each step of that way is gone for all of them at once: the places of one step do not depend
//! on each other, and the processor fetches them side by side. Nothing is changed by it, and nothing depends on it.

use std::hint::black_box;

use model::event::CallAct;
use model::{CallId, Event, EventBody, LoginId};
use smallvec::SmallVec;

use crate::agent::{Agent, AgentSkill};
use crate::call::Call;
use crate::collector::Collector;
use crate::effects::Effect;
use crate::slots::Ix;

/// Events whose places are fetched together. Fewer fetch less side by side; what many more fetch is gone from the nearest
/// cache before it is needed.
const GROUP: usize = 16;

type Group<T> = SmallVec<[T; GROUP]>;

impl Collector {
    /// Applies events one after the other, as [`Collector::apply`] does, and faster where there are many.
    pub fn apply_all<'e>(&mut self, events: impl IntoIterator<Item = &'e Event>, effects: &mut Vec<Effect>) {
        let mut events = events.into_iter();
        loop {
            let group: Group<&Event> = events.by_ref().take(GROUP).collect();
            if group.len() > 1 {
                self.look_ahead(&group);
            }
            group.iter().for_each(|event| self.apply(event, effects));
            if group.len() < GROUP {
                return;
            }
        }
    }

    fn look_ahead(&self, group: &[&Event]) {
        let calls: Group<Ix<Call>> = group.iter().filter_map(|event| self.calls.find(call_of(event)?)).collect();
        let mut agents: Group<Ix<Agent>> =
            group.iter().filter_map(|event| self.agents.find(agent_of(event)?)).collect();
        black_box(calls.iter().filter_map(|&ix| self.calls.pool.get(ix)).fold(0, |seen, call| seen ^ call.touch()));
        agents.extend(calls.iter().filter_map(|&ix| self.calls.pool.get(ix)?.agents.first().copied()));
        black_box(agents.iter().fold(0, |seen, &ix| seen ^ self.agents[ix].touch()));
        black_box(agents.iter().fold(0, |seen, &ix| seen ^ self.touch_skills(ix)));
    }

    /// The rows and the splits of an agent.
    fn touch_skills(&self, ix: Ix<Agent>) -> usize {
        let agent = &self.agents[ix];
        let touch =
            |seen, skill: &AgentSkill| seen ^ agent.rows[skill.row].live.touch() ^ self.splits[skill.split].touch();
        agent.skills.iter().fold(0, touch)
    }
}

fn call_of(event: &Event) -> Option<CallId> {
    match event.body {
        EventBody::Call { call, .. } => Some(call),
        _ => None,
    }
}

fn agent_of(event: &Event) -> Option<LoginId> {
    match &event.body {
        EventBody::Agent { agent, .. } => Some(*agent),
        EventBody::Call { act, .. } => agent_of_call(act),
        _ => None,
    }
}

fn agent_of_call(act: &CallAct) -> Option<LoginId> {
    match act {
        CallAct::Ringing { agent, .. }
        | CallAct::Answered { agent, .. }
        | CallAct::Redirected { agent }
        | CallAct::RingStopped { agent }
        | CallAct::Held { agent }
        | CallAct::Retrieved { agent }
        | CallAct::AgentLeft { agent }
        | CallAct::Transferred { agent, .. }
        | CallAct::Conferenced { agent, .. }
        | CallAct::Dialed { agent, .. } => Some(*agent),
        _ => None,
    }
}
