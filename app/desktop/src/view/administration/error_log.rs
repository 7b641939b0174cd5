//! The maintenance error log: which entries are shown, what each means, and which of them are to be acknowledged.

use std::collections::BTreeSet;
use std::time::Instant;

use api::{AcknowledgeMaintenance, MaintenanceEntry};
use model::Calendar;
use report::Level;
use session::{ChangeRequest, ErrorLogData, Model, Severity, Unacknowledged, Which};

use super::{Confirm, PageKind, may_ask_of, moment_text, other_name};
use crate::view::cells::CellView;
use crate::view::counts::{counted, counted_u64};

/// How grave what is shown is at least, as the page's segments have it.
pub const LEAST: [(Severity, &str); 3] =
    [(Severity::Info, "All"), (Severity::Warning, "Warnings and errors"), (Severity::Error, "Errors")];

/// What is shown of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// How grave it is at least.
    pub least: Severity,
    /// Only what nobody has acknowledged.
    pub only_open: bool,
    /// Words that are in it.
    pub search: String,
}

impl Default for Filter {
    fn default() -> Self {
        Filter { least: Severity::Info, only_open: true, search: String::new() }
    }
}

impl Filter {
    fn holds(&self, entry: &MaintenanceEntry) -> bool {
        let text = format!("{} {} {}", entry.severity, entry.code, entry.text).to_lowercase();
        Severity::of(entry) >= self.least
            && (!self.only_open || is_open(entry))
            && self.search.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }
}

/// Whether nobody has acknowledged it.
pub fn is_open(entry: &MaintenanceEntry) -> bool {
    entry.acknowledged_at.is_none()
}

/// One entry as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// The entry.
    pub entry: MaintenanceEntry,
    /// Its cells: tick, severity, last, code, count, text, first, acknowledged.
    pub cells: [CellView; 8],
}

/// The entries that the filter lets through, newest first.
pub fn rows(
    known: &[MaintenanceEntry],
    filter: &Filter,
    ticked: &BTreeSet<i64>,
    calendar: Option<&Calendar>,
) -> Vec<EntryRow> {
    let row = |entry: &MaintenanceEntry| {
        let normal = |text: String| CellView { text, level: Level::Normal };
        let level = match Severity::of(entry) {
            Severity::Info => Level::Normal,
            Severity::Warning => Level::Caution,
            Severity::Error => Level::Warning,
        };
        let cells = [
            normal(if ticked.contains(&entry.id) { "yes" } else { "" }.to_owned()),
            CellView { text: entry.severity.clone(), level },
            normal(moment_text(entry.last_at, calendar)),
            normal(entry.code.clone()),
            normal(entry.count.to_string()),
            normal(entry.text.clone()),
            normal(moment_text(entry.first_at, calendar)),
            normal(acknowledged(entry, calendar).unwrap_or_default()),
        ];
        EntryRow { entry: entry.clone(), cells }
    };
    known.iter().filter(|entry| filter.holds(entry)).map(row).collect()
}

fn acknowledged(entry: &MaintenanceEntry, calendar: Option<&Calendar>) -> Option<String> {
    let at = moment_text(entry.acknowledged_at?, calendar);
    Some(match &entry.acknowledged_by {
        Some(by) => format!("{at} by {by}"),
        None => at,
    })
}

/// `2 errors and 1 warning`.
pub fn open_text(open: Unacknowledged) -> String {
    let errors = counted(open.errors, "error", "errors");
    let warnings = counted(open.warnings, "warning", "warnings");
    match (open.errors, open.warnings) {
        (0, 0) => "no error and no warning".to_owned(),
        (_, 0) => errors,
        (0, _) => warnings,
        _ => format!("{errors} and {warnings}"),
    }
}

/// What an entry is called above its details.
pub fn headline(entry: &MaintenanceEntry) -> String {
    format!("{} {}, entry {}", super::line_start(&entry.severity), entry.code, entry.id)
}

/// An entry in full: name, text.
pub fn details(entry: &MaintenanceEntry, calendar: Option<&Calendar>) -> Vec<(&'static str, String)> {
    let mut details = vec![("Text", entry.text.clone())];
    if let Some((meaning, to_do)) = meaning(&entry.code) {
        details.push(("Meaning", meaning.to_owned()));
        details.push(("To do", to_do.to_owned()));
    }
    let last = moment_text(entry.last_at, calendar);
    let told = match entry.count {
        1 => format!("once, at {last}"),
        count => {
            let first = moment_text(entry.first_at, calendar);
            format!("{}, first at {first}, last at {last}", counted_u64(count, "time", "times"))
        }
    };
    details.push(("Told", told));
    details.push(("Seen", acknowledged(entry, calendar).unwrap_or_else(|| "acknowledged by nobody yet".to_owned())));
    details
}

