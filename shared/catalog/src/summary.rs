//! The rows of one summary table and period, as they are summed up, compared and kept.

use std::fmt::{self, Write};

use crate::canonical::CanonicalLine;
use crate::table::Table;

/// A part of a row's key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A number.
    Number(i64),
    /// A text.
    Text(Box<str>),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Number(number) => number.fmt(f),
            Key::Text(text) => f.write_str(text),
        }
    }
}

/// One row. Values that are 0 are not written down: of an agent's 190 most are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryRow {
    /// The entity, in the order of the table's keys.
    pub key: Vec<Key>,
    /// Values that are not 0, by position in the table's values, rising.
    pub values: Vec<(u16, i64)>,
}

/// All rows of a table for one period.
#[derive(Debug, Clone)]
pub struct SummaryTable {
    /// The table.
    pub table: &'static Table,
    /// Its rows by key.
    pub rows: Vec<SummaryRow>,
}

impl SummaryTable {
    /// Writes the rows as text that two servers can compare, like that of interval rows: one line for each,
    /// `table|key|ITEM=value …` with the items that are not zero.
    pub fn write_canonical(&self, text: &mut impl Write) -> fmt::Result {
        let mut line = CanonicalLine::default();
        for row in &self.rows {
            let key: Vec<String> = row.key.iter().map(Key::to_string).collect();
            line.begin(self.table.name, key.join(","));
            for (place, value) in &row.values {
                line.whole(&self.table.values()[usize::from(*place)].name, *value);
            }
            text.write_str(line.end())?;
        }
        Ok(())
    }
}
