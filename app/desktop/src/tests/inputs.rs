//! The dialog for a report's inputs: what Enter does, and what a definition brings that comes late.

use egui::Key;
use egui_kittest::kittest::{AccessKitNode, NodeT as _, Queryable as _};
use session::{Command, Refresh, ReportRequest, Update, Which};

use super::harness::{Screen, Setup};
use super::world;
use crate::view::inputs::{check as check_typed, taken_in};

const OWN: &str = "Real-time/Designer/My morning round";
const SECS: &str = "Seconds between two refreshes (1 to 600)";

fn screen(reports: Vec<ReportRequest>) -> Screen {
    Screen::new(Setup { reports, ..Setup::default() })
}

/// The dialog of a report of the list.
fn asked(report: &str) -> Screen {
    let mut screen = screen(vec![world::request("VDN Report", &[])]);
    screen.click(report);
    screen.click("Open");
    screen
}

#[test]
fn a_dialog_that_grows_moves_nothing_above() {
    let mut screen = asked("Split/Skill Status");
    let list = |node: &AccessKitNode<'_>| {
        node.role() == egui::Role::Button && node.label().as_deref() == Some("Splits/skills list")
    };
    let corner = |screen: &Screen| screen.harness.get_by(list).rect().left_top();
    let before = corner(&screen);
    screen.click("Splits/skills list");
    screen.harness.run_steps(4);
    assert!(screen.sees("5  Technical support"), "it has grown");
    assert_eq!(corner(&screen), before);
    screen.click("Splits/skills list");
    screen.harness.run_steps(4);
    assert_eq!(corner(&screen), before, "it has become smaller");
}

#[test]
fn who_may_have_no_faster_refresh_is_offered_none() {
    let mut screen = screen(vec![ReportRequest { refresh: Refresh::AsItHappens, ..world::request("VDN Report", &[]) }]);
    assert_eq!(screen.opened()[0].refresh, Refresh::AsItHappens, "not known yet");
    screen.tell(Update::FastestRefresh { which: Which::Primary, secs: 30 });
    let changed = |command| if let Command::Change { request, .. } = command { Some(request.refresh) } else { None };
    let changed: Vec<Refresh> = screen.commands().into_iter().filter_map(changed).collect();
    assert_eq!(changed, [Refresh::Secs(30)], "what is open already goes on slower");
    screen.click("Split/Skill Status");
    screen.click("Open");
    assert!(!screen.sees("As it happens") && screen.sees_part("Refresh every … seconds (30 to 600)"));
    assert!(screen.sees("You may have a refresh each 30 s or slower"));
    screen.shot("dialog-inputs-slow");
    screen.retype("Splits/skills (empty: all)", "3");
    press_enter(&mut screen);
    assert_eq!(screen.opened()[0].refresh, Refresh::Secs(30), "the proposed one can be had");
}

fn press_enter(screen: &mut Screen) {
    screen.harness.key_press(Key::Enter);
    screen.harness.run_steps(3);
}

/// What the server tells of the person's own report.
fn definition() -> Update {
    let mut definition = report::find_built_in("Agent Report").expect("a built-in report").clone();
    definition.name = "My morning round".to_owned();
    Update::Definition { which: Which::Primary, path: OWN.to_owned(), definition }
}

#[test]
fn enter_is_the_button_in_a_line_of_text_and_nowhere_else() {
    let mut screen = asked("Split/Skill Status");
    let _ = screen.commands();
    let cancel =
        |node: &AccessKitNode<'_>| node.role() == egui::Role::Button && node.label().as_deref() == Some("Cancel");
    screen.harness.get_by(cancel).focus();
    screen.harness.run_steps(2);
    press_enter(&mut screen);
    assert!(!screen.sees("Cancel") && screen.opened().is_empty(), "the button that has the keyboard is pressed");
    screen.click("Open");
    screen.retype("Splits/skills (empty: all)", "3");
    press_enter(&mut screen);
    let opened = screen.opened();
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert_eq!(opened[0].inputs.get("splits").map(String::as_str), Some("3"));
    assert!(!screen.sees("Cancel"), "it is closed");
}

