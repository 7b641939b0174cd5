//! What lasts and must not last too long.
//!
//! After every change of an agent or a call it is worked out which of its states the rules time, and compared with what is
//! timed already. So no place that changes them has to know which timers begin and end with it, and a call that becomes
//! a part of another keeps its times. What is past already when it comes to be known (at a pump-up) is not told: it was told
//! then, or it was not known.

use catalog::ExceptionOf;
use model::event::Direction;
use model::{AuxReason, EqLoc, ExceptionKey, ExceptionKind as K, ExceptionRule, ExceptionScope, LoginId, Moment};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::due::{Of, Subject};
use super::{AgentRules, Watch};
use crate::agent::{Agent, AgentSkill};
use crate::call::Call;
use crate::collector::Collector;
use crate::leg::{Base, Leg, LegKind, Phase};
use crate::slots::Ix;
use crate::trunk::{Trunk, TrunkGroup};
use crate::work::Mode;

/// Something that is timed, due or told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Timer {
    subject: Subject,
    /// When it began, or went on after a pause.
    since: Moment,
}

impl Timer {
    pub(super) fn is_of(&self, key: &ExceptionKey) -> bool {
        self.subject.key == *key
    }

    pub(crate) fn shift(&mut self, secs: i64) {
        self.since = self.since + secs;
    }
}

/// Something that a rule times.
struct Wanted {
    timer: Timer,
    due: Moment,
    /// Its beginning is not told anew while it lasts: what is timed already goes on.
    lasts: bool,
}

type Wants = SmallVec<[Wanted; 4]>;

impl Wanted {
    /// Due when `limit_secs` are full, of which `spent_secs` had passed by `since`. `None` if they were full then.
    fn new(rule: &ExceptionRule, of: Of, since: Moment, spent_secs: u32) -> Option<Self> {
        let left = rule.limit_secs.saturating_sub(spent_secs);
        if left == 0 && spent_secs > 0 {
            return None;
        }
        let timer = Timer { subject: Subject { key: rule.key, of }, since };
        Some(Wanted { timer, due: since + i64::from(left), lasts: false })
    }
}

impl Collector {
    /// Tells what is due at `at` or before, in order.
    #[inline]
    pub(crate) fn tell_due(&mut self, at: Moment) {
        while let Some((due, subject)) = self.exceptions.due.pop(at) {
            self.tell_long(due, subject);
        }
    }

    fn tell_long(&mut self, at: Moment, subject: Subject) {
        let Some(rule) = self.exceptions.rules.get(&subject.key).copied().filter(|rule| rule.on) else { return };
        let value = rule.limit_secs;
        match (subject.key.scope, subject.of) {
            (ExceptionScope::Agents(split), Of::Agent(agent) | Of::Part(agent, _)) => {
                let Some(ix) = self.agents.find(agent) else { return };
                let reason = self.aux_reason(ix, subject.key);
                let of = ExceptionOf::Agent { agent, split: Some(split), reason };
                self.count_of_agent(ix, &rule, of, at, Some(value));
            }
            (scope, of) => {
                let Some(watch) = self.watch_of(scope) else { return };
                if watch.count(rule.key) > u32::from(rule.threshold)
                    && let Some(of) = self.exception_of(scope, of)
                {
                    self.tell(at, &rule, of, value);
                }
            }
        }
    }

    /// The reason code of an agent in AUX, where the exception is about that.
    fn aux_reason(&self, ix: Ix<Agent>, key: ExceptionKey) -> Option<AuxReason> {
        let ExceptionScope::Agents(split) = key.scope else { return None };
        let skill = self.agents[ix].skills.iter().find(|skill| skill.skill.split == split)?;
        skill.state.filter(|_| key.kind == K::AgentAux).map(|state| AuxReason(state.reason))
    }

