//! What the search of reports finds besides reports, and what lines of inputs suggest.

use api::{ReportEntry, Scope};
use egui::Key;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use model::NameKind;
use session::{Update, Which};

use super::drill::known;
use super::harness::{Screen, Setup};
use super::world::{self, ACD};
use crate::view::finding::{entities, suggestions, taken};

#[test]
fn names_and_numbers_are_found_by_their_parts() {
    let model = known();
    let check = |search: &str, expect: &[&str]| {
        let found = entities(&model, ACD, search);
        let first: Vec<String> =
            found.iter().map(|found| format!("{}: {}", found.heading, found.lines[0].text)).collect();
        assert_eq!(first, expect, "{search:?}");
    };
    check("haddad", &["Agents · 8 of 13: Amira Haddad  4001"]);
    check("de vries tess", &["Agents · 8 of 12: Tessa de Vries  4020"]);
    check("sales", &["Splits/skills: Sales  1", "VDNs: Sales  2010"]);
    check("2040", &["VDNs: Emergency  2040"]);
    check("carrier b", &["Trunk groups: Carrier B  11"]);
    check("  ", &[]);
    check("nobody at all", &[]);
    let found = entities(&model, ACD, "billing");
    let texts: Vec<&str> = found[0].lines[0].reports.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(texts, ["Queue/Agent Status of Billing", "Split/Skill Call Profile of Billing"]);
}

#[test]
fn the_search_opens_what_it_finds() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = Screen::new(Setup { dark, ..Setup::default() });
        screen.fill_in("Search reports", "okafor");
        assert!(screen.sees("Ben Okafor  4002"));
        screen.shot(&format!("found-agents-{word}"));
        let _ = screen.commands();
        screen.harness.key_press(Key::Enter);
        screen.harness.run_steps(3);
        let opened = screen.opened();
        assert!(opened.len() == 1 && opened[0].path.ends_with("Agent Information"), "{opened:?}");
        assert_eq!(opened[0].inputs["agents"], "4002");
    }
    // A report that is called so comes first, and Enter opens that.
    let mut screen = Screen::new(Setup::default());
    screen.fill_in("Search reports", "queue");
    let _ = screen.commands();
    screen.harness.key_press(Key::Enter);
    screen.harness.run_steps(3);
    assert!(screen.opened().is_empty() && screen.sees("Splits/skills (empty: all)"), "its inputs are asked for");
}

#[test]
fn what_is_found_is_chosen_and_opened_by_the_button() {
    let mut screen = Screen::new(Setup::default());
    screen.fill_in("Search reports", "emergency");
    screen.click("Emergency  2040");
    let _ = screen.commands();
    screen.click("Open");
    let opened = screen.opened();
    assert!(opened.len() == 1 && opened[0].path.ends_with("VDN Report"), "{opened:?}");
}

/// The search keeps the keyboard, and arrows choose among what it finds.
#[test]
fn what_is_found_is_chosen_by_arrows_and_opened_by_enter() {
    let agents =
        |screen: &Screen| screen.opened().iter().map(|report| report.inputs["agents"].clone()).collect::<Vec<_>>();
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = Screen::new(Setup { dark, ..Setup::default() });
        let press = |screen: &mut Screen, key: Key| {
            screen.harness.key_press(key);
            screen.harness.run_steps(3);
        };
        screen.fill_in("Search reports", "haddad");
        let lines: Vec<String> = entities(&known(), ACD, "haddad")[0].lines.iter().map(|it| it.text.clone()).collect();
        let is_marked = |screen: &Screen, line: &str| {
            screen.harness.get_by_label(line).accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
        };
        assert!(is_marked(&screen, &lines[0]), "what Enter opens is seen");
        press(&mut screen, Key::ArrowDown);
        press(&mut screen, Key::ArrowDown);
        press(&mut screen, Key::ArrowUp);
        assert!(is_marked(&screen, &lines[1]) && !is_marked(&screen, &lines[0]));
        screen.shot(&format!("found-by-arrows-{word}"));
        let _ = screen.commands();
        press(&mut screen, Key::Enter);
        assert!(lines[1].ends_with(&agents(&screen)[0]), "{lines:?}");
        // Something else is typed: it begins anew.
        screen.retype("Search reports", "okafor");
        screen.harness.run_steps(3);
        let _ = screen.commands();
        press(&mut screen, Key::Enter);
        assert_eq!(agents(&screen), ["4002"]);
        // With the keyboard in the list the mark goes where it is.
        screen.retype("Search reports", "haddad");
        screen.harness.run_steps(3);
        screen.harness.get_by_label(&lines[0]).focus();
        screen.harness.run_steps(3);
        press(&mut screen, Key::ArrowDown);
        press(&mut screen, Key::ArrowDown);
        assert!(is_marked(&screen, &lines[2]), "the mark is where the ring is");
        let _ = screen.commands();
        screen.click("Open");
        assert!(lines[2].ends_with(&agents(&screen)[0]));
    }
}

