//! Copying a whole file, page by page, as it is at the moment of a snapshot.
//!
//! Pages and not rows: what SQLite numbers by itself keeps its numbers, which `VACUUM INTO` does not promise.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::Snapshot;
use crate::error::{Result, StoreError};

/// Pages between two looks whether to go on: 16 MB.
const PAGES: i32 = 2_000;

impl Snapshot {
    /// Copies the file into a new one, which then opens as the original does; `None` if `go_on` said no. What is written to
    /// the original meanwhile is not in the copy.
    pub fn copy_whole(&self, into: &Path, go_on: &mut dyn FnMut() -> bool) -> Result<Option<()>> {
        let failed = |source| StoreError::sql("copy the pages", into, source);
        let mut copy = Connection::open(into).map_err(failed)?;
        let done = {
            let pages = Backup::new(self.database.connection(), &mut copy).map_err(failed)?;
            loop {
                match pages.step(PAGES).map_err(failed)? {
                    StepResult::Done => break true,
                    _ if !go_on() => break false,
                    _ => {}
                }
            }
        };
        if done {
            copy.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).map_err(failed)?;
        }
        copy.close().map_err(|(_, source)| failed(source))?;
        Ok(done.then_some(()))
    }
}
