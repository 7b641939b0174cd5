//! Weeks where the week is set anew: what goes, what stays, and that no day is ever in two of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Days, NaiveDate, Weekday};
use model::period::date_of;
use model::{Level, Period, SummaryTimes};
use proptest::collection::vec;
use proptest::prelude::*;
use tempfile::TempDir;

use super::summaries::{day, stored, sum_up_with};
use super::{NINE, folder, small, store};
use crate::{AcdStore, Retention, Storage};

/// The first of the days, a Monday.
const FIRST: &str = "2026-11-23";
const DAYS: u32 = 35;

fn times(week_start: Weekday) -> SummaryTimes {
    SummaryTimes { week_start, week_stop: week_start.pred(), ..SummaryTimes::default() }
}

fn week_of(date: &str, week_start: Weekday) -> Period {
    times(week_start).period_of(Level::Weekly, day(date)).unwrap()
}

/// A store with a call on each day, all days summed up; made once and copied.
fn with_days(into: &TempDir) -> AcdStore {
    static MADE: LazyLock<TempDir> = LazyLock::new(|| {
        let made = folder();
        let mut store = store(&made);
        for (number, date) in (0..).zip(day(FIRST).iter_days().take(DAYS as usize)) {
            store.archive(&small(NINE + number * 86_400, 1, 1)).unwrap();
            let date = Period { level: Level::Daily, first: date, last: date };
            sum_up_with(&mut store, date, SummaryTimes::default()).unwrap();
        }
        made
    });
    for file in std::fs::read_dir(MADE.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), into.path().join(file.file_name())).unwrap();
    }
    store(into)
}

/// Makes what is due by itself.
fn bring_up_to_date(store: &mut AcdStore, week_start: Weekday) {
    let last = day(FIRST) + Days::new(u64::from(DAYS) - 1);
    let last = Period { level: Level::Weekly, first: last, last };
    for week in store.reader().unwrap().unsummed(&last, &times(week_start), true).unwrap() {
        sum_up_with(store, week, times(week_start));
    }
}

/// Lets go of days older than this before the last one; of agents some more.
fn age(store: &mut AcdStore, kept_days: u32) {
    let mut storage = Storage::default();
    for (word, allocation) in &mut storage.elements {
        let daily_days = if word == "agents" { kept_days.saturating_sub(3).max(1) } else { kept_days };
        allocation.kept = Retention { intrahour_days: 3, daily_days, weekly_weeks: 104, monthly_months: 0 };
    }
    let last = day(FIRST) + Days::new(u64::from(DAYS));
    while store.age(&storage, &times(Weekday::Sun), last).unwrap().table.is_some() {}
}

/// The weeks that are stored, by their first days, each with how many days it says it has calls of.
fn weeks(store: &AcdStore, table: &str) -> BTreeMap<NaiveDate, i64> {
    let found = stored(&store.reader().unwrap(), table).into_iter().filter(|(key, _)| key.contains(" ACDCALLS"));
    let first = |key: &str| date_of(key.split(' ').nth(1).unwrap().parse().unwrap()).unwrap();
    found.map(|(key, calls)| (first(&key), calls)).collect()
}

fn listed(store: &AcdStore) -> Vec<Period> {
    let known = store.reader().unwrap().summaries(Level::Weekly, None, None).unwrap();
    known.iter().map(|known| known.period).collect()
}

