//! What people type into a report's inputs, turned into numbers, limits and dates.
//!
//! Entries are separated by `;`. A comma separates too, unless the entry with the comma is itself a name.
//! An entry is a number, a name without regard to case, or a range `3-9`, which takes in what exists
//! between its ends. Numbers and names must be known; what a range leaves out need not be.

use std::collections::{BTreeMap, BTreeSet};

use model::Dictionary;

use crate::definition::{Definition, InputDef, InputKind, Inputs};
use crate::when::When;

/// The inputs of one run, checked. Equal values mean the same evaluation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Resolved {
    /// Chosen entities by input name.
    pub chosen: BTreeMap<String, Chosen>,
    /// Numbers by input name.
    pub numbers: BTreeMap<String, i64>,
    /// Dates by input name; an optional date left empty has none.
    pub dates: BTreeMap<String, When>,
}

/// Which entities an input means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chosen {
    /// All, also those that come later.
    All,
    /// These numbers.
    These(BTreeSet<String>),
}

/// Why an input cannot be used. `label` is the input as people see it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The report has no such input.
    #[error("this report has no input {name:?}; it has {known}")]
    NoSuchInput {
        /// What was given.
        name: String,
        /// What there is.
        known: String,
    },
    /// A required input is empty.
    #[error("{label} must be given")]
    Missing {
        /// Label of the input.
        label: String,
    },
    /// A number or name is not in the dictionary.
    #[error("{label}: {entry:?} is neither a known number nor a known name")]
    Unknown {
        /// Label of the input.
        label: String,
        /// The entry at fault.
        entry: String,
    },
    /// A range runs backwards or takes in nothing.
    #[error("{label}: the range {entry} takes in nothing that exists")]
    EmptyRange {
        /// Label of the input.
        label: String,
        /// The entry at fault.
        entry: String,
    },
    /// The input takes one entry.
    #[error("{label} takes one number or name, not {entry:?}")]
    OnlyOne {
        /// Label of the input.
        label: String,
        /// What was given.
        entry: String,
    },
    /// Not a whole number in range.
    #[error("{label} must be a whole number from {min} to {max}, not {entry:?}")]
    Number {
        /// Label of the input.
        label: String,
        /// What was given.
        entry: String,
        /// Smallest permitted.
        min: i64,
        /// Largest permitted.
        max: i64,
    },
    /// Not a date.
    #[error("{label}: {entry:?} is no date; write 2026-03-29, 2026-03-29 08:30, 08:30, or -1 for yesterday")]
    Date {
        /// Label of the input.
        label: String,
        /// What was given.
        entry: String,
    },
}

/// Checks what was typed against the definition and the dictionary.
pub fn resolve_inputs(
    definition: &Definition,
    inputs: &Inputs,
    dictionary: &Dictionary,
) -> Result<Resolved, InputError> {
    if let Some(name) = inputs.keys().find(|name| definition.input(name).is_none()) {
        let known: Vec<&str> = definition.inputs.iter().map(|input| input.name.as_str()).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(InputError::NoSuchInput { name: name.clone(), known });
    }
    let mut resolved = Resolved::default();
    for input in &definition.inputs {
        let typed = inputs.get(&input.name).map_or("", |typed| typed.trim());
        if typed.is_empty() && input.required {
            return Err(InputError::Missing { label: input.label.clone() });
        }
        let text = if typed.is_empty() { input.default.trim() } else { typed };
        resolve(input, text, dictionary, &mut resolved)?;
    }
    Ok(resolved)
}

fn resolve(input: &InputDef, text: &str, dictionary: &Dictionary, into: &mut Resolved) -> Result<(), InputError> {
    let (label, entry) = (input.label.clone(), text.to_owned());
    match input.kind {
        InputKind::Number { min, max } => {
            let number = text.parse().ok().filter(|number| (min..=max).contains(number));
            let number = number.ok_or(InputError::Number { label, entry, min, max })?;
            into.numbers.insert(input.name.clone(), number);
        }
        InputKind::DateTime if text.is_empty() => {}
        InputKind::DateTime => {
            let when = When::parse(text).ok_or(InputError::Date { label, entry })?;
            into.dates.insert(input.name.clone(), when);
        }
        _ => {
            let kind = input.kind.entity().expect("numbers and dates are handled above");
            let chosen = Entities { input, kind, dictionary }.chosen(text)?;
            into.chosen.insert(input.name.clone(), chosen);
        }
    }
    Ok(())
}

/// One input that names entities of a kind.
struct Entities<'a> {
    input: &'a InputDef,
    kind: model::Kind,
    dictionary: &'a Dictionary,
}

impl Entities<'_> {
    fn chosen(&self, text: &str) -> Result<Chosen, InputError> {
        let only_one = || InputError::OnlyOne { label: self.input.label.clone(), entry: text.to_owned() };
        if text.is_empty() {
            return Ok(Chosen::All);
        }
        if text.eq_ignore_ascii_case("all") {
            return if self.input.many { Ok(Chosen::All) } else { Err(only_one()) };
        }
        let mut numbers = BTreeSet::new();
        for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
            self.entry(entry, &mut numbers)?;
        }
        if numbers.is_empty() {
            return Err(InputError::Missing { label: self.input.label.clone() });
        }
        if numbers.len() > 1 && !self.input.many {
            return Err(only_one());
        }
        Ok(Chosen::These(numbers))
    }

    fn entry(&self, entry: &str, numbers: &mut BTreeSet<String>) -> Result<(), InputError> {
        if let Some(number) = self.known(entry) {
            numbers.insert(number.to_owned());
            return Ok(());
        }
        if entry.contains(',') {
            let parts = entry.split(',').map(str::trim).filter(|part| !part.is_empty());
            return parts.into_iter().try_for_each(|part| self.single(part, numbers));
        }
        self.single(entry, numbers)
    }

    fn single(&self, entry: &str, numbers: &mut BTreeSet<String>) -> Result<(), InputError> {
        let (label, entry) = (|| self.input.label.clone(), entry.to_owned());
        if let Some(number) = self.known(&entry) {
            numbers.insert(number.to_owned());
            return Ok(());
        }
        let Some((low, high)) = range(&entry) else {
            return Err(InputError::Unknown { label: label(), entry });
        };
        let inside = self.dictionary.iter(self.kind).map(|(number, _)| number);
        let inside = inside.filter(|number| number.parse().is_ok_and(|number: u64| (low..=high).contains(&number)));
        let mut inside = inside.map(str::to_owned).peekable();
        if inside.peek().is_none() {
            return Err(InputError::EmptyRange { label: label(), entry });
        }
        numbers.extend(inside);
        Ok(())
    }

    /// The number that the entry names exactly, by number or by name.
    fn known<'a>(&'a self, entry: &'a str) -> Option<&'a str> {
        if self.dictionary.contains(self.kind, entry) {
            return Some(entry);
        }
        self.dictionary.number(self.kind, entry)
    }
}

fn range(entry: &str) -> Option<(u64, u64)> {
    let (low, high) = entry.split_once('-')?;
    Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
}
