//! Admin-Sync as a screen shows it: from the profile's primary to its secondary, whichever serves.

use std::sync::Arc;
use std::time::Instant;

use api::{Conflicts, PackAdministration, SyncEntry};

use crate::twin::Pushed;

/// What is to be done about syncing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncRequest {
    /// Syncs, or finds out what that would do.
    Push(SyncChoice),
    /// Takes back the sync with this restore on the secondary.
    Undo(i64),
    /// Asks the secondary for its log of syncs.
    Log,
}

/// How to sync.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncChoice {
    /// Kinds of data or tables; all that can be synced if neither are named.
    pub asked: PackAdministration,
    /// What becomes of things that were changed on the secondary since the last sync.
    pub conflicts: Conflicts,
    /// Whether gaps in the secondary's history are healed, too.
    pub history: bool,
    /// Only to find out what would be done.
    pub dry_run: bool,
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
    /// What was found or done last; kept while something else is done.
    pub outcome: Option<Arc<SyncOutcome>>,
    /// What was said last besides: that a sync was taken back.
    pub told: Option<String>,
    /// The secondary's log, newest first, once it was asked for.
    pub log: Option<Arc<Vec<SyncEntry>>>,
}
