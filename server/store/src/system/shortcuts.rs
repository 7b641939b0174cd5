//! `shortcuts`: reports with their inputs that a user opens together. One row is one step; row 0 is how they are arranged, where
//! that is kept.
//!
//! Steps are kept as people type them, and name reports by their paths: nothing here is a number that only this server knows,
//! so that the table can be copied to the other server alone. A shortcut without steps does not exist.

use model::Moment;
use rusqlite::{Connection, Row, params};

use super::SystemStore;
use crate::error::{Result, StoreError};

pub(super) fn create_table(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE shortcuts (
            OWNER TEXT NOT NULL, NAME TEXT NOT NULL COLLATE NOCASE, SEQ INTEGER NOT NULL, STEP TEXT NOT NULL,
            CHANGED_AT INTEGER NOT NULL, CHANGED_BY TEXT NOT NULL, PRIMARY KEY (OWNER, NAME, SEQ)
         ) STRICT, WITHOUT ROWID;",
    )
}

/// A shortcut as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptShortcut {
    /// Whose it is.
    pub owner: String,
    /// Its name, unique for the owner without regard to case.
    pub name: String,
    /// What it opens, as typed, in order; at least one.
    pub steps: Vec<String>,
    /// How they are arranged on the screen, as the program that kept it wrote it.
    pub arrangement: Option<String>,
    /// When it was last changed.
    pub changed_at: Moment,
    /// By whom.
    pub changed_by: String,
}

impl SystemStore {
    /// The shortcuts of an owner, or of all users, by owner and name.
    pub fn shortcuts(&self, owner: Option<&str>) -> Result<Vec<KeptShortcut>> {
        let steps = self.0.run("read the shortcuts", |connection| {
            let sql = "SELECT OWNER, NAME, STEP, CHANGED_AT, CHANGED_BY, SEQ FROM shortcuts
                       WHERE ?1 IS NULL OR OWNER = ?1 ORDER BY OWNER, NAME, SEQ";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_map([owner], step)?.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        let mut shortcuts: Vec<KeptShortcut> = Vec::new();
        for step in steps {
            match shortcuts.last_mut().filter(|last| (&last.owner, &last.name) == (&step.owner, &step.name)) {
                Some(last) => {
                    last.steps.extend(step.steps);
                    last.arrangement = last.arrangement.take().or(step.arrangement);
                }
                None => shortcuts.push(step),
            }
        }
        Ok(shortcuts)
    }

    /// The shortcut of that owner and name, without regard to the name's case.
    ///
    /// # Errors
    /// [`StoreError::NoSuchShortcut`] if there is none.
    pub fn shortcut(&self, owner: &str, name: &str) -> Result<KeptShortcut> {
        let found = self.shortcuts(Some(owner))?.into_iter().find(|known| known.name.eq_ignore_ascii_case(name));
        found.ok_or_else(|| no_such(owner, name))
    }

    /// Adds a shortcut.
    ///
    /// # Errors
    /// [`StoreError::ShortcutExists`] if the owner has one of that name.
    pub fn add_shortcut(&mut self, new: &KeptShortcut) -> Result<()> {
        let added = self.0.write("add a shortcut", |transaction| {
            let is_free = !exists(transaction, &new.owner, &new.name)?;
            if is_free {
                put(transaction, new)?;
            }
            Ok(is_free)
        })?;
        if added { Ok(()) } else { Err(exists_already(new)) }
    }

    /// Puts a changed shortcut, which may have another name, in the place of its owner's of this name.
    ///
    /// # Errors
    /// [`StoreError::NoSuchShortcut`] if there is none, [`StoreError::ShortcutExists`] if the owner has one of the other name.
    pub fn modify_shortcut(&mut self, name: &str, changed: &KeptShortcut) -> Result<()> {
        self.0.write("change a shortcut", |transaction| {
            let is_renamed = !changed.name.eq_ignore_ascii_case(name);
            if is_renamed && exists(transaction, &changed.owner, &changed.name)? {
                return Ok(Err(exists_already(changed)));
            }
            if !remove(transaction, &changed.owner, name)? {
                return Ok(Err(no_such(&changed.owner, name)));
            }
            put(transaction, changed).map(Ok)
        })?
    }

    /// Removes a shortcut.
    ///
    /// # Errors
    /// [`StoreError::NoSuchShortcut`] if there is none.
    pub fn delete_shortcut(&mut self, owner: &str, name: &str) -> Result<()> {
        let was_there = self.0.write("remove a shortcut", |transaction| remove(transaction, owner, name))?;
        if was_there { Ok(()) } else { Err(no_such(owner, name)) }
    }
}

fn no_such(owner: &str, name: &str) -> StoreError {
    StoreError::NoSuchShortcut { owner: owner.to_owned(), name: name.to_owned() }
}

fn exists_already(new: &KeptShortcut) -> StoreError {
    StoreError::ShortcutExists { owner: new.owner.clone(), name: new.name.clone() }
}

/// A shortcut with one step, or with its arrangement alone.
fn step(row: &Row<'_>) -> rusqlite::Result<KeptShortcut> {
    let (text, is_arrangement) = (row.get(2)?, row.get::<_, i64>(5)? == 0);
    let (steps, arrangement) = if is_arrangement { (Vec::new(), Some(text)) } else { (vec![text], None) };
    Ok(KeptShortcut {
        owner: row.get(0)?,
        name: row.get(1)?,
        steps,
        arrangement,
        changed_at: Moment(row.get(3)?),
        changed_by: row.get(4)?,
    })
}

fn exists(connection: &Connection, owner: &str, name: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM shortcuts WHERE OWNER = ?1 AND NAME = ?2)";
    connection.query_row(sql, [owner, name], |row| row.get(0))
}

fn remove(transaction: &Connection, owner: &str, name: &str) -> rusqlite::Result<bool> {
    Ok(transaction.execute("DELETE FROM shortcuts WHERE OWNER = ?1 AND NAME = ?2", [owner, name])? > 0)
}

fn put(transaction: &Connection, kept: &KeptShortcut) -> rusqlite::Result<()> {
    let KeptShortcut { owner, name, steps, arrangement, changed_at, changed_by } = kept;
    let mut statement = transaction.prepare("INSERT INTO shortcuts VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let arranged = arrangement.iter().map(|text| (0, text));
    for (at, step) in arranged.chain((1u32..).zip(steps)) {
        statement.execute(params![owner, name, at, step, changed_at.0, changed_by])?;
    }
    Ok(())
}
