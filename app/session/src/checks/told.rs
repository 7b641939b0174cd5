//! What one server says of itself, as far as the daily checks need it.

use std::collections::BTreeMap;
use std::time::Instant;

use api::{
    ArchiveStatus, Backups, Digest, HistoryInterface, MaintenanceEntry, RestoreEntry, Status, StorageView, Timetable,
};
use client::{Client, ClientError};
use model::AcdNumber;

use super::holes;

/// Entries of the maintenance error log that are asked for; a server keeps no more.
const ENTRIES: u32 = 1_000;

/// An answer, or why there is none.
pub(crate) type Answer<T> = Result<T, String>;

/// All that was told. What a user may not see, and what a server refuses or does not know, is an answer that is missing and
/// keeps nothing else from being judged.
#[derive(Debug, Clone)]
pub struct Told {
    /// Who and what the server is, and its links.
    pub status: Status,
    pub(crate) heard: Heard,
    pub(crate) archiving: Answer<Vec<ArchiveStatus>>,
    /// The intervals of each ACD that has told its clock, in order, as far back as the checks look.
    pub(crate) intervals: BTreeMap<AcdNumber, Answer<Vec<Digest>>>,
    pub(crate) storage: BTreeMap<AcdNumber, Answer<StorageView>>,
    pub(crate) backups: Answer<Backups>,
    pub(crate) restores: Answer<Vec<RestoreEntry>>,
    pub(crate) entries: Answer<Vec<MaintenanceEntry>>,
    pub(crate) timetables: Answer<Vec<Timetable>>,
    pub(crate) call_history: Answer<HistoryInterface>,
}

/// When answers that tell a clock came, by this machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heard {
    pub(crate) status: Instant,
    pub(crate) backups: Instant,
}

impl Told {
    /// Asks a server that is signed in to.
    ///
    /// # Errors
    /// If it does not even say who it is.
    pub async fn by(client: &Client) -> Result<Told, ClientError> {
        let status = client.status().await?;
        let status_heard = Instant::now();
        let (mut storage, mut intervals) = (BTreeMap::new(), BTreeMap::new());
        for acd in &status.acds {
            let number = acd.health.acd;
            storage.insert(number, answer(client.storage(number).await));
            if let Some(from) = holes::asked_from(acd) {
                intervals.insert(number, answer(client.digests(number, Some(from), None).await));
            }
        }
        let archiving = answer(client.archive_status(None).await);
        let backups = answer(client.backups().await);
        let heard = Heard { status: status_heard, backups: Instant::now() };
        Ok(Told {
            archiving,
            intervals,
            storage,
            backups,
            heard,
            restores: answer(client.restores().await),
            entries: answer(client.maintenance_log(false, ENTRIES).await),
            timetables: answer(client.timetables(None).await),
            call_history: answer(client.history_interface().await),
            status,
        })
    }
}

fn answer<T>(result: Result<T, ClientError>) -> Answer<T> {
    result.map_err(|error| error.refusal().map_or_else(|| error.to_string(), |body| body.message.clone()))
}
