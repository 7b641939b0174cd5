//! A block of figures that stand alone: label above, value below, one group for each row.

use egui::{RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use report::SheetBlock;

use crate::fonts;
use crate::theme::{self, Palette};
use crate::view::cells::{CellView, Place, place};

const TILE_HEIGHT: f32 = 46.0;

/// Draws the block into at most this height; `cell` gives the cells by row and column.
pub fn fields_ui(
    ui: &mut Ui,
    palette: &Palette,
    salt: (u64, usize),
    block: &SheetBlock,
    height: f32,
    muted: bool,
    cell: &dyn Fn(usize, usize) -> CellView,
) {
    ScrollArea::vertical().id_salt(("fields", salt)).max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        egui::Frame::new().inner_margin(egui::Margin { left: 10, right: 10, top: 2, bottom: 8 }).show(ui, |ui| {
            ui.set_width(ui.available_width());
            for row in 0..block.rows.len() {
                group(ui, palette, block, row, muted, cell);
            }
        });
    });
}

fn group(
    ui: &mut Ui,
    palette: &Palette,
    block: &SheetBlock,
    row: usize,
    muted: bool,
    cell: &dyn Fn(usize, usize) -> CellView,
) {
    // The first words name the group; everything else is a figure of it.
    let name = block.columns.first().filter(|column| place(column) == Place::Left).map(|_| cell(row, 0).text);
    let first = usize::from(name.is_some());
    if let Some(name) = name {
        ui.add_space(4.0);
        ui.label(RichText::new(name).font(fonts::semibold(theme::BODY)).color(palette.text));
        ui.add_space(4.0);
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        for column in first..block.columns.len() {
            tile(ui, palette, &block.columns[column].heading, &cell(row, column), muted);
        }
    });
}

fn tile(ui: &mut Ui, palette: &Palette, label: &str, view: &CellView, muted: bool) {
    let level = if muted { None } else { palette.level(view.level) };
    let (fill, label_color, value_color) = match level {
        Some(pair) => (pair.fill, pair.text, pair.text),
        None if muted => (palette.raised, palette.soft, palette.soft),
        None => (palette.raised, palette.soft, palette.text),
    };
    let text = if view.text.is_empty() { "–" } else { &view.text };
    let label_galley = ui.painter().layout_no_wrap(label.to_owned(), fonts::medium(theme::SMALL - 0.5), label_color);
    let value = ui.painter().layout_no_wrap(text.to_owned(), fonts::semibold(theme::FIGURE), value_color);
    let width = (label_galley.size().x.max(value.size().x) + 20.0).max(66.0);
    let (rect, response) = ui.allocate_exact_size(vec2(width, TILE_HEIGHT), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{label} {text}")));
    ui.painter().rect_filled(rect, theme::RADIUS_SMALL, fill);
    ui.painter().galley(pos2(rect.left() + 10.0, rect.top() + 5.0), label_galley, label_color);
    ui.painter().galley(pos2(rect.left() + 10.0, rect.bottom() - value.size().y - 3.0), value, value_color);
}
