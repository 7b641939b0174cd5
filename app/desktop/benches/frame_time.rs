//! How long a frame takes on a live table of fifty thousand rows, beside the bare limit: a window with one line of text.
//! Every sixtieth frame or so new rows come, from a thread that prepares them as the session's network thread does. Prints
//! median, 95 % and slowest for taking in, drawing and tessellation; rendering is the graphics driver's.
//!
//! `cargo bench -p desktop`

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use catalog::Value;
use desktop::{App, Backend, NativeDialogs, Start};
use eframe::App as _;
use model::Moment;
use report::Sheet;
use session::{Arranger, Command, Model, ReportKey, Sorting, Update};

#[path = "../src/tests/world.rs"]
mod world;

const ROWS: usize = 50_000;
const FRAMES: usize = 1_800;
/// New rows are asked for once in so many frames, as with a refresh of one second.
const FRAMES_A_SECOND: usize = 60;

/// What the network thread is to do next.
enum Ask {
    Rows,
    Sort(Sorting),
}

/// The screen's end: takes what is ready, and asks for more.
struct Canned {
    waiting: Vec<Update>,
    asks: Sender<Ask>,
    ready: Receiver<Update>,
    network: Option<(Receiver<Ask>, Sender<Update>)>,
    drains: usize,
    /// How often new rows were taken in.
    taken: Rc<Cell<usize>>,
}

impl Canned {
    fn new(taken: Rc<Cell<usize>>) -> Canned {
        let (asks, asked) = channel();
        let (frames, ready) = channel();
        let network = Some((asked, frames));
        Canned { waiting: world::signed_in(Instant::now()), asks, ready, network, drains: 0, taken }
    }
}

impl Backend for Canned {
    fn send(&mut self, command: Command) {
        match command {
            Command::Open { report, request } => {
                self.waiting.push(Update::Opened { report, request: request.clone() });
                let first = world::frame(report, &request, ROWS, Instant::now());
                if let Some((asked, frames)) = self.network.take() {
                    std::thread::spawn(move || network(first, &asked, &frames));
                }
            }
            // The bench's own thread ends with its channel.
            Command::Sort { sorting, .. } => drop(self.asks.send(Ask::Sort(sorting))),
            _ => {}
        }
    }

    fn drain(&mut self, model: &mut Model, _limit: Duration) -> bool {
        self.drains += 1;
        if self.drains.is_multiple_of(FRAMES_A_SECOND) {
            let _ = self.asks.send(Ask::Rows);
        }
        for update in self.waiting.drain(..).chain(self.ready.try_iter()) {
            self.taken.set(self.taken.get() + usize::from(matches!(update, Update::Frame { .. })));
            model.apply(update);
        }
        false
    }
}

/// What the network thread does with a report: changes a copy of its sheet, puts the rows in order, hands both over.
fn network(first: Update, asks: &Receiver<Ask>, frames: &Sender<Update>) {
    let Update::Frame { which, report, stamp, mut sheet, at, .. } = first else { return };
    let mut arranger = Arranger::default();
    let orders = arranger.show(Arc::clone(&sheet));
    let _ = frames.send(Update::Frame { which, report, stamp: stamp.clone(), sheet: Arc::clone(&sheet), orders, at });
    for (round, ask) in asks.iter().enumerate() {
        let update = match ask {
            Ask::Rows => {
                change(Arc::make_mut(&mut sheet), round);
                let orders = arranger.show(Arc::clone(&sheet));
                let (stamp, sheet, at) = (stamp.clone(), Arc::clone(&sheet), Instant::now());
                Update::Frame { which, report, stamp, sheet, orders, at }
            }
            Ask::Sort(sorting) => match arranger.sort(sorting) {
                Some(orders) => Update::Sorted { report, orders },
                None => continue,
            },
        };
        if frames.send(update).is_err() {
            return;
        }
    }
}

/// Another tenth of the rows begins a state anew each time.
fn change(sheet: &mut Sheet, round: usize) {
    let rows = sheet.blocks.iter_mut().flat_map(|block| block.rows.iter_mut());
    for cell in rows.skip(round % 10).step_by(10).flat_map(|row| row.cells.iter_mut()) {
        if let Value::Since(since) = &mut cell.value {
            *since = Moment(sheet.at.0 - (since.0 + round as i64) % 600);
        }
    }
}

fn main() {
    let egui = egui::Context::default();
    let taken = Rc::new(Cell::new(0));
    let backend = Canned::new(Rc::clone(&taken));
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
        let (mut times, mut taking): (Vec<[Duration; 3]>, Vec<[Duration; 3]>) = Default::default();
        for number in 0..FRAMES {
            let before = taken.get();
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
            let times = if taken.get() > before { &mut taking } else { &mut times };
            times.push([taken_in, drawn, whole]);
        }
        let order = if sorted { "sorted by a ticking column" } else { "in the report's order" };
        report(&format!("{ROWS} rows x 16 columns, {order}, scrolling"), &times[10..]);
        // The first rows are measured for the widths of the columns.
        report("the frames among them that take in new rows", &taking[usize::from(!sorted)..]);
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
    println!("{what} ({} frames):", times.len());
    for (part, name) in ["take in", "and draw", "and tessellate"].iter().enumerate() {
        let mut spans: Vec<Duration> = times.iter().map(|time| time[part]).collect();
        spans.sort();
        let at = |share: f64| spans[(spans.len() as f64 * share) as usize];
        let slowest = spans.last().copied().unwrap_or_default();
        println!("  {name:>15}: median {:?}, 95 % {:?}, slowest {slowest:?}", at(0.5), at(0.95));
    }
}
