//! Parcels: chosen intervals of this server, packed as a historical backup for another one, and those of another one taken in.
//! Administration that is synced travels in the same way ([`super::syncing`]).
//!
//! A person's client carries them, or a timetable of the sending server as such a client; no server ever asks the other for
//! anything. They lie in a folder of their own and do not
//! count as backups: neither in the list nor for rotation, incremental backups or the count of the day. What nobody came
//! back for goes after a day, and all of it at the next start.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use api::{ErrorBody, ErrorCode, IntervalStretch, Job, PARCELS_DEVICE, PackParcel, Received, Started};
use backup::{AcdData, BackupError, Choice, Label, Making, Manifest, Marks, Mode, Set, Stretches};
use model::{AcdNumber, DataKind};
use store::DataFolder;

use super::room::free_bytes;
use super::run::Stock;
use super::syncing::SYNCED;
use super::{Maintenance, Progress, again, refused, run, wrong};
use crate::administration::running;
use crate::auth::User;
use crate::source::Source;

/// Stretches in one parcel.
const STRETCHES_MOST: usize = 10_000;
/// Bytes of a volume that is taken in.
const VOLUME_MOST: u64 = 8_000_000_000;
/// Parcels that nobody came back for go after so long.
const LEFT_FOR: Duration = Duration::from_secs(24 * 3600);

/// Begins to pack intervals.
pub fn pack(stock: &Stock, user: &User, asked: &PackParcel) -> Result<Started, ErrorBody> {
    let acd = asked.acd;
    let stretches = stretches(running(&stock.reports, acd)?, &asked.stretches)?;
    let (shared, user_name, missed) = (stock.clone(), user.name.clone(), asked.events.clone());
    let by_rows = asked.reads_volumes < backup::FORMAT;
    stock.maintenance.jobs().start("packing a parcel", &user.name, move |progress| {
        progress.can_be_called_off();
        let maintenance = &shared.maintenance;
        forget_old(maintenance.parcels.address());
        let label = maintenance.parcel_label(acd)?;
        progress.names(Some(&maintenance.named(&label)), None);
        let events = again::events(maintenance, acd, &missed)?;
        let stretches = Stretches { events, by_rows, ..stretches };
        let from = (&maintenance.data, run::left_out(&shared.reports));
        let made = maintenance.pack(from, acd, label, &stretches, progress)?;
        let label = maintenance.named(&label);
        let text =
            format!("parcel {label} is packed: {} rows in {} bytes, read back and equal", made.rows(), made.bytes());
        tracing::info!(user = user_name, "{text}");
        Ok(Job { text, label: Some(label), ..Job::default() })
    })
}

/// Stretches as they come from outside.
pub(super) fn stretches(source: &Source, asked: &[IntervalStretch]) -> Result<Stretches, ErrorBody> {
    let of: Vec<(i64, i64)> = asked.iter().map(|stretch| (stretch.from.0, stretch.to.0)).collect();
    let in_order = of.windows(2).all(|pair| pair[0].1 <= pair[1].0) && of.iter().all(|(from, to)| from < to);
    if of.is_empty() || of.len() > STRETCHES_MOST || !in_order {
        return Err(wrong(format!("name 1 to {STRETCHES_MOST} stretches of intervals, in order and without overlap")));
    }
    let kept = &source.view.keeping().storage.records;
    let capacities: BTreeMap<String, u64> =
        kept.iter().map(|(table, records)| ((*table).to_owned(), *records)).collect();
    Ok(Stretches { of, capacities, ..Stretches::default() })
}

impl Maintenance {
    /// The label as it is asked for: with the server's folder.
    pub(super) fn named(&self, label: &Label) -> String {
        let folder = self.parcels.own_folder(&self.server.name);
        format!("{}/{}", folder.file_name().unwrap_or_default().to_string_lossy(), label.backup())
    }

    /// The next label of the day that is free among parcels of intervals.
    pub(super) fn parcel_label(&self, acd: AcdNumber) -> Result<Label, ErrorBody> {
        self.free_parcel_label(|label| Label { acd_data: AcdData::Historical, acd: acd.0, ..label })
    }

