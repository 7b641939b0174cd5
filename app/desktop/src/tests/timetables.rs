//! The page of timetables: what it says as text, and how it is used.

use api::{Conflicts, GlobalEdit, ModifyTimetable, RunOn, RunTimetable, Timetable, UndoGlobalEdit};
use egui_kittest::kittest::Queryable as _;
use model::{DataKind, RunStatus};
use report::Level;
use session::{ChangeRequest, Command, Page, PageData, Profile, Update, Which};

use super::administration::administering;
use super::canned_pages;
use super::harness::{Screen, Setup, now};
use super::world::{self, ACD};
use crate::view::administration::PageKind;
use crate::view::administration::backup_draft::By;
use crate::view::administration::global_edit::GlobalDraft;
use crate::view::administration::task_draft::{TaskDraft, TaskKind};
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

/// It stands where one looks for the next run, and is seen.
#[test]
fn an_unusable_timetable_says_so_where_its_next_run_would_stand() {
    let unusable = Timetable { unusable: "it has no schedule".to_owned(), ..known(Which::Primary)[0].clone() };
    let told = rows(&[unusable, known(Which::Primary)[0].clone()], "");
    assert_eq!((told[0].texts()[4].as_str(), told[0].level(4)), ("unusable", Level::Warning));
    assert!(told[0].texts()[5].starts_with("done 2026-11-2"), "the last run is told as before");
    assert_eq!((told[0].level(5), told[1].level(4)), (Level::Normal, Level::Normal));
}

