//! The interface of the whole server: one recorder for each ACD, and the switch that is kept in `local.db`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use api::{ErrorBody, ErrorCode, HistoryAcd, HistoryInterface, Misfit, Role, SwitchHistory};
use model::{AcdNumber, Calendar};
use parking_lot::Mutex;
use store::{AcdReader, Change, DataFolder, LocalStore};

use crate::administration::{Administration, Recorded};
use crate::auth::User;
use crate::causes::told;
use crate::clock::{Clock, SystemClock};
use crate::config::{AcdConfig, Config, HistoryConfig};
use crate::history::{Archive, Opener, RealDisk, Recorder, Spool, SpoolOptions, open_receiver};

/// Setting of `local.db`: `on` or `off`.
const SETTING: &str = "history_interface";
/// What the record of changes calls it.
const CHANGE: &str = "External Call History";
/// Records that are read from the archive at once.
const PAGE: u32 = 5_000;
/// Switching off waits so long for what was told before.
const SETTLE: Duration = Duration::from_secs(5);

/// The interfaces of a server's ACDs.
pub struct Histories {
    config: Option<HistoryConfig>,
    on: Mutex<bool>,
    interfaces: Vec<Interface>,
}

/// That of one ACD, or why there is none.
struct Interface {
    acd: AcdNumber,
    place: String,
    recorder: Result<Arc<Recorder>, String>,
}

impl Histories {
    /// Starts the interfaces that `cms.toml` asks for. On until somebody says otherwise, but off on a secondary. One that
    /// cannot be started says so in its state and is tried again; collecting goes on without it.
    pub fn start(dir: &Path, config: &Config, role: Role, local: &LocalStore) -> Result<Histories> {
        let setting = local.setting(SETTING).context("reading whether the history interface is on")?;
        let wanted = setting.map_or(role == Role::Primary, |setting| setting == "on");
        let on = wanted && config.history.is_some();
        let start = |history: &HistoryConfig| {
            config.acds.iter().map(|acd| Interface::start(dir, acd, history, on)).collect::<Vec<_>>()
        };
        let interfaces = config.history.as_ref().map(start).unwrap_or_default();
        Ok(Histories { config: config.history.clone(), on: Mutex::new(on), interfaces })
    }

    /// The recorder of an ACD; `None` if `cms.toml` does not ask for the interface or it could not be started.
    pub fn recorder(&self, acd: AcdNumber) -> Option<Arc<Recorder>> {
        let interface = self.interfaces.iter().find(|interface| interface.acd == acd)?;
        interface.recorder.as_ref().ok().map(Arc::clone)
    }

    /// How it stands.
    pub fn status(&self) -> HistoryInterface {
        let on = *self.on.lock();
        let form = self.config.as_ref().map(|config| config.form);
        HistoryInterface {
            on,
            configured: self.config.is_some(),
            version: form.map(|form| form.version.number()),
            form: form.map(|form| if form.text { "text" } else { "binary" }.to_owned()),
            acds: self.interfaces.iter().map(Interface::status).collect(),
        }
    }

    /// Refuses what needs somewhere to send to, if `cms.toml` names nothing.
    pub fn has_receiver(&self) -> Result<(), ErrorBody> {
        if self.config.is_some() {
            return Ok(());
        }
        let message = "the history interface has nowhere to send to: add [history] with `folder` or `[history.sftp]` to \
                       cms.toml and restart the server";
        Err(ErrorBody::new(ErrorCode::BadRequest, message))
    }

    /// Switches it on or off for all ACDs, keeps that over restarts, and records who did it.
    pub fn switch(
        &self,
        administration: &Administration,
        user: &User,
        wanted: SwitchHistory,
    ) -> Result<HistoryInterface, ErrorBody> {
        let SwitchHistory { on, after } = wanted;
        if on {
            self.has_receiver()?;
        }
        // One switch at a time, and whoever asks meanwhile sees it before or after.
        let mut now = self.on.lock();
        if *now && after.is_some() {
            let message = "the history interface is on already; switch it off first, then on behind the record";
            return Err(ErrorBody::new(ErrorCode::WrongState, message));
        }
        let mut recorded = Recorded::default();
        if *now != on {
            administration.can_record()?;
            // A kill in between must not leave it on without the record from which to go on.
            if on {
                self.switch_all_on(after).map_err(|error| unavailable(&format!("{error:#}")))?;
                keep(administration, on).inspect_err(|_| self.switch_all_off())?;
            } else {
                keep(administration, on)?;
                self.switch_all_off();
            }
            *now = on;
            recorded = administration.record(user, None, CHANGE, word(!on), word(on));
        }
        drop(now);
        recorded.or_refused(&format!("{CHANGE}: {}", word(on)))?;
        Ok(self.status())
    }

    /// Ends all threads.
    pub fn stop(&self) {
        self.recorders().for_each(|recorder| recorder.stop());
    }

    fn recorders(&self) -> impl Iterator<Item = &Arc<Recorder>> {
        self.interfaces.iter().filter_map(|interface| interface.recorder.as_ref().ok())
    }

