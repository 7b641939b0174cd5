//! What a report says of time that is no longer kept, was not collected, or not whole.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use model::{AcdNumber, Interval, Level, Moment, Period};

use super::world::{Given, NOW, berlin, dictionary};
use crate::{Acd, Bounds, Closed, Inputs, Kept, find_built_in, run, run_over};

/// 2026-03-01 00:00 in Berlin, a Sunday.
const MIDNIGHT: Moment = Moment(NOW.0 - 34 * 3600);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn given(kept: &[(&'static str, Kept)], intervals: Vec<Closed>) -> Given {
    let running = Some(Interval { start: NOW, end: NOW + 1800 });
    let kept = kept.iter().copied().collect::<BTreeMap<_, _>>();
    Given { calendar: Some(berlin()), running, kept, intervals, ..Given::default() }
}

/// Half hours by their numbers from a moment on; the second one lacks data.
fn half_hours(from: Moment, numbers: impl IntoIterator<Item = i64>) -> Vec<Closed> {
    let closed = |number: i64| Closed { interval: berlin().interval(from + number * 1800), incomplete: number == 1 };
    numbers.into_iter().map(closed).collect()
}

fn inputs(typed: &[(&str, &str)]) -> Inputs {
    typed.iter().map(|(name, typed)| ((*name).to_owned(), (*typed).to_owned())).collect()
}

#[track_caller]
fn check(report: &str, typed: &[(&str, &str)], given: &Given, expect: &str) {
    let report = find_built_in(report).unwrap_or_else(|| panic!("{report}"));
    let sheet = run(report, &inputs(typed), given, &dictionary(), NOW).unwrap();
    assert_eq!(sheet.blocks[0].note, expect);
}

/// A total over forty days of which only twelve are there looked as if it were one over forty.
#[test]
fn days_that_are_no_longer_kept_are_told() {
    let of = |table, from: &str| {
        let level = if table == "wsplit" { Level::Weekly } else { Level::Monthly };
        let incomplete = vec![(Period { level, first: day("2026-02-22"), last: day("2026-02-28") }, 3)];
        let given = given(&[(table, Kept::From(day(from)))], Vec::new());
        Given { incomplete, ..given }.row(table, &[])
    };
    let report = "Split/Skill Summary Daily";
    let days = of("dsplit", "2026-02-18");
    let expect = "Rows from before 2026-02-18 are no longer kept: 28 of 40 days are missing here, at least in part";
    check(report, &[("dates", "-40:-1")], &days, expect);
    check(report, &[("dates", "-12:-1")], &days, "");
    let expect = "Rows from before 2026-02-18 are no longer kept: 1 of 1 day is missing here, at least in part";
    check(report, &[("dates", "-20")], &days, expect);
    // The week of the 15th has gone, and with it whatever begins before the 16th.
    let expect = "Rows from before 2026-02-22 are no longer kept: 2 of 3 weeks are missing here, at least in part. \
                  3 intervals of this time are INCOMPLETE";
    check("Split/Skill Summary Weekly", &[("dates", "-3:-1")], &of("wsplit", "2026-02-16"), expect);
    let intervals = given(&[("hsplit", Kept::From(day("2026-03-01")))], Vec::new());
    let expect = "Rows from before 2026-03-01 are no longer kept: 1 of 2 days is missing here, at least in part";
    check("Split/Skill Summary Interval", &[("dates", "-2:-1")], &intervals, expect);
}

#[test]
fn what_is_not_kept_at_all_is_told() {
    let none = given(&[("hsplit", Kept::Nothing)], half_hours(MIDNIGHT, 0..68));
    let expect = "No intervals of this are kept (hsplit): see data storage";
    check("Split/Skill Summary Interval", &[("dates", "-1")], &none, expect);
    // Since midnight, it shows the half hour that runs.
    let expect = "Only the running interval is counted: no intervals of this are kept (hsplit)";
    check("Split/Skill View", &[("from", "00:00")], &none, expect);
    check("Split/Skill View", &[], &given(&[], Vec::new()), "");
}

#[test]
fn intervals_that_are_missing_or_lack_data_are_counted() {
    let report = "Split/Skill Summary Interval";
    // One of the day before, and of the day all but three, of which one lacks data.
    let most = half_hours(MIDNIGHT, (-1..48).filter(|number| ![5, 6, 47].contains(number)));
    let some = given(&[], most.clone());
    check(report, &[("dates", "-1")], &some, "4 of 48 intervals are missing or INCOMPLETE");
    check(report, &[("dates", "-1"), ("times", "03:00-05:00")], &some, "1 of 5 intervals is missing or INCOMPLETE");
    check(report, &[("dates", "-1"), ("times", "03:30-05:00")], &some, "");
    // Nobody collected before the first that there is.
    let begun = given(&[], most[4..].to_vec());
    check(report, &[("dates", "-1")], &begun, "3 of 45 intervals are missing or INCOMPLETE");
    check(report, &[("dates", "-3")], &begun, "");
    let floor = given(&[("hsplit", Kept::From(day("2026-03-02")))], most);
    let expect = "Rows from before 2026-03-02 are no longer kept: 1 of 1 day is missing here, at least in part";
    check(report, &[("dates", "-1")], &floor, expect);
    // Up to the one that runs.
    let today = given(&[], half_hours(MIDNIGHT + 86_400, -1..19));
    check(report, &[("dates", "0")], &today, "2 of 20 intervals are missing or INCOMPLETE");
    check("Split/Skill View", &[("from", "00:00")], &today, "2 of 20 intervals are missing or INCOMPLETE");
    check("Split/Skill View", &[("from", "09:30")], &today, "1 of 1 interval is missing or INCOMPLETE");
}

#[test]
fn of_several_acds_each_is_told_unless_all_are_alike() {
    let most = || given(&[], half_hours(MIDNIGHT, -1..47));
    let (one, other, whole) = (most(), most(), given(&[], half_hours(MIDNIGHT + 1800, (-2..48).filter(|n| *n != 1))));
    let names = dictionary();
    let acd = |number, source| Acd { number: AcdNumber(number), name: "", source, dictionary: &names, now: NOW };
    let note = |one, other| {
        let report = find_built_in("Split/Skill Summary Interval").unwrap();
        let sheet = run_over(report, &inputs(&[("dates", "-1")]), &[acd(1, one), acd(2, other)], Bounds::NONE).unwrap();
        sheet.blocks[0].note.clone()
    };
    assert_eq!(note(&one, &other), "2 of 48 intervals are missing or INCOMPLETE");
    assert_eq!(
        note(&one, &whole),
        "ACD 1: 2 of 48 intervals are missing or INCOMPLETE. ACD 2: 1 of 48 intervals is missing or INCOMPLETE"
    );
}
