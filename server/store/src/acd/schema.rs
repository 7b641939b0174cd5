//! Tables of an ACD's file. Those of the catalogue are generated from it, column by column.
//!
//! History arrives by time and is asked for by entity, so the entity comes first in the key: one split's
//! month lies together. A second index by time finds one interval in all entities; it costs little because
//! new entries all go to its end.

use catalog::{Class, Item, Table, TableKind, all_tables};
use rusqlite::Connection;

use super::summaries;
use crate::database::Schema;

pub(super) const SCHEMA: Schema = Schema {
    what: "an ACD's history",
    application_id: 0x5553_4143,
    steps: &[
        first,
        super::administration::create_tables,
        summaries::create_tables,
        super::exceptions::create_tables,
        super::permissions::create_tables,
        super::restored::create_tables,
        super::restored::add_records,
        super::synonyms::create_tables,
        super::names::create_former_names,
        super::restored::add_partly,
        super::returned::settle_all,
    ],
    settle: Some(add_new_items),
};

/// Most skills of a login session that have columns of their own.
const LOGON_SKILLS: usize = 120;

/// The keys that every interval table has besides its entity.
const COMMON_KEYS: [&str; 5] = ["ACD", "ROW_DATE", "STARTTIME", "STARTTIME_UTC", "INTRVL"];

/// The interval tables, in the catalogue's order.
pub(crate) fn interval_tables() -> impl Iterator<Item = &'static Table> {
    all_tables().iter().filter(|table| table.kind == TableKind::Interval)
}

/// The tables of days, weeks and months, in the catalogue's order.
pub(super) fn summary_tables() -> impl Iterator<Item = &'static Table> {
    all_tables().iter().filter(|table| table.kind.is_summary())
}

/// What a row is about: the key items other than the common ones.
pub(super) fn entity_keys(table: &Table) -> impl Iterator<Item = &Item> {
    table.items().iter().filter(|item| item.class == Class::Key && !COMMON_KEYS.contains(&item.name.as_str()))
}

/// The columns of the primary key: first entity, start or day, other entities.
pub(crate) fn primary_key(table: &Table) -> Vec<&str> {
    let mut entity = entity_keys(table).map(|item| item.name.as_str());
    let mut key: Vec<&str> = entity.next().into_iter().collect();
    key.extend(table.placed_by);
    key.extend(entity);
    key
}

/// A condition that leaves no row out, and has SQLite go through a table entity by entity: all that it has, found one after the
/// other through the key. Their rows of a stretch of time lie together, whereas those of one start lie as far apart as there are
/// entities. `table` is written as in a statement.
pub(crate) fn every_entity(first_key: &str, table: &str) -> String {
    let next = |after: &str| format!("SELECT min(\"{first_key}\") FROM {table}{after}");
    let after = next(&format!(" WHERE \"{first_key}\" > it"));
    format!(
        "\"{first_key}\" IN (WITH RECURSIVE every(it) AS ({first} UNION ALL SELECT ({after}) FROM every WHERE it IS NOT NULL) \
         SELECT it FROM every WHERE it IS NOT NULL)",
        first = next("")
    )
}

/// Name of the index by time.
pub(super) fn time_index(table: &Table) -> String {
    format!("{}_by_time", table.name)
}

