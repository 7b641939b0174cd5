//! What is remembered of restores, and what counts as changed by one.

use std::path::Path;

use model::{Level, Moment};
use rusqlite::Connection;

use super::summaries::{period, sum_up};
use super::{NINE, folder, small, store};
use crate::{
    AcdStore, Backup, Carried, Extent, Identity, LocalStore, Piece, Restore, RestoredFrom, Restoring, Snapshot,
    SourceFile, SyncNote, Unit, VolumeWriter,
};

/// A file of before does not say how restores were done; it is found out once.
#[test]
fn an_earlier_files_restores_say_whether_tables_were_chosen() {
    let folder = folder();
    let path = folder.path().join("local.db");
    let identity =
        Identity { name: "CMS-A".into(), role: "primary".into(), server_id: "0a".into(), created_at: Moment(1) };
    let mut store = LocalStore::create(&path, &identity).unwrap();
    for what in ["tables users, features", "CMS system administration data", "sync 1 from CMS-B: tables users"] {
        store.note_restore(&Restore { what: what.to_owned(), ..Restore::default() }).unwrap();
    }
    store.note_sync(&SyncNote { sent: false, restore: Some(3), ..SyncNote::default() }).unwrap();
    store.note_sync(&SyncNote { sent: true, restore: Some(2), ..SyncNote::default() }).unwrap();
    drop(store);
    let connection = Connection::open(&path).unwrap();
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    connection
        .execute_batch("ALTER TABLE restores DROP COLUMN BY_TABLES; ALTER TABLE backups DROP COLUMN BY_TABLES")
        .unwrap();
    connection.pragma_update(None, "user_version", version - 3).unwrap();
    drop(connection);
    let known = LocalStore::open(&path).unwrap().restores(9).unwrap();
    let known: Vec<(i64, bool)> = known.into_iter().map(|restore| (restore.id, restore.by_tables)).collect();
    assert_eq!(known, [(3, true), (2, false), (1, true)], "what was sent was restored on the other server");
}

/// Whether a backup stands for kinds of data was in its note alone.
#[test]
fn an_earlier_files_backups_say_whether_they_have_chosen_tables() {
    let folder = folder();
    let path = folder.path().join("local.db");
    let identity =
        Identity { name: "CMS-A".into(), role: "primary".into(), server_id: "0a".into(), created_at: Moment(1) };
    let mut store = LocalStore::create(&path, &identity).unwrap();
    for detail in ["only the tables users, features: 12 rows", "1204331 rows", "the disk is full"] {
        store.note_backup(&Backup { detail: detail.to_owned(), ..Backup::default() }).unwrap();
    }
    drop(store);
    let connection = Connection::open(&path).unwrap();
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    connection.execute_batch("ALTER TABLE backups DROP COLUMN BY_TABLES").unwrap();
    connection.pragma_update(None, "user_version", version - 2).unwrap();
    drop(connection);
    let mut store = LocalStore::open(&path).unwrap();
    store.note_backup(&Backup { by_tables: true, ..Backup::default() }).unwrap();
    let known = store.backups(9).unwrap();
    let known: Vec<(i64, bool)> = known.into_iter().map(|backup| (backup.id, backup.by_tables)).collect();
    assert_eq!(known, [(4, true), (3, false), (2, false), (1, true)]);
}

/// The splits' rows and the list of intervals in a volume, and what to restore of it.
fn backed_up(history: &Path, volume: &Path, intervals: i64) -> Vec<Piece> {
    let mut writer = VolumeWriter::create(volume).unwrap();
    let snapshot = Snapshot::open_beside(history, SourceFile::Acd, &mut writer).unwrap();
    let extents: Vec<Extent> =
        (0..intervals).map(|number| NINE.0 + number * 1_800).map(|start| Extent::new(start, start + 1_800)).collect();
    let pieces = ["digests", "hsplit"].map(|table| {
        let carried = Carried { table, unit: Unit::Interval, only: None };
        let stored_as = format!("acd01_{table}");
        let mut copying = snapshot.copy(&carried, &stored_as, None, None).unwrap();
        copying.begin_in(&snapshot, &mut writer, u64::MAX).unwrap();
        while copying.some(&snapshot, &mut writer).unwrap().is_some() {}
        writer.end().unwrap();
        Piece { carried, stored_as, extents: extents.clone() }
    });
    writer.finish(&[]).unwrap();
    pieces.to_vec()
}

