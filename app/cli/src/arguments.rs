//! The forms of the command line. Scripts depend on them.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use model::{AcdNumber, ExceptionElement, LoginId};

/// Call management from scripts.
#[derive(Debug, Parser)]
#[command(name = "cms", version, about = "Understudy from the command line", arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 usage, 3 refused, 4 server not reachable.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) server: ServerOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Which server, as whom.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServerOptions {
    /// Address of the server, such as https://cms1.example.com:8443
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) server: Option<String>,
    /// User name
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) user: Option<String>,
    /// File that holds the password; else CMS_PASSWORD, else it is asked for
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) password_file: Option<PathBuf>,
    /// SHA-256 fingerprint of the server's certificate
    #[arg(long, value_name = "HEX", global = true, conflicts_with = "ca")]
    pub(crate) fingerprint: Option<String>,
    /// PEM file of the authorities to check the server's certificate by
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) ca: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show links, journal and archive of the server
    Status {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List, run, watch and copy reports
    #[command(subcommand)]
    Report(ReportCommand),
    /// Look at what is archived
    #[command(subcommand)]
    Archive(ArchiveCommand),
    /// Run one SELECT on an ACD's history tables
    Sql(SqlOptions),
    /// Show and set call profiles of splits and VDNs
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Turn data collection of an ACD on or off
    Collection(CollectionOptions),
    /// Set the storage interval of an ACD
    #[command(subcommand)]
    Interval(IntervalCommand),
    /// List, set and follow exceptions
    #[command(subcommand)]
    Exceptions(ExceptionCommand),
    /// Trace agents: record every change of their state
    #[command(subcommand)]
    Trace(TraceCommand),
    /// List the administrative changes made on this server
    Changes(ChangesOptions),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// List the reports
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Run a report once
    Run(RunOptions),
    /// Watch a report until stopped
    Watch(WatchOptions),
    /// Copy a report to a file, from a file, or to another server
    Copy(CopyOptions),
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// Comma-separated values, column names first; times in seconds, moments in ISO 8601
    Csv,
    /// As the API gives it
    Json,
}

