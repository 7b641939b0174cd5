//! What happens to calls: finding the call, its trunk, VDN and vector. Queues, answers and endings have files of
//! their own (`queue`, `answer`, `call_end`).

use model::event::{CallAct, CallStage, Direction, Entry};
use model::{CallId, EqLoc, LoginId, Moment, TrunkGroupId, VdnId, VectorId};

use smallvec::SmallVec;

use crate::agent::Agent;
use crate::call::{Call, Stage, WaitsIn};
use crate::collector::Collector;
use crate::effects::AnomalyKind;
use crate::leg::Phase;
use crate::outcome::Outcome;
use crate::parts::Awaits;
use crate::slots::{Ix, Slots};
use crate::trunk::{Trunk, TrunkGroup, TrunkUse};
use crate::vdn::Visit;
use crate::vector::{Exit, Passage, Passed};

/// A call that a pump-up tells of has been there for no longer.
const SEEN_MAX_SECS: u32 = 7 * 86_400;

/// How a call stands at the agents who have it.
#[derive(Default)]
struct AtAgents {
    talks: bool,
    held: bool,
    rings: bool,
    /// Rings as a skill or direct-agent call.
    rings_for_split: bool,
}

impl AtAgents {
    fn of(agents: &Slots<Agent>, call: &Call, ix: Ix<Call>) -> Self {
        let mut found = AtAgents::default();
        let legs = call.agents.iter().flat_map(|&agent| &agents[agent].legs);
        for leg in legs.filter(|leg| leg.call == ix) {
            found.talks |= leg.phase == Phase::Talking;
            found.held |= leg.phase == Phase::Held;
            if leg.phase == Phase::Ringing {
                found.rings = true;
                found.rings_for_split |= leg.kind.split().is_some();
            }
        }
        found
    }
}

impl Collector {
    pub(crate) fn call_act(&mut self, id: CallId, act: &CallAct) {
        match act {
            CallAct::WorkCodeEntered { agent, .. }
            | CallAct::StrokeCount { agent, .. }
            | CallAct::Assist { agent }
            | CallAct::MaliciousTrace { agent } => self.note_deed(id, *agent, act),
            CallAct::Seen { since, stage } => self.call_seen(id, *since, stage),
            CallAct::Identified { identity } => self.identify(id, identity),
            _ => {
                if let Some(ix) = self.find_or_begin(id, act) {
                    self.act_on_call(ix, act);
                    self.restage(ix);
                    self.time_call(ix);
                }
            }
        }
    }

    fn act_on_call(&mut self, ix: Ix<Call>, act: &CallAct) {
        match act {
            CallAct::TrunkSeized { trunk, group, direction } => self.seize_trunk(ix, *trunk, *group, *direction),
            CallAct::VdnEntered { vdn, entry } => self.enter_vdn(ix, *vdn, *entry),
            CallAct::VectorEntered { vector, entry } => self.enter_vector(ix, *vector, *entry),
            CallAct::Queued { split, priority } => self.queue_call(ix, *split, *priority),
            CallAct::QueueLeft { split } => self.leave_queue(ix, *split),
            CallAct::Ringing { agent, delivery } => self.ring(ix, *agent, *delivery),
            CallAct::Answered { agent, delivery } => self.answer(ix, *agent, *delivery),
            CallAct::Redirected { agent } => self.stop_ring_at(ix, *agent, true),
            CallAct::RingStopped { agent } => self.stop_ring_at(ix, *agent, false),
            CallAct::Held { agent } => {
                self.note_traced_act(*agent, |flags| flags.held = true);
                self.hold(ix, *agent, Phase::Talking, Phase::Held);
            }
            CallAct::Retrieved { agent } => {
                self.note_traced_act(*agent, |flags| flags.reconnected = true);
                self.hold(ix, *agent, Phase::Held, Phase::Talking);
            }
            CallAct::Transferred { agent, to } => self.transfer(ix, *agent, *to),
            CallAct::Conferenced { agent, with } => self.conference(ix, *agent, *with),
            CallAct::AgentLeft { agent } => self.agent_leaves(ix, *agent),
            CallAct::Dialed { agent, off_switch, adjunct } => self.dial(ix, *agent, *off_switch, *adjunct),
            CallAct::DigitsDialed { agent, digits } => self.note_digits(ix, *agent, *digits),
            CallAct::FarEndAnswered => self.far_end_answers(ix),
            CallAct::AudioDifficulty { agent } => self.note_bad_audio(ix, *agent),
            CallAct::Abandoned => self.abandon(ix),
            CallAct::ForcedBusy => self.force_busy(ix),
            CallAct::ForcedDisconnect { vdn_timer } => self.force_disconnect(ix, *vdn_timer),
            CallAct::Outflowed { interflow } => self.outflow(ix, *interflow),
            CallAct::Connected { .. } => self.connect_elsewhere(ix),
            CallAct::Ended { by } => self.end_call(ix, *by),
            CallAct::WorkCodeEntered { .. }
            | CallAct::StrokeCount { .. }
            | CallAct::Assist { .. }
            | CallAct::Identified { .. }
            | CallAct::MaliciousTrace { .. }
            | CallAct::Seen { .. } => {}
        }
    }

