//! What a document shows of a sheet: the columns that are shown, and the rows in their order.

use catalog::Value;
use report::{Cell, Format, Layout, Level, Sheet, SheetBlock, SheetColumn, format_value_local};

use crate::head::Head;

/// Whether a column of the block at a place is shown.
type Shown<'a> = &'a dyn Fn(usize, &SheetColumn) -> bool;
/// Which row of the block at a place stands at another.
type Order<'a> = &'a dyn Fn(usize, usize) -> usize;

/// What a cell stands for that is not in its row.
static BLANK: Cell = Cell { value: Value::Blank, level: Level::Normal };

/// A sheet as somebody arranged it, with what stands above it.
#[derive(Clone, Copy)]
pub struct Document<'a> {
    pub(crate) sheet: &'a Sheet,
    pub(crate) head: &'a Head,
    pub(crate) shown: Shown<'a>,
    pub(crate) order: Order<'a>,
}

/// One block of a document.
pub(crate) struct Part<'a> {
    pub(crate) block: &'a SheetBlock,
    /// Places of the columns that are shown.
    pub(crate) columns: Vec<usize>,
    /// Places of the rows, in their order.
    pub(crate) rows: Vec<usize>,
}

impl<'a> Document<'a> {
    /// A sheet as it was computed.
    pub fn new(sheet: &'a Sheet, head: &'a Head) -> Document<'a> {
        Document { sheet, head, shown: &|_, _| true, order: &|_, row| row }
    }

    /// The same as a screen has arranged it: the columns of a block that are `shown`, and at each place the row that `order` names.
    pub fn arranged(self, shown: Shown<'a>, order: Order<'a>) -> Document<'a> {
        Document { shown, order, ..self }
    }

    /// Its blocks, top to bottom.
    pub(crate) fn parts(&self) -> Vec<Part<'a>> {
        let blocks = self.sheet.blocks.iter().enumerate();
        let part = |(index, block): (usize, &'a SheetBlock)| {
            let columns = (0..block.columns.len()).filter(|&column| (self.shown)(index, &block.columns[column]));
            let rows = (0..block.rows.len()).map(|place| (self.order)(index, place));
            Part { block, columns: columns.collect(), rows: rows.filter(|row| *row < block.rows.len()).collect() }
        };
        blocks.map(part).collect()
    }

    /// A cell as people read it.
    pub(crate) fn text(&self, column: &SheetColumn, cell: &Cell) -> String {
        format_value_local(column.format, &cell.value, self.sheet.at, self.head.calendar())
    }
}

impl<'a> Part<'a> {
    pub(crate) fn column(&self, column: usize) -> &'a SheetColumn {
        &self.block.columns[column]
    }

    /// A cell by the places of its row and column.
    pub(crate) fn cell(&self, row: usize, column: usize) -> &'a Cell {
        self.block.rows.get(row).and_then(|row| row.cells.get(column)).unwrap_or(&BLANK)
    }

    /// A cell of the total row.
    pub(crate) fn total(&self, column: usize) -> &'a Cell {
        self.block.totals.as_ref().and_then(|totals| totals.get(column)).unwrap_or(&BLANK)
    }

    /// Whether there is a total row to show.
    pub(crate) fn has_totals(&self) -> bool {
        self.block.totals.is_some() && self.block.layout == Layout::Table
    }
}

/// Whether values of a column stand at the left: texts, and numbers that identify.
pub(crate) fn is_left(column: &SheetColumn) -> bool {
    matches!(column.format, Format::Text | Format::Name(_))
}

/// Whether a column says what a row is of, rather than what was counted.
pub(crate) fn identifies(column: &SheetColumn) -> bool {
    is_left(column) || matches!(column.format, Format::Date | Format::Month | Format::TimeOfDay | Format::Clock)
}

/// What is said where a block has no rows.
pub(crate) const NO_ROWS: &str = "No rows";
