//! Worksheets and healing: what the pages say, and how they are used.

use std::time::Duration;

use api::{StepState, Worksheet, WorksheetKind};
use egui_kittest::kittest::Queryable as _;
use report::Level;
use session::twin::Stretch;
use session::{Command, HealView, JobRequest, Update, Which, WorksheetRequest, WorksheetsView};

use super::administration::administering;
use super::administration_clicks::page;
use super::canned_pages::{heal, worksheets as canned};
use super::harness::{Screen, Setup, now};
use super::world;
use crate::screens::administration::worksheets::WorksheetsState;
use crate::view::administration::PageKind;
use crate::view::administration::worksheets::{self as view, open};

fn shown(worksheets: WorksheetsView) -> Screen {
    let mut screen = page(PageKind::Worksheets);
    screen.tell(Update::Worksheets(worksheets));
    screen.harness.run_steps(2);
    let _ = screen.commands();
    screen
}

fn sent(screen: &Screen) -> Vec<WorksheetRequest> {
    let requests = screen.commands().into_iter();
    requests
        .filter_map(|command| if let Command::Worksheet(request) = command { Some(request) } else { None })
        .collect()
}

#[test]
fn the_step_to_be_done_is_told_in_full_and_the_others_with_their_times() {
    let told = canned::at_step(WorksheetKind::Collection, 5, now()).told.expect("told");
    let sheet = open(&told).expect("one goes on");
    let step = view::now(sheet).expect("a step");
    assert_eq!((step.place.as_str(), step.title.contains("cms-north (primary)")), ("Step 6 of 18", true), "{step:?}");
    let rows = view::steps(&told, sheet);
    assert_eq!(rows.len(), 18);
    assert!(rows[2][5].text.starts_with("ACD 1 collection off 2026-11-23 09:50:07"), "{:?}", rows[2]);
    assert_eq!([rows[4][1].text.as_str(), &rows[5][1].text, &rows[6][1].text], ["done", "now", "to do"]);
    let over = canned::over(now()).told.expect("told");
    assert!(open(&over).is_none());
    assert_eq!(view::earlier(&over)[1][1].text, "abandoned by m.keller: the secondary is replaced next week");
    assert_eq!((view::earlier(&over)[0][1].text.as_str(), view::earlier(&over)[0][1].level), ("done", Level::Normal));
    let mut sheets = over.sheets.clone();
    let last = sheets[0].steps.len() - 1;
    (sheets[0].steps[last].state, sheets[0].steps[last].text) = (StepState::Skipped, "no time".to_owned());
    let left_out = view::earlier(&canned::told(sheets, now()).expect("told"))[0][1].clone();
    assert!(
        left_out.text.starts_with("ended without comparison") && left_out.text.ends_with("no time"),
        "{left_out:?}"
    );
    assert_eq!(left_out.level, Level::Caution, "it is not done as the others are");
}

#[test]
fn a_worksheet_is_begun_gone_on_with_and_confirmed() {
    let mut screen = administering(Setup::default());
    let _ = screen.commands();
    screen.open_page(PageKind::Worksheets);
    screen.harness.run_steps(3);
    assert_eq!(sent(&screen), [WorksheetRequest::Look], "asked once when the page is opened");
    screen.tell(Update::Worksheets(canned::over(now())));
    screen.click("Begin: A change that needs data collection off");
    let (kind, by_backup, about) = (WorksheetKind::Collection, false, String::new());
    assert_eq!(sent(&screen), [WorksheetRequest::Start { kind, by_backup, about }]);

    screen.tell(Update::Worksheets(canned::at_step(kind, 0, now())));
    screen.click("It is done");
    let id = "collection-1795423327".to_owned();
    assert_eq!(sent(&screen), [WorksheetRequest::Confirm { id: id.clone(), step: 0, note: String::new() }]);
    assert!(screen.is_disabled("Leave it out"), "not without a reason");

    screen.tell(Update::Worksheets(canned::at_step(kind, 1, now())));
    screen.click("Go on until I am needed");
    assert_eq!(sent(&screen), [WorksheetRequest::Go { id, step: None, all: true }]);
    let step = Some("Waiting: cms-north: the link to ACD 1 is not up yet".to_owned());
    screen.tell(Update::Worksheets(WorksheetsView { step, ..canned::at_step(kind, 5, now()) }));
    assert!(screen.sees_part("the link to ACD 1 is not up yet"));
    screen.click("Stop");
    assert_eq!(screen.commands(), [Command::StopWorksheet]);
}

