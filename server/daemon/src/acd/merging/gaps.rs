//! What a server missed, as its journal tells.

use std::io;
use std::path::Path;

use api::MissedEvents;
use link::native::Position;
use model::{EventBody, Moment};

use super::{BEFORE_SECS, BEHIND_SECS, begins_gap, is_own};
use crate::journal::{JournalReader, index_before};

/// A loss of the link, up to when it was told again what is so.
struct Gap {
    /// Last event of the sequence before it.
    last: Option<Position>,
    /// As of which event it was told again what is so.
    as_of: Option<Position>,
    from: Moment,
    to: Moment,
}

/// Losses of the link that reach into a stretch of time, in order. The beginning of collecting is none.
fn gaps(journal: &Path, from: Moment, to: Moment) -> io::Result<Vec<Gap>> {
    let mut reader = JournalReader::open(journal, index_before(journal, from)?)?;
    let (mut last, mut began): (Option<Position>, Option<Moment>) = (None, None);
    let (mut heard, mut found) = (false, Vec::new());
    while let Some(entry) = reader.next_entry()? {
        let (at, position) = (entry.event.at, entry.origin.position);
        if at > to && began.is_none() {
            break;
        }
        match &entry.event.body {
            _ if begins_gap(&entry.event) => began = began.or(Some(at)),
            EventBody::PumpUpEnded => {
                let began = began.take().unwrap_or(at);
                // A switch that was restarted may have its clock set back: no gap ends before it began.
                let ended = at.max(began);
                if heard && ended >= from && began <= to {
                    found.push(Gap { last, as_of: position, from: began, to: ended });
                }
                (last, heard) = (position, true);
            }
            _ => (last, heard) = (position.or(last), heard || !is_own(&entry.event)),
        }
    }
    Ok(found)
}

/// The events of the switch's sequence that this server did not get from `from` to `to`.
///
/// # Errors
/// The journal cannot be read.
pub fn missed(journal: &Path, from: Moment, to: Moment) -> io::Result<Vec<MissedEvents>> {
    let gaps = gaps(journal, from, to)?;
    let numbered = gaps.iter().filter_map(|gap| Some(lost(gap.last?, gap.as_of?, gap.from, gap.to)));
    Ok(numbered.flatten().collect())
}

/// Of a link without numbers: the time in which another server's events may say what this one missed in a stretch of time or
/// before it from `since` on, and where they belong. Nothing if this one missed nothing.
///
/// # Errors
/// The journal cannot be read.
pub fn missed_alike(journal: &Path, since: Moment, (from, to): (Moment, Moment)) -> io::Result<Option<MissedEvents>> {
    let gaps = gaps(journal, since, to)?;
    let begin = gaps.iter().map(|gap| gap.from).min();
    let asked = |begin: Moment| MissedEvents {
        boot: 0,
        from_seq: 0,
        to_seq: 0,
        from: begin.min(from) + -BEFORE_SECS,
        to: gaps.iter().map(|gap| gap.to).max().unwrap_or(to).max(to) + BEHIND_SECS,
    };
    Ok(begin.map(asked))
}

/// What lies between two places; where the switch began to count anew, the rest of the old numbers and the first new ones, from
/// 0 on: as of that it tells what is so before the first event. A loss in which nothing happened lies between two numbers that
/// follow each other: it is told all the same, because gone over it makes the interval whole.
fn lost(last: Position, as_of: Position, from: Moment, to: Moment) -> Vec<MissedEvents> {
    let events = |boot, from_seq, to_seq| MissedEvents { boot, from_seq, to_seq, from, to };
    let found = match last.boot == as_of.boot {
        true => vec![events(last.boot, last.seq + 1, as_of.seq)],
        false => vec![events(last.boot, last.seq + 1, u64::MAX), events(as_of.boot, 0, as_of.seq)],
    };
    found.into_iter().filter(|events| events.from_seq <= events.to_seq.saturating_add(1)).collect()
}
