//! Timetables, where they run, and what one server alone knows of them.

use model::{AcdNumber, Moment, Policy, RunScope, RunStatus, ServerId, Task, Timetable, TimetableKey, Work};
use rusqlite::Connection;

use super::folder;
use crate::{GlobalEdit, Identity, KeptTimetable, LocalStore, RunState, StoreError, SystemStore, UnusableTimetable};

fn key(owner: &str, name: &str) -> TimetableKey {
    TimetableKey { owner: owner.into(), name: name.into() }
}

fn timetable(owner: &str, name: &str) -> KeptTimetable {
    let task = |text| Task::parse(text, AcdNumber(2)).unwrap();
    let timetable = Timetable {
        key: key(owner, name),
        description: "every night".into(),
        acd: AcdNumber(1),
        schedule: "daily 00:45".parse().unwrap(),
        scope: RunScope::Only(ServerId("0a".into())),
        policy: Policy { goes_on: true, runs_late: false },
        tasks: vec![task("report 'A \"B\"' to a.csv dates=-1"), task("acd 3 collection off")],
    };
    KeptTimetable { timetable, changed_at: Moment(7), changed_by: "ann".into() }
}

#[test]
fn timetables_are_added_changed_found_and_removed() {
    let folder = folder();
    let path = folder.path().join("system.db");
    let mut store = SystemStore::create(&path).unwrap();
    store.add_timetable(&timetable("cms", "nightly")).unwrap();
    store.add_timetable(&timetable("ann", "nightly")).unwrap();
    assert!(matches!(store.add_timetable(&timetable("cms", "nightly")), Err(StoreError::TimetableExists(_))));
    drop(store);
    let mut store = SystemStore::open(&path).unwrap();
    let all = store.timetables().unwrap();
    assert_eq!(all.timetables, [timetable("ann", "nightly"), timetable("cms", "nightly")]);
    assert!(store.timetable_heads().unwrap().timetables.iter().all(|head| head.timetable.tasks.is_empty()));
    let mut changed = timetable("cms", "nightly");
    changed.timetable.tasks.truncate(1);
    changed.timetable.schedule = "hourly :15".parse().unwrap();
    store.modify_timetable(&changed).unwrap();
    assert_eq!(store.timetable(&key("cms", "nightly")).unwrap(), changed);
    let scopes = [(key("cms", "nightly"), RunScope::Anywhere), (key("cms", "gone"), RunScope::Anywhere)];
    store.set_run_scopes(&scopes, Moment(8), "cms").unwrap();
    let edited = store.timetable(&key("cms", "nightly")).unwrap();
    assert_eq!((edited.timetable.scope, edited.changed_at), (RunScope::Anywhere, Moment(8)));
    store.delete_timetable(&key("cms", "nightly")).unwrap();
    for outcome in [store.delete_timetable(&key("cms", "nightly")), store.modify_timetable(&changed)] {
        assert!(matches!(outcome, Err(StoreError::NoSuchTimetable(_))), "{outcome:?}");
    }
    assert_eq!(store.timetables().unwrap().timetables, [timetable("ann", "nightly")]);
    changed.timetable.tasks.clear();
    assert!(matches!(store.add_timetable(&changed), Err(StoreError::Invalid(_))));
}

#[test]
fn a_timetable_is_renamed_with_what_is_known_of_it_here() {
    let folder = folder();
    let mut store = SystemStore::create(&folder.path().join("system.db")).unwrap();
    for name in ["nightly", "weekly"] {
        store.add_timetable(&timetable("cms", name)).unwrap();
    }
    store.add_timetable(&timetable("ann", "daily")).unwrap();
    let to = timetable("cms", "daily");
    assert!(matches!(store.rename_timetable(&key("cms", "gone"), &to), Err(StoreError::NoSuchTimetable(_))));
    let taken = store.rename_timetable(&key("cms", "nightly"), &timetable("cms", "weekly"));
    assert!(matches!(taken, Err(StoreError::TimetableExists(_))));
    assert_eq!(store.timetables().unwrap().timetables.len(), 3, "what was refused has changed nothing");
    store.rename_timetable(&key("cms", "nightly"), &to).unwrap();
    let all = store.timetables().unwrap();
    assert_eq!(all.timetables, [timetable("ann", "daily"), to, timetable("cms", "weekly")]);

    let mut store = local(&folder);
    let state = RunState {
        schedule: "daily 00:45".into(),
        seen_to: Moment(5),
        started_at: Some(Moment(5)),
        ended_at: Some(Moment(6)),
        outcome: Some(RunStatus::Done),
        detail: String::new(),
    };
    let stale = RunState { outcome: Some(RunStatus::Failed), ..state.clone() };
    store.set_run_state(&key("cms", "nightly"), &state).unwrap();
    store.set_run_state(&key("cms", "daily"), &stale).unwrap();
    store.set_run_state(&key("ann", "nightly"), &stale).unwrap();
    let only = RunScope::Only(ServerId("0a".into()));
    let scopes = |name: &str| vec![(name.to_owned(), RunScope::Anywhere, only.clone())];
    let edit = |scopes| GlobalEdit { at: Moment(1), by: "cms".into(), scopes };
    let both = [scopes("daily"), scopes("nightly")].concat();
    store.keep_global_edit("cms", &edit(both), false).unwrap();
    store.rename_timetable(&key("cms", "nightly"), "daily").unwrap();
    assert_eq!(store.run_states().unwrap(), [(key("ann", "nightly"), stale), (key("cms", "daily"), state)].into());
    assert_eq!(store.global_edit("cms").unwrap(), Some(edit(scopes("daily"))));
}

