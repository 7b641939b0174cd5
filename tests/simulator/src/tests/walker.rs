//! Reads events as a careful stranger would: keeps what they say and objects to whatever cannot be.

use std::collections::{BTreeMap, BTreeSet};

use model::event::{AgentAct, CallAct, CallStage, Delivery, Direction, Entry, Priority, Skills, WorkMode};
use model::{CallId, EqLoc, Event, EventBody, Extension, LoginId, Moment, SplitId, TrunkGroupId, VdnId};

/// What is so, as far as the events tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picture {
    pub agents: BTreeMap<LoginId, Desk>,
    pub calls: BTreeMap<CallId, Line>,
    pub maintenance: BTreeSet<EqLoc>,
}

/// A staffed agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    pub since: Moment,
    pub extension: Extension,
    pub skills: Skills,
    pub mode: WorkMode,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    pub trunk: Option<(EqLoc, TrunkGroupId, Moment)>,
    pub outgoing: bool,
    pub vdn: Option<VdnId>,
    pub queues: BTreeMap<SplitId, (Priority, Moment)>,
    pub ringing: BTreeMap<LoginId, Delivery>,
    pub talking: BTreeMap<LoginId, Delivery>,
    held: BTreeSet<LoginId>,
    /// First heard of in a pump-up, which does not tell what is on hold.
    seen: bool,
    /// With someone who is not measured.
    outside: bool,
}

impl Line {
    /// Whether a snapshot can speak of it.
    fn shows(&self) -> bool {
        self.trunk.is_some() || !self.queues.is_empty() || !self.ringing.is_empty() || !self.talking.is_empty()
    }
}

/// Follows events and panics at the first that cannot be.
#[derive(Debug, Default)]
pub struct Walker {
    pub picture: Picture,
    pub kinds: BTreeMap<&'static str, u64>,
    now: Moment,
    /// Agents off a skill call in this second, of whom the mode must be told.
    owed: BTreeMap<LoginId, CallId>,
    /// Calls whose number may not come again.
    over: BTreeSet<CallId>,
    in_pump_up: bool,
}

impl Walker {
    pub fn walk(&mut self, events: &[Event]) {
        for event in events {
            assert!(event.at >= self.now, "time goes back at {event:?}");
            if event.at > self.now {
                self.check_owed(event.at);
                self.now = event.at;
            }
            self.take(event);
        }
    }

    fn check_owed(&mut self, before: Moment) {
        assert!(self.owed.is_empty(), "no mode told after a call before {before}: {:?}", self.owed);
    }

    fn count(&mut self, kind: &'static str) {
        *self.kinds.entry(kind).or_default() += 1;
    }

    fn take(&mut self, event: &Event) {
        match &event.body {
            EventBody::PumpUpBegan => self.in_pump_up = true,
            EventBody::PumpUpEnded => self.in_pump_up = false,
            EventBody::Heartbeat => self.count("heartbeat"),
            EventBody::Configured(_) => assert!(self.in_pump_up),
            EventBody::TrunkMaintenance { trunk, busy: true } => {
                assert!(self.picture.maintenance.insert(*trunk), "{event:?}");
                let used = self.picture.calls.values().any(|line| line.trunk.is_some_and(|(port, ..)| port == *trunk));
                assert!(!used, "a trunk in use was taken out: {event:?}");
                self.count("maintenance");
            }
            EventBody::TrunkMaintenance { trunk, busy: false } => assert!(self.picture.maintenance.remove(trunk)),
            EventBody::Agent { agent, act } => self.agent(*agent, act, event),
            EventBody::Call { call, act } => self.call(*call, act, event),
            other => panic!("the simulator does not tell {other:?}"),
        }
    }

