//! What exceptions may be about, written down while the events pass: what lasted from when to when, what ended, how many
//! there were at one time. Whether any of it is to be told is decided afterwards (`exceptions`).
//!
//! It takes rules that are set before the first call and stay.

use std::collections::BTreeMap;

use model::event::{AgentAct, WorkMode};
use model::{
    AuxReason, CallId, EqLoc, ExceptionKey, ExceptionKind as K, ExceptionScope as S, LoginId, Moment, SplitId, WorkCode,
};

use super::Recount;
use super::calls::{Call, Wait};
use super::desk::{Base, Part, Stage, Way};

const OPEN: [Stage; 3] = [Stage::Ringing, Stage::Talking, Stage::Held];

/// One thing that a rule may tell.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub key: ExceptionKey,
    pub at: Moment,
    pub fact: Fact,
    /// Whom it was about, from when on.
    pub about: Vec<(Moment, About)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Fact {
    /// It went on until then, after it had lasted so long before a pause.
    Lasted {
        until: Moment,
        before_secs: u32,
    },
    /// It ended, after so long.
    Ended {
        secs: u32,
    },
    Happened,
    /// There are so many now.
    Are(u32),
    /// A call was answered after such a wait.
    Answered {
        wait_secs: u32,
    },
    /// An estimate, if there is one.
    Expected(Option<u32>),
}

/// What an exception's record names beside what the rule watches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct About {
    pub trunk: Option<EqLoc>,
    pub call: Option<CallId>,
    pub agent: Option<LoginId>,
    pub reason: Option<u8>,
}

/// Codes that the switch has.
#[derive(Default)]
pub(super) struct Codes {
    pub aux: std::collections::BTreeSet<AuxReason>,
    pub logout: std::collections::BTreeSet<model::LogoutReason>,
    pub work: std::collections::BTreeSet<WorkCode>,
}

/// The call on a trunk, and the agent who had it last.
pub(super) type User = (CallId, Option<LoginId>);

/// A state that a rule times: since when, and the reason codes meanwhile.
pub(super) type Lasting = (Moment, Vec<(Moment, About)>);

fn key(scope: S, kind: K) -> ExceptionKey {
    ExceptionKey { scope, kind, reason: None }
}

impl Recount {
    pub(super) fn is_watched(&self, key: &ExceptionKey) -> bool {
        self.exception_rules.get(key).is_some_and(|rule| rule.on)
    }

    pub(super) fn note_case(&mut self, key: ExceptionKey, at: Moment, fact: Fact, about: Vec<(Moment, About)>) {
        if self.is_watched(&key) {
            self.cases.push(Case { key, at, fact, about });
        }
    }

    pub(super) fn note(&mut self, scope: S, kind: K, at: Moment, fact: Fact) {
        self.note_case(key(scope, kind), at, fact, vec![(at, About::default())]);
    }

    fn note_of(&mut self, agent: LoginId, split: SplitId, kind: K, at: Moment, fact: Fact, reason: Option<u8>) {
        let about = About { agent: Some(agent), reason, ..About::default() };
        self.note_case(key(S::Agents(split), kind), at, fact, vec![(at, about)]);
    }

    pub(super) fn note_wait(&mut self, wait: &Wait) {
        self.looked_at.insert(wait.split);
        let fact = Fact::Lasted { until: self.now, before_secs: 0 };
        self.note(S::Split(wait.split), K::SplitQueueTime, wait.since, fact);
    }

    /// Codes that the switch does not have.
    pub(super) fn note_reasons(&mut self, agent: LoginId, act: &AgentAct) {
        let Some(desk) = self.desks.get(&agent) else { return };
        let (kind, only, reason) = match act {
            AgentAct::Mode { split, mode: WorkMode::Aux(reason) }
                if reason.0 == 0 || !self.codes.aux.contains(reason) =>
            {
                (K::AgentAuxReason, *split, Some(reason.0))
            }
            AgentAct::LoggedOut { reason } if reason.is_none_or(|reason| !self.codes.logout.contains(&reason)) => {
                (K::AgentLogoutReason, None, None)
            }
            _ => return,
        };
        let splits: Vec<SplitId> = desk.skills.iter().map(|skill| skill.skill.split).collect();
        for split in splits.into_iter().filter(|split| only.is_none_or(|only| only == *split)) {
            self.note_of(agent, split, kind, self.now, Fact::Happened, reason);
        }
    }

    pub(super) fn note_code(&mut self, part: usize, code: WorkCode) {
        let (agent, split) = (self.parts[part].agent, self.parts[part].way.split());
        if let Some(split) = split.filter(|_| !self.codes.work.contains(&code)) {
            self.note_of(agent, split, K::AgentWorkCode, self.now, Fact::Happened, None);
        }
    }

