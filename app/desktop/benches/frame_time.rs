//! How long a frame takes on a table of fifty thousand rows whose cells all tick, beside the bare limit: a window with one
//! line of text. Prints median, 95 % and slowest for taking in, drawing and tessellation; rendering is the graphics driver's.
//!
//! `cargo bench -p desktop`

use std::sync::Arc;
use std::time::{Duration, Instant};

use desktop::{App, Backend, NativeDialogs, Start};
use eframe::App as _;
use session::{Command, Model, ReportKey, Update};

#[path = "../src/tests/world.rs"]
mod world;

const ROWS: usize = 50_000;
const FRAMES: usize = 300;

/// Refreshes the whole table once in sixty frames, as a refresh of one second does.
struct Canned {
    waiting: Vec<Update>,
    frame: Option<Update>,
    drains: usize,
}

impl Backend for Canned {
    fn send(&mut self, command: Command) {
        if let Command::Open { report, request } = command {
            self.waiting.push(Update::Opened { report, request: request.clone() });
            let frame = world::frame(report, &request, ROWS, Instant::now());
            self.frame = Some(frame.clone());
            self.waiting.push(frame);
        }
    }

    fn drain(&mut self, model: &mut Model, _limit: Duration) -> bool {
        self.drains += 1;
        if self.drains.is_multiple_of(60)
            && let Some(Update::Frame { which, report, stamp, sheet, .. }) = self.frame.clone()
        {
            let sheet = Arc::new(sheet.as_ref().clone());
            self.waiting.push(Update::Frame { which, report, stamp, sheet, at: Instant::now() });
        }
        for update in self.waiting.drain(..) {
            model.apply(update);
        }
        false
    }
}

fn main() {
    let egui = egui::Context::default();
    let backend = Canned { waiting: world::signed_in(Instant::now()), frame: None, drains: 0 };
    let start = Start {
        config_dir: None,
        profile: Some(world::profile()),
        password: None,
        reports: vec![world::request("Agent Report", &[])],
    };
    let mut app = App::new(&egui, Box::new(backend), Arc::new(NativeDialogs), start, Instant::now);
    let mut frame = eframe::Frame::_new_kittest();
    for sorted in [false, true] {
        if sorted {
            app.sort_pane(ReportKey(1), 0, "time");
        }
        let mut times: Vec<[Duration; 3]> = Vec::new();
        for number in 0..FRAMES {
            let input = input(usize::from(sorted) * FRAMES + number);
            let began = Instant::now();
            app.logic(&egui, &mut frame);
            let taken_in = began.elapsed();
            let mut output = egui.run_ui(input, |ui| app.ui(ui, &mut frame));
            let drawn = began.elapsed();
            let primitives = egui.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
            let whole = began.elapsed();
            assert!(!primitives.is_empty());
            output.textures_delta.clear();
            times.push([taken_in, drawn, whole]);
        }
        let order = if sorted { "sorted by a ticking column" } else { "in the report's order" };
        report(&format!("{ROWS} rows x 16 columns, {order}, scrolling"), &times[10..]);
    }
    bare();
}

/// What egui needs for a frame with one line of text.
fn bare() {
    let egui = egui::Context::default();
    let mut times: Vec<[Duration; 3]> = Vec::new();
    for _ in 0..FRAMES {
        let began = Instant::now();
        let mut output = egui.run_ui(input(0), |ui| drop(ui.label("One line")));
        let drawn = began.elapsed();
        let primitives = egui.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
        let whole = began.elapsed();
        assert!(!primitives.is_empty());
        output.textures_delta.clear();
        times.push([Duration::ZERO, drawn, whole]);
    }
    report("bare limit: one line of text", &times[10..]);
}

/// What the mouse does in a frame: it turns its wheel over the table.
fn input(number: usize) -> egui::RawInput {
    let scroll = egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: egui::vec2(0.0, -500.0),
        modifiers: egui::Modifiers::NONE,
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
    };
    let events = vec![egui::Event::PointerMoved(egui::pos2(900.0, 500.0)), scroll];
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1440.0, 900.0));
    egui::RawInput { screen_rect: Some(screen), time: Some(number as f64 / 60.0), events, ..egui::RawInput::default() }
}

fn report(what: &str, times: &[[Duration; 3]]) {
    println!("{what}:");
    for (part, name) in ["take in", "and draw", "and tessellate"].iter().enumerate() {
        let mut spans: Vec<Duration> = times.iter().map(|time| time[part]).collect();
        spans.sort();
        let at = |share: f64| spans[(spans.len() as f64 * share) as usize];
        let slowest = spans.last().copied().unwrap_or_default();
        println!("  {name:>15}: median {:?}, 95 % {:?}, slowest {slowest:?}", at(0.5), at(0.95));
    }
}