    fn agent(&mut self, agent: LoginId, act: &AgentAct, event: &Event) {
        let busy = self.calls_of(agent);
        match act {
            AgentAct::LoggedIn { extension, skills } => {
                let desk =
                    Desk { since: self.now, extension: *extension, skills: skills.clone(), mode: WorkMode::Unknown };
                assert!(!skills.is_empty());
                assert!(self.picture.agents.insert(agent, desk).is_none(), "logged in twice: {event:?}");
                self.count("login");
            }
            AgentAct::LoggedOut { .. } => {
                assert!(busy.is_empty(), "logged out on calls {busy:?}: {event:?}");
                assert!(self.picture.agents.remove(&agent).is_some(), "{event:?}");
                self.owed.remove(&agent);
                self.count("logout");
            }
            AgentAct::Mode { split, mode } => {
                assert!(split.is_none());
                if let WorkMode::Acw(Some(call)) = mode {
                    assert_eq!(self.owed.get(&agent), Some(call), "after-call work of another call: {event:?}");
                }
                self.owed.remove(&agent);
                self.desk(agent, event).mode = *mode;
                self.count(match mode {
                    WorkMode::Available => "available",
                    WorkMode::Aux(_) if !busy.is_empty() => "aux on a call",
                    WorkMode::Aux(_) => "aux",
                    WorkMode::Acw(Some(_)) => "acw",
                    WorkMode::Acw(None) => "manual acw",
                    WorkMode::Unknown => panic!("{event:?}"),
                });
            }
            AgentAct::SkillsChanged { skills } => {
                let splits: BTreeSet<SplitId> = skills.iter().map(|skill| skill.split).collect();
                assert!(!splits.is_empty() && splits.len() == skills.len(), "{event:?}");
                self.desk(agent, event).skills = skills.clone();
                self.count("skills changed");
            }
            AgentAct::Seen { extension, skills, since, mode } => {
                assert!(self.in_pump_up);
                let since = since.expect("the simulator knows since when");
                let desk = Desk { since, extension: *extension, skills: skills.clone(), mode: *mode };
                assert!(self.picture.agents.insert(agent, desk).is_none());
            }
        }
    }

    fn desk(&mut self, agent: LoginId, event: &Event) -> &mut Desk {
        self.picture.agents.get_mut(&agent).unwrap_or_else(|| panic!("not logged in: {event:?}"))
    }

    fn calls_of(&self, agent: LoginId) -> Vec<CallId> {
        let on = |line: &Line| line.ringing.contains_key(&agent) || line.talking.contains_key(&agent);
        self.picture.calls.iter().filter(|(_, line)| on(line)).map(|(&call, _)| call).collect()
    }

    fn call(&mut self, call: CallId, act: &CallAct, event: &Event) {
        if let CallAct::Seen { since, stage } = act {
            assert!(self.in_pump_up);
            return self.seen(call, *since, stage);
        }
        if let CallAct::Identified { .. } = act {
            assert!(self.picture.calls.contains_key(&call), "an unknown call is identified: {event:?}");
            return self.count("identified");
        }
        if let CallAct::WorkCodeEntered { agent, .. } = act
            && self.desk(*agent, event).mode == WorkMode::Acw(Some(call))
        {
            return self.count("late work code");
        }
        assert!(!self.over.contains(&call), "a call that is over speaks: {event:?}");
        let begins = matches!(
            act,
            CallAct::TrunkSeized { .. }
                | CallAct::VdnEntered { .. }
                | CallAct::Dialed { .. }
                | CallAct::Ringing { delivery: Delivery::Extension, .. }
        );
        assert!(begins || self.picture.calls.contains_key(&call), "an unknown call speaks: {event:?}");
        self.picture.calls.entry(call).or_default();
        self.before_agents(call, act, event);
        self.with_agents(call, act, event);
    }

    fn line(&mut self, call: CallId) -> &mut Line {
        self.picture.calls.get_mut(&call).expect("made when first named")
    }

