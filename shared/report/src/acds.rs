//! Reports over several ACDs: whose rows are read, and which ACDs a person means.

use std::collections::BTreeSet;

use model::{AcdNumber, Dictionary, Moment};

use crate::input_error::InputError;
use crate::source::RowSource;

/// One ACD that a report is run over.
#[derive(Clone, Copy)]
pub struct Acd<'a> {
    /// Its number.
    pub number: AcdNumber,
    /// Its name; empty if it has none.
    pub name: &'a str,
    /// Its rows.
    pub source: &'a dyn RowSource,
    /// Its names.
    pub dictionary: &'a Dictionary,
    /// Its clock.
    pub now: Moment,
}

/// The ACDs that a report is to be run over: `first`, then those that the text names by number, name, range or `all`,
/// rising. `known` are those there are, with their names.
pub fn chosen_acds(text: &str, first: AcdNumber, known: &[(AcdNumber, &str)]) -> Result<Vec<AcdNumber>, InputError> {
    let mut named = BTreeSet::new();
    for entry in text.split([';', ',']).map(str::trim).filter(|entry| !entry.is_empty()) {
        if entry.eq_ignore_ascii_case("all") {
            named.extend(known.iter().map(|(number, _)| *number));
            continue;
        }
        let (low, high) = entry.split_once('-').unwrap_or((entry, entry));
        let range = low.trim().parse::<u8>().ok().zip(high.trim().parse::<u8>().ok());
        let is_meant = |number: AcdNumber, name: &str| {
            name.eq_ignore_ascii_case(entry) || range.is_some_and(|(low, high)| (low..=high).contains(&number.0))
        };
        let mut meant = known.iter().filter(|(number, name)| is_meant(*number, name)).peekable();
        if meant.peek().is_none() {
            let known: Vec<String> = known.iter().map(|(number, name)| format!("{number} {name}")).collect();
            return Err(InputError::Acd { entry: entry.to_owned(), known: known.join(", ") });
        }
        named.extend(meant.map(|(number, _)| *number));
    }
    named.remove(&first);
    Ok(std::iter::once(first).chain(named).collect())
}
