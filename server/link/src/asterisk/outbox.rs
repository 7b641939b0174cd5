//! Events on their way out, in order, some of them undecided yet.
//!
//! The PBX says why a caller left only after it said that the caller left. A held place keeps the order and the date of
//! what happened until that is known; whatever comes later waits behind it, for milliseconds as a rule.

use std::collections::VecDeque;

use model::Event;

/// A held place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u64);

#[derive(Debug)]
enum Slot {
    Ready(Event),
    Held,
    Decided(Vec<Event>),
}

/// The line of events.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    slots: VecDeque<Slot>,
    first: u64,
}

impl Outbox {
    /// Appends a certain event.
    pub(super) fn push(&mut self, event: Event) {
        self.slots.push_back(Slot::Ready(event));
    }

    /// Holds a place for what is not certain yet.
    pub(super) fn hold(&mut self) -> Place {
        self.slots.push_back(Slot::Held);
        Place(self.first + self.slots.len() as u64 - 1)
    }

    /// Says what belongs into a held place; nothing is an answer too.
    pub(super) fn decide(&mut self, place: Place, events: Vec<Event>) {
        let index = usize::try_from(place.0.wrapping_sub(self.first)).unwrap_or(usize::MAX);
        if let Some(slot) = self.slots.get_mut(index) {
            *slot = Slot::Decided(events);
        }
    }

    /// Gives every event before the first held place to `sink`.
    pub(super) fn drain(&mut self, mut sink: impl FnMut(Event)) {
        while !matches!(self.slots.front(), None | Some(Slot::Held)) {
            match self.slots.pop_front() {
                Some(Slot::Ready(event)) => sink(event),
                Some(Slot::Decided(events)) => events.into_iter().for_each(&mut sink),
                Some(Slot::Held) | None => {}
            }
            self.first += 1;
        }
    }
}
