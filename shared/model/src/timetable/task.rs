//! What a timetable does: one task is one piece of work on one ACD.
//!
//! A further kind of work is one arm of [`Work`], of its reading and of its writing, and one of the server's
//! `daemon::timetables::work`. A task is not checked against what a server has: reports and splits come and go, and a task
//! that cannot be done says so when it runs.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{NaiveDateTime, Timelike};

use super::carried::{self, NameWork, RestoreWork};
use super::day::Day;
use crate::conflicts::Conflicts;
use crate::data_kind::DataKind;
use crate::exception::{ExceptionElement, ExceptionKind};
use crate::id::AcdNumber;
use crate::number_list::list_with_words;
use crate::period::Level;
use crate::words::{quoted, words};

/// One task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The ACD it is about; kept from when the task was made.
    pub acd: AcdNumber,
    /// What is done.
    pub work: Work,
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Runs a report into a file: `report PATH to FILE [INPUT=VALUE…]`.
    Report {
        /// Path or name of the report.
        path: String,
        /// Where its rows go.
        file: ExportFile,
        /// Its inputs as typed.
        inputs: BTreeMap<String, String>,
    },
    /// Sums up days, weeks or months again: `summarize daily -1 -1`.
    Summarize {
        /// Of which length.
        level: Level,
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
    },
    /// Turns exceptions on or off: `exception on split 1,2 time-in-queue [limit=SECS] [threshold=N] [reason=CODE]`.
    Exception(ExceptionChange),
    /// Turns data collection on or off: `collection off`.
    Collection {
        /// Whether data are collected.
        on: bool,
    },
    /// Switches External Call History: `call-history on`.
    CallHistory {
        /// Whether records are handed over.
        on: bool,
    },
    /// Backs up, all ACDs unless said otherwise:
    /// `backup DATA[,DATA…]|tables=TABLE[,TABLE…] [incremental] [this-acd] [device=NAME]`.
    Backup {
        /// The kinds of data, as a backup asked for by hand names them.
        data: Vec<DataKind>,
        /// Instead of kinds: tables by the field's names.
        tables: Vec<String>,
        /// Whether only what is new since the last backup.
        incremental: bool,
        /// Whether the task's ACD alone.
        this_acd: bool,
        /// Name of the device; the first one if absent.
        device: Option<String>,
    },
    /// Pushes administration to the other server: `admin-sync [DATA[,DATA…]] [tables=A,B] [conflicts=RULE] [history]`.
    AdminSync(AdminSync),
    /// Writes the maintenance error log of the server into a file, also what was acknowledged: `error-log to FILE`.
    ErrorLog {
        /// Where it goes.
        file: ExportFile,
    },
    /// Prints a report on the server's printer: `print PATH [INPUT=VALUE…]`.
    Print {
        /// Path or name of the report.
        path: String,
        /// Its inputs as typed.
        inputs: BTreeMap<String, String>,
    },
    /// Restores, with a plan and a copy of what is replaced.
    Restore(RestoreWork),
    /// Gives a name in the Dictionary, or takes one away.
    Name(NameWork),
    /// Makes an image of the whole server: `image [device=NAME]`.
    Image {
        /// Name of the device; the first one if absent.
        device: Option<String>,
    },
    /// Runs a program of the server's folder of scripts: `script PROGRAM [ARGUMENT…]`.
    Script {
        /// Its name, without a folder.
        program: String,
        /// What it is given.
        arguments: Vec<String>,
    },
    /// A task that this version does not know, as it was kept. It fails when it is run.
    Unknown(String),
}

/// What is pushed to the other server, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminSync {
    /// The kinds of data, as a sync asked for by hand names them; all that can be synced if there are neither kinds nor tables.
    pub data: Vec<DataKind>,
    /// Instead of kinds: tables by the field's names.
    pub tables: Vec<String>,
    /// What becomes of things that were changed on the other server since the last sync.
    pub conflicts: Conflicts,
    /// Whether gaps in the other server's history are healed, too.
    pub history: bool,
}

