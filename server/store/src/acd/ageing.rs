//! Ageing out: what is older than the allocation keeps goes, a slice at a time.
//!
//! Nothing goes that a higher level is still to be made from: an interval row stays until its day is summed up and not
//! out of date, a day until its week and month are. A slice is one transaction of some ten thousand rows, so that
//! archiving never waits long. Files of one month each, thrown away whole, were turned down: freed pages are used again
//! at once, and one split's year would lie in twelve places.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Rolling, Table, TableKind, all_tables};
use chrono::NaiveDate;
use model::period::{date_number, date_of};
use model::{Level, Period, SummaryTimes};
use rusqlite::{Connection, OptionalExtension, params};

use super::{AcdReader, AcdStore, digests, restored, schema, summaries};
use crate::error::{Result, StoreError};
use crate::storage::{Retention, Storage};

/// Rows after which a slice ends.
const SLICE: usize = 20_000;

/// What one slice removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aged {
    /// From which table; `None` if nothing is left to remove.
    pub table: Option<&'static str>,
    /// Rows.
    pub rows: u64,
}

/// First day of each table whose rows are all there; a table that never lost any is not named.
pub(super) fn kept_from(connection: &Connection) -> rusqlite::Result<BTreeMap<String, i64>> {
    let mut statement = connection.prepare_cached("SELECT TABLE_NAME, BEFORE_DATE FROM aged")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Remembers the first day of a table whose rows are all there; 0 if it never lost any.
pub(super) fn keep_from(connection: &Connection, table: &str, day: i64) -> rusqlite::Result<()> {
    match day {
        0 => connection.prepare_cached("DELETE FROM aged WHERE TABLE_NAME = ?1")?.execute([table]).map(drop),
        _ => {
            let sql = "INSERT INTO aged VALUES (?1, ?2) ON CONFLICT DO UPDATE SET BEFORE_DATE = excluded.BEFORE_DATE";
            connection.prepare_cached(sql)?.execute(params![table, day]).map(drop)
        }
    }
}

/// The day after one, both as `YYYYMMDD`.
pub(super) fn day_after(day: i64) -> i64 {
    date_of(day).and_then(|date| date.succ_opt()).map_or(day + 1, date_number)
}

impl AcdStore {
    /// Removes one slice of what the allocation no longer keeps on the day `today`, by the ACD's calendar. Called until
    /// nothing is left; `times` are those of summing up.
    ///
    /// # Errors
    /// After an error nothing has changed; see [`StoreError::is_temporary`](crate::StoreError::is_temporary).
    pub fn age(&mut self, storage: &Storage, times: &SummaryTimes, today: NaiveDate) -> Result<Aged> {
        let kinds = [TableKind::Interval, TableKind::Daily, TableKind::Weekly, TableKind::Monthly];
        let tables = all_tables().iter().filter(|table| kinds.contains(&table.kind));
        self.history.database.write("age out rows", |transaction| {
            let ageing = Ageing { transaction, times };
            for table in tables {
                let kept = storage.kept(table);
                let rows = match (kept.first_day(table.kind.level(), today), table.kind.level()) {
                    (None, _) => 0,
                    (Some(first), None) => ageing.intervals(table, kept, date_number(first))?,
                    (Some(first), Some(level)) => ageing.periods(table, level, kept, date_number(first))?,
                };
                if rows > 0 {
                    return Ok(Aged { table: Some(table.name), rows: rows as u64 });
                }
            }
            ageing.lists(&storage.longest(), today)?;
            Ok(Aged { table: None, rows: 0 })
        })
    }

    /// Whatever can still be summed up into tables of a level counts as out of date: the allocation keeps other tables of it
    /// than before.
    pub fn mark_level(&mut self, level: Level) -> Result<()> {
        self.history.database.write("mark summaries", |transaction| {
            let sql = "UPDATE summaries SET OUT_OF_DATE = 1 WHERE LEVEL = ?1 AND ROW_DATE >= ?2";
            let kept = kept_from(transaction)?;
            let sources = summaries::tables(level).filter_map(catalog::Rolling::source_of);
            let from = sources.map(|source| kept.get(source.name).copied().unwrap_or_default()).min();
            transaction.execute(sql, params![level.word(), from.unwrap_or_default()]).map(drop)
        })
    }
}

impl AcdStore {
    /// Periods of a level with a day behind `last_due` count as never finished: they were made by other times of summing up, and are
    /// made anew when they are due by those that hold now. Their rows stay until then. What is over stays as it is, also a week that
    /// begins on another day than weeks do now.
    ///
    /// # Errors
    /// After an error nothing has changed; see [`StoreError::is_temporary`](crate::StoreError::is_temporary).
    pub fn make_later(&mut self, level: Level, last_due: NaiveDate) -> Result<()> {
        self.history.database.write("mark summaries", |transaction| {
            let sql =
                "UPDATE summaries SET OUT_OF_DATE = 1, REVISION = 0, DIGEST = '' WHERE LEVEL = ?1 AND LAST_DATE > ?2";
            transaction.execute(sql, params![level.word(), date_number(last_due)]).map(drop)
        })
    }
}

impl AcdReader {
    /// Those of these periods that would not be let go at once on the day `today`: what is older than all that is kept is wanted only by
    /// weeks and months that are not made of it yet.
    pub fn still_wanted(&self, mut periods: Vec<Period>, storage: &Storage, today: NaiveDate) -> Result<Vec<Period>> {
        let longest = storage.longest();
        let is_old = |period: &Period| {
            longest.first_day(Some(period.level), today).is_some_and(|first_kept| period.first < first_kept)
        };
        let old: Vec<Period> = periods.iter().filter(|period| is_old(period)).copied().collect();
        if old.is_empty() {
            return Ok(periods);
        }
        // What cannot be made again waits for nothing.
        let gone_before = |level| Ok::<_, StoreError>(self.gone_before(level)?.unwrap_or_default());
        let above = [(Level::Weekly, gone_before(Level::Weekly)?), (Level::Monthly, gone_before(Level::Monthly)?)];
        let unwanted = self.database.run("look for what is no longer kept", |connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM summaries
                       WHERE LEVEL = ?1 AND ROW_DATE <= ?2 AND LAST_DATE >= ?2 AND (OUT_OF_DATE = 0 OR ROW_DATE < ?3))";
            let mut is_made = connection.prepare_cached(sql)?;
            let mut unwanted = BTreeSet::new();
            for period in old {
                let mut above = above.iter().filter(|(above, _)| period.level == Level::Daily && longest.makes(*above));
                let waits = above.try_fold(false, |waits, (above, gone_before)| {
                    let bounds = params![above.word(), period.row_date(), gone_before];
                    let made: bool = is_made.query_row(bounds, |row| row.get(0))?;
                    Ok::<_, rusqlite::Error>(waits || !made)
                });
                if !waits? {
                    unwanted.insert(period);
                }
            }
            Ok(unwanted)
        })?;
        periods.retain(|period| !unwanted.contains(period));
        Ok(periods)
    }

    /// The day from which on all rows of a table are there; `None` if it never let go of any.
    pub fn kept_from(&self, table: &Table) -> Result<Option<NaiveDate>> {
        let kept = self.database.run("read what was aged out", kept_from)?;
        Ok(kept.get(table.name).copied().and_then(date_of))
    }

    /// The days before which rows of intervals were let go although `storage` keeps them on the day `today`, by table: it kept
    /// less once. A day more or less is none: rows go when a day is summed up.
    pub fn gone_early(&self, storage: &Storage, today: NaiveDate) -> Result<BTreeMap<String, NaiveDate>> {
        let kept = self.database.run("read what was aged out", kept_from)?;
        let wanted = |name: &str| {
            let table = schema::interval_tables().find(|table| table.name == name)?;
            storage.kept(table).first_day(None, today)
        };
        let gone = kept.into_iter().filter_map(|(name, from)| {
            let from = date_of(from)?;
            (from > wanted(&name)?.succ_opt()?).then_some((name, from))
        });
        Ok(gone.collect())
    }
}

