//! What an item is: its class, its unit, and the values a cell can have.

use std::sync::Arc;

use model::Moment;
use serde::{Deserialize, Serialize};

/// How an item comes about, and with it how it rolls up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Part of the row's identity.
    Key,
    /// Administered; rolls up as the last value in force.
    Admin,
    /// Call-based: credited when the call and its after-call work end; rolls up as a sum.
    Call,
    /// Interval-based: seconds spent inside the interval; rolls up as a sum.
    Timed,
    /// Largest value in the interval; rolls up as the maximum.
    Max,
    /// Snapshot of a real-time table; never archived.
    Status,
    /// Of the day's busy hour; only in daily tables.
    BusyHour,
    /// Part of the record of one thing that happened; never rolled up.
    Event,
}

/// What a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Calls, agents, deliveries and the like.
    Count,
    /// Seconds.
    Secs,
    /// Minutes.
    Minutes,
    /// Hundredths of the whole.
    Percent,
    /// 0 or 1.
    Flag,
    /// A number or text that identifies.
    Id,
    /// A word such as a work mode.
    Word,
    /// A moment of the switch's clock.
    Moment,
}

/// One column.
#[derive(Debug, Clone)]
pub struct Item {
    /// The field's name, such as `ACDCALLS`.
    pub name: String,
    /// How it comes about.
    pub class: Class,
    /// What it counts.
    pub unit: Unit,
    /// Whether its values are texts; all other values are whole numbers.
    pub text: bool,
    /// What it means, in our own words.
    pub meaning: &'static str,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Nothing to show: not applicable, or a division by zero.
    Blank,
    /// A count, seconds or a number that identifies.
    Int(i64),
    /// The result of a calculation.
    Real(f64),
    /// Text or a word.
    Text(Arc<str>),
    /// A time in state that still runs, as the moment it began; clients tick it.
    Since(Moment),
    /// A moment.
    At(Moment),
}

impl Value {
    /// A text cell.
    pub fn text(text: &str) -> Self {
        Value::Text(Arc::from(text))
    }

    /// As a number for expressions; running times are measured at `now`. `None` for text and blanks.
    pub fn number(&self, now: Moment) -> Option<f64> {
        match self {
            Value::Int(value) => Some(*value as f64),
            Value::Real(value) => Some(*value),
            Value::Since(since) => Some(f64::from(now.since(*since))),
            Value::At(at) => Some(at.0 as f64),
            Value::Blank | Value::Text(_) => None,
        }
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Value::Int(i64::from(value))
    }
}
