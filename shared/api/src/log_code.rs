//! Codes of the maintenance error log: what kind of thing an entry tells, for programs.
//!
//! Text on the wire, as they are kept by servers. What a program does not know is of a newer server and stays as it is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Code, its word, and what it tells; `ALL` and the words cannot part from the list.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// What kind of thing an entry of the maintenance error log tells. On the wire its word, such as `task-failed`.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum LogCode {
            $($(#[$doc])* $name,)*
            /// One of a newer server.
            Unknown(String),
        }

        impl LogCode {
            /// All that servers of this version tell.
            pub const ALL: &[LogCode] = &[$(LogCode::$name,)*];

            /// Its word.
            pub fn word(&self) -> &str {
                match self {
                    $(LogCode::$name => $word,)*
                    LogCode::Unknown(word) => word,
                }
            }
        }

        impl From<String> for LogCode {
            fn from(word: String) -> LogCode {
                match word.as_str() {
                    $($word => LogCode::$name,)*
                    _ => LogCode::Unknown(word),
                }
            }
        }
    };
}

codes! {
    /// A task of a timetable failed.
    TaskFailed = "task-failed",
    /// A run of a timetable did not do all that it should.
    TimetableFailed = "timetable-failed",
    /// A timetable was not begun when it was due.
    TimetableMissed = "timetable-missed",
    /// A run of a timetable was cut short.
    TimetableInterrupted = "timetable-interrupted",
    /// A timetable that this server cannot run.
    TimetableUnusable = "timetable-unusable",
    /// A timetable ran as it should.
    TimetableDone = "timetable-done",
    /// A report of a timetable was made, and lacks data.
    ReportIncomplete = "report-incomplete",
    /// A backup was made.
    BackupDone = "backup-done",
    /// A backup was not made.
    BackupFailed = "backup-failed",
    /// The server ended in the middle of a backup.
    BackupInterrupted = "backup-interrupted",
    /// A volume of a backup is not what was written.
    BackupDamaged = "backup-damaged",
    /// An image of the whole server was made.
    ImageDone = "image-done",
    /// An image of the whole server was not made.
    ImageFailed = "image-failed",
    /// The server ended in the middle of an image.
    ImageInterrupted = "image-interrupted",
    /// An image cannot be restored.
    ImageDamaged = "image-damaged",
    /// Something was restored, or a restore was taken back.
    RestoreDone = "restore-done",
    /// A restore, or taking one back, was not done.
    RestoreFailed = "restore-failed",
    /// The server ended in the middle of a restore.
    RestoreInterrupted = "restore-interrupted",
    /// A restore or a sync brought a user who has no password here.
    UserWithoutPassword = "user-without-password",
    /// Administration was synced to the other server.
    SyncDone = "sync-done",
    /// Things stay as they are on the receiving server.
    SyncConflicts = "sync-conflicts",
    /// After a sync with history both servers do not hold the same.
    SyncHistory = "sync-history",
    /// Administration that was sent here was not taken in.
    SyncFailed = "sync-failed",
    /// Something was done and could not be recorded.
    NotRecorded = "not-recorded",
    /// The file with an ACD's history and administration was gone at a start.
    AcdHistoryLost = "acd-history-lost",
    /// The file with an ACD's records was gone at a start.
    AcdRecordsLost = "acd-records-lost",
    /// The journal of an ACD was gone at a start.
    JournalLost = "journal-lost",
    /// The data folder has files of an ACD that `cms.toml` does not name.
    AcdNotConfigured = "acd-not-configured",
    /// A start found damage in the middle of an ACD's journal.
    JournalDamaged = "journal-damaged",
    /// A start could not use an ACD's checkpoint.
    CheckpointDamaged = "checkpoint-damaged",
    /// What could not be archived or journalled for a time can be again.
    ArchiveRecovered = "archive-recovered",
    /// Connections to an ACD's link could not be accepted.
    LinkNotAccepted = "link-not-accepted",
    /// Somebody who connected to an ACD's link was refused.
    SwitchRefused = "switch-refused",
    /// A thread that collects died, and the server ended to be started anew.
    ThreadDied = "thread-died",
    /// It died again, and the server goes on without the ACD.
    ThreadDiedAgain = "thread-died-again",
    /// An ACD cannot be recovered at a start.
    RecoveryBrokeOff = "recovery-broke-off",
    /// An ACD could not be started, or its files cannot be read.
    AcdUnusable = "acd-unusable",
}

impl LogCode {
    /// Whether it tells that a file of an ACD is gone: graver than whatever failed since.
    pub fn is_lost(&self) -> bool {
        matches!(self, LogCode::AcdHistoryLost | LogCode::AcdRecordsLost | LogCode::JournalLost)
    }
}

impl From<&str> for LogCode {
    fn from(word: &str) -> LogCode {
        LogCode::from(word.to_owned())
    }
}

impl From<LogCode> for String {
    fn from(code: LogCode) -> String {
        match code {
            LogCode::Unknown(word) => word,
            known => known.word().to_owned(),
        }
    }
}

impl fmt::Display for LogCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
