//! The write-ahead log of a transaction that writes a whole history.
//!
//! A commit waits until all of the log is on the disk, and after it SQLite moves the log into the file, on the thread that
//! wrote. For gigabytes that is most of a restore, and whoever archives would wait for it. So the log is synced while it
//! grows, and moved by a thread beside once what is in it counts; readers find everything in the log until then, and a program that
//! ends meanwhile finds it there at the next start.

use std::fs::File;
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crate::database::Database;
use crate::error::Result;

/// How long the log grows between two syncs.
const SYNC_EVERY: Duration = Duration::from_millis(100);

/// A log that may become long.
pub(super) struct LongLog {
    path: PathBuf,
    _syncing: Sender<()>,
}

impl LongLog {
    /// From now on the log is synced as it grows, and a commit does not move it.
    pub(super) fn begin(database: &Database) -> Result<LongLog> {
        let path = database.path().to_owned();
        database.leave_log(true)?;
        let (syncing, ended) = channel();
        let log = Database::log_of(&path);
        std::thread::spawn(move || {
            // Without this the commit waits longer, and that is all.
            let Ok(log) = File::open(log) else { return };
            while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(SYNC_EVERY) {
                let _ = log.sync_data();
            }
        });
        Ok(LongLog { path, _syncing: syncing })
    }

    /// Behind the transaction.
    pub(super) fn end(self, database: &Database) -> Result<()> {
        database.leave_log(false)?;
        // If it cannot be moved now, the next commits try again.
        std::thread::spawn(move || Database::move_log(&self.path));
        Ok(())
    }
}
