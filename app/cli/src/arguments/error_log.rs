//! The forms of `cms maintenance`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum MaintenanceCommand {
    /// Show the maintenance error log of the server, newest first
    Log {
        /// Those that were acknowledged, too
        #[arg(long)]
        all: bool,
        /// How many
        #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u32).range(1..=1000))]
        count: u32,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the report of the maintenance error log: chosen entries, acknowledged or not
    Report(ErrorLogChoice),
    /// Acknowledge entries: they have been seen
    #[command(group = ArgGroup::new("which").required(true).args(["ids", "all"]))]
    Acknowledge {
        /// Numbers of the entries
        #[arg(value_name = "ID")]
        ids: Vec<i64>,
        /// All that there are
        #[arg(long)]
        all: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ErrorLogChoice {
    /// Only what is so grave, or graver
    #[arg(long, value_enum, default_value = "info")]
    pub(crate) severity: SeverityChoice,
    /// Only these codes, such as task-failed
    #[arg(long = "code", value_name = "CODE,…", value_delimiter = ',')]
    pub(crate) codes: Vec<api::LogCode>,
    /// Only what happened since: 2026-11-23T10:00 in the time of the server's first ACD, 2026-11-23, or UNIX seconds
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(crate) from: Option<String>,
    /// Only what happened up to then; a date alone means the whole day
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub(crate) to: Option<String>,
    /// How it is written
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ErrorLogFormat,
    /// As JSON: the same as --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Into this file instead of to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// How grave entries are, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum SeverityChoice {
    /// Everything
    Info,
    /// Warnings and errors
    Warning,
    /// Errors alone
    Error,
}

impl SeverityChoice {
    /// How grave an entry is at least.
    pub(crate) fn least(self) -> model::Severity {
        match self {
            SeverityChoice::Info => model::Severity::Info,
            SeverityChoice::Warning => model::Severity::Warning,
            SeverityChoice::Error => model::Severity::Error,
        }
    }
}

/// How the report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ErrorLogFormat {
    /// Lines for people
    Text,
    /// Comma-separated values
    Csv,
    /// As the API gives it
    Json,
}
