//! Tables copied as they are stored.
//!
//! Where source and target are made alike, SQLite copies records without looking into them, a tenth of the work of 270 values
//! bound one by one. So a table of history that is taken whole is made in the volume by the words that it was made with, with
//! its indexes, and goes back the same way into a table that is empty. Stretches of a table are put into one that was made so,
//! compared and put back by one statement each, which is a third to a half of the work of binding. Everything else goes row by
//! row. The largest file of a backup need not even be copied ([`super::pages`]).
//!
//! Values are not looked at on the way, so there is no digest over them: every page is walked through and the rows counted
//! ([`super::WrittenVolume::check`]).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, Row, Transaction, params_from_iter};

use super::restore::{Counts, stretches};
use super::rows::{Column, columns_in, is_empty, list, own_columns};
use super::snapshot::within;
use super::{OpenSlice, Slice, Snapshot, VolumeWriter};
use crate::acd::schema;
use crate::carried::{Carried, Extent, Piece, SourceFile, Unit};
use crate::database::Database;
use crate::error::{Result, StoreError};

/// Under this name the file that is copied from is part of a volume's connection.
const SOURCE: &str = "source";
/// So many volumes can be part of a connection at once; SQLite allows ten files.
const VOLUMES_MOST: usize = 8;
/// So much of a volume is read where it lies in memory.
const MAPPED_BYTES: i64 = 1 << 40;
/// A table has few rows if the volumes have so many times as many.
const FEW: u64 = 10;

/// Whether a volume's table is as it was stored: others have no key.
pub(super) fn is(columns: &[Column]) -> bool {
    columns.iter().any(|column| column.key > 0)
}

/// Rows of a table, whose name is written as in a statement.
pub(super) fn count(connection: &Connection, table: &str) -> rusqlite::Result<u64> {
    let sql = format!("SELECT count(*) FROM {table}");
    connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
}

/// A table or an index of a database.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) name: String,
    pub(super) root: u32,
    /// Everything that it was made with behind its name.
    pub(super) words: String,
}

/// How a table of a database was made; there is none of one of which some columns are computed, or which has no key of its own.
#[derive(Debug)]
pub(super) struct Made {
    /// Whether its rows are entries of one tree like an index's; others stand in the leaves of theirs, under numbers.
    pub(super) is_by_key: bool,
    pub(super) table: Tree,
    pub(super) indexes: Vec<Tree>,
}

impl Made {
    pub(super) fn of(connection: &Connection, database: &str, table: &str) -> rusqlite::Result<Option<Made>> {
        let sql = "SELECT count(*) FILTER (WHERE hidden > 0), count(*) FILTER (WHERE pk > 0) \
                   FROM pragma_table_xinfo(?1, ?2)";
        let (computed, keys): (i64, i64) =
            connection.query_row(sql, [table, database], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if computed > 0 || keys == 0 {
            return Ok(None);
        }
        let sql = format!(
            "SELECT type = 'table', name, rootpage, substr(sql, instr(sql, '(')) FROM {database}.sqlite_schema \
             WHERE tbl_name = ?1 AND sql IS NOT NULL AND rootpage > 0 ORDER BY type = 'index', name"
        );
        let mut statement = connection.prepare(&sql)?;
        let tree = |row: &Row<'_>| {
            let tree = Tree { name: row.get(1)?, root: row.get(2)?, words: row.get(3)? };
            Ok((row.get::<_, bool>(0)?, tree))
        };
        let trees = statement.query_map([table], tree)?.collect::<rusqlite::Result<Vec<(bool, Tree)>>>()?;
        let (tables, indexes): (Vec<_>, Vec<_>) = trees.into_iter().partition(|(is_table, _)| *is_table);
        let indexes = indexes.into_iter().map(|(_, tree)| tree).collect();
        let sql = "SELECT EXISTS (SELECT 1 FROM pragma_table_list(?1) WHERE schema = ?2 AND wr = 1)";
        let is_by_key = connection.query_row(sql, [table, database], |row| row.get(0))?;
        Ok(tables.into_iter().next().map(|(_, table)| Made { is_by_key, table, indexes }))
    }

    /// The table, then its indexes.
    pub(super) fn trees(&self) -> impl Iterator<Item = &Tree> {
        std::iter::once(&self.table).chain(&self.indexes)
    }

