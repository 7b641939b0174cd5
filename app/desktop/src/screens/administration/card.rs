//! Cards of a page, and the facts on them: a name at the left, a text beside it.

use egui::{Align, Color32, Frame, Layout, Margin, Response, RichText, ScrollArea, Ui, vec2};

use crate::fonts;
use crate::theme::{self, Palette};

/// A part of a page that stands for itself.
pub fn card(ui: &mut Ui, palette: &Palette, content: impl FnOnce(&mut Ui)) {
    let frame = Frame::new().fill(palette.raised).corner_radius(theme::RADIUS).inner_margin(Margin::symmetric(14, 10));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        content(ui);
    });
}

/// A name and a text; the text may take several lines.
pub fn fact(ui: &mut Ui, label_width: f32, label: &str, text: &str, label_color: Color32, color: Color32) {
    ui.horizontal_top(|ui| {
        let label = RichText::new(label).font(fonts::medium(theme::SMALL)).color(label_color);
        label_cell(ui, label_width, 17.0, label);
        let text = RichText::new(text).font(fonts::regular(theme::BODY)).color(color);
        ui.add(egui::Label::new(text).wrap().selectable(true));
    });
}

/// The name of a fact, at the left of a column of its own.
pub fn label_cell(ui: &mut Ui, width: f32, height: f32, label: RichText) -> Response {
    let size = vec2(width, height);
    let cell = ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.label(label)
    });
    cell.inner
}

/// Height of the place for what was chosen in a list: what is wanted, and less where beside the list, the buttons and the rest of
/// the page only so much is left.
pub fn chosen_height(left: f32, wanted: f32) -> f32 {
    /// A name and two facts.
    const LEAST: f32 = 72.0;
    left.clamp(LEAST.min(wanted), wanted)
}

/// Room for a row of buttons at the foot of a page, with the gaps around it.
const FOOT: f32 = 44.0;

/// Goes on at the foot of a page, however little stands above it: buttons are at one height on all pages, also on one whose list is
/// empty. `rows` is how many rows of buttons there are.
pub fn to_foot(ui: &mut Ui, bottom: f32, rows: f32) {
    let gap = bottom - FOOT * rows - ui.cursor().top();
    ui.add_space(gap.max(4.0));
}

/// The place below a list for what was chosen in it: always as high as `height`, so that the buttons behind it stay where they are
/// whatever is chosen. What is longer scrolls.
pub fn chosen_place(ui: &mut Ui, height: f32, content: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
        ui.set_min_size(size);
        ScrollArea::vertical().id_salt("chosen").max_height(height).show(ui, content);
    });
}

/// All of a row that was chosen in a table: what it is called, then its facts.
pub fn detail(ui: &mut Ui, palette: &Palette, headline: &str, facts: &[(&str, String)]) {
    /// Room for the names of facts.
    const LABEL_WIDTH: f32 = 78.0;
    card(ui, palette, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let headline = RichText::new(headline).font(fonts::semibold(theme::BODY)).color(palette.text);
        ui.add(egui::Label::new(headline).wrap().selectable(true));
        for (label, text) in facts {
            fact(ui, LABEL_WIDTH, label, text, palette.soft, palette.text);
        }
    });
}
