//! The parts of a report inside a pane: field lists and tables, sharing the height there is.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{RichText, ScrollArea, Ui};
use model::{Calendar, Moment};
use report::{Layout, Sheet, SheetBlock};
use session::ReportKey;

use super::fields;
use crate::ctx::Ctx;
use crate::fonts;
use crate::layout::Pane;
use crate::theme;
use crate::view::cache::BlockCache;
use crate::view::cells::{CellView, Place, cell_view, place, total_view};
use crate::view::meanings::column_meaning;
use crate::view::prefs::{OwnLimits, PanePrefs};
use crate::widgets::message;
use crate::widgets::table::{Clicks, Table, TableColumn, bar_room, fitted, preferred_width};

const TITLE_HEIGHT: f32 = 26.0;
/// A table with a title needs this for its heading, its total row and two rows.
const LEAST_TABLE: f32 = TITLE_HEIGHT + 44.0 + 3.0 * theme::ROW_HEIGHT;
/// So much of what is in sight a table takes at most where the parts scroll together: the next one is seen to be there.
const IN_SIGHT: f32 = 0.75;
/// Room for the bar that scrolls them together, beside those of the tables.
const BAR_ROOM: f32 = 10.0;
/// A group of figures needs this for its name and one line of them.
const LEAST_FIELDS: f32 = 84.0;
/// Rows that the widths of columns are worked out from.
const MEASURED_ROWS: usize = 200;

/// What all cells of a sheet are shown by.
pub struct Moments {
    /// The ACD's clock.
    pub now: Moment,
    /// Its zone, as far as it is known.
    pub calendar: Option<Calendar>,
    /// Whether the figures are no longer live.
    pub muted: bool,
}

/// Draws all blocks of a sheet.
pub fn blocks_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    pane: &mut Pane,
    sheet: &Arc<Sheet>,
    moments: &Moments,
    caches: &mut BTreeMap<(ReportKey, usize), BlockCache>,
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let notes: Vec<&String> = sheet.blocks.iter().flat_map(|block| block.notes()).collect();
    for (at, text) in notes.iter().enumerate() {
        // What holds for several parts stands there once.
        if !notes[..at].contains(text) {
            note(ui, ctx, text);
        }
    }
    if sheet.blocks.iter().all(|block| block.rows.is_empty()) {
        let why = match ctx.model.serving.is_some_and(|which| ctx.model.servers[which].administrator) {
            _ if moments.muted => "There were no rows when this was live last",
            true => "These inputs match nothing at the moment",
            false => "These inputs match nothing at the moment, or nothing that you may see",
        };
        message(ui, ctx.palette, "Nothing to show", why);
        return;
    }
    let room = ui.available_height();
    if sheet.blocks.len() == 1 || least_height(sheet) <= room {
        return parts_ui(ctx, ui, pane, sheet, moments, caches, None);
    }
    // In the height there is they would lie over each other.
    ScrollArea::vertical().id_salt(("blocks", pane.key.0)).auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width() - BAR_ROOM);
        parts_ui(ctx, ui, pane, sheet, moments, caches, Some(room));
    });
}

