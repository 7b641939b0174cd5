//! Values as people read them. No locale: the same everywhere, so that screens, files and tests agree.

use catalog::Value;
use model::{Calendar, Moment, UtcOffset};

use crate::column::Format;
use crate::evaluate::plain;
use crate::when::local;

/// A value as text; blank values are empty. Running times are measured at `now`, moments shown in UTC.
pub fn format_value(format: Format, value: &Value, now: Moment) -> String {
    format_value_local(format, value, now, None)
}

/// As [`format_value`], with moments in the ACD's local time.
pub fn format_value_local(format: Format, value: &Value, now: Moment, calendar: Option<&Calendar>) -> String {
    match value {
        Value::Blank => return String::new(),
        Value::Text(text) => return text.to_string(),
        Value::At(at) => return moment(format, *at, calendar),
        Value::Since(since) if format == Format::Clock => return moment(format, *since, calendar),
        // A time in state reads as a time whatever its column says.
        Value::Since(since) => return duration(i64::from(now.since(*since))),
        Value::Int(_) | Value::Real(_) => {}
    }
    let number = value.number(now).unwrap_or_default();
    match format {
        Format::Count => format!("{:.0}", whole(number)),
        Format::Decimal(decimals) => format!("{number:.*}", usize::from(decimals)),
        Format::Percent(decimals) => format!("{number:.*} %", usize::from(decimals)),
        Format::Duration => duration(whole(number) as i64),
        Format::Text | Format::Name(_) => plain(value, now),
        Format::Clock => moment(format, Moment(whole(number) as i64), calendar),
        Format::Date => date(whole(number) as i64),
        Format::Month => date(whole(number) as i64)[..7].to_owned(),
        Format::TimeOfDay => time_of_day(whole(number) as i64),
    }
}

/// Rounds a calculated value to what its format shows, so that nothing travels that nobody sees.
pub(crate) fn rounded(format: Format, value: Value) -> Value {
    let Value::Real(number) = value else { return value };
    match format {
        Format::Count | Format::Duration | Format::Clock => Value::Int(whole(number) as i64),
        Format::Percent(0) | Format::Decimal(0) => Value::Int(whole(number) as i64),
        Format::Percent(decimals) | Format::Decimal(decimals) => {
            let scale = 10_f64.powi(i32::from(decimals.min(9)));
            // Adding zero turns a negative zero into zero.
            Value::Real((number * scale).round() / scale + 0.0)
        }
        Format::Text | Format::Name(_) | Format::Date | Format::Month | Format::TimeOfDay => Value::Real(number),
    }
}

/// Half away from zero, without a negative zero.
fn whole(number: f64) -> f64 {
    number.round() + 0.0
}

fn duration(secs: i64) -> String {
    let sign = if secs < 0 { "-" } else { "" };
    let secs = secs.unsigned_abs();
    let (hours, minutes, seconds) = (secs / 3600, secs / 60 % 60, secs % 60);
    if hours > 0 { format!("{sign}{hours}:{minutes:02}:{seconds:02}") } else { format!("{sign}{minutes}:{seconds:02}") }
}

fn date(number: i64) -> String {
    format!("{:04}-{:02}-{:02}", number / 10_000, number / 100 % 100, number % 100)
}

/// A local time of day that comes twice, with what tells it apart: `02:00 UTC+2`.
pub(crate) fn time_that_comes_twice(starttime: i64, offset: UtcOffset) -> Value {
    Value::text(&format!("{} {offset}", time_of_day(starttime)))
}

/// Such a time as a number that stands where it belongs among others kept as `HHMM`: behind those of its hour, the earlier one
/// first. `None` for any other text.
pub(crate) fn place_in_day(text: &str) -> Option<f64> {
    let (time, offset) = text.split_once(' ')?;
    let (hour, minute) = time.split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let UtcOffset(secs) = offset.parse().ok()?;
    // No minute is above 59, and no clock is more than a day from UTC. The clock that is further ahead was there first.
    let pass = (86_400 - secs) as f64 / 86_400.0 * 20.0;
    Some(f64::from(hour * 100 + 60) + pass + f64::from(minute) / 10_000.0)
}

fn time_of_day(number: i64) -> String {
    format!("{:02}:{:02}", number / 100, number % 100)
}

fn moment(format: Format, at: Moment, calendar: Option<&Calendar>) -> String {
    let pattern = match format {
        Format::Clock => "%H:%M:%S",
        Format::Date => "%Y-%m-%d",
        Format::Month => "%Y-%m",
        Format::TimeOfDay => "%H:%M",
        _ => "%Y-%m-%d %H:%M:%S",
    };
    match (format, calendar) {
        (Format::Date | Format::Month, _) | (_, None) => local(calendar, at).format(pattern).to_string(),
        (_, Some(calendar)) => calendar.local_text(at, pattern),
    }
}
