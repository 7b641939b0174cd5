//! How archiving stands, how many entities there are, and what the tables take on the disk.

use std::collections::{BTreeMap, HashSet};

use catalog::{IntervalRows, TableKind, all_tables};
use chrono::NaiveDate;
use model::period::date_number;
use model::{Moment, RunStatus, SummaryTimes};
use rusqlite::{Connection, params};

use super::{AcdReader, AcdStore, History, ageing, digests, event_file};
use crate::database::run_status;
use crate::error::Result;
use crate::storage::MEMBERS;

/// The last thing that was archived at a level (`arch_stat`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archiving {
    /// `interval`, `daily`, `weekly` or `monthly`.
    pub level: String,
    /// Which interval or period, for people.
    pub period: String,
    /// When, by the server's clock.
    pub at: Moment,
    /// `Done` or `Failed`.
    pub status: RunStatus,
    /// Why it failed; empty if it did not.
    pub detail: String,
}

/// How many entities of an element there were in one interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Most ever.
    pub most: u32,
    /// Start of the interval in which it was so.
    pub most_at: Moment,
    /// In the interval that was archived last.
    pub last: u32,
}

/// Days for which sizes are remembered.
const SIZES_KEPT: i64 = 60;

impl History {
    /// Remembers how archiving stands at a level.
    pub fn set_archiving(&mut self, archiving: &Archiving) -> Result<()> {
        let Archiving { level, period, at, status, detail } = archiving;
        self.database.write("store the archiving status", |transaction| {
            let sql = "INSERT OR REPLACE INTO arch_stat VALUES (?1, ?2, ?3, ?4, ?5)";
            transaction.prepare_cached(sql)?.execute(params![level, period, at.0, status.word(), detail]).map(drop)
        })
    }
}

impl AcdStore {
    /// Remembers what the tables take on a day, for the growth.
    pub fn set_sizes(&mut self, date: NaiveDate, sizes: &BTreeMap<String, u64>) -> Result<()> {
        self.history.database.write("store the sizes", |transaction| {
            for (table, bytes) in sizes {
                let sql = "INSERT OR REPLACE INTO table_bytes VALUES (?1, ?2, ?3)";
                let bytes = i64::try_from(*bytes).unwrap_or(i64::MAX);
                transaction.prepare_cached(sql)?.execute(params![date_number(date), table, bytes])?;
            }
            let sql = "DELETE FROM table_bytes WHERE ROW_DATE NOT IN
                       (SELECT DISTINCT ROW_DATE FROM table_bytes ORDER BY ROW_DATE DESC LIMIT ?1)";
            transaction.execute(sql, [SIZES_KEPT]).map(drop)
        })
    }

    /// Forgets how many entities there were at most: another number of them is expected from now on.
    pub fn forget_usage(&mut self) -> Result<()> {
        self.history
            .database
            .write("forget the use of items", |transaction| transaction.execute("DELETE FROM item_usage", []).map(drop))
    }
}

