//! A virtualised table: only the rows in sight are asked for and painted, so that fifty thousand rows cost
//! as much as fifty. Cells are cut by their galley, never by a clip rectangle of their own, which would
//! break the batching of the renderer. A general table widget was turned down for that reason.

mod heading;
mod widths;

use std::cell::RefCell;
use std::ops::Range;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Color32, FontId, Id, Painter, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};
use report::Level;

use super::chip_at;
use crate::fonts;
use crate::theme::{self, Density, Pair, Palette};
use crate::view::cells::{CellView, Place};
use crate::view::marks::{Copied, Marking};
pub use widths::{fitted, narrowed, preferred_width, text_column_width};

/// Free space at the left and right of a cell.
pub const CELL_PADDING: f32 = 8.0;
/// Room below the last row for the scroll bar.
const BAR_ROOM: f32 = 6.0;
/// Width of the scroll bar under the pointer.
const BAR_WIDTH: f32 = 8.0;
/// Height of a heading of one line.
const HEADING_LEAST: f32 = 26.0;

/// Room that the scroll bar takes at the right of a table of so many rows and this height, so that it covers no figure.
pub fn bar_room(row_count: usize, height: f32, density: &Density) -> f32 {
    let is_scrolled = row_count as f32 * density.row + HEADING_LEAST > height;
    if is_scrolled { BAR_WIDTH } else { 0.0 }
}

/// Height that a table of so many rows has with all of them in sight.
pub fn whole_height(ui: &Ui, columns: &[TableColumn], row_count: usize, totals: bool, density: &Density) -> f32 {
    let totals = if totals { density.row + 1.0 } else { 0.0 };
    heading::height(ui, columns, density) + row_count as f32 * density.row + BAR_ROOM + totals
}

/// One column as it is drawn.
#[derive(Debug, Clone)]
pub struct TableColumn {
    /// Stable name.
    pub id: String,
    /// Heading; wrapped at words.
    pub heading: String,
    /// Where its values stand.
    pub place: Place,
    /// Width in points.
    pub width: f32,
    /// Whether the rows are sorted by it, and then whether the largest comes first.
    pub sorted: Option<bool>,
}

/// What a table shows.
pub struct Table<'a> {
    /// Makes its ids its own.
    pub id: Id,
    /// What screen readers call it.
    pub name: &'a str,
    /// Its columns.
    pub columns: &'a [TableColumn],
    /// What the figures of a column mean, if that is known: the tooltip of its heading begins with it.
    pub meaning: &'a dyn Fn(usize) -> Option<String>,
    /// How many rows there are.
    pub row_count: usize,
    /// The total row.
    pub totals: Option<Vec<CellView>>,
    /// Whether it has stopped being live: no colour then says that anything is well.
    pub muted: bool,
    /// What a click does.
    pub clicks: Clicks<'a>,
    /// How close its rows stand together.
    pub density: Density,
}

/// Where the row is kept that a table is to bring into sight.
const WANTED_ROW: &str = "wanted_row";

/// What has the keyboard while the rows of a table have it.
pub fn rows_of(table: Id) -> Id {
    table.with("rows")
}

/// Has a table bring a row into sight with its next frame.
pub(super) fn bring_into_sight(ui: &Ui, table: Id, row: usize) {
    ui.data_mut(|data| data.insert_temp(table.with(WANTED_ROW), row));
}

/// What a click on a table does.
#[derive(Clone, Copy)]
pub enum Clicks<'a> {
    /// On a heading: puts the rows into the order of its column. On a row: marks it, and a double click or Enter opens it.
    SortAndMark(RowActs<'a>),
    /// On a row: chooses it, here the one that is chosen; the arrow keys do the same, Enter and a double click open it.
    Choose(Option<usize>),
}

/// What is done with the rows of a table that are marked.
#[derive(Clone, Copy)]
pub struct RowActs<'a> {
    /// Which rows are marked.
    pub is_marked: &'a dyn Fn(usize) -> bool,
    /// What can be opened from a row, in words: the menu of its right button begins with it.
    pub openings: &'a dyn Fn(usize) -> Vec<String>,
}

