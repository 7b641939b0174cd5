//! What people type into a report's inputs, turned into numbers, limits and dates.
//!
//! Entries are separated by `;`. A comma separates too, unless the entry with the comma is itself a name.
//! An entry is a number, a name without regard to case, the name of an agent group where agents are meant, or a range
//! `3-9`, which takes in what exists between its ends. Numbers and names must be known; what a range leaves out need not be.
//! Where history is shown, a number need not be known either: whatever the switch has removed still has its past.
//! The forms of days, times and moments are in `days.rs`, `times.rs` and `when.rs`.

use std::collections::{BTreeMap, BTreeSet};

use model::Dictionary;

use crate::days::Days;
use crate::definition::{Definition, InputDef, InputKind, Inputs, ReportKind};
use crate::input_error::InputError;
use crate::times::Times;
use crate::when::When;

/// Name of the input that every report has: further ACDs to put beside the first. Definitions do not list it.
pub const ACDS_INPUT: &str = "acds";

/// The inputs of one run, checked. Equal values mean the same evaluation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Resolved {
    /// Chosen entities by input name.
    pub chosen: BTreeMap<String, Chosen>,
    /// Numbers by input name.
    pub numbers: BTreeMap<String, i64>,
    /// Dates by input name; an optional date left empty has none.
    pub dates: BTreeMap<String, When>,
    /// Days, weeks and months by input name; an optional input left empty has none.
    pub days: BTreeMap<String, Days>,
    /// Times of the day by input name; an optional input left empty has none.
    pub times: BTreeMap<String, Times>,
}

/// Which entities an input means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chosen {
    /// All, also those that come later.
    All,
    /// These numbers.
    These(BTreeSet<String>),
    /// These numbers, and all within ranges that are too wide to name each.
    Within(BTreeSet<String>, Vec<Range>),
}

/// First and last number of a range.
pub type Range = (u64, u64);

/// Numbers of a range of the past that are named one by one, which finds their rows fastest.
const NAMED_MOST: u64 = 10_000;

/// Checks what was typed against the definition and the dictionary.
pub fn resolve_inputs(
    definition: &Definition,
    inputs: &Inputs,
    dictionary: &Dictionary,
) -> Result<Resolved, InputError> {
    resolve_inputs_among(definition, inputs, dictionary, &[])
}

/// Checks what was typed for a run that is still to come: numbers, days and times that mean nothing on any day, and inputs that the
/// report does not have or must have. Which entities there are is not looked at: they come and go until then.
pub fn check_typed(definition: &Definition, inputs: &Inputs) -> Result<(), InputError> {
    refuse_others(definition, inputs)?;
    let nothing = Dictionary::default();
    let known = Known { dictionary: &nothing, others: &[], of_the_past: true };
    for input in &definition.inputs {
        let text = typed(input, inputs)?;
        let mut resolved = Resolved::default();
        if input.kind.entity().is_none() {
            resolve(input, text, known, &mut resolved)?;
        }
        if let Some(range) = resolved.days.values().find_map(Days::always_backwards) {
            return Err(InputError::Backwards { label: input.label.clone(), entry: range.to_string() });
        }
    }
    Ok(())
}

/// The same for one ACD of several: what only another ACD's dictionary knows means nothing here, and is no fault.
pub(crate) fn resolve_inputs_among(
    definition: &Definition,
    inputs: &Inputs,
    dictionary: &Dictionary,
    others: &[&Dictionary],
) -> Result<Resolved, InputError> {
    refuse_others(definition, inputs)?;
    let mut resolved = Resolved::default();
    for input in &definition.inputs {
        let text = typed(input, inputs)?;
        let known = Known { dictionary, others, of_the_past: definition.kind != ReportKind::RealTime };
        resolve(input, text, known, &mut resolved)?;
    }
    Ok(resolved)
}

/// Refuses inputs that the report does not have.
fn refuse_others(definition: &Definition, inputs: &Inputs) -> Result<(), InputError> {
    let Some(name) = inputs.keys().find(|name| definition.input(name).is_none()) else { return Ok(()) };
    let known = definition.inputs.iter().map(|input| input.name.as_str());
    let known = known.chain([ACDS_INPUT]).collect::<Vec<_>>().join(", ");
    Err(InputError::NoSuchInput { name: name.clone(), known })
}

/// What was typed into an input, or what stands for nothing.
fn typed<'a>(input: &'a InputDef, inputs: &'a Inputs) -> Result<&'a str, InputError> {
    let typed = inputs.get(&input.name).map_or("", |typed| typed.trim());
    // Separators alone name nothing, either.
    let is_nothing = |part| part == ';' || char::is_whitespace(part);
    match typed.is_empty() || (input.kind.entity().is_some() && typed.chars().all(is_nothing)) {
        true if input.required => Err(InputError::Missing { label: input.label.clone() }),
        true => Ok(input.default.trim()),
        false => Ok(typed),
    }
}

/// What there is to be named.
#[derive(Clone, Copy)]
struct Known<'a> {
    dictionary: &'a Dictionary,
    /// Those of other ACDs.
    others: &'a [&'a Dictionary],
    /// Whether what is there no longer can be meant, too.
    of_the_past: bool,
}

