//! When a timetable runs, by an ACD's local time.
//!
//! A run belongs to a calendar day and a time of the day. Where the clocks skip that time, it is at the first moment after;
//! where a time comes twice, it is at the first of the two, once. Hourly runs belong to real hours instead: each hour that
//! passes has one, so a skipped hour has none and a repeated one two. The arithmetic is the [`Calendar`]'s.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday, WeekdaySet};

use crate::time::{Calendar, IntervalMinutes, Moment};

/// When a timetable runs. Times are to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schedule {
    /// Once: `once 2026-12-01 10:00`.
    Once {
        /// Local date and time.
        at: NaiveDateTime,
    },
    /// In every hour: `hourly :15`.
    Hourly {
        /// Minute of the hour, 0 to 59.
        minute: u8,
    },
    /// Every day: `daily 00:45`.
    Daily {
        /// Local time.
        at: NaiveTime,
    },
    /// On chosen days of every week: `weekly mon,fri 06:00`.
    Weekly {
        /// The days, at least one.
        days: WeekdaySet,
        /// Local time.
        at: NaiveTime,
    },
    /// Once in every month: `monthly 1 06:00`, `monthly last 23:00`, `monthly last fri 23:00`, `monthly second tue 06:00`.
    Monthly {
        /// Its day.
        day: MonthDay,
        /// Local time.
        at: NaiveTime,
    },
}

/// A day of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthDay {
    /// By number, 1 to 31; in a month that has fewer days, its last.
    Number(u8),
    /// The last one.
    Last,
    /// Such as the second Tuesday or the last Friday.
    Weekday(Ordinal, Weekday),
}

/// Which of a month's days with the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ordinal {
    /// The first.
    First,
    /// The second.
    Second,
    /// The third.
    Third,
    /// The fourth.
    Fourth,
    /// The last: the fourth or fifth.
    Last,
}

/// No schedule by days has a longer pause: from the first of a month to the last day of the next.
const PAUSE_DAYS_MAX: usize = 64;
const FORMS: &str = "write it as `daily 00:45`, `weekly mon,fri 06:00`, `monthly last fri 23:00`, `monthly 15 06:00`, \
                     `hourly :15` or `once 2026-12-01 10:00`";

impl Schedule {
    /// The first run after a moment; `None` if there is none any more.
    pub fn next_after(&self, after: Moment, calendar: &Calendar) -> Option<Moment> {
        let time = match *self {
            Schedule::Once { at } => return Some(calendar.moment_at(at)).filter(|run| *run > after),
            Schedule::Hourly { minute } => return Some(next_minute(minute, after, calendar)),
            Schedule::Daily { at } | Schedule::Weekly { at, .. } | Schedule::Monthly { at, .. } => at,
        };
        let days = calendar.local(after).date().pred_opt()?.iter_days().take(PAUSE_DAYS_MAX);
        let mut runs = days.filter(|day| self.has(*day)).map(|day| calendar.moment_at(day.and_time(time)));
        runs.find(|run| *run > after)
    }

    /// Whether there is a run on a day.
    fn has(&self, date: NaiveDate) -> bool {
        match *self {
            Schedule::Once { at } => at.date() == date,
            Schedule::Hourly { .. } | Schedule::Daily { .. } => true,
            Schedule::Weekly { days, .. } => days.contains(date.weekday()),
            Schedule::Monthly { day, .. } => day.is(date),
        }
    }
}

impl MonthDay {
    fn is(self, date: NaiveDate) -> bool {
        let last = last_of_month(date);
        match self {
            MonthDay::Number(number) => date.day() == u32::from(number).min(last),
            MonthDay::Last => date.day() == last,
            MonthDay::Weekday(_, day) if day != date.weekday() => false,
            MonthDay::Weekday(Ordinal::Last, _) => date.day() + 7 > last,
            MonthDay::Weekday(ordinal, _) => (date.day() - 1) / 7 == ordinal as u32,
        }
    }
}

fn last_of_month(date: NaiveDate) -> u32 {
    let next = date.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
    next.and_then(|first| first.pred_opt()).map_or(31, |last| last.day())
}

