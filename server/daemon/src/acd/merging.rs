//! A journal with its gaps filled by what another server got.
//!
//! Of a link that numbers its events, a gap is filled number by number ([`numbered`]). Asterisk numbers nothing, but tells all
//! its connections the same messages in the same order: there the place is found by events that are alike in both journals
//! ([`alike`]).
//!
//! Either way the rule is the same. What one of the two heard is taken. Where neither was hearing, the link was lost there, and
//! collecting goes on with the first of the two that was told again what is so. Both servers go by it, so both come to the
//! same rows, whichever of them begins.

pub mod alike;
mod gaps;
pub mod numbered;

use std::io;
use std::path::Path;

use api::MissedEvents;
use model::{Event, EventBody};

use crate::journal::{Entry, JournalReader, Origin, index_before};

pub use gaps::{missed, missed_alike};

/// Before the first event that was missed, this much of the other journal is read to find the place in it by what is alike.
pub const BEFORE_SECS: i64 = 3600;
/// And so much behind the stretch that is collected again.
pub const BEHIND_SECS: i64 = 120;

/// An event of a journal and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Where it came from.
    pub origin: Origin,
    /// The event.
    pub event: Event,
}

impl From<Entry> for Told {
    fn from(entry: Entry) -> Self {
        Told { origin: entry.origin, event: entry.event }
    }
}

/// Whether an event is an administered configuration, which is this server's own and not the switch's.
fn is_own(event: &Event) -> bool {
    matches!(&event.body, EventBody::Configured(told) if told.is_administered())
}

/// Whether an event begins to say that something was missed.
fn begins_gap(event: &Event) -> bool {
    matches!(event.body, EventBody::LinkDown { .. } | EventBody::PumpUpBegan)
}

/// Of what another server missed, what this one got, in order, with the losses of its own link among it.
///
/// # Errors
/// The journal cannot be read, or there are more than `most` events.
pub fn got(journal: &Path, missed: &[MissedEvents], most: usize) -> io::Result<Vec<Told>> {
    let (from, to) = (missed.iter().map(|missed| missed.from).min(), missed.iter().map(|missed| missed.to).max());
    let (Some(from), Some(to)) = (from, to) else { return Ok(Vec::new()) };
    let mut reader = JournalReader::open(journal, index_before(journal, from)?)?;
    let (mut found, mut mark) = (Vec::new(), Vec::new());
    while let Some(Entry { origin, event, .. }) = reader.next_entry()? {
        if event.at > to && mark.is_empty() {
            break;
        }
        if is_own(&event) {
            continue;
        }
        let (at, ends) = (event.at, event.body == EventBody::PumpUpEnded);
        if begins_gap(&event) || !mark.is_empty() {
            // A loss and what was told after it stay together.
            mark.push(Told { origin, event });
            if ends && (from..=to).contains(&at) {
                found.append(&mut mark);
            } else if ends {
                mark.clear();
            }
        } else if missed.iter().any(|missed| wants(missed, origin, &event)) {
            found.push(Told { origin, event });
        }
        if found.len() > most {
            return Err(io::Error::other(format!("more than {most} events; ask for a shorter time")));
        }
    }
    // The link is down to this day.
    found.extend(mark.into_iter().take_while(|told| told.event.at <= to));
    Ok(found)
}

fn wants(missed: &MissedEvents, origin: Origin, event: &Event) -> bool {
    match origin.position {
        Some(place) => missed.boot == place.boot && (missed.from_seq..=missed.to_seq).contains(&place.seq),
        None => missed.boot == 0 && (missed.from..=missed.to).contains(&event.at),
    }
}
