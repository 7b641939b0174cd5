//! Administration: what its pages say, as text; and the pages clicked, read and drawn.

use std::time::{Duration, Instant};

use api::{LinkState, Profiled, SetCollection, SetInterval};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use model::{AcdNumber, IntervalMinutes};
use session::{ChangeRequest, ChangeState, ChangeView, Command, Model, Page, PageData, ShortcutChange, Update, Which};

use super::canned_pages;
use super::harness::{Screen, Setup};
use super::world::{self, ACD};
use crate::view::administration::profiles::{Draft, ProfileRow};
use crate::view::administration::{LineKind, PageKind, changes, collection, frame_view, profiles};

pub(super) fn shown(at: Instant, which: Which, page: &Page) -> Model {
    let mut model = Model::default();
    for update in world::signed_in(at) {
        model.apply(update);
    }
    model.apply(Update::Tables { which: Which::Primary, tables: canned_pages::backups::tables() });
    model.apply(Update::SignedIn { which: Which::Secondary, administrator: true });
    model.apply(Update::Serving(Some(which)));
    let result = Ok(std::sync::Arc::new(canned_pages::data(which, page)));
    model.apply(Update::Page { which, page: page.clone(), result, at });
    model
}

fn said(model: &Model, kind: PageKind, at: Instant) -> Vec<(LineKind, String)> {
    let view = frame_view(model, kind, Some(ACD), at).expect("somebody is signed in");
    view.lines.into_iter().map(|line| (line.kind, line.text)).collect()
}

fn change(state: ChangeState) -> Update {
    let change = ChangeRequest::Collection(SetCollection { acd: ACD, on: false });
    Update::Administered(Some(ChangeView { number: 1, which: Which::Primary, change, state }))
}

#[test]
fn a_page_says_whose_it_is_and_how_old() {
    let at = Instant::now();
    let model = shown(at, Which::Primary, &Page::Profiles(ACD));
    let view = frame_view(&model, PageKind::Profiles, Some(ACD), at + Duration::from_secs(3)).expect("signed in");
    assert_eq!((view.server.as_str(), view.role), ("cms-north", Which::Primary));
    assert_eq!((view.acd.as_deref(), view.told.as_str()), (Some("ACD 1 Berlin"), "told 3 s ago"));
    assert!(view.about.ends_with("make the same change on cms-south, too"), "{}", view.about);
    assert_eq!((view.may, view.muted, view.lines.len()), (Ok(()), false, 0));
    let view = frame_view(&model, PageKind::Collection, Some(ACD), at).expect("signed in");
    assert_eq!((view.acd, view.told.as_str()), (None, "not told yet"));
}

#[test]
fn on_the_secondary_the_page_says_to_administer_on_the_primary() {
    let at = Instant::now();
    let mut model = shown(at, Which::Secondary, &Page::Collection);
    let lines = said(&model, PageKind::Collection, at);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0].0, LineKind::Caution);
    assert!(lines[0].1.contains("cms-south, the secondary, while the primary cms-north answers"), "{lines:?}");
    assert_eq!(frame_view(&model, PageKind::Collection, None, at).expect("signed in").may, Ok(()), "not forbidden");
    assert!(said(&model, PageKind::Changes, at).is_empty(), "nothing is changed there");
    assert!(said(&model, PageKind::Backups, at).is_empty(), "each server is backed up for itself");
    model.apply(Update::Unhealthy { which: Which::Primary, why: "timed out".to_owned(), at });
    let lines = said(&model, PageKind::Collection, at);
    assert!(lines[0].1.ends_with("change it on cms-north, too, when it is back"), "{lines:?}");
}

#[test]
fn who_is_no_administrator_may_look_and_is_told_why_no_more() {
    let at = Instant::now();
    let mut model = shown(at, Which::Primary, &Page::Collection);
    model.apply(Update::SignedIn { which: Which::Primary, administrator: false });
    let view = frame_view(&model, PageKind::Collection, None, at).expect("signed in");
    assert_eq!(view.may, Err("Only administrators of cms-north can change this".to_owned()));
    assert_eq!((view.lines[0].kind, view.closed), (LineKind::Info, None));
    let view = frame_view(&model, PageKind::Changes, None, at).expect("signed in");
    assert_eq!(view.closed.as_deref(), Some("Only administrators of cms-north may see this page"));
    assert!(view.lines.is_empty(), "it is closed, and nothing is said of looking at it");
    // What the server refuses stands in the place of the page, and not beside words that one may look at it.
    let result = Err("m.keller may not see the feature system-setup".to_owned());
    model.apply(Update::Page { which: Which::Primary, page: Page::Archiving, result, at });
    let view = frame_view(&model, PageKind::Archiving, Some(ACD), at).expect("signed in");
    assert_eq!(view.closed.as_deref(), Some("cms-north: m.keller may not see the feature system-setup"));
    assert!(view.lines.is_empty(), "{:?}", view.lines);
}

