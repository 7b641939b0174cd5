//! Exceptions: what passed the limit that a rule sets.
//!
//! Three ways of noticing, each with a file of its own. What must not last too long has a due moment in one queue
//! (`due`, `timers`): the exception is dated to that moment, however much later an event shows that it has passed. What
//! ended too soon or happened at all is noticed there and then (`deeds`). How many there are at one time, and what the
//! running interval has counted, is looked at after every event that changed it (`levels`).
//!
//! A rule tells those beyond its threshold, so where several come in one second it matters which of them comes first. What
//! falls due in the second goes before what happens in it, in the order of the public numbers: of the rules, then of agents,
//! trunks (those that are not known before the others) and calls. What ends or happens goes in the order in which the switch
//! told it, and several trunks that one event gives back in the order of their equipment locations. Nothing goes by slots, by
//! maps or by how calls came to be one, so that two servers cannot disagree, whatever either has been through.
//!
//! Nothing is looked at that has no rule: rules hang at the split, VDN, vector or trunk group they watch, and what has none
//! costs one look at an empty pointer. Going through all rules at every second was turned down: with 10,000 agents and 2,000
//! splits it would cost more than the events.

mod deeds;
mod due;
mod levels;
mod rules;
mod timers;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use catalog::{ExceptionOf, ExceptionRow, Record};
use model::{Counting, ExceptionKey, ExceptionRule, Moment};
use serde::{Deserialize, Serialize};

use crate::agent::Agent;
use crate::collector::Collector;
use crate::slots::Ix;
use crate::split::Split;
use crate::trunk::TrunkGroup;
use crate::vdn::Vdn;
use crate::vector::Vector;

use due::{Due, Subject};
pub(crate) use timers::Timer;

/// Exceptions that the real-time log holds.
const LOG: usize = 100;

/// One line of the real-time exception log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedException {
    /// Number of its record (SEQNO).
    pub number: u64,
    /// The record.
    pub row: ExceptionRow,
    /// What was reached: seconds for exceptions with a time limit, else how many.
    pub value: u32,
}

/// All that is known of exceptions apart from what hangs at the things watched.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Exceptions {
    /// All rules, also those that are off.
    pub rules: Arc<BTreeMap<ExceptionKey, ExceptionRule>>,
    /// The last exceptions, oldest first.
    pub log: Arc<VecDeque<LoggedException>>,
    /// How many the running interval has had.
    pub told: u32,
    due: Due,
    /// States that nobody saw begin, with when they would be too long: until then another server may tell them earlier.
    unsure: Vec<(Subject, Moment)>,
    /// Rules in force that watch agents, and that watch how long something of a call lasts.
    of_agents: u32,
    of_calls: u32,
    /// What has rules and was changed by the present event.
    #[serde(skip)]
    touched: Vec<Touched>,
}

/// Something with rules whose figures have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touched {
    Agent(Ix<Agent>),
    Split(Ix<Split>),
    Vdn(Ix<Vdn>),
    Vector(Ix<Vector>),
    Group(Ix<TrunkGroup>),
}

/// The rules in force for one thing, and how far each has come in the running interval.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Watch(Vec<Watcher>);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Watcher {
    rule: ExceptionRule,
    count: u32,
    /// Told in this interval, where once is enough.
    told: bool,
    /// Above the limit now.
    above: bool,
}

/// What the rules of an agent's splits have come to for this agent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct AgentWatch {
    timers: Vec<Timer>,
    /// Rules that this interval has counted something for.
    counts: Vec<(ExceptionKey, u32)>,
}

/// The rules in force for the agents of one split.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct AgentRules(Vec<ExceptionRule>);

impl Exceptions {
    /// Whether any agent is watched.
    #[inline]
    pub(crate) fn watch_agents(&self) -> bool {
        self.of_agents > 0
    }

    /// Whether it is watched how long anything of a call lasts.
    #[inline]
    pub(crate) fn watch_calls(&self) -> bool {
        self.of_calls > 0
    }
}

