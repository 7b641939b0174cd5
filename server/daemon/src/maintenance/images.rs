//! Images of the whole server (CMSADM) as jobs: made, listed and verified while the server runs.
//!
//! What belongs to an image and in which order it is read says [`crate::whole`], which `cms-server cmsadm` calls as well. A
//! machine is made again from one by that program alone: no server replaces its own folder while it runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::{ErrorBody, ErrorCode, ImageEntry, Images, Job, LogCode, NameImage, RunImage, Started, TableName};
use backup::{AtHand, BackupError, Device, ImageLabel, Place};
use model::Moment;
use model::Severity;
use model::words::counted;

use super::broken_off::MakingImage;
use super::run::Stock;
use super::{Maintenance, refused, wrong};
use crate::administration::Administration;
use crate::auth::User;
use crate::maintenance_log::MaintenanceLog;
use crate::whole::{self, WholeTarget};

/// How the names of an image's volumes end.
const ENDING: &str = ".tar.zst";

/// The field's tables, and why some of them are not kept.
pub fn tables() -> Vec<TableName> {
    let kept = backup::known().iter().map(|known| TableName {
        table: known.name.to_owned(),
        data: Some(known.kind),
        why_not: String::new(),
    });
    let not_kept = backup::NOT_KEPT.iter().map(|(table, why)| TableName {
        table: (*table).to_owned(),
        data: None,
        why_not: (*why).to_owned(),
    });
    kept.chain(not_kept).collect()
}

impl Maintenance {
    /// Begins an image of the whole server. `then` hears what came of it before the job is over.
    pub fn start_image(
        self: &Arc<Self>,
        administration: &Arc<Administration>,
        device: Option<String>,
        by: &str,
        then: impl FnOnce(&Result<Job, ErrorBody>) + Send + 'static,
    ) -> Result<Started, ErrorBody> {
        let onto = self.device(device.as_deref())?.clone();
        let (maintenance, administration) = (Arc::clone(self), Arc::clone(administration));
        self.jobs().start("the image of the server", by, move |progress| {
            let target = WholeTarget { folder: None, device };
            progress.can_be_called_off();
            let dir = maintenance.folder();
            let _making = MakingImage::on(&onto.name, dir);
            let made = maintenance.mounted(&onto, &administration).and_then(|()| {
                whole::back_up_by(&*maintenance.clock, dir, &target, &mut |step| progress.step(step, 0))
            });
            let done = made
                .map_err(|error| progress.ended_by(ErrorBody::new(ErrorCode::Unavailable, format!("{error:#}"))))
                .and_then(|made| image_job(&made));
            then(&done);
            done
        })
    }
}

/// What came of an image. One in which a file is not sound is kept, and has failed all the same.
fn image_job(made: &backup::ImageMade) -> Result<Job, ErrorBody> {
    let first = made.volumes.first();
    let at = first.map(|(path, _)| path.display().to_string()).unwrap_or_default();
    let label = first.and_then(|(_, manifest)| manifest.label.parse::<ImageLabel>().ok()).map(|label| label.image());
    let volumes = counted(made.volumes.len(), "volume", "volumes");
    let what = format!("{volumes}, {} bytes, the first is {at}; read back and equal", made.bytes());
    if !made.unsound.is_empty() {
        let text =
            format!("the image is made and is not whole: {what}; {}; then make another one", made.unsound.join("; "));
        return Err(ErrorBody::new(ErrorCode::Unavailable, text));
    }
    Ok(Job { text: format!("the image is done: {what}"), label, ..Job::default() })
}

/// Begins an image that a person asked for.
pub fn run(stock: &Stock, user: &User, asked: RunImage) -> Result<Started, ErrorBody> {
    let (told, by) = (stock.clone(), user.name.clone());
    stock.maintenance.start_image(&stock.administration, asked.device, &user.name, move |done| {
        let log = &told.log;
        match done {
            Ok(job) => log.log(Severity::Info, LogCode::ImageDone, format!("asked for by {by}: {}", job.text)),
            Err(error) => log.log(
                super::graveness(error),
                LogCode::ImageFailed,
                format!("the image that {by} asked for failed: {}", error.message),
            ),
        }
    })
}

