//! Rows of a report that go to the clipboard.

use egui::{Event, Key, Modifiers, OutputCommand, Role};
use egui_kittest::kittest::{AccessKitNode, Queryable as _};

use super::harness::{Screen, Setup};
use super::world;
use crate::view::marks::{Marking, Marks, tab_separated};

fn one_report(dark: bool) -> Screen {
    Screen::new(Setup { dark, reports: vec![world::request("Split/Skill Report", &[])], ..Setup::default() })
}

fn is_row(name: &str) -> impl Fn(&AccessKitNode<'_>) -> bool {
    move |node| node.role() == Role::Row && node.label().is_some_and(|label| label.contains(name))
}

/// What one frame puts on the clipboard.
fn clipped(screen: &mut Screen) -> Option<String> {
    screen.harness.run_steps(1);
    screen.harness.output().platform_output.commands.iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    })
}

#[track_caller]
fn by_key(screen: &mut Screen) -> Vec<Vec<String>> {
    screen.harness.event(Event::Copy);
    let text = clipped(screen).expect("something is copied");
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn marked_rows_and_whole_tables_are_copied_as_they_are_shown() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = one_report(dark);
        screen.harness.get_by(is_row("Billing")).click();
        screen.harness.run_steps(2);
        let lines = by_key(&mut screen);
        assert_eq!(lines[0][..3], ["Split/skill", "Number", "Calls waiting"], "{lines:?}");
        assert!(lines.len() == 2 && lines[1][..3] == ["Billing", "3", "15"], "{lines:?}");
        assert!(lines[1].contains(&"3:07".to_owned()), "a duration is as it is shown: {lines:?}");
        screen.harness.run_steps(3);
        assert!(screen.sees("Copied 1 row with the headings"));
        screen.harness.get_by(is_row("Claims")).click_modifiers(Modifiers::COMMAND);
        screen.harness.run_steps(2);
        assert_eq!(by_key(&mut screen).len(), 3, "one more with Ctrl");
        screen.shot(&format!("marked-rows-{word}"));
        screen.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        screen.harness.run_steps(2);
        assert_eq!(by_key(&mut screen).len(), 9, "all, without the totals");
    }
}

#[test]
fn the_right_button_copies_the_row_or_the_table() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = one_report(dark);
        screen.harness.get_by(is_row("Billing")).click_secondary();
        screen.harness.run_steps(3);
        screen.shot(&format!("copy-menu-{word}"));
        screen.harness.get_by_label("Copy row").click();
        let mut text = None;
        // A press and a release.
        for _ in 0..3 {
            text = text.or_else(|| clipped(&mut screen));
        }
        assert!(text.is_some_and(|text| text.lines().count() == 2 && text.contains("Billing\t3\t15")));
        screen.harness.get_by(is_row("Sales")).click_secondary();
        screen.harness.run_steps(3);
        screen.harness.get_by_label("Copy table").click();
        let mut text = None;
        for _ in 0..3 {
            text = text.or_else(|| clipped(&mut screen));
        }
        let text = text.expect("the table is copied");
        assert!(text.lines().count() == 10 && text.contains("Sales") && text.contains("Total"), "{text}");
    }
}

#[test]
fn rows_are_marked_as_everywhere() {
    let keys = ["a", "b", "c", "d", "e"];
    let mut marks = Marks::default();
    let mut check = |row: usize, how: Marking, expect: &str| {
        marks.mark(&keys, row, how);
        let marked: String = keys.iter().filter(|key| marks.has(key)).copied().collect();
        assert_eq!(marked, expect, "{row}, {how:?}");
    };
    check(1, Marking::Alone, "b");
    check(3, Marking::UpTo, "bcd");
    check(0, Marking::UpTo, "ab");
    check(4, Marking::Besides, "abe");
    check(0, Marking::Besides, "be");
    check(1, Marking::ForMenu, "be");
    check(2, Marking::ForMenu, "c");
    check(2, Marking::Alone, "");
    check(0, Marking::All, "abcde");
    check(9, Marking::Alone, "abcde");
    assert_eq!(tab_separated([vec!["a\tb".to_owned(), "c\nd".to_owned()]].into_iter()), "a b\tc d\n");
}
