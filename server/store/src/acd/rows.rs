//! Reading rows of an interval table for reports: chosen items, entities and time.

use catalog::{Table, Unit, Value};
use model::Moment;
use rusqlite::types::ValueRef;
use rusqlite::{ToSql, params_from_iter};

use super::{AcdReader, schema};
use crate::error::{Result, StoreError};

/// Which rows. Empty lists match nothing; what is `None` does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowFilter {
    /// First start of an interval.
    pub from: Option<Moment>,
    /// First start that is too late.
    pub to: Option<Moment>,
    /// SPLIT.
    pub splits: Option<Vec<String>>,
    /// LOGID.
    pub agents: Option<Vec<String>>,
    /// VDN.
    pub vdns: Option<Vec<String>>,
    /// VECTOR.
    pub vectors: Option<Vec<String>>,
    /// TKGRP.
    pub trunk_groups: Option<Vec<String>>,
    /// EQLOC.
    pub trunks: Option<Vec<String>>,
    /// CWC.
    pub work_codes: Option<Vec<String>>,
}

impl RowFilter {
    fn lists(&self) -> impl Iterator<Item = (&'static str, &[String])> {
        [
            ("SPLIT", &self.splits),
            ("LOGID", &self.agents),
            ("VDN", &self.vdns),
            ("VECTOR", &self.vectors),
            ("TKGRP", &self.trunk_groups),
            ("EQLOC", &self.trunks),
            ("CWC", &self.work_codes),
        ]
        .into_iter()
        .filter_map(|(key, list)| list.as_deref().map(|list| (key, list)))
    }
}

impl AcdReader {
    /// Calls `each` with the chosen `items` (positions in `table.items()`) of every row that the filter
    /// lets through, entity by entity and each in order of time. The slice is only valid during the call.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if the filter names something that is not a key of the table: ignoring it
    /// would show more than was asked for.
    pub fn for_each_row(
        &self,
        table: &'static Table,
        items: &[usize],
        filter: &RowFilter,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<()> {
        let (sql, parameters) = select(table, items, filter)?;
        self.database.run("read rows", |connection| {
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(parameters.iter().map(AsRef::as_ref)))?;
            let mut values = vec![Value::Blank; items.len()];
            while let Some(row) = rows.next()? {
                for (place, (value, &item)) in values.iter_mut().zip(items).enumerate() {
                    *value = cell(row.get_ref(place)?, table.items()[item].unit)?;
                }
                each(&values);
            }
            Ok(())
        })
    }

    /// How SQLite would find the rows, for tests.
    #[cfg(test)]
    pub(crate) fn plan(&self, table: &'static Table, items: &[usize], filter: &RowFilter) -> Vec<String> {
        let (sql, parameters) = select(table, items, filter).unwrap();
        let plan = |connection: &rusqlite::Connection| {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let parameters = params_from_iter(parameters.iter().map(AsRef::as_ref));
            statement.query_map(parameters, |row| row.get("detail"))?.collect()
        };
        self.database.run("explain", plan).unwrap()
    }
}

type Parameters = Vec<Box<dyn ToSql>>;

fn select(table: &Table, items: &[usize], filter: &RowFilter) -> Result<(String, Parameters)> {
    let key = schema::primary_key(table);
    let mut conditions = Vec::new();
    let mut parameters: Parameters = Vec::new();
    // Without the first key the way in is the index by time. It needs the starts one by one to be able to
    // jump to an agent inside each.
    let jumps = filter.agents.is_some() && key.contains(&"LOGID") && filter.splits.is_none();
    let times: Vec<String> = [(filter.from, ">="), (filter.to, "<")]
        .into_iter()
        .filter_map(|(bound, sign)| {
            parameters.push(Box::new(bound?.0));
            Some(format!("STARTTIME_UTC {sign} ?{}", parameters.len()))
        })
        .collect();
    match (jumps, times.is_empty()) {
        (true, true) => conditions.push("STARTTIME_UTC IN (SELECT STARTTIME_UTC FROM digests)".to_owned()),
        (true, false) => conditions
            .push(format!("STARTTIME_UTC IN (SELECT STARTTIME_UTC FROM digests WHERE {})", times.join(" AND "))),
        (false, _) => conditions.extend(times),
    }
    for (name, list) in filter.lists() {
        if !key.contains(&name) {
            return Err(StoreError::Invalid(format!("{} cannot be restricted by {name}", table.name)));
        }
        parameters.push(Box::new(key_list(table, name, list)?));
        conditions.push(format!("\"{name}\" IN (SELECT value FROM json_each(?{}))", parameters.len()));
    }
    let columns: Vec<String> = items.iter().map(|&item| format!("\"{}\"", table.items()[item].name)).collect();
    let sql = format!(
        "SELECT {columns} FROM {name}{index}{filter} ORDER BY {key}",
        columns = if columns.is_empty() { "1".to_owned() } else { columns.join(", ") },
        name = table.name,
        index = if jumps { format!(" INDEXED BY {}", schema::time_index(table)) } else { String::new() },
        filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) },
        key = key.join(", "),
    );
    Ok((sql, parameters))
}

/// The list as a JSON text: one parameter however long it is.
fn key_list(table: &Table, name: &str, list: &[String]) -> Result<String> {
    if schema::is_text(table, name) {
        return Ok(serde_json::json!(list).to_string());
    }
    let numbers = list.iter().map(|text| {
        text.parse::<i64>().map_err(|_| StoreError::Invalid(format!("{name} must be a number, not {text:?}")))
    });
    Ok(serde_json::json!(numbers.collect::<Result<Vec<_>>>()?).to_string())
}

fn cell(value: ValueRef<'_>, unit: Unit) -> rusqlite::Result<Value> {
    Ok(match (value, unit) {
        (ValueRef::Integer(secs), Unit::Moment) => Value::At(Moment(secs)),
        (ValueRef::Integer(number), _) => Value::Int(number),
        (ValueRef::Null, _) => Value::Blank,
        (other, _) => Value::text(other.as_str()?),
    })
}
