//! One SQLite file of ours: created whole, checked before it is touched, migrated step by step.
//!
//! A file is built under another name and renamed when it is complete, so a file that is cut short can
//! only be a damaged one and is never taken for a new one. The schema version is `user_version`, the kind
//! of file `application_id`; both are read from the file's first bytes before SQLite may open it, because
//! opening alone can change a file.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::{Moment, RunStatus};
use rusqlite::types::Type;
use rusqlite::{Connection, OpenFlags, Row, TransactionBehavior};

use crate::carried::SourceFile;
use crate::error::{Result, StoreError};
use crate::held;

/// One step of a schema's history.
pub(crate) type Step = fn(&Connection) -> rusqlite::Result<()>;

/// A kind of file and how it came to its present form.
pub(crate) struct Schema {
    /// What such a file is, for people.
    pub(crate) what: &'static str,
    /// Marks files of this kind.
    pub(crate) application_id: i32,
    /// From nothing to version 1, from 1 to 2 and so on. Steps that were released are never edited.
    pub(crate) steps: &'static [Step],
    /// Runs at every opening for writing: what follows from the program rather than from a version.
    pub(crate) settle: Option<Step>,
}

impl Schema {
    fn version(&self) -> i32 {
        self.steps.len() as i32
    }
}

/// Files up to this size, with their log, are checked as a whole when they are opened: a megabyte takes about 6 ms. Larger
/// ones only on request ([`check`]), because a server must be up at once.
const CHECKED_AT_OPENING_BYTES: u64 = 8 << 20;
const BUSY: Duration = Duration::from_secs(5);
/// Pages in the write-ahead log before they are moved into the file: 32 MB, one large interval.
const CHECKPOINT_PAGES: u32 = 4_000;
/// The log is cut back to this after a burst, such as a restore, has made it longer.
const LOG_BYTES: u32 = 64 << 20;
const CACHE_KIB: i32 = 32 << 10;
/// Of every connection: one thread uses it at a time, and files beside it can be named with how they are read.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX.union(OpenFlags::SQLITE_OPEN_URI);
/// Statements that stay prepared: an interval takes two for each of its tables, and parsing 190 columns costs more than a row.
const STATEMENTS: usize = 64;

/// A state of a file as one connection sees it. What was read of the file still holds while it has not changed; two
/// connections' are not to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// Rows that this connection has changed.
    by_this: u64,
    /// Changes whenever another connection has committed.
    by_others: i64,
}

/// An open file.
#[derive(Debug)]
pub(crate) struct Database {
    connection: Connection,
    path: PathBuf,
}

impl Database {
    /// Makes a new file; one that exists is left as it is and is an error.
    pub(crate) fn create(path: &Path, schema: &Schema) -> Result<Self> {
        if path.exists() {
            return Err(StoreError::AlreadyThere { path: path.to_owned() });
        }
        let draft = with_suffix(path, ".new");
        for leftover in [draft.clone(), with_suffix(&draft, "-journal")] {
            match fs::remove_file(&leftover) {
                Err(source) if source.kind() != ErrorKind::NotFound => {
                    return Err(StoreError::Io { operation: "remove the unfinished file", path: leftover, source });
                }
                _ => {}
            }
        }
        build(&draft, schema).map_err(|source| StoreError::sql("create the tables", path, source))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::rename(&draft, path)
            .and_then(|()| fs::File::open(folder)?.sync_all())
            .map_err(|source| StoreError::Io { operation: "put in place", path: path.to_owned(), source })?;
        Database::open(path, schema)
    }

