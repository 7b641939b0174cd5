//! Where volumes lie: a folder or an object store, in which each server has a folder of its own, because labels do not tell
//! servers apart. In a store a folder is what names begin with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bucket::Bucket;
use crate::envelope::{ENDING, read_header};
use crate::error::{BackupError, Result};
use crate::label::Label;
use crate::made::Made;
use crate::manifest::Manifest;
use crate::mode::Mode;

mod order;

use order::Order;

/// A device.
#[derive(Debug, Clone)]
pub struct Device {
    /// Name in commands.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// A volume ends when its database has so many bytes.
    pub volume_bytes: u64,
    /// So many full backups of this server are kept, with what builds on them; `None` keeps all.
    pub keep: Option<u32>,
}

/// What a device is.
#[derive(Debug, Clone)]
pub enum Place {
    /// A folder of this machine.
    Folder(PathBuf),
    /// An object store.
    Store(Arc<Bucket>),
}

/// A volume as a file of this machine; what was fetched for it is removed with it.
#[derive(Debug)]
pub struct AtHand {
    path: PathBuf,
    fetched: bool,
}

impl AtHand {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for AtHand {
    fn drop(&mut self) {
        if self.fetched {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The volumes of one backup on a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// Its label without the volume's number.
    pub label: String,
    /// Folder of the server that it was made on, as it is named on the device.
    pub folder: String,
    /// The volumes that are there, in order, by where they are on the device.
    pub volumes: Vec<(PathBuf, Manifest)>,
}

/// A file that should be a volume and is none.
#[derive(Debug)]
pub struct Problem {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub error: BackupError,
}

/// What lies on a device.
#[derive(Debug, Default)]
pub struct Found {
    /// The backups, newest first.
    pub sets: Vec<Set>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
}

impl Set {
    /// The first volume's manifest: what the backup is.
    pub fn manifest(&self) -> &Manifest {
        &self.volumes[0].1
    }

    fn age(&self) -> (i64, &str) {
        (self.manifest().made_at, &self.label)
    }

    /// Packed bytes of all volumes.
    pub fn bytes(&self) -> u64 {
        self.volumes.iter().map(|(_, manifest)| manifest.packed_bytes).sum()
    }

    /// Volumes that are missing.
    pub fn missing(&self) -> Vec<u8> {
        let there: Vec<u8> = self.volumes.iter().filter_map(|(_, manifest)| number(manifest)).collect();
        (1..=self.manifest().volumes).filter(|wanted| !there.contains(wanted)).collect()
    }

    /// Refuses a backup of which a volume is missing.
    pub fn whole(&self) -> Result<()> {
        let missing = self.missing();
        if missing.is_empty() {
            return Ok(());
        }
        let missing: Vec<String> = missing.iter().map(|number| format!("{:02}", number)).collect();
        Err(BackupError::Refused(format!(
            "{} has {} volumes, and number {} is missing in {}; put it there",
            self.label,
            self.manifest().volumes,
            missing.join(", "),
            self.folder
        )))
    }
}

fn number(manifest: &Manifest) -> Option<u8> {
    manifest.label.parse::<Label>().ok().map(|label| label.volume)
}

/// What the volumes of one backup have in common: when it was made, folder, label, server.
type Same = (i64, String, String, String);

/// A volume that was found: the folder it is in as the device names it, where it is, and what it says of itself.
type Volume = (String, PathBuf, Result<Manifest>);

impl Device {
    /// The folder, if it is one.
    pub fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::Folder(folder) => Some(folder),
            Place::Store(_) => None,
        }
    }

    /// Where it is, for people.
    pub fn address(&self) -> &Path {
        match &self.place {
            Place::Folder(folder) => folder,
            Place::Store(bucket) => bucket.root(),
        }
    }

    /// The folder of one server on this device.
    pub fn own_folder(&self, server: &str) -> PathBuf {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() || "._-".contains(letter) { letter } else { '-' };
        let name: String = server.chars().map(plain).collect();
        // Neither hidden nor the way up.
        self.address().join(if name.starts_with('.') { format!("-{name}") } else { name })
    }

    /// The folder of this machine in which a server's volumes are made: their own, or `outgoing` for those that are carried to
    /// a store by [`Device::keep`].
    pub fn workshop(&self, server: &str, outgoing: &Path) -> PathBuf {
        match &self.place {
            Place::Folder(_) => self.own_folder(server),
            Place::Store(_) => outgoing.to_owned(),
        }
    }

