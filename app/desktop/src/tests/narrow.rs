//! Narrow windows, and servers with long names: nothing that is to be read or clicked is cut off or lies over something else.

use egui::Rect;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use session::{Command, NoticeLevel, Profile, ShortcutRun, Update, Which};

use super::administration::administering;
use super::canned_pages;
use super::harness::{Screen, Setup, now};
use super::world;
use crate::settings::DensityChoice;
use crate::view::administration::PageKind;

/// The smallest window that can be made, and its half: everything at 200 %.
const WINDOWS: [([f32; 2], u32); 2] = [([760.0, 480.0], 100), ([1440.0, 900.0], 200)];

fn long_name(which: Which) -> String {
    let word = if which == Which::Primary { "north" } else { "south" };
    format!("cms-{word}-production.contact-centre.example.com")
}

/// Both servers tell long names.
fn name_at_length(screen: &mut Screen) {
    for which in Which::BOTH {
        let mut health = world::health(which, api::LinkState::Up);
        health.server = long_name(which);
        screen.tell(Update::Health { which, health, took: Default::default(), at: now() });
    }
}

fn each_window(name: &str, draw: impl Fn(&mut Screen)) {
    for (size, scale_percent) in WINDOWS {
        for (dark, word) in [(false, "light"), (true, "dark")] {
            let mut screen = Screen::new(Setup { size, scale_percent, dark, ..Setup::default() });
            name_at_length(&mut screen);
            draw(&mut screen);
            screen.shot(&format!("narrow-{name}-{word}-{scale_percent}"));
        }
    }
}

impl Screen {
    pub(super) fn place(&self, button: &str) -> Rect {
        let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            node.role() == egui::Role::Button && node.label().is_some_and(|label| label.contains(button))
        };
        self.harness.get_by(is).rect()
    }

    /// Whether a button is in the window as a whole.
    fn is_whole(&self, button: &str) -> bool {
        let window = self.harness.ctx.content_rect();
        let is_whole = window.expand(0.5).contains_rect(self.place(button));
        is_whole && self.place(button).width() > 20.0
    }
}

#[test]
fn the_top_bar_tells_how_the_other_server_is() {
    each_window("top-bar", |screen| {
        let why = "connection refused".to_owned();
        screen.tell(Update::Unhealthy { which: Which::Secondary, why, at: now() });
        assert!(screen.is_whole("Settings") && screen.is_whole("Administration"));
        let chip = screen.harness.get_by_label("secondary down").rect();
        assert!(chip.right() < screen.place("Administration").left(), "{chip:?}");
    });
}

/// Five ACDs with long names.
fn with_many_acds(screen: &mut Screen) {
    let mut health = world::health(Which::Primary, api::LinkState::Up);
    let names = ["Hamburg", "Porto Matosinhos", "Customer care Warszawa", "Night desk Singapore", "Back office Kraków"];
    health.acds = (1u8..)
        .zip(names)
        .map(|(number, name)| {
            let link = if number == 4 { api::LinkState::Down } else { api::LinkState::Up };
            api::AcdHealth { acd: model::AcdNumber(number), name: name.to_owned(), link, ..health.acds[0].clone() }
        })
        .collect();
    screen.tell(Update::Health { which: Which::Primary, health, took: Default::default(), at: now() });
}

/// Each of the ACDs is whole: as a chip, or as a line of the menu that one chip opens.
#[test]
fn no_acd_is_cut_off_however_many_there_are() {
    for (size, scale_percent) in
        [([1920.0, 1080.0], 100), ([1280.0, 800.0], 100), ([1024.0, 700.0], 100), ([760.0, 480.0], 100)]
    {
        for (dark, word) in [(false, "light"), (true, "dark")] {
            let mut screen = Screen::new(Setup { size, scale_percent, dark, ..Setup::default() });
            with_many_acds(&mut screen);
            let name = format!("acds-{}-{word}", size[0]);
            let of = |screen: &Screen, role| -> Vec<Rect> {
                let acds = screen.harness.query_all_by_label_contains("(ACD ");
                acds.filter(|node| node.accesskit_node().role() == role).map(|node| node.rect()).collect()
            };
            let chips = of(&screen, egui::Role::RadioButton);
            if chips.is_empty() {
                screen.shot(&name);
                assert!(screen.is_whole("5 ACDs: 1  Hamburg"));
                screen.click("5 ACDs: 1  Hamburg");
                assert_eq!(of(&screen, egui::Role::Button).len(), 5, "all are in the menu");
                screen.shot(&format!("{name}-open"));
                screen.click("Porto Matosinhos (ACD 2): link up");
            } else {
                assert_eq!(chips.len(), 5);
                let right = screen.place("Administration").left();
                assert!(chips.iter().all(|chip| chip.right() < right), "{chips:?}");
                screen.click("Porto Matosinhos (ACD 2): link up");
                screen.shot(&name);
            }
            assert_eq!(screen.harness.state().acd, Some(model::AcdNumber(2)));
        }
    }
}

