//! Worksheets: records of what people do on both servers. Each server keeps its own copy; whoever asks both takes the later one.

use model::Moment;
use rusqlite::{Connection, OptionalExtension, params};

use super::LocalStore;
use crate::error::Result;

/// Worksheets that are told at once.
const TOLD_MOST: u32 = 100;

pub(super) fn create_table(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE worksheets (
            id TEXT PRIMARY KEY, edition INTEGER NOT NULL, changed_at INTEGER NOT NULL, sheet TEXT NOT NULL
         ) STRICT, WITHOUT ROWID;",
    )
}

impl LocalStore {
    /// The last hundred that were changed, by their names and as they were kept, changed last first.
    pub fn worksheets(&self) -> Result<Vec<(String, String)>> {
        self.0.run("read the worksheets", |connection| {
            let sql = "SELECT id, sheet FROM worksheets ORDER BY changed_at DESC, id LIMIT ?1";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_map([TOLD_MOST], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }

    /// One of them.
    pub fn worksheet(&self, id: &str) -> Result<Option<String>> {
        self.0.run("read a worksheet", |connection| {
            connection.query_row("SELECT sheet FROM worksheets WHERE id = ?1", [id], |row| row.get(0)).optional()
        })
    }

    /// Keeps one in the place of what was kept under its name, unless that is of the same or a later edition; says whether it
    /// was kept.
    pub fn keep_worksheet(&mut self, id: &str, edition: u64, changed_at: Moment, sheet: &str) -> Result<bool> {
        self.0.write("keep a worksheet", |transaction| {
            let sql = "INSERT INTO worksheets (id, edition, changed_at, sheet) VALUES (?1, ?2, ?3, ?4)
                       ON CONFLICT (id) DO UPDATE SET edition = ?2, changed_at = ?3, sheet = ?4 WHERE edition < ?2";
            let kept = transaction.execute(sql, params![id, edition.cast_signed(), changed_at.0, sheet])?;
            Ok(kept > 0)
        })
    }
}
