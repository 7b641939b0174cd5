//! Lists as people type them (`1;3;5-9;Billing`) and as a picker shows them, kept in step; and how often the report is shown anew.

use std::collections::BTreeSet;

use model::{Dictionary, Kind};
use session::Refresh;

/// Slowest refresh that the server takes.
const SECS_MAX: u32 = 600;
/// Proposed where no seconds are known.
const SECS_PROPOSED: u32 = 5;

/// One thing that can be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Number or login ID.
    pub number: String,
    /// Name; empty if it has none.
    pub name: String,
}

/// Everything of a kind that has the searched text in its number or name, in the order of the numbers.
pub fn choices(dictionary: &Dictionary, kind: Kind, search: &str) -> Vec<Choice> {
    let search = search.trim().to_lowercase();
    let mut choices: Vec<Choice> = dictionary
        .iter(kind)
        .filter(|(number, name)| number.contains(&search) || name.to_lowercase().contains(&search))
        .map(|(number, name)| Choice { number: number.to_owned(), name: name.to_owned() })
        .collect();
    choices.sort_by_key(|choice| (choice.number.parse::<u64>().unwrap_or(u64::MAX), choice.number.clone()));
    choices
}

/// The numbers that a list means. `all` and an empty list mean none in particular.
pub fn picked(text: &str, dictionary: &Dictionary, kind: Kind) -> BTreeSet<String> {
    let mut picked = BTreeSet::new();
    for part in parts(text) {
        if let Some((low, high)) = range(part) {
            let inside = dictionary.iter(kind).map(|(number, _)| number).filter(|number| is_inside(number, low, high));
            picked.extend(inside.map(str::to_owned));
        } else if let Some(number) = dictionary.number(kind, part) {
            picked.insert(number.to_owned());
        } else {
            picked.insert(part.to_owned());
        }
    }
    picked
}

/// The list with a number taken in, or taken out if it was in. A range it is taken out of becomes the
/// numbers that are left of it.
pub fn toggled(text: &str, number: &str, dictionary: &Dictionary, kind: Kind) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut was_in = false;
    for part in parts(text) {
        match range(part) {
            Some((low, high)) if is_inside(number, low, high) => {
                was_in = true;
                let mut left: Vec<u64> = dictionary
                    .iter(kind)
                    .map(|(known, _)| known)
                    .filter(|&known| known != number && is_inside(known, low, high))
                    .filter_map(|known| known.parse().ok())
                    .collect();
                left.sort_unstable();
                kept.extend(left.iter().map(u64::to_string));
            }
            None if part == number || dictionary.number(kind, part) == Some(number) => was_in = true,
            _ if part.eq_ignore_ascii_case("all") => {}
            _ => kept.push(part.to_owned()),
        }
    }
    if !was_in {
        kept.push(number.to_owned());
    }
    kept.join(";")
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', ',']).map(str::trim).filter(|part| !part.is_empty())
}

fn range(part: &str) -> Option<(u64, u64)> {
    let (low, high) = part.split_once('-')?;
    let bounds = (low.trim().parse().ok()?, high.trim().parse().ok()?);
    (bounds.0 <= bounds.1).then_some(bounds)
}

fn is_inside(number: &str, low: u64, high: u64) -> bool {
    number.parse().is_ok_and(|number: u64| (low..=high).contains(&number))
}

/// The refresh as the dialog holds it: which way, and the seconds as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// Whether each change is shown at once.
    pub as_it_happens: bool,
    /// Seconds between two refreshes, as typed; kept while they do not count.
    pub secs: String,
}

impl Pace {
    /// What a dialog begins with. Seconds outside of 1 to 600 are moved to the next that can be.
    pub fn of(refresh: Refresh) -> Pace {
        let secs = match refresh {
            Refresh::Secs(secs) => secs.clamp(1, SECS_MAX),
            Refresh::Once | Refresh::AsItHappens => SECS_PROPOSED,
        };
        Pace { as_it_happens: refresh == Refresh::AsItHappens, secs: secs.to_string() }
    }

    /// What is asked for, if it can be.
    pub fn refresh(&self) -> Result<Refresh, &'static str> {
        match self.secs.trim().parse() {
            _ if self.as_it_happens => Ok(Refresh::AsItHappens),
            Ok(secs @ 1..=SECS_MAX) => Ok(Refresh::Secs(secs)),
            _ => Err("The refresh is a whole number of seconds from 1 to 600"),
        }
    }
}
