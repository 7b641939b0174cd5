//! Timetables: the server does by itself, in the owner's name and at its time, what was written down for it.
//!
//! A thread of its own looks each second what is due ([`due`]), and gives each timetable that runs a thread, at most five at
//! once ([`scheduler`]). Tasks call the same functions as the API does ([`work`]), so they are refused by the same rules and
//! recorded in the same place. What became of everything is in the maintenance error log. A run that was not begun within
//! [`due::ON_TIME_SECS`] is missed: it is told, and made up for only where the timetable says so.
//!
//! A general job queue was turned down: five at a time, in the order in which they are due, is what there is to know.

pub(crate) mod due;
mod editing;
mod jobs;
pub(crate) mod known;
mod printing;
mod scheduler;
mod script;
mod syncing;
mod view;
mod work;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use api::{ErrorBody, Mode};
use model::{Calendar, Moment, ServerId, TimetableKey};
use parking_lot::{Condvar, Mutex};
use store::{LocalStore, RunState};

use self::due::Cause;
use self::known::Known;
use self::scheduler::Run;
use crate::administration::{Administration, CmsState};
use crate::auth::Sessions;
use crate::causes::log_failed;
use crate::clock::Clock;
use crate::config::{PrinterConfig, TimetableFolders};
use crate::door::Door;
use crate::histories::Histories;
use crate::maintenance::Maintenance;
use crate::maintenance::run::Stock;
use crate::maintenance_log::MaintenanceLog;
use crate::reports::Reports;

/// Most timetables that run at once.
const RUNNING_MAX: usize = 5;
/// How often it is looked whether they have ended when the server stops.
const LOOK_WHETHER_ENDED: Duration = Duration::from_millis(5);
/// Whether timetables may run in the server's present state: not in single-user mode.
pub fn may_run_timetables(local: &LocalStore) -> store::Result<bool> {
    Ok(CmsState::read(local)?.mode != Mode::SingleUser)
}

/// What timetables work with.
pub struct Services {
    /// Reports, archives and users.
    pub reports: Arc<Reports>,
    /// Administration, and the record of it.
    pub administration: Arc<Administration>,
    /// External Call History.
    pub histories: Arc<Histories>,
    /// Where it is told what became of everything.
    pub log: Arc<MaintenanceLog>,
    /// Backups.
    pub maintenance: Arc<Maintenance>,
    /// How a task that talks to two servers comes into this one.
    pub door: Door,
    /// Who is signed in.
    pub sessions: Arc<Sessions>,
    /// What prints reports, if anything does.
    pub printer: Option<PrinterConfig>,
    /// The server's clock.
    pub clock: Arc<dyn Clock>,
    /// This server.
    pub server: ServerId,
    /// Where exports go and scripts come from.
    pub folders: TimetableFolders,
}

/// The timetables of a server.
pub struct Timetables {
    shared: Arc<Shared>,
    /// Held while a timetable is read, changed and kept.
    editing: Mutex<()>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    services: Services,
    desk: Mutex<Desk>,
    /// Something is to be looked at before the second is over.
    wake: Condvar,
    stopping: AtomicBool,
}

/// What runs and what waits.
struct Desk {
    running: BTreeSet<TimetableKey>,
    waiting: VecDeque<Run>,
    threads: Vec<JoinHandle<()>>,
    known: Known,
    /// When this server started.
    started_at: Moment,
    /// Until when timetables were held back last, and why.
    held: Option<(Moment, Cause)>,
    /// Faults that were told already; they are told once in the life of the program.
    told: BTreeSet<String>,
}

impl Timetables {
    /// Starts to look what is due.
    pub fn start(services: Services) -> Result<Timetables> {
        let desk = Desk {
            running: BTreeSet::new(),
            waiting: VecDeque::new(),
            threads: Vec::new(),
            known: Known::default(),
            started_at: services.clock.now(),
            held: None,
            told: BTreeSet::new(),
        };
        let stopping = AtomicBool::new(false);
        let shared = Arc::new(Shared { services, desk: Mutex::new(desk), wake: Condvar::new(), stopping });
        let looking = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("timetables".to_owned()).spawn(move || looking.run());
        let thread = Mutex::new(Some(thread.context("starting the timetables")?));
        Ok(Timetables { shared, editing: Mutex::default(), thread })
    }

    /// Ends. Tasks that are being done are waited for, but not longer than `patience`: one that waits for a disk which is full
    /// would wait for ever. Scripts are ended; what comes behind them is not done. Whether everything has ended; if not, what
    /// is left ends with the ACDs, and this is to be called once more.
    pub fn stop(&self, patience: Duration) -> bool {
        self.shared.stop();
        let mut thread = self.thread.lock();
        let began = Instant::now();
        while thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            if began.elapsed() > patience {
                return false;
            }
            std::thread::sleep(LOOK_WHETHER_ENDED);
        }
        if let Some(thread) = thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that looks after timetables panicked");
        }
        true
    }
}

impl Shared {
    /// Remembers how a timetable stands; what cannot be remembered is told, and the run goes on.
    fn remember(&self, key: &TimetableKey, state: &RunState) {
        if let Err(error) = self.services.administration.local().set_run_state(key, state) {
            log_failed(&format!("remembering how {key} stands"), &error);
        }
    }
}

impl Services {
    /// What backups and restores are made of and by.
    fn stock(&self) -> Stock {
        Stock {
            reports: Arc::clone(&self.reports),
            administration: Arc::clone(&self.administration),
            maintenance: Arc::clone(&self.maintenance),
            sessions: Arc::clone(&self.sessions),
            log: Arc::clone(&self.log),
        }
    }

    /// The calendar of an ACD of this server.
    fn calendar(&self, acd: model::AcdNumber) -> Result<Calendar, ErrorBody> {
        self.reports.source(acd).map(|source| source.view.calendar())
    }
}
