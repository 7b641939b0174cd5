//! Cells of a sheet as cells of a workbook.

use catalog::Value;
use model::Moment;
use report::{Cell, Format, SheetColumn};

use crate::contents::Document;
use crate::dates::{date, local, serial_day, serial_time, time_of_day};

/// Whole numbers up to here are kept exactly by spreadsheets.
const EXACT_MAX: u64 = 999_999_999_999_999;
const SECONDS_OF_DAY: f64 = 86_400.0;

/// What is written into a cell.
#[derive(Debug, PartialEq)]
pub(super) enum Entry {
    Blank,
    Number(f64),
    Text(String),
}

/// How a spreadsheet shows a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pattern {
    /// As it likes.
    General,
    /// With so many decimals.
    Decimals(u8),
    /// Hundredths, with so many decimals of the percentage.
    Percent(u8),
    /// Hours, minutes and seconds of a length.
    Duration,
    Clock,
    Date,
    Month,
    TimeOfDay,
    /// Date and time.
    Moment,
}

impl Pattern {
    /// The pattern as spreadsheets write it.
    pub(super) fn code(self) -> String {
        let decimals = |count: u8| match count {
            0 => "0".to_owned(),
            count => format!("0.{}", "0".repeat(usize::from(count.min(30)))),
        };
        match self {
            Pattern::General => "General".to_owned(),
            Pattern::Decimals(count) => decimals(count),
            Pattern::Percent(count) => decimals(count) + " %",
            Pattern::Duration => "[h]:mm:ss".to_owned(),
            Pattern::Clock => "hh:mm:ss".to_owned(),
            Pattern::Date => "yyyy-mm-dd".to_owned(),
            Pattern::Month => "yyyy-mm".to_owned(),
            Pattern::TimeOfDay => "hh:mm".to_owned(),
            Pattern::Moment => "yyyy-mm-dd hh:mm:ss".to_owned(),
        }
    }
}

/// What is written for a cell, and how it is shown. What cannot be a number stays the text that people read.
pub(super) fn entry(document: &Document<'_>, column: &SheetColumn, cell: &Cell) -> (Entry, Pattern) {
    let text = || (Entry::Text(document.text(column, cell)), Pattern::General);
    let number = match &cell.value {
        Value::Blank => None,
        Value::Text(text) if text.is_empty() => None,
        Value::Text(_) => return text(),
        value => Some(number(document, column.format, value)),
    };
    match number {
        None => (Entry::Blank, Pattern::General),
        Some(Some((number, pattern))) if number.is_finite() => (Entry::Number(number), pattern),
        Some(_) => text(),
    }
}

/// A value as a number of a workbook; `None` where it has none for it.
fn number(document: &Document<'_>, format: Format, value: &Value) -> Option<(f64, Pattern)> {
    let worth = match value {
        Value::At(at) => return moment(document, format, *at),
        Value::Since(since) if format == Format::Clock => return moment(document, format, *since),
        Value::Since(since) => return duration(f64::from(document.sheet.at.since(*since))),
        Value::Int(whole) if whole.unsigned_abs() > EXACT_MAX => return None,
        Value::Int(whole) => *whole as f64,
        Value::Real(number) => *number,
        Value::Blank | Value::Text(_) => return None,
    };
    let whole = worth.round();
    match format {
        Format::Count => Some((whole, Pattern::Decimals(0))),
        Format::Decimal(decimals) => Some((worth, Pattern::Decimals(decimals))),
        Format::Percent(decimals) => Some((worth / 100.0, Pattern::Percent(decimals))),
        Format::Duration => duration(whole),
        Format::Text | Format::Name(_) if matches!(value, Value::Int(_)) => Some((worth, Pattern::Decimals(0))),
        Format::Text | Format::Name(_) => Some((worth, Pattern::General)),
        Format::Clock => moment(document, format, Moment(whole as i64)),
        Format::Date => Some((serial_day(date(whole as i64)?)?, Pattern::Date)),
        Format::Month => Some((serial_day(date(whole as i64)?)?, Pattern::Month)),
        Format::TimeOfDay => Some((serial_time(time_of_day(whole as i64)?), Pattern::TimeOfDay)),
    }
}

/// Spreadsheets show no negative times.
fn duration(secs: f64) -> Option<(f64, Pattern)> {
    (secs >= 0.0).then_some((secs / SECONDS_OF_DAY, Pattern::Duration))
}

/// A moment by the ACD's clock. One that comes twice in autumn is told apart by its text only.
fn moment(document: &Document<'_>, format: Format, at: Moment) -> Option<(f64, Pattern)> {
    let calendar = document.head.calendar();
    let is_day = matches!(format, Format::Date | Format::Month);
    if !is_day && calendar.is_some_and(|calendar| calendar.offset_if_twice(at).is_some()) {
        return None;
    }
    let local = local(calendar, at)?;
    let (day, time) = (serial_day(local.date())?, serial_time(local.time()));
    Some(match format {
        Format::Date => (day, Pattern::Date),
        Format::Month => (day, Pattern::Month),
        Format::TimeOfDay => (time, Pattern::TimeOfDay),
        Format::Clock => (day + time, Pattern::Clock),
        _ => (day + time, Pattern::Moment),
    })
}
