//! Administration pages: what can be asked of the serving server, and what can be changed on it.
//!
//! A page holds what one server told, never a mixture: after a switch-over it is void and asked anew. Keeping it beside that
//! of the other server was turned down: most of what is administered belongs to one server, and an old answer looks like a new one.

use std::sync::Arc;
use std::time::Instant;

use api::{
    AddTimetable, ArchiveStatus, Change, ExceptionLog, ExceptionType, HistoryInterface, ModifyTimetable, RunTimetable,
    ServerExceptions, SetCollection, SetException, SetInterval, SetProfile, SetStorage, SetSummarizing, SetTrace,
    Status, StorageView, Summarize, SwitchHistory, Timetable,
};
use model::AcdNumber;

use crate::profile::Which;
use crate::view::Problem;

/// An administration page of the serving server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Page {
    /// Data collection, links and storage intervals of all ACDs.
    Collection,
    /// The administered call profiles of an ACD.
    Profiles(AcdNumber),
    /// What is archived and summed up of all ACDs.
    Archiving,
    /// How much of an ACD's history is kept, and what it takes.
    Storage(AcdNumber),
    /// The rules for exceptions of an ACD, what was told by them, and the server's own troubles. It is told anew as exceptions
    /// happen.
    Exceptions(AcdNumber),
    /// The agents of an ACD who are traced.
    Traces(AcdNumber),
    /// External Call History on this server.
    HistoryInterface,
    /// The newest administrative changes made on the server; administrators only.
    Changes,
    /// The timetables of all users.
    Timetables,
}

/// What a server told of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum PageData {
    /// Of [`Page::Collection`].
    Collection(Status),
    /// Of [`Page::Profiles`].
    Profiles(Vec<api::Profile>),
    /// Of [`Page::Archiving`].
    Archiving(Vec<ArchiveStatus>),
    /// Of [`Page::Storage`].
    Storage(StorageView),
    /// Of [`Page::Exceptions`].
    Exceptions(ExceptionsData),
    /// Of [`Page::Traces`]: login IDs.
    Traces(Vec<String>),
    /// Of [`Page::HistoryInterface`].
    HistoryInterface(HistoryInterface),
    /// Of [`Page::Changes`], newest first.
    Changes(Vec<Change>),
    /// Of [`Page::Timetables`].
    Timetables(Vec<Timetable>),
}

/// Exceptions of an ACD, and of the server itself.
#[derive(Debug, Clone, PartialEq)]
pub struct ExceptionsData {
    /// The exceptions that this server can watch.
    pub types: Vec<ExceptionType>,
    /// The rules, also those that are off.
    pub rules: Vec<api::Exception>,
    /// The last hundred, oldest first.
    pub log: ExceptionLog,
    /// What troubled the server itself since it started.
    pub troubles: ServerExceptions,
}

impl ExceptionsData {
    /// Most exceptions in the log; the server keeps as many.
    const LOG_MAX: usize = 100;

    /// Takes over what the log has had since.
    pub(crate) fn follow(&mut self, mut news: ExceptionLog) {
        let mut exceptions = std::mem::take(&mut self.log.exceptions);
        // A stream begins with the whole log, and a server that has lost its place tells everything once more.
        news.exceptions.retain(|new| exceptions.iter().all(|known| !is_same(known, new)));
        exceptions.append(&mut news.exceptions);
        exceptions.sort_by_key(|exception| exception.at);
        exceptions.drain(..exceptions.len().saturating_sub(Self::LOG_MAX));
        self.log = ExceptionLog { exceptions, ..news };
    }
}

/// Records are numbered by the kind of thing.
fn is_same(one: &api::LoggedException, other: &api::LoggedException) -> bool {
    (one.number, &one.of, one.at) == (other.number, &other.of, other.at)
}

/// A page as the serving server told it last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PageView {
    /// What it told; kept while it does not answer.
    pub data: Option<Arc<PageData>>,
    /// When it told that.
    pub told_at: Option<Instant>,
    /// Why it does not tell, and since when.
    pub problem: Option<Problem>,
}

impl PageView {
    /// Takes over an answer. Trouble that goes on keeps the time it began.
    pub(crate) fn told(&mut self, result: Result<Arc<PageData>, String>, at: Instant) {
        match result {
            Ok(data) => *self = PageView { data: Some(data), told_at: Some(at), problem: None },
            Err(why) => {
                let since = self.problem.as_ref().map_or(at, |problem| problem.since);
                self.problem = Some(Problem { since, why });
            }
        }
    }
}

/// A change that an administrator wants made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeRequest {
    /// Data collection of an ACD on or off.
    Collection(SetCollection),
    /// The storage interval of an ACD.
    Interval(SetInterval),
    /// The call profile of a split or VDN.
    Profile(SetProfile),
    /// Chosen dates summed up again.
    Summarize(Summarize),
    /// How much is kept of an element or a table of events.
    Storage(SetStorage),
    /// When history is summed up.
    Summarizing(SetSummarizing),
    /// Exceptions on or off, and their limits.
    Exception(SetException),
    /// The trace of an agent on or off.
    Trace(SetTrace),
    /// External Call History on or off.
    History(SwitchHistory),
    /// A new timetable.
    AddTimetable(AddTimetable),
    /// A timetable that there is.
    ModifyTimetable(ModifyTimetable),
    /// A timetable goes.
    DeleteTimetable {
        /// User ID of its owner.
        owner: String,
        /// Its name.
        name: String,
    },
    /// A timetable runs now.
    RunTimetable(RunTimetable),
}

/// How a change stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeState {
    /// The server was asked and has not answered yet.
    Running,
    /// The server's answer.
    Done {
        /// Whether anything is other than before.
        changed: bool,
        /// Its own words: what holds now, from when, what it means for the data.
        text: String,
    },
    /// The server refused it; nothing was changed.
    Refused {
        /// Its own words.
        why: String,
    },
    /// No answer came: it may have been made or not.
    Unknown {
        /// Why there is no answer.
        why: String,
    },
}

/// The last change and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeView {
    /// Rises by one with every change, so that a screen knows which one it has waited for.
    pub number: u64,
    /// Where it was to be made.
    pub which: Which,
    /// What was wanted.
    pub change: ChangeRequest,
    /// How it stands.
    pub state: ChangeState,
}
