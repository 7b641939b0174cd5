//! The archiver: writes what the collector closed, and never gives up. An interval is in the archive whole or not at all. A
//! commit costs a sync, however little it holds: so records, which come one by one, wait a moment for more, and whatever
//! waits while a backlog is worked off goes into one transaction of each of the two files, which are written at the same time.
//!
//! A backlog has a limit, beyond which the link is not read: the switch keeps what it has not told. While nothing
//! can be archived at all, the link is read on; the journal has what it tells, and the boards stay live.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use catalog::{IntervalRows, LinkRow, LoginRow, Record};
use model::event::Configuration;
use model::{Calendar, Dictionary, Moment, RunStatus};
use store::{AcdStore, Archiving, StoreError};

use super::files::{AcdFiles, Queue};
use super::summaries::{Summaries, Summarizer};
use super::view::AcdView;
use crate::causes::told;

/// What is to be written.
pub(super) enum Job {
    Interval(Arc<IntervalRows>),
    Login(LoginRow),
    Link(LinkRow),
    Dictionary(Arc<Dictionary>),
    /// The record of this index entered an administered configuration.
    Entered(u64, Box<Configuration>),
    /// With their numbers.
    Records(Vec<(u64, Record)>),
    /// What follows is placed by another calendar.
    Calendar(Calendar),
    /// Something that is asked for besides collection; tried once, and whoever asked is told.
    Work(Work),
}

/// What is to be done with the store.
pub(super) type Work = Box<dyn FnOnce(&mut AcdStore) + Send>;

impl Job {
    /// About how many rows it makes.
    fn rows(&self) -> usize {
        match self {
            Job::Interval(rows) => rows.len(),
            Job::Records(records) => records.len(),
            Job::Calendar(_) => 0,
            Job::Login(_) | Job::Link(_) | Job::Dictionary(_) | Job::Entered(..) | Job::Work(_) => 1,
        }
    }

    /// Whether it goes into a transaction with others.
    fn joins_others(&self) -> bool {
        !matches!(self, Job::Work(_) | Job::Calendar(_))
    }

    fn records(&self) -> Option<&[(u64, Record)]> {
        match self {
            Job::Records(records) => Some(records),
            _ => None,
        }
    }

    fn interval(&self) -> Option<&IntervalRows> {
        match self {
            Job::Interval(rows) => Some(rows),
            _ => None,
        }
    }
}

/// Rows in one transaction, but for an interval that has more.
const GROUP_ROWS_MAX: usize = 20_000;
/// How long records wait for more.
const GROUP_WAIT: Duration = Duration::from_millis(200);
/// A start waits so long for what the archive is to know before anything is collected.
const SETTLE: Duration = Duration::from_secs(5);
/// Rows that may wait: some 100 MB.
const WAITING_ROWS_MAX: usize = 100_000;

/// The writing thread of one ACD's database.
pub(super) struct Archiver {
    jobs: Option<Sender<Job>>,
    sent: u64,
    done: Arc<AtomicU64>,
    /// Rows handed over and not written yet.
    waiting: Arc<AtomicUsize>,
    give_up: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    view: Arc<AcdView>,
    files: AcdFiles,
    summarizer: Summarizer,
}

