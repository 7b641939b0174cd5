//! The client's requests about backups and restores.

use api::endpoints as at;
use api::{
    BackupDescription, Backups, Changed, Job, NameBackup, RestoreEntry, RunBackup, RunRestore, Started, UndoRestore,
};
use reqwest::Method;
use serde::Serialize;

use crate::connection::{Client, LONG_REQUEST_TIMEOUT, REQUEST_TIMEOUT};
use crate::error::ClientError;

impl Client {
    /// All backups, and how backing up stands.
    pub async fn backups(&self) -> Result<Backups, ClientError> {
        self.json(self.request(Method::GET, at::BACKUPS, LONG_REQUEST_TIMEOUT)).await
    }

    /// One backup in detail.
    pub async fn backup(&self, name: &NameBackup) -> Result<BackupDescription, ClientError> {
        let mut query = vec![("label", name.label.as_str())];
        query.extend(name.device.as_deref().map(|device| ("device", device)));
        self.json(self.request(Method::GET, at::BACKUP, LONG_REQUEST_TIMEOUT).query(&query)).await
    }

    /// Begins a backup.
    pub async fn run_backup(&self, asked: &RunBackup) -> Result<Started, ClientError> {
        self.start(at::BACKUPS, asked).await
    }

    /// Begins to verify a backup.
    pub async fn verify_backup(&self, name: &NameBackup) -> Result<Started, ClientError> {
        self.start(at::BACKUP_VERIFY, name).await
    }

    /// Begins to plan a restore.
    pub async fn plan_restore(&self, asked: &RunRestore) -> Result<Started, ClientError> {
        self.start(at::RESTORE_PLAN, asked).await
    }

    /// Begins a restore.
    pub async fn run_restore(&self, asked: &RunRestore) -> Result<Started, ClientError> {
        self.start(at::RESTORES, asked).await
    }

    /// Begins to take a restore back.
    pub async fn undo_restore(&self, restore: i64) -> Result<Started, ClientError> {
        self.undo(&UndoRestore { restore, ..UndoRestore::default() }).await
    }

    /// Begins to take a restore back or forward again, or to find out what that would do.
    pub async fn undo(&self, asked: &UndoRestore) -> Result<Started, ClientError> {
        self.start(at::RESTORE_UNDO, asked).await
    }

    /// The restores on this server, newest first.
    pub async fn restores(&self) -> Result<Vec<RestoreEntry>, ClientError> {
        self.json(self.get(at::RESTORES)).await
    }

    /// How something stands that was begun.
    pub async fn job(&self, started: Started) -> Result<Job, ClientError> {
        self.json(self.get(at::JOB).query(&[("job", started.job)])).await
    }

    /// What runs on the server that takes its time, and what did, newest first.
    pub async fn jobs(&self) -> Result<Vec<Job>, ClientError> {
        self.json(self.get(at::JOBS)).await
    }

    /// Calls off what runs, as long as it changes nothing.
    pub async fn call_off(&self, job: u64) -> Result<Changed, ClientError> {
        self.json(self.request(Method::DELETE, at::JOB, REQUEST_TIMEOUT).query(&[("job", job)])).await
    }

    async fn start(&self, path: &str, body: &impl Serialize) -> Result<Started, ClientError> {
        self.json(self.with_body(Method::POST, path, LONG_REQUEST_TIMEOUT, body)).await
    }
}
