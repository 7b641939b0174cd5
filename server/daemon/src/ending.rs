//! How a running server ends: because it is asked to, or because a thread that collects has died.
//!
//! A thread dies by a defect of the program. Starting anew is the cure that loses nothing: what was acknowledged is in the
//! journal, and the switch tells the rest again. It is tried once; an ACD that breaks off again at once would take the
//! others along for ever. See `docs/decisions/0049-a-dead-thread-ends-the-server.md`.

use std::future::Future;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use api::LogCode;
use model::Severity;
use store::LOG_ENTRIES_MAX;
use tokio::task::JoinSet;

use crate::acd::AcdView;
use crate::maintenance_log::MaintenanceLog;
use crate::{Server, Service};

/// A thread that dies within so many seconds of the last death in the same ACD is not cured by starting anew.
const AGAIN_MAX: i64 = 600;
/// How long an orderly stop may take beside a thread that died, for which others may wait in vain.
const STOP_MAX: Duration = Duration::from_secs(30);
/// Code of the entry that a thread died and the server ended.
const DIED: LogCode = LogCode::ThreadDied;
/// Code of the entry that it died again, and the server goes on without the ACD.
const DIED_AGAIN: LogCode = LogCode::ThreadDiedAgain;

impl Server {
    /// Runs until it is asked to stop, then stops in good order. The service manager hears of it.
    ///
    /// # Errors
    ///
    /// If a thread that collects has died: the server has been stopped as far as that went, and should be started anew.
    /// Where the asking itself failed.
    pub fn run_until(self, asked: impl Future<Output = Result<()>>, service: Option<&Service>) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let died = runtime.context("waiting for the end")?.block_on(async {
            tokio::select! {
                asked = asked => asked.map(|()| None),
                why = death(self.views(), self.log()) => Ok(Some(why)),
            }
        })?;
        tracing::info!("stopping");
        if let Some(service) = service {
            service.stopping();
        }
        let Some(why) = died else {
            self.stop();
            return Ok(());
        };
        let (ended, end) = channel();
        std::thread::spawn(move || {
            self.stop();
            ended.send(())
        });
        if end.recv_timeout(STOP_MAX).is_err() {
            tracing::warn!(
                "the server did not stop in good order within {} s; the journal has what was acknowledged",
                STOP_MAX.as_secs()
            );
        }
        bail!("{why}; start the server anew, and report the defect with its log")
    }
}

/// Waits for a death that starting anew may cure, and tells of it in the maintenance error log.
async fn death(views: Vec<Arc<AcdView>>, log: &MaintenanceLog) -> String {
    let mut deaths = JoinSet::new();
    for view in views {
        deaths.spawn(async move {
            let why = view.vitals().wait_for_death().await;
            (view, why)
        });
    }
    while let Some(death) = deaths.join_next().await {
        let Ok((view, why)) = death else { continue };
        let why = format!("ACD {}: {why}", view.title());
        if !has_died_lately(log, &view) {
            log.log(
                Severity::Error,
                DIED,
                format!("{why}; the server ended, to be started anew; nothing acknowledged is lost"),
            );
            return why;
        }
        let text = format!(
            "{why} again within {} minutes, so the server goes on without this ACD, for the others; nothing acknowledged is lost. \
             Let people work on the other server, and report the defect with the program's log",
            AGAIN_MAX / 60
        );
        view.give_up(&text);
        log.log(Severity::Error, DIED_AGAIN, text);
    }
    // All are lost, and yet there are reports of what is archived.
    std::future::pending().await
}

/// Whether the server ended lately because a thread of the same ACD had died. Where that cannot be read it counts as if: to end
/// again and again helps nobody.
fn has_died_lately(log: &MaintenanceLog, view: &AcdView) -> bool {
    let acd = format!("ACD {}: ", view.title());
    let since = log.now().0 - AGAIN_MAX;
    let Ok(entries) = log.entries(true, LOG_ENTRIES_MAX) else { return true };
    entries.iter().any(|entry| entry.code == DIED && entry.text.starts_with(&acd) && entry.last_at.0 >= since)
}
