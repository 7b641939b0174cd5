//! The list of summed-up days, weeks and months with their digests, and storing one of them.
//!
//! A table of a period is replaced as a whole in one transaction. Until all tables of the period are stored the period
//! counts as out of date, so a program that ends between two of them leaves nothing that looks finished. An interval
//! that is stored later marks the periods above it; so does a day its week and month.
//!
//! Marks are set where something changes, in the same transaction. Comparing what each period was made from with what
//! there is now, whenever somebody asks, was turned down: the intervals of most periods have long been aged out.

use std::collections::BTreeSet;
use std::fmt::Write;

use catalog::{SummaryTable, Table, TableKind, all_tables};
use chrono::{Days, NaiveDate};
use model::period::{date_number, date_of};
use model::{Level, Moment, Period};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::digests::Place;
use super::roll_up::{Head, Part};
use super::{AcdReader, AcdStore, archive, schema};
use crate::error::Result;

/// A day, week or month that is summed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryDigest {
    /// Which.
    pub period: Period,
    /// First moment of its first day.
    pub starts_at: Moment,
    /// Intervals or days that it was made from.
    pub parts: u32,
    /// Intervals in it that lack data.
    pub incomplete: u32,
    /// SHA-256 over one line `TABLE DIGEST` for each of its tables. Equal digests on two servers mean equal rows.
    pub digest: String,
    /// Number of rows in all tables.
    pub rows: u64,
    /// 1 when stored first; one more each time other rows took the place of the old.
    pub revision: u32,
    /// Whether what it was made from has changed since, or its tables are not all stored; until it is made again.
    pub out_of_date: bool,
    /// Whether that is so and it cannot be made again, because what it was made from was let go: it stays as it is.
    pub stays: bool,
    /// When it was stored, by the server's clock.
    pub done_at: Moment,
    /// Each of its tables.
    pub tables: Vec<TableDigest>,
}

/// One table of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDigest {
    /// Name of the table.
    pub table: String,
    /// SHA-256 over its canonical rows, hexadecimal. Empty, with no rows, of records whose full table has let go of some of them.
    pub digest: String,
    /// Number of its rows.
    pub rows: u64,
}

