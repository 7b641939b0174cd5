//! Summing up, ageing out and what goes with them, in a thread of its own for each ACD.
//!
//! What is due is due by the ACD's own time, so both servers do it alike, and one that was down does it when it is up
//! again. History is read on a connection of its own; what is to be written goes through the archiver, the one writer of
//! the file, a table at a time, so that neither collection nor archiving ever waits long. The server's clock only says
//! when something was done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use catalog::{TableKind, all_tables};
use model::{Level, Moment, Period, RunStatus};
use store::{AcdReader, AcdStore, Archiving, InPlace, StoreError, SummaryDigest};

use super::archiver::Job;
use super::files::gone;
use super::view::AcdView;
use crate::causes::told;
use crate::standing::Keeping;

/// How often the ACD's time is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Late intervals seldom come alone: what they put out of date is made again when none has come for so long.
const QUIET: Duration = Duration::from_secs(1);
/// A switch's clock may be ahead of the server's by so much and rows are aged out by it. One that is set years ahead for a moment
/// must not cost the whole history.
const AHEAD_SECS: i64 = 86_400;
/// Pause before what failed is tried again.
const RETRY: Duration = Duration::from_secs(10);

/// What is asked of the thread.
enum Command {
    /// An interval was archived.
    Archived(Moment),
    /// Make these periods now.
    Make(Vec<Period>, Sender<Result<Vec<Made>, String>>),
    /// Keep to another allocation or other times; these levels have tables that they had not before.
    Keep(Arc<Keeping>, Vec<Level>, Sender<Result<(), String>>),
    Stop,
}

/// What became of a period that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// Which.
    pub period: Period,
    /// As it is now; `None` if there was nothing to make it from.
    pub digest: Option<SummaryDigest>,
    /// Tables that stay as they were, because what they are made from was aged out.
    pub kept: Vec<&'static str>,
    /// Weeks of before the week was set anew that went, because it has days of them.
    pub replaced: Vec<Period>,
    /// Weeks of before the week was set anew that stay, so that nothing was made.
    pub in_place: Option<InPlace>,
}

/// The giving end.
#[derive(Clone)]
pub struct Summaries(Sender<Command>);

impl Summaries {
    pub(super) fn archived(&self, start: Moment) {
        let _ = self.0.send(Command::Archived(start));
    }

    /// Makes periods now. Blocks until they are made.
    pub fn make(&self, periods: Vec<Period>) -> Result<Vec<Made>, String> {
        self.give(|reply| Command::Make(periods, reply))
    }

    /// Keeps to another allocation or other times from now on. Blocks until that is so.
    pub fn keep(&self, keeping: Arc<Keeping>, new_levels: Vec<Level>) -> Result<(), String> {
        self.give(|reply| Command::Keep(keeping, new_levels, reply))
    }

    fn give<T>(&self, command: impl FnOnce(Sender<Result<T, String>>) -> Command) -> Result<T, String> {
        let (reply, outcome) = channel();
        self.0.send(command(reply)).map_err(|_| gone())?;
        outcome.recv().map_err(|_| gone())?
    }
}

/// The thread.
pub(super) struct Summarizer {
    handle: Summaries,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Summarizer {
    /// `archive` leads to the one writer of the files that `reader` reads.
    pub(super) fn start(view: Arc<AcdView>, reader: AcdReader, archive: Sender<Job>) -> Result<Summarizer> {
        let (give, commands) = channel();
        let handle = Summaries(give);
        let stopping = Arc::new(AtomicBool::new(false));
        let name = format!("summary-{}", view.number());
        let worker = Worker {
            view,
            reader,
            archive,
            stopping: Arc::clone(&stopping),
            looked_at: None,
            due_at: None,
            quiet_at: None,
            retry_at: None,
            aged_for: None,
        };
        let guard = worker.view.vitals().guard();
        let run = move || {
            let _guard = guard;
            worker.run(&commands);
        };
        let thread = std::thread::Builder::new().name(name).spawn(run).context("starting to sum up")?;
        Ok(Summarizer { handle, stopping, thread: Some(thread) })
    }

    pub(super) fn handle(&self) -> &Summaries {
        &self.handle
    }

    /// Ends; what is being summed up is given up and made after the next start.
    pub(super) fn stop(&mut self) {
        self.stopping.store(true, Ordering::Release);
        let _ = self.handle.0.send(Command::Stop);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that sums up panicked");
        }
    }
}

