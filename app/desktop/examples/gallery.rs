//! The real window on a made-up call centre, to look at: no server is needed.
//!
//! `cargo run -p desktop --example gallery [light|dark] [stale]`

use std::sync::Arc;
use std::time::{Duration, Instant};

use desktop::{App, Backend, NativeDialogs, Start};
use session::{ChangeState, ChangeView, Command, JobStage, JobView, Model, Update, Which};

#[path = "../src/tests/arrangers.rs"]
mod arrangers;
#[path = "../src/tests/canned_pages.rs"]
mod canned_pages;
#[path = "../src/tests/world.rs"]
mod world;

const AGENTS: usize = 400;

/// Answers like a network that is always well, and refreshes open reports.
struct Canned {
    waiting: Vec<Update>,
    open: Vec<(session::ReportKey, session::ReportRequest)>,
    arrangers: arrangers::Arrangers,
    pages: canned_pages::Pages,
    changes: u64,
    started_at: Instant,
    refreshed_at: Instant,
    stale: bool,
}

impl Backend for Canned {
    fn send(&mut self, command: Command) {
        let at = Instant::now();
        match command {
            Command::Open { report, request } | Command::Change { report, request } => {
                self.waiting.push(Update::Opened { report, request: request.clone() });
                self.waiting.push(self.arrangers.arrange(world::frame(report, &request, AGENTS, at)));
                self.open.retain(|(known, _)| *known != report);
                self.open.push((report, request));
            }
            Command::Sort { report, sorting } => self.waiting.extend(self.arrangers.sort(report, sorting)),
            Command::Close(report) => {
                self.open.retain(|(known, _)| *known != report);
                self.waiting.push(Update::Closed { report });
            }
            Command::ShowPage(page) => self.waiting.extend(self.pages.show(page, at)),
            Command::Administer { which, change } => {
                self.changes += 1;
                let text =
                    "it is so from the beginning of the running interval (10:30) on; no data are lost".to_owned();
                let (number, state) = (self.changes, ChangeState::Done { changed: true, text });
                self.waiting.push(Update::Administered(Some(ChangeView { number, which, change, state })));
            }
            Command::DismissChange => self.waiting.push(Update::Administered(None)),
            Command::LookAt(of) => self.waiting.push(self.pages.look(of)),
            Command::CompareServers { stretch } => {
                // What is kept of old is the same; what is new differs.
                let twin = if stretch.from.is_none() {
                    canned_pages::twin::same(at)
                } else {
                    canned_pages::twin::different(at)
                };
                self.waiting.push(Update::Twin(twin));
            }
            Command::CheckServers => {
                // What is found wrong is mended meanwhile.
                self.changes += 1;
                let checks = match self.changes % 2 {
                    0 => canned_pages::checks::good(at),
                    _ => canned_pages::checks::troubled(at),
                };
                self.waiting.push(Update::Checks(checks));
            }
            Command::Worksheet(request) => {
                self.waiting.push(Update::Worksheets(canned_pages::worksheets::answer(&request, at)));
            }
            Command::Heal { stretch, dry_run, .. } => {
                let heal = match dry_run {
                    true => canned_pages::heal::planned(stretch, at),
                    false => canned_pages::heal::done(stretch, at),
                };
                self.waiting.push(Update::Heal(heal));
            }
            Command::StartJob { which, request } => {
                self.changes += 1;
                let stage = JobStage::Done(canned_pages::backups::plan());
                let view = JobView { number: self.changes, which, request, stage };
                self.waiting.push(Update::Job(Some(Box::new(view))));
            }
            Command::DismissJob => self.waiting.push(Update::Job(None)),
            Command::SwitchTo(which) => self.waiting.push(Update::Serving(Some(which))),
            _ => {}
        }
    }

    fn drain(&mut self, model: &mut Model, _limit: Duration) -> bool {
        let now = Instant::now();
        for which in Which::BOTH.into_iter().filter(|which| !self.stale || *which == Which::Secondary) {
            let mut health = world::health(which, api::LinkState::Up);
            let secs = i64::try_from((now - self.started_at).as_secs()).unwrap_or_default();
            for acd in &mut health.acds {
                acd.acd_at = Some(world::NOW + secs);
            }
            self.waiting.push(Update::Health { which, health, took: Duration::from_millis(9), at: now });
        }
        if !self.stale && now - self.refreshed_at > Duration::from_secs(5) {
            self.refreshed_at = now;
            for (report, request) in &self.open {
                self.waiting.push(self.arrangers.arrange(world::frame(*report, request, AGENTS, now)));
            }
        }
        if self.stale && !self.open.is_empty() {
            let why = "connection refused".to_owned();
            self.waiting.push(Update::Unhealthy { which: Which::Primary, why, at: self.refreshed_at });
        }
        for update in std::mem::take(&mut self.waiting) {
            self.waiting.extend(self.pages.told(&update, now));
            model.apply(update);
        }
        false
    }
}

/// Signed in, with what pages need to know besides.
fn signed_in(now: Instant) -> Vec<Update> {
    let mut updates = world::signed_in(now);
    updates.push(Update::Tables { which: Which::Primary, tables: canned_pages::backups::tables() });
    updates
}

fn main() -> eframe::Result {
    let wants = |word: &str| std::env::args().any(|argument| argument == word);
    let dir = std::env::temp_dir().join("understudy-gallery");
    let theme = if wants("dark") { "dark" } else { "light" };
    let settings = format!("{{\"theme\": \"{theme}\"}}");
    if let Err(error) = std::fs::create_dir_all(&dir).and_then(|()| std::fs::write(dir.join("settings.json"), settings))
    {
        eprintln!("cannot write to {}: {error}", dir.display());
    }
    let names = ["Split/Skill Report", "Queue/Agent Status", "Agent Report", "Split/Skill Status"];
    let start = Start {
        config_dir: Some(dir),
        profile: Some(world::profile()),
        password: None,
        reports: names.map(|name| world::request(name, &[])).to_vec(),
    };
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_title("Understudy").with_inner_size([1600.0, 1000.0]),
        ..eframe::NativeOptions::default()
    };
    let now = Instant::now();
    let stale = wants("stale");
    let backend = Canned {
        waiting: signed_in(now),
        open: Vec::new(),
        arrangers: arrangers::Arrangers::default(),
        pages: canned_pages::Pages::default(),
        changes: 0,
        started_at: now,
        refreshed_at: now,
        stale,
    };
    eframe::run_native(
        "Understudy gallery",
        options,
        Box::new(move |creation| {
            let files = Arc::new(NativeDialogs);
            Ok(Box::new(App::new(&creation.egui_ctx, Box::new(backend), files, start, Instant::now)))
        }),
    )
}
