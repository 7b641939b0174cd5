//! What stands where: everything gets its page and its place on it, from top to bottom.

use std::ops::Range;

use super::Paper;
use super::face::Faces;
use super::grid::{Grid, LEADING};
use super::lines::lines;

/// Free space of a note around its text, in points.
pub(super) const NOTE_PADDING: f32 = 6.0;
/// Least part of a page on which a table that is cut by columns is begun.
const BEGIN_MIN: f32 = 0.4;
/// Most letters of a title where its table is continued.
const TITLE_MAX: usize = 60;
/// Free space between the parts of a table that is cut by columns, in points.
const BETWEEN: f32 = 10.0;

/// Kinds of text outside of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// Name of the report.
    Title,
    /// Whose data, and what was asked for.
    Facts,
    /// Name of a block.
    Heading,
    /// What stands above the part of a table that is continued.
    Continued,
    /// What is to be known before the rows are believed.
    Note,
    Plain,
}

impl Text {
    /// Size, in points.
    pub(super) fn size(self) -> f32 {
        match self {
            Text::Title => 16.0,
            Text::Heading => 11.5,
            Text::Facts | Text::Note | Text::Plain => 9.0,
            Text::Continued => 8.0,
        }
    }

    /// Whether it is written in the strong weight.
    pub(super) fn is_strong(self) -> bool {
        matches!(self, Text::Title | Text::Heading)
    }

    /// Free space above and below, in points.
    fn space(self) -> (f32, f32) {
        match self {
            Text::Title => (0.0, 3.0),
            Text::Facts => (0.0, 6.0),
            Text::Heading => (12.0, 4.0),
            Text::Continued => (2.0, 2.0),
            Text::Note => (2.0, 4.0),
            Text::Plain => (4.0, 4.0),
        }
    }
}

/// Something on a page.
pub(super) enum Piece {
    Text(Text, Vec<String>),
    /// Some rows of a grid, in the columns of one of its groups.
    Rows {
        grid: usize,
        group: usize,
        rows: Range<usize>,
    },
}

/// A piece with its upper edge, in points from the top of the page.
pub(super) struct Placed {
    pub(super) top: f32,
    pub(super) piece: Piece,
}

/// The pages so far.
pub(super) struct Flow<'a> {
    pub(super) pages: Vec<Vec<Placed>>,
    pub(super) grids: Vec<Grid>,
    faces: &'a Faces,
    paper: Paper,
    /// Where the next piece goes.
    y: f32,
}