/// A newer version on the other server may know schedules and tasks that this one does not.
#[test]
fn what_is_not_understood_is_told_and_does_not_hide_the_rest() {
    let folder = folder();
    let path = folder.path().join("system.db");
    let mut store = SystemStore::create(&path).unwrap();
    for name in ["a", "b", "c"] {
        store.add_timetable(&timetable("cms", name)).unwrap();
    }
    let beside = Connection::open(&path).unwrap();
    beside
        .execute_batch(
            "UPDATE ttsched SET SCHEDULE = 'yearly 1 1 10:00' WHERE NAME = 'a';
             DELETE FROM ttsched WHERE NAME = 'b';
             UPDATE ttsctasks SET TASK = 'sing loudly' WHERE NAME = 'c' AND SEQ = 2;",
        )
        .unwrap();
    let all = store.timetables().unwrap();
    assert_eq!(all.timetables.len(), 1);
    assert_eq!(all.timetables[0].timetable.tasks[1].work, Work::Unknown("sing loudly".into()));
    let why: Vec<String> = all.unusable.iter().map(UnusableTimetable::told).collect();
    assert!(why[0].contains("timetable \"a\" of cms") && why[0].contains("yearly"), "{why:?}");
    assert!(why[1].contains("timetable \"b\" of cms") && why[1].contains("has no schedule"), "{why:?}");
    assert_eq!((why.len(), all.unusable[1].tasks.len(), all.unusable[1].schedule.as_str()), (2, 2, ""));
    assert!(matches!(store.timetable(&key("cms", "a")), Err(StoreError::Invalid(_))));
}

#[test]
fn a_file_from_before_timetables_gets_their_tables() {
    let folder = folder();
    let path = folder.path().join("system.db");
    drop(SystemStore::create(&path).unwrap());
    let old = Connection::open(&path).unwrap();
    old.execute_batch(
        "DROP TABLE ttsc; DROP TABLE ttsched; DROP TABLE ttsctasks; DROP TABLE dbitems; DROP TABLE shortcuts;
         DROP TABLE menu_add; DROP TABLE menu_access; PRAGMA user_version = 4",
    )
    .unwrap();
    drop(old);
    let mut store = SystemStore::open(&path).unwrap();
    store.add_timetable(&timetable("cms", "nightly")).unwrap();
    assert_eq!(store.timetables().unwrap().timetables.len(), 1);
}

fn local(folder: &tempfile::TempDir) -> LocalStore {
    let identity =
        Identity { name: "CMS-A".into(), role: "primary".into(), server_id: "0a".into(), created_at: Moment(1) };
    LocalStore::create(&folder.path().join("local.db"), &identity).unwrap()
}

#[test]
fn how_timetables_stand_is_kept_and_forgotten() {
    let folder = folder();
    let mut store = local(&folder);
    let state = RunState {
        schedule: "daily 00:45".into(),
        seen_to: Moment(5),
        started_at: Some(Moment(5)),
        ended_at: None,
        outcome: None,
        detail: String::new(),
    };
    store.set_run_state(&key("cms", "a"), &state).unwrap();
    store.set_run_state(&key("cms", "b"), &state).unwrap();
    let ended = RunState { ended_at: Some(Moment(9)), outcome: Some(RunStatus::Done), ..state.clone() };
    store.set_run_state(&key("cms", "a"), &ended).unwrap();
    let expect = [(key("cms", "a"), ended), (key("cms", "b"), state)].into();
    assert_eq!(store.run_states().unwrap(), expect);
    store.forget_run_states(&[key("cms", "a"), key("cms", "c")].into()).unwrap();
    assert_eq!(store.run_states().unwrap().into_keys().collect::<Vec<_>>(), [key("cms", "b")]);
}