/// Which report, on which data.
#[derive(Debug, Args)]
pub(crate) struct ReportChoice {
    /// Path or name of the report
    #[arg(value_name = "PATH")]
    pub(crate) path: String,
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
    /// One of the report's inputs, such as splits=1;3;5-9
    #[arg(long = "input", value_name = "NAME=VALUE", value_parser = input)]
    pub(crate) inputs: Vec<(String, String)>,
    /// How to write it
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct RunOptions {
    #[command(flatten)]
    pub(crate) report: ReportChoice,
    /// Write into this file instead
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct WatchOptions {
    #[command(flatten)]
    pub(crate) report: ReportChoice,
    /// Seconds between two looks, 1 to 600; 0 shows each change as it happens, at most five a second
    #[arg(long, value_name = "SECS", default_value = "3", value_parser = clap::value_parser!(u32).range(0..=600))]
    pub(crate) refresh: u32,
    /// End after so many looks
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: Option<u64>,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("direction").required(true).args(["to_file", "from_file", "to_server"]))]
pub(crate) struct CopyOptions {
    /// Path or name of the report, unless it comes from a file
    #[arg(value_name = "PATH", required_unless_present = "from_file", conflicts_with = "from_file")]
    pub(crate) path: Option<String>,
    /// Copy it into this file
    #[arg(long, value_name = "FILE")]
    pub(crate) to_file: Option<PathBuf>,
    /// Copy this file to the server
    #[arg(long, value_name = "FILE")]
    pub(crate) from_file: Option<PathBuf>,
    /// Copy it to this server, as the same user
    #[arg(long, value_name = "URL")]
    pub(crate) to_server: Option<String>,
    /// SHA-256 fingerprint of the other server's certificate
    #[arg(long, value_name = "HEX", requires = "to_server", conflicts_with = "to_ca")]
    pub(crate) to_fingerprint: Option<String>,
    /// PEM file of the authorities to check the other server's certificate by
    #[arg(long, value_name = "FILE", requires = "to_server")]
    pub(crate) to_ca: Option<PathBuf>,
    /// Another name than it has
    #[arg(long = "as", value_name = "NAME", conflicts_with = "to_file")]
    pub(crate) rename: Option<String>,
    /// For every user of the server, not for this user alone
    #[arg(long, conflicts_with = "to_file")]
    pub(crate) global: bool,
    /// Replace what is there
    #[arg(long)]
    pub(crate) overwrite: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveCommand {
    /// List the digests of the archived intervals
    Digests(DigestOptions),
}

#[derive(Debug, Args)]
pub(crate) struct DigestOptions {
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
    /// First interval: 2026-11-23T10:00 in the ACD's time, 2026-11-23, or UNIX seconds
    #[arg(long, value_name = "T")]
    pub(crate) from: Option<String>,
    /// Last interval, written in the same way; a date alone means the whole day
    #[arg(long, value_name = "T")]
    pub(crate) to: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SqlOptions {
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
    /// One SELECT
    #[arg(value_name = "SELECT")]
    pub(crate) sql: String,
    /// How to write what it finds
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// List the administered call profiles
    Show {
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a split or VDN its call profile; no data are lost by it
    Set(ProfileChoice),
}

/// What has a call profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileKind {
    /// A split or skill
    Split,
    /// A VDN
    Vdn,
}

#[derive(Debug, Args)]
pub(crate) struct ProfileChoice {
    /// Of what
    #[arg(value_enum)]
    pub(crate) of: ProfileKind,
    /// Its number
    #[arg(value_name = "ID")]
    pub(crate) number: String,
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
    /// Acceptable service level in seconds
    #[arg(long, value_name = "SECS")]
    pub(crate) service_level: u32,
    /// Upper limits of the wait bins in seconds, rising, at most nine
    #[arg(long, value_name = "SECS,…", value_delimiter = ',', required = true)]
    pub(crate) increments: Vec<u32>,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// Collect
    On,
    /// Do not collect: what happens meanwhile is missing on this server
    Off,
}

#[derive(Debug, Args)]
pub(crate) struct CollectionOptions {
    /// On or off
    #[arg(value_enum)]
    pub(crate) state: Switch,
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IntervalCommand {
    /// Set it to 15, 30 or 60 minutes; data collection must be off
    Set {
        /// 15, 30 or 60
        #[arg(value_name = "MINUTES")]
        minutes: u8,
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ChangesOptions {
    /// How many, newest first
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) count: u32,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExceptionCommand {
    /// List the exceptions that can be watched
    Types {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the rules, also those that are off
    List {
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Turn exceptions on (or off) and set their limits
    Set(ExceptionChoice),
    /// Show the last hundred exceptions, or follow them
    Log(LogOptions),
    /// Show what troubled the server itself since it started; the other server has troubles of its own
    Server {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ExceptionChoice {
    /// Of what: agent (of a split/skill), split, vdn, vector or trunk-group
    #[arg(value_name = "OF")]
    pub(crate) of: ExceptionElement,
    /// Number, or numbers parted by commas; for agent those of splits/skills
    #[arg(value_name = "ID,…", value_delimiter = ',')]
    pub(crate) numbers: Vec<String>,
    /// Name or number of the exception, as `cms exceptions types` lists it
    #[arg(value_name = "EXCEPTION")]
    pub(crate) exception: String,
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
    /// Time limit, 0 to 28800; without it as it was
    #[arg(long, value_name = "SECS")]
    pub(crate) limit: Option<u32>,
    /// How many are allowed, 0 to 999; without it as it was
    #[arg(long, value_name = "N")]
    pub(crate) threshold: Option<u16>,
    /// Of AUX only this reason code
    #[arg(long, value_name = "CODE")]
    pub(crate) reason: Option<u8>,
    /// Turn it off; its limits are kept
    #[arg(long)]
    pub(crate) off: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LogOptions {
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
    /// Go on with each exception as it happens, until stopped
    #[arg(long)]
    pub(crate) follow: bool,
    /// End after so many
    #[arg(long, value_name = "N", requires = "follow", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) count: Option<u64>,
    /// As JSON; one object a line while following
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TraceCommand {
    /// Record every change of an agent's state from now on
    On(TraceChoice),
    /// Record no more of an agent
    Off(TraceChoice),
    /// List the agents who are traced
    List {
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct TraceChoice {
    /// The agent's login ID
    #[arg(long, value_name = "ID")]
    pub(crate) agent: LoginId,
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
}

fn input(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE, such as splits=1;3".to_owned()),
    }
}
