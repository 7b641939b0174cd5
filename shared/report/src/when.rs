//! Dates and times as people type them into a report's inputs.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime};
use model::{Calendar, Moment, UtcOffset};

/// A date with or without a time, in the ACD's local time, or an exact moment.
///
/// Typed as `0` (today), `-1` (yesterday), `2026-03-29`, each with an optional time as in `-1 08:30`; as
/// `08:30` alone (today); or with a zone as in `2026-03-29T06:30:00Z`, `2026-10-25T02:00+01:00` or `2026-10-25 02:00 UTC+1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// A moment, whatever the zone.
    Exact(Moment),
    /// A day counted from today, and a time of that day.
    Relative(i32, Option<NaiveTime>),
    /// A calendar day, and a time of that day.
    Dated(NaiveDate, Option<NaiveTime>),
}

impl When {
    /// Reads what was typed; `None` if it is neither.
    pub fn parse(text: &str) -> Option<When> {
        let text = text.trim();
        let exact = DateTime::parse_from_rfc3339(text);
        if let Ok(exact) = exact.or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z")) {
            return Some(When::Exact(Moment(exact.timestamp())));
        }
        if let Some(time) = parse_time(text) {
            return Some(When::Relative(0, Some(time)));
        }
        if let Some((local, offset)) = text.rsplit_once(' ')
            && let Ok(UtcOffset(secs)) = offset.parse()
        {
            let (day, time) = local.split_once([' ', 'T'])?;
            let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
            return Some(When::Exact(moment_at(None, day.and_time(parse_time(time.trim())?)) + -secs));
        }
        let (day, time) = match text.split_once([' ', 'T']) {
            Some((day, time)) => (day, Some(parse_time(time.trim())?)),
            None => (text, None),
        };
        if let Ok(days) = day.parse::<i32>() {
            // Eight digits are a date without its hyphens, not a number of days.
            return (days.abs() <= 3_660).then_some(When::Relative(days, time));
        }
        Some(When::Dated(NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?, time))
    }

    /// The first moment meant: a day without a time begins at its local midnight.
    pub fn begins_at(self, calendar: Option<&Calendar>, now: Moment) -> Moment {
        match self {
            When::Exact(at) => at,
            When::Relative(..) | When::Dated(..) => {
                let (day, time) = self.local(calendar, now);
                moment_at(calendar, day.and_time(time.unwrap_or(NaiveTime::MIN)))
            }
        }
    }

    /// The first moment no longer meant: a day without a time is meant to its end, a time is the limit itself, where it comes
    /// twice the second time.
    pub fn ends_at(self, calendar: Option<&Calendar>, now: Moment) -> Moment {
        match self {
            When::Relative(_, None) | When::Dated(_, None) => {
                let (day, _) = self.local(calendar, now);
                let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
                moment_at(calendar, next.and_time(NaiveTime::MIN))
            }
            When::Exact(at) => at,
            When::Relative(..) | When::Dated(..) => {
                let (day, time) = self.local(calendar, now);
                let limit = day.and_time(time.unwrap_or(NaiveTime::MIN));
                calendar.map_or_else(|| moment_at(None, limit), |calendar| calendar.last_moment_at(limit))
            }
        }
    }

    fn local(self, calendar: Option<&Calendar>, now: Moment) -> (NaiveDate, Option<NaiveTime>) {
        let today = local(calendar, now).date();
        match self {
            When::Dated(day, time) => (day, time),
            When::Relative(days, time) => {
                let distance = Days::new(u64::from(days.unsigned_abs()));
                let day = if days < 0 { today.checked_sub_days(distance) } else { today.checked_add_days(distance) };
                (day.unwrap_or(today), time)
            }
            When::Exact(_) => (today, None),
        }
    }
}

fn parse_time(text: &str) -> Option<NaiveTime> {
    let clock = NaiveTime::parse_from_str(text, "%H:%M");
    clock.or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S")).ok()
}

/// The ACD's clock face at a moment; UTC where there is no calendar.
pub(crate) fn local(calendar: Option<&Calendar>, at: Moment) -> NaiveDateTime {
    let utc = || DateTime::from_timestamp(at.0, 0).unwrap_or_default().naive_utc();
    calendar.map_or_else(utc, |calendar| calendar.local(at))
}

/// The same as text to the minute, with the distance from UTC where it comes twice.
pub(crate) fn local_minute(calendar: Option<&Calendar>, at: Moment) -> String {
    const MINUTE: &str = "%Y-%m-%d %H:%M";
    match calendar {
        Some(calendar) => calendar.local_text(at, MINUTE),
        None => local(None, at).format(MINUTE).to_string(),
    }
}

/// First moment at which the ACD's clock face reads this.
pub(crate) fn moment_at(calendar: Option<&Calendar>, local: NaiveDateTime) -> Moment {
    calendar.map_or_else(|| Moment(local.and_utc().timestamp()), |calendar| calendar.moment_at(local))
}
