//! Summing up: against a plain recount, again and again, on days of any length, and beside a collection that goes on.

use std::collections::BTreeMap;

use catalog::{Class, IntervalRows, Rolling, SummaryTable, TableKind, Value, all_tables, hsplit, hvdn, table};
use chrono::NaiveDate;
use model::{Calendar, Level, Moment, Period, SplitId, SummaryTimes, VdnId};
use proptest::collection::btree_map;
use proptest::prelude::*;
use rusqlite::Connection;

use super::{NINE, berlin, folder, rows_among, small, store};
use crate::{AcdReader, AcdStore, RowFilter, Storage, StoreError, SummaryDigest};

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn period(level: Level, date: &str) -> Period {
    SummaryTimes::default().period_of(level, day(date)).unwrap()
}

/// Sums up a period as a server does it.
pub(super) fn sum_up_with(store: &mut AcdStore, period: Period, times: SummaryTimes) -> Option<SummaryDigest> {
    let reader = store.reader().unwrap();
    let summing = reader.sum_up(period, times, berlin()).unwrap();
    let head = summing.head().clone();
    if head.is_empty() || summing.in_place(&Storage::default()).is_some() {
        return None;
    }
    for table in
        all_tables().iter().filter(|table| table.kind == TableKind::of(period.level) && !summing.is_gone(table))
    {
        let rows = summing.rows(table, &mut || true).unwrap().unwrap();
        store.store_summary(&head, &rows).unwrap();
    }
    Some(store.finish_summary(&head, NINE).unwrap())
}

pub(super) fn sum_up(store: &mut AcdStore, period: Period) -> SummaryDigest {
    sum_up_with(store, period, SummaryTimes::default()).expect("there is something to sum up")
}

/// All values of a table that are not 0, by row date, key and item.
pub(super) fn stored(reader: &AcdReader, name: &str) -> BTreeMap<String, i64> {
    let table = table(name).unwrap();
    let items: Vec<usize> = (0..table.items().len()).collect();
    let mut found = BTreeMap::new();
    let mut each = |values: &[Value]| {
        let word = |value: &Value| match value {
            Value::Int(number) => number.to_string(),
            Value::Text(text) => text.to_string(),
            other => panic!("{other:?}"),
        };
        let key: Vec<String> = values[1..table.first_value()].iter().map(word).collect();
        for (item, value) in table.values().iter().zip(&values[table.first_value()..]) {
            if *value != Value::Int(0) {
                let Value::Int(number) = value else { panic!("{value:?}") };
                found.insert(format!("{} {} {}", table.name, key.join(" "), item.name), *number);
            }
        }
    };
    reader.for_each_row(table, &items, &RowFilter::default(), &mut each).unwrap();
    found
}

