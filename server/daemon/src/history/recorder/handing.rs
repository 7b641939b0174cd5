//! The thread that hands over: closed files, and the name files when a name has changed.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::Result;
use echi::NAME_FILES;
use model::Dictionary;

use super::{FIRST_PAUSE, LAST_PAUSE, Shared};
use crate::history::hand_over::{HandOver, hand_over, part_of};
use crate::history::receiver::Receiver;

impl Shared {
    /// All that this thread does.
    pub(super) fn hand_over_all(&self, mut receiver: Box<dyn Receiver>) {
        let mut pause = None;
        let mut told_names: Option<Arc<Dictionary>> = None;
        while self.wait_for_bell(pause) {
            let outcome = self.hand_over_waiting(receiver.as_mut(), &mut told_names);
            receiver.rest();
            if self.give_up.load(Ordering::SeqCst) {
                return;
            }
            let mut problems = self.problems.lock();
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
        let names = self.names.lock().clone();
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
        let mut bell = self.bell.lock();
        let until = pause.map(|pause| Instant::now() + pause);
        while !self.give_up.load(Ordering::SeqCst) {
            match until {
                // After an error more files make no difference before the pause is over.
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        break;
                    }
                    self.rung.wait_for(&mut bell, left);
                }
                None if *bell => break,
                None => self.rung.wait(&mut bell),
            }
        }
        *bell = false;
        !self.give_up.load(Ordering::SeqCst)
    }
}
