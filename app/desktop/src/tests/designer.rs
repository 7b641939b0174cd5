//! The report designer: from a new report or a copy to one that is saved, with what it shows beside it.

use std::time::Duration;

use api::Scope;
use egui_kittest::kittest::{AccessKitNode, Queryable as _};
use report::{Definition, Format};
use session::{Command, CopyState, Update, Which};

use super::harness::{Screen, Setup, now};
use super::world;

/// The designer with a new report over the splits as they are now.
fn new_report(setup: Setup) -> Screen {
    let mut screen = Screen::new(setup);
    screen.click("Design a report…");
    click_last(&mut screen, "Real-time");
    screen.click("Design");
    screen
}

fn design(screen: &Screen) -> Definition {
    let designer = screen.harness.state().designer.as_ref().expect("the designer is open");
    (**designer.report()).clone()
}

/// Clicks what lies in front where several things have the same name.
fn click_last(screen: &mut Screen, label: &str) {
    let is = |node: &AccessKitNode<'_>| node.role() != egui::Role::Label && node.label().as_deref() == Some(label);
    screen.harness.get_all_by(is).last().expect("it is there").click();
    screen.harness.run_steps(3);
}

/// Has the preview catch up: nothing ticks in tests.
fn settle(screen: &mut Screen) {
    let app = screen.harness.state_mut();
    let (model, later) = (app.model.clone(), now() + Duration::from_secs(1));
    let designer = app.designer.as_mut().expect("the designer is open");
    // Once to see what has changed, and once when it has been so for a while.
    let _ = designer.command(&model, now());
    if let Some(command) = designer.command(&model, later) {
        app.backend.send(command);
    }
    screen.harness.run_steps(3);
}

fn add_columns(screen: &mut Screen, names: &[&str]) {
    screen.click("Columns…");
    for name in names {
        screen.retype("Search", name);
        let is = |node: &AccessKitNode<'_>| {
            let label = node.label().unwrap_or_default();
            node.role() == egui::Role::CheckBox && label.starts_with(&format!("{name}: "))
        };
        screen.harness.get_by(is).click();
        screen.harness.run_steps(2);
    }
    screen.click(&match names.len() {
        1 => "Add 1 column".to_owned(),
        count => format!("Add {count} columns"),
    });
}

/// There is no list beside it.
#[test]
fn the_designer_offers_no_list_of_reports_to_be_hidden() {
    let mut screen = Screen::new(Setup::default());
    assert!(screen.sees("Hide the report list"));
    screen.click("Design a report…");
    click_last(&mut screen, "Real-time");
    screen.click("Design");
    assert!(!screen.sees("Hide the report list") && !screen.sees("Show the report list"));
}

#[test]
fn a_new_report_shows_what_it_shows_at_once() {
    let mut screen = new_report(Setup::default());
    assert!(screen.sees_part("Designing My report") && screen.sees_part("Not saved yet"));
    assert!(screen.sees_part("ACD 1 on cms-north at 2026-11-23 10:42:07"), "the preview says whose data it shows");
    assert!(screen.sees_part("Billing"), "its rows are there");
    let top = screen.harness.get_by_label("Preview").rect().top();
    assert!(top < 600.0, "the preview has its share of the height: {top}");
    add_columns(&mut screen, &["INQUEUE", "STAFFED"]);
    settle(&mut screen);
    let report = design(&screen);
    let expressions: Vec<&str> = report.blocks[0].columns.iter().map(|column| column.expression.as_str()).collect();
    assert_eq!(expressions, ["name(SPLIT)", "INQUEUE", "STAFFED"]);
    assert_eq!(report.blocks[0].total_row.as_deref(), Some("Total"));
    assert!(screen.sees_part("Staffed"), "headings are those of the product's reports");
    screen.shot("designer-new-light");
}

