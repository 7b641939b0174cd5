//! Every screen drawn once in both themes and at both ends of the scale, and clicked through.

use super::harness::{Screen, Setup};
use super::world;

fn four_reports() -> Vec<session::ReportRequest> {
    vec![
        world::request("Split/Skill Report", &[]),
        world::request("Split/Skill Status", &[("splits", "3")]),
        world::request("Agent Report", &[]),
        world::request("VDN Report", &[]),
    ]
}

fn main_parts(screen: &mut Screen, word: &str) {
    use egui_kittest::kittest::Queryable as _;
    screen.harness.get_by_label("Copy…").click();
    screen.harness.run_steps(3);
    screen.shot(&format!("copy-{word}"));
    screen.harness.key_press(egui::Key::Escape);
    screen.harness.run_steps(3);
    screen.harness.get_by_label("Inputs of Split/Skill Status…").click();
    screen.harness.run_steps(3);
    screen.harness.get_by_label("Splits/skills list").click();
    screen.harness.run_steps(3);
    screen.shot(&format!("inputs-{word}"));
    screen.harness.key_press(egui::Key::Escape);
    screen.harness.run_steps(3);
    screen.harness.get_by_label("Settings…").click();
    screen.harness.run_steps(3);
    screen.shot(&format!("settings-{word}"));
    screen.harness.key_press(egui::Key::Escape);
    screen.harness.run_steps(3);
    let columns: Vec<_> = screen.harness.get_all_by_label("Columns and thresholds…").collect();
    columns[0].click();
    screen.harness.run_steps(3);
    screen.shot(&format!("columns-{word}"));
    screen.harness.key_press(egui::Key::Escape);
    screen.harness.run_steps(3);
    let which = session::Which::Primary;
    screen.tell(session::Update::Unhealthy {
        which,
        why: "connection refused".to_owned(),
        at: std::time::Instant::now(),
    });
    screen.shot(&format!("stale-{word}"));
}

#[test]
fn shots() {
    for dark in [false, true] {
        let word = if dark { "dark" } else { "light" };
        let mut screen = Screen::new(Setup { dark, reports: four_reports(), ..Setup::default() });
        screen.shot(&format!("main-{word}"));
        main_parts(&mut screen, word);
        let mut screen = Screen::new(Setup { dark, signed_in: false, ..Setup::default() });
        screen.shot(&format!("sign-in-{word}"));
        let size = [1440.0, 900.0];
        let mut screen = Screen::new(Setup {
            dark,
            size,
            scale_percent: 200,
            reports: four_reports()[..2].to_vec(),
            ..Setup::default()
        });
        screen.shot(&format!("main-200-{word}"));
    }
}
