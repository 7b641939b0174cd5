//! States that a notice can be about. What ends them is told anyway: see `applying/over.rs`.

use model::AcdNumber;

use crate::profile::Which;

/// A state that a notice is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lasting {
    /// A server lets one administrator alone in.
    SingleUser(Which),
    /// A server was not signed in to.
    SignedOut(Which),
    /// The reports could not be moved to a server.
    NotMoved(Which),
    /// Something that the serving server was asked for has not come.
    Missing(Asked),
    /// A copy is under way, and another one waits for its end.
    Copying,
    /// A change is under way, and another one waits for its end.
    Changing,
    /// A backup or restore is followed, and another one waits for its end.
    Job,
}

/// What the serving server is asked for once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The report list.
    Library,
    /// The user's shortcuts.
    Shortcuts,
    /// The names of an ACD.
    Names(AcdNumber),
    /// The definition of the report at a path.
    Definition(String),
}

impl Asked {
    /// As the beginning of a sentence.
    pub(crate) fn words(&self) -> String {
        match self {
            Asked::Library => "The report list".to_owned(),
            Asked::Shortcuts => "The shortcuts".to_owned(),
            Asked::Names(acd) => format!("The names of ACD {acd}"),
            Asked::Definition(path) => format!("The inputs of {path}"),
        }
    }
}
