//! Moments as people type and read them, in the ACD's zone where it is known.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use api::AcdHealth;
use client::Client;
use model::{AcdNumber, Calendar, Moment};
use report::When;

use crate::failure::Failure;

/// From so many digits on, a number is UNIX seconds and not a count of days.
const UNIX_DIGITS_MIN: usize = 9;
const HEALTH_TIMEOUT: Duration = Duration::from_secs(10);

/// ISO 8601 with the zone's offset, or in UTC where the zone is not known.
pub(crate) fn iso(at: Moment, calendar: Option<&Calendar>) -> String {
    calendar.map_or_else(|| at.to_string(), |calendar| calendar.iso(at))
}

/// The calendar of a server's first ACD, in which everything is told that belongs to no ACD; `None` where the server does not
/// say.
pub(crate) async fn of_server(client: &Client) -> Option<Calendar> {
    let health = client.health(HEALTH_TIMEOUT).await.ok()?;
    Calendar::of_zone(&health.acds.first()?.zone)
}

/// A limit of a search as it was typed.
pub(crate) struct Limit {
    calendar: Option<Calendar>,
    now: Moment,
}

impl Limit {
    /// Reads limits in the time of this ACD.
    pub(crate) fn of(acd: &AcdHealth) -> Limit {
        let now = acd.acd_at.unwrap_or_else(pc_clock);
        Limit { calendar: Calendar::of_zone(&acd.zone), now }
    }

    #[cfg(test)]
    pub(crate) fn at(zone: &str, now: Moment) -> Limit {
        Limit { calendar: Calendar::of_zone(zone), now }
    }

    /// The first moment meant.
    pub(crate) fn first(&self, text: &str) -> Result<Moment, Failure> {
        match parse(text)? {
            Typed::Unix(at) => Ok(at),
            Typed::When(when) => Ok(when.begins_at(self.calendar.as_ref(), self.now)),
        }
    }

    /// The day meant, as `2026-11-23`, by the ACD's calendar.
    pub(crate) fn date(&self, text: &str) -> Result<String, Failure> {
        let no_day =
            |_| Failure::usage(format!("{text:?} is no day; write 2026-11-23, or 0 for today and -1 for yesterday"));
        let at = self.first(text).map_err(no_day)?;
        let known = self.calendar.or_else(|| Calendar::of_zone("UTC"));
        Ok(known.map_or_else(|| text.to_owned(), |calendar| calendar.row_date(at).to_string()))
    }

    /// The last moment meant: a date alone means the whole day.
    pub(crate) fn last(&self, text: &str) -> Result<Moment, Failure> {
        match parse(text)? {
            Typed::Unix(at) => Ok(at),
            Typed::When(when) => {
                let first = when.begins_at(self.calendar.as_ref(), self.now);
                let end = when.ends_at(self.calendar.as_ref(), self.now);
                Ok(if end > first { end + -1 } else { first })
            }
        }
    }

    /// The first and the last moment meant, where they are named. A range that ends before it begins is refused: an empty answer would
    /// be taken for one.
    pub(crate) fn range(
        &self,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<(Option<Moment>, Option<Moment>), Failure> {
        let from = from.map(|text| self.first(text)).transpose()?;
        let to = to.map(|text| self.last(text)).transpose()?;
        match from.zip(to) {
            Some((from, to)) if from > to => Err(Failure::usage(
                "the range ends before it begins, so nothing would be looked at; name the earlier end first",
            )),
            _ => Ok((from, to)),
        }
    }
}

/// The ACD that was chosen, or all that the server has.
pub(crate) async fn acds(client: &Client, chosen: Option<AcdNumber>) -> Result<Vec<AcdNumber>, Failure> {
    match chosen {
        Some(acd) => Ok(vec![acd]),
        None => Ok(client.health(HEALTH_TIMEOUT).await?.acds.iter().map(|acd| acd.acd).collect()),
    }
}

enum Typed {
    Unix(Moment),
    When(When),
}

fn parse(text: &str) -> Result<Typed, Failure> {
    let text = text.trim();
    if text.len() >= UNIX_DIGITS_MIN
        && let Ok(secs) = text.parse()
    {
        return Ok(Typed::Unix(Moment(secs)));
    }
    When::parse(text).map(Typed::When).ok_or_else(|| {
        Failure::usage(format!(
            "{text:?} is no time; write 2026-11-23T10:00, 2026-11-23 or UNIX seconds, and where an hour comes \
             twice 2026-10-25T02:00+01:00"
        ))
    })
}

/// Only for an ACD that has not told its time yet.
fn pc_clock() -> Moment {
    let secs = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Moment(i64::try_from(secs).unwrap_or(i64::MAX))
}
