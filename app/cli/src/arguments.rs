//! The forms of the command line. Scripts depend on them.

mod agents;
mod checks;
mod dictionary;
mod error_log;
mod exceptions;
mod images;
mod maintenance;
mod menu;
mod other_server;
mod owned;
mod people;
mod shortcuts;
mod sync;
mod timetables;
mod twin;
mod worksheets;

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use model::{AcdNumber, Level};

pub(crate) use agents::{AgentCommand, SkillsCommand};
pub(crate) use checks::ChecksOptions;
pub(crate) use dictionary::{DictionaryCommand, FormulaCommand, GroupCommand, TakeOver, Thing};
pub(crate) use error_log::{ErrorLogChoice, ErrorLogFormat, MaintenanceCommand};
pub(crate) use exceptions::{ExceptionChoice, ExceptionCommand, LogOptions, TraceCommand};
pub(crate) use images::{ImageCommand, ImageName};
pub(crate) use maintenance::{
    BackupChoice, BackupCommand, BackupMode, BackupName, RestoreChoice, RestoreCommand, UndoChoice,
};
pub(crate) use menu::{MenuAbout, MenuCommand, MenuOpens};
pub(crate) use other_server::OtherServer;
pub(crate) use owned::Owned;
pub(crate) use people::{
    ModeCommand, NewPassword, PermissionChoice, PermissionCommand, UserAddition, UserCommand, UserData, UserType,
};
pub(crate) use shortcuts::{AddShortcutChoice, ModifyShortcutChoice, ShortcutCommand};
pub(crate) use sync::{PeerChoice, PeerCommand, SyncChoice, SyncCommand};
pub(crate) use timetables::*;
pub(crate) use twin::{CompareOptions, HealOptions, TwinCommand};
pub(crate) use worksheets::{GoOptions, WorksheetCommand};

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
    #[arg(long, value_name = "URL", global = true, help_heading = "Connection")]
    pub(crate) server: Option<String>,
    /// User name
    #[arg(long, value_name = "NAME", global = true, help_heading = "Connection")]
    pub(crate) user: Option<String>,
    /// File that holds the password; else CMS_PASSWORD, else it is asked for
    #[arg(long, value_name = "FILE", global = true, help_heading = "Connection")]
    pub(crate) password_file: Option<PathBuf>,
    /// SHA-256 fingerprint of the server's certificate
    #[arg(long, value_name = "HEX", global = true, help_heading = "Connection", conflicts_with = "ca")]
    pub(crate) fingerprint: Option<String>,
    /// PEM file of the authorities to check the server's certificate by
    #[arg(long, value_name = "FILE", global = true, help_heading = "Connection")]
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
    /// List, run, watch, copy, make and delete reports
    #[command(subcommand)]
    Report(ReportCommand),
    /// Reports with their inputs under a name, run together; each user's own
    #[command(subcommand)]
    Shortcut(ShortcutCommand),
    /// Look at what is archived
    #[command(subcommand)]
    Archive(ArchiveCommand),
    /// Run one SELECT on an ACD's history tables
    Sql(SqlOptions),
    /// Show, set and delete call profiles of splits and VDNs
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
    /// Show and set how much of the history is kept
    #[command(subcommand)]
    Storage(StorageCommand),
    /// The daily checks: links, archiving, backups, error log and more, of one server or both; exit code 1 if any is not good
    Checks(ChecksOptions),
    /// Compare the server with the other one
    #[command(subcommand)]
    Twin(TwinCommand),
    /// Push administration to the other server, and look at what was pushed
    #[command(subcommand)]
    Sync(SyncCommand),
    /// Guided work on both servers: after an outage, around a change with data collection off, to carry administration over
    #[command(subcommand)]
    Worksheet(WorksheetCommand),
    /// List, write and run timetables: what the server does by itself
    #[command(subcommand)]
    Timetable(TimetableCommand),
    /// Look at the maintenance error log, write its report, acknowledge
    #[command(subcommand)]
    Maintenance(MaintenanceCommand),
    /// Back up, and look at backups
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Make images of the whole server, and look at them
    #[command(subcommand)]
    Image(ImageCommand),
    /// Plan a restore, run it, and take it back
    #[command(subcommand)]
    Restore(RestoreCommand),
    /// List the administrative changes made on this server
    Changes(ChangesOptions),
    /// List, add, change and remove users; passwords and permissions
    #[command(subcommand)]
    User(UserCommand),
    /// Show and change skills of agents
    #[command(subcommand)]
    Agent(AgentCommand),
    /// Names in place of numbers, agent groups, calculations and constants
    #[command(subcommand)]
    Dictionary(DictionaryCommand),
    /// List, make and open main menu additions
    #[command(subcommand)]
    Menu(MenuCommand),
    /// Let one administrator or everybody work on the server
    #[command(subcommand)]
    Mode(ModeCommand),
    /// Switch External Call History on and off, and read its files
    #[command(subcommand)]
    HistoryInterface(HistoryCommand),
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
    #[command(after_help = INPUT_FORMS)]
    Run(RunOptions),
    /// Watch a report until stopped
    #[command(after_help = INPUT_FORMS)]
    Watch(WatchOptions),
    /// Copy a report to a file, from a file, or to another server
    Copy(CopyOptions),
    /// Write the file of a new report, to be changed and copied to a server; no server is asked
    New(NewReport),
    /// Say what is wrong with a report file; no server is asked
    Check {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Delete a designer report; refused while timetables or shortcuts use it
    Delete {
        /// Its path or name
        #[arg(value_name = "PATH")]
        path: String,
        /// Delete it although timetables or shortcuts use it; they fail from then on
        #[arg(long)]
        yes: bool,
    },
}

