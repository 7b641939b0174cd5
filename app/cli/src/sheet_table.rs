//! A computed report as aligned text.

use comfy_table::{Cell as TableCell, CellAlignment, Color};
use model::Calendar;
use report::{Cell, Format, Layout, Level, Sheet, SheetBlock, SheetColumn, format_value_local};

use crate::output;

/// All blocks of a sheet. On a terminal, cautions and warnings are coloured; elsewhere they end in `!` and `!!`.
pub(crate) fn sheet_text(sheet: &Sheet, calendar: Option<&Calendar>, terminal: bool) -> String {
    let mut text = String::new();
    let write = Write { sheet, calendar, terminal };
    for block in &sheet.blocks {
        text.push('\n');
        if !block.title.is_empty() {
            text += &format!("{}\n", block.title);
        }
        for told in [&block.note, &block.hint].into_iter().filter(|told| !told.is_empty()) {
            text += &format!("{told}\n");
        }
        text += &match block.layout {
            Layout::Table => write.table(block),
            Layout::Fields => write.fields(block),
        };
    }
    text
}

struct Write<'a> {
    sheet: &'a Sheet,
    calendar: Option<&'a Calendar>,
    terminal: bool,
}

impl Write<'_> {
    fn table(&self, block: &SheetBlock) -> String {
        let mut table = output::table(self.terminal);
        table.set_header(
            block.columns.iter().map(|column| TableCell::new(&column.heading).set_alignment(alignment(column))),
        );
        for cells in block.rows.iter().map(|row| &row.cells).chain(&block.totals) {
            table.add_row(
                block
                    .columns
                    .iter()
                    .zip(cells)
                    .map(|(column, cell)| self.cell(column, cell).set_alignment(alignment(column))),
            );
        }
        output::table_text(&table)
    }

    fn fields(&self, block: &SheetBlock) -> String {
        let blocks = block.rows.iter().map(|row| {
            let mut table = output::table(self.terminal);
            for (column, cell) in block.columns.iter().zip(&row.cells) {
                table.add_row([TableCell::new(&column.heading), self.cell(column, cell)]);
            }
            output::table_text(&table)
        });
        blocks.collect::<Vec<_>>().join("\n")
    }

    fn cell(&self, column: &SheetColumn, cell: &Cell) -> TableCell {
        let text = format_value_local(column.format, &cell.value, self.sheet.at, self.calendar);
        match (cell.level, self.terminal) {
            (Level::Normal, _) => TableCell::new(text),
            (Level::Caution, true) => TableCell::new(text).fg(Color::Yellow),
            (Level::Warning, true) => TableCell::new(text).fg(Color::Red),
            (Level::Caution, false) => TableCell::new(text + "!"),
            (Level::Warning, false) => TableCell::new(text + "!!"),
        }
    }
}

fn alignment(column: &SheetColumn) -> CellAlignment {
    match column.format {
        Format::Text | Format::Name(_) => CellAlignment::Left,
        _ => CellAlignment::Right,
    }
}
