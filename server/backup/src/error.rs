//! What can go wrong with backups, told apart by what can be done about it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use store::StoreError;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, BackupError>;

/// Why something was not backed up, read or planned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// A database could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The device has no room.
    #[error("no room left for {}; free some space there, on a device perhaps by removing old backups: nothing was kept of this one", path.display())]
    Full {
        /// What was written.
        path: PathBuf,
    },
    /// The device may not be written.
    #[error("{} is read-only; give this program permission to write the device's folder", path.display())]
    ReadOnly {
        /// What was to be written.
        path: PathBuf,
    },
    /// The device is not there.
    #[error("{} does not exist; mount the device or make its folder", path.display())]
    Missing {
        /// Its folder, or a volume.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot {operation} {}", path.display())]
    Io {
        /// What was tried.
        operation: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A volume cannot be trusted.
    #[error("{} is damaged: {detail}; take another copy of this volume, or another backup", path.display())]
    Damaged {
        /// The volume.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// A file is no volume.
    #[error("{} is no volume of a backup: {detail}", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Why not.
        detail: String,
    },
    /// A volume was made by a newer version.
    #[error("{} has format {found}, and this program reads up to {known}; use the newer version", path.display())]
    Newer {
        /// The volume.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest that this program reads.
        known: u32,
    },
    /// An object store did not do what was asked.
    #[error("cannot {operation} {}: {detail}; {advice}", path.display())]
    Remote {
        /// What was tried.
        operation: &'static str,
        /// With which object.
        path: PathBuf,
        /// What came instead.
        detail: String,
        /// What to do.
        advice: &'static str,
    },
    /// An object store does not have it.
    #[error("{} is not in the store any more: somebody or a rule of the bucket removed it; use another backup", path.display())]
    Lost {
        /// Which object.
        path: PathBuf,
    },
    /// There is no such backup.
    #[error("{0}")]
    NotFound(String),
    /// What is asked for cannot be.
    #[error("{0}")]
    Refused(String),
    /// The program ends.
    #[error("the server stops; nothing was kept")]
    Stopped,
}

impl BackupError {
    /// The file, where it cannot be used and somebody has to mend it; of a database of the server, or of a device.
    pub fn unusable_file(&self) -> Option<&Path> {
        match self {
            BackupError::Store(error) => error.unusable_file(),
            BackupError::ReadOnly { path } | BackupError::Missing { path } | BackupError::Io { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Sorts an error of the operating system.
    pub(crate) fn io(operation: &'static str, path: &Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => BackupError::Full { path },
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => BackupError::ReadOnly { path },
            ErrorKind::NotFound => BackupError::Missing { path },
            _ => BackupError::Io { operation, path, source },
        }
    }
}