/// The plainest way to sum up: all rows of an entity side by side, then item by item.
fn recount(intervals: &[IntervalRows], row_date: i64) -> BTreeMap<String, i64> {
    type OverTime = Vec<(Moment, Vec<u32>)>;
    let mut rows: BTreeMap<(&str, String), OverTime> = BTreeMap::new();
    for interval in intervals {
        interval.for_each(|row| {
            let place = (row.table.of_kind(TableKind::Daily).unwrap().name, row.key.join(" "));
            rows.entry(place).or_default().push((interval.interval.start, row.values.to_vec()));
        });
    }
    let mut found = BTreeMap::new();
    for ((name, key), mut rows) in rows {
        rows.sort_by_key(|(start, _)| *start);
        let mut put = |item: &str, value: i64| {
            if value != 0 {
                found.insert(format!("{name} {row_date} {key} {item}"), value);
            }
        };
        let table = table(name).unwrap();
        let place = |item: &str| table.values().iter().position(|known| known.name == item).unwrap();
        for (place, item) in table.values().iter().enumerate().filter(|(_, item)| item.class != Class::BusyHour) {
            let values: Vec<i64> = rows.iter().map(|(_, values)| i64::from(values[place])).collect();
            let flag = ["PERIODCHG", "SVCLEVELCHG", "TARGETPCTCHG", "TARGETSECCHG"].contains(&item.name.as_str());
            put(
                &item.name,
                match item.class {
                    _ if flag => i64::from(values.iter().any(|value| *value > 0)),
                    _ if item.name == "INCOMPLETE" => values.iter().sum(),
                    Class::Max => *values.iter().max().unwrap(),
                    Class::Admin if item.name.starts_with("TARGET") => *values.iter().max().unwrap(),
                    Class::Admin => *values.last().unwrap(),
                    _ => values.iter().sum(),
                },
            );
        }
        if ["dvdn", "dtkgrp"].contains(&name) {
            let measure: &[&str] = if name == "dvdn" { &["INCALLS"] } else { &["I_INOCC", "I_OUTOCC"] };
            let mut hours: BTreeMap<i64, Vec<&(Moment, Vec<u32>)>> = BTreeMap::new();
            for row in &rows {
                // Berlin's hours are UTC's hours.
                hours.entry(row.0.0 / 3600).or_default().push(row);
            }
            let sum = |rows: &[&(Moment, Vec<u32>)], item: &str| -> i64 {
                rows.iter().map(|(_, values)| i64::from(values[place(item)])).sum()
            };
            let load = |rows: &[&(Moment, Vec<u32>)]| measure.iter().map(|item| sum(rows, item)).sum::<i64>();
            let most = hours.values().map(|rows| load(rows)).max().unwrap();
            let (hour, busiest) = hours.iter().find(|(_, rows)| load(rows) == most).unwrap();
            put("BH_STARTTIME", i64::from(berlin().starttime(Moment(hour * 3600))));
            put("BH_INTERVAL", 30);
            for item in table.values().iter().filter(|item| item.class == Class::BusyHour) {
                let part = match item.name.trim_start_matches("BH_") {
                    "STARTTIME" | "INTERVAL" => continue,
                    "OABNCALLS" => "O_ABNCALLS",
                    "OACDCALLS" => "O_ACDCALLS",
                    part => part,
                };
                put(&item.name, sum(busiest, part));
            }
        }
    }
    found
}

const DAILY: [&str; 7] = ["dsplit", "dagent", "dvdn", "dvector", "dtkgrp", "dtrunk", "dcwc"];

/// Some half hours of a day that begins at `midnight`, each with rows of few entities, so that they meet.
fn half_hours(midnight: Moment, most: i64) -> impl Strategy<Value = Vec<IntervalRows>> {
    btree_map(0..most, rows_among("[ab]", 3), 1..7).prop_map(move |found| {
        let placed = |(number, mut rows): (i64, IntervalRows)| {
            rows.interval = berlin().interval(midnight + number * 1800);
            rows
        };
        found.into_iter().map(placed).collect()
    })
}

