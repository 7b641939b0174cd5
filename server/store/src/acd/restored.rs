//! Intervals that were restored from a backup: their entries in the list, and the mark that keeps them.
//!
//! A server that collects anew from its journal closes an interval again as it saw it. Where that view lacks data and the
//! rows that are stored do not, or were restored with their records, the stored ones stay; otherwise a restart would undo
//! what was healed.

use std::collections::{BTreeMap, BTreeSet};

use catalog::IntervalRows;
use model::{Calendar, Interval, Moment, cover};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{digests, schema, summaries};
use crate::carried::{Extent, IntervalOrigin, RestoredFrom};

/// From the version before: which intervals were restored, from which backup.
pub(super) fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE restored (STARTTIME_UTC INTEGER NOT NULL PRIMARY KEY, LABEL TEXT NOT NULL) STRICT;",
    )
}

/// From the version before: whether the records of the interval were restored with it.
pub(super) fn add_records(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("ALTER TABLE restored ADD COLUMN RECORDS INTEGER NOT NULL DEFAULT 0")
}

/// From the version before: whether only some tables of the interval were restored. Which were, nothing says; those that lack data
/// and came without their records may be.
pub(super) fn add_partly(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "ALTER TABLE restored ADD COLUMN PARTLY INTEGER NOT NULL DEFAULT 0;
         UPDATE restored SET PARTLY = 1 WHERE RECORDS = 0
         AND STARTTIME_UTC IN (SELECT STARTTIME_UTC FROM digests WHERE INCOMPLETE <> 0);",
    )
}

/// Stretches of time whose rows were restored with their records: start and end, in order.
#[derive(Debug, Default)]
pub(crate) struct Healed(Vec<(i64, i64)>);

impl Healed {
    /// Whether what became final at this moment is there already, as another server saw it.
    pub(super) fn holds(&self, at: Moment) -> bool {
        let behind = self.0.partition_point(|(start, _)| *start <= at.0);
        self.0[..behind].last().is_some_and(|(_, end)| at.0 < *end)
    }
}

/// Where a replay must not store what this server alone made of what it missed.
pub(crate) fn healed(connection: &Connection) -> rusqlite::Result<Healed> {
    let sql = "SELECT STARTTIME_UTC, ENDTIME_UTC FROM restored JOIN digests USING (STARTTIME_UTC)
               WHERE RECORDS = 1 ORDER BY STARTTIME_UTC";
    connection.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>().map(Healed)
}

/// The longest interval.
const LONGEST_SECS: i64 = 3_600;

/// Whether what is stored of an interval's time is worth more than these rows. Against rows that lack data: something of it is whole,
/// or was restored with its records. What was whole once is never whole again by collecting anew from a journal that no longer has all
/// of it. Against any rows: it reaches beyond them, as longer intervals of another server do that were restored.
/// It cannot be replaced by rows of a part of its time, and beside them calls would be there twice.
pub(super) fn outweighs(connection: &Connection, rows: &IntervalRows) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM digests LEFT JOIN restored USING (STARTTIME_UTC)
               WHERE STARTTIME_UTC > ?3 AND STARTTIME_UTC < ?2 AND ENDTIME_UTC > ?1
               AND (STARTTIME_UTC < ?1 OR ENDTIME_UTC > ?2 OR ?4 AND (INCOMPLETE = 0 OR RECORDS = 1)))";
    let (start, end) = (rows.interval.start.0, rows.interval.end.0);
    connection
        .prepare_cached(sql)?
        .query_row(params![start, end, start.saturating_sub(LONGEST_SECS), rows.incomplete], |row| row.get(0))
}

/// An entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    end: i64,
    digest: String,
    incomplete: bool,
    revision: u32,
    calendar: Calendar,
}

impl Listed {
    /// The day of the interval that starts so, by the calendar that it was archived under, as `YYYYMMDD`.
    pub(super) fn day(&self, start: i64) -> i64 {
        self.calendar.row_date_number(Moment(start))
    }
}

/// The entries of these stretches, by start.
pub(crate) fn intervals(connection: &Connection, extents: &[Extent]) -> rusqlite::Result<BTreeMap<i64, Listed>> {
    let sql = "SELECT STARTTIME_UTC, DIGEST, REVISION, ZONE, INTRVL, INCOMPLETE, ENDTIME_UTC FROM digests
               WHERE STARTTIME_UTC >= ?1 AND STARTTIME_UTC < ?2";
    let mut statement = connection.prepare(sql)?;
    let mut found = BTreeMap::new();
    for extent in extents {
        let listed = |row: &Row<'_>| {
            let calendar = digests::calendar_at(row, 3)?;
            let (digest, revision, incomplete, end) = (row.get(1)?, row.get(2)?, row.get(5)?, row.get(6)?);
            Ok((row.get(0)?, Listed { end, digest, incomplete, revision, calendar }))
        };
        for listed in statement.query_map([extent.from, extent.to], listed)? {
            found.extend([listed?]);
        }
    }
    Ok(found)
}

