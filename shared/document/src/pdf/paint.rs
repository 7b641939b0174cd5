//! Pages are painted: fills and lines first, which are not read out, then the texts with what they are.

use krilla::Document as Pages;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree};
use report::Level;

use super::Paper;
use super::columns::PADDING;
use super::face::{Face, Faces};
use super::flow::{Flow, NOTE_PADDING, Piece, Placed, Text};
use super::grid::{Grid, GridCell, LEADING, Role};
use crate::colours::{LIGHT, Pair};

/// Size of the foot's text, in points.
const FOOT_SIZE: f32 = 7.5;
/// Where the foot's text stands, in points from the lower edge.
const FOOT_BASE: f32 = 24.0;
/// Thickness of lines, in points.
const HAIRLINE: f32 = 0.4;
/// From the top of a line to the base of its letters, in parts of their size.
const ASCENT: f32 = 1.0;

/// Paints pages of one size.
pub(super) struct Painter<'a> {
    faces: &'a Faces,
    paper: Paper,
    foot: String,
}

/// Where rows are painted.
struct Place<'g> {
    grid: &'g Grid,
    /// The columns, each with its left edge.
    columns: Vec<(usize, f32)>,
    right: f32,
}

impl<'a> Painter<'a> {
    pub(super) fn new(faces: &'a Faces, paper: Paper, foot: String) -> Painter<'a> {
        Painter { faces, paper, foot }
    }

    /// Adds all pages.
    pub(super) fn paint(&self, flow: &Flow<'_>, pages: &mut Pages) {
        let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
        for (index, placed) in flow.pages.iter().enumerate() {
            let Some(settings) = PageSettings::from_wh(self.paper.width, self.paper.height) else { return };
            let mut page = pages.start_page_with(settings);
            let mut surface = page.surface();
            for Placed { top, piece } in placed {
                match piece {
                    Piece::Text(kind, lines) => tree.push(self.text(&mut surface, *top, *kind, lines)),
                    Piece::Rows { grid, group, rows } => {
                        let place = Place::new(&flow.grids[*grid], *group);
                        tree.push(self.rows(&mut surface, *top, &place, rows.clone()));
                    }
                }
            }
            self.foot(&mut surface, index + 1, flow.pages.len());
            surface.finish();
            page.finish();
        }
        pages.set_tag_tree(tree);
    }

    fn text(&self, surface: &mut Surface<'_>, top: f32, kind: Text, lines: &[String]) -> TagGroup {
        let (size, leading) = (kind.size(), kind.size() * LEADING);
        let face = if kind.is_strong() { &self.faces.strong } else { &self.faces.regular };
        let (mut x, mut top) = (Paper::MARGIN, top);
        let colour = match kind {
            Text::Title | Text::Heading => LIGHT.text,
            Text::Facts | Text::Continued | Text::Plain => LIGHT.soft,
            Text::Note => LIGHT.note.text,
        };
        if kind == Text::Note {
            let height = lines.len() as f32 * leading + 2.0 * NOTE_PADDING;
            decorate(surface, |surface| {
                fill(surface, LIGHT.note.fill, Rect::from_xywh(x, top, self.paper.room(), height));
            });
            (x, top) = (x + NOTE_PADDING, top + NOTE_PADDING);
        }
        let mut group = match kind {
            Text::Title => TagGroup::new(heading_tag(1)),
            Text::Heading => TagGroup::new(heading_tag(2)),
            _ => TagGroup::new(Tag::P),
        };
        for (at, line) in lines.iter().enumerate() {
            let base = top + at as f32 * leading + ASCENT * size;
            group.push(tagged(surface, |surface| write(surface, face, size, colour, (x, base), line)));
        }
        group
    }

    /// Rows of a grid, with the headings above them.
    fn rows(&self, surface: &mut Surface<'_>, top: f32, place: &Place<'_>, rows: std::ops::Range<usize>) -> TagGroup {
        let grid = place.grid;
        let heading = grid.heading_height();
        let mut tops = vec![top + heading];
        for row in rows.clone() {
            tops.push(tops[tops.len() - 1] + grid.row_height(row));
        }
        decorate(surface, |surface| {
            let left = Paper::MARGIN;
            let line = |surface: &mut Surface<'_>, y: f32, colour: u32| {
                fill(surface, colour, Rect::from_ltrb(left, y - HAIRLINE, place.right, y));
            };
            if grid.headings.is_some() {
                fill(surface, LIGHT.raised, Rect::from_ltrb(left, top, place.right, top + heading));
            }
            for (at, row) in rows.clone().enumerate() {
                let is_total = grid.rows[row].iter().any(|cell| cell.role == Role::Total);
                place.colours(surface, &grid.rows[row], tops[at], tops[at + 1]);
                if !grid.rows[row].is_empty() {
                    line(surface, tops[at + 1], if is_total { LIGHT.surface } else { LIGHT.line });
                }
                if is_total {
                    line(surface, tops[at], LIGHT.soft);
                }
            }
            if grid.headings.is_some() {
                line(surface, top + heading, LIGHT.outline);
            }
        });
        let mut table = TagGroup::new(Tag::Table);
        if let Some(headings) = &grid.headings {
            table.push(self.headings(surface, top, place, headings));
        }
        for (at, row) in rows.enumerate() {
            table.push(self.row(surface, tops[at], place, &grid.rows[row]));
        }
        table
    }

