//! Reading rows of a table for reports: chosen items, entities and time.

use catalog::{Derived, Item, Table, TableKind, Unit, Value};
use model::{Level, Moment};
use rusqlite::types::{Value as Stored, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use super::ahead::{self, Span};
use super::{AcdReader, schema};
use crate::error::{Result, StoreError};

/// Which rows. Empty lists match nothing; what is `None` does not restrict. Which item of a table a list restricts is
/// said by [`Table::item_for_key`]: SPLIT of `call_rec` is its DISPSPLIT.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowFilter {
    /// First moment that may place a row ([`Table::placed_by`]): the start of an interval, the
    /// moment of an event, the first midnight of a day, week or month.
    pub from: Option<Moment>,
    /// First moment that is too late.
    pub to: Option<Moment>,
    /// Of what lasts ([`Table::ends_by`]): only rows that end at or after this moment.
    pub ends_from: Option<Moment>,
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

const HALF_HOUR_SECS: i64 = 1800;
const DAY_SECS: i64 = 86_400;
/// From so many rows of each entity on, going from entity to entity is quicker than the index by time.
const SOME_ROWS: i64 = 4;
/// Up to so many rows of each entity the index by time is the cheaper list of those that there are: it is one stretch of the file,
/// while the key is asked for each of them at another place.
const LISTED_ROWS: i64 = 96;

impl AcdReader {
    /// Calls `each` with the chosen `items` (positions in `table.items()`) of every row that the filter lets through:
    /// rows of intervals and periods entity by entity and each in order of time, events in order of time. The slice is only valid
    /// during the call.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if the filter names something that the table does not tell: ignoring it would
    /// show more than was asked for.
    pub fn for_each_row(
        &self,
        table: &'static Table,
        items: &[usize],
        filter: &RowFilter,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<()> {
        let (sql, parameters) = select(table, items, filter)?;
        self.database.run("read rows", |connection| {
            ahead::ask(connection, table.name, &far_apart(connection, table, filter)?);
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

/// The item as SQL reads it: its column, or what it is made from.
pub(super) fn read(table: &Table, item: &Item) -> String {
    match table.derived(item) {
        None => format!("\"{}\"", item.name),
        Some(Derived::Same(other)) => format!("\"{other}\""),
        Some(Derived::DateOf(secs)) => format!("CAST(strftime('%Y%m%d', \"{secs}\", 'unixepoch') AS INTEGER)"),
        Some(Derived::Blank) => "NULL".to_owned(),
    }
}

type Parameters = Vec<Box<dyn ToSql>>;

fn select(table: &'static Table, items: &[usize], filter: &RowFilter) -> Result<(String, Parameters)> {
    let mut wanted = Wanted::default();
    let (index, order) = match table.kind {
        TableKind::Event => (String::new(), wanted.events(table, filter)),
        kind => match kind.level() {
            Some(level) => wanted.periods(table, level, filter),
            None => wanted.intervals(table, filter),
        },
    };
    for (key, list) in filter.lists() {
        let item = table.item_for_key(key);
        let item = item.ok_or_else(|| StoreError::Invalid(format!("{} cannot be restricted by {key}", table.name)))?;
        let place = wanted.parameter(key_list(item, list)?);
        wanted.conditions.push(format!("\"{}\" IN (SELECT value FROM json_each({place}))", item.name));
    }
    let columns: Vec<String> = items.iter().map(|&item| read(table, &table.items()[item])).collect();
    let conditions = wanted.conditions.join(" AND ");
    let sql = format!(
        "SELECT {columns} FROM {name}{index}{filter} ORDER BY {order}",
        columns = if columns.is_empty() { "1".to_owned() } else { columns.join(", ") },
        name = table.name,
        filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {conditions}") },
    );
    Ok((sql, wanted.parameters))
}

/// Conditions of a SELECT and the values in them.
#[derive(Default)]
struct Wanted {
    conditions: Vec<String>,
    parameters: Parameters,
}

impl Wanted {
    /// Adds a value and gives its place in the statement.
    fn parameter(&mut self, value: impl ToSql + 'static) -> String {
        self.parameters.push(Box::new(value));
        format!("?{}", self.parameters.len())
    }

    /// The filter's stretch of time, as conditions on a column.
    fn times(&mut self, column: &str, filter: &RowFilter) -> Vec<String> {
        [(filter.from, ">="), (filter.to, "<")]
            .into_iter()
            .filter_map(|(bound, sign)| Some(format!("{column} {sign} {}", self.parameter(bound?.0))))
            .collect()
    }

    /// Events stand in the order in which they came.
    fn events(&mut self, table: &Table, filter: &RowFilter) -> String {
        let time = table.placed_by.unwrap_or("rowid");
        let times = self.times(time, filter);
        self.conditions.extend(times);
        if let Some((ends, from)) = table.ends_by().zip(filter.ends_from) {
            let place = self.parameter(from.0);
            self.conditions.push(format!("\"{ends}\" >= {place}"));
        }
        match table.name {
            "haglog" => "LOGIN, LOGID, EXTN, LOGOUT".to_owned(),
            "linkex" => "ROW_TIME_UTC, REASON".to_owned(),
            _ => format!("{time}, rowid"),
        }
    }

    /// Without the first key the way into an interval table is the index by time, or each entity's stretch of time if that
    /// is long. The index needs the starts one by one to be able to jump to an agent inside each.
    fn intervals(&mut self, table: &'static Table, filter: &RowFilter) -> (String, String) {
        let key = schema::primary_key(table);
        let jumps = jumps(&key, filter);
        let times = self.times("STARTTIME_UTC", filter);
        if !jumps && is_long(filter, HALF_HOUR_SECS) {
            let listed = is_listed(&key, filter).then_some(&*times);
            self.each_entity(table, key[0], filter, listed);
        }
        match (jumps, times.is_empty()) {
            (true, true) => self.conditions.push("STARTTIME_UTC IN (SELECT STARTTIME_UTC FROM digests)".to_owned()),
            (true, false) => self
                .conditions
                .push(format!("STARTTIME_UTC IN (SELECT STARTTIME_UTC FROM digests WHERE {})", times.join(" AND "))),
            (false, _) => self.conditions.extend(times),
        }
        (by_time(table, jumps), key.join(", "))
    }

    /// Days, weeks and months are placed by ROW_DATE; the list of them knows at which moment each begins. The way in is as
    /// into an interval table.
    fn periods(&mut self, table: &'static Table, level: Level, filter: &RowFilter) -> (String, String) {
        let key = schema::primary_key(table);
        let jumps = jumps(&key, filter);
        let times = self.times("STARTTIME_UTC", filter);
        if !jumps && is_long(filter, DAY_SECS * level_days(level)) {
            self.each_entity(table, key[0], filter, None);
        }
        let list = format!("FROM summaries WHERE LEVEL = '{level}'");
        if jumps {
            let and = times.iter().fold(String::new(), |all, condition| format!("{all} AND {condition}"));
            self.conditions.push(format!("ROW_DATE IN (SELECT ROW_DATE {list}{and})"));
        } else {
            let bounds = times.iter().map(|condition| match condition.contains(">=") {
                true => format!("ROW_DATE >= (SELECT min(ROW_DATE) {list} AND {condition})"),
                false => format!("ROW_DATE <= (SELECT max(ROW_DATE) {list} AND {condition})"),
            });
            self.conditions.extend(bounds);
        }
        (by_time(table, jumps), key.join(", "))
    }
}

impl Wanted {
    /// Unless a list says which entities: those that have rows within `times`, or [every one](schema::every_entity).
    fn each_entity(&mut self, table: &'static Table, first_key: &str, filter: &RowFilter, times: Option<&[String]>) {
        if named(table, first_key, filter).is_some() {
            return;
        }
        self.conditions.push(match times {
            None => schema::every_entity(first_key, table.name),
            Some(times) => format!("\"{first_key}\" IN ({})", listed(table, first_key, times)),
        });
    }
}

/// Which entities have rows within these times, by the index.
fn listed(table: &Table, first_key: &str, times: &[String]) -> String {
    format!("SELECT \"{first_key}\" FROM {}{} WHERE {}", table.name, by_time(table, true), times.join(" AND "))
}

/// Whether they are to be listed so. With more keys each has many rows of one start.
fn is_listed(key: &[&str], filter: &RowFilter) -> bool {
    key.len() == 2 && secs(filter).is_some_and(|secs| secs <= LISTED_ROWS * HALF_HOUR_SECS)
}

/// Whether the way into a table is from start to start, and to some agents in each.
fn jumps(key: &[&str], filter: &RowFilter) -> bool {
    filter.agents.is_some() && key.contains(&"LOGID") && filter.splits.is_none()
}

/// The entities that a list says.
fn named<'f>(table: &'static Table, first_key: &str, filter: &'f RowFilter) -> Option<(&'static Item, &'f [String])> {
    filter.lists().find_map(|(key, list)| {
        let item = table.item_for_key(key).filter(|item| item.name == first_key)?;
        Some((item, list))
    })
}

/// What is asked for, if it lies far apart in the file: some rows each of entities that are known.
fn far_apart(connection: &Connection, table: &'static Table, filter: &RowFilter) -> rusqlite::Result<Vec<Span>> {
    let key = schema::primary_key(table);
    let is_short = secs(filter).is_some_and(|secs| secs < SOME_ROWS * HALF_HOUR_SECS);
    if table.kind != TableKind::Interval || jumps(&key, filter) || is_short {
        return Ok(Vec::new());
    }
    let (from, to) = (filter.from.map_or(i64::MIN, |from| from.0), filter.to.map_or(i64::MAX, |to| to.0));
    let entities: Vec<Stored> = match named(table, key[0], filter) {
        Some((item, list)) if item.text => list.iter().cloned().map(Stored::Text).collect(),
        Some((_, list)) => list.iter().filter_map(|text| text.parse().ok().map(Stored::Integer)).collect(),
        None if is_listed(&key, filter) => {
            let times = ["STARTTIME_UTC >= ?1", "STARTTIME_UTC < ?2"].map(str::to_owned);
            let sql = format!("SELECT DISTINCT * FROM ({})", listed(table, key[0], &times));
            connection.prepare(&sql)?.query_map([from, to], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?
        }
        None => Vec::new(),
    };
    Ok(entities.into_iter().map(|entity| Span { entity, from, to }).collect())
}

/// How long the time is that is asked for; `None` if it has an open end.
fn secs(filter: &RowFilter) -> Option<i64> {
    filter.from.zip(filter.to).map(|(from, to)| to - from)
}

/// Whether the time asked for holds some rows of each entity, each `secs` after the one before.
fn is_long(filter: &RowFilter, row_secs: i64) -> bool {
    match secs(filter) {
        Some(secs) => secs >= SOME_ROWS * row_secs,
        None => filter.from.or(filter.to).is_some(),
    }
}

fn level_days(level: Level) -> i64 {
    match level {
        Level::Daily => 1,
        Level::Weekly => 7,
        Level::Monthly => 28,
    }
}

fn by_time(table: &Table, jumps: bool) -> String {
    if jumps { format!(" INDEXED BY {}", schema::time_index(table)) } else { String::new() }
}

/// The list as a JSON text: one parameter however long it is.
fn key_list(item: &Item, list: &[String]) -> Result<String> {
    if item.text {
        return Ok(serde_json::json!(list).to_string());
    }
    let numbers = list.iter().map(|text| {
        text.parse::<i64>().map_err(|_| StoreError::Invalid(format!("{} must be a number, not {text:?}", item.name)))
    });
    Ok(serde_json::json!(numbers.collect::<Result<Vec<_>>>()?).to_string())
}

pub(super) fn cell(value: ValueRef<'_>, unit: Unit) -> rusqlite::Result<Value> {
    Ok(match (value, unit) {
        (ValueRef::Integer(secs), Unit::Moment) => Value::At(Moment(secs)),
        (ValueRef::Integer(number), _) => Value::Int(number),
        (ValueRef::Null, _) => Value::Blank,
        (other, _) => Value::text(other.as_str()?),
    })
}