    /// Whether both were made by the same words, names apart.
    fn is_as(&self, other: &Made) -> bool {
        self.trees().map(|tree| &tree.words).eq(other.trees().map(|tree| &tree.words))
    }
}

/// What has the rows of a stretch of an interval table come in the order of the key, in which they lie and go; the index by time
/// has them in another one, which is twice the work. `table` is written as in a statement.
fn by_key(carried: &Carried, table: &str) -> String {
    let known = catalog::table(carried.table).filter(|_| carried.unit == Unit::Interval);
    let first_key = known.and_then(|table| schema::primary_key(table).first().copied());
    let first_key = first_key.filter(|key| Some(*key) != carried.unit.place());
    first_key.map_or_else(String::new, |key| format!(" AND {}", schema::every_entity(key, table)))
}

/// Least and greatest place of a table's rows; `None` without any.
pub(super) fn places(
    connection: &Connection,
    database: &str,
    carried: &Carried,
) -> rusqlite::Result<Option<(i64, i64)>> {
    let Some(place) = carried.unit.place() else { return Ok(None) };
    bounds(connection, &format!("{database}.{}", carried.table), place)
}

/// The same of a table and a column.
pub(super) fn bounds(connection: &Connection, table: &str, place: &str) -> rusqlite::Result<Option<(i64, i64)>> {
    // Two questions, so that each is one look into an index.
    let bound = |which: &str| -> rusqlite::Result<Option<i64>> {
        let sql = format!("SELECT {which}({place}) FROM {table}");
        connection.query_row(&sql, [], |row| row.get(0))
    };
    Ok(bound("min")?.zip(bound("max")?))
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
    /// Makes a file part of the connection whose pages stay as they are: nobody is waited for, and its log is not looked at.
    pub(super) fn attach_lasting(&mut self, path: &Path) -> Result<()> {
        match self.beside.as_deref() == Some(path) {
            true => Ok(()),
            false => self.attach_as(path, unchanging(path).as_bytes()),
        }
    }

    fn attach(&mut self, path: &Path) -> Result<()> {
        self.attach_as(path, path.as_os_str().as_encoded_bytes())
    }

    fn attach_as(&mut self, path: &Path, name: &[u8]) -> Result<()> {
        let attach = || {
            // Files come and go between transactions only.
            self.connection.execute_batch("COMMIT")?;
            if self.beside.is_some() {
                self.connection.execute_batch(&format!("DETACH {SOURCE}"))?;
            }
            // As bytes: a path need not be text.
            self.connection.execute(&format!("ATTACH ?1 AS {SOURCE}"), [name])?;
            self.connection.execute_batch("BEGIN")?;
            self.connection.query_row(&format!("SELECT count(*) FROM {SOURCE}.sqlite_schema"), [], |_| Ok(()))
        };
        attach().map_err(|source| self.failed(source))?;
        self.beside = Some(path.to_owned());
        Ok(())
    }

    /// Copies a table of the file beside as it is stored; `None` if it has to go row by row.
    pub(super) fn copy_as_stored(&mut self, from: &Path, carried: &Carried, stored_as: &str) -> Result<Option<u64>> {
        if carried.only.is_some() || carried.unit == Unit::Whole {
            return Ok(None);
        }
        if let Some(slice) = self.take(from, carried, stored_as)? {
            let rows = slice.rows;
            self.open = Some(OpenSlice::as_stored(slice));
            return Ok(Some(rows));
        }
        if self.beside.as_deref() != Some(from) {
            return Ok(None);
        }
        if !self.begin_as_stored(from, carried, stored_as)? {
            return Ok(None);
        }
        let copied = || {
            let sql = format!("INSERT INTO main.\"{stored_as}\" SELECT * FROM {SOURCE}.{}", carried.table);
            Ok((self.connection.execute(&sql, [])? as u64, places(&self.connection, SOURCE, carried)?))
        };
        let (rows, places) = copied().map_err(|source| self.failed(source))?;
        self.note(rows, places);
        Ok(Some(rows))
    }

    /// Begins a table of the file beside as it is stored, still without rows; `false` if it has to go row by row.
    pub(super) fn begin_as_stored(&mut self, from: &Path, carried: &Carried, stored_as: &str) -> Result<bool> {
        if self.beside.as_deref() != Some(from) || carried.only.is_some() || carried.unit == Unit::Whole {
            return Ok(false);
        }
        let make = || {
            let connection = &self.connection;
            let Some(made) = Made::of(connection, SOURCE, carried.table)? else { return Ok(false) };
            connection.execute_batch(&format!("CREATE TABLE \"{stored_as}\" {}", made.table.words))?;
            // Records of events go back in the order of their numbers, where indexes are of no use.
            let indexes = if carried.unit.order().is_some() { Vec::new() } else { made.indexes };
            for (number, Tree { words, .. }) in indexes.iter().enumerate() {
                let sql = format!("CREATE INDEX \"{stored_as}_{number}\" ON \"{stored_as}\" {words}");
                connection.execute_batch(&sql)?;
            }
            Ok(true)
        };
        let is_begun = make().map_err(|source| self.failed(source))?;
        if is_begun {
            let slice = Slice { stored_as: stored_as.to_owned(), rows: 0, digest: String::new(), places: None };
            self.as_stored.push((stored_as.to_owned(), 0));
            self.open = Some(OpenSlice::as_stored(slice));
        }
        Ok(is_begun)
    }

    /// Whether the table that was begun is made as it is stored.
    pub(super) fn is_as_stored(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.hash.is_none())
    }

    /// Copies one stretch of the file beside into the table that was begun as it is stored; gives the number of rows.
    pub(super) fn copy_stretch(&mut self, carried: &Carried, extent: &Extent) -> Result<u64> {
        let Some(OpenSlice { slice, .. }) = &self.open else { return Ok(0) };
        let (condition, values) = within(carried.unit, extent);
        let source = format!("{SOURCE}.{}", carried.table);
        let from = format!("FROM {source} WHERE {condition}");
        let copied = || {
            let by_key = by_key(carried, &source);
            let sql = format!("INSERT INTO main.\"{}\" SELECT * {from}{by_key}", slice.stored_as);
            let rows = self.connection.prepare_cached(&sql)?.execute(params_from_iter(&values))? as u64;
            let Some(place) = carried.unit.place().filter(|_| rows > 0) else { return Ok((rows, None)) };
            let sql = format!("SELECT min({place}), max({place}) {from}");
            let places = |row: &Row<'_>| Ok(row.get::<_, Option<i64>>(0)?.zip(row.get(1)?));
            let places = self.connection.prepare_cached(&sql)?.query_row(params_from_iter(&values), places)?;
            Ok((rows, places))
        };
        let (rows, places) = copied().map_err(|source| self.failed(source))?;
        self.note(rows, places);
        Ok(rows)
    }

    /// Copies the first rows of the file beside that meet a condition, in the order of the key, into the table that was begun as it
    /// is stored; gives their number. Their places are found out when the table ends.
    pub(super) fn copy_page(
        &mut self,
        carried: &Carried,
        (condition, values): (&str, &[Value]),
        key: &str,
        most: usize,
    ) -> Result<u64> {
        let Some(OpenSlice { slice, place, .. }) = &mut self.open else { return Ok(0) };
        *place = carried.unit.place();
        let sql = format!(
            "INSERT INTO main.\"{}\" SELECT * FROM {SOURCE}.{} WHERE {condition} ORDER BY {key} LIMIT {most}",
            slice.stored_as, carried.table
        );
        let copy = || self.connection.prepare_cached(&sql)?.execute(params_from_iter(values));
        let rows = copy().map_err(|source| StoreError::sql("write a volume", &self.path, source))? as u64;
        self.note(rows, None);
        Ok(rows)
    }

    /// The key of the last row of the table that was begun.
    pub(super) fn last_key(&self, key: &str, width: usize) -> Result<Vec<Value>> {
        let Some(OpenSlice { slice, .. }) = &self.open else { return Ok(Vec::new()) };
        let backwards = key.replace(", ", " DESC, ");
        let sql = format!("SELECT {key} FROM main.\"{}\" ORDER BY {backwards} DESC LIMIT 1", slice.stored_as);
        let values = |row: &Row<'_>| (0..width).map(|place| row.get(place)).collect();
        let found = || self.connection.prepare_cached(&sql)?.query_row([], values);
        found().map_err(|source| self.failed(source))
    }

    /// Counts rows that came into the table that was begun as it is stored.
    fn note(&mut self, rows: u64, places: Option<(i64, i64)>) {
        let Some(OpenSlice { slice, .. }) = &mut self.open else { return };
        slice.rows += rows;
        slice.places = match (slice.places, places) {
            (Some((from, to)), Some((first, last))) => Some((from.min(first), to.max(last))),
            (known, new) => known.or(new),
        };
        if let Some((_, known)) = self.as_stored.last_mut() {
            *known += rows;
        }
    }
}

