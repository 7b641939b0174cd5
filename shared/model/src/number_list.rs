//! Lists of numbers as people type them: `1-5;7;20-22`.
//!
//! Entries are parted by `;`, by `,` or by blanks, and a range has a hyphen between its ends. Whoever reads such a list, in the
//! command line, on the desktop or from a task, reads it here, so that the same is meant and refused everywhere. Ranges that
//! are open or run backwards were to be mended silently in earlier readings; now they are refused with their place, because
//! what was meant by `5-3` only the person knows.

/// Most numbers that one range may mean.
pub const RANGE_MAX: u64 = 10_000;
/// Most numbers of one list: no list that a person types has more.
pub const LIST_MAX: usize = 100_000;

/// Why a text is no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} {fault} (letter {at} of the list)")]
pub struct ListFault {
    /// Where the entry at fault begins, counted in letters from 1.
    pub at: usize,
    /// The entry.
    pub text: String,
    /// What is wrong with it.
    pub fault: EntryFault,
}

/// What can be wrong with an entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryFault {
    /// Neither a number nor a range.
    #[error("is no number; write numbers and ranges, such as 1-5;7;20-22")]
    NoNumber,
    /// A range that lacks an end.
    #[error("is an open range; write both ends, as in 1-5")]
    Open,
    /// A range whose second end is below its first.
    #[error("runs backwards; write the lower number first, as in 1-5")]
    Backwards,
    /// A range with more than two ends.
    #[error("has more than two ends; write ranges as 1-5;7-9")]
    Chained,
    /// A range of very many numbers.
    #[error("means more than {RANGE_MAX} numbers; write a shorter range")]
    Long,
    /// With this entry the list becomes too long.
    #[error("makes it more than {LIST_MAX} numbers; write a shorter list")]
    ListLong,
}

/// The numbers that a list means, in its order; none for a list without entries. Numbers stay as they were typed; those of a range
/// are as wide as its first end where that begins with a nought.
///
/// # Errors
/// Names the first entry that is neither a number nor a range.
pub fn number_list(list: &str) -> Result<Vec<String>, ListFault> {
    list_with_words(list, |_| false)
}

/// The same with entries that are words, such as `all` or an agent's name. A word may have blanks and hyphens in it; it ends at
/// `;` or `,`. What has nothing but figures, blanks and hyphens is never a word.
///
/// # Errors
/// As [`number_list`], for what is no word either.
pub fn list_with_words(list: &str, is_word: impl Fn(&str) -> bool) -> Result<Vec<String>, ListFault> {
    let mut found = Vec::new();
    let mut ends = 0;
    for entry in list.split([';', ',']) {
        let at = ends + 1 + (entry.chars().count() - entry.trim_start().chars().count());
        ends += entry.chars().count() + 1;
        let text = entry.trim();
        let is_numeric = text.chars().all(|letter| letter.is_ascii_digit() || letter == '-' || letter.is_whitespace());
        let fault = |fault| ListFault { at, text: text.to_owned(), fault };
        match text {
            "" => {}
            _ if is_numeric => numbers(text, at, &mut found)?,
            _ if is_word(text) => found.push(text.to_owned()),
            _ => return Err(fault(EntryFault::NoNumber)),
        }
        if found.len() > LIST_MAX {
            return Err(fault(EntryFault::ListLong));
        }
    }
    Ok(found)
}

/// A number or a hyphen, and where it stands: in letters for people, in bytes for the text.
struct Token<'a> {
    text: &'a str,
    at: usize,
    begins: usize,
}

/// Takes in numbers and ranges that are parted by blanks. `at` is where the text begins in the list.
fn numbers(text: &str, at: usize, found: &mut Vec<String>) -> Result<(), ListFault> {
    let tokens = tokens(text, at);
    let is_hyphen = |place: usize| tokens.get(place).is_some_and(|token: &Token<'_>| token.text == "-");
    let mut place = 0;
    while place < tokens.len() {
        let first = place;
        let wrong = |last: usize, fault| {
            let (from, to) = (&tokens[first], &tokens[last.min(tokens.len() - 1)]);
            let text = text[from.begins..to.begins + to.text.len()].to_owned();
            Err(ListFault { at: from.at, text, fault })
        };
        let has_end = place + 2 < tokens.len() && !is_hyphen(place + 2);
        match (is_hyphen(place), is_hyphen(place + 1)) {
            (false, false) => {
                found.push(tokens[place].text.to_owned());
                place += 1;
            }
            (false, true) if has_end => {
                if is_hyphen(place + 3) {
                    return wrong(place + 4, EntryFault::Chained);
                }
                if let Err(fault) = range(tokens[place].text, tokens[place + 2].text, found) {
                    return wrong(place + 2, fault);
                }
                place += 3;
            }
            _ => return wrong(place + 1, EntryFault::Open),
        }
    }
    Ok(())
}

fn tokens(text: &str, at: usize) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    for (letters, (begins, letter)) in text.char_indices().enumerate() {
        let here = Token { text: &text[begins..begins + letter.len_utf8()], at: at + letters, begins };
        match tokens.last_mut() {
            _ if letter.is_whitespace() => {}
            Some(number) if letter != '-' && number.text != "-" && number.begins + number.text.len() == begins => {
                number.text = &text[number.begins..=begins];
            }
            _ => tokens.push(here),
        }
    }
    tokens
}

fn range(first: &str, last: &str, found: &mut Vec<String>) -> Result<(), EntryFault> {
    let end = |text: &str| text.parse::<u64>().map_err(|_| EntryFault::Long);
    let (low, high) = (end(first)?, end(last)?);
    match high.checked_sub(low) {
        None => Err(EntryFault::Backwards),
        Some(distance) if distance >= RANGE_MAX => Err(EntryFault::Long),
        Some(_) => {
            let width = if first.starts_with('0') { first.len() } else { 0 };
            found.extend((low..=high).map(|number| format!("{number:0width$}")));
            Ok(())
        }
    }
}