    /// What happens to a call on its way to an agent.
    fn before_agents(&mut self, call: CallId, act: &CallAct, event: &Event) {
        let now = self.now;
        match act {
            CallAct::TrunkSeized { trunk, group, direction } => {
                let trunk = trunk.expect("the simulator knows its trunks");
                let free = self.picture.calls.values().all(|line| line.trunk.is_none_or(|(port, ..)| port != trunk));
                assert!(free && !self.picture.maintenance.contains(&trunk), "a busy trunk was seized: {event:?}");
                let line = self.line(call);
                line.outgoing = *direction == Direction::Out;
                line.trunk = Some((trunk, *group, now));
                self.count("trunk seized");
            }
            CallAct::VdnEntered { vdn, entry } => {
                let line = self.line(call);
                assert!(line.queues.is_empty() && line.talking.is_empty() && !line.outside, "{event:?}");
                line.vdn = Some(*vdn);
                self.count(if *entry == Entry::Returned { "returned" } else { "vdn" });
            }
            CallAct::VectorEntered { .. } => assert!(self.line(call).vdn.is_some(), "{event:?}"),
            CallAct::Queued { split, priority } => {
                let line = self.line(call);
                assert!(line.talking.is_empty() && !line.outside, "{event:?}");
                let again = line.queues.insert(*split, (*priority, now)).is_some();
                assert!(line.queues.len() <= 3, "in more than three queues: {event:?}");
                self.count(if again { "requeued" } else { "queued" });
            }
            CallAct::QueueLeft { split } => {
                assert!(self.line(call).queues.remove(split).is_some(), "{event:?}");
                self.count("queue left");
            }
            CallAct::Abandoned | CallAct::ForcedBusy | CallAct::ForcedDisconnect { .. } => {
                let line = self.line(call);
                assert!(line.talking.is_empty() && !line.outside, "{event:?}");
                let ringing = !line.ringing.is_empty();
                assert!(!ringing || *act == CallAct::Abandoned, "{event:?}");
                self.end(call);
                self.count(match act {
                    CallAct::Abandoned if ringing => "abandoned ringing",
                    CallAct::Abandoned => "abandoned",
                    CallAct::ForcedBusy => "busy",
                    _ => "disconnect",
                });
            }
            CallAct::Outflowed { .. } | CallAct::Connected { .. } => {
                let line = self.line(call);
                assert!(line.ringing.is_empty() && line.talking.is_empty(), "{event:?}");
                line.queues.clear();
                line.outside = true;
                self.count(if matches!(act, CallAct::Connected { .. }) { "connected" } else { "outflowed" });
            }
            _ => {}
        }
    }

    /// What happens to a call at its agents.
    fn with_agents(&mut self, call: CallId, act: &CallAct, event: &Event) {
        match act {
            CallAct::Ringing { agent, delivery } => self.ringing(call, *agent, *delivery, event),
            CallAct::Answered { agent, delivery } => {
                let line = self.line(call);
                assert_eq!(line.ringing.remove(agent), Some(*delivery), "answered without ringing: {event:?}");
                line.queues.clear();
                line.talking.insert(*agent, *delivery);
                self.count(match delivery {
                    Delivery::Skill(_) => "answered",
                    Delivery::DirectAgent(_) => "direct answered",
                    Delivery::Extension => "extension answered",
                });
            }
            CallAct::Redirected { agent } | CallAct::RingStopped { agent } => {
                assert!(self.line(call).ringing.remove(agent).is_some(), "{event:?}");
                self.count(if matches!(act, CallAct::Redirected { .. }) { "redirected" } else { "ring stopped" });
            }
            CallAct::Dialed { agent, .. } => {
                let busy = self.calls_of(*agent);
                let held = busy.iter().all(|call| self.picture.calls[call].held.contains(agent));
                assert!(held && self.picture.agents.contains_key(agent), "dialled while on {busy:?}: {event:?}");
                self.line(call).talking.insert(*agent, Delivery::Extension);
                self.count(if busy.is_empty() { "dialed" } else { "consulted" });
            }
            CallAct::Held { agent } => {
                let line = self.line(call);
                assert!(line.talking.contains_key(agent) && line.held.insert(*agent), "{event:?}");
                self.count("held");
            }
            CallAct::Retrieved { agent } => {
                let line = self.line(call);
                assert!(line.held.remove(agent) || line.seen, "{event:?}");
            }
            CallAct::Transferred { agent, to } => self.transferred(call, *agent, *to, event),
            CallAct::Conferenced { agent, with } => self.conferenced(call, *agent, *with, event),
            CallAct::AgentLeft { agent } => {
                let line = self.line(call);
                assert!(line.talking.len() > 1 || line.vdn.is_some() || line.seen, "{event:?}");
                self.off(call, *agent);
                self.count("agent left");
            }
            CallAct::WorkCodeEntered { agent, .. }
            | CallAct::StrokeCount { agent, .. }
            | CallAct::Assist { agent }
            | CallAct::AudioDifficulty { agent } => {
                assert!(self.line(call).talking.contains_key(agent), "{event:?}");
                self.count("button");
            }
            CallAct::MaliciousTrace { agent } | CallAct::DigitsDialed { agent, .. } => {
                assert!(self.line(call).talking.contains_key(agent), "{event:?}");
                self.count(if matches!(act, CallAct::MaliciousTrace { .. }) { "malicious" } else { "digits" });
            }
            CallAct::FarEndAnswered => {
                let line = self.line(call);
                assert!(!line.talking.is_empty() || line.outgoing, "{event:?}");
                let placed = line.talking.is_empty();
                self.count(if placed { "placed" } else { "far end answered" });
            }
            CallAct::Ended { .. } => {
                assert!(self.line(call).ringing.is_empty(), "ended while ringing: {event:?}");
                self.end(call);
                self.count("ended");
            }
            _ => {}
        }
    }

