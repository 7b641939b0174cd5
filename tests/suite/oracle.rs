//! The collector against a slow and plain recount of the same events, row by row and item by item.

mod identities;
mod odd;
mod rules;

use std::collections::BTreeMap;

use chrono_tz::Tz;
use model::event::Configuration;
use model::{Calendar, Event, EventBody, IntervalMinutes, Moment};
use simulator::{Scenario, World};
use testkit::oracle::{Rules, recount};
use testkit::{bank, collect, collect_with_phantoms};

use identities::broken;
use odd::{busier, judged_anew, renamed, waited_for};
use rules::{Dice, ruled};

/// A day of the simulated switch from its pump-up on, with what it knows of it.
fn day(scenario: &Scenario, hours: i64) -> (World, Vec<Event>) {
    let mut world = World::new(scenario.clone()).expect("the scenario can be played");
    let mut events = world.pump_up();
    world.run_until(scenario.start + hours * 3600, &mut events);
    events.push(Event { at: world.now(), body: model::EventBody::Heartbeat });
    (world, events)
}

/// Every agent that the events name is traced from the beginning.
fn traced(events: &[Event]) -> Vec<Event> {
    let mut watched = Vec::with_capacity(events.len());
    for event in events {
        watched.push(event.clone());
        if let EventBody::Configured(told) = &event.body
            && let Configuration::Agent { agent, .. } = &**told
        {
            let trace = Configuration::Trace { agent: *agent, on: true };
            watched.push(Event { at: event.at, body: EventBody::Configured(Box::new(trace)) });
        }
    }
    watched
}

/// How many exceptions there are of each table.
type Told = BTreeMap<&'static str, usize>;

/// `seed` chooses the rules for exceptions, how long talk must be to be an answer, and what else is not usual.
#[track_caller]
fn check_recount(calendar: Calendar, events: &[Event], seed: u64) -> Told {
    let events = judged_anew(&busier(&ruled(&traced(&waited_for(events, seed)), seed), seed), seed);
    let phantom_abandon_secs = [0, 0, 5, 30][seed as usize % 4];
    let book = recount(Rules { phantom_abandon_secs, ..Rules::usual(calendar) }, &events);
    for (told, events) in [("as it is", &events), ("by other numbers", &renamed(&events, seed))] {
        let collected = collect_with_phantoms(calendar, phantom_abandon_secs, events);
        assert!(collected.anomalies.is_empty(), "seed {seed}, told {told}: {:?}", collected.anomalies);
        let broken: Vec<String> = collected.intervals.iter().flat_map(broken).collect();
        assert!(broken.is_empty(), "seed {seed}, told {told}:\n{}", broken.join("\n"));
        for (of, differences) in [
            ("intervals", book.differences(&collected.intervals)),
            ("states", book.trace_differences(&collected.records)),
            ("calls", book.call_differences(&collected.records)),
            ("logins", book.login_differences(&collected.logins)),
            ("exceptions", book.exception_differences(&collected.records)),
        ] {
            assert!(differences.is_empty(), "seed {seed}, told {told}, {of}:\n{}", differences.join("\n"));
        }
    }
    book.exceptions_told()
}

#[track_caller]
fn check_day(scenario: Scenario, hours: i64) -> Told {
    let calendar = Calendar { zone: Tz::UTC, interval: scenario.interval };
    check_recount(calendar, &day(&scenario, hours).1, scenario.seed)
}

#[test]
fn a_simulated_day_is_recounted() {
    check_day(Scenario::default(), 14);
}

#[test]
fn small_and_large_centres_are_recounted() {
    for (seed, agents, splits) in [(2, 1, 1), (3, 5, 3), (4, 25, 2), (5, 120, 20)] {
        check_day(Scenario { seed, agents, splits, ..Scenario::default() }, 8);
    }
}

#[test]
fn an_overloaded_centre_is_recounted() {
    for seed in 10..13 {
        let scenario = Scenario {
            seed,
            agents: 12,
            splits: 4,
            calls_per_hour: Some(400),
            talk_secs: Some(240),
            ..Scenario::default()
        };
        check_day(scenario, 8);
    }
}

#[test]
fn quarters_and_hours_are_recounted() {
    for interval in [IntervalMinutes::Quarter, IntervalMinutes::Hour] {
        check_day(Scenario { seed: 21, interval, ..Scenario::default() }, 7);
    }
}