impl Clicks<'_> {
    /// Whether a click on a heading sorts.
    fn sorts(self) -> bool {
        matches!(self, Clicks::SortAndMark(_))
    }

    /// Whether a row is chosen or marked.
    fn lights(self, row: usize) -> bool {
        match self {
            Clicks::SortAndMark(acts) => (acts.is_marked)(row),
            Clicks::Choose(chosen) => chosen == Some(row),
        }
    }
}

/// What the person did with a table.
#[derive(Debug, Default, PartialEq)]
pub struct TableResponse {
    /// Column whose heading was clicked.
    pub heading_clicked: Option<usize>,
    /// Column that was given another width.
    pub resized: Option<(usize, f32)>,
    /// Column that is to fit its heading again.
    pub width_reset: Option<usize>,
    /// Row that is chosen now.
    pub chosen: Option<usize>,
    /// Row that is to be opened.
    pub opened: Option<usize>,
    /// Row that is to be marked, and how.
    pub marked: Option<(usize, Marking)>,
    /// What is to be copied.
    pub copied: Option<Copied>,
    /// Row from which something is to be opened, and what.
    pub opening: Option<(usize, Opening)>,
}

/// What is to be opened from a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// What comes first.
    First,
    /// What comes first of this column.
    Of(usize),
    /// This one of those that were told.
    Told(usize),
}

