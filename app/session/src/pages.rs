//! Administration pages: what can be asked of the serving server, and what can be changed on it.
//!
//! A page holds what one server told, never a mixture: after a switch-over it is void and asked anew. Keeping it beside that
//! of the other server was turned down: most of what is administered belongs to one server, and an old answer looks like a new one.

use std::sync::Arc;
use std::time::Instant;

use api::{AddTimetable, ModifyTimetable, RunTimetable, Timetable};
use api::{Change, SetCollection, SetInterval, SetProfile, Status};
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
    /// Of [`Page::Changes`], newest first.
    Changes(Vec<Change>),
    /// Of [`Page::Timetables`].
    Timetables(Vec<Timetable>),
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