#[test]
fn a_restore_needs_a_yes_to_its_plan_and_a_failure_says_why() {
    let mut screen = shown(canned::failed(now()));
    assert!(screen.sees_part("Not done: https://cms-south.example:8443 cannot be reached"));
    screen.click("Show the plan");
    let id = "primary-outage-1795423327".to_owned();
    assert_eq!(sent(&screen), [WorksheetRequest::Go { id: id.clone(), step: None, all: false }]);
    screen.tell(Update::Worksheets(canned::asks(now())));
    assert!(screen.sees_part("4 rows would be added, 3 replaced"));
    screen.click("Restore as planned");
    let edition = canned::sheet(WorksheetKind::PrimaryOutage, 4).edition;
    assert_eq!(sent(&screen), [WorksheetRequest::Yes { id, step: 4, edition }]);
}

/// An earlier step is to be done again while another one is due: the yes is to the one whose plan is shown.
#[test]
fn a_yes_is_to_the_step_whose_plan_is_shown() {
    let due = canned::at_step(WorksheetKind::PrimaryOutage, 6, now());
    let mut screen = shown(WorksheetsView { told: due.told, ..canned::asks(now()) });
    assert!(screen.sees_part("Step 5 once more: Carry the administration") && screen.sees("Wait for it"));
    assert!(!screen.sees("Restore as planned"));
    screen.click("Restore step 5 as planned");
    let request = &sent(&screen)[..];
    assert!(matches!(request, [WorksheetRequest::Yes { step: 4, .. }]), "{request:?}");
    let other = canned::at_step(WorksheetKind::Collection, 1, now());
    screen.tell(Update::Worksheets(WorksheetsView { told: other.told, ..canned::asks(now()) }));
    assert!(!screen.sees_part("rows would be added"), "the plan is another worksheet's");
}

/// The page of the server in use is not the one on which a step about the other server is done.
#[test]
fn a_step_about_the_other_server_offers_to_move_there_and_not_the_page_of_this_one() {
    let kind = WorksheetKind::Administration;
    let steps = canned::sheet(kind, 0).steps;
    let passwords = steps.iter().position(|step| step.step == "passwords").expect("the step is there");
    let due = || Update::Worksheets(canned::at_step(kind, passwords, now()));
    let mut screen = shown(canned::at_step(kind, passwords, now()));
    assert!(
        screen.sees_part("The step is about cms-south, and pages of administration are those of the server in use")
    );
    assert!(!screen.sees("To Users and permissions"));
    screen.shot("worksheet-passwords");
    let _ = screen.commands();
    screen.click("Move to cms-south");
    assert!(screen.commands().contains(&Command::SwitchTo(Which::Secondary)));
    for update in [
        Update::SignedIn { which: Which::Secondary, administrator: true },
        Update::Serving(Some(Which::Secondary)),
        due(),
    ] {
        screen.tell(update);
    }
    let _ = screen.commands();
    screen.click("To Users and permissions");
    assert!(screen.commands().contains(&Command::ShowPage(Some(session::Page::Users))));

    // What is changed on the primary is changed on the page of the primary.
    let screen = shown(canned::at_step(WorksheetKind::Collection, 3, now()));
    assert!(screen.sees("To Data storage") && !screen.sees("Move to cms-south"));
}

#[test]
fn what_is_typed_is_kept_until_it_was_taken() {
    const NOTE: &str = "What you did, for the record; or why the step is left out";
    let kind = WorksheetKind::Collection;
    let mut screen = shown(canned::at_step(kind, 0, now()));
    screen.retype(NOTE, "told all by telephone");
    let confirmed = WorksheetRequest::Confirm {
        id: "collection-1795423327".to_owned(),
        step: 0,
        note: "told all by telephone".to_owned(),
    };
    screen.click("It is done");
    assert_eq!(sent(&screen), std::slice::from_ref(&confirmed));
    let problem = Some("neither server can be asked: timed out".to_owned());
    screen.tell(Update::Worksheets(WorksheetsView { problem, ..canned::at_step(kind, 0, now()) }));
    assert!(screen.sees_part("Neither server can be asked"), "as a sentence");
    screen.click("It is done");
    assert_eq!(sent(&screen), [confirmed], "it need not be typed again");
    screen.tell(Update::Worksheets(canned::at_step(kind, 3, now())));
    assert!(screen.is_disabled("Leave it out"), "it was taken, and is no reason for anything else");
}

