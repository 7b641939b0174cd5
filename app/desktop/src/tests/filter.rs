//! Rows of a report that have a text, and the others kept out.

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{AccessKitNode, NodeT as _, Queryable as _};

use super::harness::{Screen, Setup};
use super::world;

fn rows(screen: &Screen) -> Vec<String> {
    let is = |node: &AccessKitNode<'_>| node.role() == Role::Row;
    screen.harness.query_all_by(is).filter_map(|node| node.accesskit_node().label()).collect()
}

fn filtering(dark: bool) -> Screen {
    let reports = vec![world::request("Queue/Agent Status", &[])];
    let mut screen = Screen::new(Setup { dark, reports, ..Setup::default() });
    let is = |node: &AccessKitNode<'_>| {
        node.role() == Role::Row && node.label().is_some_and(|label| label.contains("Ben Okafor"))
    };
    screen.harness.get_by(is).click();
    screen.harness.run_steps(3);
    screen.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    screen.harness.run_steps(3);
    screen
}

#[test]
fn rows_without_a_text_are_kept_out_until_escape() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = filtering(dark);
        assert!(screen.sees("40 rows"));
        screen.fill_in("Show only rows with", "claims");
        let shown = rows(&screen);
        assert!(shown.iter().all(|row| row.contains("Claims")) && shown.len() > 1, "{shown:?}");
        assert!(screen.sees_part(&format!("{} of 40 rows · totals are of all", shown.len())));
        screen.shot(&format!("filtered-{word}"));
        screen.escape();
        assert!(rows(&screen).len() > 20 && !screen.sees_part("of 40 rows"));
    }
}

#[test]
fn what_is_left_is_gone_through_by_keys_and_copied_as_it_is_shown() {
    let mut screen = filtering(false);
    screen.fill_in("Show only rows with", "clai 86");
    assert_eq!(rows(&screen).len(), 1, "each of the words");
    screen.harness.key_press(Key::Enter);
    screen.harness.run_steps(2);
    screen.harness.event(egui::Event::Copy);
    screen.harness.run_steps(1);
    let text = screen.harness.output().platform_output.commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    let text = text.expect("the table has the keyboard");
    assert!(text.lines().count() == 2 && text.contains("Claims") && !text.contains("Total"), "{text}");
    screen.harness.key_press(Key::Escape);
    screen.harness.run_steps(3);
    assert!(rows(&screen).len() > 20, "Escape ends it from the rows, too");
}

#[test]
fn outside_of_a_report_the_key_searches_the_list() {
    let mut screen =
        Screen::new(Setup { reports: vec![world::request("Split/Skill Report", &[])], ..Setup::default() });
    screen.harness.get_by_label("Search reports").focus();
    screen.harness.run_steps(2);
    screen.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    screen.harness.run_steps(3);
    assert!(!screen.sees("Show only rows with"));
    let field = screen.harness.get_by_label("Search reports");
    assert!(field.is_focused());
}
