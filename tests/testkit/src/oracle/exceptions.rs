//! Which exceptions the rules make of what was written down (`watching`) and of the items' growth, and how they are held
//! against the records of the collector.

use std::collections::BTreeMap;

use catalog::Record;
use model::{
    Calendar, Counting, ExceptionKey, ExceptionKind as K, ExceptionRule, ExceptionScope as S, LoginId, Moment, VdnId,
};

use super::Recount;
use super::book::Key;
use super::call_records::Row;
use super::desk::{Part, Stage, Way};
use super::watching::{About, Case, Fact};

/// Most differences told.
const TOLD_MAX: usize = 40;
/// Answers that an estimate is made from.
const ANSWERS: usize = 16;

/// A record: its table, when, and its items.
pub(super) type Told = (&'static str, Moment, Row);

/// An occurrence: when, and whom it is about.
type Found = Vec<(Moment, About)>;

impl Recount {
    /// All exceptions, in the order of the rules.
    pub(super) fn exceptions(&self) -> Vec<Told> {
        let mut told = Vec::new();
        let mut by_rule: BTreeMap<ExceptionKey, Vec<&Case>> = BTreeMap::new();
        for case in &self.cases {
            by_rule.entry(case.key).or_default().push(case);
        }
        for rule in self.exception_rules.values().filter(|rule| rule.on) {
            let cases = by_rule.remove(&rule.key).unwrap_or_default();
            let found = match rule.key.kind.counting() {
                Counting::Long => self.too_many(rule, long(rule, &cases)),
                Counting::Short => self.too_many(rule, short(rule, &cases)),
                Counting::Each => self.too_many(rule, cases.iter().map(|case| (case.at, case.about[0].1)).collect()),
                Counting::AtOnce => begins(&cases, |value| value > u32::from(rule.threshold)),
                // What is estimated begins anew with the interval.
                Counting::Reaches => {
                    let interval = |case: &Case| self.rules.calendar.interval(case.at).start;
                    let by_interval = cases.chunk_by(|one, other| interval(one) == interval(other));
                    let above = |value| value >= rule.limit_secs;
                    self.too_many(rule, by_interval.flat_map(|cases| begins(cases, above)).collect())
                }
                Counting::Total => self.passed(rule, &self.amounts(rule, &cases)),
                Counting::Average => self.slow(rule),
            };
            told.extend(found.into_iter().map(|(at, about)| self.told(rule, at, about)));
        }
        told
    }

    /// Those beyond the threshold, counted by interval and, for rules of agents, by agent.
    fn too_many(&self, rule: &ExceptionRule, mut found: Found) -> Found {
        let mut counts: BTreeMap<(Moment, Option<LoginId>), u32> = BTreeMap::new();
        // What a limit makes due goes by public numbers, all else as it was told.
        match rule.key.kind.counting() {
            Counting::Long => found.sort_by_key(|(at, about)| (*at, about.trunk, about.call)),
            _ => found.sort_by_key(|(at, _)| *at),
        }
        found.retain(|(at, about)| {
            let agent = about.agent.filter(|_| matches!(rule.key.scope, S::Agents(_)));
            let count = counts.entry((self.rules.calendar.interval(*at).start, agent)).or_default();
            *count += 1;
            *count > u32::from(rule.threshold)
        });
        found
    }

    /// When the rule's item grew, by how much, and of which agent.
    fn amounts(&self, rule: &ExceptionRule, cases: &[&Case]) -> Vec<(Moment, Option<LoginId>, i64)> {
        if let S::Vector(_) = rule.key.scope {
            return cases.iter().map(|case| (case.at, None, 1)).collect();
        }
        let (plus, minus) = items(rule.key.kind);
        let grown = self.book.growth.iter().filter_map(|(at, key, item, amount)| {
            let sign = i64::from(*item == plus) - i64::from(Some(*item) == minus);
            let agent = if sign == 0 { None } else { whose(rule.key.scope, key) }?;
            Some((*at, agent, sign * i64::try_from(*amount).ok()?))
        });
        let mut grown: Vec<_> = grown.collect();
        grown.sort();
        grown
    }

    /// The first moment of each interval, and for each agent, at which the item is above the threshold.
    fn passed(&self, rule: &ExceptionRule, amounts: &[(Moment, Option<LoginId>, i64)]) -> Found {
        let mut by_moment: BTreeMap<(Option<LoginId>, Moment), BTreeMap<Moment, i64>> = BTreeMap::new();
        for (at, agent, amount) in amounts {
            let interval = self.rules.calendar.interval(*at).start;
            *by_moment.entry((*agent, interval)).or_default().entry(*at).or_default() += amount;
        }
        let mut found = Found::new();
        for ((agent, _), moments) in by_moment {
            let mut total = 0;
            let first = moments.into_iter().find(|(_, amount)| {
                total += amount;
                total > i64::from(rule.threshold)
            });
            found.extend(first.map(|(at, _)| (at, About { agent, ..About::default() })));
        }
        found
    }

    /// The first moment of each interval at which the calls answered in it, and done with, had waited too long on average.
    fn slow(&self, rule: &ExceptionRule) -> Found {
        let S::Split(split) = rule.key.scope else { return Found::new() };
        // Calls without after-call work are credited at the end of their second, the others by the event.
        let credit = |part: &Part| match part.stages.last() {
            _ if part.way != Way::Skill(split) || !part.had(Stage::Over) || part.deeds.phantom => None,
            Some((Stage::Over, at, _)) => Some((*at, u64::MAX)),
            Some((Stage::Done, at, step)) => Some((*at, *step)),
            _ => None,
        };
        let mut credits: BTreeMap<(Moment, u64), (u64, u64)> = BTreeMap::new();
        for part in &self.parts {
            let Some(at) = credit(part) else { continue };
            let talk = part.stages.iter().find(|(stage, ..)| *stage == Stage::Talking);
            let answered_at = talk.map_or(at.0, |(_, at, _)| *at);
            let (calls, secs) = credits.entry(at).or_default();
            *calls += 1;
            *secs += part.wait.as_ref().map_or(0, |wait| u64::from(answered_at.since(wait.since)));
        }
        let mut found = Found::new();
        let (mut interval, mut calls, mut secs, mut told) = (Moment(0), 0, 0, false);
        for ((at, _), (more_calls, more_secs)) in credits {
            let own = self.rules.calendar.interval(at).start;
            if own != interval {
                (interval, calls, secs, told) = (own, 0, 0, false);
            }
            (calls, secs) = (calls + more_calls, secs + more_secs);
            if !told && calls > u64::from(rule.threshold) && secs / calls >= u64::from(rule.limit_secs) {
                told = true;
                found.push((at, About::default()));
            }
        }
        found
    }

    fn told(&self, rule: &ExceptionRule, at: Moment, about: About) -> Told {
        let mut row = Row::default();
        row.number("ACD", 1);
        row.face(&self.rules.calendar, at);
        row.number("ROW_TIME_UTC", at.0);
        row.number("EXTYPE", rule.key.kind.number());
        row.number("THRESHOLD", rule.threshold);
        row.number("TIME", rule.limit_secs);
        let agent = about.agent.as_ref().map_or("", |agent| agent.as_str());
        let table = match rule.key.scope {
            S::Agents(split) => {
                row.text("LOGID", agent);
                row.number("SPLIT", split.0);
                if let Some(reason) = about.reason {
                    row.number("REASON_CODE", reason);
                }
                "agex"
            }
            S::Split(split) => {
                row.number("SPLIT", split.0);
                "spex"
            }
            S::Vdn(vdn) => {
                row.text("VDN", vdn.as_str());
                if let Some(vector) = self.vectors.get(&vdn) {
                    row.number("VECTOR", vector.0);
                }
                "vdnex"
            }
            S::Vector(vector) => {
                row.number("VECTOR", vector.0);
                "vecex"
            }
            S::TrunkGroup(group) => {
                row.number("TKGRP", group.0);
                row.text("EQLOC", about.trunk.as_ref().map_or("", |trunk| trunk.as_str()));
                row.text("LOGID", agent);
                "tgex"
            }
        };
        (table, at, row)
    }
}

/// What had lasted as long as the limit, dated to when it had.
fn long(rule: &ExceptionRule, cases: &[&Case]) -> Found {
    let due = |case: &&Case| {
        let Fact::Lasted { until, before_secs } = case.fact else { return None };
        let at = case.at + i64::from(rule.limit_secs.checked_sub(before_secs)?);
        // What goes on after a pause has been told already if the limit was reached before.
        let in_time = before_secs < rule.limit_secs && at <= until;
        let known = case.about.iter().rev().find(|(since, _)| *since < at).or(case.about.first());
        in_time.then(|| (at, known.map_or(About::default(), |(_, about)| *about)))
    };
    cases.iter().filter_map(due).collect()
}

fn short(rule: &ExceptionRule, cases: &[&Case]) -> Found {
    let too_short = |case: &&&Case| matches!(case.fact, Fact::Ended { secs } if secs < rule.limit_secs);
    cases.iter().filter(too_short).map(|case| (case.at, case.about[0].1)).collect()
}

/// Every time that the value comes to be above the limit.
fn begins(cases: &[&Case], above: impl Fn(u32) -> bool) -> Found {
    let (mut was_above, mut waits, mut found) = (false, Vec::new(), Found::new());
    for case in cases {
        let value = match case.fact {
            Fact::Are(value) => Some(value),
            Fact::Expected(value) => value,
            Fact::Answered { wait_secs } => {
                waits.push(wait_secs);
                let last = &waits[waits.len().saturating_sub(ANSWERS)..];
                Some(last.iter().sum::<u32>() / last.len() as u32)
            }
            _ => continue,
        };
        let is_above = value.is_some_and(&above);
        if is_above && !was_above {
            found.push((case.at, case.about[0].1));
        }
        was_above = is_above;
    }
    found
}

/// The item that is counted, and what is not to be counted of it.
fn items(kind: K) -> (&'static str, Option<&'static str>) {
    match kind {
        K::AgentAcwOutCalls => ("ACWOUTCALLS", None),
        K::AgentAcwInCalls => ("ACWINCALLS", None),
        K::AgentAuxOutCalls => ("AUXOUTCALLS", None),
        K::AgentAuxInCalls => ("AUXINCALLS", None),
        K::AgentHeldCalls => ("HOLDCALLS", None),
        K::AgentHoldAbandons => ("HOLDABNCALLS", None),
        K::AgentTransfers | K::SplitTransfers => ("TRANSFERRED", None),
        K::AgentRedirected => ("NOANSREDIR", None),
        K::AgentAcdCalls => ("ACDCALLS", Some("O_ACDCALLS")),
        K::AgentAcdOutCalls => ("O_ACDCALLS", None),
        K::SplitAbandons | K::VdnAbandons => ("ABNCALLS", None),
        K::SplitFlowIn | K::VdnFlowIn => ("INFLOWCALLS", None),
        K::SplitFlowOut => ("OUTFLOWCALLS", Some("INTERFLOWCALLS")),
        K::SplitInterflow | K::VdnInterflow => ("INTERFLOWCALLS", None),
        K::SplitBackup | K::VdnBackup => ("BACKUPCALLS", None),
        K::VdnFlowOut => ("OUTFLOWCALLS", None),
        K::VdnBusy => ("BUSYCALLS", None),
        K::VdnDisconnects => ("DISCCALLS", None),
        K::TrunkAudio => ("AUDIO", None),
        other => unreachable!("{other:?} is not a total of an item"),
    }
}

/// Whether a row belongs to what the rule watches; the agent, if it watches agents.
fn whose(scope: S, key: &Key) -> Option<Option<LoginId>> {
    let (table, columns) = (key.0, key.1.split(',').collect::<Vec<_>>());
    match scope {
        S::Agents(split) if table == "hagent" && columns[0] == split.to_string() => {
            LoginId::new(columns[1]).ok().map(Some)
        }
        S::Split(split) if table == "hsplit" && columns[0] == split.to_string() => Some(None),
        S::Vdn(vdn) if table == "hvdn" && VdnId::new(columns[0]).ok() == Some(vdn) => Some(None),
        S::TrunkGroup(group) if table == "htkgrp" && columns[0] == group.to_string() => Some(None),
        _ => None,
    }
}

/// Every difference to the collector's exceptions before `through`, in words.
pub(super) fn differences(
    recounted: &[Told],
    records: &[(u64, Record)],
    calendar: &Calendar,
    through: Moment,
) -> Vec<String> {
    let text = |(table, at, row): &Told| format!("{} {table} {row:?}", calendar.local(*at));
    let told = records.iter().filter(|(_, record)| matches!(record, Record::Exception(_)) && record.at() < through);
    let mut balance: BTreeMap<String, i64> = BTreeMap::new();
    for told in recounted.iter().filter(|(_, at, _)| *at < through) {
        *balance.entry(text(told)).or_default() += 1;
    }
    for (number, record) in told {
        let row = (record.table().name, record.at(), Row::of(record, *number, calendar));
        *balance.entry(text(&row)).or_default() -= 1;
    }
    let differs = balance.into_iter().filter(|(_, balance)| *balance != 0);
    let words = differs.map(|(text, balance)| match balance {
        1.. => format!("recounted {balance} times more: {text}"),
        _ => format!("told {} times more: {text}", -balance),
    });
    words.take(TOLD_MAX).collect()
}