fn midnight(date: &str) -> Moment {
    period(Level::Daily, date).starts_at(&berlin())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_days_rows_are_what_a_plain_recount_of_its_intervals_gives(
        date in prop_oneof![Just("2026-11-23"), Just("2026-10-25"), Just("2026-03-29")],
        intervals in half_hours(Moment(0), 46),
    ) {
        let intervals: Vec<_> = intervals
            .into_iter()
            .map(|mut rows| {
                rows.interval = berlin().interval(midnight(date) + rows.interval.start.0);
                rows
            })
            .collect();
        let folder = folder();
        let mut store = store(&folder);
        // In the wrong order, and with neighbours that do not belong to the day.
        for rows in intervals.iter().rev() {
            store.archive(rows).unwrap();
        }
        store.archive(&small(midnight(date) + -1800, 3, 7)).unwrap();
        store.archive(&small(period(Level::Daily, date).ends_at(&berlin()), 3, 7)).unwrap();
        let digest = sum_up(&mut store, period(Level::Daily, date));
        let reader = store.reader().unwrap();
        let mut found = BTreeMap::new();
        DAILY.iter().for_each(|name| found.extend(stored(&reader, name)));
        prop_assert_eq!(&found, &recount(&intervals, digest.period.row_date()));
        prop_assert_eq!(digest.parts as usize, intervals.len());
    }

    #[test]
    fn weeks_and_months_add_up_their_days(days in btree_map(0i64..20, half_hours(Moment(0), 40), 1..5)) {
        let folder = folder();
        let mut store = store(&folder);
        let first = midnight("2026-11-01");
        let mut intervals = Vec::new();
        for (number, found) in days {
            let date = (day("2026-11-01") + chrono::Days::new(number as u64)).to_string();
            for mut rows in found {
                rows.interval = berlin().interval(first + number * 86_400 + rows.interval.start.0);
                store.archive(&rows).unwrap();
                intervals.push(rows);
            }
            sum_up(&mut store, period(Level::Daily, &date));
        }
        sum_up(&mut store, period(Level::Monthly, "2026-11-05"));
        let reader = store.reader().unwrap();
        let month = |text: &str| text.replacen('d', "m", 1);
        let expected: BTreeMap<String, i64> = recount(&intervals, 20_261_101)
            .into_iter()
            .filter(|(key, _)| !key.contains(" BH_"))
            .map(|(key, value)| (month(&key), value))
            .collect();
        let mut found = BTreeMap::new();
        for name in ["msplit", "magent", "mvdn", "mvector", "mtkgrp", "mtrunk", "mcwc"] {
            found.extend(stored(&reader, name));
        }
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn a_summary_made_again_is_the_same_and_two_servers_agree() {
    let (here, there) = (folder(), folder());
    let (mut a, mut b) = (store(&here), store(&there));
    let rows: Vec<_> = (0..6).map(|number| small(NINE + number * 1800, 5, number as u32 + 1)).collect();
    rows.iter().for_each(|rows| drop(a.archive(rows).unwrap()));
    rows.iter().rev().for_each(|rows| drop(b.archive(rows).unwrap()));
    for level in Level::ALL {
        let first = sum_up(&mut a, period(level, "2026-11-23"));
        assert_eq!(sum_up(&mut a, period(level, "2026-11-23")), first, "{level}");
        let other = sum_up(&mut b, period(level, "2026-11-23"));
        assert_eq!((&other.digest, &other.tables), (&first.digest, &first.tables), "{level}");
        assert_eq!((first.revision, first.out_of_date, first.tables.len()), (1, false, 8));
        assert_eq!(a.reader().unwrap().summaries(level, None, None).unwrap(), [first]);
    }
}

#[test]
fn the_digest_is_that_of_the_text_that_anybody_can_write_down() {
    let folder = folder();
    let mut store = store(&folder);
    store.archive(&small(NINE, 1, 4)).unwrap();
    let digest = sum_up(&mut store, period(Level::Daily, "2026-11-23"));
    let of = |name: &str| digest.tables.iter().find(|known| known.table == name).unwrap().digest.clone();
    use sha2::Digest as _;
    let hash = |text: &str| sha2::Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(of("dsplit"), hash("dsplit|1|ACDCALLS=4 \n"));
    assert_eq!(of("dagent"), hash("dagent|1,2002,710|ACDCALLS=4 \ndagent|1,2003,710|ACDCALLS=5 \n"));
    assert_eq!(of("d_secs"), hash("d_secs||SECSPERDAY=1800 \n"));
    let lines: String = digest.tables.iter().map(|known| format!("{} {}\n", known.table, known.digest)).collect();
    assert_eq!(digest.digest, hash(&lines));
}

#[test]
fn days_of_23_and_25_hours_have_their_hours_and_seconds() {
    let folder = folder();
    let mut store = store(&folder);
    for (date, intervals, secs) in [("2026-03-29", 46, 82_800), ("2026-10-25", 50, 90_000), ("2026-11-23", 48, 86_400)]
    {
        let (mut at, end) = (midnight(date), period(Level::Daily, date).ends_at(&berlin()));
        while at < end {
            store.archive(&small(at, 1, 1)).unwrap();
            at = berlin().interval(at).end;
        }
        let digest = sum_up(&mut store, period(Level::Daily, date));
        assert_eq!(digest.parts, intervals, "{date}");
        let found = stored(&store.reader().unwrap(), "dsplit");
        assert_eq!(found[&format!("dsplit {} 1 ACDCALLS", digest.period.row_date())], i64::from(intervals));
        let found = stored(&store.reader().unwrap(), "d_secs");
        assert_eq!(found[&format!("d_secs {}  SECSPERDAY", digest.period.row_date()).replace("  ", " ")], secs);
    }
    sum_up(&mut store, period(Level::Monthly, "2026-10-25"));
    assert_eq!(
        stored(&store.reader().unwrap(), "m_secs"),
        BTreeMap::from([("m_secs 20261001 SECSPERMN".to_owned(), 90_000)])
    );
}

#[test]
fn the_busy_hour_of_a_repeated_hour_is_one_of_the_two() {
    let folder = folder();
    let mut store = store(&folder);
    // 02:00 and 02:30 of summer time, then of winter time.
    for (number, calls) in [(4, 3), (5, 3), (6, 5), (7, 2)] {
        let mut rows = IntervalRows::empty(berlin().interval(midnight("2026-10-25") + number * 1800), berlin());
        let mut values = hvdn::Row::default();
        values[hvdn::INCALLS] = calls;
        values[hvdn::ACDCALLS] = 1;
        rows.hvdn.push((catalog::VdnKey { vdn: VdnId::new("5000").unwrap(), vector: None }, values));
        store.archive(&rows).unwrap();
    }
    sum_up(&mut store, period(Level::Daily, "2026-10-25"));
    let found = stored(&store.reader().unwrap(), "dvdn");
    let item = |name: &str| found.get(&format!("dvdn 20261025 5000 0 {name}")).copied().unwrap_or_default();
    let busy = ["BH_STARTTIME", "BH_INCALLS", "BH_ACDCALLS", "BH_INTERVAL", "INCALLS"].map(item);
    assert_eq!(busy, [200, 7, 2, 30, 13]);
}

#[test]
fn only_intervals_between_daily_start_and_stop_count() {
    let folder = folder();
    let mut store = store(&folder);
    let times = SummaryTimes {
        daily_start: "09:00:00".parse().unwrap(),
        daily_stop: "10:00:00".parse().unwrap(),
        ..SummaryTimes::default()
    };
    for number in -1..5 {
        store.archive(&small(NINE + number * 1800, 1, 1)).unwrap();
    }
    let digest = sum_up_with(&mut store, period(Level::Daily, "2026-11-23"), times).unwrap();
    assert_eq!(digest.parts, 3, "09:00, 09:30 and 10:00");
    let reader = store.reader().unwrap();
    // The last one to its end, past the stop.
    let secs = |reader: &AcdReader| stored(reader, "d_secs").into_values().collect::<Vec<_>>();
    assert_eq!(secs(&reader), [5_400]);
    // Of time that was not collected nobody knows who was staffed: it is no part of the day.
    let wider = SummaryTimes { daily_start: "07:00:00".parse().unwrap(), ..times };
    sum_up_with(&mut store, period(Level::Daily, "2026-11-23"), wider).unwrap();
    assert_eq!(secs(&reader), [7_200], "from 08:30 on");
    sum_up_with(&mut store, period(Level::Daily, "2026-11-23"), times).unwrap();
    // An interval outside marks nothing, one inside does.
    let out_of_date =
        |store: &AcdStore| store.reader().unwrap().summaries(Level::Daily, None, None).unwrap()[0].out_of_date;
    store.archive(&small(NINE + 4 * 1800, 1, 9)).unwrap();
    assert!(!out_of_date(&store));
    store.archive(&small(NINE + 1800, 1, 9)).unwrap();
    assert!(out_of_date(&store));
}

#[test]
fn a_late_interval_marks_all_above_it_until_they_are_made_again() {
    let folder = folder();
    let mut store = store(&folder);
    let times = SummaryTimes::default();
    for number in 0..3 {
        store.archive(&small(NINE + number * 1800, 2, 5)).unwrap();
    }
    Level::ALL.into_iter().for_each(|level| drop(sum_up(&mut store, period(level, "2026-11-23"))));
    let marks = |store: &AcdStore| {
        let reader = store.reader().unwrap();
        Level::ALL.map(|level| reader.summaries(level, None, None).unwrap()[0].out_of_date)
    };
    assert_eq!(marks(&store), [false; 3]);
    store.archive(&small(NINE, 2, 5)).unwrap();
    assert_eq!(marks(&store), [false; 3], "the same rows again change nothing");
    assert!(store.reader().unwrap().out_of_date(Level::Daily).unwrap().0.is_empty());
    store.archive(&small(NINE, 2, 6)).unwrap();
    assert_eq!(marks(&store), [true; 3], "other rows do");
    assert_eq!(store.reader().unwrap().out_of_date(Level::Daily).unwrap().0, [period(Level::Daily, "2026-11-23")]);
    let reader = store.reader().unwrap();
    let list = |level, again| {
        let last = period(level, "2026-12-31");
        reader.unsummed(&last, &times, again).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!((list(Level::Daily, true), list(Level::Daily, false)), (vec!["2026-11-23".to_owned()], vec![]));
    let again = sum_up(&mut store, period(Level::Daily, "2026-11-23"));
    assert_eq!((again.revision, marks(&store)), (2, [false, true, true]));
    sum_up(&mut store, period(Level::Weekly, "2026-11-23"));
    sum_up(&mut store, period(Level::Monthly, "2026-11-23"));
    assert_eq!(marks(&store), [false; 3]);
    assert!(list(Level::Monthly, true).is_empty());
    // A day that came late marks its week and month, too.
    store.archive(&small(NINE + 86_400, 2, 6)).unwrap();
    sum_up(&mut store, period(Level::Daily, "2026-11-24"));
    assert_eq!(marks(&store), [false, true, true]);
}

#[test]
fn an_interval_that_comes_while_its_day_is_summed_up_is_not_forgotten() {
    let folder = folder();
    let mut store = store(&folder);
    store.archive(&small(NINE, 2, 5)).unwrap();
    let reader = store.reader().unwrap();
    let times = SummaryTimes::default();
    let summing = reader.sum_up(period(Level::Daily, "2026-11-23"), times, berlin()).unwrap();
    let dsplit = summing.rows(table("dsplit").unwrap(), &mut || true).unwrap().unwrap();
    store.archive(&small(NINE + 1800, 2, 5)).unwrap();
    let dagent = summing.rows(table("dagent").unwrap(), &mut || true).unwrap().unwrap();
    assert_eq!((dsplit.rows.len(), dagent.rows.len()), (2, 4), "one snapshot");
    store.store_summary(summing.head(), &dsplit).unwrap();
    let digest = store.finish_summary(summing.head(), NINE).unwrap();
    assert!(digest.out_of_date && digest.parts == 1, "{digest:?}");
}

#[test]
fn a_summary_that_was_not_finished_counts_as_missing() {
    let folder = folder();
    let mut store = store(&folder);
    store.archive(&small(NINE, 2, 5)).unwrap();
    let reader = store.reader().unwrap();
    let times = SummaryTimes::default();
    let one = period(Level::Daily, "2026-11-23");
    let missing = |reader: &AcdReader| reader.unsummed(&one, &times, false).unwrap();
    assert_eq!(missing(&reader), [one]);
    let summing = reader.sum_up(one, times, berlin()).unwrap();
    let rows = summing.rows(table("dsplit").unwrap(), &mut || true).unwrap().unwrap();
    store.store_summary(summing.head(), &rows).unwrap();
    drop(summing);
    assert_eq!(missing(&reader), [one], "the program ended here");
    sum_up(&mut store, one);
    assert!(missing(&reader).is_empty());
}

#[test]
fn a_full_disk_leaves_the_table_as_it_was_and_the_period_out_of_date() {
    let folder = folder();
    let mut store = store(&folder);
    store.archive(&small(NINE, 2_000, 5)).unwrap();
    let before = sum_up(&mut store, period(Level::Daily, "2026-11-23"));
    for number in 1..4 {
        store.archive(&small(NINE + number * 1800, 4_000, 5)).unwrap();
    }
    let reader = store.reader().unwrap();
    let rows = stored(&reader, "dsplit");
    let summing = reader.sum_up(before.period, SummaryTimes::default(), berlin()).unwrap();
    let dagent = summing.rows(table("dagent").unwrap(), &mut || true).unwrap().unwrap();
    let pages = |store: &AcdStore, pages: i64| {
        let limit =
            |connection: &Connection| connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()));
        store.history.database.run("limit", limit).unwrap();
    };
    pages(&store, 1);
    let error = store.store_summary(summing.head(), &dagent).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }) && error.is_temporary(), "{error}");
    pages(&store, 1_000_000);
    assert_eq!(stored(&reader, "dsplit"), rows);
    assert!(reader.summaries(Level::Daily, None, None).unwrap()[0].out_of_date);
    drop(summing);
    let after = sum_up(&mut store, before.period);
    assert_eq!((after.parts, after.out_of_date, after.revision), (4, false, 2));
}

