//! Lists as people type them (`1;3;5-9;Billing`) and as a picker shows them, kept in step; and how often the report is shown anew.

use std::collections::BTreeSet;

use model::{Dictionary, NameKind};
use report::{Days, Definition, InputDef, InputKind, Inputs, Times, When};
use session::Refresh;

/// Slowest refresh that the server takes.
const SECS_MAX: u32 = 600;
/// Proposed where no seconds are known.
const SECS_PROPOSED: u32 = 5;

/// When a report is run with the inputs that are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// As soon as they are.
    Now,
    /// Again and again, by a timetable: what is typed means other days each time.
    Later,
}

/// One thing that can be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Number or login ID.
    pub number: String,
    /// Name; empty if it has none.
    pub name: String,
}

/// Everything of a kind that has the searched text in its number or name, in the order of the numbers.
pub fn choices(dictionary: &Dictionary, kind: NameKind, search: &str) -> Vec<Choice> {
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
pub fn picked(text: &str, dictionary: &Dictionary, kind: NameKind) -> BTreeSet<String> {
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
pub fn toggled(text: &str, number: &str, dictionary: &Dictionary, kind: NameKind) -> String {
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

/// What an input asks for, and what an empty one means.
pub fn label(input: &InputDef) -> String {
    let chooses_all = input.kind.entity().is_some() || input.kind == InputKind::Times;
    match input.required || !input.default.is_empty() || !chooses_all {
        true => input.label.clone(),
        false => format!("{} (empty: all)", input.label),
    }
}

/// Whether what is typed into an input for days, times or a moment can be one, or what is wrong. Of other inputs the server knows.
pub fn check(input: &InputDef, text: &str) -> Result<(), String> {
    let text = text.trim();
    let days = input.kind.day_unit().and_then(|unit| Days::parse(unit, text).ok());
    if let Some(turned) = days.and_then(|days| days.turned_round()) {
        return Err(format!("{}: the earlier end of a range comes first; type {turned}", input.label));
    }
    let is_right = match (input.kind, input.kind.day_unit()) {
        _ if text.is_empty() => true,
        (_, Some(unit)) => Days::parse(unit, text).is_ok(),
        (InputKind::Times, _) => Times::parse(text).is_ok(),
        (InputKind::DateTime, _) => When::parse(text).is_some(),
        _ => true,
    };
    if is_right { Ok(()) } else { Err(format!("{}: {text:?} is none; typed as {}", input.label, forms(input))) }
}

/// Whether all inputs of a report can be as they are typed, or what is wrong with the first that cannot.
pub fn check_all(inputs: &[InputDef], typed: &Inputs) -> Result<(), String> {
    let text = |input: &InputDef| typed.get(&input.name).map_or("", String::as_str);
    if let Some(missing) = inputs.iter().find(|input| input.required && text(input).trim().is_empty()) {
        return Err(format!("{} is needed", missing.label));
    }
    inputs.iter().try_for_each(|input| check(input, text(input)))
}

/// What stands below an input while it is filled in: how days and moments are typed, and of times of the day, which rows they take in.
pub fn below(definition: &Definition, input: &InputDef, text: &str, interval_minutes: Option<u8>) -> Option<String> {
    let is_of_days = input.kind.day_unit().is_some() || input.kind == InputKind::DateTime;
    match check(input, text) {
        Err(why) => Some(why),
        Ok(()) if is_of_days && !text.trim().is_empty() => Some(forms(input)),
        Ok(()) => taken_in(definition, input, text, interval_minutes),
    }
}

/// Which rows the times of the day that are typed take in; `None` for other inputs. An interval is taken in whole by the minute in
/// which it begins, as in the field, so the last one ends after the time that was typed: when, is told where the length of
/// intervals is known.
pub fn taken_in(definition: &Definition, input: &InputDef, text: &str, interval_minutes: Option<u8>) -> Option<String> {
    if input.kind != InputKind::Times {
        return None;
    }
    let blocks = definition.blocks.iter().filter(|block| block.times.as_ref() == Some(&input.name));
    let tables: Vec<_> = blocks.map(|block| catalog::table(&block.table)).collect();
    let of_intervals = tables.iter().all(|table| table.is_some_and(|table| table.kind == catalog::TableKind::Interval));
    let what = match tables.iter().flatten().any(|table| table.ends_by().is_some()) {
        _ if of_intervals => "Intervals that begin",
        true => "What began or went on",
        false => "What began",
    };
    if text.trim().is_empty() {
        return Some("All times of the day".to_owned());
    }
    let Ok(times) = Times::parse(text) else { return None };
    let ranges: Vec<String> = times.ranges().iter().map(|&range| range_words(range)).collect();
    let chosen = format!("{what} {}", ranges.join(" and "));
    Some(match interval_minutes.filter(|minutes| *minutes > 0) {
        _ if !of_intervals => format!("{chosen}, the last minute too"),
        Some(minutes) => format!("{chosen}; {}", last_words(&times, minutes.into())),
        None => format!("{chosen}, the last one to its end"),
    })
}

fn time_words(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn range_words((first, last): (u16, u16)) -> String {
    let next_day = if last < first { " of the day after" } else { "" };
    match first == last {
        true => format!("at {}", time_words(first)),
        false => format!("from {} to {}{next_day}", time_words(first), time_words(last)),
    }
}

/// When the last interval of each range ends, for intervals of this length.
fn last_words(times: &Times, minutes: u16) -> String {
    let last_end = |&(first, last): &(u16, u16)| {
        let begins = last - last % minutes;
        (last < first || first <= begins).then(|| time_words(begins + minutes))
    };
    let ends: Vec<String> = times.ranges().iter().filter_map(last_end).collect();
    match ends.as_slice() {
        [] => "none does".to_owned(),
        [end] => format!("the last one ends {end}"),
        ends => format!("the last ones end {}", ends.join(" and ")),
    }
}

/// How an input can be filled in, as examples.
pub fn forms(input: &InputDef) -> String {
    match input.kind {
        InputKind::DateTime => "2026-11-23 08:00, 08:00 for today, -1 for yesterday".to_owned(),
        InputKind::Dates => "0 for today, -7:-1, 2026-11-23, 2026-11-01:2026-11-07".to_owned(),
        InputKind::Weeks => "-1 for last week, -4:-1, or a day of it: 2026-11-23".to_owned(),
        InputKind::Months => "-1 for last month, -12:-1, 2026-11".to_owned(),
        InputKind::Times => "08:00-17:30, or 08:00-12:00;13:00-17:30".to_owned(),
        InputKind::Number { min, max } => format!("{min} to {max}"),
        _ if input.many => "Numbers or names: 1;3;5-9".to_owned(),
        _ => "Number or name".to_owned(),
    }
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

    /// What is asked for, if it can be; `least` is the fastest refresh of the report, in seconds.
    pub fn refresh(&self, least: u32) -> Result<Refresh, String> {
        match self.secs.trim().parse() {
            _ if self.as_it_happens && least <= 1 => Ok(Refresh::AsItHappens),
            Ok(secs) if (least..=SECS_MAX).contains(&secs) => Ok(Refresh::Secs(secs)),
            _ => Err(format!("The refresh is a whole number of seconds from {least} to {SECS_MAX}")),
        }
    }
}
