//! Nothing but the number of writes may differ from SQLite's own files.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use rusqlite::{Connection, OpenFlags, ffi};
use tempfile::TempDir;

use super::{GATHERED_BYTES, Gathered, vfs};

thread_local! {
    /// How many writes to the file below may succeed yet, on this thread.
    static WRITES_LEFT: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// Counts a write; gives the code with which it is to fail.
pub(super) fn told_to_fail() -> Option<i32> {
    WRITES_LEFT.with(|left| match left.get() {
        0 => Some(ffi::SQLITE_FULL),
        more => {
            left.set(more - 1);
            None
        }
    })
}

/// Writes since `WRITES_LEFT` was set to its most.
fn writes() -> usize {
    usize::MAX - WRITES_LEFT.get()
}

fn connect(path: &Path, is_gathering: bool) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let connection = if is_gathering {
        Connection::open_with_flags_and_vfs(path, flags, vfs().unwrap()).unwrap()
    } else {
        Connection::open_with_flags(path, flags).unwrap()
    };
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    // So few pages that a transaction writes some of them before it ends, and some twice.
    connection.pragma_update(None, "cache_size", 10).unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    connection
}

fn begin(connection: &Connection) {
    let sql = "CREATE TABLE IF NOT EXISTS rows (key INTEGER PRIMARY KEY, value BLOB); \
               CREATE INDEX IF NOT EXISTS by_value ON rows (value)";
    connection.execute_batch(sql).unwrap();
}

/// Every row in order, as text; also asks SQLite whether the file is sound.
fn contents(connection: &Connection) -> Vec<(i64, String)> {
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let mut rows = connection.prepare("SELECT key, hex(value) FROM rows ORDER BY key").unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<rusqlite::Result<_>>().unwrap()
}

/// What a program would find that starts after everybody's end at this moment.
fn contents_after_a_crash(path: &Path) -> Vec<(i64, String)> {
    let folder = TempDir::new().unwrap();
    let copy = folder.path().join("copy.db");
    fs::copy(path, &copy).unwrap();
    fs::copy(path.with_extension("db-wal"), copy.with_extension("db-wal")).unwrap();
    contents(&connect(&copy, false))
}

#[derive(Debug, Clone)]
enum Step {
    Put { from: i64, rows: i64, bytes: usize },
    Remove { from: i64, rows: i64 },
    Take { back: bool },
    MoveLog,
}

fn step() -> impl Strategy<Value = Step> {
    let from = 0..500i64;
    prop_oneof![
        4 => (from.clone(), 1..200i64, 1..900usize).prop_map(|(from, rows, bytes)| Step::Put { from, rows, bytes }),
        2 => (from, 1..100i64).prop_map(|(from, rows)| Step::Remove { from, rows }),
        2 => any::<bool>().prop_map(|back| Step::Take { back }),
        1 => Just(Step::MoveLog),
    ]
}

