//! Stories a supervisor can read, with the items that follow from them, and properties of any stream of events.

mod agents;
mod board;
mod call_records;
mod calls;
mod exceptions;
mod extension_calls;
mod intervals;
mod leaps;
mod link;
mod numbers;
mod pace;
mod properties;
mod queues;
mod record_properties;
mod story;
mod trace;
mod trunks;
