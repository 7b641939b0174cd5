//! Worksheets: what people do on both servers in a fixed order, and how far it is. A server keeps the record and does nothing
//! by it: whoever can ask both servers carries the steps out.

use std::fmt;
use std::str::FromStr;

use model::{AcdNumber, Moment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::role::Role;

/// What a worksheet is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WorksheetKind {
    /// The primary was out and is back.
    PrimaryOutage,
    /// The secondary was out and is back.
    SecondaryOutage,
    /// Something is to be changed that needs data collection off, on the one server after the other.
    Collection,
    /// Administration of the primary is to be put onto the secondary.
    Administration,
    /// One that another version began, and this one does not know. Nobody can begin it here.
    #[serde(other)]
    Unknown,
}

impl WorksheetKind {
    /// All that can be begun.
    pub const ALL: [WorksheetKind; 4] = [
        WorksheetKind::PrimaryOutage,
        WorksheetKind::SecondaryOutage,
        WorksheetKind::Collection,
        WorksheetKind::Administration,
    ];

    /// The word that commands use.
    pub fn word(self) -> &'static str {
        match self {
            WorksheetKind::PrimaryOutage => "primary-outage",
            WorksheetKind::SecondaryOutage => "secondary-outage",
            WorksheetKind::Collection => "collection",
            WorksheetKind::Administration => "administration",
            WorksheetKind::Unknown => "unknown",
        }
    }
}

impl fmt::Display for WorksheetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for WorksheetKind {
    type Err = String;

    fn from_str(text: &str) -> Result<WorksheetKind, String> {
        WorksheetKind::ALL.into_iter().find(|kind| kind.word() == text).ok_or_else(|| {
            let words: Vec<&str> = WorksheetKind::ALL.iter().map(|kind| kind.word()).collect();
            format!("{text:?} is no worksheet; there are {}", words.join(", "))
        })
    }
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Nobody has begun it.
    #[default]
    ToDo,
    /// Looked at, and what it waits for is not so yet.
    Waiting,
    /// Tried, and not done; it can be tried again.
    Failed,
    /// What it is for is so.
    Done,
    /// Left out by a person, with a reason.
    Skipped,
}

impl StepState {
    /// Whether the next step may come.
    pub fn is_over(self) -> bool {
        matches!(self, StepState::Done | StepState::Skipped)
    }
}

impl fmt::Display for StepState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            StepState::ToDo => "to do",
            StepState::Waiting => "waiting",
            StepState::Failed => "failed",
            StepState::Done => "done",
            StepState::Skipped => "skipped",
        })
    }
}

/// A time that a step recorded, by the clock of an ACD.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepTime {
    /// What was then, such as `collection off`.
    pub what: String,
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// When, UNIX seconds of the ACD's clock.
    #[schema(value_type = i64)]
    pub at: Moment,
}

/// One step of a worksheet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorksheetStep {
    /// Which, by its word in this kind of worksheet.
    pub step: String,
    /// How far the step is.
    pub state: StepState,
    /// Since when, by the clock of whoever did it.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub at: Option<Moment>,
    /// User ID of who brought it there; empty if nobody has.
    #[serde(default)]
    pub by: String,
    /// What came of it, what it waits for, why it failed or was skipped.
    #[serde(default)]
    pub text: String,
    /// Label of the backup that it made, or of the backup or parcel of which it has shown the plan.
    #[serde(default)]
    pub label: String,
    /// Digests of the plans that it has shown, in their order: a yes is to those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<String>,
    /// Moments that the step recorded, such as when collection was turned off.
    #[serde(default)]
    pub times: Vec<StepTime>,
}

/// That a worksheet is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorksheetEnd {
    /// Whether it was given up before its last step.
    pub abandoned: bool,
    /// When, UNIX seconds.
    #[schema(value_type = i64)]
    pub at: Moment,
    /// User ID of who ended it.
    pub by: String,
    /// Why, if it was given up.
    pub why: String,
}

/// A worksheet as the servers keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Worksheet {
    /// Its name: lower-case letters, digits and `-`, at most 40.
    pub id: String,
    /// What is done by it.
    pub kind: WorksheetKind,
    /// Whether history goes by backup and restore, as in the field's guide, instead of by a heal.
    #[serde(default)]
    pub by_backup: bool,
    /// What is done on this occasion, in the words of whoever began it.
    #[serde(default)]
    pub about: String,
    /// Name of the primary; empty while it has not been reached.
    #[serde(default)]
    pub primary: String,
    /// Name of the secondary; empty while it has not been reached.
    #[serde(default)]
    pub secondary: String,
    /// Rises with every change. Of two records of the same worksheet the higher one holds.
    pub edition: u64,
    /// When it was begun, UNIX seconds.
    #[schema(value_type = i64)]
    pub started_at: Moment,
    /// User ID of who began it.
    pub started_by: String,
    /// When it was changed last, UNIX seconds.
    #[schema(value_type = i64)]
    pub changed_at: Moment,
    /// User ID of who changed it last.
    pub changed_by: String,
    /// That it is over; absent while it goes on.
    #[serde(default)]
    pub end: Option<WorksheetEnd>,
    /// Its steps in the order in which they are done.
    pub steps: Vec<WorksheetStep>,
    /// Why the server that keeps it does not understand all of it: another version wrote it. It is told as far as it is
    /// understood, and stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}

impl Worksheet {
    /// Which step is to be done now; none once the worksheet is over.
    pub fn now(&self) -> Option<usize> {
        match self.end {
            None => self.steps.iter().position(|step| !step.state.is_over()),
            Some(_) => None,
        }
    }

    /// The name that is known of a server.
    pub fn server(&self, role: Role) -> &str {
        match role {
            Role::Primary => &self.primary,
            Role::Secondary => &self.secondary,
        }
    }
}
