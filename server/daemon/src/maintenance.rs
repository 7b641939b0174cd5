//! Maintenance: backups and restores, one after the other, on a thread of their own.
//!
//! Backing up reads by snapshots of its own and holds nobody up. Restoring goes through the one writer of each file. Only one
//! of them runs at a time: a backup in the middle of a restore would hold half of it.

pub mod again;
pub mod allowed;
pub mod applying;
pub mod backups;
pub mod broken_off;
mod damaged;
pub mod images;
mod jobs;
mod master;
mod mounting;
pub mod parcels;
pub mod restoring;
mod rights_aside;
mod room;
pub mod run;
mod set_aside;
mod shown;
mod since;
pub mod syncing;
mod targets;
#[cfg(test)]
#[path = "tests/jobs.rs"]
mod tests;
pub mod undoing;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, Weak};

use anyhow::Result;
use api::{ErrorBody, ErrorCode};
use backup::{BackupError, Device, Found, Known, Place, ServerEntry};
use chrono::NaiveDate;
use chrono_tz::Tz;
use model::{Calendar, DataKind, IntervalMinutes, Moment, Severity};
use store::{DataFolder, Identity, LocalStore};

use crate::acd::AcdView;
use crate::causes::told;
use crate::clock::Clock;
use crate::config::devices;
use crate::config::{AcdConfig, Config};

pub use jobs::{Jobs, Progress, Standing, Turn};

/// Folder of the copies of what restores have replaced.
const RESTORES: &str = "restores";
/// Volumes are unpacked in here.
const UNPACKED: &str = "unpacked";
/// Volumes on their way to an object store are made in here.
const OUTGOING: &str = "outgoing";
/// Copies of what was replaced are kept for so many restores.
const COPIES_KEPT: usize = 10;

/// Everything that backups and restores need to know of the server.
pub struct Maintenance {
    data: DataFolder,
    devices: Vec<Device>,
    /// Where what is carried between two servers lies meanwhile.
    parcels: Device,
    server: ServerEntry,
    acds: Vec<AcdConfig>,
    /// By `cms.toml`, of the first ACD; and that ACD, once it is opened.
    calendar: Calendar,
    first: OnceLock<Weak<AcdView>>,
    clock: Arc<dyn Clock>,
    jobs: Jobs,
}

impl Maintenance {
    /// Maintenance of the server of a data folder.
    pub fn new(dir: &Path, config: &Config, identity: &Identity, clock: Arc<dyn Clock>) -> Maintenance {
        let devices = devices(dir, config);
        let volume_bytes = devices.first().map_or(u64::MAX, |device| device.volume_bytes);
        let place = Place::Folder(dir.join(api::PARCELS_DEVICE));
        let parcels = Device { name: api::PARCELS_DEVICE.to_owned(), place, volume_bytes, keep: None };
        let Identity { name, server_id: id, role, .. } = identity.clone();
        let zone = config.acds.first().map_or(Tz::UTC, |acd| acd.zone);
        Maintenance {
            data: DataFolder::new(dir),
            devices,
            parcels,
            server: ServerEntry { name, id, role },
            acds: config.acds.clone(),
            calendar: Calendar { zone, interval: IntervalMinutes::default() },
            first: OnceLock::new(),
            clock,
            jobs: Jobs::default(),
        }
    }

    /// After a start: what was broken off is noted and told, and what it left unfinished is removed. None of it ever counted.
    pub fn clear_up(&self, local: &mut LocalStore) -> Result<()> {
        for (code, text) in broken_off::settle(self.folder(), local, self.now())? {
            tracing::info!(code = code.word(), "maintenance: {text}");
            local.log_maintenance(self.now(), Severity::Info, code.word(), &text)?;
        }
        for (code, text) in broken_off::told(self.folder(), local)? {
            tracing::warn!(code = code.word(), "maintenance: {text}");
            local.log_maintenance(self.now(), Severity::Error, code.word(), &text)?;
        }
        local.note_interrupted()?;
        // Whoever carried parcels begins anew.
        for scratch in [self.unpacked(), self.outgoing(), self.parcels.address().to_owned()] {
            if scratch.exists() {
                std::fs::remove_dir_all(&scratch)?;
            }
        }
        // A store is looked at when the next backup goes there: a start waits for no network.
        for device in self.devices.iter().filter(|device| device.folder().is_some()) {
            backup::sweep(&device.own_folder(&self.server.name));
        }
        Ok(())
    }

    /// From now on the time of the server's first ACD is as it is in force there.
    pub fn follow(&self, first: &Arc<AcdView>) {
        let _ = self.first.set(Arc::downgrade(first));
    }

    /// The calendar of the server's first ACD.
    pub fn calendar(&self) -> Calendar {
        self.first.get().and_then(Weak::upgrade).map_or(self.calendar, |first| first.calendar())
    }

    /// Now, by the server's clock.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Today, by the server's clock and the time of its first ACD: the date of a label.
    fn today(&self) -> NaiveDate {
        self.calendar().row_date(self.now())
    }

