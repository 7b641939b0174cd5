//! Columns of any table, and the digest over its rows.

use model::hex;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use sha2::{Digest as _, Sha256};

/// One column as it is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub name: String,
    /// `INTEGER` or `TEXT`, as the table was made with.
    pub kind: String,
    /// Place in the primary key, from 1 on; 0 if it is not part of it.
    pub key: usize,
}

/// The columns of a table that hold something of their own. A table that is known by its row number alone has the
/// column `rowid` first.
pub(super) fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Column>> {
    columns_in(connection, "main", table)
}

/// The same of a table in a database that is part of the connection under this name.
pub(super) fn columns_in(connection: &Connection, database: &str, table: &str) -> rusqlite::Result<Vec<Column>> {
    let sql = "SELECT name, type, pk FROM pragma_table_xinfo(?1, ?2) WHERE hidden = 0";
    let column = |row: &Row<'_>| Ok(Column { name: row.get(0)?, kind: row.get(1)?, key: row.get::<_, u8>(2)?.into() });
    connection.prepare(sql)?.query_map([table, database], column)?.collect()
}

/// The columns of a table that is copied from or into.
pub(super) fn own_columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Column>> {
    let mut columns = columns(connection, table)?;
    if columns.iter().all(|column| column.key == 0) {
        columns.insert(0, Column { name: "rowid".to_owned(), kind: "INTEGER".to_owned(), key: 1 });
    }
    Ok(columns)
}

/// Whether a table has no row.
pub(super) fn is_empty(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    connection.query_row(&format!("SELECT NOT EXISTS (SELECT 1 FROM main.{table})"), [], |row| row.get(0))
}

/// Names for a statement.
pub(super) fn list<'a>(columns: impl IntoIterator<Item = &'a Column>) -> String {
    columns.into_iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
}

/// Reads a volume's table in the order of copying.
pub(super) fn select_all(stored_as: &str, columns: &[Column]) -> String {
    format!("SELECT {} FROM \"{stored_as}\" ORDER BY _rowid_", list(columns))
}

/// Small whole numbers are one byte, because most values are.
const SMALL: i64 = 200;
const NUMBER: u8 = 200;
const EMPTY: u8 = 201;
const REAL: u8 = 202;
const TEXT: u8 = 203;
const BYTES: u8 = 204;

/// SHA-256 over columns and rows.
#[derive(Debug)]
pub(super) struct RowHash {
    hash: Sha256,
    row: Vec<u8>,
}

impl RowHash {
    pub(super) fn new(columns: &[Column]) -> RowHash {
        let mut hash = Sha256::new();
        columns.iter().for_each(|column| {
            hash.update(column.name.as_bytes());
            hash.update([0]);
        });
        RowHash { hash, row: Vec::new() }
    }

    /// Adds the first `width` values of a row.
    pub(super) fn add(&mut self, row: &Row<'_>, width: usize) -> rusqlite::Result<()> {
        self.row.clear();
        for place in 0..width {
            self.value(row.get_ref(place)?);
        }
        self.hash.update(&self.row);
        Ok(())
    }

    fn value(&mut self, value: ValueRef<'_>) {
        let row = &mut self.row;
        let mut long = |kind: u8, bytes: &[u8]| {
            row.push(kind);
            row.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            row.extend_from_slice(bytes);
        };
        match value {
            ValueRef::Integer(number @ 0..SMALL) => self.row.push(number as u8),
            ValueRef::Integer(number) => {
                self.row.push(NUMBER);
                self.row.extend_from_slice(&number.to_le_bytes());
            }
            ValueRef::Null => self.row.push(EMPTY),
            ValueRef::Real(number) => {
                self.row.push(REAL);
                self.row.extend_from_slice(&number.to_bits().to_le_bytes());
            }
            ValueRef::Text(text) => long(TEXT, text),
            ValueRef::Blob(bytes) => long(BYTES, bytes),
        }
    }

    pub(super) fn finish(self) -> String {
        hex(&self.hash.finalize())
    }
}
