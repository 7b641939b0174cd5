//! Names of worksheets: short, without what spreadsheets refuse, and each once.

use std::collections::BTreeSet;

/// Most characters of a name; counted as UTF-16 does.
const NAME_MAX: usize = 31;
/// Names that spreadsheets keep for themselves.
const KEPT: &str = "history";

/// The names that were given already.
#[derive(Default)]
pub(super) struct SheetNames(BTreeSet<String>);

impl SheetNames {
    /// A name for a block of this title.
    pub(super) fn name(&mut self, title: &str) -> String {
        let put = |letter: char| if letter.is_control() || "[]:*?/\\".contains(letter) { '-' } else { letter };
        let plain: String = without_time(title).chars().map(put).collect();
        let plain = plain.trim_matches([' ', '\'']);
        let plain = if plain.is_empty() { "Report" } else { plain };
        let numbered = (1..).map(|number| match number {
            1 => cut(plain, NAME_MAX),
            _ => {
                let end = format!(" {number}");
                cut(plain, NAME_MAX - end.len()) + &end
            }
        });
        let mut free = numbered.filter(|name| name.to_lowercase() != KEPT && !self.0.contains(&name.to_lowercase()));
        let name = free.next().unwrap_or_default();
        self.0.insert(name.to_lowercase());
        name
    }
}

/// The title without the time behind its colon where it is too long with it.
fn without_time(title: &str) -> &str {
    match title.rsplit_once(": ") {
        Some((what, _)) if title.encode_utf16().count() > NAME_MAX => what,
        _ => title,
    }
}

/// So much of it as fits: whole words, since half a date is taken for another one.
fn cut(text: &str, most: usize) -> String {
    let mut taken = 0;
    let fits = |(_, letter): &(usize, char)| {
        taken += letter.len_utf16();
        taken <= most
    };
    let end = text.char_indices().take_while(fits).last().map_or(0, |(at, letter)| at + letter.len_utf8());
    let whole = match text[end..].chars().next() {
        None | Some(' ') => end,
        Some(_) => text[..end].rfind(' ').unwrap_or(end),
    };
    text[..whole].trim_end_matches([' ', '\'']).to_owned()
}
