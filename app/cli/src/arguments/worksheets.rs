//! The forms of `cms worksheet`.

use api::WorksheetKind;
use clap::{Args, Subcommand};

use super::OtherServer;

/// Guided work on both servers, step by step. Either of them may be down.
#[derive(Debug, Subcommand)]
pub(crate) enum WorksheetCommand {
    /// List the worksheets of both servers
    List(ListOptions),
    /// Begin a worksheet: primary-outage, secondary-outage, collection or administration
    Start(StartOptions),
    /// Show the steps of a worksheet, what they wait for and what came of them
    Show(ShowOptions),
    /// Carry out the next step; waits for what it waits for
    Go(GoOptions),
    /// Say that a step was done that a person does
    Confirm(ConfirmOptions),
    /// Leave the next step out
    Skip(WhyOptions),
    /// Give a worksheet up
    Abandon(WhyOptions),
}

#[derive(Debug, Args)]
pub(crate) struct ListOptions {
    #[command(flatten)]
    pub(crate) other: OtherServer,
}

#[derive(Debug, Args)]
pub(crate) struct StartOptions {
    /// What for
    #[arg(value_name = "KIND")]
    pub(crate) kind: WorksheetKind,
    /// Administration and history go by backup and restore over a device, as in the field's guide, instead of being carried over
    #[arg(long)]
    pub(crate) by_backup: bool,
    /// What is done on this occasion, for the record
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) about: String,
    #[command(flatten)]
    pub(crate) other: OtherServer,
}

#[derive(Debug, Args)]
pub(crate) struct ShowOptions {
    /// Which worksheet; the one that goes on if left out
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) other: OtherServer,
}

#[derive(Debug, Args)]
pub(crate) struct GoOptions {
    /// Which worksheet; the one that goes on if left out
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Do this step: the next one, or an earlier one again, with all that come after it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) step: Option<u16>,
    /// Yes to the plan that was shown; with --all to that of the step that comes now, and not to plans of later ones
    #[arg(long)]
    pub(crate) yes: bool,
    /// Go on with the steps that follow, until a person is needed
    #[arg(long, conflicts_with = "step")]
    pub(crate) all: bool,
    /// Look once, and do not wait
    #[arg(long)]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) other: OtherServer,
}

#[derive(Debug, Args)]
pub(crate) struct ConfirmOptions {
    /// Which worksheet; the one that goes on if left out
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Which step, if not the next one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) step: Option<u16>,
    /// What was done, for the record
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) note: String,
    #[command(flatten)]
    pub(crate) other: OtherServer,
}

#[derive(Debug, Args)]
pub(crate) struct WhyOptions {
    /// Which worksheet; the one that goes on if left out
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
    #[command(flatten)]
    pub(crate) other: OtherServer,
}

impl WorksheetCommand {
    /// The other server that it names.
    pub(crate) fn other(&self) -> &OtherServer {
        match self {
            WorksheetCommand::List(options) => &options.other,
            WorksheetCommand::Start(options) => &options.other,
            WorksheetCommand::Show(options) => &options.other,
            WorksheetCommand::Go(options) => &options.other,
            WorksheetCommand::Confirm(options) => &options.other,
            WorksheetCommand::Skip(options) | WorksheetCommand::Abandon(options) => &options.other,
        }
    }
}
