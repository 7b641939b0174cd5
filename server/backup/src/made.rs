//! Making a backup: snapshots, volumes, reading back, and names only when all of it is done.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use model::{AcdNumber, DataKind, Level, Moment};
use store::{BackedUp, Copying, DataFolder, Extent, Snapshot, SourceFile, Unit, VolumeWriter};

use crate::envelope::{self, ENDING};
use crate::error::{BackupError, Result};
use crate::label::Label;
use crate::manifest::{FORMAT, FORMAT_BY_ROWS, Manifest, PartEntry, ServerEntry};
use crate::mode::Mode;
use crate::parts::{Choice, NO_ACD, Part, parts_of};

mod stretches;

pub use stretches::{Stretches, journal_of};
pub(crate) use stretches::{by_order, is_placed_by_its_end, moment_of};

/// What the last backups have, by ACD and part: place and mark.
pub type Marks = BTreeMap<(AcdNumber, String), BTreeMap<i64, String>>;

/// Part of [`Marks`] under which intervals stand.
pub const INTERVALS: &str = "intervals";
/// Volumes that are not finished end so.
pub(crate) const UNFINISHED: &str = ".part";
const VOLUMES_MOST: u8 = 99;

/// A backup that is to be made.
pub struct Making<'a> {
    /// What is backed up.
    pub choice: &'a Choice,
    /// Label of its first volume.
    pub label: Label,
    /// The server.
    pub server: ServerEntry,
    /// Version of the program.
    pub product: &'a str,
    /// When, by the server's clock.
    pub at: Moment,
    /// The server's files.
    pub data: &'a DataFolder,
    /// Where the volumes go; made if it is missing.
    pub folder: PathBuf,
    /// A volume ends when its database has so many bytes.
    pub volume_bytes: u64,
    /// What an incremental backup builds on.
    pub builds_on: BTreeMap<u8, String>,
    /// What an incremental backup need not take again.
    pub marks: &'a Marks,
    /// Interval tables of which nothing is kept here.
    pub left_out: BTreeSet<(u8, String)>,
    /// Only these tables and stretches, by the name in the volume: a copy of what a restore will replace.
    pub only: Option<BTreeMap<String, Vec<Extent>>>,
    /// Only the intervals in these stretches, with their records, for the other server.
    pub stretches: Option<&'a Stretches>,
    /// Gets what is being done and rows since the last call, and says whether to go on.
    pub go_on: &'a mut dyn FnMut(&str, u64) -> bool,
}

/// A backup that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its volumes, in order.
    pub volumes: Vec<(PathBuf, Manifest)>,
    /// What an incremental backup after it need not take again.
    pub marks: Vec<BackedUp>,
}

impl Made {
    /// Bytes on the device.
    pub fn bytes(&self) -> u64 {
        self.volumes.iter().map(|(_, manifest)| manifest.packed_bytes).sum()
    }

    /// Rows in all volumes.
    pub fn rows(&self) -> u64 {
        self.volumes.iter().map(|(_, manifest)| manifest.rows()).sum()
    }
}

/// Makes a backup. After an error nothing of it is left on the device.
pub fn make(making: Making<'_>) -> Result<Made> {
    fs::create_dir_all(&making.folder).map_err(|error| BackupError::io("make the folder", &making.folder, error))?;
    let mut run = Run { making, snapshots: BTreeMap::new(), open: None, drafts: Drafts::default(), marks: Vec::new() };
    let parts = parts_of(run.making.choice);
    run.begin_over_pages()?;
    for part in &parts {
        run.part(part, &parts)?;
    }
    run.link_events()?;
    run.close()?;
    run.put_in_place()
}

/// Files that are removed unless they were put in place.
#[derive(Default)]
struct Drafts {
    files: Vec<PathBuf>,
    volumes: Vec<(PathBuf, Manifest)>,
}

impl Drop for Drafts {
    fn drop(&mut self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
    }
}

struct Open {
    writer: VolumeWriter,
    label: Label,
    plain: PathBuf,
    parts: Vec<PartEntry>,
}

struct Run<'a> {
    making: Making<'a>,
    snapshots: BTreeMap<(SourceFile, Option<AcdNumber>), Snapshot>,
    open: Option<Open>,
    drafts: Drafts,
    marks: Vec<BackedUp>,
}

