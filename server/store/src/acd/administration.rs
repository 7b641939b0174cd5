//! Administration tables of one ACD: what people decided and the switch does not know.
//!
//! They are the truth of administration: a server that starts compares them with the collector's state and enters what
//! is missing there. Where in the journal each change stands is kept too: a state that is rebuilt from the journal alone
//! begins with what was in force before its first record, so old intervals come out as they were. Their names and columns are the field's, so that ACD-specific administration data can be carried.

use model::event::Configuration;
use model::{CallProfile, SplitId, VdnId};
use rusqlite::{Connection, Row, ToSql, params, params_from_iter};

use super::{AcdReader, AcdStore, History};
use crate::error::{Result, StoreError};

/// From the version before: tables for call profiles, and where in the journal each change of administration stands.
pub(super) fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    let periods: String =
        (1..=CallProfile::INCREMENTS).map(|number| format!(", PERIOD{number} INTEGER NOT NULL DEFAULT 0")).collect();
    connection.execute_batch(&format!(
        "CREATE TABLE split_pro (
            ACD INTEGER NOT NULL, SPLIT INTEGER NOT NULL PRIMARY KEY, SERVICELEVEL INTEGER NOT NULL{periods}
         ) STRICT;
         CREATE TABLE vdn_pro (
            ACD INTEGER NOT NULL, VDN TEXT NOT NULL PRIMARY KEY, SERVICELEVEL INTEGER NOT NULL{periods}
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE entered (ENTRY INTEGER PRIMARY KEY, CONFIGURATION TEXT NOT NULL) STRICT;"
    ))
}

impl AcdStore {
    /// Keeps what was administered, in place of what was administered of the same thing before. Of a profile that is removed
    /// nothing is kept.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] for what only the switch decides.
    pub fn administer(&mut self, configuration: &Configuration) -> Result<()> {
        let acd = i64::from(self.history.acd.0);
        match configuration {
            Configuration::Exception { rule } => return self.keep_rule(rule),
            Configuration::Trace { agent, on } => return self.keep_trace(*agent, *on),
            Configuration::SplitProfileRemoved { split } => return self.forget_profile("split_pro", "SPLIT", &split.0),
            Configuration::VdnProfileRemoved { vdn } => return self.forget_profile("vdn_pro", "VDN", &vdn.as_str()),
            _ => {}
        }
        let (table, key, number, profile): (_, _, Box<dyn ToSql>, _) = match configuration {
            Configuration::SplitProfile { split, profile } => ("split_pro", "SPLIT", Box::new(split.0), profile),
            Configuration::VdnProfile { vdn, profile } => {
                ("vdn_pro", "VDN", Box::new(vdn.as_str().to_owned()), profile)
            }
            other => return Err(StoreError::Invalid(format!("{other:?} is not administered here"))),
        };
        let mut values: Vec<Box<dyn ToSql>> = vec![Box::new(acd), number, Box::new(profile.service_level_secs)];
        values.extend(
            (0..CallProfile::INCREMENTS)
                .map(|place| -> Box<dyn ToSql> { Box::new(profile.increments_secs.get(place).copied().unwrap_or(0)) }),
        );
        let columns = format!("ACD, {key}, SERVICELEVEL{}", period_columns());
        let places = vec!["?"; values.len()].join(", ");
        let sql = format!("INSERT OR REPLACE INTO {table} ({columns}) VALUES ({places})");
        self.history.database.write("keep what was administered", |transaction| {
            transaction.execute(&sql, params_from_iter(values.iter().map(AsRef::as_ref))).map(drop)
        })
    }
}

impl AcdStore {
    fn forget_profile(&mut self, table: &str, key: &str, number: &dyn ToSql) -> Result<()> {
        let sql = format!("DELETE FROM {table} WHERE {key} = ?1");
        self.history
            .database
            .write("remove a call profile", |transaction| transaction.execute(&sql, [number]).map(drop))
    }
}

