//! A row of choices of which one is chosen.

use egui::{Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::focus_ring;
use crate::fonts;
use crate::theme::{self, Palette};

const TEXT: f32 = theme::SMALL + 0.5;

/// Shows the choices over the given width, each as wide as its text asks for; returns the response of the whole row, marked as
/// changed if another one was chosen.
pub fn segments<T: PartialEq + Copy>(
    ui: &mut Ui,
    palette: &Palette,
    width: f32,
    chosen: &mut T,
    choices: &[(T, &str)],
) -> Response {
    let (rect, mut whole) = ui.allocate_exact_size(vec2(width, theme::CONTROL_HEIGHT), Sense::hover());
    ui.painter().rect_filled(rect, theme::RADIUS_SMALL + 1, palette.raised);
    let text_width = |text: &str| {
        let galley = ui.painter().layout_no_wrap(text.to_owned(), fonts::semibold(TEXT), palette.text);
        galley.size().x
    };
    let widths: Vec<f32> = choices.iter().map(|(_, text)| text_width(text)).collect();
    let spare = (rect.width() - widths.iter().sum::<f32>()) / choices.len() as f32;
    let mut left = rect.left();
    for (index, ((choice, text), width)) in choices.iter().zip(widths).enumerate() {
        let share = width + spare;
        let part = egui::Rect::from_min_size(egui::pos2(left, rect.top()), vec2(share, rect.height()));
        left += share;
        let response = ui.interact(part.shrink(2.0), whole.id.with(index), Sense::click());
        let is_chosen = *chosen == *choice;
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, is_chosen, text));
        if response.clicked() && !is_chosen {
            *chosen = *choice;
            whole.mark_changed();
        }
        paint(ui, palette, part.shrink(2.0), is_chosen, response.hovered(), text);
        focus_ring(ui, palette, &response);
    }
    whole
}

fn paint(ui: &Ui, palette: &Palette, rect: egui::Rect, chosen: bool, hovered: bool, text: &str) {
    if chosen {
        let outline = Stroke::new(1.0, palette.outline);
        ui.painter().rect(rect, theme::RADIUS_SMALL, palette.surface, outline, StrokeKind::Inside);
    } else if hovered {
        ui.painter().rect_filled(rect, theme::RADIUS_SMALL, palette.hovered);
    }
    let color = if chosen { palette.text } else { palette.soft };
    let font = if chosen { fonts::semibold(TEXT) } else { fonts::medium(TEXT) };
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - 2.0);
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(rect.center() - galley.size() / 2.0, galley, color);
}