/// Exceptions that are turned on or off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionChange {
    /// Whether they are to be checked.
    pub on: bool,
    /// Of what.
    pub of: ExceptionElement,
    /// Numbers of what is watched.
    pub numbers: Vec<String>,
    /// For what.
    pub kind: ExceptionKind,
    /// Time limit in seconds; as it was if absent.
    pub limit_secs: Option<u32>,
    /// What is still allowed; as it was if absent.
    pub threshold: Option<u16>,
    /// Of AUX only this reason.
    pub reason: Option<u8>,
}

/// How an exported report is written; the file's ending says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// Comma-separated values (`.csv`).
    Csv,
    /// As the API gives it (`.json`).
    Json,
    /// Lines for people (`.txt`).
    Text,
    /// A page for browsers and mails (`.html`).
    Html,
    /// A workbook (`.xlsx`).
    Xlsx,
    /// Pages to print (`.pdf`).
    Pdf,
}

/// Name of a file below the server's folder of exports; `{date}`, `{time}` and `{acd}` stand for those of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile(String);

const KINDS: &str = "a task is `report PATH to FILE [INPUT=VALUE…]`, `summarize daily|weekly|monthly FROM TO`, \
                     `exception on|off OF NUMBERS EXCEPTION [limit=SECS] [threshold=N] [reason=CODE]`, \
                     `collection on|off`, `call-history on|off`, \
                     `backup DATA[,DATA…]|tables=TABLE[,TABLE…] [incremental] [this-acd] [device=NAME]`, `error-log to FILE`, `print PATH [INPUT=VALUE…]`, \
                     `admin-sync [DATA[,DATA…]] [tables=A,B] [conflicts=keep|replace|refuse] [history]`, \
                     `restore LABEL|last [DATA[,DATA…]] [tables=TABLE[,TABLE…]] [this-acd] [device=NAME]`, \
                     `name SECTION NUMBER NAME [description=TEXT] [take-over]`, `unname SECTION NUMBER [take-over]`, \
                     `image [device=NAME]` or `script PROGRAM [ARGUMENT…]`";

impl Task {
    /// Reads a task as people type it. It is about the ACD `usual` unless it begins with `acd N`.
    ///
    /// # Errors
    /// A sentence that names what is wrong and what may be written.
    pub fn parse(text: &str, usual: AcdNumber) -> Result<Task, String> {
        let words = words(text)?;
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        match texts[..] {
            ["acd", number, ref work @ ..] => {
                let acd = number.parse().map_err(|error: crate::id::IdError| error.to_string())?;
                Ok(Task { acd, work: Work::from_words(work)? })
            }
            _ => Ok(Task { acd: usual, work: Work::from_words(&texts)? }),
        }
    }

    /// A task that was kept. What is not understood is kept as it is: a newer version may have written it.
    pub fn kept(acd: AcdNumber, text: &str) -> Task {
        let known = Task::parse(text, acd).ok().filter(|task| task.acd == acd);
        known.unwrap_or_else(|| Task { acd, work: Work::Unknown(text.to_owned()) })
    }
}

