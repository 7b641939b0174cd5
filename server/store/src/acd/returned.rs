//! Which days of each table are there as a whole, where rows were let go, or never came, and some are back.
//!
//! A day of which intervals lack rows of a table must not be summed up from the rest; a day whose rows are all back can be, and belongs
//! into backups. What counts as back is asked of each interval: by what is being restored, by its rows, by how many it is listed with, and by whether it
//! is known to have come without some of its tables. To take only what one restore brings was turned down: a gap may be filled by two
//! restores, or by a restore and what was collected here meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Table, TableKind};
use model::Moment;
use model::period::date_of;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::restored::{self, Listed};
use super::{ageing, digests, listing, schema, summaries};
use crate::carried::{Piece, Unit};

/// After rows were restored: which days of each table are there as a whole. `before` are the entries of the list as they were.
///
/// Intervals that came into the list without the rows of a table had let those go on the backup's server; a day of them must not
/// be summed up from nothing. Rows that were let go here and are back can be summed up again, and belong into backups.
pub(crate) fn settle(
    transaction: &Connection,
    pieces: &[Piece],
    before: &BTreeMap<i64, Listed>,
) -> rusqlite::Result<()> {
    let intervals = || pieces.iter().filter(|piece| piece.carried.unit == Unit::Interval);
    if intervals().next().is_none() {
        return Ok(());
    }
    let mut days = Days::read(transaction)?;
    for table in schema::interval_tables() {
        let of_table = intervals().filter(|piece| piece.carried.table == table.name);
        let restored: BTreeSet<i64> = of_table.flat_map(|piece| &piece.extents).map(|extent| extent.from).collect();
        let is_gone = |start: &i64| !before.contains_key(start) && !restored.contains(start);
        let all = intervals().flat_map(|piece| &piece.extents).map(|extent| extent.from);
        let known = days.kept_from(table)?;
        let mut from = known;
        if let Some(last) = all.filter(|start| days.listed.contains_key(start)).filter(is_gone).max()
            && is_first(transaction, table.name, last)?
        {
            from = from.max(ageing::day_after(days.listed[&last]));
        }
        let whole = days.whole_from(table, from, &restored)?;
        days.keep_from(table, known, whole)?;
    }
    Ok(())
}

/// Rows may be there that count as let go: an older version took intervals that were collected here for ones that had not come back.
pub(super) fn settle_all(connection: &Connection) -> rusqlite::Result<()> {
    let mut days = Days::read(connection)?;
    for table in schema::interval_tables() {
        let known = days.kept_from(table)?;
        let whole = days.whole_from(table, known, &BTreeSet::new())?;
        days.keep_from(table, known, whole)?;
    }
    Ok(())
}

/// The days of all intervals, and what is known of each.
struct Days<'c> {
    connection: &'c Connection,
    /// The days of all listed intervals, by their starts.
    listed: BTreeMap<i64, i64>,
    /// Came without some of their tables.
    partly: BTreeSet<i64>,
    /// Whether an interval has as many rows as it is listed with, where that was asked for: of a table that was let go all are gone.
    as_listed: BTreeMap<i64, bool>,
}