#[test]
fn the_banner_leaves_room_for_its_words() {
    each_window("banner", |screen| {
        let why = "your password was changed on it".to_owned();
        screen.tell(Update::SignedOut { which: Which::Primary });
        screen.tell(Update::NeedsPassword { which: Which::Primary, why });
        screen.click("Not now");
        assert!(screen.is_whole("Sign in…") && screen.is_whole("Switch to cms-south"));
        let words = screen.harness.get_by_label_contains("your password was changed").rect();
        let buttons = [screen.place("Sign in…"), screen.place("Switch to cms-south")];
        assert!(!buttons[0].intersects(buttons[1]), "{buttons:?}");
        assert!(buttons.iter().all(|button| words.right() < button.left()), "{words:?} {buttons:?}");
    });
}

#[test]
fn folded_notices_are_a_button_and_a_list() {
    each_window("notices", |screen| {
        for number in 1..=3 {
            let text = format!("{number}: {} has no room left on its disk", long_name(Which::Primary));
            screen.tell(Update::Notice { which: None, level: NoticeLevel::Problem, text, lasting: None, at: now() });
        }
        assert!(screen.is_whole("3 notices to read"));
        screen.click("3 notices to read");
        assert!(screen.is_whole("Fold the notices") && screen.is_whole("Close all"));
    });
}

/// Two tables in a part of a small screen: each keeps room for its rows, and the rest is scrolled to.
#[test]
fn a_report_of_many_blocks_scrolls_where_it_has_no_room() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let reports = vec![world::request("Queue/Agent Status", &[]), world::request("VDN Report", &[])];
        let size = [1366.0, 768.0];
        let mut screen = Screen::new(Setup { size, scale_percent: 200, dark, reports, ..Setup::default() });
        screen.shot(&format!("narrow-blocks-{word}"));
        // Title and table are both called so.
        let top = |title: &str| {
            let tops = screen.harness.query_all_by_label(title).map(|node| node.rect().top());
            tops.fold(f32::INFINITY, f32::min)
        };
        let tops = ["Queues", "Agents"].map(top);
        assert!(tops[1] - tops[0] > 120.0, "each has room of its own: {tops:?}");
    }
}

/// The buttons stay in sight, however long the form is.
#[test]
fn a_long_dialog_keeps_its_buttons_in_sight() {
    each_window("timetable", |screen| {
        screen.harness.state_mut().administration.show(PageKind::Timetables);
        screen.harness.run_steps(3);
        screen.harness.get_by_label("New…").click_accesskit();
        screen.harness.run_steps(4);
        assert!(screen.is_whole("Save on cms-north") && screen.is_whole("Cancel"));
        let form = screen.harness.get_by_label("A failing task does not stop the ones behind it").rect();
        let foot = screen.place("Cancel");
        assert!(form.bottom() > foot.top(), "the form is longer than the window: {form:?} {foot:?}");
    });
}

#[test]
fn the_undo_of_a_global_edit_says_whose_it_is() {
    each_window("undo", |screen| {
        screen.tell(Update::ProfileChanged(Profile { user: "m.keller".to_owned(), ..world::profile() }));
        screen.harness.state_mut().administration.show(PageKind::Timetables);
        screen.harness.run_steps(3);
        screen.harness.get_by_label("Undo the last global edit…").click_accesskit();
        screen.harness.run_steps(4);
        assert!(screen.is_whole("Undo on cms-north") && screen.is_whole("Cancel"));
        assert!(screen.sees("The edit of 2026-11-23 08:42:07 by cms"));
    });
}

