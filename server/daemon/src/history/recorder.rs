//! One ACD's interface: what the collecting thread tells it, and what its two threads share. One thread writes records into
//! the spool ([`writing`]), the other one hands files over ([`handing`]).
//!
//! Telling never waits and never fails: what cannot be written stays in the queue and is tried again, and the collector's
//! checkpoint waits for it ([`Recorder::has_done`]), so that the journal tells it again after a kill.
//!
//! A spool that cannot be opened is tried again, too, and meanwhile nothing waits for it: it may be damaged, and then nobody
//! knows for how long. What was told until it is open is taken from the archive, as is what was told before a start and is
//! not in the spool ([`Recorder::go_on_behind`]).

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use catalog::{CallRecord, Value};
use model::{AcdNumber, Calendar, Dictionary, Moment};
use parking_lot::{Condvar, Mutex};

use super::receiver::{BreakOff, Receiver};
use super::spool::{BUFFER_SEGMENTS, Spool, SpoolReport};
use super::state::Place;
use crate::names::Names;

mod handing;
mod writing;

/// Pauses before opening the spool, or handing over, is tried again: from the first to the last, doubling.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(60);

/// Opens the spool; asked again until it succeeds.
pub type Opener = Box<dyn FnMut() -> Result<Spool> + Send>;

/// Reads call records from the archive: those above one number and not above another, in order, and not all at once.
pub type Archive = Box<dyn Fn(u64, u64) -> Result<Vec<Vec<Value>>> + Send>;

enum Job {
    /// There may be something to take from the archive.
    Look,
    /// All up to this record was told before.
    GoOnBehind(u64),
    /// What follows is placed by this calendar.
    PlaceBy(Calendar),
    Record(u64, Box<CallRecord>),
    IntervalClosed(Moment),
    Close,
    Stop,
}

/// One ACD's interface.
pub struct Recorder {
    acd: AcdNumber,
    shared: Arc<Shared>,
    jobs: Mutex<Sender<Job>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Shared {
    acd: AcdNumber,
    acd_name: String,
    suffix: String,
    /// Once it could be opened.
    spool: OnceLock<Mutex<Spool>>,
    switch: Mutex<Switch>,
    /// Whether records are taken: they are wanted, and the spool is open.
    on: AtomicBool,
    seen: Mutex<Seen>,
    sent: AtomicU64,
    done: Mutex<u64>,
    progress: Condvar,
    give_up: AtomicBool,
    /// A receiver that hangs holds up no end.
    break_off: BreakOff,
    bell: Mutex<bool>,
    rung: Condvar,
    /// As the switch tells them.
    names: Mutex<Option<Arc<Dictionary>>>,
    /// As the house has them: they are put over the switch's.
    house: OnceLock<Arc<Names>>,
    problems: Mutex<Problems>,
}

/// What people want.
struct Switch {
    on: bool,
    /// Switched on before the spool was open: behind this record.
    after: Option<u64>,
}

/// The last that the collector told, whether it was wanted or not.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// Number of the record behind which it went on at the start.
    before: Option<u64>,
    record: Option<Place>,
    interval_end: Option<Moment>,
    /// By which it places what becomes final; until it says so, that of `cms.toml`.
    calendar: Option<Calendar>,
}

#[derive(Clone, Default)]
struct Problems {
    opening: String,
    writing: String,
    missing: String,
    handing: String,
    buffer: String,
}