impl Archiver {
    /// Starts writing, and with it summing up.
    pub(super) fn start(mut store: AcdStore, view: Arc<AcdView>, queue: Queue) -> Result<Self> {
        store.set_storage(&view.keeping().storage).context("keeping to the data storage allocation")?;
        let Queue { files, jobs, taken } = queue;
        let summarizer = Summarizer::start(Arc::clone(&view), store.reader()?, jobs.clone())?;
        files.set_summaries(summarizer.handle().clone());
        let summaries = summarizer.handle().clone();
        let (done, waiting) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicUsize::new(0)));
        let give_up = Arc::new(AtomicBool::new(false));
        let thread = std::thread::Builder::new()
            .name(format!("archive-{}", view.number()))
            .spawn({
                let (done, waiting) = (Arc::clone(&done), Arc::clone(&waiting));
                let (give_up, view) = (Arc::clone(&give_up), Arc::clone(&view));
                move || {
                    let _guard = view.vitals().guard();
                    let calendar = view.calendar();
                    Writer { store, view, calendar, summaries, done, waiting, give_up }.write_all(&taken);
                }
            })
            .context("starting the archiver")?;
        Ok(Archiver {
            jobs: Some(jobs),
            sent: 0,
            done,
            waiting,
            give_up,
            thread: Some(thread),
            view,
            files,
            summarizer,
        })
    }

    /// Something that is asked for besides collection, and that no checkpoint waits for.
    pub(super) fn work(&self, work: Work) {
        self.pass(Job::Work(work));
    }

    /// Local dates and times of what is handed over from now on are by this calendar.
    pub(super) fn place_by(&self, calendar: Calendar) {
        self.view.place_by(calendar);
        self.pass(Job::Calendar(calendar));
    }

    pub(super) fn send(&mut self, job: Job) {
        self.sent += 1;
        self.waiting.fetch_add(job.rows(), Ordering::AcqRel);
        if let Job::Interval(rows) = &job {
            // Until it is archived, reports read it from here.
            self.view.closed(rows);
        }
        self.pass(job);
    }

    fn pass(&self, job: Job) {
        if let Some(jobs) = &self.jobs
            && jobs.send(job).is_err()
        {
            tracing::error!("the archiver's thread is gone; restart the server to archive what the journal holds");
        }
    }

    /// Waits until what was handed over is on disk, but not for ever where it cannot be written; says whether it is.
    pub(super) fn settle(&self) -> bool {
        let (done, wait) = std::sync::mpsc::channel();
        self.work(Box::new(move |_| {
            let _ = done.send(());
        }));
        let _ = wait.recv_timeout(SETTLE);
        self.has_done(self.sent)
    }

    /// How many jobs were handed over so far.
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }

    /// Whether the first so many jobs are durable, so that a checkpoint may stand for them.
    pub(super) fn has_done(&self, jobs: u64) -> bool {
        self.done.load(Ordering::Acquire) >= jobs
    }

    /// Whether so much waits that no more should come.
    pub(super) fn full(&self) -> bool {
        self.waiting.load(Ordering::Acquire) > WAITING_ROWS_MAX && self.view.can_archive()
    }

    /// Waits until there is room for more.
    pub(super) fn wait_for_room(&self) {
        while self.full() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Writes what is left; gives up on what cannot be written, because the journal still has it.
    pub(super) fn finish(&mut self) {
        self.give_up.store(true, Ordering::Release);
        // It has an end of the queue, and may wait for something in it.
        self.summarizer.stop();
        self.files.close();
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the archiver's thread panicked");
        }
    }
}

/// The writing thread.
struct Writer {
    store: AcdStore,
    view: Arc<AcdView>,
    /// By it, sessions, times without data and records are placed: that of the interval in which they became final.
    calendar: Calendar,
    summaries: Summaries,
    done: Arc<AtomicU64>,
    waiting: Arc<AtomicUsize>,
    give_up: Arc<AtomicBool>,
}

impl Writer {
    fn write_all(mut self, queue: &Receiver<Job>) {
        let mut next = None;
        while let Some(group) = gather(queue, &mut next) {
            match group {
                Group::Work(work) => work(&mut self.store),
                Group::Calendar(calendar) => self.calendar = calendar,
                Group::Jobs { jobs, sent, rows } => {
                    if !self.write_at_last(&jobs) {
                        return;
                    }
                    self.waiting.fetch_sub(rows, Ordering::AcqRel);
                    self.done.fetch_add(sent, Ordering::Release);
                }
            }
        }
    }