#[test]
fn how_a_worksheet_ended_is_read_in_full() {
    let why = "the secondary is replaced next week, and until then cms-south-production.contact-centre.example.com is not asked";
    let mut told = canned_pages::worksheets::over(now());
    let mut sheets = told.told.as_ref().expect("worksheets").sheets.clone();
    sheets[1].end.as_mut().expect("it is over").why = why.to_owned();
    told.told = canned_pages::worksheets::told(sheets, now());
    let mut screen = administering(Setup { size: [760.0, 1400.0], ..Setup::default() });
    name_at_length(&mut screen);
    screen.open_page(PageKind::Worksheets);
    screen.tell(Update::Worksheets(told));
    assert!(!screen.sees(&format!("abandoned by m.keller: {why}")), "it is cut in the list");
    screen.choose_row("Administration onto the secondary");
    screen.shot("narrow-worksheets-over");
    assert!(screen.sees(&format!("abandoned by m.keller: {why}")));
}

/// It lies in the corner and moves nothing, and the notices stand above it.
#[test]
fn a_shortcut_that_runs_moves_no_report() {
    each_window("shortcut", |screen| {
        let row = |screen: &Screen| screen.harness.get_by_label_contains("Search reports").rect();
        let before = row(screen);
        let steps = vec![(session::ReportKey(7), world::request("VDN Report", &[]))];
        let run = ShortcutRun { name: "Morning round".to_owned(), steps, stopped: true };
        screen.harness.state_mut().workspace.run = Some(run);
        let text = "Signed in".to_owned();
        screen.tell(Update::Notice { which: None, level: NoticeLevel::Problem, text, lasting: None, at: now() });
        screen.harness.run_steps(3);
        assert_eq!(row(screen), before, "nothing has moved");
        assert!(screen.is_whole("Close the line of the shortcut"));
        let notice = screen.harness.get_by_label("Signed in").rect();
        let card = screen.place("Close the line of the shortcut");
        assert!(notice.bottom() < card.top(), "{notice:?} {card:?}");
        let _ = screen.commands();
    });
}

/// Rows of buttons that do not fit go into a second row, and the card of a page keeps its margin.
#[test]
fn a_page_is_no_wider_than_its_window() {
    let pages = || PageKind::all();
    for (kind, size) in
        pages().zip(std::iter::repeat([1440.0, 900.0])).chain(pages().zip(std::iter::repeat([1280.0, 800.0])))
    {
        let mut screen = administering(Setup { size, scale_percent: 200, ..Setup::default() });
        name_at_length(&mut screen);
        screen.open_page(kind);
        let reload = screen.harness.query_by_label("Ask the server again").map(|node| node.rect());
        let window = screen.harness.ctx.content_rect();
        let of = |role| screen.harness.query_all_by_role(role);
        let buttons = of(egui::Role::Button)
            .chain(of(egui::Role::RadioButton))
            .map(|node| (node.accesskit_node().label(), node.rect()));
        let wide: Vec<_> = buttons.filter(|(_, rect)| rect.right() > window.right() || rect.left() < 0.0).collect();
        assert!(wide.is_empty(), "{}: {wide:?}", kind.title());
        assert!(reload.is_none_or(|reload| reload.right() < window.right() - 8.0));
        let _: Vec<Command> = screen.commands();
    }
}

