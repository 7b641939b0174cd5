//! A backup that is to be made now, and a restore that is to be taken back, while they are thought over.

use std::collections::BTreeSet;

use api::{Backups, RestoreEntry, RunBackup, RunImage, UndoRestore};
use model::{AcdNumber, DataKind};
use session::{JobRequest, Model};

use super::acd_name;

/// Whether kinds of data are chosen or tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Kinds of data.
    Kinds,
    /// Tables by the field's names.
    Tables,
}

/// By what data are chosen, as the dialogs name it.
pub const BY: [(By, &str); 2] = [(By::Kinds, "Kinds of data"), (By::Tables, "Specific tables")];
/// How much is backed up, as the dialog names it.
pub const MODES: [(bool, &str); 2] = [(false, "Full"), (true, "Incremental")];

/// ACDs of the serving server to choose from, with their names.
pub fn acds(model: &Model) -> Vec<(AcdNumber, String)> {
    let health = model.serving.and_then(|which| model.servers[which].health.as_ref());
    health.into_iter().flat_map(|health| &health.acds).map(|acd| (acd.acd, acd_name(model, acd.acd))).collect()
}

/// Names of tables between commas or blanks.
pub fn tables(typed: &str) -> Vec<String> {
    let names = typed.split([',', ';', ' ', '\t', '\n']).map(str::trim);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// A backup while it is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupDraft {
    /// By what it is chosen.
    pub by: By,
    /// The ticked kinds of data.
    pub kinds: BTreeSet<DataKind>,
    /// Names of tables, as typed.
    pub tables: String,
    /// The ACDs there are.
    pub acds: Vec<(AcdNumber, String)>,
    /// The ACD; all of them without one.
    pub acd: Option<AcdNumber>,
    /// Of history only what is new.
    pub incremental: bool,
    /// Names of the devices.
    pub devices: Vec<String>,
    /// The chosen one.
    pub device: String,
}

impl BackupDraft {
    /// A full backup of all that a server has, on its first device.
    pub fn new(model: &Model, known: &Backups) -> BackupDraft {
        let devices: Vec<String> = known.devices.iter().map(|device| device.name.clone()).collect();
        BackupDraft {
            by: By::Kinds,
            kinds: [DataKind::Local, DataKind::System, DataKind::Acd, DataKind::Historical].into(),
            tables: String::new(),
            acds: acds(model),
            acd: None,
            incremental: false,
            device: devices.first().cloned().unwrap_or_default(),
            devices,
        }
    }

    /// What is asked for, or what is wrong.
    pub fn request(&self) -> Result<JobRequest, String> {
        let (data, tables) = match self.by {
            By::Kinds => (self.kinds.iter().copied().collect(), Vec::new()),
            By::Tables => (Vec::new(), tables(&self.tables)),
        };
        match self.by {
            By::Kinds if data.is_empty() => return Err("Tick the data that are to be backed up".to_owned()),
            By::Tables if tables.is_empty() => return Err("Name a table, such as hsplit or split_pro".to_owned()),
            _ => {}
        }
        let device = Some(self.device.clone()).filter(|device| !device.is_empty());
        Ok(JobRequest::Backup(RunBackup { data, tables, acd: self.acd, incremental: self.incremental, device }))
    }
}

/// An image while its device is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageDraft {
    /// Names of the devices.
    pub devices: Vec<String>,
    /// The chosen one.
    pub device: String,
}

impl ImageDraft {
    /// On the first device.
    pub fn new(known: &Backups) -> ImageDraft {
        let devices: Vec<String> = known.devices.iter().map(|device| device.name.clone()).collect();
        ImageDraft { device: devices.first().cloned().unwrap_or_default(), devices }
    }
}

/// What a dialog of one step asks before a job begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobForm {
    /// A backup.
    Backup(BackupDraft),
    /// Taking back a restore, or one that was taken back forward again.
    Undo(RestoreEntry),
    /// An image of the whole server.
    Image(ImageDraft),
}

/// Which way a restore is taken.
pub fn way(restore: &RestoreEntry) -> &'static str {
    if restore.undone_at.is_some() { "forward again" } else { "back" }
}

impl JobForm {
    /// What the dialog is called.
    pub fn title(&self) -> String {
        match self {
            JobForm::Backup(_) => "Back up now".to_owned(),
            JobForm::Undo(restore) => format!("Take restore {} {}?", restore.restore, way(restore)),
            JobForm::Image(_) => "Make an image of the whole server".to_owned(),
        }
    }

    /// What is asked for, or what is wrong.
    pub fn request(&self) -> Result<JobRequest, String> {
        match self {
            JobForm::Backup(draft) => draft.request(),
            // What it would do comes first.
            JobForm::Undo(entry) => {
                let (restore, forward) = (entry.restore, entry.undone_at.is_some());
                Ok(JobRequest::Undo(UndoRestore { restore, forward, dry_run: true, ..UndoRestore::default() }))
            }
            JobForm::Image(draft) => {
                let device = Some(draft.device.clone()).filter(|device| !device.is_empty());
                Ok(JobRequest::Image(RunImage { device }))
            }
        }
    }

    /// What the button says, with the name of the server.
    pub fn button(&self, server: &str) -> String {
        match self {
            JobForm::Backup(_) => format!("Back up on {server}"),
            JobForm::Undo(_) => format!("Plan on {server}"),
            JobForm::Image(_) => format!("Make an image of {server}"),
        }
    }

    /// What it means.
    pub fn note(&self) -> &'static str {
        match self {
            JobForm::Backup(_) => {
                "Data collection and reports go on meanwhile. Everything is read back and compared before it counts as done; what \
                 fails leaves nothing behind. Passwords are in no backup"
            }
            JobForm::Image(_) => {
                "All that the server is: configuration, keys, databases, journal. Data collection and reports go on meanwhile. \
                 Password hashes and keys are in it: keep it as private as the server itself"
            }
            JobForm::Undo(_) => {
                "What it replaced was copied before, and is put back from that copy. The plan shows first what would change, and what \
                 was changed since. It needs the same state of the server as the restore did"
            }
        }
    }
}
