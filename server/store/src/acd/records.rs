//! Storing records of the circular tables: many in one transaction, and the oldest go when a table is full.
//!
//! A record has a number that the collector gave it. The same number stored again is the same record, so a replay
//! after a crash changes nothing. A table grows to its capacity and a tenth more; then it is cut back to its capacity,
//! so that making room is work for once in a while and not for every record.

use std::collections::BTreeMap;

use catalog::{Record, Table, Value, table};
use model::{AcdNumber, Calendar};
use rusqlite::types::{Null, ToSqlOutput};
use rusqlite::{CachedStatement, Connection, ToSql};

use super::{AcdStore, History, event_file};
use crate::database::Database;
use crate::error::{Result, StoreError};
use crate::storage::DEFAULT_RECORDS;

/// Most records that go in one transaction: whoever writes next does not wait long.
const SLICE: u64 = 20_000;

/// How many records the tables of one file may hold, and about how many they do.
#[derive(Debug, Default)]
pub(super) struct Circular {
    /// By table; one that is not named has its default.
    capacities: BTreeMap<&'static str, u64>,
    /// Never less than the truth, since a record stored twice counts twice. Not named: not yet counted.
    counted: BTreeMap<&'static str, u64>,
}

impl Circular {
    fn capacity(&self, name: &str) -> u64 {
        let default =
            DEFAULT_RECORDS.iter().find(|(known, _)| *known == name).map_or(u64::MAX, |(_, records)| *records);
        self.capacities.get(name).copied().unwrap_or(default)
    }

    /// Counts everything anew when it is next asked for; the capacities stay.
    pub(super) fn forget_counts(&mut self) {
        self.counted.clear();
    }

    /// Cuts a table of this file back if it holds more than it may, now that `more` records were added.
    fn make_room(&mut self, database: &mut Database, name: &'static str, more: u64) -> Result<()> {
        let capacity = self.capacity(name);
        let limit = capacity.saturating_add(capacity / 10);
        let known = self.counted.get(name).map(|known| known.saturating_add(more));
        if known.is_some_and(|known| known <= limit) {
            self.counted.insert(name, known.unwrap_or_default());
            return Ok(());
        }
        let table = table(name).expect("every limited table is in the catalogue");
        let mut rows = count(database, name)?;
        if rows > limit {
            while rows > capacity {
                rows -= drop_oldest(database, table, SLICE.min(rows - capacity))?;
            }
        }
        self.counted.insert(name, rows);
        Ok(())
    }
}

/// The one writer of an ACD's event records.
#[derive(Debug)]
pub(crate) struct EventFile {
    pub(crate) database: Database,
    acd: AcdNumber,
    pub(super) circular: Circular,
}

impl EventFile {
    pub(super) fn new(database: Database, acd: AcdNumber) -> Self {
        EventFile { database, acd, circular: Circular::default() }
    }

    /// Stores records, all of them or none.
    pub(super) fn append(&mut self, records: &[&(u64, Record)], calendar: &Calendar) -> Result<()> {
        let acd = self.acd;
        let mut by_table: BTreeMap<&'static str, Vec<&(u64, Record)>> = BTreeMap::new();
        for record in records {
            by_table.entry(record.1.table().name).or_default().push(record);
        }
        self.database.write("store records", |transaction| {
            for records in by_table.values() {
                let mut inserter = Inserter::new(transaction, records[0].1.table())?;
                for (number, record) in records {
                    inserter.insert(*number, &record.values(acd, *number, calendar))?;
                }
            }
            Ok(())
        })?;
        by_table
            .into_iter()
            .try_for_each(|(name, records)| self.circular.make_room(&mut self.database, name, records.len() as u64))
    }
}

impl History {
    /// Records that are to be stored: what is told again leaves those alone that an interval was healed with.
    pub(super) fn final_records<'a>(&self, records: &'a [(u64, Record)]) -> impl Iterator<Item = &'a (u64, Record)> {
        records.iter().filter(|(number, _)| !(self.replays && self.healed.holds(Record::moment_of(*number))))
    }

    /// Cuts a table back if it holds more than it may, now that `more` rows were added.
    pub(super) fn make_room(&mut self, name: &'static str, more: u64) -> Result<()> {
        self.circular.make_room(&mut self.database, name, more)
    }
}

impl AcdStore {
    /// Stores records with their numbers, all of them or none. Numbers that are stored already are replaced, so doing
    /// it twice is harmless; where an interval was healed with its records, those stay. `calendar` is the ACD's, for local dates and times.
    ///
    /// # Errors
    /// After an error nothing was stored; see [`StoreError::is_temporary`].
    pub fn append_records(&mut self, records: &[(u64, Record)], calendar: &Calendar) -> Result<()> {
        let wanted: Vec<_> = self.history.final_records(records).collect();
        self.events.append(&wanted, calendar)
    }

    /// What follows is told for the first time, and no longer from a journal: it is new even where its time was healed before, as
    /// behind a clock that was set back.
    pub fn end_replay(&mut self) {
        self.history.replays = false;
    }

