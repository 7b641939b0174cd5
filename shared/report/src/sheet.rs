//! A computed report: what travels from server to screen, file and command line.

use model::Moment;
use serde::{Deserialize, Serialize};

use crate::cell::Cell;
use crate::column::{Format, Limits};

/// One computed report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// The report's name.
    pub title: String,
    /// The switch's time that it shows.
    pub at: Moment,
    /// Its parts, top to bottom.
    pub blocks: Vec<SheetBlock>,
}

/// How a block is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Columns with headings.
    #[default]
    Table,
    /// For each row a list of fields: heading, value.
    Fields,
}

/// One table or field list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetBlock {
    /// Heading of the block.
    pub title: String,
    /// What is to be known of its rows before they are believed, such as which of them are out of date
    /// or not there yet; empty if nothing is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// That its sums are not of everything, because the person may not see all of it; empty if they are.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub partial: String,
    /// Where it has no rows: what in the inputs may be a slip, such as a number that nothing has; empty if nothing is, and nobody was
    /// there to be shown. Unlike [`SheetBlock::note`] nothing to be warned of.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hint: String,
    /// How it is drawn.
    pub layout: Layout,
    /// Its columns; every row has one cell for each.
    pub columns: Vec<SheetColumn>,
    /// Its rows, in order.
    pub rows: Vec<SheetRow>,
    /// The total row, one cell for each column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub totals: Option<Vec<Cell>>,
}

impl SheetBlock {
    /// All that is to be known of its rows, or of there being none, sentence by sentence, for people.
    pub fn notes(&self) -> impl Iterator<Item = &String> {
        [&self.partial, &self.note, &self.hint].into_iter().filter(|note| !note.is_empty())
    }
}

/// One column of a block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetColumn {
    /// Stable name for sorting and exports.
    pub id: String,
    /// Heading as people read it.
    pub heading: String,
    /// How values are written.
    pub format: Format,
    /// Proposed width in characters; 0 leaves it to the screen.
    pub width: u32,
    /// From where on the report colours its values; none where it does not, or goes by something else than the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// Whether its total is the sum of its rows, which a limit that is meant for one row says nothing of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub summed: bool,
}

/// One row of a block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetRow {
    /// The numbers that identify the row, joined by `|`, such as `3|1001`; stable across refreshes.
    pub key: String,
    /// One cell for each column.
    pub cells: Vec<Cell>,
}
