//! Main menu additions with their files, the field's table `menu_add`, and which users may open them.
//!
//! A file is a column of its entry: whatever carries the entry (a backup, a sync) carries the file. Its digest stands beside
//! it, so that two servers are compared without its bytes.

use std::collections::BTreeMap;

use model::{Access, MenuKind, Moment, hex};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest as _, Sha256};

use super::SystemStore;
use crate::error::Result;

/// The file of an addition, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuFile {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its content, hexadecimal.
    pub digest: String,
}

impl MenuFile {
    /// What there is to know of a file.
    pub fn of(name: &str, content: &[u8]) -> MenuFile {
        let digest = hex(&Sha256::digest(content));
        MenuFile { name: name.to_owned(), bytes: content.len() as u64, digest }
    }
}

/// One addition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuAddition {
    /// What the menu calls it; unique without regard to case.
    pub name: String,
    /// What else is to be known of it.
    pub description: String,
    /// Its place in the menu; additions of the same place stand by name.
    pub place: u16,
    /// What it opens.
    pub kind: MenuKind,
    /// The web address; empty if it opens none.
    pub address: String,
    /// The file, if one is kept with it.
    pub file: Option<MenuFile>,
    /// When this was last changed.
    pub changed_at: Moment,
    /// By whom.
    pub changed_by: String,
}

pub(super) fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE menu_add (
            NAME TEXT PRIMARY KEY COLLATE NOCASE, DESCR TEXT NOT NULL, PLACE INTEGER NOT NULL, KIND TEXT NOT NULL,
            ADDRESS TEXT NOT NULL, FILE_NAME TEXT, DIGEST TEXT, CONTENT BLOB,
            CHANGED_AT INTEGER NOT NULL, CHANGED_BY TEXT NOT NULL
         ) STRICT;
         CREATE TABLE menu_access (
            user TEXT NOT NULL, NAME TEXT NOT NULL COLLATE NOCASE, access TEXT NOT NULL, PRIMARY KEY (user, NAME)
         ) STRICT, WITHOUT ROWID;",
    )
}

const COLUMNS: &str = "NAME, DESCR, PLACE, KIND, ADDRESS, FILE_NAME, length(CONTENT), DIGEST, CHANGED_AT, CHANGED_BY";

impl SystemStore {
    /// All additions, in the order of the menu. A kind that this version does not know is left out.
    pub fn menu_additions(&self) -> Result<Vec<MenuAddition>> {
        self.0.run("list the main menu additions", |connection| {
            let sql = format!("SELECT {COLUMNS} FROM menu_add ORDER BY PLACE, NAME");
            let mut statement = connection.prepare_cached(&sql)?;
            let found = statement.query_map([], addition)?.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(found.into_iter().flatten().collect())
        })
    }

    /// The addition of that name, without regard to case.
    pub fn menu_addition(&self, name: &str) -> Result<Option<MenuAddition>> {
        self.0.run("find a main menu addition", |connection| {
            let sql = format!("SELECT {COLUMNS} FROM menu_add WHERE NAME = ?1");
            connection.prepare_cached(&sql)?.query_row([name], addition).optional().map(Option::flatten)
        })
    }

    /// The content of an addition's file; nothing if there is none.
    pub fn menu_content(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.0.run("read the file of a main menu addition", |connection| {
            let mut statement = connection.prepare_cached("SELECT CONTENT FROM menu_add WHERE NAME = ?1")?;
            statement.query_row([name], |row| row.get(0)).optional().map(Option::flatten)
        })
    }

    /// Adds an addition with its file.
    pub fn add_menu_addition(&mut self, addition: &MenuAddition, content: Option<&[u8]>) -> Result<()> {
        self.0.write("add a main menu addition", |transaction| insert(transaction, addition, content))
    }