/// Which rows of a table are taken.
#[derive(Default)]
struct Selection {
    /// What the backup stands for.
    held: Vec<Extent>,
    /// Only these; `None` takes all rows.
    extents: Option<Vec<Extent>>,
    /// Only events behind this.
    since: Option<i64>,
}

impl Run<'_> {
    fn snapshot(&mut self, part: &Part) -> Result<&Snapshot> {
        let key = (part.file, part.acd);
        if !self.snapshots.contains_key(&key) {
            let path = self.making.data.file(part.file, part.acd);
            let lasting = match self.is_whole() && matches!(part.file, SourceFile::Acd | SourceFile::Events) {
                true => Snapshot::open_lasting(&path, part.file)?,
                false => None,
            };
            let snapshot = match lasting {
                Some(snapshot) => snapshot,
                None if self.takes_as_stored(part.file, &path)? => {
                    Snapshot::open_beside(&path, part.file, &mut self.open()?.writer)?
                }
                None => Snapshot::open(&path, part.file)?,
            };
            self.snapshots.insert(key, snapshot);
        }
        Ok(&self.snapshots[&key])
    }

    /// Whether whole tables are taken.
    fn is_whole(&self) -> bool {
        let Making { choice, only, stretches, .. } = &self.making;
        choice.mode == Mode::Full && only.is_none() && stretches.is_none()
    }

    /// Whether tables of a file that may change meanwhile are taken as they are stored: stretches of them, or all of them if they
    /// find room in the volume that is open. An incremental backup goes row by row, so that servers of the first format read it.
    fn takes_as_stored(&mut self, file: SourceFile, path: &Path) -> Result<bool> {
        if !matches!(file, SourceFile::Acd | SourceFile::Events) {
            return Ok(false);
        }
        let Making { only, stretches, .. } = &self.making;
        if !self.is_whole() {
            return Ok(stretches.map_or(only.is_some(), |stretches| !stretches.by_rows));
        }
        let (bytes, room) = (bytes_of(path)?, self.making.volume_bytes);
        Ok(self.open()?.writer.bytes()?.saturating_add(bytes) <= room)
    }

    /// Begins the first volume over the pages of the largest history, if all of it is taken and it has room.
    fn begin_over_pages(&mut self) -> Result<()> {
        let Making { choice, data, volume_bytes, .. } = &self.making;
        if !self.is_whole() || choice.tables.is_some() || !choice.kinds.contains(&DataKind::Historical) {
            return Ok(());
        }
        let mut largest = None;
        for acd in &choice.acds {
            largest = largest.max(Some((bytes_of(&data.acd(*acd))?, *acd)));
        }
        let Some((_, acd)) = largest.filter(|(bytes, _)| bytes <= volume_bytes) else { return Ok(()) };
        let (path, file) = (data.acd(acd), SourceFile::Acd);
        let (label, plain) = self.draft()?;
        if let Some((writer, snapshot)) = VolumeWriter::create_over(&plain, &path, file)? {
            self.open = Some(Open { writer, label, plain, parts: Vec::new() });
            self.snapshots.insert((file, Some(acd)), snapshot);
        }
        Ok(())
    }

    /// Copies one table, into as many volumes as it needs.
    fn part(&mut self, part: &Part, all: &[Part]) -> Result<()> {
        let acd = part.acd.map_or(0, |acd| acd.0);
        if self.making.stretches.is_some() && !stretches::is_carried(part) {
            return Ok(());
        }
        let asked_for = self.making.only.as_ref().is_none_or(|only| only.contains_key(&part.stored_as));
        if !asked_for || self.making.left_out.contains(&(acd, part.carried.table.to_owned())) {
            return Ok(());
        }
        let selection = self.select(part, all)?;
        let of = part.acd.map_or_else(String::new, |acd| format!(" of ACD {acd}"));
        let step = format!("{}{of}", part.carried.table);
        let mut copying =
            self.snapshot(part)?.copy(&part.carried, &part.stored_as, selection.since, selection.extents.as_deref())?;
        let volume_bytes = self.making.volume_bytes;
        self.open()?.writer.hold(&part.stored_as, &selection.held)?;
        if !(self.making.go_on)(&step, 0) {
            return Err(BackupError::Stopped);
        }
        self.begin_in(part, &mut copying)?;
        loop {
            let snapshot = &self.snapshots[&(part.file, part.acd)];
            let Some(open) = &mut self.open else { break };
            let Some(rows) = copying.some(snapshot, &mut open.writer)? else { break };
            if !(self.making.go_on)(&step, rows) {
                return Err(BackupError::Stopped);
            }
            // Lists stay with each other: what is summed up is judged by them.
            if !part.is_list && rows > 0 && open.writer.bytes()? >= volume_bytes {
                self.end_slice(part)?;
                self.close()?;
                if copying.is_done() {
                    return Ok(());
                }
                self.begin_in(part, &mut copying)?;
            }
        }
        self.end_slice(part)
    }

    /// Begins a table in the volume that is open.
    fn begin_in(&mut self, part: &Part, copying: &mut Copying) -> Result<()> {
        let volume_bytes = self.making.volume_bytes;
        self.open()?;
        if let Some(open) = &mut self.open {
            let room = volume_bytes.saturating_sub(open.writer.bytes()?);
            copying.begin_in(&self.snapshots[&(part.file, part.acd)], &mut open.writer, room)?;
        }
        Ok(())
    }

    fn end_slice(&mut self, part: &Part) -> Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let Some(slice) = open.writer.end()? else { return Ok(()) };
        open.parts.push(PartEntry {
            name: part.name.to_owned(),
            kind: part.kind,
            acd: part.acd.map(|acd| acd.0),
            stored_as: slice.stored_as,
            rows: slice.rows,
            digest: slice.digest,
            places: slice.places,
        });
        Ok(())
    }

    fn select(&mut self, part: &Part, all: &[Part]) -> Result<Selection> {
        if let Some(only) = &self.making.only {
            let held = only.get(&part.stored_as).cloned().unwrap_or_default();
            let extents = part.carried.unit.place().map(|_| held.clone());
            return Ok(Selection { held, extents, since: None });
        }
        if let Some(stretches) = self.making.stretches {
            return match part.carried.unit {
                Unit::Event { order, .. } => self.events_within(part, order, stretches),
                _ => self.intervals_within(all, stretches),
            };
        }
        match part.carried.unit {
            Unit::Whole => Ok(Selection::default()),
            Unit::Interval => self.intervals(part),
            Unit::Period => self.periods(part, all),
            Unit::Event { place, order } => self.events(part, place, order),
        }
    }

    /// Whether the last backups do not have this as it is now.
    fn is_new(&self, part: &Part, name: &str, place: i64, mark: &str) -> bool {
        let key = (part.acd.unwrap_or(NO_ACD), name.to_owned());
        let known = || self.making.marks.get(&key).and_then(|marks| marks.get(&place));
        self.making.choice.mode == Mode::Full || known().is_none_or(|known| known != mark)
    }

    fn mark(&mut self, part: &Part, name: &str, place: i64, mark: String) {
        let acd = part.acd.unwrap_or(NO_ACD);
        self.marks.push(BackedUp { acd, part: name.to_owned(), place, mark });
    }

    fn intervals(&mut self, part: &Part) -> Result<Selection> {
        let snapshot = self.snapshot(part)?;
        let kept_from = if part.is_list { None } else { snapshot.kept_from(part.carried.table)? };
        let known = snapshot.intervals()?;
        let mut held = Vec::new();
        for (start, end, digest) in known {
            if self.is_new(part, INTERVALS, start, &digest) && kept_from.is_none_or(|from| start >= from) {
                held.push(Extent::new(start, end));
                if part.is_list {
                    self.mark(part, INTERVALS, start, digest);
                }
            }
        }
        Ok(self.chosen(part, held))
    }

    fn periods(&mut self, part: &Part, all: &[Part]) -> Result<Selection> {
        let tables: Vec<&'static str> = match part.carried.only {
            Some(("TABLE_NAME", table)) => vec![table],
            Some((_, level)) => summary_tables(all, level).collect(),
            None => vec![part.carried.table],
        };
        let mut days = BTreeSet::new();
        for table in tables {
            let known = self.snapshot(part)?.periods(table)?;
            for (day, digest) in known {
                if self.is_new(part, table, day, &digest) {
                    days.insert(day);
                    if !part.is_list {
                        self.mark(part, table, day, digest);
                    }
                }
            }
        }
        Ok(self.chosen(part, days.into_iter().map(|day| Extent::new(day, day + 1)).collect()))
    }

    /// Lists are taken whole, others row by row only where that is less.
    fn chosen(&self, part: &Part, held: Vec<Extent>) -> Selection {
        let all = part.is_list || self.making.choice.mode == Mode::Full;
        Selection { extents: (!all).then(|| held.clone()), held, since: None }
    }

    fn events(&mut self, part: &Part, place: &'static str, order: &'static str) -> Result<Selection> {
        let table = part.carried.table;
        let key = (part.acd.unwrap_or(NO_ACD), table.to_owned());
        let known = self.making.marks.get(&key).and_then(|marks| marks.get(&0)?.parse().ok());
        let since: Option<i64> = known.filter(|_| self.making.choice.mode == Mode::Incremental);
        let since = since.map(|since| since - stretches::late_by(table));
        let held = self.snapshot(part)?.events(table, place, order, since)?;
        if let Some(extent) = &held {
            self.mark(part, table, 0, extent.up_to.to_string());
        }
        Ok(Selection { held: held.into_iter().collect(), extents: None, since })
    }

    /// The volume that takes the next rows.
    fn open(&mut self) -> Result<&mut Open> {
        if self.open.is_none() {
            let (label, plain) = self.draft()?;
            let writer = VolumeWriter::create(&plain)?;
            self.open = Some(Open { writer, label, plain, parts: Vec::new() });
        }
        self.open.as_mut().ok_or(BackupError::Stopped)
    }

    /// Label of the next volume, and where it is written before it is packed.
    fn draft(&mut self) -> Result<(Label, PathBuf)> {
        let number = self.drafts.volumes.len() as u8 + 1;
        if number > VOLUMES_MOST {
            let why = format!("this backup needs more than {VOLUMES_MOST} volumes; make volumes larger (`volume_mb`)");
            return Err(BackupError::Refused(why));
        }
        let label = Label { volume: number, ..self.making.label };
        let plain = self.making.folder.join(format!("{label}.db{UNFINISHED}"));
        // Left behind by a server that was killed; it was never finished.
        if plain.exists() {
            fs::remove_file(&plain).map_err(|error| BackupError::io("remove", &plain, error))?;
        }
        self.drafts.files.push(plain.clone());
        Ok((label, plain))
    }

    /// Packs the volume that is open, and reads it back.
    fn close(&mut self) -> Result<()> {
        let Some(Open { writer, label, plain, parts }) = self.open.take() else { return Ok(()) };
        let manifest = self.manifest(&label, parts);
        let mut written = writer.finish(&told(&manifest))?;
        let step = format!("packing volume {:02}", label.volume);
        let go_on = &mut self.making.go_on;
        let mut goes_on = || go_on(&step, 0);
        let packed_path = self.making.folder.join(format!("{label}{ENDING}{UNFINISHED}"));
        if packed_path.exists() {
            fs::remove_file(&packed_path).map_err(|error| BackupError::io("remove", &packed_path, error))?;
        }
        self.drafts.files.push(packed_path.clone());
        let copied = manifest.parts.iter().filter(|part| !written.is_as_stored(&part.stored_as));
        envelope::recount(&plain, &plain, copied, &mut goes_on)?;
        let bytes = written.bytes();
        let (sound, packed) = std::thread::scope(|scope| {
            // While it is packed: both read all of it.
            let check = scope.spawn(|| written.check());
            let packed = envelope::pack(&plain, bytes, &packed_path, &mut goes_on);
            (check.join(), packed)
        });
        sound.map_err(|_| BackupError::Stopped)??;
        let packed = packed?;
        fs::remove_file(&plain).map_err(|error| BackupError::io("remove", &plain, error))?;
        let manifest = Manifest {
            bytes: packed.bytes,
            sha256: packed.sha256,
            packed_bytes: packed.packed_bytes,
            packed_sha256: packed.packed_sha256,
            ..manifest
        };
        self.drafts.volumes.push((packed_path, manifest));
        Ok(())
    }

    fn manifest(&self, label: &Label, parts: Vec<PartEntry>) -> Manifest {
        let Making { choice, server, product, at, builds_on, left_out, .. } = &self.making;
        Manifest {
            format: if parts.iter().any(|part| part.digest.is_empty()) { FORMAT } else { FORMAT_BY_ROWS },
            label: label.to_string(),
            volumes: 0,
            server: server.clone(),
            product: (*product).to_owned(),
            made_at: at.0,
            mode: choice.mode,
            builds_on: builds_on.values().next_back().cloned(),
            bases: if are_several(builds_on) { builds_on.clone() } else { BTreeMap::new() },
            kinds: choice.kinds.iter().copied().collect::<Vec<DataKind>>(),
            tables: choice.tables.as_ref().map(|tables| tables.iter().map(|table| (*table).to_owned()).collect()),
            acds: choice.acds.iter().map(|acd| acd.0).collect(),
            stretches: self.making.stretches.map(|stretches| stretches.of.clone()).unwrap_or_default(),
            left_out: left_out.iter().cloned().collect(),
            parts,
            bytes: 0,
            sha256: String::new(),
            packed_bytes: 0,
            packed_sha256: String::new(),
        }
    }

    /// All volumes are written: they say what they are, and get their names, the first one last.
    fn put_in_place(mut self) -> Result<Made> {
        let volumes = self.drafts.volumes.len() as u8;
        let mut done = Vec::new();
        for (draft, mut manifest) in std::mem::take(&mut self.drafts.volumes) {
            manifest.volumes = volumes;
            envelope::seal(&draft, &manifest)?;
            done.push((draft, manifest));
        }
        let mut placed = Vec::new();
        for (draft, manifest) in done.into_iter().rev() {
            let path = self.making.folder.join(format!("{}{ENDING}", manifest.label));
            if path.exists() {
                return Err(BackupError::Refused(format!("{} is there already and was left as it is", path.display())));
            }
            fs::rename(&draft, &path).map_err(|error| BackupError::io("put in place", &path, error))?;
            // Until the first volume has its name nothing counts, so a failure takes these away again.
            self.drafts.files.push(path.clone());
            placed.push((path, manifest));
        }
        sync_folder(&self.making.folder)?;
        self.drafts.files.clear();
        placed.reverse();
        Ok(Made { volumes: placed, marks: std::mem::take(&mut self.marks) })
    }
}

