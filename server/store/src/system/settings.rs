//! Settings of the whole system that people carry from one server to the other.

use rusqlite::{Connection, OptionalExtension};

use super::SystemStore;
use crate::error::Result;

pub(super) fn create_table(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("CREATE TABLE sys_info (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;")
}

impl SystemStore {
    /// A setting; `None` if it was never set.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        self.0.run("read a setting", |connection| {
            connection.query_row("SELECT value FROM sys_info WHERE key = ?1", [key], |row| row.get(0)).optional()
        })
    }

    /// Sets a setting.
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<()> {
        self.0.write("store a setting", |transaction| {
            transaction.execute("INSERT OR REPLACE INTO sys_info VALUES (?1, ?2)", [key, value]).map(drop)
        })
    }
}
