//! On and off for the whole server, by role and by hand.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use api::{ErrorBody, ErrorCode, HistoryInterface, Role, SwitchHistory};
use catalog::Record;
use model::{AcdNumber, Moment};
use store::{AcdStore, LocalStore};

use super::world::{START, call, calls, options, until};
use crate::administration::Administration;
use crate::auth::User;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::histories::{Histories, switch_history_interface};
use crate::init::{InitOptions, init};

/// A data folder whose files go to `out` beside it.
fn folder(dir: &Path, role: Role, history: &str) -> Config {
    let options = InitOptions {
        name: "CMS".to_owned(),
        role,
        acds: vec![(AcdNumber(1), "Berlin".to_owned())],
        zone: chrono_tz::Tz::UTC,
        password: "a long password".to_owned(),
        at: Moment(0),
    };
    let server = dir.join("server");
    init(&server, &options).unwrap();
    std::fs::create_dir(dir.join("out")).unwrap();
    let path = server.join("cms.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}{history}")).unwrap();
    Config::load(&server).unwrap()
}

fn local(server: &Path) -> LocalStore {
    LocalStore::open(&server.join("local.db")).unwrap()
}

fn start(server: &Path, config: &Config, role: Role) -> Histories {
    Histories::start(server, config, role, &local(server)).unwrap()
}

fn switch(histories: &Histories, server: &Path, on: bool, after: Option<u64>) -> Result<HistoryInterface, ErrorBody> {
    let user = User { name: "cms".to_owned(), administrator: true };
    histories.switch(
        &Administration::new(local(server), Arc::new(SystemClock)).unwrap(),
        &user,
        SwitchHistory { on, after },
    )
}

const TO_FOLDER: &str = "[history]\nfolder = \"../out\"\nsuffix = \"1\"\n";

#[test]
fn a_primary_begins_on_and_a_secondary_off() {
    for (role, on) in [(Role::Primary, true), (Role::Secondary, false)] {
        let dir = tempfile::tempdir().unwrap();
        let config = folder(dir.path(), role, TO_FOLDER);
        let histories = start(&dir.path().join("server"), &config, role);
        let status = histories.status();
        assert_eq!((status.on, status.configured, status.version), (on, true, Some(181)));
        assert!(status.acds[0].target.ends_with("out"), "{}", status.acds[0].target);
    }
}

#[test]
fn without_a_target_it_cannot_be_switched_on() {
    let dir = tempfile::tempdir().unwrap();
    let config = folder(dir.path(), Role::Primary, "");
    let server = dir.path().join("server");
    let histories = start(&server, &config, Role::Primary);
    assert!(!histories.status().on && !histories.status().configured);
    let refused = switch(&histories, &server, true, None).unwrap_err();
    assert!(refused.code == ErrorCode::BadRequest && refused.message.contains("[history]"), "{refused}");
    assert!(!switch(&histories, &server, false, None).unwrap().on);
}

#[test]
fn a_switch_outlives_the_server_and_says_from_where_it_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let server = dir.path().join("server");
    let config = folder(dir.path(), Role::Secondary, TO_FOLDER);
    let histories = start(&server, &config, Role::Secondary);
    let recorder = histories.recorder(AcdNumber(1)).unwrap();
    // The primary is still up: nothing is taken here.
    (1..=3).for_each(|number| recorder.record(number, &call(number, number as i64)));
    let on = switch(&histories, &server, true, None).unwrap();
    assert_eq!((on.on, on.acds[0].last_record, on.acds[0].last_record_at), (true, 3, Some(START + 3)));
    (3..=5).for_each(|number| recorder.record(number, &call(number, number as i64)));
    histories.stop();
    drop((recorder, histories));

    let histories = start(&server, &config, Role::Secondary);
    assert!(histories.status().on);
    let recorder = histories.recorder(AcdNumber(1)).unwrap();
    (2..=6).for_each(|number| recorder.record(number, &call(number, number as i64)));
    // The primary is back.
    let off = switch(&histories, &server, false, None).unwrap();
    assert_eq!((off.on, off.acds[0].last_record), (false, 6));
    let file = until("the file", || std::fs::read(dir.path().join("out/chr0001.1")).ok());
    assert_eq!(calls(&file).1, [4, 5, 6]);
    histories.stop();
    drop((recorder, histories));
    assert!(!start(&server, &config, Role::Secondary).status().on);
    let changes = local(&server).changes(10).unwrap();
    let changes: Vec<_> = changes.iter().map(|change| (change.what.as_str(), change.after.as_str())).collect();
    assert_eq!(changes, [("External Call History", "off"), ("External Call History", "on")]);
}

