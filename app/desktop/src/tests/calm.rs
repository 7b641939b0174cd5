//! What tells of trouble moves nothing under the hand of somebody who is about to click.

use egui::Rect;
use egui_kittest::kittest::Queryable as _;
use session::{Command, Update, Which};

use super::harness::{Screen, Setup, now};
use super::world;

const SWITCH: &str = "Switch to cms-south";

fn one_report() -> Screen {
    Screen::new(Setup { reports: vec![world::request("VDN Report", &[])], ..Setup::default() })
}

/// Where the row of a VDN is.
fn row(screen: &Screen, name: &str) -> Rect {
    let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
        node.role() == egui::Role::Row && node.label().is_some_and(|label| label.contains(name))
    };
    screen.harness.get_by(is).rect()
}

fn primary_answers(screen: &mut Screen) {
    let health = world::health(Which::Primary, api::LinkState::Up);
    screen.tell(Update::Health { which: Which::Primary, health, took: Default::default(), at: now() });
}

#[test]
fn rows_stay_under_a_moving_hand_and_move_once_it_rests() {
    let mut screen = one_report();
    let before = row(&screen, "Emergency");
    screen.harness.hover_at(before.center());
    screen.harness.run_steps(1);
    screen.primary_dies();
    assert!(screen.sees(SWITCH) && screen.sees_part("Stale since"), "it is told at once");
    assert_eq!(row(&screen, "Emergency"), before);
    screen.harness.run_steps(10);
    let moved = row(&screen, "Emergency");
    assert!(moved.top() > before.top() + 60.0, "nothing is covered once the hand rests");

    screen.harness.hover_at(moved.center() + egui::vec2(1.0, 0.0));
    screen.harness.run_steps(1);
    primary_answers(&mut screen);
    assert!(!screen.sees(SWITCH) && !screen.sees_part("Stale since"));
    assert_eq!(row(&screen, "Emergency"), moved, "nor when it goes");
    screen.harness.run_steps(10);
    assert_eq!(row(&screen, "Emergency"), before);
}

#[test]
fn without_a_hand_the_page_makes_room_at_once() {
    let mut screen = one_report();
    let before = row(&screen, "Emergency");
    screen.primary_dies();
    assert!(row(&screen, "Emergency").top() > before.top() + 60.0);
}

#[test]
fn a_click_that_was_meant_for_the_page_does_not_switch() {
    let mut screen = one_report();
    screen.primary_dies();
    let button = screen.harness.get_by_label(SWITCH).rect().center();
    primary_answers(&mut screen);
    screen.harness.run_steps(10);
    let _ = screen.commands();
    let press = |screen: &mut Screen, pressed: bool| {
        let (pos, button, modifiers) = (button, egui::PointerButton::Primary, egui::Modifiers::NONE);
        screen.harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers });
    };
    screen.harness.hover_at(button);
    screen.harness.run_steps(1);
    let why = "connection refused".to_owned();
    screen.canned.updates.borrow_mut().push(Update::Unhealthy { which: Which::Primary, why, at: now() });
    screen.harness.run_steps(1);
    for pressed in [true, false] {
        press(&mut screen, pressed);
    }
    screen.harness.run_steps(1);
    assert!(!screen.commands().contains(&Command::SwitchTo(Which::Secondary)), "nobody has read it yet");
    screen.harness.run_steps(4);
    for pressed in [true, false] {
        press(&mut screen, pressed);
    }
    screen.harness.run_steps(1);
    assert!(screen.commands().contains(&Command::SwitchTo(Which::Secondary)));
}
