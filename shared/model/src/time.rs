//! The switch's time, and how an ACD's local time cuts it into archive intervals.
//!
//! All zone arithmetic of the product is in this file. Intervals are found by walking *instants*, never
//! by converting a local time back: a local "midnight" need not exist (Havana, Beirut) and an hour may
//! come twice, but an instant always has exactly one offset.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A whole second of the switch's clock, as UNIX seconds (UTC). Fractions are floored on entry, so that
/// durations are differences and telescope exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// Floors a time in UNIX microseconds.
    pub fn from_micros(micros: i64) -> Self {
        Moment(micros.div_euclid(1_000_000))
    }

    /// Seconds from `earlier` to `self`; zero if `earlier` is later.
    #[inline]
    pub fn since(self, earlier: Moment) -> u32 {
        u32::try_from(self.0.saturating_sub(earlier.0).max(0)).unwrap_or(u32::MAX)
    }
}

impl Add<i64> for Moment {
    type Output = Moment;

    fn add(self, secs: i64) -> Moment {
        Moment(self.0.saturating_add(secs))
    }
}

impl Sub<Moment> for Moment {
    type Output = i64;

    fn sub(self, earlier: Moment) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// UTC, ISO 8601.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::from_timestamp(self.0, 0) {
            Some(utc) => write!(f, "{}", utc.format("%Y-%m-%dT%H:%M:%SZ")),
            None => write!(f, "@{}", self.0),
        }
    }
}

/// Length of the archive interval (INTRVL).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum IntervalMinutes {
    /// 15 minutes.
    Quarter,
    /// 30 minutes, the default.
    #[default]
    Half,
    /// 60 minutes.
    Hour,
}

impl IntervalMinutes {
    /// Seconds in a full interval.
    pub fn secs(self) -> i64 {
        i64::from(u8::from(self)) * 60
    }

    /// Where an interval of this length can begin, as sentences call it.
    pub fn grid(self) -> &'static str {
        match self {
            IntervalMinutes::Quarter => "quarter of an hour",
            IntervalMinutes::Half => "half hour",
            IntervalMinutes::Hour => "full hour",
        }
    }
}

impl From<IntervalMinutes> for u8 {
    fn from(minutes: IntervalMinutes) -> u8 {
        match minutes {
            IntervalMinutes::Quarter => 15,
            IntervalMinutes::Half => 30,
            IntervalMinutes::Hour => 60,
        }
    }
}

impl TryFrom<u8> for IntervalMinutes {
    type Error = String;

    fn try_from(minutes: u8) -> Result<Self, String> {
        match minutes {
            15 => Ok(IntervalMinutes::Quarter),
            30 => Ok(IntervalMinutes::Half),
            60 => Ok(IntervalMinutes::Hour),
            other => Err(format!("an interval has 15, 30 or 60 minutes, not {other}")),
        }
    }
}

/// One archive interval: `start <= t < end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// First second; the key of every interval row (STARTTIME_UTC).
    pub start: Moment,
    /// First second after it. Shorter than usual where the zone's offset changes inside.
    pub end: Moment,
}

/// A local date and time, as the archive's columns write them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Face {
    /// `YYYYMMDD`.
    pub date: i64,
    /// `HHMM` as a number, such as 930 or 1415.
    pub time: u32,
    /// UNIX seconds of the same date and time in UTC.
    pub secs: i64,
}

/// A distance from UTC in seconds, east of it positive: what tells a local time apart from the same one an hour later. Written
/// `UTC+2`, `UTC-3:30`, `UTC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcOffset(pub i64);

impl fmt::Display for UtcOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, secs) = (if self.0 < 0 { '-' } else { '+' }, self.0.unsigned_abs());
        match (secs / 3600, secs / 60 % 60) {
            (0, 0) => write!(f, "UTC"),
            (hours, 0) => write!(f, "UTC{sign}{hours}"),
            (hours, minutes) => write!(f, "UTC{sign}{hours}:{minutes:02}"),
        }
    }
}

impl FromStr for UtcOffset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no distance from UTC; write it as UTC+2 or UTC-3:30");
        let distance = text.strip_prefix("UTC").ok_or_else(wrong)?;
        let (sign, rest) = match distance.as_bytes().first() {
            None => return Ok(UtcOffset(0)),
            Some(b'+') => (1, &distance[1..]),
            Some(b'-') => (-1, &distance[1..]),
            Some(_) => return Err(wrong()),
        };
        let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i64>().ok())?;
        match (number(hours), number(minutes)) {
            (Some(hours @ 0..24), Some(minutes @ 0..60)) => Ok(UtcOffset(sign * (hours * 3600 + minutes * 60))),
            _ => Err(wrong()),
        }
    }
}

/// An ACD's zone and interval length: everything needed to place a moment on its calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// Time zone of the ACD, from the compiled-in database.
    pub zone: Tz,
    /// Length of its archive interval.
    pub interval: IntervalMinutes,
}

impl Calendar {
    /// For telling times by a zone that is known by name; `None` if this program does not know it. Its intervals mean nothing.
    pub fn of_zone(name: &str) -> Option<Calendar> {
        Some(Calendar { zone: name.parse().ok()?, interval: IntervalMinutes::Half })
    }

