//! A block of figures that stand alone: label above, value below, one group for each row. What names something leads to its
//! report, as in tables: by a double click, Enter, or the menu.

use egui::{Key, Response, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use report::SheetBlock;

use crate::fonts;
use crate::theme::{self, Palette};
use crate::view::cells::{CellView, Place, place};
use crate::view::drill::Drill;

const TILE_HEIGHT: f32 = 46.0;

/// Where the figures of a block lead to.
pub struct Leading<'a> {
    /// Which columns name something.
    pub columns: &'a [bool],
    /// Where a row leads to, in the order of its columns.
    pub drills: &'a dyn Fn(usize) -> Vec<Drill>,
}

/// Draws the block into at most this height; `cell` gives the cells by row and column. Gives what was opened.
#[expect(clippy::too_many_arguments, reason = "the parts of one drawing, used once")]
pub fn fields_ui(
    ui: &mut Ui,
    palette: &Palette,
    salt: (u64, usize),
    block: &SheetBlock,
    height: f32,
    muted: bool,
    leading: &Leading<'_>,
    cell: &dyn Fn(usize, usize) -> CellView,
) -> Option<Drill> {
    let mut opened = None;
    ScrollArea::vertical().id_salt(("fields", salt)).max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        egui::Frame::new().inner_margin(egui::Margin { left: 10, right: 10, top: 2, bottom: 8 }).show(ui, |ui| {
            ui.set_width(ui.available_width());
            for row in 0..block.rows.len() {
                opened = group(ui, palette, block, row, muted, leading, cell).or(opened.take());
            }
        });
    });
    opened
}

fn group(
    ui: &mut Ui,
    palette: &Palette,
    block: &SheetBlock,
    row: usize,
    muted: bool,
    leading: &Leading<'_>,
    cell: &dyn Fn(usize, usize) -> CellView,
) -> Option<Drill> {
    // The first words name the group; everything else is a figure of it.
    let name = block.columns.first().filter(|column| place(column) == Place::Left).map(|_| cell(row, 0).text);
    let first = usize::from(name.is_some());
    if let Some(name) = name {
        ui.add_space(4.0);
        ui.label(RichText::new(name).font(fonts::semibold(theme::BODY)).color(palette.text));
        ui.add_space(4.0);
    }
    let mut opened = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
        for column in first..block.columns.len() {
            let view = cell(row, column);
            let leads = leading.columns.get(column).is_some_and(|leads| *leads) && !view.text.is_empty();
            let response = tile(ui, palette, &block.columns[column].heading, &view, muted, leads);
            if leads {
                opened = opening(ui, &response, column, &|| (leading.drills)(row)).or(opened.take());
            }
        }
    });
    opened
}

/// What is opened from a figure that names something.
fn opening(ui: &Ui, response: &Response, column: usize, drills: &dyn Fn() -> Vec<Drill>) -> Option<Drill> {
    let mut opened = None;
    response.context_menu(|ui| {
        for drill in drills() {
            if ui.button(&drill.text).clicked() {
                opened = Some(drill);
                ui.close();
            }
        }
    });
    let is_asked = response.double_clicked() || response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let of_column = || drills().into_iter().find(|drill| drill.column == column);
    opened.or_else(|| is_asked.then(of_column).flatten())
}

fn tile(ui: &mut Ui, palette: &Palette, label: &str, view: &CellView, muted: bool, leads: bool) -> Response {
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
    let (sense, role) = if leads { (Sense::click(), Role::Button) } else { (Sense::hover(), Role::Label) };
    let (rect, response) = ui.allocate_exact_size(vec2(width, TILE_HEIGHT), sense);
    response.widget_info(|| WidgetInfo::labeled(role, true, format!("{label} {text}")));
    ui.painter().rect_filled(rect, theme::RADIUS_SMALL, fill);
    ui.painter().galley(pos2(rect.left() + 10.0, rect.top() + 5.0), label_galley, label_color);
    ui.painter().galley(pos2(rect.left() + 10.0, rect.bottom() - value.size().y - 3.0), value, value_color);
    if leads && (response.hovered() || response.has_focus()) {
        let stroke = Stroke::new(1.0, value_color.gamma_multiply(0.6));
        ui.painter().rect_stroke(rect, theme::RADIUS_SMALL, stroke, StrokeKind::Inside);
    }
    response
}
