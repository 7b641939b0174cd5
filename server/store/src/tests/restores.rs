//! What is remembered of restores.

use model::Moment;
use rusqlite::Connection;

use super::folder;
use crate::{Backup, Identity, LocalStore, Restore, SyncNote};

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
    connection.pragma_update(None, "user_version", version - 2).unwrap();
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
    connection.pragma_update(None, "user_version", version - 1).unwrap();
    drop(connection);
    let mut store = LocalStore::open(&path).unwrap();
    store.note_backup(&Backup { by_tables: true, ..Backup::default() }).unwrap();
    let known = store.backups(9).unwrap();
    let known: Vec<(i64, bool)> = known.into_iter().map(|backup| (backup.id, backup.by_tables)).collect();
    assert_eq!(known, [(4, true), (3, false), (2, false), (1, true)]);
}
