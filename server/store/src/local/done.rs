//! What was done and is to be in `local.db`: written at once, or, where that fails, kept in memory, shown with the rest, and
//! written when it can be.
//!
//! What was done cannot be refused any more. A note of it that is lost because the disk is full would leave a restore *running*
//! for ever, and a change that is in force in no record. So the file has room for some notes at any time, which a full disk does not
//! take; only what finds none there either waits in memory.

use model::{Moment, Severity};
use rusqlite::Connection;

use super::{BackedUp, Backup, Change, LOG_ENTRIES_MAX, LocalStore, LogEntry, Restore, SyncNote};
use super::{backups, changes, maintenance_log, passwords, set_setting, sync};
use crate::database::Database;
use crate::error::{Result, StoreError};

/// Free pages that the file keeps for notes: 256 KiB.
const ROOM_PAGES: u32 = 32;

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// An administrative change, which is in force.
    Change(Change),
    /// A backup, and what an incremental one need not take again.
    Backup(Backup, Vec<BackedUp>),
    /// A restore, or its taking back.
    Restore(Restore),
    /// A sync.
    Sync(SyncNote),
    /// Users who are gone: their passwords are nobody's, and hold no longer.
    PasswordsGone(Vec<String>),
    /// Settings that are in force, by key.
    Settings(Vec<(String, String)>),
    /// Something for the maintenance error log, and how often it was told.
    Told {
        /// When first.
        first_at: Moment,
        /// When last.
        last_at: Moment,
        /// How grave it is.
        severity: Severity,
        /// What kind of thing it is, for programs.
        code: String,
        /// What happened, for people.
        text: String,
        /// How often.
        count: u64,
    },
}

impl Done {
    fn write(&self, transaction: &Connection) -> rusqlite::Result<()> {
        match self {
            Done::Change(change) => changes::insert(transaction, change),
            Done::Backup(backup, marks) => {
                backups::insert_backup(transaction, backup)?;
                backups::insert_marks(transaction, marks)
            }
            Done::Restore(restore) => backups::insert_restore(transaction, restore),
            Done::Sync(note) => sync::insert(transaction, note),
            Done::PasswordsGone(users) => users.iter().try_for_each(|user| passwords::remove(transaction, user)),
            Done::Settings(all) => all.iter().try_for_each(|(key, value)| set_setting(transaction, key, value)),
            Done::Told { first_at, last_at, severity, code, text, count } => {
                maintenance_log::insert(transaction, (*first_at, *last_at), *severity, code, text, *count)
            }
        }
    }

    /// Counts what is told again together with what waits already.
    fn joins(&self, waiting: &mut Done) -> bool {
        let Done::Told { last_at: again_at, severity: grave, code: kind, text: said, count: more, .. } = self else {
            return false;
        };
        match waiting {
            Done::Told { last_at, severity, code, text, count, .. }
                if (&*severity, &*code, &*text) == (grave, kind, said) =>
            {
                *last_at = *again_at;
                *count += more;
                true
            }
            _ => false,
        }
    }
}

impl LocalStore {
    /// Writes what was done, behind what waits to be written.
    ///
    /// # Errors
    /// Why it cannot be written now. It is kept in memory, every list shows it, and [`LocalStore::make_up`] writes it.
    pub fn note_done(&mut self, done: Done) -> Result<()> {
        let written = self.make_up().and_then(|_| self.write_now(std::slice::from_ref(&done)));
        if written.is_ok() {
            self.keep_room();
        }
        if written.is_err() && !self.1.iter_mut().any(|waiting| done.joins(waiting)) {
            let is_told = |waiting: &&Done| matches!(waiting, Done::Told { .. });
            // As the log itself: bounded. Nothing else is without bounds where nothing is begun while this waits.
            if !(is_told(&&done) && self.1.iter().filter(is_told).count() >= LOG_ENTRIES_MAX as usize) {
                self.1.push(done);
            }
        }
        written
    }

    /// Writes what was done and could not be written when it was done, oldest first; gives how many notes that were.
    ///
    /// # Errors
    /// Why that still cannot be written. What is not written waits on.
    pub fn make_up(&mut self) -> Result<usize> {
        if self.1.is_empty() {
            return Ok(0);
        }
        let waiting = std::mem::take(&mut self.1);
        if let Err(error) = self.write_now(&waiting) {
            self.1 = waiting;
            return Err(error);
        }
        Ok(waiting.len())
    }

    fn write_now(&mut self, all: &[Done]) -> Result<()> {
        let mut write = || {
            self.0.write("write what was done", |transaction| all.iter().try_for_each(|done| done.write(transaction)))
        };
        match write() {
            // Its log cannot grow, but begins again from its start when it is in the file.
            Err(StoreError::Full { path }) if Database::move_log(&path).is_ok() => write(),
            written => written,
        }
    }

    /// Room for notes on a full disk. Where there is none to be had, there was none before either.
    pub(super) fn keep_room(&mut self) {
        let _ = self.0.keep_room(ROOM_PAGES);
    }

    /// How many notes of what was done wait to be written.
    pub fn waiting(&self) -> usize {
        self.1.len()
    }

    /// Changes that wait to be written, newest first.
    pub(super) fn changes_waiting(&self) -> impl Iterator<Item = &Change> {
        self.1.iter().rev().filter_map(|done| match done {
            Done::Change(change) => Some(change),
            _ => None,
        })
    }

    /// How a backup that is known stands by what waits to be written.
    pub(super) fn backups_waiting(&self) -> impl Iterator<Item = &Backup> {
        self.1.iter().filter_map(|done| match done {
            Done::Backup(backup, _) => Some(backup),
            _ => None,
        })
    }

    /// How a restore that is known stands by what waits to be written.
    pub(super) fn restore_waiting(&self, id: i64) -> Option<&Restore> {
        self.1.iter().rev().find_map(|done| match done {
            Done::Restore(restore) if restore.id == id => Some(restore),
            _ => None,
        })
    }

    /// How a sync that is known stands by what waits to be written.
    pub(super) fn sync_waiting(&self, id: i64) -> Option<&SyncNote> {
        self.1.iter().rev().find_map(|done| match done {
            Done::Sync(note) if note.id == id => Some(note),
            _ => None,
        })
    }

    /// What waits for the maintenance error log, newest first; numbered behind `last`.
    pub(super) fn told_waiting(&self, last: i64) -> Vec<LogEntry> {
        let mut entries: Vec<LogEntry> = Vec::new();
        for done in &self.1 {
            if let Done::Told { first_at, last_at, severity, code, text, count } = done {
                entries.push(LogEntry {
                    id: last + 1 + entries.len() as i64,
                    severity: *severity,
                    code: code.clone(),
                    text: text.clone(),
                    count: *count,
                    first_at: *first_at,
                    last_at: *last_at,
                    acknowledged: None,
                });
            }
        }
        entries.reverse();
        entries
    }
}