    /// Opens a file for writing, after checking it and bringing it to the present version.
    pub(crate) fn open(path: &Path, schema: &Schema) -> Result<Self> {
        let log = fs::metadata(with_suffix(path, "-wal")).map_or(0, |log| log.len());
        let bytes = inspect(path, schema)? + log;
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | FLAGS)
            .map_err(|source| StoreError::sql("open a connection", path, source))?;
        let mut database = Database { connection, path: path.to_owned() };
        database.run("set up the connection", |connection| {
            connection.busy_timeout(BUSY)?;
            connection.set_prepared_statement_cache_capacity(STATEMENTS);
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
            connection.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
            connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
            // What undoes a single statement would else go to a file: a third of the work of storing call records.
            connection.pragma_update(None, "temp_store", "MEMORY")?;
            connection.pragma_update(None, "foreign_keys", true)
        })?;
        if bytes <= CHECKED_AT_OPENING_BYTES {
            database.quick_check()?;
        }
        database.migrate(schema)?;
        Ok(database)
    }

    /// Opens a file that cannot be changed through this connection. It must have the present version.
    pub(crate) fn open_read_only(path: &Path, schema: &Schema) -> Result<Self> {
        inspect(path, schema)?;
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | FLAGS)
            .map_err(|source| StoreError::sql("open a connection", path, source))?;
        let database = Database { connection, path: path.to_owned() };
        database.run("set up the connection", |connection| {
            connection.busy_timeout(BUSY)?;
            connection.pragma_update(None, "query_only", true)
        })?;
        database.refuse_newer(schema)?;
        Ok(database)
    }

    /// Makes another file part of this read-only connection, under `name`. It must have the present version, too; it
    /// cannot be changed through this connection either.
    pub(crate) fn attach_read_only(&self, path: &Path, schema: &Schema, name: &str) -> Result<()> {
        inspect(path, schema)?;
        let failed = |source| StoreError::sql("open a connection", path, source);
        // As bytes: a path need not be text.
        let file = path.as_os_str().as_encoded_bytes();
        self.connection.execute(&format!("ATTACH ?1 AS {name}"), [file]).map_err(failed)?;
        let found = self.connection.pragma_query_value(Some(name), "user_version", |row| row.get(0)).map_err(failed)?;
        if found > schema.version() {
            return Err(StoreError::Newer { path: path.to_owned(), found, known: schema.version() });
        }
        Ok(())
    }

    /// Keeps everybody from writing to a file until what is given back is dropped: several connections that begin to read
    /// meanwhile see the same.
    pub(crate) fn hold_writers(path: &Path) -> Result<Connection> {
        let hold = || {
            let connection =
                Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            connection.busy_timeout(BUSY)?;
            connection.execute_batch("BEGIN IMMEDIATE")?;
            Ok(connection)
        };
        hold().map_err(|source| StoreError::sql("hold writers back", path, source))
    }

    /// Moves a file's write-ahead log into it, as far as nobody reads an older state; gives whether that was all of it.
    pub(crate) fn move_log(path: &Path) -> Result<bool> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let move_log = || {
            let connection = Connection::open_with_flags(path, flags)?;
            connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
                Ok(!row.get::<_, bool>(0)? && row.get::<_, i64>(1)? == row.get::<_, i64>(2)?)
            })
        };
        move_log().map_err(|source| StoreError::sql("move the log into the file", path, source))
    }

    /// Whether commits leave the write-ahead log alone, however long it is.
    pub(crate) fn leave_log(&self, leave: bool) -> Result<()> {
        let pages = if leave { 0 } else { CHECKPOINT_PAGES };
        self.run("set up the connection", |connection| connection.pragma_update(None, "wal_autocheckpoint", pages))
    }

    /// Name of a file's write-ahead log.
    pub(crate) fn log_of(path: &Path) -> PathBuf {
        with_suffix(path, "-wal")
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// For reading through more than one call.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// For settings that need the connection itself.
    pub(crate) fn connection_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Runs `work`; `operation` completes "cannot … in FILE".
    pub(crate) fn run<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        work(&self.connection).map_err(|source| StoreError::sql(operation, &self.path, source))
    }

    /// Runs `work` in one transaction: all of it is stored, or nothing. Between [`Database::begin`] and
    /// [`Database::commit`] it is a part of that transaction, which must be rolled back after an error.
    pub(crate) fn write<T>(
        &mut self,
        operation: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let all = || {
            if !self.connection.is_autocommit() {
                // No savepoint: SQLite would first write every page that changes to a file of its own, half the work of all.
                return work(&self.connection);
            }
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        all().map_err(|source| StoreError::sql(operation, &self.path, source))
    }

    /// Sees to it that as many free pages are in the file already, and as much in its log: so much can be written on a full disk. A
    /// file system that writes each change to a new place (btrfs, ZFS) promises nothing of the kind.
    pub(crate) fn keep_room(&mut self, pages: u32) -> Result<()> {
        let read = |name: &str| {
            self.run("count the free pages", |connection| connection.pragma_query_value(None, name, |row| row.get(0)))
        };
        let (free, page_bytes): (u32, u32) = (read("freelist_count")?, read("page_size")?);
        if free >= pages {
            return Ok(());
        }
        // Twice as many, so that not each note makes some anew. Free pages are not written: these have to be in use once.
        self.write("make room", |transaction| {
            transaction.execute_batch("DROP TABLE IF EXISTS room; CREATE TABLE room (bytes BLOB NOT NULL) STRICT;")?;
            transaction.execute("INSERT INTO room VALUES (zeroblob(?1))", [2 * pages * page_bytes]).map(drop)
        })?;
        Database::move_log(&self.path)?;
        self.write("make room", |transaction| transaction.execute_batch("DROP TABLE room"))
    }

    /// Begins a transaction that holds several calls of [`Database::write`].
    pub(crate) fn begin(&self) -> Result<()> {
        self.run("begin a transaction", |connection| connection.execute_batch("BEGIN IMMEDIATE"))
    }

    /// Which state of the file this connection sees.
    pub(crate) fn revision(&self) -> Result<Revision> {
        self.run("ask whether the file has changed", |connection| {
            let by_others = connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
            Ok(Revision { by_this: connection.total_changes(), by_others })
        })
    }

    /// Makes durable what was written since [`Database::begin`].
    pub(crate) fn commit(&self) -> Result<()> {
        self.run("commit", |connection| connection.execute_batch("COMMIT"))
    }

    /// Forgets what was written since [`Database::begin`], if SQLite has not done so by itself, as it does on a full disk.
    pub(crate) fn roll_back(&self) -> Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.run("roll back", |connection| connection.execute_batch("ROLLBACK"))
    }

    /// Reads every page and compares the structure; slow on large files.
    fn quick_check(&self) -> Result<()> {
        let found: String = self
            .run("check the pages", |connection| connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)))?;
        match found.as_str() {
            "ok" => Ok(()),
            // SQLite tells over several lines, and a log has one for each thing.
            _ => Err(StoreError::Damaged {
                path: self.path.clone(),
                detail: found.lines().collect::<Vec<_>>().join(" "),
            }),
        }
    }

    /// The version again, as SQLite sees it: the write-ahead log can hold more than the file's first bytes.
    fn refuse_newer(&self, schema: &Schema) -> Result<i32> {
        let found = self.run("read the version", version)?;
        if found > schema.version() {
            return Err(StoreError::Newer { path: self.path.clone(), found, known: schema.version() });
        }
        Ok(found)
    }

    fn migrate(&mut self, schema: &Schema) -> Result<()> {
        self.refuse_newer(schema)?;
        self.write("bring the tables up to date", |transaction| {
            let found = version(transaction)?;
            upgrade(transaction, schema, found)
        })
    }
}