/// Whoever has clicked beside a field, or chosen a segment, presses Enter all the same; and goes on typing after a refusal.
#[test]
fn enter_is_the_button_also_where_nothing_has_the_keyboard() {
    let mut screen = asked("Split/Skill Status");
    let _ = screen.commands();
    screen.retype(SECS, "0");
    press_enter(&mut screen);
    assert!(screen.sees("Cancel") && screen.opened().is_empty(), "it is refused");
    assert!(screen.harness.ctx.memory(|memory| memory.focused()).is_some(), "the line has the keyboard still");
    screen.retype(SECS, "5");
    screen.harness.ctx.memory_mut(|memory| memory.focused().into_iter().for_each(|id| memory.surrender_focus(id)));
    screen.harness.run_steps(2);
    press_enter(&mut screen);
    assert_eq!(screen.opened().len(), 1);
}

#[test]
fn the_first_field_has_the_keyboard_also_when_it_comes_late() {
    let mut screen = asked("My morning round");
    screen.tell(definition());
    screen.harness.run_steps(2);
    let first = |node: &AccessKitNode<'_>| {
        node.role() == egui::Role::TextInput && node.label().as_deref() == Some("Agents (empty: all)")
    };
    assert!(screen.harness.get_by(first).accesskit_node().is_focused());
}

#[test]
fn nothing_is_opened_before_its_inputs_are_known_and_what_was_typed_stays() {
    let mut screen = asked("My morning round");
    let _ = screen.commands();
    screen.retype(SECS, "45");
    press_enter(&mut screen);
    assert!(screen.sees("Cancel") && screen.opened().is_empty());
    screen.tell(definition());
    screen.harness.run_steps(2);
    screen.retype("Agents (empty: all)", "4001");
    press_enter(&mut screen);
    let opened = screen.opened();
    assert_eq!(opened.iter().map(|request| request.refresh).collect::<Vec<_>>(), [Refresh::Secs(45)]);
}

#[test]
fn an_open_report_keeps_its_refresh_when_its_inputs_are_looked_at() {
    let request = ReportRequest { refresh: Refresh::Secs(30), ..world::request(OWN, &[]) };
    let mut screen = screen(vec![request]);
    screen.click("Inputs of Agent Report…");
    screen.tell(definition());
    screen.harness.run_steps(2);
    let _ = screen.commands();
    screen.retype("Agents (empty: all)", "4001");
    screen.click("Show");
    let changed = screen.commands().into_iter().find_map(|command| match command {
        Command::Change { request, .. } => Some(request),
        _ => None,
    });
    assert_eq!(changed.expect("the pane asks anew").refresh, Refresh::Secs(30));
}

#[test]
fn the_dialog_says_which_intervals_times_of_the_day_take_in() {
    let mut screen = screen(vec![world::request("Split/Skill Summary Interval", &[])]);
    screen.click("Inputs of Split/Skill Summary Interval…");
    assert!(screen.sees("All times of the day"));
    screen.retype("Times of the day (empty: all)", "08:00-17:00");
    assert!(screen.sees("Intervals that begin from 08:00 to 17:00; the last one ends 17:30"));
    screen.retype("Times of the day (empty: all)", "8 to 5");
    assert!(screen.sees_part("\"8 to 5\" is none; typed as 08:00-17:30"));
    screen.retype("Dates", "-1");
    assert!(screen.sees("0 for today, -7:-1, 2026-11-23, 2026-11-01:2026-11-07"), "also beside what is filled in");
    screen.retype("Times of the day (empty: all)", "08:00-12:00;13:00-17:00");
    screen.shot("inputs-times-light");
}