impl Work {
    fn from_words(words: &[&str]) -> Result<Work, String> {
        match words {
            ["report", path, "to", file, inputs @ ..] => {
                Ok(Work::Report { path: (*path).to_owned(), file: ExportFile::new(file)?, inputs: typed(inputs)? })
            }
            ["summarize", level, from, to] => {
                let known = Level::ALL.into_iter().find(|known| known.word() == *level);
                let level = known.ok_or_else(|| format!("{level:?} is not daily, weekly or monthly"))?;
                Ok(Work::Summarize { level, from: from.parse()?, to: to.parse()? })
            }
            ["exception", state, of, numbers, exception, rest @ ..] => {
                exception_change(state, of, numbers, exception, rest).map(Work::Exception)
            }
            ["collection", state] => Ok(Work::Collection { on: on(state)? }),
            ["call-history", state] => Ok(Work::CallHistory { on: on(state)? }),
            ["backup", data, rest @ ..] => backup(data, rest),
            ["admin-sync", rest @ ..] => admin_sync(rest),
            ["error-log", "to", file] => Ok(Work::ErrorLog { file: ExportFile::of_lines(file)? }),
            ["print", path, inputs @ ..] => Ok(Work::Print { path: (*path).to_owned(), inputs: typed(inputs)? }),
            ["restore", label, rest @ ..] => RestoreWork::from_words(label, rest).map(Work::Restore),
            ["name", section, number, name, rest @ ..] => {
                NameWork::from_words(section, number, Some(name), rest).map(Work::Name)
            }
            ["unname", section, number, rest @ ..] => NameWork::from_words(section, number, None, rest).map(Work::Name),
            ["image"] => Ok(Work::Image { device: None }),
            ["image", device] => match device.split_once('=') {
                Some(("device", name)) if !name.is_empty() => Ok(Work::Image { device: Some(name.to_owned()) }),
                _ => Err(format!("{device:?} is not device=NAME")),
            },
            ["script", program, arguments @ ..] => {
                if program.is_empty() || program.starts_with('.') || program.contains(['/', '\\']) {
                    return Err(format!("{program:?} is no name of a program in the folder of scripts"));
                }
                let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
                Ok(Work::Script { program: (*program).to_owned(), arguments })
            }
            _ => Err(format!("{:?} is no task; {KINDS}", words.join(" "))),
        }
    }
}

/// What programs ask of a piece of work. One that this version does not know is asked by its first word: a newer version may have
/// more to say behind it.
impl Work {
    /// Whether it backs up, be it an image of the whole.
    pub fn backs_up(&self) -> bool {
        match self {
            Work::Backup { .. } | Work::Image { .. } => true,
            Work::Unknown(text) => matches!(first_word(text), Some("backup" | "image")),
            _ => false,
        }
    }

    /// Whether it pushes administration to the other server.
    pub fn pushes_administration(&self) -> bool {
        match self {
            Work::AdminSync(_) => true,
            Work::Unknown(text) => first_word(text) == Some("admin-sync"),
            _ => false,
        }
    }

    /// Of a script: its name and what it is given, as people type them.
    pub fn script_line(&self) -> Option<String> {
        let Work::Script { program, arguments } = self else { return None };
        let words: Vec<String> = std::iter::once(program).chain(arguments).map(|word| quoted(word)).collect();
        Some(words.join(" "))
    }
}

fn first_word(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}

/// Inputs of a report as typed.
fn typed(inputs: &[&str]) -> Result<BTreeMap<String, String>, String> {
    let input = |input: &&str| match input.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("{input:?} is no input; write it as NAME=VALUE, such as splits=1;3")),
    };
    inputs.iter().map(input).collect()
}

fn backup(what: &str, rest: &[&str]) -> Result<Work, String> {
    let list = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    let (data, tables) = match what.split_once('=') {
        Some(("tables", names)) if !names.is_empty() => (Vec::new(), list(names)),
        Some(_) => return Err(format!("{what:?} is not DATA[,DATA…] or tables=TABLE[,TABLE…] of a backup")),
        None => (DataKind::list(what)?, Vec::new()),
    };
    let (mut incremental, mut this_acd, mut device) = (false, false, None);
    for part in rest {
        match (*part, part.split_once('=')) {
            ("incremental", _) => incremental = true,
            ("this-acd", _) => this_acd = true,
            (_, Some(("device", name))) if !name.is_empty() => device = Some(name.to_owned()),
            _ => return Err(format!("{part:?} is not incremental, this-acd or device=NAME")),
        }
    }
    Ok(Work::Backup { data, tables, incremental, this_acd, device })
}

