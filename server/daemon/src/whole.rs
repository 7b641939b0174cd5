//! The backup of a whole server (CMSADM): which of its files belong to it, and in which order they are read while the server
//! goes on writing them.
//!
//! The order is what makes it one: first each ACD's checkpoint, then the databases, each at one moment, then everything else,
//! and the journal last. What a checkpoint stands for is then in the databases, and what came after it in the journal, as
//! after a kill. Stopping the server for it was turned down; so was asking the running one, because a machine is saved as
//! well when its server does not start.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use backup::{
    BackupError, Device, ImageLabel, ImageMade, ImageMaking, ImageManifest, ImageWriter, ServerEntry, restore_image,
    verify_image,
};
use chrono_tz::Tz;
use model::words::counted;
use model::{AcdNumber, Calendar, IntervalMinutes};
use store::{DataFolder, LocalStore, SourceFile};

use crate::causes::told;
use crate::check::Finding;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::menu;
use crate::mounted::{self, Memory};

/// There while an image is made, with the name of its device: images are in no list. A file of its own, because `local.db` is in
/// the image, and this must not be.
pub const IMAGE_BEING_MADE: &str = "restores/image-being-made";
/// How often a backup is begun again because the journal let a segment go while it was read.
const TRIES: u32 = 3;
/// Images of one day.
const COUNT_MOST: u8 = 99;
/// Files of a moment, by how their names end: parts of databases, drafts, and what is scratch.
const TEMPORARY: [&str; 5] = ["-wal", "-shm", "-journal", ".new", ".part"];
/// An image on its way to an object store is made in here.
const OUTGOING: &str = "restores/outgoing-image";
/// Likewise by their place: the lock, the folders in which volumes are unpacked, and made for an object store, and in which
/// programs run, and what says that an image is being made.
const SCRATCH: [&str; 6] = ["lock", "restores/unpacked", "restores/outgoing", OUTGOING, IMAGE_BEING_MADE, menu::FOLDER];
/// Call records on their way to a receiver (`acd/NN/history`). Restored later they would be handed over once more.
const SPOOL: &str = "/history/";

/// Where an image goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WholeTarget {
    /// A folder, instead of a device of `cms.toml`.
    pub folder: Option<PathBuf>,
    /// Name of a device; the first one without it.
    pub device: Option<String>,
}

/// Saves the whole server of a data folder, running or not. It ends when all volumes are written, read back and named. `go_on`
/// hears what is done, and says whether to go on.
pub fn back_up_whole(dir: &Path, target: &WholeTarget, go_on: &mut dyn FnMut(&str) -> bool) -> Result<ImageMade> {
    back_up_by(&SystemClock, dir, target, go_on)
}

/// The same, dated by a clock.
pub(crate) fn back_up_by(
    clock: &dyn Clock,
    dir: &Path,
    target: &WholeTarget,
    go_on: &mut dyn FnMut(&str) -> bool,
) -> Result<ImageMade> {
    let config = Config::load(dir)?;
    let local = LocalStore::open_read_only(&DataFolder::new(dir).local()).context("reading who this server is")?;
    let identity = local.identity().context("reading who this server is")?;
    let device = device(dir, &config, target)?;
    if target.folder.is_none() && !device.folder().is_some_and(|folder| folder.starts_with(dir)) {
        mounted::check(&device, &identity.name, &Memory::of(&device, &local)?)?;
    }
    drop(local);
    let into = match &target.folder {
        Some(folder) => folder.clone(),
        None => device.workshop(&identity.name, &dir.join(OUTGOING)),
    };
    if into == dir.join(OUTGOING) && into.exists() {
        // Of an image that was broken off.
        std::fs::remove_dir_all(&into).with_context(|| format!("removing {}", into.display()))?;
    }
    let zone = config.acds.first().map_or(Tz::UTC, |acd| acd.zone);
    let date = Calendar { zone, interval: IntervalMinutes::default() }.row_date(clock.now());
    let server = ServerEntry { name: identity.name, id: identity.server_id, role: identity.role };
    for attempt in 1.. {
        let names = match &target.folder {
            Some(folder) => names_in(folder)?,
            None => names_everywhere(dir, &config, &device, &server.name, go_on)?,
        };
        let label = ImageLabel { date, count: next_count(&names, date)?, volume: 1 };
        let step = RefCell::new(String::new());
        let making = ImageMaking {
            label,
            server: server.clone(),
            product: crate::VERSION,
            at: clock.now(),
            folder: into.clone(),
            volume_bytes: device.volume_bytes,
            go_on: &mut || go_on(&step.borrow()),
        };
        match carry(dir, &config, making, &step)? {
            Some(made) if target.folder.is_some() => return Ok(made),
            Some(made) => return kept(&device, &server.name, &label, made, go_on),
            None if attempt < TRIES => {}
            None => break,
        }
    }
    bail!(
        "the journal of {} let segments go each time while it was read; raise journal_days in cms.toml",
        dir.display()
    )
}

