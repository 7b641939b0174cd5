//! Every item of history is filled by what a switch can tell, or stands on the list of items that nothing fills, with the
//! reason. So the list can only shrink: an item that is filled may not stand on it, and one that is not filled must.

use std::collections::BTreeSet;

use catalog::tables::derived::derived;
use catalog::tables::unfilled::is_unfilled;
use catalog::{Derived, LinkRow, LoginRow, Table, TableKind, Value, all_tables};
use chrono_tz::Tz;
use model::event::{Configuration, LinkReason};
use model::{
    AcdNumber, AuxReason, Calendar, CallProfile, Event, EventBody, ExceptionElement, ExceptionKey, ExceptionKind,
    ExceptionRule, ExceptionScope, Moment, SplitId,
};
use simulator::{Scenario, World};
use testkit::{Collected, collect_with_phantoms};

use crate::day::Day;

const MIDNIGHT: Moment = Moment(1_772_409_600);
const CALENDAR: Calendar = Calendar { zone: Tz::Europe__Berlin, interval: model::IntervalMinutes::Half };

/// Items that were seen with a value that says something: neither 0 nor blank nor "no".
#[derive(Default)]
struct Seen(BTreeSet<(&'static str, String)>);

impl Seen {
    fn see(&mut self, table: &'static str, item: &str) {
        self.0.insert((table, item.to_owned()));
    }

    fn take(&mut self, collected: &Collected) {
        for rows in &collected.intervals {
            rows.for_each(|row| {
                for (item, _) in row.table.values().iter().zip(row.values).filter(|(_, value)| **value != 0) {
                    self.see(row.table.name, &item.name);
                }
            });
        }
        for (number, record) in &collected.records {
            let values = record.values(AcdNumber(1), *number, &CALENDAR);
            for (item, _) in record.table().items().iter().zip(&values).filter(|(_, value)| says_something(value)) {
                self.see(record.table().name, &item.name);
            }
        }
        collected.logins.iter().for_each(|login| self.take_login(login));
        collected.links.iter().for_each(|link| self.take_link(link));
    }

    fn take_login(&mut self, login: &LoginRow) {
        let first = login.skills.first();
        let told = [
            ("ACD", true),
            ("ROW_DATE", true),
            ("LOGID", true),
            ("EXTN", true),
            ("LOGIN", true),
            ("LOGOUT", true),
            ("LOGOUT_DATE", true),
            ("LOGIN_UTC", true),
            ("LOGOUT_UTC", true),
            ("LOGOUT_REASON", login.reason.is_some()),
            ("INFLAG", login.seen_at_pump_up),
            ("OUTFLAG", login.lost_at_link_down),
            ("SPLIT", first.is_some()),
            ("SKLEVEL", first.is_some_and(|skill| skill.level > 0)),
            ("SKPERCENT", first.is_some_and(|skill| skill.percent > 0)),
            ("LOGONSKILL", login.skills.len() > 1),
        ];
        told.into_iter().filter(|(_, told)| *told).for_each(|(item, _)| self.see("haglog", item));
    }

    fn take_link(&mut self, link: &LinkRow) {
        for item in ["ACD", "ROW_DATE", "ROW_TIME", "ROW_TIME_UTC", "REASON"] {
            self.see("linkex", item);
        }
        if link.duration_secs > 0 {
            self.see("linkex", "DURATION");
        }
    }
}

/// The item that an item's values come from: the one it is derived from, or the first of its numbers in a session of more
/// skills than the simulated agents have.
fn source<'a>(table: &str, item: &'a str) -> &'a str {
    match derived(table, item) {
        Some(Derived::Same(other) | Derived::DateOf(other)) => other,
        Some(Derived::Blank) => item,
        None if table == "haglog" => item.trim_end_matches(|letter: char| letter.is_ascii_digit()),
        None => item,
    }
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Blank | Value::Int(0) => false,
        Value::Text(text) => &**text != "n",
        _ => true,
    }
}

/// Every exception of everything there is, and every agent traced, as administrators would enter them before the day.
fn administered(day: &Day, limits: Limits) -> Vec<Event> {
    let told = day.events.iter().filter_map(|event| match &event.body {
        EventBody::Configured(told) => Some(&**told),
        _ => None,
    });
    let mut entered = Vec::new();
    for known in told {
        let scopes: &[ExceptionScope] = match known {
            Configuration::Split { split, .. } => &[ExceptionScope::Agents(*split), ExceptionScope::Split(*split)],
            Configuration::Vdn { vdn, .. } => &[ExceptionScope::Vdn(*vdn)],
            Configuration::Vector { vector, .. } => &[ExceptionScope::Vector(*vector)],
            Configuration::TrunkGroup { group, .. } => &[ExceptionScope::TrunkGroup(*group)],
            Configuration::Agent { agent, .. } => {
                entered.push(Configuration::Trace { agent: *agent, on: true });
                &[]
            }
            _ => &[],
        };
        entered.extend(
            scopes.iter().flat_map(|scope| rules(*scope, limits)).map(|rule| Configuration::Exception { rule }),
        );
    }
    let at = day.scenario.start;
    entered.into_iter().map(|told| Event { at, body: EventBody::Configured(Box::new(told)) }).collect()
}

/// Of every rule.
#[derive(Clone, Copy)]
struct Limits {
    threshold: u16,
    secs: u32,
}

