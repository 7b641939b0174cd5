//! What the rest of the server may see of an ACD while it collects.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use api::{AcdHealth, AcdStatus, LinkState, LogCode, Role, Stamp};
use catalog::IntervalRows;
use collector::Board;
use model::{AcdNumber, Calendar, IntervalMinutes, Moment, Period, Severity};
use parking_lot::Mutex;
use store::StoreError;
use tokio::sync::watch;

use crate::causes::told;
use crate::clock::Clock;
use crate::config::{AcdConfig, LinkConfig};
use crate::history::Recorder;
use crate::journal::Progress;
use crate::maintenance_log::MaintenanceLog;
use crate::standing::{Keeping, Standing};
use crate::troubles::{Trouble, Troubles};
use crate::vitals::Vitals;

/// Shared by the ACD's thread, which writes, and the API, which reads.
pub struct AcdView {
    number: AcdNumber,
    name: String,
    /// That of the running interval while there is no board to tell it: by `cms.toml`, and as the recovery finds it.
    calendar: Mutex<Calendar>,
    /// What else it says that decides the rows.
    setup: BTreeMap<String, String>,
    dialect: &'static str,
    is_tls: bool,
    history: Option<Arc<Recorder>>,
    /// Whether data are to be collected.
    collecting: AtomicBool,
    board: watch::Sender<Option<Arc<Board>>>,
    link: Mutex<Link>,
    /// How far the recovery is; `None` when it is over.
    recovery: Mutex<Option<Progress>>,
    archive: Mutex<Archive>,
    unusable: Mutex<Unusable>,
    /// How often the switch's names were stored.
    names_stored: Arc<AtomicU64>,
    /// Intervals that are closed and not archived yet, as they closed.
    closed: Mutex<Vec<Arc<IntervalRows>>>,
    /// How much is kept, and when it is summed up.
    keeping: Mutex<Arc<Keeping>>,
    anomalies: Mutex<Vec<(String, u64)>>,
    troubles: Troubles,
    /// What is to stand in the maintenance error log, until there is one to write into.
    untold: Mutex<Vec<(Severity, LogCode, String)>>,
    log: OnceLock<Arc<MaintenanceLog>>,
    vitals: Arc<Vitals>,
    clock: Arc<dyn Clock>,
    started: Instant,
    /// Milliseconds after `started` at which something was heard last, plus one; 0 for never.
    heard: AtomicU64,
    events: AtomicU64,
    acknowledged: AtomicU64,
    journal_bytes: AtomicU64,
}

#[derive(Clone)]
struct Link {
    state: LinkState,
    text: String,
    peer: Option<String>,
    address: String,
}

#[derive(Default, Clone)]
struct Archive {
    to: Option<Moment>,
    intervals: u64,
    rows: u64,
    archive_problem: String,
    journal_problem: String,
    /// Since when either of both lasts, by the server's clock.
    troubled_since: BTreeMap<Trouble, Moment>,
    summary_problem: String,
    summing: Option<Period>,
}

/// Why nothing can be done with an ACD; empty where it can.
#[derive(Default)]
struct Unusable {
    /// It could not be started, which only another start mends.
    started: String,
    /// Its files could not be read when somebody wanted to.
    read: String,
}

impl AcdView {
    pub(super) fn new(
        config: &AcdConfig,
        standing: &Standing,
        history: Option<Arc<Recorder>>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (dialect, address, is_tls) = match &config.link {
            LinkConfig::Native { listen, tls } => ("native", listen.to_string(), tls.is_some()),
            LinkConfig::Asterisk { address, accept, .. } => ("asterisk", address.clone(), accept.is_some()),
        };
        AcdView {
            number: config.number,
            name: config.name.clone(),
            calendar: Mutex::new(Calendar { zone: config.zone, interval: config.interval_minutes }),
            setup: config.setup(),
            dialect,
            is_tls,
            history,
            collecting: AtomicBool::new(standing.collecting),
            board: watch::Sender::new(None),
            link: Mutex::new(Link {
                state: LinkState::Down,
                text: "the server has just started".to_owned(),
                peer: None,
                address,
            }),
            recovery: Mutex::new(Some(Progress::default())),
            archive: Mutex::default(),
            unusable: Mutex::default(),
            names_stored: Arc::default(),
            closed: Mutex::default(),
            keeping: Mutex::new(Arc::clone(&standing.keeping)),
            anomalies: Mutex::default(),
            troubles: Troubles::default(),
            untold: Mutex::default(),
            log: OnceLock::new(),
            vitals: Arc::default(),
            clock,
            started: Instant::now(),
            heard: AtomicU64::new(0),
            events: AtomicU64::new(0),
            acknowledged: AtomicU64::new(0),
            journal_bytes: AtomicU64::new(0),
        }
    }

