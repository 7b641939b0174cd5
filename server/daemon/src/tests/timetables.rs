//! What is due of a timetable, as a table.

use std::path::Path;

use chrono_tz::Tz;
use model::{Calendar, IntervalMinutes, Moment};

use crate::config::Config;
use crate::timetables::config::TimetableFolders;
use crate::timetables::due::{Due, due};

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
