//! The weights of the bundled font: which glyph a letter has, and how wide it is.
//!
//! Each letter is a glyph of its own, from left to right. Letters that the font lacks are its box for missing ones; what they are
//! stays in the file, for whoever copies or searches the text.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};

use crate::font;

/// Letters below this are looked up once.
const COMMON: u32 = 0x500;

/// Regular and strong text.
pub(super) struct Faces {
    pub(super) regular: Face,
    pub(super) strong: Face,
}

/// One weight.
pub(super) struct Face {
    pub(super) font: Font,
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    em: f32,
    /// Glyph and advance of the first letters of Unicode.
    common: Vec<(u32, f32)>,
}

impl Faces {
    /// `None` if the font's files are no fonts.
    pub(super) fn new() -> Option<Faces> {
        Some(Faces { regular: Face::new(font::REGULAR)?, strong: Face::new(font::SEMIBOLD)? })
    }
}

impl Face {
    fn new(bytes: &'static [u8]) -> Option<Face> {
        let font = Font::new(bytes.into(), 0)?;
        let reference = FontRef::new(bytes).ok()?;
        let metrics = reference.glyph_metrics(Size::unscaled(), LocationRef::default());
        let em = font.units_per_em();
        let mut face = Face { font, charmap: reference.charmap(), metrics, em, common: Vec::new() };
        face.common = (0..COMMON).map(|code| face.look_up(char::from_u32(code).unwrap_or_default())).collect();
        Some(face)
    }

    fn look_up(&self, letter: char) -> (u32, f32) {
        let glyph = self.charmap.map(letter).unwrap_or_default();
        (glyph.to_u32(), self.metrics.advance_width(glyph).unwrap_or_default() / self.em)
    }

    /// Glyph and advance of a letter, the latter in parts of the text's size.
    fn glyph(&self, letter: char) -> (u32, f32) {
        match self.common.get(letter as usize) {
            Some(known) => *known,
            None => self.look_up(letter),
        }
    }

    /// How wide a letter is.
    pub(super) fn advance(&self, letter: char, size: f32) -> f32 {
        self.glyph(letter).1 * size
    }

    /// How wide a text is in one line.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.glyph(letter).1).sum::<f32>() * size
    }

    /// The glyphs of a line. Where letters are missing, all of them stand together for the whole text: one box stands for many
    /// letters, and a reader would keep none of them.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let has_all = text.chars().all(|letter| self.glyph(letter).0 != 0);
        let glyph = |(at, letter): (usize, char)| {
            let (glyph, advance) = self.glyph(letter);
            let range = if has_all { at..at + letter.len_utf8() } else { 0..text.len() };
            KrillaGlyph::new(GlyphId::new(glyph), advance, 0.0, 0.0, 0.0, range, None)
        };
        text.char_indices().map(glyph).collect()
    }
}
