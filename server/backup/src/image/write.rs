//! Making an image: files into an archive, the archive into volumes, each read back, and names only when all is done.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use model::Moment;
use store::{Snapshot, SourceFile};

use super::archive::{self, Member};
use super::{IMAGE_ENDING, ImageLabel, ImageManifest};
use crate::envelope::{Packing, seal};
use crate::error::{BackupError, Result};
use crate::made::UNFINISHED;
use crate::manifest::{FORMAT, ServerEntry};

const CHUNK: usize = 1 << 20;
const VOLUMES_MOST: u8 = 99;
/// Permissions of volumes, and of what is not a copy of a file.
const PRIVATE: u32 = 0o600;

/// An image that is to be made.
pub struct ImageMaking<'a> {
    /// Label of its first volume.
    pub label: ImageLabel,
    /// The server.
    pub server: ServerEntry,
    /// Version of the program.
    pub product: &'a str,
    /// When, by the server's clock.
    pub at: Moment,
    /// Where the volumes go; made if it is missing.
    pub folder: PathBuf,
    /// A volume has at most so many bytes of the archive.
    pub volume_bytes: u64,
    /// Whether to go on; asked at least once for each megabyte.
    pub go_on: &'a mut dyn FnMut() -> bool,
}

/// An image that is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageMade {
    /// Its volumes, in order.
    pub volumes: Vec<(PathBuf, ImageManifest)>,
    /// Files that are in it as they lie or not at all, because they could not be read as what they are, each with the reason.
    pub unsound: Vec<String>,
}

impl ImageMade {
    /// Bytes on the device.
    pub fn bytes(&self) -> u64 {
        self.volumes.iter().map(|(_, manifest)| manifest.packed_bytes).sum()
    }
}

/// Reads a file from a place of its own: others read through the same handle.
struct At<'a> {
    file: &'a File,
    place: u64,
}

impl Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.place)?;
        self.place += read as u64;
        Ok(read)
    }
}

/// Takes files one by one. Dropped before its end, it leaves nothing on the device.
pub struct ImageWriter<'a> {
    making: ImageMaking<'a>,
    pieces: Pieces,
    files: u64,
}

