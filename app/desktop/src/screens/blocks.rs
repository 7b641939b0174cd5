//! The parts of a report inside a pane: field lists and tables, sharing the height there is.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{RichText, ScrollArea, Ui};
use model::{Calendar, Moment};
use report::{Layout, Sheet, SheetBlock};
use session::ReportKey;

use super::fields::{self, Leading};
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::layout::Pane;
use crate::theme::{self, Density};
use crate::view::cache::BlockCache;
use crate::view::cells::{CellView, Place, cell_view, is_held, place, total_view};
use crate::view::counts::counted;
use crate::view::drill::{Drill, drills, leading};
use crate::view::marks::{Copied, tab_separated};
use crate::view::meanings::column_meaning;
use crate::view::prefs::{OwnLimits, PanePrefs};
use crate::widgets::message;
use crate::widgets::table::{
    Clicks, Opening, RowActs, Table, TableColumn, TableResponse, bar_room, fitted, preferred_width, whole_height,
};

/// So much of what is in sight a table takes at most where the parts scroll together: the next one is seen to be there.
const IN_SIGHT: f32 = 0.75;
/// Room for the bar that scrolls them together, beside those of the tables.
const BAR_ROOM: f32 = 10.0;
/// A group of figures needs this for its name and one line of them.
const LEAST_FIELDS: f32 = 84.0;
/// Rows that the widths of columns are worked out from.
const MEASURED_ROWS: usize = 200;

/// Seconds after which times that tick are measured again.
const TICKED: i64 = 10;
/// A column that has become too narrow gets so much more than it needs: the next figures that grow move nothing.
const GROWN: f32 = 8.0;

/// What all cells of a sheet are shown by.
pub struct Moments {
    /// The ACD's clock.
    pub now: Moment,
    /// Its zone, as far as it is known.
    pub calendar: Option<Calendar>,
    /// Whether the figures are no longer live.
    pub muted: bool,
    /// How close the rows stand together.
    pub density: Density,
    /// What rows must hold to be shown; empty shows all.
    pub filter: String,
    /// The clock when the sheet was computed.
    pub at: Moment,
    /// Columns whose times stand still between two refreshes, by block and id.
    pub held: Vec<(usize, String)>,
}

impl Moments {
    /// The clock by which a column is shown.
    fn of(&self, block: usize, column: &str) -> Moment {
        if is_held(&self.held, block, column) { self.at } else { self.now }
    }
}

/// What a table of a pane is known by.
pub fn table_id(pane: ReportKey, block: usize) -> egui::Id {
    egui::Id::unique(("table", pane.0, block))
}

/// Holds the rows of a sheet against what is filtered by; gives how many are left.
pub fn hold_against_filter(
    pane: &Pane,
    sheet: &Arc<Sheet>,
    moments: &Moments,
    caches: &mut BTreeMap<(ReportKey, usize), BlockCache>,
) -> usize {
    let tables = sheet.blocks.iter().enumerate().filter(|(_, block)| block.layout == Layout::Table);
    let left = |(index, block): (usize, &SheetBlock)| {
        if moments.filter.is_empty() {
            return block.rows.len();
        }
        let shown = shown_columns(&pane.prefs, block, index);
        let words_of = |row: usize| {
            let cells = shown.iter().map(|&column| one_cell(block, &pane.prefs, index, moments, row, column).text);
            cells.collect::<Vec<_>>().join(" ")
        };
        let cache = caches.entry((pane.key, index)).or_default();
        cache.fitting.hold(sheet, index, &moments.filter, &words_of);
        cache.fitting.count()
    };
    tables.map(left).sum()
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
    for (index, block) in sheet.blocks.iter().enumerate().filter(|(_, block)| block.layout == Layout::Table) {
        let cache = caches.entry((pane.key, index)).or_default();
        measure(ui, sheet, index, moments, cache);
        let shown = shown_columns(&pane.prefs, block, index);
        let columns = table_columns(ui.available_width(), &pane.prefs, block, index, &shown, cache);
        let has_totals = block.totals.is_some();
        let rows = if moments.filter.is_empty() { block.rows.len() } else { cache.fitting.count() };
        cache.height = whole_height(ui, &columns, rows, has_totals, &moments.density);
    }
    let wanted = |index: usize| caches.get(&(pane.key, index)).map_or(0.0, |cache| cache.height);
    let natural: Vec<f32> = (0..sheet.blocks.len()).map(|index| wanted(index) + title_height(sheet, moments)).collect();
    let room = ui.available_height();
    if sheet.blocks.len() == 1 || least_height(sheet, &natural, &moments.density) <= room {
        return parts_ui(ctx, ui, pane, sheet, moments, caches, (&natural, None));
    }
    // In the height there is they would lie over each other.
    ScrollArea::vertical().id_salt(("blocks", pane.key.0)).auto_shrink(false).show(ui, |ui| {
        ui.set_max_width(ui.available_width() - BAR_ROOM);
        parts_ui(ctx, ui, pane, sheet, moments, caches, (&natural, Some(room)));
    });
}

