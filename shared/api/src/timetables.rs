//! Timetables: what a server does by itself, when, and on which server.
//!
//! Schedules and tasks travel as people type them, so that scripts read and write what they see.

use model::{AcdNumber, Moment, RunStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimetableTask {
    /// The ACD it is about.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// What is done, such as `report "Split/Skill Summary Daily" to splits-{date}.csv dates=-1`.
    pub task: String,
}

/// What happens to the tasks behind one that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AfterFailure {
    /// They are not done, and the run has failed.
    Stop,
    /// They are done all the same.
    GoOn,
}

/// What happens when the server was down, or not allowed to, when a timetable was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AfterMissing {
    /// It is reported in the maintenance error log.
    Report,
    /// It is reported, and the timetable runs once as soon as it can.
    RunLate,
}

/// On which servers a timetable is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunOn {
    /// "Run only on this CMS server": on the one that is asked for it.
    ThisServer,
    /// "Run on this or another CMS server".
    ThisOrAnother,
}

/// A timetable as one server shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Timetable {
    /// User ID of the owner, in whose name the tasks are done.
    pub owner: String,
    /// Its name, unique for the owner.
    pub name: String,
    /// What it is for, in one line for people; empty if nobody said.
    pub description: String,
    /// The ACD by whose local time it runs.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// When it runs, such as `daily 00:45`.
    pub schedule: String,
    /// The line above the two boxes.
    pub run_text: String,
    /// The ticked box; absent if neither is: a copy that lies still on this server.
    pub run_on: Option<RunOn>,
    /// What happens to the tasks behind one that fails.
    pub after_failure: AfterFailure,
    /// What happens when a run was missed.
    pub after_missing: AfterMissing,
    /// What is done, in order.
    pub tasks: Vec<TimetableTask>,
    /// When it is due next on this server, UNIX seconds; absent if it is not.
    #[schema(value_type = Option<i64>)]
    pub next_at: Option<Moment>,
    /// Time zone of its ACD; empty if this server has no such ACD.
    pub zone: String,
    /// When it last began on this server; while it waits for others to end, when it was due.
    #[schema(value_type = Option<i64>)]
    pub started_at: Option<Moment>,
    /// When that run ended; absent while it goes on.
    #[schema(value_type = Option<i64>)]
    pub ended_at: Option<Moment>,
    /// How that run stands: `waiting` for others to end, `running`, `done`, `failed` or `interrupted`; absent before the first.
    #[schema(value_type = Option<String>)]
    pub outcome: Option<RunStatus>,
    /// The outcome in words; before the end, what the run or its task waits for, if it does.
    pub outcome_text: String,
    /// Why it cannot run, for people; empty if it can.
    #[serde(default)]
    pub unusable: String,
    /// When it was last changed, UNIX seconds of the server's clock.
    #[schema(value_type = i64)]
    pub changed_at: Moment,
    /// User ID of who changed it.
    pub changed_by: String,
    /// Whether whoever asks may change it.
    pub may_change: bool,
    /// What the last global edit of its owner's timetables did to it; absent if that did nothing to it, or was undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub global_edit: Option<GloballyEdited>,
}

/// What a global edit did to a timetable, and what undoing it would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GloballyEdited {
    /// When, UNIX seconds of the server's clock.
    #[schema(value_type = i64)]
    pub at: Moment,
    /// User ID of who made it.
    pub by: String,
    /// The box that was ticked before; absent if it did not run on this server.
    pub was: Option<RunOn>,
    /// Whether undoing the edit would put that back; one that was changed since stays as it is.
    pub can_be_undone: bool,
}

/// Adds a timetable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddTimetable {
    /// User ID of the owner; whoever asks if left out. Another's only by administrators.
    #[serde(default)]
    pub owner: Option<String>,
    /// Its name, which the owner has given to no other timetable.
    pub name: String,
    /// What it is for, at most 200 characters in one line.
    #[serde(default)]
    pub description: String,
    /// The ACD by whose local time it runs.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// When it runs, such as `daily 00:45`.
    pub schedule: String,
    /// On which servers; this or another if left out.
    #[serde(default)]
    pub run_on: Option<RunOn>,
    /// What happens to the tasks behind one that fails; they are not done if left out.
    #[serde(default)]
    pub after_failure: Option<AfterFailure>,
    /// What happens when a run was missed; it is reported if left out.
    #[serde(default)]
    pub after_missing: Option<AfterMissing>,
    /// What is done, in order.
    pub tasks: Vec<TimetableTask>,
}

/// Changes a timetable; what is left out stays as it is, but a copy that lies still needs one of the boxes to be revived.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModifyTimetable {
    /// User ID of the owner; whoever asks if left out.
    #[serde(default)]
    pub owner: Option<String>,
    /// The name that it has.
    pub name: String,
    /// Its new name, which the owner has given to no other timetable. How it ran, and what a global edit of it is undone to, stay with
    /// it; on another server a copy under the new name begins anew.
    #[serde(default)]
    pub rename: Option<String>,
    /// What it is for, at most 200 characters in one line.
    #[serde(default)]
    pub description: Option<String>,
    /// When it runs, such as `daily 00:45`.
    #[serde(default)]
    pub schedule: Option<String>,
    /// On which servers it is to run.
    #[serde(default)]
    pub run_on: Option<RunOn>,
    /// What happens to the tasks behind one that fails.
    #[serde(default)]
    pub after_failure: Option<AfterFailure>,
    /// What happens when a run was missed.
    #[serde(default)]
    pub after_missing: Option<AfterMissing>,
    /// Other tasks instead of all that there are.
    #[serde(default)]
    pub tasks: Option<Vec<TimetableTask>>,
    /// Tasks to be deleted, by their place from 1 on.
    #[serde(default)]
    pub delete_tasks: Vec<u32>,
    /// Tasks to be added behind the others.
    #[serde(default)]
    pub add_tasks: Vec<TimetableTask>,
}

/// Runs a timetable now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunTimetable {
    /// User ID of the owner; whoever asks if left out.
    #[serde(default)]
    pub owner: Option<String>,
    /// Name of the timetable.
    pub name: String,
}

/// Says on which servers all timetables of a user ID run, at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GlobalEdit {
    /// The user ID; whoever asks if left out. Another's only by `cms`.
    #[serde(default)]
    pub owner: Option<String>,
    /// On which servers all of them are to run.
    pub run_on: RunOn,
}

/// Undoes the last global edit of a user ID's timetables on this server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoGlobalEdit {
    /// The user ID; whoever asks if left out. Another's only by `cms`.
    #[serde(default)]
    pub owner: Option<String>,
}
