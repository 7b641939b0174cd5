use std::fs;

use super::profile;
use crate::profiles::{check_name, delete, file_name, is_same_name, load, rename, save};
use crate::{ProfileError, ServerRef};

#[test]
fn profiles_come_back_as_they_were_saved() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("new/folder");
    let mut first = profile();
    first.primary.fingerprint = Some("ab".repeat(32));
    first.auto_switch_secs = Some(30);
    let mut second = profile();
    second.name = "Äther 2".to_owned();
    second.secondary = None;
    save(&folder, &first).unwrap();
    save(&folder, &second).unwrap();
    save(&folder, &first).unwrap();
    let (found, problems) = load(&folder);
    assert_eq!(found, [first, second]);
    assert!(problems.is_empty(), "{problems:?}");
    let files = fs::read_dir(&folder).unwrap().count();
    assert_eq!(files, 2, "no temporary file is left");
    delete(&folder, "Main").unwrap();
    delete(&folder, "Main").unwrap();
    assert_eq!(load(&folder).0.len(), 1);
}

#[test]
fn a_profile_that_is_renamed_is_saved_before_the_old_one_goes() {
    let dir = tempfile::tempdir().unwrap();
    let names = || load(dir.path()).0.into_iter().map(|profile| profile.name).collect::<Vec<_>>();
    save(dir.path(), &profile()).unwrap();
    let named = |name: &str| crate::Profile { name: name.to_owned(), ..profile() };
    assert!(matches!(rename(dir.path(), "Main", &named("a/b")), Err(ProfileError::Name(_))));
    assert_eq!(names(), ["Main"], "what cannot be written costs nothing");
    rename(dir.path(), "Main", &named("Night")).unwrap();
    assert_eq!(names(), ["Night"]);
    // On some systems both are one file.
    rename(dir.path(), "Night", &named("night")).unwrap();
    assert_eq!(names(), ["night"]);
    assert!(is_same_name("Äther", "äTHER") && !is_same_name("Day 1", "Day_1"));
    assert_eq!(file_name("Day 1", "json").unwrap(), "Day 1.json");
    assert!(check_name("Day 1").is_ok() && check_name("../Day").is_err() && file_name("a:b", "json").is_err());
}

#[test]
fn a_profile_file_never_holds_a_password() {
    let text = serde_json::to_string(&profile()).unwrap();
    assert!(!text.to_lowercase().contains("password"), "{text}");
}

#[test]
fn a_broken_file_is_named_with_its_line_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    save(dir.path(), &profile()).unwrap();
    let broken = dir.path().join("Old.profile.json");
    fs::write(&broken, "{\n  \"name\": \"Old\",\n  \"usr\": \"x\"\n}").unwrap();
    fs::write(dir.path().join("notes.txt"), "mine").unwrap();
    let (found, problems) = load(dir.path());
    assert_eq!(found.len(), 1);
    let text = problems[0].to_string();
    assert!(text.contains("Old.profile.json, line 3") && text.contains("usr"), "{text}");
    assert!(broken.exists());
}

#[test]
fn no_folder_is_no_profiles_and_names_cannot_leave_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    assert!(load(&dir.path().join("none")).1.is_empty());
    for name in ["", "../x", "a/b", ".hidden", "a\nb", "con:"] {
        let mut profile = profile();
        profile.name = name.to_owned();
        assert!(matches!(save(dir.path(), &profile), Err(ProfileError::Name(_))), "{name:?}");
    }
    assert_eq!(ServerRef::new("https://x").fingerprint, None);
}
