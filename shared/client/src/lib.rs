//! The typed HTTP client of the API: the only I/O on the shared shelf.
//!
//! Knows how to reach one server, how to know that it is the right one, and how to read its answers. It
//! never tries again by itself and keeps no state but the token: when to try again, and where, is for the
//! caller to decide.
//!
//! HTTP/1.1 only: a request that times out takes its connection with it, so that a server which comes back
//! is reached at once. One shared HTTP/2 connection to a hung server would fail every request after it.

mod address;
mod administration;
mod connection;
mod dictionary;
mod error;
mod event_stream;
mod exceptions;
mod images;
mod live;
mod maintenance;
mod maintenance_log;
mod menu;
mod parcels;
mod people;
mod shortcuts;
mod skills;
mod storage;
mod sync;
#[cfg(test)]
mod tests;
mod timetables;
mod trust;
mod worksheets;

pub use address::{Address, Trust};
pub use certificate::{Fingerprint, FingerprintError};
pub use connection::Client;
pub use error::ClientError;
pub use event_stream::{EventStream, StreamEvent, TooLarge};
pub use live::{Live, LiveRequest};
