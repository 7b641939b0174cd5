//! What became of a step that was gone on with.

use api::RestorePlan;
use model::AcdNumber;

/// A restore that a step would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Of one ACD; none for all that the backup has.
    pub acd: Option<AcdNumber>,
    /// What it would do, table by table.
    pub plan: RestorePlan,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The step is done.
    Done(String),
    /// What it waits for is not so yet.
    Waits(String),
    /// It needs a yes to this, and has changed nothing.
    Asks(Vec<Planned>),
    /// A person is to do it and to say so.
    Person(String),
    /// It was tried and not done.
    Failed(String),
}

/// What a step left behind.
#[derive(Default)]
pub(super) struct Acted {
    pub(super) text: String,
    pub(super) label: String,
    pub(super) times: Vec<api::StepTime>,
    /// Not done: what it waits for, what it asks, what a person is to do.
    pub(super) instead: Option<Outcome>,
}

impl Acted {
    pub(super) fn done(text: impl Into<String>) -> Acted {
        Acted { text: text.into(), ..Acted::default() }
    }

    pub(super) fn waits(text: impl Into<String>) -> Acted {
        Acted { instead: Some(Outcome::Waits(text.into())), ..Acted::default() }
    }
}
