//! Rows on their way into a volume of a backup and back: a plain SQLite database that stands for itself.
//!
//! What is carried is told from outside, table by table; columns follow from the tables themselves, so a table that comes
//! later needs no code here. Each table of a volume has the columns of the one that it was copied from, in the order of
//! copying, and a digest over them; the table `held` says which stretches of a table the volume stands for, so that a
//! stretch without rows is told apart from one that was not copied.
//! A table of history that is taken whole is copied as it is stored ([`as_stored`]), which is several times faster, and the
//! largest file of history goes in page by page ([`pages`]).
//!
//! Copying the pages of every file was turned down: a volume could then hold neither chosen intervals nor several files.

mod as_stored;
mod in_part;
mod indexes;
mod long_log;
mod pages;
mod restore;
mod rows;
mod snapshot;
mod standing;
mod summaries;
mod text_rows;
mod whole;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, params};

use crate::carried::{Extent, Unit};
use crate::error::{Result, StoreError};
use rows::{Column, RowHash};

pub use pages::{VolumeBytes, WrittenVolume};
pub use restore::{Counts, Restored, Restoring, restore_mark};
pub use snapshot::{Copying, Snapshot};
pub use standing::Stood;
pub use text_rows::TextRow;

/// Marks volumes of backups.
const APPLICATION_ID: i32 = 0x5553_4256;

/// What a volume holds of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// Name of the table in the volume.
    pub stored_as: String,
    /// Number of rows.
    pub rows: u64,
    /// SHA-256 over its columns and rows in their order, hexadecimal; empty for a table that was copied as it is stored.
    pub digest: String,
    /// Least and greatest place; `None` without rows, and for whole tables.
    pub places: Option<(i64, i64)>,
}

/// An event of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkEvent {
    /// The life of the switch's numbering; 0 for what bears no number.
    pub boot: u64,
    /// Its number.
    pub seq: u64,
    /// When it happened, UNIX seconds.
    pub at: i64,
    /// Whether it was told to this server alone: a loss of its link, or what was so after one.
    pub snapshot: bool,
    /// In the link's own encoding.
    pub event: Vec<u8>,
}

/// Rows and digest of a volume's table.
fn recount(connection: &Connection, stored_as: &str) -> rusqlite::Result<(u64, String)> {
    let columns = rows::columns(connection, stored_as)?;
    if as_stored::is(&columns) {
        return Ok((as_stored::count(connection, &format!("\"{stored_as}\""))?, String::new()));
    }
    let mut hash = RowHash::new(&columns);
    let mut statement = connection.prepare(&rows::select_all(stored_as, &columns))?;
    let mut found = statement.query([])?;
    let mut count = 0;
    while let Some(row) = found.next()? {
        hash.add(row, columns.len())?;
        count += 1;
    }
    Ok((count, hash.finish()))
}

/// A volume that is being written.
#[derive(Debug)]
pub struct VolumeWriter {
    connection: Connection,
    path: PathBuf,
    open: Option<OpenSlice>,
    /// The file that is part of this connection, as a snapshot of it is.
    beside: Option<PathBuf>,
    /// Tables that were copied from there as they are stored, and their rows.
    as_stored: Vec<(String, u64)>,
    /// The file over whose pages the volume is written.
    pages: Option<pages::Pages>,
}

#[derive(Debug)]
struct OpenSlice {
    insert: String,
    /// None for a table that was copied as it is stored.
    hash: Option<RowHash>,
    /// The column by which its places are found out in the end, if that was not done on the way.
    place: Option<&'static str>,
    slice: Slice,
}

impl OpenSlice {
    fn as_stored(slice: Slice) -> OpenSlice {
        OpenSlice { insert: String::new(), hash: None, place: None, slice }
    }
}

impl VolumeWriter {
    /// Begins a volume in a new file. Nothing is synced: a volume counts only after it was packed and read back.
    pub fn create(path: &Path) -> Result<VolumeWriter> {
        if path.exists() {
            return Err(StoreError::AlreadyThere { path: path.to_owned() });
        }
        VolumeWriter::begin_in(path).map_err(|source| StoreError::sql("begin a volume", path, source))
    }

