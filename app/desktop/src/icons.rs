//! Icons, painted with lines on a grid of 16 units. No font is involved, so none can be missing.

use std::f32::consts::TAU;

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Link up: two ends joined.
    LinkUp,
    /// Link in transition: two ends, dashes between.
    LinkMoving,
    /// Link down: two ends apart, crossed out.
    LinkDown,
    Close,
    Maximise,
    Restore,
    Duplicate,
    Export,
    Print,
    Inputs,
    Columns,
    Search,
    Settings,
    Sun,
    Moon,
    Auto,
    Warning,
    Swap,
    User,
    Clock,
    Plus,
    SortUp,
    SortDown,
    Report,
    List,
    Copy,
    Edit,
    Administration,
    Bell,
    Reload,
    /// Several windows at once.
    Shortcut,
    /// Lines below each other.
    Menu,
}

/// Draws on the 16-unit grid inside a rectangle.
struct Pen<'a> {
    painter: &'a Painter,
    rect: Rect,
    stroke: Stroke,
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> Pos2 {
        self.rect.min + vec2(x, y) * (self.rect.width() / 16.0)
    }

    fn scale(&self, units: f32) -> f32 {
        units * self.rect.width() / 16.0
    }

    fn line(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|&(x, y)| self.at(x, y)).collect();
        self.painter.add(Shape::line(points, self.stroke));
    }

    fn closed(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|&(x, y)| self.at(x, y)).collect();
        self.painter.add(Shape::closed_line(points, self.stroke));
    }

    fn solid(&self, points: &[(f32, f32)]) {
        let points = points.iter().map(|&(x, y)| self.at(x, y)).collect();
        self.painter.add(Shape::convex_polygon(points, self.stroke.color, Stroke::NONE));
    }

    fn circle(&self, x: f32, y: f32, radius: f32) {
        self.painter.circle_stroke(self.at(x, y), self.scale(radius), self.stroke);
    }

    fn dot(&self, x: f32, y: f32, radius: f32) {
        self.painter.circle_filled(self.at(x, y), self.scale(radius), self.stroke.color);
    }

    fn frame(&self, left: f32, top: f32, right: f32, bottom: f32) {
        let rect = Rect::from_min_max(self.at(left, top), self.at(right, bottom));
        self.painter.rect_stroke(rect, self.scale(1.2), self.stroke, egui::StrokeKind::Middle);
    }

    /// Part of a circle, in turns; 0 is to the right, a quarter is down.
    fn arc(&self, centre: (f32, f32), radius: f32, from: f32, to: f32) {
        let steps = 14_u8;
        let points: Vec<(f32, f32)> = (0..=steps)
            .map(|step| (from + (to - from) * f32::from(step) / f32::from(steps)) * TAU)
            .map(|angle| (centre.0 + radius * angle.cos(), centre.1 + radius * angle.sin()))
            .collect();
        self.line(&points);
    }
}

