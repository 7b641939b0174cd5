//! `local.db`: what belongs to this server only and is never carried to the other one.

mod backups;
mod changes;
mod done;
mod maintenance_log;
mod passwords;
mod storage;
mod sync;
mod timetables;
mod worksheets;

use std::path::Path;

use model::Moment;
use rusqlite::{Connection, OptionalExtension, params};

use crate::database::{Database, Schema};
use crate::error::Result;

pub use backups::{BackedUp, Backup, Restore};
pub use changes::Change;
pub use done::Done;
pub use maintenance_log::{LOG_ENTRIES_MAX, LogEntry};
pub use storage::Summarizing;
pub use sync::{KeptPeer, SyncNote, Synced};
pub use timetables::{GlobalEdit, RunState};

/// Which server this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Name that people gave it.
    pub name: String,
    /// `primary` or `secondary`.
    pub role: String,
    /// Random number of this installation, hexadecimal.
    pub server_id: String,
    /// When it was set up.
    pub created_at: Moment,
}

/// Writer and reader of `local.db`, and what was done and could not be written there yet.
#[derive(Debug)]
pub struct LocalStore(pub(crate) Database, Vec<Done>);

pub(crate) const SCHEMA: Schema = Schema {
    what: "the server's own file",
    application_id: 0x5553_4C4F,
    steps: &[
        first,
        changes::create_table,
        storage::create_tables,
        passwords::create_table,
        maintenance_log::create_table,
        timetables::create_tables,
        backups::create_tables,
        sync::create_tables,
        worksheets::create_table,
        backups::add_by_tables,
        backups::add_backups_by_tables,
        timetables::keep_several_edits,
    ],
    settle: None,
};

fn first(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE identity (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            name TEXT NOT NULL, role TEXT NOT NULL, server_id TEXT NOT NULL, created_at INTEGER NOT NULL
         ) STRICT;
         CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;",
    )
}

impl LocalStore {
    /// Makes the file of a new server; an error if there is one.
    pub fn create(path: &Path, identity: &Identity) -> Result<Self> {
        let mut database = Database::create(path, &SCHEMA)?;
        database.write("store the identity", |transaction| {
            transaction.execute(
                "INSERT INTO identity VALUES (1, ?1, ?2, ?3, ?4)",
                params![identity.name, identity.role, identity.server_id, identity.created_at.0],
            )
        })?;
        let mut store = LocalStore(database, Vec::new());
        store.keep_room();
        Ok(store)
    }

    /// Opens the file of an existing server.
    pub fn open(path: &Path) -> Result<Self> {
        let mut store = LocalStore(Database::open(path, &SCHEMA)?, Vec::new());
        store.keep_room();
        Ok(store)
    }

    /// Opens the file of a server that may be running; it cannot be changed through this.
    pub fn open_read_only(path: &Path) -> Result<Self> {
        Database::open_read_only(path, &SCHEMA).map(|database| LocalStore(database, Vec::new()))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Who this server is.
    pub fn identity(&self) -> Result<Identity> {
        self.0.run("read the identity", |connection| {
            connection.query_row("SELECT name, role, server_id, created_at FROM identity", [], |row| {
                Ok(Identity {
                    name: row.get(0)?,
                    role: row.get(1)?,
                    server_id: row.get(2)?,
                    created_at: Moment(row.get(3)?),
                })
            })
        })
    }

    /// Gives this server another name or role. Its number and when it was set up stay.
    pub fn set_identity(&mut self, identity: &Identity) -> Result<()> {
        self.0.write("store the identity", |transaction| {
            let sql = "UPDATE identity SET name = ?1, role = ?2";
            transaction.execute(sql, [&identity.name, &identity.role]).map(drop)
        })
    }

    /// A setting; `None` if it was never set.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        self.0.run("read a setting", |connection| {
            connection.query_row("SELECT value FROM settings WHERE key = ?1", [key], |row| row.get(0)).optional()
        })
    }

    /// Sets a setting.
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<()> {
        self.0.write("store a setting", |transaction| set_setting(transaction, key, value))
    }
}

fn set_setting(connection: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?1, ?2)", [key, value]).map(drop)
}
