//! A volume as a file: the database packed by zstd, and behind it a frame that says what it is.
//!
//! The second frame is of the kind that zstd skips, so `zstd -d` gives the database and nothing else. It stands at the end
//! because the digests are known only then, and it is found from there: JSON, its SHA-256, its length, a mark.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use store::VolumeReader;

use crate::error::{BackupError, Result};
use crate::manifest::{FORMAT, Manifest, PartEntry};

mod following;
mod packing;

pub(crate) use packing::{Packed, Packing, Unpacking};

/// How thoroughly a volume was looked at, for people.
pub const VERIFIED_AS: &str = "unpacked, its structure checked, and every table counted anew";
/// How the names of volumes end.
pub(crate) const ENDING: &str = ".db.zst";

const CHUNK: usize = 1 << 20;
const SKIPPABLE: u32 = 0x184D_2A5E;
const MARK: &[u8; 8] = b"CMSVOLUM";
/// Digest, length and mark.
const TAIL: usize = 32 + 4 + 8;
/// Bytes of the frame behind a volume.
pub(crate) const FRAME_MOST: u64 = 64 << 20;

/// Copies until the end, in pieces; `false` if `go_on` said no.
fn pump(
    from: &mut impl Read,
    to: &mut impl Write,
    reading: impl Fn(std::io::Error) -> BackupError,
    writing: impl Fn(std::io::Error) -> BackupError,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(reading(error)),
        };
        to.write_all(&buffer[..read]).map_err(&writing)?;
        if !go_on() {
            return Err(BackupError::Stopped);
        }
    }
}

