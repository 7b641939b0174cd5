//! Panes in little room: what tells them apart is read, nothing lies over anything else, and what is shown is in sight.

use egui::{Rect, Role, Shape, vec2};
use egui_kittest::kittest::Queryable as _;
use egui_tiles::{Container, Tile};
use session::ReportRequest;

use super::harness::{Screen, Setup};
use super::world;
use crate::layout;

/// A text as it is painted: cut where there was no room, with its place and what of that is in sight.
struct Painted {
    text: String,
    place: Rect,
    clip: Rect,
}

impl Screen {
    fn painted(&self) -> Vec<Painted> {
        fn add(shape: &Shape, clip: Rect, all: &mut Vec<Painted>) {
            match shape {
                Shape::Vec(shapes) => shapes.iter().for_each(|shape| add(shape, clip, all)),
                Shape::Text(text) => {
                    let rows = text.galley.rows.iter().flat_map(|row| row.glyphs.iter().map(|glyph| glyph.chr));
                    let place = text.galley.rect.translate(text.pos.to_vec2());
                    all.push(Painted { text: rows.collect(), place, clip });
                }
                _ => {}
            }
        }
        let mut all = Vec::new();
        for clipped in &self.harness.output().shapes {
            add(&clipped.shape, clipped.clip_rect, &mut all);
        }
        all
    }

    /// Turns the wheel over a place, down.
    fn wheel_down(&mut self, at: egui::Pos2, points: f32) {
        self.harness.event(egui::Event::PointerMoved(at));
        self.harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: vec2(0.0, -points),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: egui::Modifiers::NONE,
        });
        self.harness.run_steps(12);
    }

    fn headers(&self) -> Vec<Rect> {
        self.harness.query_all_by_role(Role::TitleBar).map(|node| node.rect()).collect()
    }
}

fn of(split: &str) -> ReportRequest {
    world::request("Queue/Agent Status", &[("splits", split)])
}

fn each_theme(scale_percent: u32, reports: &[ReportRequest], check: impl Fn(&mut Screen, &str)) {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let size = [1280.0, 800.0];
        let mut screen =
            Screen::new(Setup { size, scale_percent, dark, reports: reports.to_vec(), ..Setup::default() });
        check(&mut screen, word);
    }
}

/// More panes than fit are scrolled, and stay below the top bar, where they are neither seen nor clicked.
#[test]
fn panes_that_are_scrolled_keep_out_of_the_top_bar() {
    let reports: Vec<ReportRequest> = ["1", "2", "3", "5", "7", "9"].map(of).to_vec();
    each_theme(150, &reports, |screen, word| {
        in_tabs(screen, 2);
        let headers = screen.headers();
        let at =
            headers.iter().fold(headers[0], |first, header| if header.top() < first.top() { *header } else { first });
        // Above all of them.
        let bar = |screen: &mut Screen| {
            let picture = screen.harness.render().expect("the screen can be drawn");
            let pixels = picture.height() as f32 / screen.harness.ctx.content_rect().height();
            let height = ((at.top() - 44.0) * pixels) as u32;
            image::imageops::crop_imm(&picture, 0, 0, picture.width(), height).to_image()
        };
        screen.wheel_down(at.center(), 0.0);
        let before = bar(screen);
        screen.wheel_down(at.center(), 40.0);
        screen.shot(&format!("panes-scrolled-{word}"));
        let top = screen.headers().iter().map(Rect::top).fold(f32::INFINITY, f32::min);
        assert!(top < at.top() - 15.0, "they are scrolled: {top}");
        assert!(bar(screen) == before, "the bar is as it was");
    });
}

/// Puts the first panes into tabs, of which the last is shown.
fn in_tabs(screen: &mut Screen, count: usize) {
    let tree = &mut screen.harness.state_mut().workspace.tree;
    let keys: Vec<_> = layout::panes_in_order(tree).into_iter().map(|pane| pane.key).take(count).collect();
    let tile = |key| layout::panes(tree).find(|(_, pane)| pane.key == key).map(|(id, _)| id);
    let tiles: Vec<_> = keys.into_iter().filter_map(tile).collect();
    let place = tree.tiles.parent_of(tiles[0]).expect("there are several");
    for tile in &tiles {
        let parent = tree.tiles.parent_of(*tile).expect("there are several");
        if let Some(Tile::Container(parent)) = tree.tiles.get_mut(parent) {
            parent.remove_child(*tile);
        }
    }
    let last = tiles[tiles.len() - 1];
    let tabs = tree.tiles.insert_tab_tile(tiles);
    if let Some(Tile::Container(Container::Tabs(tabs))) = tree.tiles.get_mut(tabs) {
        tabs.set_active(last);
    }
    if let Some(Tile::Container(place)) = tree.tiles.get_mut(place) {
        place.add_child(tabs);
    }
    screen.harness.run_steps(12);
}

