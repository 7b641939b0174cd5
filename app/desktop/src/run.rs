//! Opens the window. Also used by the demo.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use session::{Profile, ReportRequest, Session, profiles};

use crate::app::{App, Start};
use crate::files::NativeDialogs;

/// How long after the first of several answers they are drawn; no eye sees it.
const WOKEN_AFTER: Duration = Duration::from_millis(15);

/// How the desktop starts.
#[derive(Default)]
pub struct Options {
    /// A profile that need not be kept anywhere; the one used last otherwise.
    pub profile: Option<Profile>,
    /// Name of a kept profile to start with.
    pub profile_name: Option<String>,
    /// Password to sign in with at once.
    pub password: Option<String>,
    /// Folder of profiles, layouts and settings; the user's own otherwise.
    pub config_dir: Option<PathBuf>,
    /// Reports to open where no layout was kept.
    pub reports: Vec<ReportRequest>,
}

/// Shows the window until it is closed. Fails if there is no display, or no profile of the given name.
pub fn run(options: Options) -> anyhow::Result<()> {
    let config_dir = options.config_dir.or_else(profiles::config_dir);
    let mut profile = options.profile;
    if let (None, Some(name), Some(dir)) = (&profile, &options.profile_name, &config_dir) {
        let (known, _) = profiles::load(dir);
        let names: Vec<String> = known.iter().map(|profile| profile.name.clone()).collect();
        let found = known.into_iter().find(|profile| profile.name == *name);
        profile =
            Some(found.with_context(|| format!("no profile is called {name:?}; there are: {}", names.join(", ")))?);
    }
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Understudy")
            .with_app_id("understudy")
            .with_inner_size([1440.0, 900.0])
            .with_min_inner_size([760.0, 480.0])
            // A small screen has room for less, and the foot of the window must be on it.
            .with_clamp_size_to_monitor_size(true),
        persistence_path: config_dir.as_ref().map(|dir| dir.join("window.ron")),
        ..eframe::NativeOptions::default()
    };
    let start = Start { config_dir, profile, password: options.password, reports: options.reports };
    let create = move |creation: &eframe::CreationContext<'_>| {
        let egui = creation.egui_ctx.clone();
        // With a moment's delay egui draws one frame, and what comes together is drawn together; at once it draws two.
        let session = Session::start(move || egui.request_repaint_after(WOKEN_AFTER))?;
        let files = Arc::new(NativeDialogs);
        let app = App::new(&creation.egui_ctx, Box::new(session), files, start, Instant::now);
        Ok(Box::new(app) as Box<dyn eframe::App>)
    };
    eframe::run_native("Understudy", native, Box::new(create))
        .map_err(|error| anyhow::anyhow!("cannot open the window: {error}; is there a display?"))
}