#[test]
fn who_may_not_administer_may_look() {
    let mut screen = administering(Setup { administrator: false, ..Setup::default() });
    screen.open_page(PageKind::Worksheets);
    screen.tell(Update::Worksheets(canned::at_step(WorksheetKind::Collection, 1, now())));
    assert!(screen.is_disabled("Do it"));
}

/// What a worksheet has come to is read where it was worked by, and again later.
#[test]
fn a_worksheet_that_has_ended_stays_until_it_was_read_and_its_steps_can_be_seen_later() {
    let kind = WorksheetKind::Collection;
    let mut screen = shown(canned::at_step(kind, 17, now()));
    screen.tell(Update::Worksheets(canned::over(now())));
    screen.harness.run_steps(2);
    assert!(screen.sees("Done") && screen.sees("Done as it should be"), "what the comparison said is in sight");
    assert!(screen.sees_part("Step 18, State done") && !screen.sees("Begin: Administration onto the secondary"));
    assert!(!screen.sees("Do this step again"));
    screen.shot("worksheet-ended");
    screen.click("Close");
    assert!(screen.sees("Begin: Administration onto the secondary"));
    let row = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
        node.role() == egui::Role::Row && node.label().is_some_and(|label| label.contains("is replaced next week"))
    };
    screen.harness.get_by(row).click();
    screen.harness.run_steps(3);
    screen.click("Show its steps");
    assert!(screen.sees_part("Abandoned by m.keller: the secondary is replaced next week"));
    assert!(screen.sees_part("Step 1, State done") && screen.sees("Close"));
}

/// Somebody else may begin one meanwhile; and what one server told is never said to be another one's.
#[test]
fn the_page_asks_again_while_it_is_open_and_names_both_servers() {
    let mut state = WorksheetsState::default();
    let after = |secs: u64| now() + Duration::from_secs(secs);
    let asked: Vec<_> = [0, 1, 4, 5, 6, 9, 10, 40].map(|secs| state.asks(after(secs))).into();
    let (look, again) = (Some(WorksheetRequest::Look), Some(WorksheetRequest::LookAgain));
    assert_eq!(asked, [look.clone(), None, None, again.clone(), None, None, again, look.clone()]);
    state.server_changed();
    assert_eq!(state.asks(after(41)), look, "another server serves");

    let mut screen = shown(canned::over(now()));
    assert!(screen.sees("cms-north and cms-south"));
    screen.click("Ask both servers again");
    assert_eq!(sent(&screen), [WorksheetRequest::LookAgain]);
}

#[test]
fn what_a_worksheet_leaves_when_it_is_given_up_is_said_before_and_after() {
    let mut screen = shown(canned::at_step(WorksheetKind::Administration, 2, now()));
    assert!(!screen.sees_part("If it were given up now"));
    let mut health = world::health(Which::Secondary, api::LinkState::Up);
    (health.mode, health.acds[0].collecting) = (api::Mode::SingleUser, false);
    screen.tell(Update::Health { which: Which::Secondary, health, took: Duration::ZERO, at: now() });
    assert!(screen.sees_part("If it were given up now, this would stay as it is: data collection of cms-south is off"));
    assert!(screen.sees_part("put it in multi-user mode (Mode, or `cms mode multi-user`)"));
    screen.tell(Update::Worksheets(canned::over(now())));
    screen.click("Close");
    assert!(screen.sees_part("Data collection of cms-south is off for ACD 1: turn it on"));
}

#[test]
fn a_plan_is_not_read_under_the_failure_before_it_and_one_without_changes_is_no_danger() {
    let mut view = WorksheetsView { told: canned::failed(now()).told, ..canned::asks(now()) };
    let mut screen = shown(view.clone());
    assert!(screen.sees_part("4 rows would be added, 3 replaced") && !screen.sees_part("Not done:"));
    let mut asks = (**view.asks.as_ref().expect("it asks")).clone();
    for line in &mut asks.plans[0].plan.tables {
        (line.added, line.replaced) = (0, 0);
    }
    view.asks = Some(asks.into());
    screen.tell(Update::Worksheets(view));
    assert!(screen.sees_part("Nothing differs: ") && !screen.sees("Restore as planned"));
    screen.click("Go on");
    assert!(matches!(&sent(&screen)[..], [WorksheetRequest::Yes { step: 4, .. }]));
}

