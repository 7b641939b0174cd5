//! The maintenance error log: counted, bounded, acknowledged.

use model::{Moment, Severity};

use super::folder;
use crate::{Identity, LOG_ENTRIES_MAX, LocalStore};

fn with_store(test: impl FnOnce(&mut LocalStore)) {
    let folder = folder();
    let path = folder.path().join("local.db");
    let identity =
        Identity { name: "CMS-A".into(), role: "primary".into(), server_id: "0a".into(), created_at: Moment(1) };
    LocalStore::create(&path, &identity).unwrap();
    test(&mut LocalStore::open(&path).unwrap());
}

#[test]
fn what_is_told_again_is_counted_until_somebody_acknowledges_it() {
    with_store(|store| {
        let log = |store: &mut LocalStore, at, text: &str| {
            store.log_maintenance(Moment(at), Severity::Error, "task-failed", text).unwrap();
        };
        log(store, 10, "no room");
        log(store, 20, "no room");
        log(store, 30, "no such report");
        let told = |store: &LocalStore, all| {
            let log = store.maintenance_log(all, 10).unwrap().into_iter();
            log.map(|entry| (entry.text, entry.count, entry.first_at.0, entry.last_at.0)).collect::<Vec<_>>()
        };
        assert_eq!(told(store, false), [("no such report".into(), 1, 30, 30), ("no room".into(), 2, 10, 20)]);
        let first = store.maintenance_log(false, 10).unwrap()[1].id;
        assert_eq!(store.acknowledge_maintenance(Some(&[first, 99]), Moment(40), "ann").unwrap(), 1);
        assert_eq!(store.acknowledge_maintenance(Some(&[first]), Moment(41), "bob").unwrap(), 0);
        assert_eq!(told(store, false), [("no such report".into(), 1, 30, 30)]);
        // The same trouble after that is a new entry.
        log(store, 50, "no room");
        assert_eq!(told(store, false)[0], ("no room".into(), 1, 50, 50));
        assert_eq!(told(store, true).len(), 3);
        let kept = store.maintenance_log(true, 10).unwrap();
        let acknowledged: Vec<_> = kept.into_iter().filter_map(|entry| entry.acknowledged).collect();
        assert_eq!(acknowledged, [(Moment(40), "ann".to_owned())]);
        assert_eq!(store.acknowledge_maintenance(None, Moment(60), "cms").unwrap(), 2);
    });
}

#[test]
fn the_log_is_bounded_and_keeps_what_matters() {
    with_store(|store| {
        let mut log = |at, severity, text: String| store.log_maintenance(Moment(at), severity, "x", &text).unwrap();
        log(1, Severity::Error, "grave".into());
        log(2, Severity::Info, "old".into());
        for number in 0..LOG_ENTRIES_MAX {
            log(3 + i64::from(number), Severity::Warning, format!("warning {number}"));
        }
        let kept = store.maintenance_log(true, u32::MAX).unwrap();
        assert_eq!(kept.len(), LOG_ENTRIES_MAX as usize);
        let has = |text: &str| kept.iter().any(|entry| entry.text == text);
        assert_eq!(["grave", "old", "warning 0", "warning 1"].map(has), [true, false, false, true]);
        let error = kept.iter().find(|entry| entry.text == "grave").unwrap().id;
        store.acknowledge_maintenance(Some(&[error]), Moment(9_999), "cms").unwrap();
        store.log_maintenance(Moment(10_000), Severity::Info, "x", "one more").unwrap();
        let kept = store.maintenance_log(true, u32::MAX).unwrap();
        assert!(kept.iter().all(|entry| entry.text != "grave"), "what was acknowledged goes first");
    });
}

#[test]
fn a_worksheet_is_kept_only_in_a_later_edition() {
    with_store(|store| {
        let mut keep =
            |id: &str, edition, at, sheet: &str| store.keep_worksheet(id, edition, Moment(at), sheet).unwrap();
        assert!(keep("one", 1, 10, "first") && keep("two", 1, 20, "another"));
        assert!(keep("one", 3, 30, "third"));
        assert!(!keep("one", 3, 40, "third again") && !keep("one", 2, 40, "second"));
        let told: Vec<String> = store.worksheets().unwrap().into_iter().map(|(_, sheet)| sheet).collect();
        assert_eq!(told, ["third", "another"], "changed last first");
        assert_eq!(store.worksheet("one").unwrap().as_deref(), Some("third"));
        assert_eq!(store.worksheet("three").unwrap(), None);
    });
}
