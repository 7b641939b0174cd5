//! How calls end and what they are credited with: trunks, VDNs, and the agents' service.

use model::CallId;
use model::event::{CallAct, Entry, Party};

use super::World;
use super::state::{Fate, Service, Visit};

impl World {
    /// The call is over; everybody on it leaves it.
    pub(super) fn end_call(&mut self, id: CallId, by: Party) {
        let Some(call) = self.calls.remove(&id) else { return };
        self.tell_call(id, CallAct::Ended { by });
        if let Some(line) = call.line {
            self.release(line);
        }
        for (place, &agent) in call.parties.iter().enumerate() {
            self.leave(agent, id, call.dialed && place == 0);
        }
        if let Some(visit) = call.visit {
            self.close_visit_when_done(visit, |visit| visit.left = true);
        }
    }

    /// The call has ended before any agent had it.
    pub(super) fn dispose(&mut self, id: CallId, fate: Fate) {
        self.set_fate(id, fate);
        self.leave_visit(id);
        if let Some(line) = self.calls.remove(&id).and_then(|call| call.line) {
            self.release(line);
        }
    }

    /// The call goes on without an agent.
    pub(super) fn drop_party(&mut self, id: CallId, agent: usize) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.parties.retain(|party| *party != agent);
        }
    }

    /// What became of the call in its VDN; the first fate counts.
    pub(super) fn set_fate(&mut self, id: CallId, fate: Fate) {
        let now = self.now;
        let visit = self.calls.get(&id).and_then(|call| call.visit);
        if let Some(visit) = visit.and_then(|visit| self.visits.get_mut(&visit)) {
            visit.fate.get_or_insert((fate, u64::from(now.since(visit.entered_at))));
        }
    }

    /// The call leaves its VDN for another one or for good.
    pub(super) fn leave_visit(&mut self, id: CallId) {
        if let Some(visit) = self.calls.get_mut(&id).and_then(|call| call.visit.take()) {
            self.close_visit_when_done(visit, |visit| visit.left = true);
        }
    }

    fn close_visit_when_done(&mut self, id: u64, change: impl FnOnce(&mut Visit)) {
        let Some(visit) = self.visits.get_mut(&id) else { return };
        change(visit);
        if !visit.left || visit.open > 0 {
            return;
        }
        let Some(visit) = self.visits.remove(&id) else { return };
        let tally = &mut self.ledger.vdns[visit.vdn];
        tally.offered += 1;
        tally.inflowed += u64::from(visit.entry == Entry::Routed);
        tally.talk_secs += visit.talk_secs;
        tally.hold_secs += visit.hold_secs;
        tally.acw_secs += visit.acw_secs;
        let Some((fate, wait_secs)) = visit.fate else { return };
        match fate {
            Fate::Answered => {
                tally.answered += 1;
                tally.answer_wait_secs += wait_secs;
            }
            Fate::Abandoned => {
                tally.abandoned += 1;
                tally.abandon_wait_secs += wait_secs;
            }
            Fate::Connected => tally.connected += 1,
            Fate::Busy => tally.forced_busy += 1,
            Fate::Disconnected => tally.forced_disconnect += 1,
            Fate::Outflowed => tally.outflowed += 1,
        }
    }

    /// An agent begins to serve a call of this VDN visit.
    pub(super) fn open_visit(&mut self, visit: Option<u64>) {
        if let Some(visit) = visit.and_then(|visit| self.visits.get_mut(&visit)) {
            visit.open += 1;
        }
    }

    /// The call and its after-call work are over: everything about it is credited now.
    pub(super) fn credit(&mut self, agent: usize, service: Service) {
        let acw_secs = service.acw_since.map_or(0, |since| u64::from(self.now.since(since)));
        let (by_agent, by_split) = (&mut self.ledger.agents[agent], &mut self.ledger.splits[service.split]);
        let (transferred, conferenced) = (u64::from(service.transferred), u64::from(service.conferenced));
        by_agent.transferred += transferred;
        by_agent.conferenced += conferenced;
        by_agent.held += u64::from(service.holds > 0);
        if service.direct {
            by_agent.direct_agent_answered += 1;
            by_split.direct_agent_answered += 1;
        } else {
            by_agent.answered += 1;
            by_agent.talk_secs += service.talk_secs;
            by_agent.hold_secs += service.hold_secs;
            by_agent.acw_secs += acw_secs;
            by_split.answered += 1;
            let limit_secs = u64::from(self.office.splits[service.split].service_level_secs);
            by_split.acceptable += u64::from(service.wait_secs <= limit_secs);
            by_split.inflowed += u64::from(service.inflow);
            by_split.answer_wait_secs += service.wait_secs;
            by_split.talk_secs += service.talk_secs;
            by_split.hold_secs += service.hold_secs;
            by_split.acw_secs += acw_secs;
            by_split.held += u64::from(service.holds > 0);
            by_split.transferred += transferred;
            by_split.conferenced += conferenced;
            by_split.assists += service.assists;
            by_split.stroke_counts += service.stroke_counts;
        }
        for code in &service.work_codes {
            *self.ledger.work_codes.entry(*code).or_default() += 1;
        }
        if let Some(visit) = service.visit {
            self.close_visit_when_done(visit, |visit| {
                visit.open -= 1;
                visit.talk_secs += service.talk_secs;
                visit.hold_secs += service.hold_secs;
                visit.acw_secs += acw_secs;
            });
        }
    }
}