#[test]
fn global_edits_are_kept_until_they_are_undone_and_the_last_is_undone_first() {
    let folder = folder();
    let mut store = local(&folder);
    let only = |server: &str| RunScope::Only(ServerId(server.into()));
    let edit = |name: &str, at| GlobalEdit {
        at: Moment(at),
        by: "cms".into(),
        scopes: vec![(name.into(), RunScope::Anywhere, only("0a")), ("z".into(), only("0b"), only("0a"))],
    };
    assert_eq!(store.global_edit("cms").unwrap(), None);
    store.keep_global_edit("cms", &edit("a", 1), false).unwrap();
    store.keep_global_edit("ann", &edit("b", 2), true).unwrap();
    store.keep_global_edit("cms", &edit("c", 3), false).unwrap();
    // The same given once more is one edit.
    store.keep_global_edit("cms", &edit("d", 4), true).unwrap();
    for expect in [Some(edit("d", 4)), Some(edit("a", 1)), None] {
        assert_eq!(store.global_edit("cms").unwrap(), expect);
        store.forget_global_edit("cms", &[]).unwrap();
    }
    assert_eq!(store.global_edit("ann").unwrap(), Some(edit("b", 2)));
    // No more than ten.
    (1..=12).for_each(|at| store.keep_global_edit("cms", &edit("a", at), false).unwrap());
    let mut left = 0;
    while store.global_edit("cms").unwrap().is_some() {
        store.forget_global_edit("cms", &[]).unwrap();
        left += 1;
    }
    assert_eq!(left, 10);
}

/// What was changed by hand is nothing that an earlier edit's undoing may take back.
#[test]
fn what_an_undoing_leaves_alone_every_earlier_one_leaves_alone() {
    let folder = folder();
    let mut store = local(&folder);
    let only = |server: &str| RunScope::Only(ServerId(server.into()));
    let edit = |names: &[&str], at| GlobalEdit {
        at: Moment(at),
        by: "cms".into(),
        scopes: names.iter().map(|name| ((*name).into(), RunScope::Anywhere, only("0a"))).collect(),
    };
    store.keep_global_edit("cms", &edit(&["b"], 1), false).unwrap();
    store.keep_global_edit("cms", &edit(&["a", "b"], 2), false).unwrap();
    store.keep_global_edit("ann", &edit(&["b"], 2), false).unwrap();
    store.keep_global_edit("cms", &edit(&["a", "b"], 3), false).unwrap();
    store.forget_global_edit("cms", &["b".to_owned()]).unwrap();
    assert_eq!(store.global_edit("cms").unwrap(), Some(edit(&["a"], 2)));
    store.forget_global_edit("cms", &[]).unwrap();
    assert_eq!(store.global_edit("cms").unwrap(), None);
    assert_eq!(store.global_edit("ann").unwrap(), Some(edit(&["b"], 2)));
}

/// What could be undone before an upgrade can be undone after it.
#[test]
fn the_one_edit_that_an_earlier_version_kept_can_be_undone() {
    let folder = folder();
    let path = folder.path().join("local.db");
    drop(local(&folder));
    let old = Connection::open(&path).unwrap();
    let version: i32 = old.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    old.execute_batch(&format!(
        "DROP TABLE timetable_undo;
         CREATE TABLE timetable_undo (
            OWNER TEXT NOT NULL, NAME TEXT NOT NULL, WAS TEXT, BECAME TEXT, AT INTEGER NOT NULL, BY TEXT NOT NULL,
            PRIMARY KEY (OWNER, NAME)
         ) STRICT, WITHOUT ROWID;
         INSERT INTO timetable_undo VALUES ('cms', 'nightly', NULL, '0a', 7, 'ann');
         PRAGMA user_version = {}",
        version - 1
    ))
    .unwrap();
    drop(old);
    let edit = LocalStore::open(&path).unwrap().global_edit("cms").unwrap().unwrap();
    let scopes = vec![("nightly".to_owned(), RunScope::Anywhere, RunScope::Only(ServerId("0a".into())))];
    assert_eq!(edit, GlobalEdit { at: Moment(7), by: "ann".into(), scopes });
}
