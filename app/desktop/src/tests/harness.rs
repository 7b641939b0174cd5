//! The whole application over a canned session, in egui_kittest.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use egui::Theme;
use egui_kittest::Harness;
use session::{Command, Model, PreviewRequest, Previewed, ReportRequest, Update, Which, WorksheetRequest};

use super::arrangers::Arrangers;
use super::canned_pages::{self, Pages};
use super::painter::CpuPainter;
use super::world;
use crate::app::{App, Start};
use crate::backend::Backend;
use crate::ctx::Browse;
use crate::files::FileDialogs;
use crate::settings::{Settings, ThemeChoice};

/// The one moment at which every test takes place: nothing ticks.
pub fn now() -> Instant {
    static NOW: OnceLock<Instant> = OnceLock::new();
    *NOW.get_or_init(Instant::now)
}

/// Answers every request for a report at once, and keeps all commands for the test to look at.
#[derive(Clone, Default)]
pub struct Canned {
    pub commands: Rc<RefCell<Vec<Command>>>,
    pub updates: Rc<RefCell<Vec<Update>>>,
    pub arrangers: Rc<RefCell<Arrangers>>,
    pub pages: Rc<RefCell<Pages>>,
    pub agent_count: usize,
}

impl Backend for Canned {
    fn send(&mut self, command: Command) {
        let at = now();
        if let Command::Open { report, request } | Command::Change { report, request } = &command {
            let opened = Update::Opened { report: *report, request: request.clone() };
            let mut updates = self.updates.borrow_mut();
            updates.push(opened);
            let frame = world::frame(*report, request, self.agent_count, at);
            updates.push(self.arrangers.borrow_mut().arrange(frame));
        }
        if let Command::Sort { report, sorting } = &command {
            let sorted = self.arrangers.borrow_mut().sort(*report, sorting.clone());
            self.updates.borrow_mut().extend(sorted);
        }
        if let Command::Preview(Some(request)) = &command {
            self.preview(request);
        }
        if let Command::ShowPage(page) = &command {
            self.updates.borrow_mut().extend(self.pages.borrow_mut().show(page.clone(), at));
        }
        if let Command::LookAt(of) = &command {
            self.updates.borrow_mut().push(self.pages.borrow().look(of.clone()));
        }
        if let Command::CheckServers = &command {
            self.updates.borrow_mut().push(Update::Checks(canned_pages::checks::troubled(at)));
        }
        if let Command::Worksheet(request @ WorksheetRequest::Look) = &command {
            self.updates.borrow_mut().push(Update::Worksheets(canned_pages::worksheets::answer(request, at)));
        }
        if let Command::DismissJob = &command {
            self.updates.borrow_mut().push(Update::Job(None));
        }
        if let Command::DismissChange = &command {
            self.updates.borrow_mut().push(Update::Administered(None));
        }
        if let Command::Close(report) = &command {
            self.updates.borrow_mut().push(Update::Closed { report: *report });
        }
        self.commands.borrow_mut().push(command);
    }

    fn drain(&mut self, model: &mut Model, _limit: Duration) -> bool {
        for update in self.updates.take() {
            let pages = self.pages.borrow_mut().told(&update, now());
            model.apply(update);
            self.updates.borrow_mut().extend(pages);
        }
        false
    }
}

impl Canned {
    /// Answers what a report that is being designed shows.
    fn preview(&self, request: &PreviewRequest) {
        let PreviewRequest { number, definition, acd, inputs } = request;
        let (stamp, house) = (world::stamp(*acd), Vec::new());
        let previewed = |sheet| Box::new(Previewed { stamp, sheet: Arc::new(sheet), house });
        let sheet = world::run(definition, inputs, self.agent_count);
        let result = sheet.map(previewed).map_err(|error| error.to_string());
        let told = [Update::Previewing(Some(*number)), Update::Previewed { number: *number, result }];
        self.updates.borrow_mut().extend(told);
    }
}

/// Always chooses the same file.
pub struct OneFile(pub PathBuf);

impl FileDialogs for OneFile {
    fn ask(&self, _browse: &Browse) -> Option<PathBuf> {
        Some(self.0.clone())
    }
}

