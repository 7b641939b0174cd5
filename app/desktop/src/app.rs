//! The application: takes in what has happened, lets the screens draw, carries out what they left.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use document::Form;
use egui::{CentralPanel, Frame, Margin, Ui, UserAttentionType, ViewportCommand};
use model::AcdNumber;
use session::{Command, Model, NoticeLevel, Profile, ReportRequest, profiles, write_whole};

use crate::backend::Backend;
use crate::ctx::{Ctx, Intent};
use crate::dialogs::Dialogs;
use crate::files::{Asking, FileDialogs, Writer, Writing};
use crate::keep::{KeepError, Kept};
use crate::layout::LayoutFile;
use crate::printing::{Opener, Printing};
use crate::screens::administration::{Administration, administration_ui};
use crate::screens::designer::{Designer, designer_ui};
use crate::screens::list::{ListState, list_ui};
use crate::screens::sign_in::{SignInState, sign_in_ui};
use crate::screens::toasts::{AsLongAs, Toasts};
use crate::screens::top_bar::OnScreen;
use crate::screens::{banner, shortcuts, top_bar, workspace as workspace_screen};
use crate::settings::{Settings, ThemeChoice};
use crate::theme::{self, Palette};
use crate::view::top::{first_acd, why_not_moved};
use crate::workspace::Workspace;

mod intents;
mod keys;
mod written;

/// Longest that taking in changes may hold up a frame.
const DRAIN_MAX: Duration = Duration::from_millis(10);
/// How often a changed layout is looked for and kept.
const KEEP_EVERY: Duration = Duration::from_secs(2);

/// What the application starts with.
pub struct Start {
    /// Folder of profiles, layouts and settings; nothing is kept without one.
    pub config_dir: Option<PathBuf>,
    /// The profile to connect with, if it is known already.
    pub profile: Option<Profile>,
    /// Its password, to sign in without asking.
    pub password: Option<String>,
    /// Reports to open where no layout was kept.
    pub reports: Vec<ReportRequest>,
}

/// All that is on the screen.
pub struct App {
    pub(crate) backend: Box<dyn Backend>,
    pub(crate) model: Model,
    pub(crate) settings: Settings,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) config_dir: Option<PathBuf>,
    pub(crate) workspace: Workspace,
    pub(crate) dialogs: Dialogs,
    pub(crate) list: ListState,
    pub(crate) administration: Administration,
    pub(crate) designer: Option<Designer>,
    pub(crate) sign_in: SignInState,
    pub(crate) toasts: Toasts,
    pub(crate) acd: Option<AcdNumber>,
    pub(crate) files: Arc<dyn FileDialogs>,
    pub(crate) asking: Vec<Asking>,
    pub(crate) writer: Writer,
    pub(crate) writing: Vec<Writing>,
    pub(crate) opener: Opener,
    pub(crate) printing: Vec<Printing>,
    /// The form of the last export.
    last_form: Form,
    password: Option<String>,
    reports: Vec<ReportRequest>,
    laid_out_for: Option<String>,
    kept: Option<LayoutFile>,
    kept_at: Instant,
    started_at: Instant,
    clock: fn() -> Instant,
    intents: RefCell<Vec<Intent>>,
}