    fn watch_of(&mut self, scope: ExceptionScope) -> Option<&mut Watch> {
        match scope {
            ExceptionScope::Agents(_) => None,
            ExceptionScope::Split(id) => self.splits.find(id).and_then(|ix| self.splits[ix].watch.as_deref_mut()),
            ExceptionScope::Vdn(id) => self.vdns.find(id).and_then(|ix| self.vdns[ix].watch.as_deref_mut()),
            ExceptionScope::Vector(id) => self.vectors.find(id).and_then(|ix| self.vectors[ix].watch.as_deref_mut()),
            ExceptionScope::TrunkGroup(id) => self.groups.find(id).and_then(|ix| self.groups[ix].watch.as_deref_mut()),
        }
    }

    fn exception_of(&self, scope: ExceptionScope, of: Of) -> Option<ExceptionOf> {
        Some(match scope {
            ExceptionScope::Agents(_) => return None,
            ExceptionScope::Split(split) => ExceptionOf::Split { split },
            ExceptionScope::Vdn(vdn) => {
                let vector = self.vdns.find(vdn).and_then(|ix| self.vdns[ix].vector);
                ExceptionOf::Vdn { vdn, vector }
            }
            ExceptionScope::Vector(vector) => ExceptionOf::Vector { vector },
            ExceptionScope::TrunkGroup(group) => {
                let (trunk, agent) = match of {
                    Of::Use(trunk, call) => (trunk, self.calls.find(call).and_then(|call| self.last_agent(call))),
                    Of::Trunk(trunk) => (Some(trunk), None),
                    _ => (None, None),
                };
                ExceptionOf::TrunkGroup { group, trunk, agent }
            }
        })
    }

    pub(super) fn last_agent(&self, call: Ix<Call>) -> Option<LoginId> {
        self.calls.pool.get(call)?.agents.last().map(|&agent| self.agents[agent].id)
    }

    /// Follows what an agent is doing now.
    #[inline]
    pub(crate) fn time_agent(&mut self, ix: Ix<Agent>) {
        if self.exceptions.watch_agents() {
            self.time_agent_for(ix, None);
        }
    }

    /// `rule` has just come into force, if given: what is past its limit under it is due now.
    pub(super) fn time_agent_for(&mut self, ix: Ix<Agent>, rule: Option<&ExceptionKey>) {
        let wants = self.agent_wants(ix);
        let timed = self.agents[ix].watch.as_ref().is_some_and(|watch| !watch.timers.is_empty());
        if wants.is_empty() && !timed {
            return;
        }
        let mut timers = std::mem::take(&mut self.agents[ix].watch.get_or_insert_default().timers);
        self.follow(&mut timers, wants, rule);
        self.agents[ix].watch.get_or_insert_default().timers = timers;
    }

    fn agent_wants(&self, ix: Ix<Agent>) -> Wants {
        let agent = &self.agents[ix];
        let mut wants = Wants::new();
        for skill in &agent.skills {
            if let Some(rules) = &self.splits[skill.split].agent_rules {
                wants.extend(rules.0.iter().filter_map(|rule| state_wanted(rule, agent.id, skill)));
            }
        }
        for leg in agent.legs.iter().filter(|leg| !leg.unseen) {
            if let Some(rules) = leg.split().and_then(|split| self.splits[split].agent_rules.as_ref()) {
                wants.extend(rules.0.iter().filter_map(|rule| part_wanted(rule, agent.id, leg)));
            }
        }
        wants
    }

    /// Follows where a call stands now.
    #[inline]
    pub(crate) fn time_call(&mut self, ix: Ix<Call>) {
        if self.exceptions.watch_calls() {
            self.time_call_for(ix, None);
        }
    }

    pub(super) fn time_call_for(&mut self, ix: Ix<Call>, rule: Option<&ExceptionKey>) {
        let Some(call) = self.calls.pool.get(ix) else { return };
        let wants = self.call_wants(ix, call);
        if wants.is_empty() && call.timers.is_empty() {
            return;
        }
        let mut timers = std::mem::take(&mut self.calls.pool[ix].timers);
        self.follow(&mut timers, wants, rule);
        self.calls.pool[ix].timers = timers;
    }

