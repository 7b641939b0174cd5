//! What a restore by hand brought from another server is as known as what a sync brought: a change that is made to it here later is
//! one, and not taken away by the first sync from there.

use std::collections::BTreeMap;

use api::{ErrorBody, SyncReport};
use backup::Chosen;
use model::RunStatus;
use store::{Snapshot, SourceFile, SyncNote, Synced};

use super::{SYNCED, json};
use crate::auth::User;
use crate::causes::failed;
use crate::maintenance::refused;
use crate::maintenance::restoring::Opened;
use crate::maintenance::run::Stock;

/// Remembers what a restore has brought of administration, if it came from another server. What cannot be remembered is told in the
/// server's own log: it was never synced then.
pub fn remember(stock: &Stock, user: &User, opened: &Opened, restore: i64) {
    if let Err(error) = remembered(stock, user, opened, restore) {
        tracing::warn!("what restore {restore} brought is not remembered for syncs: {}", error.message);
    }
}

fn remembered(stock: &Stock, user: &User, opened: &Opened, restore: i64) -> Result<(), ErrorBody> {
    let (sender, own) = (opened.sender(), &stock.maintenance.server);
    let mut chosen: Chosen = opened.chosen().clone();
    chosen.parts.retain(|_, part| SYNCED.contains(&part.kind));
    if sender.id == own.id || chosen.parts.is_empty() {
        return Ok(());
    }
    let path_of = |file, acd| stock.maintenance.data.file(file, acd);
    let mut marks = Synced::new();
    for group in backup::groups(&chosen, &path_of).map_err(|error| refused(&error))? {
        let file = group.parts.first().map_or(SourceFile::System, |part| part.file);
        let snapshot = Snapshot::open(&path_of(file, group.acd), file);
        let snapshot = snapshot.map_err(|error| failed("reading what is administered", &error))?;
        let standing = group.standing(&snapshot).map_err(|error| refused(&error))?;
        let digests: BTreeMap<String, String> = standing.into_iter().map(|(key, (_, digest))| (key, digest)).collect();
        marks.insert(group.mark().to_owned(), digests);
    }
    let what = format!("restore {restore} of {}", opened.label());
    let report = SyncReport { from: sender.name, to: own.name.clone(), what, ..SyncReport::default() };
    let mut local = stock.administration.local();
    let note = SyncNote {
        at: stock.maintenance.now(),
        user: user.name.clone(),
        server: sender.id,
        status: RunStatus::Done,
        restore: Some(restore),
        report: json(&report),
        ..SyncNote::default()
    };
    let remembering = |error| failed("remembering what was restored", &error);
    let id = local.note_sync(&note).map_err(remembering)?;
    local.mark_synced(id, &marks).map_err(remembering)
}
