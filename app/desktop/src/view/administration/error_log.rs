//! The maintenance error log: which entries are shown, what each means, and which of them are to be acknowledged.

use std::collections::BTreeSet;
use std::time::Instant;

use api::{AcknowledgeMaintenance, MaintenanceEntry};
use model::{Calendar, Severity};
use report::Level;
use session::{ChangeRequest, ErrorLogData, Model, Unacknowledged, Which};

use super::log_meanings::meaning;
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
        entry.severity >= self.least
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
        let level = match entry.severity {
            Severity::Info => Level::Normal,
            Severity::Warning => Level::Caution,
            Severity::Error => Level::Warning,
        };
        let cells = [
            normal(if ticked.contains(&entry.id) { "yes" } else { "" }.to_owned()),
            CellView { text: entry.severity.to_string(), level },
            normal(moment_text(entry.last_at, calendar)),
            normal(entry.code.to_string()),
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
    format!("{} {}, entry {}", super::line_start(entry.severity.word()), entry.code, entry.id)
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
