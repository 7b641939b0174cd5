//! What is due of a timetable, as a table.

use std::path::Path;
use std::sync::Arc;

use chrono_tz::Tz;
use model::{AcdNumber, Calendar, IntervalMinutes, Moment, Policy, RunScope, ServerId, Timetable, TimetableKey};
use store::{KeptTimetable, KeptTimetables, SystemStore};

use crate::config::{Config, TimetableFolders};
use crate::timetables::due::{Due, due};
use crate::timetables::known::Known;

fn berlin() -> Calendar {
    Calendar { zone: Tz::Europe__Berlin, interval: IntervalMinutes::Half }
}

fn at(local: &str) -> Moment {
    berlin().moment_at(format!("{local}:00").parse().unwrap())
}

/// The run that begins and those that were missed, as local times; empty for none.
fn told(found: Option<Due>) -> (String, String) {
    let time = |at: Moment| berlin().local(at).format("%m-%d %H:%M").to_string();
    let Some(Due { missed, run }) = found else { return (String::new(), "nothing is due".to_owned()) };
    let missed = missed.map_or_else(String::new, |missed| {
        format!("{} from {} to {}", missed.count, time(missed.first), time(missed.last))
    });
    (run.map_or_else(String::new, time), missed)
}

#[track_caller]
fn check(schedule: &str, seen_to: &str, now: &str, runs_late: bool, run: &str, missed: &str) {
    let found = due(&schedule.parse().unwrap(), &berlin(), at(seen_to), at(now), runs_late);
    assert_eq!(told(found), (run.to_owned(), missed.to_owned()), "{schedule} seen to {seen_to}, now {now}");
}

#[test]
fn what_is_due_is_run_or_told_and_made_up_for_only_if_so_chosen() {
    let daily = "daily 00:45";
    check(daily, "2026-11-23T00:44", "2026-11-23T00:44", false, "", "nothing is due");
    check(daily, "2026-11-23T00:44", "2026-11-23T00:45", false, "11-23 00:45", "");
    check(daily, "2026-11-23T00:45", "2026-11-23T00:45", false, "", "nothing is due");
    // Five minutes are still on time.
    check(daily, "2026-11-23T00:44", "2026-11-23T00:50", false, "11-23 00:45", "");
    check(daily, "2026-11-23T00:44", "2026-11-23T00:51", false, "", "1 from 11-23 00:45 to 11-23 00:45");
    check(daily, "2026-11-23T00:44", "2026-11-23T00:51", true, "11-23 00:45", "1 from 11-23 00:45 to 11-23 00:45");
    // Many are made up for once.
    check(daily, "2026-11-20T00:45", "2026-11-23T09:00", true, "11-23 00:45", "3 from 11-21 00:45 to 11-23 00:45");
    // The last is on time: that is the run, and those before were missed.
    check(daily, "2026-11-20T00:45", "2026-11-23T00:46", true, "11-23 00:45", "2 from 11-21 00:45 to 11-22 00:45");
    check("once 2026-11-23 10:00", "2026-11-23T10:00", "2026-12-23T10:00", true, "", "nothing is due");
    check("hourly :15", "2026-11-23T00:15", "2026-11-23T04:00", false, "", "3 from 11-23 01:15 to 11-23 03:15");
    // The night in which 02:30 does not exist.
    check("daily 02:30", "2026-03-28T02:30", "2026-03-29T03:00", false, "03-29 03:00", "");
}

#[test]
fn folders_are_the_servers_own_unless_said_otherwise() {
    let folders = |text: &str| {
        let config = Config::parse(&format!("listen = \"0.0.0.0:8443\"\n{text}")).unwrap();
        TimetableFolders::new(Path::new("/srv/cms"), config.timetables.as_ref())
    };
    let usual = folders("");
    assert_eq!((usual.exports.to_str(), usual.makes_exports, usual.scripts), (Some("/srv/cms/exports"), true, None));
    let own = folders("[timetables]\nexports = \"/mnt/reports\"\nscripts = \"scripts\"\n");
    assert_eq!((own.exports.to_str(), own.makes_exports), (Some("/mnt/reports"), false));
    assert_eq!(own.scripts.as_deref(), Some(Path::new("/srv/cms/scripts")));
    let wrong = Config::parse("listen = \"0.0.0.0:8443\"\n[timetables]\nscript = \"x\"\n").unwrap_err().to_string();
    assert!(wrong.contains("line 3") && wrong.contains("script"), "{wrong}");
}

fn nightly(name: &str) -> KeptTimetable {
    let timetable = Timetable {
        key: TimetableKey { owner: "cms".into(), name: name.into() },
        description: String::new(),
        acd: AcdNumber(1),
        schedule: "daily 00:45".parse().unwrap(),
        scope: RunScope::Anywhere,
        policy: Policy { goes_on: false, runs_late: false },
        tasks: vec![model::Task::parse("acd 1 collection off", AcdNumber(1)).unwrap()],
    };
    KeptTimetable { timetable, changed_at: Moment(7), changed_by: "cms".into() }
}

/// Something that is done with timetables.
type Change = fn(&mut SystemStore) -> store::Result<()>;

#[test]
fn timetables_are_read_again_when_their_file_has_changed_and_only_then() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("system.db");
    let mut store = SystemStore::create(&path).unwrap();
    let (mut known, mut readings) = (Known::default(), Vec::<Arc<KeptTimetables>>::new());
    let mut look = |store: &SystemStore, doing: &str, read_again: bool| {
        let heads = known.heads(store).unwrap();
        let is_read = !readings.last().is_some_and(|last| Arc::ptr_eq(last, &heads));
        assert_eq!(is_read, read_again, "{doing}");
        assert_eq!(*heads, store.timetable_heads().unwrap(), "{doing}");
        readings.extend(is_read.then_some(heads));
    };
    look(&store, "the first look", true);
    let changes: [(&str, Change); 5] = [
        ("adding", |store| store.add_timetable(&nightly("a"))),
        ("changing", |store| store.modify_timetable(&nightly("a"))),
        ("renaming", |store| store.rename_timetable(&nightly("a").timetable.key, &nightly("b"))),
        ("a global edit", |store| {
            let scope = RunScope::Only(ServerId("0a".into()));
            store.set_run_scopes(&[(nightly("b").timetable.key, scope)], Moment(8), "cms")
        }),
        ("deleting", |store| store.delete_timetable(&nightly("b").timetable.key)),
    ];
    for (doing, change) in changes {
        change(&mut store).unwrap();
        look(&store, doing, true);
        look(&store, "nothing since", false);
        look(&store, "nothing since", false);
    }
    SystemStore::open(&path).unwrap().add_timetable(&nightly("c")).unwrap();
    look(&store, "who else has the file open", true);
    assert!(store.add_timetable(&nightly("c")).is_err());
    look(&store, "an addition that was refused", false);
}
