//! Days, weeks and months, and when they are due.

use chrono::{NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;

use super::calendar;
use crate::period::{date_number, date_of};
use crate::{Calendar, Interval, IntervalMinutes, Level, SummaryTimes};

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
fn a_day_of_23_or_25_hours_is_as_long_as_it_is() {
    let berlin = calendar(Tz::Europe__Berlin);
    let secs = |times: SummaryTimes, date: &str| times.secs_of_day(day(date), &berlin, &[]);
    let whole = SummaryTimes::default();
    assert_eq!(["2026-11-23", "2026-03-29", "2026-10-25"].map(|date| secs(whole, date) / 3600), [24, 23, 25]);
    let working = times("08:00", "17:59", "00:35");
    assert_eq!(["2026-11-23", "2026-03-29"].map(|date| secs(working, date) / 3600), [10, 10]);
    let havana = calendar(Tz::America__Havana);
    assert_eq!(whole.secs_of_day(day("2025-03-09"), &havana, &[]), 23 * 3600);
    // 02:00 and 02:30 of both; 02:30 and 03:00, and 02:30 again but not 02:00.
    assert_eq!(secs(times("02:00", "02:59", "06:00"), "2026-10-25"), 7200);
    assert_eq!(secs(times("02:30", "03:29", "06:00"), "2026-10-25"), 5400);
}

#[test]
fn a_day_is_as_long_as_the_intervals_that_count_into_it() {
    let (date, usual) = ("2026-11-23", calendar(Tz::Europe__Berlin));
    let of = |interval| Calendar { interval, ..usual };
    let at = |time: &str| usual.moment_at(format!("{date}T{time}:00").parse().unwrap());
    let archived = |calendar: Calendar, from: &str, to: &str| {
        let (mut start, mut found) = (at(from), Vec::new());
        while start < at(to) {
            let end = calendar.interval(start).end;
            found.push((Interval { start, end }, calendar));
            start = end;
        }
        found
    };
    let hours = |times: SummaryTimes, archived: &[(Interval, Calendar)]| {
        times.secs_of_day(day(date), &of(IntervalMinutes::Hour), archived) as f64 / 3600.0
    };
    let [quarters, halves, whole] =
        [IntervalMinutes::Quarter, IntervalMinutes::Half, IntervalMinutes::Hour].map(|minutes| {
            let calendar = of(minutes);
            hours(times("08:00", "17:00", "00:35"), &archived(calendar, "00:00", "23:00"))
        });
    assert_eq!([quarters, halves, whole], [9.25, 9.5, 10.0]);
    // An interval that begins before the daily start is no part of the day.
    let halves = archived(of(IntervalMinutes::Half), "00:00", "23:00");
    assert_eq!(hours(times("08:10", "17:10", "00:35"), &halves), 9.0);
    // What is missing counts as if it were there, at either end and between.
    let nine_to_five = times("09:00", "17:00", "00:35");
    let gaps = [&halves[20..22], &halves[26..27]].concat();
    assert_eq!(hours(nine_to_five, &gaps), 8.5);
    // From 30 to 60 minutes at 16:10: what begins at 16:30 ends at 17:00, and 17:00 at 18:00. From 60 to 30: 17:00 to 17:30.
    let longer =
        [archived(of(IntervalMinutes::Half), "08:00", "16:30"), archived(of(IntervalMinutes::Hour), "16:30", "20:00")];
    assert_eq!(hours(nine_to_five, &longer.concat()), 9.0);
    assert_eq!(hours(nine_to_five, &[&longer[0][4..8], &longer[1][..1]].concat()), 9.0);
    let shorter =
        [archived(of(IntervalMinutes::Hour), "08:00", "16:00"), archived(of(IntervalMinutes::Half), "16:00", "20:00")];
    assert_eq!(hours(nine_to_five, &shorter.concat()), 8.5);
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
