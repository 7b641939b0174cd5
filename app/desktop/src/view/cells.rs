//! One cell as it is shown: its text, its level, its place.

use catalog::Value;
use model::{Calendar, IntervalMinutes, Moment};
use report::{Cell, ColumnDef, Format, Level, Sheet, SheetColumn, format_value_local};
use session::{Model, Refresh, ReportRequest};

use super::pane::definition;
use super::prefs::{OwnLimits, PanePrefs};

/// Where a column's values stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Words: at the left.
    Left,
    /// Figures: at the right, so that they line up.
    Right,
    /// A state: a chip at the left.
    State,
}

/// A cell as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellView {
    /// Text; empty if there is nothing to show.
    pub text: String,
    /// How much it wants to be seen.
    pub level: Level,
}

/// Where a column's values stand.
pub fn place(column: &SheetColumn) -> Place {
    match column.format {
        Format::Text if column.id.contains("state") || column.id.contains("workmode") => Place::State,
        Format::Text | Format::Name(_) => Place::Left,
        _ => Place::Right,
    }
}

/// The calendar of a zone by its name; `None` for an unknown zone, which is then shown in UTC.
pub fn calendar(zone: &str) -> Option<Calendar> {
    Some(Calendar { zone: zone.parse().ok()?, interval: IntervalMinutes::Half })
}

/// A cell as it is shown at `now` of the ACD's clock; times in state tick with it, and so does their colour.
pub fn cell_view(
    column: &SheetColumn,
    cell: &Cell,
    limits: Option<&OwnLimits>,
    now: Moment,
    calendar: Option<&Calendar>,
) -> CellView {
    let number = cell.value.number(now);
    let by_report = match (&cell.value, number, column.limits) {
        (Value::Since(_), Some(number), Some(limits)) => limits.level(number),
        _ => cell.level,
    };
    let level = match limits {
        // Names and numbers that identify have no limits.
        Some(limits) if place(column) == Place::Right => {
            number.map_or(Level::Normal, |number| limits.level(number, by_report))
        }
        _ => by_report,
    };
    CellView { text: format_value_local(column.format, &cell.value, now, calendar), level }
}

/// The item that tells how long the oldest call waits.
const OLDEST: &[u8] = b"OLDESTCALL";

/// Columns of a report whose times stand still between two refreshes, by block and id: how long the oldest call waits. It may have been
/// answered a moment after the refresh, and then a time that ticks on is of nobody. Where each change is shown at once, that is known.
pub fn held_columns(model: &Model, request: &ReportRequest) -> Vec<(usize, String)> {
    let known = definition(model, &request.path).filter(|_| request.refresh != Refresh::AsItHappens);
    let blocks = known.into_iter().flat_map(|known| known.blocks.iter().enumerate());
    // Looked at for each frame, so nothing is copied.
    let names_oldest = |part: &[u8]| part.eq_ignore_ascii_case(OLDEST);
    let is_oldest = |column: &&ColumnDef| column.expression.as_bytes().windows(OLDEST.len()).any(names_oldest);
    let held = blocks.flat_map(|(index, block)| {
        block.columns.iter().filter(is_oldest).map(move |column| (index, column.id.clone()))
    });
    held.collect()
}

/// Whether a column is one of those.
pub fn is_held(held: &[(usize, String)], block: usize, column: &str) -> bool {
    held.iter().any(|(known, id)| *known == block && id == column)
}

/// Whether a row of a report has passed a limit that is a warning, its own one or the report's.
pub fn passes_warning(sheet: &Sheet, prefs: &PanePrefs, now: Moment, held: &[(usize, String)]) -> bool {
    sheet.blocks.iter().enumerate().any(|(index, block)| {
        block.columns.iter().enumerate().any(|(at, column)| {
            let own = prefs.column(index, &column.id);
            let now = if is_held(held, index, &column.id) { sheet.at } else { now };
            let is_warning =
                |cell: &Cell| cell_view(column, cell, own.limits.as_ref(), now, None).level == Level::Warning;
            !own.hidden && block.rows.iter().filter_map(|row| row.cells.get(at)).any(is_warning)
        })
    })
}

/// A cell of the total row. One's own limits are meant for one row, so a sum of rows is not compared with them; an average, a
/// percentage or a maximum of all rows is.
pub fn total_view(
    column: &SheetColumn,
    cell: &Cell,
    limits: Option<&OwnLimits>,
    now: Moment,
    calendar: Option<&Calendar>,
) -> CellView {
    cell_view(column, cell, limits.filter(|_| !column.summed), now, calendar)
}
