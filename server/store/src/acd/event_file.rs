//! `acd/NN-events.db`: the records of one ACD that come one by one and go when the table is full.
//!
//! A file of its own, because these records churn (thousands come and thousands go in a busy hour) and the history
//! does not: its pages, its log and its backups stay untouched by them. A reader has both files on one connection, so
//! that a person's SELECT can join them and names its tables as ever.
//! One file with the history was turned down, see `docs/decisions/0019-event-records-in-a-file-of-their-own.md`.

use std::path::{Path, PathBuf};

use catalog::{Item, Table, TableKind, all_tables};
use rusqlite::Connection;

use crate::database::Schema;

pub(super) const SCHEMA: Schema = Schema {
    what: "an ACD's event records",
    application_id: 0x5553_4556,
    steps: &[first],
    settle: Some(add_new_items),
};

/// Under this name the file is part of a reader's connection.
pub(super) const ATTACHED_AS: &str = "events";

/// Event tables that stand in the history's own file: they grow by a few hundred rows a day.
const IN_THE_HISTORY: [&str; 2] = ["haglog", "linkex"];

/// What is asked for besides a stretch of time: columns of an index each.
const INDEXES: [(&str, &str, &str); 6] = [
    ("call_rec", "by_agent", "ANSLOGIN, SEGSTOP_UTC"),
    ("call_rec", "by_split", "DISPSPLIT, SEGSTOP_UTC"),
    ("call_rec", "by_vdn", "DISPVDN, SEGSTOP_UTC"),
    ("call_rec", "by_call", "CALLID"),
    ("ag_actv", "by_agent", "LOGID, STARTTIME"),
    ("agex", "by_agent", "LOGID, ROW_TIME_UTC"),
];

/// The event file that belongs to the history at `path`: `01.db` has `01-events.db` beside it.
pub(super) fn path_of(path: &Path) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push("-events.db");
    path.with_file_name(name)
}

/// The tables of this file, in the catalogue's order.
pub(super) fn tables() -> impl Iterator<Item = &'static Table> {
    all_tables().iter().filter(|table| table.kind == TableKind::Event && !IN_THE_HISTORY.contains(&table.name))
}

/// Whether the table is one of this file's.
pub(crate) fn holds(table: &Table) -> bool {
    tables().any(|known| known.name == table.name)
}

/// The column that holds a record's number.
pub(crate) fn number_column(table: &Table) -> &str {
    let numbered = |item: &&Item| matches!(item.name.as_str(), "SEQNUM" | "SEQNO");
    table.items().iter().find(numbered).map_or("rowid", |item| item.name.as_str())
}

fn first(connection: &Connection) -> rusqlite::Result<()> {
    for table in tables() {
        connection.execute_batch(&create_table(table))?;
    }
    for (table, name, columns) in INDEXES {
        connection.execute_batch(&format!("CREATE INDEX {table}_{name} ON {table} ({columns})"))?;
    }
    Ok(())
}

fn create_table(table: &Table) -> String {
    let number = number_column(table);
    let columns: Vec<String> = table
        .stored_items()
        .map(|(_, item)| if item.name == number { format!("\"{number}\" INTEGER PRIMARY KEY") } else { column(item) })
        .collect();
    format!(
        "CREATE TABLE {name} ({columns}) STRICT;
         CREATE INDEX {name}_by_time ON {name} ({time});",
        name = table.name,
        columns = columns.join(", "),
        time = table.placed_by.unwrap_or(number),
    )
}

/// What a record does not tell is empty, unlike a count that is 0.
fn column(item: &Item) -> String {
    format!("\"{}\" {}", item.name, if item.text { "TEXT" } else { "INTEGER" })
}

/// Items that the catalogue gained since the file was made become columns, empty in the records of before.
fn add_new_items(connection: &Connection) -> rusqlite::Result<()> {
    for table in tables() {
        let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let known = statement.query_map([table.name], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        for (_, item) in table.stored_items().filter(|(_, item)| !known.contains(&item.name)) {
            connection.execute_batch(&format!("ALTER TABLE {} ADD COLUMN {}", table.name, column(item)))?;
        }
    }
    Ok(())
}