#[test]
fn a_server_that_does_not_answer_cannot_be_administered() {
    let at = Instant::now();
    let mut model = shown(at, Which::Primary, &Page::Collection);
    let late = at + Duration::from_secs(30);
    model.apply(Update::Unhealthy { which: Which::Primary, why: "connection refused".to_owned(), at: late });
    let view = frame_view(&model, PageKind::Collection, None, late).expect("signed in");
    assert!(view.muted);
    assert_eq!(view.told, "told 30 s ago");
    assert_eq!(view.lines[0].kind, LineKind::Problem);
    assert!(view.may.expect_err("it is gone").contains("cms-north does not answer: connection refused"));
}

#[test]
fn outcomes_are_the_servers_own_words() {
    let at = Instant::now();
    let mut model = shown(at, Which::Primary, &Page::Collection);
    let mut outcome = |state| {
        model.apply(change(state));
        let view = frame_view(&model, PageKind::Collection, None, at).expect("signed in");
        let line = view.lines.into_iter().next().expect("an outcome");
        (line.kind, line.text, view.may.is_ok())
    };
    let text = "data collection of ACD 1 is off".to_owned();
    let running = "Asking cms-north to turn data collection of ACD 1 off…".to_owned();
    assert_eq!(outcome(ChangeState::Running), (LineKind::Info, running, false));
    let done = outcome(ChangeState::Done { changed: true, text: text.clone() });
    assert_eq!(done, (LineKind::Good, format!("cms-north: {text}"), true));
    assert_eq!(outcome(ChangeState::Done { changed: false, text }).0, LineKind::Info);
    let (kind, refused, _) = outcome(ChangeState::Refused { why: "the disk is full".to_owned() });
    assert_eq!((kind, refused.as_str()), (LineKind::Problem, "Nothing was changed. cms-north: the disk is full"));
    // Its name is not said twice.
    let done = outcome(ChangeState::Done { changed: true, text: "cms-north syncs to no server".to_owned() });
    assert_eq!(done.1, "cms-north syncs to no server");
    let done = outcome(ChangeState::Done { changed: true, text: "cms-northern is no more".to_owned() });
    assert_eq!(done.1, "cms-north: cms-northern is no more");
    let (kind, unknown, _) = outcome(ChangeState::Unknown { why: "timed out".to_owned() });
    assert_eq!(kind, LineKind::Caution);
    assert!(unknown.contains("did not answer: timed out. Look whether it is so"), "{unknown}");
}

/// As the field's connection status has it, and as the daily checks name them.
#[test]
fn the_layers_of_a_link_are_shown_on_their_own() {
    let PageData::Collection(mut status) = canned_pages::data(Which::Primary, &Page::Collection) else {
        unreachable!()
    };
    let layers = |status: &api::Status| {
        let facts = collection::rows(status).swap_remove(0).facts;
        ["Application", "Session", "Connection"].map(|layer| {
            let fact = facts.iter().find(|(name, _)| *name == layer);
            fact.map_or_else(String::new, |(_, text)| text.clone())
        })
    };
    let acd = &mut status.acds[0];
    (acd.health.collecting, acd.health.link, acd.peer) = (true, LinkState::Up, Some("10.1.1.9:40112".to_owned()));
    assert_eq!(layers(&status), ["data transfer", "data transfer", "operational, with 10.1.1.9:40112"]);
    (status.acds[0].health.link, status.acds[0].peer) = (LinkState::Down, None);
    assert_eq!(layers(&status)[..2], ["waiting session", "quiescent"]);
    assert!(!layers(&status)[2].contains("with"), "nobody is there");
}

