//! How many there are at one time, and what the running interval has counted.
//!
//! Interval items are looked at where the reports find them, in the row: an exception says that the number on the screen
//! has passed the threshold. So it comes when a call is credited, and cannot differ from the archive.

use catalog::{ExceptionOf, hagent, hsplit, htkgrp, hvdn, hvector};
use model::event::Priority;
use model::{Counting, ExceptionKind as K, ExceptionRule, Moment, SplitId};
use smallvec::SmallVec;

use super::{Touched, Watch, Watcher};
use crate::agent::Agent;
use crate::collector::Collector;
use crate::live::Live;
use crate::slots::Ix;
use crate::split::Split;
use crate::trunk::TrunkGroup;
use crate::vdn::Vdn;
use crate::vector::Vector;

/// Exceptions found at one thing: the rule and what was reached.
type Found = SmallVec<[(ExceptionRule, u32); 2]>;

impl Collector {
    pub(crate) fn touch_agent(&mut self, ix: Ix<Agent>) {
        if self.exceptions.watch_agents() {
            self.touch(Touched::Agent(ix));
        }
    }

    #[inline]
    pub(crate) fn touch_split(&mut self, ix: Ix<Split>) {
        if self.splits[ix].watch.is_some() {
            self.touch(Touched::Split(ix));
        }
    }

    #[inline]
    pub(crate) fn touch_vdn(&mut self, ix: Ix<Vdn>) {
        if self.vdns[ix].watch.is_some() {
            self.touch(Touched::Vdn(ix));
        }
    }

    #[inline]
    pub(crate) fn touch_vector(&mut self, ix: Ix<Vector>) {
        if self.vectors[ix].watch.is_some() {
            self.touch(Touched::Vector(ix));
        }
    }

    #[inline]
    pub(crate) fn touch_group(&mut self, ix: Ix<TrunkGroup>) {
        if self.groups[ix].watch.is_some() {
            self.touch(Touched::Group(ix));
        }
    }

    fn touch(&mut self, what: Touched) {
        if !self.exceptions.touched.contains(&what) {
            self.exceptions.touched.push(what);
        }
    }

    /// Looks at what was touched, in the order in which it was.
    #[inline]
    pub(crate) fn check_touched(&mut self) {
        if !self.exceptions.touched.is_empty() {
            let mut touched = std::mem::take(&mut self.exceptions.touched);
            touched.drain(..).for_each(|what| self.check(what));
            self.exceptions.touched = touched;
        }
    }

    fn check(&mut self, what: Touched) {
        let now = self.now();
        let (found, of) = match what {
            Touched::Agent(ix) => return self.check_agent(ix),
            Touched::Split(ix) => passed(&mut self.splits[ix], now),
            Touched::Vdn(ix) => passed(&mut self.vdns[ix], now),
            Touched::Vector(ix) => passed(&mut self.vectors[ix], now),
            Touched::Group(ix) => passed(&mut self.groups[ix], now),
        };
        // What a pump-up tells was so before: when it began, only another server knows.
        let is_old = |rule: &ExceptionRule| {
            self.link.lost_at().is_some() && matches!(rule.key.kind.counting(), Counting::AtOnce | Counting::Reaches)
        };
        let told: Found = found.into_iter().filter(|(rule, _)| !is_old(rule)).collect();
        for (rule, value) in told {
            self.tell(now, &rule, of, value);
        }
    }

    /// An agent's items are counted in the rows of each split; several extensions of one split count together.
    pub(super) fn check_agent(&mut self, ix: Ix<Agent>) {
        let splits: SmallVec<[SplitId; 8]> = self.agents[ix].rows.iter().map(|row| row.split).collect();
        for (position, &split) in splits.iter().enumerate() {
            let rules = self.splits.find(split).and_then(|found| self.splits[found].agent_rules.clone());
            let Some(rules) = rules.filter(|_| !splits[..position].contains(&split)) else { continue };
            for rule in rules.0.iter().filter(|rule| rule.key.kind.counting() == Counting::Total) {
                let agent = &mut self.agents[ix];
                let rows = agent.rows.iter().filter(|row| row.split == split);
                let value = rows.map(|row| agent_item(rule.key.kind, &row.live)).sum::<u32>();
                let watch = agent.watch.get_or_insert_default();
                let told = watch.counts.iter().any(|(key, _)| *key == rule.key);
                if value > u32::from(rule.threshold) && !told {
                    watch.count(rule.key);
                    let of = ExceptionOf::Agent { agent: agent.id, split: Some(split), reason: None };
                    self.tell(self.now(), rule, of, value);
                }
            }
        }
    }
}

/// Something that rules hang at.
trait Watched {
    fn watch(&mut self) -> &mut Option<Box<Watch>>;
    /// What a rule's value is now; `None` if there is none yet.
    fn reached(&self, rule: &ExceptionRule, now: Moment) -> Option<u32>;
    fn exception_of(&self) -> ExceptionOf;
}

/// The rules of a thing that have something to tell. They are taken out of it meanwhile, so that it can be asked.
fn passed(thing: &mut impl Watched, now: Moment) -> (Found, ExceptionOf) {
    let mut found = Found::new();
    if let Some(mut watch) = thing.watch().take() {
        for watcher in &mut watch.0 {
            let value = thing.reached(&watcher.rule, now);
            if watcher.passes(value) {
                found.extend(value.map(|value| (watcher.rule, value)));
            }
        }
        *thing.watch() = Some(watch);
    }
    (found, thing.exception_of())
}