impl<'a> ImageWriter<'a> {
    /// Begins; what an earlier one that was killed has left unfinished in the folder is removed.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn begin(making: ImageMaking<'a>) -> Result<ImageWriter<'a>> {
        let folder = &making.folder;
        fs::create_dir_all(folder).map_err(|error| BackupError::io("make the folder", folder, error))?;
        sweep(folder)?;
        let pieces = Pieces {
            folder: folder.clone(),
            label: making.label,
            volume_bytes: making.volume_bytes.max(1),
            open: None,
            done: Vec::new(),
            failed: None,
            scratch: None,
        };
        Ok(ImageWriter { making, pieces, files: 0 })
    }

    /// Adds a file as it is now; of one that grows, what it has now. `false` if it is not there.
    ///
    /// # Errors
    /// If it cannot be read, or has become shorter meanwhile.
    pub fn file(&mut self, name: &str, path: &Path) -> Result<bool> {
        let reading = |error| BackupError::io("read", path, error);
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(reading(error)),
        };
        let metadata = file.metadata().map_err(reading)?;
        let changed_at = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let member = Member {
            name: name.to_owned(),
            mode: metadata.permissions().mode(),
            changed_at: changed_at.map_or(0, |since| since.as_secs()),
            size: metadata.len(),
        };
        self.add(&member, &mut file, path)?;
        Ok(true)
    }

    /// Adds bytes as a file.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn bytes(&mut self, name: &str, content: &[u8]) -> Result<()> {
        let changed_at = u64::try_from(self.making.at.0).unwrap_or(0);
        let member = Member { name: name.to_owned(), mode: PRIVATE, changed_at, size: content.len() as u64 };
        self.add(&member, &mut &*content, Path::new(name))
    }

    /// Adds a database as it is now, while others write it.
    ///
    /// # Errors
    /// If it cannot be read, or there is no room for a copy of it beside the volumes.
    pub fn database(&mut self, name: &str, path: &Path, file: SourceFile) -> Result<()> {
        let copy = self.making.folder.join(format!("{}.copy{UNFINISHED}", self.making.label.image()));
        self.pieces.scratch = Some(copy.clone());
        // Password hashes are in it: nobody else's to read, not even for a moment.
        create_private(&copy).map_err(|error| BackupError::io("write", &copy, error))?;
        let copied = Snapshot::open(path, file).and_then(|snapshot| snapshot.copy_whole(&copy, self.making.go_on));
        let copied = copied.map_err(BackupError::from).and_then(|copied| copied.ok_or(BackupError::Stopped));
        if let Err(error) = copied {
            self.pieces.drop_scratch();
            return Err(error);
        }
        self.file(name, &copy)?;
        self.pieces.drop_scratch();
        Ok(())
    }

    /// Adds a database byte by byte, with its log, because it cannot be read as one. `false` if it is not there.
    ///
    /// # Errors
    /// If its bytes cannot be read, or the image not be written.
    pub fn as_it_lies(&mut self, name: &str, path: &Path) -> Result<bool> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let added = self.held(name, path)?;
        self.held(&format!("{name}-wal"), Path::new(&log))?;
        Ok(added)
    }

    /// Adds a file that this process may have open as a database: no other handle on it may be closed.
    fn held(&mut self, name: &str, path: &Path) -> Result<bool> {
        let reading = |error| BackupError::io("read", path, error);
        let file = match store::open_held(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(reading(error)),
        };
        let size = file.metadata().map_err(reading)?.len();
        let changed_at = u64::try_from(self.making.at.0).unwrap_or(0);
        let member = Member { name: name.to_owned(), mode: PRIVATE, changed_at, size };
        // Before anything of it is in the archive: a folder, or a disk that does not read, shows at once.
        file.read_at(&mut [0; 1], 0).map_err(reading)?;
        self.add(&member, &mut At { file: &file, place: 0 }, path)?;
        Ok(true)
    }

    fn add(&mut self, member: &Member, content: &mut dyn Read, path: &Path) -> Result<()> {
        let begun = archive::begin(&mut self.pieces, member);
        self.written(begun)?;
        let mut buffer = vec![0; CHUNK];
        let mut left = member.size;
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            content.read_exact(&mut buffer[..wanted]).map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => {
                    BackupError::Refused(format!("{} has become shorter while it was copied", path.display()))
                }
                _ => BackupError::io("read", path, error),
            })?;
            let put = self.pieces.write_all(&buffer[..wanted]);
            self.written(put)?;
            left -= wanted as u64;
            if !(self.making.go_on)() {
                return Err(BackupError::Stopped);
            }
        }
        let padded = archive::pad(&mut self.pieces, member.size);
        self.written(padded)?;
        self.files += 1;
        Ok(())
    }

    /// The error of a volume in its own words.
    fn written(&mut self, result: io::Result<()>) -> Result<()> {
        result.map_err(|error| {
            let folder = &self.making.folder;
            self.pieces.failed.take().unwrap_or_else(|| BackupError::io("write", folder, error))
        })
    }

    /// Ends the archive, reads every volume back, and gives all of them their names, the first one last.
    ///
    /// # Errors
    /// If a volume is not what was written; nothing is left then.
    pub fn finish(mut self) -> Result<ImageMade> {
        let ended = archive::end(&mut self.pieces);
        self.written(ended)?;
        self.pieces.close()?;
        let done = std::mem::take(&mut self.pieces.done);
        let volumes = done.len() as u8;
        let (mut drafts, mut made) = (Drafts(Vec::new()), Vec::new());
        drafts.0.extend(done.iter().map(|(_, draft, _)| draft.clone()));
        for (label, draft, packing) in done {
            let packed = packing.read_back(&draft)?;
            let manifest = ImageManifest {
                format: FORMAT,
                label: label.to_string(),
                volumes,
                server: self.making.server.clone(),
                product: self.making.product.to_owned(),
                made_at: self.making.at.0,
                files: self.files,
                bytes: packed.bytes,
                sha256: packed.sha256,
                packed_bytes: packed.packed_bytes,
                packed_sha256: packed.packed_sha256,
            };
            seal(&draft, &manifest)?;
            made.push((draft, manifest));
        }
        for (path, manifest) in made.iter_mut().rev() {
            let name = self.making.folder.join(format!("{}{IMAGE_ENDING}", manifest.label));
            fs::rename(&*path, &name).map_err(|error| BackupError::io("put in place", &name, error))?;
            drafts.0.push(name.clone());
            *path = name;
        }
        let folder = &self.making.folder;
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|error| BackupError::io("write", folder, error))?;
        drafts.0.clear();
        Ok(ImageMade { volumes: made, unsound: Vec::new() })
    }
}

fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(PRIVATE).open(path)
}

/// Removes what images that were killed have left; none of it ever counted.
fn sweep(folder: &Path) -> Result<()> {
    let reading = |error| BackupError::io("read", folder, error);
    for entry in fs::read_dir(folder).map_err(reading)? {
        let path = entry.map_err(reading)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("CMSADM-") && name.contains(UNFINISHED) {
            fs::remove_file(&path).map_err(|error| BackupError::io("remove", &path, error))?;
        }
    }
    Ok(())
}

/// Files that are removed unless they were put in place.
struct Drafts(Vec<PathBuf>);

impl Drop for Drafts {
    fn drop(&mut self) {
        for file in &self.0 {
            let _ = fs::remove_file(file);
        }
    }
}

/// The archive's bytes on their way into volumes.
struct Pieces {
    folder: PathBuf,
    label: ImageLabel,
    volume_bytes: u64,
    open: Option<Piece>,
    done: Vec<(ImageLabel, PathBuf, Packing)>,
    /// Why the last write failed, in better words than an I/O error has.
    failed: Option<BackupError>,
    /// A copy of a database that is being carried.
    scratch: Option<PathBuf>,
}

struct Piece {
    label: ImageLabel,
    draft: PathBuf,
    packing: Packing,
}

impl Pieces {
    fn piece(&mut self) -> Result<&mut Piece> {
        if self.open.is_none() {
            let number = self.done.len() as u8 + 1;
            if number > VOLUMES_MOST {
                let why =
                    format!("this image needs more than {VOLUMES_MOST} volumes; make volumes larger (`volume_mb`)");
                return Err(BackupError::Refused(why));
            }
            let label = ImageLabel { volume: number, ..self.label };
            let draft = self.folder.join(format!("{label}{IMAGE_ENDING}{UNFINISHED}"));
            let writing = |error| BackupError::io("write", &draft, error);
            let packing = create_private(&draft).and_then(Packing::new).map_err(writing)?;
            self.open = Some(Piece { label, draft, packing });
        }
        match &mut self.open {
            Some(piece) => Ok(piece),
            None => Err(BackupError::Stopped),
        }
    }

    fn close(&mut self) -> Result<()> {
        let Some(Piece { label, draft, mut packing }) = self.open.take() else { return Ok(()) };
        let finished = packing.finish();
        let written = finished.map_err(|error| BackupError::io("write", &draft, error));
        self.done.push((label, draft, packing));
        written
    }

    fn put(&mut self, bytes: &[u8]) -> Result<usize> {
        let volume_bytes = self.volume_bytes;
        let piece = self.piece()?;
        let room = usize::try_from(volume_bytes - piece.packing.bytes()).unwrap_or(usize::MAX);
        let some = &bytes[..bytes.len().min(room)];
        piece.packing.write_all(some).map_err(|error| BackupError::io("write", &piece.draft, error))?;
        if piece.packing.bytes() >= volume_bytes {
            self.close()?;
        }
        Ok(some.len())
    }

    fn drop_scratch(&mut self) {
        if let Some(scratch) = self.scratch.take() {
            let _ = fs::remove_file(scratch);
        }
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes).map_err(|error| {
            let text = error.to_string();
            self.failed = Some(error);
            io::Error::other(text)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        self.drop_scratch();
        let open = self.open.take().map(|piece| piece.draft);
        for draft in self.done.drain(..).map(|(_, draft, _)| draft).chain(open) {
            let _ = fs::remove_file(draft);
        }
    }
}
