//! Timetables: what a server does by itself, when, in whose name, and on which server.
//!
//! A timetable is administration that is carried to the other server, so it holds nothing that only one of them can know:
//! when it last ran is each server's own affair. Schedule and tasks have a form that people type; it is also the form in
//! which they are kept and travel, so there is one reading and one writing of them. Structures on the wire were turned down:
//! a table of such texts can be read in any database browser, and a task of a newer version survives in an older one.

mod carried;
mod day;
mod schedule;
mod task;

pub use carried::{LAST, NameWork, RestoreWork};
pub use day::Day;
pub use schedule::{MonthDay, Ordinal, Schedule};
pub use task::{AdminSync, ExceptionChange, ExportFile, ExportForm, Task, Work};

use std::fmt;

use crate::id::AcdNumber;

/// A server's number, as it was drawn when the server was set up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(pub String);

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which timetable: names are unique for each owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimetableKey {
    /// User ID of the owner, in whose name the tasks are done.
    pub owner: String,
    /// The name.
    pub name: String,
}

impl fmt::Display for TimetableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "timetable {:?} of {}", self.name, self.owner)
    }
}

/// One timetable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timetable {
    /// Whose it is and what it is called.
    pub key: TimetableKey,
    /// For people.
    pub description: String,
    /// The ACD by whose local time it runs.
    pub acd: AcdNumber,
    /// When it runs.
    pub schedule: Schedule,
    /// On which servers.
    pub scope: RunScope,
    /// What happens when things go wrong.
    pub policy: Policy,
    /// What is done, in order.
    pub tasks: Vec<Task>,
}

/// What happens when things go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policy {
    /// Whether the tasks behind a failing one are done all the same; else it stops the rest.
    pub goes_on: bool,
    /// Whether a run that was missed is made up for, once, as soon as it can be; else it is only reported.
    pub runs_late: bool,
}

impl Timetable {
    /// Most tasks.
    pub const TASKS_MAX: usize = 100;
    /// Longest name, in characters.
    pub const NAME_MAX: usize = 40;
    /// Longest description, in characters.
    pub const DESCRIPTION_MAX: usize = 200;

    /// What is wrong with it; `None` if it can be kept.
    pub fn fault(&self) -> Option<String> {
        let (name, description) = (&self.key.name, &self.description);
        let is_plain = |text: &str| text.trim() == text && !text.chars().any(char::is_control);
        if name.is_empty() || name.chars().count() > Self::NAME_MAX || !is_plain(name) {
            return Some(format!(
                "a timetable's name has 1 to {} characters without blanks at its ends, unlike {name:?}",
                Self::NAME_MAX
            ));
        }
        if description.chars().count() > Self::DESCRIPTION_MAX || !is_plain(description) {
            return Some(format!("a description has at most {} characters in one line", Self::DESCRIPTION_MAX));
        }
        match self.tasks.len() {
            0 => Some("a timetable needs at least one task".to_owned()),
            1..=Self::TASKS_MAX => None,
            many => Some(format!("a timetable has at most {} tasks, not {many}", Self::TASKS_MAX)),
        }
    }
}

/// On which servers a timetable runs. Kept with the timetable and carried with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RunScope {
    /// "Run on this or another CMS server": on every server that has it.
    #[default]
    Anywhere,
    /// "Run only on this CMS server": on the one where that was chosen. A copy on another server lies still.
    Only(ServerId),
}

/// What the foot of a timetable's screen shows on one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownScope {
    /// The line above the boxes.
    pub text: &'static str,
    /// Whether the box [`RunScope::ONLY_HERE`] is ticked.
    pub only_here: bool,
    /// Whether the box [`RunScope::ANYWHERE`] is ticked.
    pub anywhere: bool,
}

impl RunScope {
    /// Label of the box.
    pub const ONLY_HERE: &'static str = "Run only on this CMS server";
    /// Label of the box.
    pub const ANYWHERE: &'static str = "Run on this or another CMS server";

    /// Whether a server runs it.
    pub fn runs_on(&self, server: &ServerId) -> bool {
        match self {
            RunScope::Anywhere => true,
            RunScope::Only(chosen) => chosen == server,
        }
    }

    /// What a server shows of it.
    pub fn shown_on(&self, server: &ServerId) -> ShownScope {
        let (text, only_here, anywhere) = match self {
            RunScope::Anywhere => ("This timetable will run on this or another CMS server", false, true),
            RunScope::Only(chosen) if chosen == server => {
                ("This timetable will run only on this CMS server", true, false)
            }
            RunScope::Only(_) => ("This timetable will not run on this CMS server", false, false),
        };
        ShownScope { text, only_here, anywhere }
    }
}

/// The line of a box and its label, as a terminal shows it.
pub fn box_line(ticked: bool, label: &str) -> String {
    format!("<{}> {label}", if ticked { 'X' } else { ' ' })
}
