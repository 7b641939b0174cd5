//! Which backups there are, what one of them is, and whether it is sound.

use std::collections::BTreeSet;
use std::sync::Arc;

use api::{
    BackupDescription, BackupDevice, BackupEntry, BackupTable, Backups, ErrorBody, ErrorCode, Job, LogCode, NameBackup,
    Started, TimeRange,
};
use backup::{BackupError, Device, Label, Places, Set, VERIFIED_AS};
use model::period::date_number;
use model::words::counted;
use model::{AcdNumber, DataKind, Moment, RunStatus, Severity};
use store::{Snapshot, SourceFile};

use super::damaged::DamagedBackups;
use super::run::Stock;
use super::{Maintenance, asked_tables, refused};
use crate::auth::User;
use crate::causes::{failed, told};

/// Clocks of two servers are not further apart than this.
const CLOCKS_APART_SECS: i64 = 300;

/// All backups, and how backing up stands.
pub fn list(stock: &Stock) -> Result<Backups, ErrorBody> {
    let maintenance = &stock.maintenance;
    let (today, last, damaged) = {
        let local = stock.administration.local();
        let today = date_number(maintenance.today());
        let read = || Ok((local.backups_of(today)?.1, local.backups(1)?.pop(), DamagedBackups::known(&local)));
        read().map_err(|error| failed("listing the backups", &error))?
    };
    let (mut backups, mut problems) = (Vec::new(), Vec::new());
    let needed = needed_bytes(stock, &mut problems).map_err(|error| failed("estimating a backup", &error))?;
    for device in &maintenance.devices {
        problems.extend(maintenance.stranger(device, &stock.administration));
        match maintenance.lying_on(device) {
            Ok(found) => {
                backups.extend(found.sets.iter().map(|set| entry(&stock.maintenance, device, set, &damaged)));
                problems.extend(found.problems.iter().map(|problem| refused(&problem.error).message));
            }
            Err(error) => problems.push(format!("device {}: {}", device.name, refused(&error).message)),
        }
    }
    backups.sort_by(|one: &BackupEntry, other| (other.made_at, &other.label).cmp(&(one.made_at, &one.label)));
    let device = |device: &Device| BackupDevice {
        name: device.name.clone(),
        folder: device.address().display().to_string(),
        volume_bytes: device.volume_bytes,
        keep: device.keep,
        volumes_needed: u32::try_from(needed.div_ceil(device.volume_bytes).max(1)).unwrap_or(u32::MAX),
        free_bytes: free_bytes(maintenance, device),
    };
    Ok(Backups {
        completed_today: today,
        status: status(maintenance, last.as_ref()),
        last_state: last.map(|backup| backup.status),
        asked_at: maintenance.now(),
        unpacked_bytes: needed,
        devices: maintenance.devices.iter().map(device).collect(),
        backups,
        problems,
    })
}

/// Before the first backup the folder in the data folder is not made yet; its room is that of the data folder. A store tells
/// no room.
fn free_bytes(maintenance: &Maintenance, device: &Device) -> Option<u64> {
    let folder = device.folder()?;
    let folder = match folder.exists() {
        true => folder,
        false if maintenance.is_default(device) => maintenance.data.path(),
        false => return None,
    };
    crate::files::free_bytes(folder)
}

fn status(maintenance: &Maintenance, last: Option<&store::Backup>) -> String {
    if let Some(running) = maintenance.jobs.running() {
        return format!("{} is running, begun by {}: {}", running.what, running.by, running.step);
    }
    match last {
        None => "No backup was made yet".to_owned(),
        Some(backup) => match (backup.status, backup.finished_at) {
            (RunStatus::Done, Some(at)) => format!("Last backup finished at {}", maintenance.clock_text(at)),
            (status, at) => {
                let at = maintenance.clock_text(at.unwrap_or(backup.started_at));
                format!("Last backup {} {status} at {at}: {}", backup.label, backup.detail)
            }
        },
    }
}

/// Bytes of everything, before it is packed. An ACD whose files cannot be read is a problem of its own, and counts as it lies.
fn needed_bytes(stock: &Stock, problems: &mut Vec<String>) -> store::Result<u64> {
    let data = &stock.maintenance.data;
    let bytes = |file: SourceFile, acd: Option<AcdNumber>| match data.file(file, acd) {
        path if path.exists() => Snapshot::open(&path, file)?.bytes(),
        _ => Ok(0),
    };
    let mut needed = bytes(SourceFile::Local, None)? + bytes(SourceFile::System, None)?;
    for source in &stock.reports.sources {
        let acd = Some(source.view.number());
        let files = [SourceFile::Acd, SourceFile::Events];
        let of_acd: store::Result<u64> = files.into_iter().map(|file| bytes(file, acd)).sum();
        needed += match of_acd {
            Ok(bytes) => bytes,
            Err(error) => {
                source.view.cannot_be_read(&error);
                problems.push(format!("ACD {} cannot be backed up: {}", source.view.title(), told(&error)));
                files.iter().filter_map(|file| Some(data.file(*file, acd).metadata().ok()?.len())).sum::<u64>()
            }
        };
    }
    Ok(needed)
}

