//! A pane as a file: what is written of it, what is said of that before, and which name is proposed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use document::{Document, Form, Head, labelled};
use report::{Layout, Sheet, SheetColumn};
use session::{Model, ReportKey, ReportView, RowOrders, in_one_line};

use super::pane::definition;
use super::prefs::PanePrefs;
use super::times::acd_second;

/// Most bytes of a report's name in a file's: systems take 255 for all of it.
const NAME_MAX: usize = 150;

/// What is written, as it is on the screen when that is asked for. It may take long to write, so nothing of it is copied here.
#[derive(Debug, Clone)]
pub struct Export {
    sheet: Arc<Sheet>,
    head: Head,
    orders: RowOrders,
    hidden: BTreeSet<(usize, String)>,
}

impl Export {
    /// What a pane shows; `None` while it shows nothing.
    pub fn of(model: &Model, key: ReportKey, prefs: &PanePrefs) -> Option<Export> {
        let report = model.reports.get(&key)?;
        let (sheet, stamp) = (report.sheet.clone()?, report.stamp.as_ref()?);
        let inputs = labelled(definition(model, &report.request.path), &report.request.inputs);
        let head = Head::new(stamp, &[], inputs);
        // A list of fields shows all of them, in the report's own order.
        let tables = sheet.blocks.iter().enumerate().filter(|(_, block)| block.layout == Layout::Table);
        let columns = tables.flat_map(|(index, block)| block.columns.iter().map(move |column| (index, column)));
        let is_hidden = |(index, column): &(usize, &SheetColumn)| prefs.column(*index, &column.id).hidden;
        let hidden = columns.filter(is_hidden).map(|(index, column)| (index, column.id.clone())).collect();
        Some(Export { hidden, orders: report.orders.clone(), sheet, head })
    }

    /// The content of a file: the columns that are shown, and the rows in the order in which they are.
    ///
    /// # Errors
    /// What is amiss, and what to do instead.
    pub fn content(&self, form: Form) -> Result<Vec<u8>, String> {
        let shown = |block: usize, column: &SheetColumn| !self.hidden.contains(&(block, column.id.clone()));
        let order = |block: usize, row: usize| self.orders.of(block).row(row);
        let document = Document::new(&self.sheet, &self.head).arranged(&shown, &order);
        document.content(form).map_err(|error| in_one_line(&error))
    }

    /// What is said before it is written, for each form.
    pub fn words(&self) -> Vec<(Form, String)> {
        Form::ALL.into_iter().map(|form| (form, self.words_of(form))).collect()
    }

    fn words_of(&self, form: Form) -> String {
        let without = match self.hidden.len() {
            0 => String::new(),
            1 => ", without the column that is hidden there".to_owned(),
            hidden => format!(", without the {hidden} columns that are hidden there"),
        };
        let more = match form {
            Form::Csv => {
                "; total rows are left out. Figures as numbers, durations in seconds, moments as ISO 8601 in UTC, for other \
                 programs"
            }
            Form::Xlsx => {
                ". A workbook with a worksheet for each table: figures and times to calculate with, headings that stay and \
                 filter, totals and notes"
            }
            Form::Html => ". One page that every browser and mail program shows: with colours, totals and notes",
            Form::Pdf => ". Pages to print and to keep: with colours, totals and notes, headings on each page",
        };
        format!("Rows and columns as on the screen, in the order they have there{without}{more}")
    }
}

/// Proposed name of a file for a report, without an ending: what it is, and of when by the ACD's clock. Every system takes it.
pub fn file_name(report: &ReportView) -> String {
    let title = report.sheet.as_ref().map_or("", |sheet| sheet.title.as_str());
    let of = report.stamp.as_ref().map_or_else(String::new, |stamp| acd_second(stamp.acd_at, &stamp.zone));
    let name = format!("{} {}", safe(title), of.replace(':', "-"));
    name.trim().to_owned()
}

/// The proposed name in a folder; alone where no folder is known.
pub fn proposed(folder: Option<&Path>, name: &str) -> String {
    folder.map_or_else(|| name.to_owned(), |folder| folder.join(name).display().to_string())
}

/// A text without what Windows or others take in no name of a file.
pub fn safe(text: &str) -> String {
    let put = |letter: char| if letter.is_control() || r#"<>:"/\|?*"#.contains(letter) { '-' } else { letter };
    let mut name: String = text.chars().map(put).collect();
    let end = (0..=NAME_MAX.min(name.len())).rev().find(|&end| name.is_char_boundary(end)).unwrap_or(0);
    name.truncate(end);
    name.trim_matches([' ', '.']).to_owned()
}
