//! Worksheets: what the field's guide has people do on both servers after an outage, around a change that needs data collection
//! off, and to carry administration over; step by step, performed or waited for, recorded, and resumed by whoever comes next.
//!
//! What the steps are is plain data ([`plan`](fn@plan)); a [`Pair`] carries them out. The record lies on both servers and nowhere
//! else, so nothing here may keep a state between two steps. Whatever a step needs is looked at anew each time it is done and
//! never believed from the record, so each can be repeated. A wizard that keeps its place on the PC was turned down: whoever takes
//! over at six in the morning sits at another one.

mod acts;
mod carried;
mod judging;
mod leaving;
mod outcome;
mod pair;
mod plan;
mod record;
mod timetables;
mod waits;
mod words;

use client::ClientError;

#[cfg(test)]
pub(crate) use judging::judged;
pub use leaving::left_behind;
pub use outcome::{Outcome, Planned};
pub use pair::{Member, Pair, Side};
pub use plan::{Act, Compared, Confirmation, Scope, Step, StepKey, plan, steps_of};
#[cfg(test)]
pub(crate) use timetables::fate;
#[cfg(test)]
pub(crate) use waits::{is_worth_waiting, latest_clocks, whole_at};
pub use words::{Ending, TIME_FORMAT, advice, ending, of_another_version, recorded_title, sheet_title, step_title};

use crate::twin::HealError;

/// Why a worksheet was not gone on with.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WorksheetError {
    /// A server did not answer, or refused.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// It would be wrong now; the text names what comes first.
    #[error("{0}")]
    Refused(String),
    /// No server could be reached.
    #[error("neither server can be asked: {0}")]
    Nobody(String),
}

/// What is wrong. Whoever reads it knows which server is spoken of, so a refusal goes without the address.
pub(crate) fn in_its_words(error: &ClientError) -> String {
    error.refusal().map_or_else(|| error.to_string(), |body| body.message.clone())
}

/// Why a step was not done.
#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error("{}", in_its_words(.0))]
    Client(#[from] ClientError),
    #[error(transparent)]
    Heal(#[from] HealError),
    #[error("{0}")]
    Not(String),
}
