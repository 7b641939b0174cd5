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
    /// The boots, in the order in which the other server heard them.
    boots: Vec<u64>,
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
        let mut boots: Vec<u64> = Vec::new();
        for (index, Told { origin, event }) in others.iter().enumerate() {
            if let Some(Position { boot, .. }) = origin.position
                && boots.last() != Some(&boot)
                && !boots.contains(&boot)
            {
                boots.push(boot);
            }
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
        Numbered { others, places, told_again, boots, passed: 0, last, gap: None, is_torn: false, at }
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
        let began = began_at(&gap);
        self.follow(as_of, give);
        while !self.is_at(as_of)
            && let Some((range, position)) = self.told_again_before(as_of, began)
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

    /// The next time that the other server was told again what is so, before this one was, which began to be told then. Of two
    /// that were told as of the same event the first one counts, so that both servers take the same one.
    fn told_again_before(&self, as_of: Option<Position>, began: Option<Moment>) -> Option<(Range<usize>, Position)> {
        let last = self.last?;
        let is_first = |range: &Range<usize>| began_at(&self.others[range.clone()]) < began;
        let mut ahead = self.told_again.iter().filter(|(range, _)| range.start >= self.passed);
        let fits = |(range, place): &&(Range<usize>, Position)| {
            self.is_behind(last, *place, as_of)
                && as_of.is_none_or(|own| self.is_before(last, *place, own) || *place == own && is_first(range))
        };
        ahead.find(fits).cloned()
    }

    /// Whether a place of the other server lies behind the last event. The boot in which this server was told again is behind
    /// the one before it.
    fn is_behind(&self, last: Position, place: Position, as_of: Option<Position>) -> bool {
        let goes_over = as_of.is_some_and(|own| own.boot == place.boot && own.boot != last.boot);
        goes_over || self.is_in_order(last, place)
    }

    /// Whether a place of the other server lies before the one as of which this server was told again.
    fn is_before(&self, last: Position, place: Position, own: Position) -> bool {
        let is_left = place.boot == last.boot && own.boot != last.boot;
        is_left || self.is_in_order(place, own)
    }

    /// Whether one place is known to be before another. Numbers of different boots say nothing, nor do times, since the switch's
    /// clock may have been set: only that the other server heard both boots, and in which order.
    fn is_in_order(&self, one: Position, other: Position) -> bool {
        let rank = |boot: u64| self.boots.iter().position(|known| *known == boot);
        match one.boot == other.boot {
            true => one.seq < other.seq,
            false => rank(one.boot).zip(rank(other.boot)).is_some_and(|(one, other)| one < other),
        }
    }

    /// Gives what belongs to a gap: it is not older than what was heard before. The link was lost at the last event that was
    /// given, also where the other server heard later ones that did not come along: these are lost here.
    fn mark(&mut self, told: &Told, give: &mut dyn FnMut(&Event)) {
        let at = match told.event.body {
            EventBody::LinkDown { .. } => self.at,
            _ => told.event.at.max(self.at),
        };
        self.give(&Event { at, body: told.event.body.clone() }, give);
    }

    fn give(&mut self, event: &Event, give: &mut dyn FnMut(&Event)) {
        // A clock that was set back goes on from there.
        let is_set = matches!(event.body, EventBody::ClockChanged { .. });
        self.at = if is_set { event.at } else { self.at.max(event.at) };
        give(event);
    }
}

/// When the switch began to tell again what is so; the last time, if it was cut short before.
fn began_at(told: &[Told]) -> Option<Moment> {
    told.iter().rfind(|told| told.event.body == EventBody::PumpUpBegan).map(|told| told.event.at)
}
