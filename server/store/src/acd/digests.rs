//! The list of archived intervals with the digest of each: what two servers compare.

use catalog::IntervalRows;
use chrono::{NaiveDate, NaiveTime};
use model::{Calendar, Interval, IntervalMinutes, Moment, SummaryTimes};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::roll_up::Part;
use super::{AcdReader, Archived};
use crate::error::Result;

/// One archived interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntervalDigest {
    /// Which interval.
    pub interval: Interval,
    /// SHA-256 over the canonical rows, hexadecimal. Equal digests on two servers mean equal rows.
    pub digest: String,
    /// Number of rows in all tables.
    pub rows: u64,
    /// Whether data are missing from it.
    pub incomplete: bool,
    /// 1 when stored first; one more each time other rows took the place of the old.
    pub revision: u32,
    /// Whether it was missing, and only some of its tables were restored.
    pub partly: bool,
    /// Version of the program that stored it.
    pub program: String,
}

const BETWEEN: &str =
    "STARTTIME_UTC >= coalesce(?1, STARTTIME_UTC) AND STARTTIME_UTC < coalesce(?2, STARTTIME_UTC + 1)";

impl AcdReader {
    /// The archived intervals that start at or after `from` and before `to`, in order of time.
    pub fn digests(&self, from: Option<Moment>, to: Option<Moment>) -> Result<Vec<IntervalDigest>> {
        self.database.run("list the intervals", |connection| {
            let sql = format!(
                "SELECT STARTTIME_UTC, ENDTIME_UTC, DIGEST, ROW_COUNT, INCOMPLETE, REVISION, PROGRAM,
                 STARTTIME_UTC IN (SELECT STARTTIME_UTC FROM restored WHERE PARTLY <> 0) FROM digests
                 WHERE {BETWEEN} ORDER BY STARTTIME_UTC"
            );
            let bounds = [from, to].map(|bound| bound.map(|at| at.0));
            connection.prepare_cached(&sql)?.query_map(bounds, interval_digest)?.collect()
        })
    }

    /// The archived intervals themselves, likewise.
    pub fn intervals(&self, from: Option<Moment>, to: Option<Moment>) -> Result<Vec<Interval>> {
        Ok(self.digests(from, to)?.into_iter().map(|known| known.interval).collect())
    }

    /// Whether any archived interval begins within the bounds.
    pub fn has_intervals(&self, from: Option<Moment>, to: Option<Moment>) -> Result<bool> {
        self.database.run("look for archived intervals", |connection| {
            let bounds = [from, to].map(|bound| bound.map(|at| at.0));
            let sql = format!("SELECT EXISTS (SELECT 1 FROM digests WHERE {BETWEEN})");
            connection.prepare_cached(&sql)?.query_row(bounds, |row| row.get(0))
        })
    }

    /// The newest archived interval.
    pub fn last_interval(&self) -> Result<Option<Interval>> {
        self.database.run("find the newest interval", |connection| {
            let sql = "SELECT STARTTIME_UTC, ENDTIME_UTC FROM digests ORDER BY STARTTIME_UTC DESC LIMIT 1";
            connection
                .query_row(sql, [], |row| Ok(Interval { start: Moment(row.get(0)?), end: Moment(row.get(1)?) }))
                .optional()
        })
    }
}