    /// The call of this number. An act that can begin a call begins it; one from the middle of a call's life makes a
    /// call that began unseen; one that ends it leaves only the mark that something was missed.
    fn find_or_begin(&mut self, id: CallId, act: &CallAct) -> Option<Ix<Call>> {
        if let Some(ix) = self.calls.find(id) {
            return Some(ix);
        }
        let begins = matches!(
            act,
            CallAct::TrunkSeized { .. }
                | CallAct::VdnEntered { .. }
                | CallAct::VectorEntered { .. }
                | CallAct::Queued { .. }
                | CallAct::Ringing { .. }
                | CallAct::Dialed { .. }
        );
        if begins {
            return Some(self.begin_call(id, self.now(), false));
        }
        self.anomaly(AnomalyKind::UnknownCall, || format!("call {id} was never told of before {act:?}"));
        self.incomplete = true;
        let goes_on = matches!(
            act,
            CallAct::Answered { .. }
                | CallAct::Held { .. }
                | CallAct::Retrieved { .. }
                | CallAct::Transferred { .. }
                | CallAct::Conferenced { .. }
                | CallAct::Redirected { .. }
                | CallAct::Outflowed { .. }
                | CallAct::Connected { .. }
        );
        if !goes_on {
            return None;
        }
        Some(self.begin_call(id, self.now(), true))
    }

    /// The far end of an outgoing call answers. An agent's own call has come to where it was to go.
    fn far_end_answers(&mut self, ix: Ix<Call>) {
        let now = self.now();
        self.calls.pool[ix].far_end_at.get_or_insert(now);
        self.settle_made(ix);
    }

    fn note_bad_audio(&mut self, ix: Ix<Call>, agent: LoginId) {
        self.calls.pool[ix].audio += 1;
        let agent = self.agent_ix(agent);
        if let Some(leg) = self.agents[agent].legs.iter_mut().find(|leg| leg.call == ix && leg.is_on()) {
            leg.deeds.audio = true;
        }
    }

    fn seize_trunk(&mut self, ix: Ix<Call>, trunk: Option<EqLoc>, group_id: TrunkGroupId, direction: Direction) {
        let (now, id) = (self.now(), self.calls.pool[ix].id);
        if !self.calls.pool[ix].trunks.is_empty() {
            self.anomaly(AnomalyKind::TrunkInUse, || format!("call {id} has a trunk already and keeps that one"));
            return;
        }
        let group = self.group_ix(group_id);
        let trunk = trunk.map(|eqloc| self.trunk_ix(eqloc));
        if let Some(trunk) = trunk {
            if let Some(other) = self.trunks[trunk].call {
                let eqloc = self.trunks[trunk].id;
                self.anomaly(AnomalyKind::TrunkInUse, || format!("call {id} takes trunk {eqloc} from another call"));
                self.release_trunks(other, Some(trunk));
                self.time_call(other);
            }
            let trunk_state = &mut self.trunks[trunk];
            if !trunk_state.configured {
                (trunk_state.group, trunk_state.group_id) = (Some(group), Some(group_id));
            }
            self.change_trunk(trunk, |trunk| trunk.seize(ix, direction, now));
        }
        self.groups[group].seize(direction, trunk.is_some(), now);
        let part = self.part(ix);
        (part.group, part.trunk) = (Some(group), trunk);
        let call = &mut self.calls.pool[ix];
        call.trunks.push(TrunkUse { trunk, group, direction, seized_at: now, carried: None });
        let stage = call.stage;
        self.groups[group].restage(None, Some(stage));
        self.group_taken(group);
        self.count_active(ix);
    }