#[test]
fn turning_collection_off_says_who_collects_meanwhile() {
    let at = Instant::now();
    let mut model = shown(at, Which::Primary, &Page::Collection);
    let PageData::Collection(status) = canned_pages::data(Which::Primary, &Page::Collection) else { unreachable!() };
    let rows = collection::rows(&status);
    assert_eq!(rows[0].title, "ACD 1 Berlin");
    assert_eq!(rows[0].before_interval.as_deref(), Some("To change it, turn data collection off first"));
    assert_eq!((rows[1].collecting, rows[1].before_interval.as_deref()), (false, None));
    let meanwhile = |model: &Model| collection::turn_off(model, Which::Primary, &rows[0]).lines[1].clone();
    let check = |model: &Model, part: &str| assert!(meanwhile(model).contains(part), "{}", meanwhile(model));
    check(&model, "cms-south collects it meanwhile");
    let which = Which::Secondary;
    let told = |collecting: bool, link| {
        let mut health = world::health(which, link);
        health.acds[0].collecting = collecting;
        Update::Health { which, health, took: Duration::ZERO, at }
    };
    model.apply(told(true, LinkState::Down));
    check(&model, "its link is down): what happens meanwhile is lost");
    model.apply(told(false, LinkState::Down));
    check(&model, "has it turned off, too");
    model.apply(Update::Unhealthy { which, why: "timed out".to_owned(), at });
    check(&model, "is not known");
}

#[test]
fn what_became_of_a_shortcut_is_told_on_no_page_but_its_own() {
    let at = Instant::now();
    let mut model = shown(at, Which::Primary, &Page::Collection);
    let change = ChangeRequest::Shortcut(ShortcutChange::Delete { owner: None, name: "Morning".to_owned() });
    let state = ChangeState::Done { changed: true, text: "Morning was deleted".to_owned() };
    model.apply(Update::Administered(Some(ChangeView { number: 1, which: Which::Primary, change, state })));
    assert!(said(&model, PageKind::Collection, at).is_empty());
    assert_eq!(said(&model, PageKind::Shortcuts, at).len(), 1);
}

#[test]
fn splits_and_vdns_are_listed_with_and_without_a_profile() {
    let PageData::Profiles(known) = canned_pages::data(Which::Primary, &Page::Profiles(ACD)) else { unreachable!() };
    let names = world::dictionary();
    let texts = |of, search: &str| -> Vec<String> {
        let rows = profiles::rows(&known, Some(&names), of, search);
        rows.iter().map(|row| row.texts().join("|")).collect()
    };
    let splits = texts(Profiled::Split, "");
    assert_eq!(splits.len(), 9, "eight with names and one that has a profile only");
    assert_eq!(splits[0], "1|Sales|20 s|5, 10, 20, 30, 45, 60, 90, 120, 180");
    assert_eq!(splits[1], "2|Service|usual|usual");
    let usual = "Usual is the service level that the switch tells, or else 20 s, and the limits 5, 10, 15, 20, 30, 45, 60, 90, 120";
    assert_eq!(profiles::usual_text(), usual);
    assert_eq!(splits[8], "40||20 s|", "the order of numbers");
    assert_eq!(texts(Profiled::Vdn, "emerg"), ["2040|Emergency|5 s|2, 5, 10, 20, 30"]);
}

#[test]
fn a_profile_is_checked_as_it_is_typed() {
    let row = ProfileRow { number: "3".to_owned(), name: "Billing".to_owned(), profile: None };
    let draft = |level: &str, increments: &str| Draft {
        level: level.to_owned(),
        increments: increments.to_owned(),
        ..Draft::of(ACD, Profiled::Split, &row)
    };
    let check = |level, increments, part: &str| {
        let why = draft(level, increments).change().expect_err("it is wrong");
        assert!(why.contains(part), "{why}");
    };
    check("", "5", "service level is needed");
    check("soon", "5", "\"soon\" is no whole number");
    check("20", "5, 5", "increment 5 must be above the one before it");
    check("20", "1 2 3 4 5 6 7 8 9 10", "at most nine");
    check("20", "0, 5", "above 0");
    check("20", "5, x", "\"x\" is no whole number");
    assert!(Draft { number: "three".to_owned(), ..draft("20", "5") }.change().is_err());
    let right = draft(" 20 ", "5; 10,20");
    assert_eq!(right.bins().as_deref(), Ok("Bins: 0 to 5, 6 to 10, 11 to 20, more than 20 s"));
    let Ok(ChangeRequest::Profile(set)) = right.change() else { panic!("it is right") };
    assert_eq!((set.profile.service_level_secs, set.profile.increments_secs), (20, vec![5, 10, 20]));
    assert_eq!(right.title(), "Call profile of split/skill 3 Billing");
}

