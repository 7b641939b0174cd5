//! `ttsc`, `ttsched` and `ttsctasks`: timetables, when they run, and what they do.
//!
//! Schedules and tasks are kept as people type them. Nothing here refers from one table to the other by a key of its own, so
//! that the tables can be copied to the other server one by one. When a timetable ran is kept in `local.db`.

use model::{AcdNumber, Moment, Policy, RunScope, ServerId, Task, Timetable, TimetableKey};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::SystemStore;
use crate::error::{Result, StoreError};

pub(super) fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE ttsc (
            OWNER TEXT NOT NULL, NAME TEXT NOT NULL, DESCRIPTION TEXT NOT NULL, ACD INTEGER NOT NULL, ONLY_ON TEXT,
            GOES_ON INTEGER NOT NULL, RUNS_LATE INTEGER NOT NULL, CHANGED_AT INTEGER NOT NULL, CHANGED_BY TEXT NOT NULL,
            PRIMARY KEY (OWNER, NAME)
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE ttsched (
            OWNER TEXT NOT NULL, NAME TEXT NOT NULL, SCHEDULE TEXT NOT NULL, PRIMARY KEY (OWNER, NAME)
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE ttsctasks (
            OWNER TEXT NOT NULL, NAME TEXT NOT NULL, SEQ INTEGER NOT NULL, ACD INTEGER NOT NULL, TASK TEXT NOT NULL,
            PRIMARY KEY (OWNER, NAME, SEQ)
         ) STRICT, WITHOUT ROWID;",
    )
}

/// A timetable as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTimetable {
    /// The timetable.
    pub timetable: Timetable,
    /// When it was last changed.
    pub changed_at: Moment,
    /// By whom.
    pub changed_by: String,
}

/// All timetables that can be read, by owner and name, and what is wrong with the others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeptTimetables {
    /// Those that can be read.
    pub timetables: Vec<KeptTimetable>,
    /// Those that cannot: a newer version may have written one, or its tables were restored one by one.
    pub unusable: Vec<UnusableTimetable>,
}

/// A timetable that cannot run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusableTimetable {
    /// Whose it is, and what it is called.
    pub key: TimetableKey,
    /// What it is for.
    pub description: String,
    /// The ACD by whose time it was to run.
    pub acd: AcdNumber,
    /// When, as it is kept; empty if that is nowhere.
    pub schedule: String,
    /// On which servers.
    pub scope: RunScope,
    /// Whether tasks behind one that fails are done, and whether a missed run is made up for.
    pub policy: Policy,
    /// What was to be done; known only where all is asked for.
    pub tasks: Vec<Task>,
    /// When it was last changed.
    pub changed_at: Moment,
    /// By whom.
    pub changed_by: String,
    /// Why it cannot run; beside its name.
    pub why: String,
}

impl UnusableTimetable {
    /// Why it cannot run, as a sentence that names it.
    pub fn told(&self) -> String {
        format!("{} cannot be used: {}", self.key, self.why)
    }
}

const HEADS: &str =
    "SELECT ttsc.OWNER, ttsc.NAME, DESCRIPTION, ACD, ONLY_ON, GOES_ON, RUNS_LATE, CHANGED_AT, CHANGED_BY,
                            coalesce(SCHEDULE, '')
                     FROM ttsc LEFT JOIN ttsched USING (OWNER, NAME)";

impl SystemStore {
    /// All timetables, without their tasks: what has to be known each second.
    pub fn timetable_heads(&self) -> Result<KeptTimetables> {
        let heads = self.0.run("read the timetables", |connection| {
            let mut statement = connection.prepare_cached(&format!("{HEADS} ORDER BY ttsc.OWNER, ttsc.NAME"))?;
            statement.query_map([], head)?.collect::<rusqlite::Result<Vec<_>>>()
        })?;
        let mut kept = KeptTimetables::default();
        for head in heads {
            match head {
                Ok(timetable) => kept.timetables.push(timetable),
                Err(unusable) => kept.unusable.push(*unusable),
            }
        }
        Ok(kept)
    }

    /// All timetables.
    pub fn timetables(&self) -> Result<KeptTimetables> {
        let mut kept = self.timetable_heads()?;
        self.0.run("read the timetables", |connection| {
            for known in &mut kept.timetables {
                known.timetable.tasks = tasks(connection, &known.timetable.key)?;
            }
            for known in &mut kept.unusable {
                known.tasks = tasks(connection, &known.key)?;
            }
            Ok(())
        })?;
        Ok(kept)
    }

