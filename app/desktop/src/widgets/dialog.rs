//! A dialog in front of everything: title, close button, content.

use egui::{
    Align, Context, Frame, Id, Label, Layout, Margin, Modal, Rect, RichText, ScrollArea, Stroke, Ui, UiBuilder,
};
use egui::{pos2, vec2};

use super::icon_button;
use crate::fonts;
use crate::icons::Icon;
use crate::theme::{self, Palette};

/// Room for the scroll bar at the right of the content.
const BAR_ROOM: f32 = 10.0;

/// Shows a dialog; returns whether the person wants it closed (Escape, the close button). A click beside it does nothing: what
/// was typed is not lost by a slip of the hand.
pub fn dialog(ctx: &Context, palette: &Palette, title: &str, width: f32, content: impl FnOnce(&mut Ui)) -> bool {
    let mut close = false;
    let style = ctx.global_style();
    let frame = Frame::new()
        .fill(palette.surface)
        .stroke(Stroke::new(1.0, palette.outline))
        .corner_radius(theme::RADIUS + 2)
        .shadow(style.visuals.window_shadow)
        .inner_margin(Margin { right: 20 - BAR_ROOM as i8, ..Margin::same(20) });
    let room = ctx.content_rect();
    let width = width.min(room.width() - 60.0);
    let response = Modal::new(Id::unique(("dialog", title))).frame(frame).show(ctx, |ui| {
        ui.set_width(width + BAR_ROOM);
        let heading = RichText::new(title).font(fonts::semibold(theme::TITLE + 2.0)).color(palette.text);
        let heading = ui.add(Label::new(heading).truncate().show_tooltip_when_elided(true)).rect;
        ui.add_space(8.0);
        let limit = (room.height() - 130.0).max(120.0);
        ScrollArea::vertical().max_height(limit).min_scrolled_height(limit).show(ui, |ui| {
            ui.set_max_width(width);
            content(ui);
        });
        // After the content, so that the first Tab goes into its first field.
        let corner = Rect::from_center_size(pos2(heading.left() + width - 13.0, heading.center().y), vec2(26.0, 26.0));
        let mut corner = ui.new_child(UiBuilder::new().id_salt("close").max_rect(corner));
        close = icon_button(&mut corner, palette, Icon::Close, "Close the dialog").clicked();
    });
    close || (response.should_close() && !response.backdrop_response.clicked())
}

/// A row of buttons at the right edge, the one to press first.
pub fn button_row(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let size = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT + 4.0);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), content);
}