/// Draws the parts one below the other: into the height there is, or, where they scroll together, each as high as it wants to be,
/// `wanted`, and no higher than what is in sight of them, `in_sight`.
fn parts_ui(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    pane: &mut Pane,
    sheet: &Arc<Sheet>,
    moments: &Moments,
    caches: &mut BTreeMap<(ReportKey, usize), BlockCache>,
    (wanted, in_sight): (&[f32], Option<f32>),
) {
    let titled = sheet.blocks.len() > 1;
    let field_blocks = sheet.blocks.iter().filter(|block| block.layout == Layout::Fields).count();
    let share = if field_blocks == sheet.blocks.len() { 1.0 } else { 0.45 };
    let room_for_fields = in_sight.map_or(ui.available_height() * share, |_| f32::INFINITY);
    for (index, block) in sheet.blocks.iter().enumerate().filter(|(_, block)| block.layout == Layout::Fields) {
        let cell = |row: usize, column: usize| one_cell(block, &pane.prefs, index, moments, row, column);
        let height = room_for_fields / field_blocks as f32;
        let all: Vec<usize> = (0..block.columns.len()).collect();
        let columns = leading(ctx.model, &pane.request, (index, block));
        let drills = |row: usize| drills(ctx.model, &pane.request, (index, block), &block.rows[row], &all);
        let leading = Leading { columns: &columns, drills: &drills };
        let salt = (pane.key.0, index);
        if let Some(drill) = fields::fields_ui(ui, ctx.palette, salt, block, height, moments.muted, &leading, &cell) {
            ctx.want(Intent::ShowReport(drill.request));
        }
    }
    let tables: Vec<usize> =
        (0..sheet.blocks.len()).filter(|&index| sheet.blocks[index].layout == Layout::Table).collect();
    let natural: Vec<f32> = tables.iter().map(|&index| wanted[index]).collect();
    let heights = match in_sight {
        Some(most) => {
            let most = (most * IN_SIGHT).max(least_table(&moments.density));
            natural.iter().map(|height| height.min(most)).collect()
        }
        None => shared_heights(&natural, ui.available_height()),
    };
    for (&index, height) in tables.iter().zip(heights) {
        let cache = caches.entry((pane.key, index)).or_default();
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
    cache: &mut BlockCache,
) {
    let mut height = height;
    if titled {
        let left = (!moments.filter.is_empty()).then(|| cache.fitting.count());
        block_title(ui, ctx, block, left, moments.density.title);
        height -= moments.density.title;
    }
    let shown = shown_columns(&pane.prefs, block, index);
    let order = ctx.model.reports.get(&pane.key).map(|report| report.orders.of(index)).unwrap_or_default();
    let all = (0..block.rows.len()).map(|row| order.row(row));
    // Without a filter there may be fifty thousand, which are not to be gone through for each frame.
    let left: Option<Vec<usize>> =
        (!moments.filter.is_empty()).then(|| all.filter(|&row| cache.fitting.fits(row)).collect());
    let row_count = left.as_ref().map_or(block.rows.len(), Vec::len);
    let row_at = |row: usize| match &left {
        Some(left) => left.get(row).copied().unwrap_or(usize::MAX),
        None => order.row(row),
    };
    let room = ui.available_width() - bar_room(row_count, height, &moments.density);
    let columns = table_columns(room, &pane.prefs, block, index, &shown, cache);
    let totals = totals_of(block, &pane.prefs, index, &shown, moments);
    let key_of = |row: usize| block.rows.get(row_at(row)).map_or("", |row| row.key.as_str());
    let is_marked = |row: usize| cache.marks.has(key_of(row));
    let request = &pane.request;
    let drills_of = |row: usize| match block.rows.get(row_at(row)) {
        Some(row) => drills(ctx.model, request, (index, block), row, &shown),
        None => Vec::new(),
    };
    let openings = |row: usize| drills_of(row).into_iter().map(|drill| drill.text).collect();
    let table = Table {
        id: table_id(pane.key, index),
        name: &block.title,
        columns: &columns,
        meaning: &|at| column_meaning(ctx.model, &pane.request.path, index, &columns[at].id),
        row_count,
        totals: totals.clone(),
        muted: moments.muted,
        clicks: Clicks::SortAndMark(RowActs { is_marked: &is_marked, openings: &openings }),
        density: moments.density,
    };
    let prefs = &pane.prefs;
    let mut cell = |row: usize, at: usize| one_cell(block, prefs, index, moments, row_at(row), shown[at]);
    let response = table.show(ui, ctx.palette, height.max(60.0), &mut cell);
    if let Some((row, which)) = response.opening {
        open(ctx, drills_of(row), which, &shown);
    }
    if let Some(what) = response.copied {
        let rows = (0..row_count).filter(|&row| what == Copied::Table || is_marked(row));
        // They are of all rows.
        let totals = totals.filter(|_| what == Copied::Table && moments.filter.is_empty());
        let rows = rows.map(|row| (0..columns.len()).map(|at| cell(row, at)).collect()).collect();
        copy(ctx, &columns, rows, totals);
    }
    if let Some((row, how)) = response.marked {
        let keys: Vec<&str> = (0..row_count).map(key_of).collect();
        cache.marks.mark(&keys, row, how);
    }
    change_columns(&mut pane.prefs, index, &columns, &response);
}

/// Keeps what was done with the headings.
fn change_columns(prefs: &mut PanePrefs, index: usize, columns: &[TableColumn], response: &TableResponse) {
    let id_of = |at: usize| columns[at].id.clone();
    if let Some(at) = response.heading_clicked {
        prefs.click_heading(index, &id_of(at));
    }
    if let Some((at, width)) = response.resized {
        prefs.change_column(index, &id_of(at), |column| column.width = Some(width));
    }
    if let Some(at) = response.width_reset {
        prefs.change_column(index, &id_of(at), |column| column.width = None);
    }
}

/// Opens what a row leads to.
fn open(ctx: &Ctx<'_>, mut drills: Vec<Drill>, which: Opening, shown: &[usize]) {
    let at = match which {
        Opening::Told(at) => at,
        Opening::First => 0,
        // Figures lead to where the row's first name leads.
        Opening::Of(column) => drills.iter().position(|drill| Some(&drill.column) == shown.get(column)).unwrap_or(0),
    };
    if at < drills.len() {
        ctx.want(Intent::ShowReport(drills.swap_remove(at).request));
    }
}

/// The total row of the columns that are shown.
fn totals_of(
    block: &SheetBlock,
    prefs: &PanePrefs,
    index: usize,
    shown: &[usize],
    moments: &Moments,
) -> Option<Vec<CellView>> {
    let cells = block.totals.as_ref()?;
    let view = |&at: &usize| {
        let column = &block.columns[at];
        cells.get(at).map_or(CellView { text: String::new(), level: Default::default() }, |cell| {
            let limits = own_limits(prefs, index, column);
            total_view(column, cell, limits.as_ref(), moments.of(index, &column.id), moments.calendar.as_ref())
        })
    };
    Some(shown.iter().map(view).collect())
}

/// Puts rows with their headings on the clipboard, as they are shown.
fn copy(ctx: &Ctx<'_>, columns: &[TableColumn], rows: Vec<Vec<CellView>>, totals: Option<Vec<CellView>>) {
    let headings = columns.iter().map(|column| column.heading.clone()).collect();
    let told = counted(rows.len(), "row", "rows");
    let cells = |views: Vec<CellView>| views.into_iter().map(|view| view.text).collect();
    let lines = std::iter::once(headings).chain(rows.into_iter().chain(totals).map(cells));
    ctx.want(Intent::Copy { text: tab_separated(lines), told: format!("Copied {told} with the headings") });
}

/// The title of a block, and how many rows it has; of these so many are left where they are filtered.
fn block_title(ui: &mut Ui, ctx: &Ctx<'_>, block: &SheetBlock, left: Option<usize>, height: f32) {
    let all = block.rows.len();
    let rows = left.map_or_else(|| all.to_string(), |left| format!("{left} of {all}"));
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), height), egui::Sense::hover());
    let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink2(egui::vec2(12.0, 0.0))));
    inner.horizontal_centered(|ui| {
        ui.label(RichText::new(&block.title).font(fonts::semibold(theme::SMALL + 0.5)).color(ctx.palette.text));
        ui.label(RichText::new(rows).font(fonts::medium(theme::SMALL)).color(ctx.palette.soft));
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

/// Works out the widths of a block's columns from the first rows that come; later ones make them wider where they do not fit.
fn measure(ui: &Ui, sheet: &Arc<Sheet>, index: usize, moments: &Moments, cache: &mut BlockCache) {
    let block = &sheet.blocks[index];
    let is_same = cache.widths.iter().map(|(id, _)| id).eq(block.columns.iter().map(|column| &column.id));
    // The allocation tells one sheet from the next well enough: one that is taken for another is measured a moment later.
    let this = Arc::as_ptr(sheet).addr();
    if is_same
        && let Some((sheet, at)) = cache.measured
        && (at == moments.now || sheet == this && (moments.now.0 - at.0).abs() < TICKED)
    {
        return;
    }
    cache.measured = Some((this, moments.now));
    let width = |(at, column): (usize, &report::SheetColumn)| {
        let cells = block.rows.iter().take(MEASURED_ROWS).filter_map(|row| row.cells.get(at));
        let total = block.totals.as_ref().and_then(|cells| cells.get(at));
        let texts: Vec<String> = cells
            .chain(total)
            .map(|cell| cell_view(column, cell, None, moments.now, moments.calendar.as_ref()).text)
            .collect();
        (column.id.clone(), preferred_width(ui, column, texts.iter().map(String::as_str)))
    };
    let wanted = block.columns.iter().enumerate().map(width);
    if is_same {
        for ((_, known), (_, wanted)) in cache.widths.iter_mut().zip(wanted).filter(|(known, new)| new.1 > known.1) {
            *known = wanted + GROWN;
        }
    } else {
        cache.widths = wanted.collect();
    }
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
        Some(cell) => {
            cell_view(definition, cell, limits.as_ref(), moments.of(index, &definition.id), moments.calendar.as_ref())
        }
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

/// The columns of a block that are not hidden, by their places.
fn shown_columns(prefs: &PanePrefs, block: &SheetBlock, index: usize) -> Vec<usize> {
    (0..block.columns.len()).filter(|&at| !prefs.column(index, &block.columns[at].id).hidden).collect()
}

/// Where there are several, each has its title.
fn title_height(sheet: &Sheet, moments: &Moments) -> f32 {
    if sheet.blocks.len() > 1 { moments.density.title } else { 0.0 }
}

/// A table with a title needs this for its heading, its total row and two rows.
fn least_table(density: &Density) -> f32 {
    density.title + 34.0 + 2.0 * density.heading_padding + 3.0 * density.row
}

/// The height below which the parts of a sheet, which want these heights, no longer have room one below the other.
fn least_height(sheet: &Sheet, wanted: &[f32], density: &Density) -> f32 {
    let least = |(block, wanted): (&SheetBlock, &f32)| match block.layout {
        Layout::Fields => LEAST_FIELDS,
        Layout::Table => wanted.min(least_table(density)),
    };
    sheet.blocks.iter().zip(wanted).map(least).sum()
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
