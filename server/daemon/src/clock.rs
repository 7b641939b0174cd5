//! The server's own clock: by it timetables are due, and what people and the server itself do is dated. It is given to whoever
//! dates something, so that a test that drives one has a single time. Collection never asks it: its time is the switch's.

use std::time::SystemTime;

use model::Moment;

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
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Moment(i64::try_from(since).unwrap_or(i64::MAX))
    }
}
