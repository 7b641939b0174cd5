//! Two centred lines where a report or a page would be.

use egui::{RichText, Ui};

use crate::fonts;
use crate::theme::{self, Palette};

/// Two centred lines where a report would be.
pub fn message(ui: &mut Ui, palette: &Palette, headline: &str, text: &str) {
    ui.add_space((ui.available_height() * 0.3).min(90.0));
    ui.vertical_centered(|ui| {
        ui.label(RichText::new(headline).font(fonts::semibold(theme::TITLE)).color(palette.text));
        ui.label(RichText::new(text).color(palette.soft));
    });
    ui.add_space(6.0);
}
