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
