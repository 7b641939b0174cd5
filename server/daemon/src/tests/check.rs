//! What a check finds before a start does.

use std::path::Path;

use api::Role;
use chrono_tz::Tz;
use model::{AcdNumber, Moment};

use super::{LEAST_FREE_BYTES, check, free_space};
use crate::{InitOptions, Server, init};

fn new_server(dir: &Path, more: &str) {
    let (name, password, at) = ("CMS-A".to_owned(), "a password".to_owned(), Moment(0));
    let acds = vec![(AcdNumber(1), "Berlin".to_owned())];
    init(dir, &InitOptions { name, role: Role::Primary, acds, zone: Tz::UTC, password, at }).unwrap();
    let path = dir.join("cms.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\n{more}")).unwrap();
}

fn wrong(dir: &Path) -> Vec<String> {
    let found = check(dir).into_iter().filter(|finding| !finding.is_right());
    found.map(|finding| format!("{}: {}", finding.what, finding.problem)).collect()
}

#[test]
fn a_token_that_cannot_be_read_and_folders_that_are_not_there_are_named() {
    let parent = tempfile::tempdir().unwrap();
    let dir = &parent.path().join("cms");
    new_server(dir, "[metrics]\ntoken_file = \"nix\"\n[timetables]\nexports = \"out\"\nscripts = \"programs\"\n");
    let found = wrong(dir);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].contains("nix") && found[0].contains("[metrics] token_file of cms.toml"), "{found:?}");
    assert!(found[1].contains("cms/out: ") && found[1].contains("exports under [timetables]"), "{found:?}");
    assert!(found[2].contains("cms/programs: ") && found[2].contains("scripts under [timetables]"), "{found:?}");

    std::fs::write(dir.join("nix"), "short").unwrap();
    std::fs::create_dir(dir.join("out")).unwrap();
    std::fs::create_dir(dir.join("programs")).unwrap();
    let found = wrong(dir);
    assert!(found.len() == 1 && found[0].contains("must hold a token"), "{found:?}");
    std::fs::write(dir.join("nix"), "0123456789abcdef").unwrap();
    assert_eq!(wrong(dir), [""; 0]);
}

/// Whoever runs the tests may be root, who may open every file: a folder in its place cannot be opened by anybody.
#[test]
fn a_lock_that_cannot_be_opened_is_named_with_its_owner() {
    let parent = tempfile::tempdir().unwrap();
    let dir = &parent.path().join("cms");
    new_server(dir, "");
    assert_eq!(wrong(dir), [""; 0]);
    std::fs::create_dir(dir.join("lock")).unwrap();
    let found = wrong(dir);
    assert!(found.len() == 1 && found[0].starts_with("lock: cannot open "), "{found:?}");
    let Err(error) = Server::start(dir, None) else { panic!("it has no lock") };
    let told = format!("{error:#}");
    assert!(told.contains("cms/lock, which belongs to ") && told.contains("`chown -R "), "{told}");
}

/// Where nobody's file is in the way, the owner is not what is to be changed.
#[test]
fn a_disk_that_is_read_only_is_told_as_that() {
    use std::io::{Error, ErrorKind};
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path();
    std::fs::write(dir.join("lock"), "").unwrap();
    let told = crate::folder_lock::cannot_lock(dir, &Error::from(ErrorKind::ReadOnlyFilesystem));
    assert!(told.contains("mounted read-only") && !told.contains("chown"), "{told}");
    let told = crate::folder_lock::cannot_lock(dir, &Error::from(ErrorKind::PermissionDenied));
    assert!(told.contains("start the server as that user"), "{told}");
}

#[test]
fn a_disk_with_next_to_nothing_left_is_named() {
    let told = free_space(Some(LEAST_FREE_BYTES - 1)).unwrap_err();
    assert_eq!(told, "67 MB left on the disk of the data folder, too few to go on for long; make room first");
    assert!(free_space(Some(LEAST_FREE_BYTES)).is_ok() && free_space(None).is_ok());
}

/// Whoever has intervals of an hour finds the usual time of summing up too early for them, before any change of times is refused.
#[test]
fn a_time_of_summing_up_that_is_too_early_for_the_intervals_is_named() {
    let parent = tempfile::tempdir().unwrap();
    let dir = &parent.path().join("cms");
    new_server(dir, "");
    let path = dir.join("cms.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("interval_minutes = 30", "interval_minutes = 60")).unwrap();
    let found = wrong(dir);
    let told = "times of summing up of ACD 1: summarizing at 00:35 is too early: the day's last interval must be archived, which takes \
                until 01:00 at least: `cms interval set --acd 1 --summarize-at 01:05`, with data collection off";
    assert_eq!(found, [told]);
    assert!(check(dir).iter().all(|finding| !finding.is_of_room() || finding.is_right()));
}