/// Unpacked volumes as parts of a connection that is restored or compared through; they are let go in the end.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// How many there are.
    volumes: usize,
}

/// A file's name as SQLite takes it for one that nobody changes: it is not locked then, and two connections can be restored
/// through at once. The path need not be text.
fn unchanging(path: &Path) -> String {
    let mut name = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => name.push(char::from(*byte)),
            other => name.push_str(&format!("%{other:02X}")),
        }
    }
    name + "?mode=ro&immutable=1"
}

fn name(number: usize) -> String {
    format!("volume_{number}")
}

/// A table in a volume, as it is written in a statement.
fn table_in(volume: usize, piece: &Piece) -> String {
    format!("{}.\"{}\"", name(volume), piece.stored_as)
}

/// A volume's table that has the key of the own one.
struct Keyed {
    /// As it is written in a statement.
    table: String,
    /// What it has in common with the own one.
    columns: Vec<Column>,
}

fn is_key(column: &&Column) -> bool {
    column.key > 0
}

/// That columns of a row here and of one there are alike.
fn alike<'c>(columns: impl Iterator<Item = &'c Column>, word: &str) -> String {
    let pairs = columns.map(|Column { name, .. }| format!("here.\"{name}\" {word} there.\"{name}\""));
    pairs.collect::<Vec<_>>().join(" AND ")
}

