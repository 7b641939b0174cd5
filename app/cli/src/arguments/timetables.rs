//! The forms of `cms timetable`.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use model::AcdNumber;

use super::Owned;

/// What can be typed as schedule and as task.
const TYPED_FORMS: &str = "\
Schedules, by the local time of the ACD:
  daily 00:45                weekly mon,fri 06:00       weekly mon-fri 06:00
  monthly 15 06:00           monthly last 23:00         monthly last fri 23:00     monthly second tue 06:00
  hourly :15                 once 2026-12-01 10:00

Tasks; `acd N` before one makes it another ACD's:
  report \"Split/Skill Summary Daily\" to splits-{date}.csv splits=1;3 dates=-1     (.csv, .xlsx, .html, .pdf, .json or .txt)
  summarize daily|weekly|monthly -7 -1
  exception on|off split 1,2 time-in-queue limit=60 threshold=3
  collection on|off
  call-history on|off
  backup local,system,acd,historical                          (also: tables=A,B in their place, incremental this-acd device=NAME)
  admin-sync system,acd                                       (also: tables=A,B conflicts=keep|replace|refuse history)
  error-log to errors-{date}.txt                              (the maintenance error log; .csv, .json or .txt)
  print \"Split/Skill Summary Daily\" splits=1;3 dates=-1           (by the printer that cms.toml names)
  restore LABEL|last|CMS-A/last historical                       (also: tables=split_pro,synonyms this-acd device=NAME)
  name splits 3 Billing description=\"By night\"                   (also: take-over; `unname splits 3` takes it away)
  image device=NAME                                             (of the whole server; the first device if none is named)
  script PROGRAM ARGUMENT…                                    (if cms.toml names a folder of scripts)";

#[derive(Debug, Subcommand)]
pub(crate) enum TimetableCommand {
    /// List the timetables of all users, or of one
    List {
        /// User ID of the owner
        #[arg(long, value_name = "USER")]
        owner: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one, with its tasks, where it runs, and how it ran last
    Show(Owned),
    /// Add one
    #[command(after_help = TYPED_FORMS)]
    Add(AddChoice),
    /// Change one; a copy that lies still is revived by --only-here or --anywhere
    #[command(after_help = TYPED_FORMS)]
    Modify(ModifyChoice),
    /// Delete one
    Delete(Owned),
    /// Run one now
    Run(Owned),
    /// Say where all timetables of a user run, at once; another user's only as cms
    GlobalEdit(GlobalChoice),
    /// Undo the last global edit of a user's timetables
    Undo {
        /// User ID; your own without it
        #[arg(long, value_name = "USER")]
        owner: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// What happens to the tasks behind one that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailureChoice {
    /// They are not done
    Stop,
    /// They are done all the same
    GoOn,
}

/// What happens when a run was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MissedChoice {
    /// The maintenance error log tells it
    Report,
    /// The maintenance error log tells it, and the timetable runs once as soon as it can
    RunLate,
}

#[derive(Debug, Args)]
pub(crate) struct Boxes {
    /// Run only on this CMS server: the one that --server names
    #[arg(long)]
    pub(crate) only_here: bool,
    /// Run on this or another CMS server
    #[arg(long, conflicts_with = "only_here")]
    pub(crate) anywhere: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AddChoice {
    #[command(flatten)]
    pub(crate) timetable: Owned,
    /// When it runs
    #[arg(long, value_name = "SCHEDULE")]
    pub(crate) schedule: String,
    /// Number of the ACD by whose local time it runs, and which its tasks are about
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
    /// What is done; given again, one after the other
    #[arg(long = "task", value_name = "TASK", required = true)]
    pub(crate) tasks: Vec<String>,
    /// For people
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) description: String,
    #[command(flatten)]
    pub(crate) boxes: Boxes,
    /// What happens to the tasks behind one that fails
    #[arg(long, value_enum, default_value = "stop")]
    pub(crate) on_failure: FailureChoice,
    /// What happens when the server was down, or in single-user mode, when it was due
    #[arg(long, value_enum, default_value = "report")]
    pub(crate) missed: MissedChoice,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("change").required(true).multiple(true).args([
    "rename", "schedule", "description", "only_here", "anywhere", "on_failure", "missed", "tasks", "add_tasks", "delete_tasks",
]))]
pub(crate) struct ModifyChoice {
    #[command(flatten)]
    pub(crate) timetable: Owned,
    /// Its new name; how it ran stays with it
    #[arg(long, value_name = "NEW")]
    pub(crate) rename: Option<String>,
    /// When it runs
    #[arg(long, value_name = "SCHEDULE")]
    pub(crate) schedule: Option<String>,
    /// For people
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    #[command(flatten)]
    pub(crate) boxes: Boxes,
    /// What happens to the tasks behind one that fails
    #[arg(long, value_enum)]
    pub(crate) on_failure: Option<FailureChoice>,
    /// What happens when a run was missed
    #[arg(long, value_enum)]
    pub(crate) missed: Option<MissedChoice>,
    /// These tasks instead of all that there are; given again, one after the other
    #[arg(long = "task", value_name = "TASK")]
    pub(crate) tasks: Vec<String>,
    /// A task behind the others
    #[arg(long = "add-task", value_name = "TASK")]
    pub(crate) add_tasks: Vec<String>,
    /// Number of a task that goes, as `show` counts them
    #[arg(long = "delete-task", value_name = "N", conflicts_with = "tasks")]
    pub(crate) delete_tasks: Vec<u32>,
    /// Number of the ACD which the tasks given here are about; that of the timetable without it
    #[arg(long, value_name = "N")]
    pub(crate) acd: Option<AcdNumber>,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("where").required(true).args(["only_here", "anywhere"]))]
pub(crate) struct GlobalChoice {
    /// User ID whose timetables they are; your own without it
    #[arg(long, value_name = "USER")]
    pub(crate) owner: Option<String>,
    #[command(flatten)]
    pub(crate) boxes: Boxes,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
