//! One ACD: its link, journal, collector and archiver, and what the rest of the server may see of them.
//!
//! Each ACD has a thread of its own with a small runtime: *select, then apply*. There are no locks around
//! state; other threads get the published [`Board`](collector::Board) and a few counters, and cannot hold
//! collection up. The order is always: journal on disk, then state, then acknowledgement.

mod archiver;
mod asterisk;
mod checkpoint;
mod core;
mod native;
mod view;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use tokio::sync::watch;

use crate::config::{AcdConfig, LinkConfig};
use crate::history::Recorder;

pub use self::checkpoint::Checkpoint;
pub use self::core::{RecoveredState, recover_collector};
pub use view::AcdView;

/// A running ACD.
pub struct Acd {
    view: Arc<AcdView>,
    thread: Option<JoinHandle<()>>,
}

impl Acd {
    /// Recovers the ACD's state from checkpoint and journal, then starts its link.
    pub fn start(
        dir: &Path,
        config: &AcdConfig,
        journal_days: u32,
        history: Option<Arc<Recorder>>,
        stop: watch::Receiver<bool>,
    ) -> Result<Acd> {
        let view = Arc::new(AcdView::new(config, history));
        // A plain channel: callers may be inside a runtime of their own, where tokio's must not block.
        let (ready, started) = sync_channel(1);
        let thread = std::thread::Builder::new().name(format!("acd-{}", config.number)).spawn({
            let (dir, config, view) = (dir.to_owned(), config.clone(), Arc::clone(&view));
            move || {
                let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                    Ok(runtime) => runtime,
                    Err(error) => return drop(ready.send(Err(anyhow::Error::new(error)))),
                };
                runtime.block_on(run(dir, config, journal_days, view, stop, ready));
            }
        })?;
        started.recv().context("the ACD's thread ended at once")??;
        Ok(Acd { view, thread: Some(thread) })
    }

    /// An ACD that could not be started; its state says why.
    pub fn failed(config: &AcdConfig, why: &str) -> Acd {
        let view = Arc::new(AcdView::new(config, None));
        view.set_link(api::LinkState::Down, why, None);
        view.set_archive_problem("nothing is collected; mend what is wrong and restart the server".to_owned());
        Acd { view, thread: None }
    }

    /// Whether it could not be started.
    pub fn has_failed(&self) -> bool {
        self.thread.is_none()
    }

    /// What the rest of the server may see.
    pub fn view(&self) -> &Arc<AcdView> {
        &self.view
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

async fn run(
    dir: PathBuf,
    config: AcdConfig,
    journal_days: u32,
    view: Arc<AcdView>,
    stop: watch::Receiver<bool>,
    ready: SyncSender<Result<()>>,
) {
    let listener = match &config.link {
        LinkConfig::Native { listen } => match listen_on(*listen).await {
            Ok(listener) => Some(listener),
            Err(error) => return drop(ready.send(Err(error))),
        },
        LinkConfig::Asterisk { .. } => None,
    };
    if let Some(address) = listener.as_ref().and_then(|listener| listener.local_addr().ok()) {
        view.set_address(address);
    }
    let core = match core::Core::recover(&dir, &config, journal_days, Arc::clone(&view)) {
        Ok(core) => core,
        Err(error) => return drop(ready.send(Err(error))),
    };
    let dialect = match listener {
        Some(listener) => Dialect::Native(listener),
        None => match asterisk::settings(&dir, &config.link) {
            Ok(settings) => Dialect::Asterisk(settings),
            Err(error) => return drop(ready.send(Err(error))),
        },
    };
    if ready.send(Ok(())).is_err() {
        return;
    }
    match dialect {
        Dialect::Native(listener) => native::serve(core, listener, stop).await,
        Dialect::Asterisk(settings) => asterisk::serve(core, settings, stop).await,
    }
}

enum Dialect {
    Native(tokio::net::TcpListener),
    Asterisk(asterisk::Settings),
}

async fn listen_on(address: SocketAddr) -> Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind(address).await.with_context(|| {
        format!(
            "cannot listen on {address} for the ACD link: another program may use the port; \
             change link.listen in cms.toml or stop that program"
        )
    })
}
