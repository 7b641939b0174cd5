//! Two journals of a link that numbers its events, as one. The own one is read once, from front to back: it may be long.

#[cfg(test)]
#[path = "../../tests/merging.rs"]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;

use link::native::Position;
use model::{Event, EventBody, Moment};

use super::{Told, begins_gap, is_own};

/// Takes a journal's records in order, and gives events.
pub struct Numbered<'a> {
    others: &'a [Told],
    /// Where each event of the sequence is among the others.
    places: BTreeMap<Position, usize>,
    /// Where the other server was told again what is so, with the loss before it, and as of which event.
    told_again: Vec<(Range<usize>, Position)>,
    /// The others up to here are behind us.
    passed: usize,
    /// Last event of the sequence that was given.
    last: Option<Position>,
    /// Entries of the gap that is open.
    gap: Option<Vec<Told>>,
    /// Whether an event did not follow the one before it, and no gap was told: the journal was damaged.
    is_torn: bool,
    at: Moment,
}

impl<'a> Numbered<'a> {
    /// Begins behind an event; `None` where nothing was collected before.
    pub fn behind(last: Option<Position>, at: Moment, others: &'a [Told]) -> Self {
        let (mut places, mut told_again, mut began) = (BTreeMap::new(), Vec::new(), None);
        for (index, Told { origin, event }) in others.iter().enumerate() {
            match origin.position {
                position if origin.snapshot => {
                    let from = *began.get_or_insert(index);
                    if event.body == EventBody::PumpUpEnded {
                        told_again.extend(position.map(|position| (from..index + 1, position)));
                        began = None;
                    }
                }
                Some(place) => drop(places.insert(place, index)),
                None => {}
            }
        }
        Numbered { others, places, told_again, passed: 0, last, gap: None, is_torn: false, at }
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
    pub fn take(&mut self, told: Told, give: &mut dyn FnMut(&Event)) {
        let ends = told.event.body == EventBody::PumpUpEnded;
        let (snapshot, position) = (told.origin.snapshot, told.origin.position);
        match &mut self.gap {
            None if snapshot && begins_gap(&told.event) && self.last.is_some() => self.gap = Some(vec![told]),
            None => {
                if let (false, Some(last), Some(place)) = (snapshot || is_own(&told.event), self.last, position) {
                    self.is_torn |= (place.boot, place.seq) != (last.boot, last.seq + 1);
                }
                self.give(&told.event, give);
                self.last = position.or(self.last);
            }
            Some(gap) => {
                gap.push(told);
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
        self.follow(as_of, give);
        while !self.is_at(as_of)
            && let Some((range, position)) = self.told_again_before(as_of)
        {
            // Neither heard what was before it, and the other server was told again what is so earlier than this one.
            let told = &self.others[range.clone()];
            if !told.iter().any(|told| matches!(told.event.body, EventBody::LinkDown { .. })) {
                gap.iter()
                    .take_while(|own| own.event.body != EventBody::PumpUpBegan)
                    .for_each(|own| self.mark(own, give));
            }
            told.iter().for_each(|told| self.mark(told, give));
            (self.last, self.passed) = (Some(position), range.end);
            self.follow(as_of, give);
        }
        // Filled to its end it never was: neither the loss of the link nor the state that was told after it.
        let is_filled = self.is_at(as_of);
        for told in gap.iter().filter(|told| !is_filled || is_own(&told.event)) {
            self.mark(told, give);
        }
        self.last = as_of;
    }

    /// Gives the other server's events that follow each other, up to a place.
    fn follow(&mut self, up_to: Option<Position>, give: &mut dyn FnMut(&Event)) {
        let others = self.others;
        while let Some(last) = self.last
            && !self.is_at(up_to)
            && let Some(index) = self.places.get(&Position { seq: last.seq + 1, ..last })
        {
            self.passed = index + 1;
            self.give(&others[*index].event, give);
            self.last = Some(Position { seq: last.seq + 1, ..last });
        }
    }

    fn is_at(&self, place: Option<Position>) -> bool {
        self.last.zip(place).is_some_and(|(last, place)| last.boot == place.boot && last.seq >= place.seq)
    }

    /// The next time that the other server was told again what is so, before this one was.
    fn told_again_before(&self, as_of: Option<Position>) -> Option<(Range<usize>, Position)> {
        let last = self.last?;
        let is_later = |place: &Position| place.boot != last.boot || place.seq > last.seq;
        let is_before = |place: &Position| as_of.is_none_or(|own| place.boot != own.boot || place.seq < own.seq);
        let ahead = self.told_again.iter().filter(|(range, _)| range.start >= self.passed);
        ahead.take_while(|(_, place)| is_before(place)).find(|(_, place)| is_later(place)).cloned()
    }

    /// Gives what belongs to a gap: it is not older than what was heard before.
    fn mark(&mut self, told: &Told, give: &mut dyn FnMut(&Event)) {
        let event = Event { at: told.event.at.max(self.at), body: told.event.body.clone() };
        self.give(&event, give);
    }

    fn give(&mut self, event: &Event, give: &mut dyn FnMut(&Event)) {
        self.at = self.at.max(event.at);
        give(event);
    }
}