    /// The next label of the day that is free among parcels; `of` says what of.
    pub(super) fn free_parcel_label(&self, of: impl Fn(Label) -> Label) -> Result<Label, ErrorBody> {
        let folder = self.parcels.own_folder(&self.server.name);
        let date = self.today();
        let label = |count| {
            let (local, system, custom) = (false, false, false);
            let mode = Mode::Full;
            of(Label { date, count, local, system, acd_data: AcdData::None, custom, acd: 0, mode, volume: 1 })
        };
        let is_free = |label: &Label| !folder.join(backup::file_name(&label.to_string())).exists();
        (1..=99).map(label).find(is_free).ok_or_else(|| {
            let why = format!("99 parcels of today lie in {}; remove those that are done with", folder.display());
            ErrorBody::new(ErrorCode::WrongState, why)
        })
    }

    /// Packs from a data folder, which is this server's or has something of it.
    pub(super) fn pack(
        &self,
        (data, left_out): (&DataFolder, BTreeSet<(u8, String)>),
        acd: AcdNumber,
        label: Label,
        stretches: &Stretches,
        progress: &Progress,
    ) -> Result<backup::Made, ErrorBody> {
        let choice = Choice {
            kinds: [DataKind::Historical].into(),
            tables: None,
            acds: vec![acd],
            all_acds: false,
            mode: Mode::Full,
        };
        let making = Making {
            choice: &choice,
            label,
            server: self.server.clone(),
            product: crate::VERSION,
            at: self.now(),
            data,
            folder: self.parcels.own_folder(&self.server.name),
            volume_bytes: self.parcels.volume_bytes,
            builds_on: BTreeMap::new(),
            marks: &Marks::new(),
            left_out: left_out.into_iter().filter(|(of, _)| *of == acd.0).collect(),
            only: None,
            stretches: Some(stretches),
            go_on: &mut |step, rows| progress.step(&format!("packing {step}"), rows),
        };
        backup::make(making).map_err(|error| refused(&error))
    }

    pub(super) fn parcel(&self, label: &str) -> Result<Set, ErrorBody> {
        let gone = |error: BackupError| match error {
            BackupError::Missing { .. } => not_there(label),
            error => refused(&error),
        };
        self.parcels.find(label).map_err(gone)
    }
}

fn not_there(label: &str) -> ErrorBody {
    ErrorBody::new(
        ErrorCode::NotFound,
        format!("there is no parcel {label}; after a start of the server they are packed anew"),
    )
}

/// The file of a volume of a parcel, and its bytes.
pub fn volume(stock: &Stock, label: &str, volume: &str) -> Result<(File, u64), ErrorBody> {
    let set = stock.maintenance.parcel(label)?;
    let (path, _) =
        set.volumes.iter().find(|(_, manifest)| manifest.label == volume).ok_or_else(|| not_there(volume))?;
    let open = || {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        Ok((file, bytes))
    };
    open().map_err(|error: std::io::Error| failed_on("read", path, &error))
}

/// Removes a parcel; one that is not there is gone already.
pub fn remove(stock: &Stock, label: &str) -> Result<(), ErrorBody> {
    let set = match stock.maintenance.parcel(label) {
        Ok(set) => set,
        Err(error) if error.code == ErrorCode::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for (path, _) in &set.volumes {
        fs::remove_file(path).map_err(|error| failed_on("remove", path, &error))?;
    }
    Ok(())
}

fn failed_on(what: &str, path: &Path, error: &std::io::Error) -> ErrorBody {
    ErrorBody::new(ErrorCode::Unavailable, format!("cannot {what} {}: {error}", path.display()))
}

/// Removes files that are older than a day; a clock that was set says nothing.
pub(super) fn forget_old(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            forget_old(&path);
            continue;
        }
        let age = entry.metadata().and_then(|metadata| metadata.modified()).ok().and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age > LEFT_FOR)
            && let Err(error) = fs::remove_file(&path)
        {
            tracing::warn!("cannot remove {}: {error}", path.display());
        }
    }
}

