//! From a row of a report to the report of what it names.

use std::collections::BTreeMap;

use catalog::Value;
use egui::{Key, Role};
use egui_kittest::kittest::{AccessKitNode, Queryable as _};
use model::{AcdNumber, Dictionary};
use report::{Cell, SheetRow};
use session::{Command, Model, Refresh, ReportRequest, Update, Which};

use super::harness::{Screen, Setup, now};
use super::world;
use crate::view::drill::drills;

pub(super) fn known() -> Model {
    let mut model = Model::default();
    world::signed_in(now()).into_iter().for_each(|update| model.apply(update));
    model
}

/// A row of a report's block with these cells, by id of the column; and where it leads to.
fn led(model: &Model, request: &ReportRequest, block: usize, key: &str, cells: &[(&str, &str)]) -> Vec<ReportRequest> {
    told(model, request, block, key, cells).into_iter().map(|(_, request)| request).collect()
}

fn told(
    model: &Model,
    request: &ReportRequest,
    block: usize,
    key: &str,
    cells: &[(&str, &str)],
) -> Vec<(String, ReportRequest)> {
    let typed = request.inputs.iter().filter(|(name, _)| *name != report::ACDS_INPUT);
    let typed = typed.map(|(name, text)| (name.clone(), text.clone())).collect();
    let sheet = world::sheet(&request.path, &typed, 1);
    let known = &sheet.blocks[block];
    let value = |id: &str| {
        let text = cells.iter().find(|(known, _)| *known == id).map_or("", |(_, text)| text);
        Cell::normal(text.parse().map_or_else(|_| Value::text(text), Value::Int))
    };
    let row = SheetRow { key: key.to_owned(), cells: known.columns.iter().map(|column| value(&column.id)).collect() };
    let shown: Vec<usize> = (0..known.columns.len()).collect();
    let drills = drills(model, request, (block, known), &row, &shown);
    drills.into_iter().map(|drill| (drill.text, drill.request)).collect()
}

fn named(requests: &[ReportRequest]) -> Vec<(&str, &str)> {
    let name = |request: &'_ ReportRequest| report::find_built_in(&request.path).expect("it comes along").name.as_str();
    let first = |request: &ReportRequest| request.inputs.values().next().map_or("", String::as_str).to_owned();
    requests.iter().map(|request| (name(request), &*first(request).leak())).collect()
}

#[test]
fn each_kind_of_thing_leads_to_its_live_report() {
    let mut model = known();
    let mut names = serde_json::to_value(world::dictionary()).expect("names are data");
    names["names"]["vector"] = serde_json::json!({ "200": "Main" });
    let dictionary: Dictionary = serde_json::from_value(names).expect("names in their own form");
    model.apply(Update::Dictionary { which: Which::Primary, acd: world::ACD, dictionary });
    let check = |name: &str, block: usize, key: &str, cells: &[(&str, &str)], expect: &[(&str, &str)]| {
        let mut request = world::request(name, &[]);
        request.refresh = Refresh::Secs(10);
        assert_eq!(named(&led(&model, &request, block, key, cells)), expect, "{name}");
    };
    let split = [("Queue/Agent Status", "3"), ("Split/Skill Call Profile", "3")];
    check("Split/Skill Report", 0, "3", &[("split", "Billing"), ("split_number", "3")], &split);
    check("Split/Skill Report", 0, "3", &[("split", "Billing")], &split);
    let cells = [("agent", "Ben Okafor"), ("login_id", "4002"), ("work_skill", "Billing"), ("vdn", "Sales")];
    let agent = [
        ("Agent Information", "4002"),
        ("Queue/Agent Status", "3"),
        ("Split/Skill Call Profile", "3"),
        ("VDN Report", "2010"),
        ("VDN Call Profile", "2010"),
    ];
    check("Queue/Agent Status", 1, "4002", &cells, &agent);
    let vdn = [("VDN Report", "2040"), ("VDN Call Profile", "2040")];
    check("VDN Report", 0, "2040", &[("vdn", "Emergency"), ("vdn_number", "2040")], &vdn);
    check("Vector Report", 0, "200", &[("vector", "Main")], &[("Vector Report", "200")]);
    check("Trunk Group Report", 0, "11", &[("trunk_group", "Carrier B")], &[("Trunk Group Report", "11")]);
    check("Split/Skill Report", 0, "88", &[("split", "Secret"), ("split_number", "88")], &[]);
}