    /// Puts a backup where it belongs that was made in the workshop. `go_on` hears what is done.
    ///
    /// # Errors
    /// If a store does not take it or does not give back what it was given. Nothing of it counts then.
    pub fn keep(&self, server: &str, made: Made, go_on: &mut dyn FnMut(&str) -> bool) -> Result<Made> {
        let Some((_, first)) = made.volumes.first() else { return Ok(made) };
        let label = first.label.parse::<Label>().map_or_else(|_| first.label.clone(), |label| label.backup());
        let files: Vec<PathBuf> = made.volumes.iter().map(|(path, _)| path.clone()).collect();
        let placed = self.keep_files(server, &label, files, go_on)?;
        let manifests = made.volumes.into_iter().map(|(_, manifest)| manifest);
        Ok(Made { volumes: placed.into_iter().zip(manifests).collect(), marks: made.marks })
    }

    /// The same for the files of the volumes of one label. In a workshop none of them is left.
    pub fn keep_files(
        &self,
        server: &str,
        label: &str,
        files: Vec<PathBuf>,
        go_on: &mut dyn FnMut(&str) -> bool,
    ) -> Result<Vec<PathBuf>> {
        let Place::Store(bucket) = &self.place else { return Ok(files) };
        let kept = bucket.keep(&self.own_folder(server), label, &files, go_on);
        for file in &files {
            let _ = fs::remove_file(file);
        }
        kept
    }

    /// A volume of this device as a file, fetched into `scratch` if it is in a store.
    pub fn at_hand(&self, volume: &Path, scratch: &Path, go_on: &mut dyn FnMut() -> bool) -> Result<AtHand> {
        match &self.place {
            Place::Folder(_) => Ok(AtHand { path: volume.to_owned(), fetched: false }),
            Place::Store(bucket) => {
                let at_hand = AtHand { path: scratch.join(volume.file_name().unwrap_or_default()), fetched: true };
                // Left behind by a program that was killed.
                let _ = fs::remove_file(&at_hand.path);
                bucket.fetch(volume, &at_hand.path, go_on)?;
                Ok(at_hand)
            }
        }
    }

    /// Names of the files of one server. A store is waited for while `go_on` says so.
    ///
    /// # Errors
    /// If the device cannot be read.
    pub fn names(&self, server: &str, go_on: &mut dyn FnMut() -> bool) -> Result<Vec<String>> {
        let own = self.own_folder(server);
        match &self.place {
            Place::Folder(_) if !own.exists() => Ok(Vec::new()),
            Place::Folder(_) => {
                let name = |path: PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
                Ok(entries(&own)?.into_iter().filter_map(name).collect())
            }
            Place::Store(bucket) => bucket.names(&own, go_on),
        }
    }

    fn volumes(&self) -> Result<Vec<Volume>> {
        let top = self.address();
        let name = |path: &Path| match path.parent() {
            Some(folder) if folder != top => folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            _ => String::new(),
        };
        match &self.place {
            Place::Folder(folder) => {
                let mut folders = vec![folder.clone()];
                folders.extend(entries(folder)?.into_iter().filter(|path| path.is_dir()));
                let files = folders.iter().map(|folder| entries(folder)).collect::<Result<Vec<_>>>()?;
                let files = files.into_iter().flatten().filter(|path| path.to_string_lossy().ends_with(ENDING));
                Ok(files.map(|path| (name(&path), path.clone(), read_header(&path))).collect())
            }
            Place::Store(bucket) => {
                let found = bucket.volumes(ENDING)?.into_iter();
                Ok(found.map(|(path, manifest)| (name(&path), path, manifest)).collect())
            }
        }
    }

    /// All backups on the device, of whatever server.
    ///
    /// # Errors
    /// [`BackupError::Missing`] if the device is not there, [`BackupError::Remote`] if a store does not answer.
    pub fn list(&self) -> Result<Found> {
        let mut found = Found::default();
        let mut sets: BTreeMap<Same, Vec<(PathBuf, Manifest)>> = BTreeMap::new();
        for (folder, path, manifest) in self.volumes()? {
            match manifest {
                Ok(manifest) => {
                    let label =
                        manifest.label.parse::<Label>().map_or_else(|_| manifest.label.clone(), |label| label.backup());
                    let key = (-manifest.made_at, folder, label, manifest.server.id.clone());
                    sets.entry(key).or_default().push((path, manifest));
                }
                Err(error) => found.problems.push(Problem { path, error }),
            }
        }
        found.sets = sets
            .into_iter()
            .map(|((_, folder, label, _), mut volumes)| {
                volumes.sort_by_key(|(_, manifest)| number(manifest));
                Set { label, folder, volumes }
            })
            .collect();
        // Of the same second, the later count of the day is the newer one.
        found.sets.sort_by(|one, other| other.age().cmp(&one.age()));
        Ok(found)
    }

