//! Callers: when they call, how patient they are, and how they give up.

use std::collections::VecDeque;

use model::event::{CallAct, Direction, Entry, Party, Priority};
use model::{CallId, Moment};
use smallvec::SmallVec;

use super::World;
use super::queues::QueueExit;
use super::state::{Call, Fate, Line, Stage, TalkStep, Task};

impl World {
    /// A caller dials; plans the next one. Callers come at the peak's pace and all but the hour's share are
    /// turned away, so that the pace follows the day without steps.
    pub(super) fn arrival(&mut self) {
        let gap_millis = self.arrival_millis + self.random.exponential(3_600_000 / self.scenario.peak_calls());
        self.arrival_millis = gap_millis % 1_000;
        self.plan_after((gap_millis / 1_000) as i64, Task::Arrival);
        let load = self.scenario.load_per_mille(self.now);
        if !self.random.chance(load) {
            return;
        }
        let weights: SmallVec<[u32; 32]> = self.office.vdns.iter().map(|vdn| vdn.weight).collect();
        let vdn = self.random.weighted(&weights);
        let line = if self.random.chance(40) {
            None
        } else {
            let weights: SmallVec<[u32; 8]> = self.office.trunk_groups.iter().map(|group| group.weight).collect();
            let group = self.random.weighted(&weights);
            let Some(line) = self.seize(group, Direction::In) else { return };
            Some(line)
        };
        let call = self.new_call(line);
        if line.is_some() && self.random.chance(4) {
            return self.slip(call);
        }
        self.enter_vdn(call, vdn, Entry::First);
        self.identify_caller(call, vdn);
        self.plan_detours(call);
    }

    /// A caller who hangs up before anything happens.
    fn slip(&mut self, id: CallId) {
        let secs = self.random.between(0, 1);
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Outside;
            call.script = [(secs, TalkStep::End(Party::Caller))].into();
        }
        self.plan_talk(id);
    }

    /// A call comes into being; its trunk, if any, is told.
    pub(super) fn new_call(&mut self, line: Option<Line>) -> CallId {
        self.sequence += 1;
        let id = CallId(self.sequence);
        let call = Call {
            since: self.now,
            stage: Stage::Vector,
            token: 0,
            line,
            visit: None,
            vdn: None,
            waits: SmallVec::new(),
            priority: Priority::Medium,
            gives_up_at: Moment(i64::MAX),
            parties: SmallVec::new(),
            dialed: false,
            identity: None,
            detours: 0,
            consults_for: None,
            script: VecDeque::new(),
            moves: 0,
        };
        self.calls.insert(id, call);
        if let Some(line) = line {
            self.tell_seizure(id, &line);
        }
        id
    }

    /// Draws how long the caller will wait from now on.
    pub(super) fn plan_patience(&mut self, call: CallId) {
        let secs = match self.random.chance(80) {
            true => self.random.skewed_secs(20, 2),
            false => self.random.skewed_secs(240, 15),
        };
        let at = self.now + secs;
        if let Some(waiting) = self.calls.get_mut(&call) {
            waiting.gives_up_at = at;
            self.plan(at, Task::GivesUp { call });
        }
    }

    /// The caller's patience is at its end: abandons, unless answered or moved on meanwhile.
    pub(super) fn gives_up(&mut self, id: CallId) {
        let Some(call) = self.calls.get(&id).filter(|call| call.gives_up_at == self.now) else { return };
        if matches!(call.stage, Stage::Vector | Stage::Ringing { .. }) {
            self.abandon(id);
        }
    }

    /// The caller hangs up before an answer.
    pub(super) fn abandon(&mut self, id: CallId) {
        let Some(call) = self.calls.get_mut(&id) else { return };
        if let Some(line) = &mut call.line {
            line.abandoned = true;
        }
        let stage = call.stage;
        self.tell_call(id, CallAct::Abandoned);
        match stage {
            Stage::Ringing { agent, delivery } => {
                self.leave_queues(id, QueueExit::AbandonedRinging(delivery));
                self.ledger.agents[agent].rang_abandoned += 1;
                self.dispose(id, Fate::Abandoned);
                self.stop_ringing(agent);
            }
            _ => {
                self.leave_queues(id, QueueExit::Abandoned);
                self.dispose(id, Fate::Abandoned);
            }
        }
    }
}
