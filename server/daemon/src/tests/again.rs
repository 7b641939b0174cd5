//! Collecting again: from the journal's beginning, from an earlier checkpoint, or not at all.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::{Context, Result};
use collector::{Collector, Effect, Settings};
use link::native::Position;
use model::event::LinkReason;
use model::{AcdNumber, Calendar, Event, EventBody, IntervalMinutes, Moment};

use super::super::anchors;
use super::super::checkpoint::Checkpoint;
use super::super::merging::{Told, missed};
use super::super::recovery::{Replayed, begin_anew, recover_collector};
use super::collect_again;
use crate::config::{AcdConfig, LinkConfig};
use crate::journal::{Batch, JournalWriter, Origin};

const BOOT: u64 = 3;
const STEP_SECS: i64 = 60;

fn config() -> AcdConfig {
    AcdConfig {
        number: AcdNumber(1),
        name: "Berlin".to_owned(),
        zone: chrono_tz::UTC,
        interval_minutes: IntervalMinutes::Half,
        phantom_abandon_secs: 0,
        link: LinkConfig::Native { listen: ([127, 0, 0, 1], 0).into(), tls: None },
    }
}

/// A heartbeat each minute, of which the number is the minute.
fn minute(seq: u64) -> (Origin, Event) {
    let origin = Origin { position: Some(Position { boot: BOOT, seq }), snapshot: false };
    (origin, Event { at: Moment(seq as i64 * STEP_SECS), body: EventBody::Heartbeat })
}

fn told(from: u64, as_of: u64) -> Vec<(Origin, Event)> {
    let mark = |position: Option<u64>, at: u64, body| {
        let position = position.map(|seq| Position { boot: BOOT, seq });
        (Origin { position, snapshot: true }, Event { at: Moment(at as i64 * STEP_SECS), body })
    };
    vec![
        mark(None, from, EventBody::LinkDown { reason: LinkReason::SessionDown }),
        mark(None, as_of, EventBody::PumpUpBegan),
        mark(Some(as_of), as_of, EventBody::PumpUpEnded),
    ]
}

/// Hours of heartbeats in two segments; minutes 100 to 110 were missed. Gives what a checkpoint after the first segment is.
fn journal(folder: &Path) -> Result<(Vec<u8>, u64)> {
    journal_told_again_at(folder, 110)
}

/// The same, told again as of another minute than the 110th.
fn journal_told_again_at(folder: &Path, as_of: u64) -> Result<(Vec<u8>, u64)> {
    let mut first =
        vec![(Origin { position: None, snapshot: true }, Event { at: Moment(60), body: EventBody::PumpUpBegan })];
    first.extend(told(1, 1).pop());
    first.extend((2..=40).map(minute));
    let mut second: Vec<_> = (41..100).map(minute).collect();
    second.extend(told(99, as_of));
    second.extend((as_of + 1..200).map(minute));
    let settings = Settings::new(AcdNumber(1), Calendar { zone: chrono_tz::UTC, interval: IntervalMinutes::Half });
    let (mut collector, mut effects) = (Collector::new(settings), Vec::new());
    first.iter().for_each(|(_, event)| collector.apply(event, &mut effects));
    let mut last = 0;
    for some in [&first, &second] {
        let mut writer = JournalWriter::new(&folder.join("journal"), last);
        let mut batch = Batch::starting_at(last + 1);
        some.iter().for_each(|(origin, event)| batch.push(*origin, event));
        writer.append(&batch)?;
        last += some.len() as u64;
    }
    let index = first.len() as u64;
    let position = Some(Position { boot: BOOT, seq: 40 });
    Ok((Checkpoint::encode(&collector, index, position)?, index))
}

/// Starts of the intervals, by number of the half hour, that lack data.
fn incomplete(folder: &Path, others: &[Told]) -> Result<BTreeSet<i64>> {
    let range = (Moment(90 * STEP_SECS), Moment(120 * STEP_SECS));
    let again = collect_again(folder, &config(), |_| Ok(Vec::new()), (range.0, range), others, &mut |_| true)?;
    let again = again.context("the journal no longer reaches back")?;
    assert!(again.intervals.iter().any(|rows| rows.interval.start == range.0), "the interval is there");
    // The half hour in which collection began lacks data anyway.
    let later = again.intervals.iter().filter(|rows| rows.incomplete && rows.interval.start.0 > 0);
    Ok(later.map(|rows| rows.interval.start.0 / 1800).collect())
}

