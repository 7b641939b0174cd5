//! The two threads of one ACD's interface, and what the collecting thread tells them.
//!
//! Telling never waits and never fails: what cannot be written stays in the queue and is tried again, and the collector's
//! checkpoint waits for it ([`Recorder::is_idle`]), so that the journal tells it again after a kill.
//!
//! A spool that cannot be opened is tried again, too, and meanwhile nothing waits for it: it may be damaged, and then nobody
//! knows for how long. What was told until it is open is taken from the archive, as is what was told before a start and is
//! not in the spool ([`Recorder::go_on_behind`]).

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver as Queue, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use catalog::{CallRecord, Value, table};
use echi::{NAME_FILES, TABLE};
use model::{AcdNumber, Dictionary, Moment};

use super::hand_over::{HandOver, hand_over, part_of};
use super::receiver::Receiver;
use super::spool::{BUFFER_SEGMENTS, Spool, SpoolReport};
use super::state::Place;
use crate::names::Names;

/// Records that are put on disk together.
const TOGETHER: usize = 4_096;
/// Pause before a write that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// Pause before the archive is looked at again for records that it does not have yet.
const ARCHIVE_PAUSE: Duration = Duration::from_millis(200);
/// So often: a record that is not there after a minute was dropped from a full table.
const ARCHIVE_LOOKS: u32 = 300;
/// Pauses before handing over is tried again: from the first to the last, doubling.
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
}

#[derive(Clone, Default)]
struct Problems {
    opening: String,
    writing: String,
    missing: String,
    handing: String,
    buffer: String,
}

