//! How cells of a workbook look.

use std::collections::BTreeMap;

use report::{Level, SheetColumn};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use super::values::Pattern;
use crate::colours::{LIGHT, Pair};
use crate::contents::is_left;

/// The looks that were made already: a workbook of thousands of cells has a few.
#[derive(Default)]
pub(super) struct Styles(BTreeMap<(Pattern, bool, Level, bool), Format>);

impl Styles {
    /// The look of a column's cell, in the total row if `total`.
    pub(super) fn of(&mut self, column: &SheetColumn, pattern: Pattern, level: Level, total: bool) -> &Format {
        let left = is_left(column);
        self.0.entry((pattern, left, level, total)).or_insert_with(|| {
            let align = if left { FormatAlign::Left } else { FormatAlign::Right };
            let mut format = Format::new().set_num_format(pattern.code()).set_align(align).set_align(FormatAlign::Top);
            if let Some(Pair { fill, text }) = pair(level) {
                format = format.set_background_color(Color::RGB(fill)).set_font_color(Color::RGB(text));
            }
            if total || level == Level::Warning {
                format = format.set_bold();
            }
            if total {
                return format.set_border_top(FormatBorder::Thin).set_border_top_color(Color::RGB(LIGHT.soft));
            }
            format.set_border_bottom(FormatBorder::Hair).set_border_bottom_color(Color::RGB(LIGHT.outline))
        })
    }

    pub(super) fn column_heading(column: &SheetColumn) -> Format {
        let align = if is_left(column) { FormatAlign::Left } else { FormatAlign::Right };
        let format = Format::new().set_bold().set_text_wrap().set_align(align).set_align(FormatAlign::Bottom);
        let format = format.set_background_color(Color::RGB(LIGHT.raised)).set_font_color(Color::RGB(LIGHT.text));
        format.set_border_bottom(FormatBorder::Thin).set_border_bottom_color(Color::RGB(LIGHT.soft))
    }

    pub(super) fn title() -> Format {
        Format::new().set_bold().set_font_size(15.0)
    }

    pub(super) fn heading() -> Format {
        Format::new().set_bold().set_font_size(12.0)
    }

    pub(super) fn soft() -> Format {
        Format::new().set_font_color(Color::RGB(LIGHT.soft))
    }

    pub(super) fn label() -> Format {
        Styles::soft().set_border_bottom(FormatBorder::Hair).set_border_bottom_color(Color::RGB(LIGHT.outline))
    }

    pub(super) fn note() -> Format {
        // Without a fill: the text runs on over the cells beside it, which have none.
        Format::new().set_bold().set_font_color(Color::RGB(LIGHT.note.text))
    }
}

fn pair(level: Level) -> Option<Pair> {
    match level {
        Level::Normal => None,
        Level::Caution => Some(LIGHT.caution),
        Level::Warning => Some(LIGHT.warning),
    }
}