/// The images on all devices, of whatever server as far as a device tells.
pub fn list(maintenance: &Maintenance) -> Images {
    let mut images = Images::default();
    for device in &maintenance.devices {
        let found = match device.folder() {
            Some(folder) if maintenance.is_default(device) && !folder.exists() => Ok(Vec::new()),
            Some(folder) => in_folder(device, folder, &mut images.problems),
            None => in_store(maintenance, device),
        };
        match found {
            Ok(found) => images.images.extend(found),
            Err(why) => images.problems.push(format!("device {}: {why}", device.name)),
        }
    }
    // A label begins with its day; of one day the later count is the newer one.
    images.images.sort_by(|one, other| {
        (&other.label, other.made_at, &other.folder).cmp(&(&one.label, one.made_at, &one.folder))
    });
    images
}

fn label_of(name: &str) -> Option<ImageLabel> {
    name.strip_suffix(ENDING)?.parse().ok()
}

fn in_folder(device: &Device, top: &Path, problems: &mut Vec<String>) -> Result<Vec<ImageEntry>, String> {
    let paths = |folder: &Path| -> Result<Vec<PathBuf>, String> {
        let told = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
        let entries = std::fs::read_dir(folder).map_err(told)?;
        entries.map(|entry| entry.map(|entry| entry.path()).map_err(told)).collect()
    };
    let mut folders = vec![top.to_owned()];
    folders.extend(paths(top)?.into_iter().filter(|path| path.is_dir()));
    let mut found = Vec::new();
    for folder in folders {
        // Any one volume tells of all; the first that is there is asked.
        let mut firsts: BTreeMap<String, (ImageLabel, PathBuf)> = BTreeMap::new();
        let there = paths(&folder).unwrap_or_else(|why| {
            problems.push(format!("device {}: {why}", device.name));
            Vec::new()
        });
        for path in there {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if let Some(label) = label_of(&name) {
                let known = firsts.entry(label.image()).or_insert_with(|| (label, path.clone()));
                if label.volume < known.0.volume {
                    *known = (label, path);
                }
            }
        }
        for (label, (_, path)) in firsts {
            match backup::volumes_of(&path) {
                Ok(volumes) => found.push(entry(device, top, &folder, label, &volumes)),
                Err(error) => problems.push(format!("image {label}: {}", told(error).message)),
            }
        }
    }
    Ok(found)
}

fn entry(
    device: &Device,
    top: &Path,
    folder: &Path,
    label: String,
    volumes: &[(PathBuf, backup::ImageManifest)],
) -> ImageEntry {
    let own = if folder == top { None } else { folder.file_name() };
    let first = volumes.first();
    ImageEntry {
        label,
        device: device.name.clone(),
        folder: own.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        volume: first.map(|(path, _)| path.display().to_string()).unwrap_or_default(),
        server: first.map(|(_, manifest)| manifest.server.name.clone()).unwrap_or_default(),
        role: first.map(|(_, manifest)| manifest.server.role.clone()).unwrap_or_default(),
        made_at: first.map(|(_, manifest)| Moment(manifest.made_at)),
        volumes: u8::try_from(volumes.len()).unwrap_or(u8::MAX),
        bytes: Some(volumes.iter().map(|(_, manifest)| manifest.packed_bytes).sum()),
    }
}

/// A store tells names without fetching anything: this server's own, and what their labels say.
fn in_store(maintenance: &Maintenance, device: &Device) -> Result<Vec<ImageEntry>, String> {
    let server = &maintenance.server.name;
    let names = device.names(server, &mut || true).map_err(|error| refused(&error).message)?;
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in names {
        if let Some(label) = label_of(&name) {
            found.entry(label.image()).or_default().push(name);
        }
    }
    let own = device.own_folder(server);
    let entry = |(label, mut names): (String, Vec<String>)| {
        names.sort();
        ImageEntry {
            label,
            device: device.name.clone(),
            folder: own.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            volume: own.join(&names[0]).display().to_string(),
            server: server.clone(),
            volumes: u8::try_from(names.len()).unwrap_or(u8::MAX),
            ..ImageEntry::default()
        }
    };
    Ok(found.into_iter().map(entry).collect())
}

fn told(error: BackupError) -> ErrorBody {
    match error {
        BackupError::Missing { path } => ErrorBody::new(
            ErrorCode::NotFound,
            format!("{} is missing; an image is read from all of its volumes, put it there", path.display()),
        ),
        other => refused(&other),
    }
}

/// Why an image cannot be looked at.
enum Unfit {
    /// It was named wrongly.
    Named(ErrorBody),
    /// It is there, and a volume of it is missing or cannot be read.
    Broken(ErrorBody),
}