fn admin_sync(rest: &[&str]) -> Result<Work, String> {
    let list = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
    let mut sync = AdminSync { data: Vec::new(), tables: Vec::new(), conflicts: Conflicts::Keep, history: false };
    for (place, part) in rest.iter().enumerate() {
        match (*part, part.split_once('=')) {
            ("history", _) => sync.history = true,
            (_, Some(("tables", names))) if !names.is_empty() => sync.tables = list(names),
            (_, Some(("conflicts", rule))) => sync.conflicts = rule.parse()?,
            (data, None) if place == 0 => sync.data = DataKind::list(data)?,
            _ => return Err(format!("{part:?} is not history, tables=A,B or conflicts=keep|replace|refuse")),
        }
    }
    Ok(Work::AdminSync(sync))
}

fn on(state: &str) -> Result<bool, String> {
    match state {
        "on" => Ok(true),
        "off" => Ok(false),
        other => Err(format!("write on or off, not {other:?}")),
    }
}

fn exception_change(
    state: &str,
    of: &str,
    numbers: &str,
    exception: &str,
    rest: &[&str],
) -> Result<ExceptionChange, String> {
    let of: ExceptionElement = of.parse()?;
    let mut change = ExceptionChange {
        on: on(state)?,
        of,
        numbers: list_with_words(numbers, |_| true).map_err(|fault| fault.to_string())?,
        kind: ExceptionKind::parse(of, exception)?,
        limit_secs: None,
        threshold: None,
        reason: None,
    };
    for part in rest {
        let wrong = || format!("{part:?} is not limit=SECS, threshold=N or reason=CODE");
        let (name, number) = part.split_once('=').ok_or_else(wrong)?;
        match name {
            "limit" => change.limit_secs = Some(number.parse().map_err(|_| wrong())?),
            "threshold" => change.threshold = Some(number.parse().map_err(|_| wrong())?),
            "reason" => change.reason = Some(number.parse().map_err(|_| wrong())?),
            _ => return Err(wrong()),
        }
    }
    Ok(change)
}

impl fmt::Display for ExceptionChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (of, numbers, kind) = (self.of.word(), quoted(&self.numbers.join(",")), self.kind.name());
        write!(f, "exception {} {of} {numbers} {kind}", state(self.on))?;
        self.limit_secs.map_or(Ok(()), |limit| write!(f, " limit={limit}"))?;
        self.threshold.map_or(Ok(()), |threshold| write!(f, " threshold={threshold}"))?;
        self.reason.map_or(Ok(()), |reason| write!(f, " reason={reason}"))
    }
}

impl fmt::Display for AdminSync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("admin-sync")?;
        if !self.data.is_empty() {
            write!(f, " {}", DataKind::words(&self.data))?;
        }
        if !self.tables.is_empty() {
            write!(f, " {}", quoted(&format!("tables={}", self.tables.join(","))))?;
        }
        if self.conflicts != Conflicts::Keep {
            write!(f, " conflicts={}", self.conflicts)?;
        }
        f.write_str(if self.history { " history" } else { "" })
    }
}

