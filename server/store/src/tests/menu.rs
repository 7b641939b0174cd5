use model::{Access, MenuKind, Moment};
use rusqlite::Connection;

use super::folder;
use crate::{MenuAddition, MenuFile, SystemStore, User};

fn addition(name: &str, place: u16, content: &[u8]) -> MenuAddition {
    MenuAddition {
        name: name.into(),
        description: "of today".into(),
        place,
        kind: MenuKind::Document,
        address: String::new(),
        file: Some(MenuFile::of("roster.txt", content)),
        changed_at: Moment(7),
        changed_by: "cms".into(),
    }
}

fn with_store(test: impl FnOnce(&mut SystemStore)) {
    let folder = folder();
    let path = folder.path().join("system.db");
    let mut store = SystemStore::create(&path).unwrap();
    store.create_user(&User::new("ann", Moment(1))).unwrap();
    test(&mut store);
}

#[test]
fn an_addition_is_kept_with_its_file_byte_by_byte() {
    with_store(|store| {
        let content: Vec<u8> = (0..=255).cycle().take(70_000).collect();
        let kept = addition("Roster", 3, &content);
        store.add_menu_addition(&kept, Some(&content)).unwrap();
        assert!(store.add_menu_addition(&addition("ROSTER", 1, b""), Some(b"")).is_err(), "names are one without case");
        assert_eq!(store.menu_addition("roster").unwrap(), Some(kept.clone()));
        assert_eq!(store.menu_content("ROSTER").unwrap(), Some(content));
        assert_eq!(kept.file.unwrap().bytes, 70_000);
        let web = MenuAddition {
            kind: MenuKind::Web,
            address: "https://intranet".into(),
            file: None,
            ..addition("Intranet", 1, b"")
        };
        store.add_menu_addition(&web, None).unwrap();
        assert_eq!(store.menu_content("Intranet").unwrap(), None);
        let names: Vec<_> = store.menu_additions().unwrap().into_iter().map(|known| known.name).collect();
        assert_eq!(names, ["Intranet", "Roster"]);
        store.delete_menu_addition("intranet").unwrap();
        assert_eq!(store.menu_addition("Intranet").unwrap(), None);
    });
}

#[test]
fn a_digest_is_that_of_the_content() {
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(MenuFile::of("x", b"").digest, empty);
}

#[test]
fn what_is_permitted_goes_with_the_addition_and_with_the_user() {
    with_store(|store| {
        store.create_user(&User::new("bob", Moment(1))).unwrap();
        store.add_menu_addition(&addition("Roster", 3, b"1"), Some(b"1")).unwrap();
        store.set_menu_access("ann", "roster", Access::READ).unwrap();
        store.set_menu_access("bob", "all", Access::READ).unwrap();
        // One that was called so once has left something behind.
        store.set_menu_access("bob", "Plan", Access::READ).unwrap();
        store.replace_menu_addition("Roster", &addition("Plan", 1, b"2"), Some(b"2")).unwrap();
        assert_eq!(store.menu_access("ann").unwrap(), [("Plan".to_owned(), Access::READ)]);
        assert_eq!(store.menu_access("bob").unwrap(), [("all".to_owned(), Access::READ)]);
        assert_eq!(store.menu_users().unwrap()["plan"], ["ann"]);
        assert_eq!(store.menu_content("Plan").unwrap(), Some(b"2".to_vec()));
        assert_eq!(store.menu_addition("Roster").unwrap(), None);
        // Only the letters differ now.
        store.replace_menu_addition("plan", &addition("PLAN", 1, b"2"), Some(b"2")).unwrap();
        assert_eq!(store.menu_access("ann").unwrap(), [("PLAN".to_owned(), Access::READ)]);
        store.delete_menu_addition("plan").unwrap();
        assert!(store.menu_access("ann").unwrap().is_empty());
        store.set_menu_access("ann", "all", Access::READ).unwrap();
        store.set_menu_access("ann", "all", Access::NOTHING).unwrap();
        assert!(store.menu_access("ann").unwrap().is_empty());
        store.create_user(&User { administrator: true, ..User::new("cms", Moment(1)) }).unwrap();
        store.delete_user("bob").unwrap();
        assert!(store.menu_users().unwrap().is_empty());
        // A table of users that was restored alone takes users away and nothing else.
        store.set_menu_access("eve", "all", Access::READ).unwrap();
        store.create_user(&User::new("eve", Moment(1))).unwrap();
        assert!(store.menu_access("eve").unwrap().is_empty());
    });
}

#[test]
fn a_kind_that_this_version_does_not_know_is_left_out() {
    let folder = folder();
    let path = folder.path().join("system.db");
    let mut store = SystemStore::create(&path).unwrap();
    store.add_menu_addition(&addition("Roster", 3, b"1"), Some(b"1")).unwrap();
    store.add_menu_addition(&addition("Film", 3, b"1"), Some(b"1")).unwrap();
    Connection::open(&path).unwrap().execute("UPDATE menu_add SET KIND = 'film' WHERE NAME = 'Film'", []).unwrap();
    assert_eq!(store.menu_additions().unwrap().len(), 1);
    assert_eq!(store.menu_addition("Film").unwrap(), None);
}