    fn call_wants(&self, ix: Ix<Call>, call: &Call) -> Wants {
        let mut wants = Wants::new();
        let of = Of::Call(call.id);
        let mut want = |watch: &Option<Box<Watch>>, kind: K, of: Of, since: Moment, spent_secs: u32| {
            let rule = watch.as_ref().and_then(|watch| watch.rule(kind));
            wants.extend(rule.and_then(|rule| Wanted::new(rule, of, since, spent_secs)));
        };
        for wait in &call.waits {
            want(&self.splits[wait.split].watch, K::SplitQueueTime, of, wait.since, 0);
        }
        if let Some(visit) = call.visit.and_then(|visit| self.visits.get(visit)) {
            let watch = &self.vdns[visit.vdn].watch;
            if visit.outcome.is_none() {
                want(watch, K::VdnTime, of, visit.entered_at, 0);
            }
            if visit.at_agent && !call.unseen && !call.elsewhere {
                want(watch, K::VdnAgentLong, of, visit.agent_since, 0);
            }
        }
        if let Some(passage) = &call.passage
            && let Some(since) = passage.in_since
        {
            want(&self.vectors[passage.vector].watch, K::VectorLong, of, since, passage.in_secs);
        }
        for seized in call.trunks.iter().filter(|_| !call.unseen) {
            let trunk: Option<EqLoc> = seized.trunk.map(|trunk| self.trunks[trunk].id);
            want(&self.groups[seized.group].watch, K::TrunkLong, Of::Use(trunk, call.id), seized.seized_at, 0);
        }
        debug_assert!(self.calls.find(call.id) == Some(ix), "a call is found by its number");
        wants
    }

    /// Nothing of the call lasts any longer.
    pub(crate) fn stop_timing(&mut self, call: &mut Call) {
        for timer in call.timers.drain(..) {
            self.exceptions.due.remove(&timer.subject);
        }
    }

    /// Makes the timers those that are wanted.
    fn follow(&mut self, timers: &mut Vec<Timer>, wants: Wants, rule: Option<&ExceptionKey>) {
        let now = self.now();
        let same = |timer: &Timer, want: &Wanted| {
            timer.subject == want.timer.subject && (want.lasts || timer.since == want.timer.since)
        };
        let due = &mut self.exceptions.due;
        timers.retain(|timer| {
            let goes_on = wants.iter().any(|want| same(timer, want));
            if !goes_on {
                due.remove(&timer.subject);
            }
            goes_on
        });
        for want in wants {
            if timers.iter().any(|timer| same(timer, &want)) {
                continue;
            }
            let in_force_now = rule == Some(&want.timer.subject.key);
            // A state began now, unless the rule is what is new.
            let began = if want.lasts && !in_force_now { now } else { want.timer.since };
            let at = want.due + (began - want.timer.since);
            timers.push(Timer { since: began, ..want.timer });
            if at > now || began == now {
                due.insert(want.timer.subject, at);
            } else if in_force_now {
                due.insert(want.timer.subject, now);
            }
        }
    }

    /// The trunks of a group were all taken, or one is free again.
    pub(crate) fn time_all_busy(&mut self, ix: Ix<TrunkGroup>, rule: Option<&ExceptionKey>) {
        let group = &self.groups[ix];
        let Some(watched) = group.watch.as_ref().and_then(|watch| watch.rule(K::TrunksAllBusy)).copied() else {
            return;
        };
        let subject = Subject { key: watched.key, of: Of::Whole };
        self.time_one(subject, group.all_busy_since(), watched.limit_secs, rule);
    }

