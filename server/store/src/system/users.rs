//! People who may sign in.

use std::fmt;

use model::Moment;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::SystemStore;
use crate::error::{Result, StoreError};

/// One user.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// What is typed at sign-in: 3 to 31 lower-case letters, digits, `_`, `-` and `.`.
    pub name: String,
    /// The person's name.
    pub full_name: String,
    /// The password as an argon2 text (PHC form).
    pub password_hash: String,
    /// Whether the user may administer this server.
    pub administrator: bool,
    /// When this was last changed.
    pub changed_at: Moment,
}

/// Without the password hash: it must not reach a log.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("name", &self.name)
            .field("full_name", &self.full_name)
            .field("administrator", &self.administrator)
            .field("changed_at", &self.changed_at)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "name, full_name, password_hash, administrator, changed_at";

impl SystemStore {
    /// All users, by name.
    pub fn users(&self) -> Result<Vec<User>> {
        self.0.run("list the users", |connection| {
            let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM users ORDER BY name"))?;
            statement.query_map([], user)?.collect()
        })
    }

    /// The user of that name.
    pub fn user(&self, name: &str) -> Result<Option<User>> {
        self.0.run("find a user", |connection| find(connection, name))
    }

    /// Adds a user.
    pub fn create_user(&mut self, user: &User) -> Result<()> {
        check(user)?;
        let added = self.0.write("add a user", |transaction| {
            transaction.execute(
                "INSERT OR IGNORE INTO users (name, full_name, password_hash, administrator, changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![user.name, user.full_name, user.password_hash, user.administrator, user.changed_at.0],
            )
        })?;
        if added == 0 { Err(StoreError::UserExists(user.name.clone())) } else { Ok(()) }
    }

    /// Changes everything but the name.
    pub fn modify_user(&mut self, user: &User) -> Result<()> {
        check(user)?;
        self.refuse_if_last(&user.name, user.administrator)?;
        let changed = self.0.write("change a user", |transaction| {
            transaction.execute(
                "UPDATE users SET full_name = ?2, password_hash = ?3, administrator = ?4, changed_at = ?5
                 WHERE name = ?1",
                params![user.name, user.full_name, user.password_hash, user.administrator, user.changed_at.0],
            )
        })?;
        if changed == 0 { Err(StoreError::NoSuchUser(user.name.clone())) } else { Ok(()) }
    }

    /// Removes a user, with the personal reports.
    pub fn delete_user(&mut self, name: &str) -> Result<()> {
        self.refuse_if_last(name, false)?;
        let removed = self.0.write("remove a user", |transaction| {
            transaction.execute("DELETE FROM reports WHERE owner = ?1", [name])?;
            transaction.execute("DELETE FROM users WHERE name = ?1", [name])
        })?;
        if removed == 0 { Err(StoreError::NoSuchUser(name.to_owned())) } else { Ok(()) }
    }

    fn refuse_if_last(&self, name: &str, stays_administrator: bool) -> Result<()> {
        let last = self.0.run("count the administrators", |connection| {
            connection.query_row(
                "SELECT count(*) = 1 AND max(name) = ?1 FROM users WHERE administrator",
                [name],
                |row| row.get::<_, Option<bool>>(0),
            )
        })?;
        if last == Some(true) && !stays_administrator {
            return Err(StoreError::LastAdministrator(name.to_owned()));
        }
        Ok(())
    }
}

/// Refuses a file in which nobody can administer: no administrator has a password.
pub(crate) fn keep_an_administrator(connection: &Connection) -> rusqlite::Result<Result<()>> {
    let sql = "SELECT EXISTS (SELECT 1 FROM users WHERE administrator AND password_hash <> '')";
    let any: bool = connection.query_row(sql, [], |row| row.get(0))?;
    let why = "none of the backup's administrators has a password on this server, so nobody could administer it; \
               add one of them here first, with a password";
    Ok(if any { Ok(()) } else { Err(StoreError::Invalid(why.to_owned())) })
}

fn find(connection: &Connection, name: &str) -> rusqlite::Result<Option<User>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM users WHERE name = ?1"))?;
    statement.query_row([name], user).optional()
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        name: row.get(0)?,
        full_name: row.get(1)?,
        password_hash: row.get(2)?,
        administrator: row.get(3)?,
        changed_at: Moment(row.get(4)?),
    })
}

fn check(user: &User) -> Result<()> {
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_-.".contains(letter);
    if !(3..=31).contains(&user.name.len()) || !user.name.chars().all(allowed) {
        return Err(StoreError::Invalid(format!(
            "a user name has 3 to 31 lower-case letters, digits, \"_\", \"-\" or \".\", unlike {:?}",
            user.name
        )));
    }
    if !user.password_hash.starts_with("$argon2") {
        return Err(StoreError::Invalid(format!("the password of {} is not given as an argon2 hash", user.name)));
    }
    Ok(())
}