/// Packs a database into a new file, syncs it, reads it back meanwhile and compares. `plain` is for messages.
pub(crate) fn pack(
    plain: &Path,
    database: io::Result<impl Read>,
    packed: &Path,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Packed> {
    let reading = |error| BackupError::io("read", plain, error);
    let writing = |error| BackupError::io("write", packed, error);
    let mut source = database.map_err(reading)?;
    let target = OpenOptions::new().read(true).write(true).create_new(true).open(packed).map_err(writing)?;
    let mut packing = Packing::new(target).map_err(writing)?;
    pump(&mut source, &mut packing, reading, writing, go_on)?;
    packing.finish().map_err(writing)?;
    packing.read_back(packed)
}

/// Unpacks the first `packed_bytes` of a file, and says what was read and what came out.
fn unpacked(
    path: &Path,
    packed_bytes: u64,
    into: &mut impl Write,
    target: &Path,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<Packed> {
    let broken = |error: std::io::Error| damaged(path, &format!("it cannot be unpacked: {error}"));
    let mut source = Unpacking::open(path, packed_bytes)?;
    pump(&mut source, into, broken, |error| BackupError::io("write", target, error), go_on)?;
    source.told().map_err(|error| BackupError::io("read", path, error))
}

/// Puts the frame that says what a volume is behind it, syncs it, and reads it back.
pub(crate) fn seal<M: Framed>(path: &Path, manifest: &M) -> Result<()> {
    let json = serde_json::to_vec(manifest)
        .map_err(|error| BackupError::Refused(format!("the manifest cannot be written: {error}")))?;
    let mut frame = SKIPPABLE.to_le_bytes().to_vec();
    frame.extend_from_slice(&((json.len() + TAIL) as u32).to_le_bytes());
    frame.extend_from_slice(&json);
    frame.extend_from_slice(&Sha256::digest(&json));
    frame.extend_from_slice(&(json.len() as u32).to_le_bytes());
    frame.extend_from_slice(MARK);
    let append = || {
        let mut file = OpenOptions::new().append(true).open(path)?;
        file.write_all(&frame)?;
        file.sync_all()
    };
    append().map_err(|error| BackupError::io("write", path, error))?;
    match read_frame::<M>(path)? {
        again if again == *manifest => Ok(()),
        _ => Err(damaged(path, "what was read back is not what was written")),
    }
}

fn damaged(path: &Path, detail: &str) -> BackupError {
    BackupError::Damaged { path: path.to_owned(), detail: detail.to_owned() }
}

/// What a volume says of itself, without unpacking it. Its name must be its label.
pub fn read_header(path: &Path) -> Result<Manifest> {
    named(path, read_frame(path)?)
}

/// Refuses a volume whose name is not its label.
pub(crate) fn named(path: &Path, manifest: Manifest) -> Result<Manifest> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let own = format!("{}{ENDING}", manifest.label);
    if name != own {
        return Err(damaged(
            path,
            &format!("its name is not its label, which makes it {own}; was it renamed or exchanged?"),
        ));
    }
    Ok(manifest)
}

/// Name of the file of a volume.
pub fn file_name(label: &str) -> String {
    format!("{label}{ENDING}")
}

/// Looks at a file that came from elsewhere and does not bear its name yet: the manifest of the volume of this label, if it is
/// one, to its last byte.
pub fn received(path: &Path, label: &str, go_on: &mut dyn FnMut() -> bool) -> Result<Manifest> {
    let manifest: Manifest = read_frame(path)?;
    if manifest.label != label {
        return Err(damaged(path, &format!("it is volume {}, and {label} was announced", manifest.label)));
    }
    let found = unpacked(path, manifest.packed_bytes, &mut std::io::sink(), path, go_on)?;
    if (&found.packed_sha256, &found.sha256) != (&manifest.packed_sha256, &manifest.sha256) {
        return Err(damaged(path, "its content is not what was sent"));
    }
    Ok(manifest)
}

/// What the frame behind a volume says.
pub(crate) trait Framed: Serialize + DeserializeOwned + PartialEq {
    /// Bytes before the frame.
    fn packed_bytes(&self) -> u64;
}

impl Framed for Manifest {
    fn packed_bytes(&self) -> u64 {
        self.packed_bytes
    }
}

/// Bytes of the frame behind a volume, as the last bytes of the file tell it: none if it does not end as a volume does.
pub(crate) fn frame_bytes(end: &[u8]) -> Option<u64> {
    let tail = end.last_chunk::<TAIL>().filter(|tail| tail.ends_with(MARK))?;
    let length = u32::from_le_bytes([tail[32], tail[33], tail[34], tail[35]]);
    Some(u64::from(length) + (TAIL + 8) as u64)
}

/// Reads the frame behind a volume.
pub(crate) fn read_frame<M: Framed>(path: &Path) -> Result<M> {
    let reading = |error| BackupError::io("read", path, error);
    let mut file = File::open(path).map_err(reading)?;
    let bytes = file.metadata().map_err(reading)?.len();
    let mut last = |wanted: u64| {
        let mut end = vec![0; usize::try_from(wanted).unwrap_or(0)];
        file.seek(SeekFrom::End(-(end.len() as i64))).and_then(|_| file.read_exact(&mut end)).map_err(reading)?;
        Ok::<Vec<u8>, BackupError>(end)
    };
    let tail = last(bytes.min(TAIL as u64))?;
    let end = match frame_bytes(&tail) {
        Some(wanted) if wanted <= bytes.min(FRAME_MOST) => last(wanted)?,
        _ => tail,
    };
    let mut begin = [0; 4];
    let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_exact(&mut begin));
    frame_of(path, bytes, begin, &end)
}