/// Checks a whole file for damage, without changing it.
pub fn check(path: &Path) -> Result<()> {
    let (_, header) = read_header(path, "database")?;
    header.ok_or_else(|| not_a_database(path))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)
        .map_err(|source| StoreError::sql("open a connection", path, source))?;
    Database { connection, path: path.to_owned() }.quick_check()
}

/// The same of a file of a data folder, which must also be one that this program opens: of its kind, and not newer.
pub fn check_as(path: &Path, file: SourceFile) -> Result<()> {
    let schema = file.schema();
    // Before its pages: what a newer program has written is whole, and opened by that one.
    inspect(path, schema)?;
    check(path)?;
    Database::open_read_only(path, schema).map(drop)
}

/// Renames a damaged file, and what belongs to it, to `NAME.damaged-YYYYMMDDTHHMMSSZ` and returns the new
/// path. `at` is the moment to put into the name.
pub fn set_aside(path: &Path, at: Moment) -> Result<PathBuf> {
    let stamp: String = at.to_string().chars().filter(|letter| !matches!(letter, '-' | ':')).collect();
    let aside = with_suffix(path, &format!(".damaged-{stamp}"));
    if aside.exists() {
        return Err(StoreError::AlreadyThere { path: aside });
    }
    let rename = |from: &Path, to: &Path| {
        fs::rename(from, to).map_err(|source| StoreError::Io { operation: "rename", path: from.to_owned(), source })
    };
    // The log goes first: left behind, it would be applied to whatever is put in the file's place.
    for companion in ["-wal", "-shm", "-journal"] {
        let from = with_suffix(path, companion);
        if from.exists() {
            rename(&from, &with_suffix(&aside, companion))?;
        }
    }
    rename(path, &aside)?;
    Ok(aside)
}