/// Whoever says that all have a password has read who has none.
#[test]
fn who_has_no_password_is_named_at_once() {
    let kind = WorksheetKind::Administration;
    let mut screen = page(PageKind::Worksheets);
    let _ = screen.commands();
    screen.tell(Update::Worksheets(canned::at_step(kind, 2, now())));
    screen.harness.run_steps(3);
    let id = "administration-1795423327".to_owned();
    assert_eq!(sent(&screen), [WorksheetRequest::Go { id, step: None, all: false }], "once");
    let person = Some("without a password on cms-south: nora, sara".to_owned());
    screen.tell(Update::Worksheets(WorksheetsView { person, ..canned::at_step(kind, 2, now()) }));
    assert!(screen.sees_part("nora, sara") && sent(&screen).is_empty());
}

#[test]
fn a_worksheet_is_begun_from_the_other_server_while_the_one_in_use_is_away() {
    let mut screen = shown(canned::over(now()));
    assert!(!screen.sees_part("cms-south answers: switch to it"));
    screen.primary_dies();
    assert!(screen.is_disabled("Begin: After an outage of the primary"));
    assert!(screen.sees_part("cms-south answers: switch to it (Ctrl+Shift+S)"));
}

/// Of 18 steps the last ones are out of sight until the list is scrolled.
#[test]
fn the_list_of_steps_follows_the_worksheet() {
    let setup = Setup { size: [1366.0, 768.0], ..Setup::default() };
    let mut screen = administering(setup);
    screen.open_page(PageKind::Worksheets);
    screen.tell(Update::Worksheets(canned::at_step(WorksheetKind::Collection, 2, now())));
    screen.harness.run_steps(3);
    assert!(!screen.sees_part("Step 16, State"));
    screen.tell(Update::Worksheets(canned::at_step(WorksheetKind::Collection, 15, now())));
    screen.harness.run_steps(4);
    assert!(screen.sees_part("Step 16, State now"));
}

#[test]
fn a_heal_is_planned_done_and_taken_back() {
    let mut screen = page(PageKind::Twin);
    screen.click("Heal");
    assert!(screen.sees_part("cms-north, the primary, would be healed from cms-south"), "before anything is planned");
    screen.click("Plan a heal");
    let stretch = Stretch { from: Some(world::NOW + -7 * 86_400), to: None };
    let which = Which::Primary;
    assert_eq!(screen.commands(), [Command::Heal { which, stretch, dry_run: true }]);
    screen.tell(Update::Heal(HealView { step: Some("cms-south: packing hsplit".to_owned()), ..HealView::default() }));
    assert!(screen.sees_part("packing hsplit") && screen.is_disabled("Plan a heal"));
    screen.tell(Update::Heal(heal::planned(stretch, now())));
    assert!(screen.sees_part("cms-north would get 3 intervals from cms-south; nothing was changed yet"));
    let mut nothing = heal::planned(stretch, now());
    if let Some(report) = nothing.report.as_mut().map(std::sync::Arc::make_mut) {
        report.healed.acds[0].gap.intervals = 0;
        report.healed.acds[0].restores.clear();
    }
    let mut idle = heal::planned(stretch, now());
    if let Some(report) = idle.report.as_mut().map(std::sync::Arc::make_mut) {
        report.healed.acds[0].gap.intervals = 0;
        let tables = &mut report.healed.acds[0].restores[0].plan.tables;
        tables.iter_mut().for_each(|line| (line.added, line.replaced, line.identical) = (0, 0, 7));
        assert!(crate::view::administration::heal::plan_rows(report).is_empty(), "no line of noughts");
        screen.tell(Update::Heal(idle.clone()));
        assert!(screen.sees_part("has nothing that cms-north lacks") && !screen.sees_part("0 intervals"));
    }
    if let Some(report) = idle.report.as_mut().map(std::sync::Arc::make_mut) {
        report.healed.acds[0].restores[0].plan.tables[2].added = 310;
    }
    screen.tell(Update::Heal(idle));
    assert!(screen.sees_part("cms-north would get 310 rows from cms-south"), "records of whole intervals");
    screen.tell(Update::Heal(nothing));
    assert!(screen.sees_part("has nothing that cms-north lacks") && !screen.sees("Heal cms-north as planned"));
    screen.tell(Update::Heal(heal::planned(stretch, now())));
    screen.click("Heal cms-north as planned");
    assert_eq!(screen.commands(), [Command::Heal { which, stretch, dry_run: false }]);
    screen.tell(Update::Heal(heal::done(stretch, now())));
    assert!(screen.sees_part("the history of both is the same now"));
    screen.click("Take restore 4 back…");
    screen.click("Plan on cms-north");
    let request = JobRequest::Undo(api::UndoRestore { restore: 4, dry_run: true, ..api::UndoRestore::default() });
    assert!(screen.commands().contains(&Command::StartJob { which: Which::Primary, request }));
    let broken = HealView { problem: Some("cms-south cannot be reached".to_owned()), ..HealView::default() };
    screen.tell(Update::Heal(broken));
    assert!(screen.sees_part("The heal was broken off"));
}