impl History {
    /// Remembers that the journal's record `index` entered a configuration; 0 if it was so before the first record.
    pub fn note_entered(&mut self, index: u64, configuration: &Configuration) -> Result<()> {
        let text = serde_json::json!(configuration).to_string();
        self.database.write("note an administered change", |transaction| {
            let entry = i64::try_from(index).unwrap_or(i64::MAX);
            // Several may hold from the beginning; they are told apart by negative numbers.
            let entry = match entry {
                0 => transaction
                    .query_row("SELECT min(0, coalesce(min(ENTRY), 0)) - 1 FROM entered", [], |row| row.get(0))?,
                entry => entry,
            };
            transaction.execute("INSERT OR REPLACE INTO entered VALUES (?1, ?2)", params![entry, text]).map(drop)
        })
    }
}

impl AcdReader {
    /// What was in force before the journal's record `index`, in the order in which it was entered: the last of the same
    /// thing holds.
    pub fn entered_before(&self, index: u64) -> Result<Vec<Configuration>> {
        self.database.run("read what was administered before", |connection| {
            let sql = "SELECT CONFIGURATION FROM entered WHERE ENTRY < ?1 ORDER BY ENTRY > 0, abs(ENTRY)";
            let parse = |row: &Row<'_>| {
                serde_json::from_str(row.get_ref(0)?.as_str()?).map_err(|fault| {
                    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(fault))
                })
            };
            let index = i64::try_from(index).unwrap_or(i64::MAX);
            connection.prepare_cached(sql)?.query_map([index], parse)?.collect()
        })
    }

    /// Everything that was administered, in a fixed order.
    pub fn administration(&self) -> Result<Vec<Configuration>> {
        let mut all: Vec<Configuration> = self.database.run("read the split/skill profiles", |connection| {
            read(connection, "split_pro", "SPLIT", |row| {
                Ok(Configuration::SplitProfile { split: SplitId(row.get(0)?), profile: profile(row)? })
            })
        })?;
        all.extend(self.database.run("read the VDN profiles", |connection| {
            read(connection, "vdn_pro", "VDN", |row| {
                let vdn = VdnId::new(row.get_ref(0)?.as_str()?).map_err(|fault| {
                    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(fault))
                })?;
                Ok(Configuration::VdnProfile { vdn, profile: profile(row)? })
            })
        })?);
        all.extend(self.exception_rules()?.into_iter().map(|rule| Configuration::Exception { rule }));
        all.extend(self.traces()?.into_iter().map(|(agent, on)| Configuration::Trace { agent, on }));
        Ok(all)
    }
}

fn period_columns() -> String {
    (1..=CallProfile::INCREMENTS).map(|number| format!(", PERIOD{number}")).collect()
}

fn read(
    connection: &Connection,
    table: &str,
    key: &str,
    each: impl Fn(&Row<'_>) -> rusqlite::Result<Configuration>,
) -> rusqlite::Result<Vec<Configuration>> {
    let sql = format!("SELECT {key}, SERVICELEVEL{} FROM {table} ORDER BY {key}", period_columns());
    connection.prepare_cached(&sql)?.query_map([], each)?.collect()
}

/// A limit of 0 ends the list: limits rise, so only the first could be 0, and that would say nothing.
fn profile(row: &Row<'_>) -> rusqlite::Result<CallProfile> {
    let mut profile = CallProfile { service_level_secs: row.get(1)?, ..CallProfile::default() };
    for place in 0..CallProfile::INCREMENTS {
        match row.get(2 + place)? {
            0 => break,
            limit => profile.increments_secs.push(limit),
        }
    }
    Ok(profile)
}

/// The administration table that keeps a configuration; `None` if it is not administered here.
pub fn administration_table(configuration: &Configuration) -> Option<&'static str> {
    match configuration {
        Configuration::SplitProfile { .. } | Configuration::SplitProfileRemoved { .. } => Some("split_pro"),
        Configuration::VdnProfile { .. } | Configuration::VdnProfileRemoved { .. } => Some("vdn_pro"),
        Configuration::Exception { rule } => Some(super::exceptions::place(rule.key.scope.element()).0),
        Configuration::Trace { .. } => Some("aar_agents"),
        _ => None,
    }
}