impl<'c> Days<'c> {
    fn read(connection: &'c Connection) -> rusqlite::Result<Days<'c>> {
        let (listed, partly) = (listed_days(connection)?, restored::partly(connection)?);
        Ok(Days { connection, listed, partly, as_listed: BTreeMap::new() })
    }

    fn kept_from(&self, table: &Table) -> rusqlite::Result<i64> {
        Ok(ageing::kept_from(self.connection)?.get(table.name).copied().unwrap_or_default())
    }

    /// The first day of a table from which on all is there, where that is known of `from`: from there downwards, as long as all
    /// intervals of a day are there.
    fn whole_from(&mut self, table: &Table, from: i64, restored: &BTreeSet<i64>) -> rusqlite::Result<i64> {
        // In nearly all restores nothing was let go, and there is none.
        let listed = self.listed.iter().rev().map(|(start, day)| (*start, *day));
        let older: Vec<(i64, i64)> = listed.filter(|(_, day)| *day < from).collect();
        let Some((newest, _)) = older.first() else { return Ok(from) };
        if !self.has(table, *newest, restored)? {
            return Ok(from);
        }
        let mut oldest = i64::MAX;
        let mut lacking = None;
        for (start, day) in older {
            if !self.has(table, start, restored)? {
                lacking = Some(day);
                break;
            }
            oldest = day;
        }
        let in_part = days_lacking_intervals(self.connection, lacking.unwrap_or(oldest).min(oldest))?;
        let lacking = in_part.into_iter().filter(|day| *day < from).chain(lacking).max();
        Ok(lacking.map_or(0, ageing::day_after))
    }

    /// Whether all rows of a table are there of an interval.
    fn has(&mut self, table: &Table, start: i64, restored: &BTreeSet<i64>) -> rusqlite::Result<bool> {
        if restored.contains(&start) || has_rows(self.connection, table, start)? {
            return Ok(true);
        }
        // There may be none to have.
        if self.partly.contains(&start) {
            return Ok(false);
        }
        if let Some(known) = self.as_listed.get(&start) {
            return Ok(*known);
        }
        let is_as_listed = listing::absent(self.connection, start)? == 0;
        self.as_listed.insert(start, is_as_listed);
        Ok(is_as_listed)
    }

    /// Notes it; days that can be made and never were are made when it is looked for what is out of date.
    fn keep_from(&self, table: &Table, known: i64, from: i64) -> rusqlite::Result<()> {
        ageing::keep_from(self.connection, table.name, from)?;
        match table.of_kind(TableKind::Daily) {
            Some(daily) if from < known => summaries::mark_without(self.connection, daily, from, known),
            _ => Ok(()),
        }
    }
}

/// The days from `oldest` on that were summed up from more intervals than the list has of them now: they are back only in part, or
/// not at all, and what is there of them would say too little.
fn days_lacking_intervals(connection: &Connection, oldest: i64) -> rusqlite::Result<Vec<i64>> {
    let sql = "SELECT ROW_DATE, PARTS, DAILY_START, DAILY_STOP FROM summaries
               WHERE LEVEL = 'daily' AND ROW_DATE >= ?1 AND REVISION > 0";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([oldest])?;
    let mut lacking = Vec::new();
    while let Some(row) = rows.next()? {
        let (day, parts, window) = (row.get(0)?, row.get::<_, u32>(1)?, (row.get(2)?, row.get(3)?));
        let Some(date) = date_of(day) else { continue };
        if digests::count_of_day(connection, date, window)? < parts as usize {
            lacking.push(day);
        }
    }
    Ok(lacking)
}

/// The days of all listed intervals, by their starts.
fn listed_days(connection: &Connection) -> rusqlite::Result<BTreeMap<i64, i64>> {
    let mut statement = connection.prepare("SELECT STARTTIME_UTC, ZONE, INTRVL FROM digests")?;
    let day = |row: &Row<'_>| {
        let start: i64 = row.get(0)?;
        Ok((start, digests::calendar_at(row, 1)?.row_date_number(Moment(start))))
    };
    statement.query_map([], day)?.collect()
}

/// Whether a table has no row as old as this.
fn is_first(connection: &Connection, table: &str, start: i64) -> rusqlite::Result<bool> {
    let sql = format!("SELECT NOT EXISTS (SELECT 1 FROM {table} WHERE STARTTIME_UTC <= ?1)");
    connection.query_row(&sql, [start], |row| row.get(0))
}

fn has_rows(connection: &Connection, table: &Table, start: i64) -> rusqlite::Result<bool> {
    let sql = format!("SELECT 1 FROM {} WHERE STARTTIME_UTC = ?1 LIMIT 1", table.name);
    Ok(connection.prepare_cached(&sql)?.query_row(params![start], |_| Ok(())).optional()?.is_some())
}