impl App {
    /// Reads what was kept, styles the context and connects if it is known to whom.
    pub fn new(
        egui: &egui::Context,
        backend: Box<dyn Backend>,
        files: Arc<dyn FileDialogs>,
        start: Start,
        clock: fn() -> Instant,
    ) -> App {
        theme::apply(egui);
        egui.options_mut(|options| {
            options.zoom_with_keyboard = false;
            options.fallback_theme = egui::Theme::Light;
        });
        let now = clock();
        let mut app = App {
            backend,
            model: Model::default(),
            settings: Settings::default(),
            profiles: Vec::new(),
            config_dir: start.config_dir,
            workspace: Workspace::default(),
            dialogs: Dialogs::default(),
            list: ListState::default(),
            administration: Administration::default(),
            designer: None,
            sign_in: SignInState::new(),
            toasts: Toasts::default(),
            acd: None,
            files,
            asking: Vec::new(),
            writer: Arc::new(write_whole),
            writing: Vec::new(),
            opener: Arc::new(|file: &Path| open::that(file)),
            printing: Vec::new(),
            last_form: Form::default(),
            password: start.password,
            reports: start.reports,
            laid_out_for: None,
            kept: None,
            kept_at: now,
            started_at: now,
            clock,
            intents: RefCell::default(),
        };
        app.read_kept(now);
        let last = app.settings.last_profile.clone();
        let known = |profiles: &[Profile]| match last {
            Some(name) => profiles.iter().find(|profile| profile.name == name).cloned(),
            None => None,
        };
        let profile = start.profile.or_else(|| known(&app.profiles)).or_else(|| app.profiles.first().cloned());
        if let Some(profile) = profile {
            app.connect(profile);
        }
        app
    }

    /// Sorts a block of a pane as a click on its heading would.
    pub fn sort_pane(&mut self, key: session::ReportKey, block: usize, column: &str) {
        if let Some(pane) = self.workspace.pane_mut(key) {
            pane.prefs.click_heading(block, column);
        }
    }

    fn read_kept(&mut self, now: Instant) {
        let Some(dir) = self.config_dir.clone() else { return };
        match Settings::load(&dir) {
            Ok(settings) => self.settings = settings,
            Err(error) => self.toasts.tell(NoticeLevel::Problem, error.in_words(Kept::Settings), now),
        }
        let (profiles, problems) = profiles::load(&dir);
        self.profiles = profiles;
        for problem in problems {
            self.tell_problem(now, &problem);
        }
    }

    pub(crate) fn connect(&mut self, profile: Profile) {
        self.keep_layout();
        let is_kept = self.profiles.iter().any(|known| known.name == profile.name);
        if is_kept && self.settings.last_profile.as_ref() != Some(&profile.name) {
            self.save_settings(Settings { last_profile: Some(profile.name.clone()), ..self.settings.clone() });
        }
        self.model.profile = Some(profile.clone());
        self.backend.send(Command::Connect(profile));
    }