#[test]
fn what_cannot_be_started_says_so_and_the_rest_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let server = dir.path().join("server");
    let config = folder(dir.path(), Role::Primary, TO_FOLDER);
    let spool = crate::histories::spool_folder(&server, AcdNumber(1));
    std::fs::create_dir_all(&spool).unwrap();
    std::fs::write(spool.join("state.json"), "nonsense").unwrap();
    let histories = start(&server, &config, Role::Primary);
    let problem = &histories.status().acds[0].problem;
    assert!(problem.contains("state.json") && problem.contains("damaged"), "{problem}");
    // It can be switched all the same, and is tried again.
    assert!(!switch(&histories, &server, false, None).unwrap().on);
    assert!(switch(&histories, &server, true, None).unwrap().on);
    std::fs::remove_file(spool.join("state.json")).unwrap();
    until("it is open", || histories.status().acds[0].problem.is_empty().then_some(()));
}

/// Records in the archive of a server, one a second.
fn archived(server: &Path, numbers: impl Iterator<Item = u64>) {
    let mut archive = AcdStore::open(&server.join("acd/01.db"), AcdNumber(1)).unwrap();
    let record = |number: u64| (number, Record::Call(Box::new(call(number, number as i64))));
    archive.append_records(&numbers.map(record).collect::<Vec<_>>(), &options(0).calendar).unwrap();
}

/// A start with the collector behind a record, and what it tells from there on.
fn lives(server: &Path, config: &Config, behind: u64, told: impl Iterator<Item = u64>) -> Histories {
    let histories = start(server, config, Role::Primary);
    let recorder = histories.recorder(AcdNumber(1)).unwrap();
    recorder.go_on_behind(behind);
    told.for_each(|number| recorder.record(number, &call(number, number as i64)));
    assert!(recorder.settle(Duration::from_secs(60)));
    histories
}

fn file(dir: &Path, name: &str) -> Vec<i64> {
    calls(&until(name, || std::fs::read(dir.join("out").join(name)).ok())).1
}

#[test]
fn what_was_told_while_the_spool_was_shut_is_taken_from_the_archive() {
    let dir = tempfile::tempdir().unwrap();
    let server = dir.path().join("server");
    let config = folder(dir.path(), Role::Primary, TO_FOLDER);
    archived(&server, 1..=4);
    lives(&server, &config, 0, 1..=2).stop();
    let state = crate::histories::spool_folder(&server, AcdNumber(1)).join("state.json");
    let kept = std::fs::read(&state).unwrap();
    std::fs::write(&state, "nonsense").unwrap();
    let histories = lives(&server, &config, 2, 3..=4);
    assert!(histories.status().acds[0].problem.contains("damaged"));
    std::fs::write(&state, kept).unwrap();
    until("it is open", || histories.status().acds[0].problem.is_empty().then_some(()));
    histories.recorder(AcdNumber(1)).unwrap().record(5, &call(5, 5));
    switch(&histories, &server, false, None).unwrap();
    assert_eq!(file(dir.path(), "chr0001.1"), [1, 2, 3, 4, 5]);
}

#[test]
fn what_was_told_without_the_interface_is_taken_from_the_archive() {
    let dir = tempfile::tempdir().unwrap();
    let server = dir.path().join("server");
    let config = folder(dir.path(), Role::Primary, TO_FOLDER);
    archived(&server, 1..=6);
    lives(&server, &config, 0, 1..=2).stop();
    // [history] was taken out of cms.toml for a day.
    let histories = lives(&server, &config, 5, 6..=7);
    switch(&histories, &server, false, None).unwrap();
    assert_eq!(file(dir.path(), "chr0001.1"), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(histories.status().acds[0].problem, "");
}

#[test]
fn what_an_archive_has_let_go_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let server = dir.path().join("server");
    let config = folder(dir.path(), Role::Primary, TO_FOLDER);
    archived(&server, 5..=6);
    lives(&server, &config, 0, 1..=2).stop();
    let histories = lives(&server, &config, 6, 7..=7);
    let problem = &histories.status().acds[0].problem;
    assert!(problem.contains("does not reach back to record 2"), "{problem}");
    switch(&histories, &server, false, None).unwrap();
    assert_eq!(file(dir.path(), "chr0001.1"), [1, 2, 5, 6, 7]);
}

