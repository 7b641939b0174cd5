//! A journal with its gaps filled by what another server got: the events of both by the link's sequence.
//!
//! A gap is filled from its beginning as far as the other server's events follow each other. Filled to its end it never
//! was: neither its loss of the link nor the state that the switch told after it is applied. Filled in part, the rest is a
//! loss as before, dated where the last event was. Without a sequence (Asterisk) nothing can be put together.

#[cfg(test)]
#[path = "../tests/merging.rs"]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use api::MissedEvents;
use link::native::Position;
use model::{Event, EventBody, Moment};

use crate::journal::{Entry, JournalReader, index_before};

/// What another server got, by its place.
pub type Others = BTreeMap<Position, Event>;

/// Whether an entry is an administered configuration, which is this server's own and not of the switch's sequence.
fn is_own(entry: &Entry) -> bool {
    matches!(&entry.event.body, EventBody::Configured(told) if told.is_administered())
}

/// Takes a journal's records in order, and gives events.
pub struct Merging<'a> {
    others: &'a Others,
    /// Last event of the sequence that was given.
    last: Option<Position>,
    /// Entries of the gap that is open.
    gap: Option<Vec<Entry>>,
    /// Whether an event did not follow the one before it, and no gap was told: the journal was damaged.
    is_torn: bool,
    at: Moment,
}

impl<'a> Merging<'a> {
    /// Begins behind an event; `None` where nothing was collected before.
    pub fn behind(last: Option<Position>, at: Moment, others: &'a Others) -> Self {
        Merging { others, last, gap: None, is_torn: false, at }
    }

    /// Whether a gap is open, of which it is not known yet how it ends.
    pub fn is_in_gap(&self) -> bool {
        self.gap.is_some()
    }

    /// Whether events are missing that no mark of a gap stands for.
    pub fn is_torn(&self) -> bool {
        self.is_torn
    }

    /// Takes the next record.
    pub fn take(&mut self, entry: Entry, give: &mut dyn FnMut(&Event)) {
        let ends = entry.event.body == EventBody::PumpUpEnded;
        let begins = matches!(entry.event.body, EventBody::LinkDown { .. } | EventBody::PumpUpBegan);
        let (snapshot, position) = (entry.origin.snapshot, entry.origin.position);
        match &mut self.gap {
            None if snapshot && begins && self.last.is_some() => self.gap = Some(vec![entry]),
            None => {
                if let (false, Some(last), Some(place)) = (snapshot || is_own(&entry), self.last, position) {
                    self.is_torn |= (place.boot, place.seq) != (last.boot, last.seq + 1);
                }
                self.give(&entry.event, give);
                self.last = position.or(self.last);
            }
            Some(gap) => {
                gap.push(entry);
                if snapshot && ends {
                    self.close(position, give);
                }
            }
        }
    }

    /// The journal ends; what is left of an open gap is given as it is.
    pub fn end(&mut self, give: &mut dyn FnMut(&Event)) {
        if self.is_in_gap() {
            self.close(None, give);
        }
    }

    fn close(&mut self, as_of: Option<Position>, give: &mut dyn FnMut(&Event)) {
        let gap = self.gap.take().unwrap_or_default();
        let others = self.others;
        let mut next = self.last.map(|last| Position { seq: last.seq + 1, ..last });
        while let Some(place) = next
            && as_of.is_none_or(|as_of| as_of.boot != place.boot || place.seq <= as_of.seq)
            && let Some(event) = others.get(&place)
        {
            self.give(event, give);
            next = Some(Position { seq: place.seq + 1, ..place });
        }
        let is_filled = as_of.zip(next).is_some_and(|(as_of, next)| as_of.boot == next.boot && next.seq > as_of.seq);
        for entry in gap.iter().filter(|entry| !is_filled || is_own(entry)) {
            // What happened in the gap is not older than what was heard of it.
            let event = Event { at: entry.event.at.max(self.at), body: entry.event.body.clone() };
            self.give(&event, give);
        }
        self.last = as_of;
    }

    fn give(&mut self, event: &Event, give: &mut dyn FnMut(&Event)) {
        self.at = self.at.max(event.at);
        give(event);
    }
}

/// The events of the switch's sequence that this server did not get in a stretch of time.
///
/// # Errors
/// The journal cannot be read.
pub fn missed(journal: &Path, from: Moment, to: Moment) -> io::Result<Vec<MissedEvents>> {
    let mut reader = JournalReader::open(journal, index_before(journal, from)?)?;
    let (mut last, mut began): (Option<Position>, Option<Moment>) = (None, None);
    let mut found = Vec::new();
    while let Some(entry) = reader.next_entry()? {
        let (at, position) = (entry.event.at, entry.origin.position);
        if at > to && began.is_none() {
            break;
        }
        match &entry.event.body {
            EventBody::LinkDown { .. } | EventBody::PumpUpBegan if entry.origin.snapshot => {
                began = began.or(Some(at));
            }
            EventBody::PumpUpEnded if entry.origin.snapshot => {
                let began = began.take().unwrap_or(at);
                if let (Some(last), Some(as_of)) = (last, position)
                    && at >= from
                    && began <= to
                {
                    found.extend(lost(last, as_of, began, at));
                }
                last = position;
            }
            _ => last = position.or(last),
        }
    }
    Ok(found)
}

/// What lies between two places; where the switch began to count anew, the rest of the old numbers and the first new ones.
fn lost(last: Position, as_of: Position, from: Moment, to: Moment) -> Vec<MissedEvents> {
    let events = |boot, from_seq, to_seq| MissedEvents { boot, from_seq, to_seq, from, to };
    let found = match last.boot == as_of.boot {
        true => vec![events(last.boot, last.seq + 1, as_of.seq)],
        false => vec![events(last.boot, last.seq + 1, u64::MAX), events(as_of.boot, 1, as_of.seq)],
    };
    found.into_iter().filter(|events| events.from_seq <= events.to_seq).collect()
}

/// Of what another server missed, the events that this one got.
///
/// # Errors
/// The journal cannot be read, or there are more than `most` events.
pub fn got(journal: &Path, missed: &[MissedEvents], most: usize) -> io::Result<Others> {
    let mut found = Others::new();
    let (from, to) = (missed.iter().map(|missed| missed.from).min(), missed.iter().map(|missed| missed.to).max());
    let (Some(from), Some(to)) = (from, to) else { return Ok(found) };
    let mut reader = JournalReader::open(journal, index_before(journal, from)?)?;
    while let Some(entry) = reader.next_entry()? {
        if entry.event.at > to {
            break;
        }
        let Some(place) = entry.origin.position.filter(|_| !entry.origin.snapshot && !is_own(&entry)) else { continue };
        let wanted =
            |missed: &MissedEvents| missed.boot == place.boot && (missed.from_seq..=missed.to_seq).contains(&place.seq);
        if missed.iter().any(wanted) {
            found.insert(place, entry.event);
        }
        if found.len() > most {
            return Err(io::Error::other(format!("more than {most} events; ask for a shorter time")));
        }
    }
    Ok(found)
}
