//! The dialog that copies reports: what is there is overwritten only as it was shown, and only by the dialog that asked.

use std::path::PathBuf;

use api::Scope;
use session::{Command, CopyState, Update, Which};

use super::harness::{Screen, Setup};

const FILE: &str = "/reports/queue.cmsreport";

fn copy(rename: Option<&str>, overwrite: bool) -> Command {
    let (file, rename) = (PathBuf::from(FILE), rename.map(str::to_owned));
    Command::CopyFromFile { file, scope: Scope::Personal, rename, overwrite, house: None }
}

fn exists(rename: Option<&str>) -> Update {
    let again = Box::new(copy(rename, true));
    Update::Copy(Some(CopyState::Exists { what: "Queue overview, personal".to_owned(), again }))
}

/// The dialog with a file to copy from, asked for once.
fn asked() -> Screen {
    let mut screen = Screen::new(Setup::default());
    screen.click("Copy…");
    screen.retype("File on this PC to read", FILE);
    let _ = screen.commands();
    screen.click("Copy");
    assert_eq!(screen.commands(), [copy(None, false)]);
    screen
}

#[test]
fn only_what_was_shown_is_overwritten() {
    let mut screen = asked();
    screen.tell(exists(None));
    assert!(screen.sees("Overwrite it") && screen.sees_part("There already: Queue overview"));
    screen.retype("Name there (empty: as it is)", "Queue 2");
    assert!(!screen.sees("Overwrite it") && !screen.sees_part("There already"), "it was said of another name");
    assert!(screen.commands().contains(&Command::DismissCopy));
    screen.click("Copy");
    assert_eq!(screen.commands(), [copy(Some("Queue 2"), false)]);
    assert!(!screen.sees("Overwrite it"), "that is the answer of before");
    screen.tell(exists(Some("Queue 2")));
    screen.click("Overwrite it");
    assert_eq!(screen.commands(), [copy(Some("Queue 2"), true)]);
}

#[test]
fn what_one_server_has_is_not_overwritten_on_the_other() {
    let mut screen = asked();
    screen.tell(exists(None));
    screen.tell(Update::SignedIn { which: Which::Secondary, administrator: true });
    screen.tell(Update::Serving(Some(Which::Secondary)));
    assert!(!screen.sees("Overwrite it") && screen.sees("Copy"), "the other server was not asked");
}

#[test]
fn a_dialog_does_not_begin_with_the_question_of_an_earlier_one() {
    let mut screen = asked();
    screen.click("Cancel");
    assert!(screen.commands().contains(&Command::DismissCopy));
    screen.tell(exists(None));
    screen.click("Copy…");
    screen.retype("File on this PC to read", FILE);
    assert!(!screen.sees("Overwrite it") && !screen.sees_part("There already") && screen.sees("Copy"));
}