#[test]
fn the_end_of_a_list_is_what_is_suggested_for() {
    let names = world::dictionary();
    let check = |kind: NameKind, text: &str, many: bool, expect: &[&str]| {
        let shown = suggestions(&names, kind, text, many);
        let texts: Vec<&str> = shown.iter().map(|choice| choice.number.as_str()).collect();
        assert_eq!(texts, expect, "{text:?}");
    };
    check(NameKind::Split, "se", true, &["2"]);
    check(NameKind::Split, "3; cl", true, &["9"]);
    check(NameKind::Split, "billing", true, &[]);
    check(NameKind::Split, "12", true, &[]);
    check(NameKind::Split, "all", true, &[]);
    check(NameKind::Split, "", true, &[]);
    check(NameKind::Vdn, "205", false, &["2050"]);
    let claims = &suggestions(&names, NameKind::Split, "3; cl", true)[0];
    assert_eq!(taken("3; cl", claims, true), "3; 9");
}

#[test]
fn a_part_of_a_name_is_completed_by_enter_or_a_click() {
    let input = "Agents (empty: all)";
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = Screen::new(Setup { dark, ..Setup::default() });
        screen.fill_in("Search reports", "agent information");
        screen.harness.key_press(Key::Enter);
        screen.harness.run_steps(3);
        screen.retype(input, "4001;volk");
        screen.harness.run_steps(2);
        assert!(screen.sees_part("Dmitri Volkov"), "it is suggested");
        screen.shot(&format!("suggested-{word}"));
        screen.harness.key_press(Key::ArrowDown);
        screen.harness.run_steps(2);
        screen.harness.key_press(Key::ArrowUp);
        screen.harness.run_steps(2);
        let _ = screen.commands();
        screen.harness.key_press(Key::Enter);
        screen.harness.run_steps(3);
        assert!(screen.opened().is_empty(), "Enter has taken the name");
        screen.harness.key_press(Key::Enter);
        screen.harness.run_steps(3);
        assert_eq!(screen.opened()[0].inputs["agents"], "4001;4004");
    }
    let mut screen = Screen::new(Setup::default());
    screen.fill_in("Search reports", "agent information");
    screen.harness.key_press(Key::Enter);
    screen.harness.run_steps(3);
    screen.retype(input, "volk");
    screen.harness.run_steps(2);
    screen.harness.get_by_label_contains("Dmitri Volkov 10").click();
    screen.harness.run_steps(4);
    let _ = screen.commands();
    screen.harness.key_press(Key::Enter);
    screen.harness.run_steps(3);
    assert_eq!(screen.opened()[0].inputs["agents"], "4292", "the line has the keyboard again");
}

#[test]
fn suggestions_are_put_away_without_closing_the_dialog() {
    let mut screen = Screen::new(Setup::default());
    screen.fill_in("Search reports", "agent information");
    screen.harness.key_press(Key::Enter);
    screen.harness.run_steps(3);
    screen.retype("Agents (empty: all)", "volk");
    screen.harness.run_steps(2);
    screen.escape();
    assert!(!screen.sees_part("Dmitri Volkov") && screen.sees("Agents (empty: all)"));
    screen.escape();
    assert!(!screen.sees("Agents (empty: all)"), "the second one closes it");
}

/// A report of one's own that is called as one of the product's: both are in the list, and nobody takes one for the other.
#[test]
fn two_reports_of_one_name_are_told_apart() {
    let mut screen = Screen::new(Setup::default());
    let mut entries = screen.harness.state().model.library.clone();
    let of_the_product = entries.iter().find(|entry| entry.name == "VDN Report").expect("it is built in").clone();
    let path = "Real-time/Designer/VDN Report".to_owned();
    let owner = Some("m.keller".to_owned());
    entries.push(ReportEntry { path: path.clone(), scope: Scope::Personal, owner, ..of_the_product.clone() });
    let tell = |screen: &mut Screen, entries: &[ReportEntry]| {
        screen.tell(Update::Library { which: Which::Primary, entries: entries.to_vec() });
    };
    tell(&mut screen, &entries);
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut drawn = Screen::new(Setup { dark, ..Setup::default() });
        tell(&mut drawn, &entries);
        drawn.fill_in("Search reports", "VDN Report");
        drawn.shot(&format!("list-namesakes-{word}"));
    }
    assert!(screen.sees("VDN Report, personal") && screen.sees("VDN Report, built-in"));
    screen.click("VDN Report, personal");
    // The list comes anew and is another: what was chosen is so still, wherever it stands now.
    entries.retain(|entry| entry.name != "Split/Skill Report");
    tell(&mut screen, &entries);
    let _ = screen.commands();
    screen.click("Delete the report…");
    assert!(screen.sees_part(&path), "the chosen one is meant");
    screen.escape();
    tell(&mut screen, std::slice::from_ref(&of_the_product));
    assert!(screen.sees("VDN Report") && !screen.sees("VDN Report, built-in"), "there is one alone");
    assert!(screen.is_disabled("Open"), "what was chosen is gone");
}
