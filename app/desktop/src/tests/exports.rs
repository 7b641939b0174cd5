//! Files that are written for the person: nothing is replaced unasked, and the answer of a native dialog goes to who asked.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use session::{ReportKey, Update};

use super::harness::{Screen, Setup};
use super::world;
use crate::ctx::Browse;
use crate::files::FileDialogs;

/// A desktop without native dialogs.
struct Nobody;

impl FileDialogs for Nobody {
    fn ask(&self, _browse: &Browse) -> Option<PathBuf> {
        None
    }
}

/// Answers when the test says so.
struct Slow(Mutex<mpsc::Receiver<PathBuf>>);

impl FileDialogs for Slow {
    fn ask(&self, _browse: &Browse) -> Option<PathBuf> {
        self.0.lock().ok()?.recv().ok()
    }
}

fn one_report() -> Screen {
    Screen::new(Setup { reports: vec![world::request("VDN Report", &[])], ..Setup::default() })
}

/// Waits until every native dialog has answered.
fn answered(screen: &mut Screen) {
    let began = Instant::now();
    while !screen.harness.state().asking.is_empty() {
        assert!(began.elapsed() < Duration::from_secs(60), "a native dialog has not answered");
        std::thread::sleep(Duration::from_millis(5));
        screen.harness.run_steps(1);
    }
    screen.harness.run_steps(3);
}

#[test]
fn a_file_that_is_there_is_replaced_only_after_asking() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (file, neighbour) = (dir.path().join("out.csv"), dir.path().join("out.part"));
    for path in [&file, &neighbour] {
        std::fs::write(path, "mine").expect("the folder can be written to");
    }
    let read = |path: &PathBuf| std::fs::read_to_string(path).expect("it is there");
    let mut screen = one_report();
    screen.harness.state_mut().files = Arc::new(Nobody);
    screen.click("Export to CSV…");
    screen.retype("File on this PC to write", &file.display().to_string());
    screen.click("Export");
    assert!(screen.sees_part("There already:") && !screen.sees("Export"));
    assert_eq!(read(&file), "mine");
    let other = dir.path().join("other.csv");
    screen.retype("File on this PC to write", &other.display().to_string());
    assert!(!screen.sees_part("There already:") && screen.sees("Export"), "it was said of another file");
    screen.retype("File on this PC to write", &file.display().to_string());
    screen.click("Replace it");
    screen.harness.run_steps(2);
    assert!(read(&file).contains("Emergency") && !other.exists());
    assert_eq!(read(&neighbour), "mine", "nothing beside it is touched");
}

#[test]
fn an_export_of_nothing_says_so() {
    let mut screen = one_report();
    let request = world::request("VDN Report", &[]);
    screen.tell(Update::Opened { report: ReportKey(1), request });
    screen.click("Export to CSV…");
    assert!(screen.sees_part("There is nothing to export yet"));
}

#[test]
fn the_answer_of_a_native_dialog_goes_to_the_dialog_that_asked() {
    let (answer, waits) = mpsc::channel();
    let late = || PathBuf::from("/nowhere/late.cmsreport");
    let mut screen = one_report();
    screen.harness.state_mut().files = Arc::new(Slow(Mutex::new(waits)));
    screen.click("Copy…");
    screen.click("Browse…");
    screen.click("Cancel");
    screen.click("Copy…");
    answer.send(late()).expect("it is waited for");
    answered(&mut screen);
    assert!(screen.is_disabled("Copy"), "the dialog that asked is closed");
    screen.click("Browse…");
    answer.send(late()).expect("it is waited for");
    answered(&mut screen);
    assert!(!screen.is_disabled("Copy"));
}
