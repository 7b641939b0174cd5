//! The archiver: writes what the collector closed, one interval in one transaction, and never gives up. Records come
//! one by one and are written many at a time: a commit costs a sync, however little it holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use catalog::{IntervalRows, LinkRow, LoginRow, Record};
use model::Dictionary;
use model::event::Configuration;
use store::{AcdStore, Archiving, StoreError};

use super::summaries::{Summaries, Summarizer};
use super::view::AcdView;
use crate::administration::now;
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
    /// Something that is asked for besides collection; tried once, and whoever asked is told.
    Work(Work),
}

/// What is to be done with the store.
pub(super) type Work = Box<dyn FnOnce(&mut AcdStore) + Send>;

/// Most records in one transaction, and how long the first of them waits for more.
const BATCH_MAX: usize = 5_000;
const BATCH_WAIT: Duration = Duration::from_millis(200);

/// The writing thread of one ACD's database.
pub(super) struct Archiver {
    jobs: Option<Sender<Job>>,
    sent: u64,
    done: Arc<AtomicU64>,
    give_up: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    view: Arc<AcdView>,
    summarizer: Summarizer,
}

impl Archiver {
    /// Starts writing, and with it summing up.
    pub(super) fn start(mut store: AcdStore, view: Arc<AcdView>) -> Result<Self> {
        store.set_storage(&view.keeping().storage).context("keeping to the data storage allocation")?;
        let (jobs, queue) = channel();
        let summarizer = Summarizer::start(Arc::clone(&view), store.reader()?, jobs.clone())?;
        view.set_summaries(summarizer.handle().clone());
        view.set_writer(Some(jobs.clone()));
        let summaries = summarizer.handle().clone();
        let done = Arc::new(AtomicU64::new(0));
        let give_up = Arc::new(AtomicBool::new(false));
        let thread = std::thread::Builder::new()
            .name(format!("archive-{}", view.number()))
            .spawn({
                let (done, give_up, view) = (Arc::clone(&done), Arc::clone(&give_up), Arc::clone(&view));
                move || {
                    let _guard = view.vitals().guard();
                    Writer { store, view, summaries }.write_all(&queue, &done, &give_up);
                }
            })
            .context("starting the archiver")?;
        Ok(Archiver { jobs: Some(jobs), sent: 0, done, give_up, thread: Some(thread), view, summarizer })
    }

    /// Something that is asked for besides collection, and that no checkpoint waits for.
    pub(super) fn work(&self, work: Work) {
        self.pass(Job::Work(work));
    }

    pub(super) fn send(&mut self, job: Job) {
        self.sent += 1;
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

    /// Whether everything handed over is durable, so that a checkpoint may stand for it.
    pub(super) fn idle(&self) -> bool {
        self.done.load(Ordering::Acquire) == self.sent
    }

    /// Writes what is left; gives up on what cannot be written, because the journal still has it.
    pub(super) fn finish(&mut self) {
        self.give_up.store(true, Ordering::Release);
        // It has an end of the queue, and may wait for something in it.
        self.summarizer.stop();
        self.view.set_writer(None);
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
    summaries: Summaries,
}

impl Writer {
    fn write_all(mut self, queue: &Receiver<Job>, done: &AtomicU64, give_up: &AtomicBool) {
        let mut next = None;
        while let Some((job, jobs)) = gather(queue, &mut next) {
            match job {
                Job::Work(work) => work(&mut self.store),
                job => {
                    if !self.write_at_last(&job, give_up) {
                        return;
                    }
                }
            }
            done.fetch_add(jobs, Ordering::Release);
        }
    }

    /// Tries until it is written; `false` if it is not and never will be, because the server stops.
    fn write_at_last(&mut self, job: &Job, give_up: &AtomicBool) -> bool {
        loop {
            match self.write(job) {
                Ok(()) => {
                    self.view.set_archive_problem(String::new());
                    return true;
                }
                Err(error) => {
                    let problem = format!("cannot archive: {}; retrying, the journal keeps the events", told(&error));
                    tracing::error!(acd = %self.view.number(), "{problem}");
                    self.view.set_archive_problem(problem);
                }
            }
            if give_up.load(Ordering::Acquire) {
                return false;
            }
            std::thread::sleep(Duration::from_secs(1));
        }
    }

    fn write(&mut self, job: &Job) -> Result<(), StoreError> {
        let (store, view) = (&mut self.store, &self.view);
        match job {
            Job::Interval(rows) => {
                let start = rows.interval.start;
                let archived = store.archive(rows)?;
                tracing::debug!(acd = %view.number(), %start, rows = archived.rows, "interval archived");
                view.archived(start, archived.rows);
                self.summaries.archived(start);
                let period = rows.calendar.local(start).format("%Y-%m-%d %H:%M").to_string();
                let (level, status) = ("interval".to_owned(), "done".to_owned());
                store.set_archiving(&Archiving { level, period, at: now(), status, detail: String::new() })
            }
            Job::Login(row) => store.append_login(row, &view.calendar()),
            Job::Link(row) => store.append_link(row, &view.calendar()),
            Job::Records(records) => store.append_records(records, &view.calendar()),
            Job::Dictionary(dictionary) => store.save_dictionary(dictionary),
            Job::Entered(index, configuration) => store.note_entered(*index, configuration),
            Job::Work(_) => Ok(()),
        }
    }
}

/// Waits for something to write, and says how many of the collector's jobs it is: records that follow each other closely
/// come together.
/// What comes after them is kept in `next`. `None` when all is written and nothing more will come.
fn gather(queue: &Receiver<Job>, next: &mut Option<Job>) -> Option<(Job, u64)> {
    let mut records = match next.take().or_else(|| queue.recv().ok())? {
        Job::Records(records) => records,
        Job::Work(work) => return Some((Job::Work(work), 0)),
        other => return Some((other, 1)),
    };
    let mut jobs = 1;
    let ends_at = Instant::now() + BATCH_WAIT;
    while records.len() < BATCH_MAX {
        match queue.recv_timeout(ends_at.saturating_duration_since(Instant::now())) {
            Ok(Job::Records(more)) => {
                records.extend(more);
                jobs += 1;
            }
            Ok(other) => {
                *next = Some(other);
                break;
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    Some((Job::Records(records), jobs))
}
