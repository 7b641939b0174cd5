//! Which slip in an input may have left a block of the past without rows.
//!
//! It may as well have been a quiet time that was asked for rightly. So this stands apart from what a block's rows lack: people
//! read it, and nobody is warned by it.

use std::collections::BTreeSet;

use catalog::TableKind;
use model::words::and_more;
use model::{Dictionary, NameKind};

use crate::acds::Acd;
use crate::definition::{Definition, ReportKind};
use crate::inputs::{Chosen, Range, Resolved};
use crate::plan::Plan;
use crate::run_error::RunError;
use crate::source::Filter;
use crate::window::Window;

/// So many numbers are told.
const TOLD: usize = 3;

/// A block without rows, and what was asked of it.
pub(crate) struct Slips<'a> {
    pub definition: &'a Definition,
    pub plan: &'a Plan<'a>,
    pub acds: &'a [Acd<'a>],
    /// One for each ACD.
    pub inputs: &'a [Resolved],
    /// Whether the person may not see all that was asked for.
    pub is_partial: bool,
}

impl Slips<'_> {
    /// What may be a slip, in sentences; empty if nothing is.
    pub fn told(&self) -> Result<String, RunError> {
        if self.definition.kind == ReportKind::RealTime {
            return Ok(String::new());
        }
        let mut told = self.unknown();
        if self.plan.program.table.kind == TableKind::Interval && !self.plan.since {
            told.extend(match self.between_intervals() {
                Some(told) => Some(told),
                None => self.without_data()?,
            });
        }
        Ok(told.join(". "))
    }

    /// Of which inputs nothing that was named is known.
    fn unknown(&self) -> Vec<String> {
        let inputs: BTreeSet<&str> = self.plan.block.filter.iter().map(|key| key.input.as_str()).collect();
        let of_input = |input| {
            let kind = self.definition.input(input)?.kind.entity()?;
            let (mut numbers, mut ranges) = (BTreeSet::new(), BTreeSet::new());
            for resolved in self.inputs {
                match resolved.chosen.get(input)? {
                    Chosen::All => return None,
                    Chosen::These(these) => numbers.extend(these),
                    Chosen::Within(these, within) => {
                        numbers.extend(these);
                        ranges.extend(within);
                    }
                }
            }
            let is_known = |acd: &Acd<'_>| {
                let mut numbers = numbers.iter();
                numbers.any(|number| knows(acd.dictionary, kind, number)) || holds_any(acd.dictionary, kind, &ranges)
            };
            // Where nothing of a kind is named at all, the switch does not tell it.
            let tells = self.acds.iter().any(|acd| acd.dictionary.iter(kind).next().is_some());
            (tells && !self.acds.iter().any(is_known)).then(|| self.unknown_words(kind, &numbers, &ranges))
        };
        inputs.into_iter().filter_map(of_input).collect()
    }

    fn unknown_words(&self, kind: NameKind, numbers: &BTreeSet<&String>, ranges: &BTreeSet<&Range>) -> String {
        let numbers = numbers.iter().map(|number| (*number).clone());
        let told: Vec<String> = numbers.chain(ranges.iter().map(|(low, high)| format!("{low}-{high}"))).collect();
        let seen = if self.is_partial { " that you may see" } else { "" };
        let numbers = if told.len() == 1 { "the number" } else { "any of the numbers" };
        format!("No {}{seen} has {numbers} {}", kind.noun(), and_more(&told, TOLD))
    }

    /// That no interval begins within the times of the day.
    fn between_intervals(&self) -> Option<String> {
        let input = self.plan.block.times.as_ref()?;
        let times = self.inputs.first()?.times.get(input)?;
        let mut lengths = BTreeSet::new();
        for acd in self.acds {
            lengths.insert(u16::from(u8::from(acd.source.calendar()?.interval)));
        }
        // A range past midnight holds midnight, when one begins in any case.
        let holds =
            |length: u16| times.ranges().iter().any(|(first, last)| last < first || last / length * length >= *first);
        if lengths.iter().any(|length| holds(*length)) {
            return None;
        }
        let lengths: Vec<String> = lengths.iter().map(ToString::to_string).collect();
        Some(format!(
            "No interval begins in {times}: one begins every {} minutes, from midnight on",
            lengths.join(" or ")
        ))
    }

    /// That there is no interval of the time, whoever is asked for.
    fn without_data(&self) -> Result<Option<String>, RunError> {
        for (acd, inputs) in self.acds.iter().zip(self.inputs) {
            let window = Window::new(self.definition, self.plan.block, inputs, acd)?;
            for Filter { from, to, .. } in window.filters(&Filter::default(), self.plan.program.table) {
                if acd.source.has_intervals(from, to)? {
                    return Ok(None);
                }
            }
        }
        Ok(Some("There are no data of this time".to_owned()))
    }
}

/// Whether a number is known, be it of something that was taken out.
fn knows(dictionary: &Dictionary, kind: NameKind, number: &str) -> bool {
    dictionary.contains(kind, number) || dictionary.name(kind, number).is_some()
}

fn holds_any(dictionary: &Dictionary, kind: NameKind, ranges: &BTreeSet<&Range>) -> bool {
    let mut numbers = dictionary.iter(kind).filter_map(|(number, _)| number.parse::<u64>().ok());
    !ranges.is_empty() && numbers.any(|number| ranges.iter().any(|(low, high)| (*low..=*high).contains(&number)))
}
