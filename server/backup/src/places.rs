//! Where rows lie in time: moments of intervals and events, or days of summaries. Files keep both as numbers; outside of them
//! nobody has to guess which.

use chrono::NaiveDate;
use model::Moment;
use model::period::date_of;
use store::Unit;

/// The first and the last place of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Places {
    /// Of intervals and of events.
    Moments(Moment, Moment),
    /// Of daily, weekly and monthly rows; an end that is no day is none.
    Days(Option<NaiveDate>, Option<NaiveDate>),
}

impl Places {
    /// Numbers as files have them, of rows that are chosen so: UNIX seconds, or days as `YYYYMMDD`. Whole tables have none.
    pub fn of(unit: Unit, (from, to): (i64, i64)) -> Option<Places> {
        match unit {
            Unit::Whole => None,
            Unit::Interval | Unit::Event { .. } => Some(Places::Moments(Moment(from), Moment(to))),
            Unit::Period => Some(Places::Days(date_of(from), date_of(to))),
        }
    }
}
