//! What can go wrong in the store, told apart by what the caller can do about it.

use std::path::{Path, PathBuf};

use model::TimetableKey;
use rusqlite::ErrorCode;

use crate::saved_report::SavedReport;

/// Result of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Why something could not be stored or read. Whatever was to be stored is stored whole or not at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file does not exist.
    #[error(
        "{} does not exist: this folder lacks {what}; take the file out of an image or a copy of this folder, as operating.md \
         says under \"A damaged file\"",
        path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
        /// What it would have been.
        what: &'static str,
    },
    /// A file is there that was to be created.
    #[error("{} exists already and was left as it is", path.display())]
    AlreadyThere {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer version of the program. It is untouched.
    #[error(
        "{} was written by a newer version (schema {found}, this program knows up to {known}) and was left untouched; \
         run the newer version",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i32,
        /// The newest that this program knows.
        known: i32,
    },
    /// The file is a database of another program or of another kind. It is untouched.
    #[error("{} is a database, but not {what} of Understudy; it was left untouched", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What was expected.
        what: &'static str,
    },
    /// The file's content cannot be trusted. It is left where it is.
    #[error(
        "{} is damaged ({detail}); set it aside and take the file out of an image or a copy, as operating.md says under \
         \"A damaged file\"",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// No room on the disk. Trying again later can succeed.
    #[error("no room left on the disk for {}; free some space", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Another program holds the file. Trying again later can succeed.
    #[error("{} is in use by another program; end that program", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The file or its folder must not be written.
    #[error("{} is read-only; give this program permission to write the file and its folder", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be opened at all.
    #[error("{} cannot be opened; check that its folder exists and that this program may use it", path.display())]
    CannotOpen {
        /// The file.
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
    /// SQLite refused for a reason that has no kind of its own.
    #[error("cannot {operation} in {}", path.display())]
    Sql {
        /// What was tried.
        operation: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: rusqlite::Error,
    },
    /// The program ends; nothing of it was stored.
    #[error("the server stops; nothing was changed")]
    Stopped,
    /// Somebody changed what was to be replaced since it was looked at; nothing was changed.
    #[error("{stored_as} was changed meanwhile; nothing of this file was restored")]
    Overtaken {
        /// The table, as the backup names it.
        stored_as: String,
    },
    /// The second of two files could not be restored: the records of single events are, and the history is not.
    #[error("its records of single events are restored, and its history is not")]
    RecordsAlone {
        /// Why not.
        source: Box<StoreError>,
    },
    /// A person's query is wrong, not allowed or too slow.
    #[error("{0}")]
    Query(String),
    /// A name, a user, a report or a filter breaks a rule.
    #[error("{0}")]
    Invalid(String),
    /// There is no such user.
    #[error("there is no user {0}")]
    NoSuchUser(String),
    /// There is such a user already.
    #[error("there is a user {0} already")]
    UserExists(String),
    /// The change would leave nobody who may administer.
    #[error("{0} is the last administrator; make another user administrator first")]
    LastAdministrator(String),
    /// There is no such timetable.
    #[error("there is no {0}")]
    NoSuchTimetable(TimetableKey),
    /// There is such a timetable already.
    #[error("there is a {0} already")]
    TimetableExists(TimetableKey),
    /// There is no such shortcut.
    #[error("{owner} has no shortcut {name:?}")]
    NoSuchShortcut {
        /// Whose it would be.
        owner: String,
        /// Its name.
        name: String,
    },
    /// There is such a shortcut already.
    #[error("{owner} has a shortcut {name:?} already")]
    ShortcutExists {
        /// Whose it is.
        owner: String,
        /// Its name.
        name: String,
    },
    /// There is no such report.
    #[error("there is no saved report {0}")]
    NoSuchReport(String),
    /// There is such a report already; this is it.
    #[error("there is a report {} already, last changed by {}", .0.path, .0.changed_by)]
    ReportExists(Box<SavedReport>),
}

impl StoreError {
    /// Sorts an error of SQLite by what can be done about it.
    pub(crate) fn sql(operation: &'static str, path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Damaged { path, detail: source.to_string() }
            }
            Some(ErrorCode::DiskFull) => StoreError::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly { path },
            Some(ErrorCode::CannotOpen) => StoreError::CannotOpen { path },
            _ => StoreError::Sql { operation, path, source },
        }
    }

    /// The file, where it cannot be used and somebody has to mend it.
    pub fn unusable_file(&self) -> Option<&Path> {
        match self {
            StoreError::Missing { path, .. }
            | StoreError::Newer { path, .. }
            | StoreError::Foreign { path, .. }
            | StoreError::Damaged { path, .. }
            | StoreError::ReadOnly { path }
            | StoreError::CannotOpen { path }
            | StoreError::Io { path, .. }
            | StoreError::Sql { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Whether the same call can succeed later without anybody repairing the file.
    pub fn is_temporary(&self) -> bool {
        matches!(self, StoreError::Full { .. } | StoreError::Busy { .. })
    }
}
