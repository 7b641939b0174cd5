//! The thread that writes: from the collector's queue, and from the archive what was told before the spool took records.

use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver as Queue;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use catalog::{Value, table};
use echi::TABLE;
use model::Moment;
use parking_lot::Mutex;

use super::{Archive, FIRST_PAUSE, Job, LAST_PAUSE, Opener, Seen, Shared};
use crate::history::spool::Spool;
use crate::history::state::Place;

/// Records that are put on disk together.
const TOGETHER: usize = 4_096;
/// Pause before a write that failed is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// Pause before the archive is looked at again for records that it does not have yet.
const ARCHIVE_PAUSE: Duration = Duration::from_millis(200);
/// So often: a record that is not there after a minute was dropped from a full table.
const ARCHIVE_LOOKS: u32 = 300;

/// Begins to take records at the start, or when the spool is open at last.
fn go_on(spool: &mut Spool, after: Option<u64>, seen: Seen) -> std::io::Result<()> {
    spool.place_by(seen.calendar);
    if after.is_some() {
        return spool.go_on_after(seen.record, after, seen.interval_end);
    }
    // First where the collector began, then what it has told since.
    let told = [seen.before, seen.record.map(|record| record.number)];
    told.into_iter().flatten().try_for_each(|number| spool.go_on_behind(number))
}

impl Shared {
    /// Tries to open the spool.
    pub(super) fn open(&self, opener: &mut Opener) {
        let opened = opener().and_then(|spool| self.take_up(spool));
        let mut problems = self.problems.lock();
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
        let mut switch = self.switch.lock();
        if switch.on {
            let noting = "cannot note from which record to go on";
            // Before anything is told to it: where this fails, no checkpoint must wait for a queue that nobody reads.
            go_on(&mut spool, switch.after, *self.seen.lock()).context(noting)?;
            // As in `switch_on`: what is told from here on comes by the queue.
            self.on.store(true, Ordering::SeqCst);
            let seen = *self.seen.lock();
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
    pub(super) fn open_at_last(&self, mut opener: Opener) -> Option<&Mutex<Spool>> {
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

    /// All that this thread does once the spool is open.
    pub(super) fn write_all(&self, spool: &Mutex<Spool>, queue: &Queue<Job>, archive: &Archive) {
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
                    Job::PlaceBy(calendar) => {
                        spool.lock().place_by(Some(calendar));
                        true
                    }
                    Job::Record(number, record) => {
                        spool.lock().take(number, &record);
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
            *self.done.lock() += count;
            self.progress.notify_all();
            self.judge_buffer();
            self.ring();
        }
    }

    /// Takes first what is to be taken from the archive; whether it could before the program ends.
    fn caught_up(&self, spool: &Mutex<Spool>, archive: &Archive) -> bool {
        let up_to = spool.lock().catch_up_to();
        up_to.is_none_or(|up_to| self.catch_up(spool, archive, up_to))
    }

    /// Tells if the archive does not reach back to where the spool ends: a full table has let go what was between.
    fn look_back(&self, spool: &Mutex<Spool>, archive: &Archive) {
        let (last, up_to) = {
            let spool = spool.lock();
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
        self.problems.lock().missing = problem;
    }

    /// Takes records from the archive, up to the number that the collector had reached; 0 for what there is. Whether it could
    /// before the program ends: a start goes on with it.
    fn catch_up(&self, spool: &Mutex<Spool>, archive: &Archive, up_to: u64) -> bool {
        let position = |item| table(TABLE).and_then(|table| table.position(item));
        let (Some(number), Some(at)) = (position("SEQNUM"), position("SEGSTOP_UTC")) else { return true };
        let mut looks = 0;
        while !self.give_up.load(Ordering::SeqCst) {
            let last = spool.lock().last().number;
            let rows = match archive(last, if up_to == 0 { u64::MAX } else { up_to }) {
                Ok(rows) => rows,
                Err(error) => {
                    let problem = format!("cannot read call records from the archive: {error:#}; retrying");
                    tracing::error!(acd = %self.acd, "{problem}");
                    self.problems.lock().writing = problem;
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
                spool.lock().take_values(place, &values);
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
            let Err(error) = write(&mut spool.lock()) else {
                self.problems.lock().writing = String::new();
                return true;
            };
            let problem = format!("cannot write call history: {error}; retrying, the journal keeps the events");
            tracing::error!(acd = %self.acd, "{problem}");
            self.problems.lock().writing = problem;
            if self.give_up.load(Ordering::SeqCst) {
                return false;
            }
            std::thread::sleep(RETRY);
        }
    }
}