/// The revision that an interval will have when rows with this digest are stored, and whether they are other rows than
/// before.
pub(super) fn next_revision(connection: &Connection, start: Moment, digest: &str) -> rusqlite::Result<(u32, bool)> {
    let known: Option<(u32, String)> = connection
        .prepare_cached("SELECT REVISION, DIGEST FROM digests WHERE STARTTIME_UTC = ?1")?
        .query_row([start.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match known {
        None => (1, true),
        Some((revision, same)) if same == digest => (revision, false),
        Some((revision, _)) => (revision.saturating_add(1), true),
    })
}

/// Where an interval is placed by its calendar: ROW_DATE and STARTTIME.
pub(super) type Place = (i64, u32);

pub(super) fn place(start: Moment, calendar: &Calendar) -> Place {
    (calendar.row_date_number(start), calendar.starttime(start))
}

/// Where the intervals of this time are placed, each by the calendar that it was archived under.
pub(super) fn places(connection: &Connection, interval: Interval) -> rusqlite::Result<Vec<Place>> {
    let sql = "SELECT STARTTIME_UTC, ZONE, INTRVL FROM digests WHERE STARTTIME_UTC >= ?1 AND STARTTIME_UTC < ?2";
    let placed = |row: &Row<'_>| Ok(place(Moment(row.get(0)?), &calendar_at(row, 1)?));
    connection.prepare_cached(sql)?.query_map([interval.start.0, interval.end.0], placed)?.collect()
}

/// Puts the interval into the list, in place of whatever covered its time.
pub(super) fn replace(
    transaction: &Connection,
    rows: &IntervalRows,
    archived: &Archived,
    revision: u32,
) -> rusqlite::Result<()> {
    let Interval { start, end } = rows.interval;
    let covered = "DELETE FROM digests WHERE STARTTIME_UTC >= ?1 AND STARTTIME_UTC < ?2";
    transaction.prepare_cached(covered)?.execute([start.0, end.0])?;
    let mut insert = transaction.prepare_cached("INSERT INTO digests VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?;
    let listed = params![
        start.0,
        end.0,
        rows.calendar.zone.name(),
        u8::from(rows.calendar.interval),
        archived.digest,
        archived.rows as i64,
        rows.incomplete,
        revision,
        env!("CARGO_PKG_VERSION"),
    ];
    insert.execute(listed).map(drop)
}

/// No zone is further away from UTC.
const ZONE_MOST_SECS: i64 = 26 * 3600;

/// The intervals that count into a day, by the calendar that each was archived under, in order of time.
pub(super) fn of_day(connection: &Connection, date: NaiveDate, times: &SummaryTimes) -> rusqlite::Result<Vec<Part>> {
    within_day(connection, date, &|starttime| times.takes(starttime))
}

/// How many intervals of a day have a STARTTIME within a window, both ends included.
pub(super) fn count_of_day(connection: &Connection, date: NaiveDate, window: (u32, u32)) -> rusqlite::Result<usize> {
    within_day(connection, date, &|starttime| (window.0..=window.1).contains(&starttime)).map(|parts| parts.len())
}

fn within_day(connection: &Connection, date: NaiveDate, takes: &dyn Fn(u32) -> bool) -> rusqlite::Result<Vec<Part>> {
    let mut parts = Vec::new();
    each_of_day(connection, date, &mut |interval, calendar, row| {
        if takes(calendar.starttime(interval.start)) {
            parts.push(Part { place: interval.start.0, digest: row.get(4)?, incomplete: row.get(5)? });
        }
        Ok(())
    })?;
    Ok(parts)
}

/// All intervals of a day, with the calendar that each was archived under, in order of time.
pub(super) fn intervals_of_day(
    connection: &Connection,
    date: NaiveDate,
) -> rusqlite::Result<Vec<(Interval, Calendar)>> {
    let mut found = Vec::new();
    each_of_day(connection, date, &mut |interval, calendar, _| {
        found.push((interval, calendar));
        Ok(())
    })?;
    Ok(found)
}

fn each_of_day(
    connection: &Connection,
    date: NaiveDate,
    each: &mut dyn FnMut(Interval, Calendar, &Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let sql = "SELECT STARTTIME_UTC, ENDTIME_UTC, ZONE, INTRVL, DIGEST, INCOMPLETE FROM digests
               WHERE STARTTIME_UTC >= ?1 AND STARTTIME_UTC < ?2 ORDER BY STARTTIME_UTC";
    let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp();
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([midnight - ZONE_MOST_SECS, midnight + 86_400 + ZONE_MOST_SECS])?;
    while let Some(row) = rows.next()? {
        let interval = Interval { start: Moment(row.get(0)?), end: Moment(row.get(1)?) };
        let calendar = calendar_at(row, 2)?;
        if calendar.row_date(interval.start) == date {
            each(interval, calendar, row)?;
        }
    }
    Ok(())
}

/// The days that have intervals which count, in order.
pub(super) fn days(connection: &Connection, times: &SummaryTimes) -> rusqlite::Result<Vec<NaiveDate>> {
    let mut statement = connection.prepare("SELECT STARTTIME_UTC, ZONE, INTRVL FROM digests ORDER BY STARTTIME_UTC")?;
    let mut rows = statement.query([])?;
    let mut days: Vec<NaiveDate> = Vec::new();
    while let Some(row) = rows.next()? {
        let (start, calendar) = (Moment(row.get(0)?), calendar_at(row, 1)?);
        let date = calendar.row_date(start);
        if days.last() != Some(&date) && times.takes(calendar.starttime(start)) {
            days.push(date);
        }
    }
    Ok(days)
}

/// Starts of the intervals of days before `first`, each with its day, in order of time.
pub(super) fn before(connection: &Connection, first: NaiveDate) -> rusqlite::Result<Vec<(i64, NaiveDate)>> {
    let sql = "SELECT STARTTIME_UTC, ZONE, INTRVL FROM digests WHERE STARTTIME_UTC < ?1 ORDER BY STARTTIME_UTC";
    let midnight = first.and_time(NaiveTime::MIN).and_utc().timestamp();
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map([midnight + ZONE_MOST_SECS], |row| {
        let start: i64 = row.get(0)?;
        Ok((start, calendar_at(row, 1)?.row_date(Moment(start))))
    })?;
    found.filter(|found| found.as_ref().map_or(true, |(_, date)| *date < first)).collect()
}

/// The calendar in the columns `place` (zone) and the one after it (minutes).
pub(super) fn calendar_at(row: &Row<'_>, place: usize) -> rusqlite::Result<Calendar> {
    let zone = row
        .get_ref(place)?
        .as_str()?
        .parse()
        .map_err(|fault| rusqlite::Error::FromSqlConversionFailure(place, Type::Text, Box::new(fault)))?;
    let interval = IntervalMinutes::try_from(row.get::<_, u8>(place + 1)?)
        .map_err(|fault| rusqlite::Error::FromSqlConversionFailure(place + 1, Type::Integer, fault.into()))?;
    Ok(Calendar { zone, interval })
}

/// Digest and number of rows of an interval as the list has them; `None` if none starts then.
pub(super) fn listed(connection: &Connection, start: Moment) -> rusqlite::Result<Option<(String, u64)>> {
    let sql = "SELECT DIGEST, ROW_COUNT FROM digests WHERE STARTTIME_UTC = ?1";
    let entry = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()));
    connection.prepare_cached(sql)?.query_row([start.0], entry).optional()
}

/// An interval as it was stored, and its calendar; `None` if none starts then.
pub(super) fn stored_interval(connection: &Connection, start: Moment) -> rusqlite::Result<Option<IntervalRows>> {
    let sql = "SELECT ENDTIME_UTC, ZONE, INTRVL, INCOMPLETE FROM digests WHERE STARTTIME_UTC = ?1";
    connection
        .query_row(sql, [start.0], |row| {
            let calendar = calendar_at(row, 1)?;
            let end = Moment(row.get(0)?);
            let mut rows = IntervalRows::empty(Interval { start, end }, calendar);
            rows.incomplete = row.get(3)?;
            Ok(rows)
        })
        .optional()
}

fn interval_digest(row: &Row<'_>) -> rusqlite::Result<IntervalDigest> {
    Ok(IntervalDigest {
        interval: Interval { start: Moment(row.get(0)?), end: Moment(row.get(1)?) },
        digest: row.get(2)?,
        rows: row.get::<_, i64>(3)?.unsigned_abs(),
        incomplete: row.get(4)?,
        revision: row.get(5)?,
        program: row.get(6)?,
        partly: row.get(7)?,
    })
}