    fn ringing(&mut self, call: CallId, agent: LoginId, delivery: Delivery, event: &Event) {
        let busy = self.calls_of(agent);
        let held = |call: &CallId| self.picture.calls[call].held.contains(&agent) || self.picture.calls[call].seen;
        assert!(busy.iter().all(held), "rings at a busy agent: {event:?}");
        if !busy.is_empty() {
            self.count("rang beside a call on hold");
        }
        assert!(!self.owed.contains_key(&agent), "rings before the mode is told: {event:?}");
        let desk = self.desk(agent, event).clone();
        let (now, mut straight) = (self.now, false);
        let line = self.line(call);
        if let Delivery::Skill(split) = delivery {
            assert_eq!(desk.mode, WorkMode::Available, "{event:?}");
            straight = !line.queues.contains_key(&split);
            assert!(!straight || line.queues.is_empty(), "rings from a queue it is not in: {event:?}");
            line.queues.entry(split).or_insert((Priority::Medium, now));
            assert!(desk.skills.iter().any(|skill| skill.split == split), "rings without the skill: {event:?}");
        }
        assert!(line.ringing.insert(agent, delivery).is_none());
        if straight {
            self.count("rang straight");
        }
    }

    fn transferred(&mut self, call: CallId, agent: LoginId, to: Option<CallId>, event: &Event) {
        self.off(call, agent);
        let Some(to) = to else { return self.count("blind transfer") };
        let joined = self.picture.calls.remove(&call).expect("just seen");
        self.over.insert(call);
        assert!(joined.talking.is_empty(), "{event:?}");
        let line = self.line(to);
        assert!(line.talking.remove(&agent).is_some(), "transferred to a call the agent is not on: {event:?}");
        (line.trunk, line.vdn, line.outgoing) = (joined.trunk, joined.vdn, joined.outgoing);
        self.count("attended transfer");
    }

    fn conferenced(&mut self, call: CallId, agent: LoginId, with: Option<CallId>, event: &Event) {
        assert!(self.line(call).talking.contains_key(&agent), "{event:?}");
        if let Some(with) = with {
            let joined = self.picture.calls.remove(&with).unwrap_or_else(|| panic!("{event:?}"));
            self.over.insert(with);
            let line = self.line(call);
            line.held.remove(&agent);
            line.talking.extend(joined.talking.into_iter().filter(|(other, _)| *other != agent));
        }
        assert!(self.line(call).talking.len() > 1, "a conference of one: {event:?}");
        self.count("conference");
    }

    fn off(&mut self, call: CallId, agent: LoginId) {
        let line = self.line(call);
        line.held.remove(&agent);
        let delivery = line.talking.remove(&agent).expect("only who is on a call can leave it");
        let told = matches!(self.picture.agents[&agent].mode, WorkMode::Aux(_));
        if delivery != Delivery::Extension && !told {
            self.owed.insert(agent, call);
        }
    }

    fn end(&mut self, call: CallId) {
        for agent in self.line(call).talking.keys().copied().collect::<Vec<_>>() {
            self.off(call, agent);
        }
        self.picture.calls.remove(&call);
        self.over.insert(call);
    }

    fn seen(&mut self, call: CallId, since: Moment, stage: &CallStage) {
        let line = self.picture.calls.entry(call).or_default();
        line.seen = true;
        match stage {
            CallStage::Waiting { split, vdn, priority } => {
                line.queues.insert(*split, (*priority, since));
                line.vdn = *vdn;
            }
            CallStage::Ringing { agent, delivery } => _ = line.ringing.insert(*agent, *delivery),
            CallStage::Talking { agent, delivery } => _ = line.talking.insert(*agent, *delivery),
            CallStage::OnTrunk { trunk, group, direction } => {
                line.trunk = trunk.map(|trunk| (trunk, *group, since));
                line.outgoing = *direction == Direction::Out;
            }
        }
    }
}

impl Picture {
    /// What a snapshot of this picture can say.
    pub fn as_seen(&self) -> Picture {
        let mut seen = self.clone();
        seen.calls.retain(|_, line| line.shows());
        for line in seen.calls.values_mut() {
            line.held.clear();
            line.outside = false;
            line.seen = false;
            if line.queues.is_empty() {
                line.vdn = None;
            }
        }
        seen
    }
}
