//! The forms of `cms user` and `cms mode`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use model::AcdNumber;

use super::OnOff;

#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// List the users
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one user; without a name oneself
    Show {
        /// Name of the user
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Add a user, who is permitted nothing yet
    Add(UserAddition),
    /// Change what is known of a user
    Modify(UserChange),
    /// Remove a user
    Remove(UserRemoval),
    /// Set a password on this server: one's own, or as an administrator another's
    Password {
        /// Name of the user; oneself if left out
        #[arg(value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        new: NewPassword,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show and set what a user is permitted
    #[command(subcommand)]
    Permissions(PermissionCommand),
}

/// Normal or administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UserType {
    /// May what is permitted
    Normal,
    /// May everything
    Administrator,
}

#[derive(Debug, Args)]
pub(crate) struct NewPassword {
    /// File that holds the new password; else CMS_NEW_PASSWORD, else it is asked for
    #[arg(long, value_name = "FILE")]
    pub(crate) new_password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct UserData {
    /// 3 to 31 of: lower-case letters, digits, dot, underscore and hyphen
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The person's name
    #[arg(long, value_name = "TEXT")]
    pub(crate) full_name: Option<String>,
    /// Where the person sits
    #[arg(long, value_name = "TEXT")]
    pub(crate) room: Option<String>,
    /// The person's telephone
    #[arg(long, value_name = "TEXT")]
    pub(crate) phone: Option<String>,
    /// Normal or administrator
    #[arg(long = "type", value_enum)]
    pub(crate) of_type: Option<UserType>,
    /// Live reports that may be open at once, 1 to 12; 0 for as many as wanted
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=12))]
    pub(crate) max_windows: Option<u8>,
    /// Fastest refresh in seconds, 3 to 600; 0 for as it happens
    #[arg(long, value_name = "SECS", value_parser = clap::value_parser!(u16).range(0..=600))]
    pub(crate) fastest_refresh: Option<u16>,
    /// The ACD that the user begins with
    #[arg(long, value_name = "N")]
    pub(crate) login_acd: Option<AcdNumber>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UserAddition {
    #[command(flatten)]
    pub(crate) user: UserData,
    #[command(flatten)]
    pub(crate) new: NewPassword,
    /// Without a password on this server: nobody can sign in so until one is set
    #[arg(long, conflicts_with = "new_password_file")]
    pub(crate) no_password: bool,
    /// The user may read everything
    #[arg(long)]
    pub(crate) read_everything: bool,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(true)
    .args(["full_name", "room", "phone", "of_type", "max_windows", "fastest_refresh", "login_acd"]))]
pub(crate) struct UserChange {
    #[command(flatten)]
    pub(crate) user: UserData,
}

#[derive(Debug, Args)]
pub(crate) struct UserRemoval {
    /// Name of the user
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Give what belongs to the user to this one
    #[arg(long, value_name = "USER")]
    pub(crate) give_to: Option<String>,
    /// Remove what belongs to the user as well
    #[arg(long, conflicts_with = "give_to")]
    pub(crate) with_belongings: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PermissionCommand {
    /// Show what a user is permitted; without a name oneself
    Show {
        /// Name of the user
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Permit something, or with --access none no longer; what is not named stays
    #[command(after_help = PERMISSION_FORMS)]
    Set(PermissionChoice),
}

const PERMISSION_FORMS: &str = "\
First the ACD, then what is in it:
  cms user permissions set ann --feature reports,exceptions --access read
  cms user permissions set ann --menu Roster --menu Intranet --access read
  cms user permissions set ann --acd 1 --access read
  cms user permissions set ann --acd 1 --splits '1;3-5' --vdns all --access read,exceptions
  cms user permissions set ann --acd 1 --splits 4 --access none
Features: agent-administration, call-center-administration, dictionary, exceptions, maintenance, reports,
  system-setup, timetable";

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(true).args(["everything", "features", "menu", "acd"]))]
pub(crate) struct PermissionChoice {
    /// Name of the user
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Whether the user may read everything, whatever else is permitted
    #[arg(long, value_enum, value_name = "ON|OFF")]
    pub(crate) everything: Option<OnOff>,
    /// Features
    #[arg(long = "feature", value_name = "FEATURE,…", value_delimiter = ',', requires = "access")]
    pub(crate) features: Vec<String>,
    /// A main menu addition by its name, or all; given again for several
    #[arg(long, value_name = "NAME", requires = "access")]
    pub(crate) menu: Vec<String>,
    /// Number of the ACD; alone it means the ACD itself
    #[arg(long, value_name = "N", requires = "access")]
    pub(crate) acd: Option<AcdNumber>,
    /// Splits/skills by number: 1;3-5, or all
    #[arg(long, value_name = "LIST", requires = "acd")]
    pub(crate) splits: Option<String>,
    /// Trunk groups by number
    #[arg(long, value_name = "LIST", requires = "acd")]
    pub(crate) trunk_groups: Option<String>,
    /// VDNs by number
    #[arg(long, value_name = "LIST", requires = "acd")]
    pub(crate) vdns: Option<String>,
    /// Vectors by number
    #[arg(long, value_name = "LIST", requires = "acd")]
    pub(crate) vectors: Option<String>,
    /// read, write, exceptions with commas between, or none
    #[arg(long, value_name = "ACCESS")]
    pub(crate) access: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModeCommand {
    /// Show whether one or many may work on the server, and the master ACD
    Show {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Sign everybody else out and let one administrator work; data collection goes on
    SingleUser {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Let everybody sign in
    MultiUser {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Choose the master ACD
    MasterAcd {
        /// Number of the ACD
        #[arg(value_name = "N")]
        acd: AcdNumber,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what needs which state of the server and of data collection
    Rules {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}
