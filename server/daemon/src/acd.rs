//! One ACD: its link, journal, collector and archiver, and what the rest of the server may see of them.
//!
//! Each ACD has a thread of its own with a small runtime: *select, then apply*. There are no locks around
//! state; other threads get the published [`Board`](collector::Board) and a few counters, and cannot hold
//! collection up. The order is always: journal on disk, then state, then acknowledgement.

pub mod again;
mod anchors;
mod archiver;
mod asterisk;
mod checkpoint;
mod commands;
mod core;
mod files;
pub mod merging;
pub(crate) mod native;
mod orders;
mod recovery;
mod site;
mod summaries;
#[cfg(test)]
#[path = "tests/summaries.rs"]
mod tests;
mod view;
mod wire;

use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use api::LogCode;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::config::{AcdConfig, LinkConfig};
use crate::history::Recorder;
use crate::standing::Standing;

pub use self::anchors::saved;
pub use self::checkpoint::Checkpoint;
pub use self::recovery::{RecoveredState, Replayed, recover_collector};
pub use files::AcdFiles;
pub use orders::Orders;
pub use summaries::Made;
pub use view::AcdView;

/// A running ACD.
pub struct Acd {
    view: Arc<AcdView>,
    files: AcdFiles,
    orders: Orders,
    thread: Option<JoinHandle<()>>,
}

/// An ACD whose thread opens what must be there before the server is up.
pub struct Opening {
    acd: Acd,
    opened: Receiver<Result<()>>,
}

impl Acd {
    /// Begins: in a thread of its own the ACD takes its port and opens its files, then recovers its state from checkpoint
    /// and journal, then serves its link.
    pub fn open(
        dir: &Path,
        config: &AcdConfig,
        standing: Standing,
        journal_days: u32,
        history: Option<Arc<Recorder>>,
        clock: Arc<dyn Clock>,
        stop: watch::Receiver<bool>,
    ) -> Result<Opening> {
        let view = Arc::new(AcdView::new(config, &standing, history, clock));
        let (orders, taken) = Orders::channel();
        let (files, queue) = AcdFiles::channel();
        // A plain channel: callers may be inside a runtime of their own, where tokio's must not block.
        let (ready, opened) = sync_channel(1);
        let thread = std::thread::Builder::new().name(format!("acd-{}", config.number)).spawn({
            let (dir, config, view) = (dir.to_owned(), config.clone(), Arc::clone(&view));
            move || {
                let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                    Ok(runtime) => runtime,
                    Err(error) => return drop(ready.send(Err(anyhow::Error::new(error)))),
                };
                let asked = Asked { orders: taken, queue, standing, journal_days };
                let vitals = Arc::clone(view.vitals());
                runtime.block_on(run(dir, config, asked, view, stop, ready));
                vitals.rest();
            }
        })?;
        Ok(Opening { acd: Acd { view, files, orders, thread: Some(thread) }, opened })
    }

    /// What the rest of the server may see.
    pub fn view(&self) -> &Arc<AcdView> {
        &self.view
    }

    /// The way to the writer of its files.
    pub fn files(&self) -> &AcdFiles {
        &self.files
    }

    /// Where administrators' orders go.
    pub fn orders(&self) -> &Orders {
        &self.orders
    }

    /// Tells in its state that it could not be opened, and why.
    pub fn failed(&self, error: &anyhow::Error) {
        self.view.failed(error);
    }

    /// Waits until the last batch is durable and the final checkpoint written; the stop signal must have been given.
    pub fn join(&mut self) {
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!(acd = %self.view.number(), "the ACD's thread panicked");
        }
    }
}

impl Opening {
    /// Waits until the port is taken and the files are open; recovering goes on.
    pub fn wait(self) -> (Acd, Result<()>) {
        let opened = self.opened.recv().context("the ACD's thread ended at once").flatten();
        let opened = opened.with_context(|| format!("starting ACD {}", self.acd.view.title()));
        (self.acd, opened)
    }
}

/// What people want of an ACD, outside of `cms.toml`.
struct Asked {
    orders: orders::Taken,
    queue: files::Queue,
    standing: Standing,
    journal_days: u32,
}

/// Says so where a recovery ends in a panic: an ACD that recovers for ever would tell nobody that it is lost.
struct Recovering<'a>(&'a AcdView);

impl Drop for Recovering<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let why = format!("recovering ACD {}: it broke off; the program's log tells why", self.0.title());
            let text = format!(
                "{why}; nothing of this ACD is collected, and starting anew is not enough: report the defect, and let people work on \
                 the other server"
            );
            self.0.cannot_go_on(why, LogCode::RecoveryBrokeOff, text);
        }
    }
}

/// Says so where serving the link ends in a panic: nobody is left who would say that the link is down.
struct Serving<'a>(&'a AcdView);

impl Drop for Serving<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.broke_off();
        }
    }
}

async fn run(
    dir: PathBuf,
    config: AcdConfig,
    asked: Asked,
    view: Arc<AcdView>,
    stop: watch::Receiver<bool>,
    ready: SyncSender<Result<()>>,
) {
    let (dialect, files) = match open(&dir, &config, &view).await {
        Ok(opened) => opened,
        Err(error) => return drop(ready.send(Err(error))),
    };
    if ready.send(Ok(())).is_err() {
        return;
    }
    drop(ready);
    let go_on = |progress| {
        view.recovering(progress);
        // Nobody is left to serve for if the server's end of the signal is gone.
        if *stop.borrow() || stop.has_changed().is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let recovering = Recovering(&view);
    let core = match core::Core::recover(files, &config, asked, Arc::clone(&view), go_on) {
        Ok(Some(core)) => core,
        Ok(None) => return tracing::info!(acd = %config.number, "stopped while recovering; the next start begins anew"),
        Err(error) => return view.failed(&error.context(format!("recovering ACD {}", view.title()))),
    };
    drop(recovering);
    view.recovered();
    // Only from here on: a recovery that breaks off would break off again after the next start, and take the other ACDs along.
    let _guard = view.vitals().guard();
    let _serving = Serving(&view);
    match dialect {
        Dialect::Native(listener, tls) => native::serve(core, listener, tls, stop).await,
        Dialect::Asterisk(settings) => asterisk::serve(core, settings, stop).await,
    }
}

enum Dialect {
    Native(tokio::net::TcpListener, Option<native::tls::Tls>),
    Asterisk(asterisk::Settings),
}

/// Everything whose failure a person at the terminal can mend at once. The port is taken here, so that a switch that
/// connects while the state is recovered waits instead of being refused.
async fn open(dir: &Path, config: &AcdConfig, view: &AcdView) -> Result<(Dialect, core::Files)> {
    let dialect = match &config.link {
        LinkConfig::Native { listen, tls } => {
            let tls = tls.as_ref().map(|tls| native::tls::Tls::new(dir, tls)).transpose()?;
            let listener = listen_on(*listen).await?;
            view.set_address(listener.local_addr().context("reading the link's address")?);
            Dialect::Native(listener, tls)
        }
        LinkConfig::Asterisk { .. } => Dialect::Asterisk(asterisk::settings(dir, &config.link)?),
    };
    Ok((dialect, core::Files::open(dir, config, view)?))
}

async fn listen_on(address: SocketAddr) -> Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind(address).await.with_context(|| {
        format!(
            "cannot listen on {address} for the ACD link: another program may use the port; \
             change link.listen in cms.toml or stop that program"
        )
    })
}
