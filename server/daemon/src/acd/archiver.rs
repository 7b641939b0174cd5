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
use store::{AcdStore, StoreError};

use super::view::AcdView;
use crate::causes::told;

/// What is to be written.
pub(super) enum Job {
    Interval(Box<IntervalRows>),
    Login(LoginRow),
    Link(LinkRow),
    Dictionary(Arc<Dictionary>),
    /// With their numbers.
    Records(Vec<(u64, Record)>),
}

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
}

impl Archiver {
    pub(super) fn start(store: AcdStore, view: Arc<AcdView>) -> Result<Self> {
        let (jobs, queue) = channel();
        let done = Arc::new(AtomicU64::new(0));
        let give_up = Arc::new(AtomicBool::new(false));
        let thread = std::thread::Builder::new()
            .name(format!("archive-{}", view.number()))
            .spawn({
                let (done, give_up) = (Arc::clone(&done), Arc::clone(&give_up));
                move || write_all(store, &queue, &view, &done, &give_up)
            })
            .context("starting the archiver")?;
        Ok(Archiver { jobs: Some(jobs), sent: 0, done, give_up, thread: Some(thread) })
    }

    pub(super) fn send(&mut self, job: Job) {
        self.sent += 1;
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
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the archiver's thread panicked");
        }
    }
}

fn write_all(mut store: AcdStore, queue: &Receiver<Job>, view: &AcdView, done: &AtomicU64, give_up: &AtomicBool) {
    let mut next = None;
    while let Some((job, jobs)) = gather(queue, &mut next) {
        loop {
            match write(&mut store, &job, view) {
                Ok(()) => break view.set_archive_problem(String::new()),
                Err(error) => {
                    let problem = format!("cannot archive: {}; retrying, the journal keeps the events", told(&error));
                    tracing::error!(acd = %view.number(), "{problem}");
                    view.set_archive_problem(problem);
                }
            }
            if give_up.load(Ordering::Acquire) {
                return;
            }
            std::thread::sleep(Duration::from_secs(1));
        }
        done.fetch_add(jobs, Ordering::Release);
    }
}

/// Waits for something to write, and says how many jobs it is: records that follow each other closely come together.
/// What comes after them is kept in `next`. `None` when all is written and nothing more will come.
fn gather(queue: &Receiver<Job>, next: &mut Option<Job>) -> Option<(Job, u64)> {
    let mut records = match next.take().or_else(|| queue.recv().ok())? {
        Job::Records(records) => records,
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

fn write(store: &mut AcdStore, job: &Job, view: &AcdView) -> Result<(), StoreError> {
    match job {
        Job::Interval(rows) => {
            let archived = store.archive(rows)?;
            tracing::debug!(acd = %view.number(), start = %rows.interval.start, rows = archived.rows, "interval archived");
            view.archived(rows.interval.start, archived.rows);
            Ok(())
        }
        Job::Login(row) => store.append_login(row, &view.calendar()),
        Job::Link(row) => store.append_link(row, &view.calendar()),
        Job::Records(records) => store.append_records(records, &view.calendar()),
        Job::Dictionary(dictionary) => store.save_dictionary(dictionary),
    }
}