/// A value that the disk has changed stands behind the digest of the right one, and days may have been summed up from it.
#[test]
fn an_interval_of_which_a_row_was_damaged_counts_as_changed() {
    let folder = folder();
    let mut store = store(&folder);
    for number in 0..3 {
        store.archive(&small(NINE + number * 1_800, 2, 5)).unwrap();
    }
    let (history, volume) = (folder.path().join("01.db"), folder.path().join("volume.db"));
    let pieces = backed_up(&history, &volume, 3);
    let restored = |store: &mut AcdStore| {
        let from = RestoredFrom::Backup { label: "CMS-261123-01-XXHX-00-F".to_owned(), heals: false };
        let volumes = [volume.clone()];
        let mut restoring =
            Restoring { from, volumes: &volumes, pieces: &pieces, stood: None, mark: None, go_on: &mut |_| true };
        store.restore(&mut restoring, None).unwrap().changed
    };
    assert_eq!(restored(&mut store), [0; 0], "all is as it was");
    let second = NINE.0 + 1_800;
    let insert = "INSERT INTO hsplit (ACD, ROW_DATE, STARTTIME, STARTTIME_UTC, INTRVL, SPLIT)
                  SELECT ACD, ROW_DATE, STARTTIME, STARTTIME_UTC, INTRVL, 78 FROM hsplit WHERE STARTTIME_UTC = ?1 LIMIT 1";
    let damages = [
        "UPDATE hsplit SET ACDCALLS = ACDCALLS + 7 WHERE STARTTIME_UTC = ?1",
        "UPDATE hsplit SET SPLIT = SPLIT + 70 WHERE STARTTIME_UTC = ?1",
        insert,
    ];
    for damage in damages {
        assert!(Connection::open(&history).unwrap().execute(damage, [second]).unwrap() > 0);
        assert_eq!(restored(&mut store), [second], "{damage}");
        assert_eq!(restored(&mut store), [0; 0], "{damage}");
    }
}

/// Where rows of another table were let go, the digest of the right row is still that of the interval.
#[test]
fn one_table_of_an_interval_that_has_let_go_of_another_is_mended_without_another_digest() {
    let folder = folder();
    let mut store = store(&folder);
    (0..3).for_each(|number| drop(store.archive(&small(NINE + number * 1_800, 2, 5)).unwrap()));
    let (history, volume) = (folder.path().join("01.db"), folder.path().join("volume.db"));
    let pieces = backed_up(&history, &volume, 3);
    let sql = |sql: &str| Connection::open(&history).unwrap().execute_batch(sql).unwrap();
    sql("DELETE FROM hagent; INSERT INTO aged VALUES ('hagent', 20261124)");
    let listed = |store: &AcdStore| store.reader().unwrap().digests(None, None).unwrap();
    let before = listed(&store);
    sql(&format!(
        "UPDATE hsplit SET ACDCALLS = 7 WHERE STARTTIME_UTC = {}; DELETE FROM hsplit WHERE STARTTIME_UTC = {}",
        NINE.0,
        NINE.0 + 1_800
    ));
    let from = RestoredFrom::Backup { label: "CMS-261123-01-XXHX-00-F".to_owned(), heals: false };
    let mut restoring =
        Restoring { from, volumes: &[volume], pieces: &pieces[1..], stood: None, mark: None, go_on: &mut |_| true };
    assert_eq!(store.restore(&mut restoring, None).unwrap().changed, [NINE.0, NINE.0 + 1_800]);
    assert_eq!(listed(&store), before);
    assert_eq!(store.reader().unwrap().interval_rows(NINE + 1_800).unwrap().unwrap().hsplit.len(), 2);
    let kept =
        Connection::open(&history).unwrap().query_row("SELECT count(*) FROM aged", [], |row| row.get::<_, i64>(0));
    assert_eq!(kept.unwrap(), 1, "the agents' rows are not back");
}

/// By another zone an interval lies on another day; the day on which it lay lacks it then, and is to be made again.
#[test]
fn a_day_that_loses_an_interval_to_another_by_a_changed_zone_is_out_of_date() {
    let folder = folder();
    let mut store = store(&folder);
    (0..3).for_each(|number| drop(store.archive(&small(NINE + number * 1_800, 2, 5)).unwrap()));
    let (history, volume) = (folder.path().join("01.db"), folder.path().join("volume.db"));
    let pieces = backed_up(&history, &volume, 1);
    // They were collected under another zone here.
    Connection::open(&history).unwrap().execute_batch("UPDATE digests SET ZONE = 'Pacific/Honolulu'").unwrap();
    let [before, after] = ["2026-11-22", "2026-11-23"].map(|date| period(Level::Daily, date));
    assert_eq!(sum_up(&mut store, before).parts, 3);
    let from = RestoredFrom::Backup { label: "CMS-261123-01-XXHX-00-F".to_owned(), heals: false };
    let mut restoring =
        Restoring { from, volumes: &[volume], pieces: &pieces, stood: None, mark: None, go_on: &mut |_| true };
    assert_eq!(store.restore(&mut restoring, None).unwrap().changed, [0; 0], "its rows are as they were");
    let out_of_date = |store: &AcdStore| store.reader().unwrap().out_of_date(Level::Daily).unwrap().0;
    assert_eq!(out_of_date(&store), [before]);
    assert_eq!([before, after].map(|date| sum_up(&mut store, date).parts), [2, 1]);
    assert_eq!(out_of_date(&store), []);
    // So it is where one is collected again by the zone of now.
    store.archive(&small(NINE + 1_800, 2, 5)).unwrap();
    assert_eq!(out_of_date(&store), [before, after]);
    assert_eq!([before, after].map(|date| sum_up(&mut store, date).parts), [1, 2]);
}