    fn headings(&self, surface: &mut Surface<'_>, top: f32, place: &Place<'_>, headings: &[Vec<String>]) -> TagGroup {
        let mut row = TagGroup::new(Tag::TR);
        let most = headings.iter().map(Vec::len).max().unwrap_or(0);
        for &(column, x) in &place.columns {
            let lines = &headings[column];
            // Headings of few lines stand at the bottom, right above the values.
            let top = top + (most - lines.len()) as f32 * LEADING * place.grid.size;
            let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Column));
            cell.push(self.lines(surface, &self.faces.strong, LIGHT.text, (x, top), place, column, lines));
            row.push(cell);
        }
        row
    }

    fn row(&self, surface: &mut Surface<'_>, top: f32, place: &Place<'_>, cells: &[GridCell]) -> TagGroup {
        let mut row = TagGroup::new(Tag::TR);
        for &(column, x) in &place.columns {
            let Some(GridCell { lines, level, role }) = cells.get(column) else { continue };
            let is_field = place.grid.headings.is_none();
            let strong = *role == Role::Total || *level == Level::Warning || (is_field && *role == Role::Value);
            let face = if strong { &self.faces.strong } else { &self.faces.regular };
            let colour = match (pair(*level), role) {
                (Some(Pair { text, .. }), _) => text,
                (None, Role::Label) => LIGHT.soft,
                (None, _) => LIGHT.text,
            };
            let node = self.lines(surface, face, colour, (x, top), place, column, lines);
            match role {
                Role::Label => row.push(TagGroup::with_children(Tag::TH(TableHeaderScope::Row), vec![node])),
                _ => row.push(TagGroup::with_children(Tag::TD, vec![node])),
            }
        }
        row
    }

    /// The lines of a cell. A blank one is there for whoever hears the table, too.
    #[expect(clippy::too_many_arguments, reason = "where, what and how a cell is written")]
    fn lines(
        &self,
        surface: &mut Surface<'_>,
        face: &Face,
        colour: u32,
        (x, top): (f32, f32),
        place: &Place<'_>,
        column: usize,
        lines: &[String],
    ) -> Node {
        let size = place.grid.size;
        tagged(surface, |surface| {
            for (at, line) in lines.iter().enumerate() {
                let base = top + (0.3 + at as f32 * LEADING + ASCENT) * size;
                let x = match place.grid.left[column] {
                    true => x + PADDING * size,
                    false => x + place.grid.text_width(column) - PADDING * size - face.width(line, size),
                };
                write(surface, face, size, colour, (x, base), line);
            }
        })
    }

    fn foot(&self, surface: &mut Surface<'_>, number: usize, count: usize) {
        let (face, base) = (&self.faces.regular, self.paper.height - FOOT_BASE);
        let pages = format!("Page {number} of {count}");
        let width = face.width(&pages, FOOT_SIZE);
        let right = self.paper.width - Paper::MARGIN - width;
        let mut foot = super::lines::lines(&self.foot, face, FOOT_SIZE, self.paper.room() - width - 20.0);
        foot.truncate(1);
        let _ = surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
        for line in foot {
            write(surface, face, FOOT_SIZE, LIGHT.soft, (Paper::MARGIN, base), &line);
        }
        write(surface, face, FOOT_SIZE, LIGHT.soft, (right, base), &pages);
        surface.end_tagged();
    }
}

impl<'g> Place<'g> {
    fn new(grid: &'g Grid, group: usize) -> Place<'g> {
        let mut x = Paper::MARGIN;
        let mut columns = Vec::new();
        for &column in grid.columns.groups.get(group).into_iter().flatten() {
            columns.push((column, x));
            x += grid.columns.widths[column];
        }
        Place { grid, columns, right: x }
    }

    /// What is behind coloured cells.
    fn colours(&self, surface: &mut Surface<'_>, cells: &[GridCell], top: f32, bottom: f32) {
        for &(column, x) in &self.columns {
            if let Some(colours) = cells.get(column).and_then(|cell| pair(cell.level)) {
                let right = x + self.grid.text_width(column);
                fill(surface, colours.fill, Rect::from_ltrb(x, top, right, bottom - HAIRLINE));
            }
        }
    }
}

fn pair(level: Level) -> Option<Pair> {
    match level {
        Level::Normal => None,
        Level::Caution => Some(LIGHT.caution),
        Level::Warning => Some(LIGHT.warning),
    }
}

fn heading_tag(level: u16) -> Tag<krilla::tagging::kind::Hn> {
    Tag::Hn(std::num::NonZeroU16::new(level).unwrap_or(std::num::NonZeroU16::MIN), None)
}

/// Paints what is not read out.
fn decorate(surface: &mut Surface<'_>, paint: impl FnOnce(&mut Surface<'_>)) {
    let _ = surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    paint(surface);
    surface.end_tagged();
}

/// Paints what is read out.
fn tagged(surface: &mut Surface<'_>, paint: impl FnOnce(&mut Surface<'_>)) -> Node {
    let identifier = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
    paint(surface);
    surface.end_tagged();
    identifier.into()
}

fn write(surface: &mut Surface<'_>, face: &Face, size: f32, colour: u32, (x, base): (f32, f32), text: &str) {
    if text.is_empty() {
        return;
    }
    surface.set_fill(Some(filling(colour)));
    surface.draw_glyphs(Point::from_xy(x, base), &face.glyphs(text), face.font.clone(), text, size, false);
}

fn fill(surface: &mut Surface<'_>, colour: u32, rect: Option<Rect>) {
    let path = rect.and_then(|rect| -> Option<Path> {
        let mut path = PathBuilder::new();
        path.push_rect(rect);
        path.finish()
    });
    if let Some(path) = path {
        surface.set_fill(Some(filling(colour)));
        surface.draw_path(&path);
    }
}

fn filling(colour: u32) -> Fill {
    let [_, red, green, blue] = colour.to_be_bytes();
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}
