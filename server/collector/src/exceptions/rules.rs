//! Putting rules into force. What is under way counts at once: as long as it has lasted already, as far as that is known.

use std::sync::Arc;

use model::{Counting, ExceptionElement, ExceptionKey, ExceptionKind as K, ExceptionRule, ExceptionScope};

use super::{Touched, Watch, Watcher};
use crate::collector::Collector;

impl Collector {
    /// A rule takes the place of the one with its key.
    pub(crate) fn administer_exception(&mut self, rule: &ExceptionRule) {
        let known = self.exceptions.rules.get(&rule.key);
        if known == Some(rule) || rule.fault().is_some() {
            return;
        }
        Arc::make_mut(&mut self.exceptions.rules).insert(rule.key, *rule);
        self.count_rules();
        self.forget_timers(&rule.key);
        self.hang(rule);
        if rule.on {
            self.begin_timing(&rule.key);
        }
    }

    fn count_rules(&mut self) {
        let in_force = self.exceptions.rules.values().filter(|rule| rule.on);
        let (mut of_agents, mut of_calls) = (0, 0);
        for rule in in_force {
            let kind = rule.key.kind;
            of_agents += u32::from(kind.element() == ExceptionElement::Agent);
            of_calls += u32::from(kind.element() != ExceptionElement::Agent && kind.counting() == Counting::Long);
        }
        (self.exceptions.of_agents, self.exceptions.of_calls) = (of_agents, of_calls);
    }

    fn forget_timers(&mut self, key: &ExceptionKey) {
        self.exceptions.due.remove_rule(key);
        for watch in self.agents.iter_mut().filter_map(|agent| agent.watch.as_mut()) {
            watch.timers.retain(|timer| !timer.is_of(key));
            watch.counts.retain(|(known, _)| known != key);
        }
        for call in self.calls.pool.iter_mut() {
            call.timers.retain(|timer| !timer.is_of(key));
        }
    }

    /// Hangs the rule at what it watches, in place of the one before.
    fn hang(&mut self, rule: &ExceptionRule) {
        let touched = match rule.key.scope {
            ExceptionScope::Agents(id) => {
                let ix = self.split_ix(id);
                let rules = self.splits[ix].agent_rules.get_or_insert_default();
                rules.0.retain(|known| known.key != rule.key);
                rules.0.extend(rule.on.then_some(*rule));
                rules.0.sort_unstable();
                if rules.0.is_empty() {
                    self.splits[ix].agent_rules = None;
                }
                return;
            }
            ExceptionScope::Split(id) => {
                let ix = self.split_ix(id);
                hang_at(&mut self.splits[ix].watch, rule);
                Touched::Split(ix)
            }
            ExceptionScope::Vdn(id) => {
                let ix = self.vdn_ix(id);
                hang_at(&mut self.vdns[ix].watch, rule);
                Touched::Vdn(ix)
            }
            ExceptionScope::Vector(id) => {
                let ix = self.vector_ix(id);
                hang_at(&mut self.vectors[ix].watch, rule);
                Touched::Vector(ix)
            }
            ExceptionScope::TrunkGroup(id) => {
                let ix = self.group_ix(id);
                hang_at(&mut self.groups[ix].watch, rule);
                Touched::Group(ix)
            }
        };
        self.exceptions.touched.extend(rule.on.then_some(touched));
    }

    fn begin_timing(&mut self, key: &ExceptionKey) {
        match (key.scope, key.kind) {
            (ExceptionScope::Agents(_), kind) => {
                for ix in self.agents.sorted() {
                    if kind.counting() == Counting::Long {
                        self.time_agent_for(ix, Some(key));
                    } else {
                        self.check_agent(ix);
                    }
                }
            }
            (ExceptionScope::TrunkGroup(group), K::TrunksAllBusy) => {
                let ix = self.group_ix(group);
                self.time_all_busy(ix, Some(key));
            }
            (ExceptionScope::TrunkGroup(group), K::TrunkMaintenance) => {
                for ix in self.trunks.indices() {
                    if self.trunks[ix].group_id == Some(group) {
                        self.time_maintenance(ix, Some(key));
                    }
                }
            }
            _ => {
                let calls: Vec<_> = self.calls.pool.indexed().map(|(ix, _)| ix).collect();
                calls.into_iter().for_each(|ix| self.time_call_for(ix, Some(key)));
            }
        }
    }
}

fn hang_at(watch: &mut Option<Box<Watch>>, rule: &ExceptionRule) {
    let watchers = &mut watch.get_or_insert_default().0;
    watchers.retain(|watcher| watcher.rule.key != rule.key);
    watchers.extend(rule.on.then_some(Watcher { rule: *rule, count: 0, told: false, above: false }));
    watchers.sort_unstable_by_key(|watcher| watcher.rule.key);
    if watchers.is_empty() {
        *watch = None;
    }
}