fn entry(maintenance: &Maintenance, device: &Device, set: &Set, damaged: &DamagedBackups) -> BackupEntry {
    let manifest = set.manifest();
    BackupEntry {
        label: set.label.clone(),
        device: device.name.clone(),
        folder: set.folder.clone(),
        server: manifest.server.name.clone(),
        own: manifest.server.id == maintenance.server.id,
        role: manifest.server.role.clone(),
        made_at: Moment(manifest.made_at),
        mode: manifest.mode.word().to_owned(),
        data: manifest.kinds.clone(),
        tables: manifest.tables.clone(),
        acds: manifest.acds.iter().map(|acd| AcdNumber(*acd)).collect(),
        builds_on: manifest.builds_on.clone(),
        bases: match manifest.bases.is_empty() {
            true => Vec::new(),
            false => manifest.builds_on().into_iter().map(str::to_owned).collect(),
        },
        acd_bases: manifest.bases.clone(),
        volumes: manifest.volumes,
        missing: set.missing(),
        damaged: damaged.why(device, set).to_owned(),
        rows: set.volumes.iter().map(|(_, manifest)| manifest.rows()).sum(),
        bytes: set.bytes(),
    }
}

/// A backup on a device. Before the first one there is no folder of ours yet, and so no backup of that name.
fn find<'a>(
    stock: &'a Stock,
    name: &NameBackup,
    not_found: impl FnOnce(BackupError) -> ErrorBody,
) -> Result<(&'a Device, Set), ErrorBody> {
    let maintenance = &stock.maintenance;
    let device = maintenance.device(name.device.as_deref())?;
    if maintenance.is_default(device) && !device.address().exists() {
        let message = format!("there is no backup {}: none was made on this server yet", name.label);
        return Err(ErrorBody::new(ErrorCode::NotFound, message));
    }
    let set = device.find(&name.label).map_err(not_found)?;
    Ok((device, set))
}

/// The newest backup on a device that is whole and has these data, or these tables: of whatever server, or of the one whose
/// folder is named. As it is asked for.
pub fn newest(
    maintenance: &Maintenance,
    device: Option<&str>,
    folder: Option<&str>,
    data: &[DataKind],
    tables: &[String],
) -> Result<String, ErrorBody> {
    let device = maintenance.device(device)?;
    let mut kinds: BTreeSet<DataKind> = data.iter().copied().collect();
    let tables = asked_tables(tables)?;
    kinds.extend(tables.iter().map(|table| table.kind));
    let has = |set: &Set| {
        let manifest = set.manifest();
        let has_tables = manifest.tables.as_ref().is_none_or(|there| {
            !tables.is_empty() && tables.iter().all(|table| there.iter().any(|name| name == table.name))
        });
        kinds.iter().all(|kind| manifest.kinds.contains(kind)) && has_tables
    };
    let fits = |set: &&Set| folder.is_none_or(|folder| folder == set.folder) && set.whole().is_ok() && has(set);
    let found = match maintenance.is_default(device) && !device.address().exists() {
        true => Vec::new(),
        false => {
            let found = device.list().map_err(|error| refused(&error))?;
            by_age(found.sets, |set| set.manifest().made_at, maintenance.now())
        }
    };
    let newest = found.iter().find(fits).map(|set| match set.folder.as_str() {
        "" => set.label.clone(),
        folder => format!("{folder}/{}", set.label),
    });
    newest.ok_or_else(|| {
        let of = folder.map_or_else(String::new, |folder| format!(" of {folder}"));
        let message = format!("no backup{of} on device {} is whole and has what is to be restored", device.name);
        ErrorBody::new(ErrorCode::NotFound, message)
    })
}

/// Newest first. How old one is that was made by a clock which is ahead of this server's, nobody knows: it comes last.
fn by_age<T>(newest_first: Vec<T>, made_at: impl Fn(&T) -> i64, now: Moment) -> Vec<T> {
    let can_be = |one: &T| made_at(one) <= now.0 + CLOCKS_APART_SECS;
    let (mut known, ahead): (Vec<T>, Vec<T>) = newest_first.into_iter().partition(can_be);
    known.extend(ahead);
    known
}

