//! Tables copied as they are stored.
//!
//! Where source and target are made alike, SQLite copies records without looking into them, a tenth of the work of 270 values
//! bound one by one. So a table of history that is taken whole is made in the volume by the words that it was made with, with
//! its indexes, and goes back the same way into a table that is empty. Everything else goes row by row.
//!
//! Values are not looked at on the way, so there is no digest over them: the volume's pages are checked as a whole
//! ([`super::VolumeReader::check`]) and its rows counted.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction};

use super::restore::Piece;
use super::rows::{Column, is_empty};
use super::{Carried, Extent, OpenSlice, Slice, Snapshot, SourceFile, Unit, VolumeWriter};
use crate::database::Database;
use crate::error::{Result, StoreError};

/// Under this name the file that is copied from is part of a volume's connection.
const SOURCE: &str = "source";
/// So many volumes can be part of a connection at once; SQLite allows ten files.
const VOLUMES_MOST: usize = 8;

/// Whether a volume's table is as it was stored: others have no key.
pub(super) fn is(columns: &[Column]) -> bool {
    columns.iter().any(|column| column.key > 0)
}

/// Rows of a table.
pub(super) fn count(connection: &Connection, table: &str) -> rusqlite::Result<u64> {
    let sql = format!("SELECT count(*) FROM \"{table}\"");
    connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// Everything that a table of a database was made with behind its name, and its indexes likewise; `None` if some of its
/// columns are computed, or it has no key of its own.
struct Made {
    table: String,
    indexes: Vec<String>,
}

impl Made {
    fn of(connection: &Connection, database: &str, table: &str) -> rusqlite::Result<Option<Made>> {
        let sql = "SELECT count(*) FILTER (WHERE hidden > 0), count(*) FILTER (WHERE pk > 0) \
                   FROM pragma_table_xinfo(?1, ?2)";
        let (computed, keys): (i64, i64) =
            connection.query_row(sql, [table, database], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if computed > 0 || keys == 0 {
            return Ok(None);
        }
        let sql = format!(
            "SELECT type, substr(sql, instr(sql, '(')) FROM {database}.sqlite_schema \
             WHERE tbl_name = ?1 AND sql IS NOT NULL ORDER BY type = 'index', name"
        );
        let mut statement = connection.prepare(&sql)?;
        let words = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let words = words.collect::<rusqlite::Result<Vec<(String, String)>>>()?;
        let of = |kind: &str| words.iter().filter(|(found, _)| found == kind).map(|(_, words)| words.clone()).collect();
        let (mut tables, indexes): (Vec<String>, _) = (of("table"), of("index"));
        Ok(tables.pop().map(|table| Made { table, indexes }))
    }
}

impl Snapshot {
    /// Holds on to a file as it is now, and makes it part of a volume's connection as it is at the same moment, so that whole
    /// tables of it can be copied as they are stored. Writers wait for that moment.
    pub fn open_beside(path: &Path, file: SourceFile, writer: &mut VolumeWriter) -> Result<Snapshot> {
        let writers = Database::hold_writers(path)?;
        let snapshot = Snapshot::open(path, file)?;
        writer.attach(path)?;
        writers.execute_batch("ROLLBACK").map_err(|source| StoreError::sql("let writers go on", path, source))?;
        Ok(snapshot)
    }
}

impl VolumeWriter {
    fn attach(&mut self, path: &Path) -> Result<()> {
        let attach = || {
            // Files come and go between transactions only.
            self.connection.execute_batch("COMMIT")?;
            if self.beside.is_some() {
                self.connection.execute_batch(&format!("DETACH {SOURCE}"))?;
            }
            // As bytes: a path need not be text.
            self.connection.execute(&format!("ATTACH ?1 AS {SOURCE}"), [path.as_os_str().as_encoded_bytes()])?;
            self.connection.execute_batch("BEGIN")?;
            self.connection.query_row(&format!("SELECT count(*) FROM {SOURCE}.sqlite_schema"), [], |_| Ok(()))
        };
        attach().map_err(|source| self.failed(source))?;
        self.beside = Some(path.to_owned());
        Ok(())
    }

    /// Copies a table of the file beside as it is stored; `None` if it has to go row by row.
    pub(super) fn copy_as_stored(&mut self, from: &Path, carried: &Carried, stored_as: &str) -> Result<Option<u64>> {
        if self.beside.as_deref() != Some(from) || carried.only.is_some() || carried.unit == Unit::Whole {
            return Ok(None);
        }
        let copy = || self.copied(carried, stored_as);
        let Some(slice) = copy().map_err(|source| self.failed(source))? else { return Ok(None) };
        let rows = slice.rows;
        self.open = Some(OpenSlice::as_stored(slice));
        Ok(Some(rows))
    }

    fn copied(&self, carried: &Carried, stored_as: &str) -> rusqlite::Result<Option<Slice>> {
        let (connection, table) = (&self.connection, carried.table);
        let Some(Made { table: words, indexes }) = Made::of(connection, SOURCE, table)? else { return Ok(None) };
        connection.execute_batch(&format!("CREATE TABLE \"{stored_as}\" {words}"))?;
        // Records of events go back row by row, where indexes are of no use.
        let indexes = if carried.unit.order().is_some() { Vec::new() } else { indexes };
        for (number, words) in indexes.iter().enumerate() {
            connection.execute_batch(&format!("CREATE INDEX \"{stored_as}_{number}\" ON \"{stored_as}\" {words}"))?;
        }
        let sql = format!("INSERT INTO main.\"{stored_as}\" SELECT * FROM {SOURCE}.{table}");
        let rows = connection.execute(&sql, [])? as u64;
        let mut slice = Slice { stored_as: stored_as.to_owned(), rows, digest: String::new(), places: None };
        if let Some(place) = carried.unit.place() {
            // Two questions, so that each is one look into an index.
            let bound = |which: &str| -> rusqlite::Result<Option<i64>> {
                connection.query_row(&format!("SELECT {which}({place}) FROM {SOURCE}.{table}"), [], |row| row.get(0))
            };
            slice.places = bound("min")?.zip(bound("max")?);
        }
        Ok(Some(slice))
    }
}

/// Unpacked volumes as parts of a connection that is restored through; they are let go in the end.
pub(super) struct Beside<'a> {
    volumes: &'a [PathBuf],
}

fn name(number: usize) -> String {
    format!("volume_{number}")
}

impl<'a> Beside<'a> {
    /// Outside of a transaction. More volumes than SQLite can have beside each other are left alone.
    pub(super) fn begin(connection: &Connection, volumes: &'a [PathBuf]) -> rusqlite::Result<Beside<'a>> {
        let volumes = if volumes.len() > VOLUMES_MOST { &[] } else { volumes };
        for (number, path) in volumes.iter().enumerate() {
            let sql = format!("ATTACH ?1 AS {}", name(number));
            connection.execute(&sql, [path.as_os_str().as_encoded_bytes()])?;
        }
        Ok(Beside { volumes })
    }

    /// Behind the transaction.
    pub(super) fn end(self, connection: &Connection) -> rusqlite::Result<()> {
        (0..self.volumes.len()).try_for_each(|number| connection.execute_batch(&format!("DETACH {}", name(number))))
    }

    /// Fills an empty table with what the volumes have of it, if they have it as it is stored here. Gives the number of rows;
    /// `None` if they have to go row by row.
    pub(super) fn fill(&self, transaction: &Transaction<'_>, piece: &Piece) -> rusqlite::Result<Option<u64>> {
        let Carried { table, unit, only, .. } = piece.carried;
        let Some(place) = unit.place().filter(|_| only.is_none() && unit.order().is_none()) else { return Ok(None) };
        if !is_empty(transaction, table)? {
            return Ok(None);
        }
        let Some(here) = Made::of(transaction, "main", table)? else { return Ok(None) };
        let mut holding = Vec::new();
        for number in 0..self.volumes.len() {
            match Made::of(transaction, &name(number), &piece.stored_as)? {
                Some(there) if (&there.table, &there.indexes) == (&here.table, &here.indexes) => holding.push(number),
                Some(_) => return Ok(None),
                None if columns_of(transaction, number, &piece.stored_as)? == 0 => {}
                None => return Ok(None),
            }
        }
        if holding.is_empty() {
            return Ok(None);
        }
        let mut rows = 0;
        for number in holding {
            let sql = format!("INSERT INTO main.{table} SELECT * FROM {}.\"{}\"", name(number), piece.stored_as);
            rows += transaction.execute(&sql, [])? as u64;
        }
        for (from, to) in gaps(&piece.extents) {
            let sql = format!("DELETE FROM main.{table} WHERE {place} >= ?1 AND {place} < ?2");
            rows = rows.saturating_sub(transaction.prepare_cached(&sql)?.execute([from, to])? as u64);
        }
        Ok(Some(rows))
    }
}

fn columns_of(connection: &Connection, number: usize, table: &str) -> rusqlite::Result<i64> {
    let sql = "SELECT count(*) FROM pragma_table_xinfo(?1, ?2)";
    connection.query_row(sql, [table, &name(number)], |row| row.get(0))
}

/// What lies before, between and behind stretches that are in order.
fn gaps(extents: &[Extent]) -> Vec<(i64, i64)> {
    let mut gaps = Vec::new();
    let mut behind = i64::MIN;
    for extent in extents {
        if extent.from > behind {
            gaps.push((behind, extent.from));
        }
        behind = behind.max(extent.to);
    }
    gaps.push((behind, i64::MAX));
    gaps
}

#[cfg(test)]
mod tests {
    use super::{Extent, gaps};

    #[test]
    fn gaps_are_what_stretches_leave() {
        let of = |from, to| Extent::new(from, to);
        assert_eq!(gaps(&[]), [(i64::MIN, i64::MAX)]);
        assert_eq!(gaps(&[of(3, 5), of(5, 7), of(9, 10)]), [(i64::MIN, 3), (7, 9), (10, i64::MAX)]);
    }
}
