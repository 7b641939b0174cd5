//! What the parts of a running server share, for whoever serves people and programs.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;

use crate::administration::Administration;
use crate::auth::Sessions;
use crate::histories::Histories;
use crate::live::Hub;
use crate::maintenance::Maintenance;
use crate::maintenance::run::Stock;
use crate::maintenance_log::MaintenanceLog;
use crate::menu::Programs;
use crate::reports::Reports;
use crate::scraper::Scraper;
use crate::timetables::Timetables;
use crate::tls::Shown;
use crate::troubles::Troubles;

/// Passwords checked at once.
pub const CHECKING_MAX: usize = 2;

/// What the handlers share.
pub struct App {
    /// Reports, archive and users.
    pub reports: Arc<Reports>,
    /// Administration, and the record of it.
    pub administration: Arc<Administration>,
    /// Who is signed in.
    pub sessions: Arc<Sessions>,
    /// Live reports.
    pub hub: Hub,
    /// External Call History.
    pub histories: Arc<Histories>,
    /// Timetables.
    pub timetables: Arc<Timetables>,
    /// The maintenance error log.
    pub maintenance_log: Arc<MaintenanceLog>,
    /// Backups and restores.
    pub maintenance: Arc<Maintenance>,
    /// Programs of main menu additions.
    pub programs: Programs,
    /// Room for checking passwords: each takes 19 MB and a tenth of a second, so they queue.
    pub checking: Semaphore,
    /// What troubled the server as a whole since it started.
    pub troubles: Troubles,
    /// Who may ask for metrics without signing in.
    pub scraper: Scraper,
    /// The certificate that it shows.
    pub certificate: Option<Shown>,
    /// When the program started.
    pub started_at: Instant,
}

impl App {
    /// What backups and restores are made of and by.
    pub fn stock(&self) -> Stock {
        Stock {
            reports: Arc::clone(&self.reports),
            administration: Arc::clone(&self.administration),
            maintenance: Arc::clone(&self.maintenance),
            sessions: Arc::clone(&self.sessions),
            log: Arc::clone(&self.maintenance_log),
        }
    }
}
