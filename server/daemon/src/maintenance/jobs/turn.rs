//! The line of those that wait until what runs is done. Persons are refused instead: they would rather know.

use std::collections::VecDeque;
use std::time::Duration;

use api::{Job, JobState};

use super::Jobs;

/// Who waits, the first one first.
#[derive(Default)]
pub(super) struct Line {
    last: u64,
    waiting: VecDeque<u64>,
}

/// A place in the line; given up when it is dropped.
pub struct Turn<'a> {
    jobs: &'a Jobs,
    ticket: u64,
}

/// How somebody stands in the line.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// Nothing runs, and nobody is before it. A person who begins something now comes first nevertheless.
    First,
    /// It waits for this job; for somebody else in the line, if none runs.
    Behind(Option<Box<Job>>),
}

impl Jobs {
    /// Takes the last place in the line.
    pub fn stand_in_line(&self) -> Turn<'_> {
        let mut line = self.line.lock();
        line.last += 1;
        let ticket = line.last;
        line.waiting.push_back(ticket);
        Turn { jobs: self, ticket }
    }
}

impl Turn<'_> {
    /// How it stands. While it is not its turn, this waits until a job ends, at most so long.
    pub fn wait(&self, patience: Duration) -> Standing {
        let is_first = self.jobs.line.lock().waiting.front() == Some(&self.ticket);
        let mut known = self.jobs.shared.known.lock();
        let running = known.values().find(|job| job.state == JobState::Running).cloned();
        match running {
            None if is_first => Standing::First,
            running => {
                self.jobs.shared.ended.wait_for(&mut known, patience);
                Standing::Behind(running.map(Box::new))
            }
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.jobs.line.lock().waiting.retain(|ticket| *ticket != self.ticket);
        self.jobs.shared.ended.notify_all();
    }
}
