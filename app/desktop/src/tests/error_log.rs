//! The maintenance error log: what the page shows, who may acknowledge, and acknowledging one, the ticked and all.

use std::collections::BTreeSet;
use std::sync::Arc;

use api::AcknowledgeMaintenance;
use egui::Key;
use egui_kittest::kittest::Queryable as _;
use model::Severity;
use session::{ChangeRequest, ChangeState, Command, Page, PageData, Unacknowledged, Update, Which};

use super::administration::administering;
use super::administration_clicks::page;
use super::canned_pages::error_log::log;
use super::harness::{Screen, Setup, now};
use crate::view::administration::PageKind;
use crate::view::administration::error_log::{Filter, acknowledge, details, open_text, rows};

fn shown(filter: &Filter) -> Vec<String> {
    let rows = rows(&log(true).entries, filter, &BTreeSet::from([18]), None);
    rows.iter()
        .map(|row| format!("{} {} {}", row.cells[0].text, row.cells[1].text, row.entry.id).trim().to_owned())
        .collect()
}

#[test]
fn severity_acknowledgement_and_words_say_what_is_shown() {
    let open = ["error 19", "yes warning 18", "info 17", "warning 15"];
    assert_eq!(shown(&Filter::default()), open);
    let all = Filter { only_open: false, ..Filter::default() };
    assert_eq!(shown(&all).last().map(String::as_str), Some("error 12"));
    assert_eq!(shown(&Filter { least: Severity::Warning, ..Filter::default() }), [open[0], open[1], open[3]]);
    assert_eq!(shown(&Filter { least: Severity::Error, ..all.clone() }), ["error 19", "error 12"]);
    assert_eq!(shown(&Filter { search: "DISK nightly".to_owned(), ..all }), ["error 19"]);
}

#[test]
fn an_entry_in_full_says_what_it_means_what_to_do_and_who_has_seen_it() {
    let known = log(true).entries;
    let text = |at: usize| {
        let facts = details(&known[at], None);
        facts.iter().map(|(name, text)| format!("{name}: {text}")).collect::<Vec<_>>().join("\n")
    };
    assert!(text(0).contains("To do: mend the cause that the text names; then Timetables, Run now"), "{}", text(0));
    assert!(text(0).contains("Told: 3 times, first at") && text(0).contains("by nobody yet"), "{}", text(0));
    assert!(text(4).contains("Told: once, at") && text(4).contains("by m.keller"), "{}", text(4));
    let newer = api::MaintenanceEntry { code: "no-such".into(), ..known[0].clone() };
    assert!(details(&newer, None).iter().all(|(name, _)| *name != "To do"), "nothing is made up");
}

/// Not least what is told at the worst hour: a thread that died, a restore that was broken off.
#[test]
fn every_code_is_explained() {
    let known = log(true).entries;
    for code in api::LogCode::ALL {
        let entry = api::MaintenanceEntry { code: code.clone(), ..known[0].clone() };
        let facts = details(&entry, None);
        for name in ["Meaning", "To do"] {
            let told = facts.iter().find(|(known, _)| *known == name);
            assert!(told.is_some_and(|(_, text)| !text.is_empty()), "{name} of {code}");
        }
    }
}

#[test]
fn what_is_not_acknowledged_is_counted_in_the_right_number() {
    let text = |errors, warnings| open_text(Unacknowledged { errors, warnings });
    assert_eq!(text(1, 2), "1 error and 2 warnings");
    assert_eq!((text(0, 1), text(2, 0)), ("1 warning".to_owned(), "2 errors".to_owned()));
    assert_eq!(text(0, 0), "no error and no warning");
    assert_eq!(Unacknowledged::of(&log(true).entries), Unacknowledged { errors: 1, warnings: 2 });
}