impl Icon {
    /// Paints the icon into a square.
    pub fn paint(self, painter: &Painter, rect: Rect, color: Color32) {
        let stroke = Stroke::new((rect.width() / 16.0 * 1.45).max(1.2), color);
        let pen = Pen { painter, rect, stroke };
        match self {
            Icon::LinkUp | Icon::LinkMoving | Icon::LinkDown => self.paint_link(&pen),
            Icon::Sun | Icon::Moon | Icon::Auto | Icon::Settings | Icon::Clock | Icon::User | Icon::Bell => {
                self.paint_round(&pen);
            }
            Icon::SortUp => pen.solid(&[(8.0, 5.0), (12.0, 10.5), (4.0, 10.5)]),
            Icon::SortDown => pen.solid(&[(4.0, 5.5), (12.0, 5.5), (8.0, 11.0)]),
            Icon::Close => {
                pen.line(&[(4.0, 4.0), (12.0, 12.0)]);
                pen.line(&[(12.0, 4.0), (4.0, 12.0)]);
            }
            Icon::Print => {
                pen.line(&[(5.0, 6.0), (5.0, 2.8), (11.0, 2.8), (11.0, 6.0)]);
                pen.line(&[(5.0, 11.0), (2.8, 11.0), (2.8, 6.0), (13.2, 6.0), (13.2, 11.0), (11.0, 11.0)]);
                pen.frame(5.0, 9.2, 11.0, 13.4);
            }
            Icon::Plus => {
                pen.line(&[(8.0, 3.5), (8.0, 12.5)]);
                pen.line(&[(3.5, 8.0), (12.5, 8.0)]);
            }
            Icon::Reload => {
                pen.arc((8.0, 8.0), 4.9, 0.06, 0.86);
                pen.solid(&[(9.8, 1.6), (14.2, 3.4), (10.4, 6.6)]);
            }
            Icon::Search => {
                pen.circle(7.0, 7.0, 4.0);
                pen.line(&[(10.0, 10.0), (13.5, 13.5)]);
            }
            Icon::Menu => {
                pen.line(&[(2.8, 4.0), (13.2, 4.0)]);
                pen.line(&[(2.8, 8.0), (13.2, 8.0)]);
                pen.line(&[(2.8, 12.0), (9.6, 12.0)]);
            }
            Icon::Shortcut => {
                pen.frame(2.6, 2.6, 7.0, 7.0);
                pen.frame(9.0, 2.6, 13.4, 7.0);
                pen.frame(2.6, 9.0, 7.0, 13.4);
                pen.solid(&[(9.4, 8.8), (13.6, 11.2), (9.4, 13.6)]);
            }
            _ => self.paint_square(&pen),
        }
    }

    fn paint_link(self, pen: &Pen<'_>) {
        pen.dot(3.2, 8.0, 2.4);
        pen.dot(12.8, 8.0, 2.4);
        match self {
            Icon::LinkUp => pen.line(&[(5.0, 8.0), (11.0, 8.0)]),
            Icon::LinkMoving => {
                pen.line(&[(6.0, 8.0), (7.2, 8.0)]);
                pen.line(&[(8.8, 8.0), (10.0, 8.0)]);
            }
            _ => {
                pen.line(&[(5.5, 3.5), (10.5, 12.5)]);
                pen.line(&[(10.5, 3.5), (5.5, 12.5)]);
            }
        }
    }

    fn paint_round(self, pen: &Pen<'_>) {
        match self {
            Icon::Sun => {
                pen.circle(8.0, 8.0, 2.8);
                for turn in 0..8_u8 {
                    let angle = f32::from(turn) / 8.0 * TAU;
                    let ray = |length: f32| (8.0 + length * angle.cos(), 8.0 + length * angle.sin());
                    pen.line(&[ray(4.9), ray(6.4)]);
                }
            }
            Icon::Moon => {
                pen.arc((8.0, 8.0), 5.2, 0.05, 0.70);
                pen.arc((10.6, 5.4), 4.4, 0.19, 0.56);
            }
            Icon::Auto => {
                pen.circle(8.0, 8.0, 5.4);
                let half: Vec<(f32, f32)> = (0..=10_u8)
                    .map(|step| (0.25 + f32::from(step) / 20.0) * TAU)
                    .map(|angle| (8.0 + 5.2 * angle.cos(), 8.0 + 5.2 * angle.sin()))
                    .collect();
                pen.solid(&half);
            }
            Icon::Settings => {
                pen.circle(8.0, 8.0, 2.2);
                pen.circle(8.0, 8.0, 4.7);
                for turn in 0..8_u8 {
                    let angle = (f32::from(turn) + 0.5) / 8.0 * TAU;
                    let ray = |length: f32| (8.0 + length * angle.cos(), 8.0 + length * angle.sin());
                    pen.line(&[ray(4.7), ray(6.6)]);
                }
            }
            Icon::Bell => {
                pen.line(&[(2.8, 11.6), (4.4, 9.6), (4.8, 5.6), (8.0, 2.8), (11.2, 5.6), (11.6, 9.6), (13.2, 11.6)]);
                pen.line(&[(2.8, 11.6), (13.2, 11.6)]);
                pen.dot(8.0, 13.4, 1.3);
            }
            Icon::Clock => {
                pen.circle(8.0, 8.0, 5.6);
                pen.line(&[(8.0, 4.8), (8.0, 8.2), (10.4, 9.6)]);
            }
            _ => {
                pen.circle(8.0, 5.2, 2.6);
                pen.arc((8.0, 13.6), 4.9, 0.5, 1.0);
            }
        }
    }

