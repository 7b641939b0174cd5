//! Reports that people saved on this server.

use model::Moment;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::SystemStore;
use crate::error::{Result, StoreError};
use crate::saved_report::SavedReport;

const COLUMNS: &str = "id, name, path, kind, owner, definition, changed_at, changed_by";

impl SystemStore {
    /// Everybody's reports and the user's own, by path; the own one first where both have the same.
    pub fn reports(&self, user: &str) -> Result<Vec<SavedReport>> {
        self.0.run("list the reports", |connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM reports WHERE owner IS NULL OR owner = ?1 ORDER BY path, owner IS NULL, id"
            );
            connection.prepare_cached(&sql)?.query_map([user], report)?.collect()
        })
    }

    /// All reports, whoever they belong to, by path.
    pub fn every_report(&self) -> Result<Vec<SavedReport>> {
        self.0.run("list all reports", |connection| {
            let sql = format!("SELECT {COLUMNS} FROM reports ORDER BY path, owner, id");
            connection.prepare_cached(&sql)?.query_map([], report)?.collect()
        })
    }

    /// The report of that path, or else of that name, that the user sees; the own one before everybody's.
    pub fn report(&self, user: &str, path: &str) -> Result<Option<SavedReport>> {
        self.0.run("find a report", |connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM reports WHERE (path = ?2 OR name = ?2) AND (owner IS NULL OR owner = ?1)
                 ORDER BY path = ?2 DESC, owner IS NULL, id LIMIT 1"
            );
            connection.prepare_cached(&sql)?.query_row([user, path], report).optional()
        })
    }

    /// Saves a report and returns it with its number. If one of the same path and owner is there and
    /// `overwrite` is not set, nothing is changed and the error brings what is there.
    pub fn save_report(&mut self, new: &SavedReport, overwrite: bool) -> Result<SavedReport> {
        check(new)?;
        let saved = self.0.write("save a report", |transaction| {
            if let Some(known) = same_place(transaction, new)?.filter(|_| !overwrite) {
                return Ok(Err(known));
            }
            transaction.execute(
                "INSERT INTO reports (name, path, kind, owner, definition, changed_at, changed_by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (path, coalesce(owner, '')) DO UPDATE SET name = excluded.name, path = excluded.path,
                 kind = excluded.kind, definition = excluded.definition, changed_at = excluded.changed_at,
                 changed_by = excluded.changed_by",
                params![new.name, new.path, new.kind, new.owner, new.definition, new.changed_at.0, new.changed_by],
            )?;
            Ok(same_place(transaction, new)?.ok_or(new.clone()))
        })?;
        saved.map_err(|known| StoreError::ReportExists(Box::new(known)))
    }

    /// Removes a report by its number.
    pub fn delete_report(&mut self, id: i64) -> Result<()> {
        let removed = self
            .0
            .write("remove a report", |transaction| transaction.execute("DELETE FROM reports WHERE id = ?1", [id]))?;
        if removed == 0 { Err(StoreError::NoSuchReport(format!("number {id}"))) } else { Ok(()) }
    }
}

fn same_place(connection: &Connection, new: &SavedReport) -> rusqlite::Result<Option<SavedReport>> {
    let sql = format!("SELECT {COLUMNS} FROM reports WHERE path = ?1 AND owner IS ?2");
    connection.query_row(&sql, params![new.path, new.owner], report).optional()
}

fn report(row: &Row<'_>) -> rusqlite::Result<SavedReport> {
    Ok(SavedReport {
        id: row.get(0)?,
        name: row.get(1)?,
        path: row.get(2)?,
        kind: row.get(3)?,
        owner: row.get(4)?,
        definition: row.get(5)?,
        changed_at: Moment(row.get(6)?),
        changed_by: row.get(7)?,
    })
}

fn check(new: &SavedReport) -> Result<()> {
    let plain = |text: &str| text.trim() == text && !text.chars().any(char::is_control);
    if !(1..=50).contains(&new.name.chars().count()) || !plain(&new.name) {
        return Err(StoreError::Invalid(format!(
            "a report name has 1 to 50 characters and no blank at its ends, unlike {:?}",
            new.name
        )));
    }
    if !new.path.ends_with(&new.name) || !plain(&new.path) {
        return Err(StoreError::Invalid(format!("the path {:?} does not end with the name {:?}", new.path, new.name)));
    }
    serde_json::from_str::<serde::de::IgnoredAny>(&new.definition)
        .map(drop)
        .map_err(|fault| StoreError::Invalid(format!("the definition of {} is not JSON: {fault}", new.name)))
}