    /// Ends a call's hold on its trunks, or on one of them, and credits them with what became of the call.
    pub(crate) fn release_trunks(&mut self, ix: Ix<Call>, only: Option<Ix<Trunk>>) {
        let now = self.now();
        let Some(call) = self.calls.pool.get_mut(ix) else { return };
        let (carried, stage) = (call.carried(), call.stage);
        let (released, kept) = call.trunks.iter().copied().partition(|seized| only.is_none() || only == seized.trunk);
        call.trunks = kept;
        let mut released: SmallVec<[TrunkUse; 1]> = released;
        // Of several, it is not the order in which calls were joined that decides which one a rule tells.
        released.sort_by_key(|seized| seized.trunk.map(|trunk| self.trunks[trunk].id));
        for seized in released {
            self.note_short_use(ix, &seized);
            let mut own = seized.carried.unwrap_or(carried);
            if seized.direction == Direction::In {
                own.transfers = own.transfers.max(carried.transfers);
            }
            if let Some(trunk) = seized.trunk {
                self.change_trunk(trunk, |trunk| trunk.credit(&seized, &own, now));
            }
            let group = &mut self.groups[seized.group];
            group.restage(Some(stage), None);
            group.credit(&seized, &own, now);
            self.group_taken(seized.group);
        }
    }

    /// A group has one trunk more in use, or less.
    pub(crate) fn group_taken(&mut self, group: Ix<TrunkGroup>) {
        if self.groups[group].watch.is_some() {
            self.touch_group(group);
            self.time_all_busy(group, None);
        }
    }

    fn enter_vdn(&mut self, ix: Ix<Call>, vdn_id: VdnId, entry: Entry) {
        self.leave_vector(ix, Exit::To(Outcome::Outflow { interflow: false }));
        self.decide_visit(ix, Outcome::Outflow { interflow: false });
        self.leave_visit(ix);
        let now = self.now();
        let vdn = self.vdn_ix(vdn_id);
        self.part_goes_on(ix).entered(vdn);
        self.open_visit(ix, vdn_id, now, entry);
        let call = &mut self.calls.pool[ix];
        if entry == Entry::First && call.first_vdn.is_none() {
            call.first_vdn = Some(vdn);
            self.count_active(ix);
        }
    }

    fn open_visit(&mut self, ix: Ix<Call>, vdn_id: VdnId, entered_at: Moment, entry: Entry) {
        let vdn = self.vdn_ix(vdn_id);
        let vector = self.vdns[vdn].vector;
        self.vdns[vdn].arrive(vector, entered_at);
        self.calls.pool[ix].visit = Some(self.visits.insert(Visit::new(vdn, vector, entered_at, entry)));
    }

    /// Counts an incoming trunk call among its first VDN's active calls, once both are known.
    fn count_active(&mut self, ix: Ix<Call>) {
        let call = &mut self.calls.pool[ix];
        if let (Some(vdn), None, true) = (call.first_vdn, call.active_in, call.is_incoming()) {
            call.active_in = Some(vdn);
            self.vdns[vdn].active_calls += 1;
            self.vdns[vdn].fresh = false;
        }
    }

    fn enter_vector(&mut self, ix: Ix<Call>, vector_id: VectorId, entry: Entry) {
        self.leave_vector(ix, Exit::Goto);
        let now = self.now();
        let vector = self.vector_ix(vector_id);
        self.part_goes_on(ix).first_vector.get_or_insert(vector);
        let call = &mut self.calls.pool[ix];
        call.in_vector = true;
        call.passage = Some(Passage {
            vector,
            entered_at: now,
            entry,
            in_since: Some(now),
            in_secs: 0,
            rings: Default::default(),
        });
        let visit = call.visit;
        self.vectors[vector].enter();
        if let Some(visit) = visit
            && !std::mem::replace(&mut self.visits[visit].in_vector, true)
        {
            self.settle_visit_vector(visit, vector_id);
        }
    }