#[test]
fn a_date_without_data_has_nothing_to_sum_up_and_a_stop_is_obeyed() {
    let folder = folder();
    let mut store = store(&folder);
    assert_eq!(sum_up_with(&mut store, period(Level::Daily, "2026-11-22"), SummaryTimes::default()), None);
    assert_eq!(sum_up_with(&mut store, period(Level::Weekly, "2026-11-22"), SummaryTimes::default()), None);
    assert!(store.reader().unwrap().summaries(Level::Daily, None, None).unwrap().is_empty());
    store.archive(&small(NINE, 30, 5)).unwrap();
    let reader = store.reader().unwrap();
    let summing = reader.sum_up(period(Level::Daily, "2026-11-23"), SummaryTimes::default(), berlin()).unwrap();
    let mut left = 10;
    let mut go_on = || {
        left -= 1;
        left > 0
    };
    assert!(summing.rows(table("dagent").unwrap(), &mut go_on).unwrap().is_none());
    assert_eq!(left, 0, "it stopped at once");
    // An interval without any rows is knowledge, too.
    drop(summing);
    store.archive(&IntervalRows::empty(berlin().interval(NINE + 86_400), berlin())).unwrap();
    let quiet = sum_up(&mut store, period(Level::Daily, "2026-11-24"));
    assert_eq!((quiet.parts, quiet.rows), (1, 1), "only its length");
}

