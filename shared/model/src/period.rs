//! The days, weeks and months that history is summed up over, and when each of them is due.
//!
//! A period is a stretch of calendar days of one ACD. Which moments those are, and how long a day with a change of the
//! clocks is, comes from [`Calendar`]; here is only reckoning with days. Seconds were turned down for periods: a week
//! would be 604,800 of them twice a year less.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Timelike, Weekday};
use serde::{Deserialize, Serialize};

use crate::time::{Calendar, IntervalMinutes, Moment};

/// A day as the archive stores it, `YYYYMMDD`.
pub fn date_number(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// The day that the archive stores as `YYYYMMDD`; `None` if there is no such day.
pub fn date_of(number: i64) -> Option<NaiveDate> {
    let part = |value: i64| u32::try_from(value).ok();
    NaiveDate::from_ymd_opt(i32::try_from(number / 10_000).ok()?, part(number / 100 % 100)?, part(number % 100)?)
}

/// How long the stretches are that rows are summed up over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// From intervals to days.
    Daily,
    /// From days to weeks.
    Weekly,
    /// From days to months.
    Monthly,
}

impl Level {
    /// All of them, in the order in which they are made.
    pub const ALL: [Level; 3] = [Level::Daily, Level::Weekly, Level::Monthly];

    /// The word that tables, commands and screens use.
    pub fn word(self) -> &'static str {
        match self {
            Level::Daily => "daily",
            Level::Weekly => "weekly",
            Level::Monthly => "monthly",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One day, week or month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    /// How long.
    pub level: Level,
    /// Its first day, by which its rows are called (ROW_DATE).
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
}

impl Period {
    /// ROW_DATE of its rows.
    pub fn row_date(&self) -> i64 {
        date_number(self.first)
    }

    /// Whether the day is one of its days.
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.first <= date && date <= self.last
    }

    /// First moment of its first day.
    pub fn starts_at(&self, calendar: &Calendar) -> Moment {
        calendar.moment_at(self.first.and_time(NaiveTime::MIN))
    }

    /// First moment after its last day.
    pub fn ends_at(&self, calendar: &Calendar) -> Moment {
        calendar.moment_at(day_after(self.last).and_time(NaiveTime::MIN))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Daily => write!(f, "{}", self.first),
            Level::Weekly => write!(f, "{} to {}", self.first, self.last),
            Level::Monthly => write!(f, "{}", self.first.format("%Y-%m")),
        }
    }
}

/// Which intervals make a day, which days a week, and when they are summed up; one setting for each ACD. Both servers
/// must have it alike, or their summaries differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SummaryTimes {
    /// An interval that starts before is left out of its day.
    pub daily_start: NaiveTime,
    /// An interval that starts later is left out of its day; to the minute.
    pub daily_stop: NaiveTime,
    /// First day of the week.
    pub week_start: Weekday,
    /// Last day of the week; days between it and the first day belong to no week.
    pub week_stop: Weekday,
    /// When summing up begins, by the ACD's clock.
    pub summarize_at: NaiveTime,
}

/// Room between the daily stop and summing up on the same day.
const SAME_DAY_MINUTES: i64 = 15;

impl Default for SummaryTimes {
    /// The whole day, the week from Sunday to Saturday, at 00:35.
    fn default() -> Self {
        SummaryTimes {
            daily_start: NaiveTime::MIN,
            daily_stop: minute(23, 59),
            week_start: Weekday::Sun,
            week_stop: Weekday::Sat,
            summarize_at: minute(0, 35),
        }
    }
}

impl SummaryTimes {
    /// Whether these times can be kept with intervals of this length.
    ///
    /// # Errors
    /// A sentence for people that says which time is wrong and what it may be.
    pub fn check(&self, interval: IntervalMinutes) -> Result<(), String> {
        let (start, stop, at) = (self.daily_start, self.daily_stop, self.summarize_at);
        if start >= stop {
            let (start, stop) = (start.format("%H:%M"), stop.format("%H:%M"));
            return Err(format!("the daily start {start} must be before the daily stop {stop}"));
        }
        let earliest = minute(0, 0) + TimeDelta::minutes(i64::from(u8::from(interval)));
        if !self.same_day() && at < earliest {
            return Err(format!(
                "summarizing at {} is too early: the day's last interval must be archived, which takes until {} at least",
                at.format("%H:%M"),
                earliest.format("%H:%M"),
            ));
        }
        Ok(())
    }

