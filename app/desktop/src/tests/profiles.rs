//! The profile editor: no profile is lost by it, and none takes the place of another one.

use session::{Command, Profile, profiles};

use super::harness::{Screen, Setup};
use super::world;
use crate::layout::LayoutFile;

fn names(dir: &std::path::Path) -> Vec<String> {
    let (known, problems) = profiles::load(dir);
    assert!(problems.is_empty(), "{problems:?}");
    known.into_iter().map(|profile| profile.name).collect()
}

fn connects(screen: &Screen) -> bool {
    screen.commands().iter().any(|command| matches!(command, Command::Connect(_)))
}

#[test]
fn a_name_is_checked_as_it_is_typed_and_none_is_taken_twice() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for name in ["Day shift", "Night"] {
        let profile = Profile { name: name.to_owned(), ..world::profile() };
        profiles::save(dir.path(), &profile).expect("the folder can be written to");
    }
    let mut screen =
        Screen::new(Setup { signed_in: false, config_dir: Some(dir.path().to_owned()), ..Setup::default() });
    let _ = screen.commands();
    screen.click("New profile…");
    for (field, text) in
        [("Profile name", "night"), ("User name", "ada"), ("Address of the primary server", "cms1:8443")]
    {
        screen.fill_in(field, text);
    }
    assert!(screen.sees_part("There is a profile \"Night\" already; choose another name"));
    screen.click("Save");
    assert!(screen.sees("Save") && !connects(&screen), "it stays open");
    screen.retype("Profile name", "a/b");
    assert!(screen.sees_part("A profile cannot be named \"a/b\""));
    screen.click("Save");
    assert!(screen.sees("Save") && !connects(&screen));
    assert_eq!(names(dir.path()), ["Day shift", "Night"], "nothing was written");
    screen.retype("Profile name", "Evening");
    screen.click("Save");
    assert!(!screen.sees("Save") && connects(&screen));
    assert_eq!(names(dir.path()), ["Day shift", "Evening", "Night"]);
}

#[test]
fn enter_saves_a_new_profile() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut screen =
        Screen::new(Setup { signed_in: false, config_dir: Some(dir.path().to_owned()), ..Setup::default() });
    screen.click("New profile…");
    screen.fill_in("Profile name", "Evening");
    screen.fill_in("User name", "ada");
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(3);
    assert!(screen.sees_part("The address of the primary server is needed"), "it says what is missing");
    screen.fill_in("Address of the primary server", "cms1:8443");
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(3);
    assert_eq!(names(dir.path()), ["Evening"]);
    screen.click("Edit the profile…");
    screen.escape();
    assert!(!screen.sees("Save"));
}

#[test]
fn a_profile_that_is_renamed_takes_its_layout_along() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    profiles::save(dir.path(), &world::profile()).expect("the folder can be written to");
    let setup = || Setup {
        config_dir: Some(dir.path().to_owned()),
        reports: vec![world::request("VDN Report", &[])],
        ..Setup::default()
    };
    let mut screen = Screen::new(setup());
    screen.click("Duplicate the report");
    eframe::App::on_exit(screen.harness.state_mut(), None);
    let layout = |profile: &str| LayoutFile::load(dir.path(), profile).expect("it can be read");
    let kept = layout("Day shift").expect("it is kept");
    let mut screen = Screen::new(Setup { signed_in: false, ..setup() });
    screen.click("Edit the profile…");
    screen.retype("Profile name", "Early");
    screen.click("Save");
    assert_eq!(names(dir.path()), ["Early"]);
    assert_eq!(layout("Early"), Some(kept));
    assert_eq!(layout("Day shift"), None);
}

#[test]
fn one_server_is_not_both_and_a_profile_is_deleted_only_when_asked_twice() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    profiles::save(dir.path(), &world::profile()).expect("the folder can be written to");
    let mut screen =
        Screen::new(Setup { signed_in: false, config_dir: Some(dir.path().to_owned()), ..Setup::default() });
    screen.click("Edit the profile…");
    let _ = screen.commands();
    screen.retype("Address of the secondary server", "CMS-north.example:8443/");
    screen.click("Save");
    assert!(screen.sees_part("Both servers have the same address") && !connects(&screen));
    screen.click("Delete the profile…");
    assert_eq!(names(dir.path()), ["Day shift"], "it is asked for again");
    screen.click("Delete Day shift for good");
    assert!(names(dir.path()).is_empty());
}
