//! How wide columns are: wide enough for what they hold and for the longest word of the heading.

use egui::{FontId, Ui};
use report::SheetColumn;

use super::CELL_PADDING;
use crate::fonts;
use crate::theme;
use crate::view::cells::{Place, place};

/// Room for the mark that shows the order.
const SORT_MARK: f32 = 12.0;

/// Narrowest column.
pub const WIDTH_MIN: f32 = 30.0;

/// Widest column that is not made wider by hand.
const WIDTH_MAX: f32 = 260.0;

/// Narrowest figure column, in figures: a count grows during the day, and its column must not jump then.
const FIGURES_MIN: usize = 5;

/// Width that a column wants: that of its heading's longest word, of the texts it holds now, and a little
/// room for those to come.
pub fn preferred_width<'t>(ui: &Ui, column: &SheetColumn, texts: impl Iterator<Item = &'t str>) -> f32 {
    let figure = text_width(ui, "0", fonts::regular(theme::BODY));
    let mut texts: Vec<&str> = texts.collect();
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    // The widest is among the longest; measuring these few is enough.
    let widest = texts.iter().take(8).map(|text| text_width(ui, text, fonts::semibold(theme::BODY)));
    let held = widest.fold(0.0, f32::max);
    let held = match place(column) {
        Place::Right => held.max(figure * FIGURES_MIN as f32),
        Place::State => held.max(figure * 7.0) + 8.0,
        // The proposed width is a limit here, not a demand: names are short in one place and long in another.
        Place::Left if column.width > 0 => held.min(figure * column.width as f32) + 6.0,
        Place::Left => held.max(figure * 3.0) + 4.0,
    };
    held.max(longest_word(ui, &column.heading) + SORT_MARK).clamp(WIDTH_MIN, WIDTH_MAX).ceil() + 2.0 * CELL_PADDING
}

/// Width that a column of plain texts wants, at most `width_max`.
pub fn text_column_width(ui: &Ui, heading: &str, texts: &[String], width_max: f32) -> f32 {
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    let widest = texts.iter().take(8).map(|text| text_width(ui, text, fonts::regular(theme::BODY)));
    let held = widest.fold(longest_word(ui, heading), f32::max);
    held.clamp(WIDTH_MIN, width_max).ceil() + 2.0 * CELL_PADDING + 2.0
}

fn longest_word(ui: &Ui, heading: &str) -> f32 {
    let words = heading.split_whitespace().map(|word| text_width(ui, word, fonts::medium(theme::SMALL)));
    words.fold(0.0, f32::max)
}

/// Widens columns that may grow until the table fills its room; leaves them if it is wider than that.
pub fn fitted(widths: &mut [f32], may_grow: &[bool], room: f32) {
    let total: f32 = widths.iter().sum();
    let growing: f32 = widths.iter().zip(may_grow).filter(|(_, may)| **may).map(|(width, _)| width).sum();
    if total >= room || growing <= 0.0 {
        return;
    }
    let factor = 1.0 + (room - total) / growing;
    for (width, _) in widths.iter_mut().zip(may_grow).filter(|(_, may)| **may) {
        *width *= factor;
    }
}

/// Narrows columns that may grow, the widest first, until the table fits its room; none below `least`.
pub fn narrowed(widths: &mut [f32], may_grow: &[bool], room: f32, least: f32) {
    let mut order: Vec<usize> = (0..widths.len()).filter(|&at| may_grow[at]).collect();
    order.sort_by(|one, other| widths[*other].total_cmp(&widths[*one]));
    for count in 1..=order.len() {
        let excess = widths.iter().sum::<f32>() - room;
        if excess <= 0.0 {
            return;
        }
        // The widest ones are alike by now: down to the next one, or as far as is needed.
        let next = order.get(count).map_or(least, |&at| widths[at].max(least));
        let level = (widths[order[0]] - excess / count as f32).max(next).min(widths[order[0]]);
        order[..count].iter().for_each(|&at| widths[at] = level);
    }
}

fn text_width(ui: &Ui, text: &str, font: FontId) -> f32 {
    ui.painter().layout_no_wrap(text.to_owned(), font, egui::Color32::PLACEHOLDER).size().x
}

#[cfg(test)]
mod tests {
    use super::narrowed;

    #[track_caller]
    fn check(widths: &[f32], may_grow: &[bool], room: f32, expect: &[f32]) {
        let mut widths = widths.to_vec();
        narrowed(&mut widths, may_grow, room, 50.0);
        assert_eq!(widths, expect);
    }

    #[test]
    fn the_widest_columns_give_way_first() {
        let all = [true, true, true];
        check(&[100.0, 80.0, 60.0], &all, 300.0, &[100.0, 80.0, 60.0]);
        check(&[100.0, 80.0, 60.0], &all, 230.0, &[90.0, 80.0, 60.0]);
        check(&[100.0, 80.0, 60.0], &all, 200.0, &[70.0, 70.0, 60.0]);
        check(&[100.0, 80.0, 60.0], &all, 100.0, &[50.0, 50.0, 50.0]);
        check(&[100.0, 80.0, 60.0], &[false, true, false], 200.0, &[100.0, 50.0, 60.0]);
        check(&[40.0, 30.0], &[true, false], 10.0, &[40.0, 30.0]);
    }
}