    fn begin_in(path: &Path) -> rusqlite::Result<VolumeWriter> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "page_size", 8192)?;
        connection.pragma_update_and_check(None, "journal_mode", "OFF", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.execute_batch(
            "BEGIN;
             CREATE TABLE manifest (KEY TEXT NOT NULL PRIMARY KEY, VALUE TEXT NOT NULL) STRICT, WITHOUT ROWID;
             CREATE TABLE held (
                PART TEXT NOT NULL, FROM_PLACE INTEGER NOT NULL, TO_PLACE INTEGER NOT NULL,
                AFTER_ORDER INTEGER NOT NULL, UP_TO_ORDER INTEGER NOT NULL
             ) STRICT;",
        )?;
        let (path, as_stored) = (path.to_owned(), Vec::new());
        Ok(VolumeWriter { connection, path, open: None, beside: None, as_stored, pages: None })
    }

    /// Size so far.
    pub fn bytes(&self) -> Result<u64> {
        let size = |name| self.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let bytes = || Ok(size("page_count")?.unsigned_abs() * size("page_size")?.unsigned_abs());
        bytes().map_err(|source| self.failed(source))
    }

    /// Says which stretches of a table the backup stands for.
    pub fn hold(&mut self, stored_as: &str, extents: &[Extent]) -> Result<()> {
        let hold = || {
            let mut statement = self.connection.prepare_cached("INSERT INTO held VALUES (?1, ?2, ?3, ?4, ?5)")?;
            for extent in extents {
                statement.execute(params![stored_as, extent.from, extent.to, extent.after, extent.up_to])?;
            }
            Ok(())
        };
        hold().map_err(|source| self.failed(source))
    }

    /// Begins a table.
    fn begin(&mut self, stored_as: &str, columns: &[Column]) -> Result<()> {
        let definitions: Vec<String> =
            columns.iter().map(|column| format!("\"{}\" {}", column.name, column.kind)).collect();
        let sql = format!("CREATE TABLE \"{stored_as}\" ({})", definitions.join(", "));
        self.connection.execute_batch(&sql).map_err(|source| self.failed(source))?;
        let places = vec!["?"; columns.len()].join(", ");
        let slice = Slice { stored_as: stored_as.to_owned(), rows: 0, digest: String::new(), places: None };
        let insert = format!("INSERT INTO \"{stored_as}\" VALUES ({places})");
        self.open = Some(OpenSlice { insert, hash: Some(RowHash::new(columns)), place: None, slice });
        Ok(())
    }

    /// Writes events of a link as a table of their own.
    pub fn link_events(&mut self, stored_as: &str, events: &[LinkEvent]) -> Result<Slice> {
        let write = || {
            self.connection.execute_batch(&format!(
                "CREATE TABLE \"{stored_as}\" (BOOT INTEGER NOT NULL, SEQ INTEGER NOT NULL, AT INTEGER NOT NULL, \
                 SNAPSHOT INTEGER NOT NULL, EVENT BLOB NOT NULL) STRICT"
            ))?;
            let sql = format!("INSERT INTO \"{stored_as}\" VALUES (?1, ?2, ?3, ?4, ?5)");
            let mut insert = self.connection.prepare(&sql)?;
            for event in events {
                let LinkEvent { boot, seq, at, snapshot, event } = event;
                insert.execute(params![boot.cast_signed(), seq.cast_signed(), at, snapshot, event])?;
            }
            recount(&self.connection, stored_as)
        };
        let (rows, digest) = write().map_err(|source| self.failed(source))?;
        let places = events.iter().map(|event| event.at);
        let places = places.clone().min().zip(places.max());
        Ok(Slice { stored_as: stored_as.to_owned(), rows, digest, places })
    }

    /// Ends the table that was begun; `None` if none was.
    pub fn end(&mut self) -> Result<Option<Slice>> {
        let Some(OpenSlice { hash, place, mut slice, .. }) = self.open.take() else { return Ok(None) };
        if let Some(place) = place {
            let found = as_stored::bounds(&self.connection, &format!("main.\"{}\"", slice.stored_as), place);
            slice.places = found.map_err(|source| self.failed(source))?;
        }
        Ok(Some(Slice { digest: hash.map(RowHash::finish).unwrap_or_default(), ..slice }))
    }

    /// Ends the volume with what it is, for whoever opens it by hand.
    pub fn finish(self, manifest: &[(&str, String)]) -> Result<WrittenVolume> {
        let finish = || {
            for (key, value) in manifest {
                self.connection.execute("INSERT INTO manifest VALUES (?1, ?2)", params![key, value])?;
            }
            self.connection.execute_batch("COMMIT")
        };
        finish().map_err(|source| self.failed(source))?;
        let VolumeWriter { connection, path, as_stored, pages, .. } = self;
        connection.close().map_err(|(_, source)| StoreError::sql("finish a volume", &path, source))?;
        WrittenVolume::new(path, as_stored, pages)
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::sql("write a volume", &self.path, source)
    }
}

/// A volume that is read.
#[derive(Debug)]
pub struct VolumeReader {
    connection: Connection,
    path: PathBuf,
}

/// A login session by who it was, since when, and on which extension.
pub type Session = (String, i64, String);

/// Login sessions that ended at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutOff {
    /// The moment, UNIX seconds.
    pub at: i64,
    /// All sessions that ended then.
    pub sessions: Vec<Session>,
}