    /// A trunk was taken out of service or put back.
    pub(crate) fn time_maintenance(&mut self, ix: Ix<Trunk>, rule: Option<&ExceptionKey>) {
        let trunk = &self.trunks[ix];
        let watch = trunk.group.and_then(|group| self.groups[group].watch.as_ref());
        let Some(watched) = watch.and_then(|watch| watch.rule(K::TrunkMaintenance)).copied() else { return };
        let subject = Subject { key: watched.key, of: Of::Trunk(trunk.id) };
        self.time_one(subject, trunk.busy_since(), watched.limit_secs, rule);
    }

    fn time_one(&mut self, subject: Subject, since: Option<Moment>, limit_secs: u32, rule: Option<&ExceptionKey>) {
        let now = self.now();
        match since.map(|since| (since, since + i64::from(limit_secs))) {
            None => self.exceptions.due.remove(&subject),
            Some((since, at)) if at > now || since == now => self.exceptions.due.insert(subject, at),
            Some(_) if rule == Some(&subject.key) => self.exceptions.due.insert(subject, now),
            Some(_) => {}
        }
    }
}

/// A state of an agent in one skill, as far as the rule times it.
fn state_wanted(rule: &ExceptionRule, agent: LoginId, skill: &AgentSkill) -> Option<Wanted> {
    let state = skill.state?;
    let lasts = match rule.key.kind {
        K::AgentAvailable => state.mode == Mode::Avail,
        K::AgentAcw => state.mode == Mode::Acw,
        K::AgentDirectAcw => state.mode == Mode::Dacw,
        K::AgentAux => state.mode == Mode::Aux && rule.key.reason.is_none_or(|reason| reason.0 == state.reason),
        _ => false,
    };
    let wanted = Wanted::new(rule, Of::Agent(agent), skill.since, 0).filter(|_| lasts)?;
    Some(Wanted { lasts, ..wanted })
}

/// An agent's part in a call, as far as the rule times it.
fn part_wanted(rule: &ExceptionRule, agent: LoginId, leg: &Leg) -> Option<Wanted> {
    let kind = match (leg.phase, leg.kind) {
        (Phase::Ringing, LegKind::Skill(_)) => K::AgentRing,
        (Phase::Talking, LegKind::Skill(_)) if leg.adjunct => K::AgentAcdOutLong,
        (Phase::Talking, LegKind::Skill(_)) => K::AgentAcdLong,
        (Phase::Talking, LegKind::Direct(_)) => K::AgentDirectLong,
        (Phase::Held, LegKind::Skill(_)) => K::AgentHold,
        (Phase::Talking, LegKind::Extension(direction)) => match (leg.base, direction) {
            (Base::Acw { .. }, Direction::In) => K::AgentAcwIn,
            (Base::Acw { .. }, Direction::Out) => K::AgentAcwOut,
            (Base::Aux(_) | Base::AcdHeld(_), Direction::In) => K::AgentAuxIn,
            (Base::Aux(_) | Base::AcdHeld(_), Direction::Out) => K::AgentAuxOut,
        },
        _ => return None,
    };
    // Each time on hold counts for itself; talk before a hold counts on.
    let spent_secs = if leg.phase == Phase::Talking { leg.secs(Phase::Talking) } else { 0 };
    let of = Of::Part(agent, leg.call_id);
    Wanted::new(rule, of, leg.phase_since, spent_secs).filter(|_| rule.key.kind == kind)
}

impl AgentRules {
    pub(super) fn rule(&self, kind: K) -> Option<&ExceptionRule> {
        self.0.iter().find(|rule| rule.key.kind == kind)
    }
}

impl Watch {
    pub(super) fn rule(&self, kind: K) -> Option<&ExceptionRule> {
        self.0.iter().map(|watcher| &watcher.rule).find(|rule| rule.key.kind == kind)
    }

    /// Counts an occurrence and returns how many there are now in this interval.
    pub(super) fn count(&mut self, key: ExceptionKey) -> u32 {
        let Some(watcher) = self.0.iter_mut().find(|watcher| watcher.rule.key == key) else { return 0 };
        watcher.count += 1;
        watcher.count
    }
}