    /// The event is done with: which of the agent's states began and ended.
    pub(super) fn watch_states(&mut self, agent: LoginId) {
        let mut states: BTreeMap<ExceptionKey, About> = BTreeMap::new();
        for (split, items) in self.skill_states(agent) {
            let reason = items.iter().find_map(|item| item.strip_prefix("I_AUXTIME_OF_")?.parse::<u8>().ok());
            let about = About { agent: Some(agent), reason, ..About::default() };
            for item in &items {
                let kind = match item.as_str() {
                    "I_AVAILTIME" => K::AgentAvailable,
                    "I_ACWTIME" => K::AgentAcw,
                    "I_DA_ACWTIME" => K::AgentDirectAcw,
                    "I_AUXTIME" => K::AgentAux,
                    _ => continue,
                };
                states.insert(key(S::Agents(split), kind), about);
                if let (K::AgentAux, Some(reason)) = (kind, reason) {
                    let of_reason = ExceptionKey { reason: Some(AuxReason(reason)), ..key(S::Agents(split), kind) };
                    states.insert(of_reason, about);
                }
            }
        }
        states.retain(|key, _| self.is_watched(key));
        let now = self.now;
        let Some(desk) = self.desks.get_mut(&agent) else { return };
        let (go_on, over): (BTreeMap<_, Lasting>, BTreeMap<_, Lasting>) =
            std::mem::take(&mut desk.lasting).into_iter().partition(|(key, _)| states.contains_key(key));
        desk.lasting = go_on;
        for (key, about) in states {
            let (_, known) = desk.lasting.entry(key).or_insert((now, Vec::new()));
            if known.last().is_none_or(|(_, last)| *last != about) {
                known.push((now, about));
            }
        }
        for (key, (since, about)) in over {
            self.note_case(key, since, Fact::Lasted { until: now, before_secs: 0 }, about);
        }
    }

    /// The event is done with: how many there are of what is counted at one time, and which calls are with agents.
    pub(super) fn watch_levels(&mut self) {
        if self.exception_rules.is_empty() {
            return;
        }
        let mut levels: BTreeMap<ExceptionKey, u32> = self.levels.keys().map(|key| (*key, 0)).collect();
        let mut count = |key: ExceptionKey, more: u32| *levels.entry(key).or_default() += more;
        let (mut with_agent, mut last_agents) = (Vec::new(), Vec::new());
        for (id, call) in &self.calls {
            let parts: Vec<&Part> = self.open_parts().map(|(_, part)| part).filter(|part| part.call == *id).collect();
            let has = |stage| parts.iter().any(|part| part.stage() == stage);
            for wait in &call.waits {
                let rings =
                    parts.iter().any(|part| part.stage() == Stage::Ringing && part.way == Way::Skill(wait.split));
                count(key(S::Split(wait.split), K::SplitWaiting), u32::from(!rings));
            }
            let queued = !call.waits.is_empty() && !OPEN.into_iter().any(has);
            if let Some(visit) = call.visit {
                count(key(S::Vdn(self.visits[visit].vdn), K::VdnWaiting), u32::from(queued));
                with_agent.push((visit, has(Stage::Talking) || has(Stage::Held) && !has(Stage::Ringing)));
            }
            if let Some(passage) = &call.passage {
                count(key(S::Vector(passage.vector), K::VectorWaiting), u32::from(queued));
            }
            let last = parts.iter().rev().find(|part| OPEN.contains(&part.stage())).map(|part| part.agent);
            last_agents.extend(call.trunks.iter().map(|(seizure, _)| (seizure.number, (*id, last))));
        }
        for (group, state) in &self.groups {
            count(key(S::TrunkGroup(*group), K::TrunksInUse), state.held as u32);
            count(key(S::TrunkGroup(*group), K::TrunksMaintenance), state.out_since.len() as u32);
        }
        let now = self.now;
        for (visit, with) in with_agent {
            self.visits[visit].be_with_agent(with, now);
        }
        for (number, user) in last_agents {
            let known = self.users.entry(number).or_default();
            if known.last().is_none_or(|(_, last)| *last != user) {
                known.push((now, user));
            }
        }
        for (key, value) in levels {
            if self.levels.insert(key, value) != Some(value) {
                self.note_case(key, now, Fact::Are(value), vec![(now, About::default())]);
            }
        }
    }