/// What is pressed next must not be where something else was a moment ago.
#[test]
fn buttons_stay_where_they_are_when_a_row_is_chosen() {
    let check = |kind: PageKind, part: Option<&str>, row: &str, button: &str| {
        for (size, scale_percent) in [([1440.0, 900.0], 100), ([1440.0, 900.0], 200)] {
            let mut screen = administering(Setup { size, scale_percent, ..Setup::default() });
            screen.open_page(kind);
            if let Some(part) = part {
                screen.harness.get_by_label(part).click_accesskit();
                screen.harness.run_steps(3);
            }
            let before = screen.place(button);
            let is = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
                node.role() == egui::Role::Row && node.label().is_some_and(|label| label.contains(row))
            };
            screen.harness.get_all_by(is).next().expect("a row").click();
            screen.harness.run_steps(4);
            assert_eq!(screen.place(button), before, "{} at {scale_percent} %", kind.title());
            let part = part.unwrap_or(kind.title()).to_lowercase();
            screen.shot(&format!("chosen-{part}-{scale_percent}"));
        }
    };
    check(PageKind::Timetables, None, "nightly", "Edit…");
    check(PageKind::Backups, None, "CMS-261123-01-LSAX-00-F", "Back up now…");
    check(PageKind::Backups, Some("Restores done"), "Number 4", "Take back…");
    check(PageKind::Backups, Some("Images"), "CMSADM-261115-01", "Make an image…");
    check(PageKind::ErrorLog, None, "Severity", "Acknowledge all shown");
    check(PageKind::Exceptions, None, "time-in-queue", "Edit…");
    check(PageKind::Archiving, None, "Level Days", "Sum up again…");
    check(PageKind::Users, None, "User ann", "Set password…");
}

/// A dialog that comes by itself while the pointer rests on something: its tooltip goes.
#[test]
fn no_tooltip_of_what_lies_under_a_dialog_stays_over_it() {
    let tip = "How old the page is; it is asked for every few seconds";
    let mut screen = administering(Setup::default());
    screen.open_page(PageKind::Timetables);
    screen.harness.get_by_label_contains("told 0 s ago").hover();
    screen.harness.run_steps(8);
    assert!(screen.sees(tip), "it is there");
    let why = "your password was changed on it".to_owned();
    screen.tell(Update::NeedsPassword { which: Which::Secondary, why });
    screen.harness.run_steps(4);
    screen.shot("tooltip-under-dialog");
    assert!(screen.sees("Not now") && !screen.sees(tip));
}

/// Eight reports on a small screen: each shows some rows, and nothing lies over anything else.
#[test]
fn low_panes_are_compact_and_show_more_rows() {
    let names = [
        "Split/Skill Report",
        "VDN Report",
        "Queue/Agent Status",
        "Agent Report",
        "Split/Skill Status",
        "Vector Report",
        "Split/Skill Top Agents",
        "Trunk Group Report",
    ];
    let reports = names.map(|name| world::request(name, &[])).to_vec();
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let setup = |size| Setup { size, dark, reports: reports.clone(), ..Setup::default() };
        let mut screen = Screen::new(setup([1366.0, 768.0]));
        screen.shot(&format!("compact-{word}"));
        let rows = |screen: &Screen, density| {
            let mut settings = screen.harness.state().settings.clone();
            settings.density = density;
            settings
        };
        let in_sight = |screen: &Screen| {
            let window = screen.harness.ctx.content_rect();
            let rows = screen.harness.query_all_by_role(egui::Role::Row);
            rows.filter(|row| window.contains_rect(row.rect()) && row.rect().height() > 20.0).count()
        };
        let compact = in_sight(&screen);
        for name in ["Split/Skill Report", "VDN Report"] {
            let is_title = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
                node.role() == egui::Role::TitleBar && node.label().as_deref() == Some(name)
            };
            let header = screen.harness.get_by(is_title).rect();
            let inputs = screen.place(&format!("Inputs of {name}"));
            assert!(header.height() < 40.0 && header.contains_rect(inputs), "{header:?} {inputs:?}");
            let sort = screen.harness.get_all_by_label("Sort by Calls waiting").next().expect("a heading").rect();
            assert!(sort.top() >= header.bottom() - 0.5, "{sort:?} {header:?}");
        }
        screen.harness.state_mut().settings = rows(&screen, DensityChoice::Normal);
        screen.harness.run_steps(4);
        screen.shot(&format!("not-compact-{word}"));
        let normal = in_sight(&screen);
        assert!(compact > normal + 4, "{compact} rows instead of {normal}");
        screen.harness.state_mut().settings = rows(&screen, DensityChoice::Compact);
        screen.harness.run_steps(4);
        let reports = reports[..2].to_vec();
        let mut screen = Screen::new(Setup { scale_percent: 200, dark, reports, ..Setup::default() });
        screen.shot(&format!("compact-200-{word}"));
    }
}