/// The clock has gone on since, and something else may be chosen: what was planned is done, or nothing.
#[test]
fn a_heal_does_what_was_planned_and_only_while_that_is_chosen() {
    let mut screen = page(PageKind::Twin);
    screen.click("Heal");
    screen.click("Plan a heal");
    let (which, stretch) = (Which::Primary, Stretch { from: Some(world::NOW + -7 * 86_400), to: None });
    assert_eq!(screen.commands(), [Command::Heal { which, stretch, dry_run: true }]);
    let planned_at = now().checked_sub(Duration::from_secs(185)).expect("the PC is up longer");
    screen.tell(Update::Heal(heal::planned(stretch, planned_at)));
    assert!(screen.sees("Planned 3 min 05 s ago, of intervals from 2026-11-16 10:42:07 on"));
    screen.click("All that is kept");
    assert!(screen.is_disabled("Heal cms-north as planned") && !screen.is_disabled("Plan again"));
    screen.click("Last 7 days");
    let mut health = world::health(which, api::LinkState::Up);
    health.acds.iter_mut().for_each(|acd| acd.acd_at = Some(world::NOW + 185));
    screen.tell(Update::Health { which, health, took: Duration::ZERO, at: now() });
    screen.click("Heal cms-north as planned");
    assert_eq!(screen.commands(), [Command::Heal { which, stretch, dry_run: false }], "not 185 s later");
    screen.tell(Update::SignedIn { which: which.other(), administrator: true });
    screen.tell(Update::Serving(Some(which.other())));
    assert!(!screen.sees("Heal cms-north as planned"), "another server serves");
}

#[test]
fn a_heal_is_of_the_time_that_is_typed_and_as_planned() {
    let mut screen = page(PageKind::Twin);
    screen.click("Heal");
    screen.click("From, to");
    screen.retype("First interval; empty: all before", "2026-11-23T04:00");
    screen.retype("Last interval; empty: all after", "2026-11-23T05:30");
    screen.click("Plan a heal");
    // It is 10:42:07 in Berlin.
    let clock = |hour: i64, minute: i64| Some(world::NOW + ((hour - 10) * 3_600 + (minute - 42) * 60 - 7));
    let (which, stretch) = (Which::Primary, Stretch { from: clock(4, 0), to: clock(5, 30) });
    assert_eq!(screen.commands(), [Command::Heal { which, stretch, dry_run: true }]);
    screen.tell(Update::Heal(heal::planned(stretch, now())));
    assert!(screen.sees_part("of intervals from 2026-11-23 04:00:00 to 2026-11-23 05:30:00"));
    screen.retype("Last interval; empty: all after", "2026-11-23T06:30");
    assert!(screen.is_disabled("Heal cms-north as planned"), "that was not planned");
    screen.retype("Last interval; empty: all after", "2026-11-23T05:30");
    screen.shot("heal-from-to");
    screen.click("Heal cms-north as planned");
    assert_eq!(screen.commands(), [Command::Heal { which, stretch, dry_run: false }]);
}