/// A task that needs its turn says what it waits for, in the list and in full.
#[test]
fn a_run_that_waits_for_another_job_says_so() {
    let running = |doing: &str| Timetable {
        ended_at: None,
        outcome: Some(RunStatus::Running),
        outcome_text: doing.to_owned(),
        unusable: String::new(),
        ..known(Which::Primary)[0].clone()
    };
    let waiting = running("waiting for a full backup (job 12)");
    assert_eq!(rows(std::slice::from_ref(&waiting), "")[0].texts()[5], "running: waiting for a full backup (job 12)");
    let told = lines(&waiting);
    assert!(
        told[3].starts_with("Running since 2026-11-2") && told[3].ends_with(": waiting for a full backup (job 12)")
    );
    assert_eq!(rows(&[running("")], "")[0].texts()[5], "running");
    assert!(lines(&running(""))[3].starts_with("Running since 2026-11-2"));
    let due = Timetable { outcome: Some(RunStatus::Waiting), ..running("5 others run") };
    assert_eq!(rows(std::slice::from_ref(&due), "")[0].texts()[5], "waiting: 5 others run");
    assert!(lines(&due)[3].starts_with("Waiting since 2026-11-2") && lines(&due)[3].ends_with(": 5 others run"));
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
fn a_timetable_is_given_another_name_and_no_time_that_is_past() {
    let mut screen = super::administration_clicks::page(PageKind::Timetables);
    screen.choose_row("nightly");
    screen.harness.key_press(egui::Key::Enter);
    screen.harness.run_steps(3);
    screen.retype("Name", " every night ");
    screen.click("Save on cms-north");
    let ChangeRequest::ModifyTimetable(modify) = screen.change() else { panic!("a timetable") };
    assert_eq!((modify.name.as_str(), modify.rename.as_deref()), ("nightly", Some("every night")));
    assert_eq!(modify.schedule, None, "only what differs");
    screen.retype("Name", " ");
    assert!(screen.is_disabled("Save on cms-north"));
    screen.retype("Name", "nightly");
    screen.retype("Schedule, by the local time of the ACD", "once 2026-02-31 10:00");
    assert!(screen.sees_part("\"2026-02-31\" is no date") && screen.is_disabled("Save on cms-north"));
    screen.retype("Schedule, by the local time of the ACD", "once 2026-11-23 10:42");
    assert!(screen.sees_part("That time is past") && screen.sees_part("it is 2026-11-23 10:42:07 at ACD 1"));
    assert!(screen.is_disabled("Save on cms-north"));
    screen.retype("Schedule, by the local time of the ACD", "once 2026-11-23 10:43");
    assert!(!screen.sees_part("That time is past") && !screen.is_disabled("Save on cms-north"));
}

/// What is kept stays: a one-time run of last year can still be described otherwise.
#[test]
fn a_past_time_that_is_kept_is_not_asked_about() {
    let model = super::administration::shown(std::time::Instant::now(), Which::Primary, &Page::Timetables);
    let kept = Timetable { schedule: "once 2025-12-24 12:00".to_owned(), ..known(Which::Primary)[0].clone() };
    let draft = Draft::of(&kept);
    assert_eq!(draft.past(&model), None);
    let typed = |schedule: &str| Draft { schedule: schedule.to_owned(), ..draft.clone() }.past(&model);
    assert!(typed("once 2025-12-25 12:00").is_some_and(|why| why.contains("would never run")));
    assert_eq!((typed("daily 12:00"), typed("once 2027-01-01 00:00"), typed("never")), (None, None, None));
}

#[test]
fn a_date_that_no_calendar_has_is_refused_among_the_inputs_of_a_report() {
    let task = |inputs: &str| TaskDraft {
        report: "Split/Skill Summary Daily".to_owned(),
        file: "splits.csv".to_owned(),
        inputs: inputs.to_owned(),
        ..TaskDraft::new(TaskKind::Report, ACD)
    };
    let why = task("dates=2026-02-01:2026-02-31").task().expect_err("February has no 31st");
    assert!(why.contains("There is no 2026-02-31"), "{why}");
    for right in ["dates=2026-02-01:2026-02-28", "dates=-7:0", "dates=2024-02-29 splits=1-9", ""] {
        assert!(task(right).task().is_ok(), "{right}");
    }
    let print = TaskDraft { kind: TaskKind::Print, ..task("dates=2026-13-01") };
    assert!(print.task().is_err());
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
    draft.task.report = "Split/Skill Summary Daily".to_owned();
    check(&draft, "a file it goes to");
    draft.task.file = "splits.doc".to_owned();
    check(&draft, "must end in .csv");
    draft.task.file = "splits-{date}.csv".to_owned();
    draft.task.inputs = "splits".to_owned();
    check(&draft, "NAME=VALUE");
    draft.task.inputs = "splits=1;3 dates=-1".to_owned();
    let Ok(ChangeRequest::AddTimetable(add)) = draft.change() else { panic!("it is right") };
    assert_eq!((add.schedule.as_str(), add.run_on), ("daily 00:45", Some(RunOn::ThisOrAnother)));
    assert_eq!(add.tasks[0].task, "report \"Split/Skill Summary Daily\" to splits-{date}.csv dates=-1 splits=1;3");
}

/// What each kind of task is written as, by the server's own reading.
#[test]
fn every_kind_of_task_can_be_chosen() {
    let task = |kind, fill: &dyn Fn(&mut TaskDraft)| {
        let mut draft = TaskDraft::new(kind, ACD);
        fill(&mut draft);
        draft.task().map(|task| task.map(|task| format!("{} {}", task.acd, task.task)))
    };
    let check = |kind, fill: &dyn Fn(&mut TaskDraft), expected: &str| {
        assert_eq!(task(kind, fill), Ok(Some(expected.to_owned())));
    };
    check(TaskKind::Backup, &|_| {}, "1 backup system,acd,historical");
    let incremental = |draft: &mut TaskDraft| {
        (draft.incremental, draft.this_acd, draft.device) = (true, true, "nas".to_owned());
        draft.data = [DataKind::Historical].into();
    };
    check(TaskKind::Backup, &incremental, "1 backup historical incremental this-acd device=nas");
    check(TaskKind::AdminSync, &|_| {}, "1 admin-sync system,acd");
    let sync = |draft: &mut TaskDraft| {
        (draft.rule, draft.history) = (Conflicts::Refuse, true);
        draft.data = [DataKind::Acd, DataKind::Historical].into();
    };
    check(TaskKind::AdminSync, &sync, "1 admin-sync acd conflicts=refuse history");
    let chosen = |draft: &mut TaskDraft| (draft.by, draft.tables) = (By::Tables, "users split_pro".to_owned());
    check(TaskKind::Backup, &chosen, "1 backup tables=users,split_pro");
    check(TaskKind::AdminSync, &chosen, "1 admin-sync tables=users,split_pro");
    check(TaskKind::Summarize, &|draft| draft.from = "-7".to_owned(), "1 summarize daily -7 -1");
    let exception = |draft: &mut TaskDraft| {
        (draft.on, draft.numbers, draft.exception) = (false, "1, 2;7".to_owned(), "time-in-queue".to_owned());
    };
    check(TaskKind::Exception, &exception, "1 exception off split 1,2,7 time-in-queue");
    check(TaskKind::Collection, &|draft| draft.acd = model::AcdNumber(2), "2 collection on");
    check(TaskKind::CallHistory, &|draft| draft.on = false, "1 call-history off");
    check(TaskKind::Script, &|draft| draft.text = "mail.sh 'two words'".to_owned(), "1 script mail.sh \"two words\"");
    let print = |draft: &mut TaskDraft| {
        (draft.report, draft.inputs) = ("VDN Summary Daily".to_owned(), "dates=-1".to_owned());
    };
    check(TaskKind::Print, &print, "1 print \"VDN Summary Daily\" dates=-1");
    check(TaskKind::Image, &|draft| draft.device = "the nas".to_owned(), "1 image \"device=the nas\"");
    check(TaskKind::Restore, &|_| {}, "1 restore last historical");
    let tables = |draft: &mut TaskDraft| {
        (draft.label, draft.tables) = ("CMS-A/last".to_owned(), "synonyms, agroups".to_owned());
    };
    check(TaskKind::Restore, &tables, "1 restore CMS-A/last tables=synonyms,agroups");
    check(TaskKind::Name, &|draft| draft.number = "3".to_owned(), "1 unname splits 3");
    let name = |draft: &mut TaskDraft| {
        (draft.section, draft.number, draft.name) =
            (model::NameKind::Agent, "1001".to_owned(), "Ann Archer".to_owned());
    };
    check(TaskKind::Name, &name, "1 name agents 1001 \"Ann Archer\"");
    check(TaskKind::Typed, &|draft| draft.text = "acd 2 collection off".to_owned(), "2 collection off");
    assert_eq!(task(TaskKind::None, &|_| {}), Ok(None));
    let wrong = |kind, fill: &dyn Fn(&mut TaskDraft), part: &str| {
        let why = task(kind, fill).expect_err("it is wrong");
        assert!(why.contains(part), "{why}");
    };
    wrong(TaskKind::Backup, &|draft| draft.data.clear(), "Tick the data");
    wrong(
        TaskKind::AdminSync,
        &|draft| draft.data = [DataKind::Historical].into(),
        "Tick the data that are to be synced",
    );
    wrong(TaskKind::Backup, &|draft| draft.by = By::Tables, "Name the tables");
    wrong(TaskKind::Summarize, &|draft| draft.to = "soon".to_owned(), "soon");
    wrong(TaskKind::Exception, &|_| {}, "Choose an exception");
    wrong(TaskKind::Restore, &|draft| draft.label.clear(), "label of a backup");
    wrong(TaskKind::Name, &|draft| draft.name = "Billing".to_owned(), "what is to be named");
    wrong(TaskKind::Image, &|draft| draft.device = "a\"b".to_owned(), "must not have a quote");
    wrong(TaskKind::Script, &|draft| draft.text = "../../bin/sh".to_owned(), "is no name of a program");
    wrong(TaskKind::Typed, &|draft| draft.text = "dance".to_owned(), "is no task");
}

#[test]
fn only_what_differs_of_a_timetable_is_changed() {
    let kept = &known(Which::Primary)[0];
    let modified = |fill: &dyn Fn(&mut Draft)| {
        let mut draft = Draft::of(kept);
        fill(&mut draft);
        match draft.change() {
            Ok(ChangeRequest::ModifyTimetable(modify)) => modify,
            other => panic!("it is right: {other:?}"),
        }
    };
    let (owner, name) = (Some("cms".to_owned()), "nightly".to_owned());
    let nothing = ModifyTimetable { owner, name, ..ModifyTimetable::default() };
    assert_eq!(modified(&|_| {}), nothing);
    let added = modified(&|draft| draft.task.kind = TaskKind::Backup);
    assert_eq!(added.add_tasks.len(), 1);
    assert_eq!(added.tasks, None, "the others are not touched");
    let less = modified(&|draft| _ = draft.tasks.remove(0));
    assert_eq!((less.tasks.map(|tasks| tasks.len()), less.add_tasks.len()), (Some(1), 0));
    let after = modified(&|draft| (draft.goes_on, draft.runs_late) = (true, true));
    assert_eq!(after.after_failure, Some(api::AfterFailure::GoOn));
    assert_eq!(after.after_missing, Some(api::AfterMissing::RunLate));
    let mut empty = Draft::of(kept);
    empty.tasks.clear();
    assert!(empty.change().is_err_and(|why| why.contains("delete the timetable")));
}

#[test]
fn a_timetable_backs_up_and_runs_a_report_one_after_the_other() {
    let mut screen = on_the_page();
    screen.click("New…");
    screen.retype("Name", "night");
    screen.retype("Schedule, by the local time of the ACD", "daily 01:30");
    screen.choose("Task to add", "Backup");
    screen.click("CMS system administration data");
    screen.click("Incremental");
    screen.shot("dialog-timetable-backup");
    screen.click("Add another task");
    assert!(screen.sees("1. ACD 1: backup acd,historical incremental"));
    screen.choose("Task to add", "Exceptions on or off");
    screen.choose("Exception", "time-in-queue");
    screen.retype("Numbers, such as 1,2,7", "1");
    screen.click("Off");
    screen.click("A failing task does not stop the ones behind it");
    screen.shot("dialog-timetable-exception");
    screen.click("Save on cms-north");
    let ChangeRequest::AddTimetable(add) = screen.change() else { panic!("a new one") };
    let tasks: Vec<&str> = add.tasks.iter().map(|task| task.task.as_str()).collect();
    assert_eq!(tasks, ["backup acd,historical incremental", "exception off split 1 time-in-queue"]);
    assert_eq!((add.name.as_str(), add.after_failure), ("night", Some(api::AfterFailure::GoOn)));
    screen.click("Delete task 1");
    assert!(!screen.sees_part("backup acd,historical incremental"));
}

/// The tables to tick are those that can be synced; what is ticked and what is typed are one.
#[test]
fn a_timetable_syncs_chosen_tables() {
    let mut screen = on_the_page();
    screen.click("New…");
    screen.retype("Name", "names");
    screen.retype("Schedule, by the local time of the ACD", "hourly :15");
    screen.choose("Task to add", "Admin-Sync to the other server");
    screen.click("Specific tables");
    assert!(screen.sees("synonyms") && !screen.sees("hsplit"), "history is healed, not synced");
    screen.click("synonyms");
    screen.click("agroups");
    screen.shot("dialog-timetable-sync-tables");
    screen.click("Add another task");
    assert!(screen.sees("1. ACD 1: admin-sync tables=synonyms,agroups"));
    screen.choose("Task to add", "Admin-Sync to the other server");
    screen.click("Specific tables");
    screen.retype("Tables by the field's names", "hsplit");
    assert!(screen.sees_part("hsplit belongs to what cannot be chosen here: Historical data"));
    screen.retype("Tables by the field's names", "f_cday");
    assert!(screen.sees_part("f_cday is not kept: this server does not forecast"));
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

fn as_cms(screen: &mut Screen) {
    screen.tell(Update::ProfileChanged(Profile { user: "cms".to_owned(), ..world::profile() }));
    let _ = screen.commands();
}

/// As in the guide's third procedure: the user ID, one of two choices, and all of its timetables at once.
#[test]
fn all_timetables_of_a_user_id_are_edited_at_once_after_seeing_what_changes() {
    let mut screen = on_the_page();
    screen.click("Global edit…");
    assert!(screen.sees("For all timetables owned by User ID m.keller") && screen.sees_part("sign in as cms"));
    assert!(
        screen.sees("weekly: runs only here now") && !screen.sees_part("nightly: runs"),
        "those of the user ID alone"
    );
    assert!(screen.is_disabled("Edit all on cms-north"), "nothing is chosen");
    screen.click("Run timetables on this or another CMS server");
    assert!(screen.sees("weekly: runs only here now, then here or on another"));
    screen.click("Run timetables only on this CMS server");
    assert!(screen.sees("weekly: runs only here, and is scheduled anew"));
    screen.click("Run timetables on this or another CMS server");
    screen.shot("dialog-global-edit");
    screen.click("Edit all on cms-north");
    let edit = GlobalEdit { owner: Some("m.keller".to_owned()), run_on: RunOn::ThisOrAnother };
    assert_eq!(screen.commands(), [sent(ChangeRequest::EditTimetables(edit))]);
}

#[test]
fn only_cms_edits_the_timetables_of_others_and_an_edit_is_undone() {
    let mut screen = on_the_page();
    as_cms(&mut screen);
    screen.click("Global edit…");
    assert!(screen.sees("For all timetables owned by User ID cms") && screen.sees("nightly: runs only here now"));
    assert!(!screen.sees_part("sign in as cms"));
    screen.choose("User ID", "m.keller");
    assert!(screen.sees("weekly: runs only here now") && !screen.sees("nightly: runs only here now"));
    screen.click("Cancel");
    choose(&mut screen, "weekly");
    screen.click("Undo the last global edit…");
    assert!(screen.sees("For all timetables owned by User ID m.keller"), "that of the chosen one");
    assert!(screen.sees_part("stays as it is") && !screen.sees("Run timetables only on this CMS server"));
    assert!(screen.sees("The edit of 2026-11-23 08:42:07 by cms"), "which one it is");
    assert!(screen.sees("weekly: runs only here since that edit, then here or on another again"));
    screen.shot("dialog-global-edit-undo");
    screen.click("Undo on cms-north");
    let undo = UndoGlobalEdit { owner: Some("m.keller".to_owned()) };
    assert_eq!(screen.commands(), [sent(ChangeRequest::UndoTimetablesEdit(undo))]);
}

/// What was changed since stays, what came since was never in it, and where nothing was edited nothing can be undone.
#[test]
fn what_an_undone_edit_makes_of_each_is_said_before() {
    let weekly = known(Which::Primary).remove(1);
    let edit = weekly.global_edit.clone().expect("it was edited");
    let named = |name: &str, global_edit| Timetable { name: name.to_owned(), global_edit, ..weekly.clone() };
    let changed = api::GloballyEdited { can_be_undone: false, ..edit.clone() };
    let elsewhere = api::GloballyEdited { was: None, ..edit };
    let all = [named("a", Some(elsewhere)), named("b", Some(changed)), named("c", None)];
    let model = super::administration::shown(std::time::Instant::now(), Which::Primary, &Page::Timetables);
    let draft = |known: &[Timetable]| GlobalDraft::new(&model, known, Some("m.keller"), true);
    assert_eq!(
        draft(&all).lines(),
        [
            "a: runs only here since that edit, then not here again",
            "b: was changed since, and stays as it is: runs only here",
            "c: is none of that edit, and stays as it is: runs only here",
        ]
    );
    assert!(draft(&all).change().is_ok());
    let why = draft(&all[2..]).change().expect_err("nothing was edited");
    assert!(why.contains("no global edit of the timetables of m.keller"), "{why}");
}

/// A global edit needs no administrator, only timetables of one's own.
#[test]
fn whoever_owns_timetables_edits_them_globally_and_whoever_has_none_does_not() {
    let mut screen = Screen::new(Setup { administrator: false, ..Setup::default() });
    screen.open_page(PageKind::Timetables);
    screen.click("Global edit…");
    screen.click("Run timetables only on this CMS server");
    assert!(!screen.is_disabled("Edit all on cms-north"));
    screen.tell(Update::ProfileChanged(Profile { user: "ann".to_owned(), ..world::profile() }));
    screen.click("Cancel");
    screen.click("Global edit…");
    screen.click("Run timetables only on this CMS server");
    assert!(screen.sees("There is none on this server") && screen.is_disabled("Edit all on cms-north"));
}

/// What cannot be done is grey.
#[test]
fn a_global_edit_is_undone_only_where_there_was_one() {
    let mut screen = administering(Setup::default());
    screen.open_page(PageKind::Timetables);
    assert!(!screen.is_disabled("Undo the last global edit…"));
    let PageData::Timetables(mut known) = canned_pages::data(Which::Primary, &Page::Timetables) else { unreachable!() };
    known.iter_mut().for_each(|timetable| timetable.global_edit = None);
    let result = Ok(std::sync::Arc::new(PageData::Timetables(known)));
    screen.tell(Update::Page { which: Which::Primary, page: Page::Timetables, result, at: now() });
    assert!(screen.is_disabled("Undo the last global edit…") && !screen.is_disabled("Global edit…"));
}

#[test]
fn an_administrator_writes_a_timetable_for_another_owner() {
    let owner = "Owner's user ID; empty for yourself";
    let added = |screen: &mut Screen, typed: Option<&str>| {
        screen.click("New…");
        screen.retype("Name", "night");
        if let Some(typed) = typed {
            screen.retype(owner, typed);
        }
        screen.retype("Schedule, by the local time of the ACD", "daily 01:30");
        screen.choose("Task to add", "Data collection on or off");
        screen.shot("dialog-timetable-owner");
        screen.click("Save on cms-north");
        let ChangeRequest::AddTimetable(add) = screen.change() else { panic!("a new one") };
        screen.click("Cancel");
        add.owner
    };
    let mut screen = on_the_page();
    assert_eq!(added(&mut screen, Some(" ann ")).as_deref(), Some("ann"));
    assert_eq!(added(&mut screen, None), None, "one's own");
    choose(&mut screen, "nightly");
    screen.click("Edit…");
    assert!(!screen.sees(owner), "the owner stays");
    let mut screen = Screen::new(Setup { administrator: false, ..Setup::default() });
    screen.open_page(PageKind::Timetables);
    screen.click("New…");
    assert!(!screen.sees(owner), "only administrators may");
}

/// A report is found by words, and what it asks for are its own fields.
#[test]
fn the_report_of_a_task_is_picked_and_its_inputs_are_fields() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = administering(Setup { dark, ..Setup::default() });
        screen.open_page(PageKind::Timetables);
        screen.click("New…");
        screen.retype("Name", "night");
        screen.retype("Schedule, by the local time of the ACD", "daily 01:30");
        screen.click("Report list");
        screen.retype("Search Report", "skill summary daily");
        screen.shot(&format!("dialog-timetable-pick-{word}"));
        screen.click("Split/Skill Summary Daily");
        screen.retype("File on the server, in its folder of exports", "splits-{date}.csv");
        assert!(!screen.sees("Inputs"), "it has fields of its own");
        screen.retype("Splits/skills (empty: all)", "1;3");
        screen.retype("Dates", "-1:-7");
        assert_eq!(screen.harness.query_all_by_label_contains("the earlier end").count(), 1, "once");
        screen.retype("Dates", "-7:-1");
        screen.shot(&format!("dialog-timetable-inputs-{word}"));
        screen.click("Add another task");
        let task = "report \"Split/Skill Summary Daily\" to splits-{date}.csv dates=-7:-1 splits=1;3";
        assert!(screen.sees(&format!("1. ACD 1: {task}")));
        screen.click("Save on cms-north");
        let ChangeRequest::AddTimetable(add) = screen.change() else { panic!("a new one") };
        assert_eq!(add.tasks.iter().map(|task| task.task.as_str()).collect::<Vec<_>>(), [task]);
    }
}