    /// A moment for people, by the time of the server's first ACD.
    fn clock_text(&self, at: Moment) -> String {
        self.calendar().second_text(at)
    }

    /// What is running and was run.
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// Breaks off what is running.
    pub fn stop(&self) {
        self.jobs.stop();
    }

    /// The device of this name; the first one without a name.
    fn device(&self, name: Option<&str>) -> Result<&Device, ErrorBody> {
        let found = match name {
            None => self.devices.first(),
            Some(api::PARCELS_DEVICE) => Some(&self.parcels),
            Some(name) => self.devices.iter().find(|device| device.name == name),
        };
        found.ok_or_else(|| {
            let known: Vec<&str> = self.devices.iter().map(|device| device.name.as_str()).collect();
            let message = format!("there is no device {}; there are {}", name.unwrap_or_default(), known.join(", "));
            ErrorBody::new(ErrorCode::NotFound, message)
        })
    }

    fn parcels(&self) -> &Device {
        &self.parcels
    }

    /// Whether there is a device of this name, so that whoever writes it down for later is told at once.
    pub fn check_device(&self, name: Option<&str>) -> Result<(), ErrorBody> {
        self.device(name).map(drop)
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.data.path()
    }

    /// Whether a device is in the data folder: there the server makes its folder itself.
    fn is_default(&self, device: &Device) -> bool {
        device.folder().is_some_and(|folder| folder.starts_with(self.data.path()))
    }

    /// What lies on a device. Before the first backup there is no folder of ours yet, and so nothing.
    fn lying_on(&self, device: &Device) -> backup::Result<Found> {
        match device.list() {
            Err(_) if self.is_default(device) && !device.address().exists() => Ok(Found::default()),
            found => found,
        }
    }

    fn restore_folder(&self, restore: i64) -> PathBuf {
        copy_in(self.data.path(), restore)
    }

    /// The highest number of a restore of whose replaced data there is a copy; 0 without any.
    fn last_copy(&self) -> i64 {
        let copies = std::fs::read_dir(self.data.path().join(RESTORES)).into_iter().flatten().flatten();
        copies.filter_map(|copy| copy.file_name().to_str()?.parse().ok()).max().unwrap_or(0)
    }

    fn unpacked(&self) -> PathBuf {
        self.data.path().join(RESTORES).join(UNPACKED)
    }

    fn outgoing(&self) -> PathBuf {
        self.data.path().join(RESTORES).join(OUTGOING)
    }
}

/// Where in a data folder the copy of what a restore replaced lies.
fn copy_in(dir: &Path, restore: i64) -> PathBuf {
    dir.join(RESTORES).join(format!("{restore:06}"))
}

/// How grave it is that something was not done: what somebody called off is no fault.
fn graveness(error: &ErrorBody) -> Severity {
    if error.code == ErrorCode::CalledOff { Severity::Info } else { Severity::Error }
}

/// An error of backups for the API.
fn refused(error: &BackupError) -> ErrorBody {
    let code = match error {
        BackupError::NotFound(_) | BackupError::Lost { .. } => ErrorCode::NotFound,
        BackupError::Refused(_) | BackupError::Foreign { .. } | BackupError::Newer { .. } => ErrorCode::BadRequest,
        BackupError::Store(store::StoreError::Invalid(_)) => ErrorCode::BadRequest,
        _ => ErrorCode::Unavailable,
    };
    ErrorBody::new(code, told(error))
}

fn wrong(why: impl Into<String>) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadRequest, why)
}

/// What data are meant.
struct Selection {
    /// The named kinds of data, or those of the tables; none if nothing was named.
    kinds: BTreeSet<DataKind>,
    /// The tables; whole kinds if there are none.
    tables: Vec<&'static Known>,
}

impl Selection {
    /// Kinds of data, or tables by their names, as they come from outside.
    fn of(data: &[DataKind], tables: &[String]) -> Result<Selection, ErrorBody> {
        let tables = asked_tables(tables)?;
        if !tables.is_empty() && !data.is_empty() {
            return Err(wrong("say either kinds of data or tables, not both"));
        }
        let kinds = data.iter().copied().chain(tables.iter().map(|table| table.kind)).collect();
        Ok(Selection { kinds, tables })
    }
}

/// A timetable is in these tables, and is carried whole: with one of them alone it would run nothing.
const TIMETABLES: [&str; 3] = ["ttsc", "ttsched", "ttsctasks"];

/// The tables that are meant by those that are asked for: of timetables all or none.
fn asked_tables(names: &[String]) -> Result<Vec<&'static Known>, ErrorBody> {
    let mut tables = tables_of(names)?;
    if tables.iter().any(|table| TIMETABLES.contains(&table.name)) {
        tables.retain(|table| !TIMETABLES.contains(&table.name));
        tables.extend(tables_of(&TIMETABLES.map(str::to_owned))?);
    }
    Ok(tables)
}

/// Names of tables as they come from outside.
fn tables_of(names: &[String]) -> Result<Vec<&'static Known>, ErrorBody> {
    names.iter().map(|name| backup::lookup(name).map_err(|error| refused(&error))).collect()
}
