//! What stands above a sheet: whose data, of when, and what was asked for.

use api::Stamp;
use model::{AcdNumber, Calendar, Moment};
use report::{ACDS_INPUT, Definition, Inputs, Sheet};

/// Whose data a document holds, and what was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// Each with its label: the ACDs, the server, the inputs as typed.
    facts: Vec<(String, String)>,
    /// What is to be known of all of it before it is believed.
    notes: Vec<String>,
    zone: String,
    calendar: Option<Calendar>,
}

impl Head {
    /// The head of what came with a stamp. `further` are ACDs beside the first, `inputs` what was typed, each with its label.
    pub fn new(stamp: &Stamp, further: &[AcdNumber], inputs: Vec<(String, String)>) -> Head {
        let beside = further.iter().filter(|acd| **acd != stamp.acd);
        let acds = beside.fold(stamp.acd.to_string(), |text, acd| format!("{text}, {acd}"));
        let mut facts =
            vec![("ACD".to_owned(), acds), ("Server".to_owned(), format!("{} ({})", stamp.server, stamp.role))];
        facts.extend(inputs.into_iter().filter(|(_, typed)| !typed.trim().is_empty()));
        let incomplete = stamp.incomplete.then(|| "The running interval lacks data".to_owned());
        let stale = stamp.stale_line().map(|line| capitalised(&line));
        // Without a calendar, moments are in UTC, and the zone says so.
        let calendar = Calendar::of_zone(&stamp.zone);
        let zone = calendar.as_ref().map_or_else(|| "UTC".to_owned(), |_| stamp.zone.clone());
        Head { facts, notes: stale.into_iter().chain(incomplete).collect(), zone, calendar }
    }

    pub(crate) fn calendar(&self) -> Option<&Calendar> {
        self.calendar.as_ref()
    }

    pub(crate) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Each with its label, the time first.
    pub(crate) fn facts(&self, sheet: &Sheet) -> Vec<(String, String)> {
        let mut facts = vec![("Time".to_owned(), format!("{} {}", self.second(sheet.at), self.zone))];
        facts.extend(self.facts.iter().cloned());
        facts
    }

    /// Date and time by the ACD's clock.
    pub(crate) fn second(&self, at: Moment) -> String {
        const SECOND: &str = "%Y-%m-%d %H:%M:%S";
        match &self.calendar {
            Some(calendar) => calendar.local_text(at, SECOND),
            None => at.to_string(),
        }
    }
}

/// What was typed into a report's inputs, with the labels that people see where its definition is known, in the order of the
/// report.
pub fn labelled(definition: Option<&Definition>, inputs: &Inputs) -> Vec<(String, String)> {
    let known = definition.into_iter().flat_map(|definition| &definition.inputs);
    let known = known.filter_map(|input| Some((input.label.clone(), inputs.get(&input.name)?.clone())));
    let others = inputs.iter().filter(|(name, _)| definition.is_none_or(|known| known.input(name).is_none()));
    let other = |name: &String| if name == ACDS_INPUT { "Further ACDs".to_owned() } else { name.clone() };
    known.chain(others.map(|(name, typed)| (other(name), typed.clone()))).collect()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