#[test]
fn changes_are_found_by_words_and_told_in_local_time() {
    let PageData::Changes(known) = canned_pages::data(Which::Primary, &Page::Changes) else { unreachable!() };
    let berlin = crate::view::cells::calendar("Europe/Berlin");
    let rows = changes::rows(&known, "collection off", berlin.as_ref());
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].texts(), ["2026-11-22 09:40:07", "cms", "2", "data collection", "on", "off"]);
}

pub(super) fn administering(setup: Setup) -> Screen {
    let mut screen = Screen::new(setup);
    screen.click("Administration");
    screen
}

#[test]
fn administration_opens_over_the_reports_and_goes_back() {
    let mut screen = Screen::new(Setup { reports: vec![world::request("VDN Report", &[])], ..Setup::default() });
    let _ = screen.commands();
    screen.click("Administration");
    assert_eq!(screen.commands(), [Command::ShowPage(Some(Page::Collection))]);
    assert!(screen.sees("ACD 1 Berlin") && !screen.sees("Inputs of VDN Report…"));
    screen.click("Changes");
    assert_eq!(screen.commands(), [Command::ShowPage(Some(Page::Changes))]);
    screen.escape();
    assert_eq!(screen.commands(), [Command::ShowPage(None)]);
    assert!(screen.sees("Inputs of VDN Report…"), "the report was never closed");
    screen.harness.key_press_modifiers(egui::Modifiers::COMMAND | egui::Modifiers::SHIFT, egui::Key::A);
    screen.harness.run_steps(2);
    assert!(screen.sees_part("Search the changes"), "the page that was shown last");
}

#[test]
fn collection_is_turned_off_only_after_asking_and_on_at_once() {
    let mut screen = administering(Setup::default());
    let _ = screen.commands();
    screen.click("Turn off data collection of ACD 1 Berlin");
    assert!(screen.sees_part("INCOMPLETE") && screen.sees_part("cms-south collects it meanwhile"));
    assert_eq!(screen.commands(), []);
    screen.click("Turn off on cms-north");
    let administer = |acd, on| {
        let change = ChangeRequest::Collection(SetCollection { acd, on });
        Command::Administer { which: Which::Primary, change }
    };
    assert_eq!(screen.commands(), [administer(ACD, false)]);
    screen.click("Turn on data collection of ACD 2 Porto");
    assert_eq!(screen.commands(), [administer(AcdNumber(2), true)]);
}

#[test]
fn an_interval_is_set_only_while_collection_is_off() {
    let mut screen = administering(Setup::default());
    let _ = screen.commands();
    assert!(screen.sees_part("turn data collection off first"));
    let click = |screen: &mut Screen, at: usize| {
        screen.harness.get_all_by_label("60 min").nth(at).expect("a segment for each ACD").click();
        screen.harness.run_steps(3);
    };
    click(&mut screen, 0);
    assert!(!screen.sees_part("Set the storage interval of ACD 1"), "its collection is on");
    click(&mut screen, 1);
    assert!(screen.sees_part("Set the same on cms-south"));
    screen.click("Set it on cms-north");
    let set = SetInterval { acd: AcdNumber(2), minutes: IntervalMinutes::Hour };
    let change = ChangeRequest::Interval(set);
    assert_eq!(screen.commands(), [Command::Administer { which: Which::Primary, change }]);
}

#[test]
fn after_a_switch_over_the_page_is_the_other_servers() {
    let mut screen = administering(Setup::default());
    assert!(screen.sees("cms-north"));
    screen.tell(Update::SignedIn { which: Which::Secondary, administrator: true });
    screen.tell(Update::Serving(Some(Which::Secondary)));
    screen.harness.run_steps(2);
    assert!(screen.sees_part("You are on cms-south, the secondary"));
    screen.click("Turn off data collection of ACD 1 Berlin");
    assert!(screen.sees("Turn off on cms-south"));
}

#[test]
fn controls_of_who_may_not_are_disabled() {
    let mut screen = administering(Setup { administrator: false, ..Setup::default() });
    let button = |screen: &Screen, label: &str| {
        let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            node.role() == egui::Role::Button && node.label().as_deref() == Some(label)
        };
        screen.harness.get_by(is).accesskit_node().is_disabled()
    };
    assert!(button(&screen, "Turn off data collection of ACD 1 Berlin"));
    screen.click("Call profiles");
    assert!(button(&screen, "Edit…") && button(&screen, "New…"));
    screen.click("Changes");
    assert!(screen.sees("This page is closed to you"));
    assert!(
        !screen.commands().contains(&Command::ShowPage(Some(Page::Changes))),
        "nothing that will be refused is asked"
    );
}