/// Sizes, loads and hours at random, the same ones each time.
#[test]
fn random_days_are_recounted() {
    for seed in 100..116 {
        let scenario = Scenario {
            seed,
            start: Scenario::default().start + seed as i64 % 7 * 7_200,
            agents: 2 + seed as u32 * 7 % 29,
            splits: 1 + seed as u32 * 5 % 6,
            calls_per_hour: Some(20 + seed as u32 * 37 % 260),
            ..Scenario::default()
        };
        check_day(scenario, 4);
    }
}

/// The days that `UNDERSTUDY_RANDOM_DAYS` says: how many, or from which one up to which one (`1000..2000`).
fn random_days() -> std::ops::Range<u64> {
    let Ok(said) = std::env::var("UNDERSTUDY_RANDOM_DAYS") else { return 0..60 };
    let number =
        |text: &str| text.parse().expect("UNDERSTUDY_RANDOM_DAYS is a number of days, or two with `..` between");
    said.split_once("..").map_or_else(|| 0..number(&said), |(from, to)| number(from)..number(to))
}

/// Small centres at any time of the day, with rules for exceptions that are other ones each time. `UNDERSTUDY_RANDOM_DAYS`
/// says how many of them, where it is to be more than the suite has time for.
#[test]
fn small_random_days_are_recounted() {
    let days = random_days();
    let mut told = Told::new();
    for seed in days.clone() {
        let mut dice = Dice(seed);
        let mut up_to = |end: u64| u32::try_from(1 + dice.below(end)).expect("the numbers here are small");
        let intervals = [IntervalMinutes::Quarter, IntervalMinutes::Half, IntervalMinutes::Hour];
        let scenario = Scenario {
            seed: 1_000 + seed,
            start: Scenario::default().start + i64::from(up_to(96)) * 900,
            agents: up_to(8),
            splits: up_to(4),
            calls_per_hour: Some(20 * up_to(12)),
            talk_secs: (up_to(2) == 1).then(|| 10 * up_to(24)),
            interval: intervals[up_to(3) as usize - 1],
            ..Scenario::default()
        };
        for (table, number) in check_day(scenario, 1) {
            *told.entry(table).or_default() += number;
        }
    }
    let all = ["agex", "spex", "tgex", "vdnex", "vecex"].iter().all(|table| told.contains_key(table));
    assert!(all, "the days {days:?} have only exceptions of {told:?}");
}

/// The bank's calls are real: whatever is strange in them must be counted alike.
#[test]
fn a_week_of_a_real_bank_is_recounted() {
    let Some(month) = bank::Month::load(1).expect("the month can be read") else {
        return println!("skipped: the bank's calls are not on this machine");
    };
    let calendar = Calendar { zone: bank::ZONE, interval: IntervalMinutes::Half };
    let mark = |body| Event { at: month.start, body };
    let mut events = vec![mark(model::EventBody::PumpUpBegan)];
    events.extend(month.configuration());
    events.push(mark(model::EventBody::PumpUpEnded));
    let week: Moment = month.start + 7 * 86_400;
    events.extend(month.events().into_iter().take_while(|event| event.at <= week));
    check_recount(calendar, &events, 1);
}

/// Whole months, without links: exactly the calls that the bank answered and lost.
#[test]
fn months_of_a_real_bank_add_up() {
    for (number, answered, hung_up, phantom) in [(1, 27_060, 4_299, 240), (2, 27_162, 5_904, 278)] {
        let Some(month) = bank::Month::load(number).expect("the month can be read") else {
            return println!("skipped: the bank's calls are not on this machine");
        };
        let calendar = Calendar { zone: bank::ZONE, interval: IntervalMinutes::Hour };
        let events: Vec<_> = month.configuration().into_iter().chain(month.events()).collect();
        let collected = collect(calendar, &events);
        let found = ["ACDCALLS", "ABNCALLS", "DISCCALLS"].map(|item| collected.sum("hvdn", item));
        assert_eq!(found, [answered, hung_up, phantom], "month {number}");
        assert!(collected.anomalies.is_empty(), "month {number}: {:?}", collected.anomalies);
    }
}

/// The switch counts its own decisions; the archive must come to the same, interval by interval.
#[test]
fn the_switch_agrees_with_the_archive() {
    for seed in 30..34 {
        let scenario = Scenario { seed, ..Scenario::default() };
        let (world, events) = day(&scenario, 10);
        let calendar = Calendar { zone: Tz::UTC, interval: scenario.interval };
        let collected = collect(calendar, &events);
        let differences = crate::truth::differences(&world.truth(), &collected);
        assert!(differences.is_empty(), "seed {seed}:\n{}", differences.join("\n"));
    }
}