#[test]
fn what_was_told_while_it_was_off_is_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let server = dir.path().join("server");
    let config = folder(dir.path(), Role::Primary, TO_FOLDER);
    archived(&server, 1..=9);
    let histories = lives(&server, &config, 0, 1..=2);
    switch(&histories, &server, false, None).unwrap();
    histories.stop();
    lives(&server, &config, 2, 3..=4).stop();
    switch_history_interface(&server, true, false).unwrap();
    lives(&server, &config, 4, 5..=5).stop();
    let histories = lives(&server, &config, 5, 6..=6);
    switch(&histories, &server, false, None).unwrap();
    assert_eq!(file(dir.path(), "chr0001.1"), [1, 2]);
    assert_eq!(file(dir.path(), "chr0002.1"), [5, 6]);
}

#[test]
fn on_behind_a_record_it_takes_what_the_archive_has_first() {
    let dir = tempfile::tempdir().unwrap();
    let server = dir.path().join("server");
    let config = folder(dir.path(), Role::Secondary, TO_FOLDER);
    let mut archive = AcdStore::open(&server.join("acd/01.db"), AcdNumber(1)).unwrap();
    let calendar = options(0).calendar;
    let mut archived = |numbers: std::ops::RangeInclusive<u64>| {
        let record = |number: u64| (number, Record::Call(Box::new(call(number, number as i64))));
        archive.append_records(&numbers.map(record).collect::<Vec<_>>(), &calendar).unwrap();
    };
    archived(1..=6);
    let histories = start(&server, &config, Role::Secondary);
    let recorder = histories.recorder(AcdNumber(1)).unwrap();
    // The archiver is behind the collector: record 7 is not archived yet.
    (1..=7).for_each(|number| recorder.record(number, &call(number, number as i64)));
    let on = switch(&histories, &server, true, Some(2)).unwrap();
    assert!(on.on && on.acds[0].last_record >= 2, "{on:?}");
    (7..=9).for_each(|number| recorder.record(number, &call(number, number as i64)));
    assert!(!recorder.is_idle(), "it did not wait for record 7");
    let told = switch(&histories, &server, true, Some(2)).unwrap_err();
    assert!(told.code == ErrorCode::WrongState && told.message.contains("already"), "{told}");
    // A stop in the middle: the next start goes on with it.
    histories.stop();
    drop((recorder, histories));
    archived(7..=9);
    let histories = start(&server, &config, Role::Secondary);
    let recorder = histories.recorder(AcdNumber(1)).unwrap();
    (5..=10).for_each(|number| recorder.record(number, &call(number, number as i64)));
    switch(&histories, &server, false, None).unwrap();
    let file = until("the file", || std::fs::read(dir.path().join("out/chr0001.1")).ok());
    assert_eq!(calls(&file).1, [3, 4, 5, 6, 7, 8, 9, 10]);
}

#[test]
fn a_check_says_whether_files_could_leave() {
    let dir = tempfile::tempdir().unwrap();
    let server = dir.path().join("server");
    folder(dir.path(), Role::Primary, TO_FOLDER);
    let finding = || {
        let findings = crate::check(&server);
        findings.into_iter().find(|finding| finding.what == "call history of ACD 1").expect("it was looked at")
    };
    assert!(finding().is_right() && finding().detail.ends_with("out"), "{:?}", finding());
    std::fs::remove_dir(dir.path().join("out")).unwrap();
    assert!(finding().problem.contains("[history]"), "{:?}", finding());
}

#[test]
fn a_stopped_server_can_be_switched_too() {
    let dir = tempfile::tempdir().unwrap();
    let server = dir.path().join("server");
    let config = folder(dir.path(), Role::Primary, TO_FOLDER);
    assert_eq!(switch_history_interface(&server, false, true).unwrap(), 0);
    assert!(!start(&server, &config, Role::Primary).status().on);
    switch_history_interface(&server, true, false).unwrap();
    assert!(start(&server, &config, Role::Primary).status().on);
    let changes = local(&server).changes(10).unwrap();
    assert_eq!(changes.iter().map(|change| change.after.as_str()).collect::<Vec<_>>(), ["on", "off"]);
}