#[test]
fn a_week_that_was_set_anew_takes_the_place_of_those_it_overlaps_only_by_hand() {
    let folder = folder();
    let mut store = store(&folder);
    for number in 0..9 {
        let start = NINE + number * 86_400;
        store.archive(&small(start, 1, 1)).unwrap();
        let date = berlin().row_date(start).to_string();
        sum_up(&mut store, period(Level::Daily, &date));
    }
    // Monday 23rd to Tuesday 1st; Sunday 22nd begins the week.
    sum_up(&mut store, period(Level::Weekly, "2026-11-23"));
    let monday =
        SummaryTimes { week_start: chrono::Weekday::Mon, week_stop: chrono::Weekday::Sun, ..SummaryTimes::default() };
    let last = monday.period_of(Level::Weekly, day("2026-12-31")).unwrap();
    let list = |store: &AcdStore| {
        let found = store.reader().unwrap().unsummed(&last, &monday, true).unwrap();
        found.iter().map(|period| period.first.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(list(&store), ["2026-11-30"], "the week of the 23rd would remove that of the 22nd");
    let new = monday.period_of(Level::Weekly, day("2026-11-23")).unwrap();
    sum_up_with(&mut store, new, monday).unwrap();
    let found = stored(&store.reader().unwrap(), "wsplit");
    assert_eq!(found, BTreeMap::from([("wsplit 20261123 1 ACDCALLS".to_owned(), 7)]));
    let known = store.reader().unwrap().summaries(Level::Weekly, None, None).unwrap();
    assert_eq!(known.iter().map(|known| known.period).collect::<Vec<_>>(), [new]);
}

#[test]
fn rows_of_periods_are_read_by_time_and_entity() {
    let folder = folder();
    let mut store = store(&folder);
    for number in 0..4 {
        let start = NINE + number * 86_400;
        store.archive(&small(start, 3, number as u32 + 1)).unwrap();
        sum_up(&mut store, period(Level::Daily, &berlin().row_date(start).to_string()));
    }
    let reader = store.reader().unwrap();
    let check = |name: &str, items: &[&str], filter: RowFilter, expect: &str| {
        let table = table(name).unwrap();
        let places: Vec<usize> = items.iter().map(|item| table.position(item).unwrap()).collect();
        let mut lines = Vec::new();
        let mut each = |values: &[Value]| {
            let words = values.iter().map(|value| match value {
                Value::Int(number) => number.to_string(),
                Value::Text(text) => text.to_string(),
                other => format!("{other:?}"),
            });
            lines.push(words.collect::<Vec<_>>().join(" "));
        };
        reader.for_each_row(table, &places, &filter, &mut each).unwrap();
        assert_eq!(lines.join(", "), expect, "{filter:?}");
        let plan = reader.plan(table, &places, &filter);
        assert!(!plan.iter().any(|line| line.starts_with(&format!("SCAN {name}"))), "{plan:#?}");
    };
    let some = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_owned()).collect());
    let (from, to) = (Some(midnight("2026-11-24")), Some(midnight("2026-11-26")));
    let two_days = RowFilter { from, to, ..RowFilter::default() };
    check(
        "dsplit",
        &["SPLIT", "ROW_DATE", "ACDCALLS"],
        RowFilter { splits: some(&["2", "1"]), ..two_days.clone() },
        "1 20261124 2, 1 20261125 3, 2 20261124 2, 2 20261125 3",
    );
    // A day that had begun before is not within.
    check(
        "dsplit",
        &["ROW_DATE"],
        RowFilter { from: Some(midnight("2026-11-24") + 1), splits: some(&["3"]), ..two_days.clone() },
        "20261125",
    );
    check(
        "dagent",
        &["LOGID", "ROW_DATE", "SPLIT"],
        RowFilter { agents: some(&["2004"]), ..two_days.clone() },
        "2004 20261124 2, 2004 20261125 2",
    );
    check("d_secs", &["ROW_DATE", "SECSPERDAY"], two_days.clone(), "20261124 1800, 20261125 1800");
    let nothing = RowFilter { from: Some(midnight("2027-01-01")), splits: some(&["1"]), ..RowFilter::default() };
    check("dsplit", &["SPLIT"], nothing, "");
    check("wsplit", &["SPLIT"], RowFilter { splits: some(&["1"]), ..two_days }, "");
}