/// The ring is drawn over the rows, all around.
#[test]
fn the_list_that_has_the_keyboard_has_a_ring_around_it() {
    let mut screen = page(PageKind::ErrorLog);
    let is_table = |node: &egui_kittest::kittest::AccessKitNode<'_>| node.role() == egui::Role::Table;
    let rows = screen.harness.get_by(is_table).rect();
    let accent = crate::theme::Palette::of(false).accent;
    let ringed = |screen: &mut Screen| {
        let picture = screen.harness.render().expect("it can be drawn");
        let sides = [rows.left() + 0.5, rows.right() - 0.5];
        sides.map(|x| picture.get_pixel(x as u32, rows.center().y as u32).0[..3] == accent.to_array()[..3])
    };
    assert_eq!(ringed(&mut screen), [false, false]);
    screen.choose_row("task-failed");
    assert_eq!(ringed(&mut screen), [true, true]);
}

fn asked(screen: &Screen) -> Vec<i64> {
    match screen.change() {
        ChangeRequest::Acknowledge(AcknowledgeMaintenance { ids: Some(ids) }) => ids,
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_entry_the_ticked_ones_or_all_that_are_shown_are_acknowledged() {
    let mut screen = page(PageKind::ErrorLog);
    assert!(
        screen.sees_part("1 error and 2 warnings not acknowledged") && !screen.sees_part("is not what was written")
    );
    assert!(screen.is_disabled("Acknowledge"), "nothing is chosen");
    screen.choose_row("task-failed");
    assert!(screen.sees_part("then Timetables, Run now"), "what to do");
    screen.shot("error-log-chosen");
    screen.click("Acknowledge");
    let change = screen.change();
    assert_eq!(change, acknowledge(vec![19]));
    let text = "one entry is acknowledged".to_owned();
    screen.answer(1, &change, ChangeState::Done { changed: true, text });
    assert!(screen.sees_part("cms-north: one entry is acknowledged"));

    screen.click("Tick");
    screen.choose_row("sync-conflicts");
    screen.harness.key_press(Key::Enter);
    screen.harness.run_steps(3);
    screen.click("Acknowledge the ticked (2)");
    assert_eq!(asked(&screen), [19, 15]);
    screen.choose_row("task-failed");
    screen.click("Untick");
    screen.click("Acknowledge the ticked (1)");
    assert_eq!(asked(&screen), [15]);

    screen.click("Warnings and errors");
    screen.click("Acknowledge all shown (3)…");
    assert!(screen.sees_part("somebody has seen it: 1 error and 2 warnings") && screen.commands().is_empty());
    screen.click("Acknowledge on cms-north");
    assert_eq!(asked(&screen), [19, 18, 15], "what is not shown stays");
}

#[test]
fn what_was_acknowledged_is_shown_on_request_and_cannot_be_acknowledged_again() {
    let mut screen = page(PageKind::ErrorLog);
    screen.click("Only what is not acknowledged");
    screen.choose_row("backup-damaged");
    assert!(screen.sees_part("by m.keller") && screen.is_disabled("Acknowledge") && screen.is_disabled("Tick"));
    screen.retype("Search the log", "nothing like it");
    assert!(screen.sees("No entry is as asked for above"));
}

#[test]
fn who_may_not_acknowledge_sees_why_and_who_may_need_be_no_administrator() {
    let mut screen = administering(Setup { administrator: false, ..Setup::default() });
    screen.open_page(PageKind::ErrorLog);
    screen.choose_row("task-failed");
    assert!(!screen.is_disabled("Acknowledge"), "it is permitted by the feature");
    let result = Ok(Arc::new(PageData::ErrorLog(log(false))));
    screen.tell(Update::Page { which: Which::Primary, page: Page::ErrorLog, result, at: now() });
    screen.harness.run_steps(2);
    assert!(screen.is_disabled("Acknowledge") && screen.is_disabled("Acknowledge all shown (4)…"));
    assert!(screen.sees_part("which an administrator permits on Users and permissions"));
}

/// From wherever one works: the choice and the head of the page say whose log it is.
#[test]
fn the_log_of_the_other_server_is_chosen_and_acknowledged_there() {
    let mut screen = page(PageKind::ErrorLog);
    let _ = screen.commands();
    screen.choose_row("task-failed");
    screen.click("secondary cms-south");
    assert!(screen.commands().contains(&Command::ShowPage(Some(Page::OtherErrorLog))));
    assert!(screen.sees_part("no space left on device") && !screen.sees_part("the disk of /srv/reports is full"));
    assert!(screen.sees_part("This is the log of cms-south, which does not serve your reports"));
    assert!(screen.sees_part("1 error not acknowledged"));
    assert!(screen.is_disabled("Acknowledge"), "what was chosen was of the other log");
    screen.choose_row("backup-failed");
    screen.shot("error-log-other");
    screen.click("Acknowledge");
    let sent = screen.commands();
    let wanted = Command::Administer { which: Which::Secondary, change: acknowledge(vec![4]) };
    assert!(sent.contains(&wanted), "{sent:?}");
    screen.tell(Update::Unhealthy { which: Which::Secondary, why: "timed out".to_owned(), at: now() });
    assert!(screen.sees_part("cms-south does not answer") && screen.is_disabled("Acknowledge all shown (1)…"));
    screen.click("primary cms-north");
    assert!(screen.sees_part("the disk of /srv/reports is full"));
    screen.click("secondary cms-south");
    screen.tell(Update::SignedIn { which: Which::Secondary, administrator: true });
    screen.tell(Update::Serving(Some(Which::Secondary)));
    screen.harness.run_steps(3);
    assert!(!screen.sees_part("which does not serve your reports"), "the same log, of the server that serves now");
}

/// What is ticked is forgotten where it no longer waits, and with the server whose numbers they are.
#[test]
fn ticks_go_with_what_was_acknowledged_elsewhere_and_with_the_server() {
    let mut screen = page(PageKind::ErrorLog);
    screen.choose_row("task-failed");
    screen.click("Tick");
    assert!(screen.sees("Acknowledge the ticked (1)"));
    let mut told = log(true);
    (told.entries[0].acknowledged_at, told.entries[0].acknowledged_by) =
        (Some(super::world::NOW), Some("cms".to_owned()));
    let result = Ok(Arc::new(PageData::ErrorLog(told)));
    screen.tell(Update::Page { which: Which::Primary, page: Page::ErrorLog, result, at: now() });
    screen.harness.run_steps(2);
    assert!(screen.sees("Acknowledge the ticked (0)"));
    screen.choose_row("sync-conflicts");
    screen.click("Tick");
    screen.tell(Update::SignedIn { which: Which::Secondary, administrator: true });
    screen.tell(Update::Serving(Some(Which::Secondary)));
    screen.harness.run_steps(3);
    assert!(screen.sees("Acknowledge the ticked (0)"), "the other server numbers by itself");
}

/// The number stands in the list of pages before the page is opened, and the daily checks lead to it.
#[test]
fn the_count_stands_in_the_list_of_pages_and_the_checks_lead_to_the_log() {
    let mut screen = administering(Setup::default());
    let named = "Maintenance error log: 2 errors and 1 warning not acknowledged";
    assert!(!screen.sees(named));
    let count = Some(Unacknowledged { errors: 2, warnings: 1 });
    screen.tell(Update::Unacknowledged { which: Which::Secondary, count });
    screen.harness.run_steps(2);
    assert!(!screen.sees(named), "of the other server");
    screen.tell(Update::Unacknowledged { which: Which::Primary, count });
    screen.harness.run_steps(2);
    assert!(screen.sees(named));
    screen.shot("error-log-count");
    screen.click("Daily checks");
    screen.choose_row("Server cms-south, Check Maintenance error log");
    let _ = screen.commands();
    screen.click("Show Maintenance error log");
    assert_eq!(screen.commands(), [Command::ShowPage(Some(Page::OtherErrorLog))], "that of cms-south");
    screen.click("Daily checks");
    screen.choose_row("Server cms-north, Check Maintenance error log");
    let _ = screen.commands();
    screen.click("Show Maintenance error log");
    assert_eq!(screen.commands(), [Command::ShowPage(Some(Page::ErrorLog))]);
    assert!(screen.sees("Maintenance error log: 1 error and 2 warnings not acknowledged"), "as the page has it");
}
