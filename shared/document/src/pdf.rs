//! A document as pages to print: A4, headings again on each page, tables that are too wide cut by columns.
//!
//! First everything is broken into lines and given its place on a page, then it is painted, because each page says how many there
//! are. The order in which it is read out is the order of the pages; tables are tagged as such.

mod columns;
mod face;
mod flow;
mod grid;
mod lines;
mod paint;

use chrono::{Datelike, NaiveDateTime, Timelike};
use krilla::metadata::{DateTime, Metadata};
use krilla::{Document as Pages, SerializeSettings};
use report::Layout;

use crate::contents::Document;
use crate::dates::local;
use crate::error::DocumentError;
use face::Faces;
use flow::{Flow, Text};
use grid::Grid;
use paint::Painter;

/// A sheet of paper, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Paper {
    width: f32,
    height: f32,
}

impl Paper {
    /// A4 upright.
    const PORTRAIT: Paper = Paper { width: 595.28, height: 841.89 };
    /// A4 lying.
    const LANDSCAPE: Paper = Paper { width: 841.89, height: 595.28 };
    /// Left, right and at the top.
    const MARGIN: f32 = 34.0;
    /// Below, with the page's number in it.
    const FOOT: f32 = 44.0;

    /// What can be printed on.
    fn room(self) -> f32 {
        self.width - 2.0 * Paper::MARGIN
    }
}

/// The file's bytes.
pub(crate) fn pdf(document: &Document<'_>) -> Result<Vec<u8>, DocumentError> {
    let faces = Faces::new().ok_or_else(|| DocumentError::Pages("the bundled font cannot be read".to_owned()))?;
    let parts = document.parts();
    let natural = parts.iter().map(|part| match part.block.layout {
        Layout::Table => columns::natural_width(document, part, &faces),
        Layout::Fields => 0.0,
    });
    let is_narrow = natural.fold(0.0, f32::max) <= Paper::PORTRAIT.room();
    let paper = if is_narrow { Paper::PORTRAIT } else { Paper::LANDSCAPE };
    let mut flow = Flow::new(paper, &faces);
    head(document, &mut flow);
    for part in &parts {
        if !part.block.title.is_empty() {
            flow.text(&part.block.title, Text::Heading);
        }
        part.block.notes().for_each(|note| flow.text(note, Text::Note));
        let grid = match part.block.layout {
            Layout::Table => Grid::of_table(document, part, &faces, paper.room()),
            Layout::Fields => Grid::of_fields(document, part, &faces, paper.room()),
        };
        flow.grid(grid, &part.block.title);
        if part.rows.is_empty() {
            flow.text(crate::contents::NO_ROWS, Text::Plain);
        }
    }
    let mut pages = Pages::new_with(SerializeSettings { enable_tagging: true, ..SerializeSettings::default() });
    pages.set_metadata(metadata(document));
    let foot = format!("{}  ·  {}", document.sheet.title, document.head.second(document.sheet.at));
    Painter::new(&faces, paper, foot).paint(&flow, &mut pages);
    pages.finish().map_err(|error| DocumentError::Pages(format!("{error:?}")))
}

/// What stands above everything.
fn head(document: &Document<'_>, flow: &mut Flow<'_>) {
    flow.text(&document.sheet.title, Text::Title);
    let facts = document.head.facts(document.sheet);
    let facts: Vec<String> = facts.into_iter().map(|(label, value)| format!("{label}: {value}")).collect();
    flow.facts(&facts);
    document.head.notes().iter().for_each(|note| flow.text(note, Text::Note));
}

fn metadata(document: &Document<'_>) -> Metadata {
    let metadata = Metadata::new()
        .title(document.sheet.title.clone())
        .language("en".to_owned())
        .creator("Understudy".to_owned())
        .producer("Understudy".to_owned());
    match local(None, document.sheet.at).and_then(date_time) {
        Some(at) => metadata.creation_date(at),
        None => metadata,
    }
}

fn date_time(utc: NaiveDateTime) -> Option<DateTime> {
    let part = |value: u32| u8::try_from(value).ok();
    let date = DateTime::new(u16::try_from(utc.year()).ok()?).month(part(utc.month())?).day(part(utc.day())?);
    let time = date.hour(part(utc.hour())?).minute(part(utc.minute())?).second(part(utc.second())?);
    Some(time.utc_offset_hour(0).utc_offset_minute(0))
}

/// Which letters of a text the font has no glyph for.
#[cfg(test)]
pub(crate) fn boxes(text: &str) -> Vec<bool> {
    let faces = Faces::new().expect("the bundled font");
    text.chars().map(|letter| faces.regular.glyphs(&letter.to_string())[0].glyph_id.to_u32() == 0).collect()
}
