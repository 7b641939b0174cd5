use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::{ErrorCode, Mode, Operation, Role, SetMode};
use parking_lot::Mutex;
use store::{LocalStore, SystemStore};

use crate::administration::{Administration, RULES};
use crate::auth::{Sessions, User};
use crate::clock::SystemClock;
use crate::house::House;
use crate::init::{InitOptions, init};
use crate::reports::Reports;

/// How long anything may take before a test gives it up.
const LIMIT: Duration = Duration::from_secs(60);

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

/// A server without an ACD, in a folder.
fn server(folder: &Path) -> (Administration, Reports) {
    let options = InitOptions {
        name: "CMS".to_owned(),
        role: Role::Primary,
        acds: vec![(model::AcdNumber(1), "Berlin".to_owned())],
        zone: chrono_tz::Tz::UTC,
        password: "a long password".to_owned(),
        at: model::Moment(0),
    };
    init(folder, &options).unwrap();
    let administration =
        Administration::new(LocalStore::open(&folder.join("local.db")).unwrap(), Arc::new(SystemClock)).unwrap();
    let system = Mutex::new(SystemStore::open(&folder.join("system.db")).unwrap());
    let reports =
        Reports { server: "CMS".to_owned(), role: Role::Primary, sources: Vec::new(), system, house: House::default() };
    (administration, reports)
}

/// Between the last look at the mode and the last change nobody is let in; afterwards as before.
#[test]
fn the_mode_stays_as_it_is_while_a_restore_needs_it() {
    let dir = tempfile::tempdir().unwrap();
    let (administration, reports) = server(&dir.path().join("server"));
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

/// A restore waits for whoever is changing something of an ACD, and that one perhaps for the ACD's thread. Nobody else waits with it:
/// whoever asks for the mode is told, and whoever would change it is refused.
#[test]
fn a_restore_that_waits_for_an_administrator_stops_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let (administration, reports) = server(&dir.path().join("server"));
    let (sessions, user) = (Sessions::default(), User { name: "cms".to_owned(), administrator: true });
    let set = |mode| administration.set_mode(&reports, &sessions, &user, &SetMode { mode });
    std::thread::scope(|scope| {
        let changing = administration.changing_acds().unwrap();
        let restore = scope.spawn(|| drop(administration.hold_still()));
        // Refused as soon as the restore has come; without that it would be set, or wait with the restore.
        let until = Instant::now() + LIMIT;
        while administration.may_move().is_ok() && Instant::now() < until {
            std::thread::yield_now();
        }
        let has_come = administration.may_move().is_err();
        let refused = has_come.then(|| (set(Mode::SingleUser), restore.is_finished()));
        drop(changing);
        let (refused, is_over) = refused.expect("a restore that has come says so");
        assert_eq!(refused.unwrap_err().code, ErrorCode::Busy);
        assert!(!is_over, "it waits for whoever is changing something");
    });
    assert!(set(Mode::SingleUser).unwrap().changed);
    assert_eq!(administration.mode(), Mode::SingleUser);
}

/// While the mode is being changed, which may wait for the disk, it is told as before.
#[test]
fn the_mode_is_told_while_it_is_being_changed() {
    let dir = tempfile::tempdir().unwrap();
    let (administration, reports) = server(&dir.path().join("server"));
    let (sessions, user) = (Sessions::default(), User { name: "cms".to_owned(), administrator: true });
    let set = SetMode { mode: Mode::SingleUser };
    std::thread::scope(|scope| {
        let local = administration.local();
        let setting = scope.spawn(|| administration.set_mode(&reports, &sessions, &user, &set).unwrap().changed);
        let until = Instant::now() + LIMIT;
        while !administration.is_being_changed() && Instant::now() < until {
            std::thread::yield_now();
        }
        let told = administration.is_being_changed().then(|| administration.mode());
        drop(local);
        assert_eq!(told, Some(Mode::MultiUser));
        assert!(setting.join().unwrap());
    });
    assert_eq!(administration.mode(), Mode::SingleUser);
}