/// What the frame behind a volume says: of a file of so many bytes, its first four and as many of its last as the frame has.
pub(crate) fn frame_of<M: Framed>(path: &Path, bytes: u64, begin: [u8; 4], end: &[u8]) -> Result<M> {
    let foreign = |detail: &str| BackupError::Foreign { path: path.to_owned(), detail: detail.to_owned() };
    if bytes < (TAIL + 8) as u64 {
        return Err(foreign("it is too short"));
    }
    let Some(behind) = frame_bytes(end) else {
        return Err(match begin == [0x28, 0xB5, 0x2F, 0xFD] {
            true => damaged(path, "it does not end as a volume does; it was cut off"),
            false => foreign("it does not begin as one does"),
        });
    };
    if behind > FRAME_MOST || behind > end.len() as u64 {
        return Err(damaged(path, "its end tells an impossible length"));
    }
    let (json, tail) = end[end.len() + 8 - behind as usize..].split_at(behind as usize - TAIL - 8);
    if *Sha256::digest(json) != tail[..32] {
        return Err(damaged(path, "what it says of itself has changed"));
    }
    // The format first: a newer one may say other things.
    let value: serde_json::Value =
        serde_json::from_slice(json).map_err(|_| damaged(path, "it says nothing that can be read"))?;
    let found = value["format"].as_u64().and_then(|format| u32::try_from(format).ok()).unwrap_or(u32::MAX);
    if found > FORMAT {
        return Err(BackupError::Newer { path: path.to_owned(), found, known: FORMAT });
    }
    let manifest: M =
        serde_json::from_value(value).map_err(|error| damaged(path, &format!("it cannot be understood: {error}")))?;
    if manifest.packed_bytes() + behind != bytes {
        return Err(damaged(path, "it is shorter or longer than it says"));
    }
    Ok(manifest)
}

/// Unpacks a volume into a new file. Only what is exactly what was written comes out.
pub fn unpack(path: &Path, into: &Path, go_on: &mut dyn FnMut() -> bool) -> Result<Manifest> {
    let manifest = read_header(path)?;
    let writing = |error| BackupError::io("write", into, error);
    let mut target = OpenOptions::new().write(true).create_new(true).open(into).map_err(writing)?;
    let found = unpacked(path, manifest.packed_bytes, &mut target, into, go_on)?;
    if found.packed_sha256 != manifest.packed_sha256 || found.sha256 != manifest.sha256 || found.bytes != manifest.bytes
    {
        return Err(damaged(path, "its content is not what was written"));
    }
    let reader = VolumeReader::open(into)?;
    if reader.manifest("label")? != manifest.label {
        return Err(damaged(path, "the label inside is another one"));
    }
    Ok(manifest)
}

/// Unpacks a volume into `scratch` and counts every table anew; the scratch file is removed.
pub fn verify(path: &Path, scratch: &Path, go_on: &mut dyn FnMut() -> bool) -> Result<Manifest> {
    let _scratch = Scratch(scratch);
    let manifest = unpack(path, scratch, go_on)?;
    recount(path, scratch, manifest.parts.iter(), go_on)?;
    check(path, scratch, &manifest.parts)?;
    Ok(manifest)
}

/// Compares the structure of an unpacked volume, if it has tables that were copied as they are stored.
fn check(path: &Path, plain: &Path, parts: &[PartEntry]) -> Result<()> {
    if parts.iter().all(|part| !part.digest.is_empty()) {
        return Ok(());
    }
    match VolumeReader::open(plain)?.check() {
        Err(store::StoreError::Damaged { detail, .. }) => Err(damaged(path, &detail)),
        outcome => Ok(outcome?),
    }
}

/// Counts tables of an unpacked volume anew, and compares.
pub(crate) fn recount<'a>(
    path: &Path,
    plain: &Path,
    parts: impl Iterator<Item = &'a PartEntry>,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<()> {
    let reader = VolumeReader::open(plain)?;
    for part in parts {
        if reader.recount(&part.stored_as)? != (part.rows, part.digest.clone()) {
            return Err(damaged(path, &format!("the rows of {} are not those that were copied", part.stored_as)));
        }
        if !go_on() {
            return Err(BackupError::Stopped);
        }
    }
    Ok(())
}

/// A file that is removed however things end.
pub(crate) struct Scratch<'a>(pub(crate) &'a Path);

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.0);
    }
}