    /// The first vector entered in a VDN is the one the VDN leads to, whatever was thought before.
    fn settle_visit_vector(&mut self, visit: Ix<Visit>, vector: VectorId) {
        let began = self.interval.map_or(Moment(0), |interval| interval.start);
        let visit = &mut self.visits[visit];
        let vdn = &mut self.vdns[visit.vdn];
        if visit.vector == Some(vector) {
            return;
        }
        vdn.move_arrival(visit.vector, vector, visit.entered_at >= began);
        visit.vector = Some(vector);
    }

    /// Credits the vector the call is in, if any.
    pub(crate) fn leave_vector(&mut self, ix: Ix<Call>, exit: Exit) {
        if let Some(passed) = self.end_passage(ix, 0) {
            self.credit_passage(&passed, exit);
        }
    }

    /// The call is out of its vector, which is still to be credited.
    pub(crate) fn end_passage(&mut self, ix: Ix<Call>, reserve: u8) -> Option<Passed> {
        let passed = self.calls.pool[ix].passage.take()?.leave(self.now(), reserve);
        self.note_short_passage(passed.vector, passed.in_secs);
        self.vectors[passed.vector].leave();
        Some(passed)
    }

    pub(crate) fn credit_passage(&mut self, passed: &Passed, exit: Exit) {
        self.vectors[passed.vector].credit(passed, exit);
        self.touch_vector(passed.vector);
    }

    /// Settles the first disposition of the call's stay in its VDN.
    pub(crate) fn decide_visit(&mut self, ix: Ix<Call>, outcome: Outcome) {
        let now = self.now();
        let Some(visit) = self.calls.pool[ix].visit else { return };
        let visit = &mut self.visits[visit];
        if visit.outcome.is_none() {
            visit.decide(outcome, now);
            let (vdn, secs) = (visit.vdn, now.since(visit.entered_at));
            self.vdns[vdn].stop_waiting(visit.entered_at);
            if let Outcome::Answered { .. } = outcome {
                self.vdns[vdn].pace.answered(secs, now);
                self.touch_vdn(vdn);
            }
        }
    }

    /// Settles the first disposition of a call, for its trunk and its VDN.
    pub(crate) fn decide(&mut self, ix: Ix<Call>, outcome: Outcome) {
        self.calls.pool[ix].decide(outcome);
        self.decide_visit(ix, outcome);
    }

    /// The call ends or leaves its VDN; the stay is credited once no agent's part in it is open.
    pub(crate) fn leave_visit(&mut self, ix: Ix<Call>) {
        let now = self.now();
        let Some(visit_ix) = self.calls.pool[ix].visit.take() else { return };
        let visit = &mut self.visits[visit_ix];
        let vdn = &mut self.vdns[visit.vdn];
        visit.left = true;
        let at_agent = visit.at_agent.then(|| (visit.vdn, now.since(visit.agent_since)));
        vdn.in_progress = vdn.in_progress.saturating_sub(1);
        vdn.at_agent = vdn.at_agent.saturating_sub(u32::from(std::mem::take(&mut visit.at_agent)));
        vdn.fresh = false;
        if let Some(connected_at) = visit.connected_at.take() {
            visit.connect_talk_secs += now.since(connected_at);
        }
        self.credit_visit_if_over(visit_ix);
        // Whoever has left for a station or another place counts among those who wait no more, but is with no agent.
        let call = &self.calls.pool[ix];
        if let Some((vdn, secs)) = at_agent.filter(|_| !call.unseen && !call.elsewhere) {
            self.note_short_visit(vdn, secs);
        }
    }

