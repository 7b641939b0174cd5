//! A table of plain texts whose rows are chosen: what the administration pages list. Its columns fit what they hold, and the
//! ones that may grow share what is left.

use egui::{Id, Ui};

use super::table::{
    Clicks, Table, TableColumn, TableResponse, bar_room, bring_into_sight, fitted, narrowed, text_column_width,
};
use crate::theme::{Density, Palette};
use crate::view::cells::{CellView, Place};

/// Rows whose texts are measured; those behind them are much the same.
const MEASURED_ROWS: usize = 60;
/// Widest that a column makes itself by what it holds.
const WIDTH_MAX: f32 = 300.0;

/// Narrowest that a column is made which gives way to the others.
const WIDTH_LEAST: f32 = 130.0;

/// One column of a listing.
#[derive(Debug, Clone, Copy)]
pub struct ListColumn {
    /// Its heading.
    pub heading: &'static str,
    /// Where its texts stand.
    pub place: Place,
    /// Whether it takes its share of the room that is left, and gives way where there is too little.
    pub grows: bool,
}

impl ListColumn {
    /// Words, as wide as they are.
    pub const fn words(heading: &'static str) -> Self {
        ListColumn { heading, place: Place::Left, grows: false }
    }

    /// Words that take what room there is.
    pub const fn wide(heading: &'static str) -> Self {
        ListColumn { heading, place: Place::Left, grows: true }
    }

    /// Figures.
    pub const fn figures(heading: &'static str) -> Self {
        ListColumn { heading, place: Place::Right, grows: false }
    }
}

/// What a listing shows.
pub struct Listing<'a> {
    /// Makes its ids its own, and is what screen readers call it.
    pub name: &'a str,
    /// Its columns.
    pub columns: &'a [ListColumn],
    /// How many rows there are.
    pub row_count: usize,
    /// The row that is chosen.
    pub chosen: Option<usize>,
    /// Whether what it shows may no longer hold.
    pub muted: bool,
}

impl Listing<'_> {
    /// Has the listing of a name bring a row into sight with its next frame.
    pub fn bring_into_sight(ui: &Ui, name: &str, row: usize) {
        bring_into_sight(ui, Id::unique(("listing", name)), row);
    }

    /// Draws it into the height given; `cell` is asked for the cells in sight, by row and column.
    pub fn show(
        self,
        ui: &mut Ui,
        palette: &Palette,
        height: f32,
        cell: &mut dyn FnMut(usize, usize) -> CellView,
    ) -> TableResponse {
        let room = ui.available_width() - bar_room(self.row_count, height, &Density::NORMAL);
        let columns = self.fitted_columns(ui, room, cell);
        let table = Table {
            id: Id::unique(("listing", self.name)),
            name: self.name,
            columns: &columns,
            meaning: &|_| None,
            row_count: self.row_count,
            totals: None,
            muted: self.muted,
            clicks: Clicks::Choose(self.chosen),
            density: Density::NORMAL,
        };
        table.show(ui, palette, height, cell)
    }

    fn fitted_columns(&self, ui: &Ui, room: f32, cell: &mut dyn FnMut(usize, usize) -> CellView) -> Vec<TableColumn> {
        let measured = self.row_count.min(MEASURED_ROWS);
        let mut width = |(at, column): (usize, &ListColumn)| {
            let texts: Vec<String> = (0..measured).map(|row| cell(row, at).text).collect();
            text_column_width(ui, column.heading, &texts, WIDTH_MAX)
        };
        let mut widths: Vec<f32> = self.columns.iter().enumerate().map(&mut width).collect();
        let may_grow: Vec<bool> = self.columns.iter().map(|column| column.grows).collect();
        narrowed(&mut widths, &may_grow, room, WIDTH_LEAST);
        fitted(&mut widths, &may_grow, room);
        let column = |(column, width): (&ListColumn, f32)| TableColumn {
            id: column.heading.to_owned(),
            heading: column.heading.to_owned(),
            place: column.place,
            width,
            sorted: None,
        };
        self.columns.iter().zip(widths).map(column).collect()
    }
}
