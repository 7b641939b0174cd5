//! Copying from a file as it was at one moment, while others go on writing it.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use catalog::{Table, TableKind};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params, params_from_iter};

use super::as_stored::Beside;
use super::rows::{Column, is_empty, list, own_columns};
use super::{OpenSlice, Session, VolumeWriter};
use crate::acd::{event_file_schema, history_schema, holds_events, number_column};
use crate::carried::{Carried, Extent, SourceFile, Unit};
use crate::database::{Database, Schema};
use crate::error::{Result, StoreError};

/// Rows that are copied between two looks at the volume's size.
const PAGE: usize = 2_000;

impl SourceFile {
    pub(crate) fn schema(self) -> &'static Schema {
        match self {
            SourceFile::Local => &crate::local::SCHEMA,
            SourceFile::System => &crate::system::SCHEMA,
            SourceFile::Acd => history_schema(),
            SourceFile::Events => event_file_schema(),
        }
    }

    /// Which file of an ACD has this table of the catalogue.
    pub fn of(table: &Table) -> SourceFile {
        if holds_events(table) { SourceFile::Events } else { SourceFile::Acd }
    }
}

impl Unit {
    /// How rows of an archived table of the catalogue are chosen.
    pub fn of(table: &'static Table) -> Unit {
        match table.kind {
            TableKind::Event => {
                let place = table.placed_by.unwrap_or("rowid");
                // Sessions are stored when they end; times without data and records by when they were.
                let order = match table.name {
                    "haglog" => "LOGOUT",
                    "linkex" => place,
                    _ => number_column(table),
                };
                Unit::Event { place, order }
            }
            kind if kind.is_summary() => Unit::Period,
            _ => Unit::Interval,
        }
    }
}

/// One file as it is at one moment: a read-only connection of its own, which holds nobody up.
#[derive(Debug)]
pub struct Snapshot {
    pub(super) database: Database,
    /// Volumes that are compared with it.
    pub(super) beside: Beside,
    /// Whether the file's pages stay as they are as long as this lives.
    pub(super) is_lasting: bool,
}

/// A value on its way from one statement to another.
pub(super) struct Passed<'a>(pub(super) ValueRef<'a>);

impl ToSql for Passed<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.0))
    }
}

/// How far the copying of one table is.
#[derive(Debug)]
pub struct Copying {
    carried: Carried,
    stored_as: String,
    columns: Vec<Column>,
    keys: Vec<usize>,
    place: Option<usize>,
    /// Key of the last row that was copied.
    last: Option<Vec<Value>>,
    /// Stretches that are left; `None` copies by key.
    extents: Option<VecDeque<Extent>>,
    /// Of events only those whose order is above this.
    since: Option<i64>,
    /// Rows that were copied as they are stored, all of the table at once.
    as_stored: Option<u64>,
    done: bool,
}

impl Snapshot {
    /// Holds on to a file as it is now.
    pub fn open(path: &Path, file: SourceFile) -> Result<Snapshot> {
        Snapshot::open_with(path, file, &[])
    }

    /// The same, with the unpacked volumes that it is compared with.
    pub fn open_with(path: &Path, file: SourceFile, volumes: &[PathBuf]) -> Result<Snapshot> {
        let database = Database::open_read_only(path, file.schema())?;
        let beside = database.run("begin a backup", |connection| {
            let beside = Beside::begin(connection, volumes)?;
            connection.execute_batch("BEGIN")?;
            // The snapshot is taken by the first look.
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
            Ok(beside)
        })?;
        Ok(Snapshot { database, beside, is_lasting: false })
    }

    /// Bytes that the file's tables take: about what they take in a volume before it is packed.
    pub fn bytes(&self) -> Result<u64> {
        self.read(|connection| {
            let size =
                |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
            Ok(size("page_size")? * (size("page_count")? - size("freelist_count")?))
        })
    }

