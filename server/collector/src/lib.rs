//! From the switch's events to call and agent state, real-time tables and interval rows.
//!
//! The events are the only input. There is no clock, no I/O, no thread and no order that comes from hashing, so two
//! servers that apply the same events hold the same rows, and a checkpoint plus the events after it is the same as
//! all events from the start. Time is the switch's: before an event is applied, everything due up to its time is
//! settled, in order, so a heartbeat more or less changes nothing.
//!
//! Call-based items are credited wholly when the element's tracking of the call ends, after-call work included.
//! Interval-timed items grow by the second and telescope (`live`). A database of facts recomputed at interval end
//! was turned down: it would not give a board within milliseconds, and it would not be smaller.

mod agent;
mod agent_acts;
mod agent_credit;
mod ahead;
mod answer;
mod board;
mod call;
mod call_acts;
mod call_end;
mod call_record;
mod collector;
mod configuration;
mod credit;
mod doubt;
mod effects;
mod exceptions;
mod heads;
mod history;
mod interval;
mod judged;
mod leg;
mod link_state;
mod live;
mod merge;
mod numbers;
mod outcome;
mod pace;
mod parts;
mod queue;
mod settings;
mod shares;
mod slots;
mod split;
mod told;
mod trace;
mod trunk;
mod trunk_acts;
mod vdn;
mod vector;
mod work;
mod work_code;

#[cfg(test)]
mod tests;

pub use board::{Board, OpenSession, RowFilter};
pub use collector::Collector;
pub use effects::{Anomaly, AnomalyKind, Effect};
pub use exceptions::LoggedException;
pub use interval::SET_BACK_MAX_SECS;
pub use settings::Settings;
