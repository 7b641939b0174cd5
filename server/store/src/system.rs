//! `system.db`: users and saved reports, the same kind of thing on both servers.
//!
//! Passwords arrive here as finished argon2 texts; nothing in this file hashes or compares them.

mod reports;
mod users;

use std::path::Path;

use rusqlite::Connection;

use crate::database::{Database, Schema};
use crate::error::Result;

pub use reports::SavedReport;
pub use users::User;
pub(crate) use users::keep_an_administrator;

/// Writer and reader of `system.db`.
#[derive(Debug)]
pub struct SystemStore(pub(crate) Database);

pub(crate) const SCHEMA: Schema =
    Schema { what: "the users' and reports' file", application_id: 0x5553_5359, steps: &[first], settle: None };

fn first(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE users (
            name TEXT PRIMARY KEY, full_name TEXT NOT NULL, password_hash TEXT NOT NULL,
            administrator INTEGER NOT NULL, changed_at INTEGER NOT NULL
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE reports (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE, path TEXT NOT NULL COLLATE NOCASE,
            kind TEXT NOT NULL, owner TEXT, definition TEXT NOT NULL,
            changed_at INTEGER NOT NULL, changed_by TEXT NOT NULL
         ) STRICT;
         CREATE UNIQUE INDEX reports_by_path ON reports (path, coalesce(owner, ''));",
    )
}

impl SystemStore {
    /// Makes the file of a new server; an error if there is one.
    pub fn create(path: &Path) -> Result<Self> {
        Database::create(path, &SCHEMA).map(SystemStore)
    }

    /// Opens the file of an existing server.
    pub fn open(path: &Path) -> Result<Self> {
        Database::open(path, &SCHEMA).map(SystemStore)
    }
}
