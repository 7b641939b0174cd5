//! Looking at the PBX's queues again while the link is up: service levels, new queues and static members change without an
//! event.
//!
//! Every server must put the difference at the same moment, whenever its own list comes, or whole intervals would differ. So
//! it has the time of what made them look, a reload or a quarter of an hour that is over, and what the PBX tells from then
//! on is kept until the list is there. A quarter, because that is the shortest interval: a server that comes back in the middle
//! of one hears of a change at once, and the other one before the next interval begins.

use std::collections::{BTreeSet, VecDeque};

use model::Moment;

use super::snapshot::Snapshot;
use super::wire::Block;
use super::{EARLY_MAX, Output, Session, Stage, actions, jumped};

/// The queues are looked at when so much of the PBX's time is over.
const LOOK_EVERY_MICROS: i64 = 900_000_000;
/// A list that takes longer than this is not waited for.
const LIST_MICROS: i64 = 10_000_000;

/// What is known of a look at the queues, and what waits for its end.
#[derive(Debug, Default)]
pub(super) struct Look {
    /// The time that the difference will have, while a list is awaited.
    due_micros: Option<i64>,
    list: Snapshot,
    kept: VecDeque<(i64, Block)>,
    /// What the clock said last while the list was awaited.
    clock: Option<(i64, i64)>,
}

impl Look {
    /// Takes an entry of a list; gives the list once it is whole.
    pub(super) fn listed(&mut self, block: &Block) -> Option<Snapshot> {
        self.list.take(block);
        self.list.queues_done.then(|| std::mem::take(&mut self.list))
    }

    /// Gives up the list, and gives what was kept for it.
    pub(super) fn abandon(&mut self) -> VecDeque<(i64, Block)> {
        std::mem::take(self).kept
    }

    /// Members of which the PBX told something since, as queue and interface: that is newer than what was so when the look
    /// was due, and will be understood after it.
    fn told_since(&self) -> BTreeSet<(String, String)> {
        let members = self.kept.iter().filter(|(_, block)| block.event().starts_with("QueueMember"));
        members.map(|(_, block)| (block.text("Queue").to_owned(), block.text("Interface").to_owned())).collect()
    }
}

impl Session {
    /// Keeps an event if a look is on or due before it; gives it back if it is to be understood now.
    pub(super) fn keep_while_looking(&mut self, micros: i64, block: Block, out: &mut Vec<Output>) -> Option<Block> {
        if !self.is_looking(micros, out) && !self.look_is_due(micros, out) {
            return Some(block);
        }
        if let Stage::Up(look) = &mut self.stage {
            look.kept.push_back((micros, block));
        }
        None
    }

    /// Whether a list is awaited. One that has not come by now will not be waited for.
    pub(super) fn is_looking(&mut self, micros: i64, out: &mut Vec<Output>) -> bool {
        let Stage::Up(look) = &self.stage else { return false };
        let Some(due_micros) = look.due_micros else { return false };
        if micros.abs_diff(due_micros) > LIST_MICROS.unsigned_abs() || look.kept.len() >= EARLY_MAX {
            self.look_ended(None, out);
        }
        !self.is_flowing()
    }

    /// Begins a look if a quarter of an hour is over by now.
    pub(super) fn look_is_due(&mut self, micros: i64, out: &mut Vec<Output>) -> bool {
        let Some(latest) = self.latest_micros else { return false };
        let quarter_micros = micros.div_euclid(LOOK_EVERY_MICROS) * LOOK_EVERY_MICROS;
        if latest >= quarter_micros || !self.is_up() {
            return false;
        }
        // A clock that was set passed no quarter of an hour.
        let due_micros = if jumped(latest, micros) { micros } else { quarter_micros };
        self.advance(due_micros);
        self.look(due_micros, out);
        true
    }

    /// Asks for the queues. All that happened up to then has been told.
    pub(super) fn look(&mut self, due_micros: i64, out: &mut Vec<Output>) {
        let Stage::Up(look) = &mut self.stage else { return };
        look.due_micros = Some(due_micros);
        self.translator.pass(due_micros);
        self.translator.heartbeat(due_micros);
        out.push(Output::Send(actions::queues()));
    }

    /// The list is there, or will not come: tells the difference, and then what was kept.
    pub(super) fn look_ended(&mut self, list: Option<Snapshot>, out: &mut Vec<Output>) {
        let Stage::Up(look) = &mut self.stage else { return };
        let due_micros = look.due_micros.take().unwrap_or(self.translator.at_micros);
        if let Some(list) = list {
            self.translator.correct(&list, &look.told_since(), Moment::from_micros(due_micros));
        }
        // One of them may begin the next look; the others wait on for that.
        let mut waiting = std::mem::take(&mut look.kept);
        while self.is_flowing()
            && let Some((micros, block)) = waiting.pop_front()
        {
            self.live(micros, block, out);
        }
        if let Stage::Up(look) = &mut self.stage {
            look.kept.append(&mut waiting);
        }
        if self.is_flowing()
            && let Stage::Up(look) = &mut self.stage
            && let Some((micros, sure)) = look.clock.take()
        {
            self.sure(micros, sure, out);
        }
    }

    /// The time passes after what is kept has been understood.
    pub(super) fn note_clock(&mut self, micros: i64, sure: i64) {
        if let Stage::Up(look) = &mut self.stage {
            look.clock = Some((micros, sure));
        }
    }

    fn is_flowing(&self) -> bool {
        matches!(&self.stage, Stage::Up(look) if look.due_micros.is_none())
    }
}
