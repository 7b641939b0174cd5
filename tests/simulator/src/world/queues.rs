//! Queues: waiting in up to three splits, leaving them, and who takes whom.

use std::cmp::Reverse;

use model::event::{CallAct, Delivery, Priority};
use model::{CallId, SplitId};

use super::World;
use super::state::{Stage, Wait};

/// Why a call leaves all its queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueExit {
    Answered(Delivery),
    Abandoned,
    AbandonedRinging(Delivery),
    Busy,
    Disconnected,
    /// Routed elsewhere.
    Withdrawn,
}

/// What an answered call has waited in the queue it was answered from.
#[derive(Debug, Clone, Copy)]
pub struct Waited {
    pub secs: u64,
    pub inflow: bool,
}

/// Which call an agent takes first: the lowest.
type Rank = (Reverse<Priority>, u8, u64);

impl World {
    /// Queues a call to a split, or straight on to an idle agent.
    pub(super) fn queue_to(&mut self, id: CallId, split: usize) {
        self.sequence += 1;
        let place = self.sequence;
        let Some(call) = self.calls.get_mut(&id) else { return };
        if call.waits.len() == 3 || call.waits.iter().any(|wait| wait.split == split) {
            return;
        }
        let priority = call.priority;
        call.waits.push(Wait { split, since: self.now, priority, place, first: call.waits.is_empty() });
        self.queues[split].waiting.insert((Reverse(priority), place), id);
        self.ledger.splits[split].queued += 1;
        let number = self.office.splits[split].id;
        self.tell_call(id, CallAct::Queued { split: number, priority });
        self.offer_call(id, split);
    }

    /// A vector step that takes only an agent who is free: rings without queuing. Whether there was one.
    pub(super) fn offer_straight(&mut self, id: CallId, split: usize) -> bool {
        let Some(&(_, _, agent)) = self.queues[split].idle.first() else { return false };
        self.sequence += 1;
        let place = self.sequence;
        let Some(call) = self.calls.get_mut(&id) else { return false };
        let (since, first) = (self.now, call.waits.is_empty());
        call.waits.push(Wait { split, since, priority: Priority::Medium, place, first });
        self.ledger.splits[split].queued += 1;
        self.ring(id, agent, Delivery::Skill(self.office.splits[split].id));
        true
    }

    /// Rings the call at the split's longest idle agent of the best level, if there is one.
    pub(super) fn offer_call(&mut self, id: CallId, split: usize) {
        if let Some(&(_, _, agent)) = self.queues[split].idle.first() {
            self.ring(id, agent, Delivery::Skill(self.office.splits[split].id));
        }
    }

    /// The call an agent who has become free should take: highest priority, then best skill level, then longest wait.
    pub(super) fn call_for(&self, agent: usize) -> Option<(CallId, SplitId)> {
        let mut best: Option<(Rank, CallId, SplitId)> = None;
        for skill in &self.agents[agent].skills {
            let waiting = &self.queues[self.split_index(skill.split)].waiting;
            let head =
                waiting.iter().find(|(_, call)| self.calls.get(call).is_some_and(|call| call.stage == Stage::Vector));
            if let Some((&(priority, place), &call)) = head {
                let rank = (priority, skill.level, place);
                if best.is_none_or(|(other, ..)| rank < other) {
                    best = Some((rank, call, skill.split));
                }
            }
        }
        best.map(|(_, call, split)| (call, split))
    }

    /// Splits are numbered from 1 without holes.
    pub(super) fn split_index(&self, split: SplitId) -> usize {
        split.0 as usize - 1
    }

    /// Takes the call out of all queues because it is routed elsewhere.
    pub(super) fn withdraw(&mut self, id: CallId) {
        let Some(call) = self.calls.get(&id) else { return };
        for wait in call.waits.clone() {
            let split = self.office.splits[wait.split].id;
            self.tell_call(id, CallAct::QueueLeft { split });
        }
        self.leave_queues(id, QueueExit::Withdrawn);
    }

    /// Ends all waiting and counts how; returns the wait in the answering split.
    pub(super) fn leave_queues(&mut self, id: CallId, exit: QueueExit) -> Option<Waited> {
        let call = self.calls.get_mut(&id)?;
        let waits = std::mem::take(&mut call.waits);
        let mut answered = None;
        for wait in waits {
            self.queues[wait.split].waiting.remove(&(Reverse(wait.priority), wait.place));
            let secs = u64::from(self.now.since(wait.since));
            let here =
                |delivery| matches!(delivery, Delivery::Skill(split) if split == self.office.splits[wait.split].id);
            let tally = &mut self.ledger.splits[wait.split];
            match exit {
                QueueExit::Answered(delivery) if here(delivery) => {
                    answered = Some(Waited { secs, inflow: !wait.first })
                }
                QueueExit::AbandonedRinging(delivery) if here(delivery) => {
                    tally.abandoned += 1;
                    tally.abandoned_ringing += 1;
                    tally.abandon_wait_secs += secs;
                    tally.inflowed += u64::from(!wait.first);
                }
                QueueExit::Abandoned if wait.first => {
                    tally.abandoned += 1;
                    tally.abandon_wait_secs += secs;
                }
                QueueExit::Busy if wait.first => tally.forced_busy += 1,
                QueueExit::Disconnected if wait.first => tally.forced_disconnect += 1,
                _ if wait.first => tally.outflowed += 1,
                _ => tally.dequeued += 1,
            }
        }
        answered
    }

    /// Nobody answered: the call queues again, ahead of the others.
    pub(super) fn requeue(&mut self, id: CallId, split: usize) {
        self.sequence += 1;
        let place = self.sequence;
        let Some(call) = self.calls.get_mut(&id) else { return };
        let Some(wait) = call.waits.iter_mut().find(|wait| wait.split == split) else { return };
        let queue = &mut self.queues[split];
        queue.waiting.remove(&(Reverse(wait.priority), wait.place));
        (wait.priority, wait.place, wait.since) = (Priority::Top, place, self.now);
        queue.waiting.insert((Reverse(wait.priority), place), id);
        let tally = &mut self.ledger.splits[split];
        tally.outflowed += 1;
        tally.inflowed += 1;
        tally.queued += 1;
        let number = self.office.splits[split].id;
        self.tell_call(id, CallAct::Queued { split: number, priority: Priority::Top });
        self.offer_call(id, split);
    }
}