    /// The backup of this label, which may be that of any of its volumes, and may have the server's folder before it.
    ///
    /// # Errors
    /// [`BackupError::NotFound`] if there is none, [`BackupError::Refused`] if there are several, or what is wrong with
    /// the volume that bears the label.
    pub fn find(&self, text: &str) -> Result<Set> {
        let (folder, label) = text.rsplit_once('/').map_or((None, text), |(folder, label)| (Some(folder), label));
        let label = Label::parse_backup(label).map_err(|error| BackupError::Refused(error.to_string()))?.backup();
        let Found { sets, problems } = self.list()?;
        let named = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&label));
        let mut sets: Vec<Set> = sets
            .into_iter()
            .filter(|set| set.label == label && folder.is_none_or(|folder| folder == set.folder))
            .collect();
        let broken = problems.into_iter().find(|problem| {
            let here = problem.path.parent().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
            named(&problem.path) && folder.is_none_or(|folder| here.as_deref() == Some(folder))
        });
        match (sets.len(), broken) {
            (0, None) => Err(BackupError::NotFound(format!("there is no backup {label} on device {}", self.name))),
            (_, Some(broken)) if sets.iter().all(|set| set.whole().is_err()) => Err(broken.error),
            (1, _) => Ok(sets.remove(0)),
            _ => {
                let names: Vec<String> = sets.iter().map(|set| format!("{}/{label}", set.folder)).collect();
                Err(BackupError::Refused(format!("{label} is there more than once; say which: {}", names.join(" or "))))
            }
        }
    }

    /// Lets the oldest full backups of a server go, with what builds on them, so that `keep` are left. Backups whose data
    /// or ACDs differ are counted apart. The one just made never goes. `begun` are the labels of this server's backups on this
    /// device as it noted them itself, the oldest first. Gives the labels that went.
    pub fn rotate(&self, server_id: &str, made: &Manifest, begun: &[String]) -> Result<Vec<String>> {
        let Some(keep) = self.keep else { return Ok(Vec::new()) };
        let alike = |manifest: &Manifest| match manifest.mode {
            Mode::Full => {
                (&manifest.kinds, &manifest.tables, &manifest.acds) == (&made.kinds, &made.tables, &made.acds)
            }
            Mode::Incremental => {
                let kinds = manifest.kinds.iter().all(|kind| made.kinds.contains(kind));
                made.tables.is_none() && kinds && manifest.acds.iter().all(|acd| made.acds.contains(acd))
            }
        };
        let ours = |set: &Set| {
            let manifest = set.manifest();
            manifest.server.id == server_id && manifest.stretches.is_empty() && alike(manifest)
        };
        let all = self.list()?.sets;
        let mut sets: Vec<&Set> = all.iter().filter(|set| ours(set)).collect();
        Order::of(&sets, made, begun).newest_first(&mut sets);
        let fulls = sets.iter().enumerate().filter(|(_, set)| set.manifest().mode == Mode::Full);
        let Some((oldest_kept, _)) = fulls.into_iter().nth(keep.max(1) as usize - 1) else { return Ok(Vec::new()) };
        let mut staying: Vec<&Set> = all.iter().collect();
        // The oldest first, so that what builds on what builds on a backup goes with it; a backup of other data that stays may be
        // what it builds on.
        let mut going = Vec::new();
        for set in sets[oldest_kept + 1..].iter().rev() {
            let manifest = set.manifest();
            let base = staying.iter().find(|other| {
                other.manifest().server.id == server_id && manifest.builds_on().contains(other.label.as_str())
            });
            if manifest.mode == Mode::Full || base.is_none() {
                staying.retain(|other| other.label != set.label || other.folder != set.folder);
                going.push(set);
            }
        }
        // The newest first: never a moment in which something lacks what it builds on.
        going.reverse();
        going.iter().try_for_each(|set| self.remove(set))?;
        Ok(going.iter().map(|set| set.label.clone()).collect())
    }

    fn remove(&self, set: &Set) -> Result<()> {
        let mut paths = set.volumes.iter().map(|(path, _)| path);
        match &self.place {
            Place::Folder(_) => {
                paths.try_for_each(|path| fs::remove_file(path).map_err(|error| BackupError::io("remove", path, error)))
            }
            Place::Store(bucket) => bucket.remove(&paths.cloned().collect::<Vec<_>>()),
        }
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let reading = |error| BackupError::io("read", folder, error);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(reading)? {
        found.push(entry.map_err(reading)?.path());
    }
    found.sort();
    Ok(found)
}