    /// Works out where the call stands now, for its trunk, its VDN and its record.
    pub(crate) fn restage(&mut self, ix: Ix<Call>) {
        let now = self.now();
        let Some(call) = self.calls.pool.get(ix) else { return };
        let at_agents = AtAgents::of(&self.agents, call, ix);
        let stage = if call.elsewhere || at_agents.talks {
            Stage::Connected
        } else if at_agents.rings {
            Stage::Ringing
        } else if at_agents.held {
            Stage::Held
        } else if call.waits.is_empty() {
            Stage::Seized
        } else {
            Stage::Queued
        };
        let waits_for = match (at_agents.rings_for_split, call.waits.is_empty()) {
            (true, _) => Awaits::Answer,
            (false, false) => Awaits::Queue,
            (false, true) => Awaits::Nothing,
        };
        if call.waits_for != waits_for {
            self.note_waiting(ix);
            self.calls.pool[ix].waits_for = waits_for;
        }
        let call = &mut self.calls.pool[ix];
        let old = std::mem::replace(&mut call.stage, stage);
        for seized in &call.trunks {
            if old != stage {
                self.groups[seized.group].restage(Some(old), Some(stage));
            }
            if let Some(trunk) = seized.trunk {
                self.trunks[trunk].show(Some(stage), now);
            }
        }
        let at_agent = matches!(stage, Stage::Connected | Stage::Held);
        let queued = stage == Stage::Queued;
        let visited = call.visit.and_then(|visit| self.visits.get(visit)).map(|visit| visit.vdn);
        let waits_in = (visited.filter(|_| queued), call.passage.map(|passage| passage.vector).filter(|_| queued));
        let (visit, unseen, counted) = (call.visit, call.unseen, call.waits_in);
        if counted != waits_in {
            self.calls.pool[ix].waits_in = waits_in;
            self.move_waiting(counted, waits_in);
        }
        if let Some(visit) = visit
            && self.visits[visit].at_agent != at_agent
        {
            let visit = &mut self.visits[visit];
            visit.at_agent = at_agent;
            let since = std::mem::replace(&mut visit.agent_since, now);
            let (vdn_ix, vdn) = (visit.vdn, &mut self.vdns[visit.vdn]);
            vdn.at_agent = if at_agent { vdn.at_agent + 1 } else { vdn.at_agent.saturating_sub(1) };
            vdn.fresh = false;
            if !at_agent && !unseen {
                self.note_short_visit(vdn_ix, now.since(since));
            }
        }
    }

    /// A call that waits in a queue is counted by another VDN and vector than before, or by none.
    pub(crate) fn move_waiting(&mut self, from: WaitsIn, to: WaitsIn) {
        if from.0 != to.0 {
            for (vdn, change) in from.0.map(|vdn| (vdn, -1)).into_iter().chain(to.0.map(|vdn| (vdn, 1))) {
                self.vdns[vdn].in_queue = self.vdns[vdn].in_queue.saturating_add_signed(change);
                self.touch_vdn(vdn);
            }
        }
        if from.1 != to.1 {
            for (vector, change) in from.1.map(|vector| (vector, -1)).into_iter().chain(to.1.map(|vector| (vector, 1)))
            {
                self.vectors[vector].in_queue = self.vectors[vector].in_queue.saturating_add_signed(change);
                self.touch_vector(vector);
            }
        }
    }

    /// Pump-up: a call that is alive now. What it did before is not known.
    fn call_seen(&mut self, id: CallId, since: Moment, stage: &CallStage) {
        let since = self.believed(id, since);
        let ix = self.calls.find(id).unwrap_or_else(|| {
            self.incomplete = true;
            self.begin_call(id, since, true)
        });
        match stage {
            CallStage::Waiting { split, vdn, priority } => {
                if let (Some(vdn), None) = (vdn, self.calls.pool[ix].visit) {
                    self.open_visit(ix, *vdn, since, Entry::First);
                }
                self.wait_since(ix, *split, *priority, since);
            }
            CallStage::Ringing { agent, delivery } => self.ring(ix, *agent, *delivery),
            CallStage::Talking { agent, delivery } => self.talking_unseen(ix, *agent, *delivery),
            CallStage::OnTrunk { trunk, group, direction } => self.seize_trunk(ix, *trunk, *group, *direction),
        }
        self.restage(ix);
        self.time_call(ix);
    }

    /// Since when a call is there of which a pump-up tells. What cannot be counts as of now: nothing waits for a week.
    fn believed(&mut self, id: CallId, since: Moment) -> Moment {
        let now = self.now();
        if now.since(since) <= SEEN_MAX_SECS {
            return since.min(now);
        }
        self.anomaly(AnomalyKind::TimeLeapt, || {
            format!("call {id} is told as there since {since}; it counts as of {now}")
        });
        now
    }

    /// An agent named by a call; not being logged in is strange but does not undo the call.
    pub(crate) fn agent_of_call(&mut self, id: LoginId, call: CallId) -> Ix<Agent> {
        let ix = self.agent_ix(id);
        if self.agents[ix].session.is_none() {
            self.anomaly(AnomalyKind::UnknownAgent, || format!("call {call} is with agent {id}, who is not logged in"));
        }
        ix
    }
}
