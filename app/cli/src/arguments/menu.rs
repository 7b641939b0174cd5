//! The forms of `cms menu`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use model::AcdNumber;

use super::TakeOver;

#[derive(Debug, Subcommand)]
pub(crate) enum MenuCommand {
    /// List the additions that one may open
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one addition
    Show {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Add an addition, for administrators and whom it is permitted
    #[command(after_help = ADDITION_FORMS)]
    Add {
        #[command(flatten)]
        addition: MenuAdditionForm,
    },
    /// Change an addition; what is not named stays
    Modify {
        #[command(flatten)]
        change: MenuChangeForm,
    },
    /// Delete an addition, with its file and what was permitted of it
    Delete {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        over: TakeOver,
    },
    /// Run an addition's program on the server, and print what it says
    Run {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// The ACD that it is told; the one that the user begins with if left out
        #[arg(long, value_name = "N")]
        acd: Option<AcdNumber>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Save an addition's file
    Save {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Into this file; else under its own name in this folder
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Replace what is there
        #[arg(long)]
        overwrite: bool,
    },
}

const ADDITION_FORMS: &str = "\
An addition opens one of three things:
  cms menu add Intranet --web https://intranet.example.com/orders --place 1
  cms menu add Roster --document roster.txt --description 'This week'
  cms menu add 'Disk space' --program df.sh       (only where cms.toml says [menu] programs = true)
Then say who may open it:
  cms user permissions set ann --menu Roster --menu Intranet --access read";

/// What an addition opens.
#[derive(Debug, Args)]
pub(crate) struct MenuOpens {
    /// A web address, opened in the browser
    #[arg(long, value_name = "URL")]
    pub(crate) web: Option<String>,
    /// A file of this computer, kept with the addition and shown or saved
    #[arg(long, value_name = "FILE", conflicts_with = "web")]
    pub(crate) document: Option<PathBuf>,
    /// A program or script of this computer, kept with the addition and run on the server
    #[arg(long, value_name = "FILE", conflicts_with_all = ["web", "document"])]
    pub(crate) program: Option<PathBuf>,
}

/// What else is to be known of it.
#[derive(Debug, Args)]
pub(crate) struct MenuAbout {
    /// At most 50 characters
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// Its place in the menu, 0 to 999
    #[arg(long, value_name = "N")]
    pub(crate) place: Option<u16>,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("opens").required(true).args(["web", "document", "program"]))]
pub(crate) struct MenuAdditionForm {
    /// What the menu calls it, at most 20 characters
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) opens: MenuOpens,
    #[command(flatten)]
    pub(crate) about: MenuAbout,
    #[command(flatten)]
    pub(crate) over: TakeOver,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(true)
    .args(["web", "document", "program", "description", "place", "rename"]))]
pub(crate) struct MenuChangeForm {
    /// What the menu calls it
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Another name
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) rename: Option<String>,
    #[command(flatten)]
    pub(crate) opens: MenuOpens,
    #[command(flatten)]
    pub(crate) about: MenuAbout,
    #[command(flatten)]
    pub(crate) over: TakeOver,
}