impl<'a> Flow<'a> {
    pub(super) fn new(paper: Paper, faces: &'a Faces) -> Flow<'a> {
        Flow { pages: vec![Vec::new()], grids: Vec::new(), faces, paper, y: Paper::MARGIN }
    }

    /// Adds a text in as many lines as it needs, on further pages if it has to be.
    pub(super) fn text(&mut self, text: &str, kind: Text) {
        let face = if kind.is_strong() { &self.faces.strong } else { &self.faces.regular };
        let inset = if kind == Text::Note { 2.0 * NOTE_PADDING } else { 0.0 };
        let mut rest = lines(text, face, kind.size(), self.paper.room() - inset);
        let (above, below) = kind.space();
        let leading = kind.size() * LEADING;
        // A heading stands with the first rows below it.
        let company = if kind == Text::Heading { 60.0 } else { 0.0 };
        if !self.is_top() {
            self.y += above;
        }
        loop {
            let fits = ((self.bottom() - self.y - inset - company) / leading).max(0.0) as usize;
            if fits == 0 && !self.is_top() {
                self.new_page();
                continue;
            }
            let after = rest.split_off(rest.len().min(fits.max(1)));
            let height = rest.len() as f32 * leading + inset;
            self.place(Piece::Text(kind, rest), height);
            rest = after;
            if rest.is_empty() {
                break;
            }
            self.new_page();
        }
        self.y += below;
    }

    /// Adds facts beside each other, as many in a line as fit.
    pub(super) fn facts(&mut self, facts: &[String]) {
        const BETWEEN: &str = "   ·   ";
        let width = |text: &str| self.faces.regular.width(text, Text::Facts.size());
        let (mut text, mut taken) = (String::new(), 0.0);
        for fact in facts {
            let wide = width(BETWEEN) + width(fact);
            let begins = taken > 0.0 && taken + wide > self.paper.room();
            if !text.is_empty() {
                text.push_str(if begins { "\n" } else { BETWEEN });
            }
            text.push_str(fact);
            taken = if begins { wide } else { taken + wide };
        }
        self.text(&text, Text::Facts);
    }

    /// Adds the rows of a grid. `title` names it where it is continued.
    pub(super) fn grid(&mut self, grid: Grid, title: &str) {
        let heights: Vec<f32> = (0..grid.rows.len()).map(|row| grid.row_height(row)).collect();
        let (heading, groups) = (grid.heading_height(), grid.columns.groups.len());
        self.grids.push(grid);
        match groups {
            0 => {}
            1 => self.upright(&heights, heading, title),
            _ => self.cut(&heights, heading, title),
        }
    }

    /// A grid whose columns all stand beside each other.
    fn upright(&mut self, heights: &[f32], heading: f32, title: &str) {
        let mut next = 0;
        loop {
            let end = self.fitting(heights, next, self.bottom() - self.y - heading);
            // Headings do not stand alone, unless there is nothing for them to stand above.
            if end == next && !heights.is_empty() && !self.is_top() {
                self.continue_on_new_page(title, next > 0);
                continue;
            }
            let end = if heights.is_empty() { 0 } else { end.max(next + 1) };
            self.rows(0, next..end, heading, heights);
            next = end;
            if next >= heights.len() {
                break;
            }
            self.continue_on_new_page(title, true);
        }
    }

    /// A grid that is cut by columns: the same rows in all groups, one after the other, then further rows.
    fn cut(&mut self, heights: &[f32], heading: f32, title: &str) {
        let Some(grid) = self.grids.last() else { return };
        let groups = grid.columns.groups.clone();
        let caption = Text::Continued.size() * LEADING + Text::Continued.space().0 + Text::Continued.space().1;
        let all = groups.len() as f32 * (caption + heading + heights.iter().sum::<f32>() + BETWEEN);
        let whole = all <= self.bottom() - self.y;
        let keys = shared(&groups);
        let named = |at: Option<&usize>| grid.heading(*at?);
        let spans: Vec<String> = groups
            .iter()
            .map(|group| match (named(group.get(keys)), named(group.last())) {
                (Some(first), Some(last)) if first == last => format!("column {first}"),
                (Some(first), Some(last)) => format!("columns {first} to {last}"),
                _ => format!("{} columns", group.len()),
            })
            .collect();
        let mut next = 0;
        loop {
            if !whole && !self.is_top() && self.bottom() - self.y < BEGIN_MIN * self.paper.height {
                self.new_page();
            }
            let room = self.bottom() - self.y - heading - caption;
            let end = if whole { heights.len() } else { self.fitting(heights, next, room).max(next + 1) };
            let end = end.min(heights.len());
            for (index, span) in spans.iter().enumerate() {
                if index > 0 && !whole {
                    self.new_page();
                }
                let what = if title.is_empty() { "Table".to_owned() } else { begin(title) };
                let again = if next > 0 { ", continued" } else { "" };
                let (part, parts) = (index + 1, spans.len());
                self.text(&format!("{what}{again}: {span} (part {part} of {parts})"), Text::Continued);
                self.rows(index, next..end, heading, heights);
                self.y += BETWEEN;
            }
            next = end;
            if next >= heights.len() {
                break;
            }
            self.new_page();
        }
    }

    /// The end of the rows from `first` on that fit into this height.
    fn fitting(&self, heights: &[f32], first: usize, room: f32) -> usize {
        let mut taken = 0.0;
        let fits = |height: &&f32| {
            taken += **height;
            taken <= room
        };
        first + heights[first..].iter().take_while(fits).count()
    }

    fn continue_on_new_page(&mut self, title: &str, is_continued: bool) {
        self.new_page();
        if is_continued && !title.is_empty() {
            self.text(&format!("{}, continued", begin(title)), Text::Continued);
        }
    }

    fn rows(&mut self, group: usize, rows: Range<usize>, heading: f32, heights: &[f32]) {
        let height = heading + heights[rows.clone()].iter().sum::<f32>();
        let grid = self.grids.len() - 1;
        self.place(Piece::Rows { grid, group, rows }, height);
    }

    fn place(&mut self, piece: Piece, height: f32) {
        let top = self.y;
        if let Some(page) = self.pages.last_mut() {
            page.push(Placed { top, piece });
        }
        self.y += height;
    }

    fn new_page(&mut self) {
        self.pages.push(Vec::new());
        self.y = Paper::MARGIN;
    }

    /// Whether nothing but what is continued stands on the page.
    fn is_top(&self) -> bool {
        let page = self.pages.last();
        page.is_none_or(|page| page.iter().all(|placed| matches!(placed.piece, Piece::Text(Text::Continued, _))))
    }

    fn bottom(&self) -> f32 {
        self.paper.height - Paper::FOOT
    }
}

/// So much of a title that it stays one line.
fn begin(title: &str) -> String {
    match title.char_indices().nth(TITLE_MAX) {
        Some((end, _)) => format!("{}…", &title[..end]),
        None => title.to_owned(),
    }
}

/// How many of the first columns all groups have.
fn shared(groups: &[Vec<usize>]) -> usize {
    let first = groups.first().map_or(&[][..], Vec::as_slice);
    (0..first.len()).take_while(|&at| groups.iter().all(|group| group.get(at) == first.get(at))).count()
}