/// Draws the parts one below the other: into the height there is, or, where they scroll together, each as high as it wants to be
/// and no higher than what is in sight of them, `in_sight`.
fn parts_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    pane: &mut Pane,
    sheet: &Arc<Sheet>,
    moments: &Moments,
    caches: &mut BTreeMap<(ReportKey, usize), BlockCache>,
    in_sight: Option<f32>,
) {
    let titled = sheet.blocks.len() > 1;
    let field_blocks = sheet.blocks.iter().filter(|block| block.layout == Layout::Fields).count();
    let share = if field_blocks == sheet.blocks.len() { 1.0 } else { 0.45 };
    let room_for_fields = in_sight.map_or(ui.available_height() * share, |_| f32::INFINITY);
    for (index, block) in sheet.blocks.iter().enumerate().filter(|(_, block)| block.layout == Layout::Fields) {
        let cell = |row: usize, column: usize| one_cell(block, &pane.prefs, index, moments, row, column);
        let height = room_for_fields / field_blocks as f32;
        fields::fields_ui(ui, ctx.palette, (pane.key.0, index), block, height, moments.muted, &cell);
    }
    let tables: Vec<usize> =
        (0..sheet.blocks.len()).filter(|&index| sheet.blocks[index].layout == Layout::Table).collect();
    let natural: Vec<f32> = tables.iter().map(|&index| natural_height(&sheet.blocks[index], titled)).collect();
    let heights = match in_sight {
        Some(most) => natural.iter().map(|height| height.min((most * IN_SIGHT).max(LEAST_TABLE))).collect(),
        None => shared_heights(&natural, ui.available_height()),
    };
    for (&index, height) in tables.iter().zip(heights) {
        let cache = caches.entry((pane.key, index)).or_default();
        measure(ui, &sheet.blocks[index], moments, cache);
        table_block(ctx, ui, pane, &sheet.blocks[index], index, height, titled, moments, cache);
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one drawing, used once")]
fn table_block(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    pane: &mut Pane,
    block: &SheetBlock,
    index: usize,
    height: f32,
    titled: bool,
    moments: &Moments,
    cache: &BlockCache,
) {
    let mut height = height;
    if titled {
        block_title(ui, ctx, &block.title, block.rows.len());
        height -= TITLE_HEIGHT;
    }
    let shown: Vec<usize> =
        (0..block.columns.len()).filter(|&at| !pane.prefs.column(index, &block.columns[at].id).hidden).collect();
    let room = ui.available_width() - bar_room(block.rows.len(), height);
    let columns = table_columns(room, &pane.prefs, block, index, &shown, cache);
    let totals = block.totals.as_ref().map(|cells| {
        let view = |&at: &usize| {
            let column = &block.columns[at];
            cells.get(at).map_or(CellView { text: String::new(), level: Default::default() }, |cell| {
                let limits = own_limits(&pane.prefs, index, column);
                total_view(column, cell, limits.as_ref(), moments.now, moments.calendar.as_ref())
            })
        };
        shown.iter().map(view).collect()
    });
    let table = Table {
        id: egui::Id::unique(("table", pane.key.0, index)),
        name: &block.title,
        columns: &columns,
        meaning: &|at| column_meaning(ctx.model, &pane.request.path, index, &columns[at].id),
        row_count: block.rows.len(),
        totals,
        muted: moments.muted,
        clicks: Clicks::Sort,
    };
    let order = ctx.model.reports.get(&pane.key).map(|report| report.orders.of(index)).unwrap_or_default();
    let prefs = &pane.prefs;
    let mut cell = |row: usize, at: usize| one_cell(block, prefs, index, moments, order.row(row), shown[at]);
    let response = table.show(ui, ctx.palette, height.max(60.0), &mut cell);
    let id_of = |at: usize| columns[at].id.clone();
    if let Some(at) = response.heading_clicked {
        pane.prefs.click_heading(index, &id_of(at));
    }
    if let Some((at, width)) = response.resized {
        pane.prefs.change_column(index, &id_of(at), |column| column.width = Some(width));
    }
    if let Some(at) = response.width_reset {
        pane.prefs.change_column(index, &id_of(at), |column| column.width = None);
    }
}

fn block_title(ui: &mut Ui, ctx: &Ctx<'_>, title: &str, rows: usize) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), TITLE_HEIGHT), egui::Sense::hover());
    let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink2(egui::vec2(12.0, 0.0))));
    inner.horizontal_centered(|ui| {
        ui.label(RichText::new(title).font(fonts::semibold(theme::SMALL + 0.5)).color(ctx.palette.text));
        ui.label(RichText::new(rows.to_string()).font(fonts::medium(theme::SMALL)).color(ctx.palette.soft));
    });
}

/// What is to be known of the rows before they are believed.
fn note(ui: &mut Ui, ctx: &Ctx<'_>, text: &str) {
    let frame = egui::Frame::new().fill(ctx.palette.caution.fill).inner_margin(egui::Margin::symmetric(12, 4));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let text = RichText::new(text).font(fonts::medium(theme::SMALL)).color(ctx.palette.caution.text);
        ui.add(egui::Label::new(text).wrap());
    });
}

