//! Sheets as text for files and terminals.

use std::fmt::Write;

use catalog::Value;

use crate::cell::{Cell, Level};
use crate::column::Format;
use crate::evaluate::plain;
use crate::format::format_value;
use crate::sheet::Layout;
use crate::sheet::{Sheet, SheetBlock, SheetColumn};

impl Sheet {
    /// Comma-separated values: column ids, then rows, nothing before or after. Times are whole seconds
    /// and moments ISO 8601 in UTC; blanks are empty. Total rows are left out: whoever reads the file can
    /// add. So are notes: whoever writes the file tells them elsewhere. Blocks follow each other with an empty line between.
    pub fn to_csv(&self) -> String {
        self.to_csv_as(&|_, _| true, &|_, row| row)
    }

    /// The same as a screen has arranged it: the columns of a block that are `shown`, and at each place the row that `order` names.
    pub fn to_csv_as(
        &self,
        shown: &dyn Fn(usize, &SheetColumn) -> bool,
        order: &dyn Fn(usize, usize) -> usize,
    ) -> String {
        let mut text = String::new();
        for (index, block) in self.blocks.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            let columns: Vec<(usize, &SheetColumn)> =
                block.columns.iter().enumerate().filter(|(_, column)| shown(index, column)).collect();
            csv_line(&mut text, columns.iter().map(|(_, column)| column.id.clone()));
            for row in (0..block.rows.len()).filter_map(|place| block.rows.get(order(index, place))) {
                let cells = columns.iter().filter_map(|&(at, column)| Some((column, row.cells.get(at)?)));
                csv_line(&mut text, cells.map(|(column, cell)| self.csv_field(column, cell)));
            }
        }
        text
    }

    /// Lines for a terminal or a log: aligned columns, `!` after cautions and `!!` after warnings.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}  {}\n", self.title, self.at);
        for block in &self.blocks {
            text.push('\n');
            if !block.title.is_empty() {
                let _ = writeln!(text, "{}", block.title);
            }
            for note in block.notes() {
                let _ = writeln!(text, "{note}");
            }
            match block.layout {
                Layout::Table => self.table_text(block, &mut text),
                Layout::Fields => self.fields_text(block, &mut text),
            }
        }
        text
    }

    fn csv_field(&self, column: &SheetColumn, cell: &Cell) -> String {
        match (column.format, &cell.value) {
            (Format::Date | Format::Month | Format::TimeOfDay, Value::Int(_)) => {
                format_value(column.format, &cell.value, self.at)
            }
            _ => plain(&cell.value, self.at),
        }
    }

    fn shown(&self, column: &SheetColumn, cell: &Cell) -> String {
        let mark = match cell.level {
            Level::Normal => "",
            Level::Caution => "!",
            Level::Warning => "!!",
        };
        format_value(column.format, &cell.value, self.at) + mark
    }

    fn table_text(&self, block: &SheetBlock, text: &mut String) {
        let lines = block.rows.iter().map(|row| &row.cells).chain(&block.totals);
        let mut lines: Vec<Vec<String>> =
            lines.map(|cells| block.columns.iter().zip(cells).map(|(c, cell)| self.shown(c, cell)).collect()).collect();
        lines.insert(0, block.columns.iter().map(|column| column.heading.clone()).collect());
        let widths: Vec<usize> = (0..block.columns.len())
            .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0))
            .collect();
        for line in &lines {
            let mut padded = String::new();
            for ((cell, width), column) in line.iter().zip(&widths).zip(&block.columns) {
                let left = matches!(column.format, Format::Text | Format::Name(_));
                let _ = if left { write!(padded, "{cell:<width$}  ") } else { write!(padded, "{cell:>width$}  ") };
            }
            let _ = writeln!(text, "  {}", padded.trim_end());
        }
    }

    fn fields_text(&self, block: &SheetBlock, text: &mut String) {
        let width = block.columns.iter().map(|column| column.heading.chars().count()).max().unwrap_or(0);
        for (index, row) in block.rows.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            for (column, cell) in block.columns.iter().zip(&row.cells) {
                let line = format!("  {:<width$}  {}", column.heading, self.shown(column, cell));
                let _ = writeln!(text, "{}", line.trim_end());
            }
        }
    }
}

/// Adds one line of comma-separated values; what holds commas, quotes or line ends is put in quotes.
pub fn csv_line(text: &mut String, fields: impl Iterator<Item = String>) {
    for (index, field) in fields.enumerate() {
        if index > 0 {
            text.push(',');
        }
        if field.contains([',', '"', '\n', '\r']) {
            let _ = write!(text, "\"{}\"", field.replace('"', "\"\""));
        } else {
            text.push_str(&field);
        }
    }
    text.push('\n');
}
