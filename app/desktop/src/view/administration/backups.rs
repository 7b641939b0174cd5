//! Backups: how backing up stands, what there is on the devices, what was restored; in words where the field has codes.

use api::{BackupDescription, BackupDevice, BackupEntry, Backups, NameBackup, RestoreEntry};
use model::{AcdNumber, DataKind, RunStatus};
use report::Level;
use session::{JobRequest, Model};

use super::storage::bytes_text;
use super::{acd_calendar, acd_name, moment_text, sentence};
use crate::view::cells::CellView;
use crate::view::counts::{counted_u64, figure};

/// Parts of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// What is on the devices.
    #[default]
    Backups,
    /// What was restored on this server.
    Restores,
    /// Images of whole servers.
    Images,
}

/// Parts, as the page's tabs have them.
pub const TABS: [(Part, &str); 3] =
    [(Part::Backups, "Backups"), (Part::Restores, "Restores done"), (Part::Images, "Images")];

/// What the field calls a kind of data, where it stands alone.
pub fn kind_title(kind: DataKind) -> &'static str {
    match kind {
        DataKind::Local => "Local system administration data",
        DataKind::System => "CMS system administration data",
        DataKind::Acd => "ACD-specific administration data",
        DataKind::Historical => "Historical data",
        DataKind::Custom => "Custom data",
    }
}

/// How backing up stands: name, text.
pub fn facts(known: &Backups) -> Vec<(String, String)> {
    let today = match known.completed_today {
        0 => "none".to_owned(),
        count => count.to_string(),
    };
    let mut facts = vec![("Backups completed today".to_owned(), today), ("Status".to_owned(), sentence(&known.status))];
    facts.extend(known.devices.iter().map(|device| (format!("Device {}", device.name), device_text(device))));
    facts
}

/// What is to be kept in mind each day: that nothing was backed up yet.
pub fn advice(known: &Backups) -> Option<&'static str> {
    (known.completed_today == 0).then_some("No backup was completed today yet")
}

fn device_text(device: &BackupDevice) -> String {
    let volumes = counted_u64(u64::from(device.volumes_needed), "volume", "volumes");
    let kept = match device.keep {
        Some(1) => "the last full backup is kept".to_owned(),
        Some(keep) => format!("the last {keep} full backups are kept"),
        None => "all backups are kept".to_owned(),
    };
    let size = bytes_text(device.volume_bytes);
    let free = device.free_bytes.map_or_else(String::new, |bytes| format!("; {} are free", bytes_text(bytes)));
    format!("{}; a full backup of everything needs up to {volumes} of {size}; {kept}{free}", device.folder)
}

/// What makes a backup this one and no other: its label, device and folder.
pub type Key = (String, String, String);

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRow {
    /// Which.
    pub key: Key,
    /// Its cells, in the order of the columns.
    pub cells: [CellView; 9],
    /// All of it in words: name, text.
    pub details: Vec<(&'static str, String)>,
    /// As the server told it.
    pub entry: BackupEntry,
}

/// The backups that have the searched words in them, newest first.
pub fn rows(model: &Model, known: &[BackupEntry], search: &str) -> Vec<BackupRow> {
    known.iter().map(|entry| row(model, entry)).filter(|row| holds(&row.cells, search)).collect()
}

fn holds(cells: &[CellView], search: &str) -> bool {
    let texts: Vec<String> = cells.iter().map(|cell| cell.text.to_lowercase()).collect();
    search.to_lowercase().split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)))
}

fn normal(text: impl Into<String>) -> CellView {
    CellView { text: text.into(), level: Level::Normal }
}

fn row(model: &Model, entry: &BackupEntry) -> BackupRow {
    let calendar = acd_calendar(model, None);
    let volumes = match entry.missing.len() {
        0 if !entry.damaged.is_empty() => CellView { text: "damaged".to_owned(), level: Level::Warning },
        0 => normal(entry.volumes.to_string()),
        missing => CellView { text: format!("{missing} of {} missing", entry.volumes), level: Level::Warning },
    };
    let kinds: Vec<&str> = entry.data.iter().map(|kind| kind.word()).collect();
    let cells = [
        normal(&entry.label),
        normal(moment_text(entry.made_at, calendar.as_ref())),
        normal(format!("{} ({})", entry.server, entry.role)),
        normal(&entry.device),
        normal(&entry.mode),
        normal(entry.tables.as_ref().map_or_else(|| kinds.join(", "), |tables| tables.join(", "))),
        volumes,
        normal(figure(entry.rows)),
        normal(bytes_text(entry.bytes)),
    ];
    let key = (entry.label.clone(), entry.device.clone(), entry.folder.clone());
    BackupRow { key, cells, details: details(model, entry), entry: entry.clone() }
}