#[test]
fn a_history_from_before_gets_its_summary_tables() {
    let folder = folder();
    let mut before = store(&folder);
    before.archive(&small(NINE, 2, 4)).unwrap();
    drop(before);
    let connection = Connection::open(folder.path().join("01.db")).unwrap();
    let lists = ["summaries", "summary_digests", "aged", "arch_stat", "item_usage", "table_bytes"];
    let later = ["ag_ex_adm", "sp_ex_adm", "tg_ex_adm", "vdn_x_adm", "vec_x_adm", "aar_agents", "restored"];
    let permissions = ["acds", "splits", "tgroups", "vdns", "vectors"];
    let tables = all_tables().iter().filter(|table| table.kind.is_summary()).map(|table| table.name);
    for name in tables.chain(lists).chain(later).chain(permissions) {
        connection.execute_batch(&format!("DROP TABLE {name}")).unwrap();
    }
    let names =
        "DROP TABLE former_names; DROP TABLE synonyms; DROP TABLE agroups; ALTER TABLE switch_names RENAME TO synonyms";
    connection.execute_batch(names).unwrap();
    connection.pragma_update(None, "user_version", 2).unwrap();
    drop(connection);
    let mut store = store(&folder);
    assert_eq!(sum_up(&mut store, period(Level::Daily, "2026-11-23")).rows, 7);
}