/// Names of a server's files on the device, and in the folders of the others that can be read: no two images of a day should
/// have one label.
fn names_everywhere(
    dir: &Path,
    config: &Config,
    device: &Device,
    server: &str,
    go_on: &mut dyn FnMut(&str) -> bool,
) -> Result<Vec<String>> {
    let mut go_on = || go_on("looking at the device");
    let mut names = device.names(server, &mut go_on)?;
    let others = crate::config::devices(dir, config);
    for other in others.iter().filter(|other| other.name != device.name && other.folder().is_some()) {
        // One that is not mounted has nothing to say.
        names.extend(other.names(server, &mut go_on).unwrap_or_default());
    }
    Ok(names)
}

/// The device, which is there.
fn device(dir: &Path, config: &Config, target: &WholeTarget) -> Result<Device> {
    let mut devices = crate::config::devices(dir, config);
    let found = match &target.device {
        None => Some(0),
        Some(name) => devices.iter().position(|device| device.name == *name),
    };
    let Some(found) = found else {
        let known: Vec<&str> = devices.iter().map(|device| device.name.as_str()).collect();
        let asked = target.device.as_deref().unwrap_or_default();
        bail!("there is no device {asked}; there are {}", known.join(", "));
    };
    let device = devices.swap_remove(found);
    // A device that is not mounted must not be made up by us.
    let must_exist = match (&target.folder, device.folder()) {
        (Some(folder), _) => Some(folder.as_path()),
        (None, folder) => folder.filter(|folder| !folder.starts_with(dir)),
    };
    if let Some(folder) = must_exist {
        ensure!(folder.is_dir(), "{} does not exist; mount the device or make its folder", folder.display());
    }
    Ok(device)
}

/// Puts an image that was made where it belongs.
fn kept(
    device: &Device,
    server: &str,
    label: &ImageLabel,
    made: ImageMade,
    go_on: &mut dyn FnMut(&str) -> bool,
) -> Result<ImageMade> {
    let (files, manifests): (Vec<PathBuf>, Vec<ImageManifest>) = made.volumes.into_iter().unzip();
    let placed = device.keep_files(server, &label.image(), files, go_on)?;
    Ok(ImageMade { volumes: placed.into_iter().zip(manifests).collect(), unsound: made.unsound })
}

fn names_in(folder: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).and_then(|entries| entries.collect::<std::io::Result<Vec<_>>>());
    let entries = entries.with_context(|| format!("reading {}", folder.display()))?;
    Ok(entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
}

fn next_count(names: &[String], date: chrono::NaiveDate) -> Result<u8> {
    let labels = names.iter().filter_map(|name| name.split('.').next()?.parse::<ImageLabel>().ok());
    let last = labels.filter(|label| label.date == date).map(|label| label.count).max().unwrap_or(0);
    ensure!(last < COUNT_MOST, "a label counts {COUNT_MOST} images a day, and so many were made today");
    Ok(last + 1)
}

