//! Rows of a report by a text that they hold. What is kept out is not gone: totals are of all rows, and exports have all of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use report::{Layout, Sheet};
use session::ReportKey;

/// The filters of the panes, while they are open. None outlives the program.
#[derive(Debug, Default)]
pub struct Filters {
    texts: BTreeMap<ReportKey, String>,
    /// The pane whose filter is to have the keyboard with the next frame.
    pub wants_keyboard: Option<ReportKey>,
    /// The pane that has the keyboard.
    pub keyboard_in: Option<ReportKey>,
}

impl Filters {
    /// Opens the filter of a pane, or goes to it.
    pub fn open(&mut self, key: ReportKey) {
        self.texts.entry(key).or_default();
        self.wants_keyboard = Some(key);
    }

    /// Ends it: all rows are there again.
    pub fn close(&mut self, key: ReportKey) {
        self.texts.remove(&key);
    }

    /// What is typed, to be changed.
    pub fn text_mut(&mut self, key: ReportKey) -> Option<&mut String> {
        self.texts.get_mut(&key)
    }

    /// What is typed; empty where nothing is filtered.
    pub fn text(&self, key: ReportKey) -> &str {
        self.texts.get(&key).map_or("", |text| text.trim())
    }
}

/// Which rows of one block have a text, as they were told last.
#[derive(Debug, Default)]
pub struct Fitting {
    /// Of which sheet, for which text. As long as it is known here, no other sheet has its place in memory.
    of: Option<(Weak<Sheet>, String)>,
    fits: Vec<bool>,
}

impl Fitting {
    /// Holds the rows against a text, if it is another one or the sheet is. `words_of` gives what a row shows.
    pub fn hold(&mut self, sheet: &Arc<Sheet>, block: usize, text: &str, words_of: &dyn Fn(usize) -> String) {
        let of = (Arc::downgrade(sheet), text.to_lowercase());
        if self.of.as_ref().is_some_and(|known| known.0.ptr_eq(&of.0) && known.1 == of.1) {
            return;
        }
        let has_all = |shown: String| {
            let shown = shown.to_lowercase();
            of.1.split_whitespace().all(|word| shown.contains(word))
        };
        self.fits = (0..sheet.blocks[block].rows.len()).map(|row| has_all(words_of(row))).collect();
        self.of = Some(of);
    }

    /// Whether a row has it, by its place in the sheet.
    pub fn fits(&self, row: usize) -> bool {
        self.fits.get(row).copied().unwrap_or(false)
    }

    /// How many have it.
    pub fn count(&self) -> usize {
        self.fits.iter().filter(|fits| **fits).count()
    }
}

/// What a filter does, in words; of so many rows these are shown.
pub fn told(sheet: &Sheet, text: &str, shown: usize) -> String {
    let tables = || sheet.blocks.iter().filter(|block| block.layout == Layout::Table);
    let all: usize = tables().map(|block| block.rows.len()).sum();
    match text.is_empty() {
        true => format!("{all} rows"),
        false if tables().any(|block| block.totals.is_some()) => format!("{shown} of {all} rows · totals are of all"),
        false => format!("{shown} of {all} rows"),
    }
}
