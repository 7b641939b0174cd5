//! Looking at the PBX's queues again while the link is up: service levels, new queues and static members change without an
//! event.
//!
//! Every server must put the difference at the same moment, whenever its own list comes, or whole intervals would differ. So
//! it has the time of what made them look, a reload or a quarter of an hour that is over, and what the PBX tells from then
//! on is kept until the list is there, and everything that may be in it has been told: a list shows at once what the events
//! tell a moment later, and of what has an event, the event has the time. A quarter, because that is the shortest interval: a server that comes back in the middle
//! of one hears of a change at once, and the other one before the next interval begins.

use std::collections::{BTreeMap, VecDeque};

use model::Moment;
use model::event::LinkReason;

use super::roster::Told;
use super::snapshot::Snapshot;
use super::wire::Block;
use super::{EARLY_MAX, LAG_MICROS, Notice, Output, Session, Stage, actions, jumped};

/// The queues are looked at when so much of the PBX's time is over.
const LOOK_EVERY_MICROS: i64 = 900_000_000;
/// A list that is there later than this is of a time of its own.
const LIST_MICROS: i64 = 10_000_000;

/// What waits for the end of a look at the queues.
#[derive(Debug, Default)]
pub(super) struct Look {
    asked: Option<Asked>,
    kept: VecDeque<(i64, Block)>,
    /// What the clock said last while the list was awaited.
    clock: Option<(i64, i64)>,
}

/// A list that was asked for.
#[derive(Debug)]
struct Asked {
    /// The ID of what was sent.
    id: String,
    /// The time that the difference will have.
    due_micros: i64,
    list: Snapshot,
}

impl Look {
    /// The list that is awaited, if this is the ID of what was sent for it.
    fn asked_as(&mut self, id: &str) -> Option<&mut Asked> {
        self.asked.as_mut().filter(|asked| asked.id == id)
    }

    /// Takes an entry of the list that is awaited, and of no other one.
    pub(super) fn listed(&mut self, block: &Block) {
        if let Some(asked) = self.asked_as(block.text("ActionID")) {
            asked.list.take(block);
        }
    }

    /// Gives up the list, and gives what was kept for it.
    pub(super) fn abandon(&mut self) -> VecDeque<(i64, Block)> {
        std::mem::take(self).kept
    }

    /// What the PBX told of members since the look was due. It has a time of its own, and will be understood after the look.
    fn told_since(&self) -> BTreeMap<(String, String), Told> {
        let mut all: BTreeMap<(String, String), Told> = BTreeMap::new();
        for (_, block) in &self.kept {
            if block.event().starts_with("QueueMember") {
                let key = (block.text("Queue").to_owned(), block.text("Interface").to_owned());
                all.entry(key).or_default().note(block.event());
            }
        }
        all
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

    /// Whether a look is on. Without a list by now it has failed.
    pub(super) fn is_looking(&mut self, micros: i64, out: &mut Vec<Output>) -> bool {
        let Stage::Up(look) = &self.stage else { return false };
        let Some(asked) = &look.asked else { return false };
        if asked.list.taken_micros.is_some_and(|taken| micros >= taken + LAG_MICROS) {
            self.look_ended(out);
        } else if is_late(asked, micros) || look.kept.len() >= EARLY_MAX {
            self.look_failed(out);
        }
        matches!(&self.stage, Stage::Up(look) if look.asked.is_some())
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
        self.looks += 1;
        let id = actions::look_id(self.looks);
        out.push(Output::Send(actions::look(&id)));
        look.asked = Some(Asked { id, due_micros, list: Snapshot::default() });
        self.translator.pass(due_micros);
        self.translator.heartbeat(due_micros);
    }

    /// The PBX answered an action of a look; what it says of another look than the one that is on means nothing any more.
    pub(super) fn look_answered(&mut self, id: &str, failed: bool, micros: Option<i64>, out: &mut Vec<Output>) {
        let Stage::Up(look) = &mut self.stage else { return };
        let Some(asked) = look.asked_as(id) else { return };
        match micros {
            _ if failed => self.look_failed(out),
            // The list's own answer, which comes before the list.
            None => {}
            Some(micros) if !asked.list.queues_done || is_late(asked, micros) => self.look_failed(out),
            Some(micros) => {
                asked.list.taken_micros = Some(micros);
                self.clock(micros, out);
            }
        }
    }

    /// There is no list of that time, so nobody can tell what the other server counts from it: that is a loss, and all that is so
    /// is asked for anew.
    fn look_failed(&mut self, out: &mut Vec<Output>) {
        out.push(Output::Notice(Notice::NoList { secs: LIST_MICROS / 1_000_000 }));
        self.start_over(LinkReason::TimedOut, out);
    }

    /// The list is there, and no event of what it shows is on its way: tells the difference, and then what was kept.
    fn look_ended(&mut self, out: &mut Vec<Output>) {
        let Stage::Up(look) = &mut self.stage else { return };
        let Some(Asked { due_micros, list, .. }) = look.asked.take() else { return };
        self.translator.correct(&list, &look.told_since(), Moment::from_micros(due_micros));
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
        matches!(&self.stage, Stage::Up(look) if look.asked.is_none())
    }
}

/// Whether a list of this time is none of when it was due. Two servers find the same only if both look at about the same time.
fn is_late(asked: &Asked, micros: i64) -> bool {
    let more_micros = if asked.list.taken_micros.is_some() { LAG_MICROS } else { 0 };
    micros.abs_diff(asked.due_micros) > (LIST_MICROS + more_micros).unsigned_abs()
}