impl Beside {
    /// Outside of a transaction. More volumes than SQLite can have beside each other are left alone. After an error none is
    /// part of the connection.
    pub(super) fn begin(connection: &Connection, volumes: &[PathBuf]) -> rusqlite::Result<Beside> {
        let mut beside = Beside::default();
        for path in volumes.iter().filter(|_| volumes.len() <= VOLUMES_MOST) {
            if let Err(error) = beside.add(connection, path) {
                // The first error is the one to tell.
                let _ = beside.end(connection);
                return Err(error);
            }
        }
        Ok(beside)
    }

    fn add(&mut self, connection: &Connection, path: &Path) -> rusqlite::Result<()> {
        let name = name(self.volumes);
        connection.execute(&format!("ATTACH ?1 AS {name}"), [unchanging(path)])?;
        self.volumes += 1;
        // Nobody changes it, so its pages need not be copied to be read.
        connection.pragma_update(Some(name.as_str()), "mmap_size", MAPPED_BYTES)
    }

    /// Behind the transaction.
    pub(super) fn end(self, connection: &Connection) -> rusqlite::Result<()> {
        (0..self.volumes).try_for_each(|number| connection.execute_batch(&format!("DETACH {}", name(number))))
    }

    /// Fills a table with what the volumes have of it, if they have it as it is stored here. Where the table has few rows beside
    /// what is replaced, they stand aside meanwhile: only an empty table is filled so. Gives the number of rows; `None` if they
    /// have to go row by row.
    pub(super) fn fill(&self, transaction: &Transaction<'_>, piece: &Piece) -> rusqlite::Result<Option<u64>> {
        let Carried { table, unit, only, .. } = piece.carried;
        if unit.order().is_some() {
            return self.append(transaction, piece);
        }
        let Some(place) = unit.place().filter(|_| only.is_none()) else { return Ok(None) };
        let Some(holding) = self.holding(transaction, piece)? else { return Ok(None) };
        let of = |number: usize| table_in(number, piece);
        let has_own = !is_empty(transaction, table)?;
        if has_own {
            let here = count(transaction, &format!("main.{table}"))?;
            let mut there = 0;
            for number in &holding {
                there += count(transaction, &of(*number))?;
            }
            if here > there / FEW {
                return Ok(None);
            }
            let sql = format!("CREATE TEMP TABLE aside AS SELECT * FROM main.{table}; DELETE FROM main.{table}");
            transaction.execute_batch(&sql)?;
        }
        let mut rows = 0;
        for number in holding {
            let sql = format!("INSERT INTO main.{table} SELECT * FROM {}", of(number));
            rows += transaction.execute(&sql, [])? as u64;
        }
        for (from, to) in gaps(&piece.extents) {
            let sql = format!("DELETE FROM main.{table} WHERE {place} >= ?1 AND {place} < ?2");
            rows = rows.saturating_sub(transaction.prepare_cached(&sql)?.execute([from, to])? as u64);
        }
        if has_own {
            let sql = format!("INSERT INTO main.{table} SELECT * FROM temp.aside; DROP TABLE temp.aside");
            transaction.execute_batch(&sql)?;
        }
        Ok(Some(rows))
    }

