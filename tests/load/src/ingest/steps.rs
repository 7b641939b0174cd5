//! The way of an event through one ACD, one step more in each line, on one thread and with the server's own parts.

use std::path::PathBuf;

use anyhow::Result;
use collector::{Collector, Effect, Settings};
use daemon::journal::{Batch, JournalWriter, Origin};
use link::native::{Delivery, ServerSession};
use model::{Calendar, Event, IntervalMinutes};

use super::Input;
use crate::figures::line;
use crate::server::ACD;

/// The server reads so much at once too.
const READ_BYTES: usize = 256 << 10;

pub(super) fn run(input: &Input) -> Result<()> {
    input.best(
        "link: frames, decode, checks",
        || Ok(()),
        |()| {
            receive(input, |deliveries| {
                deliveries.clear();
                Ok(())
            })?;
            Ok(input.stream.len())
        },
    )?;
    input.best(
        "journal: encode, checksum, append, fdatasync",
        || journal(input),
        |journal| journal_only(input, journal),
    )?;
    let mut anomalies = 0;
    input.best(
        "apply",
        || Ok(collector()),
        |mut collector| {
            let mut effects = Vec::new();
            for events in input.events.chunks(input.batch) {
                apply_all(&mut collector, events.iter(), &mut effects);
            }
            anomalies = collector.anomalies().values().sum();
            Ok(input.encoded.len())
        },
    )?;
    input.best(
        "link + apply",
        || Ok(collector()),
        |mut collector| {
            let mut effects = Vec::new();
            receive(input, |deliveries| {
                apply_all(&mut collector, deliveries.iter().map(|delivery| &delivery.event), &mut effects);
                deliveries.clear();
                Ok(())
            })?;
            Ok(input.stream.len())
        },
    )?;
    input.best(
        "link + journal + apply",
        || Ok((journal(input)?, collector())),
        |(journal, collector)| all(input, journal, collector),
    )?;
    line("anomalies (0: the events make sense)", anomalies);
    Ok(())
}

fn collector() -> Collector {
    let calendar = Calendar { zone: chrono_tz::Tz::UTC, interval: IntervalMinutes::Half };
    Collector::new(Settings::new(ACD, calendar))
}

/// Applies and throws away what became final: archiving is the archiver's work, on another thread.
fn apply_all<'e>(collector: &mut Collector, events: impl IntoIterator<Item = &'e Event>, effects: &mut Vec<Effect>) {
    collector.apply_all(events, effects);
    effects.clear();
}

/// Hands all deliveries of the stream on, in order, as many at once as arrive.
fn receive(input: &Input, mut take: impl FnMut(&mut Vec<Delivery>) -> Result<()>) -> Result<()> {
    let mut session = ServerSession::new(ACD, None);
    let mut deliveries = Vec::new();
    for bytes in input.stream.chunks(READ_BYTES) {
        session.receive(bytes, &mut deliveries)?;
        take(&mut deliveries)?;
    }
    Ok(())
}

fn journal(input: &Input) -> Result<JournalWriter> {
    let folder: PathBuf = input.folder.join("journal");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(JournalWriter::new(&folder, 0))
}

fn journal_only(input: &Input, mut journal: JournalWriter) -> Result<usize> {
    let origin = Origin { position: None, snapshot: false };
    let mut bytes = 0;
    for events in input.events.chunks(input.batch) {
        let mut batch = Batch::starting_at(journal.next_index());
        events.iter().for_each(|event| batch.push(origin, event));
        journal.append(&batch)?;
        bytes += batch.bytes();
    }
    Ok(usize::try_from(bytes)?)
}

/// As the server does it, but without a second thread: on disk first, then applied.
fn all(input: &Input, mut journal: JournalWriter, mut collector: Collector) -> Result<usize> {
    let mut effects = Vec::new();
    let mut settle = |waiting: &[Delivery]| -> Result<()> {
        let mut batch = Batch::starting_at(journal.next_index());
        for delivery in waiting {
            batch.push(Origin { position: delivery.position, snapshot: delivery.snapshot }, &delivery.event);
        }
        journal.append(&batch)?;
        apply_all(&mut collector, waiting.iter().map(|delivery| &delivery.event), &mut effects);
        Ok(())
    };
    let mut waiting = Vec::with_capacity(input.batch);
    receive(input, |deliveries| {
        waiting.append(deliveries);
        while waiting.len() >= input.batch {
            settle(&waiting[..input.batch])?;
            waiting.drain(..input.batch);
        }
        Ok(())
    })?;
    settle(&waiting)?;
    Ok(input.stream.len())
}