fn first(connection: &Connection) -> rusqlite::Result<()> {
    for table in interval_tables() {
        connection.execute_batch(&create_table(table))?;
    }
    connection.execute_batch(&create_haglog())?;
    connection.execute_batch(
        "CREATE TABLE linkex (
            ACD INTEGER NOT NULL, ROW_DATE INTEGER NOT NULL, ROW_TIME INTEGER NOT NULL, ROW_TIME_UTC INTEGER NOT NULL,
            REASON INTEGER NOT NULL, DURATION INTEGER NOT NULL, PRIMARY KEY (ROW_TIME_UTC, REASON)
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE digests (
            STARTTIME_UTC INTEGER NOT NULL PRIMARY KEY, ENDTIME_UTC INTEGER NOT NULL, ZONE TEXT NOT NULL,
            INTRVL INTEGER NOT NULL, DIGEST TEXT NOT NULL, ROW_COUNT INTEGER NOT NULL, INCOMPLETE INTEGER NOT NULL,
            REVISION INTEGER NOT NULL, PROGRAM TEXT NOT NULL
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE synonyms (
            ACD_NO INTEGER NOT NULL, ITEM_TYPE TEXT NOT NULL, VALUE TEXT NOT NULL, ITEM_NAME TEXT NOT NULL,
            PRIMARY KEY (ITEM_TYPE, VALUE)
         ) STRICT, WITHOUT ROWID;",
    )
}

pub(super) fn create_table(table: &Table) -> String {
    let columns: Vec<String> = table.items().iter().map(column).collect();
    let key = primary_key(table);
    let create = format!(
        "CREATE TABLE {name} ({columns}, PRIMARY KEY ({key})) STRICT, WITHOUT ROWID;",
        name = table.name,
        columns = columns.join(", "),
        key = key.join(", "),
    );
    let time = table.placed_by.unwrap_or_default();
    let by_time = match entity_keys(table).any(|item| item.name == "LOGID") {
        // One agent's day: a look-up for each interval instead of a walk through everybody's rows.
        true => format!("{time}, LOGID"),
        false => time.to_owned(),
    };
    if key[0] == time {
        return create;
    }
    format!("{create} CREATE INDEX {index} ON {name} ({by_time});", index = time_index(table), name = table.name)
}

fn column(item: &Item) -> String {
    match item.class {
        Class::Key if item.text => format!("\"{}\" TEXT NOT NULL", item.name),
        Class::Key => format!("\"{}\" INTEGER NOT NULL", item.name),
        _ => format!("\"{}\" INTEGER NOT NULL DEFAULT 0", item.name),
    }
}

/// haglog keeps the skills of a session in one small JSON text, `[[split, level, reserve, percent], …]`.
/// The field's numbered columns are computed from it: 360 stored ones would be empty in nearly every row.
fn create_haglog() -> String {
    let mut columns = String::new();
    for number in 1..=LOGON_SKILLS {
        let suffix = if number == 1 { String::new() } else { number.to_string() };
        let skill = if number == 1 { "SPLIT".to_owned() } else { format!("LOGONSKILL{number}") };
        for (name, part) in [(skill, 0), (format!("SKLEVEL{suffix}"), 1), (format!("SKPERCENT{suffix}"), 3)] {
            let place = number - 1;
            columns.push_str(&format!(", {name} INTEGER AS (json_extract(SKILLS, '$[{place}][{part}]')) VIRTUAL"));
        }
    }
    format!(
        "CREATE TABLE haglog (
            ACD INTEGER NOT NULL, LOGID TEXT NOT NULL, EXTN TEXT NOT NULL, ROW_DATE INTEGER NOT NULL,
            LOGIN INTEGER NOT NULL, LOGOUT_DATE INTEGER NOT NULL, LOGOUT INTEGER NOT NULL, LOGOUT_REASON INTEGER,
            INFLAG TEXT NOT NULL, OUTFLAG TEXT NOT NULL, SKILLS TEXT NOT NULL,
            LOGIN_UTC INTEGER AS (LOGIN) VIRTUAL, LOGOUT_UTC INTEGER AS (LOGOUT) VIRTUAL{columns},
            PRIMARY KEY (LOGID, LOGIN, EXTN, LOGOUT)
         ) STRICT, WITHOUT ROWID;
         CREATE INDEX haglog_by_time ON haglog (LOGIN);"
    )
}

/// Items that the catalogue gained since the file was made become columns; rows of before have 0 in them.
fn add_new_items(connection: &Connection) -> rusqlite::Result<()> {
    for table in interval_tables().chain(summary_tables()) {
        let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let known = statement.query_map([table.name], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        let missing = table.values().iter().filter(|item| !known.contains(&item.name));
        for item in missing {
            connection.execute_batch(&format!("ALTER TABLE {} ADD COLUMN {}", table.name, column(item)))?;
        }
    }
    Ok(())
}
