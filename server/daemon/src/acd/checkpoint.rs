//! The saved collector: with the journal behind it, the state after any crash.

use std::io;
use std::path::{Path, PathBuf};

use collector::Collector;
use link::native::Position;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

const FILE: &str = "checkpoint";
const MAGIC: &[u8; 8] = b"UNDCHKPC";

/// A collector and its place in the journal.
#[derive(Deserialize)]
pub struct Checkpoint {
    /// The collector after the record `index`.
    pub collector: Collector,
    /// Index of the last journal record in it.
    pub index: u64,
    /// The link's position after that record.
    pub position: Option<Position>,
}

impl Checkpoint {
    /// Where the folder's checkpoint lies.
    pub(super) fn path(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }

    /// A checkpoint that lies elsewhere; `None` if it cannot be used.
    pub(super) fn read(path: &Path) -> io::Result<Option<Checkpoint>> {
        Ok(decode(&std::fs::read(path)?).ok())
    }

    /// Index of the last record in a checkpoint, or why it cannot be used.
    pub(super) fn look(path: &Path) -> Result<u64, String> {
        let bytes = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
        decode(&bytes).map(|checkpoint| checkpoint.index)
    }

    /// The fields as bytes for the file, without copying the collector.
    pub(super) fn encode(
        collector: &Collector,
        index: u64,
        position: Option<Position>,
    ) -> Result<Vec<u8>, postcard::Error> {
        #[derive(Serialize)]
        struct Fields<'a> {
            collector: &'a Collector,
            index: u64,
            position: Option<Position>,
        }
        postcard::to_stdvec(&Fields { collector, index, position })
    }

    /// Makes encoded bytes the folder's checkpoint; after a crash the old or the new one is there.
    pub(super) fn write(folder: &Path, encoded: &[u8]) -> io::Result<()> {
        crate::files::replace(&Self::path(folder), &[MAGIC, &Sha256::digest(encoded), encoded])
    }

    /// Makes a checkpoint that was kept elsewhere, as it is stored, the folder's.
    pub(super) fn put_back(folder: &Path, stored: &[u8]) -> io::Result<()> {
        crate::files::replace(&Self::path(folder), &[stored])
    }

    /// The folder's checkpoint. One that cannot be used is renamed, never deleted, and the reason returned:
    /// the journal alone then rebuilds the state.
    pub fn load(folder: &Path) -> io::Result<(Option<Checkpoint>, Option<String>)> {
        let path = Self::path(folder);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((None, None)),
            Err(error) => return Err(error),
        };
        match decode(&bytes) {
            Ok(checkpoint) => Ok((Some(checkpoint), None)),
            Err(why) => {
                let aside = folder.join(format!("{FILE}.unusable"));
                std::fs::rename(&path, &aside)?;
                Ok((None, Some(format!("{}: {why}; kept as {}", path.display(), aside.display()))))
            }
        }
    }
}

fn decode(bytes: &[u8]) -> Result<Checkpoint, String> {
    let rest = bytes.strip_prefix(MAGIC).ok_or("is not a checkpoint of this version")?;
    let (sum, encoded) = rest.split_at_checked(32).ok_or("is cut short")?;
    if Sha256::digest(encoded)[..] != *sum {
        return Err("is damaged".to_owned());
    }
    postcard::from_bytes(encoded).map_err(|error| format!("cannot be read: {error}"))
}
