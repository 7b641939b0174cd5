//! A block of a sheet as cells of lines: a table, or labels with their values.

use report::Level;

use super::columns::{Columns, PADDING};
use super::face::Faces;
use super::lines::lines;
use crate::contents::{Document, Part, is_left};

/// A cell of more lines goes on in a further row, so that every row fits on a page.
const LINES_MAX: usize = 24;
/// A heading of more lines is cut off.
const HEADING_LINES_MAX: usize = 6;
/// Distance of lines, in parts of the text's size.
pub(super) const LEADING: f32 = 1.32;
/// Size of the text of fields, and the narrowest label with its value, in points.
const FIELD_SIZE: f32 = 9.0;
const FIELD_WIDTH_MIN: f32 = 235.0;
/// Part of a field that is its label, and what is left free behind the value, in points.
const LABEL_PART: f32 = 0.56;
const FIELD_GAP: f32 = 18.0;

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Value,
    /// The label of the value beside it.
    Label,
    Total,
}

/// The lines of a cell.
#[derive(Debug)]
pub(super) struct GridCell {
    pub(super) lines: Vec<String>,
    pub(super) level: Level,
    pub(super) role: Role,
}

/// Cells in rows.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) size: f32,
    /// Whether texts of a column stand at the left.
    pub(super) left: Vec<bool>,
    pub(super) columns: Columns,
    /// Lines of the headings; none for fields.
    pub(super) headings: Option<Vec<Vec<String>>>,
    pub(super) rows: Vec<Vec<GridCell>>,
}

impl Grid {
    /// The heading of a column in one line, in quotation marks; `None` where it has none.
    pub(super) fn heading(&self, column: usize) -> Option<String> {
        let words = self.headings.as_ref()?.get(column)?.join(" ");
        (!words.trim().is_empty()).then(|| format!("“{}”", words.trim()))
    }

    /// A table.
    pub(super) fn of_table(document: &Document<'_>, part: &Part<'_>, faces: &Faces, room: f32) -> Grid {
        let columns = Columns::new(document, part, faces, room);
        let size = columns.size;
        let inner = |at: usize| columns.widths[at] - 2.0 * PADDING * size;
        let heading = |(at, &place): (usize, &usize)| {
            let mut lines = lines(&part.column(place).heading, &faces.strong, size, inner(at));
            if lines.len() > HEADING_LINES_MAX {
                lines.truncate(HEADING_LINES_MAX);
                lines.iter_mut().last().into_iter().for_each(|line| line.push('…'));
            }
            lines
        };
        let headings = part.columns.iter().enumerate().map(heading).collect();
        let cell = |at: usize, place: usize, cell: &report::Cell, role: Role| {
            let text = document.text(part.column(place), cell);
            let strong = role == Role::Total || cell.level == Level::Warning;
            let face = if strong { &faces.strong } else { &faces.regular };
            GridCell { lines: lines(&text, face, size, inner(at)), level: cell.level, role }
        };
        let row = |&row: &usize| {
            let places = part.columns.iter().enumerate();
            places.map(|(at, &place)| cell(at, place, part.cell(row, place), Role::Value)).collect()
        };
        let mut rows: Vec<Vec<GridCell>> = part.rows.iter().map(row).collect();
        if part.has_totals() {
            let places = part.columns.iter().enumerate();
            rows.push(places.map(|(at, &place)| cell(at, place, part.total(place), Role::Total)).collect());
        }
        let left = part.columns.iter().map(|&place| is_left(part.column(place))).collect();
        Grid { size, left, columns, headings: Some(headings), rows: in_slices(rows) }
    }

    /// Labels with their values, as many beside each other as the paper has room for.
    pub(super) fn of_fields(document: &Document<'_>, part: &Part<'_>, faces: &Faces, room: f32) -> Grid {
        let beside = ((room / FIELD_WIDTH_MIN) as usize).max(1);
        let width = room / beside as f32;
        let (label_width, value_width) = (width * LABEL_PART, width * (1.0 - LABEL_PART) - FIELD_GAP);
        let inner = |width: f32| width - 2.0 * PADDING * FIELD_SIZE;
        let pair = |row: usize, place: usize| {
            let (column, cell) = (part.column(place), part.cell(row, place));
            let label = lines(&column.heading, &faces.regular, FIELD_SIZE, inner(label_width));
            let value = lines(&document.text(column, cell), &faces.strong, FIELD_SIZE, inner(value_width));
            [(label, Level::Normal, Role::Label), (value, cell.level, Role::Value)]
        };
        let mut rows = Vec::new();
        for &row in &part.rows {
            if !rows.is_empty() {
                rows.push(Vec::new());
            }
            for places in part.columns.chunks(beside) {
                let cells = places.iter().flat_map(|&place| pair(row, place));
                rows.push(cells.map(|(lines, level, role)| GridCell { lines, level, role }).collect());
            }
        }
        // What is free behind each value is a column that no cell reaches.
        let widths = [label_width, value_width + FIELD_GAP].repeat(beside);
        let left = [true, false].repeat(beside);
        let groups = vec![(0..widths.len()).collect()];
        let columns = Columns { size: FIELD_SIZE, widths, groups };
        Grid { size: FIELD_SIZE, left, columns, headings: None, rows: in_slices(rows) }
    }

    /// Height of the headings, in points.
    pub(super) fn heading_height(&self) -> f32 {
        let lines = self.headings.iter().flatten().map(Vec::len).max();
        lines.map_or(0.0, |lines| self.height_of(lines))
    }

    /// Height of a row, in points.
    pub(super) fn row_height(&self, row: usize) -> f32 {
        self.height_of(self.rows[row].iter().map(|cell| cell.lines.len()).max().unwrap_or(1))
    }

    fn height_of(&self, lines: usize) -> f32 {
        (lines as f32 * LEADING + 0.6) * self.size
    }

    /// Right edge of what a column's text may take, from the column's left one.
    pub(super) fn text_width(&self, column: usize) -> f32 {
        let gap = if self.headings.is_none() && !self.left[column] { FIELD_GAP } else { 0.0 };
        self.columns.widths[column] - gap
    }
}

/// Rows whose cells have few enough lines for a page; longer ones go on in the next row.
fn in_slices(rows: Vec<Vec<GridCell>>) -> Vec<Vec<GridCell>> {
    let mut sliced = Vec::with_capacity(rows.len());
    for mut row in rows {
        while row.iter().any(|cell| cell.lines.len() > LINES_MAX) {
            let rest = row.iter_mut().map(|cell| {
                let lines = cell.lines.split_off(cell.lines.len().min(LINES_MAX));
                GridCell { lines, level: cell.level, role: cell.role }
            });
            let rest = rest.collect();
            sliced.push(std::mem::replace(&mut row, rest));
        }
        sliced.push(row);
    }
    sliced
}
