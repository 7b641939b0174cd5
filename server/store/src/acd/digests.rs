//! The list of archived intervals with the digest of each: what two servers compare.

use catalog::IntervalRows;
use model::{Calendar, Interval, IntervalMinutes, Moment};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

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
                "SELECT STARTTIME_UTC, ENDTIME_UTC, DIGEST, ROW_COUNT, INCOMPLETE, REVISION, PROGRAM FROM digests
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

/// The revision that an interval will have when rows with this digest are stored.
pub(super) fn next_revision(connection: &Connection, start: Moment, digest: &str) -> rusqlite::Result<u32> {
    let known: Option<(u32, String)> = connection
        .query_row("SELECT REVISION, DIGEST FROM digests WHERE STARTTIME_UTC = ?1", [start.0], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    Ok(match known {
        None => 1,
        Some((revision, same)) if same == digest => revision,
        Some((revision, _)) => revision.saturating_add(1),
    })
}

/// Puts the interval into the list, in place of whatever covered its time.
pub(super) fn replace(
    transaction: &Transaction<'_>,
    rows: &IntervalRows,
    archived: &Archived,
    revision: u32,
) -> rusqlite::Result<()> {
    let Interval { start, end } = rows.interval;
    transaction.execute("DELETE FROM digests WHERE STARTTIME_UTC >= ?1 AND STARTTIME_UTC < ?2", [start.0, end.0])?;
    transaction.execute(
        "INSERT INTO digests VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            start.0,
            end.0,
            rows.calendar.zone.name(),
            u8::from(rows.calendar.interval),
            archived.digest,
            archived.rows as i64,
            rows.incomplete,
            revision,
            env!("CARGO_PKG_VERSION"),
        ],
    )?;
    Ok(())
}

/// An interval as it was stored, and its calendar; `None` if none starts then.
pub(super) fn stored_interval(connection: &Connection, start: Moment) -> rusqlite::Result<Option<IntervalRows>> {
    let sql = "SELECT ENDTIME_UTC, ZONE, INTRVL, INCOMPLETE FROM digests WHERE STARTTIME_UTC = ?1";
    connection
        .query_row(sql, [start.0], |row| {
            let zone: String = row.get(1)?;
            let zone = zone
                .parse()
                .map_err(|fault| rusqlite::Error::FromSqlConversionFailure(1, Type::Text, Box::new(fault)))?;
            let interval = IntervalMinutes::try_from(row.get::<_, u8>(2)?)
                .map_err(|fault| rusqlite::Error::FromSqlConversionFailure(2, Type::Integer, fault.into()))?;
            let end = Moment(row.get(0)?);
            let mut rows = IntervalRows::empty(Interval { start, end }, Calendar { zone, interval });
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
    })
}