#[test]
fn tasks_are_changed_and_moved() {
    let mut screen = on_the_page();
    choose(&mut screen, "nightly");
    screen.click("Edit…");
    assert!(screen.is_disabled("Move up task 1") && screen.is_disabled("Move down task 2"));
    screen.click("Move down task 1");
    assert!(screen.sees_part("1. ACD 1: report \"Agent Summary Daily\""));
    screen.click("Change task 2");
    screen.shot("dialog-timetable-change-task");
    assert!(screen.is_disabled("Change task 2"));
    screen.retype("File on the server, in its folder of exports", "all.xlsx");
    screen.retype("Dates", "-2");
    // It goes along with what is moved.
    screen.click("Move up task 2");
    screen.harness.get_by_label("Put it in its place").click_accesskit();
    screen.harness.run_steps(3);
    assert!(screen.sees_part("1. ACD 1: report \"Split/Skill Summary Daily\" to all.xlsx dates=-2"));
    screen.click("Save on cms-north");
    let ChangeRequest::ModifyTimetable(modify) = screen.change() else { panic!("a timetable") };
    let tasks = modify.tasks.expect("they are others");
    assert_eq!(tasks[0].task, "report \"Split/Skill Summary Daily\" to all.xlsx dates=-2");
    assert!(tasks[1].task.starts_with("report \"Agent Summary Daily\""), "{tasks:?}");
    assert!(modify.add_tasks.is_empty());
}