    fn switch_all_on(&self, after: Option<u64>) -> Result<()> {
        for recorder in self.recorders() {
            if let Err(error) = recorder.switch_on(after) {
                self.switch_all_off();
                return Err(error.context(format!("ACD {}", recorder.acd())));
            }
        }
        Ok(())
    }

    fn switch_all_off(&self) {
        self.recorders().for_each(|recorder| recorder.switch_off());
        for recorder in self.recorders() {
            if !recorder.settle(SETTLE) {
                tracing::warn!(acd = %recorder.acd(), "call history from before it was switched off is still being written");
            }
        }
    }
}

/// Switches the interface of a stopped server: before a primary starts that was down while the secondary sent. Switched on,
/// it goes on behind its own last record. With `drop_waiting` what the receiver does not have from here is kept back for
/// good, because the secondary has sent it. Says how many segments that were.
pub fn switch_history_interface(dir: &Path, on: bool, drop_waiting: bool) -> Result<u64> {
    let _lock = crate::folder_lock::lock(dir)?;
    let config = Config::load(dir)?;
    let mut dropped = 0;
    if let Some(history) = config.history.as_ref().filter(|_| drop_waiting) {
        for acd in &config.acds {
            let mut spool = open_spool(dir, acd, history)?;
            let kept_back = spool.drop_waiting();
            dropped += kept_back.with_context(|| format!("keeping back what waits for ACD {}", acd.number))?;
        }
    }
    let path = DataFolder::new(dir).local();
    let mut local = LocalStore::open(&path).with_context(|| format!("opening {}", path.display()))?;
    local.set_setting(SETTING, word(on)).context("keeping the switch")?;
    let change = Change {
        at: SystemClock.now(),
        user: "cms-server".to_owned(),
        acd: None,
        what: CHANGE.to_owned(),
        before: String::new(),
        after: word(on).to_owned(),
    };
    local.record_change(&change).context("recording the change")?;
    Ok(dropped)
}

/// The spool of an ACD.
fn open_spool(dir: &Path, acd: &AcdConfig, history: &HistoryConfig) -> Result<Spool> {
    let folder = spool_folder(dir, acd.number);
    let options = SpoolOptions {
        acd: acd.number,
        calendar: Calendar { zone: acd.zone, interval: acd.interval_minutes },
        form: history.form,
        size_limit_bytes: history.size_limit_bytes,
    };
    Spool::open(&folder, options, Box::new(RealDisk))
        .with_context(|| format!("opening the spool folder {}", folder.display()))
}

fn word(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

fn keep(administration: &Administration, on: bool) -> Result<(), ErrorBody> {
    let kept = administration.local().set_setting(SETTING, word(on));
    kept.map_err(|error| unavailable(&told(&error)))
}

fn unavailable(message: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::Unavailable, format!("the history interface is as it was: {message}"))
}

impl Interface {
    fn start(dir: &Path, acd: &AcdConfig, history: &HistoryConfig, on: bool) -> Interface {
        let receiver = open_receiver(history, acd.number, dir);
        let place = receiver.place();
        let database = DataFolder::new(dir).acd(acd.number);
        let archive: Archive =
            Box::new(move |after, up_to| Ok(AcdReader::open(&database)?.calls_after(after, up_to, PAGE)?));
        let opener: Opener = {
            let (dir, acd, history) = (dir.to_owned(), acd.clone(), history.clone());
            Box::new(move || open_spool(&dir, &acd, &history))
        };
        let started = Recorder::start(acd.number, &acd.name, opener, (archive, receiver), &history.suffix, on);
        let recorder = started.map(Arc::new).map_err(|error| {
            tracing::error!(acd = %acd.number, "no call history is handed over: {error:#}");
            format!("no call history is handed over: {error:#}")
        });
        Interface { acd: acd.number, place, recorder }
    }

    fn status(&self) -> HistoryAcd {
        let nothing = HistoryAcd::new(self.acd, self.place.clone());
        let recorder = match &self.recorder {
            Ok(recorder) => recorder,
            Err(problem) => return HistoryAcd { problem: problem.clone(), ..nothing },
        };
        let (report, problem) = recorder.report();
        HistoryAcd {
            growing_segments: report.growing_segments,
            waiting_files: report.waiting_files,
            waiting_segments: report.waiting_segments,
            handed_files: report.handed_files,
            handed_segments: report.handed_segments,
            handed_record: report.handed_number,
            handed_file: report.last_handed.as_ref().map(|handed| handed.name.clone()),
            handed_at: report.last_handed.map(|handed| handed.at),
            last_record: report.last.number,
            last_record_at: (report.last.number > 0).then_some(report.last.at),
            next_file: report.next_file,
            next_sequence: report.next_sequence,
            misfits: report.misfits.iter().map(|(item, count)| Misfit { item: item.to_owned(), count }).collect(),
            problem,
            ..nothing
        }
    }
}

/// Where an ACD's files are kept until the receiver has them.
pub fn spool_folder(dir: &Path, acd: AcdNumber) -> PathBuf {
    DataFolder::new(dir).acd_own(acd).join("history")
}