/// What a code means, and what is to be done about it; nothing of codes that a newer server has.
fn meaning(code: &str) -> Option<(&'static str, &'static str)> {
    const NOTHING: &str = "nothing";
    Some(match code {
        "task-failed" => {
            ("A task of a timetable failed", "mend the cause that the text names; then Timetables, Run now")
        }
        "timetable-failed" => (
            "A timetable did not do all that it should: one of its tasks failed",
            "mend the cause; then Timetables, Run now",
        ),
        "timetable-missed" => {
            ("A timetable did not begin when it was due", "if it is needed still: Timetables, Run now")
        }
        "timetable-interrupted" => (
            "The server ended, or single-user mode was set, in the middle of a run; the tasks behind were not done",
            "look what was done; then Timetables, Run now",
        ),
        "timetable-unusable" => (
            "A timetable of a newer version, or of an ACD that this server does not have",
            "upgrade the server, or change the timetable on Timetables",
        ),
        "timetable-done" => ("A timetable ran as it should", NOTHING),
        "backup-done" => ("A backup was made", NOTHING),
        "backup-failed" => ("A backup was not made", "mend the cause; then Backups, Back up now…"),
        "backup-damaged" => (
            "A volume of a backup is not what was written",
            "Backups, Back up now…; and look at the device that holds it",
        ),
        "image-done" => ("An image of the whole server was made", NOTHING),
        "image-failed" => ("An image of the whole server was not made", "mend the cause; then Backups, Images"),
        "restore-done" => ("History or administration was restored from a backup", NOTHING),
        "sync-done" => ("Administration was synced to the other server", NOTHING),
        "sync-conflicts" => (
            "Things were changed on the receiving server since the last sync, and stay as they are there",
            "Servers side by side, Admin-Sync: make both alike, or sync again and replace them",
        ),
        "sync-history" => (
            "After a sync with history both servers do not hold the same",
            "Servers side by side, Compare: see what differs",
        ),
        "sync-failed" => ("Administration that was sent here was not taken in", "mend the cause; then sync again"),
        _ => return of_files(code),
    })
}

/// The same of files that were lost or damaged.
fn of_files(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "acd-history-lost" => (
            "The file with an ACD's history, names, profiles, exceptions, traces and permissions was gone when the server started",
            "get it back as the text says before anything is synced from here (Backups, or a copy of the file while the server is \
             stopped); then acknowledge this entry",
        ),
        "acd-records-lost" => (
            "The file with an ACD's records of calls, traces and exceptions was gone when the server started",
            "get it back as the text says (Backups, or a copy of the file while the server is stopped); then acknowledge this entry",
        ),
        "journal-lost" | "journal-damaged" => (
            "What an ACD told last could not be read when the server started",
            "Servers side by side, Compare: see which intervals lack data, and heal them; look at the server's disk",
        ),
        "checkpoint-damaged" => (
            "The saved state of an ACD could not be read when the server started; the journal has rebuilt it",
            "look at the server's disk",
        ),
        "archive-recovered" => (
            "For a time nothing of an ACD could be archived or journalled; it can again, and what came meanwhile was kept",
            "mend the cause that the text names",
        ),
        "switch-refused" => (
            "Somebody connected to an ACD's link and was refused before a session began: not by TLS, or with a certificate that is not accepted",
            "Data collection: the link's state says whether the switch is connected. If it is not, do what the text names here or at the switch; if it is, find out who else connects",
        ),
        _ => return None,
    })
}

/// Whose log can be chosen, by the page that shows it; nothing where the profile names one server only.
pub fn logs(model: &Model) -> Option<[(PageKind, String); 2]> {
    other_name(model)?;
    let serving = model.serving?;
    Some(Which::BOTH.map(|which| {
        let kind = if which == serving { PageKind::ErrorLog } else { PageKind::OtherErrorLog };
        (kind, format!("{which} {}", model.servers[which].name()))
    }))
}

/// Whether entries of the log of a server can be acknowledged, or why not.
pub fn may_acknowledge(model: &Model, which: Which, known: &ErrorLogData, now: Instant) -> Result<(), String> {
    may_ask_of(model, which, now)?;
    match known.may_acknowledge {
        false => Err(format!(
            "You may read the log of {}, not acknowledge it: that takes writing the feature maintenance, which an \
             administrator permits on Users and permissions",
            model.servers[which].name()
        )),
        true => Ok(()),
    }
}

/// Whether this one can be acknowledged.
pub fn may_acknowledge_one(may: &Result<(), String>, chosen: Option<&MaintenanceEntry>) -> Result<(), String> {
    may.clone()?;
    match chosen {
        None => Err("Choose an entry first".to_owned()),
        Some(entry) if !is_open(entry) => Err("It was acknowledged already".to_owned()),
        Some(_) => Ok(()),
    }
}

/// Of what is shown, the entries that nobody has acknowledged; of these the ticked ones alone, or all.
pub fn open_ids(shown: &[EntryRow], ticked: Option<&BTreeSet<i64>>) -> Vec<i64> {
    let is_wanted = |row: &&EntryRow| is_open(&row.entry) && ticked.is_none_or(|ticked| ticked.contains(&row.entry.id));
    shown.iter().filter(is_wanted).map(|row| row.entry.id).collect()
}

/// The change that acknowledges these entries.
pub fn acknowledge(ids: Vec<i64>) -> ChangeRequest {
    ChangeRequest::Acknowledge(AcknowledgeMaintenance { ids: Some(ids) })
}

/// The question before everything that is shown is acknowledged.
pub fn acknowledge_all(model: &Model, which: Which, shown: &[EntryRow]) -> Confirm {
    let here = model.servers[which].name();
    let entries: Vec<MaintenanceEntry> = shown.iter().map(|row| row.entry.clone()).collect();
    let ids = open_ids(shown, None);
    let open = Unacknowledged::of(&entries);
    let others = ids.len() - open.count();
    let of = match others {
        0 => open_text(open),
        others => format!(
            "{}, and {}",
            open_text(open),
            counted(others, "entry of what went well", "entries of what went well")
        ),
    };
    Confirm {
        title: format!("Acknowledge {}?", counted(ids.len(), "entry", "entries")),
        lines: vec![
            format!("Acknowledged means that somebody has seen it: {of}"),
            "It is not taken back. The same trouble after that is a new entry".to_owned(),
        ],
        button: format!("Acknowledge on {here}"),
        dangerous: false,
        which,
        change: acknowledge(ids),
    }
}
