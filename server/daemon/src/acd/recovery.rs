//! An ACD's state after a start: the checkpoint, and the journal behind it.
//!
//! The server answers meanwhile: its link state tells how far this is. Only what a person at the terminal can mend at once
//! (a port in use, an unreadable database) is looked at before the server is up. Being up only when everything is
//! recovered was turned down: a kill in the middle of catching up then costs seconds in which nobody is told anything.

use std::ops::ControlFlow;
use std::path::Path;

use anyhow::{Context, Result};
use api::LogCode;
use collector::{Collector, Effect, Settings};
use link::native::Position;
use model::event::Configuration;
use model::{Calendar, EventBody};

use super::anchors;
use super::checkpoint::Checkpoint;
use crate::config::{AcdConfig, LinkConfig};
use crate::files::make_folder;
use crate::journal::{Progress, Recovered, first_index, recover};

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
    /// What was damaged: the code in the maintenance error log, and the words.
    pub damages: Vec<(LogCode, String)>,
}

/// What a replay of the journal brings about.
pub enum Replayed {
    /// Comes first: where the state stands that the replay begins with.
    From {
        /// Number of the last call record that was told before; 0 if none was.
        last_call_record: u64,
        /// The calendar of its running interval.
        calendar: Calendar,
    },
    /// An effect of the collector.
    Effect(Effect),
    /// The record of this index enters an administered configuration.
    Entered(u64, Box<Configuration>),
}

/// Rebuilds an ACD's state from its folder. A state that begins from nothing begins with what was administered before the
/// record of an index, as `before` tells it. `each` gets what the replayed part of the journal brought about, `go_on` how far
/// the replay is; `None` if it said to stop, and then nothing in the folder has changed.
pub fn recover_collector(
    folder: &Path,
    config: &AcdConfig,
    before: impl FnOnce(u64) -> Result<Vec<Configuration>>,
    mut each: impl FnMut(Replayed),
    mut go_on: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Option<RecoveredState>> {
    let journal = folder.join("journal");
    make_folder(&journal).with_context(|| format!("creating {}", journal.display()))?;
    // A journal whose beginning has gone says nothing of who was there before. What it tells counts from where the switch says
    // what is so: everything else would be half a truth in the place of what was archived.
    let mut waits_for_pump_up = false;
    let (saved, trouble) = last_checkpoint(folder, config)?;
    let mut state = match saved {
        Some(state) => state,
        None => {
            let first = first_index(&journal).with_context(|| format!("reading {}", journal.display()))?;
            waits_for_pump_up = first.is_some_and(|first| first > 1);
            from_nothing(config, &before(first.unwrap_or(u64::MAX))?)
        }
    };
    state.damages.extend(trouble.map(|text| (LogCode::CheckpointDamaged, text)));
    each(Replayed::From { last_call_record: state.collector.last_call_record(), calendar: state.collector.calendar() });
    let mut effects = Vec::new();
    let mut replayed = 0;
    let from_index = state.index + 1;
    let recovered = recover(&journal, from_index, |entries, progress| {
        for entry in entries {
            if let EventBody::Configured(told) = &entry.event.body
                && told.is_administered()
            {
                each(Replayed::Entered(entry.index, told.clone()));
            }
        }
        let mut events = entries.iter().map(|entry| &entry.event).peekable();
        while waits_for_pump_up && let Some(event) = events.peek() {
            match &event.body {
                EventBody::PumpUpBegan => waits_for_pump_up = false,
                EventBody::Configured(_) => drop(events.next().map(|event| state.collector.apply(event, &mut effects))),
                _ => drop(events.next()),
            }
        }
        state.collector.apply_all(events, &mut effects);
        effects.drain(..).map(Replayed::Effect).for_each(&mut each);
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
    if waits_for_pump_up {
        // Nor does what comes next: the switch has to say what is so.
        state.position = None;
    }
    let index = state.index;
    state.damages.extend(damaged(recovered, config, index));
    tracing::info!(acd = %config.number, records = replayed, index, "state recovered");
    Ok(Some(state))
}

/// Has the next recovery begin as early as the journal reaches back: the history is gone, and the journal makes it again. It does so
/// from its first record on, or from the oldest checkpoint that is kept; without either, the newest one stays, because a journal
/// without its beginning says nothing of what was in force. Before the history's file is made anew, so that a kill meanwhile
/// changes nothing.
pub(super) fn begin_anew(folder: &Path, config: &AcdConfig) -> Result<()> {
    let journal = folder.join("journal");
    if !journal.exists() || !Checkpoint::path(folder).exists() {
        return Ok(());
    }
    let Some(first) = first_index(&journal).with_context(|| format!("reading {}", journal.display()))? else {
        return Ok(());
    };
    if first == 1 {
        std::fs::remove_file(Checkpoint::path(folder)).context("taking the checkpoint away")?;
    } else if let Some(earlier) = anchors::oldest(folder, |known| known.index + 1 >= first) {
        Checkpoint::put_back(folder, &earlier).context("going back to an earlier checkpoint")?;
    } else {
        return Ok(());
    }
    tracing::warn!(acd = %config.number, "the history is gone: it is made again from the journal, as far as that reaches back");
    Ok(())
}

/// What is told of damage in the journal, unless it is the torn end that a kill leaves.
fn damaged(recovered: Recovered, config: &AcdConfig, index: u64) -> Option<(LogCode, String)> {
    let damage = recovered.damage?;
    if recovered.at_the_end {
        tracing::warn!(acd = %config.number, "journal: {damage}; collection goes on after record {index}");
        return None;
    }
    let text = format!(
        "the journal of ACD {}: {damage}. What was behind it is asked of the switch, which tells as much as it keeps: see \
         Administration > Servers side by side for intervals that lack data, and heal them; look at the disk",
        config.number
    );
    Some((LogCode::JournalDamaged, text))
}

/// What the checkpoint holds; `None` if there is none that can be used, and why if it is not sound.
fn last_checkpoint(folder: &Path, config: &AcdConfig) -> Result<(Option<RecoveredState>, Option<String>)> {
    let (checkpoint, trouble) = Checkpoint::load(folder).context("reading the checkpoint")?;
    let trouble = trouble.map(|trouble| {
        format!("the checkpoint of ACD {}: {trouble}; the journal rebuilds the state. Look at the disk", config.number)
    });
    let state = checkpoint.map(|Checkpoint { collector, index, position, .. }| RecoveredState {
        collector,
        index,
        checkpoint_index: index,
        position,
        damages: Vec::new(),
    });
    Ok((state, trouble))
}

pub(super) fn from_nothing(config: &AcdConfig, administered: &[Configuration]) -> RecoveredState {
    let calendar = Calendar { zone: config.zone, interval: config.interval_minutes };
    let mut settings = Settings::new(config.number, calendar);
    settings.phantom_abandon_secs = config.phantom_abandon_secs;
    let native = matches!(config.link, LinkConfig::Native { .. });
    (settings.pump_ups_name_all, settings.tells_set_clocks) = (native, native);
    administered.iter().for_each(|configuration| settings.administer(configuration));
    let collector = Collector::new(settings);
    RecoveredState { collector, index: 0, checkpoint_index: 0, position: None, damages: Vec::new() }
}