    /// The timetable of that owner and name.
    ///
    /// # Errors
    /// [`StoreError::NoSuchTimetable`] if there is none, [`StoreError::Invalid`] if it cannot be read.
    pub fn timetable(&self, key: &TimetableKey) -> Result<KeptTimetable> {
        let found = self.0.run("read a timetable", |connection| {
            let sql = format!("{HEADS} WHERE ttsc.OWNER = ?1 AND ttsc.NAME = ?2");
            let head = connection.query_row(&sql, [&key.owner, &key.name], head).optional()?;
            Ok((head, tasks(connection, key)?))
        })?;
        let (head, tasks) = found;
        let kept = head.ok_or_else(|| StoreError::NoSuchTimetable(key.clone()))?;
        let mut kept = kept.map_err(|unusable| StoreError::Invalid(unusable.told()))?;
        kept.timetable.tasks = tasks;
        Ok(kept)
    }

    /// Adds a timetable.
    ///
    /// # Errors
    /// [`StoreError::TimetableExists`] if the owner has one of that name.
    pub fn add_timetable(&mut self, new: &KeptTimetable) -> Result<()> {
        check(&new.timetable)?;
        let key = &new.timetable.key;
        let added = self.0.write("add a timetable", |transaction| {
            let sql = "SELECT count(*) FROM ttsc WHERE OWNER = ?1 AND NAME = ?2";
            let there: u32 = transaction.query_row(sql, [&key.owner, &key.name], |row| row.get(0))?;
            if there == 0 {
                put(transaction, new)?;
            }
            Ok(there == 0)
        })?;
        if added { Ok(()) } else { Err(StoreError::TimetableExists(key.clone())) }
    }

    /// Puts a changed timetable in the place of the one with its owner and name.
    ///
    /// # Errors
    /// [`StoreError::NoSuchTimetable`] if there is none.
    pub fn modify_timetable(&mut self, changed: &KeptTimetable) -> Result<()> {
        check(&changed.timetable)?;
        let key = &changed.timetable.key;
        let was_there = self.0.write("change a timetable", |transaction| {
            let was_there = remove(transaction, key)?;
            if was_there {
                put(transaction, changed)?;
            }
            Ok(was_there)
        })?;
        if was_there { Ok(()) } else { Err(StoreError::NoSuchTimetable(key.clone())) }
    }

    /// Puts a changed timetable that has another name in the place of one of the same owner.
    ///
    /// # Errors
    /// [`StoreError::NoSuchTimetable`] if there is none, [`StoreError::TimetableExists`] if the owner has one of the new name.
    pub fn rename_timetable(&mut self, before: &TimetableKey, changed: &KeptTimetable) -> Result<()> {
        check(&changed.timetable)?;
        let key = &changed.timetable.key;
        self.0.write("rename a timetable", |transaction| {
            let sql = "SELECT count(*) FROM ttsc WHERE OWNER = ?1 AND NAME = ?2";
            let there: u32 = transaction.query_row(sql, [&key.owner, &key.name], |row| row.get(0))?;
            if there > 0 {
                return Ok(Err(StoreError::TimetableExists(key.clone())));
            }
            if !remove(transaction, before)? {
                return Ok(Err(StoreError::NoSuchTimetable(before.clone())));
            }
            put(transaction, changed).map(Ok)
        })?
    }

    /// Removes a timetable.
    ///
    /// # Errors
    /// [`StoreError::NoSuchTimetable`] if there is none.
    pub fn delete_timetable(&mut self, key: &TimetableKey) -> Result<()> {
        let was_there = self.0.write("remove a timetable", |transaction| remove(transaction, key))?;
        if was_there { Ok(()) } else { Err(StoreError::NoSuchTimetable(key.clone())) }
    }

    /// Says on which servers timetables run, of several at once. Those that are no longer there are passed over.
    pub fn set_run_scopes(&mut self, scopes: &[(TimetableKey, RunScope)], at: Moment, by: &str) -> Result<()> {
        self.0.write("change where timetables run", |transaction| {
            let sql = "UPDATE ttsc SET ONLY_ON = ?3, CHANGED_AT = ?4, CHANGED_BY = ?5 WHERE OWNER = ?1 AND NAME = ?2";
            let mut statement = transaction.prepare(sql)?;
            for (key, scope) in scopes {
                statement.execute(params![key.owner, key.name, scope_text(scope), at.0, by])?;
            }
            Ok(())
        })
    }
}