impl VolumeReader {
    /// Opens an unpacked volume; it cannot be changed through this.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] for a database that is no volume of ours.
    pub fn open(path: &Path) -> Result<VolumeReader> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)
            .map_err(|source| StoreError::sql("open a volume", path, source))?;
        let reader = VolumeReader { connection, path: path.to_owned() };
        let id: i32 =
            reader.read(|connection| connection.pragma_query_value(None, "application_id", |row| row.get(0)))?;
        match id {
            APPLICATION_ID => Ok(reader),
            _ => Err(StoreError::Foreign { path: path.to_owned(), what: "a volume of a backup" }),
        }
    }

    /// One entry of the manifest.
    pub fn manifest(&self, key: &str) -> Result<String> {
        self.read(|connection| {
            connection.query_row("SELECT VALUE FROM manifest WHERE KEY = ?1", [key], |row| row.get(0))
        })
    }

    /// The stretches of a table that the backup stands for, in order.
    pub fn held(&self, stored_as: &str) -> Result<Vec<Extent>> {
        self.read(|connection| {
            let sql = "SELECT FROM_PLACE, TO_PLACE, AFTER_ORDER, UP_TO_ORDER FROM held WHERE PART = ?1 ORDER BY 1, 2";
            let extent = |row: &rusqlite::Row<'_>| {
                Ok(Extent { from: row.get(0)?, to: row.get(1)?, after: row.get(2)?, up_to: row.get(3)? })
            };
            connection.prepare(sql)?.query_map([stored_as], extent)?.collect()
        })
    }

    /// The entries of a list of intervals, in order: start, end, and whether data are missing; none if there is no such list.
    pub fn intervals(&self, stored_as: &str) -> Result<Vec<(i64, i64, bool)>> {
        self.read(|connection| {
            if rows::columns(connection, stored_as)?.is_empty() {
                return Ok(Vec::new());
            }
            let sql =
                format!("SELECT STARTTIME_UTC, ENDTIME_UTC, INCOMPLETE FROM \"{stored_as}\" ORDER BY STARTTIME_UTC");
            let interval = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            connection.prepare(&sql)?.query_map([], interval)?.collect()
        })
    }

    /// The login sessions of a table that were cut off because a link was lost, by the moment at which nothing but such ones end.
    pub fn cut_off(&self, stored_as: &str) -> Result<Vec<CutOff>> {
        self.sessions_of(stored_as, "min(OUTFLAG) = '>'")
    }

    /// The login sessions of a table by the moments at which one ended whose beginning was not seen.
    pub fn begun_unseen(&self, stored_as: &str) -> Result<Vec<CutOff>> {
        self.sessions_of(stored_as, "max(INFLAG) = '<'")
    }

    /// Login sessions by the moments at which they ended, of those moments of which all that ended then is so.
    fn sessions_of(&self, stored_as: &str, is_so: &str) -> Result<Vec<CutOff>> {
        self.read(|connection| {
            if rows::columns(connection, stored_as)?.is_empty() {
                return Ok(Vec::new());
            }
            let sql = format!(
                "SELECT LOGOUT, LOGID, LOGIN, EXTN FROM \"{stored_as}\" WHERE LOGOUT IN (SELECT LOGOUT FROM \"{stored_as}\" \
                 GROUP BY LOGOUT HAVING {is_so}) ORDER BY LOGOUT"
            );
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query([])?;
            let mut all: Vec<CutOff> = Vec::new();
            while let Some(row) = rows.next()? {
                let (at, session) = (row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?));
                match all.last_mut().filter(|last| last.at == at) {
                    Some(last) => last.sessions.push(session),
                    None => all.push(CutOff { at, sessions: vec![session] }),
                }
            }
            Ok(all)
        })
    }

    /// Reads every page and compares the structure.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first thing that is wrong.
    pub fn check(&self) -> Result<()> {
        let found: String =
            self.read(|connection| connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)))?;
        match found.as_str() {
            "ok" => Ok(()),
            _ => Err(StoreError::Damaged { path: self.path.clone(), detail: found }),
        }
    }

    /// Rows and digest of a table, counted anew; the digest of one that was copied as it is stored is empty.
    pub fn recount(&self, stored_as: &str) -> Result<(u64, String)> {
        self.read(|connection| recount(connection, stored_as))
    }

    /// The events of a link in a table; none if there is no such table.
    pub fn link_events(&self, stored_as: &str) -> Result<Vec<LinkEvent>> {
        self.read(|connection| {
            if rows::columns(connection, stored_as)?.is_empty() {
                return Ok(Vec::new());
            }
            let sql = format!("SELECT BOOT, SEQ, AT, SNAPSHOT, EVENT FROM \"{stored_as}\" ORDER BY _rowid_");
            let event = |row: &rusqlite::Row<'_>| {
                let (boot, seq): (i64, i64) = (row.get(0)?, row.get(1)?);
                let (boot, seq) = (boot.cast_unsigned(), seq.cast_unsigned());
                Ok(LinkEvent { boot, seq, at: row.get(2)?, snapshot: row.get(3)?, event: row.get(4)? })
            };
            connection.prepare(&sql)?.query_map([], event)?.collect()
        })
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        work(&self.connection).map_err(|source| StoreError::sql("read a volume", &self.path, source))
    }
}
