//! People who may sign in.

use std::collections::BTreeSet;

use model::{AcdNumber, Moment};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::SystemStore;
use crate::error::{Result, StoreError};

/// One user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// What is typed at sign-in: 3 to 31 lower-case letters, digits, `_`, `-` and `.`.
    pub name: String,
    /// The person's name.
    pub full_name: String,
    /// Where the person sits.
    pub room: String,
    /// The person's telephone.
    pub phone: String,
    /// Whether the user may administer this server.
    pub administrator: bool,
    /// Whether the user may read everything, whatever else is permitted.
    pub reads_everything: bool,
    /// Live reports that may be open at once, 1 to 12; 0 for as many as wanted.
    pub max_windows: u8,
    /// Shortest time between two refreshes in seconds, 3 to 600; 0 for as it happens.
    pub fastest_refresh_secs: u16,
    /// The ACD that the user begins with.
    pub login_acd: AcdNumber,
    /// When this was last changed.
    pub changed_at: Moment,
}

impl User {
    /// A user without any permission.
    pub fn new(name: impl Into<String>, changed_at: Moment) -> User {
        User {
            name: name.into(),
            full_name: String::new(),
            room: String::new(),
            phone: String::new(),
            administrator: false,
            reads_everything: false,
            max_windows: 0,
            fastest_refresh_secs: 0,
            login_acd: AcdNumber(1),
            changed_at,
        }
    }
}

/// What belongs to a user: kinds of thing in words, each with the names of what there is. What the user leaves behind for
/// everybody, such as global reports, is not among it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Belongings(pub Vec<(&'static str, Vec<String>)>);

impl Belongings {
    /// Whether there is anything.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, names)| names.is_empty())
    }

    /// The same without what is gone, by the table that lists it and its name.
    pub fn without(mut self, is_gone: &dyn Fn(&str, &str) -> bool) -> Belongings {
        for ((_, names), (_, tables, ..)) in self.0.iter_mut().zip(OWNED) {
            names.retain(|name| !is_gone(tables[0], name));
        }
        self
    }

    /// What there is, in words.
    pub fn text(&self) -> String {
        let kinds = self.0.iter().filter(|(_, names)| !names.is_empty());
        kinds.map(|(kind, names)| format!("{kind} {}", names.join(", "))).collect::<Vec<_>>().join("; ")
    }
}

/// What belongs to users: what it is, its tables (the first one lists it), the column that tells whose it is, and the one that
/// names it. A further kind of such things is one line here.
const OWNED: &[(&str, &[&str], &str, &str)] = &[
    ("the designer reports", &["reports"], "owner", "path"),
    ("the timetables", &["ttsc", "ttsched", "ttsctasks"], "OWNER", "NAME"),
    ("the shortcuts", &["shortcuts"], "OWNER", "NAME"),
];

/// Every table with the column that tells whose its rows are.
fn owned_tables() -> impl Iterator<Item = (&'static str, &'static str)> {
    OWNED.iter().flat_map(|(_, tables, owner, _)| tables.iter().map(|table| (*table, *owner)))
}

const COLUMNS: &str = "name, full_name, room, phone, administrator, reads_everything, max_windows, \
                       fastest_refresh_secs, login_acd, changed_at";

