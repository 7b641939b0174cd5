//! The way to the one writer of an ACD's files, and to what sums them up.
//!
//! Restores, names and permissions are written between two works of the archiver, which is that writer. A way of its own for each
//! of them, some through the ACD's thread and some past it, was what this replaced; what the collector is to learn of is an
//! order ([`super::orders`]).

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use model::event::Configuration;
use model::{Level, Moment, Period};
use parking_lot::Mutex;
use store::AcdStore;

use super::archiver::Job;
use super::summaries::{Made, Summaries};
use crate::causes::told;
use crate::standing::Keeping;

/// Why nothing can be asked of an ACD that has not come up, or has ended.
pub(super) fn gone() -> String {
    "this ACD is not running; its link state says why".to_owned()
}

/// How often it is looked whether to go on waiting.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The giving end. What is given before the archiver runs waits for it.
#[derive(Clone)]
pub struct AcdFiles {
    /// None when the archiver ends: it writes until nobody can give it anything any more.
    writer: Arc<Mutex<Option<Sender<Job>>>>,
    /// The thread that sums up, once it runs.
    summaries: Arc<OnceLock<Summaries>>,
}

/// The taking end, for the archiver.
pub(super) struct Queue {
    pub(super) files: AcdFiles,
    pub(super) jobs: Sender<Job>,
    pub(super) taken: Receiver<Job>,
}

impl AcdFiles {
    pub(super) fn channel() -> (AcdFiles, Queue) {
        let (jobs, taken) = channel();
        let writer = Arc::new(Mutex::new(Some(jobs.clone())));
        let files = AcdFiles { writer, summaries: Arc::default() };
        (files.clone(), Queue { files, jobs, taken })
    }

    pub(super) fn set_summaries(&self, summaries: Summaries) {
        let _ = self.summaries.set(summaries);
    }

    /// Nothing more is given.
    pub(super) fn close(&self) {
        *self.writer.lock() = None;
    }

    /// Has something done by the one writer, between two of its own works. Blocks until it is done.
    ///
    /// # Errors
    /// A sentence for people if the ACD is not running.
    pub fn work<T: Send + 'static>(&self, work: impl FnOnce(&mut AcdStore) -> T + Send + 'static) -> Result<T, String> {
        self.give(work)?.recv().map_err(|_| gone())
    }

    /// Gives the one writer something to do; what comes of it comes back.
    fn give<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AcdStore) -> T + Send + 'static,
    ) -> Result<Receiver<T>, String> {
        let (reply, outcome) = sync_channel(1);
        let job = Job::Work(Box::new(move |store| drop(reply.send(work(store)))));
        let writer = self.writer.lock().clone();
        writer.ok_or_else(gone)?.send(job).map_err(|_| gone())?;
        Ok(outcome)
    }

    /// Waits until what was given before is in the files, as long as it is to go on.
    ///
    /// # Errors
    /// A sentence for people if it was not waited for to the end, or the ACD is not running.
    pub fn settle(&self, go_on: &mut dyn FnMut() -> bool) -> Result<(), String> {
        let outcome = self.give(|_| ())?;
        loop {
            match outcome.recv_timeout(LOOK_EVERY) {
                Ok(()) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => return Err(gone()),
                Err(RecvTimeoutError::Timeout) if go_on() => {}
                Err(RecvTimeoutError::Timeout) => return Err("what is waiting is not in the files yet".to_owned()),
            }
        }
    }

    /// Changes what is kept in the files; the collector does not learn of it. Blocks until it is done.
    ///
    /// # Errors
    /// A sentence for people; then nothing was changed.
    pub fn change(
        &self,
        change: impl FnOnce(&mut AcdStore) -> store::Result<()> + Send + 'static,
    ) -> Result<(), String> {
        let changed = self.work(change)?;
        changed.map_err(|error| format!("this cannot be kept, and nothing was changed: {}", told(&error)))
    }

    /// Keeps a configuration in the administration tables. Blocks.
    ///
    /// # Errors
    /// As of [`AcdFiles::change`].
    pub fn administer(&self, configuration: &Configuration) -> Result<(), String> {
        let configuration = configuration.clone();
        self.change(move |store| store.administer(&configuration))
    }

    /// Sums up periods now. Blocks until that is done.
    ///
    /// # Errors
    /// A sentence for people if the ACD is not running, or they cannot be summed up.
    pub fn make(&self, periods: Vec<Period>) -> Result<Vec<Made>, String> {
        self.summaries()?.make(periods)
    }

    /// Keeps to another allocation or other times from now on; `new_levels` have tables that they had not before. Blocks until
    /// that is so.
    ///
    /// # Errors
    /// A sentence for people if the ACD is not running, or what is too much cannot be removed.
    pub fn keep(&self, keeping: Arc<Keeping>, new_levels: Vec<Level>) -> Result<(), String> {
        self.summaries()?.keep(keeping, new_levels)
    }

    /// Intervals were restored; this is the first of them. What is summed up of them is made again, unless that is
    /// switched off.
    pub fn restored(&self, first: Moment) {
        if let Some(summaries) = self.summaries.get() {
            summaries.archived(first);
        }
    }

    fn summaries(&self) -> Result<&Summaries, String> {
        self.summaries.get().ok_or_else(gone)
    }
}
