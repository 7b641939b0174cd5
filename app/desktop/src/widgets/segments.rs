//! A row of choices of which one is chosen.

use egui::{Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::focus_ring;
use crate::fonts;
use crate::theme::{self, Palette};

const TEXT: f32 = theme::SMALL + 0.5;

/// What stands between a choice's text and its edges at least, together.
const PADDING: f32 = 8.0;

/// Shows the choices over the given width, each as wide as its text asks for, and in several rows where there is too little of it;
/// returns the response of all of them, marked as changed if another one was chosen.
pub fn segments<T: PartialEq + Copy>(
    ui: &mut Ui,
    palette: &Palette,
    width: f32,
    chosen: &mut T,
    choices: &[(T, &str)],
) -> Response {
    let width = width.min(ui.max_rect().width());
    let text_width = |text: &str| {
        let galley = ui.painter().layout_no_wrap(text.to_owned(), fonts::semibold(TEXT), palette.text);
        galley.size().x
    };
    let widths: Vec<f32> = choices.iter().map(|(_, text)| text_width(text)).collect();
    let in_a_row = in_a_row(&widths, width);
    let rows = choices.len().div_ceil(in_a_row);
    let (rect, mut whole) = ui.allocate_exact_size(vec2(width, theme::CONTROL_HEIGHT * rows as f32), Sense::hover());
    ui.painter().rect_filled(rect, theme::RADIUS_SMALL + 1, palette.raised);
    for (row, widths) in widths.chunks(in_a_row).enumerate() {
        let spare = (rect.width() - widths.iter().sum::<f32>()) / widths.len() as f32;
        let top = rect.top() + theme::CONTROL_HEIGHT * row as f32;
        let mut left = rect.left();
        for (at, width) in widths.iter().enumerate() {
            let index = row * in_a_row + at;
            let (choice, text) = &choices[index];
            let share = width + spare;
            let part = egui::Rect::from_min_size(egui::pos2(left, top), vec2(share, theme::CONTROL_HEIGHT));
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
    }
    whole
}

/// How many choices stand in one row: all of them, or half of them, or a third, until each row fits.
fn in_a_row(widths: &[f32], room: f32) -> usize {
    let fits =
        |count: &usize| widths.chunks(*count).all(|row| row.iter().sum::<f32>() + PADDING * row.len() as f32 <= room);
    (1..=widths.len()).map(|rows| widths.len().div_ceil(rows)).find(fits).unwrap_or(1)
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

#[cfg(test)]
mod tests {
    use super::in_a_row;

    #[test]
    fn choices_stand_in_as_few_rows_as_their_words_allow() {
        let widths = [50.0, 50.0, 60.0, 40.0];
        assert_eq!([400.0, 240.0, 231.0, 118.0, 100.0, 20.0].map(|room| in_a_row(&widths, room)), [4, 4, 2, 2, 1, 1]);
        assert_eq!(in_a_row(&[30.0, 30.0, 30.0], 80.0), 2, "the last row may be shorter");
        assert_eq!(in_a_row(&[30.0], 10.0), 1);
    }
}
