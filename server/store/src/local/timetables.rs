//! What one server alone knows of timetables: up to when it has looked after each, how each ran last, and what global
//! edits can be undone to. It goes nowhere with the timetables, so a copy on the other server begins anew there.

use std::collections::{BTreeMap, BTreeSet};

use model::{Moment, RunScope, RunStatus, TimetableKey};
use rusqlite::{Connection, Row, params};

use super::LocalStore;
use crate::database::run_status;
use crate::error::Result;
use crate::system::timetables::{scope_of, scope_text};

pub(super) fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE timetable_runs (
            OWNER TEXT NOT NULL, NAME TEXT NOT NULL, SCHEDULE TEXT NOT NULL, SEEN_TO INTEGER NOT NULL,
            STARTED_AT INTEGER, ENDED_AT INTEGER, OUTCOME TEXT NOT NULL, DETAIL TEXT NOT NULL,
            PRIMARY KEY (OWNER, NAME)
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE timetable_undo (
            OWNER TEXT NOT NULL, NAME TEXT NOT NULL, WAS TEXT, BECAME TEXT, AT INTEGER NOT NULL, BY TEXT NOT NULL,
            PRIMARY KEY (OWNER, NAME)
         ) STRICT, WITHOUT ROWID;",
    )
}

/// So many global edits of an owner's timetables can be undone, one after the other.
const EDITS_MAX: u32 = 10;

/// Of before: of each owner's edits the last one alone was kept.
pub(super) fn keep_several_edits(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "ALTER TABLE timetable_undo RENAME TO timetable_undo_of_one;
         CREATE TABLE timetable_undo (
            OWNER TEXT NOT NULL, EDIT INTEGER NOT NULL, NAME TEXT NOT NULL, WAS TEXT, BECAME TEXT, AT INTEGER NOT NULL,
            BY TEXT NOT NULL,
            PRIMARY KEY (OWNER, EDIT, NAME)
         ) STRICT, WITHOUT ROWID;
         INSERT INTO timetable_undo SELECT OWNER, 1, NAME, WAS, BECAME, AT, BY FROM timetable_undo_of_one;
         DROP TABLE timetable_undo_of_one;",
    )
}

/// How a timetable stands on this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunState {
    /// The schedule that `seen_to` belongs to; under another one it begins anew.
    pub schedule: String,
    /// Runs that were due up to this moment are dealt with: done, begun, or reported as missed.
    pub seen_to: Moment,
    /// When the last run began.
    pub started_at: Option<Moment>,
    /// When it ended; absent while it goes on.
    pub ended_at: Option<Moment>,
    /// How that run stands, or what became of it; absent before the first.
    pub outcome: Option<RunStatus>,
    /// The outcome in words.
    pub detail: String,
}

/// A global edit as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobalEdit {
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// Name, scope before and scope after of each timetable.
    pub scopes: Vec<(String, RunScope, RunScope)>,
}