/// Each task comes back into the fields that it was made of, and into words where there are none for it.
#[test]
fn a_task_comes_back_into_its_fields() {
    let check = |task: &str, kind: TaskKind| {
        let task = api::TimetableTask { acd: ACD, task: task.to_owned() };
        let draft = TaskDraft::of(&task);
        assert_eq!((draft.kind, draft.task()), (kind, Ok(Some(task))));
    };
    check("report \"Split/Skill Summary Daily\" to \"a b.csv\" dates=-1 \"splits=Sales Hamburg;3\"", TaskKind::Report);
    check("print \"VDN Summary Daily\" dates=-1", TaskKind::Print);
    check("backup acd,historical incremental this-acd device=nas", TaskKind::Backup);
    check("backup tables=users,split_pro", TaskKind::Backup);
    check("admin-sync acd conflicts=refuse history", TaskKind::AdminSync);
    check("admin-sync tables=synonyms,agroups", TaskKind::AdminSync);
    check("summarize weekly -7 2026-11-01", TaskKind::Summarize);
    check("exception off split 1,2,7 time-in-queue", TaskKind::Exception);
    check("collection off", TaskKind::Collection);
    check("call-history on", TaskKind::CallHistory);
    check("image device=nas", TaskKind::Image);
    check("script mail.sh \"two words\"", TaskKind::Script);
    // What the fields do not have is not lost.
    check("exception on split 1 time-in-queue limit=30", TaskKind::Typed);
    check("error-log to errors.csv", TaskKind::Typed);
    check("restore last historical", TaskKind::Typed);
}

/// What the dialog says the page under it need not say, nor once more after it.
#[test]
fn a_refusal_stands_in_the_dialog_alone() {
    let mut screen = on_the_page();
    choose(&mut screen, "nightly");
    screen.click("Edit…");
    screen.retype("Description", "all splits");
    screen.click("Save on cms-north");
    let change = screen.change();
    let why = "the owner may not do that".to_owned();
    screen.answer(1, &change, session::ChangeState::Refused { why });
    screen.shot("dialog-timetable-refused");
    assert!(screen.sees("Nothing was changed. The owner may not do that"));
    assert_eq!(screen.harness.query_all_by_label_contains("owner may not do that").count(), 1);
    screen.click("Cancel");
    assert_eq!(screen.commands(), [Command::DismissChange]);
}
