//! Calculations and constants of the house: the field's table `dbitems`. They hold for the whole server and are carried with
//! the system's administration.

use rusqlite::{Connection, Row, params};

use super::SystemStore;
use crate::error::Result;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseCalculation {
    /// How expressions name it.
    pub name: String,
    /// Whether it is a fixed number.
    pub constant: bool,
    /// What it computes; empty deletes it.
    pub formula: String,
    /// What else is to be known of it.
    pub description: String,
}

pub(super) fn create_table(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE dbitems (
            ITEM_TYPE TEXT NOT NULL, ITEM_NAME TEXT PRIMARY KEY COLLATE NOCASE, FORMULA TEXT NOT NULL,
            DESCR TEXT NOT NULL, STANDARD INTEGER NOT NULL DEFAULT 0
         ) STRICT, WITHOUT ROWID;",
    )
}

const CALCULATION: &str = "calc";
const CONSTANT: &str = "constant";

impl SystemStore {
    /// All of them, by name.
    pub fn calculations(&self) -> Result<Vec<HouseCalculation>> {
        self.0.run("read the calculations", |connection| {
            let sql = "SELECT ITEM_NAME, ITEM_TYPE, FORMULA, DESCR FROM dbitems WHERE ITEM_TYPE IN (?1, ?2)
                       ORDER BY ITEM_NAME";
            let calculation = |row: &Row<'_>| {
                let constant = row.get_ref(1)?.as_str()? == CONSTANT;
                Ok(HouseCalculation { name: row.get(0)?, constant, formula: row.get(2)?, description: row.get(3)? })
            };
            connection.prepare_cached(sql)?.query_map([CALCULATION, CONSTANT], calculation)?.collect()
        })
    }

    /// Makes, changes or deletes one, by its name without regard to case.
    pub fn set_calculation(&mut self, set: &HouseCalculation) -> Result<()> {
        let HouseCalculation { name, constant, formula, description } = set;
        self.0.write("keep a calculation", |transaction| {
            transaction.execute("DELETE FROM dbitems WHERE ITEM_NAME = ?1", [name])?;
            if formula.is_empty() {
                return Ok(());
            }
            let kind = if *constant { CONSTANT } else { CALCULATION };
            let sql = "INSERT INTO dbitems (ITEM_TYPE, ITEM_NAME, FORMULA, DESCR) VALUES (?1, ?2, ?3, ?4)";
            transaction.execute(sql, params![kind, name, formula, description]).map(drop)
        })
    }
}
