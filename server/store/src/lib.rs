//! Everything that is kept on disk in SQLite; the only crate that contains SQL.
//!
//! One [`DataFolder`] holds `local.db` (this server, passwords), `system.db` (users, saved reports, timetables) and for each ACD
//! `acd/NN.db` (history and names) and `acd/NN-events.db` (records of single events). One writer for each file,
//! read-only connections for the rest. No file is ever deleted or overwritten here: a newer one is refused untouched, a damaged one is
//! named in the error and, on request, renamed by [`set_aside`].
//!
//! This crate has no clock of its own (moments are given by the caller), knows nothing of links, users'
//! permissions or HTTP, and never merges rows: an interval is replaced as a whole or not at all.
//! One database for everything was turned down: the three files are the three kinds of backup.

mod acd;
mod carried;
mod database;
mod error;
mod folder;
mod held;
mod local;
mod saved_report;
mod storage;
mod system;
#[cfg(test)]
mod tests;
mod volume;

pub use acd::{
    AcdReader, AcdStore, Aged, AgentGroup, Archived, Archiving, FormerName, History, InPlace, IntervalDigest,
    QueryLimits, QueryResult, RowFilter, Soundness, SummaryDigest, SummaryHead, Summing, Synonym, TableDigest, Unsound,
    Usage, administration_table,
};
pub use carried::{Carried, Extent, IntervalOrigin, Piece, RestoredFrom, SourceFile, Unit};
pub use database::{Revision, check, check_as, set_aside};
pub use error::{Result, StoreError};
pub use folder::DataFolder;
pub use held::open as open_held;
pub use local::{
    BackedUp, Backup, Change, Done, GlobalEdit, Identity, KeptPeer, LOG_ENTRIES_MAX, LocalStore, LogEntry, Restore,
    RunState, Summarizing, SyncNote, Synced,
};
pub use saved_report::SavedReport;
pub use storage::{Allocation, DEFAULT_RECORDS, ELEMENTS, MEMBERS, MOST, RECORDS_MOST, Retention, Storage};
pub use system::{
    Belongings, HouseCalculation, KeptShortcut, KeptTimetable, KeptTimetables, MenuAddition, MenuFile, SystemStore,
    UnusableTimetable, User,
};
pub use volume::{
    Copying, Counts, CutOff, LinkEvent, Restored, Restoring, Session, Slice, Snapshot, Stood, TextRow, VolumeBytes,
    VolumeReader, VolumeWriter, WrittenVolume, restore_mark,
};