/// Works out the widths of a block's columns from the first rows that come.
fn measure(ui: &Ui, block: &SheetBlock, moments: &Moments, cache: &mut BlockCache) {
    let same = cache.widths.iter().map(|(id, _)| id).eq(block.columns.iter().map(|column| &column.id));
    if same {
        return;
    }
    let width = |(at, column): (usize, &report::SheetColumn)| {
        let cells = block.rows.iter().take(MEASURED_ROWS).filter_map(|row| row.cells.get(at));
        let total = block.totals.as_ref().and_then(|cells| cells.get(at));
        let texts: Vec<String> = cells
            .chain(total)
            .map(|cell| cell_view(column, cell, None, moments.now, moments.calendar.as_ref()).text)
            .collect();
        (column.id.clone(), preferred_width(ui, column, texts.iter().map(String::as_str)))
    };
    cache.widths = block.columns.iter().enumerate().map(width).collect();
}

fn table_columns(
    room: f32,
    prefs: &PanePrefs,
    block: &SheetBlock,
    index: usize,
    shown: &[usize],
    cache: &BlockCache,
) -> Vec<TableColumn> {
    let own: Vec<Option<f32>> = shown.iter().map(|&at| prefs.column(index, &block.columns[at].id).width).collect();
    let mut widths: Vec<f32> =
        shown.iter().zip(&own).map(|(&at, own)| own.unwrap_or_else(|| cache.widths[at].1)).collect();
    // A width that a person has chosen stays; the others share what is left.
    let may_grow: Vec<bool> = own.iter().map(Option::is_none).collect();
    fitted(&mut widths, &may_grow, room);
    let sort = prefs.sort.get(&index);
    shown
        .iter()
        .zip(widths)
        .map(|(&at, width)| {
            let column = &block.columns[at];
            TableColumn {
                id: column.id.clone(),
                heading: column.heading.clone(),
                place: place(column),
                width,
                sorted: sort.filter(|sort| sort.column == column.id).map(|sort| sort.descending),
            }
        })
        .collect()
}

fn one_cell(
    block: &SheetBlock,
    prefs: &PanePrefs,
    index: usize,
    moments: &Moments,
    row: usize,
    column: usize,
) -> CellView {
    let definition = &block.columns[column];
    let limits = own_limits(prefs, index, definition);
    match block.rows.get(row).and_then(|row| row.cells.get(column)) {
        Some(cell) => cell_view(definition, cell, limits.as_ref(), moments.now, moments.calendar.as_ref()),
        None => CellView { text: String::new(), level: Default::default() },
    }
}

/// A person's own limits of a column.
fn own_limits(prefs: &PanePrefs, block: usize, column: &report::SheetColumn) -> Option<OwnLimits> {
    match place(column) {
        Place::Right if !prefs.columns.is_empty() => prefs.column(block, &column.id).limits,
        _ => None,
    }
}

fn natural_height(block: &SheetBlock, titled: bool) -> f32 {
    let title = if titled { TITLE_HEIGHT } else { 0.0 };
    let totals = if block.totals.is_some() { theme::ROW_HEIGHT + 1.0 } else { 0.0 };
    title + 40.0 + block.rows.len() as f32 * theme::ROW_HEIGHT + totals
}

/// The height below which the parts of a sheet no longer have room one below the other.
fn least_height(sheet: &Sheet) -> f32 {
    let titled = sheet.blocks.len() > 1;
    let least = |block: &SheetBlock| match block.layout {
        Layout::Fields => LEAST_FIELDS,
        Layout::Table => natural_height(block, titled).min(LEAST_TABLE),
    };
    sheet.blocks.iter().map(least).sum()
}

/// Heights for tables one above the other: each what it wants if there is room, the last one the rest; if
/// not, an equal share, and what one does not need goes to the others.
pub fn shared_heights(natural: &[f32], room: f32) -> Vec<f32> {
    let mut heights = vec![0.0; natural.len()];
    let mut open: Vec<usize> = (0..natural.len()).collect();
    let mut left = room;
    loop {
        let share = left / open.len().max(1) as f32;
        let Some(position) = open.iter().position(|&at| natural[at] <= share) else { break };
        let at = open.remove(position);
        heights[at] = natural[at];
        left -= natural[at];
    }
    let share = left / open.len().max(1) as f32;
    for &at in &open {
        heights[at] = share;
    }
    if open.is_empty()
        && let Some(last) = heights.last_mut()
    {
        *last += left.max(0.0);
    }
    heights
}
