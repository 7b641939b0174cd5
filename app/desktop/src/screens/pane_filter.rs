//! The line above the rows of a pane that keeps out those without a text.

use egui::{Align, Align2, Frame, Id, Key, Layout, Margin, RichText, TextEdit, Ui, vec2};
use report::Sheet;
use session::ReportKey;

use crate::ctx::Ctx;
use crate::fonts;
use crate::icons::Icon;
use crate::theme;
use crate::view::filter::{Filters, told};
use crate::widgets::{choose_all, icon_button, placeholder};

/// Height of the line without its margins.
const LINE_HEIGHT: f32 = 26.0;

/// Draws it, if it is open; `shown` is how many rows are.
pub fn filter_ui(ctx: &Ctx<'_>, ui: &mut Ui, filters: &mut Filters, key: ReportKey, sheet: &Sheet, shown: usize) {
    let (typed, wanted) = (filters.text(key).to_owned(), filters.wants_keyboard == Some(key));
    let Some(text) = filters.text_mut(key) else { return };
    // What is kept out is not to be taken for what is not there.
    let pair = if typed.is_empty() { ctx.palette.info } else { ctx.palette.caution };
    let mut ends = false;
    let frame = Frame::new().fill(pair.fill).inner_margin(Margin::symmetric(12, 3));
    frame.show(ui, |ui| {
        let size = vec2(ui.available_width(), LINE_HEIGHT);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            ends |= icon_button(ui, ctx.palette, Icon::Close, "Show all rows again").clicked();
            let words = told(sheet, &typed, shown);
            ui.label(RichText::new(words).font(fonts::medium(theme::SMALL)).color(pair.text));
            let edit = TextEdit::singleline(text)
                .id(Id::unique(("filter", key.0)))
                .hint_text(placeholder("Show only rows with…"))
                .margin(Margin::symmetric(8, 3))
                .align(Align2::LEFT_CENTER)
                .desired_width(f32::INFINITY);
            let response = ui.add(edit).accessible_name("Show only rows with");
            if wanted {
                choose_all(ui, &response, text);
            }
            if response.lost_focus() {
                ends |= ui.input(|input| input.key_pressed(Key::Escape));
                if ui.input(|input| input.key_pressed(Key::Enter)) {
                    // The rows that are left are what it was typed for.
                    ui.memory_mut(|memory| memory.request_focus(first_rows(key, sheet)));
                }
            }
        });
    });
    if wanted {
        filters.wants_keyboard = None;
    }
    if ends {
        filters.close(key);
    }
}

/// The rows of the first table of a report.
fn first_rows(key: ReportKey, sheet: &Sheet) -> Id {
    let table = sheet.blocks.iter().position(|block| block.layout == report::Layout::Table).unwrap_or(0);
    crate::widgets::table::rows_of(super::blocks::table_id(key, table))
}
