//! The hatching that says "not live" from across the room.

use egui::{Color32, Painter, Rect, Stroke, pos2};

/// Slanted lines over a rectangle.
pub fn hatch(painter: &Painter, rect: Rect, color: Color32) {
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let stroke = Stroke::new(1.5, color);
    let (gap, slant) = (9.0, rect.height());
    let mut left = rect.left() - slant;
    while left < rect.right() {
        painter.line_segment([pos2(left, rect.bottom()), pos2(left + slant, rect.top())], stroke);
        left += gap;
    }
    painter.hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, color));
}