    /// Keeps all records, however many there are.
    pub fn keep_all_records(&mut self) {
        for (name, _) in DEFAULT_RECORDS {
            self.holding(name).0.capacities.insert(name, u64::MAX);
        }
    }

    /// How many records a table of events may hold; it is cut back at once if it holds too many. With 0 it keeps none.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if the table is none that is limited by records.
    pub fn set_capacity(&mut self, name: &str, records: u64) -> Result<()> {
        let known = DEFAULT_RECORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let (name, _) = known.ok_or_else(|| StoreError::Invalid(format!("{name} is not limited by records")))?;
        let (circular, database) = self.holding(name);
        circular.capacities.insert(name, records);
        circular.make_room(database, name, 0)
    }

    /// Counts all tables anew, and cuts back those that hold too many: rows came by another way than one by one.
    pub(crate) fn recount_records(&mut self) -> Result<()> {
        self.history.circular.forget_counts();
        self.events.circular.forget_counts();
        DEFAULT_RECORDS.iter().try_for_each(|(name, _)| {
            let (circular, database) = self.holding(name);
            circular.make_room(database, name, 0)
        })
    }

    /// The file of a limited table, and how full that is.
    fn holding(&mut self, name: &str) -> (&mut Circular, &mut Database) {
        match table(name).is_some_and(event_file::holds) {
            true => (&mut self.events.circular, &mut self.events.database),
            false => (&mut self.history.circular, &mut self.history.database),
        }
    }
}

fn count(database: &Database, name: &str) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM {name}");
    database
        .run("count the records", |connection| connection.query_row(&sql, [], |row| row.get::<_, i64>(0)))
        .map(i64::unsigned_abs)
}

/// Removes so many of the oldest records in one transaction.
fn drop_oldest(database: &mut Database, table: &Table, records: u64) -> Result<u64> {
    let (key, order) = match table.name {
        // As they are compared: a session belongs to the interval of its logout.
        "haglog" => ("LOGID, LOGIN, EXTN, LOGOUT", "LOGOUT, LOGID, LOGIN, EXTN"),
        "linkex" => ("ROW_TIME_UTC, REASON", "ROW_TIME_UTC, REASON"),
        _ => ("rowid", "rowid"),
    };
    let sql = format!(
        "DELETE FROM {name} WHERE ({key}) IN (SELECT {key} FROM {name} ORDER BY {order} LIMIT ?1)",
        name = table.name
    );
    let records = i64::try_from(records).unwrap_or(i64::MAX);
    database
        .write("make room in a full table", |transaction| transaction.execute(&sql, [records]))
        .map(|gone| gone as u64)
}

/// The insert statements of one table.
struct Inserter<'c> {
    /// For a number above all that are stored. For what cannot replace anything SQLite need not be ready to undo half a
    /// statement, which was a tenth of the archiver's work.
    new: CachedStatement<'c>,
    /// For any number.
    any: CachedStatement<'c>,
    /// The highest number stored.
    newest: Option<i64>,
    /// Positions of the stored items among all.
    stored: Vec<usize>,
    /// Whether the number is no item of the table and is given beside the items.
    numbered_apart: bool,
}

impl<'c> Inserter<'c> {
    fn new(connection: &'c Connection, table: &Table) -> rusqlite::Result<Self> {
        let (stored, mut names): (Vec<usize>, Vec<String>) =
            table.stored_items().map(|(place, item)| (place, format!("\"{}\"", item.name))).unzip();
        let numbered_apart = event_file::number_column(table) == "rowid";
        if numbered_apart {
            names.push("rowid".to_owned());
        }
        let places = vec!["?"; names.len()].join(", ");
        let into = format!("INTO {} ({}) VALUES ({places})", table.name, names.join(", "));
        let newest = format!("SELECT max(rowid) FROM {}", table.name);
        Ok(Inserter {
            new: connection.prepare_cached(&format!("INSERT {into}"))?,
            any: connection.prepare_cached(&format!("INSERT OR REPLACE {into}"))?,
            newest: connection.prepare_cached(&newest)?.query_row([], |row| row.get(0))?,
            stored,
            numbered_apart,
        })
    }

    fn insert(&mut self, number: u64, values: &[Value]) -> rusqlite::Result<()> {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        let is_new = self.newest.is_none_or(|newest| newest < number);
        let statement = if is_new { &mut self.new } else { &mut self.any };
        for (place, &item) in self.stored.iter().enumerate() {
            statement.raw_bind_parameter(place + 1, Cell(&values[item]))?;
        }
        if self.numbered_apart {
            statement.raw_bind_parameter(self.stored.len() + 1, number)?;
        }
        statement.raw_execute()?;
        self.newest = self.newest.max(Some(number));
        Ok(())
    }
}

/// A record's value as SQLite keeps it.
struct Cell<'a>(&'a Value);

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self.0 {
            Value::Blank => Null.to_sql(),
            Value::Int(number) => number.to_sql(),
            Value::Real(number) => number.to_sql(),
            Value::Text(text) => Ok(ToSqlOutput::from(&**text)),
            Value::Since(at) | Value::At(at) => at.0.to_sql(),
        }
    }
}
