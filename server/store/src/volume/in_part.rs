//! Restoring only some tables of intervals: what the list says of them then.
//!
//! An interval of which nothing changes keeps its entry. One that has all its rows gets a digest of those. Of one that lacks some, because
//! they were let go by age or never kept, the others have gone for good, so its entry stays where the backup lists the very same
//! interval; it becomes the backup's where all that is here is what the backup has, which may have rows of the absent ones. Otherwise nothing
//! can be known of the absent ones: the digest is over what is left, which is no other server's unless that has just this, and
//! the number of rows counts them still.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rusqlite::{Row, Transaction, params};

use super::VolumeReader;
use super::as_stored::Beside;
use super::restore::Restoring;
use super::rows::{columns, is_empty};
use crate::acd::listing::{self, Fewer, Held, LetGo};
use crate::acd::restored::Listed;
use crate::acd::schema;
use crate::carried::{Carried, Extent, Piece, Unit};
use crate::error::{Result, StoreError};

/// Where some tables are replaced.
pub(super) struct Within<'a> {
    pub transaction: &'a Transaction<'a>,
    pub beside: &'a Beside,
    pub path: &'a Path,
    /// Tables of which no rows are kept.
    pub discarded: &'a BTreeSet<&'static str>,
    /// All chosen intervals.
    pub extents: &'a [Extent],
    /// Those of them that were listed before.
    pub before: &'a BTreeMap<i64, Listed>,
}

/// What was there before some tables are replaced.
pub(super) struct InPart<'a> {
    within: Within<'a>,
    /// Starts of the listed intervals of which rows may become others.
    changing: BTreeSet<i64>,
    /// Those of them that have fewer rows than they are listed with.
    fewer: BTreeMap<i64, Fewer>,
}