#[test]
fn times_of_the_day_are_told_by_what_they_take_in() {
    let check = |report: &str, typed: &str, minutes: Option<u8>, expect: &str| {
        let definition = report::find_built_in(report).expect("a built-in report");
        let input = definition.input("times").expect("it asks for times");
        assert_eq!(taken_in(definition, input, typed, minutes).as_deref(), Some(expect), "{report}, {typed}");
    };
    let (intervals, logins) = ("VDN Summary Interval", "Agent Login/Logout");
    check(intervals, " ", Some(30), "All times of the day");
    check(intervals, "08:00-16:59", Some(30), "Intervals that begin from 08:00 to 16:59; the last one ends 17:00");
    check(intervals, "00:00-24:00", Some(15), "Intervals that begin from 00:00 to 23:59; the last one ends 24:00");
    check(intervals, "12:00", Some(60), "Intervals that begin at 12:00; the last one ends 13:00");
    check(intervals, "12:10-12:20", Some(60), "Intervals that begin from 12:10 to 12:20; none does");
    let twice = "Intervals that begin from 08:00 to 11:30 and from 22:00 to 06:00 of the day after; the last ones end 12:00 and 06:30";
    check(intervals, "08:00-11:30;22:00-06:00", Some(30), twice);
    check(intervals, "08:00-17:00", None, "Intervals that begin from 08:00 to 17:00, the last one to its end");
    check(logins, "08:00-17:00", Some(30), "What began or went on from 08:00 to 17:00, the last minute too");
    let definition = report::find_built_in(intervals).expect("a built-in report");
    let other = definition.input("dates").expect("it asks for dates");
    assert_eq!(taken_in(definition, other, "0", Some(30)), None);
    assert!(check_typed(other, "-7:-1, 2026-11-23").is_ok());
    let why = check_typed(other, "tomorow").expect_err("no day");
    let turned = check_typed(other, "-1:-7").expect_err("it runs backwards");
    assert_eq!(turned, "Dates: the earlier end of a range comes first; type -7:-1");
    let turned = check_typed(other, "2026-11-07:2026-11-01").expect_err("it runs backwards");
    assert!(turned.ends_with("type 2026-11-01:2026-11-07"), "{turned}");
    assert!(why.starts_with("Dates: \"tomorow\" is none; typed as 0 for today"), "{why}");
}

/// Nobody has to know the codes: they are filled in, and what they mean stands below. It is Monday, 23 November 2026.
#[test]
fn usual_days_are_chosen_and_told_in_words() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let reports = vec![world::request("Split/Skill Summary Daily", &[])];
        let mut screen = Screen::new(Setup { reports, dark, ..Setup::default() });
        screen.click("Inputs of Split/Skill Summary Daily…");
        screen.click("Dates choices");
        for choice in ["Today", "Yesterday", "Last 7 days", "This week", "Last week", "This month", "Last month"] {
            assert!(screen.sees_part(choice), "{choice}");
        }
        screen.shot(&format!("usual-days-{word}"));
        choose(&mut screen, "Last month");
        assert!(screen.sees("Thursday 2026-10-01 to Saturday 2026-10-31, 31 days"));
        screen.click("Dates choices");
        choose(&mut screen, "Yesterday");
        assert!(screen.sees("Yesterday, Sunday 2026-11-22"));
        screen.shot(&format!("usual-days-chosen-{word}"));
        let _ = screen.commands();
        screen.click("Show");
        let changed = screen.commands().into_iter().find_map(|command| match command {
            Command::Change { request, .. } => Some(request),
            _ => None,
        });
        let inputs = changed.expect("the pane asks anew").inputs;
        assert_eq!(inputs.get("dates").map(String::as_str), Some("-1"), "what is counted is counted anew tomorrow");
    }
}

/// Clicks a choice of an open menu, which has what is typed for it at its right.
fn choose(screen: &mut Screen, choice: &str) {
    let is = |node: &AccessKitNode<'_>| {
        node.role() == egui::Role::Button && node.label().is_some_and(|label| label.starts_with(choice))
    };
    screen.harness.get_by(is).click();
    screen.harness.run_steps(3);
}
