//! Reading an image: all its volumes in order, and nothing of it counts before all of it was right.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::archive;
use super::{IMAGE_ENDING, ImageLabel, ImageManifest, LAST_FILE, UNFINISHED_RESTORE};
use crate::envelope::{Unpacking, read_frame};
use crate::error::{BackupError, Result};

const CHUNK: usize = 1 << 20;

/// The volumes of the image that one volume belongs to, in order.
///
/// # Errors
/// If one is missing, damaged in what it says of itself, or of another image.
pub fn volumes_of(any: &Path) -> Result<Vec<(PathBuf, ImageManifest)>> {
    let refused = |why: String| BackupError::Foreign { path: any.to_owned(), detail: why };
    let name = any.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let label = name.strip_suffix(IMAGE_ENDING).unwrap_or(&name);
    let label: ImageLabel = label.parse().map_err(|error| refused(format!("{error}")))?;
    let folder = any.parent().unwrap_or(Path::new("."));
    let told = manifest(any)?;
    let mut volumes = Vec::new();
    for volume in 1..=told.volumes {
        let path = folder.join(format!("{}{IMAGE_ENDING}", ImageLabel { volume, ..label }));
        let found = manifest(&path)?;
        if (found.made_at, &found.server, found.volumes) != (told.made_at, &told.server, told.volumes) {
            let detail = format!("it belongs to another image than {name}; was it exchanged?");
            return Err(BackupError::Damaged { path, detail });
        }
        volumes.push((path, found));
    }
    Ok(volumes)
}

fn manifest(path: &Path) -> Result<ImageManifest> {
    let manifest: ImageManifest = read_frame(path)?;
    let own = format!("{}{IMAGE_ENDING}", manifest.label);
    if path.file_name().is_none_or(|name| name.to_string_lossy() != own) {
        let detail = format!("its name is not its label, which makes it {own}; was it renamed or exchanged?");
        return Err(BackupError::Damaged { path: path.to_owned(), detail });
    }
    Ok(manifest)
}

/// Unpacks all volumes of an image and compares; nothing is kept. Gives the volumes and the number of files.
///
/// # Errors
/// What is wrong with which volume.
pub fn verify_image(any: &Path, go_on: &mut dyn FnMut() -> bool) -> Result<(Vec<(PathBuf, ImageManifest)>, u64)> {
    let volumes = volumes_of(any)?;
    let files = walk(&volumes, go_on, &mut |_, _| Ok(Box::new(io::sink())))?;
    Ok((volumes, files))
}

/// Makes the folder of a server again. It must be empty, not exist, or hold a restore that was broken off. The configuration
/// is put in place last, by renaming: before that the folder is no server's, after that all of it is there.
///
/// # Errors
/// If the folder holds anything else, or a volume is missing or damaged; the folder is then empty again.
pub fn restore_image(any: &Path, into: &Path, go_on: &mut dyn FnMut() -> bool) -> Result<ImageManifest> {
    let volumes = volumes_of(any)?;
    let writing = |error| BackupError::io("write", into, error);
    fs::create_dir_all(into).map_err(writing)?;
    fs::set_permissions(into, fs::Permissions::from_mode(0o700)).map_err(writing)?;
    begin(into)?;
    let restored = fill(&volumes, into, go_on);
    if let Err(error) = restored {
        // Whatever is there came from this image and counts for nothing.
        clear(into)?;
        return Err(error);
    }
    let last = into.join(LAST_FILE);
    fs::rename(into.join(UNFINISHED_RESTORE), &last).map_err(|error| BackupError::io("put in place", &last, error))?;
    sync(into)?;
    match volumes.into_iter().next() {
        Some((_, manifest)) => Ok(manifest),
        None => Err(BackupError::NotFound(format!("{} has no volumes", any.display()))),
    }
}

/// Takes hold of the folder, by the mark that says what it is.
fn begin(into: &Path) -> Result<()> {
    let reading = |error| BackupError::io("read", into, error);
    let is_empty = fs::read_dir(into).map_err(reading)?.next().is_none();
    let broken_off = into.join(UNFINISHED_RESTORE).exists() && !into.join(LAST_FILE).exists();
    if !is_empty && !broken_off {
        let why = format!(
            "{} is not empty: an image is restored into an empty folder; move what is there aside, or name another one",
            into.display()
        );
        return Err(BackupError::Refused(why));
    }
    clear(into)?;
    let mark = into.join(UNFINISHED_RESTORE);
    create(&mark, 0o600).map_err(|error| BackupError::io("write", &mark, error))?;
    sync(into)
}

/// Removes what a restore has put there, its mark last.
fn clear(into: &Path) -> Result<()> {
    let reading = |error| BackupError::io("read", into, error);
    let mark = into.join(UNFINISHED_RESTORE);
    for entry in fs::read_dir(into).map_err(reading)? {
        let path = entry.map_err(reading)?.path();
        let removed = match path.is_dir() {
            _ if path == mark => continue,
            true => fs::remove_dir_all(&path),
            false => fs::remove_file(&path),
        };
        removed.map_err(|error| BackupError::io("remove", &path, error))?;
    }
    match fs::remove_file(&mark) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(BackupError::io("remove", &mark, error)),
        _ => Ok(()),
    }
}