impl Table<'_> {
    /// Draws the table into the height given; `cell` is asked for the cells in sight, by row and column.
    pub fn show(
        self,
        ui: &mut Ui,
        palette: &Palette,
        height: f32,
        cell: &mut dyn FnMut(usize, usize) -> CellView,
    ) -> TableResponse {
        let mut response = TableResponse::default();
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let heading_height = heading::height(ui, self.columns, &self.density);
        let totals_height = if self.totals.is_some() { self.density.row + 1.0 } else { 0.0 };
        let heading_rect = Rect::from_min_size(rect.min, vec2(rect.width(), heading_height));
        let room = (rect.height() - heading_height - totals_height).max(0.0);
        // The total row stands right below the rows, and at the bottom once they need to be scrolled.
        let body_height = room.min(self.row_count as f32 * self.density.row + BAR_ROOM);
        let body_rect = Rect::from_min_size(heading_rect.left_bottom(), vec2(rect.width(), body_height));
        let mut body = ui.new_child(egui::UiBuilder::new().id_salt(self.id.with("body")).max_rect(body_rect));
        body.shrink_clip_rect(body_rect);
        let offset = self.body(&mut body, palette, cell, &mut response);
        heading::show(ui, palette, &self, heading_rect, offset, &mut response);
        if let Some(totals) = &self.totals {
            let totals_rect = Rect::from_min_size(body_rect.left_bottom(), vec2(rect.width(), totals_height));
            self.totals(ui, palette, totals_rect, offset, totals);
        }
        // Last, so that no row is painted over it.
        if !self.clicks.sorts() && ui.memory(|memory| memory.has_focus(self.rows_id())) {
            let whole = Rect::from_min_max(rect.min, body_rect.max);
            let ring = Stroke::new(1.5, palette.accent);
            ui.painter().rect_stroke(whole, theme::RADIUS_SMALL, ring, StrokeKind::Inside);
        }
        response
    }

    fn width(&self) -> f32 {
        self.columns.iter().map(|column| column.width).sum()
    }

    /// Draws the rows in sight; returns how far the table is scrolled to the right.
    fn body(
        &self,
        ui: &mut Ui,
        palette: &Palette,
        cell: &mut dyn FnMut(usize, usize) -> CellView,
        done: &mut TableResponse,
    ) -> f32 {
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        if self.width() > ui.max_rect().width() + 0.5 {
            // The bar to the right stands below the rows, and never on the last one.
            ui.spacing_mut().scroll.floating_allocated_width = BAR_ROOM;
        }
        let area = ScrollArea::both().id_salt(self.id).auto_shrink(false);
        let output = area.show_viewport(ui, |ui, viewport| {
            let size = vec2(self.width(), self.row_count as f32 * self.density.row);
            let origin = ui.max_rect().min;
            ui.set_min_size(size);
            self.keyboard(ui, viewport, origin.y, done);
            if let Some(row) = ui.data_mut(|data| data.remove_temp::<usize>(self.id.with(WANTED_ROW))) {
                let place = pos2(ui.clip_rect().left(), origin.y + row as f32 * self.density.row);
                let rect = Rect::from_min_size(place, vec2(1.0, self.density.row));
                ui.scroll_to_rect(rect, Some(egui::Align::Center));
            }
            for row in rows_in_sight(viewport, self.row_count, self.density.row) {
                let top = origin.y + row as f32 * self.density.row;
                let width = size.x.max(viewport.width());
                let rect = Rect::from_min_size(pos2(origin.x, top), vec2(width, self.density.row));
                self.row(ui, palette, rect, row, cell, done);
            }
        });
        output.state.clamped_offset().x
    }

    /// The body takes the focus as one, and the arrow and page keys scroll it or choose in it.
    fn keyboard(&self, ui: &Ui, viewport: Rect, top: f32, done: &mut TableResponse) {
        let seen = Rect::from_min_size(ui.max_rect().min + viewport.min.to_vec2(), viewport.size());
        let response = ui.interact(seen, self.rows_id(), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Table, true, self.name));
        if !response.has_focus() {
            return;
        }
        // Keeps the arrow keys from moving the focus to the next control.
        let filter = egui::EventFilter { vertical_arrows: true, horizontal_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        match self.clicks {
            Clicks::Choose(chosen) => self.choose_by_key(ui, chosen, viewport.height(), top, done),
            Clicks::SortAndMark(acts) => self.mark_by_key(ui, acts.is_marked, viewport, top, done),
        }
        let page = (viewport.height() - self.density.row).max(self.density.row);
        let steps = [
            (egui::Key::ArrowDown, vec2(0.0, -self.density.row)),
            (egui::Key::ArrowUp, vec2(0.0, self.density.row)),
            (egui::Key::ArrowRight, vec2(-60.0, 0.0)),
            (egui::Key::ArrowLeft, vec2(60.0, 0.0)),
            (egui::Key::PageDown, vec2(0.0, -page)),
            (egui::Key::PageUp, vec2(0.0, page)),
            (egui::Key::Home, vec2(0.0, f32::MAX / 4.0)),
            (egui::Key::End, vec2(0.0, -f32::MAX / 4.0)),
        ];
        for (key, delta) in steps {
            if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key)) {
                ui.scroll_with_delta(delta);
            }
        }
    }

    /// Ctrl+C copies the rows that are marked, or the whole table where none is; Ctrl+A marks all. The space bar marks the first row in
    /// sight, the arrows then go on from the one that is marked, and Enter opens it.
    fn mark_by_key(&self, ui: &Ui, is_marked: &dyn Fn(usize) -> bool, seen: Rect, top: f32, done: &mut TableResponse) {
        if ui.input(|input| input.events.iter().any(|event| matches!(event, egui::Event::Copy))) {
            let any_marked = (0..self.row_count).any(is_marked);
            done.copied = Some(if any_marked { Copied::Rows } else { Copied::Table });
        }
        if ui.input_mut(|input| input.consume_key(egui::Modifiers::COMMAND, egui::Key::A)) {
            done.marked = Some((0, Marking::All));
        }
        let keys = [egui::Key::Space, egui::Key::ArrowDown, egui::Key::ArrowUp, egui::Key::Enter];
        let Some(last) = self.row_count.checked_sub(1) else { return };
        // There may be fifty thousand rows: which are marked is asked only when it matters.
        if !ui.input(|input| keys.iter().any(|key| input.key_pressed(*key))) {
            return;
        }
        let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
        let Some(at) = self.only_marked(is_marked) else {
            if !(0..self.row_count).any(is_marked) && pressed(egui::Key::Space) {
                let first = (seen.min.y / self.density.row).ceil().max(0.0) as usize;
                done.marked = Some((first.min(last), Marking::Alone));
            }
            return;
        };
        let next = match () {
            () if pressed(egui::Key::ArrowDown) => (at + 1).min(last),
            () if pressed(egui::Key::ArrowUp) => at.saturating_sub(1),
            () => {
                if pressed(egui::Key::Enter) {
                    done.opening = Some((at, Opening::First));
                }
                return;
            }
        };
        if next != at {
            done.marked = Some((next, Marking::Alone));
        }
        self.keep_in_sight(ui, next, top);
    }

    /// The row that is marked, where it is one alone.
    fn only_marked(&self, is_marked: &dyn Fn(usize) -> bool) -> Option<usize> {
        let mut marked = (0..self.row_count).filter(|&row| is_marked(row));
        marked.next().filter(|_| marked.next().is_none())
    }

    /// What a click on a row does, and the menu of its right button.
    fn clicked(&self, ui: &Ui, row: usize, rect: Rect, response: &egui::Response, done: &mut TableResponse) {
        if response.clicked() {
            ui.memory_mut(|memory| memory.request_focus(self.rows_id()));
        }
        let Clicks::SortAndMark(acts) = self.clicks else {
            done.chosen = if response.clicked() { Some(row) } else { done.chosen };
            done.opened = if response.double_clicked() { Some(row) } else { done.opened };
            return;
        };
        if response.double_clicked() {
            let column = response.interact_pointer_pos().and_then(|at| self.column_at(ui, rect, at.x));
            done.opening = Some((row, column.map_or(Opening::First, Opening::Of)));
            // What was opened stays marked.
            done.marked = Some((row, Marking::ForMenu));
        } else if response.clicked() {
            let how = match ui.input(|input| input.modifiers) {
                keys if keys.shift => Marking::UpTo,
                keys if keys.command => Marking::Besides,
                _ => Marking::Alone,
            };
            done.marked = Some((row, how));
        }
        if response.secondary_clicked() {
            done.marked = Some((row, Marking::ForMenu));
        }
        response.context_menu(|ui| self.menu(ui, acts, done));
    }

    /// What can be opened from the marked row, which rows may move under the menu, and what can be copied.
    fn menu(&self, ui: &mut Ui, acts: RowActs<'_>, done: &mut TableResponse) {
        let alone = self.only_marked(acts.is_marked);
        let openings = alone.map(|row| (row, (acts.openings)(row))).filter(|(_, openings)| !openings.is_empty());
        // As wide as what it says.
        ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
        if let Some((row, openings)) = openings {
            for (at, text) in openings.iter().enumerate() {
                if ui.button(text).clicked() {
                    done.opening = Some((row, Opening::Told(at)));
                }
            }
            ui.separator();
        }
        let count = (0..self.row_count).filter(|&row| (acts.is_marked)(row)).count();
        let rows = if count > 1 { format!("Copy {count} rows") } else { "Copy row".to_owned() };
        for (text, what) in [(rows.as_str(), Copied::Rows), ("Copy table", Copied::Table)] {
            if ui.button(text).clicked() {
                done.copied = Some(what);
            }
        }
    }

    fn rows_id(&self) -> Id {
        rows_of(self.id)
    }

    /// Moves the choice with the arrow keys and keeps it in sight; Enter opens it.
    fn choose_by_key(&self, ui: &Ui, chosen: Option<usize>, height: f32, top: f32, done: &mut TableResponse) {
        let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
        let Some(last) = self.row_count.checked_sub(1) else { return };
        let page = ((height / self.density.row) as usize).saturating_sub(1).max(1);
        let at = chosen.unwrap_or(0);
        let next = match () {
            () if pressed(egui::Key::ArrowDown) => chosen.map_or(0, |at| at + 1),
            () if pressed(egui::Key::ArrowUp) => at.saturating_sub(1),
            () if pressed(egui::Key::PageDown) => at + page,
            () if pressed(egui::Key::PageUp) => at.saturating_sub(page),
            () if pressed(egui::Key::Home) => 0,
            () if pressed(egui::Key::End) => last,
            () => {
                if pressed(egui::Key::Enter) {
                    done.opened = chosen;
                }
                return;
            }
        };
        let next = next.min(last);
        done.chosen = Some(next);
        self.keep_in_sight(ui, next, top);
    }

    fn keep_in_sight(&self, ui: &Ui, row: usize, top: f32) {
        let row = pos2(ui.clip_rect().left(), top + row as f32 * self.density.row);
        ui.scroll_to_rect(Rect::from_min_size(row, vec2(1.0, self.density.row)), None);
    }

    fn row(
        &self,
        ui: &Ui,
        palette: &Palette,
        rect: Rect,
        row: usize,
        cell: &mut dyn FnMut(usize, usize) -> CellView,
        done: &mut TableResponse,
    ) {
        let painter = ui.painter();
        let clip = ui.clip_rect();
        // Rows are in no tab order: the table takes the focus as one.
        let response = ui.interact(rect.intersect(clip), self.id.with(("row", row)), Sense::CLICK);
        let is_chosen = self.clicks.lights(row);
        let fill = match (response.hovered(), row % 2) {
            _ if is_chosen => palette.chosen.fill,
            (true, _) => palette.hovered,
            (false, 1) => palette.zebra,
            _ => palette.surface,
        };
        self.clicked(ui, row, rect, &response, done);
        painter.rect_filled(rect, 0.0, fill);
        let seen = ui.clip_rect().left();
        let mut left = rect.left();
        for (index, column) in self.columns.iter().enumerate() {
            let place = Rect::from_min_size(pos2(left, rect.top()), vec2(column.width, rect.height()));
            left += column.width;
            if index > 0 && place.right() >= clip.left() && place.left() <= clip.right() {
                paint_cell(painter, palette, place, column.place, &cell(row, index), self.muted, false);
            }
        }
        // The first column names the row, so it stays in sight; painted last, it covers what scrolls under it.
        if let Some(first) = self.columns.first() {
            let place = Rect::from_min_size(pos2(rect.left().max(seen), rect.top()), vec2(first.width, rect.height()));
            if seen > rect.left() {
                painter.rect_filled(place, 0.0, fill);
                painter.vline(place.right(), place.y_range(), Stroke::new(1.0, palette.line));
            }
            paint_cell(painter, palette, place, first.place, &cell(row, 0), self.muted, false);
        }
        self.tell_cut(ui, rect, row, &response, cell);
        let cell = RefCell::new(cell);
        response.widget_info(|| {
            WidgetInfo::selected(Role::Row, true, is_chosen, self.spoken(row, &mut **cell.borrow_mut()))
        });
    }

    /// The whole text of the cell under the pointer, where it is cut.
    fn tell_cut(
        &self,
        ui: &Ui,
        rect: Rect,
        row: usize,
        response: &egui::Response,
        cell: &mut dyn FnMut(usize, usize) -> CellView,
    ) {
        let Some(at) = response.hover_pos() else { return };
        let Some(index) = self.column_at(ui, rect, at.x) else { return };
        let view = cell(row, index);
        let room = (self.columns[index].width - 2.0 * CELL_PADDING).max(0.0);
        let font = if view.level == Level::Normal { fonts::regular(theme::BODY) } else { fonts::semibold(theme::BODY) };
        if cut(ui.painter(), &view.text, font, Color32::PLACEHOLDER, room).elided {
            let _ = response.clone().on_hover_text_at_pointer(view.text);
        }
    }

    /// The column that a row in this place shows there.
    fn column_at(&self, ui: &Ui, row: Rect, x: f32) -> Option<usize> {
        let mut left = row.left();
        self.columns.iter().enumerate().position(|(index, column)| {
            // The first column stays in sight.
            let begins = if index == 0 { left.max(ui.clip_rect().left()) } else { left };
            left += column.width;
            (begins..begins + column.width).contains(&x)
        })
    }

    /// A row as a screen reader says it.
    fn spoken(&self, row: usize, cell: &mut dyn FnMut(usize, usize) -> CellView) -> String {
        let texts = self.columns.iter().enumerate().map(|(index, column)| (column, cell(row, index).text));
        let said: Vec<String> = texts
            .filter(|(_, text)| !text.is_empty())
            .map(|(column, text)| format!("{} {text}", column.heading))
            .collect();
        said.join(", ")
    }

    fn totals(&self, ui: &Ui, palette: &Palette, rect: Rect, offset: f32, totals: &[CellView]) {
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        painter.rect_filled(rect, 0.0, palette.raised);
        painter.hline(rect.x_range(), rect.top() + 0.5, Stroke::new(1.0, palette.outline));
        let row = Rect::from_min_size(rect.min + vec2(0.0, 1.0), vec2(rect.width(), self.density.row));
        let mut left = rect.left() - offset;
        for (index, (column, view)) in self.columns.iter().zip(totals).enumerate() {
            let place = Rect::from_min_size(pos2(left, row.top()), vec2(column.width, row.height()));
            left += column.width;
            if index > 0 {
                paint_cell(&painter, palette, place, column.place, view, self.muted, true);
            }
        }
        if let (Some(first), Some(view)) = (self.columns.first(), totals.first()) {
            let place = Rect::from_min_size(row.min, vec2(first.width, row.height()));
            painter.rect_filled(place, 0.0, palette.raised);
            paint_cell(&painter, palette, place, first.place, view, self.muted, true);
        }
    }
}