/// Whether there is anything in a folder besides what a program left unfinished.
pub fn holds_any(folder: &Path) -> bool {
    let mut entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| !entry.file_name().to_string_lossy().ends_with(UNFINISHED))
}

/// Removes what a program left unfinished in a server's folder; it never counted as a backup.
pub fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().ends_with(UNFINISHED) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn bytes_of(path: &Path) -> Result<u64> {
    Ok(fs::metadata(path).map_err(|error| BackupError::io("look at", path, error))?.len())
}

fn sync_folder(folder: &Path) -> Result<()> {
    let sync = || File::open(folder)?.sync_all();
    sync().map_err(|error| BackupError::io("sync", folder, error))
}

fn are_several(bases: &BTreeMap<u8, String>) -> bool {
    bases.values().collect::<BTreeSet<_>>().len() > 1
}

/// What the volume says of itself inside, for whoever opens it by hand.
fn told(manifest: &Manifest) -> [(&'static str, String); 10] {
    let list = |items: Vec<String>| items.join(", ");
    [
        ("format", manifest.format.to_string()),
        ("label", manifest.label.clone()),
        ("server", manifest.server.name.clone()),
        ("server_id", manifest.server.id.clone()),
        ("role", manifest.server.role.clone()),
        ("product", manifest.product.clone()),
        ("made_at", Moment(manifest.made_at).to_string()),
        ("builds_on", list(manifest.builds_on().into_iter().map(str::to_owned).collect())),
        ("acds", list(manifest.acds.iter().map(ToString::to_string).collect())),
        ("data", list(manifest.kinds.iter().map(ToString::to_string).collect())),
    ]
}

/// Tables of a level that a backup takes.
fn summary_tables<'a>(all: &'a [Part], level: &'a str) -> impl Iterator<Item = &'static str> + 'a {
    let of_level = move |part: &&Part| {
        let known: Option<Level> = catalog::table(part.carried.table).and_then(|table| table.kind.level());
        !part.is_list && known.is_some_and(|known| known.word() == level)
    };
    let names: BTreeSet<&'static str> = all.iter().filter(of_level).map(|part| part.carried.table).collect();
    names.into_iter()
}