fn fill(volumes: &[(PathBuf, ImageManifest)], into: &Path, go_on: &mut dyn FnMut() -> bool) -> Result<()> {
    let mut folders = vec![into.to_owned()];
    let mut has_last = false;
    walk(volumes, go_on, &mut |name, mode| {
        let path = match name {
            LAST_FILE => {
                has_last = true;
                into.join(UNFINISHED_RESTORE)
            }
            _ => into.join(name),
        };
        let folder = path.parent().unwrap_or(into).to_owned();
        if !folders.contains(&folder) {
            fs::create_dir_all(&folder).map_err(|error| BackupError::io("make the folder", &folder, error))?;
            folders.push(folder);
        }
        let file = match name {
            LAST_FILE => OpenOptions::new().write(true).open(&path),
            _ => create(&path, mode),
        };
        let file = file.map_err(|error| BackupError::io("write", &path, error))?;
        Ok(Box::new(Synced(file)))
    })?;
    if !has_last {
        let (path, _) = &volumes[0];
        let detail = format!("the image holds no {LAST_FILE}");
        return Err(BackupError::Foreign { path: path.clone(), detail });
    }
    folders.iter().try_for_each(|folder| sync(folder))
}

fn create(path: &Path, mode: u32) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(mode & 0o777).open(path)
}

fn sync(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| BackupError::io("write", folder, error))
}

/// Where a file of the archive goes; [`Target::done`] when all of it came.
pub(super) trait Target: Write {
    fn done(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Target for io::Sink {}

/// A file that is on the disk when it is done.
struct Synced(File);

impl Write for Synced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Target for Synced {
    fn done(&mut self) -> io::Result<()> {
        self.0.sync_all()
    }
}

/// Where a file of this name and these permissions goes.
type Targets<'a> = dyn FnMut(&str, u32) -> Result<Box<dyn Target>> + 'a;

/// Goes through all files of an archive, and through all of its bytes: gives the number of files.
fn walk(
    volumes: &[(PathBuf, ImageManifest)],
    go_on: &mut dyn FnMut() -> bool,
    target: &mut Targets<'_>,
) -> Result<u64> {
    let mut stream = Stream { volumes, next: 0, open: None, failed: None };
    let mut buffer = vec![0; CHUNK];
    let mut files = 0;
    loop {
        let member = archive::next(&mut stream);
        let Some(member) = stream.told(member)? else { break };
        let mut target = target(&member.name, member.mode)?;
        let writing = |error| BackupError::io("write", Path::new(&member.name), error);
        let mut left = member.size;
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            let read = stream.read_exact(&mut buffer[..wanted]);
            stream.told(read)?;
            target.write_all(&buffer[..wanted]).map_err(writing)?;
            left -= wanted as u64;
            if !go_on() {
                return Err(BackupError::Stopped);
            }
        }
        target.done().map_err(writing)?;
        let skipped = archive::skip_padding(&mut stream, member.size);
        stream.told(skipped)?;
        files += 1;
    }
    // The rest of the last volume is looked at, too: only then is its digest known.
    let rest = io::copy(&mut stream, &mut io::sink());
    stream.told(rest)?;
    match volumes.first() {
        Some((path, manifest)) if manifest.files != files => {
            let detail = format!("it tells of {} files, and {files} are in it", manifest.files);
            Err(BackupError::Damaged { path: path.clone(), detail })
        }
        _ => Ok(files),
    }
}

/// The archive's bytes, from volume to volume. At the end of each its digests are compared.
struct Stream<'a> {
    volumes: &'a [(PathBuf, ImageManifest)],
    next: usize,
    open: Option<Unpacking>,
    failed: Option<BackupError>,
}

impl Stream<'_> {
    /// The error of a volume in its own words.
    fn told<T>(&mut self, result: io::Result<T>) -> Result<T> {
        result.map_err(|error| {
            self.failed.take().unwrap_or_else(|| {
                let path = self.volumes.get(self.next.saturating_sub(1)).map(|(path, _)| path.clone());
                BackupError::Damaged { path: path.unwrap_or_default(), detail: error.to_string() }
            })
        })
    }

    fn some(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            let Some(open) = &mut self.open else {
                let Some((path, manifest)) = self.volumes.get(self.next) else { return Ok(0) };
                self.open = Some(Unpacking::open(path, manifest.packed_bytes)?);
                self.next += 1;
                continue;
            };
            let (path, manifest) = &self.volumes[self.next - 1];
            let damaged = |detail: String| BackupError::Damaged { path: path.clone(), detail };
            match open.read(buffer) {
                Ok(0) => {}
                Ok(read) => return Ok(read),
                Err(error) => return Err(damaged(format!("it cannot be unpacked: {error}"))),
            }
            let reading = |error| BackupError::io("read", path, error);
            let found = self.open.take().map(Unpacking::told).transpose().map_err(reading)?;
            let is_same = found.is_some_and(|found| {
                (&found.packed_sha256, &found.sha256, found.bytes)
                    == (&manifest.packed_sha256, &manifest.sha256, manifest.bytes)
            });
            if !is_same {
                return Err(damaged("its content is not what was written".to_owned()));
            }
        }
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.some(buffer).map_err(|error| {
            let text = error.to_string();
            self.failed = Some(error);
            io::Error::other(text)
        })
    }
}
