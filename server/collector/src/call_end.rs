//! How calls end, or leave what is measured.

use catalog::Disposition;
use model::event::{Party, Priority};

use crate::agent::Agent;
use crate::answer::RingEnd;
use crate::call::Call;
use crate::collector::Collector;
use crate::effects::AnomalyKind;
use crate::history::Answer;
use crate::leg::{LegKind, Phase};
use crate::outcome::{Departure, GaveUp, Outcome};
use crate::parts::Settled;
use crate::queue::befallen;
use crate::slots::Ix;
use crate::split::Split;
use crate::vector::Exit;

impl Collector {
    /// The caller gave up before an answer.
    pub(crate) fn abandon(&mut self, ix: Ix<Call>) {
        let call = &self.calls.pool[ix];
        let talking =
            call.agents.iter().any(|&agent| self.agents[agent].legs.iter().any(|leg| leg.call == ix && leg.is_on()));
        if talking {
            let id = call.id;
            self.anomaly(AnomalyKind::OutOfPlace, || {
                format!("call {id} is abandoned while an agent is on it; it counts as ended")
            });
            self.close_call(ix, Party::Caller);
            return;
        }
        self.give_up(ix);
        self.close_call(ix, Party::Caller);
    }

    fn give_up(&mut self, ix: Ix<Call>) {
        let mut ringing_split = None;
        let mut rang = None;
        for agent in self.ringing_agents(ix) {
            let kind = self.agents[agent]
                .legs
                .iter()
                .find(|leg| leg.call == ix && leg.phase == Phase::Ringing)
                .map(|leg| leg.kind);
            let waits = &self.calls.pool[ix].waits;
            let split = kind.and_then(LegKind::split).filter(|split| waits.iter().any(|wait| wait.split == *split));
            ringing_split = ringing_split.or(split);
            let first = rang.is_none();
            rang = rang.or(Some((agent, kind)));
            self.end_ring(ix, agent, if first { RingEnd::Abandoned } else { RingEnd::Stopped });
        }
        let gave_up = if rang.is_some() {
            GaveUp::Ringing
        } else if self.calls.pool[ix].waits.is_empty() {
            GaveUp::InVector
        } else {
            GaveUp::InQueue
        };
        let lost = self.depart_abandoned(ix, ringing_split);
        self.settle_abandoned(ix, lost, rang);
        self.decide(ix, Outcome::Abandoned(gave_up));
        self.leave_vector(ix, Exit::To(Outcome::Abandoned(gave_up)));
    }

    pub(crate) fn force_busy(&mut self, ix: Ix<Call>) {
        self.go(ix, Departure::Busy, Outcome::Busy);
        self.close_call(ix, Party::Switch);
    }

    pub(crate) fn force_disconnect(&mut self, ix: Ix<Call>, timer: bool) {
        self.go(ix, Departure::Disconnected, Outcome::Disconnected { timer });
        self.close_call(ix, Party::Switch);
    }

    /// The call leaves for a place that is not measured. Its trunk and its VDN follow it to the end.
    pub(crate) fn outflow(&mut self, ix: Ix<Call>, interflow: bool) {
        self.go(ix, Departure::Outflow { interflow }, Outcome::Outflow { interflow });
        self.calls.pool[ix].elsewhere = true;
    }

    /// A station that is no measured agent's answers.
    pub(crate) fn connect_elsewhere(&mut self, ix: Ix<Call>) {
        self.go(ix, Departure::Outflow { interflow: false }, Outcome::Connected);
        let now = self.now();
        let call = &mut self.calls.pool[ix];
        call.elsewhere = true;
        if let Some(visit) = call.visit {
            self.visits[visit].connected_at.get_or_insert(now);
        }
    }

    /// The call is out of every queue, stops ringing and is out of its vector.
    fn go(&mut self, ix: Ix<Call>, departure: Departure, outcome: Outcome) {
        self.stop_all_rings(ix);
        let waits = &self.calls.pool[ix].waits;
        let wait = waits.get(befallen(waits)).map(|wait| (wait.split, wait.priority));
        self.settle_part(ix, Settled::without_answer(outcome.disposition(), wait));
        self.depart_all(ix, departure);
        self.decide(ix, outcome);
        self.leave_vector(ix, Exit::To(outcome));
    }

