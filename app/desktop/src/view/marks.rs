//! Rows of a report that are marked, and what of a table goes to the clipboard: tab-separated text with headings, which a
//! spreadsheet takes cell by cell.
//!
//! Rows are known by their keys: they keep their marks while live rows move about.

use std::collections::BTreeSet;

/// How a row is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marking {
    /// It alone; once more, and none is.
    Alone,
    /// It besides those that are, or no longer.
    Besides,
    /// All from the one that was marked last to it.
    UpTo,
    /// It alone, unless it is one of several already: what a menu is opened for.
    ForMenu,
    /// All that there are.
    All,
}

/// What is to be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// The marked rows.
    Rows,
    /// All of them, with the total row.
    Table,
}

/// The marked rows of one table.
#[derive(Debug, Default)]
pub struct Marks {
    keys: BTreeSet<String>,
    /// The one that was marked last by itself.
    from: Option<String>,
}

impl Marks {
    /// Whether the row of a key is marked.
    pub fn has(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Marks a row of these keys, which are in the order that is shown.
    pub fn mark(&mut self, keys: &[&str], row: usize, how: Marking) {
        let Some(key) = keys.get(row).map(|key| (*key).to_owned()) else { return };
        let was_alone = self.keys.len() == 1 && self.has(&key);
        match how {
            Marking::ForMenu if self.has(&key) => return,
            Marking::Alone if was_alone => self.keys.clear(),
            Marking::Alone | Marking::ForMenu => self.keys = BTreeSet::from([key.clone()]),
            Marking::Besides => {
                if !self.keys.remove(&key) {
                    self.keys.insert(key.clone());
                }
            }
            Marking::UpTo => {
                let from = self.from.as_ref().and_then(|from| keys.iter().position(|known| known == from));
                let from = from.unwrap_or(row);
                let range = from.min(row)..=from.max(row);
                self.keys = keys[range].iter().map(|key| (*key).to_owned()).collect();
                return;
            }
            Marking::All => {
                self.keys = keys.iter().map(|key| (*key).to_owned()).collect();
                return;
            }
        }
        self.from = Some(key);
    }
}

/// Lines of cells as tab-separated text.
pub fn tab_separated(lines: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| {
        // What would begin another cell or line is a blank here.
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace(['\t', '\r', '\n'], " ")).collect();
        cells.join("\t") + "\n"
    };
    lines.map(line).collect()
}
