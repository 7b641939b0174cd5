//! What the list says of intervals of which only some tables were replaced.
//!
//! A digest is over all rows that were archived, those among them that were let go by age since, or that the allocation never kept. Where
//! some are absent it cannot be made anew from what is left, and the number of rows goes on to count them: what was let go would count
//! as back otherwise ([`super::returned`]).

use std::collections::{BTreeMap, BTreeSet};

use catalog::Table;
use model::Moment;
use rusqlite::{Connection, params};

use super::restored::Listed;
use super::{ageing, archive, digests, interval_rows, schema};

/// The rows of an interval that are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    /// Digest of them, hexadecimal.
    pub digest: String,
    /// How many.
    pub rows: i64,
}

/// An interval that has fewer rows than it is listed with.
#[derive(Debug)]
pub(crate) struct Fewer {
    /// By how many.
    pub absent: i64,
    /// Its digest in the list.
    listed: String,
    /// What it has; `None` if a value is none that a row can have.
    held: Option<Held>,
}

impl Fewer {
    /// Whether its rows are still the same.
    pub(crate) fn has(&self, now: &Held) -> bool {
        self.held.as_ref() == Some(now)
    }

    /// Whether it is listed with this digest.
    pub(crate) fn is_listed_with(&self, digest: &str) -> bool {
        self.listed == digest
    }
}

/// How many of the rows that a listed interval was archived with are not there.
pub(super) fn absent(connection: &Connection, start: i64) -> rusqlite::Result<i64> {
    let sql = "SELECT ROW_COUNT FROM digests WHERE STARTTIME_UTC = ?1";
    let mut absent: i64 = connection.prepare_cached(sql)?.query_row([start], |row| row.get(0))?;
    for table in schema::interval_tables() {
        let sql = format!("SELECT count(*) FROM {} WHERE STARTTIME_UTC = ?1", table.name);
        absent -= connection.prepare_cached(&sql)?.query_row([start], |row| row.get::<_, i64>(0))?;
    }
    Ok(absent)
}

/// What is there of an interval; `None` if it is not listed.
pub(crate) fn held(connection: &Connection, start: i64) -> rusqlite::Result<Option<Held>> {
    let rows = interval_rows::read(connection, Moment(start))?;
    Ok(rows.map(|rows| Held { digest: archive::digest(&rows), rows: rows.len() as i64 }))
}

/// Those of these listed intervals that have fewer rows than they are listed with, by start.
pub(crate) fn fewer(connection: &Connection, starts: &BTreeSet<i64>) -> rusqlite::Result<BTreeMap<i64, Fewer>> {
    let mut found = BTreeMap::new();
    for start in starts {
        let absent = absent(connection, *start)?;
        let listed = digests::listed(connection, Moment(*start))?.filter(|_| absent > 0);
        let Some((listed, _)) = listed else { continue };
        let held = match held(connection, *start) {
            Err(error @ rusqlite::Error::SqliteFailure(..)) => return Err(error),
            // What is damaged may be what is replaced.
            held => held.ok().flatten(),
        };
        found.insert(*start, Fewer { absent, listed, held });
    }
    Ok(found)
}

/// Lists an interval with these rows.
pub(crate) fn relist(connection: &Connection, start: i64, digest: &str, rows: i64) -> rusqlite::Result<()> {
    let sql = "UPDATE digests SET DIGEST = ?2, ROW_COUNT = ?3 WHERE STARTTIME_UTC = ?1";
    connection.prepare_cached(sql)?.execute(params![start, digest, rows]).map(drop)
}

/// Lists an interval with the rows that it has, which are all.
pub(crate) fn recompute(connection: &Connection, start: i64) -> rusqlite::Result<()> {
    match held(connection, start)? {
        Some(Held { digest, rows }) => relist(connection, start, &digest, rows),
        None => Ok(()),
    }
}

/// What is kept of no interval, or no longer of old ones.
pub(crate) struct LetGo<'a> {
    kept_from: BTreeMap<String, i64>,
    discarded: &'a BTreeSet<&'static str>,
}

impl<'a> LetGo<'a> {
    pub(crate) fn read(connection: &Connection, discarded: &'a BTreeSet<&'static str>) -> rusqlite::Result<Self> {
        Ok(LetGo { kept_from: ageing::kept_from(connection)?, discarded })
    }

    /// Whether the rows of a table of this interval were let go, all of them.
    pub(crate) fn has_let_go(
        &self,
        connection: &Connection,
        table: &Table,
        start: i64,
        listed: &Listed,
    ) -> rusqlite::Result<bool> {
        let is_old = self.kept_from.get(table.name).is_some_and(|from| listed.day(start) < *from);
        if !is_old && !self.discarded.contains(table.name) {
            return Ok(false);
        }
        let sql = format!("SELECT NOT EXISTS (SELECT 1 FROM {} WHERE STARTTIME_UTC = ?1)", table.name);
        connection.prepare_cached(&sql)?.query_row([start], |row| row.get(0))
    }
}
