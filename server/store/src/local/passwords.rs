//! Passwords, as finished argon2 texts. They belong to one server: they are in no backup of users and are never carried,
//! so who comes over from the other server is given one here first.

use std::collections::BTreeMap;

use model::Moment;
use rusqlite::{Connection, OptionalExtension, params};

use super::LocalStore;
use crate::error::{Result, StoreError};
use crate::system::SystemStore;

pub(super) fn create_table(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE passwords (
            user TEXT PRIMARY KEY, hash TEXT NOT NULL, changed_at INTEGER NOT NULL
         ) STRICT, WITHOUT ROWID;",
    )
}

pub(super) fn remove(connection: &Connection, user: &str) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM passwords WHERE user = ?1", [user]).map(drop)
}

impl LocalStore {
    /// The argon2 text of a user's password; `None` if the user has none on this server.
    pub fn password(&self, user: &str) -> Result<Option<String>> {
        self.0.run("read a password", |connection| {
            let mut statement = connection.prepare_cached("SELECT hash FROM passwords WHERE user = ?1")?;
            statement.query_row([user], |row| row.get(0)).optional()
        })
    }

    /// When each user who has a password on this server was given it.
    pub fn passwords_given(&self) -> Result<BTreeMap<String, Moment>> {
        self.0.run("list who has a password", |connection| {
            let mut statement = connection.prepare_cached("SELECT user, changed_at FROM passwords")?;
            statement.query_map([], |row| Ok((row.get(0)?, Moment(row.get(1)?))))?.collect()
        })
    }

    /// The password of a user as it is kept, and when it was given; `None` if the user has none on this server.
    pub fn password_kept(&self, user: &str) -> Result<Option<(String, Moment)>> {
        self.0.run("read a password", |connection| {
            let sql = "SELECT hash, changed_at FROM passwords WHERE user = ?1";
            connection.query_row(sql, [user], |row| Ok((row.get(0)?, Moment(row.get(1)?)))).optional()
        })
    }

    /// Gives a user a password, in place of the one of before.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if it is not an argon2 text.
    pub fn set_password(&mut self, user: &str, hash: &str, at: Moment) -> Result<()> {
        if !hash.starts_with("$argon2") {
            return Err(StoreError::Invalid(format!("the password of {user} is not given as an argon2 hash")));
        }
        self.0.write("keep a password", |transaction| {
            let sql = "INSERT OR REPLACE INTO passwords VALUES (?1, ?2, ?3)";
            transaction.execute(sql, params![user, hash, at.0]).map(drop)
        })
    }

    /// Takes a user's password away; nothing if there is none.
    pub fn remove_password(&mut self, user: &str) -> Result<()> {
        self.0.write("remove a password", |transaction| remove(transaction, user))
    }

    /// Takes over passwords that an earlier version kept in `system.db`, except where this server has one of its own. They are gone
    /// from there only when they are here.
    pub fn take_over_passwords(&mut self, system: &mut SystemStore) -> Result<()> {
        let found = system.0.run("read the passwords of an earlier version", |connection| {
            let mut statement = connection.prepare("SELECT name, hash, changed_at FROM earlier_passwords")?;
            let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            found.collect::<rusqlite::Result<Vec<(String, String, i64)>>>()
        })?;
        if found.is_empty() {
            return Ok(());
        }
        self.0.write("take over the passwords", |transaction| {
            let mut statement = transaction.prepare_cached("INSERT OR IGNORE INTO passwords VALUES (?1, ?2, ?3)")?;
            found.iter().try_for_each(|(user, hash, at)| statement.execute(params![user, hash, at]).map(drop))
        })?;
        system.0.write("remove the passwords of an earlier version", |transaction| {
            transaction.pragma_update(None, "secure_delete", true)?;
            transaction.execute("DELETE FROM earlier_passwords", []).map(drop)
        })
    }
}