    /// Nothing more is known: what lasted, and what still does.
    pub(super) fn note_what_lasted(&mut self) {
        let now = self.now;
        for part in self.parts.clone() {
            self.note_part(&part);
        }
        for desk in std::mem::take(&mut self.desks).into_values() {
            for (key, (since, about)) in desk.lasting {
                self.note_case(key, since, Fact::Lasted { until: now, before_secs: 0 }, about);
            }
        }
        for visit in self.visits.clone() {
            let until = visit.decided_at.or(visit.left_at).unwrap_or(now);
            let scope = S::Vdn(visit.vdn);
            self.note(scope, K::VdnTime, visit.entered_at, Fact::Lasted { until, before_secs: 0 });
            for (from, to) in visit.with_agent {
                let fact = Fact::Lasted { until: to.unwrap_or(now), before_secs: 0 };
                self.note(scope, K::VdnAgentLong, from, fact);
                if let Some(to) = to {
                    self.note(scope, K::VdnAgentShort, to, Fact::Ended { secs: to.since(from) });
                }
            }
        }
        for call in std::mem::take(&mut self.calls).into_values() {
            call.waits.iter().for_each(|wait| self.note_wait(wait));
            self.note_passage(&call, None);
            call.trunks.iter().for_each(|(seizure, _)| self.note_use(seizure, false));
        }
    }

    fn note_part(&mut self, part: &Part) {
        let Some(split) = part.counted_with() else { return };
        let mut talked_secs = 0;
        for (place, (stage, from, _)) in part.stages.iter().enumerate() {
            let until = part.stages.get(place + 1).map_or(self.now, |(_, at, _)| *at);
            let before_secs = if *stage == Stage::Talking { talked_secs } else { 0 };
            if let Some(kind) = kind_of(part, *stage) {
                self.note_of(part.agent, split, kind, *from, Fact::Lasted { until, before_secs }, None);
            }
            talked_secs += if *stage == Stage::Talking { until.since(*from) } else { 0 };
        }
        let over = part.stages.iter().find(|(stage, ..)| *stage == Stage::Over);
        let kind = match part.way {
            Way::Skill(_) if part.placed => K::AgentAcdOutShort,
            Way::Skill(_) => K::AgentAcdShort,
            Way::Direct(_) => K::AgentDirectShort,
            Way::In | Way::Out { .. } => return,
        };
        if let Some((_, at, _)) = over.filter(|_| !part.deeds.phantom) {
            self.note_of(part.agent, split, kind, *at, Fact::Ended { secs: talked_secs }, None);
        }
    }

    /// A vector is done with a call, or nothing more is known of it.
    pub(super) fn note_passage(&mut self, call: &Call, done_at: Option<Moment>) {
        let Some(passage) = &call.passage else { return };
        let (scope, mut secs) = (S::Vector(passage.vector), 0);
        for (from, to) in &passage.spans {
            let until = to.unwrap_or(self.now);
            self.note(scope, K::VectorLong, *from, Fact::Lasted { until, before_secs: secs });
            secs += until.since(*from);
        }
        if let Some(at) = done_at {
            self.note(scope, K::VectorShort, at, Fact::Ended { secs });
        }
    }

    /// A trunk was in use until now; `over`: it is given back.
    pub(super) fn note_use(&mut self, seizure: &super::trunks::Seizure, over: bool) {
        let scope = S::TrunkGroup(seizure.group);
        let about = |call, agent| About { trunk: seizure.trunk, call, agent, reason: None };
        let users = self.users.get(&seizure.number).into_iter().flatten();
        let mut users: Vec<_> = users.map(|(at, (call, agent))| (*at, about(Some(*call), *agent))).collect();
        if users.is_empty() {
            users.push((seizure.at, about(None, None)));
        }
        let until = self.now;
        self.note_case(key(scope, K::TrunkLong), seizure.at, Fact::Lasted { until, before_secs: 0 }, users);
        if over {
            // Whoever was on the call is off it.
            let fact = Fact::Ended { secs: until.since(seizure.at) };
            self.note_case(key(scope, K::TrunkShort), until, fact, vec![(until, about(None, None))]);
        }
    }
}

/// The exception that this stage of a part may be.
fn kind_of(part: &Part, stage: Stage) -> Option<K> {
    let in_acw = matches!(part.base, Base::Acw { .. });
    Some(match (stage, part.way) {
        (Stage::Ringing, Way::Skill(_)) => K::AgentRing,
        (Stage::Held, Way::Skill(_)) => K::AgentHold,
        (Stage::Talking, Way::Skill(_)) if part.placed => K::AgentAcdOutLong,
        (Stage::Talking, Way::Skill(_)) => K::AgentAcdLong,
        (Stage::Talking, Way::Direct(_)) => K::AgentDirectLong,
        (Stage::Talking, Way::In) if in_acw => K::AgentAcwIn,
        (Stage::Talking, Way::In) => K::AgentAuxIn,
        (Stage::Talking, Way::Out { .. }) if in_acw => K::AgentAcwOut,
        (Stage::Talking, Way::Out { .. }) => K::AgentAuxOut,
        _ => return None,
    })
}
