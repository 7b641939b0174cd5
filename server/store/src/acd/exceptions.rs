//! Administration tables of exceptions and agent traces, by the field's names: one row for each rule, also while it is off,
//! because its values last; one for each agent who was ever traced.

use model::id::IdError;
use model::{
    AuxReason, ExceptionElement, ExceptionKey, ExceptionKind, ExceptionRule, ExceptionScope, LoginId, SplitId,
    TrunkGroupId, VdnId, VectorId,
};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, Row, ToSql, params};

use super::{AcdReader, AcdStore};
use crate::error::Result;

/// A rule that is about no AUX reason of its own.
const ANY_REASON: i32 = -1;

/// The table of an element, and the column that names what a rule watches.
pub(super) fn place(element: ExceptionElement) -> (&'static str, &'static str) {
    match element {
        ExceptionElement::Agent => ("ag_ex_adm", "SPLIT"),
        ExceptionElement::Split => ("sp_ex_adm", "SPLIT"),
        ExceptionElement::TrunkGroup => ("tg_ex_adm", "TKGRP"),
        ExceptionElement::Vdn => ("vdn_x_adm", "VDN"),
        ExceptionElement::Vector => ("vec_x_adm", "VECTOR"),
    }
}

/// From the version before: tables for rules and traces.
pub(super) fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    for element in ExceptionElement::ALL {
        let (table, column) = place(element);
        let kind = if element == ExceptionElement::Vdn { "TEXT" } else { "INTEGER" };
        connection.execute_batch(&format!(
            "CREATE TABLE {table} (
                ACD INTEGER NOT NULL, {column} {kind} NOT NULL, EXTYPE INTEGER NOT NULL, REASON_CODE INTEGER NOT NULL,
                THRESHOLD INTEGER NOT NULL, TIME INTEGER NOT NULL, ACTIVE INTEGER NOT NULL,
                PRIMARY KEY ({column}, EXTYPE, REASON_CODE)
             ) STRICT, WITHOUT ROWID;"
        ))?;
    }
    connection.execute_batch(
        "CREATE TABLE aar_agents (
            ACD INTEGER NOT NULL, LOGID TEXT NOT NULL PRIMARY KEY, ACTIVE INTEGER NOT NULL
         ) STRICT, WITHOUT ROWID;",
    )
}

impl AcdStore {
    /// Keeps a rule in place of the one with its key.
    pub(super) fn keep_rule(&mut self, rule: &ExceptionRule) -> Result<()> {
        let ExceptionKey { scope, kind, reason } = rule.key;
        let (table, column) = place(scope.element());
        let number: Box<dyn ToSql> = match scope {
            ExceptionScope::Agents(SplitId(number)) | ExceptionScope::Split(SplitId(number)) => Box::new(number),
            ExceptionScope::Vdn(vdn) => Box::new(vdn.as_str().to_owned()),
            ExceptionScope::Vector(VectorId(number)) => Box::new(number),
            ExceptionScope::TrunkGroup(TrunkGroupId(number)) => Box::new(number),
        };
        let reason = reason.map_or(ANY_REASON, |reason| i32::from(reason.0));
        let acd = self.history.acd.0;
        self.history.database.write("keep a rule for exceptions", |transaction| {
            let sql = format!(
                "INSERT OR REPLACE INTO {table} (ACD, {column}, EXTYPE, REASON_CODE, THRESHOLD, TIME, ACTIVE)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
            );
            transaction
                .execute(&sql, params![acd, number, kind.number(), reason, rule.threshold, rule.limit_secs, rule.on])
                .map(drop)
        })
    }

    /// Keeps whether an agent is traced.
    pub(super) fn keep_trace(&mut self, agent: LoginId, on: bool) -> Result<()> {
        let acd = self.history.acd.0;
        self.history.database.write("keep an agent trace", |transaction| {
            let sql = "INSERT OR REPLACE INTO aar_agents (ACD, LOGID, ACTIVE) VALUES (?1, ?2, ?3)";
            transaction.execute(sql, params![acd, agent.as_str(), on]).map(drop)
        })
    }
}

impl AcdReader {
    /// All rules for exceptions, also those that are off, by element, number and kind.
    pub fn exception_rules(&self) -> Result<Vec<ExceptionRule>> {
        self.database.run("read the rules for exceptions", |connection| {
            let mut rules = Vec::new();
            for element in ExceptionElement::ALL {
                let (table, column) = place(element);
                let sql = format!(
                    "SELECT {column}, EXTYPE, REASON_CODE, THRESHOLD, TIME, ACTIVE FROM {table} ORDER BY 1, 2, 3"
                );
                let mut statement = connection.prepare_cached(&sql)?;
                let mut rows = statement.query([])?;
                while let Some(row) = rows.next()? {
                    rules.push(rule(element, row)?);
                }
            }
            Ok(rules)
        })
    }

    /// Agents who are or were traced, and whether they are now.
    pub fn traces(&self) -> Result<Vec<(LoginId, bool)>> {
        self.database.run("read the agent traces", |connection| {
            let mut statement = connection.prepare_cached("SELECT LOGID, ACTIVE FROM aar_agents ORDER BY LOGID")?;
            let trace = |row: &Row<'_>| {
                let agent = LoginId::new(row.get_ref(0)?.as_str()?).map_err(wrong)?;
                Ok((agent, row.get(1)?))
            };
            statement.query_map([], trace)?.collect()
        })
    }
}

fn rule(element: ExceptionElement, row: &Row<'_>) -> rusqlite::Result<ExceptionRule> {
    let scope = match (element, row.get_ref(0)?) {
        (ExceptionElement::Vdn, text) => ExceptionScope::Vdn(VdnId::new(text.as_str()?).map_err(wrong)?),
        (_, ValueRef::Integer(number)) => ExceptionScope::parse(element, &number.to_string()).map_err(wrong)?,
        (_, other) => return Err(rusqlite::Error::InvalidColumnType(0, "number".to_owned(), other.data_type())),
    };
    let number = row.get(1)?;
    let kind = ExceptionKind::try_from((element, number))
        .map_err(|fault| rusqlite::Error::FromSqlConversionFailure(1, Type::Integer, fault.into()))?;
    let reason = u8::try_from(row.get::<_, i32>(2)?).ok().map(AuxReason);
    let key = ExceptionKey { scope, kind, reason };
    Ok(ExceptionRule { key, threshold: row.get(3)?, limit_secs: row.get(4)?, on: row.get(5)? })
}

fn wrong(fault: IdError) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(fault))
}
