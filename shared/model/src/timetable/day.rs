//! A day that a task is about, as people type it.

use std::fmt;
use std::str::FromStr;

use chrono::{Days, NaiveDate};

/// One day: counted back from the day of the run, or a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// So many days before the day of the run; 0 is that day, written `0`, `-1` and so on.
    Back(u16),
    /// A calendar day.
    Date(NaiveDate),
}

impl Day {
    /// The day meant when the run is on `today`.
    pub fn on(self, today: NaiveDate) -> NaiveDate {
        match self {
            Day::Back(days) => today.checked_sub_days(Days::new(u64::from(days))).unwrap_or(today),
            Day::Date(date) => date,
        }
    }

    /// Whether it is later than another one on whatever day the run is: of a count and a date nobody knows before.
    pub fn is_always_after(self, other: Day) -> bool {
        match (self, other) {
            (Day::Back(back), Day::Back(other)) => back < other,
            (Day::Date(date), Day::Date(other)) => date > other,
            (Day::Back(_), Day::Date(_)) | (Day::Date(_), Day::Back(_)) => false,
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Day::Back(0) => f.write_str("0"),
            Day::Back(days) => write!(f, "-{days}"),
            Day::Date(date) => date.fmt(f),
        }
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "0" {
            return Ok(Day::Back(0));
        }
        let back = text.strip_prefix('-').and_then(|days| days.parse().ok()).map(Day::Back);
        back.or_else(|| text.parse().ok().map(Day::Date)).ok_or_else(|| {
            format!("{text:?} is no day; write 0 for the day of the run, -1 for the one before, or 2026-11-23")
        })
    }
}
