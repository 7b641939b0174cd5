//! Admin-Sync as a screen shows it: from the profile's primary to its secondary, whichever serves; after an outage of the primary
//! also back.

use std::sync::Arc;
use std::time::Instant;

use api::{Conflicts, PackAdministration, SyncEntry};

use crate::profile::Which;
use crate::twin::Pushed;

/// What is to be done about syncing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncRequest {
    /// Syncs, or finds out what that would do.
    Push(SyncChoice),
    /// Takes a sync back.
    Undo {
        /// The server that was written to.
        at: Which,
        /// Its restore there.
        restore: i64,
    },
    /// Asks a server for its log of syncs.
    Log(Which),
}

impl SyncRequest {
    /// The server that it is done on.
    pub(crate) fn target(&self) -> Which {
        match self {
            SyncRequest::Push(choice) => choice.target(),
            SyncRequest::Undo { at, .. } | SyncRequest::Log(at) => *at,
        }
    }
}

/// How to sync.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncChoice {
    /// Kinds of data or tables; all that can be synced if neither are named.
    pub asked: PackAdministration,
    /// Whether the primary is written to, from the secondary.
    pub to_primary: bool,
    /// Whether the server that is written to may have been synced last from another one.
    pub from_another: bool,
    /// What becomes of things that were changed on the server that is written to since the last sync.
    pub conflicts: Conflicts,
    /// Whether gaps in the history of the server that is written to are healed, too.
    pub history: bool,
    /// Only to find out what would be done.
    pub dry_run: bool,
}

impl SyncChoice {
    /// The server that is written to.
    pub fn target(&self) -> Which {
        if self.to_primary { Which::Primary } else { Which::Secondary }
    }
}

/// What became of a sync, or would become of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SyncOutcome {
    /// How it was asked for.
    pub choice: SyncChoice,
    /// What it did.
    pub pushed: Pushed,
    /// When it ended.
    pub at: Instant,
}

/// How syncing stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SyncView {
    /// What is being done; `None` while nothing is.
    pub step: Option<String>,
    /// Why the last request came to no end.
    pub problem: Option<String>,
    /// Whether that is that the server was synced last from another one, which [`SyncChoice::from_another`] says is right.
    pub is_from_another: bool,
    /// What was found or done last; kept while something else is done.
    pub outcome: Option<Arc<SyncOutcome>>,
    /// What was said last besides: that a sync was taken back.
    pub told: Option<String>,
    /// The log of syncs of the server that was written to last or asked for it, newest first.
    pub log: Option<Arc<Vec<SyncEntry>>>,
    /// Whose log that is.
    pub log_of: Option<Which>,
}
