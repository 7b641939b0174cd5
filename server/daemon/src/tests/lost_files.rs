//! Which files of an ACD are missed, and which never were there.

use std::path::Path;

use api::{LogCode, Role};
use chrono_tz::Tz;
use model::{AcdNumber, Moment};
use store::{AcdStore, DataFolder, LocalStore};

use super::{check_sending, of, remember, tell, unacknowledged};
use crate::config::Config;
use crate::{InitOptions, init};

const ACD: AcdNumber = AcdNumber(1);

fn codes(dir: &Path, local: Option<&LocalStore>) -> Vec<LogCode> {
    let config = Config::load(dir).unwrap();
    of(dir, &config.acds[0], local).unwrap().into_iter().map(|lost| lost.code).collect()
}

fn new_server(dir: &Path) -> (Config, LocalStore, DataFolder) {
    let (name, password, at) = ("CMS-A".to_owned(), "a password".to_owned(), Moment(0));
    let acds = vec![(ACD, "Berlin".to_owned())];
    init(dir, &InitOptions { name, role: Role::Primary, acds, zone: Tz::UTC, password, at }).unwrap();
    let folder = DataFolder::new(dir);
    (Config::load(dir).unwrap(), LocalStore::open(&folder.local()).unwrap(), folder)
}

#[test]
fn what_was_there_is_missed_and_what_never_was_is_not() {
    let parent = tempfile::tempdir().unwrap();
    let dir = &parent.path().join("cms");
    let (config, mut local, folder) = new_server(dir);
    assert_eq!(codes(dir, Some(&local)), [], "a new server has none yet");
    drop(AcdStore::open(&folder.acd(ACD), ACD).unwrap());
    std::fs::remove_file(folder.acd_events(ACD)).unwrap();
    assert_eq!(codes(dir, Some(&local)), [], "a history from before there were files of records");
    drop(AcdStore::open(&folder.acd(ACD), ACD).unwrap());
    std::fs::create_dir_all(dir.join("acd/01/journal")).unwrap();
    remember(dir, &config, &mut local).unwrap();
    assert_eq!(codes(dir, Some(&local)), []);

    std::fs::remove_file(folder.acd(ACD)).unwrap();
    assert_eq!(codes(dir, Some(&local)), [LogCode::AcdHistoryLost]);
    assert_eq!(codes(dir, None), [LogCode::AcdHistoryLost], "its records are there without it");
    std::fs::remove_dir_all(dir.join("acd")).unwrap();
    assert_eq!(codes(dir, Some(&local)), [LogCode::AcdHistoryLost, LogCode::AcdRecordsLost, LogCode::JournalLost]);
    std::fs::create_dir_all(dir.join("acd/01")).unwrap();
    assert_eq!(codes(dir, None), []);
    std::fs::write(dir.join("acd/01/checkpoint"), "any").unwrap();
    assert_eq!(codes(dir, None), [LogCode::AcdHistoryLost], "something was collected");
}

/// Told before the files are made anew, and remembered after it, until somebody has acknowledged it.
#[test]
fn nothing_that_is_administered_is_sent_until_the_loss_is_acknowledged() {
    let parent = tempfile::tempdir().unwrap();
    let dir = &parent.path().join("cms");
    let (config, mut local, folder) = new_server(dir);
    let make = || drop(AcdStore::open(&folder.acd(ACD), ACD).unwrap());
    make();
    remember(dir, &config, &mut local).unwrap();
    tell(dir, &config, &mut local, Moment(1)).unwrap();
    assert!(check_sending(&local).is_ok());
    std::fs::remove_file(folder.acd(ACD)).unwrap();
    tell(dir, &config, &mut local, Moment(2)).unwrap();
    make();
    tell(dir, &config, &mut local, Moment(3)).unwrap();
    let known = unacknowledged(&local).unwrap();
    let history = known.iter().find(|entry| entry.code == LogCode::AcdHistoryLost.word()).unwrap();
    assert!(history.text.starts_with("acd/01.db was here and is gone") && history.count == 1, "{history:?}");
    let refused = check_sending(&local).unwrap_err();
    assert!(refused.message.contains("acd/01.db") && refused.message.contains("Maintenance error log"), "{refused:?}");
    local.acknowledge_maintenance(None, Moment(4), "cms").unwrap();
    assert!(check_sending(&local).is_ok());
}

/// A number that was changed in `cms.toml` begins a new ACD; the old one's history is named and not left to be found out.
#[test]
fn files_of_an_acd_that_is_not_configured_are_told() {
    let parent = tempfile::tempdir().unwrap();
    let dir = &parent.path().join("cms");
    let (config, mut local, folder) = new_server(dir);
    drop(AcdStore::open(&folder.acd(ACD), ACD).unwrap());
    std::fs::create_dir_all(dir.join("acd/01/journal")).unwrap();
    // Nothing was ever collected there.
    std::fs::create_dir_all(dir.join("acd/07")).unwrap();
    let wrong = || -> Vec<String> {
        let found = crate::check(dir).into_iter().filter(|finding| !finding.is_right());
        found.map(|finding| format!("{}: {}", finding.what, finding.problem)).collect()
    };
    assert_eq!(wrong(), [""; 0]);
    tell(dir, &config, &mut local, Moment(1)).unwrap();
    assert_eq!(local.maintenance_log(false, 10).unwrap(), []);

    let path = dir.join("cms.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("number = 1"), "{text}");
    std::fs::write(&path, text.replace("number = 1", "number = 2")).unwrap();
    let told = wrong();
    let named = "acd/01, acd/01-events.db, acd/01.db: ";
    assert!(told.len() == 1 && told[0].starts_with(named) && told[0].contains("write `number = 1`"), "{told:?}");
    tell(dir, &Config::load(dir).unwrap(), &mut local, Moment(2)).unwrap();
    let log = local.maintenance_log(false, 10).unwrap();
    assert!(
        log.len() == 1 && log[0].code == LogCode::AcdNotConfigured.word() && log[0].text.contains("acd/01.db"),
        "{log:?}"
    );
    assert_eq!(log[0].severity, model::Severity::Warning);
}
