//! Queues: a call waits in up to three splits at once and leaves each of them in one of the ways that are counted.

use model::event::Priority;
use model::{Moment, SplitId};

use crate::call::Call;
use crate::collector::Collector;
use crate::effects::AnomalyKind;
use crate::outcome::Departure;
use crate::slots::Ix;
use crate::split::{Split, Wait};

impl Collector {
    /// The call queues. Where it waits already, that is a requeue: one outflow, one inflow.
    pub(crate) fn queue_call(&mut self, ix: Ix<Call>, split: SplitId, priority: Priority) {
        let now = self.now();
        let split = self.split_ix(split);
        self.part_goes_on(ix);
        let again = self.calls.pool[ix].waits.iter().position(|wait| wait.split == split);
        let call = &mut self.calls.pool[ix];
        let (first, flowed, ringing, direct) = match again.map(|position| call.waits[position]) {
            Some(wait) => (wait.first, !wait.direct, wait.ringing, wait.direct),
            None => (call.waits.is_empty(), call.takes_flow(), 0, false),
        };
        if let Some(position) = again {
            let wait = call.waits.remove(position);
            self.depart(ix, wait, Departure::Outflow { interflow: false });
        }
        self.join(ix, Wait { ringing, direct, ..Wait::new(split, priority, now, first, flowed) });
        self.splits[split].row()[catalog::hsplit::I_ARRIVED] += 1;
    }

    /// Pump-up: the call has waited here since a time before.
    pub(crate) fn wait_since(&mut self, ix: Ix<Call>, split: SplitId, priority: Priority, since: Moment) {
        let split = self.split_ix(split);
        let call = &self.calls.pool[ix];
        if call.waits.iter().any(|wait| wait.split == split) {
            return;
        }
        let first = call.waits.is_empty();
        self.join(ix, Wait::new(split, priority, since, first, false));
    }

    /// The call rings for a split it did not queue to: it reaches that split now, without a moment in which it waits there and
    /// does not ring.
    pub(crate) fn join_by_ringing(&mut self, ix: Ix<Call>, split: Ix<Split>) {
        let now = self.now();
        self.part_goes_on(ix);
        let call = &mut self.calls.pool[ix];
        let (first, flowed) = (call.waits.is_empty(), call.takes_flow());
        let priority = Priority::Medium;
        self.join(ix, Wait { backup: true, ringing: 1, ..Wait::new(split, priority, now, first, flowed) });
        self.splits[split].row()[catalog::hsplit::I_ARRIVED] += 1;
    }

    fn join(&mut self, ix: Ix<Call>, wait: Wait) {
        self.splits[wait.split].join(ix, &wait);
        self.touch_split(wait.split);
        self.calls.pool[ix].waits.push(wait);
        self.note_queue(ix, wait.split);
    }

    /// The call is taken out of one queue and stays alive.
    pub(crate) fn leave_queue(&mut self, ix: Ix<Call>, split_id: SplitId) {
        let split = self.split_ix(split_id);
        let call = &mut self.calls.pool[ix];
        let Some(position) = call.waits.iter().position(|wait| wait.split == split) else {
            let id = call.id;
            self.anomaly(AnomalyKind::OutOfPlace, || {
                format!("call {id} leaves the queue of split {split_id}, where it is not")
            });
            return;
        };
        let wait = call.waits.remove(position);
        call.flowed |= !wait.direct;
        let departure = if wait.first { Departure::Outflow { interflow: false } } else { Departure::Dequeued };
        self.depart(ix, wait, departure);
    }

    /// The call is answered: it flows out of the first-queued split, if that is not where it was answered, and the others were left
    /// behind.
    pub(crate) fn leave_queues(&mut self, ix: Ix<Call>) {
        let waits = std::mem::take(&mut self.calls.pool[ix].waits);
        for wait in waits {
            let departure = if wait.first { Departure::Outflow { interflow: false } } else { Departure::Dequeued };
            self.depart(ix, wait, departure);
        }
    }

    /// The call is out of every queue without an answer: what befell it is one split's, the others were left behind.
    pub(crate) fn depart_all(&mut self, ix: Ix<Call>, departure: Departure) {
        let waits = std::mem::take(&mut self.calls.pool[ix].waits);
        let befallen = befallen(&waits);
        for (position, wait) in waits.into_iter().enumerate() {
            let departure = if position == befallen { departure } else { Departure::Dequeued };
            self.depart(ix, wait, departure);
        }
    }

    /// The caller gave up: the loss of the split (or of the agent alone) for whom it rang, else that of the split queued to first (or longest ago, if
    /// the first one was left). Returns whose it was, and how urgent the call was there.
    pub(crate) fn depart_abandoned(
        &mut self,
        ix: Ix<Call>,
        ringing: Option<Ix<Split>>,
    ) -> Option<(Ix<Split>, Priority, bool)> {
        let waits = std::mem::take(&mut self.calls.pool[ix].waits);
        let loser = waits.iter().position(|wait| Some(wait.split) == ringing).unwrap_or_else(|| befallen(&waits));
        let lost = waits.get(loser).map(|wait| (wait.split, wait.priority, wait.direct));
        for (position, wait) in waits.into_iter().enumerate() {
            let departure = match (position == loser, wait.first) {
                (true, _) => Departure::Abandoned { ringing: Some(wait.split) == ringing },
                (false, true) => Departure::Outflow { interflow: false },
                (false, false) => Departure::Dequeued,
            };
            self.depart(ix, wait, departure);
        }
        lost
    }

    pub(crate) fn depart(&mut self, ix: Ix<Call>, wait: Wait, departure: Departure) {
        let now = self.now();
        let predictive = self.calls.pool[ix].is_predictive();
        let split = &mut self.splits[wait.split];
        split.leave(ix, &wait);
        if !wait.direct {
            split.credit_departure(&wait, departure, now, predictive);
        }
        self.touch_split(wait.split);
    }
}

/// Of several waits, the one that has what befell the call: that in the split queued to first, or the longest one if that split was
/// left.
pub(crate) fn befallen(waits: &[Wait]) -> usize {
    waits.iter().position(|wait| wait.first).unwrap_or(0)
}