impl Watcher {
    /// Whether this value is to be told.
    fn passes(&mut self, value: Option<u32>) -> bool {
        let threshold = u32::from(self.rule.threshold);
        let counting = self.rule.key.kind.counting();
        let above = value.is_some_and(|value| match counting {
            Counting::Total | Counting::AtOnce => value > threshold,
            Counting::Average | Counting::Reaches => value >= self.rule.limit_secs,
            Counting::Long | Counting::Short | Counting::Each => false,
        });
        let was_above = std::mem::replace(&mut self.above, above);
        let begins = above && !was_above;
        match counting {
            Counting::Total | Counting::Average => above && !std::mem::replace(&mut self.told, true),
            Counting::Reaches => {
                self.count += u32::from(begins);
                begins && self.count > threshold
            }
            _ => begins,
        }
    }
}

impl Watched for Split {
    fn watch(&mut self) -> &mut Option<Box<Watch>> {
        &mut self.watch
    }

    fn reached(&self, rule: &ExceptionRule, now: Moment) -> Option<u32> {
        use hsplit as h;
        let item = |column| self.live.counted(column);
        Some(match rule.key.kind {
            K::SplitWaiting => self.in_queue(),
            K::SplitAbandons => item(h::ABNCALLS),
            K::SplitFlowIn => item(h::INFLOWCALLS),
            K::SplitFlowOut => item(h::OUTFLOWCALLS) - item(h::INTERFLOWCALLS),
            K::SplitInterflow => item(h::INTERFLOWCALLS),
            K::SplitBackup => item(h::BACKUPCALLS),
            K::SplitTransfers => item(h::TRANSFERRED),
            K::SplitAnswerSpeed => {
                let calls = item(h::ACDCALLS);
                return item(h::ANSTIME).checked_div(calls).filter(|_| calls > u32::from(rule.threshold));
            }
            K::SplitRollingSpeed => return self.pace.speed_secs(),
            K::SplitWaitTop => return self.expected_wait_of_interval().secs(Priority::Top, now),
            K::SplitWaitHigh => return self.expected_wait_of_interval().secs(Priority::High, now),
            K::SplitWaitMedium => return self.expected_wait_of_interval().secs(Priority::Medium, now),
            K::SplitWaitLow => return self.expected_wait_of_interval().secs(Priority::Low, now),
            _ => return None,
        })
    }

    fn exception_of(&self) -> ExceptionOf {
        ExceptionOf::Split { split: self.id }
    }
}

impl Watched for Vdn {
    fn watch(&mut self) -> &mut Option<Box<Watch>> {
        &mut self.watch
    }

    fn reached(&self, rule: &ExceptionRule, _: Moment) -> Option<u32> {
        use hvdn as h;
        let item = |column| self.rows.iter().map(|row| row.live.counted(column)).sum();
        Some(match rule.key.kind {
            K::VdnWaiting => self.in_queue,
            K::VdnAbandons => item(h::ABNCALLS),
            K::VdnFlowIn => item(h::INFLOWCALLS),
            K::VdnFlowOut => item(h::OUTFLOWCALLS),
            K::VdnInterflow => item(h::INTERFLOWCALLS),
            K::VdnBackup => item(h::BACKUPCALLS),
            K::VdnBusy => item(h::BUSYCALLS),
            K::VdnDisconnects => item(h::DISCCALLS),
            K::VdnRollingSpeed => return self.pace.speed_secs(),
            _ => return None,
        })
    }

    fn exception_of(&self) -> ExceptionOf {
        ExceptionOf::Vdn { vdn: self.id, vector: self.vector }
    }
}

impl Watched for Vector {
    fn watch(&mut self) -> &mut Option<Box<Watch>> {
        &mut self.watch
    }

    fn reached(&self, rule: &ExceptionRule, _: Moment) -> Option<u32> {
        use hvector as h;
        Some(match rule.key.kind {
            K::VectorWaiting => self.in_queue,
            K::VectorAbandons => self.live.counted(h::ABNCALLS),
            K::VectorBusy => self.live.counted(h::BUSYCALLS),
            K::VectorDisconnects => self.live.counted(h::DISCCALLS),
            _ => return None,
        })
    }

    fn exception_of(&self) -> ExceptionOf {
        ExceptionOf::Vector { vector: self.id }
    }
}

impl Watched for TrunkGroup {
    fn watch(&mut self) -> &mut Option<Box<Watch>> {
        &mut self.watch
    }

    fn reached(&self, rule: &ExceptionRule, _: Moment) -> Option<u32> {
        Some(match rule.key.kind {
            K::TrunksInUse => self.on_inbound() + self.on_outbound(),
            K::TrunksMaintenance => self.live.count(htkgrp::MBUSYTIME),
            K::TrunkAudio => self.live.counted(htkgrp::AUDIO),
            _ => return None,
        })
    }

    fn exception_of(&self) -> ExceptionOf {
        ExceptionOf::TrunkGroup { group: self.id, trunk: None, agent: None }
    }
}

/// An item of an agent's row.
fn agent_item(kind: K, live: &Live<hagent::Row>) -> u32 {
    use hagent as h;
    let item = |column| live.counted(column);
    match kind {
        K::AgentAcwOutCalls => item(h::ACWOUTCALLS),
        K::AgentAcwInCalls => item(h::ACWINCALLS),
        K::AgentAuxOutCalls => item(h::AUXOUTCALLS),
        K::AgentAuxInCalls => item(h::AUXINCALLS),
        K::AgentHeldCalls => item(h::HOLDCALLS),
        K::AgentHoldAbandons => item(h::HOLDABNCALLS),
        K::AgentTransfers => item(h::TRANSFERRED),
        K::AgentRedirected => item(h::NOANSREDIR),
        K::AgentAcdCalls => item(h::ACDCALLS) - item(h::O_ACDCALLS),
        K::AgentAcdOutCalls => item(h::O_ACDCALLS),
        _ => 0,
    }
}
