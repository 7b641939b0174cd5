//! Files that are written for the person: nothing is replaced unasked, and the answer of a native dialog goes to who asked.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use egui_kittest::kittest::{AccessKitNode, NodeT as _, Queryable as _};

use session::{Model, ReportKey, Update};

use super::harness::{Screen, Setup, now};
use super::world;
use crate::ctx::Browse;
use crate::files::FileDialogs;
use crate::printing::Opener;
use crate::settings::ThemeChoice;
use crate::view::export::file_name;

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

/// Notes what it is asked, and answers with a file.
struct Asked(Mutex<Vec<Browse>>, PathBuf);

impl FileDialogs for Asked {
    fn ask(&self, browse: &Browse) -> Option<PathBuf> {
        self.0.lock().ok()?.push(browse.clone());
        Some(self.1.clone())
    }
}

fn one_report() -> Screen {
    Screen::new(Setup { reports: vec![world::request("VDN Report", &[])], ..Setup::default() })
}

/// Waits until every file is written.
pub(super) fn written(screen: &mut Screen) {
    let began = Instant::now();
    while !screen.harness.state().writing.is_empty() {
        assert!(began.elapsed() < Duration::from_secs(60), "a file is not written");
        std::thread::sleep(Duration::from_millis(5));
        screen.harness.run_steps(1);
    }
    screen.harness.run_steps(2);
}

/// Waits until every native dialog has answered.
pub(super) fn answered(screen: &mut Screen) {
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
    screen.click("Export…");
    screen.retype("File on this PC to write", &file.display().to_string());
    screen.click("Export");
    assert!(screen.sees_part("There already:") && !screen.sees("Export"));
    assert_eq!(read(&file), "mine");
    let other = dir.path().join("other.csv");
    screen.retype("File on this PC to write", &other.display().to_string());
    assert!(!screen.sees_part("There already:") && screen.sees("Export"), "it was said of another file");
    screen.retype("File on this PC to write", &file.display().to_string());
    screen.click("Replace it");
    written(&mut screen);
    assert!(read(&file).contains("Emergency") && !other.exists());
    assert_eq!(read(&neighbour), "mine", "nothing beside it is touched");
}

#[test]
fn an_export_of_nothing_says_so() {
    let mut screen = one_report();
    let request = world::request("VDN Report", &[]);
    screen.tell(Update::Opened { report: ReportKey(1), request });
    screen.click("Export…");
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

#[test]
fn a_name_is_proposed_and_has_the_keyboard() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut screen = one_report();
    let app = screen.harness.state_mut();
    app.files = Arc::new(Nobody);
    app.settings.export_dir = Some(dir.path().to_owned());
    screen.click("Export…");
    let line = |node: &AccessKitNode<'_>| {
        node.role() == egui::Role::TextInput && node.label().as_deref() == Some("File on this PC to write")
    };
    let expected = dir.path().join("VDN Report 2026-11-23 10-42-07.csv");
    assert_eq!(screen.harness.get_by(line).accesskit_node().value(), Some(expected.display().to_string()));
    assert!(screen.harness.get_by(line).accesskit_node().is_focused());
    screen.harness.get_by(line).type_text("queues");
    screen.harness.run_steps(2);
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(3);
    written(&mut screen);
    let written = dir.path().join("queues.csv");
    assert!(written.exists(), "what is typed takes the place of the name; folder and ending stay");
    assert!(screen.sees(&format!("Exported to {}", written.display())));
}

#[test]
fn every_system_takes_the_proposed_name() {
    let request = world::request("VDN Report", &[]);
    let mut model = Model::default();
    model.apply(Update::Opened { report: ReportKey(1), request: request.clone() });
    let mut check = |title: &str, expect: &str| {
        let Update::Frame { which, report, stamp, sheet, orders, at } = world::frame(ReportKey(1), &request, 0, now())
        else {
            unreachable!()
        };
        let mut sheet = (*sheet).clone();
        title.clone_into(&mut sheet.title);
        model.apply(Update::Frame { which, report, stamp, sheet: Arc::new(sheet), orders, at });
        assert_eq!(file_name(&model.reports[&ReportKey(1)]), expect.strip_suffix(".csv").unwrap_or(expect));
    };
    check("Split/Skill Report", "Split-Skill Report 2026-11-23 10-42-07.csv");
    check("A: what? *all* <\"x|y\\z\">\u{7}", "A- what- -all- --x-y-z--- 2026-11-23 10-42-07.csv");
    check(" .. ", "2026-11-23 10-42-07.csv");
    let long = "é".repeat(200);
    check(&long, &format!("{} 2026-11-23 10-42-07.csv", "é".repeat(75)));
}

