//! Days, weeks and months as people type them into a report's inputs.
//!
//! Kept as typed until a report runs: what is counted from today means other days tomorrow. A week is known by any of
//! its days, so nothing here need know on which day weeks begin. Ranges with a hyphen were turned down: in `-7-0` and
//! `2026-11-01-2026-11-07` nobody sees where the first day ends.

use std::fmt;

use chrono::{Datelike, Days as Distance, Months, NaiveDate};

/// Most days, weeks or months that may be counted from today.
const COUNTED_MAX: u32 = 3_660;

/// What is counted and meant by a day that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DayUnit {
    /// Days.
    Day,
    /// Weeks, each known by any of its days.
    Week,
    /// Months, each known by any of its days.
    Month,
}

/// One day, week or month as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Day {
    /// Counted from the present one: 0 is today, this week or this month, -1 the one before.
    Counted(i32),
    /// A calendar day.
    Dated(NaiveDate),
}

/// Chosen days, weeks or months, such as `-7:0`, `2026-11-01;2026-11-08` or `2026-11-01:2026-11-07`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Days {
    unit: DayUnit,
    ranges: Vec<(Day, Day)>,
}

/// A range whose end comes before its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Backwards {
    pub first: Day,
    pub last: Day,
}

impl Days {
    /// Reads what was typed; the entry at fault if it means nothing.
    pub fn parse(unit: DayUnit, text: &str) -> Result<Days, String> {
        let entries = text.split([';', ',']).map(str::trim).filter(|entry| !entry.is_empty());
        let ranges = entries.map(|entry| range(unit, entry).ok_or_else(|| entry.to_owned()));
        let ranges = ranges.collect::<Result<Vec<_>, _>>()?;
        if ranges.is_empty() { Err(text.to_owned()) } else { Ok(Days { unit, ranges }) }
    }

    /// What the days stand for.
    pub fn unit(&self) -> DayUnit {
        self.unit
    }

    /// A range that runs backwards on whatever day it is asked for, the way round that it would be one: `-7:-1` of `-1:-7`.
    pub fn turned_round(&self) -> Option<String> {
        self.always_backwards().map(|Backwards { first, last }| format!("{last}:{first}"))
    }

    /// A range that runs backwards on whatever day it is asked for. Where one end is counted and the other one dated, nobody knows before.
    pub(crate) fn always_backwards(&self) -> Option<Backwards> {
        let is_backwards = |(first, last): &&(Day, Day)| match (*first, *last) {
            (Day::Counted(first), Day::Counted(last)) => first > last,
            (Day::Dated(first), Day::Dated(last)) if self.unit == DayUnit::Month => {
                first_of_month(first) > last_of_month(last)
            }
            (Day::Dated(first), Day::Dated(last)) => first > last,
            (Day::Counted(_), Day::Dated(_)) | (Day::Dated(_), Day::Counted(_)) => false,
        };
        self.ranges.iter().find(is_backwards).map(|(first, last)| Backwards { first: *first, last: *last })
    }

    /// The days meant, as ranges with both ends included, rising and apart from each other. Of a week it is one of its
    /// days, of a month all of them.
    pub(crate) fn on(&self, today: NaiveDate) -> Result<Vec<(NaiveDate, NaiveDate)>, Backwards> {
        let mut found = Vec::with_capacity(self.ranges.len());
        for &(first, last) in &self.ranges {
            let (begins, ends) = (self.day(first, today), self.day(last, today));
            let range = match self.unit {
                DayUnit::Day | DayUnit::Week => (begins, ends),
                DayUnit::Month => (first_of_month(begins), last_of_month(ends)),
            };
            if range.0 > range.1 {
                return Err(Backwards { first, last });
            }
            found.push(range);
        }
        found.sort_unstable();
        let mut apart: Vec<(NaiveDate, NaiveDate)> = Vec::with_capacity(found.len());
        for (first, last) in found {
            match apart.last_mut() {
                Some(before) if before.1.succ_opt().is_some_and(|next| first <= next) => before.1 = before.1.max(last),
                _ => apart.push((first, last)),
            }
        }
        Ok(apart)
    }

    fn day(&self, day: Day, today: NaiveDate) -> NaiveDate {
        match (day, self.unit) {
            (Day::Dated(date), _) => date,
            (Day::Counted(days), DayUnit::Day) => shifted(today, i64::from(days)),
            (Day::Counted(weeks), DayUnit::Week) => shifted(today, i64::from(weeks) * 7),
            (Day::Counted(months), DayUnit::Month) => {
                let (first, distance) = (first_of_month(today), Months::new(months.unsigned_abs()));
                let there =
                    if months < 0 { first.checked_sub_months(distance) } else { first.checked_add_months(distance) };
                there.unwrap_or(first)
            }
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Day::Counted(number) => write!(f, "{number}"),
            Day::Dated(date) => write!(f, "{date}"),
        }
    }
}

impl fmt::Display for Backwards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.first, self.last)
    }
}

fn range(unit: DayUnit, entry: &str) -> Option<(Day, Day)> {
    match entry.split_once(':') {
        None => day(unit, entry).map(|day| (day, day)),
        Some((first, last)) => Some((day(unit, first.trim())?, day(unit, last.trim())?)),
    }
}

fn day(unit: DayUnit, text: &str) -> Option<Day> {
    if let Ok(number) = text.parse::<i32>() {
        // Eight digits are a date without its hyphens, not a number of days.
        return (number.unsigned_abs() <= COUNTED_MAX).then_some(Day::Counted(number));
    }
    let date = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Day::Dated);
    date(text).or_else(|| if unit == DayUnit::Month { date(&format!("{text}-01")) } else { None })
}

fn shifted(day: NaiveDate, days: i64) -> NaiveDate {
    let distance = Distance::new(days.unsigned_abs());
    let there = if days < 0 { day.checked_sub_days(distance) } else { day.checked_add_days(distance) };
    there.unwrap_or(day)
}

pub(crate) fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

pub(crate) fn last_of_month(day: NaiveDate) -> NaiveDate {
    let next = first_of_month(day).checked_add_months(Months::new(1));
    next.and_then(|next| next.pred_opt()).unwrap_or(day)
}
