//! What stands in the place of a restore, in one digest: whoever was shown a plan finds out whether it still holds, and what was
//! changed behind the copy of what is replaced is not replaced without a word.

use std::collections::BTreeMap;

use rusqlite::{Connection, params_from_iter};

use super::restore::{Restoring, stretches};
use super::rows::{RowHash, list, own_columns};
use super::snapshot::Snapshot;
use crate::carried::{Carried, Piece, Unit};
use crate::error::{Result, StoreError};

impl Snapshot {
    /// A digest of what a restore of this table takes the place of: the rows of a whole table, and of intervals their own digests.
    /// Empty for days and events: rows that are counted tell enough of what nobody edits.
    pub fn standing(&self, piece: &Piece) -> Result<String> {
        let standing = standing(self.connection(), piece);
        standing.map_err(|source| StoreError::sql("compare with a backup", self.path(), source))
    }
}

/// What stood in the place of tables when somebody looked, by their names in the volumes: a digest of each.
pub type Stood = BTreeMap<String, String>;

impl Restoring<'_> {
    /// Refuses to replace what is no longer as it was when it was looked at. Inside the transaction nobody changes it any more.
    pub(super) fn stands_still(&self, transaction: &Connection, path: &std::path::Path) -> Result<()> {
        let stood = |piece: &&Piece| self.stood.and_then(|stood| stood.get(&piece.stored_as));
        for (piece, before) in self.pieces.iter().filter_map(|piece| Some((piece, stood(&piece)?))) {
            let now = standing(transaction, piece).map_err(|source| StoreError::sql("restore", path, source))?;
            if now != *before {
                return Err(StoreError::Overtaken { stored_as: piece.stored_as.clone() });
            }
        }
        Ok(())
    }
}

fn standing(connection: &Connection, piece: &Piece) -> rusqlite::Result<String> {
    match piece.carried.unit {
        Unit::Whole => hashed(connection, piece),
        Unit::Interval => hashed(connection, &Piece { carried: Carried::INTERVALS, ..piece.clone() }),
        Unit::Period | Unit::Event { .. } => Ok(String::new()),
    }
}

/// The rows of the table in the order of its key.
fn hashed(connection: &Connection, piece: &Piece) -> rusqlite::Result<String> {
    let table = piece.carried.table;
    let columns = own_columns(connection, table)?;
    let mut keys: Vec<_> = columns.iter().filter(|column| column.key > 0).collect();
    keys.sort_by_key(|column| column.key);
    let (columns_list, keys) = (list(&columns), list(keys));
    let mut hash = RowHash::new(&columns);
    for (condition, values) in stretches(piece) {
        let sql = format!("SELECT {columns_list} FROM main.{table} WHERE {condition} ORDER BY {keys}");
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            hash.add(row, columns.len())?;
        }
    }
    Ok(hash.finish())
}