/// The first moment after `after` at which the local clock shows this minute of an hour. It goes from one change of the
/// zone's offset to the next, because such a change can move the minutes, too.
fn next_minute(minute: u8, after: Moment, calendar: &Calendar) -> Moment {
    let hours = Calendar { interval: IntervalMinutes::Hour, ..*calendar };
    let mut at = after + 1;
    loop {
        let local = calendar.local(at);
        let face = i64::from(local.minute() * 60 + local.second());
        let run = at + (i64::from(minute) * 60 - face).rem_euclid(3_600);
        let end = hours.interval(at).end;
        if run < end {
            return run;
        }
        at = end;
    }
}

fn word(day: Weekday) -> String {
    day.to_string().to_lowercase()
}

impl Ordinal {
    const ALL: [(Ordinal, &'static str); 5] = [
        (Ordinal::First, "first"),
        (Ordinal::Second, "second"),
        (Ordinal::Third, "third"),
        (Ordinal::Fourth, "fourth"),
        (Ordinal::Last, "last"),
    ];

    fn parse(text: &str) -> Option<Ordinal> {
        Self::ALL.into_iter().find(|(_, word)| *word == text).map(|(ordinal, _)| ordinal)
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            MonthDay::Number(number) => number.fmt(f),
            MonthDay::Last => f.write_str("last"),
            MonthDay::Weekday(ordinal, day) => write!(f, "{} {}", Ordinal::ALL[ordinal as usize].1, word(day)),
        }
    }
}

/// As people type it; [`FromStr`] reads it back.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Schedule::Once { at } => write!(f, "once {}", at.format("%Y-%m-%d %H:%M")),
            Schedule::Hourly { minute } => write!(f, "hourly :{minute:02}"),
            Schedule::Daily { at } => write!(f, "daily {}", at.format("%H:%M")),
            Schedule::Weekly { days, at } => {
                let days: Vec<_> = days.iter(Weekday::Mon).map(word).collect();
                write!(f, "weekly {} {}", days.join(","), at.format("%H:%M"))
            }
            Schedule::Monthly { day, at } => write!(f, "monthly {day} {}", at.format("%H:%M")),
        }
    }
}

impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        match words[..] {
            ["once", date, at] => {
                let date: NaiveDate =
                    date.parse().map_err(|_| format!("{date:?} is no date; write it as 2026-12-01"))?;
                Ok(Schedule::Once { at: date.and_time(time(at)?) })
            }
            ["hourly", minute] => {
                let number =
                    minute.strip_prefix(':').filter(|digits| digits.len() == 2).and_then(|digits| digits.parse().ok());
                let minute = number.filter(|minute| *minute < 60);
                minute
                    .map(|minute| Schedule::Hourly { minute })
                    .ok_or_else(|| format!("hourly wants a minute from :00 to :59, not {:?}", words[1]))
            }
            ["daily", at] => Ok(Schedule::Daily { at: time(at)? }),
            ["weekly", days, at] => Ok(Schedule::Weekly { days: week_days(days)?, at: time(at)? }),
            ["monthly", "last", at] | ["monthly", "last", "day", at] => {
                Ok(Schedule::Monthly { day: MonthDay::Last, at: time(at)? })
            }
            ["monthly", number, at] => {
                let known = number.parse().ok().filter(|number| (1..=31).contains(number));
                let day = known.map(MonthDay::Number).ok_or_else(|| {
                    format!("{number:?} is no day of a month; write 1 to 31, last, or such as second tue")
                })?;
                Ok(Schedule::Monthly { day, at: time(at)? })
            }
            ["monthly", which, day, at] => {
                let ordinal = Ordinal::parse(which)
                    .ok_or_else(|| format!("{which:?} is not first, second, third, fourth or last"))?;
                Ok(Schedule::Monthly { day: MonthDay::Weekday(ordinal, week_day(day)?), at: time(at)? })
            }
            _ => Err(format!("{text:?} is no schedule; {FORMS}")),
        }
    }
}

fn time(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| format!("{text:?} is no time; write it as 06:00 or 23:15"))
}

fn week_day(text: &str) -> Result<Weekday, String> {
    text.parse().map_err(|_| format!("{text:?} is no day of the week; write mon, tue, wed, thu, fri, sat or sun"))
}

/// Days parted by commas, and ranges such as `mon-fri`.
fn week_days(text: &str) -> Result<WeekdaySet, String> {
    let mut days = WeekdaySet::EMPTY;
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut day, last) = (week_day(first)?, week_day(last)?);
        days.insert(day);
        while day != last {
            day = day.succ();
            days.insert(day);
        }
    }
    Ok(days)
}
