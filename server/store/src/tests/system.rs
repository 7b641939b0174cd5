use model::{Access, Feature, Moment};

use super::folder;
use crate::{Identity, LocalStore, SavedReport, StoreError, SystemStore, User};

fn user(name: &str, administrator: bool) -> User {
    User { full_name: "Somebody".into(), administrator, ..User::new(name, Moment(7)) }
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
fn what_is_known_of_a_user_keeps_the_rules() {
    with_store(|store| {
        for name in ["ab", "Ann", "an n", "a/b", "", &"a".repeat(32), "änn"] {
            assert!(matches!(store.create_user(&user(name, false)), Err(StoreError::Invalid(_))), "{name}");
        }
        store.create_user(&user(&"a".repeat(31), false)).unwrap();
        let mut refused = |change: fn(&mut User)| {
            let mut changed = user("ann", false);
            change(&mut changed);
            assert!(matches!(store.create_user(&changed), Err(StoreError::Invalid(_))), "{changed:?}");
        };
        refused(|user| user.max_windows = 13);
        refused(|user| user.fastest_refresh_secs = 2);
        refused(|user| user.fastest_refresh_secs = 601);
        refused(|user| user.room = "two\nlines".into());
        refused(|user| user.phone = "0".repeat(51));
        let all = User { max_windows: 12, fastest_refresh_secs: 3, room: "1.07".into(), ..user("ann", false) };
        store.create_user(&all).unwrap();
        assert_eq!(store.user("ann").unwrap(), Some(all));
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

#[test]
fn what_belongs_to_a_user_is_told_and_given() {
    with_store(|store| {
        for name in ["ann", "bob"] {
            store.create_user(&user(name, false)).unwrap();
        }
        for path in ["A/Board", "A/Wall"] {
            store.save_report(&report(path, Some("ann")), false).unwrap();
        }
        store.save_report(&report("A/Everybodys", None), false).unwrap();
        assert_eq!(store.belongings("ann").unwrap().text(), "the designer reports A/Board, A/Wall");
        assert!(store.belongings("bob").unwrap().is_empty());
        let clash = store.save_report(&report("a/board", Some("bob")), false).unwrap();
        let refused = store.give_belongings("ann", "bob").unwrap_err();
        assert!(refused.to_string().contains("bob has A/Board already"), "{refused}");
        store.delete_report(clash.id).unwrap();
        store.give_belongings("ann", "bob").unwrap();
        assert!(store.belongings("ann").unwrap().is_empty());
        store.delete_user("ann").unwrap();
        assert_eq!(store.belongings("bob").unwrap().text(), "the designer reports A/Board, A/Wall");
    });
}

#[test]
fn features_are_given_and_go_with_the_user() {
    with_store(|store| {
        store.create_user(&user("ann", false)).unwrap();
        store.set_feature("ann", Feature::Reports, Access::READ).unwrap();
        store.set_feature("ann", Feature::Exceptions, Access::ALL).unwrap();
        store.set_feature("ann", Feature::Reports, Access::new(true, true, false)).unwrap();
        let expect = [(Feature::Exceptions, Access::ALL), (Feature::Reports, Access::new(true, true, false))];
        assert_eq!(store.features("ann").unwrap(), expect);
        store.set_feature("ann", Feature::Exceptions, Access::NOTHING).unwrap();
        assert_eq!(store.features("ann").unwrap(), expect[1..]);
        store.delete_user("ann").unwrap();
        assert!(store.features("ann").unwrap().is_empty());
    });
}

/// A file of the version before, with passwords in it, as it stood on disk.
fn earlier(path: &std::path::Path) {
    SystemStore::create(path).unwrap();
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute_batch(
            "DROP TABLE earlier_passwords; DROP TABLE features; DROP TABLE sys_info; DROP TABLE users;
             DROP TABLE ttsc; DROP TABLE ttsched; DROP TABLE ttsctasks; DROP TABLE dbitems; DROP TABLE shortcuts;
             DROP TABLE menu_add; DROP TABLE menu_access;
             CREATE TABLE users (
                name TEXT PRIMARY KEY, full_name TEXT NOT NULL, password_hash TEXT NOT NULL,
                administrator INTEGER NOT NULL, changed_at INTEGER NOT NULL
             ) STRICT, WITHOUT ROWID;
             INSERT INTO users VALUES ('ann', 'Ann', '$argon2id$of-ann', 0, 5), ('cms', 'Administrator', '$argon2id$of-cms', 1, 6);
             PRAGMA user_version = 1;",
        )
        .unwrap();
}

#[test]
fn passwords_of_before_move_to_the_servers_own_file_and_everything_stays_readable() {
    let folder = folder();
    let path = folder.path().join("system.db");
    earlier(&path);
    let identity = Identity { name: "A".into(), role: "primary".into(), server_id: "1".into(), created_at: Moment(1) };
    let mut local = LocalStore::create(&folder.path().join("local.db"), &identity).unwrap();
    local.set_password("cms", "$argon2id$own", Moment(9)).unwrap();
    let mut system = SystemStore::open(&path).unwrap();
    let ann = system.user("ann").unwrap().unwrap();
    assert_eq!(ann, User { full_name: "Ann".into(), reads_everything: true, ..User::new("ann", Moment(5)) });
    local.take_over_passwords(&mut system).unwrap();
    assert_eq!(local.password("ann").unwrap().as_deref(), Some("$argon2id$of-ann"));
    assert_eq!(local.password("cms").unwrap().as_deref(), Some("$argon2id$own"), "what this server has stays");
    local.remove_password("ann").unwrap();
    local.take_over_passwords(&mut system).unwrap();
    assert_eq!(local.password("ann").unwrap(), None, "once is enough");
    drop(system);
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "journal_mode", "DELETE").unwrap();
    drop(connection);
    let bytes = std::fs::read(&path).unwrap();
    assert!(!bytes.windows(12).any(|part| part == b"argon2id$of-"), "the file still holds a password");
}

#[test]
fn a_password_is_an_argon2_text() {
    let folder = folder();
    let identity = Identity { name: "A".into(), role: "primary".into(), server_id: "1".into(), created_at: Moment(1) };
    let mut local = LocalStore::create(&folder.path().join("local.db"), &identity).unwrap();
    assert!(matches!(local.set_password("ann", "secret", Moment(1)), Err(StoreError::Invalid(_))));
    assert_eq!(local.password("ann").unwrap(), None);
}
