//! Texts broken into lines.

use super::face::Face;

/// A little more than fits still fits: sums of widths are not exact.
const SLACK: f32 = 0.01;

/// A text in lines of at most this width: broken behind blanks, hyphens, slashes and the like, and inside words that are
/// wider than a line. At least one line.
pub(super) fn lines(text: &str, face: &Face, size: f32, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in printable(text).split('\n') {
        let mut rest = paragraph;
        loop {
            let end = fitting(rest, face, size, width + SLACK);
            let (line, after) = rest.split_at(end);
            lines.push(if after.is_empty() { line.to_owned() } else { line.trim_end().to_owned() });
            rest = after.trim_start_matches(' ');
            if rest.is_empty() {
                break;
            }
        }
    }
    lines
}

/// How wide a text is in one line, or the widest of its paragraphs.
pub(super) fn width(text: &str, face: &Face, size: f32) -> f32 {
    printable(text).split('\n').map(|paragraph| face.width(paragraph, size)).fold(0.0, f32::max)
}

/// The end of the first line.
fn fitting(text: &str, face: &Face, size: f32, width: f32) -> usize {
    let (mut taken, mut end) = (0.0, 0);
    for (at, letter) in text.char_indices() {
        let after = at + letter.len_utf8();
        taken += face.advance(letter, size);
        if taken > width && letter != ' ' {
            let first = text.chars().next().map_or(0, char::len_utf8);
            return if end > 0 { end } else { at.max(first) };
        }
        if matches!(letter, ' ' | '-' | '/' | ',' | ';' | '_') {
            end = after;
        }
    }
    text.len()
}

/// A text without what only steers how others are drawn; what cannot be printed becomes the mark for that.
fn printable(text: &str) -> String {
    let put = |letter: char| match letter {
        '\n' => Some('\n'),
        '\t' => Some(' '),
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' => None,
        '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\r' => None,
        letter if letter.is_control() => Some('\u{FFFD}'),
        letter => Some(letter),
    };
    text.chars().filter_map(put).collect()
}