/// From the version before: more is known of users, and their passwords are no longer here. Who could sign in could read
/// everything, and still can.
pub(super) fn describe_users(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "secure_delete", true)?;
    connection.execute_batch(
        "CREATE TABLE earlier_passwords (
            name TEXT PRIMARY KEY, hash TEXT NOT NULL, changed_at INTEGER NOT NULL
         ) STRICT, WITHOUT ROWID;
         INSERT INTO earlier_passwords SELECT name, password_hash, changed_at FROM users;
         ALTER TABLE users DROP COLUMN password_hash;
         ALTER TABLE users ADD COLUMN room TEXT NOT NULL DEFAULT '';
         ALTER TABLE users ADD COLUMN phone TEXT NOT NULL DEFAULT '';
         ALTER TABLE users ADD COLUMN reads_everything INTEGER NOT NULL DEFAULT 1;
         ALTER TABLE users ADD COLUMN max_windows INTEGER NOT NULL DEFAULT 0;
         ALTER TABLE users ADD COLUMN fastest_refresh_secs INTEGER NOT NULL DEFAULT 0;
         ALTER TABLE users ADD COLUMN login_acd INTEGER NOT NULL DEFAULT 1;",
    )
}

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
            let sql =
                format!("INSERT OR IGNORE INTO users ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
            let added = store(transaction, &sql, user)?;
            if added > 0 {
                // What one of this name, whom a restore took away, has left must not be permitted by that.
                RIGHTS.into_iter().try_for_each(|table| clear_rights(transaction, table, &user.name))?;
            }
            Ok(added)
        })?;
        if added == 0 { Err(StoreError::UserExists(user.name.clone())) } else { Ok(()) }
    }

    /// Changes everything but the name.
    pub fn modify_user(&mut self, user: &User) -> Result<()> {
        check(user)?;
        self.refuse_if_last(&user.name, user.administrator)?;
        let changed = self.0.write("change a user", |transaction| {
            let sql =
                "UPDATE users SET full_name = ?2, room = ?3, phone = ?4, administrator = ?5, reads_everything = ?6,
                       max_windows = ?7, fastest_refresh_secs = ?8, login_acd = ?9, changed_at = ?10 WHERE name = ?1";
            store(transaction, sql, user)
        })?;
        if changed == 0 { Err(StoreError::NoSuchUser(user.name.clone())) } else { Ok(()) }
    }

    /// What belongs to a user.
    pub fn belongings(&self, name: &str) -> Result<Belongings> {
        self.0.run("look for what belongs to a user", |connection| {
            let each = OWNED.iter().map(|(kind, tables, owner, title)| {
                let table = tables[0];
                let sql = format!("SELECT DISTINCT {title} FROM {table} WHERE {owner} = ?1 ORDER BY {title}");
                let mut statement = connection.prepare_cached(&sql)?;
                let names = statement.query_map([name], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>();
                Ok((*kind, names?))
            });
            each.collect::<rusqlite::Result<Vec<_>>>().map(Belongings)
        })
    }

    /// Gives everything that belongs to a user to another one.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if the other has something of the same name; nothing is changed then.
    pub fn give_belongings(&mut self, from: &str, to: &str) -> Result<()> {
        let (given, theirs) = (self.belongings(from)?, self.belongings(to)?);
        let both = given.0.iter().zip(&theirs.0).flat_map(|((_, given), (_, theirs))| {
            given.iter().filter(|name| theirs.iter().any(|known| known.eq_ignore_ascii_case(name)))
        });
        let both: Vec<&str> = both.map(String::as_str).collect();
        if !both.is_empty() {
            let both = both.join(", ");
            return Err(StoreError::Invalid(format!("{to} has {both} already; rename or delete one of each first")));
        }
        self.0.write("give what belongs to a user to another", |transaction| {
            owned_tables().try_for_each(|(table, owner)| {
                let sql = format!("UPDATE {table} SET {owner} = ?2 WHERE {owner} = ?1");
                transaction.execute(&sql, [from, to]).map(drop)
            })
        })
    }

    /// Removes a user, with all that belongs to the user and was permitted.
    pub fn delete_user(&mut self, name: &str) -> Result<()> {
        self.refuse_if_last(name, false)?;
        let removed = self.0.write("remove a user", |transaction| {
            for (table, owner) in owned_tables() {
                transaction.execute(&format!("DELETE FROM {table} WHERE {owner} = ?1"), [name])?;
            }
            RIGHTS.into_iter().try_for_each(|table| clear_rights(transaction, table, name))?;
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

/// Runs a statement whose places are the columns of a user, in their order.
fn store(transaction: &Connection, sql: &str, user: &User) -> rusqlite::Result<usize> {
    let values = params![
        user.name,
        user.full_name,
        user.room,
        user.phone,
        user.administrator,
        user.reads_everything,
        user.max_windows,
        user.fastest_refresh_secs,
        user.login_acd.0,
        user.changed_at.0
    ];
    transaction.execute(sql, values)
}

/// The tables of what users may besides what each ACD's file says.
pub(crate) const RIGHTS: [&str; 2] = ["features", "menu_access"];

fn clear_rights(connection: &Connection, table: &str, name: &str) -> rusqlite::Result<()> {
    connection.execute(&format!("DELETE FROM {table} WHERE user = ?1"), [name]).map(drop)
}

/// Names of all users.
pub(crate) fn user_names(connection: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    connection.prepare("SELECT name FROM users")?.query_map([], |row| row.get(0))?.collect()
}

/// Takes away what these tables permit to users who are not among those of `before`: it was another one's of that name.
pub(crate) fn clear_rights_of_added(
    connection: &Connection,
    tables: &[&str],
    before: &BTreeSet<String>,
) -> rusqlite::Result<()> {
    for name in user_names(connection)?.difference(before) {
        tables.iter().try_for_each(|table| clear_rights(connection, table, name))?;
    }
    Ok(())
}

/// Refuses a file in which nobody could administer: none of its administrators has a password on this server.
pub(crate) fn keep_an_administrator(
    connection: &Connection,
    with_password: &BTreeSet<String>,
) -> rusqlite::Result<Result<()>> {
    let mut statement = connection.prepare("SELECT name FROM users WHERE administrator")?;
    let names = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    let why = "none of the backup's administrators has a password on this server, so nobody could administer it; \
               add one of them here first, with a password";
    let any = names.iter().any(|name| with_password.contains(name));
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
        room: row.get(2)?,
        phone: row.get(3)?,
        administrator: row.get(4)?,
        reads_everything: row.get(5)?,
        max_windows: row.get(6)?,
        fastest_refresh_secs: row.get(7)?,
        login_acd: AcdNumber(row.get(8)?),
        changed_at: Moment(row.get(9)?),
    })
}

fn check(user: &User) -> Result<()> {
    let invalid = |why: String| Err(StoreError::Invalid(why));
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_-.".contains(letter);
    if !(3..=31).contains(&user.name.len()) || !user.name.chars().all(allowed) {
        return invalid(format!(
            "a user name has 3 to 31 lower-case letters, digits, \"_\", \"-\" or \".\", unlike {:?}",
            user.name
        ));
    }
    for (what, text) in [("name", &user.full_name), ("room", &user.room), ("telephone", &user.phone)] {
        if text.chars().count() > 50 || text.chars().any(char::is_control) {
            return invalid(format!(
                "the {what} of {} has at most 50 characters in one line, unlike {text:?}",
                user.name
            ));
        }
    }
    if user.max_windows > 12 {
        return invalid(format!("{} can have 1 to 12 windows, or 0 for as many as wanted", user.name));
    }
    if !matches!(user.fastest_refresh_secs, 0 | 3..=600) {
        return invalid(format!(
            "the fastest refresh of {} is 3 to 600 seconds, or 0 for as it happens, not {}",
            user.name, user.fastest_refresh_secs
        ));
    }
    Ok(())
}
