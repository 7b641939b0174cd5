//! An ACD's state after a start: the checkpoint, and the journal behind it.
//!
//! The server answers meanwhile: its link state tells how far this is. Only what a person at the terminal can mend at once
//! (a port in use, an unreadable database) is looked at before the server is up. Being up only when everything is
//! recovered was turned down: a kill in the middle of catching up then costs seconds in which nobody is told anything.

use std::ops::ControlFlow;
use std::path::Path;

use anyhow::{Context, Result};
use collector::{Collector, Effect, Settings};
use link::native::Position;
use model::Calendar;

use super::checkpoint::{Checkpoint, settings_text};
use crate::config::AcdConfig;
use crate::journal::{Progress, recover};

/// The collector as checkpoint and journal leave it, and the index and place of the last record.
pub struct RecoveredState {
    /// The collector.
    pub collector: Collector,
    /// Index of the last journal record; 0 if there is none.
    pub index: u64,
    /// Index of the last record that the checkpoint had; 0 without one.
    pub checkpoint_index: u64,
    /// The link's place after the last record.
    pub position: Option<Position>,
}

/// Rebuilds an ACD's state from its folder. `each` gets what the replayed part of the journal brought about, `go_on` how far
/// the replay is; `None` if it said to stop, and then nothing in the folder has changed.
pub fn recover_collector(
    folder: &Path,
    config: &AcdConfig,
    mut each: impl FnMut(Effect),
    mut go_on: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Option<RecoveredState>> {
    let mut state = last_checkpoint(folder, config)?;
    let journal = folder.join("journal");
    std::fs::create_dir_all(&journal).with_context(|| format!("creating {}", journal.display()))?;
    let mut effects = Vec::new();
    let mut replayed = 0;
    let from_index = state.index + 1;
    let recovered = recover(&journal, from_index, |entries, progress| {
        for entry in entries {
            state.collector.apply(&entry.event, &mut effects);
        }
        effects.drain(..).for_each(&mut each);
        if let Some(last) = entries.last() {
            (state.index, state.position) = (last.index, last.origin.position);
        }
        replayed += entries.len();
        go_on(progress)
    })
    .with_context(|| format!("reading the journal in {}", journal.display()))?;
    if recovered.stopped {
        return Ok(None);
    }
    let index = state.index;
    if let Some(damage) = recovered.damage {
        tracing::warn!(acd = %config.number, "journal: {damage}; collection goes on after record {index}");
    }
    tracing::info!(acd = %config.number, records = replayed, index, "state recovered");
    Ok(Some(state))
}

/// What the checkpoint holds; an empty collector if there is none that can be used.
fn last_checkpoint(folder: &Path, config: &AcdConfig) -> Result<RecoveredState> {
    let (checkpoint, trouble) = Checkpoint::load(folder).context("reading the checkpoint")?;
    if let Some(trouble) = trouble {
        tracing::error!(acd = %config.number, "{trouble}; the journal rebuilds the state");
    }
    let saved = checkpoint.filter(|checkpoint| {
        let same = checkpoint.settings == settings_text(config);
        if !same {
            tracing::warn!(acd = %config.number, "cms.toml has changed what the state depends on: collecting anew from the journal");
        }
        same
    });
    Ok(match saved {
        Some(Checkpoint { collector, index, position, .. }) => {
            RecoveredState { collector, index, checkpoint_index: index, position }
        }
        None => {
            let calendar = Calendar { zone: config.zone, interval: config.interval_minutes };
            let mut settings = Settings::new(config.number, calendar);
            settings.phantom_abandon_secs = config.phantom_abandon_secs;
            RecoveredState { collector: Collector::new(settings), index: 0, checkpoint_index: 0, position: None }
        }
    })
}