/// The image of a name on its device.
fn find<'a>(maintenance: &'a Maintenance, name: &NameImage) -> Result<(&'a Device, ImageEntry), Unfit> {
    let device = maintenance.device(name.device.as_deref()).map_err(Unfit::Named)?;
    let (folder, label) = name.label.rsplit_once('/').map_or((None, &*name.label), |(of, label)| (Some(of), label));
    let Images { images, problems } = list(maintenance);
    let mut fits = images.into_iter().filter(|image| {
        image.label == label && image.device == device.name && folder.is_none_or(|folder| folder == image.folder)
    });
    match (fits.next(), fits.next()) {
        (Some(image), None) => Ok((device, image)),
        (Some(one), Some(other)) => {
            let why = format!(
                "{label} is there more than once; say which: {}/{label} or {}/{label}",
                one.folder, other.folder
            );
            Err(Unfit::Named(wrong(why)))
        }
        (None, _) => {
            let of = |begin: String| problems.iter().find(|problem| problem.starts_with(&begin)).cloned();
            if let Some(broken) = of(format!("image {label}:")) {
                return Err(Unfit::Broken(ErrorBody::new(ErrorCode::NotFound, broken)));
            }
            let none = || {
                format!(
                    "there is no image {label} on device {}; see Administration > Backups, Images, or `cms image list`",
                    device.name
                )
            };
            let why = of(format!("device {}:", device.name)).unwrap_or_else(none);
            Err(Unfit::Named(ErrorBody::new(ErrorCode::NotFound, why)))
        }
    }
}

/// An image that cannot be restored is an error until somebody has seen it: it may be the only one.
fn log_damage(log: &MaintenanceLog, label: &str, why: &str) {
    let text = format!("image {label} cannot be restored: {why}; make another one");
    log.log(Severity::Error, LogCode::ImageDamaged, text);
}

/// Begins to unpack an image and to compare it; nothing of it is kept.
pub fn verify(stock: &Stock, user: &User, name: &NameImage) -> Result<Started, ErrorBody> {
    let found = find(&stock.maintenance, name).map_err(|unfit| match unfit {
        Unfit::Named(error) => error,
        Unfit::Broken(error) => {
            log_damage(&stock.log, &name.label, &error.message);
            error
        }
    });
    let (device, image) = found?;
    let (device, maintenance, log) = (device.clone(), Arc::clone(&stock.maintenance), Arc::clone(&stock.log));
    stock.maintenance.jobs().start("the verification of an image", &user.name, move |progress| {
        progress.can_be_called_off();
        let scratch = maintenance.unpacked();
        let begun = std::fs::create_dir_all(&scratch);
        begun.map_err(|error| wrong(format!("cannot make {}: {error}", scratch.display())))?;
        let mut go_on = |step: &str| progress.step(step, 0);
        let volumes = at_hand(&maintenance, &device, &image, &scratch, &mut go_on);
        let volumes = volumes.map_err(|error| {
            let is_stopped = matches!(error, BackupError::Stopped);
            let error = told(error);
            if !is_stopped {
                log_damage(&log, &image.label, &error.message);
            }
            error
        })?;
        let any = volumes.first().ok_or_else(|| wrong("an image has a volume"))?;
        let told = whole::verify_whole(any.path(), &mut || progress.step("unpacking and comparing", 0));
        let sound = told.map_err(|error| {
            let why = format!("{error:#}");
            if progress.goes_on() {
                log_damage(&log, &image.label, &why);
            }
            ErrorBody::new(ErrorCode::BadRequest, why)
        })?;
        Ok(Job { text: format!("image {} is {sound}", image.label), label: Some(image.label), ..Job::default() })
    })
}

/// Its volumes as files beside one another: those of a store are fetched, all of them.
fn at_hand(
    maintenance: &Maintenance,
    device: &Device,
    image: &ImageEntry,
    scratch: &Path,
    go_on: &mut dyn FnMut(&str) -> bool,
) -> Result<Vec<AtHand>, BackupError> {
    let first = PathBuf::from(&image.volume);
    let mut volumes = vec![first.clone()];
    if let Place::Store(_) = device.place {
        let own = device.own_folder(&maintenance.server.name);
        let names = device.names(&maintenance.server.name, &mut || go_on("looking at the store"))?;
        let of_it = names.into_iter().filter(|name| label_of(name).is_some_and(|label| label.image() == image.label));
        volumes = of_it.map(|name| own.join(name)).collect();
    }
    let fetch = |volume: PathBuf| device.at_hand(&volume, scratch, &mut || go_on("fetching its volumes"));
    volumes.into_iter().map(fetch).collect()
}
