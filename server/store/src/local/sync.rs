//! Admin-Sync as one server knows it: what was sent and taken in, what each thing was when it was synced last, and the server
//! that timetables sync to. None of it is ever carried to another server.

use std::collections::BTreeMap;

use model::{Moment, RunStatus};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::LocalStore;
use crate::database::run_status;
use crate::error::Result;

/// Syncs that are listed and kept.
const KEPT: i64 = 1_000;
/// Syncs of which it is kept what each thing was: as many as can be taken back, and some more.
const MARKED: i64 = 16;
/// Key of the row that says that a table was synced, also where nothing is in it.
const TABLE: &str = "";

/// A sync that was sent or taken in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncNote {
    /// Number on this server; given when it is stored.
    pub id: i64,
    /// Whether this server sent it.
    pub sent: bool,
    /// When it began, or was told to this server, by its clock.
    pub at: Moment,
    /// Who asked for it.
    pub user: String,
    /// Number of the sending server's installation.
    pub server: String,
    /// How it stands, or what became of it.
    pub status: RunStatus,
    /// Why it failed.
    pub detail: String,
    /// Number of the restore on the receiving server.
    pub restore: Option<i64>,
    /// What it did, as the API gives it.
    pub report: String,
    /// When the restore was taken back; read only.
    pub undone_at: Option<Moment>,
}

/// What a sync brought: digests by table and key.
pub type Synced = BTreeMap<String, BTreeMap<String, String>>;

/// The server that timetables sync to, and how to sign in there.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptPeer {
    /// Its address.
    pub url: String,
    /// SHA-256 fingerprint of its certificate, hexadecimal.
    pub fingerprint: String,
    /// Who signs in there.
    pub user: String,
    /// With this password. As it is typed: it has to be told to the other server.
    pub password: String,
}

pub(super) fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE syncs (
            ID INTEGER PRIMARY KEY, SENT INTEGER NOT NULL, AT INTEGER NOT NULL, USER TEXT NOT NULL, SERVER TEXT NOT NULL,
            STATUS TEXT NOT NULL, DETAIL TEXT NOT NULL, RESTORE INTEGER, REPORT TEXT NOT NULL
         ) STRICT;
         CREATE TABLE synced (
            TABLE_NAME TEXT NOT NULL, SYNC INTEGER NOT NULL, KEY TEXT NOT NULL, DIGEST TEXT NOT NULL,
            PRIMARY KEY (TABLE_NAME, SYNC, KEY)
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE sync_peer (
            ONE INTEGER PRIMARY KEY CHECK (ONE = 1), URL TEXT NOT NULL, FINGERPRINT TEXT NOT NULL, USER TEXT NOT NULL,
            PASSWORD TEXT NOT NULL
         ) STRICT;",
    )
}

const NOTES: &str = "SELECT ID, SENT, AT, syncs.USER, SERVER, syncs.STATUS, syncs.DETAIL, RESTORE, REPORT, UNDONE_AT
                     FROM syncs LEFT JOIN (SELECT ID AS NUMBER, UNDONE_AT FROM restores) ON NUMBER = RESTORE AND SENT = 0";

impl LocalStore {
    /// Remembers a sync: a new one with `id` 0, or how a known one stands now. Gives its number.
    pub fn note_sync(&mut self, note: &SyncNote) -> Result<i64> {
        self.make_up()?;
        self.0.write("note a sync", |transaction| {
            insert(transaction, note)?;
            let id = transaction.last_insert_rowid();
            let old = "DELETE FROM syncs WHERE ID <= ?1 AND ID NOT IN (SELECT SYNC FROM synced)";
            transaction.execute(old, [id - KEPT])?;
            Ok(id)
        })
    }

    /// The newest syncs, newest first.
    pub fn syncs(&self) -> Result<Vec<SyncNote>> {
        self.0.run("list the syncs", |connection| {
            let mut statement = connection.prepare(&format!("{NOTES} ORDER BY ID DESC LIMIT {KEPT}"))?;
            // One that was sent and could not be written has no number yet.
            let mut notes: Vec<SyncNote> = self.sync_waiting(0).into_iter().cloned().collect();
            for written in statement.query_map([], note)? {
                notes.push(self.sync_as_it_is(written?));
            }
            Ok(notes)
        })
    }

    fn sync_as_it_is(&self, written: SyncNote) -> SyncNote {
        let known = self.sync_waiting(written.id).cloned().unwrap_or_else(|| written.clone());
        let restore = known.restore.filter(|_| !known.sent).and_then(|restore| self.restore_waiting(restore));
        SyncNote { undone_at: restore.map_or(written.undone_at, |restore| restore.undone_at), ..known }
    }