    pub(crate) fn tell_problem(&mut self, now: Instant, error: &dyn std::error::Error) {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text += &format!(": {cause}");
            source = cause.source();
        }
        self.toasts.tell(NoticeLevel::Problem, text, now);
    }

    pub(crate) fn now(&self) -> Instant {
        (self.clock)()
    }

    /// Takes in what has happened since the last frame.
    fn take_in(&mut self, egui: &egui::Context) {
        let now = self.now();
        let profile_before = self.model.profile.clone();
        if self.backend.drain(&mut self.model, DRAIN_MAX) {
            egui.request_repaint();
        }
        self.toasts.take_in(&self.model, now);
        let has_news = self.toasts.take_in_exceptions(&self.model, now);
        if has_news && self.settings.attention && !egui.input(|input| input.focused) {
            // How that looks is the window system's: a task bar that blinks, a dot that jumps.
            egui.send_viewport_cmd(ViewportCommand::RequestUserAttention(UserAttentionType::Informational));
        }
        self.keep_changed_profile(profile_before, now);
        self.sign_in_by_itself();
        self.lay_out(now);
        self.send_wanted();
        self.take_file_names(egui);
        self.take_written(now);
        self.take_printed(now);
        self.end_notices(now);
        if now.saturating_duration_since(self.kept_at) >= KEEP_EVERY {
            self.kept_at = now;
            self.keep_layout();
        }
    }

    /// A trusted certificate or another automatic switch is kept as soon as the session says so.
    fn keep_changed_profile(&mut self, before: Option<Profile>, now: Instant) {
        let Some(profile) = self.model.profile.clone().filter(|profile| Some(profile) != before.as_ref()) else {
            return;
        };
        let Some(known) = self.profiles.iter_mut().find(|known| known.name == profile.name) else { return };
        if *known == profile {
            return;
        }
        *known = profile.clone();
        if let Some(dir) = self.config_dir.clone()
            && let Err(error) = profiles::save(&dir, &profile)
        {
            self.tell_problem(now, &error);
        }
    }

    /// Signs in once the server has answered, if a password was given at the start.
    fn sign_in_by_itself(&mut self) {
        let which = session::Which::Primary;
        if self.model.serving.is_none()
            && self.model.servers[which].health.is_some()
            && let Some(password) = self.password.take()
        {
            self.backend.send(Command::SignIn { which, password });
        }
    }

    /// Brings back the layout of the profile after signing in; sets out the first reports if none was kept.
    fn lay_out(&mut self, now: Instant) {
        if self.model.serving.is_none() {
            return;
        }
        let Some(profile) = self.model.profile.as_ref().map(|profile| profile.name.clone()) else { return };
        if self.laid_out_for.as_ref() != Some(&profile) {
            self.laid_out_for = Some(profile.clone());
            self.workspace = Workspace::default();
            self.acd = None;
            let kept = match &self.config_dir {
                Some(dir) => LayoutFile::load(dir, &profile),
                None => Ok(None),
            };
            match kept {
                Ok(Some(file)) => {
                    self.acd = file.acd;
                    self.workspace = Workspace::from_file(file.clone());
                    self.kept = Some(file);
                }
                Ok(None) => self.set_out(),
                Err(error) => {
                    self.toasts.tell(NoticeLevel::Problem, error.in_words(Kept::Arrangement), now);
                    self.set_out();
                }
            }
        }
        let chosen = self.acd.filter(|acd| !self.model.closed_acds.contains(acd));
        self.acd = chosen.or_else(|| first_acd(&self.model));
    }

    fn set_out(&mut self) {
        for request in self.reports.clone() {
            self.workspace.open(request);
        }
        // Nobody has asked for one of them.
        self.workspace.wants_keyboard = None;
    }

    fn keep_layout(&mut self) {
        let (Some(dir), Some(profile)) = (self.config_dir.clone(), self.laid_out_for.clone()) else { return };
        let file = self.workspace.to_file(self.acd);
        if self.kept.as_ref() == Some(&file) {
            return;
        }
        let saved: Result<(), KeepError> = file.save(&dir, &profile);
        self.kept = Some(file);
        self.tell_kept(Kept::Arrangement, saved);
    }

    /// What could not be kept is told until it can.
    fn tell_kept(&mut self, what: Kept, saved: Result<(), KeepError>) {
        match saved {
            Ok(()) => self.toasts.end(|about| *about != AsLongAs::Unkept(what)),
            Err(error) => self.toasts.tell_as_long_as(AsLongAs::Unkept(what), &error.in_words(what), self.now()),
        }
    }

    /// Lets the notices go that are about what is over.
    fn end_notices(&mut self, now: Instant) {
        let mut toasts = std::mem::take(&mut self.toasts);
        toasts.end(|about| match about {
            AsLongAs::Told(number) => self.model.notices.iter().any(|notice| notice.number == *number),
            AsLongAs::Designed(name) => self.unsaved().as_ref() == Some(name),
            AsLongAs::Written(file) => self.writing.iter().any(|writing| writing.file == *file),
            AsLongAs::Empty(key) => {
                let shows = self.model.reports.get(key).is_some_and(|report| report.sheet.is_some());
                self.workspace.pane(*key).is_some() && !shows
            }
            AsLongAs::Staying => why_not_moved(&self.model, now).is_some(),
            AsLongAs::Unkept(_) => true,
        });
        self.toasts = toasts;
    }

    /// Draws everything and carries out what the screens left.
    fn draw(&mut self, ui: &mut Ui) {
        let egui = ui.ctx().clone();
        self.style(&egui);
        keys::handle(self, &egui);
        let now = self.now();
        self.administration.is_told = self.dialogs.tells_outcome(&self.model);
        let palette = Palette::of(ui.visuals().dark_mode);
        let ctx = Ctx::new(&self.model, now, palette, &self.settings, self.acd, &self.intents);
        ui.painter().rect_filled(ui.max_rect(), 0.0, palette.canvas);
        let mut in_corner = 0.0;
        if self.model.serving.is_some() {
            let on_screen = match (self.administration.is_open(), &self.designer) {
                (true, _) => OnScreen::Administration,
                (false, Some(_)) => OnScreen::Designer,
                (false, None) => OnScreen::Reports,
            };
            top_bar::top_bar_ui(&ctx, ui, on_screen, &mut self.toasts);
            let banner_place = banner::room_ui(&ctx, ui);
            let page = ui.available_rect_before_wrap();
            let frame = Frame::new().fill(palette.canvas).inner_margin(Margin::same(8));
            if self.administration.is_open() {
                administration_ui(&ctx, ui, &mut self.administration, frame);
            } else if let Some(designer) = &mut self.designer {
                designer_ui(&ctx, ui, designer);
            } else {
                if self.settings.show_list {
                    list_ui(&ctx, ui, &mut self.list);
                }
                CentralPanel::default().frame(frame).show(ui, |ui| {
                    workspace_screen::workspace_ui(&ctx, ui, &mut self.workspace);
                });
            }
            in_corner = shortcuts::run_ui(&ctx, ui, page, &self.workspace);
            banner::banner_ui(&ctx, ui, banner_place);
            self.dialogs.ui(&ctx, &egui, &mut self.workspace);
        } else {
            sign_in_ui(&ctx, ui, &mut self.sign_in, &self.profiles);
        }
        if let Some(file) = self.toasts.ui(&egui, palette, now, self.model.serving.is_some(), in_corner) {
            self.open_file(&egui, file);
        }
        self.carry_out(&egui);
        self.look_again(&egui, now);
    }

    fn style(&self, egui: &egui::Context) {
        let preference = match self.settings.theme {
            ThemeChoice::System => egui::ThemePreference::System,
            ThemeChoice::Light => egui::ThemePreference::Light,
            ThemeChoice::Dark => egui::ThemePreference::Dark,
        };
        if egui.options(|options| options.theme_preference) != preference {
            egui.set_theme(preference);
        }
        let zoom = self.settings.scale_percent as f32 / 100.0;
        if (egui.zoom_factor() - zoom).abs() > 0.001 {
            egui.set_zoom_factor(zoom);
        }
    }

    fn carry_out(&mut self, egui: &egui::Context) {
        for intent in self.intents.take() {
            self.do_intent(egui, intent);
        }
        self.send_wanted();
    }

    /// Tells the session what reports and which administration page are wanted now.
    fn send_wanted(&mut self) {
        let reports = self.workspace.commands(&self.model);
        let page = self.administration.command(&self.model, self.acd);
        let now = self.now();
        let preview = self.designer.as_mut().and_then(|designer| designer.command(&self.model, now));
        for command in reports.into_iter().chain(page).chain(preview) {
            self.backend.send(command);
        }
    }

    /// Asks for the next frame: when a clock ticks, when a report becomes overdue, when a notice goes.
    /// Without any of these nothing is drawn again until something happens.
    fn look_again(&self, egui: &egui::Context, now: Instant) {
        let mut next = self.toasts.next_change(now);
        if self.model.serving.is_some() {
            let into_second = now.saturating_duration_since(self.started_at).subsec_nanos();
            let tick = Duration::from_nanos(1_000_000_000 - u64::from(into_second));
            next = [next, Some(tick), self.model.next_overdue(now)].into_iter().flatten().min();
        }
        if let Some(at) = self.designer.as_ref().and_then(|designer| designer.next_look(now)) {
            let wait = at.saturating_duration_since(now);
            next = Some(next.map_or(wait, |next| next.min(wait)));
        }
        if let Some(next) = next {
            egui.request_repaint_after(next);
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.take_in(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.keep_layout();
        self.writing.drain(..).for_each(Writing::wait);
    }
}