fn state(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

fn told(f: &mut fmt::Formatter<'_>, inputs: &BTreeMap<String, String>) -> fmt::Result {
    inputs.iter().try_for_each(|(name, value)| write!(f, " {}", quoted(&format!("{name}={value}"))))
}

/// As people type it, without the ACD; [`Task::parse`] reads it back.
impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Work::Report { path, file, inputs } => {
                write!(f, "report {} to {}", quoted(path), quoted(&file.0))?;
                told(f, inputs)
            }
            Work::Print { path, inputs } => {
                write!(f, "print {}", quoted(path))?;
                told(f, inputs)
            }
            Work::Restore(work) => work.fmt(f),
            Work::Name(work) => work.fmt(f),
            Work::Image { device } => {
                f.write_str("image")?;
                carried::device(f, device.as_deref())
            }
            Work::Summarize { level, from, to } => write!(f, "summarize {level} {from} {to}"),
            Work::Exception(change) => change.fmt(f),
            Work::Collection { on } => write!(f, "collection {}", state(*on)),
            Work::CallHistory { on } => write!(f, "call-history {}", state(*on)),
            Work::Backup { data, tables, incremental, this_acd, device } => {
                match tables.is_empty() {
                    true => write!(f, "backup {}", DataKind::words(data))?,
                    false => write!(f, "backup {}", quoted(&format!("tables={}", tables.join(","))))?,
                }
                f.write_str(if *incremental { " incremental" } else { "" })?;
                f.write_str(if *this_acd { " this-acd" } else { "" })?;
                carried::device(f, device.as_deref())
            }
            Work::AdminSync(sync) => write!(f, "{sync}"),
            Work::ErrorLog { file } => write!(f, "error-log to {}", quoted(&file.0)),
            Work::Script { .. } => write!(f, "script {}", self.script_line().unwrap_or_default()),
            Work::Unknown(text) => f.write_str(text),
        }
    }
}

impl ExportFile {
    /// What can stand for something of the run.
    const PLACES: [&'static str; 3] = ["{date}", "{time}", "{acd}"];
    /// Longest name, in bytes.
    const MAX: usize = 150;

    /// Checks a name.
    ///
    /// # Errors
    /// If it could lead out of the folder, has no ending that says how to write it, or has an unknown place in braces.
    pub fn new(text: &str) -> Result<ExportFile, String> {
        let wrong = |why: &str| Err(format!("{text:?} cannot be the name of an export: {why}"));
        let is_plain = |part: &str| !part.is_empty() && !part.starts_with('.') && part.trim() == part;
        if text.len() > Self::MAX || text.chars().any(|letter| letter.is_control() || "\\:*?\"<>|".contains(letter)) {
            return wrong("it is too long or has letters that a file's name must not have");
        }
        if !text.split('/').all(is_plain) {
            return wrong("give a name below the folder of exports, such as daily/splits-{date}.csv");
        }
        if Self::PLACES.iter().fold(text.to_owned(), |rest, place| rest.replace(place, "")).contains(['{', '}']) {
            return wrong("only {date}, {time} and {acd} can stand in braces");
        }
        match form(text) {
            Some(_) => Ok(ExportFile(text.to_owned())),
            None => wrong("it must end in .csv, .json, .txt, .html, .xlsx or .pdf, which says how it is written"),
        }
    }

    /// Checks a name for what is no report and has no pages: lines of a log.
    ///
    /// # Errors
    /// As [`ExportFile::new`], and of the endings of documents.
    pub fn of_lines(text: &str) -> Result<ExportFile, String> {
        let file = ExportFile::new(text)?;
        match file.form() {
            ExportForm::Csv | ExportForm::Json | ExportForm::Text => Ok(file),
            ExportForm::Html | ExportForm::Xlsx | ExportForm::Pdf => {
                Err(format!("{text:?} cannot be the name of a log: it must end in .csv, .json or .txt"))
            }
        }
    }

    /// The name, with its places in braces.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// How it is written.
    pub fn form(&self) -> ExportForm {
        form(&self.0).unwrap_or(ExportForm::Text)
    }

    /// The name for a run at this local time.
    pub fn name_at(&self, local: NaiveDateTime, acd: AcdNumber) -> String {
        let time = format!("{:02}{:02}", local.hour(), local.minute());
        let name = self.0.replace("{date}", &local.date().to_string()).replace("{time}", &time);
        name.replace("{acd}", &acd.to_string())
    }
}

fn form(name: &str) -> Option<ExportForm> {
    match name.rsplit_once('.')?.1 {
        "csv" => Some(ExportForm::Csv),
        "json" => Some(ExportForm::Json),
        "txt" => Some(ExportForm::Text),
        "html" => Some(ExportForm::Html),
        "xlsx" => Some(ExportForm::Xlsx),
        "pdf" => Some(ExportForm::Pdf),
        _ => None,
    }
}
