//! The maintenance error log: what this server has to tell its administrator, counted, bounded, and acknowledged by people.

use model::{Moment, Severity};
use rusqlite::{Connection, Row, params};

use super::LocalStore;
use crate::error::Result;

/// Most entries that are kept. What was acknowledged goes first, then what is least grave, then what is oldest.
pub const LOG_ENTRIES_MAX: u32 = 1_000;

pub(super) fn create_table(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE maintenance_log (
            ID INTEGER PRIMARY KEY AUTOINCREMENT, SEVERITY INTEGER NOT NULL, CODE TEXT NOT NULL, TEXT TEXT NOT NULL,
            COUNT INTEGER NOT NULL, FIRST_AT INTEGER NOT NULL, LAST_AT INTEGER NOT NULL,
            ACKNOWLEDGED_AT INTEGER, ACKNOWLEDGED_BY TEXT
         ) STRICT;",
    )
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its number.
    pub id: i64,
    /// How grave it is.
    pub severity: Severity,
    /// What kind of thing it is, for programs.
    pub code: String,
    /// What happened, for people.
    pub text: String,
    /// How often it was told before it was acknowledged.
    pub count: u64,
    /// When first.
    pub first_at: Moment,
    /// When last.
    pub last_at: Moment,
    /// When and by whom it was acknowledged.
    pub acknowledged: Option<(Moment, String)>,
}

impl LocalStore {
    /// Adds an entry, or counts one more where the same was told and nobody has acknowledged it yet.
    pub fn log_maintenance(&mut self, at: Moment, severity: Severity, code: &str, text: &str) -> Result<()> {
        self.0.write("write the maintenance error log", |transaction| {
            insert(transaction, (at, at), severity, code, text, 1)
        })
    }

    /// The newest entries, newest first; those that were acknowledged only if so asked.
    pub fn maintenance_log(&self, acknowledged_too: bool, limit: u32) -> Result<Vec<LogEntry>> {
        self.0.run("read the maintenance error log", |connection| {
            let sql = "SELECT ID, SEVERITY, CODE, TEXT, COUNT, FIRST_AT, LAST_AT, ACKNOWLEDGED_AT, ACKNOWLEDGED_BY
                       FROM maintenance_log WHERE ?1 OR ACKNOWLEDGED_AT IS NULL ORDER BY LAST_AT DESC, ID DESC LIMIT ?2";
            let last = connection.query_row("SELECT coalesce(max(ID), 0) FROM maintenance_log", [], |row| row.get(0))?;
            let mut entries = self.told_waiting(last);
            let mut statement = connection.prepare_cached(sql)?;
            for written in statement.query_map(params![acknowledged_too, limit], entry)? {
                entries.push(written?);
            }
            entries.truncate(limit as usize);
            Ok(entries)
        })
    }

    /// Acknowledges entries, or all that there are; says how many were not acknowledged before.
    pub fn acknowledge_maintenance(&mut self, ids: Option<&[i64]>, at: Moment, by: &str) -> Result<usize> {
        self.make_up()?;
        self.0.write("acknowledge entries of the maintenance error log", |transaction| {
            let sql =
                "UPDATE maintenance_log SET ACKNOWLEDGED_AT = ?1, ACKNOWLEDGED_BY = ?2 WHERE ACKNOWLEDGED_AT IS NULL";
            let Some(ids) = ids else { return transaction.execute(sql, params![at.0, by]) };
            let mut statement = transaction.prepare(&format!("{sql} AND ID = ?3"))?;
            ids.iter().map(|id| statement.execute(params![at.0, by, id])).sum()
        })
    }
}

pub(super) fn insert(
    transaction: &Connection,
    (first_at, last_at): (Moment, Moment),
    severity: Severity,
    code: &str,
    text: &str,
    count: u64,
) -> rusqlite::Result<()> {
    let (number, count) = (severity as u8, i64::try_from(count).unwrap_or(i64::MAX));
    let again = transaction.execute(
        "UPDATE maintenance_log SET COUNT = COUNT + ?5, LAST_AT = ?4
         WHERE SEVERITY = ?1 AND CODE = ?2 AND TEXT = ?3 AND ACKNOWLEDGED_AT IS NULL",
        params![number, code, text, last_at.0, count],
    )?;
    if again == 0 {
        transaction.execute(
            "INSERT INTO maintenance_log (SEVERITY, CODE, TEXT, COUNT, FIRST_AT, LAST_AT)
             VALUES (?1, ?2, ?3, ?6, ?4, ?5)",
            params![number, code, text, first_at.0, last_at.0, count],
        )?;
    }
    transaction.execute(
        "DELETE FROM maintenance_log WHERE ID IN (
            SELECT ID FROM maintenance_log ORDER BY ACKNOWLEDGED_AT IS NULL, SEVERITY, LAST_AT, ID
            LIMIT max(0, (SELECT count(*) FROM maintenance_log) - ?1))",
        [LOG_ENTRIES_MAX],
    )?;
    Ok(())
}

fn entry(row: &Row<'_>) -> rusqlite::Result<LogEntry> {
    let severity = usize::from(row.get::<_, u8>(1)?);
    let acknowledged: (Option<i64>, Option<String>) = (row.get(7)?, row.get(8)?);
    Ok(LogEntry {
        id: row.get(0)?,
        // A graver one than this version knows is at least an error.
        severity: Severity::ALL.get(severity).copied().unwrap_or(Severity::Error),
        code: row.get(2)?,
        text: row.get(3)?,
        count: row.get::<_, i64>(4)?.unsigned_abs(),
        first_at: Moment(row.get(5)?),
        last_at: Moment(row.get(6)?),
        acknowledged: acknowledged.0.zip(acknowledged.1).map(|(at, by)| (Moment(at), by)),
    })
}
