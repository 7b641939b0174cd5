//! Moments and dates as the parts that file formats ask for.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use model::{Calendar, Moment};

/// A clock face at a moment; UTC where there is no calendar. `None` for moments that no calendar has.
pub(crate) fn local(calendar: Option<&Calendar>, at: Moment) -> Option<NaiveDateTime> {
    let utc = DateTime::from_timestamp(at.0, 0)?.naive_utc();
    Some(calendar.map_or(utc, |calendar| calendar.local(at)))
}

/// A date that the archive keeps as `YYYYMMDD`.
pub(crate) fn date(number: i64) -> Option<NaiveDate> {
    let part = |value: i64| u32::try_from(value).ok();
    let year = i32::try_from(number / 10_000).ok()?;
    NaiveDate::from_ymd_opt(year, part(number / 100 % 100)?, part(number % 100)?)
}

/// A time of day that the archive keeps as `HHMM`.
pub(crate) fn time_of_day(number: i64) -> Option<NaiveTime> {
    let part = |value: i64| u32::try_from(value).ok();
    NaiveTime::from_hms_opt(part(number / 100)?, part(number % 100)?, 0)
}

/// Days since the last day of 1899, as workbooks count from March 1900 on; `None` for days that they do not have.
pub(crate) fn serial_day(date: NaiveDate) -> Option<f64> {
    let first = NaiveDate::from_ymd_opt(1900, 3, 1)?;
    if date < first || date.year() > 9999 {
        return None;
    }
    // The first of March is day 61.
    Some((date - first).num_days() as f64 + 61.0)
}

/// A time of day as a part of a day.
pub(crate) fn serial_time(time: NaiveTime) -> f64 {
    f64::from(time.num_seconds_from_midnight()) / 86_400.0
}
