//! On and off for the whole server, by role and by hand.

use std::path::Path;

use api::{ErrorBody, ErrorCode, HistoryInterface, Role};
use model::{AcdNumber, Moment};
use store::LocalStore;

use super::world::{START, call, calls, until};
use crate::administration::Administration;
use crate::auth::User;
use crate::config::Config;
use crate::history::Histories;
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

fn switch(histories: &Histories, server: &Path, on: bool) -> Result<HistoryInterface, ErrorBody> {
    let user = User { name: "cms".to_owned(), administrator: true };
    histories.switch(&Administration::new(local(server)), &user, on)
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
    let refused = switch(&histories, &server, true).unwrap_err();
    assert!(refused.code == ErrorCode::BadRequest && refused.message.contains("[history]"), "{refused}");
    assert!(!switch(&histories, &server, false).unwrap().on);
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
    let on = switch(&histories, &server, true).unwrap();
    assert_eq!((on.on, on.acds[0].last_record, on.acds[0].last_record_at), (true, 3, Some(START + 3)));
    (3..=5).for_each(|number| recorder.record(number, &call(number, number as i64)));
    histories.stop();
    drop((recorder, histories));

    let histories = start(&server, &config, Role::Secondary);
    assert!(histories.status().on);
    let recorder = histories.recorder(AcdNumber(1)).unwrap();
    (2..=6).for_each(|number| recorder.record(number, &call(number, number as i64)));
    // The primary is back.
    let off = switch(&histories, &server, false).unwrap();
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
    let spool = crate::history::spool_folder(&server, AcdNumber(1));
    std::fs::create_dir_all(&spool).unwrap();
    std::fs::write(spool.join("state.json"), "nonsense").unwrap();
    let histories = start(&server, &config, Role::Primary);
    assert!(histories.recorder(AcdNumber(1)).is_none());
    let problem = &histories.status().acds[0].problem;
    assert!(problem.contains("state.json") && problem.contains("damaged"), "{problem}");
}