/// No day is in two weeks, and what a week tells is of its own days.
fn check(store: &AcdStore) {
    let listed = listed(store);
    for (one, next) in listed.iter().zip(&listed[1.min(listed.len())..]) {
        assert!(one.last < next.first, "{one} and {next}");
    }
    let days = Period { level: Level::Weekly, first: day(FIRST), last: day(FIRST) + Days::new(u64::from(DAYS) - 1) };
    for table in ["wsplit", "wagent"] {
        for (first, calls) in weeks(store, table) {
            let week = listed.iter().find(|week| week.first == first).unwrap_or_else(|| panic!("{table}: {first}"));
            let with_calls =
                week.first.iter_days().take_while(|day| *day <= week.last).filter(|day| days.contains(*day));
            // Each day has one call of the split, and others of its agents.
            if table == "wsplit" {
                assert_eq!(calls, i64::try_from(with_calls.count()).unwrap(), "{table}: {week}");
            }
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    WeekStart(Weekday),
    Age(u32),
    Summarize(u32, u32),
}

fn step() -> impl Strategy<Value = Step> {
    let start = prop_oneof![Just(Weekday::Sun), Just(Weekday::Mon), Just(Weekday::Wed), Just(Weekday::Sat)];
    prop_oneof![
        start.prop_map(Step::WeekStart),
        (1..DAYS).prop_map(Step::Age),
        (0..DAYS, 1..15u32).prop_map(|(first, days)| Step::Summarize(first, days)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn stored_weeks_never_overlap(steps in vec(step(), 1..8)) {
        let folder = folder();
        let mut store = with_days(&folder);
        let mut week_start = Weekday::Sun;
        bring_up_to_date(&mut store, week_start);
        let mut told: BTreeSet<NaiveDate> = BTreeSet::new();
        for step in steps {
            match step {
                Step::WeekStart(new) => week_start = new,
                Step::Age(days) => age(&mut store, days),
                Step::Summarize(first, days) => {
                    let first = day(FIRST) + Days::new(u64::from(first));
                    let last = (first + Days::new(u64::from(days))).min(day(FIRST) + Days::new(u64::from(DAYS) - 1));
                    for week in times(week_start).periods(Level::Weekly, first, last) {
                        sum_up_with(&mut store, week, times(week_start));
                    }
                }
            }
            bring_up_to_date(&mut store, week_start);
            check(&store);
            told.extend(weeks(&store, "wsplit").into_keys());
        }
        prop_assert!(!told.is_empty());
    }
}

#[test]
fn a_week_whose_days_were_let_go_stays_and_nothing_is_stored_beside_it() {
    let folder = folder();
    let mut store = with_days(&folder);
    bring_up_to_date(&mut store, Weekday::Mon);
    let before = weeks(&store, "wsplit");
    // Days from Monday, 14 December on are kept, agents' from the 17th on.
    age(&mut store, 14);
    let reader = store.reader().unwrap();
    let in_place = |date: &str| {
        let week = week_of(date, Weekday::Wed);
        let summing = reader.sum_up(week, times(Weekday::Wed), super::berlin()).unwrap();
        summing.in_place(&Storage::default())
    };
    let stays = in_place("2026-12-16").expect("the week of the 14th has days of agents that are gone");
    assert_eq!(stays.periods, [week_of("2026-12-14", Weekday::Mon), week_of("2026-12-21", Weekday::Mon)]);
    assert_eq!(stays.tables, ["wagent"]);
    assert_eq!(in_place("2026-12-23"), None, "all its days are here, and of those that it takes the place of");
    for date in ["2026-12-09", "2026-12-16", "2026-12-23"] {
        sum_up_with(&mut store, week_of(date, Weekday::Wed), times(Weekday::Wed));
        check(&store);
    }
    let after = weeks(&store, "wsplit");
    assert_eq!(after.keys().filter(|first| before.contains_key(first)).count(), 4, "{after:?}");
    assert_eq!(after[&day("2026-12-23")], 5, "up to the last day that there is");
    bring_up_to_date(&mut store, Weekday::Wed);
    assert_eq!(weeks(&store, "wsplit"), after, "nothing is made by itself that has days in common with others");
}

/// Nobody asked for weeks of other days, and its days are there.
#[test]
fn a_week_of_before_is_made_again_of_its_own_days() {
    let folder = folder();
    let mut store = with_days(&folder);
    bring_up_to_date(&mut store, Weekday::Mon);
    store.archive(&small(NINE, 1, 5)).unwrap();
    let date = Period { level: Level::Daily, first: day(FIRST), last: day(FIRST) };
    sum_up_with(&mut store, date, SummaryTimes::default()).unwrap();
    let monday = week_of(FIRST, Weekday::Mon);
    assert_eq!(store.reader().unwrap().out_of_date(Level::Weekly).unwrap(), (vec![monday], Vec::new()));
    bring_up_to_date(&mut store, Weekday::Thu);
    assert_eq!(store.reader().unwrap().out_of_date(Level::Weekly).unwrap(), (Vec::new(), Vec::new()));
    assert_eq!(weeks(&store, "wsplit")[&monday.first], 11);
}

#[test]
fn a_week_that_was_begun_in_place_of_others_is_made_to_the_end() {
    let folder = folder();
    let mut store = with_days(&folder);
    bring_up_to_date(&mut store, Weekday::Mon);
    let week = week_of("2026-12-02", Weekday::Wed);
    let reader = store.reader().unwrap();
    let summing = reader.sum_up(week, times(Weekday::Wed), super::berlin()).unwrap();
    let rows = summing.rows(catalog::table("wsplit").unwrap(), &mut || true).unwrap().unwrap();
    store.store_summary(summing.head(), &rows).unwrap();
    drop(summing);
    // The program ended here: agents have the weeks of before.
    assert_eq!(listed(&store).len(), 6);
    bring_up_to_date(&mut store, Weekday::Wed);
    check(&store);
    let firsts = ["2026-11-23", "2026-12-02", "2026-12-14", "2026-12-21"].map(day);
    assert_eq!(weeks(&store, "wsplit").into_keys().collect::<Vec<_>>(), firsts);
    assert_eq!(weeks(&store, "wagent").into_keys().collect::<Vec<_>>(), firsts);
}

#[test]
fn a_week_that_is_over_stays_as_it_is_by_other_times_and_one_whose_days_were_let_go_says_so() {
    let folder = folder();
    let mut store = with_days(&folder);
    bring_up_to_date(&mut store, Weekday::Mon);
    // Wednesday, 16 December: by weeks from Thursday on, that of the 10th is not over, and the week of the 7th is.
    let now = NINE + 23 * 86_400;
    let last = times(Weekday::Thu).last_due_day(Level::Weekly, &super::berlin(), now).unwrap();
    assert_eq!(last, day("2026-12-15"));
    store.make_later(Level::Weekly, last).unwrap();
    let marked = store.reader().unwrap().out_of_date(Level::Weekly).unwrap().0;
    assert_eq!(marked, [week_of("2026-12-14", Weekday::Mon), week_of("2026-12-21", Weekday::Mon)]);
    bring_up_to_date(&mut store, Weekday::Mon);
    age(&mut store, 14);
    let changed = week_of("2026-11-23", Weekday::Mon);
    let reader = store.reader().unwrap();
    assert_eq!(reader.out_of_date(Level::Weekly).unwrap(), (Vec::new(), Vec::new()));
    // Something changes them all.
    store.make_later(Level::Weekly, day("2026-11-20")).unwrap();
    let (again, stay) = reader.out_of_date(Level::Weekly).unwrap();
    assert!(stay.contains(&changed) && !again.contains(&changed), "{again:?} {stay:?}");
    let known = reader.summaries(Level::Weekly, None, None).unwrap();
    let known = known.iter().find(|known| known.period == changed).unwrap();
    assert!(known.stays && !known.out_of_date);
}
