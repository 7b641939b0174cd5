//! One thing of a page in full: asked for when it is looked at, not with every page.

use std::sync::Arc;

use api::{BackupDescription, NameBackup, Peer, UserPermissions};

use crate::profile::Which;

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// A backup: its label explained, and its tables.
    Backup(NameBackup),
    /// What the user of this name may.
    Permissions(String),
    /// The server that timetables of the serving one sync to.
    Peer,
}

/// What the server told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DetailData {
    /// Of [`Detail::Backup`].
    Backup(Box<BackupDescription>),
    /// Of [`Detail::Permissions`].
    Permissions(UserPermissions),
    /// Of [`Detail::Peer`]; none if none was set.
    Peer(Option<Peer>),
}

/// What is looked at, as the serving server told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailView {
    /// Whose it is.
    pub which: Which,
    /// What it is.
    pub of: Detail,
    /// What the server told, or why it did not; absent until it has answered.
    pub told: Option<Result<Arc<DetailData>, String>>,
}
