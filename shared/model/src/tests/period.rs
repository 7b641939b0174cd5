//! Days, weeks and months, and when they are due.

use chrono::{NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;

use super::calendar;
use crate::period::{date_number, date_of};
use crate::{IntervalMinutes, Level, SummaryTimes};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn times(start: &str, stop: &str, at: &str) -> SummaryTimes {
    SummaryTimes { daily_start: time(start), daily_stop: time(stop), summarize_at: time(at), ..SummaryTimes::default() }
}

#[test]
fn dates_are_numbers_and_back() {
    assert_eq!(date_number(day("2026-03-09")), 20_260_309);
    assert_eq!(date_of(20_260_309), Some(day("2026-03-09")));
    assert_eq!([date_of(20_261_301), date_of(20_260_230), date_of(-5)], [None, None, None]);
}

#[test]
fn a_day_belongs_to_a_day_a_week_and_a_month() {
    let check = |level, date: &str, expect: &str| {
        let period = SummaryTimes::default().period_of(level, day(date));
        assert_eq!(period.map(|period| format!("{} {}", period.first, period.last)).unwrap_or_default(), expect);
    };
    check(Level::Daily, "2026-11-23", "2026-11-23 2026-11-23");
    check(Level::Weekly, "2026-11-22", "2026-11-22 2026-11-28");
    check(Level::Weekly, "2026-11-28", "2026-11-22 2026-11-28");
    check(Level::Monthly, "2026-02-28", "2026-02-01 2026-02-28");
    check(Level::Monthly, "2028-02-29", "2028-02-01 2028-02-29");
}

#[test]
fn a_short_week_leaves_days_out() {
    let working = SummaryTimes { week_start: Weekday::Mon, week_stop: Weekday::Fri, ..SummaryTimes::default() };
    assert_eq!(working.period_of(Level::Weekly, day("2026-11-28")), None);
    let weeks = working.periods(Level::Weekly, day("2026-11-27"), day("2026-12-01"));
    let weeks: Vec<_> = weeks.iter().map(ToString::to_string).collect();
    assert_eq!(weeks, ["2026-11-23 to 2026-11-27", "2026-11-30 to 2026-12-04"]);
    // From Friday to Thursday is a whole week, too.
    let odd = SummaryTimes { week_start: Weekday::Fri, week_stop: Weekday::Thu, ..SummaryTimes::default() };
    assert_eq!(odd.period_of(Level::Weekly, day("2026-11-26")).unwrap().to_string(), "2026-11-20 to 2026-11-26");
}

#[test]
fn each_period_is_due_at_its_time() {
    let berlin = calendar(Tz::Europe__Berlin);
    let check = |times: SummaryTimes, level, date: &str, expect: &str| {
        let period = times.period_of(level, day(date)).unwrap();
        assert_eq!(berlin.local(times.due_at(&period, &berlin)).to_string(), expect, "{level} of {date}");
    };
    let usual = SummaryTimes::default();
    check(usual, Level::Daily, "2026-11-23", "2026-11-24 00:35:00");
    check(usual, Level::Weekly, "2026-11-23", "2026-11-29 00:35:00");
    check(usual, Level::Monthly, "2026-11-23", "2026-12-01 00:35:00");
    // On the same day, but not before the last half hour of it has ended.
    check(times("08:00", "18:00", "18:15"), Level::Daily, "2026-11-23", "2026-11-23 18:30:00");
    check(times("08:00", "18:00", "21:00"), Level::Daily, "2026-11-23", "2026-11-23 21:00:00");
    check(times("00:00", "23:44", "23:59"), Level::Daily, "2026-11-23", "2026-11-24 00:00:00");
    check(times("00:00", "23:44", "23:59"), Level::Weekly, "2026-11-23", "2026-11-29 00:00:00");
    // 18:14 is too close to the stop: that is the next day's evening.
    check(times("08:00", "18:00", "18:14"), Level::Daily, "2026-11-23", "2026-11-24 18:14:00");
    // The night in which 02:35 does not exist.
    check(times("00:00", "23:59", "02:35"), Level::Daily, "2026-03-28", "2026-03-29 03:00:00");
}

#[test]
fn the_last_due_and_the_next_are_neighbours() {
    let berlin = calendar(Tz::Europe__Berlin);
    let check = |times: SummaryTimes, level, now: &str, last: &str, next: &str| {
        let now = berlin.moment_at(now.parse().unwrap());
        let found = [times.last_due(level, &berlin, now), times.next_due(level, &berlin, now)];
        let found = found.map(|period| period.unwrap().to_string());
        assert_eq!(found, [last, next], "{level} at {now}");
    };
    let usual = SummaryTimes::default();
    check(usual, Level::Daily, "2026-11-24T00:34:59", "2026-11-22", "2026-11-23");
    check(usual, Level::Daily, "2026-11-24T00:35:00", "2026-11-23", "2026-11-24");
    check(usual, Level::Weekly, "2026-11-24T12:00:00", "2026-11-15 to 2026-11-21", "2026-11-22 to 2026-11-28");
    check(usual, Level::Monthly, "2026-12-01T00:00:00", "2026-10", "2026-11");
    let working = SummaryTimes { week_start: Weekday::Mon, week_stop: Weekday::Fri, ..usual };
    check(working, Level::Weekly, "2026-11-29T12:00:00", "2026-11-23 to 2026-11-27", "2026-11-30 to 2026-12-04");
}

/// A week that began on another day than weeks do now is over when its last day is.
#[test]
fn what_is_due_is_due_by_its_last_day_whatever_its_first_is() {
    let berlin = calendar(Tz::Europe__Berlin);
    let times = SummaryTimes::default();
    let last = |level, time: &str| times.last_due_day(level, &berlin, berlin.moment_at(time.parse().unwrap()));
    // A Wednesday.
    for level in Level::ALL {
        assert_eq!(last(level, "2026-11-25T00:34:00"), Some(day("2026-11-23")), "{level}");
        assert_eq!(last(level, "2026-11-25T00:35:00"), Some(day("2026-11-24")), "{level}");
    }
}

#[test]
fn times_that_cannot_be_are_refused_with_what_may_be() {
    let check = |times: SummaryTimes, interval, expect: &str| match times.check(interval) {
        Ok(()) => assert_eq!("", expect),
        Err(why) => assert!(why.contains(expect) && !expect.is_empty(), "{why}"),
    };
    check(SummaryTimes::default(), IntervalMinutes::Half, "");
    check(SummaryTimes::default(), IntervalMinutes::Hour, "until 01:00 at least");
    check(times("00:00", "23:59", "00:20"), IntervalMinutes::Quarter, "");
    check(times("00:00", "23:44", "23:59"), IntervalMinutes::Half, "");
    check(times("18:00", "08:00", "00:35"), IntervalMinutes::Half, "the daily start 18:00 must be before");
    assert!(times("08:00", "18:00", "00:35").takes(1800));
    assert_eq!(
        [730, 759, 800, 1801, 1830].map(|at| times("08:00", "18:00", "00:35").takes(at)),
        [false, false, true, false, false]
    );
}
