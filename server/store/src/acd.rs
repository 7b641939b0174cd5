//! `acd/NN.db`: the history and the names of one ACD.

mod administration;
mod archive;
mod digests;
mod event_rows;
mod interval_rows;
mod names;
mod query;
mod rows;
mod schema;

use std::path::Path;

use model::AcdNumber;

use crate::database::Database;
use crate::error::Result;

pub use archive::Archived;
pub use digests::IntervalDigest;
pub use query::{QueryLimits, QueryResult};
pub use rows::RowFilter;

/// The one writer of an ACD's file.
#[derive(Debug)]
pub struct AcdStore {
    pub(crate) database: Database,
    acd: AcdNumber,
}

/// A read-only connection to an ACD's file. Cheap to open; each thread has its own.
#[derive(Debug)]
pub struct AcdReader {
    pub(crate) database: Database,
}

impl AcdStore {
    /// Opens the file of `acd` for writing, and makes it where there is none.
    pub fn open(path: &Path, acd: AcdNumber) -> Result<Self> {
        let database = match path.exists() {
            true => Database::open(path, &schema::SCHEMA)?,
            false => Database::create(path, &schema::SCHEMA)?,
        };
        Ok(AcdStore { database, acd })
    }

    /// A read-only connection to the same file.
    pub fn reader(&self) -> Result<AcdReader> {
        AcdReader::open(self.database.path())
    }
}

impl AcdReader {
    /// Opens a file that [`AcdStore::open`] has made or brought up to date.
    pub fn open(path: &Path) -> Result<Self> {
        Ok(AcdReader { database: Database::open_read_only(path, &schema::SCHEMA)? })
    }

    /// Another connection to the same file, for another thread.
    pub fn another(&self) -> Result<Self> {
        AcdReader::open(self.database.path())
    }
}