    /// Whether a day is summed up on the day itself: at least 15 minutes after its stop.
    pub fn same_day(&self) -> bool {
        self.summarize_at - self.daily_stop >= TimeDelta::minutes(SAME_DAY_MINUTES)
    }

    /// Daily start and stop as the archive writes times, `HHMM` as a number.
    pub fn window(&self) -> (u32, u32) {
        let number = |time: NaiveTime| time.hour() * 100 + time.minute();
        (number(self.daily_start), number(self.daily_stop))
    }

    /// Whether an interval with this STARTTIME counts into its day.
    pub fn takes(&self, starttime: u32) -> bool {
        let (start, stop) = self.window();
        start <= starttime && starttime <= stop
    }

    /// The period that contains a day; `None` if the day belongs to no week.
    pub fn period_of(&self, level: Level, date: NaiveDate) -> Option<Period> {
        let (first, last) = match level {
            Level::Daily => (date, date),
            Level::Weekly => {
                let into = (7 + date.weekday().num_days_from_monday() - self.week_start.num_days_from_monday()) % 7;
                let first = date.checked_sub_days(Days::new(u64::from(into)))?;
                (first, first.checked_add_days(Days::new(u64::from(self.week_days() - 1)))?)
            }
            Level::Monthly => {
                let first = date.with_day(1)?;
                (first, first.checked_add_months(Months::new(1))?.pred_opt()?)
            }
        };
        Some(Period { level, first, last }).filter(|period| period.contains(date))
    }

    /// The periods that have a day between `from` and `to`, in order.
    pub fn periods(&self, level: Level, from: NaiveDate, to: NaiveDate) -> Vec<Period> {
        let mut periods: Vec<Period> = Vec::new();
        for date in from.iter_days().take_while(|date| *date <= to) {
            if periods.last().is_none_or(|last| last.last < date) {
                periods.extend(self.period_of(level, date));
            }
        }
        periods
    }

    /// When a period is to be summed up: at the time set, on the same or the next day; a week and a month not before
    /// they are over; and nothing before the last of its intervals has ended.
    pub fn due_at(&self, period: &Period, calendar: &Calendar) -> Moment {
        let day = if self.same_day() { period.last } else { day_after(period.last) };
        let set = calendar.moment_at(day.and_time(self.summarize_at));
        let last_interval = calendar.interval(calendar.moment_at(period.last.and_time(self.daily_stop))).end;
        let over = if period.level == Level::Daily { last_interval } else { period.ends_at(calendar) };
        set.max(last_interval).max(over)
    }

    /// The newest period that is due at `now`.
    pub fn last_due(&self, level: Level, calendar: &Calendar, now: Moment) -> Option<Period> {
        let mut date = calendar.row_date(now);
        loop {
            match self.period_of(level, date) {
                Some(period) if self.due_at(&period, calendar) <= now => return Some(period),
                Some(period) => date = period.first.pred_opt()?,
                None => date = date.pred_opt()?,
            }
        }
    }

    /// The last day of the newest period that is due at `now`, on whatever day it begins: weeks of before the week was set anew, too.
    pub fn last_due_day(&self, level: Level, calendar: &Calendar, now: Moment) -> Option<NaiveDate> {
        let mut last = calendar.row_date(now);
        while self.due_at(&Period { level, first: last, last }, calendar) > now {
            last = last.pred_opt()?;
        }
        Some(last)
    }

    /// The first period that is not due yet at `now`.
    pub fn next_due(&self, level: Level, calendar: &Calendar, now: Moment) -> Option<Period> {
        let mut date = day_after(self.last_due(level, calendar, now)?.last);
        loop {
            match self.period_of(level, date) {
                Some(period) => return Some(period),
                None => date = date.succ_opt()?,
            }
        }
    }

    fn week_days(&self) -> u32 {
        (7 + self.week_stop.num_days_from_monday() - self.week_start.num_days_from_monday()) % 7 + 1
    }
}

fn minute(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

fn day_after(date: NaiveDate) -> NaiveDate {
    date.succ_opt().unwrap_or(date)
}