/// One backup in detail.
pub fn describe(stock: &Stock, name: &NameBackup) -> Result<BackupDescription, ErrorBody> {
    let (device, set) = find(stock, name, |error| refused(&error))?;
    let label: Option<Label> = set.manifest().label.parse().ok();
    let damaged = DamagedBackups::known(&stock.administration.local());
    let tables = set.volumes.iter().flat_map(|(_, manifest)| {
        manifest.parts.iter().map(|part| BackupTable {
            table: part.name.clone(),
            data: part.kind,
            acd: part.acd.map(AcdNumber),
            volume: manifest.label.clone(),
            stored_as: part.stored_as.clone(),
            rows: part.rows,
            range: part.range().map(told_range),
            digest: part.digest.clone(),
        })
    });
    Ok(BackupDescription {
        backup: entry(&stock.maintenance, device, &set, &damaged),
        printed: label.map_or_else(String::new, |label| label.printed()),
        parts: label.map_or_else(Vec::new, |label| label.parts().to_vec()),
        product: set.manifest().product.clone(),
        format: set.manifest().format,
        tables: tables.collect(),
    })
}

fn told_range(places: Places) -> TimeRange {
    match places {
        Places::Moments(from, to) => TimeRange::Moments { from, to },
        Places::Days(from, to) => TimeRange::Days { from, to },
    }
}

/// A volume that is not what was written is an error until somebody has seen it: the backup still looks whole in the list.
fn unsound(stock: &Stock, device: &Device, set: &Set, volume: &str, error: &BackupError) -> ErrorBody {
    let refused = refused(error);
    // What cannot be asked, or finds no room here, says nothing of the backup.
    let of_backup =
        matches!(error, BackupError::Damaged { .. } | BackupError::Foreign { .. } | BackupError::Lost { .. });
    if of_backup {
        DamagedBackups::note(&mut stock.administration.local(), device, set, Some(&refused.message));
    }
    if !matches!(error, BackupError::Stopped) {
        let text = format!("volume {volume} cannot be restored: {}; back up again", refused.message);
        stock.log.log(Severity::Error, LogCode::BackupDamaged, text);
    }
    refused
}

/// Tells of volumes that are missing, cut off or exchanged, before any is unpacked.
fn incomplete(stock: &Stock, name: &NameBackup, error: &BackupError) -> ErrorBody {
    let refused = refused(error);
    // A store that cannot be asked says nothing of the backup.
    if !matches!(error, BackupError::NotFound(_) | BackupError::Remote { .. } | BackupError::Io { .. }) {
        let text = format!("backup {} cannot be restored: {}", name.label, refused.message);
        stock.log.log(Severity::Error, LogCode::BackupDamaged, text);
    }
    refused
}

/// Begins to unpack a backup and to count it anew.
pub fn verify(stock: &Stock, user: &User, name: &NameBackup) -> Result<Started, ErrorBody> {
    let (device, set) = find(stock, name, |error| match error {
        BackupError::Refused(_) => refused(&error),
        _ => incomplete(stock, name, &error),
    })?;
    let device = device.clone();
    set.whole().map_err(|error| incomplete(stock, name, &error))?;
    let (maintenance, told) = (Arc::clone(&stock.maintenance), stock.clone());
    stock.maintenance.jobs().start("the verification", &user.name, move |progress| {
        progress.can_be_called_off();
        let folder = maintenance.unpacked();
        let scratch = folder.join("verified.db");
        let begin = std::fs::create_dir_all(&folder);
        begin.map_err(|error| super::wrong(format!("cannot make {}: {error}", folder.display())))?;
        let mut rows = 0;
        for (path, manifest) in &set.volumes {
            let mut go_on = || progress.step(&manifest.label, 0);
            let verified = device
                .at_hand(path, &folder, &mut go_on)
                .and_then(|volume| backup::verify(volume.path(), &scratch, &mut go_on));
            rows += verified.map_err(|error| unsound(&told, &device, &set, &manifest.label, &error))?.rows();
            progress.step(&manifest.label, rows);
        }
        DamagedBackups::note(&mut told.administration.local(), &device, &set, None);
        let volumes = counted(set.volumes.len(), "volume", "volumes");
        let text = format!("backup {} is sound: {rows} rows in {volumes}, {VERIFIED_AS}", set.label);
        Ok(Job { text, label: Some(set.label.clone()), ..Job::default() })
    })
}

#[cfg(test)]
#[path = "../tests/by_age.rs"]
mod tests;