impl LocalStore {
    /// How timetables stand on this server.
    pub fn run_states(&self) -> Result<BTreeMap<TimetableKey, RunState>> {
        self.0.run("read how timetables stand", |connection| {
            let sql =
                "SELECT OWNER, NAME, SCHEDULE, SEEN_TO, STARTED_AT, ENDED_AT, OUTCOME, DETAIL FROM timetable_runs";
            let state = |row: &Row<'_>| {
                let state = RunState {
                    schedule: row.get(2)?,
                    seen_to: Moment(row.get(3)?),
                    started_at: row.get::<_, Option<i64>>(4)?.map(Moment),
                    ended_at: row.get::<_, Option<i64>>(5)?.map(Moment),
                    // Empty before the first run.
                    outcome: match row.get_ref(6)?.as_str()? {
                        "" => None,
                        _ => Some(run_status(row, 6)?),
                    },
                    detail: row.get(7)?,
                };
                Ok((TimetableKey { owner: row.get(0)?, name: row.get(1)? }, state))
            };
            connection.prepare_cached(sql)?.query_map([], state)?.collect()
        })
    }

    /// Remembers how a timetable stands.
    pub fn set_run_state(&mut self, key: &TimetableKey, state: &RunState) -> Result<()> {
        self.0.write("remember how a timetable stands", |transaction| {
            let RunState { schedule, seen_to, started_at, ended_at, outcome, detail } = state;
            let (started, ended) = (started_at.map(|at| at.0), ended_at.map(|at| at.0));
            let outcome = outcome.map_or("", RunStatus::word);
            transaction
                .execute(
                    "INSERT OR REPLACE INTO timetable_runs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                    params![key.owner, key.name, schedule, seen_to.0, started, ended, outcome, detail],
                )
                .map(drop)
        })
    }

    /// Forgets timetables: they are gone, run elsewhere, or are to begin anew.
    pub fn forget_run_states(&mut self, keys: &BTreeSet<TimetableKey>) -> Result<()> {
        self.0.write("forget how timetables stand", |transaction| {
            let mut statement = transaction.prepare("DELETE FROM timetable_runs WHERE OWNER = ?1 AND NAME = ?2")?;
            keys.iter().try_for_each(|key| statement.execute([&key.owner, &key.name]).map(drop))
        })
    }

    /// What is known of a timetable is from now on known of it under another name, also what a global edit of it is undone to.
    pub fn rename_timetable(&mut self, before: &TimetableKey, name: &str) -> Result<()> {
        self.0.write("rename what is known of a timetable", |transaction| {
            for table in ["timetable_runs", "timetable_undo"] {
                // What is left of another one that had the name and has gone is not this one's.
                transaction
                    .execute(&format!("DELETE FROM {table} WHERE OWNER = ?1 AND NAME = ?2"), [&before.owner, name])?;
                let sql = format!("UPDATE {table} SET NAME = ?3 WHERE OWNER = ?1 AND NAME = ?2");
                transaction.execute(&sql, [&before.owner, &before.name, name])?;
            }
            Ok(())
        })
    }

    /// Keeps what a global edit of an owner's timetables can be undone to, before what earlier ones can be undone to. `instead` of
    /// the last one it is kept where it is that edit given once more.
    pub fn keep_global_edit(&mut self, owner: &str, edit: &GlobalEdit, instead: bool) -> Result<()> {
        self.0.write("keep what a global edit can be undone to", |transaction| {
            let last = last_edit(transaction, owner)?.unwrap_or_default();
            let number = if instead { last.max(1) } else { last + 1 };
            let sql = "DELETE FROM timetable_undo WHERE OWNER = ?1 AND (EDIT >= ?2 OR EDIT <= ?2 - ?3)";
            transaction.execute(sql, params![owner, number, EDITS_MAX])?;
            let sql = "INSERT INTO timetable_undo VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let mut statement = transaction.prepare(sql)?;
            for (name, was, became) in &edit.scopes {
                let (was, became) = (scope_text(was), scope_text(became));
                statement.execute(params![owner, number, name, was, became, edit.at.0, edit.by])?;
            }
            Ok(())
        })
    }

    /// The last global edit of an owner's timetables that can be undone.
    pub fn global_edit(&self, owner: &str) -> Result<Option<GlobalEdit>> {
        self.0.run("read what a global edit can be undone to", |connection| {
            let Some(last) = last_edit(connection, owner)? else { return Ok(None) };
            let sql =
                "SELECT NAME, WAS, BECAME, AT, BY FROM timetable_undo WHERE OWNER = ?1 AND EDIT = ?2 ORDER BY NAME";
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query(params![owner, last])?;
            let mut edit: Option<GlobalEdit> = None;
            while let Some(row) = rows.next()? {
                let new = GlobalEdit { at: Moment(row.get(3)?), by: row.get(4)?, scopes: Vec::new() };
                let scopes = &mut edit.get_or_insert(new).scopes;
                scopes.push((row.get(0)?, scope_of(row.get(1)?), scope_of(row.get(2)?)));
            }
            Ok(edit)
        })
    }

    /// Forgets the last one: it was undone. Of the timetables in `left` all are forgotten: they were changed by hand since, and no
    /// earlier edit's undoing may take that back either.
    pub fn forget_global_edit(&mut self, owner: &str, left: &[String]) -> Result<()> {
        self.0.write("forget a global edit", |transaction| {
            let last = last_edit(transaction, owner)?;
            transaction.execute("DELETE FROM timetable_undo WHERE OWNER = ?1 AND EDIT = ?2", params![owner, last])?;
            let mut of_one = transaction.prepare("DELETE FROM timetable_undo WHERE OWNER = ?1 AND NAME = ?2")?;
            left.iter().try_for_each(|name| of_one.execute([owner, name]).map(drop))
        })
    }
}

/// Number of the last global edit of an owner's timetables that can be undone.
fn last_edit(connection: &Connection, owner: &str) -> rusqlite::Result<Option<i64>> {
    connection.query_row("SELECT max(EDIT) FROM timetable_undo WHERE OWNER = ?1", [owner], |row| row.get(0))
}