    /// Adds records that the volumes have as they are stored here, if all that those have is restored. None that is here can have
    /// the number of one that comes: the stretches are by numbers, and empty.
    fn append(&self, transaction: &Transaction<'_>, piece: &Piece) -> rusqlite::Result<Option<u64>> {
        if !piece.extents.iter().all(Extent::is_by_order) {
            return Ok(None);
        }
        let Some(holding) = self.holding(transaction, piece)? else { return Ok(None) };
        let mut there = 0;
        for number in &holding {
            there += count(transaction, &table_in(*number, piece))?;
        }
        if there != self.coming(transaction, piece)? {
            return Ok(None);
        }
        for number in holding {
            let sql = format!("INSERT INTO main.{} SELECT * FROM {}", piece.carried.table, table_in(number, piece));
            transaction.execute(&sql, [])?;
        }
        Ok(Some(there))
    }

    /// How many rows of the stretches the volumes have; none are counted where they have to be looked at one by one.
    pub(super) fn coming(&self, connection: &Connection, piece: &Piece) -> rusqlite::Result<u64> {
        let mut rows = 0;
        for Keyed { table, .. } in self.keyed(connection, piece)?.unwrap_or_default() {
            for (condition, values) in stretches(piece) {
                let sql = format!("SELECT count(*) FROM {table} WHERE {condition}");
                let mut count = connection.prepare_cached(&sql)?;
                rows += count.query_row(params_from_iter(values), |row| row.get::<_, i64>(0))?.unsigned_abs();
            }
        }
        Ok(rows)
    }

