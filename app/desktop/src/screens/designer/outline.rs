//! The outline: every part of the report in a line, those that something is wrong with marked.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Popup, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use session::designing::Part;

use super::picker::Picker;
use super::{Designer, add_button};
use crate::ctx::Ctx;
use crate::fonts;
use crate::icons::{Icon, square_in};
use crate::theme;
use crate::view::designer::{INPUT_KINDS, Line, table_words};
use crate::widgets::focus_ring;

const LINE_HEIGHT: f32 = 25.0;

/// Draws the outline, and below it what can be added.
pub fn outline_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut Designer, lines: &[Line]) {
    let room = ui.available_height() - 2.0 * theme::CONTROL_HEIGHT - 18.0;
    ScrollArea::vertical().max_height(room.max(60.0)).auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        for line in lines {
            if line_ui(ctx, ui, line, state.part == line.part) {
                state.part = line.part;
            }
        }
    });
    ui.add_space(6.0);
    ui.horizontal_wrapped(|ui| {
        if add_button(ctx, ui, "Columns…") {
            let block = match state.part {
                Part::Block(block) | Part::Column(block, _) => block,
                _ => 0,
            };
            state.picker = Picker::columns(&state.design, block);
        }
        let response = crate::widgets::icon_text_button(ui, ctx.palette, Icon::Plus, "More");
        Popup::menu(&response).accessible_name("Add to the report").show(|ui| more(ui, state));
    });
}

fn more(ui: &mut Ui, state: &mut Designer) {
    ui.menu_button("A table", |ui| {
        ScrollArea::vertical().max_height(380.0).show(ui, |ui| {
            for table in report::tables_of_kind(state.design.report().kind) {
                if ui.button(table_words(table)).clicked() {
                    state.part = state.design.add_block(table);
                    ui.close();
                }
            }
        });
    });
    ui.menu_button("An input", |ui| {
        for (kind, words) in INPUT_KINDS {
            if ui.button(words).clicked() {
                state.part = state.design.add_input(kind);
                ui.close();
            }
        }
    });
    if ui.button("A calculation").clicked() {
        state.part = state.design.add_calculation();
    }
}

/// One line; returns whether it was chosen now.
fn line_ui(ctx: &Ctx<'_>, ui: &mut Ui, line: &Line, chosen: bool) -> bool {
    let palette = ctx.palette;
    let width = ui.available_width() - super::BAR_ROOM;
    let (rect, response) = ui.allocate_exact_size(vec2(width, LINE_HEIGHT), Sense::click());
    let says = if line.faulty { format!("{}, to be mended", line.text) } else { line.text.clone() };
    response.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, chosen, &says));
    if let Some(fill) = palette.behind(chosen, response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, theme::RADIUS_SMALL, fill);
    }
    let left = rect.left() + 8.0 + 14.0 * f32::from(line.depth);
    let color = match (chosen, line.depth) {
        (true, _) => palette.chosen.text,
        (false, 2) => palette.soft,
        (false, _) => palette.text,
    };
    let font = if line.depth < 2 { fonts::medium(theme::BODY) } else { fonts::regular(theme::BODY) };
    let mut job = LayoutJob::simple_singleline(line.text.clone(), font, color);
    job.wrap = TextWrapping::truncate_at_width(rect.right() - left - 24.0);
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(pos2(left, rect.center().y - galley.size().y / 2.0), galley, color);
    if line.faulty {
        let square = Rect::from_min_size(pos2(rect.right() - 22.0, rect.top()), vec2(20.0, rect.height()));
        Icon::Warning.paint(ui.painter(), square_in(square, 14.0), palette.caution_mark);
    }
    focus_ring(ui, palette, &response);
    let gained = response.gained_focus();
    let _ = response.clone().on_hover_text(&says);
    response.clicked() || gained && !chosen
}