    /// The interval that contains `at`. Intervals tile time without gap or overlap: boundaries are
    /// multiples of the length on the local clock face, and every change of the zone's offset.
    pub fn interval(&self, at: Moment) -> Interval {
        let offset = self.offset_secs(at);
        let length = self.interval.secs();
        let face = (at.0 + offset).rem_euclid(length);
        let low = Moment(at.0 - face);
        let high = low + length;
        let start = if self.offset_secs(low) == offset { low } else { self.first_with_offset_of(low, at) };
        let end = if self.offset_secs(high + -1) == offset { high } else { self.first_without_offset_of(at, high) };
        Interval { start, end }
    }

    /// Local wall-clock time of `at`.
    pub fn local(&self, at: Moment) -> NaiveDateTime {
        let utc = DateTime::from_timestamp(at.0, 0).unwrap_or_default().naive_utc();
        utc + TimeDelta::seconds(self.offset_secs(at))
    }

    /// ISO 8601 with the zone's offset, as people read it. The offset tells the two halves of a repeated hour apart.
    pub fn iso(&self, at: Moment) -> String {
        let local = self.local(at);
        let offset_minutes = (local.and_utc().timestamp() - at.0) / 60;
        let sign = if offset_minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
        format!("{}{sign}{hours:02}:{minutes:02}", local.format("%Y-%m-%dT%H:%M:%S"))
    }

    /// What a clock on the wall shows at `at`.
    pub fn face(&self, at: Moment) -> Face {
        let local = self.local(at);
        let date = i64::from(local.year()) * 10_000 + i64::from(local.month()) * 100 + i64::from(local.day());
        Face { date, time: local.hour() * 100 + local.minute(), secs: local.and_utc().timestamp() }
    }

    /// The distance from UTC at `at`, if the clock on the wall shows the same date and time at another moment, too: of the
    /// hour that comes twice in autumn.
    pub fn offset_if_twice(&self, at: Moment) -> Option<UtcOffset> {
        match self.zone.offset_from_local_datetime(&self.local(at)) {
            LocalResult::Ambiguous(one, other) if one.fix() != other.fix() => Some(UtcOffset(self.offset_secs(at))),
            _ => None,
        }
    }

    /// Local date and time by a pattern of chrono; of a time that comes twice with its distance from UTC, as in
    /// `2026-10-25 02:00 UTC+1`.
    pub fn local_text(&self, at: Moment, pattern: &str) -> String {
        let text = self.local(at).format(pattern);
        self.offset_if_twice(at).map_or_else(|| text.to_string(), |offset| format!("{text} {offset}"))
    }

    /// Date and minute as people read them, with the offset where the hour comes twice.
    pub fn minute_text(&self, at: Moment) -> String {
        self.local_text(at, "%Y-%m-%d %H:%M")
    }

    /// Date and second as people read them, with the offset where the hour comes twice.
    pub fn second_text(&self, at: Moment) -> String {
        self.local_text(at, "%Y-%m-%d %H:%M:%S")
    }

    /// ROW_DATE of an interval that starts at `start`.
    pub fn row_date(&self, start: Moment) -> NaiveDate {
        self.local(start).date()
    }

    /// ROW_DATE as the archive stores it, `YYYYMMDD`.
    pub fn row_date_number(&self, start: Moment) -> i64 {
        self.face(start).date
    }

    /// STARTTIME of an interval that starts at `start`: local `HHMM` as a number, such as 930 or 1415.
    pub fn starttime(&self, start: Moment) -> u32 {
        self.face(start).time
    }

    /// First moment whose local time is at or after `local`; where a local time comes twice, the earlier
    /// one; where it does not exist, the first moment after the hole.
    pub fn moment_at(&self, local: NaiveDateTime) -> Moment {
        let naive = local.and_utc().timestamp();
        let (mut low, mut high) = (Moment(naive - 86_400), Moment(naive + 86_400));
        // The first instant whose local face has reached `local`: the face may step back (autumn), so the
        // earliest such instant is searched for on each side of a possible step.
        if let Some(earliest) = self.zone.from_local_datetime(&local).earliest() {
            return Moment(earliest.timestamp());
        }
        while high - low > 1 {
            let middle = Moment((low.0 + high.0) / 2);
            if self.local(middle) >= local { high = middle } else { low = middle }
        }
        high
    }

    /// The same, but the later one where a local time comes twice: where what is meant by an end is to take in both.
    pub fn last_moment_at(&self, local: NaiveDateTime) -> Moment {
        let latest = self.zone.from_local_datetime(&local).latest();
        latest.map_or_else(|| self.moment_at(local), |latest| Moment(latest.timestamp()))
    }

    fn offset_secs(&self, at: Moment) -> i64 {
        let utc = DateTime::from_timestamp(at.0, 0).unwrap_or_default().naive_utc();
        i64::from(self.zone.offset_from_utc_datetime(&utc).fix().local_minus_utc())
    }

    /// First moment in `(low, at]` from which the offset is that of `at`.
    fn first_with_offset_of(&self, mut low: Moment, at: Moment) -> Moment {
        let offset = self.offset_secs(at);
        let mut high = at;
        while high - low > 1 {
            let middle = Moment((low.0 + high.0) / 2);
            if self.offset_secs(middle) == offset { high = middle } else { low = middle }
        }
        high
    }

    /// First moment in `(at, high]` whose offset is no longer that of `at`.
    fn first_without_offset_of(&self, at: Moment, mut high: Moment) -> Moment {
        let offset = self.offset_secs(at);
        let mut low = at;
        while high - low > 1 {
            let middle = Moment((low.0 + high.0) / 2);
            if self.offset_secs(middle) == offset { low = middle } else { high = middle }
        }
        high
    }
}