#[test]
fn a_gap_is_whole_with_the_others_events_from_any_point_that_is_kept() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let folder = dir.path();
    std::fs::create_dir(folder.join("journal"))?;
    let (checkpoint, index) = journal(folder)?;
    let got: Vec<Told> = (100..=110).map(minute).map(|(origin, event)| Told { origin, event }).collect();
    assert_eq!(incomplete(folder, &[])?, [3].into());
    assert_eq!(incomplete(folder, &got)?, BTreeSet::new());

    // The journal's beginning goes, and nothing was kept of it.
    std::fs::remove_file(folder.join("journal").join(format!("{:020}.journal", 1)))?;
    let refused = incomplete(folder, &got).expect_err("there is nothing to begin from");
    assert!(refused.to_string().contains("no longer reaches back"), "{refused}");
    Checkpoint::write(folder, &checkpoint)?;
    anchors::keep(folder, index, Some(1))?;
    assert_eq!(incomplete(folder, &got)?, BTreeSet::new());
    assert_eq!(incomplete(folder, &[])?, [3].into());

    // One is enough for some hours, and it goes with the journal behind it.
    anchors::keep(folder, index + 5, Some(1))?;
    let kept = || std::fs::read_dir(folder.join("anchors")).map(|entries| entries.count());
    assert_eq!(kept()?, 1);
    anchors::keep(folder, index + 5, Some(index + 2))?;
    assert!(folder.join("anchors").join(format!("{:020}", index + 5)).exists() && kept()? == 1);
    Ok(())
}

/// Data collection was turned off and on again at once: the link was lost, and nothing with it.
#[test]
fn a_loss_in_which_nothing_happened_is_asked_about_and_gone_over() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let folder = dir.path();
    std::fs::create_dir(folder.join("journal"))?;
    journal_told_again_at(folder, 99)?;
    let missed = missed(&folder.join("journal"), Moment(90 * STEP_SECS), Moment(120 * STEP_SECS))?;
    assert_eq!(missed.iter().map(|missed| (missed.from_seq, missed.to_seq)).collect::<Vec<_>>(), [(100, 99)]);
    assert_eq!(incomplete(folder, &[])?, BTreeSet::new());
    Ok(())
}

/// Start of the first interval that a start of the server makes, by number of the half hour.
fn first_recovered(folder: &Path) -> Result<Option<i64>> {
    let mut first = None;
    let each = |replayed: Replayed| {
        if let Replayed::Effect(Effect::IntervalClosed(rows)) = replayed {
            first = first.or(Some(rows.interval.start.0 / 1800));
        }
    };
    recover_collector(folder, &config(), |_| Ok(Vec::new()), each, |_| ControlFlow::Continue(()))?;
    Ok(first)
}

/// Where the history's file is gone, the journal makes it again as far as it reaches back.
#[test]
fn a_lost_history_is_collected_again_from_as_early_as_the_journal_allows() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let folder = dir.path();
    std::fs::create_dir(folder.join("journal"))?;
    let (checkpoint, index) = journal(folder)?;
    Checkpoint::write(folder, &checkpoint)?;
    assert_eq!(first_recovered(folder)?, Some(1));
    begin_anew(folder, &config())?;
    assert_eq!(first_recovered(folder)?, Some(0));

    // From the oldest checkpoint that is kept, once the journal's beginning is gone; without one, the newest stays.
    std::fs::remove_file(folder.join("journal").join(format!("{:020}.journal", 1)))?;
    std::fs::write(Checkpoint::path(folder), "the newest")?;
    begin_anew(folder, &config())?;
    assert_eq!(std::fs::read(Checkpoint::path(folder))?, b"the newest");
    Checkpoint::write(folder, &checkpoint)?;
    anchors::keep(folder, index, None)?;
    std::fs::write(Checkpoint::path(folder), "the newest")?;
    begin_anew(folder, &config())?;
    assert_eq!(std::fs::read(Checkpoint::path(folder))?, std::fs::read(folder.join(format!("anchors/{index:020}")))?);
    assert_eq!(first_recovered(folder)?, Some(1));
    Ok(())
}
