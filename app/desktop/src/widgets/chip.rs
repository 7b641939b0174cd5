//! Soft rounded labels: states, roles, kinds.

use egui::{Painter, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

use crate::fonts;
use crate::theme::{self, Pair};

const PADDING: f32 = 7.0;
const HEIGHT: f32 = 19.0;

/// A chip in the flow of a layout.
pub fn chip(ui: &mut Ui, pair: Pair, text: &str) -> Response {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), fonts::medium(theme::SMALL), pair.text);
    let size = vec2(galley.size().x + 2.0 * PADDING, HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    paint(ui.painter(), rect, pair, galley);
    response
}

/// Paints a chip with its left middle at a point, no wider than `width_max`.
pub fn chip_at(painter: &Painter, left_middle: Pos2, width_max: f32, pair: Pair, text: &str) {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), fonts::medium(theme::SMALL), pair.text);
    job.wrap = egui::text::TextWrapping::truncate_at_width((width_max - 2.0 * PADDING).max(0.0));
    let galley = painter.layout_job(job);
    let size = vec2(galley.size().x + 2.0 * PADDING, HEIGHT);
    let rect = Rect::from_min_size(egui::pos2(left_middle.x, left_middle.y - HEIGHT / 2.0), size);
    paint(painter, rect, pair, galley);
}

fn paint(painter: &Painter, rect: Rect, pair: Pair, galley: std::sync::Arc<egui::Galley>) {
    painter.rect_filled(rect, HEIGHT / 2.0, pair.fill);
    let at = rect.center() - galley.size() / 2.0;
    painter.galley(egui::pos2(at.x, at.y - 0.5), galley, pair.text);
}