fn check(timetable: &Timetable) -> Result<()> {
    timetable.fault().map_or(Ok(()), |fault| Err(StoreError::Invalid(fault)))
}

/// How a scope is kept: the server's number, nothing for all servers.
pub(crate) fn scope_text(scope: &RunScope) -> Option<&str> {
    match scope {
        RunScope::Anywhere => None,
        RunScope::Only(server) => Some(&server.0),
    }
}

pub(crate) fn scope_of(text: Option<String>) -> RunScope {
    text.map_or(RunScope::Anywhere, |server| RunScope::Only(ServerId(server)))
}

/// A row of [`HEADS`], or what is wrong with it.
fn head(row: &Row<'_>) -> rusqlite::Result<std::result::Result<KeptTimetable, Box<UnusableTimetable>>> {
    let key = TimetableKey { owner: row.get(0)?, name: row.get(1)? };
    let (description, acd, scope) = (row.get(2)?, AcdNumber(row.get(3)?), scope_of(row.get(4)?));
    let policy = Policy { goes_on: row.get(5)?, runs_late: row.get(6)? };
    let (changed_at, changed_by) = (Moment(row.get(7)?), row.get(8)?);
    let kept = row.get_ref(9)?.as_str()?;
    let unusable = |why: String| {
        let (schedule, tasks) = (kept.to_owned(), Vec::new());
        Box::new(UnusableTimetable {
            why,
            key: key.clone(),
            description: String::clone(&description),
            acd,
            schedule,
            scope: RunScope::clone(&scope),
            policy,
            tasks,
            changed_at,
            changed_by: String::clone(&changed_by),
        })
    };
    if kept.is_empty() {
        let why = "it has no schedule, as after a restore of its tables one by one; give it one (Edit…, or `cms timetable modify \
                   --schedule`), restore the timetables, whose tables come together now, or delete it";
        return Ok(Err(unusable(why.to_owned())));
    }
    let schedule = match kept.parse() {
        Ok(schedule) => schedule,
        Err(why) => return Ok(Err(unusable(why))),
    };
    let timetable = Timetable { key, description, acd, schedule, scope, policy, tasks: Vec::new() };
    Ok(Ok(KeptTimetable { timetable, changed_at, changed_by }))
}

fn tasks(connection: &Connection, key: &TimetableKey) -> rusqlite::Result<Vec<Task>> {
    let sql = "SELECT ACD, TASK FROM ttsctasks WHERE OWNER = ?1 AND NAME = ?2 ORDER BY SEQ";
    let mut statement = connection.prepare_cached(sql)?;
    let task = |row: &Row<'_>| Ok(Task::kept(AcdNumber(row.get(0)?), row.get_ref(1)?.as_str()?));
    statement.query_map([&key.owner, &key.name], task)?.collect()
}

fn remove(transaction: &Connection, key: &TimetableKey) -> rusqlite::Result<bool> {
    let of = [&key.owner, &key.name];
    transaction.execute("DELETE FROM ttsctasks WHERE OWNER = ?1 AND NAME = ?2", of)?;
    transaction.execute("DELETE FROM ttsched WHERE OWNER = ?1 AND NAME = ?2", of)?;
    Ok(transaction.execute("DELETE FROM ttsc WHERE OWNER = ?1 AND NAME = ?2", of)? > 0)
}

fn put(transaction: &Connection, kept: &KeptTimetable) -> rusqlite::Result<()> {
    let Timetable { key, description, acd, schedule, scope, policy, tasks } = &kept.timetable;
    let TimetableKey { owner, name } = key;
    // What a table that was copied alone has left behind is not this timetable's.
    remove(transaction, key)?;
    transaction.execute(
        "INSERT INTO ttsc VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            owner,
            name,
            description,
            acd.0,
            scope_text(scope),
            policy.goes_on,
            policy.runs_late,
            kept.changed_at.0,
            kept.changed_by
        ],
    )?;
    transaction.execute("INSERT INTO ttsched VALUES (?1, ?2, ?3)", params![owner, name, schedule.to_string()])?;
    let mut statement = transaction.prepare("INSERT INTO ttsctasks VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (at, task) in (1u32..).zip(tasks) {
        statement.execute(params![owner, name, at, task.acd.0, task.work.to_string()])?;
    }
    Ok(())
}