    fn paint_square(self, pen: &Pen<'_>) {
        match self {
            Icon::Maximise => {
                pen.line(&[(3.5, 6.5), (3.5, 3.5), (6.5, 3.5)]);
                pen.line(&[(9.5, 3.5), (12.5, 3.5), (12.5, 6.5)]);
                pen.line(&[(12.5, 9.5), (12.5, 12.5), (9.5, 12.5)]);
                pen.line(&[(6.5, 12.5), (3.5, 12.5), (3.5, 9.5)]);
            }
            Icon::Restore => {
                pen.line(&[(6.5, 3.0), (6.5, 6.5), (3.0, 6.5)]);
                pen.line(&[(9.5, 3.0), (9.5, 6.5), (13.0, 6.5)]);
                pen.line(&[(13.0, 9.5), (9.5, 9.5), (9.5, 13.0)]);
                pen.line(&[(3.0, 9.5), (6.5, 9.5), (6.5, 13.0)]);
            }
            Icon::Duplicate | Icon::Copy => {
                pen.frame(5.5, 5.5, 13.0, 13.0);
                pen.line(&[(3.0, 10.0), (3.0, 3.0), (10.0, 3.0)]);
            }
            Icon::Export => {
                pen.line(&[(8.0, 2.8), (8.0, 9.8)]);
                pen.line(&[(5.0, 7.0), (8.0, 10.0), (11.0, 7.0)]);
                pen.line(&[(3.0, 10.5), (3.0, 13.2), (13.0, 13.2), (13.0, 10.5)]);
            }
            Icon::Inputs => {
                for (y, knob) in [(4.0, 10.5), (8.0, 5.5), (12.0, 9.0)] {
                    pen.line(&[(2.5, y), (13.5, y)]);
                    pen.dot(knob, y, 1.9);
                }
            }
            Icon::Columns => {
                pen.frame(2.8, 3.2, 13.2, 12.8);
                pen.line(&[(6.3, 3.2), (6.3, 12.8)]);
                pen.line(&[(9.8, 3.2), (9.8, 12.8)]);
            }
            Icon::Warning => {
                pen.closed(&[(8.0, 2.5), (14.2, 13.2), (1.8, 13.2)]);
                pen.line(&[(8.0, 6.4), (8.0, 9.6)]);
                pen.dot(8.0, 11.4, 0.85);
            }
            Icon::Swap => {
                pen.line(&[(3.0, 5.5), (13.0, 5.5)]);
                pen.line(&[(10.3, 2.8), (13.0, 5.5), (10.3, 8.2)]);
                pen.line(&[(13.0, 10.8), (3.0, 10.8)]);
                pen.line(&[(5.7, 8.1), (3.0, 10.8), (5.7, 13.5)]);
            }
            Icon::List => {
                pen.frame(2.6, 3.2, 13.4, 12.8);
                pen.line(&[(6.6, 3.2), (6.6, 12.8)]);
            }
            Icon::Administration => {
                for top in [2.8, 6.8, 10.8] {
                    pen.frame(2.4, top, 13.6, top + 2.6);
                    pen.dot(4.9, top + 1.3, 0.75);
                }
            }
            Icon::Edit => {
                pen.closed(&[(3.2, 12.8), (3.8, 9.8), (10.6, 3.0), (13.0, 5.4), (6.2, 12.2)]);
            }
            _ => {
                pen.frame(3.2, 2.6, 12.8, 13.4);
                pen.line(&[(5.8, 10.8), (5.8, 8.6)]);
                pen.line(&[(8.0, 10.8), (8.0, 5.6)]);
                pen.line(&[(10.2, 10.8), (10.2, 7.4)]);
            }
        }
    }
}

/// A square of this side, in the middle of a rectangle.
pub fn square_in(rect: Rect, side: f32) -> Rect {
    Rect::from_center_size(pos2(rect.center().x.round(), rect.center().y.round()), vec2(side, side))
}
