//! Rows of administration as text, of a file and of a volume alike: for whoever says thing by thing what differs.
//!
//! Administration is small; tables of the history are never read like this.

use std::collections::BTreeMap;
use std::path::Path;

use model::hex;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Row, params_from_iter};

use super::rows::{Column, columns, list, own_columns};
use super::{Snapshot, VolumeReader};
use crate::error::{Result, StoreError};

/// A row by column. What is NULL is not in it.
pub type TextRow = BTreeMap<String, String>;

impl Snapshot {
    /// Names of a table's columns.
    pub fn columns_of(&self, table: &str) -> Result<Vec<String>> {
        let columns = own_columns(self.connection(), table).map_err(|source| self.unread(source))?;
        Ok(columns.into_iter().map(|column| column.name).collect())
    }

    /// Names of the columns by which a table tells its rows apart, in their order.
    pub fn key_of(&self, table: &str) -> Result<Vec<String>> {
        let mut keys = own_columns(self.connection(), table).map_err(|source| self.unread(source))?;
        keys.retain(|column| column.key > 0);
        keys.sort_by_key(|column| column.key);
        Ok(keys.into_iter().map(|column| column.name).collect())
    }

    /// All rows of a table, as far as they are in these columns.
    pub fn text_rows(&self, table: &str, columns: &[String]) -> Result<Vec<TextRow>> {
        text_rows(self.connection(), table, columns).map_err(|source| self.unread(source))
    }

    /// Puts chosen rows of a table into an unpacked volume, in the place of the chosen ones there. `number` is a column that
    /// only counts rows: what is put in gets another number where its own is taken.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if the volume lacks columns of the table: what is in them would be lost.
    pub fn keep_in(
        &self,
        volume: &Path,
        (table, stored_as): (&str, &str),
        number: Option<&str>,
        is_chosen: &dyn Fn(&TextRow) -> bool,
    ) -> Result<()> {
        let own = own_columns(self.connection(), table).map_err(|source| self.unread(source))?;
        let kept = self.chosen(table, &own, is_chosen).map_err(|source| self.unread(source))?;
        let writing = |source| StoreError::sql("keep rows in a volume", volume, source);
        let mut connection = Connection::open(volume).map_err(writing)?;
        let there = columns(&connection, stored_as).map_err(writing)?;
        let missing = own.iter().find(|column| !there.iter().any(|known| known.name == column.name));
        if let Some(missing) = missing.filter(|_| !kept.is_empty()) {
            return Err(StoreError::Invalid(format!(
                "the other server is of an older version that does not know {} of {table}, and rows of it would have to stay \
                 here; upgrade it first",
                missing.name
            )));
        }
        let transaction = connection.transaction().map_err(writing)?;
        replace(&transaction, stored_as, &own, &there, kept, number, is_chosen).map_err(writing)?;
        transaction.commit().map_err(writing)
    }

    fn chosen(
        &self,
        table: &str,
        own: &[Column],
        is_chosen: &dyn Fn(&TextRow) -> bool,
    ) -> rusqlite::Result<Vec<Vec<Value>>> {
        let mut statement = self.connection().prepare(&format!("SELECT {} FROM {table}", list(own)))?;
        let mut rows = statement.query([])?;
        let mut chosen = Vec::new();
        while let Some(row) = rows.next()? {
            if is_chosen(&text_row(row, own.iter().map(|column| column.name.as_str()))?) {
                chosen.push((0..own.len()).map(|place| row.get(place)).collect::<rusqlite::Result<_>>()?);
            }
        }
        Ok(chosen)
    }

    fn unread(&self, source: rusqlite::Error) -> StoreError {
        StoreError::sql("read administration", self.path(), source)
    }
}

impl VolumeReader {
    /// Names of the columns of a table; none if the volume has no such table.
    pub fn columns_of(&self, stored_as: &str) -> Result<Vec<String>> {
        let columns = self.read(|connection| columns(connection, stored_as))?;
        Ok(columns.into_iter().map(|column| column.name).collect())
    }

    /// All rows of a table, as far as they are in these columns.
    pub fn text_rows(&self, stored_as: &str, columns: &[String]) -> Result<Vec<TextRow>> {
        self.read(|connection| text_rows(connection, stored_as, columns))
    }
}

fn text_rows(connection: &Connection, table: &str, columns: &[String]) -> rusqlite::Result<Vec<TextRow>> {
    let names: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
    let mut statement = connection.prepare(&format!("SELECT {} FROM \"{table}\"", names.join(", ")))?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(text_row(row, columns.iter().map(String::as_str))?);
    }
    Ok(found)
}

fn text_row<'a>(row: &Row<'_>, columns: impl Iterator<Item = &'a str>) -> rusqlite::Result<TextRow> {
    let mut found = TextRow::new();
    for (place, name) in columns.enumerate() {
        let text = match row.get_ref(place)? {
            ValueRef::Null => continue,
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => number.to_string(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            ValueRef::Blob(bytes) => hex(bytes),
        };
        found.insert(name.to_owned(), text);
    }
    Ok(found)
}

/// Takes the chosen rows out of a volume's table and puts `kept` in.
fn replace(
    connection: &Connection,
    stored_as: &str,
    own: &[Column],
    there: &[Column],
    mut kept: Vec<Vec<Value>>,
    number: Option<&str>,
    is_chosen: &dyn Fn(&TextRow) -> bool,
) -> rusqlite::Result<()> {
    let mut gone: Vec<i64> = Vec::new();
    {
        let mut statement = connection.prepare(&format!("SELECT {}, _rowid_ FROM \"{stored_as}\"", list(there)))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if is_chosen(&text_row(row, there.iter().map(|column| column.name.as_str()))?) {
                gone.push(row.get(there.len())?);
            }
        }
    }
    let mut delete = connection.prepare(&format!("DELETE FROM \"{stored_as}\" WHERE _rowid_ = ?1"))?;
    gone.iter().try_for_each(|row| delete.execute([row]).map(drop))?;
    if let Some((place, name)) = number.and_then(|name| Some((own.iter().position(|known| known.name == name)?, name)))
    {
        renumber(connection, stored_as, name, &mut kept, place)?;
    }
    let places = vec!["?"; own.len()].join(", ");
    let mut insert = connection.prepare(&format!("INSERT INTO \"{stored_as}\" ({}) VALUES ({places})", list(own)))?;
    kept.into_iter().try_for_each(|row| insert.execute(params_from_iter(row)).map(drop))
}

fn renumber(
    connection: &Connection,
    stored_as: &str,
    name: &str,
    kept: &mut [Vec<Value>],
    place: usize,
) -> rusqlite::Result<()> {
    let most = |row: &Vec<Value>| if let Value::Integer(number) = row[place] { number } else { 0 };
    let there: i64 =
        connection
            .query_row(&format!("SELECT coalesce(max(\"{name}\"), 0) FROM \"{stored_as}\""), [], |row| row.get(0))?;
    let mut next = kept.iter().map(most).max().unwrap_or(0).max(there);
    let mut taken =
        connection.prepare(&format!("SELECT EXISTS (SELECT 1 FROM \"{stored_as}\" WHERE \"{name}\" = ?1)"))?;
    for row in kept {
        if taken.query_row([&row[place]], |found| found.get(0))? {
            next += 1;
            row[place] = Value::Integer(next);
        }
    }
    Ok(())
}
