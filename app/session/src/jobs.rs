//! Backups and restores as a person follows them: asked for here, done by the server, which goes on whoever looks.
//!
//! They are no [`ChangeRequest`](crate::ChangeRequest): a backup takes its time, and nothing else of administration waits for
//! its end.

use api::{Job, NameBackup, NameImage, RunBackup, RunImage, RunRestore, UndoRestore};

use crate::profile::Which;

/// What a server is asked to do that takes its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobRequest {
    /// Makes a backup.
    Backup(RunBackup),
    /// Unpacks a backup and counts it anew.
    Verify(NameBackup),
    /// Finds out what a restore would change.
    Plan(RunRestore),
    /// Restores.
    Restore(RunRestore),
    /// Takes a restore back or forward again, or finds out what that would do.
    Undo(UndoRestore),
    /// Makes an image of the whole server.
    Image(RunImage),
    /// Unpacks an image and compares it.
    VerifyImage(NameImage),
}

/// How a job stands.
#[derive(Debug, Clone, PartialEq)]
pub enum JobStage {
    /// The server was asked and has not answered yet.
    Asked,
    /// It goes on.
    Running {
        /// As the server told it last.
        job: Job,
        /// Why the server does not tell at present; the job goes on there.
        silent: Option<String>,
    },
    /// It was done.
    Done(Job),
    /// It was begun and failed; nothing half done is left behind.
    Failed(Job),
    /// The server refused it; nothing was begun.
    Refused {
        /// Its own words.
        why: String,
    },
    /// Nobody knows what became of it.
    Unknown {
        /// Why.
        why: String,
    },
}

impl JobStage {
    /// Whether nothing more is to be told of it.
    pub fn is_over(&self) -> bool {
        !matches!(self, JobStage::Asked | JobStage::Running { .. })
    }
}

/// The last job that was asked for, and how it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct JobView {
    /// Rises by one with every job, so that a dialog knows which one it has waited for.
    pub number: u64,
    /// The server that does it.
    pub which: Which,
    /// What was asked.
    pub request: JobRequest,
    /// How it stands.
    pub stage: JobStage,
}
