//! Collecting a stretch of time again: from an earlier checkpoint, with the gaps of the journal filled by another server's
//! events. Nothing of the running collection is touched.

#[cfg(test)]
#[path = "../tests/again.rs"]
mod tests;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use catalog::{IntervalRows, LoginRow, Record};
use collector::Effect;
use model::Moment;
use model::event::Configuration;

use super::anchors;
use super::checkpoint::settings_text;
use super::merging::{Merging, Others, missed};
use super::recovery::from_nothing;
use crate::config::AcdConfig;
use crate::journal::{JournalReader, first_index};

/// Records between two looks at whether to go on.
const LOOK_EVERY: u64 = 10_000;

/// What was collected again, from the checkpoint on.
#[derive(Debug, Default)]
pub struct Again {
    /// Closed intervals, in order.
    pub intervals: Vec<Arc<IntervalRows>>,
    /// Records with their numbers.
    pub records: Vec<(u64, Record)>,
    /// Login sessions that ended.
    pub logins: Vec<LoginRow>,
}

/// Collects again up to `to`, so that the intervals from `from` on are as they would have been. `before` tells what was
/// administered before a record; `go_on` says whether to go on.
///
/// # Errors
/// The journal cannot be read, or no longer reaches back so far.
pub fn collect_again(
    folder: &Path,
    config: &AcdConfig,
    before: impl FnOnce(u64) -> Result<Vec<Configuration>>,
    (from, to): (Moment, Moment),
    others: &Others,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Again> {
    let journal = folder.join("journal");
    let gaps = missed(&journal, from, to).with_context(|| format!("reading {}", journal.display()))?;
    let begin = gaps.iter().map(|gap| gap.from).min().map_or(from, |first| first.min(from));
    let settings = settings_text(config);
    let anchor = anchors::newest(folder, |known| {
        known.settings == settings && known.position.is_some() && known.collector.now() <= begin
    });
    let oldest = first_index(&journal)?;
    let (mut collector, index, position) = match anchor {
        Some(known) => (known.collector, known.index, known.position),
        None if oldest == Some(1) => (from_nothing(config, &before(1)?).collector, 0, None),
        None => bail!(
            "the journal of ACD {} no longer reaches back to {begin}, so nothing can be collected again from there; it is kept \
             for `journal_days` of cms.toml",
            config.number
        ),
    };
    let mut reader = JournalReader::open(&journal, index + 1)?;
    let mut merging = Merging::behind(position, collector.now(), others);
    let (mut effects, mut again, mut taken) = (Vec::new(), Again::default(), 0);
    while let Some(entry) = reader.next_entry()? {
        merging.take(entry, &mut |event| collector.apply(event, &mut effects));
        effects.drain(..).for_each(|effect| again.keep(effect));
        taken += 1;
        if taken % LOOK_EVERY == 0 && !go_on(LOOK_EVERY) {
            bail!("the server stops; nothing was changed");
        }
        if collector.now() > to && !merging.is_in_gap() {
            break;
        }
    }
    if merging.is_torn() {
        bail!(
            "the journal of ACD {} lacks events that no gap stands for, so nothing can be collected again from it",
            config.number
        );
    }
    merging.end(&mut |event| collector.apply(event, &mut effects));
    effects.drain(..).for_each(|effect| again.keep(effect));
    Ok(again)
}

impl Again {
    fn keep(&mut self, effect: Effect) {
        match effect {
            Effect::IntervalClosed(rows) => self.intervals.push(rows),
            Effect::Record { number, record } => self.records.push((number, record)),
            Effect::Login(row) => self.logins.push(row),
            Effect::Link(_) | Effect::Anomaly(_) => {}
        }
    }
}