#[test]
fn an_export_has_the_order_and_the_columns_of_the_screen() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("out.csv");
    let reports = vec![world::request("Split/Skill Report", &[])];
    let mut screen = Screen::new(Setup { reports, file: file.clone(), ..Setup::default() });
    screen.click("Sort by Calls waiting");
    screen.click("Sort by Calls waiting");
    let pane = screen.harness.state_mut().workspace.pane_mut(ReportKey(1)).expect("the pane");
    pane.prefs.change_column(0, "split_number", |column| column.hidden = true);
    screen.harness.run_steps(2);
    screen.harness.state_mut().files = Arc::new(Nobody);
    screen.click("Export…");
    assert!(screen.sees_part("without the column that is hidden there"));
    screen.retype("File on this PC to write", &file.display().to_string());
    screen.click("Export");
    written(&mut screen);
    let text = std::fs::read_to_string(&file).expect("the file was written");
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert!(lines[0].starts_with(&["split", "waiting"]), "{text}");
    assert_eq!(lines[1][0], "Billing", "{text}");
    let waiting: Vec<i64> = lines[1..].iter().map(|line| line[1].parse().expect("a count")).collect();
    assert!(waiting.len() == 8 && waiting.is_sorted_by(|one, next| one >= next), "{waiting:?}");
}

#[test]
fn a_file_is_written_on_no_thread_that_draws() {
    let drawing = std::thread::current().id();
    let (release, waits) = mpsc::channel::<()>();
    let waits = Mutex::new(waits);
    let mut screen = one_report();
    let app = screen.harness.state_mut();
    app.files = Arc::new(Nobody);
    app.writer = Arc::new(move |_: &Path, _: &[u8]| {
        if std::thread::current().id() == drawing {
            return Err(std::io::Error::other("it is the thread that draws"));
        }
        // A disk that takes its time.
        let _ = waits.lock().map(|waits| waits.recv());
        Err(std::io::Error::other("no room left"))
    });
    screen.click("Export…");
    screen.retype("File on this PC to write", "/nowhere/slow.csv");
    screen.click("Export");
    screen.click("Sort by Calls waiting");
    assert_eq!(screen.harness.state().writing.len(), 1, "the screen goes on while it is written");
    assert!(!screen.sees_part("/nowhere/slow.csv"));
    screen.click("Export…");
    screen.retype("File on this PC to write", "/nowhere/slow.csv");
    screen.click("Export");
    assert!(screen.sees_part("/nowhere/slow.csv is still being written"));
    release.send(()).expect("it is waited for");
    written(&mut screen);
    assert!(screen.sees("Cannot write /nowhere/slow.csv: no room left. Choose another folder"));
}

/// The text in the line for the file.
fn typed(screen: &Screen) -> String {
    let line = |node: &AccessKitNode<'_>| {
        node.role() == egui::Role::TextInput && node.label().as_deref() == Some("File on this PC to write")
    };
    screen.harness.get_by(line).accesskit_node().value().unwrap_or_default()
}

#[test]
fn the_form_of_an_export_and_the_ending_of_its_file_go_together() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen =
            Screen::new(Setup { reports: vec![world::request("VDN Report", &[])], dark, ..Setup::default() });
        let app = screen.harness.state_mut();
        app.files = Arc::new(Nobody);
        app.settings.export_dir = Some(dir.path().to_owned());
        screen.click("Export…");
        assert!(screen.sees_part("total rows are left out") && typed(&screen).ends_with("10-42-07.csv"));
        screen.shot(&format!("export-csv-{word}"));
        screen.click("PDF");
        assert!(screen.sees_part("Pages to print") && typed(&screen).ends_with("10-42-07.pdf"), "{}", typed(&screen));
        screen.shot(&format!("export-pdf-{word}"));
        screen.click("Excel (XLSX)");
        assert!(typed(&screen).ends_with("10-42-07.xlsx"));
        let page = dir.path().join(format!("{word}.html"));
        screen.retype("File on this PC to write", &page.display().to_string());
        assert!(screen.sees_part("every browser"), "what is typed says the form, too");
        screen.click("Export");
        written(&mut screen);
        let text = std::fs::read_to_string(&page).expect("the page was written");
        assert!(text.starts_with("<!doctype html>") && text.contains("Emergency"), "{text}");
        screen.click("Export…");
        assert!(typed(&screen).ends_with("10-42-07.html"), "the form is proposed again");
    }
}

#[test]
fn the_native_dialog_is_asked_for_the_form_that_was_chosen() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("chosen.pdf");
    let asked = Arc::new(Asked(Mutex::default(), file.clone()));
    let mut screen = one_report();
    screen.harness.state_mut().files = asked.clone();
    screen.click("Export…");
    assert!(asked.0.lock().expect("the list").is_empty(), "first the form is chosen");
    screen.click("Excel (XLSX)");
    screen.click("Browse…");
    answered(&mut screen);
    written(&mut screen);
    let browse = asked.0.lock().expect("the list")[0].clone();
    assert_eq!((browse.extension, browse.kind), ("xlsx", "Excel (XLSX)"));
    assert_eq!(browse.name, "VDN Report 2026-11-23 10-42-07.xlsx");
    let bytes = std::fs::read(&file).expect("the file was written");
    assert!(bytes.starts_with(b"%PDF-"), "the ending that was chosen in the end says the form");
}