    /// Now, by the server's clock: it dates what the server does with the ACD, never what happens there.
    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Number of the ACD.
    pub fn number(&self) -> AcdNumber {
        self.number
    }

    /// How often the switch's names were stored: whoever has read them reads them again when it is more.
    pub fn names_stored(&self) -> &Arc<AtomicU64> {
        &self.names_stored
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number and name, for people.
    pub fn title(&self) -> String {
        format!("{} ({})", self.number, self.name)
    }

    /// Its zone, and how long its intervals are: as they are in force, whether `cms.toml`, an administrator or the switch has told
    /// them. What was archived before may have others.
    pub fn calendar(&self) -> Calendar {
        let told = self.board.borrow().as_ref().map(|board| board.calendar);
        told.unwrap_or_else(|| *self.calendar.lock())
    }

    /// The recovery has found this calendar.
    pub(super) fn place_by(&self, calendar: Calendar) {
        *self.calendar.lock() = calendar;
    }

    /// How long intervals are to be, as it was told or set last; `None` before the first event.
    pub fn told_interval(&self) -> Option<IntervalMinutes> {
        self.board.borrow().as_ref().map(|board| board.next_calendar.interval)
    }

    /// Takes its call records as files, if `cms.toml` asks for that.
    pub fn history(&self) -> Option<&Recorder> {
        self.history.as_deref()
    }

    /// Whether data are to be collected; an administrator decides.
    pub fn collecting(&self) -> bool {
        self.collecting.load(Ordering::Relaxed)
    }

    pub(super) fn set_collecting(&self, on: bool) {
        self.collecting.store(on, Ordering::Relaxed);
    }

    /// The board as last published; `None` before the first event ever.
    pub fn board(&self) -> Option<Arc<Board>> {
        self.board.borrow().clone()
    }

    /// Follows the boards as they are published.
    pub fn boards(&self) -> watch::Receiver<Option<Arc<Board>>> {
        self.board.subscribe()
    }

    /// Where the native link listens, or the address of the Asterisk.
    pub fn address(&self) -> String {
        self.link.lock().address.clone()
    }

    /// Whose data, for answers and frames.
    pub fn stamp(&self, server: &str, role: Role) -> Stamp {
        let board = self.board();
        Stamp {
            server: server.to_owned(),
            role,
            acd: self.number,
            acd_at: board.as_ref().map_or(Moment(0), |board| board.at),
            zone: self.calendar().zone.name().to_owned(),
            link: self.link.lock().state,
            age_ms: self.age_ms(),
            incomplete: board.is_none_or(|board| board.incomplete),
            stale: Vec::new(),
        }
    }

    /// Whether the link is TLS.
    pub(super) fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// For `/health`.
    pub fn health(&self) -> AcdHealth {
        let settled_to = self.settled_to();
        let link = self.link.lock().clone();
        let archive = self.archive.lock().clone();
        let running = self.board().and_then(|board| board.interval);
        let problems = [archive.journal_problem, archive.archive_problem, archive.summary_problem];
        AcdHealth {
            acd: self.number,
            name: self.name.clone(),
            zone: self.calendar().zone.name().to_owned(),
            link: link.state,
            collecting: self.collecting(),
            link_text: link.text,
            acd_at: self.board().map(|board| board.at),
            age_ms: self.age_ms(),
            archived_to: archive.to,
            settled_to,
            archive_problem: problems.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; "),
            unusable: self.unusable(),
            interval_minutes: running.and_then(|interval| u8::try_from((interval.end - interval.start) / 60).ok()),
        }
    }

    /// For `cms status`; the storage interval is the server's, not the view's.
    pub fn status(&self, interval_minutes: IntervalMinutes) -> AcdStatus {
        let link = self.link.lock().clone();
        let archive = self.archive.lock().clone();
        let acknowledged = self.acknowledged.load(Ordering::Relaxed);
        AcdStatus {
            health: self.health(),
            dialect: self.dialect.to_owned(),
            address: link.address,
            interval_minutes,
            peer: link.peer,
            events: self.events.load(Ordering::Relaxed),
            acknowledged: (acknowledged > 0).then_some(acknowledged),
            intervals: archive.intervals,
            rows: archive.rows,
            anomalies: self.anomalies.lock().clone(),
            journal_bytes: self.journal_bytes.load(Ordering::Relaxed),
            setup: self.setup.clone(),
        }
    }

    /// What troubled its collection since the server started.
    pub fn troubles(&self) -> &Troubles {
        &self.troubles
    }

    /// Tells in the maintenance error log, as soon as there is one.
    pub(super) fn tell(&self, severity: Severity, code: LogCode, text: String) {
        let mut untold = self.untold.lock();
        match self.log.get() {
            Some(log) => log.log(severity, code, text),
            None => untold.push((severity, code, text)),
        }
    }

    /// What was not told yet and what comes stands in this log.
    pub fn tell_into(&self, log: &Arc<MaintenanceLog>) {
        let mut untold = self.untold.lock();
        let _ = self.log.set(Arc::clone(log));
        for (severity, code, text) in untold.drain(..) {
            log.log(severity, code, text);
        }
    }

    /// Whether its threads live.
    pub fn vitals(&self) -> &Arc<Vitals> {
        &self.vitals
    }

    /// How far the recovery of its state is, while that is going on.
    pub fn recovery(&self) -> Option<Progress> {
        *self.recovery.lock()
    }

    /// What the link is or waits for, for people.
    pub fn link_text(&self) -> String {
        self.link.lock().text.clone()
    }

    /// The recovery has come so far. Told in the link's text; the log is told once, not each time.
    pub(super) fn recovering(&self, progress: Progress) {
        self.vitals.beat();
        self.recovery.lock().replace(progress);
        self.link.lock().text = format!("recovering: {progress}");
    }

    /// The recovery is over.
    pub(super) fn recovered(&self) {
        self.recovery.lock().take();
    }

    /// The ACD cannot be collected: it could not be opened, or not be recovered.
    pub(super) fn failed(&self, error: &anyhow::Error) {
        let why = format!("{error:#}");
        let text = format!("{why}; the others go on without this ACD");
        self.cannot_go_on(why, LogCode::AcdUnusable, text);
    }

    /// The same, told under this code in these words.
    pub(super) fn cannot_go_on(&self, why: String, code: LogCode, text: String) {
        self.tell(Severity::Error, code, text);
        self.vitals.rest();
        self.recovery.lock().take();
        self.unusable.lock().started.clone_from(&why);
        let mut link = self.link.lock();
        (link.state, link.text) = (LinkState::Down, why);
        drop(link);
        self.set_archive_problem("nothing is collected; mend what is wrong and restart the server".to_owned());
    }

    /// Why nothing can be done with the ACD; empty where it can.
    pub fn unusable(&self) -> String {
        let unusable = self.unusable.lock();
        if unusable.started.is_empty() { unusable.read.clone() } else { unusable.started.clone() }
    }

    /// Its files could not be read. Told once, until they could be again: somebody may ask each second.
    pub fn cannot_be_read(&self, error: &StoreError) {
        if error.unusable_file().is_none() {
            return;
        }
        let why = told(error);
        {
            let mut unusable = self.unusable.lock();
            if !unusable.started.is_empty() || unusable.read == why {
                return;
            }
            unusable.read.clone_from(&why);
        }
        let text = format!("the files of ACD {} cannot be read: {why}", self.title());
        self.tell(Severity::Error, LogCode::AcdUnusable, text);
    }

    /// They could be read.
    pub fn was_read(&self) {
        self.unusable.lock().read.clear();
    }

    /// Starting anew did not help, and the others go on without this ACD.
    pub fn give_up(&self, why: &str) {
        self.vitals.give_up();
        self.set_archive_problem(why.to_owned());
    }

    /// The thread that serves the link has broken off.
    pub(super) fn broke_off(&self) {
        let mut link = self.link.lock();
        (link.state, link.text) =
            (LinkState::Down, "the ACD's thread has died; the program's log tells why".to_owned());
    }

    /// Whether what was closed last could be archived.
    pub(super) fn can_archive(&self) -> bool {
        self.archive.lock().archive_problem.is_empty()
    }

    pub(super) fn publish(&self, board: Arc<Board>, anomalies: Vec<(String, u64)>) {
        *self.anomalies.lock() = anomalies;
        self.board.send_replace(Some(board));
    }

    pub(super) fn set_address(&self, address: SocketAddr) {
        self.link.lock().address = address.to_string();
    }

    pub(super) fn set_link(&self, state: LinkState, text: impl Into<String>, peer: Option<String>) {
        let text = text.into();
        let mut link = self.link.lock();
        if link.state != state || link.text != text {
            tracing::info!(acd = %self.number, link = state.word(), "{text}");
        }
        let lost = matches!(link.state, LinkState::Up | LinkState::PumpUp) && state == LinkState::Down;
        if lost && self.collecting() {
            self.troubles.note(self.now(), Trouble::LinkLost, &text);
        }
        (link.state, link.text, link.peer) = (state, text, peer);
    }

    /// A switch was turned away. Whoever waits for one to connect must see why none does.
    pub(super) fn refused(&self, text: String) {
        self.troubles.note(self.now(), Trouble::SwitchRefused, &text);
        if self.link.lock().state == LinkState::Down {
            self.set_link(LinkState::Down, text, None);
        }
    }

    pub(super) fn heard(&self) {
        let millis = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
        self.heard.store(millis + 1, Ordering::Relaxed);
    }

    pub(super) fn applied(&self, events: u64) {
        self.events.fetch_add(events, Ordering::Relaxed);
    }

    pub(super) fn set_acknowledged(&self, seq: u64) {
        self.acknowledged.store(seq, Ordering::Relaxed);
    }

    pub(super) fn set_journal_bytes(&self, bytes: u64) {
        self.journal_bytes.store(bytes, Ordering::Relaxed);
    }

    pub(super) fn add_journal_bytes(&self, bytes: u64) {
        self.journal_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// What keeps the journal from being written; empty if nothing does.
    pub(super) fn set_journal_problem(&self, problem: String) {
        let before = std::mem::replace(&mut self.archive.lock().journal_problem, problem.clone());
        self.changed(Trouble::JournalFailed, &before, &problem);
    }

    /// Tells what keeps something from being written when it begins, changes and ends; it is tried each second.
    fn changed(&self, trouble: Trouble, before: &str, problem: &str) {
        if before.is_empty() && !problem.is_empty() {
            let since = self.now();
            self.troubles.note(since, trouble, problem);
            self.archive.lock().troubled_since.insert(trouble, since);
        }
        if before == problem {
            return;
        }
        if problem.is_empty() {
            let since = self.archive.lock().troubled_since.remove(&trouble);
            let text = format!("ACD {}: it works again. Before: {before}", self.title());
            match since.zip(self.log.get()) {
                Some((since, log)) => log.log_since(since, Severity::Warning, LogCode::ArchiveRecovered, text),
                None => self.tell(Severity::Warning, LogCode::ArchiveRecovered, text),
            }
        } else {
            tracing::error!(acd = %self.number, "{problem}");
        }
    }

    pub(super) fn set_archive_problem(&self, problem: String) {
        let before = std::mem::replace(&mut self.archive.lock().archive_problem, problem.clone());
        self.changed(Trouble::ArchiveFailed, &before, &problem);
    }

    /// What keeps intervals from being archived; empty if nothing does.
    pub fn archive_problem(&self) -> String {
        self.archive.lock().archive_problem.clone()
    }

    /// What keeps history from being summed up; empty if nothing does.
    pub fn summary_problem(&self) -> String {
        self.archive.lock().summary_problem.clone()
    }

    pub(super) fn set_summary_problem(&self, problem: String) {
        self.archive.lock().summary_problem = problem;
    }

    /// What is being summed up right now.
    pub fn summing(&self) -> Option<Period> {
        self.archive.lock().summing
    }

    pub(super) fn set_summing(&self, period: Option<Period>) {
        self.archive.lock().summing = period;
    }

    /// How much of its history is kept, and when it is summed up.
    pub fn keeping(&self) -> Arc<Keeping> {
        Arc::clone(&self.keeping.lock())
    }

    pub(super) fn set_keeping(&self, keeping: Arc<Keeping>) {
        *self.keeping.lock() = keeping;
    }

    /// Intervals that are closed and not archived yet, as they closed. Read after the board and before the archive: what
    /// had closed when the board was made is then in one of the two.
    pub fn unarchived(&self) -> Vec<Arc<IntervalRows>> {
        self.closed.lock().clone()
    }

    /// Up to where whatever was collected of intervals is archived.
    fn settled_to(&self) -> Option<Moment> {
        // The board first: what had closed when it was made waits then, or is archived.
        let running = self.board()?.interval?.start;
        let waiting = self.unarchived().iter().map(|rows| rows.interval.start).min();
        Some(waiting.map_or(running, |first| first.min(running)))
    }

    /// An interval is on its way to the archive.
    pub(super) fn closed(&self, rows: &Arc<IntervalRows>) {
        self.closed.lock().push(Arc::clone(rows));
    }

    pub(super) fn archived(&self, start: Moment, rows: u64) {
        let mut closed = self.closed.lock();
        if let Some(place) = closed.iter().position(|rows| rows.interval.start == start) {
            closed.remove(place);
        }
        drop(closed);
        let mut archive = self.archive.lock();
        archive.to = archive.to.max(Some(start));
        archive.intervals += 1;
        archive.rows += rows;
    }

    /// The newest interval in the archive, as it is found there at a start and after a restore.
    pub fn set_archived_to(&self, to: Option<Moment>) {
        self.archive.lock().to = to;
    }

    fn age_ms(&self) -> Option<u64> {
        let heard = self.heard.load(Ordering::Relaxed).checked_sub(1)?;
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        Some(now.saturating_sub(heard))
    }
}

/// Why an ACD has no link although nothing is broken, and how to change that.
pub(super) fn collection_is_off(view: &AcdView) -> String {
    let acd = view.number();
    format!("data collection is off; Administration > Data collection, or `cms collection on --acd {acd}` turns it on")
}
