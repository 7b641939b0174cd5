//! What ended too soon, and what should not have happened at all.

use catalog::ExceptionOf;
use model::event::WorkMode;
use model::{
    AuxReason, ExceptionKey, ExceptionKind as K, ExceptionRule, ExceptionScope, LogoutReason, NameKind, SplitId,
    WorkCode,
};
use smallvec::SmallVec;

use crate::agent::Agent;
use crate::call::Call;
use crate::collector::Collector;
use crate::leg::{LegKind, Phase};
use crate::slots::Ix;
use crate::trunk::TrunkUse;
use crate::vdn::Vdn;
use crate::vector::Vector;

impl Collector {
    /// An agent's part in a call is over; its talk was too short, perhaps.
    #[inline]
    pub(crate) fn note_short_part(&mut self, ix: Ix<Agent>, leg: usize) {
        if self.exceptions.watch_agents() {
            self.tell_short_part(ix, leg);
        }
    }

    fn tell_short_part(&mut self, ix: Ix<Agent>, leg: usize) {
        let leg = &self.agents[ix].legs[leg];
        if leg.unseen || leg.phantom {
            return;
        }
        let kind = match leg.kind {
            LegKind::Skill(_) if leg.adjunct => K::AgentAcdOutShort,
            LegKind::Skill(_) => K::AgentAcdShort,
            LegKind::Direct(_) => K::AgentDirectShort,
            LegKind::Extension(_) => return,
        };
        let secs = leg.secs(Phase::Talking);
        let Some(split) = leg.kind.split() else { return };
        if let Some(rule) = self.rule_of_agents(split, kind).filter(|rule| secs < rule.limit_secs) {
            let of = self.of_agent(ix, self.splits[split].id, None);
            self.count_of_agent(ix, &rule, of, self.now(), Some(secs));
        }
    }

    /// A call is no longer with an agent of its VDN.
    pub(crate) fn note_short_visit(&mut self, ix: Ix<Vdn>, secs: u32) {
        let now = self.now();
        let vdn = &mut self.vdns[ix];
        let Some(watch) = vdn.watch.as_deref_mut() else { return };
        let Some(rule) = watch.rule(K::VdnAgentShort).copied().filter(|rule| secs < rule.limit_secs) else { return };
        let of = ExceptionOf::Vdn { vdn: vdn.id, vector: vdn.vector };
        if watch.count(rule.key) > u32::from(rule.threshold) {
            self.tell(now, &rule, of, secs);
        }
    }

    /// A vector is done with a call.
    pub(crate) fn note_short_passage(&mut self, ix: Ix<Vector>, secs: u32) {
        let now = self.now();
        let vector = &mut self.vectors[ix];
        let Some(watch) = vector.watch.as_deref_mut() else { return };
        let Some(rule) = watch.rule(K::VectorShort).copied().filter(|rule| secs < rule.limit_secs) else { return };
        let of = ExceptionOf::Vector { vector: vector.id };
        if watch.count(rule.key) > u32::from(rule.threshold) {
            self.tell(now, &rule, of, secs);
        }
    }

    /// A call gives a trunk back.
    pub(crate) fn note_short_use(&mut self, call: Ix<Call>, seized: &TrunkUse) {
        let now = self.now();
        let (agent, unseen) = (self.last_agent(call), self.calls.pool.get(call).is_some_and(|call| call.unseen));
        let group = &mut self.groups[seized.group];
        let Some(watch) = group.watch.as_deref_mut().filter(|_| !unseen) else { return };
        let secs = now.since(seized.seized_at);
        let Some(rule) = watch.rule(K::TrunkShort).copied().filter(|rule| secs < rule.limit_secs) else { return };
        let trunk = seized.trunk.map(|trunk| self.trunks[trunk].id);
        let of = ExceptionOf::TrunkGroup { group: group.id, trunk, agent };
        if watch.count(rule.key) > u32::from(rule.threshold) {
            self.tell(now, &rule, of, secs);
        }
    }

    /// Somebody logs in with an ID that is logged in. This is on unless a rule for the first skill says otherwise.
    pub(crate) fn note_second_login(&mut self, ix: Ix<Agent>, split: Option<SplitId>) {
        let Some(split) = split else { return };
        let key = ExceptionKey { scope: ExceptionScope::Agents(split), kind: K::AgentSecondLogin, reason: None };
        let usual = ExceptionRule { key, threshold: 0, limit_secs: 0, on: true };
        let rule = self.exceptions.rules.get(&key).copied().unwrap_or(usual);
        if rule.on {
            let of = self.of_agent(ix, split, None);
            self.count_of_agent(ix, &rule, of, self.now(), None);
        }
    }

    /// The agent logs out, with or without a reason that the switch has.
    pub(crate) fn note_logout_reason(&mut self, ix: Ix<Agent>, reason: Option<LogoutReason>) {
        if self.exceptions.watch_agents() {
            let known = reason.is_some_and(|code| self.dictionary.contains(NameKind::LogoutReason, &code.to_string()));
            if !known {
                self.count_in_skills(ix, K::AgentLogoutReason, None, None);
            }
        }
    }

    /// The agent goes into AUX, with or without a reason that the switch has.
    pub(crate) fn note_aux_reason(&mut self, ix: Ix<Agent>, split: Option<SplitId>, mode: WorkMode) {
        if self.exceptions.watch_agents()
            && let WorkMode::Aux(reason) = mode
            && !(reason.0 > 0 && self.dictionary.contains(NameKind::AuxReason, &reason.to_string()))
        {
            self.count_in_skills(ix, K::AgentAuxReason, split, Some(reason));
        }
    }

    /// The agent enters a call work code.
    pub(crate) fn note_work_code(&mut self, ix: Ix<Agent>, kind: LegKind, code: WorkCode) {
        if self.exceptions.watch_agents()
            && !self.dictionary.contains(NameKind::WorkCode, code.as_str())
            && let Some(split) = kind.split()
            && let Some(rule) = self.rule_of_agents(split, K::AgentWorkCode)
        {
            let of = self.of_agent(ix, self.splits[split].id, None);
            self.count_of_agent(ix, &rule, of, self.now(), None);
        }
    }

    /// Counts something for each of the agent's skills that has a rule for it, or for one of them.
    fn count_in_skills(&mut self, ix: Ix<Agent>, kind: K, only: Option<SplitId>, reason: Option<AuxReason>) {
        let skills: SmallVec<[_; 8]> =
            self.agents[ix].skills.iter().map(|skill| (skill.split, skill.skill.split)).collect();
        for (split, id) in skills {
            if let Some(rule) = self.rule_of_agents(split, kind).filter(|_| only.is_none_or(|only| only == id)) {
                let of = self.of_agent(ix, id, reason);
                self.count_of_agent(ix, &rule, of, self.now(), None);
            }
        }
    }

    fn rule_of_agents(&self, split: Ix<crate::split::Split>, kind: K) -> Option<ExceptionRule> {
        self.splits[split].agent_rules.as_ref()?.rule(kind).copied()
    }

    fn of_agent(&self, ix: Ix<Agent>, split: SplitId, reason: Option<AuxReason>) -> ExceptionOf {
        ExceptionOf::Agent { agent: self.agents[ix].id, split: Some(split), reason }
    }
}
