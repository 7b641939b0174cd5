//! What was backed up and restored on this server, and what an incremental backup need not take again.

use model::{AcdNumber, Moment, RunStatus};
use rusqlite::{Connection, Row, params};

use super::LocalStore;
use crate::database::run_status;
use crate::error::Result;

/// One backup, done or not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Backup {
    /// Number on this server; given when it is stored.
    pub id: i64,
    /// Label without the volume's number.
    pub label: String,
    /// Day by the server's zone, `YYYYMMDD`.
    pub day: i64,
    /// Name of the device.
    pub device: String,
    /// When it began, by the server's clock.
    pub started_at: Moment,
    /// When it ended; `None` while it runs.
    pub finished_at: Option<Moment>,
    /// How it stands, or what became of it.
    pub status: RunStatus,
    /// Why it failed, or what it holds.
    pub detail: String,
    /// Who asked for it.
    pub user: String,
    /// Number of volumes.
    pub volumes: u32,
    /// Bytes on the device.
    pub bytes: u64,
    /// Whether it has chosen tables alone: then it stands for no kind of data, whatever its label says.
    pub by_tables: bool,
}

/// One restore, done or not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restore {
    /// Number on this server; given when it is stored.
    pub id: i64,
    /// Label of the backup.
    pub label: String,
    /// What was restored, for people.
    pub what: String,
    /// When it began, by the server's clock.
    pub started_at: Moment,
    /// When it ended; `None` while it runs.
    pub finished_at: Option<Moment>,
    /// How it stands, or what became of it.
    pub status: RunStatus,
    /// Why it failed.
    pub detail: String,
    /// Who asked for it.
    pub user: String,
    /// When it was taken back.
    pub undone_at: Option<Moment>,
    /// Whether chosen tables or single things were put back, not whole kinds of data: what that needs, taking it back needs, too.
    pub by_tables: bool,
}

/// Something that the last backup has: an interval or period by its digest, or all events up to a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// The ACD.
    pub acd: AcdNumber,
    /// `intervals`, or a table.
    pub part: String,
    /// Start or first day; 0 for events.
    pub place: i64,
    /// Digest, or the number.
    pub mark: String,
}

pub(super) fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE backups (
            ID INTEGER PRIMARY KEY, LABEL TEXT NOT NULL, DAY INTEGER NOT NULL, DEVICE TEXT NOT NULL,
            STARTED_AT INTEGER NOT NULL, FINISHED_AT INTEGER, STATUS TEXT NOT NULL, DETAIL TEXT NOT NULL,
            USER TEXT NOT NULL, VOLUMES INTEGER NOT NULL, BYTES INTEGER NOT NULL
         ) STRICT;
         CREATE TABLE backed_up (
            ACD INTEGER NOT NULL, PART TEXT NOT NULL, PLACE INTEGER NOT NULL, MARK TEXT NOT NULL,
            PRIMARY KEY (ACD, PART, PLACE)
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE restores (
            ID INTEGER PRIMARY KEY, LABEL TEXT NOT NULL, WHAT TEXT NOT NULL, STARTED_AT INTEGER NOT NULL,
            FINISHED_AT INTEGER, STATUS TEXT NOT NULL, DETAIL TEXT NOT NULL, USER TEXT NOT NULL, UNDONE_AT INTEGER
         ) STRICT;",
    )
}

/// Of restores of before: chosen tables were named, and a sync goes by things.
pub(super) fn add_by_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "ALTER TABLE restores ADD COLUMN BY_TABLES INTEGER NOT NULL DEFAULT 0;
         UPDATE restores SET BY_TABLES = 1
         WHERE WHAT LIKE 'tables %' OR ID IN (SELECT RESTORE FROM syncs WHERE SENT = 0 AND RESTORE IS NOT NULL);",
    )
}

/// Of backups of before: their note began so.
pub(super) fn add_backups_by_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "ALTER TABLE backups ADD COLUMN BY_TABLES INTEGER NOT NULL DEFAULT 0;
         UPDATE backups SET BY_TABLES = 1 WHERE DETAIL LIKE 'only the tables %';",
    )
}

impl LocalStore {
    /// Remembers a backup: a new one with `id` 0, or how a known one stands now. Gives its number.
    pub fn note_backup(&mut self, backup: &Backup) -> Result<i64> {
        self.make_up()?;
        self.0.write("note a backup", |transaction| {
            insert_backup(transaction, backup)?;
            Ok(transaction.last_insert_rowid())
        })
    }

