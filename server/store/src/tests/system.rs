use model::Moment;

use super::folder;
use crate::{SavedReport, StoreError, SystemStore, User};

fn user(name: &str, administrator: bool) -> User {
    User {
        name: name.into(),
        full_name: "Somebody".into(),
        password_hash: "$argon2id$v=19$m=1$salt$hash".into(),
        administrator,
        changed_at: Moment(7),
    }
}

fn report(path: &str, owner: Option<&str>) -> SavedReport {
    SavedReport {
        id: 0,
        name: path.rsplit_once('/').map_or(path, |(_, name)| name).into(),
        path: path.into(),
        kind: "real_time".into(),
        owner: owner.map(str::to_owned),
        definition: "{\"version\":1}".into(),
        changed_at: Moment(9),
        changed_by: owner.unwrap_or("cms").into(),
    }
}

fn with_store(test: impl FnOnce(&mut SystemStore)) {
    let folder = folder();
    let path = folder.path().join("system.db");
    SystemStore::create(&path).unwrap();
    test(&mut SystemStore::open(&path).unwrap());
}

#[test]
fn users_are_added_changed_found_and_removed() {
    with_store(|store| {
        store.create_user(&user("cms", true)).unwrap();
        store.create_user(&user("ann.b-2_c", false)).unwrap();
        assert!(matches!(store.create_user(&user("cms", false)), Err(StoreError::UserExists(name)) if name == "cms"));
        let names: Vec<_> = store.users().unwrap().into_iter().map(|user| user.name).collect();
        assert_eq!(names, ["ann.b-2_c", "cms"]);
        let changed = User { full_name: "Ann".into(), changed_at: Moment(8), ..user("ann.b-2_c", false) };
        store.modify_user(&changed).unwrap();
        assert_eq!(store.user("ann.b-2_c").unwrap(), Some(changed));
        assert!(matches!(store.modify_user(&user("nobody", false)), Err(StoreError::NoSuchUser(_))));
        store.delete_user("ann.b-2_c").unwrap();
        assert_eq!(store.user("ann.b-2_c").unwrap(), None);
        assert!(matches!(store.delete_user("ann.b-2_c"), Err(StoreError::NoSuchUser(_))));
    });
}

#[test]
fn the_last_administrator_stays() {
    with_store(|store| {
        store.create_user(&user("cms", true)).unwrap();
        store.create_user(&user("ann", false)).unwrap();
        assert!(matches!(store.delete_user("cms"), Err(StoreError::LastAdministrator(_))));
        assert!(matches!(store.modify_user(&user("cms", false)), Err(StoreError::LastAdministrator(_))));
        store.modify_user(&user("ann", true)).unwrap();
        store.delete_user("cms").unwrap();
        store.modify_user(&user("ann", true)).unwrap();
    });
}

#[test]
fn names_and_passwords_keep_the_rules_and_hashes_stay_out_of_logs() {
    with_store(|store| {
        for name in ["ab", "Ann", "an n", "a/b", "", &"a".repeat(32), "änn"] {
            assert!(matches!(store.create_user(&user(name, false)), Err(StoreError::Invalid(_))), "{name}");
        }
        store.create_user(&user(&"a".repeat(31), false)).unwrap();
        let plain = User { password_hash: "secret".into(), ..user("ann", false) };
        assert!(matches!(store.create_user(&plain), Err(StoreError::Invalid(_))));
        assert!(!format!("{:?}", user("ann", false)).contains("argon2"));
    });
}

#[test]
fn reports_are_everybodys_or_ones_own() {
    with_store(|store| {
        let paths = |store: &SystemStore, user: &str| {
            let list = store.reports(user).unwrap().into_iter();
            list.map(|known| format!("{} {}", known.path, known.owner.unwrap_or_default())).collect::<Vec<_>>()
        };
        store.save_report(&report("Real-time/Designer/Board", None), false).unwrap();
        store.save_report(&report("Real-time/Designer/Board", Some("ann")), false).unwrap();
        store.save_report(&report("Real-time/Designer/Mine", Some("bob")), false).unwrap();
        assert_eq!(paths(store, "ann"), ["Real-time/Designer/Board ann", "Real-time/Designer/Board "]);
        assert_eq!(paths(store, "bob"), ["Real-time/Designer/Board ", "Real-time/Designer/Mine bob"]);
        let owner = |user: &str, path: &str| store.report(user, path).unwrap().map(|known| known.owner);
        assert_eq!(owner("ann", "real-time/designer/board"), Some(Some("ann".into())));
        assert_eq!(owner("bob", "Board"), Some(None));
        assert_eq!(owner("ann", "Mine"), None);
    });
}

#[test]
fn saving_over_a_report_needs_the_word_and_shows_what_is_there() {
    with_store(|store| {
        let first = store.save_report(&report("A/Board", None), false).unwrap();
        let next =
            SavedReport { definition: "{\"version\":2}".into(), changed_by: "ann".into(), ..report("A/board", None) };
        match store.save_report(&next, false) {
            Err(StoreError::ReportExists(known)) => assert_eq!(*known, first),
            other => panic!("{other:?}"),
        }
        let saved = store.save_report(&next, true).unwrap();
        assert_eq!(saved, SavedReport { id: first.id, ..next });
        store.delete_report(saved.id).unwrap();
        assert!(matches!(store.delete_report(saved.id), Err(StoreError::NoSuchReport(_))));
        assert_eq!(store.report("ann", "A/Board").unwrap(), None);
    });
}

#[test]
fn reports_keep_the_rules_and_go_with_their_owner() {
    with_store(|store| {
        let mut refused = |change: fn(&mut SavedReport)| {
            let mut new = report("A/Board", None);
            change(&mut new);
            assert!(matches!(store.save_report(&new, false), Err(StoreError::Invalid(_))), "{new:?}");
        };
        refused(|new| (new.name, new.path) = (String::new(), String::new()));
        refused(|new| (new.name, new.path) = ("x".repeat(51), "x".repeat(51)));
        refused(|new| (new.name, new.path) = (" Board".into(), "A/ Board".into()));
        refused(|new| new.path = "A/Other".into());
        refused(|new| new.definition = "{".into());
        store.create_user(&user("ann", false)).unwrap();
        store.save_report(&report("A/Split/Skill Status", Some("ann")), false).unwrap();
        store.delete_user("ann").unwrap();
        assert!(store.reports("ann").unwrap().is_empty());
    });
}