fn resolve(input: &InputDef, text: &str, known: Known<'_>, into: &mut Resolved) -> Result<(), InputError> {
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
        InputKind::Dates | InputKind::Weeks | InputKind::Months | InputKind::Times if text.is_empty() => {}
        InputKind::Times => {
            let times = Times::parse(text).map_err(|entry| InputError::Times { label, entry })?;
            into.times.insert(input.name.clone(), times);
        }
        _ => {
            if let Some(unit) = input.kind.day_unit() {
                let days = Days::parse(unit, text).map_err(|entry| InputError::Days { label, entry, unit })?;
                into.days.insert(input.name.clone(), days);
            }
            if let Some(kind) = input.kind.entity() {
                let chosen = Entities { input, kind, known }.chosen(text)?;
                into.chosen.insert(input.name.clone(), chosen);
            }
        }
    }
    Ok(())
}

/// One input that names entities of a kind.
struct Entities<'a> {
    input: &'a InputDef,
    kind: model::NameKind,
    known: Known<'a>,
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
        let (mut numbers, mut ranges) = (BTreeSet::new(), Vec::new());
        for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
            self.entry(entry, &mut numbers, &mut ranges)?;
        }
        if !ranges.is_empty() && self.input.many {
            return Ok(Chosen::Within(numbers, ranges));
        }
        // Beside other ACDs, this may be one that has nothing of what was named.
        if numbers.is_empty() && self.known.others.is_empty() {
            return Err(InputError::Missing { label: self.input.label.clone() });
        }
        if numbers.len() > 1 && !self.input.many {
            return Err(only_one());
        }
        Ok(Chosen::These(numbers))
    }

    fn entry(&self, entry: &str, numbers: &mut BTreeSet<String>, ranges: &mut Vec<Range>) -> Result<(), InputError> {
        if self.named(entry, numbers) {
            return Ok(());
        }
        if entry.contains(',') {
            let parts = entry.split(',').map(str::trim).filter(|part| !part.is_empty());
            return parts.into_iter().try_for_each(|part| self.single(part, numbers, ranges));
        }
        self.single(entry, numbers, ranges)
    }

    fn single(&self, entry: &str, numbers: &mut BTreeSet<String>, ranges: &mut Vec<Range>) -> Result<(), InputError> {
        let (label, entry) = (|| self.input.label.clone(), entry.to_owned());
        if self.named(&entry, numbers) {
            return Ok(());
        }
        let Some(range) = range(&entry) else {
            return Err(InputError::Unknown { label: label(), entry });
        };
        if range.0 > range.1 {
            return Err(InputError::Reversed { label: label(), entry });
        }
        let Known { dictionary, others, of_the_past } = self.known;
        numbers.extend(inside(dictionary, self.kind, range).map(str::to_owned));
        // What was removed since has rows there, too.
        if of_the_past {
            match range.1 - range.0 < NAMED_MOST {
                true => numbers.extend((range.0..=range.1).map(|number| number.to_string())),
                false => ranges.push(range),
            }
            return Ok(());
        }
        let everywhere = std::iter::once(&dictionary).chain(others);
        if everywhere.flat_map(|dictionary| inside(dictionary, self.kind, range)).next().is_none() {
            return Err(InputError::EmptyRange { label: label(), entry });
        }
        Ok(())
    }

    /// Takes in what the entry names exactly, by number, by name or as a group; `false` if it names nothing. What only
    /// another ACD knows takes in nothing. Of the past a bare number is taken as it is: who may not read its rows gets none.
    fn named(&self, entry: &str, numbers: &mut BTreeSet<String>) -> bool {
        let Known { dictionary, others, of_the_past } = self.known;
        if let Some(number) = known(dictionary, self.kind, entry) {
            numbers.insert(number.to_owned());
            return true;
        }
        if let Some(agents) = self.group(dictionary, entry) {
            numbers.extend(agents.iter().cloned());
            return true;
        }
        if of_the_past && is_number(entry) {
            numbers.insert(entry.to_owned());
            return true;
        }
        let elsewhere =
            |other: &&Dictionary| known(other, self.kind, entry).is_some() || self.group(other, entry).is_some();
        others.iter().any(elsewhere)
    }

    fn group<'d>(&self, dictionary: &'d Dictionary, entry: &str) -> Option<&'d BTreeSet<String>> {
        dictionary.agent_group(entry).filter(|_| self.kind == model::NameKind::Agent)
    }
}

/// Whether the entry is a number and nothing else, and one that the archive can hold.
fn is_number(entry: &str) -> bool {
    entry.bytes().all(|byte| byte.is_ascii_digit()) && entry.parse::<i64>().is_ok()
}

/// The number that the entry names exactly, by number or by name.
fn known<'a>(dictionary: &'a Dictionary, kind: model::NameKind, entry: &'a str) -> Option<&'a str> {
    if dictionary.contains(kind, entry) { Some(entry) } else { dictionary.number(kind, entry) }
}

/// The numbers that lie in a range.
fn inside(dictionary: &Dictionary, kind: model::NameKind, (low, high): Range) -> impl Iterator<Item = &str> {
    let numbers = dictionary.iter(kind).map(|(number, _)| number);
    numbers.filter(move |number| number.parse().is_ok_and(|number: u64| (low..=high).contains(&number)))
}

fn range(entry: &str) -> Option<Range> {
    let (low, high) = entry.split_once('-')?;
    Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
}