#[test]
fn worksheets_and_heals_are_drawn_in_both_themes_and_at_both_scales() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        for scale_percent in [100, 200] {
            let mut screen = administering(Setup { dark, scale_percent, ..Setup::default() });
            screen.open_page(PageKind::Worksheets);
            let views = [
                ("over", canned::over(now())),
                ("confirm", canned::at_step(WorksheetKind::Collection, 3, now())),
                ("failed", canned::failed(now())),
                ("asks", canned::asks(now())),
            ];
            for (name, view) in views {
                screen.tell(Update::Worksheets(view));
                screen.shot(&format!("worksheets-{name}-{word}-{scale_percent}"));
            }
            screen.open_page(PageKind::Twin);
            screen.click("Heal");
            screen.tell(Update::Heal(heal::planned(Stretch::default(), now())));
            screen.shot(&format!("heal-planned-{word}-{scale_percent}"));
            screen.tell(Update::Heal(heal::done(Stretch::default(), now())));
            screen.shot(&format!("heal-done-{word}-{scale_percent}"));
        }
    }
}

/// One that an earlier version began with other steps, and one that this version does not understand at all.
fn of_another_version(at: std::time::Instant) -> WorksheetsView {
    let mut other = canned::sheet(WorksheetKind::Administration, 2);
    other.steps[1].step = "telephone-everybody".to_owned();
    let unreadable = Worksheet {
        id: "moving-1795400000".to_owned(),
        unreadable: Some("version 0.1.0 does not understand it: unknown field `moved`".to_owned()),
        ..canned::sheet(WorksheetKind::Unknown, 0)
    };
    WorksheetsView { told: canned::told(vec![other, unreadable], at), ..WorksheetsView::default() }
}

/// It is read with what was done, it is not gone on with, and it says what comes next.
#[test]
fn a_worksheet_of_another_version_is_read_and_told_what_to_do_with() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        for scale_percent in [100, 200] {
            let mut screen = administering(Setup { dark, scale_percent, ..Setup::default() });
            screen.open_page(PageKind::Worksheets);
            screen.tell(Update::Worksheets(of_another_version(now())));
            screen.harness.run_steps(2);
            screen.shot(&format!("worksheet-of-another-version-{word}-{scale_percent}"));
            assert!(screen.sees_part("Another version of this program began it, with other steps"));
            assert!(screen.sees_part("Worksheet moving-1795400000: version 0.1.0 does not understand it"));
            assert!(screen.sees_part("telephone-everybody (a step of another version)") && !screen.sees("Do it"));
            assert!(screen.is_disabled("Give the worksheet up"), "not without a reason");
        }
    }
    let mut screen = shown(of_another_version(now()));
    screen.retype("Why the worksheet is given up", "begun anew");
    screen.click("Give the worksheet up");
    let id = "administration-1795423327".to_owned();
    assert_eq!(sent(&screen), [WorksheetRequest::Abandon { id, why: "begun anew".to_owned() }]);
}

/// Where everything is large the page scrolls: its tables have all of their columns, and the steps all of their rows.
#[test]
fn worksheets_and_names_are_read_to_their_end_where_everything_is_large() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let views = [("over", canned::over(now())), ("asks", canned::asks(now())), ("failed", canned::failed(now()))];
        for (name, view) in views {
            let setup = Setup { size: [1920.0, 1080.0], scale_percent: 175, dark, ..Setup::default() };
            let mut screen = administering(setup);
            screen.open_page(PageKind::Worksheets);
            screen.tell(Update::Worksheets(view));
            screen.harness.run_steps(3);
            if name == "asks" {
                // What is cut is as wide as what is left of it.
                let width = |heading: &str| screen.harness.get_by_label(heading).rect().width();
                assert!(width("Skipped") > 0.8 * width("Removed"), "the last column of the plan: {}", width("Skipped"));
            }
            if let Some(steps) = screen.harness.query_by_role_and_label(egui::Role::Table, "Steps") {
                assert!(steps.rect().height() > 10.0 * crate::theme::ROW_HEIGHT, "all steps: {:?}", steps.rect());
                steps.scroll_to_me();
                screen.harness.run_steps(4);
            }
            screen.shot(&format!("worksheets-175-{name}-{word}"));
        }
        let mut screen = administering(Setup { scale_percent: 200, dark, ..Setup::default() });
        screen.open_page(PageKind::Dictionary);
        screen.harness.get_by_role_and_label(egui::Role::Button, "Export…").scroll_to_me();
        screen.harness.run_steps(4);
        screen.shot(&format!("names-200-{word}"));
        let window = screen.harness.ctx.content_rect();
        let buttons = ["Edit…", "New…", "Import…", "Export…"];
        for label in buttons.into_iter().chain(["Description"]) {
            let rect = screen.harness.get_by_label(label).rect();
            assert!(window.contains_rect(rect), "{label}: {rect:?}");
        }
    }
}