impl AcdReader {
    /// How archiving stands, by level.
    pub fn archiving(&self) -> Result<Vec<Archiving>> {
        self.database.run("read the archiving status", |connection| {
            let mut statement =
                connection.prepare_cached("SELECT LEVEL, PERIOD, DONE_AT, STATUS, DETAIL FROM arch_stat")?;
            let archiving = |row: &rusqlite::Row<'_>| {
                Ok(Archiving {
                    level: row.get(0)?,
                    period: row.get(1)?,
                    at: Moment(row.get(2)?),
                    status: run_status(row, 3)?,
                    detail: row.get(4)?,
                })
            };
            statement.query_map([], archiving)?.collect()
        })
    }

    /// How many entities there were, by element as in [`ELEMENTS`](crate::ELEMENTS) and [`MEMBERS`].
    pub fn usage(&self) -> Result<BTreeMap<String, Usage>> {
        self.database.run("read the use of items", |connection| {
            let mut statement = connection.prepare_cached("SELECT ELEMENT, MOST, MOST_AT, LAST FROM item_usage")?;
            let usage = |row: &rusqlite::Row<'_>| {
                Ok((row.get(0)?, Usage { most: row.get(1)?, most_at: Moment(row.get(2)?), last: row.get(3)? }))
            };
            statement.query_map([], usage)?.collect()
        })
    }

    /// What each table takes in the files, its indexes included. Reads every page: for the nightly run, or small files.
    pub fn measure(&self) -> Result<BTreeMap<String, u64>> {
        self.database.run("measure the tables", |connection| {
            let mut sizes = sizes_in(connection, "main")?;
            sizes.extend(sizes_in(connection, event_file::ATTACHED_AS)?);
            Ok(sizes)
        })
    }

    /// The sizes that were remembered, by day and table.
    pub fn sizes(&self) -> Result<BTreeMap<i64, BTreeMap<String, u64>>> {
        self.database.run("read the sizes", |connection| {
            let mut statement = connection.prepare_cached("SELECT ROW_DATE, TABLE_NAME, BYTES FROM table_bytes")?;
            let mut rows = statement.query([])?;
            let mut sizes: BTreeMap<i64, BTreeMap<String, u64>> = BTreeMap::new();
            while let Some(row) = rows.next()? {
                sizes.entry(row.get(0)?).or_default().insert(row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs());
            }
            Ok(sizes)
        })
    }

    /// How much there is of each table: days, weeks or months of rows, records of a table of events.
    pub fn stored(&self) -> Result<BTreeMap<String, u64>> {
        self.database.run("count what is stored", |connection| {
            let days = digests::days(connection, &SummaryTimes::default())?;
            let kept = ageing::kept_from(connection)?;
            let mut stored = BTreeMap::new();
            for table in all_tables().iter().filter(|table| table.kind.is_archived()) {
                let count = match table.kind {
                    TableKind::Interval => {
                        let from = kept.get(table.name).copied().unwrap_or_default();
                        days.iter().filter(|day| date_number(**day) >= from).count() as i64
                    }
                    TableKind::Event => {
                        let sql = format!("SELECT count(*) FROM {}", table.name);
                        connection.query_row(&sql, [], |row| row.get(0))?
                    }
                    _ => {
                        let sql = "SELECT count(*) FROM summary_digests WHERE TABLE_NAME = ?1";
                        connection.query_row(sql, [table.name], |row| row.get(0))?
                    }
                };
                stored.insert(table.name.to_owned(), count.unsigned_abs());
            }
            Ok(stored)
        })
    }

    /// Bytes of both files, and bytes in them that are free for new rows.
    pub fn file_bytes(&self) -> Result<(u64, u64)> {
        self.database.run("measure the files", |connection| {
            let pragma = |schema: &str, name: &str| -> rusqlite::Result<u64> {
                connection.pragma_query_value(Some(schema), name, |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)
            };
            let mut total = (0, 0);
            for schema in ["main", event_file::ATTACHED_AS] {
                let page = pragma(schema, "page_size")?;
                total.0 += page * pragma(schema, "page_count")?;
                total.1 += page * pragma(schema, "freelist_count")?;
            }
            Ok(total)
        })
    }
}

fn sizes_in(connection: &Connection, schema: &str) -> rusqlite::Result<BTreeMap<String, u64>> {
    let sql = format!(
        "SELECT s.tbl_name, sum(d.pgsize) FROM dbstat('{schema}', 1) AS d JOIN {schema}.sqlite_schema AS s USING (name)
         GROUP BY s.tbl_name"
    );
    let mut statement = connection.prepare(&sql)?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?.collect()
}

/// Counts the entities of an interval.
pub(super) fn count_items(transaction: &Connection, rows: &IntervalRows) -> rusqlite::Result<()> {
    let agents: HashSet<_> = rows.hagent.iter().map(|(key, _)| key.logid).collect();
    let vdns: HashSet<_> = rows.hvdn.iter().map(|(key, _)| key.vdn).collect();
    let counts = [
        ("splits", rows.hsplit.len()),
        ("agents", agents.len()),
        (MEMBERS, rows.hagent.len()),
        ("trunk-groups", rows.htkgrp.len()),
        ("trunks", rows.htrunk.len()),
        ("work-codes", rows.hcwc.len()),
        ("vectors", rows.hvector.len()),
        ("vdns", vdns.len()),
    ];
    let sql = "INSERT INTO item_usage VALUES (?1, ?2, ?3, ?2) ON CONFLICT DO UPDATE SET LAST = excluded.LAST,
               MOST_AT = iif(excluded.MOST > MOST, excluded.MOST_AT, MOST_AT), MOST = max(MOST, excluded.MOST)";
    let mut statement = transaction.prepare_cached(sql)?;
    for (element, count) in counts {
        statement.execute(params![element, count as i64, rows.interval.start.0])?;
    }
    Ok(())
}
