//! Fields with their labels above them, and the small texts around them.

use std::ops::Range;

use egui::text::{CCursor, CCursorRange};
use egui::{Response, RichText, TextEdit, Ui};

use crate::fonts;
use crate::theme::{self, Palette};

/// A label above a control; the control is named by it.
pub fn labelled(ui: &mut Ui, palette: &Palette, label: &str, control: impl FnOnce(&mut Ui) -> Response) -> Response {
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        let label = ui.label(RichText::new(label).font(fonts::medium(theme::SMALL)).color(palette.soft));
        control(ui).labelled_by(label.id)
    })
    .inner
}

/// A labelled line of text.
pub fn field(ui: &mut Ui, palette: &Palette, label: &str, text: &mut String, hint: &str) -> Response {
    labelled(ui, palette, label, |ui| {
        let width = ui.available_width();
        ui.add(line(text).hint_text(placeholder(hint)).desired_width(width))
    })
}

/// What an empty field shows in the place of what is typed: slanted, and weaker than any text, which the theme sees to.
pub fn placeholder(text: &str) -> RichText {
    RichText::new(text).italics()
}

/// A labelled line that hides what is typed.
pub fn secret_field(ui: &mut Ui, palette: &Palette, label: &str, text: &mut String) -> Response {
    labelled(ui, palette, label, |ui| {
        let width = ui.available_width();
        ui.add(line(text).password(true).desired_width(width))
    })
}

/// A line of text in the house style.
fn line(text: &mut String) -> TextEdit<'_> {
    TextEdit::singleline(text).margin(egui::Margin::symmetric(8, 6))
}

/// A small explanation.
pub fn hint(ui: &mut Ui, palette: &Palette, text: &str) -> Response {
    ui.add(egui::Label::new(RichText::new(text).font(fonts::regular(theme::SMALL)).color(palette.soft)).wrap())
}

/// A heading inside a dialog or panel.
pub fn section(ui: &mut Ui, palette: &Palette, text: &str) {
    ui.add_space(4.0);
    ui.label(RichText::new(text).font(fonts::semibold(theme::BODY)).color(palette.text));
}

/// Gives the keyboard to a line and chooses all that is in it: what is typed takes its place.
pub fn choose_all(ui: &Ui, response: &Response, text: &str) {
    choose(ui, response, text, 0..text.len());
}

/// Gives the keyboard to a line and chooses a part of its text, in bytes.
pub fn choose(ui: &Ui, response: &Response, text: &str, part: Range<usize>) {
    response.request_focus();
    let letters = |bytes: usize| CCursor::new(text[..bytes].chars().count());
    let mut state = TextEdit::load_state(ui.ctx(), response.id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::two(letters(part.start), letters(part.end))));
    state.store(ui.ctx(), response.id);
}

/// A line of a dropdown; whether it was chosen now. The dropdown closes by a key as it does by a click.
pub fn option(ui: &mut Ui, is_chosen: bool, text: impl Into<egui::WidgetText>) -> bool {
    let is_clicked = ui.selectable_label(is_chosen, text.into()).clicked();
    if is_clicked {
        ui.close();
    }
    is_clicked
}