#[test]
fn what_is_wrong_is_marked_and_cannot_be_saved() {
    let mut screen = new_report(Setup { dark: true, ..Setup::default() });
    add_columns(&mut screen, &["INQUEUE"]);
    screen.retype("Shows", "INQUEU + 1");
    assert!(screen.sees_part("1 thing to mend") && screen.sees_part("did you mean INQUEUE?"));
    assert!(screen.is_disabled("Save…"));
    assert!(screen.sees_part("Billing"), "what was shown before stays");
    screen.shot("designer-faulty-dark");
    screen.click("Undo");
    assert!(!screen.sees_part("to mend") && !screen.is_disabled("Save…"));
    assert_eq!(design(&screen).blocks[0].columns[1].expression, "INQUEUE");
    screen.click("Undo");
    assert_eq!(design(&screen).blocks[0].columns.len(), 1, "typing into one field is one step, adding another");
    screen.click("Redo");
    assert_eq!(design(&screen).blocks[0].columns.len(), 2);
}

#[test]
fn a_copy_of_a_built_in_report_is_saved_under_its_own_name() {
    let mut screen = Screen::new(Setup::default());
    screen.click("VDN Report");
    screen.click("Design a report…");
    screen.shot("designer-start-light");
    screen.click("Design");
    screen.shot("designer-copy-light");
    assert_eq!(design(&screen).name, "VDN Report (mine)");
    let _ = screen.commands();
    screen.click("Save…");
    screen.click("Everyone there");
    screen.click("Save");
    let sent = screen.commands().into_iter().find_map(|command| match command {
        Command::SaveReport { report, scope, overwrite, .. } => Some((report.definition.name, scope, overwrite)),
        _ => None,
    });
    assert_eq!(sent, Some(("VDN Report (mine)".to_owned(), Scope::Global, false)));
    let mut entries = screen.harness.state().model.library.clone();
    let mut saved = entries[0].clone();
    let kind = design(&screen).kind;
    (saved.name, saved.path) = ("VDN Report (mine)".to_owned(), "Real-time/Designer/VDN Report (mine)".to_owned());
    (saved.scope, saved.kind) = (Scope::Global, kind);
    entries.push(saved);
    screen.tell(Update::Library { which: Which::Primary, entries });
    let what = "Real-time/Designer/VDN Report (mine) is on the primary".to_owned();
    screen.tell(Update::Copy(Some(CopyState::Done { what })));
    // The list that came first was that of before.
    let mut entries = screen.harness.state().model.library.clone();
    entries.last_mut().expect("it is there").changed_at = Some(world::NOW);
    screen.tell(Update::Library { which: Which::Primary, entries });
    assert!(!screen.sees("Save the report"), "the dialog is gone with its success");
    assert!(screen.commands().contains(&Command::DismissCopy));
    screen.shot("designer-saved-light");
    assert!(screen.harness.state().designer.as_ref().is_some_and(|designer| !designer.is_changed()));
    // It is one's own from then on: saved once more, it takes the place of what was saved before.
    screen.tell(Update::Copy(None));
    add_columns(&mut screen, &["ABNTIME"]);
    let _ = screen.commands();
    screen.click("Save…");
    screen.click("Save");
    let overwrites = |command: &Command| matches!(command, Command::SaveReport { overwrite: true, .. });
    assert!(screen.commands().iter().any(overwrites));
}

#[test]
fn limits_of_a_column_are_empty_until_they_are_typed() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = new_report(Setup { dark, ..Setup::default() });
        add_columns(&mut screen, &["INQUEUE"]);
        let limits = |screen: &Screen| {
            let column = design(screen).blocks[0].columns[1].clone();
            column.threshold.map(|limits| (limits.caution, limits.warning, limits.low_is_bad))
        };
        screen.click("Colour it by limits");
        assert_eq!((value(&screen, "Caution from"), value(&screen, "Warning from")), Default::default());
        screen.retype("Caution from", "5");
        assert_eq!(limits(&screen), None, "one is missing");
        assert!(screen.sees_part("Nothing is coloured until both"));
        screen.shot(&format!("designer-limits-{word}"));
        screen.retype("Warning from", "10");
        screen.click("low is bad");
        assert_eq!(limits(&screen), Some((5.0, 10.0, true)));
        screen.retype("Warning from", "1x");
        assert_eq!(limits(&screen), None);
        screen.retype("Warning from", "12.5");
        assert_eq!(limits(&screen), Some((5.0, 12.5, true)), "what else was chosen stays");
        screen.click("Undo");
        let undone = limits(&screen).map_or(String::new(), |(_, warning, _)| warning.to_string());
        assert!(undone.is_empty() || undone == value(&screen, "Warning from"), "{undone}");
        screen.click("Colour it by limits");
        assert_eq!(limits(&screen), None);
    }
}

