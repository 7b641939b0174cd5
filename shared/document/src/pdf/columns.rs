//! How wide the columns of a table are, how small it is printed, and where it is cut if it is too wide for the paper.

use super::face::{Face, Faces};
use super::lines;
use crate::contents::{Document, Part, identifies};

/// Sizes of a table's text, in points: the largest one is taken at which all columns fit.
const SIZES: [f32; 3] = [8.5, 7.5, 6.5];
/// The size where none of them is small enough.
const CUT_SIZE: f32 = 7.5;
/// Widest column, in parts of the text's size. Longer texts go on in further lines.
const WIDEST: f32 = 22.0;
/// Free space left and right of a text, in parts of its size.
pub(super) const PADDING: f32 = 0.55;
/// So many lines a heading is broken into, to keep its column narrow.
const HEADING_LINES: f32 = 2.6;
/// So much of the paper may be taken by columns that are repeated beside each part of a table.
const KEYS_MAX: f32 = 0.4;

/// The columns of a table on paper.
#[derive(Debug, PartialEq)]
pub(super) struct Columns {
    /// Size of the text, in points.
    pub(super) size: f32,
    /// Width of each column with the space around its text, in points.
    pub(super) widths: Vec<f32>,
    /// The columns that stand beside each other, those that say what a row is first in each.
    pub(super) groups: Vec<Vec<usize>>,
}

impl Columns {
    /// The columns of a table on paper of this width.
    pub(super) fn new(document: &Document<'_>, part: &Part<'_>, faces: &Faces, room: f32) -> Columns {
        let unit = unit_widths(document, part, faces);
        let all: f32 = unit.iter().sum();
        let fitting = SIZES.into_iter().find(|size| all * size <= room);
        let size = fitting.unwrap_or(CUT_SIZE);
        let widths: Vec<f32> = unit.iter().map(|width| (width * size).min(room)).collect();
        let groups = match fitting {
            Some(_) => vec![(0..widths.len()).collect()],
            None => groups(&widths, keys(part, &widths, room), room),
        };
        Columns { size, widths, groups }
    }
}

/// How wide a table is where its text has the usual size.
pub(super) fn natural_width(document: &Document<'_>, part: &Part<'_>, faces: &Faces) -> f32 {
    unit_widths(document, part, faces).iter().sum::<f32>() * SIZES[0]
}

/// Widths of the columns in parts of the text's size.
fn unit_widths(document: &Document<'_>, part: &Part<'_>, faces: &Faces) -> Vec<f32> {
    let width = |&place: &usize| {
        let column = part.column(place);
        let wide = |text: &str, face: &Face| lines::width(text, face, 1.0);
        let word = column.heading.split_whitespace().map(|word| wide(word, &faces.strong)).fold(0.0, f32::max);
        let heading = word.max(wide(&column.heading, &faces.strong) / HEADING_LINES);
        // Any cell may be strong, and digits of one weight are wider than those of the other.
        let cells = part.rows.iter().map(|&row| part.cell(row, place)).chain([part.total(place)]);
        let cells = cells.map(|cell| {
            let text = document.text(column, cell);
            wide(&text, &faces.strong).max(wide(&text, &faces.regular))
        });
        let cells = cells.fold(0.0, f32::max);
        heading.max(cells).clamp(1.5, WIDEST) + 2.0 * PADDING
    };
    part.columns.iter().map(width).collect()
}

/// How many of the first columns say what a row is of and are repeated.
fn keys(part: &Part<'_>, widths: &[f32], room: f32) -> usize {
    let mut taken = 0.0;
    let fits = |(place, width): &(&usize, &f32)| {
        taken += **width;
        identifies(part.column(**place)) && taken <= room * KEYS_MAX
    };
    part.columns.iter().zip(widths).take_while(fits).count()
}

/// Columns that fit beside each other, the first `keys` of them in each group.
fn groups(widths: &[f32], keys: usize, room: f32) -> Vec<Vec<usize>> {
    let key_width: f32 = widths[..keys].iter().sum();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut taken = f32::INFINITY;
    for (column, &width) in widths.iter().enumerate().skip(keys) {
        if taken + width > room {
            groups.push((0..keys).collect());
            taken = key_width;
        }
        taken += width;
        if let Some(group) = groups.last_mut() {
            group.push(column);
        }
    }
    groups
}