/// A desktop with a report, and what its viewer was given.
fn printing(opens: bool) -> (Screen, Arc<Mutex<Vec<PathBuf>>>) {
    let seen: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
    let viewer: Opener = {
        let seen = seen.clone();
        Arc::new(move |file: &Path| {
            seen.lock().map_err(|_| std::io::Error::other("poisoned"))?.push(file.to_owned());
            if opens { Ok(()) } else { Err(std::io::Error::other("no viewer is installed")) }
        })
    };
    let mut screen = one_report();
    screen.harness.state_mut().opener = viewer;
    (screen, seen)
}

fn printed(screen: &mut Screen) {
    let began = Instant::now();
    while !screen.harness.state().printing.is_empty() {
        assert!(began.elapsed() < Duration::from_secs(60), "a report is not printed");
        std::thread::sleep(Duration::from_millis(5));
        screen.harness.run_steps(1);
    }
    screen.harness.run_steps(2);
}

#[test]
fn a_report_is_printed_by_the_persons_own_viewer() {
    let (mut screen, seen) = printing(true);
    screen.click("Print…");
    printed(&mut screen);
    let file = seen.lock().expect("the list")[0].clone();
    assert!(file.starts_with(std::env::temp_dir()) && file.ends_with("VDN Report 2026-11-23 10-42-07.pdf"), "{file:?}");
    assert!(std::fs::read(&file).expect("it is there").starts_with(b"%PDF-"));
    assert!(screen.sees_part(&format!("Opened to print: {}", file.display())));
    std::fs::remove_dir_all(file.parent().expect("a folder of its own")).expect("it can be removed");
}

#[test]
fn a_report_that_nothing_opens_is_still_there() {
    let (mut screen, seen) = printing(false);
    screen.click("Print…");
    printed(&mut screen);
    let file = seen.lock().expect("the list")[0].clone();
    assert!(screen.sees_part(&format!("Open {} with a program that prints", file.display())), "what to do comes first");
    assert!(!screen.sees_part("no viewer is installed"), "the system's own words say nothing to anybody");
    screen.shot("print-unopened-light");
    std::fs::remove_dir_all(file.parent().expect("a folder of its own")).expect("it can be removed");
    let request = world::request("VDN Report", &[]);
    screen.tell(Update::Opened { report: ReportKey(1), request });
    screen.click("Print…");
    assert!(screen.sees_part("There is nothing to print yet"));
}

#[test]
fn what_was_exported_is_opened_from_its_notice() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let file = dir.path().join("queues.csv");
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let (mut screen, seen) = printing(true);
        screen.harness.state_mut().settings.theme = if dark { ThemeChoice::Dark } else { ThemeChoice::Light };
        screen.harness.state_mut().files = Arc::new(Nobody);
        screen.click("Export…");
        screen.retype("File on this PC to write", &file.display().to_string());
        screen.click("Export");
        written(&mut screen);
        screen.shot(&format!("exported-{word}"));
        for (button, opened) in [("Open", file.as_path()), ("Show folder", dir.path())] {
            // The list of reports has an *Open* of its own.
            screen.harness.get_all_by_label(button).last().expect("a button").click();
            screen.harness.run_steps(3);
            printed(&mut screen);
            assert_eq!(seen.lock().expect("the list").pop().as_deref(), Some(opened));
        }
        assert!(!screen.sees_part("Opened to print"));
        std::fs::remove_file(&file).expect("it is there");
    }
}

/// A full disk takes nothing of what was typed.
#[test]
fn an_export_that_fails_is_asked_for_again_with_its_name() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let reports = vec![world::request("VDN Report", &[])];
        let mut screen = Screen::new(Setup { reports, dark, ..Setup::default() });
        let app = screen.harness.state_mut();
        app.files = Arc::new(Nobody);
        app.writer = Arc::new(|_: &Path, _: &[u8]| Err(std::io::Error::other("no room left")));
        screen.click("Export…");
        screen.click("PDF");
        screen.retype("File on this PC to write", "/nowhere/monday.pdf");
        screen.click("Export");
        written(&mut screen);
        assert!(screen.sees("Cannot write /nowhere/monday.pdf: no room left. Choose another folder"));
        assert_eq!(typed(&screen), "/nowhere/monday.pdf");
        screen.shot(&format!("export-failed-{word}"));
        let dir = tempfile::tempdir().expect("a temporary folder");
        let file = dir.path().join("monday.pdf");
        screen.harness.state_mut().writer = Arc::new(session::write_whole);
        screen.retype("File on this PC to write", &file.display().to_string());
        screen.click("Export");
        written(&mut screen);
        assert!(file.exists() && !screen.sees("Cancel"));
    }
}