/// An older version counted rows as let go that were all there, and made days without them.
#[test]
fn rows_that_are_all_there_no_longer_count_as_let_go() {
    let folder = folder();
    let mut before = store(&folder);
    for number in 0..3 {
        before.archive(&small(NINE + number * 86_400, 2, 4)).unwrap();
        sum_up(&mut before, period(Level::Daily, &format!("2026-11-{}", 23 + number)));
    }
    drop(before);
    let connection = Connection::open(folder.path().join("01.db")).unwrap();
    let marks = "INSERT INTO aged VALUES ('hsplit', 20261126), ('hagent', 20261125);
                 DELETE FROM dsplit WHERE ROW_DATE = 20261124;
                 DELETE FROM summary_digests WHERE TABLE_NAME = 'dsplit' AND ROW_DATE = 20261124;
                 DELETE FROM hagent WHERE STARTTIME_UTC < 1795500000;
                 ALTER TABLE restored DROP COLUMN PARTLY";
    connection.execute_batch(marks).unwrap();
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    connection.pragma_update(None, "user_version", version - 2).unwrap();
    drop(connection);
    let mut store = store(&folder);
    let reader = store.reader().unwrap();
    let gone = |date: &str, name: &str| {
        let summing = reader.sum_up(period(Level::Daily, date), SummaryTimes::default(), berlin()).unwrap();
        summing.is_gone(table(name).unwrap())
    };
    let days = ["2026-11-23", "2026-11-24", "2026-11-25"];
    assert_eq!(days.map(|date| gone(date, "dsplit")), [false; 3]);
    assert_eq!(days.map(|date| gone(date, "dagent")), [true, false, false], "those of the first day are not there");
    let lacking = period(Level::Daily, "2026-11-24");
    assert_eq!(reader.out_of_date(Level::Daily).unwrap(), (vec![lacking], Vec::new()));
    sum_up(&mut store, lacking);
    assert!(stored(&reader, "dsplit").keys().any(|key| key.starts_with("dsplit 20261124")));
}

