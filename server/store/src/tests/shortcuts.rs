use model::Moment;
use rusqlite::Connection;

use super::folder;
use crate::{KeptShortcut, StoreError, SystemStore, User};

const STEP: &str = "\"Split/Skill Report\" acd=1 refresh=5 splits=1-3";

fn shortcut(owner: &str, name: &str, steps: &[&str]) -> KeptShortcut {
    KeptShortcut {
        owner: owner.into(),
        name: name.into(),
        steps: steps.iter().map(|step| (*step).to_owned()).collect(),
        arrangement: None,
        changed_at: Moment(7),
        changed_by: owner.into(),
    }
}

fn store(folder: &tempfile::TempDir) -> SystemStore {
    SystemStore::create(&folder.path().join("system.db")).unwrap()
}

fn names(store: &SystemStore, owner: Option<&str>) -> Vec<(String, String, usize)> {
    let known = store.shortcuts(owner).unwrap().into_iter();
    known.map(|known| (known.owner, known.name, known.steps.len())).collect()
}

#[test]
fn shortcuts_are_added_changed_renamed_and_removed_each_of_its_owner() {
    let folder = folder();
    let mut store = store(&folder);
    let steps: Vec<String> = (1..=12).map(|at| format!("{STEP};{at}")).collect();
    let long = KeptShortcut { steps: steps.clone(), ..shortcut("ann", "Morning", &[]) };
    store.add_shortcut(&long).unwrap();
    store.add_shortcut(&shortcut("ann", "Evening", &[STEP])).unwrap();
    store.add_shortcut(&shortcut("ben", "morning", &[STEP])).unwrap();
    let again = store.add_shortcut(&shortcut("ann", "MORNING", &[STEP])).unwrap_err();
    assert!(matches!(&again, StoreError::ShortcutExists { owner, .. } if owner == "ann"), "{again}");
    assert_eq!(store.shortcut("ann", "morning").unwrap(), long, "in the order of the steps, also beyond nine");
    let all = [("ann", "Evening", 1), ("ann", "Morning", 12), ("ben", "morning", 1)];
    assert_eq!(names(&store, None), all.map(|(owner, name, steps)| (owner.to_owned(), name.to_owned(), steps)));

    let changed = KeptShortcut { changed_at: Moment(9), ..shortcut("ann", "Early", &[STEP, STEP]) };
    store.modify_shortcut("Morning", &changed).unwrap();
    assert_eq!(store.shortcut("ann", "early").unwrap(), changed);
    let taken = store.modify_shortcut("Early", &shortcut("ann", "Evening", &[STEP])).unwrap_err();
    assert!(matches!(taken, StoreError::ShortcutExists { .. }), "{taken}");
    assert_eq!(store.shortcut("ann", "early").unwrap(), changed, "nothing was changed by it");
    store.modify_shortcut("Early", &shortcut("ann", "EARLY", &[STEP])).unwrap();
    assert_eq!(
        names(&store, Some("ann")).iter().map(|(_, name, _)| name.as_str()).collect::<Vec<_>>(),
        ["EARLY", "Evening"]
    );
    let gone = store.modify_shortcut("Morning", &shortcut("ann", "Noon", &[STEP])).unwrap_err();
    assert!(matches!(gone, StoreError::NoSuchShortcut { .. }), "{gone}");

    store.delete_shortcut("ben", "MORNING").unwrap();
    assert!(matches!(store.delete_shortcut("ben", "morning"), Err(StoreError::NoSuchShortcut { .. })));
    assert!(matches!(store.shortcut("ben", "morning"), Err(StoreError::NoSuchShortcut { .. })));
    assert_eq!(names(&store, None).len(), 2);
}

/// It is a row of its own before the steps, and never taken for one.
#[test]
fn an_arrangement_is_kept_with_its_shortcut() {
    let folder = folder();
    let mut store = store(&folder);
    let arranged =
        KeptShortcut { arrangement: Some("{\"version\":1}".to_owned()), ..shortcut("ann", "Morning", &[STEP, STEP]) };
    store.add_shortcut(&arranged).unwrap();
    store.add_shortcut(&shortcut("ann", "Noon", &[STEP])).unwrap();
    assert_eq!(store.shortcut("ann", "Morning").unwrap(), arranged);
    assert_eq!(store.shortcut("ann", "Noon").unwrap().arrangement, None);
    let plain = KeptShortcut { arrangement: None, ..arranged };
    store.modify_shortcut("Morning", &plain).unwrap();
    assert_eq!(store.shortcut("ann", "Morning").unwrap(), plain);
}

#[test]
fn a_users_shortcuts_are_named_once_given_and_removed_with_the_user() {
    let folder = folder();
    let mut store = store(&folder);
    for name in ["ann", "ben", "cms"] {
        store.create_user(&User { administrator: name == "cms", ..User::new(name, Moment(1)) }).unwrap();
    }
    store.add_shortcut(&shortcut("ann", "Morning", &[STEP, STEP, STEP])).unwrap();
    store.add_shortcut(&shortcut("ben", "morning", &[STEP])).unwrap();
    assert_eq!(store.belongings("ann").unwrap().text(), "the shortcuts Morning");
    let refused = store.give_belongings("ann", "ben").unwrap_err().to_string();
    assert!(refused.contains("ben has Morning already"), "{refused}");
    store.give_belongings("ann", "cms").unwrap();
    assert_eq!(store.shortcut("cms", "Morning").unwrap().steps.len(), 3);
    store.delete_user("ben").unwrap();
    assert_eq!(names(&store, None), [("cms".to_owned(), "Morning".to_owned(), 3)]);
}

#[test]
fn a_file_from_before_shortcuts_gets_their_table() {
    let folder = folder();
    let path = folder.path().join("system.db");
    drop(store(&folder));
    let old = Connection::open(&path).unwrap();
    let version: i64 = old.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    old.execute_batch("DROP TABLE shortcuts").unwrap();
    old.pragma_update(None, "user_version", version - 1).unwrap();
    drop(old);
    let mut store = SystemStore::open(&path).unwrap();
    store.add_shortcut(&shortcut("cms", "Morning", &[STEP])).unwrap();
    assert_eq!(names(&store, None).len(), 1);
}
