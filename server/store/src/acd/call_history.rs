//! Call records in the order of their numbers: for External Call History, which goes on behind a record.

use catalog::{Value, table};
use rusqlite::params;

use super::AcdReader;
use super::rows::{cell, read};
use crate::error::Result;

impl AcdReader {
    /// The values of call_rec of records whose number is above `after` and not above `up_to`, in order of their numbers; at
    /// most `limit` of them.
    pub fn calls_after(&self, after: u64, up_to: u64, limit: u32) -> Result<Vec<Vec<Value>>> {
        let table = table("call_rec").expect("call_rec is in the catalogue");
        let columns: Vec<String> = table.items().iter().map(|item| read(table, item)).collect();
        let sql = format!(
            "SELECT {} FROM call_rec WHERE SEQNUM > ?1 AND SEQNUM <= ?2 ORDER BY SEQNUM LIMIT ?3",
            columns.join(", ")
        );
        let bound = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.database.run("read call records", |connection| {
            let mut statement = connection.prepare(&sql)?;
            let values = |row: &rusqlite::Row<'_>| {
                let value = |(place, item): (usize, &catalog::Item)| cell(row.get_ref(place)?, item.unit);
                table.items().iter().enumerate().map(value).collect()
            };
            statement.query_map(params![bound(after), bound(up_to), limit], values)?.collect()
        })
    }
}
