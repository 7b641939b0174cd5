//! The forms of `cms shortcut`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use model::AcdNumber;

use super::{Format, Owned};

/// What can be typed as a step.
const STEP_FORMS: &str = "\
A step is a report with its inputs, as `cms report run` takes them; blanks want quotes:
  \"Queue/Agent Status\" acd=1 refresh=5 splits=Billing
  \"Split/Skill Summary Daily\" acd=1 splits=1;3 dates=-7:-1
Without acd=N it is about the ACD of --acd. Without refresh=N a live report is shown anew as usual, and a historical one
once; refresh=as-it-happens shows each change at once. A file of --from-file has one step on each line, as `show` writes them";

#[derive(Debug, Subcommand)]
pub(crate) enum ShortcutCommand {
    /// List your own shortcuts, or as an administrator those of others
    #[command(group = ArgGroup::new("whose").args(["owner", "everybody"]))]
    List {
        /// User ID of the owner
        #[arg(long, value_name = "USER")]
        owner: Option<String>,
        /// Those of all users
        #[arg(long)]
        everybody: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the steps of one, in the form of --from-file
    Show(Owned),
    /// Add one of your own
    #[command(after_help = STEP_FORMS)]
    Add(AddShortcutChoice),
    /// Change one of your own: another name, other steps
    #[command(after_help = STEP_FORMS)]
    Modify(ModifyShortcutChoice),
    /// Delete one
    Delete(Owned),
    /// Give a copy to another user; administrators only
    Give {
        #[command(flatten)]
        shortcut: Owned,
        /// User ID of who gets the copy
        #[arg(long, value_name = "USER")]
        to: String,
        /// Another name for the copy
        #[arg(long = "as", value_name = "NAME")]
        rename: Option<String>,
    },
    /// Run all reports of one of your own, one after the other; exit code 1 if a step failed
    Run {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// How to write the reports
        #[arg(long, value_enum, default_value = "table", conflicts_with = "json")]
        format: Format,
        /// As JSON: one list, with what became of each step
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["steps", "from_file"]))]
pub(crate) struct AddShortcutChoice {
    /// Its name, at most 20 letters
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// A report with its inputs; given again, one after the other
    #[arg(long = "step", value_name = "STEP")]
    pub(crate) steps: Vec<String>,
    /// The steps, one on each line of this file
    #[arg(long, value_name = "FILE")]
    pub(crate) from_file: Option<PathBuf>,
    /// Number of the ACD of steps that name none
    #[arg(long, value_name = "N")]
    pub(crate) acd: Option<AcdNumber>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("change").required(true).multiple(true)
    .args(["rename", "steps", "from_file", "add_steps", "delete_steps"]))]
pub(crate) struct ModifyShortcutChoice {
    /// Its name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Another name
    #[arg(long, value_name = "NAME")]
    pub(crate) rename: Option<String>,
    /// These steps instead of all that there are; given again, one after the other
    #[arg(long = "step", value_name = "STEP")]
    pub(crate) steps: Vec<String>,
    /// The steps of this file instead of all that there are
    #[arg(long, value_name = "FILE", conflicts_with = "steps")]
    pub(crate) from_file: Option<PathBuf>,
    /// A step behind the others
    #[arg(long = "add-step", value_name = "STEP")]
    pub(crate) add_steps: Vec<String>,
    /// Number of a step that goes, as `show` counts them
    #[arg(long = "delete-step", value_name = "N", conflicts_with_all = ["steps", "from_file"])]
    pub(crate) delete_steps: Vec<u32>,
    /// Number of the ACD of steps that name none
    #[arg(long, value_name = "N")]
    pub(crate) acd: Option<AcdNumber>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