/// Reports of one kind differ by what was chosen alone, which is read also where there is no room for their names.
#[test]
fn what_was_chosen_is_read_in_a_narrow_pane() {
    let names = [("1", "Sales"), ("2", "Service"), ("3", "Billing"), ("9", "Claims"), ("", "ACD 1")];
    let reports: Vec<ReportRequest> = names.map(|(split, _)| of(split)).to_vec();
    each_theme(150, &reports, |screen, word| {
        screen.shot(&format!("panes-chosen-{word}"));
        let (painted, headers) = (screen.painted(), screen.headers());
        for (_, name) in &names[..4] {
            let is_it = |painted: &&Painted| {
                let in_header = headers.iter().any(|header| header.contains_rect(painted.place));
                in_header && painted.text.starts_with(name)
            };
            let texts: Vec<&str> = painted.iter().map(|painted| painted.text.as_str()).collect();
            assert!(painted.iter().any(|text| is_it(&text)), "{name}: {texts:?}");
        }
        // The sign behind them keeps away from the age of the data.
        let ages: Vec<Rect> = painted.iter().filter(|it| it.text == "0 s").map(|it| it.place).collect();
        let inputs = screen.harness.query_all_by_label("Inputs of Queue/Agent Status…").map(|node| node.rect());
        let touching: Vec<_> =
            inputs.filter(|inputs| ages.iter().any(|age| age.expand(3.0).intersects(*inputs))).collect();
        assert!(ages.len() >= 4 && touching.is_empty(), "{touching:?} {ages:?}");
    });
}

/// A dropped report is shown in a tab behind the others; where tabs have no room, they scroll to it.
#[test]
fn the_tab_that_is_shown_is_in_sight() {
    let names = ["Split/Skill Report", "Agent Information", "VDN Report", "Vector Report", "Split/Skill Call Profile"];
    let mut reports: Vec<ReportRequest> = names.map(|name| world::request(name, &[])).to_vec();
    reports.push(of("1"));
    each_theme(150, &reports, |screen, word| {
        in_tabs(screen, names.len());
        screen.shot(&format!("panes-tabs-{word}"));
        let shown = |screen: &Screen, name: &str| {
            let painted = screen.painted();
            let tabs = screen.harness.query_all_by(|node| {
                node.role() == Role::Button && node.label().is_some_and(|label| label.starts_with(name))
            });
            let tabs: Vec<Rect> = tabs.map(|node| node.rect()).collect();
            painted.iter().any(|it| {
                it.text.starts_with(name)
                    && it.clip.contains_rect(it.place)
                    && tabs.iter().any(|tab| tab.contains_rect(it.place))
            })
        };
        assert!(shown(screen, "Split/Skill Call Profile"), "the last one");
        assert!(!shown(screen, "Split/Skill Report"), "they have no room beside each other");
        // Arrows go on from there, and nothing pulls them back.
        for _ in 0..8 {
            if let Some(arrow) = screen.harness.query_by_label("Scroll tabs left") {
                arrow.click();
            }
            screen.harness.run_steps(20);
        }
        assert!(shown(screen, "Split/Skill Report"));
    });
}

/// The bar to the right stands below the rows: the last one is read as a whole.
#[test]
fn no_row_lies_under_the_bar_to_the_right() {
    let reports: Vec<ReportRequest> = ["Split/Skill Report", "VDN Report", "Queue/Agent Status", "Split/Skill Status"]
        .map(|name| world::request(name, &[]))
        .to_vec();
    each_theme(150, &reports, |screen, word| {
        screen.shot(&format!("panes-bar-{word}"));
        let header = screen.headers()[0];
        let painted = screen.painted();
        let totals = painted.iter().filter(|it| it.text == "Total" && it.place.left() < header.left() + 30.0);
        let total = totals.map(|it| it.place.top()).fold(f32::INFINITY, f32::min);
        let rows = screen.harness.query_all_by_role(Role::Row).map(|node| node.rect());
        let above = rows.filter(|row| row.left() < header.right() - 1.0 && row.top() < total);
        let bottom = above.map(|row| row.bottom()).fold(0.0, f32::max);
        assert!(bottom > header.bottom() && total - bottom >= 6.0, "{bottom} {total}");
    });
}
