//! The switch's numbered events, encoded once and kept until every server has acknowledged them or the space is
//! used up. Both servers are sent the very same bytes.

use std::collections::VecDeque;

use model::Event;

use super::frame::write_event_frame;

/// How much a switch keeps for servers that are away, and how far it runs ahead of their acknowledgements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Most events kept.
    pub events: usize,
    /// Most bytes kept.
    pub bytes: usize,
    /// Most events sent to one server and not yet acknowledged by it.
    pub in_flight: u64,
}

impl Default for Capacity {
    /// A million events, 64 MiB: some hours of a large switch.
    fn default() -> Self {
        Capacity { events: 1_000_000, bytes: 64 << 20, in_flight: 16_384 }
    }
}

#[derive(Debug)]
pub(super) struct Outbox {
    capacity: Capacity,
    oldest_seq: u64,
    /// Frames one after another; those already discarded lie in front until they are worth moving over.
    bytes: Vec<u8>,
    /// How many bytes ever pushed lay before `bytes[0]`.
    moved: u64,
    /// How many bytes ever pushed lie before the oldest event kept.
    start: u64,
    /// For each event kept, how many bytes were ever pushed up to its end.
    ends: VecDeque<u64>,
}

impl Outbox {
    pub(super) fn new(capacity: Capacity) -> Self {
        Outbox { capacity, oldest_seq: 1, bytes: Vec::new(), moved: 0, start: 0, ends: VecDeque::new() }
    }

    /// The oldest event kept; equals the next one if none is.
    pub(super) fn oldest_seq(&self) -> u64 {
        self.oldest_seq
    }

    pub(super) fn next_seq(&self) -> u64 {
        self.oldest_seq + self.ends.len() as u64
    }

    pub(super) fn push(&mut self, event: &Event) -> u64 {
        let seq = self.next_seq();
        write_event_frame(seq, event, &mut self.bytes);
        self.ends.push_back(self.moved + self.bytes.len() as u64);
        let end = self.moved + self.bytes.len() as u64;
        while self.ends.len() > self.capacity.events || end - self.start > self.capacity.bytes as u64 {
            self.discard_oldest();
        }
        self.reclaim();
        seq
    }

    /// Discards everything up to and including `seq`.
    pub(super) fn discard_through(&mut self, seq: u64) {
        while self.oldest_seq <= seq && !self.ends.is_empty() {
            self.discard_oldest();
        }
        self.reclaim();
    }

    /// The frames of events `from..to`, which must be kept.
    pub(super) fn frames(&self, from: u64, to: u64) -> &[u8] {
        let end_before = |seq: u64| match seq - self.oldest_seq {
            0 => self.start,
            index => self.ends[index as usize - 1],
        };
        &self.bytes[(end_before(from) - self.moved) as usize..(end_before(to) - self.moved) as usize]
    }

    fn discard_oldest(&mut self) {
        if let Some(end) = self.ends.pop_front() {
            self.start = end;
            self.oldest_seq += 1;
        }
    }

    /// Moves what is kept to the front once at least half is waste, so that each byte moves once on average.
    fn reclaim(&mut self) {
        let waste = (self.start - self.moved) as usize;
        if waste > 4096 && waste >= self.bytes.len() / 2 {
            self.bytes.drain(..waste);
            self.moved = self.start;
        }
    }
}