fn build(draft: &Path, schema: &Schema) -> rusqlite::Result<()> {
    let mut connection = Connection::open(draft)?;
    connection.pragma_update(None, "page_size", 8192)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let transaction = connection.transaction()?;
    transaction.pragma_update(None, "application_id", schema.application_id)?;
    upgrade(&transaction, schema, 0)?;
    transaction.commit()?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.close().map_err(|(_, source)| source)
}

fn upgrade(connection: &Connection, schema: &Schema, found: i32) -> rusqlite::Result<()> {
    for step in schema.steps.iter().skip(usize::try_from(found).unwrap_or(0)) {
        step(connection)?;
    }
    if found != schema.version() {
        connection.pragma_update(None, "user_version", schema.version())?;
    }
    schema.settle.map_or(Ok(()), |settle| settle(connection))
}

fn version(connection: &Connection) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// What the first bytes of a database file tell.
struct Header {
    version: i32,
    application_id: i32,
}

/// Refuses what is missing, damaged, foreign or newer, without SQLite; returns the size in bytes.
fn inspect(path: &Path, schema: &Schema) -> Result<u64> {
    let (bytes, header) = read_header(path, schema.what)?;
    let header = header.ok_or_else(|| not_a_database(path))?;
    if header.application_id != schema.application_id {
        return Err(StoreError::Foreign { path: path.to_owned(), what: schema.what });
    }
    if header.version > schema.version() {
        return Err(StoreError::Newer { path: path.to_owned(), found: header.version, known: schema.version() });
    }
    Ok(bytes)
}

fn read_header(path: &Path, what: &'static str) -> Result<(u64, Option<Header>)> {
    const LEN: usize = 100;
    let refused = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => StoreError::Missing { path: path.to_owned(), what },
        _ => StoreError::Io { operation: "read", path: path.to_owned(), source },
    };
    let file = held::open(path).map_err(refused)?;
    let bytes = file.metadata().map_err(refused)?.len();
    let mut head = [0; LEN];
    let read = held::read_start(&file, &mut head).map_err(refused)?;
    if read < LEN || !head.starts_with(b"SQLite format 3\0") {
        return Ok((bytes, None));
    }
    let number = |at: usize| i32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    Ok((bytes, Some(Header { version: number(60), application_id: number(68) })))
}

fn not_a_database(path: &Path) -> StoreError {
    StoreError::Damaged { path: path.to_owned(), detail: "it does not begin as a database does".to_owned() }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// How work stands, by the word in a column of a row.
pub(crate) fn run_status(row: &Row<'_>, column: usize) -> rusqlite::Result<RunStatus> {
    let status = row.get_ref(column)?.as_str()?.parse();
    status.map_err(|fault| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(fault)))
}