impl Watch {
    /// The interval is over: counting begins anew, and so do estimates.
    pub(crate) fn begin_interval(&mut self) {
        for watcher in &mut self.0 {
            (watcher.count, watcher.told) = (0, false);
            watcher.above &= watcher.rule.key.kind.counting() != Counting::Reaches;
        }
    }

    /// The link was lost: nothing is above anything any more.
    pub(crate) fn forget(&mut self) {
        self.0.iter_mut().for_each(|watcher| watcher.above = false);
    }
}

impl AgentWatch {
    pub(crate) fn begin_interval(&mut self) {
        self.counts.clear();
    }

    /// The link was lost: nothing of the agent lasts any more.
    pub(crate) fn forget(&mut self) {
        self.timers.clear();
    }

    pub(crate) fn shift(&mut self, secs: i64) {
        self.timers.iter_mut().for_each(|timer| timer.shift(secs));
    }

    /// Counts an occurrence and returns how many there are now.
    fn count(&mut self, key: ExceptionKey) -> u32 {
        let position = self.counts.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            self.counts.push((key, 0));
            self.counts.len() - 1
        });
        self.counts[position].1 += 1;
        self.counts[position].1
    }
}

impl Collector {
    /// Tells an exception.
    fn tell(&mut self, at: Moment, rule: &ExceptionRule, of: ExceptionOf, value: u32) {
        let row = ExceptionRow {
            at,
            kind: rule.key.kind.number(),
            threshold: rule.threshold,
            limit_secs: rule.limit_secs,
            of,
        };
        let number = self.record(Record::Exception(row));
        self.exceptions.told += 1;
        let log = Arc::make_mut(&mut self.exceptions.log);
        if log.len() == LOG {
            log.pop_front();
        }
        log.push_back(LoggedException { number, row, value });
    }

    /// Counts something that an agent did, and tells it if it was once too often.
    fn count_of_agent(&mut self, ix: Ix<Agent>, rule: &ExceptionRule, of: ExceptionOf, at: Moment, value: Option<u32>) {
        let watch = self.agents[ix].watch.get_or_insert_default();
        let count = watch.count(rule.key);
        if count > u32::from(rule.threshold) {
            self.tell(at, rule, of, value.unwrap_or(count));
        }
    }

    /// The link was lost: what lasted is not known to last.
    pub(crate) fn forget_exceptions(&mut self) {
        self.exceptions.due.clear();
        self.exceptions.unsure.clear();
        self.exceptions.touched.clear();
        self.agents.iter_mut().filter_map(|agent| agent.watch.as_mut()).for_each(|watch| watch.forget());
        self.watches().for_each(Watch::forget);
    }

    /// An interval begins.
    pub(crate) fn begin_interval_of_exceptions(&mut self) {
        self.exceptions.told = 0;
        self.watches().for_each(Watch::begin_interval);
    }

    /// The rules that hang at things other than agents.
    fn watches(&mut self) -> impl Iterator<Item = &mut Watch> {
        let splits = self.splits.iter_mut().filter_map(|split| split.watch.as_deref_mut());
        let vdns = self.vdns.iter_mut().filter_map(|vdn| vdn.watch.as_deref_mut());
        let vectors = self.vectors.iter_mut().filter_map(|vector| vector.watch.as_deref_mut());
        let groups = self.groups.iter_mut().filter_map(|group| group.watch.as_deref_mut());
        splits.chain(vdns).chain(vectors).chain(groups)
    }

    pub(crate) fn shift_exceptions(&mut self, secs: i64) {
        self.exceptions.due.shift(secs);
        self.exceptions.unsure.iter_mut().for_each(|(_, at)| *at = *at + secs);
    }

    /// All states that are timed now began unseen: the switch has just told what is so.
    pub(crate) fn doubt_beginnings(&mut self) {
        self.exceptions.unsure = self.exceptions.due.states().collect();
        self.incomplete |= !self.exceptions.unsure.is_empty();
    }

    /// Whether something is still timed that nobody saw begin.
    pub(crate) fn doubts_a_beginning(&mut self) -> bool {
        let Exceptions { due, unsure, .. } = &mut self.exceptions;
        unsure.retain(|(subject, at)| due.of_subject(subject) == Some(*at));
        !unsure.is_empty()
    }
}