#[test]
fn a_report_of_the_past_leads_to_one_of_the_same_days() {
    let model = known();
    let check = |name: &str, typed: &[(&str, &str)], cells: &[(&str, &str)], expect: (&str, &[(&str, &str)])| {
        let request = ReportRequest { refresh: Refresh::Once, ..world::request(name, typed) };
        let led = led(&model, &request, 0, "", cells);
        let first = led.first().unwrap_or_else(|| panic!("{name} leads somewhere"));
        assert_eq!(named(std::slice::from_ref(first))[0].0, expect.0);
        let inputs: BTreeMap<String, String> =
            expect.1.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        assert_eq!((&first.inputs, first.refresh), (&inputs, Refresh::Once), "{name}");
    };
    let agent = [("agent", "Ben Okafor"), ("login_id", "4002")];
    let days = [("dates", "-3:-1")];
    let expect = [("agents", "4002"), ("dates", "-3:-1")];
    check("Agent AUX Daily", &days, &agent, ("Agent Summary Daily", &expect));
    check("Agent Attendance Weekly", &[], &agent, ("Agent Summary Weekly", &[("agents", "4002"), ("dates", "-4:-1")]));
    let times = [("dates", "-1"), ("times", "08:00-12:00")];
    let expect = [("agents", "4002"), ("dates", "-1"), ("times", "08:00-12:00")];
    check("Agent Login-Logout", &times, &agent, ("Agent Summary Interval", &expect));
    let split = [("split", "Billing"), ("split_number", "3")];
    let expect = [("splits", "3"), ("dates", "2026-11")];
    let months = [("dates", "2026-11")];
    check("Split/Skill Call Profile Monthly", &months, &split, ("Split/Skill Summary Monthly", &expect));
    let moments = [("from", "2026-11-21 08:00"), ("to", "2026-11-22 12:00")];
    let expect = [("agents", "4002"), ("dates", "2026-11-21:2026-11-22")];
    let request = ReportRequest { refresh: Refresh::Once, ..world::request("Call Records", &moments) };
    let sheet = world::sheet(&request.path, &request.inputs, 1);
    let column =
        sheet.blocks[0].columns.iter().find(|column| column.format == report::Format::Name(model::NameKind::Agent));
    let column = column.expect("a call has an agent").id.clone();
    check("Call Records", &moments, &[(&column, "Ben Okafor")], ("Agent Summary Daily", &expect));
}

#[test]
fn a_name_that_two_bear_and_a_report_that_one_may_not_have_lead_nowhere() {
    let mut model = known();
    let mut names = serde_json::to_value(world::dictionary()).expect("names are data");
    names["names"]["split"]["88"] = serde_json::json!("Billing");
    let dictionary: Dictionary = serde_json::from_value(names).expect("names in their own form");
    model.apply(Update::Dictionary { which: Which::Primary, acd: world::ACD, dictionary });
    let request = world::request("Queue/Agent Status", &[]);
    let cells = [("work_skill", "Billing")];
    assert!(led(&model, &request, 1, "", &cells).is_empty(), "whose skill is not known");
    let request = world::request("Split/Skill Report", &[]);
    let by_number = led(&model, &request, 0, "88", &[("split", "Billing")]);
    assert_eq!(named(&by_number)[0], ("Queue/Agent Status", "88"), "the row tells which");
    // Of several ACDs the row tells which one, too.
    let mut several = request.clone();
    several.inputs.insert("acds".to_owned(), "all".to_owned());
    let of_another = led(&model, &several, 0, "2|3", &[("split", "Porto")]);
    assert_eq!((of_another[0].acd, named(&of_another)[0].1), (AcdNumber(2), "3"));
    model.library.retain(|entry| entry.name != "Queue/Agent Status");
    let told = told(&model, &request, 0, "3", &[("split", "Billing"), ("split_number", "3")]);
    assert_eq!(told.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["Split/Skill Call Profile of Billing"]);
}