    /// Copies stretches of a table from volumes that have it with its key, whatever else it has there. After each of them `go_on`
    /// gets the number of rows. `None` if they have to go row by row; whether `go_on` never said no.
    pub(super) fn copy(
        &self,
        transaction: &Transaction<'_>,
        piece: &Piece,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> rusqlite::Result<Option<bool>> {
        let Some(sources) = self.keyed(transaction, piece)? else { return Ok(None) };
        for (condition, values) in stretches(piece) {
            for Keyed { table, columns } in &sources {
                let (into, columns, by_key) = (piece.carried.table, list(columns), by_key(&piece.carried, table));
                let sql = format!(
                    "INSERT OR REPLACE INTO main.{into} ({columns}) \
                     SELECT {columns} FROM {table} WHERE {condition}{by_key}"
                );
                let rows = transaction.prepare_cached(&sql)?.execute(params_from_iter(&values))? as u64;
                if !go_on(rows) {
                    return Ok(Some(false));
                }
            }
        }
        Ok(Some(true))
    }

    /// What copying stretches of a table would do, removed rows apart; `None` if they have to be looked at row by row.
    pub(super) fn compare(&self, connection: &Connection, piece: &Piece) -> rusqlite::Result<Option<Counts>> {
        let Some(sources) = self.keyed(connection, piece)? else { return Ok(None) };
        let mut counts = Counts::default();
        for Keyed { table, columns } in &sources {
            let key = alike(columns.iter().filter(is_key), "=");
            let Some(first) = columns.iter().find(is_key) else { return Ok(None) };
            let all = alike(columns.iter(), "IS");
            for (condition, values) in stretches(piece) {
                let sql = format!(
                    "SELECT count(*), count(here.\"{}\"), count(*) FILTER (WHERE {all}) \
                     FROM (SELECT * FROM {table} WHERE {condition}{}) AS there LEFT JOIN main.{} AS here ON {key}",
                    first.name,
                    by_key(&piece.carried, table),
                    piece.carried.table,
                );
                let found =
                    |row: &Row<'_>| Ok([row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?].map(i64::unsigned_abs));
                let [rows, known, identical] =
                    connection.prepare_cached(&sql)?.query_row(params_from_iter(&values), found)?;
                counts.added += rows - known;
                counts.replaced += known - identical;
                counts.identical += identical;
            }
        }
        Ok(Some(counts))
    }

    /// Starts of the intervals of which a restore of this table changes a row, whatever their digests say: a damaged row stands behind the
    /// digest of the right one. A table without any row has nothing that could be damaged.
    pub(super) fn changed(&self, connection: &Connection, piece: &Piece) -> rusqlite::Result<BTreeSet<i64>> {
        let table = piece.carried.table;
        if is_empty(connection, table)? {
            return Ok(BTreeSet::new());
        }
        let Some(sources) = self.keyed(connection, piece)? else {
            // They have to be looked at row by row, which the restore does anyway.
            return Ok(piece.extents.iter().map(|extent| extent.from).collect());
        };
        let mut changed = BTreeSet::new();
        for (condition, values) in stretches(piece) {
            let mut note = |sql: &str| {
                let mut statement = connection.prepare_cached(sql)?;
                let mut rows = statement.query(params_from_iter(&values))?;
                while let Some(row) = rows.next()? {
                    changed.insert(row.get(0)?);
                }
                Ok::<_, rusqlite::Error>(())
            };
            for Keyed { table: there, columns } in &sources {
                let all = alike(columns.iter(), "IS");
                let key = alike(columns.iter().filter(is_key), "=");
                note(&format!(
                    "SELECT DISTINCT there.STARTTIME_UTC FROM (SELECT * FROM {there} WHERE {condition}) AS there \
                     LEFT JOIN main.{table} AS here ON {key} WHERE NOT ({all})"
                ))?;
            }
            // What is in no volume goes.
            let is_there = sources.iter().map(|Keyed { table: there, columns }| {
                format!("EXISTS (SELECT 1 FROM {there} AS there WHERE {})", alike(columns.iter().filter(is_key), "="))
            });
            let is_there: Vec<String> = is_there.collect();
            note(&format!(
                "SELECT DISTINCT STARTTIME_UTC FROM (SELECT * FROM main.{table} WHERE {condition}) AS here \
                 WHERE NOT ({})",
                is_there.join(" OR ")
            ))?;
        }
        Ok(changed)
    }

    /// The volumes' tables with the columns that they have in common with the own one; `None` if one lacks its key, or none has
    /// the table.
    fn keyed(&self, connection: &Connection, piece: &Piece) -> rusqlite::Result<Option<Vec<Keyed>>> {
        let wanted = own_columns(connection, piece.carried.table)?;
        let mut sources = Vec::new();
        for number in 0..self.volumes {
            let known = columns_in(connection, &name(number), &piece.stored_as)?;
            if known.is_empty() {
                continue;
            }
            let is_there = |own: &&Column| known.iter().any(|there| there.name == own.name);
            if !is(&known) || !wanted.iter().filter(|column| column.key > 0).all(|column| is_there(&column)) {
                return Ok(None);
            }
            let columns = wanted.iter().filter(is_there).cloned().collect();
            sources.push(Keyed { table: table_in(number, piece), columns });
        }
        Ok((!sources.is_empty()).then_some(sources))
    }

    /// The volumes that have some of a table; `None` if one has it otherwise than it is stored here, or none has any.
    fn holding(&self, transaction: &Transaction<'_>, piece: &Piece) -> rusqlite::Result<Option<Vec<usize>>> {
        let Some(here) = Made::of(transaction, "main", piece.carried.table)? else { return Ok(None) };
        let mut holding = Vec::new();
        for number in 0..self.volumes {
            match Made::of(transaction, &name(number), &piece.stored_as)? {
                Some(there) if there.is_as(&here) => holding.push(number),
                Some(_) => return Ok(None),
                None if columns_in(transaction, &name(number), &piece.stored_as)?.is_empty() => {}
                None => return Ok(None),
            }
        }
        Ok((!holding.is_empty()).then_some(holding))
    }
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
    use super::gaps;
    use crate::carried::Extent;

    #[test]
    fn gaps_are_what_stretches_leave() {
        let of = |from, to| Extent::new(from, to);
        assert_eq!(gaps(&[]), [(i64::MIN, i64::MAX)]);
        assert_eq!(gaps(&[of(3, 5), of(5, 7), of(9, 10)]), [(i64::MIN, 3), (7, 9), (10, i64::MAX)]);
    }
}