fn do_one(connection: &Connection, number: usize, step: &Step) {
    if !matches!(step, Step::MoveLog) && connection.is_autocommit() {
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    }
    match step {
        Step::Put { from, rows, bytes } => {
            let mut put = connection.prepare_cached("INSERT OR REPLACE INTO rows VALUES (?1, ?2)").unwrap();
            for key in *from..*from + rows {
                let letter = (key as usize + number) as u8;
                put.execute((key, vec![letter; *bytes])).unwrap();
            }
        }
        Step::Remove { from, rows } => {
            connection.execute("DELETE FROM rows WHERE key BETWEEN ?1 AND ?2", (*from, from + rows)).unwrap();
        }
        Step::Take { back } => connection.execute_batch(if *back { "ROLLBACK" } else { "COMMIT" }).unwrap(),
        Step::MoveLog if connection.is_autocommit() => {
            connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(())).unwrap();
        }
        Step::MoveLog => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whoever reads beside it, and whoever starts after a crash at any step, finds what they would find without it.
    #[test]
    fn others_find_what_was_committed_and_nothing_else(steps in vec(step(), 1..24)) {
        let folder = TempDir::new().unwrap();
        let paths = [folder.path().join("usual.db"), folder.path().join("gathering.db")];
        let writers = [connect(&paths[0], false), connect(&paths[1], true)];
        writers.iter().for_each(begin);
        let readers = [connect(&paths[0], false), connect(&paths[1], false)];
        for (number, step) in steps.iter().enumerate() {
            writers.iter().for_each(|writer| do_one(writer, number, step));
            let expected = contents(&readers[0]);
            prop_assert_eq!(&contents(&readers[1]), &expected, "read beside it");
            prop_assert_eq!(&contents_after_a_crash(&paths[1]), &expected, "read after a crash");
            prop_assert_eq!(contents(&writers[1]), contents(&writers[0]), "read by itself");
        }
        let committed = contents(&readers[0]);
        drop((writers, readers));
        prop_assert_eq!(contents(&connect(&paths[1], false)), committed, "read after its end");
    }

    /// The stretch that is gathered is invisible to whoever reads the file through it.
    #[test]
    fn bytes_are_read_as_they_were_written(
        parts in vec((0..3 * GATHERED_BYTES, prop_oneof![1..200usize, 1..GATHERED_BYTES * 3 / 2], any::<bool>()), 1..40)
    ) {
        let mut file = vec![0; 6 * GATHERED_BYTES];
        let mut expected = file.clone();
        let mut gathered = Gathered::default();
        let mut next = 0;
        for (number, (place, length, goes_on)) in parts.into_iter().enumerate() {
            let at = if goes_on && next + length < file.len() { next } else { place };
            let bytes = vec![number as u8 + 1; length];
            let write = |bytes: &[u8], at: i64| {
                file[at as usize..][..bytes.len()].copy_from_slice(bytes);
                ffi::SQLITE_OK
            };
            prop_assert_eq!(gathered.write(&bytes, at as i64, write), ffi::SQLITE_OK);
            expected[at..at + length].copy_from_slice(&bytes);
            next = at + length;
            let write = |bytes: &[u8], at: i64| {
                file[at as usize..][..bytes.len()].copy_from_slice(bytes);
                ffi::SQLITE_OK
            };
            let (from, to) = (place, place + 5_000);
            prop_assert_eq!(gathered.flush_for(from as i64, 5_000, write), ffi::SQLITE_OK);
            prop_assert!(file[from..to] == expected[from..to], "bytes {from} to {to} behind write {number}");
        }
    }
}

#[test]
fn pages_go_to_the_log_in_large_pieces() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("large.db");
    let writer = connect(&path, true);
    writer.pragma_update(None, "cache_size", 500).unwrap();
    writer.execute_batch("CREATE TABLE rows (key INTEGER PRIMARY KEY, value BLOB)").unwrap();
    WRITES_LEFT.set(usize::MAX);
    do_one(&writer, 0, &Step::Put { from: 0, rows: 20_000, bytes: 900 });
    writer.execute_batch("COMMIT").unwrap();
    let log = fs::metadata(path.with_extension("db-wal")).unwrap().len();
    let pieces = usize::try_from(log).unwrap().div_ceil(GATHERED_BYTES);
    assert!(writes() < pieces * 2, "{} writes of {pieces} pieces", writes());
}

#[test]
fn what_cannot_be_written_is_never_counted() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("full.db");
    let writer = connect(&path, true);
    begin(&writer);
    do_one(&writer, 0, &Step::Put { from: 0, rows: 50, bytes: 900 });
    writer.execute_batch("COMMIT").unwrap();
    let before = contents(&writer);

    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    do_one(&writer, 1, &Step::Put { from: 0, rows: 100, bytes: 900 });
    WRITES_LEFT.set(0);
    let refused = writer.execute_batch("COMMIT").unwrap_err();
    assert_eq!(refused.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
    if !writer.is_autocommit() {
        writer.execute_batch("ROLLBACK").unwrap();
    }
    WRITES_LEFT.set(usize::MAX);
    let again = writer.execute("DELETE FROM rows", []);
    again.expect_err("there is room again, but what was gathered is gone");
    assert_eq!(contents(&connect(&path, false)), before);
    assert_eq!(contents_after_a_crash(&path), before);

    drop(writer);
    let writer = connect(&path, true);
    do_one(&writer, 2, &Step::Put { from: 50, rows: 50, bytes: 10 });
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(contents(&connect(&path, false)).len(), 100);
}