/// All files in their order; `None` if the journal let a segment go meanwhile. `step` says which is read.
fn carry(dir: &Path, config: &Config, making: ImageMaking<'_>, step: &RefCell<String>) -> Result<Option<ImageMade>> {
    let reading = |name: &str| *step.borrow_mut() = format!("copying {name}");
    let mut writer = ImageWriter::begin(making)?;
    // Listed before the checkpoints are read: whatever these need is among them, or comes later.
    let journals = journals(dir)?;
    let mut carried = BTreeSet::new();
    for checkpoint in names_below(dir, "acd")?.into_iter().filter(|name| name.ends_with("/checkpoint")) {
        let path = dir.join(&checkpoint);
        let content = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        writer.bytes(&checkpoint, &content)?;
        carried.insert(checkpoint);
    }
    let mut unsound = Vec::new();
    for (name, file) in databases(dir)? {
        reading(&name);
        unsound.extend(carry_database(&mut writer, &dir.join(&name), &name, file)?);
        carried.insert(name);
    }
    let left_out = left_out(dir, config)?;
    for name in names_below(dir, "")? {
        let is_wanted = !carried.contains(&name) && !is_temporary(&name) && !is_journal(&name);
        if is_wanted && !left_out.iter().any(|place| is_in(&name, place)) {
            reading(&name);
            // What goes while it is read is not missed: it was of that moment.
            writer.file(&name, &dir.join(&name))?;
        }
    }
    let mut gone = false;
    for name in &journals {
        reading(name);
        gone |= !writer.file(name, &dir.join(name))?;
    }
    // Segments that were begun meanwhile: the newest events are in them.
    for name in self::journals(dir)?.difference(&journals) {
        writer.file(name, &dir.join(name))?;
    }
    if gone { Ok(None) } else { Ok(Some(ImageMade { unsound, ..writer.finish()? })) }
}

/// Takes a database. One of an ACD that cannot be read as one keeps nothing else from being saved: it is taken as it lies, because
/// somebody may get something out of it still. Gives what is wrong with it.
fn carry_database(writer: &mut ImageWriter<'_>, path: &Path, name: &str, file: SourceFile) -> Result<Option<String>> {
    let error = match writer.database(name, path, file) {
        Ok(()) => return Ok(None),
        Err(error) => error,
    };
    if !matches!(file, SourceFile::Acd | SourceFile::Events) || error.unusable_file() != Some(path) {
        return Err(error.into());
    }
    let why = told(&error);
    Ok(Some(match writer.as_it_lies(name, path) {
        Ok(true) => format!("{name} is in it as it lies, because it cannot be read: {why}"),
        Ok(false) => format!("{name} is MISSING in it: {why}"),
        Err(error) if error.unusable_file() == Some(path) => {
            format!("{name} is MISSING in it: {why}; {}", told(&error))
        }
        Err(error) => return Err(error.into()),
    }))
}

fn journals(dir: &Path) -> Result<BTreeSet<String>> {
    Ok(names_below(dir, "acd")?.into_iter().filter(|name| is_journal(name)).collect())
}

/// The databases that there are, also of ACDs that are no longer in `cms.toml`.
fn databases(dir: &Path) -> Result<Vec<(String, SourceFile)>> {
    let folder = DataFolder::new(dir);
    let own = [(folder.local(), SourceFile::Local), (folder.system(), SourceFile::System)];
    let own = own.into_iter().filter(|(path, _)| path.exists());
    let mut found = own.map(|(path, file)| Ok((name_of(dir, &path)?, file))).collect::<Result<Vec<_>>>()?;
    for acd in (1..=u8::MAX).map(AcdNumber) {
        for (path, file) in [(folder.acd(acd), SourceFile::Acd), (folder.acd_events(acd), SourceFile::Events)] {
            if path.exists() {
                found.push((name_of(dir, &path)?, file));
            }
        }
    }
    Ok(found)
}

