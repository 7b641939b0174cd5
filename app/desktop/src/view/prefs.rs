//! How a person has arranged one pane. Kept in the layout file; the report itself does not know of it.

use std::collections::BTreeMap;

use report::{Level, Limits};
use serde::{Deserialize, Serialize};
use session::{SortBy, Sorting};

/// Limits of a person's own, in the unit of the column (seconds for durations).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct OwnLimits {
    /// From here on a cell is worth a look; `None` where the report says so.
    pub caution: Option<f64>,
    /// From here on it is worth acting on; `None` where the report says so.
    pub warning: Option<f64>,
    /// Whether low values are the bad ones.
    #[serde(default)]
    pub low_is_bad: bool,
}

impl OwnLimits {
    /// Empty ones beside those of the report, which say what is bad.
    pub fn beside(by_report: Option<Limits>) -> OwnLimits {
        let low_is_bad = by_report.is_some_and(|limits| limits.low_is_bad);
        OwnLimits { low_is_bad, ..OwnLimits::default() }
    }

    /// Level of a value that the report gives this level. Each limit takes the place of the report's own of that name, and only
    /// of that: what is worth acting on by the report alone is still worth a look where only the warning is one's own.
    pub fn level(&self, value: f64, by_report: Level) -> Level {
        let beyond = |limit: Option<f64>, level: Level| match limit {
            Some(limit) => {
                if self.low_is_bad {
                    value <= limit
                } else {
                    value >= limit
                }
            }
            None => by_report >= level,
        };
        if beyond(self.warning, Level::Warning) {
            Level::Warning
        } else if beyond(self.caution, Level::Caution) {
            Level::Caution
        } else {
            Level::Normal
        }
    }
}

/// What a person changed about one column.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnPrefs {
    /// Width in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<f32>,
    /// Limits instead of the report's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<OwnLimits>,
    /// Left out of the table.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// What a person changed about one pane.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PanePrefs {
    /// Order of rows, by block.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sort: Sorting,
    /// Columns, by `block.id`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, ColumnPrefs>,
}

impl PanePrefs {
    /// What was changed about a column; the defaults if nothing was.
    pub fn column(&self, block: usize, id: &str) -> ColumnPrefs {
        self.columns.get(&name(block, id)).copied().unwrap_or_default()
    }

    /// Changes something about a column; what is as by default again is forgotten.
    pub fn change_column(&mut self, block: usize, id: &str, change: impl FnOnce(&mut ColumnPrefs)) {
        let mut prefs = self.column(block, id);
        change(&mut prefs);
        if prefs == ColumnPrefs::default() {
            self.columns.remove(&name(block, id));
        } else {
            self.columns.insert(name(block, id), prefs);
        }
    }

    /// A click on a heading: ascending, descending, the report's own order, and round again.
    pub fn click_heading(&mut self, block: usize, id: &str) {
        match self.sort.get_mut(&block) {
            Some(sort) if sort.column == id && sort.descending => {
                self.sort.remove(&block);
            }
            Some(sort) if sort.column == id => sort.descending = true,
            _ => {
                self.sort.insert(block, SortBy { column: id.to_owned(), descending: false });
            }
        }
    }
}

fn name(block: usize, id: &str) -> String {
    format!("{block}.{id}")
}
