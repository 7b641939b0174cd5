//! The headings of a table: wrapped at words, clicked to sort, dragged at their right edge to size.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{
    Align, CursorIcon, Galley, Painter, Rect, RectAlign, RichText, Role, Sense, Stroke, Tooltip, Ui, WidgetInfo,
};
use egui::{pos2, vec2};

use super::{CELL_PADDING, Table, TableColumn, TableResponse};
use crate::fonts;
use crate::icons::Icon;
use crate::theme::{self, Density, Palette};
use crate::view::cells::Place;
use crate::widgets::{focus_ring, table::widths::WIDTH_MIN};

const MARK: f32 = 12.0;

/// Height that the tallest heading needs.
pub fn height(ui: &Ui, columns: &[TableColumn], density: &Density) -> f32 {
    let height = |column| galley(ui.painter(), column, density, egui::Color32::PLACEHOLDER).size().y;
    columns.iter().map(height).fold(14.0, f32::max) + 2.0 * density.heading_padding
}

/// Draws the headings, scrolled as the body is.
pub fn show(ui: &Ui, palette: &Palette, table: &Table<'_>, rect: Rect, offset: f32, response: &mut TableResponse) {
    let clip = rect.intersect(ui.clip_rect());
    let painter = ui.painter().with_clip_rect(clip);
    painter.rect_filled(rect, 0.0, palette.raised);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, palette.outline));
    let mut left = rect.left() - offset;
    for (index, column) in table.columns.iter().enumerate() {
        let place = Rect::from_min_size(pos2(left, rect.top()), vec2(column.width, rect.height()));
        left += column.width;
        if index > 0 && place.intersects(clip) {
            one(ui, &painter, palette, table, place.intersect(clip), place, index, response);
        }
    }
    if let Some(first) = table.columns.first() {
        let place = Rect::from_min_size(rect.min, vec2(first.width, rect.height()));
        painter.rect_filled(place, 0.0, palette.raised);
        painter.hline(place.x_range(), place.bottom() - 0.5, Stroke::new(1.0, palette.outline));
        one(ui, &painter, palette, table, place.intersect(clip), place, 0, response);
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one drawing, used once")]
fn one(
    ui: &Ui,
    painter: &Painter,
    palette: &Palette,
    table: &Table<'_>,
    seen: Rect,
    place: Rect,
    index: usize,
    response: &mut TableResponse,
) {
    let column = &table.columns[index];
    let sorts = table.clicks.sorts();
    let sense = if sorts { Sense::click() } else { Sense::hover() };
    let click = ui.interact(seen, table.id.with(("heading", index)), sense);
    let name = if sorts { format!("Sort by {}", column.heading) } else { column.heading.clone() };
    click.widget_info(|| WidgetInfo::labeled(Role::ColumnHeader, true, &name));
    if click.clicked() {
        response.heading_clicked = Some(index);
    }
    let lit = (sorts && click.hovered()) || column.sorted.is_some();
    let color = if lit { palette.text } else { palette.soft };
    let galley = galley(painter, column, &table.density, color);
    let text = galley_rect(place, &galley, column.place, &table.density);
    let anchor = if column.place == Place::Right { text.right_top() } else { text.min };
    painter.galley(anchor, galley, color);
    if let Some(descending) = column.sorted {
        let icon = if descending { Icon::SortDown } else { Icon::SortUp };
        let x = if column.place == Place::Right { text.left() - MARK / 2.0 - 2.0 } else { text.right() + MARK / 2.0 };
        let square = Rect::from_center_size(pos2(x.max(place.left() + 5.0), text.center().y), vec2(10.0, 10.0));
        icon.paint(painter, square, palette.accent);
    }
    focus_ring(ui, palette, &click);
    if sorts {
        resize(ui, painter, palette, table, place, index, response);
        let mut tip = Tooltip::for_enabled(&click);
        // Over its own report, and not over what lies below.
        tip.popup = tip.popup.align(RectAlign::TOP_START);
        tip.show(|ui| {
            ui.label((table.meaning)(index).unwrap_or_else(|| column.heading.clone()));
            ui.label(RichText::new("Click to sort, drag the edge to size").color(palette.soft));
        });
    }
}

fn resize(
    ui: &Ui,
    painter: &Painter,
    palette: &Palette,
    table: &Table<'_>,
    place: Rect,
    index: usize,
    response: &mut TableResponse,
) {
    let grip = Rect::from_center_size(pos2(place.right() - 1.0, place.center().y), vec2(7.0, place.height()));
    let id = table.id.with(("width", index));
    // Not in the tab order: widths have fields of their own in the columns dialog.
    let drag = ui.interact(grip, id, Sense::DRAG | Sense::CLICK);
    let drag = drag.on_hover_and_drag_cursor(CursorIcon::ResizeColumn);
    if drag.double_clicked() {
        response.width_reset = Some(index);
    } else if drag.dragged() && drag.drag_delta().x != 0.0 {
        let width = (table.columns[index].width + drag.drag_delta().x).max(WIDTH_MIN);
        response.resized = Some((index, width.round()));
    }
    let color = if drag.hovered() || drag.dragged() { palette.accent } else { palette.line };
    painter.vline(place.right() - 0.5, place.y_range().shrink(6.0), Stroke::new(1.0, color));
}

fn galley(painter: &Painter, column: &TableColumn, density: &Density, color: egui::Color32) -> Arc<Galley> {
    let room = (column.width - 2.0 * CELL_PADDING - if column.sorted.is_some() { MARK } else { 0.0 }).max(8.0);
    let mut job = LayoutJob::simple(column.heading.clone(), fonts::medium(theme::SMALL), color, room);
    job.wrap.max_rows = density.heading_lines;
    job.halign = if column.place == Place::Right { Align::RIGHT } else { Align::LEFT };
    painter.layout_job(job)
}

fn galley_rect(place: Rect, galley: &Galley, at: Place, density: &Density) -> Rect {
    let top = place.bottom() - density.heading_padding - galley.size().y;
    let left = match at {
        Place::Right => place.right() - CELL_PADDING - galley.size().x,
        Place::Left | Place::State => place.left() + CELL_PADDING,
    };
    Rect::from_min_size(pos2(left, top), galley.size())
}
