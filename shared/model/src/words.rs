//! Words as a shell parts them: blanks part, quotes hold together. Tasks and steps are typed and kept so. And numbers of things
//! in sentences.

use std::fmt;

/// So many things, as sentences have it: `1 row`, `2 rows`.
pub fn counted<N: fmt::Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> String {
    let noun = if count == N::from(1) { one } else { many };
    format!("{count} {noun}")
}

/// The first `most` of many things, and how many more there are: `a, b and 3 more`.
pub fn and_more<T: AsRef<str>>(things: &[T], most: usize) -> String {
    let (told, rest) = things.split_at(most.min(things.len()));
    let told = told.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    match (told.is_empty(), rest.len()) {
        (_, 0) => told,
        (true, more) => format!("{more} more"),
        (false, more) => format!("{told} and {more} more"),
    }
}

/// The words of a text.
///
/// # Errors
/// If a quote is not closed.
pub fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in text.chars() {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => word.get_or_insert_default().push(letter),
            None if letter == '"' || letter == '\'' => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(letter),
        }
    }
    match quote {
        Some(open) => Err(format!("the quote {open} is not closed in {text:?}")),
        None => {
            words.extend(word);
            Ok(words)
        }
    }
}

/// A word so that [`words`] reads it as one.
pub fn quoted(word: &str) -> String {
    let is_plain = |letter: char| !letter.is_whitespace() && letter != '"' && letter != '\'';
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("\"{}\"", word.replace('"', "\"'\"'\""))
}
