//! `system.db`: users, what they may, saved reports, timetables and shortcuts: what people carry from one server to the other.
//!
//! No passwords: those are each server's own and stand in `local.db`. What a user may see of one ACD stands in that ACD's
//! file, as the field has it.

mod calculations;
mod features;
mod menu;
mod reports;
mod settings;
mod shortcuts;
pub(crate) mod timetables;
mod users;

use std::path::Path;

use rusqlite::Connection;

use crate::database::{Database, Revision, Schema};
use crate::error::Result;

pub use calculations::HouseCalculation;
pub use menu::{MenuAddition, MenuFile};
pub use shortcuts::KeptShortcut;
pub use timetables::{KeptTimetable, KeptTimetables, UnusableTimetable};
pub use users::{Belongings, User};
pub(crate) use users::{RIGHTS, clear_rights_of_added, keep_an_administrator, user_names};

/// Writer and reader of `system.db`.
#[derive(Debug)]
pub struct SystemStore(pub(crate) Database);

pub(crate) const SCHEMA: Schema = Schema {
    what: "the users' and reports' file",
    application_id: 0x5553_5359,
    steps: &[
        first,
        users::describe_users,
        features::create_table,
        settings::create_table,
        timetables::create_tables,
        calculations::create_table,
        menu::create_tables,
        shortcuts::create_table,
    ],
    settle: None,
};

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

    /// Which state of the file this is: as long as it stays the same, nothing in it has changed.
    pub fn revision(&self) -> Result<Revision> {
        self.0.revision()
    }
}