impl Recorder {
    /// Starts the threads. Why the spool cannot be opened is told in the report, and it is tried again.
    pub fn start(
        acd: AcdNumber,
        acd_name: &str,
        mut opener: Opener,
        ends: (Archive, Box<dyn Receiver>),
        suffix: &str,
        on: bool,
    ) -> Result<Recorder> {
        let (archive, receiver) = ends;
        let shared = Arc::new(Shared {
            acd,
            acd_name: acd_name.to_owned(),
            suffix: suffix.to_owned(),
            spool: OnceLock::new(),
            switch: Mutex::new(Switch { on, after: None }),
            on: AtomicBool::new(false),
            seen: Mutex::default(),
            sent: AtomicU64::new(0),
            done: Mutex::new(0),
            progress: Condvar::new(),
            give_up: AtomicBool::new(false),
            break_off: receiver.break_off(),
            bell: Mutex::new(true),
            rung: Condvar::new(),
            names: Mutex::new(None),
            house: OnceLock::new(),
            problems: Mutex::default(),
        });
        // Before the collector tells anything: a spool that opens at once misses nothing.
        shared.open(&mut opener);
        let (jobs, queue) = channel();
        let spawn = |name: &str, work: Box<dyn FnOnce() + Send>| {
            std::thread::Builder::new().name(format!("{name}-{acd}")).spawn(work)
        };
        let writing = Arc::clone(&shared);
        let handing = Arc::clone(&shared);
        let write = move || {
            if let Some(spool) = writing.open_at_last(opener) {
                writing.write_all(spool, &queue, &archive);
            }
        };
        let threads = vec![
            spawn("history", Box::new(write)).context("starting the history interface")?,
            spawn("hand-over", Box::new(move || handing.hand_over_all(receiver))).context("starting the hand-over")?,
        ];
        Ok(Recorder { acd, shared, jobs: Mutex::new(jobs), threads: Mutex::new(threads) })
    }

    /// The ACD.
    pub fn acd(&self) -> AcdNumber {
        self.acd
    }

    /// The collector goes on behind the call record of this number, as a start does: all up to there was told before.
    pub fn go_on_behind(&self, number: u64) {
        let mut seen = self.shared.seen.lock();
        seen.before = Some(number);
        seen.record = (number > 0).then(|| Place::behind(number));
        drop(seen);
        if self.shared.on.load(Ordering::SeqCst) {
            self.send(Job::GoOnBehind(number));
        }
    }

    /// Local times of what becomes final from now on are by this calendar.
    pub fn place_by(&self, calendar: Calendar) {
        self.shared.seen.lock().calendar = Some(calendar);
        if self.shared.on.load(Ordering::SeqCst) {
            self.send(Job::PlaceBy(calendar));
        }
    }

    /// A record has become final. Told again, it is not written again.
    pub fn record(&self, number: u64, record: &CallRecord) {
        self.shared.seen.lock().record = Some(Place { number, at: record.ended_at });
        if self.shared.on.load(Ordering::SeqCst) {
            self.send(Job::Record(number, Box::new(record.clone())));
        }
    }

    /// An archive interval is over; it ended at `end`.
    pub fn interval_closed(&self, end: Moment) {
        self.shared.seen.lock().interval_end = Some(end);
        if self.shared.on.load(Ordering::SeqCst) {
            self.send(Job::IntervalClosed(end));
        }
    }

    /// From now on the house's names are put over those of the switch, as in reports.
    pub fn put_over(&self, house: &Arc<Names>) {
        let _ = self.shared.house.set(Arc::clone(house));
        self.shared.ring();
    }

    /// The house's names have changed.
    pub fn house_changed(&self) {
        self.shared.ring();
    }

    /// What the switch calls things now.
    pub fn names(&self, names: &Arc<Dictionary>) {
        *self.shared.names.lock() = Some(Arc::clone(names));
        self.shared.ring();
    }

    /// How much was told so far.
    pub fn sent(&self) -> u64 {
        self.shared.sent.load(Ordering::SeqCst)
    }

    /// Whether the first so much that was told is on disk, so that a checkpoint may stand for it.
    pub fn has_done(&self, sent: u64) -> bool {
        *self.shared.done.lock() >= sent
    }

    /// Whether everything told is on disk.
    pub fn is_idle(&self) -> bool {
        self.has_done(self.sent())
    }

