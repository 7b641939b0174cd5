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
use link::native::Position;
use model::{Event, EventBody, Moment};

use crate::journal::{Entry, JournalReader, Origin, begins_at, index_before};

pub use gaps::{missed, missed_alike};

/// Before the first event that was missed, this much of the other journal is read to find the place in it by what is alike.
/// Where events are numbered, the clock is believed to have been set by no more than that.
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

/// Of what another server missed, what this one got, in order, with the losses of its own link among it. Where the switch began
/// to count anew, the last event before it and the first one after it come along: they prove the order of the boots, which no
/// clock does, since it may have been set back.
///
/// # Errors
/// The journal cannot be read, or there are more than `most` events.
pub fn got(journal: &Path, missed: &[MissedEvents], most: usize) -> io::Result<Vec<Told>> {
    // What was let go in part fills no gap: the other server had the rest of it from here, once, perhaps.
    let begins = begins_at(journal)?;
    let missed: Vec<MissedEvents> =
        missed.iter().filter(|missed| begins.is_none_or(|begins| begins <= missed.from)).cloned().collect();
    let missed = &missed[..];
    let (from, to) = (missed.iter().map(|missed| missed.from).min(), missed.iter().map(|missed| missed.to).max());
    let (Some(from), Some(to)) = (from, to) else { return Ok(Vec::new()) };
    let is_numbered = missed.iter().any(|missed| missed.boot != 0);
    let until = if is_numbered { to + BEFORE_SECS } else { to };
    let mut reader = JournalReader::open(journal, index_before(journal, from)?)?;
    let (mut found, mut mark) = (Vec::new(), Vec::new());
    // The last event that was not wanted, the boot of the last place, and whether no event of that boot was seen yet.
    let (mut last, mut boot, mut is_new) = (None, None, false);
    while let Some(Entry { origin, event, .. }) = reader.next_entry()? {
        if event.at > until && mark.is_empty() && !is_new {
            break;
        }
        if is_own(&event) {
            continue;
        }
        let (at, ends, place) = (event.at, event.body == EventBody::PumpUpEnded, origin.position);
        let told = Told { origin, event };
        if begins_gap(&told.event) || !mark.is_empty() {
            // A loss and what was told after it stay together.
            mark.push(told);
            if ends && place.is_some_and(|place| boot.is_some_and(|boot| boot != place.boot)) {
                found.extend(last.take());
                is_new = true;
            }
            if ends && ((from..=to).contains(&at) || place.is_some() && wants(missed, place, at)) {
                found.append(&mut mark);
            } else if ends {
                mark.clear();
            }
        } else if wants(missed, place, at) || is_new && place.is_some() {
            found.push(told);
            (last, is_new) = (None, false);
        } else {
            last = place.map(|_| told).or(last);
        }
        boot = place.map(|place| place.boot).or(boot);
        if found.len() > most {
            return Err(io::Error::other(format!("more than {most} events; ask for a shorter time")));
        }
    }
    // The link is down to this day.
    found.extend(mark.into_iter().take_while(|told| told.event.at <= to));
    Ok(found)
}

fn wants(missed: &[MissedEvents], place: Option<Position>, at: Moment) -> bool {
    let Some(place) = place else {
        return missed.iter().any(|missed| missed.boot == 0 && (missed.from..=missed.to).contains(&at));
    };
    let mut of_boot = missed.iter().filter(|missed| missed.boot == place.boot).peekable();
    if of_boot.peek().is_some() {
        return of_boot.any(|missed| (missed.from_seq..=missed.to_seq).contains(&place.seq));
    }
    // A boot of which the other server heard nothing lies where it went from one boot to another.
    let near = |missed: &MissedEvents| missed.from + -BEFORE_SECS..=missed.to + BEFORE_SECS;
    missed.iter().any(|missed| missed.boot != 0 && missed.to_seq == u64::MAX && near(missed).contains(&at))
}
