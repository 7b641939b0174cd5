//! Digests of the records of an interval, table by table: what two servers compare besides the rows.
//!
//! They are made when somebody asks, over what the file holds at that moment, and kept nowhere: the archive's writer pays
//! nothing for them, and they tell of damage, too. Made with the interval they would cost every call a second look, see
//! `docs/decisions/0025-digests-of-records-are-made-when-asked-for.md`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use catalog::{CanonicalLine, Record, table};
use model::{Interval, Moment};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::archive::{Hashed, finished};
use super::{AcdReader, TableDigest, beside, event_file};
use crate::error::Result;
use crate::storage::Storage;

/// Where the records of one table are found.
struct Source {
    table: &'static str,
    /// What places a record among the intervals.
    placed_by: &'static str,
    order: &'static str,
    columns: Vec<String>,
    /// Its value at a moment.
    place: fn(Moment) -> i64,
    /// Of a full table where the oldest record is.
    whole_from: Option<i64>,
}

/// Parts into which the intervals go: each of two threads takes the next one, so that neither waits long for the other.
const PARTS: usize = 32;

/// Digests of tables by the start of their interval.
type Digests = BTreeMap<Moment, Vec<TableDigest>>;

impl AcdReader {
    /// For each of the intervals, which are in order, a digest for each table that has records of it. Records of calls, traces and
    /// exceptions are told in the interval in which they became final, login sessions in that of the logout. A table that is
    /// full lets its oldest records go: where they went it tells nothing.
    pub fn record_digests(&self, intervals: &[Interval], storage: &Storage) -> Result<Digests> {
        let parts = Parts { of: intervals.chunks(intervals.len().div_ceil(PARTS).max(1)).collect(), taken: 0.into() };
        let path = self.database.path().to_owned();
        let mut others = Digests::new();
        let second = || {
            others = AcdReader::open(&path)?.take(&parts, storage)?;
            Ok(())
        };
        // Nearly all of it is processor time.
        let mut found = beside("digests", second, || self.take(&parts, storage))?;
        found.extend(others);
        Ok(found)
    }

    /// Makes digests as long as parts are left, all over what the files hold at one moment.
    fn take(&self, parts: &Parts<'_>, storage: &Storage) -> Result<Digests> {
        self.database.run("make digests of the records", |connection| {
            let _at_one_moment = connection.unchecked_transaction()?;
            let mut sources = sources();
            for source in &mut sources {
                let capacity = storage.records.get(source.table).copied().unwrap_or(u64::MAX);
                source.whole_from = whole_from(connection, source, capacity)?;
            }
            let mut found = Digests::new();
            while let Some(part) = parts.next() {
                sources.iter().try_for_each(|source| digests_of(connection, source, part, &mut found))?;
            }
            Ok(found)
        })
    }
}

/// Intervals that threads share among themselves.
struct Parts<'a> {
    of: Vec<&'a [Interval]>,
    taken: AtomicUsize,
}

impl<'a> Parts<'a> {
    fn next(&self) -> Option<&'a [Interval]> {
        self.of.get(self.taken.fetch_add(1, Ordering::Relaxed)).copied()
    }
}

/// The tables that both servers hold alike. Times without data (linkex) are each server's own, and so is the mark of a session
/// whose login a server did not see because its link was down: of a session that the other one saw begin it says nothing else.
fn sources() -> Vec<Source> {
    let records = Record::TABLES.map(|name| {
        let table = table(name).expect("every table of records is in the catalogue");
        let number = event_file::number_column(table);
        let columns = table.stored_items().map(|(_, item)| item.name.clone()).filter(|item| item != number);
        let place = |at| i64::try_from(Record::first_number(at)).unwrap_or(i64::MAX);
        Source { table: name, placed_by: "rowid", order: "rowid", columns: columns.collect(), place, whole_from: None }
    });
    let session = ["LOGID", "EXTN", "LOGIN", "LOGOUT", "LOGOUT_REASON", "OUTFLAG", "SKILLS"];
    let logins = Source {
        table: "haglog",
        placed_by: "LOGOUT",
        order: "LOGOUT, LOGID, LOGIN, EXTN",
        columns: session.map(str::to_owned).to_vec(),
        place: |at| at.0,
        whole_from: None,
    };
    records.into_iter().chain([logins]).collect()
}

fn digests_of(
    connection: &Connection,
    source: &Source,
    intervals: &[Interval],
    found: &mut Digests,
) -> rusqlite::Result<()> {
    let (Some(first), Some(last)) = (intervals.first(), intervals.last()) else { return Ok(()) };
    let columns: Vec<String> = source.columns.iter().map(|column| format!("\"{column}\"")).collect();
    let Source { table, placed_by, order, .. } = source;
    let sql = format!(
        "SELECT {placed_by}, {columns} FROM {table} WHERE {placed_by} >= ?1 AND {placed_by} < ?2 ORDER BY {order}",
        columns = columns.join(", "),
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([(source.place)(first.start), (source.place)(last.end)])?;
    let mut made: BTreeMap<Moment, (Hashed, u64)> = BTreeMap::new();
    let mut left = intervals.iter().peekable();
    let mut line = CanonicalLine::default();
    while let Some(row) = rows.next()? {
        let place: i64 = row.get(0)?;
        while left.next_if(|interval| (source.place)(interval.end) <= place).is_some() {}
        let Some(interval) = left.peek() else { break };
        // Between two archived intervals lie times without data.
        if place >= (source.place)(interval.start) {
            let (hash, count) = made.entry(interval.start).or_insert_with(|| (Hashed::new(), 0));
            write_row(hash, &mut line, source, place, row)?;
            *count += 1;
        }
    }
    let is_whole = |start: Moment| source.whole_from.is_none_or(|oldest| (source.place)(start) > oldest);
    let table = || (*table).to_owned();
    // Nothing at all would say that there were no records.
    for interval in intervals.iter().filter(|interval| !is_whole(interval.start)) {
        let let_go = TableDigest { table: table(), digest: String::new(), rows: 0 };
        found.entry(interval.start).or_default().push(let_go);
    }
    for (start, (hash, rows)) in made.into_iter().filter(|(start, _)| is_whole(*start)) {
        found.entry(start).or_default().push(TableDigest { table: table(), digest: finished(hash), rows });
    }
    Ok(())
}

/// Where a full table's oldest record is: what came before it is gone, and with it perhaps others of its interval.
fn whole_from(connection: &Connection, source: &Source, capacity: u64) -> rusqlite::Result<Option<i64>> {
    let Source { table, placed_by, .. } = source;
    let sql = format!("SELECT count(*), min({placed_by}) FROM {table}");
    connection.query_row(&sql, [], |row| {
        let full = row.get::<_, i64>(0)?.unsigned_abs() >= capacity;
        Ok(row.get::<_, Option<i64>>(1)?.filter(|_| full))
    })
}

fn write_row(
    hash: &mut Hashed,
    line: &mut CanonicalLine,
    source: &Source,
    place: i64,
    row: &Row<'_>,
) -> rusqlite::Result<()> {
    line.begin(source.table, place);
    for (number, item) in source.columns.iter().enumerate() {
        match row.get_ref(number + 1)? {
            ValueRef::Integer(value) => line.whole(item, value),
            ValueRef::Real(value) => line.real(item, value),
            ValueRef::Text(text) => line.quoted(item, &String::from_utf8_lossy(text)),
            ValueRef::Null | ValueRef::Blob(_) => {}
        }
    }
    let _ = hash.write_str(line.end());
    Ok(())
}