fn rules(scope: ExceptionScope, limits: Limits) -> impl Iterator<Item = ExceptionRule> {
    let of_scope = ExceptionKind::ALL.iter().filter(move |kind| kind.element() == scope.element());
    let rule = move |&kind: &ExceptionKind| {
        let reason = (kind == ExceptionKind::AgentAux).then_some(AuxReason(1));
        let limit_secs = if kind.counting().is_timed() { limits.secs } else { 0 };
        ExceptionRule { key: ExceptionKey { scope, kind, reason }, threshold: limits.threshold, limit_secs, on: true }
    };
    of_scope.map(rule)
}

/// A day in which everything is watched.
fn watched(day: &Day, limits: Limits) -> Collected {
    let mut events = day.events.clone();
    let ended = events.iter().position(|event| event.body == EventBody::PumpUpEnded).expect("a pump-up");
    events.splice(ended..ended, administered(day, limits));
    collect_with_phantoms(CALENDAR, 0, &events)
}

/// A day with a stricter profile from ten past one on, answers that may be phantoms, and an hour without a link in which
/// some come to work and others leave.
fn disturbed() -> Collected {
    let start = MIDNIGHT + 12 * 3_600;
    let mut world = World::new(Scenario { seed: 5, agents: 60, splits: 6, start, ..Scenario::default() })
        .expect("it can be played");
    let mut events = world.pump_up();
    world.run_until(start + 70 * 60, &mut events);
    let at = world.now();
    let mark = |at, body| Event { at, body };
    let vdn = events.iter().find_map(|event| match &event.body {
        EventBody::Configured(told) => match &**told {
            Configuration::Vdn { vdn, .. } => Some(*vdn),
            _ => None,
        },
        _ => None,
    });
    let profile = CallProfile::checked(5, &[2, 4, 8]).expect("the increments rise");
    let split = Configuration::SplitProfile { split: SplitId(1), profile: profile.clone() };
    let vdn = Configuration::VdnProfile { vdn: vdn.expect("a VDN"), profile };
    events.extend([split, vdn].map(|told| mark(at, EventBody::Configured(Box::new(told)))));
    world.run_until(at + 40 * 60, &mut events);
    events.push(mark(world.now(), EventBody::LinkDown { reason: LinkReason::SessionDown }));
    world.run_until(at + 100 * 60, &mut Vec::new());
    events.extend(world.pump_up());
    world.run_until(start + 11 * 3_600, &mut events);
    events.push(mark(world.now(), EventBody::Heartbeat));
    collect_with_phantoms(CALENDAR, 8, &events)
}

fn items(table: &'static Table) -> impl Iterator<Item = (&'static str, &'static str)> {
    let items = if table.kind == TableKind::Interval { table.values() } else { table.items() };
    items.iter().map(|item| (table.name, item.name.as_str()))
}

#[test]
fn every_item_of_history_is_filled_or_on_the_list() {
    let mut seen = Seen::default();
    let all = Scenario { seed: 4, agents: 120, splits: 12, start: MIDNIGHT, ..Scenario::default() };
    let limits = Limits { threshold: 1, secs: 30 };
    seen.take(&watched(&Day::play(all.clone(), 48), limits));
    let overloaded =
        Scenario { seed: 10, agents: 40, splits: 8, calls_per_hour: Some(700), talk_secs: Some(240), ..all };
    seen.take(&watched(&Day::play(overloaded, 24), limits));
    seen.take(&disturbed());

    let history = || all_tables().iter().filter(|table| matches!(table.kind, TableKind::Interval | TableKind::Event));
    let filled = |(table, item): (&'static str, &str)| seen.0.contains(&(table, source(table, item).to_owned()));
    let missing: Vec<_> = history()
        .flat_map(items)
        .filter(|&(table, item)| !filled((table, item)) && !is_unfilled(table, item))
        .collect();
    assert!(missing.is_empty(), "nothing fills these, and the list does not say why: {missing:?}");
    let listed: Vec<_> =
        history().flat_map(items).filter(|&(table, item)| filled((table, item)) && is_unfilled(table, item)).collect();
    assert!(listed.is_empty(), "these are filled; take them off the list: {listed:?}");
}

/// What is watched comes about in a few lively days, each kind of exception at least once: a kind that cannot is none.
#[test]
fn every_kind_of_exception_happens() {
    let scenario = Scenario { seed: 11, agents: 120, splits: 8, start: MIDNIGHT, ..Scenario::default() };
    let collected = watched(&Day::play(scenario, 96), Limits { threshold: 0, secs: 15 });
    let mut happened: BTreeSet<(&str, u16)> = BTreeSet::new();
    for (_, record) in &collected.records {
        if let catalog::Record::Exception(exception) = record {
            happened.insert((record.table().name, exception.kind));
        }
    }
    let table = |element| match element {
        ExceptionElement::Agent => "agex",
        ExceptionElement::Split => "spex",
        ExceptionElement::Vdn => "vdnex",
        ExceptionElement::Vector => "vecex",
        ExceptionElement::TrunkGroup => "tgex",
    };
    // The simulated switch keeps to its translations: every reason and work code is known, and no ID logs in twice.
    let never = [ExceptionKind::AgentSecondLogin, ExceptionKind::AgentLogoutReason, ExceptionKind::AgentWorkCode];
    let missing: Vec<_> = ExceptionKind::ALL
        .iter()
        .filter(|kind| !never.contains(kind) && !happened.contains(&(table(kind.element()), kind.number())))
        .collect();
    assert!(missing.is_empty(), "four days without {missing:?}");
}
