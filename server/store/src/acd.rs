//! `acd/NN.db` and `acd/NN-events.db`: the history, the names and the event records of one ACD.

mod administration;
mod ageing;
mod archive;
mod call_history;
mod digests;
mod event_file;
mod event_rows;
mod exceptions;
mod interval_rows;
mod names;
mod permissions;
mod query;
mod record_digests;
mod records;
pub(crate) mod restored;
mod roll_up;
mod rows;
mod schema;
mod status;
mod summaries;
mod synonyms;

use std::collections::BTreeSet;
use std::path::Path;

use model::AcdNumber;

use crate::database::{Database, Schema};
use crate::error::Result;
use crate::storage::Storage;

pub use administration::administration_table;
pub use ageing::Aged;
pub use archive::Archived;
pub use digests::IntervalDigest;
pub use query::{QueryLimits, QueryResult};
pub use records::DEFAULT_RECORDS;
pub use roll_up::{Head as SummaryHead, Summing};
pub use rows::RowFilter;
pub use status::{Archiving, Usage};
pub use summaries::{SummaryDigest, TableDigest};
pub use synonyms::{AgentGroup, Synonym};

/// The one writer of an ACD's files.
#[derive(Debug)]
pub struct AcdStore {
    pub(crate) database: Database,
    pub(crate) events: Database,
    acd: AcdNumber,
    circular: records::Circular,
    /// Elements of which no interval rows are kept.
    discarded: BTreeSet<&'static str>,
    /// Where records were restored with their intervals.
    pub(crate) healed: restored::Healed,
}

/// A read-only connection to an ACD's files. Cheap to open; each thread has its own.
#[derive(Debug)]
pub struct AcdReader {
    pub(crate) database: Database,
}

impl AcdStore {
    /// Opens the history of `acd` at `path` and the event records beside it for writing, and makes what is missing: a
    /// history that was written before there were event records gets an empty file of them.
    pub fn open(path: &Path, acd: AcdNumber) -> Result<Self> {
        let database = open_or_create(path, &schema::SCHEMA)?;
        let events = open_or_create(&event_file::path_of(path), &event_file::SCHEMA)?;
        let healed = database.run("list the healed intervals", restored::healed)?;
        let (circular, discarded) = (records::Circular::default(), BTreeSet::new());
        Ok(AcdStore { database, events, acd, circular, discarded, healed })
    }

    /// Keeps to an allocation from now on: records that a table may hold, and elements of which nothing is kept. Rows that
    /// are there already go by [`AcdStore::age`].
    pub fn set_storage(&mut self, storage: &Storage) -> Result<()> {
        let kept = |table: &&'static catalog::Table| storage.kept(table).intrahour_days == 0;
        self.discarded = schema::interval_tables().filter(kept).map(|table| table.name).collect();
        storage.records.iter().try_for_each(|(table, records)| self.set_capacity(table, *records))
    }

    /// Runs `work`, and makes all that it stores durable at once instead of call by call: a commit costs a sync, however
    /// little it holds. The history and the event records are two files; a crash between the two commits leaves
    /// one of them as it was, so only what may be stored again belongs here.
    ///
    /// # Errors
    /// The first that `work` meets, which it must not keep to itself, or what keeps it from being durable. After an error nothing
    /// has changed.
    pub fn together<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.database.begin()?;
        let done = self.events.begin().and_then(|()| {
            let done = work(self)?;
            self.events.commit()?;
            self.database.commit()?;
            Ok(done)
        });
        if done.is_err() {
            // What was counted meanwhile may be less than what is there again.
            self.circular = self.circular.uncounted();
            self.events.roll_back()?;
            self.database.roll_back()?;
        }
        done
    }

    /// A read-only connection to the same files.
    pub fn reader(&self) -> Result<AcdReader> {
        AcdReader::open(self.database.path())
    }
}

impl AcdReader {
    /// Opens files that [`AcdStore::open`] has made or brought up to date.
    pub fn open(path: &Path) -> Result<Self> {
        let database = Database::open_read_only(path, &schema::SCHEMA)?;
        database.attach_read_only(&event_file::path_of(path), &event_file::SCHEMA, event_file::ATTACHED_AS)?;
        Ok(AcdReader { database })
    }

    /// Another connection to the same files, for another thread.
    pub fn another(&self) -> Result<Self> {
        AcdReader::open(self.database.path())
    }
}

/// What a file of history is.
pub(crate) fn history_schema() -> &'static Schema {
    &schema::SCHEMA
}

/// What a file of event records is.
pub(crate) fn event_file_schema() -> &'static Schema {
    &event_file::SCHEMA
}

pub(crate) use event_file::{holds as holds_events, number_column};

fn open_or_create(path: &Path, schema: &Schema) -> Result<Database> {
    match path.exists() {
        true => Database::open(path, schema),
        false => Database::create(path, schema),
    }
}