fn details(model: &Model, entry: &BackupEntry) -> Vec<(&'static str, String)> {
    let titles: Vec<&str> = entry.data.iter().map(|kind| kind_title(*kind)).collect();
    let holds = match &entry.tables {
        Some(tables) => format!("only the tables {}", tables.join(", ")),
        None => titles.join(", "),
    };
    let mut details = vec![("Holds", format!("{holds}; {}", acds_text(model, &entry.acds)))];
    if entry.mode == "incremental" {
        let bases = entry.needs();
        let base = if bases.is_empty() { "an earlier one".to_owned() } else { bases.join(" and ") };
        details.push(("Mode", format!("incremental: of history only what was archived since {base}")));
    }
    if !entry.missing.is_empty() {
        let missing: Vec<String> = entry.missing.iter().map(|number| format!("{number:02}")).collect();
        let text =
            format!("volumes {} are not there; it can be verified and restored only with them", missing.join(", "));
        details.push(("Missing", text));
    }
    if !entry.damaged.is_empty() {
        details.push(("Damaged", format!("{}; verify it again once that is mended", entry.damaged)));
    }
    details.push(("Where", format!("device {}, folder {}", entry.device, entry.folder)));
    details
}

fn acds_text(model: &Model, acds: &[AcdNumber]) -> String {
    match acds {
        [] => "of no ACD".to_owned(),
        _ => acds.iter().map(|acd| acd_name(model, *acd)).collect::<Vec<_>>().join(", "),
    }
}

/// How the server is told which backup is meant.
pub fn named(entry: &BackupEntry) -> NameBackup {
    NameBackup { label: format!("{}/{}", entry.folder, entry.label), device: Some(entry.device.clone()) }
}

/// What verifying it asks for.
pub fn verify(entry: &BackupEntry) -> JobRequest {
    JobRequest::Verify(named(entry))
}

/// What is known of a described backup beside its label and its tables: name, text.
pub fn described(model: &Model, known: &BackupDescription) -> Vec<(&'static str, String)> {
    let mut facts = details(model, &known.backup);
    let calendar = acd_calendar(model, None);
    let made = moment_text(known.backup.made_at, calendar.as_ref());
    let of = format!("on {} ({}) at {made}, by version {}", known.backup.server, known.backup.role, known.product);
    facts.insert(0, ("Made", of));
    facts
}

/// A described backup's tables, in the order of the columns: kind of data, table, ACD, rows, volume.
pub fn table_rows(known: &BackupDescription) -> Vec<[String; 5]> {
    let row = |table: &api::BackupTable| {
        [
            kind_title(table.data).to_owned(),
            table.table.clone(),
            table.acd.map_or_else(String::new, |acd| acd.to_string()),
            figure(table.rows),
            table.volume.clone(),
        ]
    };
    known.tables.iter().map(row).collect()
}

/// One restore that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreRow {
    /// Its cells, in the order of the columns.
    pub cells: [CellView; 7],
    /// What the cells cannot hold: name, text.
    pub details: Vec<(&'static str, String)>,
    /// As the server told it.
    pub entry: RestoreEntry,
    /// Whether it can be taken back, or forward again; or why not.
    pub may_undo: Result<(), String>,
}

/// The restores on this server, newest first.
pub fn restores(model: &Model, known: &[RestoreEntry]) -> Vec<RestoreRow> {
    let calendar = acd_calendar(model, None);
    let moment = |at| moment_text(at, calendar.as_ref());
    let row = |entry: &RestoreEntry| {
        let level = if entry.status.is_not_done() { Level::Warning } else { Level::Normal };
        let cells = [
            normal(entry.restore.to_string()),
            normal(&entry.label),
            normal(&entry.what),
            normal(moment(entry.started_at)),
            CellView { text: entry.status.to_string(), level },
            normal(&entry.user),
            normal(entry.undone_at.map_or_else(String::new, moment)),
        ];
        let ended = entry.finished_at.map_or_else(|| "not yet".to_owned(), moment);
        let mut details = vec![("What", entry.what.clone()), ("Ended", ended)];
        if !entry.detail.is_empty() {
            details.push(("Problem", entry.detail.clone()));
        }
        RestoreRow { cells, details, may_undo: may_undo(entry), entry: entry.clone() }
    };
    known.iter().map(row).collect()
}

fn may_undo(entry: &RestoreEntry) -> Result<(), String> {
    if entry.undone_at.is_some() && !entry.can_go_forward {
        return Err("It was taken back, and there is no copy to take it forward again".to_owned());
    }
    if entry.status == RunStatus::Running {
        return Err("It is still running".to_owned());
    }
    match entry.barred_by {
        Some(later) => Err(format!("Restore {later} came later: take that back first")),
        None => Ok(()),
    }
}