impl<'a> InPart<'a> {
    /// Before they are replaced. `touched` are the intervals of which rows change in tables that have any.
    pub(super) fn begin(within: Within<'a>, pieces: &[Piece], touched: &BTreeSet<i64>) -> rusqlite::Result<InPart<'a>> {
        let mut changing = touched.clone();
        for piece in pieces.iter().filter(|piece| piece.carried.unit == Unit::Interval) {
            if is_empty(within.transaction, piece.carried.table)? {
                changing.extend(piece.extents.iter().map(|extent| extent.from));
            }
        }
        changing.retain(|start| within.before.contains_key(start));
        let fewer = listing::fewer(within.transaction, &changing)?;
        Ok(InPart { within, changing, fewer })
    }

    /// After they were replaced, and intervals that were missing were put into the list.
    pub(super) fn relist(&self, restoring: &Restoring<'_>) -> Result<()> {
        let Within { transaction, path, before, extents, .. } = self.within;
        let writing = |source| StoreError::sql("restore", path, source);
        let starts = extents.iter().map(|extent| extent.from);
        let is_all_there = |start: &i64| match before.contains_key(start) {
            true => self.changing.contains(start) && !self.fewer.contains_key(start),
            false => true,
        };
        for start in starts.filter(is_all_there) {
            listing::recompute(transaction, start).map_err(writing)?;
        }
        if self.fewer.is_empty() {
            return Ok(());
        }
        let list = restoring.piece_of(Carried::INTERVALS, Vec::new());
        let there = list.map_or_else(|| Ok(BTreeMap::new()), |list| listed_in(restoring.volumes, &list.stored_as))?;
        let others = self.others(&there).map_err(writing)?;
        let alike = self.alike(restoring, others.keys().copied().collect())?;
        for (start, now) in others {
            // Where the backup has none of the absent ones, they are no rows of that interval.
            let same = there.get(&start).filter(|there| alike.contains(&start) && there.rows > now.rows);
            let (digest, rows) = match same {
                Some(there) => (&there.digest, there.rows),
                None => (&now.digest, now.rows + self.fewer[&start].absent),
            };
            listing::relist(transaction, start, digest, rows).map_err(writing)?;
        }
        Ok(())
    }

    /// What is there now of those that lack rows, have others than before, and are listed otherwise in the backup.
    fn others(&self, there: &BTreeMap<i64, Held>) -> rusqlite::Result<BTreeMap<i64, Held>> {
        let mut others = BTreeMap::new();
        for (start, fewer) in &self.fewer {
            let Some(now) = listing::held(self.within.transaction, *start)? else { continue };
            let is_same = there.get(start).is_some_and(|there| fewer.is_listed_with(&there.digest));
            if !is_same && !fewer.has(&now) {
                others.insert(*start, now);
            }
        }
        Ok(others)
    }

    /// Those of these intervals of which every row that is here is the backup's, and none of the backup's is missing that was not let go.
    fn alike(&self, restoring: &Restoring<'_>, mut alike: BTreeSet<i64>) -> Result<BTreeSet<i64>> {
        let Within { transaction, beside, path, before, extents, .. } = self.within;
        let reading = |source| StoreError::sql("compare with a backup", path, source);
        let let_go = LetGo::read(transaction, self.within.discarded).map_err(reading)?;
        for table in schema::interval_tables() {
            let of_table = restoring.pieces.iter().filter(|piece| piece.carried.table == table.name);
            let restored: BTreeSet<i64> = of_table.flat_map(|piece| &piece.extents).map(|extent| extent.from).collect();
            let mut asked = Vec::new();
            for extent in extents.iter().filter(|extent| alike.contains(&extent.from)) {
                let start = extent.from;
                let is_gone = match before.get(&start) {
                    Some(listed) => let_go.has_let_go(transaction, table, start, listed).map_err(reading)?,
                    None => false,
                };
                if !restored.contains(&start) && !is_gone {
                    asked.push(*extent);
                }
            }
            let carried = Carried { table: table.name, unit: Unit::Interval, only: None };
            let Some(piece) = restoring.piece_of(carried, asked).filter(|piece| !piece.extents.is_empty()) else {
                continue;
            };
            let held = held_in(restoring.volumes, &piece.stored_as)?;
            let other = match is_empty(transaction, table.name).map_err(reading)? {
                true => starts_in(restoring.volumes, &piece.stored_as)?,
                false => beside.changed(transaction, &piece).map_err(reading)?,
            };
            for Extent { from, .. } in piece.extents {
                if !held.contains(&from) || other.contains(&from) {
                    alike.remove(&from);
                }
            }
        }
        Ok(alike)
    }
}

/// How a list of intervals in the volumes has them, by start.
fn listed_in(volumes: &[PathBuf], stored_as: &str) -> Result<BTreeMap<i64, Held>> {
    let sql = format!("SELECT STARTTIME_UTC, DIGEST, ROW_COUNT FROM \"{stored_as}\"");
    let mut listed = BTreeMap::new();
    each_row(volumes, stored_as, &sql, &mut |row| {
        listed.insert(row.get(0)?, Held { digest: row.get(1)?, rows: row.get(2)? });
        Ok(())
    })?;
    Ok(listed)
}

/// Starts of the intervals of which the volumes have rows of a table.
fn starts_in(volumes: &[PathBuf], stored_as: &str) -> Result<BTreeSet<i64>> {
    let sql = format!("SELECT DISTINCT STARTTIME_UTC FROM \"{stored_as}\"");
    let mut starts = BTreeSet::new();
    each_row(volumes, stored_as, &sql, &mut |row| {
        starts.insert(row.get(0)?);
        Ok(())
    })?;
    Ok(starts)
}

fn each_row(
    volumes: &[PathBuf],
    stored_as: &str,
    sql: &str,
    each: &mut dyn FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<()> {
    for path in volumes {
        let reader = VolumeReader::open(path)?;
        reader.read(|connection| {
            if columns(connection, stored_as)?.is_empty() {
                return Ok(());
            }
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query(params![])?;
            while let Some(row) = rows.next()? {
                each(row)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Starts of the intervals of which the volumes stand for a table.
fn held_in(volumes: &[PathBuf], stored_as: &str) -> Result<BTreeSet<i64>> {
    let mut starts = BTreeSet::new();
    for path in volumes {
        starts.extend(VolumeReader::open(path)?.held(stored_as)?.into_iter().map(|extent| extent.from));
    }
    Ok(starts)
}