/// How a test screen is set up.
pub struct Setup {
    pub size: [f32; 2],
    pub dark: bool,
    pub scale_percent: u32,
    pub signed_in: bool,
    pub profile: bool,
    pub administrator: bool,
    pub reports: Vec<ReportRequest>,
    pub agent_count: usize,
    pub config_dir: Option<PathBuf>,
    pub file: PathBuf,
}

impl Default for Setup {
    fn default() -> Self {
        Setup {
            size: [1440.0, 900.0],
            dark: false,
            scale_percent: 100,
            signed_in: true,
            profile: true,
            administrator: true,
            reports: Vec::new(),
            agent_count: 32,
            config_dir: None,
            file: PathBuf::from("/nowhere/at-all.cmsreport"),
        }
    }
}

/// The application on a canned session.
pub struct Screen {
    pub harness: Harness<'static, App>,
    pub canned: Canned,
}

impl Screen {
    /// Starts it and lets it come to rest.
    pub fn new(setup: Setup) -> Screen {
        let at = now();
        let canned = Canned { agent_count: setup.agent_count, ..Canned::default() };
        let first = match (setup.profile, setup.signed_in) {
            (false, _) => Vec::new(),
            (true, false) => world::watched(at),
            (true, true) => world::signed_in(at),
        };
        canned.updates.borrow_mut().extend(first);
        if setup.signed_in {
            let tables = canned_pages::backups::tables();
            canned.updates.borrow_mut().push(Update::Tables { which: Which::Primary, tables });
        }
        if setup.signed_in && !setup.administrator {
            let signed_in = Update::SignedIn { which: Which::Primary, administrator: false };
            canned.updates.borrow_mut().push(signed_in);
        }
        let backend = canned.clone();
        let theme = if setup.dark { Theme::Dark } else { Theme::Light };
        let harness = Harness::builder()
            .with_size(setup.size)
            .with_pixels_per_point(1.0)
            .with_theme(theme)
            .renderer(CpuPainter::default())
            .with_max_steps(12)
            .build_eframe(move |creation| {
                let start = Start {
                    config_dir: setup.config_dir,
                    profile: setup.profile.then(world::profile),
                    password: None,
                    reports: setup.reports,
                };
                let files = Arc::new(OneFile(setup.file));
                let mut app = App::new(&creation.egui_ctx, Box::new(backend), files, start, now);
                let choice = if setup.dark { ThemeChoice::Dark } else { ThemeChoice::Light };
                app.settings = Settings { theme: choice, scale_percent: setup.scale_percent, ..app.settings };
                app
            });
        let mut screen = Screen { harness, canned };
        screen.harness.run_steps(4);
        screen
    }

    /// Tells the application something and lets it draw.
    pub fn tell(&mut self, update: Update) {
        self.canned.updates.borrow_mut().push(update);
        self.harness.run_steps(2);
    }

    /// Tells something and says whether the window asks for attention then.
    pub fn asks_for_attention(&mut self, update: Update) -> bool {
        let is_asking =
            |command: &egui::ViewportCommand| matches!(command, egui::ViewportCommand::RequestUserAttention(_));
        self.canned.updates.borrow_mut().push(update);
        (0..2).fold(false, |asked, _| {
            self.harness.step();
            let windows = self.harness.output().viewport_output.values();
            windows.flat_map(|window| &window.commands).any(is_asking) || asked
        })
    }

    /// The commands since the last call.
    pub fn commands(&self) -> Vec<Command> {
        self.canned.commands.take()
    }

    /// The reports that were opened since the last call for commands, which are all forgotten.
    pub fn opened(&self) -> Vec<ReportRequest> {
        let request = |command| if let Command::Open { request, .. } = command { Some(request) } else { None };
        self.commands().into_iter().filter_map(request).collect()
    }

    /// Writes what is on the screen where a person can look at it, if one wants to.
    pub fn shot(&mut self, name: &str) {
        if let Some(dir) = std::env::var_os("DESKTOP_SHOTS") {
            let picture = self.harness.render().expect("the screen can be drawn");
            picture.save(PathBuf::from(dir).join(format!("{name}.png"))).expect("the folder can be written to");
        }
    }
}
