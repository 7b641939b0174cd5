//! What a report that is being designed shows: what is asked of the serving server, and how that stands. What was shown
//! last stays until the next has come, so that a designer sees what a change does.

use std::sync::Arc;

use api::Stamp;
use model::AcdNumber;
use report::{Definition, HouseFormula, Inputs, Sheet};

/// A report as it stands in the designer, to be shown on these data.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewRequest {
    /// Rises with each that is asked for.
    pub number: u64,
    /// The report.
    pub definition: Arc<Definition>,
    /// The ACD.
    pub acd: AcdNumber,
    /// Inputs as typed, by name.
    pub inputs: Inputs,
}

/// What came of a preview.
#[derive(Debug, Clone, PartialEq)]
pub struct Previewed {
    /// Whose data.
    pub stamp: Stamp,
    /// The report.
    pub sheet: Arc<Sheet>,
    /// Calculations and constants of the house that its expressions may name.
    pub house: Vec<HouseFormula>,
}

/// How previews stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PreviewView {
    /// Number of the one that was asked for last.
    pub asked: u64,
    /// Number of the one that came last, and why it was refused if it was.
    pub answered: Option<(u64, Option<String>)>,
    /// What was shown last.
    pub shown: Option<Previewed>,
}

impl PreviewView {
    /// Whether an answer is still waited for.
    pub fn is_asking(&self) -> bool {
        self.answered.as_ref().is_none_or(|(number, _)| *number != self.asked)
    }

    /// Why the last one was refused.
    pub fn refusal(&self) -> Option<&str> {
        self.answered.as_ref().filter(|(number, _)| *number == self.asked)?.1.as_deref()
    }

    /// Takes over what came; what was asked for before is of no use any more.
    pub(crate) fn answer(&mut self, number: u64, result: Result<Previewed, String>) {
        if number != self.asked {
            return;
        }
        let (shown, why) = match result {
            Ok(previewed) => (Some(previewed), None),
            Err(why) => (None, Some(why)),
        };
        self.answered = Some((number, why));
        if shown.is_some() {
            self.shown = shown;
        }
    }
}
