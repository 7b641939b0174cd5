//! The network thread: the only place of this crate that does network I/O or waits.
//!
//! A [`driver::Driver`] takes commands and what its tasks report, one after the other, and never waits
//! itself; watching, signing in, feeding reports and copying are tasks beside it. They all run on one
//! thread, so that a task that was ended has said its last word.

use std::io;
use std::thread::{self, JoinHandle};

use client::ClientError;
use tokio::sync::mpsc;

use crate::command::Command;

mod checks;
mod connect;
mod copy;
mod detail;
mod driver;
mod exceptions;
mod feed;
mod happened;
mod heal;
mod jobs;
pub(crate) mod mailbox;
mod menu;
pub(crate) mod outcomes;
mod pages;
mod shortcuts;
mod sign_in;
mod sync;
mod task;
mod twin;
mod watch;
mod worksheets;

/// Starts the network thread.
pub(crate) fn spawn(commands: mpsc::Receiver<Command>, mailbox: mailbox::Mailbox) -> io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new().name("network".to_owned()).spawn(move || {
        runtime.block_on(driver::run(commands, mailbox));
        // File operations that hang (a lost network drive) must not keep the program from ending.
        runtime.shutdown_background();
    })
}

/// What is wrong, without the address that the screen shows beside it anyway.
fn short(error: &ClientError) -> String {
    match error {
        ClientError::Unreachable { why, .. } => why.clone(),
        ClientError::Refused { body, .. } => body.message.clone(),
        ClientError::UnknownCertificate { .. } => "its certificate is not trusted yet".to_owned(),
        ClientError::ChangedCertificate { .. } => "its certificate has changed".to_owned(),
        other => other.to_string(),
    }
}
