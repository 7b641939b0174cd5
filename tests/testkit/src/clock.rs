//! A clock that goes when a test says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use daemon::Clock;
use model::Moment;

/// The clock of both servers' timetables.
#[derive(Debug)]
pub struct DrivenClock(AtomicI64);

impl DrivenClock {
    /// A clock that stands at a moment.
    pub fn at(moment: Moment) -> Arc<DrivenClock> {
        Arc::new(DrivenClock(AtomicI64::new(moment.0)))
    }

    /// Sets it to a moment.
    pub fn set(&self, moment: Moment) {
        self.0.store(moment.0, Ordering::SeqCst);
    }
}

impl Clock for DrivenClock {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}