/// Which rows a report reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportKind {
    /// The running interval and the present state
    RealTime,
    /// Closed intervals, days, weeks and months, and records
    Historical,
    /// What was collected since a chosen time, up to now
    Integrated,
}

#[derive(Debug, Args)]
pub(crate) struct NewReport {
    /// Its name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Which rows it reads
    #[arg(long, value_enum, default_value = "historical")]
    pub(crate) kind: ReportKind,
    /// The table that its rows are of, such as dsplit; docs/items.md has all
    #[arg(long, value_name = "TABLE")]
    pub(crate) rows_of: String,
    /// An item or a standard calculation to show, besides what tells rows apart; may be given again
    #[arg(long = "show", value_name = "ITEM")]
    pub(crate) shown: Vec<String>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub(crate) to_file: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// What can be typed after the names of inputs.
const INPUT_FORMS: &str = "\
Inputs that reports ask for (an unknown one is answered with those that there are):
  splits, agents, vdns, …  numbers, names and ranges: 1;3;5-9;Billing, or all
  dates   days: 2026-11-01, 0 (today), -1 (yesterday), -7:0, 2026-11-01:2026-11-07, several with ; between;
          in weekly and monthly reports weeks and months: -1 (the last one), -12:-1, 2026-11, or any of their days
  times   08:00-17:30, the first and the last interval of each day; 22:00-06:00 runs past midnight
  from, to  2026-11-01 08:30, 08:30 (today), -1 08:30 (yesterday), -1 (the whole day)
  acds    further ACDs, as --acd given again: 2;3, 2-4 or all";

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

/// How a report that is run once is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunFormat {
    /// For people
    #[value(alias = "text")]
    Table,
    /// Comma-separated values, column names first; times in seconds, moments in ISO 8601
    Csv,
    /// As the API gives it
    Json,
    /// A page for browsers and mails
    Html,
    /// A workbook for spreadsheets
    Xlsx,
    /// Pages to print
    Pdf,
}

/// Which report, on which data.
#[derive(Debug, Args)]
pub(crate) struct ReportChoice {
    /// Path or name of the report
    #[arg(value_name = "PATH")]
    pub(crate) path: String,
    /// Number of the ACD; given again, the report is over several, and its rows say which ACD they are of
    #[arg(long = "acd", value_name = "N", required = true)]
    pub(crate) acds: Vec<AcdNumber>,
    /// One of the report's inputs, such as splits=1;3;5-9 or dates=-7:-1
    #[arg(long = "input", value_name = "NAME=VALUE", value_parser = input)]
    pub(crate) inputs: Vec<(String, String)>,
}