    /// Tries until it is written; `false` if it is not and never will be, because the server stops.
    fn write_at_last(&mut self, jobs: &[Job]) -> bool {
        loop {
            match self.write(jobs) {
                Ok(()) => {
                    self.view.set_archive_problem(String::new());
                    return true;
                }
                Err(error) => {
                    let problem = format!("cannot archive: {}; retrying, the journal keeps the events", told(&error));
                    self.view.set_archive_problem(problem);
                }
            }
            if self.give_up.load(Ordering::Acquire) {
                return false;
            }
            std::thread::sleep(Duration::from_secs(1));
        }
    }

    /// Writes them in one transaction, and tells what was archived once it is durable.
    fn write(&mut self, jobs: &[Job]) -> Result<(), StoreError> {
        let calendar = self.calendar;
        // All records of a group are one job.
        let records = jobs.iter().find_map(Job::records).unwrap_or_default();
        let archived = self.store.together(records, &calendar, |history| {
            let mut archived = Vec::new();
            for job in jobs {
                match job {
                    Job::Interval(rows) => archived.push((rows.interval.start, history.archive(rows)?.rows)),
                    Job::Login(row) => history.append_login(row, &calendar)?,
                    Job::Link(row) => history.append_link(row, &calendar)?,
                    Job::Dictionary(dictionary) => history.save_dictionary(dictionary)?,
                    Job::Entered(index, configuration) => history.note_entered(*index, configuration)?,
                    Job::Records(_) | Job::Calendar(_) | Job::Work(_) => {}
                }
            }
            if let Some(rows) = jobs.iter().rev().find_map(Job::interval) {
                history.set_archiving(&archiving(rows, self.view.now()))?;
            }
            Ok(archived)
        })?;
        if jobs.iter().any(|job| matches!(job, Job::Dictionary(_))) {
            self.view.names_stored().fetch_add(1, Ordering::Release);
        }
        for (start, rows) in archived {
            tracing::debug!(acd = %self.view.number(), %start, rows, "interval archived");
            self.view.archived(start, rows);
            self.summaries.archived(start);
        }
        Ok(())
    }
}

/// The state of interval archiving after an interval.
fn archiving(rows: &IntervalRows, at: Moment) -> Archiving {
    let period = rows.calendar.minute_text(rows.interval.start);
    let (level, status) = ("interval".to_owned(), RunStatus::Done);
    Archiving { level, period, at, status, detail: String::new() }
}

/// What is done at a time.
enum Group {
    Work(Work),
    Calendar(Calendar),
    Jobs {
        /// All records are one of them.
        jobs: Vec<Job>,
        /// As how many jobs they came.
        sent: u64,
        rows: usize,
    },
}

/// Waits for something to write, and takes what waits with it. What comes after that is kept in `next`. `None` when all is
/// written and nothing more will come.
fn gather(queue: &Receiver<Job>, next: &mut Option<Job>) -> Option<Group> {
    let first = match next.take().or_else(|| queue.recv().ok())? {
        Job::Work(work) => return Some(Group::Work(work)),
        Job::Calendar(calendar) => return Some(Group::Calendar(calendar)),
        first => first,
    };
    let ends_at = Instant::now() + GROUP_WAIT;
    let (mut jobs, mut records) = (Vec::new(), Vec::new());
    let (mut sent, mut rows) = (0, 0);
    let mut job = first;
    loop {
        sent += 1;
        rows += job.rows();
        match job {
            Job::Records(more) => records.extend(more),
            other => jobs.push(other),
        }
        // Only records wait for more of them.
        let waits = if jobs.is_empty() { ends_at.saturating_duration_since(Instant::now()) } else { Duration::ZERO };
        match queue.recv_timeout(waits) {
            Ok(more) if rows + more.rows() <= GROUP_ROWS_MAX && more.joins_others() => job = more,
            Ok(more) => {
                *next = Some(more);
                break;
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    if !records.is_empty() {
        jobs.push(Job::Records(records));
    }
    Some(Group::Jobs { jobs, sent, rows })
}