fn rows_in_sight(viewport: Rect, count: usize, row: f32) -> Range<usize> {
    let first = (viewport.min.y / row).floor().max(0.0) as usize;
    let last = (viewport.max.y / row).ceil().max(0.0) as usize;
    first.min(count)..last.min(count)
}

fn paint_cell(
    painter: &Painter,
    palette: &Palette,
    rect: Rect,
    place: Place,
    view: &CellView,
    muted: bool,
    strong: bool,
) {
    if view.text.is_empty() {
        return;
    }
    let middle = rect.center().y;
    let room = (rect.width() - 2.0 * CELL_PADDING).max(0.0);
    if place == Place::State
        && let Some(pair) = palette.state(&view.text)
    {
        let pair = if muted { palette.muted() } else { pair };
        chip_at(painter, pos2(rect.left() + CELL_PADDING - 2.0, middle), room + 4.0, pair, &view.text);
        return;
    }
    let level = if muted { None } else { palette.level(view.level) };
    let (color, font) = match level {
        Some(pair) => (pair.text, fonts::semibold(theme::BODY)),
        None => {
            // One figure among many zeros is what is looked for.
            let is_weak = muted || place == Place::Right && !strong && is_zero(&view.text);
            let color = if is_weak { palette.soft } else { palette.text };
            (color, if strong { fonts::semibold(theme::BODY) } else { fonts::regular(theme::BODY) })
        }
    };
    if let Some(Pair { fill, .. }) = level {
        painter.rect_filled(rect.shrink2(vec2(2.0, 2.0)), theme::RADIUS_SMALL - 1, fill);
    }
    let galley = cut(painter, &view.text, font, color, room);
    let x = match place {
        Place::Right => rect.right() - CELL_PADDING - galley.size().x,
        Place::Left | Place::State => rect.left() + CELL_PADDING,
    };
    painter.galley(pos2(x, middle - galley.size().y / 2.0), galley, color);
    if muted && view.level == Level::Warning {
        painter.hline(rect.x_range().shrink(CELL_PADDING), rect.bottom() - 3.0, Stroke::new(1.0, palette.outline));
    }
}

/// Whether a figure is nothing but noughts: `0`, `0:00`, `0.0`, `0 %`.
pub(crate) fn is_zero(text: &str) -> bool {
    text.contains('0') && text.chars().all(|letter| matches!(letter, '0' | ':' | '.' | ' ' | '%'))
}

/// One line of text that ends in `…` where it does not fit.
fn cut(painter: &Painter, text: &str, font: FontId, color: Color32, room: f32) -> std::sync::Arc<egui::Galley> {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = TextWrapping::truncate_at_width(room);
    painter.layout_job(job)
}
