//! Buttons: the one to press, the ones that may be pressed, and small ones with an icon.

use egui::{Button, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, vec2};

use crate::fonts;
use crate::icons::{Icon, square_in};
use crate::theme::{self, Palette};

/// The one thing to do.
pub fn primary_button(ui: &mut Ui, palette: &Palette, text: &str) -> Response {
    let text = RichText::new(text).font(fonts::semibold(theme::BODY)).color(palette.action.text);
    let button = Button::new(text).fill(palette.action.fill).stroke(Stroke::NONE);
    let response = ui.add(button.min_size(vec2(0.0, theme::CONTROL_HEIGHT)));
    focus_ring(ui, palette, &response);
    response
}

/// A button that is the one to press only if it `leads`: where nothing is chosen yet, what needs something chosen does not.
pub fn leading_button(ui: &mut Ui, palette: &Palette, text: &str, leads: bool) -> Response {
    let text = RichText::new(text).font(fonts::semibold(theme::BODY));
    // Outlined in its own colour, and so as wide as one that does not lead: nothing moves when that changes.
    let button = match leads {
        true => Button::new(text.color(palette.action.text))
            .fill(palette.action.fill)
            .stroke(Stroke::new(1.0, palette.action.fill)),
        false => Button::new(text),
    };
    let response = ui.add(button.min_size(vec2(0.0, theme::CONTROL_HEIGHT)));
    focus_ring(ui, palette, &response);
    response
}

/// Something that destroys.
pub fn danger_button(ui: &mut Ui, palette: &Palette, text: &str) -> Response {
    let text = RichText::new(text).font(fonts::semibold(theme::BODY)).color(palette.warning.text);
    let button = Button::new(text).fill(palette.warning.fill).stroke(Stroke::NONE);
    let response = ui.add(button.min_size(vec2(0.0, theme::CONTROL_HEIGHT)));
    focus_ring(ui, palette, &response);
    response
}

/// A small square button with an icon; `name` is its tooltip and what a screen reader says.
pub fn icon_button(ui: &mut Ui, palette: &Palette, icon: Icon, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(26.0), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    if ui.is_rect_visible(rect) {
        let lit = response.hovered() || response.has_focus();
        if lit {
            ui.painter().rect_filled(rect, theme::RADIUS_SMALL, palette.hovered);
        }
        let color = if lit { palette.text } else { palette.soft };
        let color = if enabled { color } else { color.gamma_multiply(0.4) };
        icon.paint(ui.painter(), square_in(rect, 16.0), color);
        focus_ring(ui, palette, &response);
    }
    response.on_hover_text(name)
}

/// A quiet button with an icon before its text.
pub fn icon_text_button(ui: &mut Ui, palette: &Palette, icon: Icon, text: &str) -> Response {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), fonts::medium(theme::BODY), palette.text);
    let size = vec2(galley.size().x + 40.0, theme::CONTROL_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, text));
    if ui.is_rect_visible(rect) {
        let fill = if response.hovered() || response.has_focus() { palette.hovered } else { palette.raised };
        ui.painter().rect(rect, theme::RADIUS_SMALL, fill, Stroke::new(1.0, palette.outline), StrokeKind::Inside);
        let color = if enabled { palette.text } else { palette.soft.gamma_multiply(0.6) };
        let square = egui::Rect::from_min_size(rect.min, vec2(32.0, rect.height()));
        icon.paint(ui.painter(), square_in(square, 15.0), color);
        let at = egui::pos2(rect.left() + 29.0, rect.center().y - galley.size().y / 2.0);
        ui.painter().galley_with_override_text_color(at, galley, color);
        focus_ring(ui, palette, &response);
    }
    response
}

/// A quiet button that stays lit while what it opened is shown; without a text it is an icon alone.
pub fn toggle_button(ui: &mut Ui, palette: &Palette, icon: Icon, name: &str, text: &str, on: bool) -> Response {
    let color = if on { palette.chosen.text } else { palette.text };
    let galley = ui.painter().layout_no_wrap(text.to_owned(), fonts::medium(theme::BODY), color);
    let width = if text.is_empty() { 28.0 } else { galley.size().x + 38.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(width, theme::CONTROL_HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, on, name));
    if let Some(fill) = palette.behind(on, response.hovered() || response.has_focus()) {
        ui.painter().rect_filled(rect, theme::RADIUS_SMALL, fill);
    }
    let square = egui::Rect::from_min_size(rect.min, vec2(28.0, rect.height()));
    icon.paint(ui.painter(), square_in(square, 16.0), color);
    ui.painter().galley(egui::pos2(rect.left() + 29.0, rect.center().y - galley.size().y / 2.0), galley, color);
    focus_ring(ui, palette, &response);
    response
}

/// A control that can be used only if `may`; else its tooltip says why not.
pub fn guarded(ui: &mut Ui, may: &Result<(), String>, control: impl FnOnce(&mut Ui) -> Response) -> Response {
    // No scope of its own: in a row that wraps it would be squeezed into what is left of the line.
    let response = ui.add_enabled(may.is_ok(), control);
    match may {
        Ok(()) => response,
        Err(why) => response.on_disabled_hover_text(why),
    }
}

/// Shows where the keyboard is.
pub fn focus_ring(ui: &Ui, palette: &Palette, response: &Response) {
    if response.has_focus() {
        let ring = Stroke::new(1.5, palette.accent);
        ui.painter().rect_stroke(response.rect.expand(1.5), theme::RADIUS_SMALL + 1, ring, StrokeKind::Outside);
    }
}