/// Places in the data folder that are not saved.
fn left_out(dir: &Path, config: &Config) -> Result<Vec<String>> {
    let mut places: Vec<String> = SCRATCH.map(str::to_owned).to_vec();
    let in_spool =
        |name: String| name.split_once(SPOOL).map(|(acd, _)| format!("{acd}{}", SPOOL.trim_end_matches('/')));
    places.extend(names_below(dir, "acd")?.into_iter().filter_map(in_spool));
    let devices = crate::config::devices(dir, config).into_iter();
    // Backups are no part of a server; those of the other one are none of this one's business.
    places.extend(devices.filter_map(|device| name_of(dir, device.folder()?).ok()));
    places.dedup();
    Ok(places)
}

fn is_in(name: &str, place: &str) -> bool {
    name.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_temporary(name: &str) -> bool {
    TEMPORARY.iter().any(|ending| name.ends_with(ending))
}

/// Whether it is a segment of a journal; what was set aside beside them is a file like others.
fn is_journal(name: &str) -> bool {
    name.starts_with("acd/") && name.contains("/journal/") && name.ends_with(".journal")
}

/// The name of a file below the data folder, with `/` between its parts.
fn name_of(dir: &Path, path: &Path) -> Result<String> {
    let below = path.strip_prefix(dir).with_context(|| format!("{} is not in the data folder", path.display()))?;
    let parts = below.iter().map(|part| part.to_str());
    let parts: Option<Vec<&str>> = parts.collect();
    Ok(parts.with_context(|| format!("{}: its name is no text", path.display()))?.join("/"))
}

/// The names of all regular files below a folder of the data folder, sorted. Links are not followed.
fn names_below(dir: &Path, below: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut ahead = vec![dir.join(below)];
    while let Some(folder) = ahead.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("reading {}", folder.display())),
        };
        for entry in entries {
            let entry = entry.with_context(|| format!("reading {}", folder.display()))?;
            let kind = entry.file_type().with_context(|| format!("reading {}", entry.path().display()))?;
            if kind.is_dir() {
                ahead.push(entry.path());
            } else if kind.is_file() {
                names.push(name_of(dir, &entry.path())?);
            }
        }
    }
    names.sort();
    Ok(names)
}

/// Unpacks all volumes of an image and compares; says what it is.
pub fn verify_whole(any: &Path, go_on: &mut dyn FnMut() -> bool) -> Result<String> {
    let (volumes, files) = verify_image(any, go_on).map_err(told_missing)?;
    let (_, first) = volumes.first().context("an image has a volume")?;
    let ImageManifest { server, product, made_at, .. } = first;
    let (counted, at) = (counted(volumes.len(), "volume", "volumes"), model::Moment(*made_at));
    let (name, role) = (&server.name, &server.role);
    Ok(format!("sound: {name} ({role}), {files} files in {counted}, made at {at} by version {product}"))
}

fn told_missing(error: BackupError) -> anyhow::Error {
    match error {
        BackupError::Missing { path } => {
            anyhow::anyhow!("{} is missing; an image is read from all of its volumes, put it there", path.display())
        }
        other => anyhow::Error::new(other),
    }
}

/// Makes a server again from an image, into an empty folder, and looks at what has come of it.
///
/// # Errors
/// If the folder is not empty, or a volume is missing or damaged; nothing of it is left then.
pub fn restore_whole(
    any: &Path,
    into: &Path,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<(ImageManifest, Vec<Finding>)> {
    let manifest = restore_image(any, into, go_on).map_err(told_missing)?;
    // An image carries files; a journal in which nothing is yet is a folder without any, and would be missed.
    for acd in Config::load(into).map(|config| config.acds).unwrap_or_default() {
        let journal = DataFolder::new(into).acd_own(acd.number).join("journal");
        std::fs::create_dir_all(&journal).with_context(|| format!("making {}", journal.display()))?;
    }
    Ok((manifest, crate::check(into)))
}