    /// Puts an addition in the place of the one called `before`; what was permitted of that is permitted of this.
    pub fn replace_menu_addition(
        &mut self,
        before: &str,
        addition: &MenuAddition,
        content: Option<&[u8]>,
    ) -> Result<()> {
        self.0.write("change a main menu addition", |transaction| {
            transaction.execute("DELETE FROM menu_add WHERE NAME = ?1", [before])?;
            insert(transaction, addition, content)?;
            // What an addition of that name, long gone, may have left must not be permitted by that.
            if !before.eq_ignore_ascii_case(&addition.name) {
                transaction.execute("DELETE FROM menu_access WHERE NAME = ?1", [&addition.name])?;
            }
            transaction.execute("UPDATE menu_access SET NAME = ?2 WHERE NAME = ?1", [before, &addition.name]).map(drop)
        })
    }

    /// Deletes an addition, with its file and what was permitted of it.
    pub fn delete_menu_addition(&mut self, name: &str) -> Result<()> {
        self.0.write("delete a main menu addition", |transaction| {
            transaction.execute("DELETE FROM menu_access WHERE NAME = ?1", [name])?;
            transaction.execute("DELETE FROM menu_add WHERE NAME = ?1", [name]).map(drop)
        })
    }

    /// What a user may of additions, by name; `all` stands for every one.
    pub fn menu_access(&self, user: &str) -> Result<Vec<(String, Access)>> {
        self.0.run("read which main menu additions a user may open", |connection| {
            let sql = "SELECT NAME, access FROM menu_access WHERE user = ?1 ORDER BY NAME";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([user], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(rows.into_iter().filter_map(|(name, access)| Some((name, Access::parse(&access)?))).collect())
        })
    }

    /// Gives a user access to an addition, or to `all`, or takes it away.
    pub fn set_menu_access(&mut self, user: &str, name: &str, access: Access) -> Result<()> {
        self.0.write("keep which main menu additions a user may open", |transaction| {
            transaction.execute("DELETE FROM menu_access WHERE user = ?1 AND NAME = ?2", [user, name])?;
            if access.is_nothing() {
                return Ok(());
            }
            let row = params![user, name, access.to_string()];
            transaction.execute("INSERT INTO menu_access (user, NAME, access) VALUES (?1, ?2, ?3)", row).map(drop)
        })
    }

    /// The users to whom each addition was permitted, by its name in small letters.
    pub fn menu_users(&self) -> Result<BTreeMap<String, Vec<String>>> {
        self.0.run("read who may open which main menu addition", |connection| {
            let mut statement = connection.prepare_cached("SELECT lower(NAME), user FROM menu_access ORDER BY user")?;
            let mut rows = statement.query([])?;
            let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
            while let Some(row) = rows.next()? {
                found.entry(row.get(0)?).or_default().push(row.get(1)?);
            }
            Ok(found)
        })
    }
}

fn insert(transaction: &Connection, addition: &MenuAddition, content: Option<&[u8]>) -> rusqlite::Result<()> {
    let MenuAddition { name, description, place, kind, address, file, changed_at, changed_by } = addition;
    let (file_name, digest) = (file.as_ref().map(|file| &file.name), file.as_ref().map(|file| &file.digest));
    let sql =
        "INSERT INTO menu_add (NAME, DESCR, PLACE, KIND, ADDRESS, FILE_NAME, DIGEST, CONTENT, CHANGED_AT, CHANGED_BY)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let kind = kind.word();
    let values = params![name, description, place, kind, address, file_name, digest, content, changed_at.0, changed_by];
    transaction.execute(sql, values).map(drop)
}

fn addition(row: &Row<'_>) -> rusqlite::Result<Option<MenuAddition>> {
    let Some(kind) = MenuKind::parse(row.get_ref(3)?.as_str()?) else { return Ok(None) };
    let file = match (row.get(5)?, row.get::<_, Option<i64>>(6)?, row.get(7)?) {
        (Some(name), Some(bytes), Some(digest)) => Some(MenuFile { name, bytes: bytes.unsigned_abs(), digest }),
        _ => None,
    };
    Ok(Some(MenuAddition {
        name: row.get(0)?,
        description: row.get(1)?,
        place: row.get(2)?,
        kind,
        address: row.get(4)?,
        file,
        changed_at: Moment(row.get(8)?),
        changed_by: row.get(9)?,
    }))
}
