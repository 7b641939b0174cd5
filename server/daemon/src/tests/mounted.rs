//! A device whose disk is not mounted, or is another one.

use std::fs;
use std::path::Path;

use backup::{Device, Place};

use super::{MARKER, Memory, check, marked};

fn device(folder: &Path) -> Device {
    let place = Place::Folder(folder.to_owned());
    Device { name: "nightly".to_owned(), place, volume_bytes: u64::MAX, keep: None }
}

fn memory(kept: Option<(&str, &Path)>, was_used: bool) -> Memory {
    Memory { kept: kept.map(|(number, place)| (number.to_owned(), place.into())), was_used }
}

#[test]
fn a_folder_without_its_marker_is_refused_until_somebody_says_that_it_is_right() {
    let dir = tempfile::tempdir().unwrap();
    let (folder, device) = (dir.path(), device(dir.path()));
    let is_right = |memory: &Memory| check(&device, "CMS-A", memory).is_ok();
    assert!(is_right(&memory(None, false)), "never used");
    let number = marked(folder).unwrap();
    assert_eq!(marked(folder).unwrap(), number, "it is marked once");
    let known = memory(Some((number.as_str(), folder)), true);
    assert!(is_right(&known));
    assert!(is_right(&memory(None, true)), "the other server has marked it");
    assert!(!is_right(&memory(Some(("another", folder)), true)), "another disk");
    fs::remove_file(folder.join(MARKER)).unwrap();
    let told = check(&device, "CMS-A", &known).expect_err("not mounted").to_string();
    assert!(told.contains("device nightly") && told.contains("is its disk mounted?"), "{told}");
    let accepted = folder.join(MARKER);
    assert!(told.contains(&format!("`touch {}`", accepted.display())), "{told}");
    fs::write(&accepted, "").unwrap();
    assert!(is_right(&known), "accepted");
    assert_ne!(marked(folder).unwrap(), number, "what was accepted is another one");
}

#[test]
fn a_device_of_a_time_without_markers_is_known_by_its_volumes() {
    let dir = tempfile::tempdir().unwrap();
    let device = device(dir.path());
    let used = memory(None, true);
    assert!(check(&device, "CMS-A", &used).is_err(), "used, and nothing is there");
    fs::create_dir(dir.path().join("CMS-A")).unwrap();
    fs::write(dir.path().join("CMS-A/CMS-261123-01-XXHX-00-F-01.db.zst"), "volume").unwrap();
    assert!(check(&device, "CMS-A", &used).is_ok());
}

#[test]
fn a_device_that_has_another_folder_in_the_configuration_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    let elsewhere = memory(Some(("number", Path::new("/srv/before"))), true);
    assert!(check(&device(dir.path()), "CMS-A", &elsewhere).is_ok());
}