#[test]
fn nothing_unsaved_is_lost_by_a_slip() {
    let mut screen = new_report(Setup::default());
    add_columns(&mut screen, &["INQUEUE"]);
    screen.click("Close");
    assert!(screen.sees("Go on designing") && screen.sees("Discard the changes"));
    screen.click("Go on designing");
    screen.tell(Update::SignedIn { which: Which::Secondary, administrator: true });
    screen.tell(Update::Serving(Some(Which::Secondary)));
    assert_eq!(design(&screen).blocks[0].columns.len(), 2, "moving to the other server loses nothing");
    screen.click("Close");
    screen.click("Discard the changes");
    assert!(screen.harness.state().designer.is_none());
    assert!(screen.commands().contains(&Command::Preview(None)));
}

#[test]
fn a_heading_of_the_preview_leads_to_its_column() {
    let mut screen = new_report(Setup::default());
    add_columns(&mut screen, &["INQUEUE"]);
    settle(&mut screen);
    screen.click("Move up");
    settle(&mut screen);
    screen.click("My report");
    screen.click("Sort by INQUEUE");
    let report = design(&screen);
    assert_eq!(report.blocks[0].columns[0].format, Format::Count);
    assert!(screen.sees("Heading") && screen.sees_part("A column"));
    screen.shot("designer-column-light");
}

#[test]
fn what_is_typed_letter_by_letter_arrives_whole_though_problems_come_and_go() {
    let mut screen = new_report(Setup::default());
    add_columns(&mut screen, &["INQUEUE"]);
    screen.retype("Shows", "A");
    assert!(screen.sees_part("is neither an item"), "the problem is told");
    for letter in "BNCALLS + ACDCALLS".chars() {
        screen.harness.event(egui::Event::Text(letter.to_string()));
        screen.harness.run_steps(3);
    }
    let report = design(&screen);
    assert_eq!(report.blocks[0].columns.last().unwrap().expression, "ABNCALLS + ACDCALLS");
    assert!(!screen.sees_part("is neither an item"));
}

fn value(screen: &Screen, field: &str) -> String {
    screen.harness.get_by_role_and_label(egui::Role::TextInput, field).value().unwrap_or_default()
}

#[test]
fn what_is_proposed_fits_what_is_begun_with() {
    let mut screen = Screen::new(Setup::default());
    let mut entries = screen.harness.state().model.library.clone();
    let at = entries.iter().position(|entry| entry.name == "My morning round").expect("a designer report");
    (entries[at].scope, entries[at].name) = (Scope::Global, "Everyone's round".to_owned());
    screen.tell(Update::Library { which: Which::Primary, entries });
    screen.click("Designer");
    screen.click("Everyone's round");
    screen.click("Copy…");
    screen.click("To the other server");
    let _ = screen.commands();
    screen.click("Copy");
    let is_for_all = |command: &Command| matches!(command, Command::CopyToServer { scope: Scope::Global, .. });
    assert!(screen.commands().iter().any(is_for_all), "a report for everyone stays one");
    screen.escape();
    screen.click("Design a report…");
    screen.click("A copy of it");
    assert_eq!(value(&screen, "Name of the copy"), "Everyone's round (mine)");
    screen.click("A new report");
    assert_eq!(value(&screen, "Name"), "My report");
    screen.retype("Name", "Queues");
    screen.click("A copy of it");
    assert_eq!(value(&screen, "Name of the copy"), "Queues", "what was typed stays");
}

#[test]
fn a_report_in_which_nothing_was_done_closes_unasked() {
    let mut screen = new_report(Setup::default());
    screen.click("Close");
    assert!(screen.harness.state().designer.is_none());
}

#[test]
fn enter_leaves_a_report_that_is_to_be_deleted() {
    let mut screen = Screen::new(Setup::default());
    screen.click("Designer");
    screen.click("My morning round");
    screen.click("Delete the report…");
    let _ = screen.commands();
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(3);
    assert!(!screen.sees("Delete a designer report") && screen.commands().is_empty());
}

