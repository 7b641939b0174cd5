//! How long a frame takes on a table of fifty thousand rows whose cells all tick: `cargo run --release -p
//! desktop --example frame_time`. Prints the median and the slowest of the middle 90 % for drawing and for
//! tessellation; rendering is the graphics driver's.

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
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1440.0, 900.0));
    for sorted in [false, true] {
        if sorted {
            app.sort_pane(ReportKey(1), 0, "time");
        }
        let mut times: Vec<[Duration; 3]> = Vec::new();
        for number in 0..FRAMES {
            let scroll = egui::Event::MouseWheel {
                unit: egui::MouseWheelUnit::Point,
                delta: egui::vec2(0.0, -500.0),
                modifiers: egui::Modifiers::NONE,
                phase: egui::TouchPhase::Move,
                source: egui::MouseWheelSource::Wheel,
            };
            let events = vec![egui::Event::PointerMoved(egui::pos2(900.0, 500.0)), scroll];
            let time = Some((usize::from(sorted) * FRAMES + number) as f64 / 60.0);
            let input = egui::RawInput { screen_rect: Some(screen), time, events, ..egui::RawInput::default() };
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
        report(if sorted { "sorted by a ticking column" } else { "in the report's order" }, &times[10..]);
    }
}

fn report(what: &str, times: &[[Duration; 3]]) {
    println!("{ROWS} rows x 16 columns, {what}, scrolling:");
    for (part, name) in ["take in", "and draw", "and tessellate"].iter().enumerate() {
        let mut spans: Vec<Duration> = times.iter().map(|time| time[part]).collect();
        spans.sort();
        let at = |share: f64| spans[(spans.len() as f64 * share) as usize];
        let slowest = spans.last().copied().unwrap_or_default();
        println!("  {name:>15}: median {:?}, 95 % {:?}, slowest {slowest:?}", at(0.5), at(0.95));
    }
}
