//! Maintenance: backups and restores, one after the other, on a thread of their own.
//!
//! Backing up reads by snapshots of its own and holds nobody up. Restoring goes through the one writer of each file. Only one
//! of them runs at a time: a backup in the middle of a restore would hold half of it.

pub mod again;
pub mod applying;
pub mod backups;
mod jobs;
pub mod parcels;
pub mod restoring;
pub mod run;
pub mod syncing;
#[cfg(test)]
#[path = "tests/jobs.rs"]
mod tests;

use std::path::{Path, PathBuf};

use anyhow::Result;
use api::{ErrorBody, ErrorCode};
use backup::{BackupError, Device, ServerEntry};
use chrono_tz::Tz;
use model::{AcdNumber, Calendar, IntervalMinutes};
use store::{DataFolder, Identity, LocalStore, SourceFile};

use crate::causes::told;
use crate::config::{AcdConfig, Config};

pub use jobs::{Jobs, Progress};

/// Name of the device where none is configured, and of its folder.
const DEFAULT_DEVICE: &str = "backup";
/// Folder of the copies of what restores have replaced.
const RESTORES: &str = "restores";
/// Volumes are unpacked in here.
const UNPACKED: &str = "unpacked";
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
    calendar: Calendar,
    jobs: Jobs,
}

impl Maintenance {
    /// Maintenance of the server of a data folder.
    pub fn new(dir: &Path, config: &Config, identity: &Identity) -> Maintenance {
        let devices = devices(dir, config);
        let volume_bytes = devices.first().map_or(u64::MAX, |device| device.volume_bytes);
        let folder = dir.join(api::PARCELS_DEVICE);
        let parcels = Device { name: api::PARCELS_DEVICE.to_owned(), folder, volume_bytes, keep: None };
        let Identity { name, server_id: id, role, .. } = identity.clone();
        let zone = config.acds.first().map_or(Tz::UTC, |acd| acd.zone);
        Maintenance {
            data: DataFolder::new(dir),
            devices,
            parcels,
            server: ServerEntry { name, id, role },
            acds: config.acds.clone(),
            calendar: Calendar { zone, interval: IntervalMinutes::default() },
            jobs: Jobs::default(),
        }
    }

    /// After a start: what was broken off is noted, and what it left unfinished is removed. None of it ever counted.
    pub fn clear_up(&self, local: &mut LocalStore) -> Result<()> {
        let broken_off = local.note_interrupted()?;
        if broken_off > 0 {
            tracing::warn!(count = broken_off, "backups or restores were broken off by the end of the server");
        }
        let unpacked = self.unpacked();
        if unpacked.exists() {
            std::fs::remove_dir_all(&unpacked)?;
        }
        // Whoever carried them begins anew.
        if self.parcels.folder.exists() {
            std::fs::remove_dir_all(&self.parcels.folder)?;
        }
        for device in &self.devices {
            backup::sweep(&device.own_folder(&self.server.name));
        }
        Ok(())
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

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.data.path()
    }

    /// Whether a device is in the data folder: there the server makes its folder itself.
    fn is_default(&self, device: &Device) -> bool {
        device.folder.starts_with(self.data.path())
    }

    fn restore_folder(&self, restore: i64) -> PathBuf {
        self.data.path().join(RESTORES).join(format!("{restore:06}"))
    }

    fn unpacked(&self) -> PathBuf {
        self.data.path().join(RESTORES).join(UNPACKED)
    }

    fn path_of(&self, file: SourceFile, acd: Option<AcdNumber>) -> PathBuf {
        let acd = acd.unwrap_or(AcdNumber(0));
        match file {
            SourceFile::Local => self.data.local(),
            SourceFile::System => self.data.system(),
            SourceFile::Acd => self.data.acd(acd),
            SourceFile::Events => self.data.acd_events(acd),
        }
    }
}

/// Where backups go: what `cms.toml` says, or a folder in the data folder.
pub fn devices(dir: &Path, config: &Config) -> Vec<Device> {
    let device = |device: &crate::config::DeviceConfig| Device {
        name: device.name.clone(),
        folder: dir.join(&device.folder),
        volume_bytes: u64::from(device.volume_mb) * 1_000_000,
        keep: device.keep,
    };
    let mut devices: Vec<Device> = config.backup.devices.iter().map(device).collect();
    if devices.is_empty() {
        let folder = dir.join(DEFAULT_DEVICE);
        devices.push(Device { name: DEFAULT_DEVICE.to_owned(), folder, volume_bytes: 4_000_000_000, keep: None });
    }
    devices
}

/// An error of backups for the API.
fn refused(error: &BackupError) -> ErrorBody {
    let code = match error {
        BackupError::NotFound(_) => ErrorCode::NotFound,
        BackupError::Refused(_)
        | BackupError::Foreign { .. }
        | BackupError::Damaged { .. }
        | BackupError::Newer { .. } => ErrorCode::BadRequest,
        BackupError::Store(store::StoreError::Invalid(_)) => ErrorCode::BadRequest,
        _ => ErrorCode::Unavailable,
    };
    ErrorBody::new(code, told(error))
}

fn wrong(why: impl Into<String>) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadRequest, why)
}

/// Names of kinds as they come from outside.
fn kinds_of(words: &[String]) -> Result<std::collections::BTreeSet<backup::Kind>, ErrorBody> {
    words.iter().map(|word| word.parse().map_err(wrong)).collect()
}

/// Names of tables as they come from outside.
fn tables_of(names: &[String]) -> Result<Vec<&'static backup::Known>, ErrorBody> {
    names.iter().map(|name| backup::lookup(name).map_err(|error| refused(&error))).collect()
}
