//! What is due. Pure: moments in, what to do out.

use model::{Calendar, Moment, Schedule};

/// A run that begins so many seconds after its time is still on time: a restart of the server need not cost one.
pub const ON_TIME_SECS: i64 = 300;

/// What is to be done about a timetable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Runs that were not begun in time.
    pub missed: Option<Missed>,
    /// The run that is to begin now: its time.
    pub run: Option<Moment>,
}

/// Runs that were missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    /// Time of the first.
    pub first: Moment,
    /// Time of the last.
    pub last: Moment,
    /// How many.
    pub count: u32,
}

/// Why a run was missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    Down,
    SingleUser,
    Recovering,
    StillRunning,
    Clock,
}

impl Cause {
    /// For people.
    pub fn text(self) -> &'static str {
        match self {
            Cause::Down => "the server was down",
            Cause::SingleUser => "the server was in single-user mode",
            Cause::Recovering => "the server was still recovering",
            Cause::StillRunning => "the run before was still going on",
            Cause::Clock => "the server's clock went forward, or the machine stood still",
        }
    }
}

/// What is due of a schedule whose runs up to `seen_to` are dealt with; `None` if nothing is.
pub fn due(schedule: &Schedule, calendar: &Calendar, seen_to: Moment, now: Moment, runs_late: bool) -> Option<Due> {
    let mut missed: Option<Missed> = None;
    let mut run = None;
    let mut at = seen_to;
    while let Some(next) = schedule.next_after(at, calendar).filter(|next| *next <= now) {
        if now - next <= ON_TIME_SECS && schedule.next_after(next, calendar).is_none_or(|later| later > now) {
            run = Some(next);
        } else {
            let before = missed.unwrap_or(Missed { first: next, last: next, count: 0 });
            missed = Some(Missed { last: next, count: before.count + 1, ..before });
        }
        at = next;
    }
    let made_up_for = missed.filter(|_| runs_late).map(|missed| missed.last);
    (at > seen_to).then(|| Due { missed, run: run.or(made_up_for) })
}
