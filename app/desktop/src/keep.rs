//! Small JSON files of the person's own: read whole, written whole. A broken one is set aside, never lost.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Why such a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// Reading failed.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not what it should be; it was renamed.
    #[error("{} is broken and was kept as {}", path.display(), aside.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Where it is now.
        aside: PathBuf,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
    /// Writing failed; what was there is still there.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Reads a file; `None` if there is none. A broken file is renamed, so that the next one written does not
/// destroy what somebody may want to repair.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, KeepError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(KeepError::Read { path: path.to_owned(), source }),
    };
    match serde_json::from_slice(&bytes) {
        Ok(value) => Ok(Some(value)),
        Err(source) => {
            let aside = path.with_extension("broken.json");
            fs::rename(path, &aside).map_err(|source| KeepError::Read { path: path.to_owned(), source })?;
            Err(KeepError::Broken { path: path.to_owned(), aside, source })
        }
    }
}

/// Writes a file in one step, through another file beside it. A folder that is not there yet is made.
pub fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), KeepError> {
    let failed = |source| KeepError::Write { path: path.to_owned(), source };
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| failed(error.into()))?;
    bytes.push(b'\n');
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).map_err(failed)?;
    }
    session::write_whole(path, &bytes).map_err(failed)
}