/// The first interval that was whole and is not as it was, although nothing that is whole stands in its time now; or that has other
/// rows now.
pub(crate) fn harmed(before: &BTreeMap<i64, Listed>, now: &BTreeMap<i64, Listed>) -> Option<Moment> {
    let is_kept = |start: i64, old: &Listed| match now.get(&start) {
        Some(new) if new.end == old.end => new.digest == old.digest,
        _ => {
            let within = now.iter().filter(|(from, new)| **from < old.end && new.end > start);
            within.clone().all(|(_, new)| !new.incomplete)
                && cover(within.map(|(from, new)| (*from, new.end)), start, old.end)
        }
    };
    let whole = before.iter().filter(|(_, old)| !old.incomplete);
    whole.map(|(start, old)| (*start, old)).find(|(start, old)| !is_kept(*start, old)).map(|(start, _)| Moment(start))
}

/// The first restored interval that overlaps another one: calls would be there twice.
pub(crate) fn overlapped(connection: &Connection, extents: &[Extent]) -> rusqlite::Result<Option<(Moment, Moment)>> {
    let (Some(first), Some(last)) = (extents.first(), extents.last()) else { return Ok(None) };
    let starts: BTreeSet<i64> = extents.iter().map(|extent| extent.from).collect();
    let sql = "SELECT STARTTIME_UTC, ENDTIME_UTC FROM digests WHERE STARTTIME_UTC > ?1 AND STARTTIME_UTC < ?2
               ORDER BY STARTTIME_UTC";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([first.from.saturating_sub(LONGEST_SECS), last.to])?;
    let mut before: Option<(i64, i64)> = None;
    while let Some(row) = rows.next()? {
        let interval: (i64, i64) = (row.get(0)?, row.get(1)?);
        if let Some((start, end)) = before
            && end > interval.0
            && (starts.contains(&start) || starts.contains(&interval.0))
        {
            return Ok(Some((Moment(start), Moment(interval.0))));
        }
        before = Some(interval);
    }
    Ok(None)
}

/// Marks intervals that were missing, and of which only some tables were restored: they lack data, so a heal makes them whole.
pub(crate) fn mark_incomplete(connection: &Connection, extents: &[Extent]) -> rusqlite::Result<()> {
    let mut mark = connection.prepare("UPDATE digests SET INCOMPLETE = 1 WHERE STARTTIME_UTC = ?1")?;
    extents.iter().try_for_each(|extent| mark.execute([extent.from]).map(drop))
}

/// What came of the restored intervals.
#[derive(Debug)]
pub(crate) struct Came {
    /// Whether only some of their tables.
    pub in_part: bool,
    /// Whether their records, too.
    pub with_records: bool,
    /// Starts of those of which rows were changed. Where the digest is as before, the rows were not what it said.
    pub touched: BTreeSet<i64>,
}

/// The intervals of which only some tables were restored, and nothing else is here.
pub(super) fn partly(connection: &Connection) -> rusqlite::Result<BTreeSet<i64>> {
    let sql = "SELECT STARTTIME_UTC FROM restored WHERE PARTLY <> 0";
    connection.prepare_cached(sql)?.query_map([], |row| row.get(0))?.collect()
}

/// The tables of which nothing came with any of these intervals, where of some of them only some tables were restored. A table that has
/// nothing to tell looks the same, and a day that is not made of it says so until a heal brings the rest.
pub(super) fn lacking(
    connection: &Connection,
    starts: impl Iterator<Item = i64>,
) -> rusqlite::Result<BTreeSet<&'static str>> {
    let partly = partly(connection)?;
    let starts: Vec<i64> = starts.filter(|start| partly.contains(start)).collect();
    let mut lacking = BTreeSet::new();
    for table in schema::interval_tables().filter(|_| !starts.is_empty()) {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE STARTTIME_UTC = ?1)", table.name);
        let mut has_rows = connection.prepare_cached(&sql)?;
        let mut has_any = false;
        for start in &starts {
            has_any = has_any || has_rows.query_row([start], |row| row.get(0))?;
        }
        if !has_any {
            lacking.insert(table.name);
        }
    }
    Ok(lacking)
}

