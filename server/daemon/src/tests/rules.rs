use std::path::Path;
use std::sync::Arc;

use api::{ErrorCode, Mode, Operation, Role, SetMode};
use parking_lot::Mutex;
use store::{LocalStore, SystemStore};

use crate::administration::{Administration, RULES};
use crate::auth::{Sessions, User};
use crate::clock::SystemClock;
use crate::house::House;
use crate::init::{InitOptions, init};
use crate::reports::Reports;

/// The table as it stands in `docs/operating/administration.md`.
fn table() -> String {
    let mut table = "| operation | data collection | mode | server |\n|---|---|---|---|\n".to_owned();
    for rule in RULES {
        table += &format!("| {} |\n", rule.words().join(" | "));
    }
    table
}

#[test]
fn the_operating_page_has_the_table_of_what_is_refused_when() {
    const BEGIN: &str = "<!-- rules -->\n";
    const END: &str = "<!-- end of rules -->\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating/administration.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", table())).unwrap();
        return;
    }
    assert!(
        shown == table(),
        "docs/operating/administration.md is stale: run the tests with UPDATE_DOCS=1 and commit it"
    );
}

#[test]
fn restores_need_what_the_field_asks_for() {
    fn check(operation: Operation, collection_off: bool, mode: Option<Mode>) {
        let rule = RULES.into_iter().find(|rule| rule.operation == operation).expect("there is a rule");
        assert_eq!((rule.collection_off, rule.mode), (collection_off, mode), "{operation:?}");
    }
    let (single, multi) = (Some(Mode::SingleUser), Some(Mode::MultiUser));
    check(Operation::RestoreLocal, true, single);
    check(Operation::RestoreSystem, false, single);
    check(Operation::RestoreAcd, false, single);
    check(Operation::RestoreHistorical, false, None);
    check(Operation::RestoreTables, false, None);
    check(Operation::StorageInterval, true, None);
    check(Operation::MasterAcd, true, single);
    check(Operation::Timetable, false, multi);
}

/// Between the last look at the mode and the last change nobody is let in; afterwards as before.
#[test]
fn the_mode_stays_as_it_is_while_a_restore_needs_it() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("server");
    let options = InitOptions {
        name: "CMS".to_owned(),
        role: Role::Primary,
        acds: vec![(model::AcdNumber(1), "Berlin".to_owned())],
        zone: chrono_tz::Tz::UTC,
        password: "a long password".to_owned(),
        at: model::Moment(0),
    };
    init(&folder, &options).unwrap();
    let administration =
        Administration::new(LocalStore::open(&folder.join("local.db")).unwrap(), Arc::new(SystemClock)).unwrap();
    let system = Mutex::new(SystemStore::open(&folder.join("system.db")).unwrap());
    let reports =
        Reports { server: "CMS".to_owned(), role: Role::Primary, sources: Vec::new(), system, house: House::default() };
    let (sessions, user) = (Sessions::default(), User { name: "cms".to_owned(), administrator: true });
    let set = |mode| administration.set_mode(&reports, &sessions, &user, &SetMode { mode });
    assert!(set(Mode::SingleUser).unwrap().changed);
    let (one, other) = (administration.hold_still(), administration.hold_still());
    drop(one);
    let refused = set(Mode::MultiUser).unwrap_err();
    assert!(refused.code == ErrorCode::Busy && refused.message.contains("a restore is replacing data"), "{refused:?}");
    assert_eq!(administration.mode(), Mode::SingleUser);
    assert!(!set(Mode::SingleUser).unwrap().changed, "what is so already need not change");
    drop(other);
    assert!(set(Mode::MultiUser).unwrap().changed);
}
