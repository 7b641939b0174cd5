//! Storing one closed interval: the old rows go and the new ones come in one transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::sync::LazyLock;

use catalog::{IntervalRow, IntervalRows, Table};
use model::{AcdNumber, hex};
use rusqlite::{CachedStatement, Connection};
use sha2::{Digest as _, Sha256};

use super::{History, digests, restored, schema, status, summaries};
use crate::error::Result;

/// What was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archived {
    /// SHA-256 over the canonical rows, hexadecimal.
    pub digest: String,
    /// Number of rows.
    pub rows: u64,
}

impl History {
    /// Stores a closed interval. Whatever was stored of the same time before is replaced, so doing it
    /// twice, or again with better rows, is harmless. Rows that lack data do not replace whole ones.
    ///
    /// # Errors
    /// After an error nothing has changed; see [`StoreError::is_temporary`](crate::StoreError::is_temporary).
    pub fn archive(&mut self, rows: &IntervalRows) -> Result<Archived> {
        let archived = Archived { digest: digest(rows), rows: rows.len() as u64 };
        let (acd, discarded) = (self.acd, &self.discarded);
        self.database.write("archive an interval", |transaction| {
            if restored::outweighs(transaction, rows)? {
                return Ok(());
            }
            let (revision, changed) = digests::next_revision(transaction, rows.interval.start, &archived.digest)?;
            let before = digests::places(transaction, rows.interval)?;
            for table in schema::interval_tables() {
                let sql = format!("DELETE FROM {} WHERE STARTTIME_UTC >= ?1 AND STARTTIME_UTC < ?2", table.name);
                transaction.prepare_cached(&sql)?.execute([rows.interval.start.0, rows.interval.end.0])?;
            }
            insert(transaction, acd, rows, discarded)?;
            status::count_items(transaction, rows)?;
            digests::replace(transaction, rows, &archived, revision)?;
            restored::is_all_here(transaction, rows.interval)?;
            let place = digests::place(rows.interval.start, &rows.calendar);
            if changed || before.iter().any(|other| *other != place) {
                before.into_iter().chain([place]).try_for_each(|place| summaries::mark(transaction, place))?;
            }
            Ok(())
        })?;
        Ok(archived)
    }
}

/// The named hash of an interval's rows, by which two servers compare.
pub(super) fn digest(rows: &IntervalRows) -> String {
    digest_of(|text| rows.write_canonical(text))
}

/// The named hash of a text, without the text ever being in memory as a whole.
pub(super) fn digest_of(write: impl FnOnce(&mut Hashed) -> fmt::Result) -> String {
    let mut hashed = Hashed::new();
    let _ = write(&mut hashed);
    finished(hashed)
}

/// The hash's name.
pub(super) fn finished(hashed: Hashed) -> String {
    hex(&hashed.0.finalize())
}

/// Text on its way into a hash.
pub(super) struct Hashed(Sha256);

impl Hashed {
    pub(super) fn new() -> Self {
        Hashed(Sha256::new())
    }
}

impl Write for Hashed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text);
        Ok(())
    }
}

fn insert(
    connection: &Connection,
    acd: AcdNumber,
    rows: &IntervalRows,
    discarded: &BTreeSet<&'static str>,
) -> rusqlite::Result<()> {
    let common = [
        i64::from(acd.0),
        rows.calendar.row_date_number(rows.interval.start),
        i64::from(rows.calendar.starttime(rows.interval.start)),
        rows.interval.start.0,
        i64::from(u8::from(rows.calendar.interval)),
    ];
    let mut current: Option<Inserter<'_>> = None;
    let mut outcome = Ok(());
    rows.for_each(|row| {
        if outcome.is_ok() && !discarded.contains(row.table.name) {
            outcome = insert_row(connection, &common, &mut current, &row);
        }
    });
    outcome
}

fn insert_row<'c>(
    connection: &'c Connection,
    common: &[i64],
    current: &mut Option<Inserter<'c>>,
    row: &IntervalRow<'_>,
) -> rusqlite::Result<()> {
    match current {
        Some(inserter) if inserter.table.name == row.table.name => inserter.insert(row),
        _ => current.insert(Inserter::new(connection, row.table, common)?).insert(row),
    }
}

/// The text that inserts into an interval table. It names up to 190 columns, and making it anew for each table of each interval
/// was a tenth of the archiver's work while catching up.
fn insert_into(table: &Table) -> &'static str {
    static TEXTS: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
        let text = |table: &Table| {
            let names: Vec<String> = table.items().iter().map(|item| format!("\"{}\"", item.name)).collect();
            let places = vec!["?"; names.len()].join(", ");
            format!("INSERT INTO {} ({}) VALUES ({places})", table.name, names.join(", "))
        };
        schema::interval_tables().map(|table| (table.name, text(table))).collect()
    });
    TEXTS.get(table.name).expect("rows of an interval are of interval tables")
}

/// The insert statement of one table. Bindings stay from row to row and only what differs is bound again:
/// most of an agent's 190 values are 0 in nearly every row.
struct Inserter<'c> {
    table: &'static Table,
    statement: CachedStatement<'c>,
    bound: Vec<u32>,
}

impl<'c> Inserter<'c> {
    fn new(connection: &'c Connection, table: &'static Table, common: &[i64]) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare_cached(insert_into(table))?;
        for (place, value) in common.iter().enumerate() {
            statement.raw_bind_parameter(place + 1, value)?;
        }
        let values = table.values().len();
        for place in 0..values {
            statement.raw_bind_parameter(table.first_value() + place + 1, 0)?;
        }
        Ok(Inserter { table, statement, bound: vec![0; values] })
    }

    fn insert(&mut self, row: &IntervalRow<'_>) -> rusqlite::Result<()> {
        let first_value = self.table.first_value();
        let first_key = first_value - row.key.len();
        for (place, key) in row.key.iter().enumerate() {
            // An INTEGER column turns the text of a whole number into the number; STRICT refuses any other.
            self.statement.raw_bind_parameter(first_key + place + 1, key)?;
        }
        for (place, (&value, bound)) in row.values.iter().zip(&mut self.bound).enumerate() {
            if value != *bound {
                self.statement.raw_bind_parameter(first_value + place + 1, value)?;
                *bound = value;
            }
        }
        self.statement.raw_execute().map(drop)
    }
}
