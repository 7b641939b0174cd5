//! Shortcuts that bring places, sizes and limits back; and what was closed, opened again.

use api::Shortcut;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use egui_tiles::{Container, Tile};
use session::{ReportKey, ReportRequest, Update, Which};

use super::canned_pages::people;
use super::harness::{Screen, Setup};
use super::world;
use crate::arrangement::Arranged;
use crate::view::prefs::{OwnLimits, PanePrefs};
use crate::workspace::Workspace;

fn reports() -> Vec<ReportRequest> {
    ["Split/Skill Report", "VDN Report", "Split/Skill Status"].map(|name| world::request(name, &[])).to_vec()
}

/// Three reports in an arrangement that nothing makes by itself: tabs, and limits of one's own.
fn arranged() -> Workspace {
    let mut workspace = Workspace::default();
    let keys: Vec<ReportKey> = reports().into_iter().map(|report| workspace.open(report)).collect();
    let tile = |workspace: &Workspace, key: ReportKey| {
        crate::layout::panes(&workspace.tree).find(|(_, pane)| pane.key == key).expect("it is open").0
    };
    let [first, second, third] = [keys[0], keys[1], keys[2]].map(|key| tile(&workspace, key));
    let tiles = &mut workspace.tree.tiles;
    let tabs = tiles.insert_tab_tile(vec![second, third]);
    let root = tiles.insert_vertical_tile(vec![tabs, first]);
    if let Some(Tile::Container(Container::Linear(linear))) = tiles.get_mut(root) {
        linear.shares.set_share(first, 3.0);
    }
    workspace.tree.root = Some(root);
    let limits = OwnLimits { caution: Some(3.0), ..OwnLimits::default() };
    let pane = workspace.pane_mut(keys[0]).expect("it is open");
    pane.prefs.click_heading(0, "acd_calls");
    pane.prefs.change_column(0, "waiting", |column| (column.width, column.limits) = (Some(91.0), Some(limits)));
    workspace.maximised = Some(keys[0]);
    workspace
}

fn kept() -> Shortcut {
    let workspace = arranged();
    let known = people::shortcuts().swap_remove(0);
    let unreadable = None;
    Shortcut {
        name: "Wall".to_owned(),
        steps: workspace.requests(),
        arrangement: workspace.arrangement(),
        unreadable,
        ..known
    }
}

/// What is to be seen of a workspace, without the panes' numbers.
fn seen(workspace: &Workspace) -> (Option<String>, Vec<(ReportRequest, PanePrefs)>) {
    let panes = crate::layout::panes_in_order(&workspace.tree).into_iter();
    (workspace.arrangement(), panes.map(|pane| (pane.request.clone(), pane.prefs.clone())).collect())
}

#[test]
fn what_was_kept_stands_as_it_stood() {
    let shortcut = kept();
    let mut opened = Workspace::default();
    opened.run_shortcut(&shortcut, false);
    assert_eq!(seen(&opened), seen(&arranged()), "nothing was open");
    let mut opened = Workspace::default();
    opened.open(world::request("Agent Report", &[]));
    opened.run_shortcut(&shortcut, true);
    assert_eq!(seen(&opened), seen(&arranged()), "in place of what is open");
    assert!(opened.active.is_some_and(|key| opened.pane(key).is_some()));
    opened.open(world::request("Agent Report", &[]));
    assert_eq!(opened.requests().len(), 4, "its numbers are its own");
    // Beside what is open its panes stand in the next places, and look as they did.
    let mut opened = Workspace::default();
    opened.open(world::request("Agent Report", &[]));
    opened.run_shortcut(&shortcut, false);
    let prefs: Vec<PanePrefs> = seen(&opened).1.into_iter().map(|(_, prefs)| prefs).collect();
    assert_eq!((prefs.len(), prefs[0].clone()), (4, PanePrefs::default()));
    assert!(prefs[1..].contains(&seen(&arranged()).1[2].1), "{prefs:?}");
}

#[test]
fn what_is_not_of_these_steps_is_left_out() {
    let good = kept();
    assert!(Arranged::of(&good).is_some());
    let text = good.arrangement.clone().expect("it was kept");
    let check = |arrangement: Option<String>, steps: usize| {
        let steps = good.steps.iter().cycle().take(steps).cloned().collect();
        let shortcut = Shortcut { arrangement, steps, ..good.clone() };
        assert!(Arranged::of(&shortcut).is_none(), "{:?}", shortcut.arrangement);
        let mut opened = Workspace::default();
        opened.run_shortcut(&shortcut, true);
        assert_eq!(opened.requests().len(), shortcut.steps.len(), "they open all the same");
    };
    check(None, 3);
    check(Some("of a later version".to_owned()), 3);
    check(Some(text.replace("\"version\":1", "\"version\":2")), 3);
    check(Some(text.clone()), 2);
    check(Some(text.clone()), 4);
    check(Some(text.replace("\"key\":2", "\"key\":1")), 3);
    // A tile in itself would be gone through without an end.
    let mut broken: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let root = broken["tree"]["root"].clone();
    for (_, tile) in broken["tree"]["tiles"]["tiles"].as_object_mut().into_iter().flatten() {
        if let Some(children) = tile.pointer_mut("/Container/Linear/children").and_then(|list| list.as_array_mut()) {
            children.push(root.clone());
        }
    }
    check(Some(broken.to_string()), 3);
}

#[test]
fn a_closed_report_comes_back_where_it_stood() {
    let mut workspace = arranged();
    workspace.maximised = None;
    let before = seen(&workspace);
    assert!(!workspace.reopen(), "nothing was closed");
    let first = crate::layout::panes_in_order(&workspace.tree)[0].key;
    workspace.close(first);
    let last = crate::layout::panes_in_order(&workspace.tree)[1].key;
    workspace.pane_mut(last).expect("it is open").prefs.click_heading(0, "acd_calls");
    assert!(workspace.reopen());
    let after = seen(&workspace);
    assert_eq!((after.1.len(), &after.1[..2]), (3, &before.1[..2]), "its place is its own");
    assert_ne!(after.1[2], before.1[2], "what was sorted since stays so");
    // Where another one was opened since, it stands beside that.
    let first = crate::layout::panes_in_order(&workspace.tree)[0].key;
    workspace.close(first);
    workspace.open(world::request("Agent Report", &[]));
    assert!(workspace.reopen() && workspace.requests().len() == 4);
    assert!(!workspace.reopen());
}

#[test]
fn what_a_shortcut_took_the_place_of_is_brought_back_by_a_key() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = Screen::new(Setup { dark, reports: reports(), ..Setup::default() });
        let shortcuts =
            vec![Shortcut { steps: vec![world::request("Agent Report", &[])], arrangement: None, ..kept() }];
        screen.tell(Update::Shortcuts { which: Which::Primary, shortcuts });
        screen.click("Shortcuts");
        screen.shot(&format!("shortcuts-reopen-{word}"));
        screen.harness.get_by_label("Wall").click();
        screen.harness.run_steps(3);
        screen.click("Open in place of what is open");
        assert_eq!(screen.harness.state().workspace.requests().len(), 1);
        assert!(screen.sees_part("Wall is open in place of 3 reports; Ctrl+Shift+T brings back what was open"));
        screen.shot(&format!("shortcut-instead-{word}"));
        screen.harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
        screen.harness.run_steps(3);
        assert_eq!(screen.harness.state().workspace.requests(), reports());
        screen.harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::T);
        screen.harness.run_steps(3);
        assert!(screen.sees_part("Nothing was closed that could be opened again"));
    }
}