pub(super) fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    for table in schema::summary_tables() {
        connection.execute_batch(&schema::create_table(table))?;
    }
    connection.execute_batch(
        "CREATE TABLE summaries (
            LEVEL TEXT NOT NULL, ROW_DATE INTEGER NOT NULL, LAST_DATE INTEGER NOT NULL, STARTTIME_UTC INTEGER NOT NULL,
            DAILY_START INTEGER NOT NULL, DAILY_STOP INTEGER NOT NULL, PARTS INTEGER NOT NULL, INCOMPLETE INTEGER NOT NULL,
            DIGEST TEXT NOT NULL, ROW_COUNT INTEGER NOT NULL, REVISION INTEGER NOT NULL, OUT_OF_DATE INTEGER NOT NULL,
            DONE_AT INTEGER NOT NULL, PROGRAM TEXT NOT NULL, PRIMARY KEY (LEVEL, ROW_DATE)
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE summary_digests (
            TABLE_NAME TEXT NOT NULL, ROW_DATE INTEGER NOT NULL, DIGEST TEXT NOT NULL, ROW_COUNT INTEGER NOT NULL,
            PRIMARY KEY (TABLE_NAME, ROW_DATE)
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE aged (TABLE_NAME TEXT NOT NULL PRIMARY KEY, BEFORE_DATE INTEGER NOT NULL) STRICT, WITHOUT ROWID;
         CREATE TABLE arch_stat (
            LEVEL TEXT NOT NULL PRIMARY KEY, PERIOD TEXT NOT NULL, DONE_AT INTEGER NOT NULL, STATUS TEXT NOT NULL,
            DETAIL TEXT NOT NULL
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE item_usage (
            ELEMENT TEXT NOT NULL PRIMARY KEY, MOST INTEGER NOT NULL, MOST_AT INTEGER NOT NULL, LAST INTEGER NOT NULL
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE table_bytes (
            ROW_DATE INTEGER NOT NULL, TABLE_NAME TEXT NOT NULL, BYTES INTEGER NOT NULL, PRIMARY KEY (ROW_DATE, TABLE_NAME)
         ) STRICT, WITHOUT ROWID;",
    )
}

/// The tables of a level, in the catalogue's order.
pub(super) fn tables(level: Level) -> impl Iterator<Item = &'static Table> {
    all_tables().iter().filter(move |table| table.kind == TableKind::of(level))
}

impl AcdStore {
    /// Stores one table of a period in place of what was there of it; the period counts as out of date until
    /// [`AcdStore::finish_summary`].
    ///
    /// # Errors
    /// After an error nothing has changed; see [`StoreError::is_temporary`](crate::StoreError::is_temporary).
    pub fn store_summary(&mut self, head: &Head, summed: &SummaryTable) -> Result<()> {
        let acd = self.history.acd;
        self.history.database.write("store a summary", |transaction| {
            let table = summed.table;
            let first = head.period.row_date();
            let others = overlapping(transaction, &head.period)?;
            for row_date in others.iter().map(Period::row_date).chain([first]) {
                remove(transaction, table, row_date)?;
            }
            insert(transaction, i64::from(acd.0), first, summed)?;
            transaction.execute(
                "INSERT INTO summary_digests VALUES (?1, ?2, ?3, ?4)",
                params![
                    table.name,
                    first,
                    archive::digest_of(|text| summed.write_canonical(text)),
                    summed.rows.len() as i64
                ],
            )?;
            begin(transaction, head)
        })
    }

    /// All tables of the period are stored: puts it into the list with its digest, in place of periods that it overlaps, of which
    /// nothing is left then, in no table: beside it, a table that is made for it one day would have days twice.
    /// It stays out of date if what it was made from has changed since it was read. `at` is the server's clock.
    ///
    /// # Errors
    /// After an error nothing has changed; see [`StoreError::is_temporary`](crate::StoreError::is_temporary).
    pub fn finish_summary(&mut self, head: &Head, at: Moment) -> Result<SummaryDigest> {
        self.history.database.write("finish a summary", |transaction| {
            let (level, first) = (head.period.level.word(), head.period.row_date());
            begin(transaction, head)?;
            for other in overlapping(transaction, &head.period)?.iter().map(Period::row_date) {
                tables(head.period.level).try_for_each(|table| remove(transaction, table, other))?;
                let sql = "DELETE FROM summaries WHERE LEVEL = ?1 AND ROW_DATE = ?2";
                transaction.execute(sql, params![level, other])?;
            }
            let tables = table_digests(transaction, &head.period)?;
            let digest = archive::digest_of(|text| {
                tables.iter().try_for_each(|known| writeln!(text, "{} {}", known.table, known.digest))
            });
            let rows: u64 = tables.iter().map(|known| known.rows).sum();
            let sql = "SELECT DIGEST, REVISION FROM summaries WHERE LEVEL = ?1 AND ROW_DATE = ?2";
            let (before, revision): (String, u32) =
                transaction.query_row(sql, params![level, first], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let changed = before != digest;
            let out_of_date = head.parts(transaction)? != head.parts;
            let [parts, incomplete] = [head.parts.len() as u32, head.incomplete()];
            let revision = revision + u32::from(changed);
            transaction.execute(
                "UPDATE summaries SET PARTS = ?3, INCOMPLETE = ?4, DIGEST = ?5, ROW_COUNT = ?6, REVISION = ?7,
                 OUT_OF_DATE = ?8, DONE_AT = ?9, PROGRAM = ?10 WHERE LEVEL = ?1 AND ROW_DATE = ?2",
                params![
                    level,
                    first,
                    parts,
                    incomplete,
                    digest,
                    rows as i64,
                    revision,
                    out_of_date,
                    at.0,
                    env!("CARGO_PKG_VERSION")
                ],
            )?;
            if changed && head.period.level == Level::Daily {
                mark_above(transaction, first)?;
            }
            let (period, starts_at) = (head.period, head.starts_at);
            let done_at = at;
            Ok(SummaryDigest {
                period,
                starts_at,
                parts,
                incomplete,
                digest,
                rows,
                revision,
                out_of_date,
                stays: false,
                done_at,
                tables,
            })
        })
    }
}

/// The period in the list, out of date for now.
fn begin(transaction: &Connection, head: &Head) -> rusqlite::Result<()> {
    let (start, stop) = head.times.window();
    transaction.execute(
        "INSERT INTO summaries VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, '', 0, 0, 1, 0, ?7)
         ON CONFLICT DO UPDATE SET LAST_DATE = excluded.LAST_DATE, STARTTIME_UTC = excluded.STARTTIME_UTC,
         DAILY_START = excluded.DAILY_START, DAILY_STOP = excluded.DAILY_STOP, OUT_OF_DATE = 1",
        params![
            head.period.level.word(),
            head.period.row_date(),
            date_number(head.period.last),
            head.starts_at.0,
            start,
            stop,
            env!("CARGO_PKG_VERSION")
        ],
    )?;
    Ok(())
}

/// The rows of a table of a period go.
fn remove(transaction: &Connection, table: &Table, row_date: i64) -> rusqlite::Result<()> {
    let sql = format!("DELETE FROM {} WHERE ROW_DATE = ?1", table.name);
    transaction.prepare_cached(&sql)?.execute([row_date])?;
    let sql = "DELETE FROM summary_digests WHERE TABLE_NAME = ?1 AND ROW_DATE = ?2";
    transaction.prepare_cached(sql)?.execute(params![table.name, row_date]).map(drop)
}

/// Other periods of this level that have days in common with it, in order: weeks of before the week was set anew, also one of the
/// same first day. Of rows that came without an entry in the list, a week has seven days.
pub(super) fn overlapping(connection: &Connection, period: &Period) -> rusqlite::Result<Vec<Period>> {
    let Period { level, first, last } = *period;
    let sql = "SELECT ROW_DATE, LAST_DATE FROM summaries
               WHERE LEVEL = ?1 AND ROW_DATE <= ?2 AND LAST_DATE >= ?3 AND (ROW_DATE <> ?3 OR LAST_DATE <> ?2)";
    let listed = |row: &Row<'_>| Ok(Period { level, first: date_at(row, 0)?, last: date_at(row, 1)? });
    let bounds = params![level.word(), date_number(last), date_number(first)];
    let mut found: BTreeSet<Period> =
        connection.prepare_cached(sql)?.query_map(bounds, listed)?.collect::<rusqlite::Result<_>>()?;
    if level == Level::Weekly {
        let sql = "SELECT ROW_DATE FROM summary_digests WHERE TABLE_NAME = ?1 AND ROW_DATE >= ?2 AND ROW_DATE <= ?3
                   AND ROW_DATE <> ?4 AND ROW_DATE NOT IN (SELECT ROW_DATE FROM summaries WHERE LEVEL = ?5)";
        let from = first.checked_sub_days(SIX).unwrap_or(first);
        let mut unlisted = connection.prepare_cached(sql)?;
        for table in tables(level) {
            let bounds = params![table.name, date_number(from), date_number(last), date_number(first), level.word()];
            let firsts = unlisted.query_map(bounds, |row| date_at(row, 0))?;
            for first in firsts.collect::<rusqlite::Result<Vec<NaiveDate>>>()? {
                found.insert(Period { level, first, last: first.checked_add_days(SIX).unwrap_or(first) });
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// From the first day of a week to its last.
const SIX: Days = Days::new(6);

/// Whether a table has rows of one of these periods.
pub(super) fn has_any(connection: &Connection, table: &Table, periods: &[Period]) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM summary_digests WHERE TABLE_NAME = ?1 AND ROW_DATE = ?2)";
    let mut has_rows = connection.prepare_cached(sql)?;
    for period in periods {
        if has_rows.query_row(params![table.name, period.row_date()], |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a week or month was made from more days than are summed up of it now.
pub(super) fn lacks_days(connection: &Connection, period: &Period) -> rusqlite::Result<bool> {
    let sql = "SELECT PARTS FROM summaries WHERE LEVEL = ?1 AND ROW_DATE = ?2";
    let bounds = params![period.level.word(), period.row_date()];
    let parts: Option<u32> = connection.prepare_cached(sql)?.query_row(bounds, |row| row.get(0)).optional()?;
    Ok(days_of(connection, period)?.len() < parts.unwrap_or_default() as usize)
}

/// Marks what is summed up of an interval that was stored anew or for the first time; or was replaced and lay on another day, as
/// by the zone of before.
pub(super) fn mark(transaction: &Connection, (row_date, starttime): Place) -> rusqlite::Result<()> {
    let sql = "UPDATE summaries SET OUT_OF_DATE = 1
               WHERE LEVEL = 'daily' AND ROW_DATE = ?1 AND DAILY_START <= ?2 AND DAILY_STOP >= ?2";
    let marked = transaction.prepare_cached(sql)?.execute(params![row_date, starttime])?;
    // A day that is not there any more, or never was, was in its week and month without this.
    let is_listed = "SELECT EXISTS (SELECT 1 FROM summaries WHERE LEVEL = 'daily' AND ROW_DATE = ?1)";
    if marked == 0 && transaction.prepare_cached(is_listed)?.query_row([row_date], |row| row.get(0))? {
        return Ok(());
    }
    mark_above(transaction, row_date)
}

/// Marks the week and the month of a day.
fn mark_above(transaction: &Connection, row_date: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE summaries SET OUT_OF_DATE = 1 WHERE LEVEL <> 'daily' AND ROW_DATE <= ?1 AND LAST_DATE >= ?1";
    transaction.prepare_cached(sql)?.execute([row_date]).map(drop)
}

/// Marks the days from `from` to before `before` that were made without a table: it can be made now.
pub(super) fn mark_without(transaction: &Connection, daily: &Table, from: i64, before: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE summaries SET OUT_OF_DATE = 1 WHERE LEVEL = 'daily' AND ROW_DATE >= ?1 AND ROW_DATE < ?2
               AND ROW_DATE NOT IN (SELECT ROW_DATE FROM summary_digests WHERE TABLE_NAME = ?3) RETURNING ROW_DATE";
    let marked = transaction
        .prepare(sql)?
        .query_map(params![from, before, daily.name], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<i64>>>()?;
    marked.into_iter().try_for_each(|day| mark_above(transaction, day))
}

fn insert(connection: &Connection, acd: i64, row_date: i64, summed: &SummaryTable) -> rusqlite::Result<()> {
    let table = summed.table;
    let names: Vec<String> = table.items().iter().map(|item| format!("\"{}\"", item.name)).collect();
    let places = vec!["?"; names.len()].join(", ");
    let sql = format!("INSERT INTO {} ({}) VALUES ({places})", table.name, names.join(", "));
    let mut statement = connection.prepare(&sql)?;
    statement.raw_bind_parameter(1, acd)?;
    statement.raw_bind_parameter(2, row_date)?;
    let first = table.first_value() + 1;
    // Most values are 0 in nearly every row: only what differs from the row before is bound anew.
    let mut bound: Vec<u16> = (0..table.values().len() as u16).collect();
    for row in &summed.rows {
        for place in bound.drain(..) {
            statement.raw_bind_parameter(first + usize::from(place), 0)?;
        }
        for (place, key) in row.key.iter().enumerate() {
            match key {
                catalog::Key::Number(number) => statement.raw_bind_parameter(place + 3, number)?,
                catalog::Key::Text(text) => statement.raw_bind_parameter(place + 3, &**text)?,
            }
        }
        for &(place, value) in &row.values {
            statement.raw_bind_parameter(first + usize::from(place), value)?;
            bound.push(place);
        }
        statement.raw_execute()?;
    }
    Ok(())
}

/// The tables of a period as they are stored, in the catalogue's order.
fn table_digests(connection: &Connection, period: &Period) -> rusqlite::Result<Vec<TableDigest>> {
    let sql = "SELECT DIGEST, ROW_COUNT FROM summary_digests WHERE TABLE_NAME = ?1 AND ROW_DATE = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = Vec::new();
    for table in tables(period.level) {
        let known =
            statement.query_row(params![table.name, period.row_date()], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)));
        if let Some((digest, rows)) = known.optional()? {
            found.push(TableDigest { table: table.name.to_owned(), digest, rows: rows.unsigned_abs() });
        }
    }
    Ok(found)
}

impl AcdReader {
    /// The periods of a level that were made from other rows than there are now, or not to the end, in order: those that can be made
    /// again, and those that stay as they are, because what they were made from was let go.
    pub fn out_of_date(&self, level: Level) -> Result<(Vec<Period>, Vec<Period>)> {
        let gone_before = self.gone_before(level)?.unwrap_or_default();
        self.database.run("list what is out of date", |connection| {
            let sql =
                "SELECT ROW_DATE, LAST_DATE FROM summaries WHERE LEVEL = ?1 AND OUT_OF_DATE <> 0 ORDER BY ROW_DATE";
            let period = |row: &Row<'_>| Ok(Period { level, first: date_at(row, 0)?, last: date_at(row, 1)? });
            let mut statement = connection.prepare_cached(sql)?;
            let found: Vec<Period> = statement.query_map([level.word()], period)?.collect::<rusqlite::Result<_>>()?;
            Ok(found.into_iter().partition(|period| gone_before <= period.row_date()))
        })
    }

    /// The periods with a day from `first` to `last` that have intervals which lack data, and how many, in order.
    pub fn incomplete(
        &self,
        level: Level,
        first: Option<NaiveDate>,
        last: Option<NaiveDate>,
    ) -> Result<Vec<(Period, u32)>> {
        self.database.run("list what lacks data", |connection| {
            let sql = "SELECT ROW_DATE, LAST_DATE, INCOMPLETE FROM summaries WHERE LEVEL = ?1 AND INCOMPLETE > 0
                       AND LAST_DATE >= coalesce(?2, 0) AND ROW_DATE <= coalesce(?3, ROW_DATE) ORDER BY ROW_DATE";
            let found =
                |row: &Row<'_>| Ok((Period { level, first: date_at(row, 0)?, last: date_at(row, 1)? }, row.get(2)?));
            let bounds = params![level.word(), first.map(date_number), last.map(date_number)];
            connection.prepare_cached(sql)?.query_map(bounds, found)?.collect()
        })
    }

    /// The periods with a day from `first` to `last` that were made, and are up to date, without this table of their level, in order.
    /// What was aged out of the table is not among them.
    pub fn made_without(
        &self,
        table: &'static Table,
        first: Option<NaiveDate>,
        last: Option<NaiveDate>,
    ) -> Result<Vec<Period>> {
        let Some(level) = table.kind.level() else { return Ok(Vec::new()) };
        self.database.run("list what was made in part", |connection| {
            let kept_from = super::ageing::kept_from(connection)?.get(table.name).copied().unwrap_or_default();
            let sql = "SELECT ROW_DATE, LAST_DATE FROM summaries WHERE LEVEL = ?1 AND REVISION > 0 AND OUT_OF_DATE = 0
                       AND ROW_DATE >= ?2 AND LAST_DATE >= coalesce(?3, 0) AND ROW_DATE <= coalesce(?4, ROW_DATE)
                       AND ROW_DATE NOT IN (SELECT ROW_DATE FROM summary_digests WHERE TABLE_NAME = ?5) ORDER BY ROW_DATE";
            let period = |row: &Row<'_>| Ok(Period { level, first: date_at(row, 0)?, last: date_at(row, 1)? });
            let bounds = params![level.word(), kept_from, first.map(date_number), last.map(date_number), table.name];
            connection.prepare_cached(sql)?.query_map(bounds, period)?.collect()
        })
    }

    /// The periods of a level whose first day is at or after `from` and at or before `to`, in order.
    pub fn summaries(
        &self,
        level: Level,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
    ) -> Result<Vec<SummaryDigest>> {
        let gone_before = self.gone_before(level)?.unwrap_or_default();
        self.database.run("list the summaries", |connection| {
            let sql = "SELECT ROW_DATE, LAST_DATE, STARTTIME_UTC, PARTS, INCOMPLETE, DIGEST, ROW_COUNT, REVISION, OUT_OF_DATE,
                       DONE_AT FROM summaries WHERE LEVEL = ?1 AND ROW_DATE >= coalesce(?2, ROW_DATE)
                       AND ROW_DATE <= coalesce(?3, ROW_DATE) ORDER BY ROW_DATE";
            let bounds = [from, to].map(|bound| bound.map(date_number));
            let mut statement = connection.prepare_cached(sql)?;
            let found = statement.query_map(params![level.word(), bounds[0], bounds[1]], |row| summary(level, row))?;
            let mut found = found.collect::<rusqlite::Result<Vec<_>>>()?;
            for known in &mut found {
                known.stays = known.out_of_date && known.period.row_date() < gone_before;
                known.out_of_date &= !known.stays;
                known.tables = table_digests(connection, &known.period)?;
            }
            Ok(found)
        })
    }
}

fn summary(level: Level, row: &Row<'_>) -> rusqlite::Result<SummaryDigest> {
    Ok(SummaryDigest {
        period: Period { level, first: date_at(row, 0)?, last: date_at(row, 1)? },
        starts_at: Moment(row.get(2)?),
        parts: row.get(3)?,
        incomplete: row.get(4)?,
        digest: row.get(5)?,
        rows: row.get::<_, i64>(6)?.unsigned_abs(),
        revision: row.get(7)?,
        out_of_date: row.get(8)?,
        stays: false,
        done_at: Moment(row.get(9)?),
        tables: Vec::new(),
    })
}

/// A day that is stored as `YYYYMMDD`.
pub(super) fn date_at(row: &Row<'_>, place: usize) -> rusqlite::Result<NaiveDate> {
    let number: i64 = row.get(place)?;
    date_of(number).ok_or_else(|| {
        rusqlite::Error::FromSqlConversionFailure(place, Type::Integer, format!("{number} is no date").into())
    })
}

/// The days of a week or month that are summed up.
pub(super) fn days_of(connection: &Connection, period: &Period) -> rusqlite::Result<Vec<Part>> {
    let sql = "SELECT ROW_DATE, DIGEST, INCOMPLETE FROM summaries
               WHERE LEVEL = 'daily' AND ROW_DATE >= ?1 AND ROW_DATE <= ?2 ORDER BY ROW_DATE";
    let part = |row: &Row<'_>| Ok(Part { place: row.get(0)?, digest: row.get(1)?, incomplete: row.get(2)? });
    connection.prepare_cached(sql)?.query_map([period.row_date(), date_number(period.last)], part)?.collect()
}