#[derive(Debug, Args)]
pub(crate) struct RunOptions {
    #[command(flatten)]
    pub(crate) report: ReportChoice,
    /// How to write it; xlsx and pdf need --output, or something that reads them behind a |
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: RunFormat,
    /// Write into this file instead
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// What is done with calculations of the house that a copied report needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CalculationsChoice {
    /// Add those that are not there; what differs is refused
    Add,
    /// Add those that are not there, and replace what differs
    Replace,
    /// Keep them in this report alone
    Own,
}

impl From<CalculationsChoice> for api::HouseChoice {
    fn from(choice: CalculationsChoice) -> Self {
        match choice {
            CalculationsChoice::Add => api::HouseChoice::Add,
            CalculationsChoice::Replace => api::HouseChoice::Replace,
            CalculationsChoice::Own => api::HouseChoice::Own,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct WatchOptions {
    #[command(flatten)]
    pub(crate) report: ReportChoice,
    /// How to write it
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    /// Seconds between two looks, 1 to 600 (integrated reports: 10 to 600); 0 shows each change as it happens, at most
    /// five a second. Without it 3, or 10 for an integrated report
    #[arg(long, value_name = "SECS", value_parser = clap::value_parser!(u32).range(0..=600))]
    pub(crate) refresh: Option<u32>,
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
    /// Replace what is there; on a server also: be meant by the name of a report that comes with the product
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// What is done with calculations and constants of the house that the report needs and that are not there, or otherwise;
    /// without it they are shown
    #[arg(long, value_enum, value_name = "HOW", conflicts_with = "to_file")]
    pub(crate) calculations: Option<CalculationsChoice>,
    /// Change the Dictionary of a secondary, too
    #[arg(long, requires = "calculations")]
    pub(crate) take_over: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveCommand {
    /// List the digests of the archived intervals, or of days, weeks or months
    Digests(DigestOptions),
    /// Show what was archived and summed up last, and what is due or out of date
    Status {
        /// Number of the ACD; all of them if left out
        #[arg(long, value_name = "N")]
        acd: Option<AcdNumber>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Sum up chosen dates again
    Summarize(SummarizeOptions),
}

/// How long the stretches are that rows are summed up over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelChoice {
    /// Days
    Daily,
    /// Weeks
    Weekly,
    /// Months
    Monthly,
}

impl From<LevelChoice> for Level {
    fn from(choice: LevelChoice) -> Level {
        match choice {
            LevelChoice::Daily => Level::Daily,
            LevelChoice::Weekly => Level::Weekly,
            LevelChoice::Monthly => Level::Monthly,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct SummarizeOptions {
    /// What to make again
    #[arg(long, value_enum)]
    pub(crate) level: LevelChoice,
    /// First day: 2026-11-23, or 0 for today, -1 for yesterday and so on
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    pub(crate) from: String,
    /// Last day, written in the same way
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    pub(crate) to: String,
    /// Number of the ACD; all of them if left out
    #[arg(long, value_name = "N")]
    pub(crate) acd: Option<AcdNumber>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
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
    /// Of days, weeks or months that are summed up instead of intervals
    #[arg(long, value_enum, conflicts_with_all = ["from", "to"])]
    pub(crate) level: Option<LevelChoice>,
    /// Of the records that became final in each interval: calls, traces, exceptions and login sessions
    #[arg(long, conflicts_with = "level")]
    pub(crate) records: bool,
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
    /// List the administered call profiles, or look at that of one split or VDN
    Show {
        /// Of what
        #[arg(value_enum, requires = "number")]
        of: Option<ProfileKind>,
        /// Its number
        #[arg(value_name = "ID")]
        number: Option<String>,
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a split or VDN its call profile; no data are lost by it
    Set(ProfileChoice),
    /// Take the call profile of a split or VDN away: the switch's service level holds again, or the usual profile
    Delete {
        /// Of what
        #[arg(value_enum)]
        of: ProfileKind,
        /// Its number
        #[arg(value_name = "ID")]
        number: String,
        /// Number of the ACD
        #[arg(long, value_name = "N")]
        acd: AcdNumber,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
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
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
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
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IntervalCommand {
    /// Show it, and when history is summed up
    Show {
        /// Number of the ACD; all of them if left out
        #[arg(long, value_name = "N")]
        acd: Option<AcdNumber>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Set its length, or when history is summed up; data collection must be off
    Set(IntervalChoice),
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).multiple(true)
    .args(["minutes", "daily_start", "daily_stop", "week_start", "week_stop", "summarize_at", "rerun"]))]
pub(crate) struct IntervalChoice {
    /// Length of the interval: 15, 30 or 60
    #[arg(value_name = "MINUTES")]
    pub(crate) minutes: Option<u8>,
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
    /// Intervals that start before are left out of their day
    #[arg(long, value_name = "HH:MM")]
    pub(crate) daily_start: Option<String>,
    /// Intervals that start later are left out of their day
    #[arg(long, value_name = "HH:MM")]
    pub(crate) daily_stop: Option<String>,
    /// First day of the week
    #[arg(long, value_name = "DAY")]
    pub(crate) week_start: Option<String>,
    /// Last day of the week
    #[arg(long, value_name = "DAY")]
    pub(crate) week_stop: Option<String>,
    /// When history is summed up, by the ACD's clock
    #[arg(long, value_name = "HH:MM")]
    pub(crate) summarize_at: Option<String>,
    /// Whether what is out of date is made again by itself; collection may be on for this
    #[arg(long, value_enum)]
    pub(crate) rerun: Option<OnOff>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnOff {
    /// On
    On,
    /// Off
    Off,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StorageCommand {
    /// Show how much is kept, how much there is and what it takes
    Show {
        /// Number of the ACD; all of them if left out
        #[arg(long, value_name = "N")]
        acd: Option<AcdNumber>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Set how much of an element is kept; data collection must be off
    Set(StorageChoice),
}

#[derive(Debug, Args)]
pub(crate) struct StorageChoice {
    /// splits, agents, members, trunk-groups, trunks, work-codes, vectors, vdns, or a table of events such as call_rec
    #[arg(value_name = "ELEMENT")]
    pub(crate) element: String,
    /// Number of the ACD
    #[arg(long, value_name = "N")]
    pub(crate) acd: AcdNumber,
    #[command(flatten)]
    pub(crate) amounts: Amounts,
    /// Yes to what goes for good where less is to be kept than now
    #[arg(long)]
    pub(crate) yes: bool,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Amounts {
    /// How many are expected; more are counted and kept all the same
    #[arg(long, value_name = "N")]
    pub(crate) items: Option<u32>,
    /// Days of interval rows, at most 370
    #[arg(long, value_name = "N")]
    pub(crate) intrahour_days: Option<u32>,
    /// Days of daily rows, at most 1825
    #[arg(long, value_name = "N")]
    pub(crate) daily_days: Option<u32>,
    /// Weeks of weekly rows, at most 520
    #[arg(long, value_name = "N")]
    pub(crate) weekly_weeks: Option<u32>,
    /// Months of monthly rows, at most 120
    #[arg(long, value_name = "N")]
    pub(crate) monthly_months: Option<u32>,
    /// Records of a table of events
    #[arg(long, value_name = "N")]
    pub(crate) records: Option<u64>,
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
pub(crate) enum HistoryCommand {
    /// Hand call records over from now on
    On {
        /// Go on behind this record (SEQNUM) instead, as far back as call_rec of this server goes
        #[arg(long, value_name = "SEQNUM")]
        after: Option<u64>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Hand over what there is, and nothing more
    Off {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what is on, what waits and what was handed over
    Status {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Read a binary file, on this machine and without a server
    Show {
        /// The file, such as chr0003.123
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// How to write it
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
}

fn input(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE, such as splits=1;3".to_owned()),
    }
}
