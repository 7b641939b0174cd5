//! Dropdowns: each lies whole in the window, in both themes, and so does the page of both servers at two usual sizes.

use egui_kittest::kittest::Queryable as _;
use session::Update;

use super::administration::administering;
use super::canned_pages::twin as canned;
use super::harness::{Screen, Setup, now};
use super::world;
use crate::view::administration::PageKind;

const SIZES: [[f32; 2]; 2] = [[1280.0, 800.0], [1920.0, 1080.0]];
const THEMES: [(bool, &str); 2] = [(false, "light"), (true, "dark")];

impl Screen {
    /// Opens a dropdown by its label.
    fn drop_down(&mut self, label: &str) {
        let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            matches!(node.role(), egui::Role::ComboBox | egui::Role::Button) && node.label().as_deref() == Some(label)
        };
        self.harness.get_by(is).click();
        self.harness.run_steps(4);
    }

    fn all_in_window(&self, lines: &[&str]) {
        let window = self.harness.ctx.content_rect();
        for line in lines {
            let shown: Vec<_> = self.harness.query_all_by_label_contains(line).map(|node| node.rect()).collect();
            assert!(shown.iter().any(|rect| window.contains_rect(*rect)), "{line}: {shown:?}");
        }
    }
}

#[test]
fn menus_of_the_top_bar_lie_in_the_window() {
    let menus: [(&str, &str, &[&str]); 3] = [
        ("scale", "100 %", &["50 %", "200 %"]),
        ("user", "m.keller", &["Change password…", "Sign out"]),
        ("shortcuts", "Shortcuts", &["Keep what is open as a shortcut…", "Reopen what was closed last"]),
    ];
    for (dark, word) in THEMES {
        for (name, label, lines) in menus {
            let reports = vec![world::request("Split/Skill Report", &[])];
            let mut screen = Screen::new(Setup { dark, size: SIZES[0], reports, ..Setup::default() });
            screen.drop_down(label);
            screen.all_in_window(lines.get(1..).unwrap_or_default());
            screen.shot(&format!("dropdown-{name}-{word}"));
        }
    }
}

#[test]
fn choices_of_a_dialog_lie_in_the_window() {
    for (dark, word) in THEMES {
        let mut screen = administering(Setup { dark, size: SIZES[0], ..Setup::default() });
        screen.open_page(PageKind::Exceptions);
        screen.click("New…");
        screen.drop_down("Exception");
        screen.all_in_window(&["time-in-queue"]);
        screen.shot(&format!("dropdown-exception-{word}"));
    }
}

#[test]
fn both_servers_side_by_side_are_read_at_usual_sizes() {
    for (dark, word) in THEMES {
        for size in SIZES {
            let mut screen = administering(Setup { dark, size, ..Setup::default() });
            screen.open_page(PageKind::Twin);
            screen.tell(Update::Twin(canned::different(now())));
            screen.all_in_window(&["Compare", "Overview", "Findings", "Heal"]);
            screen.shot(&format!("twin-sized-{}-{word}", size[0]));
            screen.click("Findings");
            screen.choose_row("split/skill 3");
            screen.shot(&format!("twin-sized-findings-{}-{word}", size[0]));
            screen.click("Heal");
            screen.shot(&format!("twin-sized-heal-{}-{word}", size[0]));
            screen.click("Admin-Sync");
            screen.shot(&format!("twin-sized-sync-{}-{word}", size[0]));
        }
    }
}
