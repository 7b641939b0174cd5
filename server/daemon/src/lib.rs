//! The server as a library: data folder, links, journal, archiver and HTTP API.
//!
//! `cms-server` is a thin program around [`init`], [`Server::start`] and [`check`]; the demo and the tests start
//! the same servers in their own process. This crate is where the pure ones meet clocks, sockets and files.

mod acd;
mod administration;
mod app;
pub mod auth;
mod causes;
mod check;
mod clock;
pub mod config;
mod door;
mod ending;
mod files;
mod folder_lock;
mod histories;
pub mod history;
mod house;
mod http;
mod init;
pub mod journal;
mod live;
mod log_lines;
mod lost_files;
mod maintenance;
mod maintenance_log;
mod menu;
mod metrics;
mod mounted;
mod names;
mod password;
mod people;
mod programs;
mod reach;
mod rename;
mod reports;
mod rows;
mod scraper;
mod server;
mod service;
mod source;
mod standing;
mod storage;
#[cfg(test)]
mod tests;
mod timetables;
mod tls;
mod troubles;
mod vitals;
mod whole;

pub use acd::{Checkpoint, RecoveredState, Replayed, recover_collector};
pub use check::{Finding, check, check_rows};
pub use clock::{Clock, SystemClock};
pub use histories::switch_history_interface;
pub use init::{InitOptions, Initialised, init};
pub use log_lines::{Weighed, is_journal};
pub use password::set_password;
pub use rename::rename;
pub use server::Server;
pub use service::Service;
pub use tls::fingerprint;
pub use whole::{WholeTarget, back_up_whole, restore_whole, verify_whole};

/// Version of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