/// In the upper part of Agent Information, where each figure stands by itself, what names something leads on, too.
#[test]
fn a_figure_that_names_something_is_opened_by_enter_and_menu() {
    for busy in 4001..4060 {
        let mut screen = Screen::new(Setup { reports: vec![request_of(busy)], ..Setup::default() });
        let is_skill = |node: &AccessKitNode<'_>| {
            node.role() == Role::Button && node.label().is_some_and(|label| label.starts_with("Work skill "))
        };
        if screen.harness.query_by(is_skill).is_none() {
            continue;
        }
        let _ = screen.commands();
        screen.harness.get_by(is_skill).focus();
        screen.harness.run_steps(2);
        screen.harness.key_press(Key::Enter);
        screen.harness.run_steps(3);
        assert_eq!(named(&screen.opened())[0].0, "Queue/Agent Status");
        let mut screen = Screen::new(Setup { reports: vec![request_of(busy)], ..Setup::default() });
        let _ = screen.commands();
        screen.harness.get_by(is_skill).click_secondary();
        screen.harness.run_steps(3);
        assert!(screen.sees_part("Queue/Agent Status of ") && screen.sees_part("Split/Skill Call Profile of "));
        screen.shot("drill-fields-menu");
        return;
    }
    panic!("somebody is busy");
}

fn request_of(agent: u32) -> ReportRequest {
    world::request("Agent Information", &[("agents", &agent.to_string())])
}

fn is_row(name: &str) -> impl Fn(&AccessKitNode<'_>) -> bool {
    move |node| node.role() == Role::Row && node.label().is_some_and(|label| label.contains(name))
}

#[test]
fn a_row_is_opened_by_menu_double_click_and_enter() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let reports = vec![world::request("Queue/Agent Status", &[])];
        let mut screen = Screen::new(Setup { dark, reports, ..Setup::default() });
        let _ = screen.commands();
        screen.harness.get_by(is_row("Ben Okafor")).click_secondary();
        screen.harness.run_steps(3);
        assert!(screen.sees("Agent Information of Ben Okafor") && screen.sees("Copy row"));
        screen.shot(&format!("drill-menu-{word}"));
        screen.click("Agent Information of Ben Okafor");
        assert_eq!(named(&screen.opened()), [("Agent Information", "4002")]);
        screen.shot(&format!("drill-opened-{word}"));
        // Once more shows the same pane, and does not open a second one.
        let row = screen.harness.get_by(is_row("Ben Okafor, Login ID 4002, State")).rect().left_center();
        for _ in 0..2 {
            screen.harness.hover_at(row + egui::vec2(20.0, 0.0));
            screen.harness.drag_at(row + egui::vec2(20.0, 0.0));
            screen.harness.drop_at(row + egui::vec2(20.0, 0.0));
        }
        screen.harness.run_steps(3);
        assert!(screen.opened().is_empty());
        assert_eq!(screen.harness.state().workspace.requests().len(), 2);
    }
    let mut screen =
        Screen::new(Setup { reports: vec![world::request("Split/Skill Report", &[])], ..Setup::default() });
    screen.harness.get_by(is_row("Billing")).click();
    screen.harness.run_steps(2);
    let _ = screen.commands();
    screen.harness.key_press(Key::Enter);
    screen.harness.run_steps(3);
    assert_eq!(named(&screen.opened()), [("Queue/Agent Status", "3")]);
}

#[test]
fn without_a_mouse_the_space_bar_marks_and_the_arrows_go_on() {
    let mut screen =
        Screen::new(Setup { reports: vec![world::request("Split/Skill Report", &[])], ..Setup::default() });
    screen.harness.get_by_role(Role::Table).focus();
    screen.harness.run_steps(2);
    let _ = screen.commands();
    for key in [Key::Space, Key::ArrowDown, Key::Enter] {
        screen.harness.key_press(key);
        screen.harness.run_steps(2);
    }
    assert_eq!(named(&screen.opened()), [("Queue/Agent Status", "9")], "Billing, then Claims");
}

#[test]
fn the_definition_of_a_report_of_the_house_is_asked_for_once_it_is_shown() {
    let request = world::request("Real-time/Designer/My morning round", &[]);
    let screen = Screen::new(Setup { reports: vec![request.clone()], ..Setup::default() });
    let asked = Command::LoadDefinition { path: request.path };
    assert_eq!(screen.commands().iter().filter(|command| **command == asked).count(), 1);
}
