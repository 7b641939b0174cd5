//! What everything that happens between two servers has in common: following a job, and carrying a parcel across.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use api::{Job, JobState, NameBackup, PARCELS_DEVICE, PackAdministration, Started};
use client::Client;

use super::HealError;
use super::account::HEALTH_TIMEOUT;

/// How often a job is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Newest format of volumes that both servers know: one packs, the other one reads.
pub(super) async fn read_by_both(here: &Client, there: &Client) -> Result<u32, HealError> {
    let (here, there) = (here.health(HEALTH_TIMEOUT).await?, there.health(HEALTH_TIMEOUT).await?);
    Ok(here.reads_volumes.min(there.reads_volumes))
}

/// How far a heal or a push is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// Which server is at work.
    pub server: String,
    /// What is being done.
    pub what: String,
    /// Rows so far.
    pub rows: u64,
    /// Bytes that were carried so far.
    pub bytes: u64,
}

/// Waits until a job is over, and tells meanwhile how far it is.
///
/// # Errors
/// [`HealError::Job`] with the server's words if it failed.
pub async fn follow(
    client: &Client,
    server: &str,
    started: Started,
    tell: &mut (dyn FnMut(&Step) + Send),
) -> Result<Job, HealError> {
    loop {
        let job = client.job(started).await?;
        match job.state {
            JobState::Done => return Ok(job),
            JobState::Failed => {
                let (server, plan) = (server.to_owned(), job.plan.map(Box::new));
                return Err(HealError::Job { server, text: job.text, code: job.code, plan });
            }
            JobState::Running => {
                tell(&Step { server: server.to_owned(), what: job.step, rows: job.rows, bytes: 0 });
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

/// Has a server pack administration, and carries that to another one; gives the parcel's label there. Nothing is left on the
/// first one.
///
/// # Errors
/// If either refuses or goes. What was on its way is removed then.
pub async fn carry_administration(
    (from, name): (&Client, &str),
    to: &Client,
    asked: &PackAdministration,
    tell: &mut (dyn FnMut(&Step) + Send),
) -> Result<String, HealError> {
    let started = from.pack_administration(asked).await?;
    let label = follow(from, name, started, tell).await?.label.unwrap_or_default();
    let carried = carry_all((from, name), to, &label, tell).await;
    // Good manners; it goes by itself after a day.
    let _ = from.remove_parcel(&label).await;
    if carried.is_err() {
        let _ = to.remove_parcel(&label).await;
    }
    carried
}

/// Carries all volumes of a parcel; gives its label on the other side.
pub(crate) async fn carry_all(
    (from, name): (&Client, &str),
    to: &Client,
    label: &str,
    tell: &mut (dyn FnMut(&Step) + Send),
) -> Result<String, HealError> {
    let parcel = from.backup(&NameBackup { label: label.to_owned(), device: Some(PARCELS_DEVICE.to_owned()) }).await?;
    let volumes: BTreeSet<&str> = parcel.tables.iter().map(|table| table.volume.as_str()).collect();
    let mut received = label.to_owned();
    for volume in volumes {
        received = carry((from, name), to, (label, volume), tell).await?;
    }
    Ok(received)
}

async fn carry(
    (from, name): (&Client, &str),
    to: &Client,
    (label, volume): (&str, &str),
    tell: &mut (dyn FnMut(&Step) + Send),
) -> Result<String, HealError> {
    let bytes = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&bytes);
    let count = move |some| {
        counted.fetch_add(some, Ordering::Relaxed);
    };
    let mut step = Step { server: name.to_owned(), what: format!("carrying {volume}"), ..Step::default() };
    tell(&step);
    let carrying = from.carry_volume(to, label, volume, count);
    tokio::pin!(carrying);
    loop {
        tokio::select! {
            received = &mut carrying => return Ok(received?.label),
            () = tokio::time::sleep(LOOK_EVERY) => {
                step.bytes = bytes.load(Ordering::Relaxed);
                tell(&step);
            }
        }
    }
}
