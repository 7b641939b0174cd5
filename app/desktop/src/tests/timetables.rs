//! The page of timetables: what it says as text, and how it is used.

use api::{ModifyTimetable, RunOn, RunTimetable, Timetable};
use egui_kittest::kittest::Queryable as _;
use session::{ChangeRequest, Command, Page, PageData, Which};

use super::canned_pages;
use super::harness::{Screen, Setup};
use super::world::ACD;
use crate::view::administration::timetables::{Draft, lines, rows};

fn known(which: Which) -> Vec<Timetable> {
    let PageData::Timetables(known) = canned_pages::data(which, &Page::Timetables) else { unreachable!() };
    known
}

#[test]
fn timetables_are_found_by_words_and_told_in_local_time() {
    let told = rows(&known(Which::Primary), "cms daily");
    assert_eq!(told.len(), 1);
    let texts = told[0].texts();
    assert_eq!(texts[..4], ["cms", "nightly", "daily 00:45", "only here"]);
    assert!(texts[5].starts_with("done 2026-11-2"), "{texts:?}");
    assert_eq!(rows(&known(Which::Primary), "").len(), 2);
}

#[test]
fn the_foot_says_where_a_timetable_runs() {
    let foot = |which| lines(&known(which)[0]).into_iter().rev().take(3).rev().collect::<Vec<_>>();
    assert_eq!(
        foot(Which::Primary),
        [
            "This timetable will run only on this CMS server",
            "<X> Run only on this CMS server",
            "< > Run on this or another CMS server",
        ]
    );
    assert_eq!(
        foot(Which::Secondary),
        [
            "This timetable will not run on this CMS server",
            "< > Run only on this CMS server",
            "< > Run on this or another CMS server",
        ]
    );
    // While the other box is ticked the line says what is kept.
    let draft = Draft { run_on: Some(RunOn::ThisOrAnother), ..Draft::of(&known(Which::Primary)[0]) };
    assert_eq!(draft.run_text(), "This timetable will run only on this CMS server");
    assert_eq!(Draft::new(ACD).run_text(), "This timetable will run on this or another CMS server");
    let all = lines(&known(Which::Primary)[0]);
    assert!(all[1].starts_with("1. ACD 1: report") && all[2].starts_with("2. ACD 1: report"), "{all:?}");
    assert!(all[3].contains("all 2 tasks are done"), "{all:?}");
}

#[test]
fn a_draft_is_checked_as_it_is_typed() {
    let check = |draft: &Draft, part: &str| {
        let why = draft.change().expect_err("it is wrong");
        assert!(why.contains(part), "{why}");
    };
    let mut draft = Draft::new(ACD);
    assert_eq!(draft.schedule_fault(), None);
    check(&draft, "is no schedule");
    draft.schedule = "daily 25:00".to_owned();
    assert!(draft.schedule_fault().is_some_and(|why| why.contains("is no time")));
    draft.schedule = " Daily 0:45 ".to_owned();
    check(&draft, "name is needed");
    draft.name = "nightly".to_owned();
    check(&draft, "needs a task");
    draft.report = "Split/Skill Summary Daily".to_owned();
    check(&draft, "a file it goes to");
    draft.file = "splits.doc".to_owned();
    check(&draft, "must end in .csv");
    draft.file = "splits-{date}.csv".to_owned();
    draft.inputs = "splits".to_owned();
    check(&draft, "NAME=VALUE");
    draft.inputs = "splits=1;3 dates=-1".to_owned();
    let Ok(ChangeRequest::AddTimetable(add)) = draft.change() else { panic!("it is right") };
    assert_eq!((add.schedule.as_str(), add.run_on), ("daily 00:45", Some(RunOn::ThisOrAnother)));
    assert_eq!(add.tasks[0].task, "report \"Split/Skill Summary Daily\" to splits-{date}.csv dates=-1 splits=1;3");
}

fn choose(screen: &mut Screen, name: &str) {
    let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
        node.role() == egui::Role::Row && node.label().is_some_and(|label| label.contains(&format!("Name {name}")))
    };
    screen.harness.get_by(is).click();
    screen.harness.run_steps(3);
}

fn on_the_page() -> Screen {
    let mut screen = Screen::new(Setup::default());
    screen.click("Administration");
    screen.click("Timetables");
    let _ = screen.commands();
    screen
}

fn sent(change: ChangeRequest) -> Command {
    Command::Administer { which: Which::Primary, change }
}

/// As in the guide's third step: the line above the boxes still says how it is kept while the other box is ticked.
#[test]
fn where_a_timetable_runs_is_changed_by_ticking_a_box() {
    let mut screen = on_the_page();
    choose(&mut screen, "nightly");
    assert!(screen.sees("This timetable will run only on this CMS server"));
    screen.click("Edit…");
    screen.click("Run on this or another CMS server");
    assert!(screen.sees_part("This timetable will run only on this CMS server"));
    screen.click("Save on cms-north");
    let change = ModifyTimetable {
        owner: Some("cms".to_owned()),
        name: "nightly".to_owned(),
        run_on: Some(RunOn::ThisOrAnother),
        ..ModifyTimetable::default()
    };
    assert_eq!(screen.commands(), [sent(ChangeRequest::ModifyTimetable(change))]);
}

#[test]
fn a_timetable_is_run_now_and_deleted_only_after_asking() {
    let mut screen = on_the_page();
    choose(&mut screen, "weekly");
    screen.click("Run now");
    let run = RunTimetable { owner: Some("m.keller".to_owned()), name: "weekly".to_owned() };
    assert_eq!(screen.commands(), [sent(ChangeRequest::RunTimetable(run))]);
    screen.click("Delete…");
    assert_eq!(screen.commands(), []);
    assert!(screen.sees_part("a copy on another server stays"));
    screen.click("Delete on cms-north");
    let (owner, name) = ("m.keller".to_owned(), "weekly".to_owned());
    assert_eq!(screen.commands(), [sent(ChangeRequest::DeleteTimetable { owner, name })]);
}
