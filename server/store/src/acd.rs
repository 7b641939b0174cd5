//! `acd/NN.db` and `acd/NN-events.db`: the history, the names and the event records of one ACD.

mod administration;
mod ageing;
mod ahead;
mod archive;
mod call_history;
mod digests;
mod event_file;
mod event_rows;
mod exceptions;
mod interval_rows;
pub(crate) mod listing;
mod names;
mod permissions;
mod query;
mod record_digests;
mod records;
pub(crate) mod restored;
pub(crate) mod returned;
mod roll_up;
mod rows;
pub(crate) mod schema;
mod soundness;
mod status;
mod summaries;
mod synonyms;

use std::collections::BTreeSet;
use std::path::Path;

use catalog::{IntervalRows, LinkRow, LoginRow, Record};
use model::event::Configuration;
use model::{AcdNumber, Calendar, Dictionary};

use crate::database::{Database, Schema};
use crate::error::{Result, StoreError};
use crate::storage::Storage;

pub use administration::administration_table;
pub use ageing::Aged;
pub use archive::Archived;
pub use digests::IntervalDigest;
pub use names::FormerName;
pub use query::{QueryLimits, QueryResult};
use records::Circular;
pub(crate) use records::EventFile;
pub use roll_up::{Head as SummaryHead, InPlace, Summing};
pub use rows::RowFilter;
pub use soundness::{Soundness, Unsound};
pub use status::{Archiving, Usage};
pub use summaries::{SummaryDigest, TableDigest};
pub use synonyms::{AgentGroup, Synonym};

/// So many records are worth a thread of their own.
const BESIDE_FROM: usize = 500;

/// The one writer of an ACD's files.
#[derive(Debug)]
pub struct AcdStore {
    pub(crate) history: History,
    pub(crate) events: EventFile,
}

/// The one writer of an ACD's history, without its event records: what an interval, a login session or a change of names is
/// written with.
#[derive(Debug)]
pub struct History {
    pub(crate) database: Database,
    acd: AcdNumber,
    circular: Circular,
    /// Elements of which no interval rows are kept.
    pub(crate) discarded: BTreeSet<&'static str>,
    /// Where records were restored with their intervals.
    pub(crate) healed: restored::Healed,
    /// Whether what comes may have been told before.
    replays: bool,
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
        let (circular, discarded) = (Circular::default(), BTreeSet::new());
        let history = History { database, acd, circular, discarded, healed, replays: true };
        Ok(AcdStore { history, events: EventFile::new(events, acd) })
    }

    /// Keeps to an allocation from now on: records that a table may hold, and elements of which nothing is kept. Rows that
    /// are there already go by [`AcdStore::age`].
    pub fn set_storage(&mut self, storage: &Storage) -> Result<()> {
        let kept = |table: &&'static catalog::Table| storage.kept(table).intrahour_days == 0;
        self.history.discarded = schema::interval_tables().filter(kept).map(|table| table.name).collect();
        storage.records.iter().try_for_each(|(table, records)| self.set_capacity(table, *records))
    }

    /// Stores records as [`AcdStore::append_records`] does and runs `work` on the history meanwhile, and makes all of it durable
    /// at once instead of call by call: a commit costs a sync, however little it holds. The history and the event records are two
    /// files; a crash between the two commits leaves one of them as it was, so only what may be stored again belongs here.
    ///
    /// # Errors
    /// The first that `work` meets, which it must not keep to itself, or what keeps anything from being stored or durable. After
    /// an error nothing has changed.
    pub fn together<T>(
        &mut self,
        records: &[(u64, Record)],
        calendar: &Calendar,
        work: impl FnOnce(&mut History) -> Result<T>,
    ) -> Result<T> {
        let AcdStore { history, events } = self;
        history.database.begin()?;
        let done = events.database.begin().and_then(|()| {
            let mut wanted = Vec::with_capacity(records.len());
            wanted.extend(history.final_records(records));
            let done = if wanted.len() < BESIDE_FROM {
                events.append(&wanted, calendar).and_then(|()| work(history))?
            } else {
                beside("records", || events.append(&wanted, calendar), || work(history))?
            };
            events.database.commit()?;
            history.database.commit()?;
            Ok(done)
        });
        if done.is_err() {
            // What was counted meanwhile may be less than what is there again.
            events.circular.forget_counts();
            history.circular.forget_counts();
            events.database.roll_back()?;
            history.database.roll_back()?;
        }
        done
    }

    /// Stores a closed interval alone; see [`History::archive`].
    pub fn archive(&mut self, rows: &IntervalRows) -> Result<Archived> {
        self.history.archive(rows)
    }

    /// Stores a login session alone; see [`History::append_login`].
    pub fn append_login(&mut self, login: &LoginRow, calendar: &Calendar) -> Result<()> {
        self.history.append_login(login, calendar)
    }

    /// Stores a time without data alone; see [`History::append_link`].
    pub fn append_link(&mut self, link: &LinkRow, calendar: &Calendar) -> Result<()> {
        self.history.append_link(link, calendar)
    }

    /// Stores the switch's names alone; see [`History::save_dictionary`].
    pub fn save_dictionary(&mut self, dictionary: &Dictionary) -> Result<()> {
        self.history.save_dictionary(dictionary)
    }

    /// Remembers alone that a configuration was entered; see [`History::note_entered`].
    pub fn note_entered(&mut self, index: u64, configuration: &Configuration) -> Result<()> {
        self.history.note_entered(index, configuration)
    }

    /// Remembers alone how archiving stands; see [`History::set_archiving`].
    pub fn set_archiving(&mut self, archiving: &Archiving) -> Result<()> {
        self.history.set_archiving(archiving)
    }

    /// A read-only connection to the same files.
    pub fn reader(&self) -> Result<AcdReader> {
        AcdReader::open(self.history.database.path())
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

/// Runs both at the same time, the first on a thread of this name. Both are over when it returns, whatever comes of them.
fn beside<T>(name: &str, first: impl FnOnce() -> Result<()> + Send, second: impl FnOnce() -> Result<T>) -> Result<T> {
    std::thread::scope(|scope| {
        let first = std::thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, first);
        let first = first.map_err(|error| StoreError::Invalid(format!("cannot start a thread: {error}")))?;
        let second = second();
        match first.join() {
            Ok(first) => first.and(second),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
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
