//! Collecting a stretch of time again: from an earlier checkpoint, with the gaps of the journal filled by another server's
//! events. Nothing of the running collection is touched.

#[cfg(test)]
#[path = "../tests/again.rs"]
mod tests;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use catalog::{IntervalRows, LoginRow, Record};
use collector::{Collector, Effect};
use link::native::Position;
use model::event::Configuration;
use model::{Calendar, Event, Moment};

use super::anchors;
use super::merging::alike::weave;
use super::merging::numbered::Numbered;
use super::merging::{BEHIND_SECS, Told, missed, missed_alike};
use super::recovery::from_nothing;
use crate::config::{AcdConfig, LinkConfig};
use crate::journal::{JournalReader, first_index};

/// Records between two looks at whether to go on.
const LOOK_EVERY: u64 = 10_000;

/// What was collected again, from the checkpoint on.
#[derive(Debug)]
pub struct Again {
    /// Closed intervals, in order.
    pub intervals: Vec<Arc<IntervalRows>>,
    /// Records and sessions, in order; nearly always of one calendar.
    pub placed: Vec<Placed>,
}

/// What became final while a calendar was in force.
#[derive(Debug)]
pub struct Placed {
    /// By it, local dates and times are told.
    pub calendar: Calendar,
    /// Records with their numbers.
    pub records: Vec<(u64, Record)>,
    /// Login sessions that ended.
    pub logins: Vec<LoginRow>,
}

/// A stretch of time that is collected again.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    /// What goes before is this server's own, and no event of another one is looked at.
    begin: Moment,
    to: Moment,
}

/// Collects again up to `to`, so that the intervals from `from` on are as they would have been; gaps count from `since` on, which
/// may lie before. `before` tells what was administered before a record; `go_on` says whether to go on.
///
/// `None` if the journal no longer reaches back so far.
///
/// # Errors
/// The journal cannot be read.
pub fn collect_again(
    folder: &Path,
    config: &AcdConfig,
    before: impl FnOnce(u64) -> Result<Vec<Configuration>>,
    (since, (from, to)): (Moment, (Moment, Moment)),
    others: &[Told],
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Option<Again>> {
    let journal = folder.join("journal");
    let is_numbered = matches!(config.link, LinkConfig::Native { .. });
    let first_missed = match is_numbered {
        true => missed(&journal, since, to).map(|gaps| gaps.iter().map(|gap| gap.from).min()),
        false => missed_alike(&journal, since, (from, to)).map(|missed| missed.map(|missed| missed.from)),
    };
    let first_missed = first_missed.with_context(|| format!("reading {}", journal.display()))?;
    let stretch = Stretch { begin: first_missed.map_or(from, |first| first.min(from)), to };
    let anchor = anchors::newest(folder, |known| {
        known.position.is_some() == is_numbered && known.collector.now() <= stretch.begin
    });
    let oldest = first_index(&journal)?;
    let (mut collector, index, position) = match anchor {
        Some(known) => (known.collector, known.index, known.position),
        None if oldest == Some(1) => (from_nothing(config, &before(1)?).collector, 0, None),
        None => return Ok(None),
    };
    let reader = JournalReader::open(&journal, index + 1)?;
    let (mut again, mut effects) = (Again::beginning_with(collector.calendar()), Vec::new());
    let mut apply = |collector: &mut Collector, event: &Event| {
        collector.apply(event, &mut effects);
        effects.drain(..).for_each(|effect| again.keep(effect));
    };
    match is_numbered {
        true => by_numbers(reader, (&mut collector, position), others, to, &mut apply, go_on)
            .with_context(|| format!("ACD {}", config.number))?,
        false => by_what_is_alike(reader, &mut collector, others, stretch, &mut apply, go_on)?,
    }
    Ok(Some(again))
}

type Apply<'a> = &'a mut dyn FnMut(&mut Collector, &Event);

fn by_numbers(
    mut reader: JournalReader,
    (collector, position): (&mut Collector, Option<Position>),
    others: &[Told],
    to: Moment,
    apply: Apply<'_>,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<()> {
    let mut merging = Numbered::behind(position, collector.now(), others);
    let mut looking = Looking::new(go_on);
    while let Some(entry) = reader.next_entry()? {
        merging.take(entry.into(), &mut |event| apply(collector, event));
        looking.on()?;
        if collector.now() > to && !merging.is_in_gap() {
            break;
        }
    }
    if merging.is_torn() {
        bail!("the journal lacks events that no gap stands for, so nothing can be collected again from it");
    }
    merging.end(&mut |event| apply(collector, event));
    Ok(())
}

fn by_what_is_alike(
    mut reader: JournalReader,
    collector: &mut Collector,
    others: &[Told],
    Stretch { begin, to }: Stretch,
    apply: Apply<'_>,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<()> {
    let (mut own, mut looking) = (Vec::<Told>::new(), Looking::new(go_on));
    while let Some(entry) = reader.next_entry()? {
        looking.on()?;
        if entry.event.at > to + BEHIND_SECS {
            break;
        }
        match own.is_empty() && entry.event.at < begin {
            true => apply(collector, &entry.event),
            false => own.push(entry.into()),
        }
    }
    weave(&own, others, &mut |event| apply(collector, event));
    Ok(())
}

/// Asks now and then whether to go on.
struct Looking<'a> {
    go_on: &'a mut dyn FnMut(u64) -> bool,
    taken: u64,
}

impl<'a> Looking<'a> {
    fn new(go_on: &'a mut dyn FnMut(u64) -> bool) -> Self {
        Looking { go_on, taken: 0 }
    }

    fn on(&mut self) -> Result<()> {
        self.taken += 1;
        if self.taken.is_multiple_of(LOOK_EVERY) && !(self.go_on)(LOOK_EVERY) {
            bail!("the server stops; nothing was changed");
        }
        Ok(())
    }
}

impl Again {
    fn beginning_with(calendar: Calendar) -> Self {
        Again { intervals: Vec::new(), placed: vec![Placed::by(calendar)] }
    }

    fn keep(&mut self, effect: Effect) {
        match effect {
            Effect::IntervalClosed(rows) => self.intervals.push(rows),
            Effect::Record { number, record } => self.newest().records.push((number, record)),
            Effect::Login(row) => self.newest().logins.push(row),
            Effect::Calendar(calendar) => self.placed.push(Placed::by(calendar)),
            Effect::Link(_) | Effect::Anomaly(_) => {}
        }
    }

    fn newest(&mut self) -> &mut Placed {
        self.placed.last_mut().expect("it begins with one")
    }
}

impl Placed {
    fn by(calendar: Calendar) -> Self {
        Placed { calendar, records: Vec::new(), logins: Vec::new() }
    }
}
