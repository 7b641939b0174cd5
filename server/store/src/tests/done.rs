//! What was done while `local.db` could not be written.

use model::{Moment, RunStatus, Severity};

use super::folder;
use crate::{Backup, Change, Done, Identity, LocalStore, Restore, SyncNote};

fn store(folder: &tempfile::TempDir) -> LocalStore {
    let path = folder.path().join("local.db");
    let identity =
        Identity { name: "CMS-A".into(), role: "primary".into(), server_id: "0a".into(), created_at: Moment(1) };
    LocalStore::create(&path, &identity).unwrap()
}

/// Whether the file can be written, as seen by this connection.
fn room(store: &LocalStore, room: bool) {
    store.0.run("limit", |connection| connection.pragma_update(None, "query_only", !room)).unwrap();
}

fn change(what: &str) -> Done {
    let (user, what) = ("ann".to_owned(), what.to_owned());
    Done::Change(Change { at: Moment(5), user, acd: None, what, before: String::new(), after: "x".to_owned() })
}

fn told(at: i64) -> Done {
    let (first_at, last_at, severity) = (Moment(at), Moment(at), Severity::Warning);
    Done::Told { first_at, last_at, severity, code: "x".to_owned(), text: "again".to_owned(), count: 1 }
}

/// What was changed, how all else stands, what the log has with count and times, and today's backups.
type Lists = (Vec<String>, Vec<String>, Vec<(u64, i64, i64)>, (u32, u32));

/// What every list says.
fn lists(store: &LocalStore) -> Lists {
    let changes = store.changes(9).unwrap().into_iter().map(|change| change.what).collect();
    let backups = store.backups(9).unwrap().into_iter().map(|backup| backup.status.to_string());
    let restores = store.restores(9).unwrap().into_iter().map(|restore| restore.status.to_string());
    let syncs = store.syncs().unwrap().into_iter().map(|sync| format!("{} {:?}", sync.status, sync.undone_at));
    let entries = store.maintenance_log(true, 9).unwrap().into_iter();
    let log = entries.map(|entry| (entry.count, entry.first_at.0, entry.last_at.0)).collect();
    let standing = backups.chain(restores).chain(syncs).collect();
    (changes, standing, log, store.backups_of(20_261_123).unwrap())
}

#[test]
fn what_was_done_without_room_is_shown_at_once_and_written_later() {
    let folder = folder();
    let mut store = store(&folder);
    let running = || RunStatus::Running;
    let mut backup = Backup { day: 20_261_123, status: running(), ..Backup::default() };
    backup.id = store.note_backup(&backup).unwrap();
    let mut restore = Restore { status: running(), ..Restore::default() };
    restore.id = store.note_restore(&restore).unwrap();
    let mut sync = SyncNote { status: running(), restore: Some(restore.id), ..SyncNote::default() };
    sync.id = store.note_sync(&sync).unwrap();
    store.note_done(change("first")).unwrap();

    room(&store, false);
    assert!(store.note_done(change("second")).is_err());
    (backup.status, restore.status, sync.status) = (RunStatus::Done, RunStatus::Done, RunStatus::Done);
    assert!(store.note_done(Done::Backup(backup, Vec::new())).is_err());
    assert!(store.note_done(Done::Restore(restore.clone())).is_err());
    assert!(store.note_done(Done::Sync(sync)).is_err());
    restore.undone_at = Some(Moment(9));
    assert!(store.note_done(Done::Restore(restore)).is_err());
    assert!(store.note_done(told(10)).is_err() && store.note_done(told(20)).is_err());
    assert!(store.make_up().is_err());
    let expected = (
        vec!["second".to_owned(), "first".to_owned()],
        ["done", "done", "done Some(Moment(9))"].map(str::to_owned).to_vec(),
        vec![(2, 10, 20)],
        (1, 1),
    );
    assert_eq!(lists(&store), expected);
    assert!(store.note_backup(&Backup::default()).is_err(), "nothing new is begun");

    room(&store, true);
    assert_eq!(store.make_up().unwrap(), 6, "what is told again is told once");
    assert_eq!((lists(&store), store.waiting()), (expected.clone(), 0));
    drop(store);
    let store = LocalStore::open(&folder.path().join("local.db")).unwrap();
    assert_eq!(lists(&store), expected, "it is in the file");
}

/// The disk is full from the beginning: what is done is in the file all the same, and not only in memory.
#[test]
fn the_file_has_room_for_what_is_done_on_a_full_disk() {
    let folder = folder();
    let mut store = store(&folder);
    let pages: u32 =
        store.0.run("count", |file| file.pragma_query_value(None, "page_count", |row| row.get(0))).unwrap();
    store.0.run("limit", |file| file.pragma_update(None, "max_page_count", pages)).unwrap();
    for number in 0..100 {
        store.note_done(change(&format!("change {number} {}", "long ".repeat(200)))).unwrap();
    }
    // Once there is no room in it either, it waits.
    let full = (0..1_000).find(|number| store.note_done(change(&format!("{number} {}", "long ".repeat(200)))).is_err());
    assert!(full.is_some() && store.waiting() == 1);
    store.0.run("limit", |file| file.pragma_update(None, "max_page_count", 100_000)).unwrap();
    store.note_done(change("last")).unwrap();
    let free: u32 =
        store.0.run("count", |file| file.pragma_query_value(None, "freelist_count", |row| row.get(0))).unwrap();
    assert!(store.waiting() == 0 && free >= 32, "room is made for the next time: {free} pages");
}
