//! Small JSON files of the person's own: read whole, written whole. A broken one is set aside, never lost.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Most damaged files of one name that are kept.
const ASIDE_MOST: u32 = 20;

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

/// What a file keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The person's settings.
    Settings,
    /// Which reports are open, and where they stand.
    Arrangement,
}

impl Kept {
    fn word(self) -> &'static str {
        match self {
            Kept::Settings => "Your settings",
            Kept::Arrangement => "The arrangement of your reports",
        }
    }

    /// What is so without them.
    fn without(self) -> &'static str {
        match self {
            Kept::Settings => "Everything is set as at the first start: set it anew in the settings",
            Kept::Arrangement => "No report of it is open: open them anew, or run a shortcut",
        }
    }
}

impl KeepError {
    /// What has happened, what follows, and what to do, for people.
    pub fn in_words(&self, what: Kept) -> String {
        let (word, without) = (what.word(), what.without());
        match self {
            KeepError::Read { path, source } => format!(
                "{word} cannot be read: {}: {source}. {without}; or let the file be read, and start again",
                path.display()
            ),
            KeepError::Broken { path, aside, source } => format!(
                "{word} cannot be read: the file is damaged ({source}). {without}. What there was is kept as {}; who can \
                 repair it puts it back as {}",
                aside.display(),
                path.display()
            ),
            KeepError::Write { path, source } => format!(
                "{word} cannot be kept, and will be lost when the program ends: {} cannot be written: {source}. Make room \
                 or let it be written, or start the program with --config and another folder",
                path.display()
            ),
        }
    }
}

/// Where a damaged file is set aside: never over one that was set aside before.
fn aside(path: &Path) -> PathBuf {
    let numbered = |number: u32| path.with_extension(format!("broken-{number}.json"));
    let first = path.with_extension("broken.json");
    std::iter::once(first)
        .chain((2..=ASIDE_MOST).map(numbered))
        .find(|aside| !aside.exists())
        .unwrap_or_else(|| numbered(1))
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
            let aside = aside(path);
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