struct Ageing<'a> {
    transaction: &'a Connection,
    times: &'a SummaryTimes,
}

impl Ageing<'_> {
    /// Interval rows of days before `first`, interval by interval.
    fn intervals(&self, table: &'static Table, kept: Retention, first: i64) -> rusqlite::Result<usize> {
        let oldest = format!("SELECT STARTTIME_UTC, ROW_DATE FROM {} ORDER BY STARTTIME_UTC LIMIT 1", table.name);
        let delete = format!("DELETE FROM {} WHERE STARTTIME_UTC = ?1", table.name);
        let (mut removed, mut summed) = (0, None);
        while removed < SLICE {
            let found = self.transaction.prepare_cached(&oldest)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)));
            let Some((start, day)): Option<(i64, i64)> = found.optional()? else { break };
            if day >= first {
                break;
            }
            if kept.makes(Level::Daily) && summed != Some(day) {
                if !self.is_summed_up(table.of_kind(TableKind::Daily), Level::Daily, day)? {
                    break;
                }
                summed = Some(day);
            }
            removed += self.transaction.prepare_cached(&delete)?.execute([start])?;
            self.remember(table, day)?;
        }
        Ok(removed)
    }

    /// Rows of periods that begin before `first`, period by period.
    fn periods(&self, table: &'static Table, level: Level, kept: Retention, first: i64) -> rusqlite::Result<usize> {
        let oldest = format!("SELECT min(ROW_DATE) FROM {}", table.name);
        let delete = format!("DELETE FROM {} WHERE ROW_DATE = ?1", table.name);
        let mut removed = 0;
        while removed < SLICE {
            let found: Option<i64> = self.transaction.prepare_cached(&oldest)?.query_row([], |row| row.get(0))?;
            let Some(day) = found.filter(|day| *day < first) else { break };
            let above =
                [Level::Weekly, Level::Monthly].into_iter().filter(|above| level == Level::Daily && kept.makes(*above));
            for above in above {
                if !self.is_summed_up(table.of_kind(TableKind::of(above)), above, day)? {
                    return Ok(removed);
                }
            }
            removed += self.transaction.prepare_cached(&delete)?.execute([day])?;
            let sql = "DELETE FROM summary_digests WHERE TABLE_NAME = ?1 AND ROW_DATE = ?2";
            self.transaction.execute(sql, params![table.name, day])?;
            self.remember(table, day)?;
        }
        Ok(removed)
    }

    /// Whether a day is in a period of a level that is up to date, with this table; or belongs to none that can be made.
    fn is_summed_up(&self, table: Option<&Table>, level: Level, day: i64) -> rusqlite::Result<bool> {
        let (Some(table), Some(date)) = (table, date_of(day)) else { return Ok(true) };
        let Some(period) = self.times.period_of(level, date) else { return Ok(true) };
        if level == Level::Daily && digests::of_day(self.transaction, date, self.times)?.is_empty() {
            return Ok(true);
        }
        // What it would be made from has gone in part: it is never made, and waiting for it would keep all that is newer.
        let kept = kept_from(self.transaction)?;
        let from = Rolling::source_of(table).and_then(|source| kept.get(source.name));
        if from.is_some_and(|from| period.row_date() < *from) {
            return Ok(true);
        }
        // Any period that overlaps it: where the week was set anew, a week that overlaps an older one is never made.
        let sql = "SELECT count(*) FROM summaries AS s JOIN summary_digests AS t USING (ROW_DATE)
                   WHERE s.LEVEL = ?1 AND s.ROW_DATE <= ?2 AND s.LAST_DATE >= ?3 AND s.OUT_OF_DATE = 0 AND t.TABLE_NAME = ?4";
        let bounds = params![level.word(), date_number(period.last), period.row_date(), table.name];
        let found: i64 = self.transaction.prepare_cached(sql)?.query_row(bounds, |row| row.get(0))?;
        Ok(found > 0)
    }

    /// Rows of a day were removed: nothing can be summed up from it any more.
    fn remember(&self, table: &Table, day: i64) -> rusqlite::Result<()> {
        let next = day_after(day);
        let sql = "INSERT INTO aged VALUES (?1, ?2) ON CONFLICT DO UPDATE SET BEFORE_DATE = max(BEFORE_DATE, excluded.BEFORE_DATE)";
        self.transaction.prepare_cached(sql)?.execute(params![table.name, next]).map(drop)
    }

    /// Entries of intervals and periods that have no rows left and are older than everything that is kept.
    fn lists(&self, longest: &Retention, today: NaiveDate) -> rusqlite::Result<()> {
        if let Some(first) = longest.first_day(None, today) {
            let wants_days = longest.makes(Level::Daily);
            let starts = digests::before(self.transaction, first)?;
            for (start, date) in starts {
                let day = date_number(date);
                let left = schema::interval_tables()
                    .try_fold(false, |left, table| self.has(table, "STARTTIME_UTC", start, left));
                if left? || (wants_days && !self.is_listed(Level::Daily, day)?) {
                    break;
                }
                self.transaction.execute("DELETE FROM digests WHERE STARTTIME_UTC = ?1", [start])?;
            }
        }
        restored::forget_unlisted(self.transaction)?;
        for level in Level::ALL {
            if let Some(first) = longest.first_day(Some(level), today).filter(|_| longest.makes(level)) {
                self.old_periods(level, date_number(first))?;
            }
        }
        Ok(())
    }

    fn old_periods(&self, level: Level, first: i64) -> rusqlite::Result<()> {
        let sql = "SELECT ROW_DATE FROM summaries WHERE LEVEL = ?1 AND ROW_DATE < ?2 ORDER BY ROW_DATE";
        let mut statement = self.transaction.prepare(sql)?;
        let days = statement.query_map(params![level.word(), first], |row| row.get(0))?;
        for day in days.collect::<rusqlite::Result<Vec<i64>>>()? {
            if summaries::tables(level).try_fold(false, |left, table| self.has(table, "ROW_DATE", day, left))? {
                break;
            }
            self.transaction
                .execute("DELETE FROM summaries WHERE LEVEL = ?1 AND ROW_DATE = ?2", params![level.word(), day])?;
            for table in summaries::tables(level) {
                let sql = "DELETE FROM summary_digests WHERE TABLE_NAME = ?1 AND ROW_DATE = ?2";
                self.transaction.execute(sql, params![table.name, day])?;
            }
        }
        Ok(())
    }

    /// Whether a table has rows of an interval or period, or it is known that some other has.
    fn has(&self, table: &Table, column: &str, value: i64, known: bool) -> rusqlite::Result<bool> {
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE {column} = ?1)", table.name);
        Ok(known || self.transaction.prepare_cached(&sql)?.query_row([value], |row| row.get(0))?)
    }

    fn is_listed(&self, level: Level, day: i64) -> rusqlite::Result<bool> {
        let Some(date) = date_of(day) else { return Ok(true) };
        if digests::of_day(self.transaction, date, self.times)?.is_empty() || self.is_let_go(day)? {
            return Ok(true);
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM summaries WHERE LEVEL = ?1 AND ROW_DATE = ?2 AND OUT_OF_DATE = 0)";
        self.transaction.prepare_cached(sql)?.query_row(params![level.word(), day], |row| row.get(0))
    }

    /// Whether rows of a day went and none is left, in any table: it can never be made again.
    fn is_let_go(&self, day: i64) -> rusqlite::Result<bool> {
        let kept = kept_from(self.transaction)?;
        if !schema::interval_tables().any(|table| kept.get(table.name).is_some_and(|from| day < *from)) {
            return Ok(false);
        }
        for table in schema::interval_tables() {
            let sql = format!("SELECT ROW_DATE FROM {} ORDER BY STARTTIME_UTC LIMIT 1", table.name);
            let oldest: Option<i64> =
                self.transaction.prepare_cached(&sql)?.query_row([], |row| row.get(0)).optional()?;
            if oldest.is_some_and(|oldest| oldest <= day) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