#[test]
fn sums_over_a_month_are_larger_than_any_interval_can_hold() {
    let folder = folder();
    let mut store = store(&folder);
    for number in 0..3 {
        let mut rows = IntervalRows::empty(berlin().interval(NINE + number * 1800), berlin());
        let mut values = hsplit::Row::default();
        values[hsplit::I_STAFFTIME] = u32::MAX;
        rows.hsplit.push((SplitId(1), values));
        store.archive(&rows).unwrap();
    }
    sum_up(&mut store, period(Level::Daily, "2026-11-23"));
    let found = stored(&store.reader().unwrap(), "dsplit");
    assert_eq!(found["dsplit 20261123 1 I_STAFFTIME"], 3 * i64::from(u32::MAX));
}

#[test]
fn every_summary_table_knows_how_it_is_made() {
    let _: fn(&SummaryTable) -> usize = |summed| summed.rows.len();
    for table in all_tables().iter().filter(|table| table.kind.is_summary() && table.name != "d_secs") {
        let rolling = Rolling::into_table(table).unwrap_or_else(|| panic!("{} is made from nothing", table.name));
        let values = table.values().iter().filter(|item| item.class != Class::BusyHour).count();
        assert_eq!(rolling.width(), values, "{}", table.name);
    }
    let _: Calendar = berlin();
}

#[test]
fn what_is_not_made_yet_is_the_present_period_and_those_with_something_to_sum_up() {
    let folder = folder();
    let mut store = store(&folder);
    let found = |store: &AcdStore, level, first: Option<&str>, last: &str| {
        let reader = store.reader().unwrap();
        let bounds = (first.map(day), day(last));
        let found = reader.not_made(level, &SummaryTimes::default(), bounds, day("2026-11-27")).unwrap();
        found.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(found(&store, Level::Daily, None, "2026-11-27"), "2026-11-27", "nothing is archived");
    assert_eq!(found(&store, Level::Monthly, Some("2026-10-01"), "2026-11-30"), "2026-11");
    // Monday, Wednesday and Thursday; of Tuesday there is nothing.
    for number in [0, 2, 3] {
        store.archive(&small(NINE + number * 86_400, 3, 1)).unwrap();
    }
    assert_eq!(found(&store, Level::Daily, None, "2026-11-30"), "2026-11-23, 2026-11-25, 2026-11-26, 2026-11-27");
    sum_up(&mut store, period(Level::Daily, "2026-11-23"));
    sum_up(&mut store, period(Level::Daily, "2026-11-26"));
    assert_eq!(found(&store, Level::Daily, None, "2026-11-30"), "2026-11-25, 2026-11-27");
    assert_eq!(found(&store, Level::Daily, Some("2026-11-26"), "2026-11-26"), "");
    assert_eq!(found(&store, Level::Daily, Some("2026-11-28"), "2026-11-30"), "", "it is still to come");
    assert_eq!(found(&store, Level::Weekly, Some("2026-11-01"), "2026-11-27"), "2026-11-22 to 2026-11-28");
}