#[test]
fn who_saves_on_the_secondary_is_told_that_no_sync_carries_it() {
    let mut screen = new_report(Setup::default());
    screen.click("Save…");
    assert!(screen.sees_part("by the next Admin-Sync"));
    screen.click("Cancel");
    screen.tell(Update::SignedIn { which: Which::Secondary, administrator: true });
    screen.tell(Update::Serving(Some(Which::Secondary)));
    screen.click("Save…");
    assert!(screen.sees_part("Admin-Sync never goes that way"));
}

#[test]
fn a_designer_report_is_deleted_after_asking() {
    let mut screen = Screen::new(Setup::default());
    screen.click("Designer");
    screen.click("My morning round");
    screen.click("Delete the report…");
    screen.shot("designer-delete-light");
    let _ = screen.commands();
    screen.click("Delete");
    let path = "Real-time/Designer/My morning round".to_owned();
    assert!(screen.commands().contains(&Command::DeleteReport { path: path.clone(), anyway: false }));
    screen.tell(Update::Copy(Some(CopyState::Running { what: format!("Deleting {path}") })));
    assert!(screen.sees_part("Deleting Real-time/") && screen.is_disabled("Delete"));
    let mut entries = screen.harness.state().model.library.clone();
    entries.retain(|entry| entry.path != path);
    screen.tell(Update::Library { which: Which::Primary, entries });
    assert!(!screen.sees("Delete a designer report"), "it is gone, and the dialog with it");
}

/// What uses it is named, and it is deleted all the same only after that.
#[test]
fn a_designer_report_that_is_used_is_deleted_all_the_same_after_asking_twice() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = Screen::new(Setup { dark, ..Setup::default() });
        screen.click("Designer");
        screen.click("My morning round");
        // A question of something else is none of this dialog.
        let path = "Real-time/Designer/My morning round".to_owned();
        let again = Box::new(Command::DeleteReport { path: path.clone(), anyway: true });
        let what = format!("{path:?} is used by timetable \"nightly\" of cms: change those first");
        let used = Update::Copy(Some(CopyState::Used { what, again }));
        screen.tell(used.clone());
        screen.click("Delete the report…");
        assert!(!screen.sees("Delete all the same"));
        screen.click("Delete");
        let _ = screen.commands();
        screen.tell(used.clone());
        screen.shot(&format!("designer-delete-used-{word}"));
        assert!(screen.sees_part("is used by timetable \"nightly\" of cms"));
        screen.click("Delete all the same");
        assert_eq!(screen.commands(), [Command::DeleteReport { path, anyway: true }]);
        screen.tell(used);
        screen.click("Cancel");
        assert!(screen.commands().contains(&Command::DismissCopy));
    }
}

#[test]
fn the_designer_in_a_small_window_and_at_twice_the_size() {
    for (name, size, scale_percent) in [("small", [1024.0, 700.0], 100), ("200", [1600.0, 1200.0], 200)] {
        let mut screen = Screen::new(Setup { size, scale_percent, ..Setup::default() });
        screen.click("Split/Skill Status");
        screen.click("Design a report…");
        screen.click("Design");
        screen.shot(&format!("designer-{name}-light"));
        assert!(screen.sees("Save…") && screen.sees("Columns…") && screen.sees("Close"));
    }
}

/// What is called just so comes before what begins so, and that before what only has it in its name or meaning.
#[test]
fn a_search_for_columns_finds_the_item_that_was_meant_first() {
    use crate::view::designer::{Choice, found};

    let choice =
        |name: &str, meaning: &str| Choice { name: name.to_owned(), meaning: meaning.to_owned(), from: "item" };
    let choices = [
        choice("OTHERCALLS", "Not acdcalls"),
        choice("DA_ACDCALLS", "Direct"),
        choice("ACDCALLS_R1", "Reserve"),
        choice("ACDCALLS", "Answered"),
    ];
    let names: Vec<&str> = found(&choices, "acdcalls ").iter().map(|choice| choice.name.as_str()).collect();
    assert_eq!(names, ["ACDCALLS", "ACDCALLS_R1", "DA_ACDCALLS", "OTHERCALLS"]);
}

#[test]
fn a_choice_of_one_is_none() {
    let mut screen = Screen::new(Setup::default());
    screen.click("Design a report…");
    screen.shot("designer-start-new-light");
    assert!(screen.sees("Design a report") && !screen.sees("A new report"));
}
