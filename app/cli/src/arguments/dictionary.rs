//! The forms of `cms dictionary`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::AcdNumber;

#[derive(Debug, Subcommand)]
pub(crate) enum DictionaryCommand {
    /// List the names that were given in place of numbers
    List {
        /// Only this section, such as splits, agents or aux-reasons
        #[arg(value_name = "SECTION")]
        section: Option<String>,
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// Names or numbers that contain this
        #[arg(long, value_name = "TEXT")]
        find: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what is known of one number or name
    Show {
        #[command(flatten)]
        thing: Thing,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Give something a name, shown instead of its number
    #[command(after_help = NAME_FORMS)]
    Set {
        #[command(flatten)]
        thing: Thing,
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// What else is to be known of it, at most 50 characters
        #[arg(long, value_name = "TEXT", default_value = "")]
        description: String,
        #[command(flatten)]
        over: TakeOver,
    },
    /// Take the name of something away; the switch's own is shown again
    Delete {
        #[command(flatten)]
        thing: Thing,
        #[command(flatten)]
        over: TakeOver,
    },
    /// Take names from a CSV file: section,number,name,description; an empty name takes one away. All or nothing
    Import {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        #[command(flatten)]
        over: TakeOver,
    },
    /// Write the names as CSV
    Export {
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// Write into this file instead
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// List, set and delete agent groups: agents under one name, for inputs of reports
    #[command(subcommand)]
    Group(GroupCommand),
    /// List, set and delete calculations of the house, usable in every report
    #[command(subcommand)]
    Calculation(FormulaCommand),
    /// List, set and delete constants of the house
    #[command(subcommand)]
    Constant(FormulaCommand),
}

const NAME_FORMS: &str = "\
A name has 1 to 20 characters, a letter first, then letters, digits, blanks and _ . , ' +, and is unique in its section:
  cms dictionary set splits 3 'Orders, Europe' --acd 1
  cms dictionary set aux-reasons 2 Lunch --acd 1
  cms dictionary set agent-strings AUX Break --acd 1
Sections: acds, agent-strings, announcements, aux-reasons, work-codes, generic-strings, locations, agents,
logout-reasons, split-strings, splits, trunk-groups, trunk-strings, vdns, vectors";

/// One thing of the Dictionary.
#[derive(Debug, Args)]
pub(crate) struct Thing {
    /// Section of the Dictionary
    #[arg(value_name = "SECTION")]
    pub(crate) section: String,
    /// Number, or word of the switch
    #[arg(value_name = "NUMBER")]
    pub(crate) number: String,
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
}

/// What every change of the Dictionary and of the main menu takes.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct TakeOver {
    /// Change a secondary, because the primary is down; for administrators
    #[arg(long)]
    pub(crate) take_over: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GroupCommand {
    /// List the agent groups
    List {
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Make an agent group, or say anew who is in it
    Set {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Agents by login ID or name: 1001;1004-1007;Ada
        #[arg(value_name = "AGENTS")]
        agents: String,
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// What else is to be known of it, at most 50 characters
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        #[command(flatten)]
        over: TakeOver,
    },
    /// Delete an agent group
    Delete {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        #[command(flatten)]
        over: TakeOver,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum FormulaCommand {
    /// List them
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Make one, or change it
    Set {
        /// Its name: letters, digits and underscores
        #[arg(value_name = "NAME")]
        name: String,
        /// What it computes, such as '100 * ABNCALLS / CALLSOFFERED', or a number
        #[arg(value_name = "FORMULA", allow_hyphen_values = true)]
        formula: String,
        /// What else is to be known of it, at most 50 characters
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
        #[command(flatten)]
        over: TakeOver,
    },
    /// Delete one that nothing uses
    Delete {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        over: TakeOver,
    },
}