    /// The newest backups, newest first.
    pub fn backups(&self, limit: u32) -> Result<Vec<Backup>> {
        self.0.run("list the backups", |connection| {
            let mut statement = connection.prepare("SELECT * FROM backups ORDER BY ID DESC LIMIT ?1")?;
            let backup = |row: &Row<'_>| {
                Ok(Backup {
                    id: row.get(0)?,
                    label: row.get(1)?,
                    day: row.get(2)?,
                    device: row.get(3)?,
                    started_at: Moment(row.get(4)?),
                    finished_at: row.get::<_, Option<i64>>(5)?.map(Moment),
                    status: run_status(row, 6)?,
                    detail: row.get(7)?,
                    user: row.get(8)?,
                    volumes: row.get(9)?,
                    bytes: row.get::<_, i64>(10)?.unsigned_abs(),
                    by_tables: row.get(11)?,
                })
            };
            let mut backups: Vec<Backup> = statement.query_map([limit], backup)?.collect::<rusqlite::Result<_>>()?;
            for waiting in self.backups_waiting() {
                backups.iter_mut().filter(|known| known.id == waiting.id).for_each(|known| known.clone_from(waiting));
            }
            Ok(backups)
        })
    }

    /// How many backups of a day were begun, and how many of them are done.
    pub fn backups_of(&self, day: i64) -> Result<(u32, u32)> {
        let (begun, done): (u32, u32) = self.0.run("count the backups", |connection| {
            let sql = "SELECT count(*), coalesce(sum(STATUS = 'done'), 0) FROM backups WHERE DAY = ?1";
            connection.query_row(sql, [day], |row| Ok((row.get(0)?, row.get(1)?)))
        })?;
        let waiting =
            self.backups_waiting().filter(|backup| backup.day == day && backup.status == RunStatus::Done).count();
        Ok((begun, done + waiting as u32))
    }

    /// The mark of one thing of an ACD; `None` if it was never backed up.
    pub fn backed_up(&self, acd: AcdNumber, part: &str) -> Result<Vec<(i64, String)>> {
        self.0.run("read what is backed up", |connection| {
            let sql = "SELECT PLACE, MARK FROM backed_up WHERE ACD = ?1 AND PART = ?2 ORDER BY PLACE";
            let mut statement = connection.prepare(sql)?;
            statement.query_map(params![acd.0, part], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }

    /// Forgets what is backed up of an ACD: the next incremental backup takes all of it, because rows came by another way.
    /// That there was a full backup is remembered.
    pub fn forget_backed_up(&mut self, acd: AcdNumber) -> Result<()> {
        self.0.write("forget what is backed up", |transaction| {
            transaction.execute("DELETE FROM backed_up WHERE ACD = ?1 AND PART <> ''", [acd.0]).map(drop)
        })
    }

    /// Remembers a restore: a new one with `id` 0, or how a known one stands now. Gives its number.
    pub fn note_restore(&mut self, restore: &Restore) -> Result<i64> {
        self.make_up()?;
        self.0.write("note a restore", |transaction| {
            insert_restore(transaction, restore)?;
            Ok(transaction.last_insert_rowid())
        })
    }

    /// The newest restores, newest first.
    pub fn restores(&self, limit: u32) -> Result<Vec<Restore>> {
        self.0.run("list the restores", |connection| {
            let mut statement = connection.prepare("SELECT * FROM restores ORDER BY ID DESC LIMIT ?1")?;
            let restores = statement.query_map([limit], restore)?;
            restores.map(|known| known.map(|known| self.as_it_is(known))).collect()
        })
    }

    fn as_it_is(&self, written: Restore) -> Restore {
        self.restore_waiting(written.id).cloned().unwrap_or(written)
    }

    /// After a start: what still counts as running was broken off. Gives how many.
    pub fn note_interrupted(&mut self) -> Result<usize> {
        self.0.write("note what was broken off", |transaction| {
            let why = "the server ended in the middle";
            ["backups", "restores", "syncs"].iter().try_fold(0, |sum, table| {
                let sql = format!("UPDATE {table} SET STATUS = ?1, DETAIL = ?2 WHERE STATUS = ?3");
                let words = [RunStatus::Interrupted.word(), why, RunStatus::Running.word()];
                Ok(sum + transaction.execute(&sql, words)?)
            })
        })
    }
}

pub(super) fn insert_backup(transaction: &Connection, backup: &Backup) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO backups VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let row = params![
        (backup.id > 0).then_some(backup.id),
        backup.label,
        backup.day,
        backup.device,
        backup.started_at.0,
        backup.finished_at.map(|at| at.0),
        backup.status.word(),
        backup.detail,
        backup.user,
        backup.volumes,
        i64::try_from(backup.bytes).unwrap_or(i64::MAX),
        backup.by_tables
    ];
    transaction.execute(sql, row).map(drop)
}

/// What a historical backup has, in place of what was known of the same things.
pub(super) fn insert_marks(transaction: &Connection, marks: &[BackedUp]) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare("INSERT OR REPLACE INTO backed_up VALUES (?1, ?2, ?3, ?4)")?;
    marks
        .iter()
        .try_for_each(|known| statement.execute(params![known.acd.0, known.part, known.place, known.mark]).map(drop))
}

pub(super) fn insert_restore(transaction: &Connection, restore: &Restore) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO restores VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let row = params![
        (restore.id > 0).then_some(restore.id),
        restore.label,
        restore.what,
        restore.started_at.0,
        restore.finished_at.map(|at| at.0),
        restore.status.word(),
        restore.detail,
        restore.user,
        restore.undone_at.map(|at| at.0),
        restore.by_tables
    ];
    transaction.execute(sql, row).map(drop)
}

fn restore(row: &Row<'_>) -> rusqlite::Result<Restore> {
    Ok(Restore {
        id: row.get(0)?,
        label: row.get(1)?,
        what: row.get(2)?,
        started_at: Moment(row.get(3)?),
        finished_at: row.get::<_, Option<i64>>(4)?.map(Moment),
        status: run_status(row, 5)?,
        detail: row.get(6)?,
        user: row.get(7)?,
        undone_at: row.get::<_, Option<i64>>(8)?.map(Moment),
        by_tables: row.get(9)?,
    })
}