    pub(crate) fn end_call(&mut self, ix: Ix<Call>, by: Party) {
        let call = &self.calls.pool[ix];
        if !call.waits.is_empty() {
            let id = call.id;
            self.anomaly(AnomalyKind::EndedWaiting, || format!("call {id} ended while it waited in a queue"));
            match by {
                Party::Caller => self.give_up(ix),
                Party::Agent | Party::Switch => {
                    self.go(ix, Departure::Disconnected, Outcome::Disconnected { timer: false })
                }
            }
        }
        self.close_call(ix, by);
    }

    /// The caller gave up: the split that lost the call (and whether the wait there was an agent's alone), and the agent at whom it
    /// rang.
    fn settle_abandoned(
        &mut self,
        ix: Ix<Call>,
        lost: Option<(Ix<Split>, Priority, bool)>,
        rang: Option<(Ix<Agent>, Option<LegKind>)>,
    ) {
        let wait = lost.map(|(split, priority, _)| (split, priority));
        let mut settled = Settled::without_answer(Disposition::Abandoned, wait);
        settled.answer = rang.map(|(agent, _)| Answer { agent, level: 0, aux: None });
        // As the rows have it: a wait that was an agent's alone is no split's loss, whoever else it rang at.
        let direct = match (lost, rang.and_then(|(_, kind)| kind)) {
            (Some((split, _, true)), _) | (None, Some(LegKind::Direct(split))) => Some(split),
            _ => None,
        };
        if direct.is_some() {
            (settled.split, settled.direct) = (direct, true);
        }
        self.settle_part(ix, settled);
    }

    /// The call is over.
    fn close_call(&mut self, ix: Ix<Call>, by: Party) {
        self.note_waiting(ix);
        self.stop_all_rings(ix);
        while let Some(&agent) = self.calls.pool[ix].agents.last() {
            self.mark_end(ix, agent, by);
            self.end_talk(ix, agent);
        }
        // A call that ended inside a vector without any word about it: the far end went away.
        self.leave_vector(ix, Exit::To(Outcome::Outflow { interflow: false }));
        self.decide_visit(ix, Outcome::Outflow { interflow: false });
        self.leave_visit(ix);
        if let Some(vdn) = self.calls.pool[ix].active_in.take() {
            let vdn = &mut self.vdns[vdn];
            vdn.active_calls = vdn.active_calls.saturating_sub(1);
            vdn.fresh = false;
        }
        self.release_trunks(ix, None);
        if let Some(mut call) = self.calls.remove(ix) {
            self.stop_timing(&mut call);
            self.move_waiting(call.waits_in, (None, None));
            self.close_history(call.history);
        }
    }

    /// Notes on an agent's part how the call ended for it, and whether it was an answer at all.
    fn mark_end(&mut self, ix: Ix<Call>, agent: Ix<Agent>, by: Party) {
        let now = self.now();
        self.note_traced(agent, |flags| flags.agent_released |= by == Party::Agent);
        let Some(leg) = self.agents[agent].legs.iter_mut().find(|leg| leg.call == ix && leg.is_on()) else { return };
        leg.deeds.released |= by == Party::Agent;
        leg.deeds.hold_abandoned |= by == Party::Caller && leg.phase == Phase::Held;
        leg.enter(leg.phase, now);
        let call = &mut self.calls.pool[ix];
        let only_answer = call.answers == 1 && matches!(call.outcome, Some(Outcome::Answered { .. }));
        leg.phantom = only_answer && matches!(leg.kind, LegKind::Skill(_)) && !leg.unseen && leg.is_phantom();
        if !leg.phantom {
            return;
        }
        let phantom = Outcome::Abandoned(GaveUp::Phantom);
        call.outcome = Some(phantom);
        if let Some(visit) = leg.visit.and_then(|visit| self.visits.get_mut(visit))
            && matches!(visit.outcome, Some((Outcome::Answered { .. }, _)))
        {
            visit.outcome = Some((phantom, now.since(visit.entered_at)));
        }
    }
}
