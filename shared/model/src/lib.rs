//! The nouns both sides agree on: identifiers, the switch's time, the events a switch tells, what people are permitted.
//!
//! Nothing here does I/O, reads a clock or depends on hash order. The collector's only input is a
//! sequence of [`Event`]s, so whatever two servers must agree on has to be expressible here.

pub mod event;
pub mod exception;
pub mod id;
pub mod menu;
pub mod number_list;
pub mod overlap;
pub mod period;
pub mod permission;
pub mod profile;
pub mod run_status;
mod severity;
pub mod synonym;
pub mod time;
pub mod timetable;
pub mod words;

mod conflicts;
mod data_kind;
mod dictionary;
mod hex;
#[cfg(test)]
mod tests;

pub use conflicts::Conflicts;
pub use data_kind::DataKind;
pub use dictionary::{Dictionary, NameKind};
pub use event::{Event, EventBody};
pub use exception::{Counting, ExceptionElement, ExceptionKey, ExceptionKind, ExceptionRule, ExceptionScope};
pub use hex::hex;
pub use id::{
    AcdNumber, AuxReason, CallId, CollectedDigits, EqLoc, Extension, LineKind, LoginId, LogoutReason, PhoneNumber,
    SplitId, TrunkGroupId, Ucid, UserToUser, VdnId, VectorId, WorkCode,
};
pub use menu::MenuKind;
pub use number_list::{ListFault, list_with_words, number_list};
pub use overlap::{cover, overlapping, whole};
pub use period::{Level, Period, SummaryTimes};
pub use permission::{Access, AcdAccess, Element, Feature, Granted};
pub use profile::CallProfile;
pub use run_status::{RunStatus, RunStatusFault};
pub use severity::Severity;
pub use time::{Calendar, Face, Interval, IntervalMinutes, Moment, UtcOffset};
pub use timetable::{Policy, RunScope, Schedule, ServerId, Task, Timetable, TimetableKey, Work};