/// A volume that is being taken in. What is not finished is removed.
pub struct Receiving {
    file: File,
    path: PathBuf,
    folder: PathBuf,
    volume: String,
    announced: u64,
    bytes: u64,
    own: String,
}

impl Receiving {
    /// Makes room for a volume of so many bytes.
    pub fn begin(stock: &Stock, volume: &str, announced: Option<u64>) -> Result<Receiving, ErrorBody> {
        volume.parse::<Label>().map_err(|error| wrong(format!("{volume:?} is no label of a volume: {error}")))?;
        let announced =
            announced.ok_or_else(|| wrong("say how many bytes are coming, with the header Content-Length"))?;
        if announced > VOLUME_MOST {
            return Err(wrong(format!("{announced} bytes are more than a volume may have: {VOLUME_MOST}")));
        }
        let folder = stock.maintenance.parcels.address().to_owned();
        fs::create_dir_all(&folder).map_err(|error| failed_on("make", &folder, &error))?;
        forget_old(&folder);
        let free = free_bytes(&folder);
        if announced > free / 4 {
            let why = format!(
                "a parcel of {announced} bytes needs four times its size to be restored, and only {free} are free; make room first"
            );
            return Err(ErrorBody::new(ErrorCode::Unavailable, why));
        }
        let path = folder.join(format!("{}.part", backup::file_name(volume)));
        let file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => ErrorBody::new(
                ErrorCode::WrongState,
                format!("{volume} is being taken in already; wait, and try again"),
            ),
            _ => failed_on("write", &path, &error),
        })?;
        let own = stock.maintenance.server.id.clone();
        Ok(Receiving { file, path, folder, volume: volume.to_owned(), announced, bytes: 0, own })
    }

    /// Adds what came next.
    pub fn add(&mut self, some: &[u8]) -> Result<(), ErrorBody> {
        self.bytes += some.len() as u64;
        if self.bytes > self.announced {
            return Err(wrong(format!("more bytes came than the {} that were announced", self.announced)));
        }
        self.file.write_all(some).map_err(|error| failed_on("write", &self.path, &error))
    }

    /// Everything came: it is looked at to the last byte, and put in its place.
    pub fn finish(self, stock: &Stock) -> Result<Received, ErrorBody> {
        if self.bytes != self.announced {
            return Err(wrong(format!(
                "{} of {} bytes came, so nothing was kept; send it again",
                self.bytes, self.announced
            )));
        }
        self.file.sync_all().map_err(|error| failed_on("sync", &self.path, &error))?;
        let manifest = backup::received(&self.path, &self.volume, &mut || true).map_err(|error| refused(&error))?;
        self.check(&manifest)?;
        let folder = stock.maintenance.parcels.own_folder(&manifest.server.name);
        fs::create_dir_all(&folder).map_err(|error| failed_on("make", &folder, &error))?;
        let path = folder.join(backup::file_name(&self.volume));
        // One of the same name is from an attempt before; whoever restores has unpacked it.
        fs::rename(&self.path, &path).map_err(|error| failed_on("put in place", &path, &error))?;
        let label: Label = self.volume.parse().map_err(|error| wrong(format!("{error}")))?;
        let name = folder.strip_prefix(&self.folder).unwrap_or(&folder).display();
        Ok(Received { label: format!("{name}/{}", label.backup()), bytes: self.bytes })
    }

    fn check(&self, manifest: &Manifest) -> Result<(), ErrorBody> {
        let volume = &self.volume;
        if manifest.server.id == self.own {
            return Err(wrong(format!("{volume} is a parcel of this very server")));
        }
        let is_administration = manifest.kinds.iter().all(|kind| SYNCED.contains(kind));
        if manifest.stretches.is_empty() && !is_administration {
            return Err(wrong(format!("{volume} is no parcel; put backups on a device ({PARCELS_DEVICE} is none)")));
        }
        Ok(())
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        // After it was put in place there is none of this name.
        let _ = fs::remove_file(&self.path);
    }
}
