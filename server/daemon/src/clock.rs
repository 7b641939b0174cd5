//! The server's own clock, by which timetables are due. Collection never asks it: its time is the switch's.

use model::Moment;

use crate::administration;

/// What tells the time. Tests drive one of their own.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        administration::now()
    }
}
