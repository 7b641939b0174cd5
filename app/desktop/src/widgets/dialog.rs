//! A dialog in front of everything: title, close button, content.

use egui::{Align, Context, Frame, Id, Layout, Margin, Modal, RichText, ScrollArea, Stroke, Ui};

use super::icon_button;
use crate::fonts;
use crate::icons::Icon;
use crate::theme::{self, Palette};

/// Shows a dialog; returns whether the person wants it closed (Escape, the close button, a click outside).
pub fn dialog(ctx: &Context, palette: &Palette, title: &str, width: f32, content: impl FnOnce(&mut Ui)) -> bool {
    let mut close = false;
    let style = ctx.global_style();
    let frame = Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.outline))
        .corner_radius(theme::RADIUS + 2)
        .shadow(style.visuals.window_shadow)
        .inner_margin(Margin::same(20));
    let room = ctx.content_rect();
    let response = Modal::new(Id::unique(("dialog", title))).frame(frame).show(ctx, |ui| {
        ui.set_width(width.min(room.width() - 60.0));
        ui.horizontal(|ui| {
            ui.label(RichText::new(title).font(fonts::semibold(theme::TITLE + 2.0)).color(palette.text));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                close = icon_button(ui, palette, Icon::Close, "Close the dialog").clicked();
            });
        });
        ui.add_space(8.0);
        let limit = (room.height() - 130.0).max(120.0);
        ScrollArea::vertical().max_height(limit).min_scrolled_height(limit).show(ui, content);
    });
    close || response.should_close()
}

/// A row of buttons at the right edge, the one to press first.
pub fn button_row(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let size = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT + 4.0);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), content);
}