/// An interval was stored with all its tables: none that was restored in its time lacks some any more.
pub(super) fn is_all_here(connection: &Connection, interval: Interval) -> rusqlite::Result<()> {
    let sql = "UPDATE restored SET PARTLY = 0 WHERE STARTTIME_UTC >= ?1 AND STARTTIME_UTC < ?2";
    connection.prepare_cached(sql)?.execute([interval.start.0, interval.end.0]).map(drop)
}

/// After the rows of these stretches were replaced: revisions go on, marks are set, and what is summed up of changed
/// intervals is out of date. Gives the starts of the changed ones.
pub(crate) fn settle(
    transaction: &Connection,
    extents: &[Extent],
    before: &BTreeMap<i64, Listed>,
    from: &RestoredFrom,
    came: Came,
) -> rusqlite::Result<Vec<i64>> {
    let now = intervals(transaction, extents)?;
    let partly_before = partly(transaction)?;
    let mut revise = transaction.prepare("UPDATE digests SET REVISION = ?2 WHERE STARTTIME_UTC = ?1")?;
    let mut mark = transaction.prepare("INSERT OR REPLACE INTO restored VALUES (?1, ?2, ?3, ?4)")?;
    let mut forget = transaction.prepare("DELETE FROM restored WHERE STARTTIME_UTC = ?1")?;
    let (mut changed, mut marked) = (Vec::new(), Vec::new());
    for (start, listed) in &now {
        let revision = match before.get(start) {
            None => 1,
            Some(old) if old.digest == listed.digest => old.revision,
            Some(old) => old.revision.saturating_add(1),
        };
        revise.execute(params![start, revision])?;
        let noted = match from {
            // What is whole leaves nothing to be told again.
            RestoredFrom::Backup { label, heals } => {
                let partly = came.in_part && (!before.contains_key(start) || partly_before.contains(start));
                Some((label.as_str(), *heals || came.with_records && !listed.incomplete, partly))
            }
            RestoredFrom::Copy(origins) => {
                let at = origins.binary_search_by_key(start, |origin| origin.start).ok();
                at.map(|at| (origins[at].label.as_str(), origins[at].with_records, origins[at].partly))
            }
        };
        match noted {
            Some((label, records, partly)) => mark.execute(params![start, label, records, partly])?,
            None => forget.execute([start])?,
        };
        let is_other = before.get(start).is_none_or(|old| old.digest != listed.digest);
        // By another zone it lay on another day, which lacks it now.
        let place = digests::place(Moment(*start), &listed.calendar);
        let was =
            before.get(start).map(|old| digests::place(Moment(*start), &old.calendar)).filter(|was| *was != place);
        if is_other || came.touched.contains(start) {
            changed.push(*start);
            marked.push(place);
        } else if was.is_some() {
            marked.push(place);
        }
        marked.extend(was);
    }
    for (start, old) in before.iter().filter(|(start, _)| !now.contains_key(start)) {
        forget.execute([start])?;
        changed.push(*start);
        marked.push(digests::place(Moment(*start), &old.calendar));
    }
    marked.into_iter().try_for_each(|place| summaries::mark(transaction, place))?;
    Ok(changed)
}

/// Entries whose interval is no longer in the list go: it was let go by its age, or another one took its time.
pub(super) fn forget_unlisted(connection: &Connection) -> rusqlite::Result<()> {
    let sql = "DELETE FROM restored WHERE STARTTIME_UTC NOT IN (SELECT STARTTIME_UTC FROM digests)";
    connection.execute(sql, []).map(drop)
}

impl super::AcdReader {
    /// Which intervals were restored, in order.
    pub fn origins(&self) -> crate::error::Result<Vec<IntervalOrigin>> {
        self.database.run("list the restored intervals", |connection| {
            let sql = "SELECT STARTTIME_UTC, LABEL, RECORDS, PARTLY FROM restored ORDER BY STARTTIME_UTC";
            let origin = |row: &Row<'_>| {
                let (start, label) = (row.get(0)?, row.get(1)?);
                Ok(IntervalOrigin { start, label, with_records: row.get(2)?, partly: row.get(3)? })
            };
            connection.prepare(sql)?.query_map([], origin)?.collect()
        })
    }

    /// From which backup an interval was restored; `None` if it is this server's own.
    pub fn restored_from(&self, start: Moment) -> crate::error::Result<Option<String>> {
        self.database.run("look up a restored interval", |connection| {
            let sql = "SELECT LABEL FROM restored WHERE STARTTIME_UTC = ?1";
            connection.query_row(sql, [start.0], |row| row.get(0)).optional()
        })
    }
}