    /// Whether the file has such a table.
    pub fn has(&self, table: &str) -> Result<bool> {
        self.read(|connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1)";
            connection.query_row(sql, [table], |row| row.get(0))
        })
    }

    /// The intervals of the archive: start, end and digest, in order.
    pub fn intervals(&self) -> Result<Vec<(i64, i64, String)>> {
        self.read(|connection| {
            let sql = "SELECT STARTTIME_UTC, ENDTIME_UTC, DIGEST FROM digests ORDER BY STARTTIME_UTC";
            let interval = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            connection.prepare(sql)?.query_map([], interval)?.collect()
        })
    }

    /// First moment from which all interval rows of a table are there; `None` if none was ever aged out.
    pub fn kept_from(&self, table: &str) -> Result<Option<i64>> {
        let Some(before) = self.aged_before(table)? else { return Ok(None) };
        Ok(Some(self.first_interval(table, before)?.unwrap_or(i64::MAX)))
    }

    /// Day before which interval rows of a table were aged out, `YYYYMMDD`; `None` if none ever were.
    pub fn aged_before(&self, table: &str) -> Result<Option<i64>> {
        self.read(|connection| {
            let sql = "SELECT BEFORE_DATE FROM aged WHERE TABLE_NAME = ?1";
            connection.query_row(sql, [table], |row| row.get(0)).optional()
        })
    }

    /// Start of the first interval on or after a day of which a table has rows.
    pub fn first_interval(&self, table: &str, day: i64) -> Result<Option<i64>> {
        self.read(|connection| {
            let sql = format!("SELECT min(STARTTIME_UTC) FROM {table} WHERE ROW_DATE >= ?1");
            connection.query_row(&sql, [day], |row| row.get(0))
        })
    }

    /// The days, weeks or months of one summary table: first day as `YYYYMMDD`, and digest, in order.
    pub fn periods(&self, table: &str) -> Result<Vec<(i64, String)>> {
        self.read(|connection| {
            let sql = "SELECT ROW_DATE, DIGEST FROM summary_digests WHERE TABLE_NAME = ?1 ORDER BY ROW_DATE";
            connection.prepare(sql)?.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }

    /// The stretch of events behind `since` that the table holds; `None` without any.
    pub fn events(&self, table: &str, place: &str, order: &str, since: Option<i64>) -> Result<Option<Extent>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT min({place}), max({place}), min({order}), max({order}) FROM {table} WHERE {order} > ?1"
            );
            let after = since.unwrap_or(i64::MIN);
            connection.query_row(&sql, [after], |row| {
                let (Some(from), Some(last), Some(first), Some(up_to)) = (
                    row.get::<_, Option<i64>>(0)?,
                    row.get::<_, Option<i64>>(1)?,
                    row.get::<_, Option<i64>>(2)?,
                    row.get(3)?,
                ) else {
                    return Ok(None);
                };
                let after = since.unwrap_or(first - 1);
                Ok(Some(Extent { from, to: last + 1, after, up_to }))
            })
        })
    }

    /// Whether a table has any row of a stretch.
    pub fn has_any(&self, carried: &Carried, extent: &Extent) -> Result<bool> {
        let (condition, bounds) = within(carried.unit, extent);
        let sql = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE {condition})", carried.table);
        self.read(|connection| connection.query_row(&sql, params_from_iter(bounds), |row| row.get(0)))
    }

    /// When a login session ended here that went on behind a moment.
    pub fn later_end(&self, (agent, login, extension): &Session, behind: i64) -> Result<Option<i64>> {
        self.read(|connection| {
            let sql = "SELECT max(LOGOUT) FROM haglog WHERE LOGID = ?1 AND LOGIN = ?2 AND EXTN = ?3 AND LOGOUT > ?4";
            connection.prepare_cached(sql)?.query_row(params![agent, login, extension, behind], |row| row.get(0))
        })
    }

    /// Whether a login session that ended at a moment is here, known since as early at least, and not cut off.
    pub fn knows_session(&self, (agent, login, extension): &Session, ended_at: i64) -> Result<bool> {
        self.read(|connection| {
            let sql = "SELECT EXISTS (SELECT 1 FROM haglog WHERE LOGID = ?1 AND LOGIN <= ?2 AND EXTN = ?3 AND LOGOUT = ?4 \
                       AND OUTFLAG <> '>')";
            connection.prepare_cached(sql)?.query_row(params![agent, login, extension, ended_at], |row| row.get(0))
        })
    }

    /// How many events a table has, and the order of the oldest; `None` without any.
    pub fn oldest_event(&self, table: &str, order: &str) -> Result<Option<(u64, i64)>> {
        self.read(|connection| {
            let sql = format!("SELECT count(*), min({order}) FROM {table}");
            connection.query_row(&sql, [], |row| {
                Ok(row.get::<_, Option<i64>>(1)?.map(|oldest| (row.get::<_, i64>(0).map(i64::unsigned_abs), oldest)))
            })
        })?
        .map(|(count, oldest)| count.map(|count| (count, oldest)))
        .transpose()
        .map_err(|source| StoreError::sql("read for a backup", self.database.path(), source))
    }

    /// Begins to copy a table: all of it, or its events behind `since`, or only `extents`.
    pub fn copy(
        &self,
        carried: &Carried,
        stored_as: &str,
        since: Option<i64>,
        extents: Option<&[Extent]>,
    ) -> Result<Copying> {
        let columns = self.read(|connection| own_columns(connection, carried.table))?;
        // An empty table is not asked for each of its stretches.
        let is_empty = extents.is_some() && self.read(|connection| is_empty(connection, carried.table))?;
        let extents = if is_empty { Some(&[][..]) } else { extents };
        let position = |name: &str| columns.iter().position(|column| column.name == name);
        let place = carried.unit.place().and_then(position);
        let mut keys: Vec<usize> = (0..columns.len()).filter(|place| columns[*place].key > 0).collect();
        keys.sort_by_key(|place| columns[*place].key);
        Ok(Copying {
            carried: *carried,
            stored_as: stored_as.to_owned(),
            keys,
            place,
            columns,
            last: None,
            extents: extents.map(|extents| extents.iter().copied().collect()),
            since,
            as_stored: None,
            done: false,
        })
    }

    /// Bytes of a table with its indexes.
    fn bytes_of(&self, table: &str) -> Result<u64> {
        self.read(|connection| {
            let sql = "SELECT name FROM sqlite_schema WHERE tbl_name = ?1 AND rootpage > 0";
            let trees = connection
                .prepare(sql)?
                .query_map([table], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<String>>>()?;
            let mut statement = connection.prepare("SELECT pgsize FROM dbstat WHERE name = ?1 AND aggregate = TRUE")?;
            let bytes = trees.iter().map(|tree| statement.query_row([tree], |row| row.get::<_, i64>(0)));
            Ok(bytes.sum::<rusqlite::Result<i64>>()?.unsigned_abs())
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.database.path()
    }

    pub(super) fn connection(&self) -> &Connection {
        self.database.connection()
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        self.database.run("read for a backup", work)
    }
}

impl Copying {
    /// Begins the table in a volume with room for so many bytes; again in each further one. If the file is part of the volume's
    /// connection ([`Snapshot::open_beside`]), or can become that ([`Snapshot::open_lasting`]), a table of which all is taken is
    /// copied at once as it is stored, and one of which stretches are taken, or for which there is too little room, is made as it
    /// is stored.
    pub fn begin_in(&mut self, from: &Snapshot, writer: &mut VolumeWriter, room: u64) -> Result<()> {
        let is_whole = self.extents.is_none() && self.since.is_none();
        if from.is_lasting {
            writer.attach_lasting(from.path())?;
        }
        let at_once = !self.done && is_whole && self.last.is_none();
        // A file that has room as a whole need not be looked through for one table.
        if at_once && (!from.is_lasting || from.bytes()? <= room || from.bytes_of(self.carried.table)? <= room) {
            self.as_stored = writer.copy_as_stored(from.path(), &self.carried, &self.stored_as)?;
        }
        if self.as_stored.is_some() {
            return Ok(());
        }
        let in_parts = self.extents.is_some() || (is_whole && from.is_lasting);
        if in_parts && writer.begin_as_stored(from.path(), &self.carried, &self.stored_as)? {
            return Ok(());
        }
        writer.begin(&self.stored_as, &self.columns)
    }

    /// Whether all of it is copied.
    pub fn is_done(&self) -> bool {
        self.done
    }

    /// Copies some thousand rows, or one stretch; gives how many, and `None` when all are copied.
    ///
    /// # Errors
    /// Reading names the file that is read, writing the volume.
    pub fn some(&mut self, from: &Snapshot, writer: &mut VolumeWriter) -> Result<Option<u64>> {
        if self.done {
            return Ok(None);
        }
        if let Some(rows) = self.as_stored.take() {
            self.done = true;
            return Ok(Some(rows));
        }
        let (sql, values) = match &mut self.extents {
            None if writer.is_as_stored() => return self.page_as_stored(writer).map(Some),
            None => self.page(),
            Some(extents) => match extents.pop_front() {
                None => {
                    self.done = true;
                    return Ok(None);
                }
                Some(extent) if writer.is_as_stored() => return writer.copy_stretch(&self.carried, &extent).map(Some),
                Some(extent) => self.stretch(&extent),
            },
        };
        let path = from.database.path();
        let reading = |source| StoreError::sql("read for a backup", path, source);
        let mut statement = from.database.connection().prepare_cached(&sql).map_err(reading)?;
        let mut rows = statement.query(params_from_iter(values)).map_err(reading)?;
        let mut count = 0;
        let mut last = None;
        {
            let VolumeWriter { connection, open, path: target, .. } = writer;
            let writing = |source| StoreError::sql("write a volume", target, source);
            let Some(OpenSlice { insert, hash: Some(hash), slice, .. }) = open else { return Ok(Some(0)) };
            let mut insert = connection.prepare_cached(insert).map_err(writing)?;
            while let Some(row) = rows.next().map_err(reading)? {
                hash.add(row, self.columns.len()).map_err(reading)?;
                for place in 0..self.columns.len() {
                    let value = row.get_ref(place).map_err(reading)?;
                    insert.raw_bind_parameter(place + 1, Passed(value)).map_err(writing)?;
                }
                insert.raw_execute().map_err(writing)?;
                let at =
                    self.place.map(|place| row.get::<_, Option<i64>>(place)).transpose().map_err(reading)?.flatten();
                if let Some(at) = at {
                    let places = slice.places.map_or((at, at), |(from, to)| (from.min(at), to.max(at)));
                    slice.places = Some(places);
                }
                count += 1;
                if self.extents.is_none() && count == PAGE as u64 {
                    let key = self.keys.iter().map(|place| row.get(*place)).collect::<rusqlite::Result<_>>();
                    last = Some(key.map_err(reading)?);
                }
            }
            slice.rows += count;
        }
        if self.extents.is_none() {
            self.done = count < PAGE as u64;
            self.last = last;
        }
        Ok(Some(count))
    }

    /// The next rows by key.
    fn page(&self) -> (String, Vec<Value>) {
        let mut values = Vec::new();
        let mut conditions = self.conditions(&mut values);
        if let (Some(since), Some(order)) = (self.since, self.carried.unit.order()) {
            values.push(Value::Integer(since));
            conditions.push(format!("{order} > ?"));
        }
        self.behind_last(&mut conditions, &mut values);
        (format!("{} ORDER BY {} LIMIT {PAGE}", self.select(&conditions), self.key()), values)
    }

    fn key(&self) -> String {
        list(self.keys.iter().map(|place| &self.columns[*place]))
    }

    fn behind_last(&self, conditions: &mut Vec<String>, values: &mut Vec<Value>) {
        if let Some(last) = &self.last {
            conditions.push(format!("({}) > ({})", self.key(), vec!["?"; last.len()].join(", ")));
            values.extend(last.iter().cloned());
        }
    }

    /// Copies the next rows by key into a table that was begun as it is stored.
    fn page_as_stored(&mut self, writer: &mut VolumeWriter) -> Result<u64> {
        let (mut conditions, mut values) = (Vec::new(), Vec::new());
        self.behind_last(&mut conditions, &mut values);
        let condition = conditions.pop().unwrap_or_else(|| "TRUE".to_owned());
        let key = self.key();
        let rows = writer.copy_page(&self.carried, (&condition, &values), &key, PAGE)?;
        self.done = rows < PAGE as u64;
        if !self.done {
            self.last = Some(writer.last_key(&key, self.keys.len())?);
        }
        Ok(rows)
    }

    fn stretch(&self, extent: &Extent) -> (String, Vec<Value>) {
        let mut values = Vec::new();
        let mut conditions = self.conditions(&mut values);
        let (more, bounds) = within(self.carried.unit, extent);
        conditions.push(more);
        values.extend(bounds.into_iter().map(Value::Integer));
        (self.select(&conditions), values)
    }

    fn conditions(&self, values: &mut Vec<Value>) -> Vec<String> {
        let Some((column, value)) = self.carried.only else { return Vec::new() };
        values.push(Value::Text(value.to_owned()));
        vec![format!("{column} = ?")]
    }

    fn select(&self, conditions: &[String]) -> String {
        let condition =
            if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        format!("SELECT {} FROM {}{condition}", list(&self.columns), self.carried.table)
    }
}

/// The condition that chooses a stretch, and its values.
pub(super) fn within(unit: Unit, extent: &Extent) -> (String, Vec<i64>) {
    let Some(place) = unit.place() else { return ("TRUE".to_owned(), Vec::new()) };
    match unit.order() {
        None => (format!("{place} >= ? AND {place} < ?"), vec![extent.from, extent.to]),
        // A condition that says nothing about places would only lead to their index.
        Some(order) if extent.is_by_order() => {
            (format!("{place} IS NOT NULL AND {order} > ? AND {order} <= ?"), vec![extent.after, extent.up_to])
        }
        Some(order) => (
            format!("{place} >= ? AND {place} < ? AND {order} > ? AND {order} <= ?"),
            vec![extent.from, extent.to, extent.after, extent.up_to],
        ),
    }
}