/// Begins to take records at the start, or when the spool is open at last.
fn go_on(spool: &mut Spool, after: Option<u64>, seen: Seen) -> std::io::Result<()> {
    if after.is_some() {
        return spool.go_on_after(seen.record, after, seen.interval_end);
    }
    // First where the collector began, then what it has told since.
    let told = [seen.before, seen.record.map(|record| record.number)];
    told.into_iter().flatten().try_for_each(|number| spool.go_on_behind(number))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut seen = lock(&self.shared.seen);
        seen.before = Some(number);
        seen.record = (number > 0).then(|| Place::behind(number));
        drop(seen);
        if self.shared.on.load(Ordering::SeqCst) {
            self.send(Job::GoOnBehind(number));
        }
    }

    /// A record has become final. Told again, it is not written again.
    pub fn record(&self, number: u64, record: &CallRecord) {
        lock(&self.shared.seen).record = Some(Place { number, at: record.ended_at });
        if self.shared.on.load(Ordering::SeqCst) {
            self.send(Job::Record(number, Box::new(record.clone())));
        }
    }

    /// An archive interval is over; it ended at `end`.
    pub fn interval_closed(&self, end: Moment) {
        lock(&self.shared.seen).interval_end = Some(end);
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
        *lock(&self.shared.names) = Some(Arc::clone(names));
        self.shared.ring();
    }

    /// Whether everything told is on disk, so that a checkpoint may stand for it.
    pub fn is_idle(&self) -> bool {
        *lock(&self.shared.done) >= self.shared.sent.load(Ordering::SeqCst)
    }

    /// Waits until it is idle, but no longer than this; says whether it is.
    pub fn settle(&self, limit: Duration) -> bool {
        let until = Instant::now() + limit;
        let mut done = lock(&self.shared.done);
        while *done < self.shared.sent.load(Ordering::SeqCst) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            done = self.shared.progress.wait_timeout(done, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Switches it on: records are taken behind the last one that the collector told so far, or behind the number `after`. If
    /// the spool is not open yet, as soon as it is.
    pub fn switch_on(&self, after: Option<u64>) -> Result<()> {
        let shared = &self.shared;
        let mut switch = lock(&shared.switch);
        let Some(spool) = shared.spool.get() else {
            let told = lock(&shared.seen).record;
            *switch = Switch { on: true, after: after.or(told.map(|told| told.number)) };
            return Ok(());
        };
        // In this order no record can fall between what is wanted and what was seen, and none can be taken before it is
        // known from which one to go on.
        let mut spool = lock(spool);
        shared.on.store(true, Ordering::SeqCst);
        let Seen { record, interval_end, .. } = *lock(&shared.seen);
        if let Err(error) = spool.go_on_after(record, after, interval_end) {
            shared.on.store(false, Ordering::SeqCst);
            return Err(error).context("cannot note from which record to go on");
        }
        drop(spool);
        *switch = Switch { on: true, after: None };
        lock(&shared.problems).missing = String::new();
        self.send(Job::Look);
        shared.ring();
        Ok(())
    }

    /// Switches it off: what was told so far is closed and handed over, nothing more is taken.
    pub fn switch_off(&self) {
        let mut switch = lock(&self.shared.switch);
        *switch = Switch { on: false, after: None };
        if self.shared.spool.get().is_some() {
            self.shared.on.store(false, Ordering::SeqCst);
            self.send(Job::Close);
        }
    }

    /// What there is to tell of its files, nothing before the spool is open; and what is wrong, empty if nothing is.
    pub fn report(&self) -> (SpoolReport, String) {
        let report = self.shared.spool.get().map(|spool| lock(spool).report()).unwrap_or_default();
        let Problems { opening, writing, missing, handing, buffer } = lock(&self.shared.problems).clone();
        let problems = [opening, writing, missing, handing, buffer];
        let told: Vec<String> = problems.into_iter().filter(|text| !text.is_empty()).collect();
        (report, told.join("; "))
    }

    /// Ends the threads. What is not on disk yet is given up if it cannot be written; the journal has it.
    pub fn stop(&self) {
        self.shared.give_up.store(true, Ordering::SeqCst);
        // A thread that has given up already takes no more jobs.
        let _ = lock(&self.jobs).send(Job::Stop);
        self.shared.ring();
        for thread in lock(&self.threads).drain(..) {
            if thread.join().is_err() {
                tracing::error!(acd = %self.acd, "a thread of the history interface panicked");
            }
        }
    }

    fn send(&self, job: Job) {
        self.shared.sent.fetch_add(1, Ordering::SeqCst);
        if lock(&self.jobs).send(job).is_err() {
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
    /// Tries to open the spool.
    fn open(&self, opener: &mut Opener) {
        let opened = opener().and_then(|spool| self.take_up(spool));
        let mut problems = lock(&self.problems);
        let Err(error) = opened else {
            problems.opening = String::new();
            return;
        };
        let problem = format!("no call history is handed over: {error:#}; retrying");
        if problems.opening != problem {
            tracing::error!(acd = %self.acd, "{problem}");
        }
        problems.opening = problem;
    }

    /// The spool is open: it takes records from now on, if they are wanted. Those told until now it is to take from the archive.
    fn take_up(&self, mut spool: Spool) -> Result<()> {
        let mut switch = lock(&self.switch);
        if switch.on {
            let noting = "cannot note from which record to go on";
            // Before anything is told to it: where this fails, no checkpoint must wait for a queue that nobody reads.
            go_on(&mut spool, switch.after, *lock(&self.seen)).context(noting)?;
            // As in `switch_on`: what is told from here on comes by the queue.
            self.on.store(true, Ordering::SeqCst);
            let seen = *lock(&self.seen);
            if let Err(error) = go_on(&mut spool, switch.after, seen) {
                self.on.store(false, Ordering::SeqCst);
                return Err(error).context(noting);
            }
        } else {
            // It may have been switched off by a server that was killed before it could close the file.
            spool.switch_off().context("closing the file that was growing")?;
        }
        switch.after = None;
        if self.spool.set(Mutex::new(spool)).is_err() {
            tracing::error!(acd = %self.acd, "the spool was opened twice");
        }
        drop(switch);
        self.ring();
        Ok(())
    }

    /// Tries until the spool is open; `None` if the program ends before.
    fn open_at_last(&self, mut opener: Opener) -> Option<&Mutex<Spool>> {
        let mut pause = FIRST_PAUSE;
        loop {
            if let Some(spool) = self.spool.get() {
                return Some(spool);
            }
            let until = Instant::now() + pause;
            while Instant::now() < until {
                if self.give_up.load(Ordering::SeqCst) {
                    return None;
                }
                std::thread::sleep(ARCHIVE_PAUSE);
            }
            pause = (pause * 2).min(LAST_PAUSE);
            self.open(&mut opener);
        }
    }

    /// The first thread, once the spool is open.
    fn write_all(&self, spool: &Mutex<Spool>, queue: &Queue<Job>, archive: &Archive) {
        // What a stop broke off goes on, and what was told before the spool was open is fetched.
        if self.on.load(Ordering::SeqCst) {
            self.look_back(spool, archive);
            if !self.caught_up(spool, archive) {
                return;
            }
        }
        while let Ok(job) = queue.recv() {
            let mut jobs = vec![job];
            jobs.extend(queue.try_iter().take(TOGETHER));
            let count = jobs.len() as u64;
            for job in jobs {
                // What comes from the archive comes before what the collector has told since.
                if !self.caught_up(spool, archive) {
                    return;
                }
                let written = match job {
                    Job::Look => true,
                    Job::GoOnBehind(number) => {
                        let noted = self.until_written(spool, |spool| spool.go_on_behind(number));
                        self.look_back(spool, archive);
                        noted && self.caught_up(spool, archive)
                    }
                    Job::Record(number, record) => {
                        lock(spool).take(number, &record);
                        true
                    }
                    Job::IntervalClosed(end) => self.until_written(spool, |spool| spool.close_interval(end)),
                    // It may be on again already.
                    Job::Close => self.until_written(spool, |spool| match self.on.load(Ordering::SeqCst) {
                        true => spool.close_now(),
                        false => spool.switch_off(),
                    }),
                    Job::Stop => {
                        self.until_written(spool, Spool::sync);
                        return;
                    }
                };
                if !written {
                    return;
                }
            }
            if !self.until_written(spool, Spool::sync) {
                return;
            }
            *lock(&self.done) += count;
            self.progress.notify_all();
            self.judge_buffer();
            self.ring();
        }
    }

    /// Takes first what is to be taken from the archive; whether it could before the program ends.
    fn caught_up(&self, spool: &Mutex<Spool>, archive: &Archive) -> bool {
        let up_to = lock(spool).catch_up_to();
        up_to.is_none_or(|up_to| self.catch_up(spool, archive, up_to))
    }

    /// Tells if the archive does not reach back to where the spool ends: a full table has let go what was between.
    fn look_back(&self, spool: &Mutex<Spool>, archive: &Archive) {
        let (last, up_to) = {
            let spool = lock(spool);
            (spool.last().number, spool.catch_up_to())
        };
        if up_to.is_some() && last > 0 && archive(0, last).is_ok_and(|rows| rows.is_empty()) {
            self.tell_missing(format!(
                "call_rec does not reach back to record {last}, with which the files end: what was told right behind it is in none"
            ));
        }
    }

    fn tell_missing(&self, problem: String) {
        tracing::error!(acd = %self.acd, "{problem}");
        lock(&self.problems).missing = problem;
    }

    /// Takes records from the archive, up to the number that the collector had reached; 0 for what there is. Whether it could
    /// before the program ends: a start goes on with it.
    fn catch_up(&self, spool: &Mutex<Spool>, archive: &Archive, up_to: u64) -> bool {
        let position = |item| table(TABLE).and_then(|table| table.position(item));
        let (Some(number), Some(at)) = (position("SEQNUM"), position("SEGSTOP_UTC")) else { return true };
        let mut looks = 0;
        while !self.give_up.load(Ordering::SeqCst) {
            let last = lock(spool).last().number;
            let rows = match archive(last, if up_to == 0 { u64::MAX } else { up_to }) {
                Ok(rows) => rows,
                Err(error) => {
                    let problem = format!("cannot read call records from the archive: {error:#}; retrying");
                    tracing::error!(acd = %self.acd, "{problem}");
                    lock(&self.problems).writing = problem;
                    std::thread::sleep(RETRY);
                    continue;
                }
            };
            if rows.is_empty() {
                if last >= up_to {
                    return self.until_written(spool, Spool::caught_up);
                }
                looks += 1;
                if looks > ARCHIVE_LOOKS {
                    self.tell_missing(format!(
                        "call_rec ends with record {last}, before {up_to}: what was told between is in no file"
                    ));
                    return self.until_written(spool, Spool::caught_up);
                }
                // The archiver is a little behind the collector.
                std::thread::sleep(ARCHIVE_PAUSE);
                continue;
            }
            for values in rows {
                let whole = |position: usize| match &values[position] {
                    Value::Int(number) => *number,
                    Value::At(at) => at.0,
                    _ => 0,
                };
                let place = Place { number: whole(number).unsigned_abs(), at: Moment(whole(at)) };
                lock(spool).take_values(place, &values);
            }
            if !self.until_written(spool, Spool::sync) {
                return false;
            }
        }
        false
    }

    /// Tries until it succeeds; whether it has when the program ends.
    fn until_written(&self, spool: &Mutex<Spool>, mut write: impl FnMut(&mut Spool) -> std::io::Result<()>) -> bool {
        loop {
            let Err(error) = write(&mut lock(spool)) else {
                lock(&self.problems).writing = String::new();
                return true;
            };
            let problem = format!("cannot write call history: {error}; retrying, the journal keeps the events");
            tracing::error!(acd = %self.acd, "{problem}");
            lock(&self.problems).writing = problem;
            if self.give_up.load(Ordering::SeqCst) {
                return false;
            }
            std::thread::sleep(RETRY);
        }
    }

    fn judge_buffer(&self) {
        let Some(spool) = self.spool.get() else { return };
        let report = lock(spool).report();
        let waiting = report.waiting_segments + report.growing_segments;
        let mut problems = lock(&self.problems);
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

    /// The second thread.
    fn hand_over_all(&self, mut receiver: Box<dyn Receiver>) {
        let mut pause = None;
        let mut told_names: Option<Arc<Dictionary>> = None;
        while self.wait_for_bell(pause) {
            let outcome = self.hand_over_waiting(receiver.as_mut(), &mut told_names);
            receiver.rest();
            let mut problems = lock(&self.problems);
            match outcome {
                Ok(()) => {
                    problems.handing = String::new();
                    pause = None;
                }
                Err(error) => {
                    let problem = format!("cannot hand over call history: {error:#}");
                    if problems.handing != problem {
                        tracing::error!(acd = %self.acd, "{problem}; retrying");
                    }
                    problems.handing = problem;
                    pause = Some(pause.map_or(FIRST_PAUSE, |pause| (pause * 2).min(LAST_PAUSE)));
                }
            }
            drop(problems);
            self.judge_buffer();
        }
    }

    fn hand_over_waiting(&self, receiver: &mut dyn Receiver, told: &mut Option<Arc<Dictionary>>) -> Result<()> {
        let Some(spool) = self.spool.get() else { return Ok(()) };
        while !self.give_up.load(Ordering::SeqCst) {
            match hand_over(spool, receiver, &self.suffix)? {
                HandOver::Nothing => break,
                HandOver::Done { name, segments } => {
                    tracing::info!(acd = %self.acd, segments, "{name} handed over to {}", receiver.place());
                }
            }
        }
        let names = lock(&self.names).clone();
        let names = names.map(|names| self.house.get().map_or_else(|| Arc::clone(&names), |house| house.over(&names)));
        if let Some(names) = names.filter(|_| self.on.load(Ordering::SeqCst))
            && told.as_ref().is_none_or(|told| **told != *names)
        {
            for file in NAME_FILES {
                let part = part_of(file.file);
                receiver.put(&part, file.text(self.acd, &self.acd_name, &names).as_bytes())?;
                receiver.replace(&part, file.file)?;
            }
            *told = Some(names);
        }
        Ok(())
    }

    /// Waits until there may be something to hand over, or the pause is over; `false` if the program ends.
    fn wait_for_bell(&self, pause: Option<Duration>) -> bool {
        let mut bell = lock(&self.bell);
        let until = pause.map(|pause| Instant::now() + pause);
        while !self.give_up.load(Ordering::SeqCst) {
            match until {
                // After an error more files make no difference before the pause is over.
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        break;
                    }
                    bell = self.rung.wait_timeout(bell, left).unwrap_or_else(PoisonError::into_inner).0;
                }
                None if *bell => break,
                None => bell = self.rung.wait(bell).unwrap_or_else(PoisonError::into_inner),
            }
        }
        *bell = false;
        !self.give_up.load(Ordering::SeqCst)
    }

    fn ring(&self) {
        *lock(&self.bell) = true;
        self.rung.notify_all();
    }
}
