//! The record of administrative changes: who changed what, when, from what to what. It only grows.

use model::{AcdNumber, Moment};
use rusqlite::{Connection, params};

use super::LocalStore;
use crate::error::Result;

/// One administrative change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When, by the server's clock.
    pub at: Moment,
    /// Who.
    pub user: String,
    /// The ACD; `None` for what concerns the whole server.
    pub acd: Option<AcdNumber>,
    /// What was changed.
    pub what: String,
    /// What it was before; empty if there was nothing.
    pub before: String,
    /// What it is now; empty if it was removed.
    pub after: String,
}

pub(super) fn create_table(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE changes (
            id INTEGER PRIMARY KEY, at INTEGER NOT NULL, user TEXT NOT NULL, acd INTEGER,
            what TEXT NOT NULL, was TEXT NOT NULL, now TEXT NOT NULL
         ) STRICT;",
    )
}

pub(super) fn insert(transaction: &Connection, change: &Change) -> rusqlite::Result<()> {
    let Change { at, user, acd, what, before, after } = change;
    let sql = "INSERT INTO changes (at, user, acd, what, was, now) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    transaction.execute(sql, params![at.0, user, acd.map(|acd| acd.0), what, before, after]).map(drop)
}

impl LocalStore {
    /// Remembers a change.
    pub fn record_change(&mut self, change: &Change) -> Result<()> {
        self.0.write("record a change", |transaction| insert(transaction, change))
    }

    /// The newest changes, newest first.
    pub fn changes(&self, limit: u32) -> Result<Vec<Change>> {
        let mut changes: Vec<Change> = self.changes_waiting().cloned().collect();
        changes.extend(self.changes_written(limit)?);
        changes.truncate(limit as usize);
        Ok(changes)
    }

    fn changes_written(&self, limit: u32) -> Result<Vec<Change>> {
        self.0.run("read the changes", |connection| {
            let sql = "SELECT at, user, acd, what, was, now FROM changes ORDER BY id DESC LIMIT ?1";
            let change = |row: &rusqlite::Row<'_>| {
                Ok(Change {
                    at: Moment(row.get(0)?),
                    user: row.get(1)?,
                    acd: row.get::<_, Option<u8>>(2)?.map(AcdNumber),
                    what: row.get(3)?,
                    before: row.get(4)?,
                    after: row.get(5)?,
                })
            };
            connection.prepare_cached(sql)?.query_map([limit], change)?.collect()
        })
    }
}