/// Why something was not done.
enum Failure {
    /// The server stops.
    Stopped,
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::Store(error)
    }
}

impl Failure {
    fn text(&self) -> String {
        match self {
            Failure::Stopped => "the server stops; this is made after the next start".to_owned(),
            Failure::Store(error) => told(error),
        }
    }
}

struct Worker {
    view: Arc<AcdView>,
    reader: AcdReader,
    archive: Sender<Job>,
    stopping: Arc<AtomicBool>,
    /// The ACD's time at the last look.
    looked_at: Option<Moment>,
    /// When something is due next, by the ACD's time; `None` if that is not known yet.
    due_at: Option<Moment>,
    /// When late intervals are looked at, unless more come.
    quiet_at: Option<Instant>,
    retry_at: Option<Instant>,
    /// The ACD's day for which rows were aged out last.
    aged_for: Option<chrono::NaiveDate>,
}

impl Worker {
    fn run(mut self, commands: &Receiver<Command>) {
        while !self.is_stopping() {
            match commands.recv_timeout(LOOK_EVERY) {
                Ok(Command::Archived(start)) => self.archived(start),
                Ok(Command::Make(periods, reply)) => {
                    let made = periods.iter().map(|period| self.make(period)).collect::<Result<Vec<_>, _>>();
                    let _ = reply.send(made.map_err(|failure| failure.text()));
                }
                Ok(Command::Keep(keeping, levels, reply)) => {
                    let _ = reply.send(self.keep(&keeping, levels).map_err(|failure| failure.text()));
                }
                Ok(Command::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.look();
        }
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Whether an interval belongs to a day that should have been summed up before.
    fn archived(&mut self, start: Moment) {
        let (calendar, times) = (self.view.calendar(), self.view.keeping().summarizing.times);
        let reached = self.view.board().map_or(start, |board| board.at);
        let last = times.last_due(Level::Daily, &calendar, reached);
        if last.is_some_and(|last| calendar.row_date(start) <= last.last) {
            self.quiet_at = Some(Instant::now() + QUIET);
        }
    }

    /// Does what is due by the ACD's time, or has been put out of date.
    fn look(&mut self) {
        let Some(at) = self.view.board().map(|board| board.at) else { return };
        let now = Instant::now();
        // A clock that was ahead and is right again: what is due next was told by the wrong one.
        if self.looked_at.replace(at).is_some_and(|before| at < before) {
            self.due_at = None;
        }
        let due = self.due_at.is_none_or(|due| due <= at) || self.quiet_at.is_some_and(|quiet| quiet <= now);
        if !due || self.retry_at.is_some_and(|retry| now < retry) {
            return;
        }
        match self.bring_up_to_date(at) {
            Ok(()) => {
                (self.quiet_at, self.retry_at) = (None, None);
                self.view.set_summary_problem(String::new());
            }
            Err(Failure::Stopped) => {}
            Err(Failure::Store(error)) => {
                let problem = format!("cannot sum up: {}; trying again", told(&error));
                tracing::error!(acd = %self.view.number(), "{problem}");
                self.view.set_summary_problem(problem);
                self.retry_at = Some(Instant::now() + RETRY);
            }
        }
    }

    fn bring_up_to_date(&mut self, at: Moment) -> Result<(), Failure> {
        // What was closed before is stored before it is read.
        self.work(|_| Ok(()))?;
        let (keeping, calendar) = (self.view.keeping(), self.view.calendar());
        let times = keeping.summarizing.times;
        let today = calendar.row_date(at).min(calendar.row_date(self.view.now() + AHEAD_SECS));
        for level in Level::ALL.into_iter().filter(|level| keeping.makes(*level)) {
            let Some(last) = times.last_due(level, &calendar, at) else { continue };
            let unsummed = self.reader.unsummed(&last, &times, keeping.summarizing.rerun)?;
            for period in self.reader.still_wanted(unsummed, &keeping.storage, today)? {
                self.make(&period)?;
            }
        }
        if self.aged_for != Some(today) {
            self.age(today)?;
            self.aged_for = Some(today);
        }
        let next = |level| Some(times.due_at(&times.next_due(level, &calendar, at)?, &calendar));
        self.due_at = Level::ALL.into_iter().filter_map(next).min();
        Ok(())
    }

    /// Sums up one period.
    fn make(&self, period: &Period) -> Result<Made, Failure> {
        let made = self.make_tables(period);
        self.view.set_summing(None);
        made
    }

    /// The same, table by table.
    fn make_tables(&self, period: &Period) -> Result<Made, Failure> {
        let keeping = self.view.keeping();
        let summing = self.reader.sum_up(*period, keeping.summarizing.times, self.view.calendar())?;
        let head = summing.head().clone();
        let mut made = Made { period: *period, digest: None, kept: Vec::new(), replaced: Vec::new(), in_place: None };
        made.in_place = summing.in_place(&keeping.storage);
        if made.in_place.is_some() || head.is_empty() {
            return Ok(made);
        }
        made.replaced = summing.others().to_vec();
        self.view.set_summing(Some(*period));
        let tables = all_tables().iter().filter(|table| table.kind == TableKind::of(period.level));
        let mut stored = false;
        for table in tables.filter(|table| keeping.storage.kept(table).makes(period.level)) {
            if summing.is_gone(table) {
                made.kept.push(table.name);
                continue;
            }
            let rows = summing.rows(table, &mut || !self.is_stopping())?.ok_or(Failure::Stopped)?;
            let head = head.clone();
            self.work(move |store| store.store_summary(&head, &rows))?;
            stored = true;
        }
        drop(summing);
        if stored {
            let level = period.level.word().to_owned();
            let archiving = Archiving {
                level,
                period: period.to_string(),
                at: self.view.now(),
                status: RunStatus::Done,
                detail: String::new(),
            };
            made.digest = Some(self.work(move |store| {
                let digest = store.finish_summary(&head, archiving.at)?;
                store.set_archiving(&archiving)?;
                Ok(digest)
            })?);
        }
        tracing::info!(acd = %self.view.number(), level = period.level.word(), %period, "summed up");
        Ok(made)
    }

    /// Removes what is no longer kept, tells of what is more than expected, and remembers what the rest takes.
    fn age(&self, today: chrono::NaiveDate) -> Result<(), Failure> {
        let keeping = self.view.keeping();
        let mut gone = 0;
        loop {
            if self.is_stopping() {
                return Err(Failure::Stopped);
            }
            let keeping = Arc::clone(&keeping);
            let aged = self.work(move |store| store.age(&keeping.storage, &keeping.summarizing.times, today))?;
            gone += aged.rows;
            if aged.table.is_none() {
                break;
            }
        }
        if gone > 0 {
            tracing::info!(acd = %self.view.number(), rows = gone, "aged out");
        }
        for (word, most, expected) in keeping.beyond(&self.reader.usage()?) {
            let acd = self.view.number();
            tracing::warn!(%acd, most, expected, "more {word} than allocated; all are kept: `cms storage set {word}`");
        }
        if self.is_stopping() {
            return Err(Failure::Stopped);
        }
        let sizes = self.reader.measure()?;
        self.work(move |store| store.set_sizes(today, &sizes))
    }

    fn keep(&mut self, keeping: &Arc<Keeping>, new_levels: Vec<Level>) -> Result<(), Failure> {
        let (kept, not_due) = (Arc::clone(keeping), self.not_due(keeping));
        self.work(move |store| {
            store.set_storage(&kept.storage)?;
            store.forget_usage()?;
            not_due.into_iter().try_for_each(|(level, last)| store.make_later(level, last))?;
            new_levels.into_iter().try_for_each(|level| store.mark_level(level))
        })?;
        self.view.set_keeping(Arc::clone(keeping));
        (self.due_at, self.aged_for) = (None, None);
        Ok(())
    }

    /// Where the times of summing up become others: the last day of each level that is due by them. What was made of later ones, as on
    /// the day itself, lacks what comes until then.
    fn not_due(&self, keeping: &Keeping) -> Vec<(Level, chrono::NaiveDate)> {
        let times = keeping.summarizing.times;
        let board = self.view.board().filter(|_| times != self.view.keeping().summarizing.times);
        let Some(at) = board.map(|board| board.at) else { return Vec::new() };
        let calendar = self.view.calendar();
        let last = |level| Some((level, times.last_due_day(level, &calendar, at)?));
        Level::ALL.into_iter().filter_map(last).collect()
    }

    /// Has something done by the archiver, and waits for it.
    fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AcdStore) -> store::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let (reply, outcome) = sync_channel(1);
        let job = Job::Work(Box::new(move |store| drop(reply.send(work(store)))));
        self.archive.send(job).map_err(|_| Failure::Stopped)?;
        Ok(outcome.recv().map_err(|_| Failure::Stopped)??)
    }
}
