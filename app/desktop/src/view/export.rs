//! A pane as a file: what is written of it, what is said of that before, and which name is proposed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use report::{Layout, Sheet, SheetColumn};
use session::{ReportView, RowOrders};

use super::prefs::PanePrefs;
use super::times::acd_second;

/// Most bytes of a report's name in a file's: systems take 255 for all of it.
const NAME_MAX: usize = 150;

/// What is written, as it is on the screen when that is asked for. It may take long to write, so nothing of it is copied here.
#[derive(Debug, Clone)]
pub struct Export {
    sheet: Arc<Sheet>,
    orders: RowOrders,
    hidden: BTreeSet<(usize, String)>,
}

impl Export {
    /// What a pane shows; `None` while it shows nothing.
    pub fn of(report: &ReportView, prefs: &PanePrefs) -> Option<Export> {
        let sheet = report.sheet.clone()?;
        // A list of fields shows all of them, in the report's own order.
        let tables = sheet.blocks.iter().enumerate().filter(|(_, block)| block.layout == Layout::Table);
        let columns = tables.flat_map(|(index, block)| block.columns.iter().map(move |column| (index, column)));
        let is_hidden = |(index, column): &(usize, &SheetColumn)| prefs.column(*index, &column.id).hidden;
        let hidden = columns.filter(is_hidden).map(|(index, column)| (index, column.id.clone())).collect();
        Some(Export { hidden, orders: report.orders.clone(), sheet })
    }

    /// Comma-separated values: the columns that are shown, and the rows in the order in which they are.
    pub fn csv(&self) -> String {
        let shown = |block: usize, column: &SheetColumn| !self.hidden.contains(&(block, column.id.clone()));
        self.sheet.to_csv_as(&shown, &|block, row| self.orders.of(block).row(row))
    }

    /// What is said before it is written.
    pub fn words(&self) -> String {
        let without = match self.hidden.len() {
            0 => String::new(),
            1 => ", without the column that is hidden there".to_owned(),
            hidden => format!(", without the {hidden} columns that are hidden there"),
        };
        format!(
            "Rows and columns as on the screen, in the order they have there{without}; total rows are left out. Figures as \
             numbers, durations in seconds, moments as ISO 8601 in UTC"
        )
    }
}

/// Proposed name of a file for a report: what it is, and of when by the ACD's clock. Every system takes it.
pub fn file_name(report: &ReportView) -> String {
    let title = report.sheet.as_ref().map_or("", |sheet| sheet.title.as_str());
    let of = report.stamp.as_ref().map_or_else(String::new, |stamp| acd_second(stamp.acd_at, &stamp.zone));
    let name = format!("{} {}", safe(title), of.replace(':', "-"));
    format!("{}.csv", name.trim())
}

/// The proposed name in a folder; alone where no folder is known.
pub fn proposed(folder: Option<&Path>, name: &str) -> String {
    folder.map_or_else(|| name.to_owned(), |folder| folder.join(name).display().to_string())
}

/// A text without what Windows or others take in no name of a file.
fn safe(text: &str) -> String {
    let put = |letter: char| if letter.is_control() || r#"<>:"/\|?*"#.contains(letter) { '-' } else { letter };
    let mut name: String = text.chars().map(put).collect();
    let end = (0..=NAME_MAX.min(name.len())).rev().find(|&end| name.is_char_boundary(end)).unwrap_or(0);
    name.truncate(end);
    name.trim_matches([' ', '.']).to_owned()
}