    /// Remembers what a sync brings, before the first change is made.
    pub fn mark_synced(&mut self, sync: i64, marks: &Synced) -> Result<()> {
        self.0.write("remember what is synced", |transaction| {
            let mut insert = transaction.prepare("INSERT OR REPLACE INTO synced VALUES (?1, ?2, ?3, ?4)")?;
            let mut forget = transaction.prepare(
                "DELETE FROM synced WHERE TABLE_NAME = ?1 AND SYNC NOT IN
                 (SELECT DISTINCT SYNC FROM synced WHERE TABLE_NAME = ?1 ORDER BY SYNC DESC LIMIT ?2)",
            )?;
            for (table, digests) in marks {
                insert.execute(params![table, sync, TABLE, ""])?;
                for (key, digest) in digests {
                    insert.execute(params![table, sync, key, digest])?;
                }
                forget.execute(params![table, MARKED])?;
            }
            Ok(())
        })
    }

    /// What the last sync from a server brought of a table, and what each later one meant to bring that did not end: digests
    /// by key, the newest sync first. Nothing if none ever did; what was taken back does not count.
    pub fn synced(&self, server: &str, table: &str) -> Result<Vec<BTreeMap<String, String>>> {
        self.0.run("read what was synced", |connection| {
            let sql = "SELECT SYNC, syncs.STATUS = 'done', KEY, DIGEST FROM synced JOIN syncs ON SYNC = syncs.ID
                       LEFT JOIN restores ON restores.ID = RESTORE
                       WHERE TABLE_NAME = ?1 AND SERVER = ?2 AND SENT = 0 AND UNDONE_AT IS NULL ORDER BY SYNC DESC";
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query([table, server])?;
            let mut known: Vec<BTreeMap<String, String>> = Vec::new();
            let (mut last, mut is_done) = (None, false);
            while let Some(row) = rows.next()? {
                let sync: i64 = row.get(0)?;
                if last != Some(sync) {
                    if is_done {
                        break;
                    }
                    known.push(BTreeMap::new());
                    (last, is_done) = (Some(sync), row.get(1)?);
                }
                let key: String = row.get(2)?;
                if let Some(digests) = known.last_mut().filter(|_| key != TABLE) {
                    digests.insert(key, row.get(3)?);
                }
            }
            Ok(known)
        })
    }

    /// The server that timetables sync to.
    pub fn peer(&self) -> Result<Option<KeptPeer>> {
        self.0.run("read the other server's address", |connection| {
            let sql = "SELECT URL, FINGERPRINT, USER, PASSWORD FROM sync_peer";
            let peer = |row: &Row<'_>| {
                let (url, fingerprint) = (row.get(0)?, row.get(1)?);
                Ok(KeptPeer { url, fingerprint, user: row.get(2)?, password: row.get(3)? })
            };
            connection.query_row(sql, [], peer).optional()
        })
    }

    /// Keeps the server that timetables sync to, in place of the one before, or forgets it.
    pub fn keep_peer(&mut self, peer: Option<&KeptPeer>) -> Result<()> {
        self.0.write("keep the other server's address", |transaction| {
            transaction.pragma_update(None, "secure_delete", true)?;
            transaction.execute("DELETE FROM sync_peer", [])?;
            let Some(KeptPeer { url, fingerprint, user, password }) = peer else { return Ok(()) };
            let row = [url, fingerprint, user, password];
            transaction.execute("INSERT INTO sync_peer VALUES (1, ?1, ?2, ?3, ?4)", row).map(drop)
        })
    }
}

pub(super) fn insert(transaction: &Connection, note: &SyncNote) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO syncs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let row = params![
        (note.id > 0).then_some(note.id),
        note.sent,
        note.at.0,
        note.user,
        note.server,
        note.status.word(),
        note.detail,
        note.restore,
        note.report
    ];
    transaction.execute(sql, row).map(drop)
}

fn note(row: &Row<'_>) -> rusqlite::Result<SyncNote> {
    Ok(SyncNote {
        id: row.get(0)?,
        sent: row.get(1)?,
        at: Moment(row.get(2)?),
        user: row.get(3)?,
        server: row.get(4)?,
        status: run_status(row, 5)?,
        detail: row.get(6)?,
        restore: row.get(7)?,
        report: row.get(8)?,
        undone_at: row.get::<_, Option<i64>>(9)?.map(Moment),
    })
}