    /// Waits until it is idle, but no longer than this; says whether it is.
    pub fn settle(&self, limit: Duration) -> bool {
        let until = Instant::now() + limit;
        let mut done = self.shared.done.lock();
        while *done < self.shared.sent.load(Ordering::SeqCst) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            self.shared.progress.wait_for(&mut done, left);
        }
        true
    }

    /// Switches it on: records are taken behind the last one that the collector told so far, or behind the number `after`. If
    /// the spool is not open yet, as soon as it is.
    pub fn switch_on(&self, after: Option<u64>) -> Result<()> {
        let shared = &self.shared;
        let mut switch = shared.switch.lock();
        let Some(spool) = shared.spool.get() else {
            let told = shared.seen.lock().record;
            *switch = Switch { on: true, after: after.or(told.map(|told| told.number)) };
            return Ok(());
        };
        // In this order no record can fall between what is wanted and what was seen, and none can be taken before it is
        // known from which one to go on.
        let mut spool = spool.lock();
        shared.on.store(true, Ordering::SeqCst);
        let Seen { record, interval_end, calendar, .. } = *shared.seen.lock();
        spool.place_by(calendar);
        if let Err(error) = spool.go_on_after(record, after, interval_end) {
            shared.on.store(false, Ordering::SeqCst);
            return Err(error).context("cannot note from which record to go on");
        }
        drop(spool);
        *switch = Switch { on: true, after: None };
        shared.problems.lock().missing = String::new();
        self.send(Job::Look);
        shared.ring();
        Ok(())
    }

    /// Switches it off: what was told so far is closed and handed over, nothing more is taken.
    pub fn switch_off(&self) {
        let mut switch = self.shared.switch.lock();
        *switch = Switch { on: false, after: None };
        if self.shared.spool.get().is_some() {
            self.shared.on.store(false, Ordering::SeqCst);
            self.send(Job::Close);
        }
    }

    /// What there is to tell of its files, nothing before the spool is open; and what is wrong, empty if nothing is.
    pub fn report(&self) -> (SpoolReport, String) {
        let report = self.shared.spool.get().map(|spool| spool.lock().report()).unwrap_or_default();
        let Problems { opening, writing, missing, handing, buffer } = self.shared.problems.lock().clone();
        let problems = [opening, writing, missing, handing, buffer];
        let told: Vec<String> = problems.into_iter().filter(|text| !text.is_empty()).collect();
        (report, told.join("; "))
    }

    /// Ends the threads. What is not on disk yet is given up if it cannot be written; the journal has it. What is being handed
    /// over is broken off; a start goes on with it.
    pub fn stop(&self) {
        self.shared.give_up.store(true, Ordering::SeqCst);
        (self.shared.break_off)();
        // A thread that has given up already takes no more jobs.
        let _ = self.jobs.lock().send(Job::Stop);
        self.shared.ring();
        for thread in self.threads.lock().drain(..) {
            if thread.join().is_err() {
                tracing::error!(acd = %self.acd, "a thread of the history interface panicked");
            }
        }
    }

    fn send(&self, job: Job) {
        self.shared.sent.fetch_add(1, Ordering::SeqCst);
        if self.jobs.lock().send(job).is_err() {
            tracing::error!(acd = %self.acd, "the history interface's thread is gone; restart the server");
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn judge_buffer(&self) {
        let Some(spool) = self.spool.get() else { return };
        let report = spool.lock().report();
        let waiting = report.waiting_segments + report.growing_segments;
        let mut problems = self.problems.lock();
        if waiting < BUFFER_SEGMENTS {
            problems.buffer = String::new();
        } else {
            if problems.buffer.is_empty() {
                tracing::warn!(acd = %self.acd, "{waiting} segments of call history wait for the receiver");
            }
            problems.buffer = format!(
                "{waiting} segments wait for the receiver, more than the {BUFFER_SEGMENTS} that are usual; \
                 nothing is lost while the disk has room"
            );
        }
    }
    fn ring(&self) {
        *self.bell.lock() = true;
        self.rung.notify_all();
    }
}
