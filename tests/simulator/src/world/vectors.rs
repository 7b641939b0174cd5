//! What VDNs and vectors do with a call: greet, queue, queue further, route, give busy, disconnect.

use model::CallId;
use model::event::{CallAct, Entry, Party};

use super::World;
use super::queues::QueueExit;
use super::state::{Fate, Stage, TalkStep, Task, VectorStep, Visit};
use crate::office::{self, Night};

impl World {
    /// Some callers choose wrong again and again.
    pub(super) fn plan_detours(&mut self, id: CallId) {
        if self.random.chance(8) {
            let detours = self.random.between(1, 9) as u32;
            if let Some(call) = self.calls.get_mut(&id) {
                call.detours = detours;
            }
        }
    }

    /// The call enters a VDN and its greeting vector.
    pub(super) fn enter_vdn(&mut self, id: CallId, vdn: usize, entry: Entry) {
        self.leave_visit(id);
        self.sequence += 1;
        let visit = self.sequence;
        let fresh = Visit {
            vdn,
            entered_at: self.now,
            entry,
            fate: None,
            talk_secs: 0,
            hold_secs: 0,
            acw_secs: 0,
            open: 0,
            left: false,
        };
        self.visits.insert(visit, fresh);
        self.ledger.vdns[vdn].arrived += 1;
        let (number, greeting, priority) = {
            let plan = &self.office.vdns[vdn];
            (plan.id, plan.greeting, plan.priority)
        };
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.visit = Some(visit);
        call.vdn = Some(vdn);
        call.stage = Stage::Vector;
        call.token += 1;
        call.priority = priority;
        let token = call.token;
        self.tell_call(id, CallAct::VdnEntered { vdn: number, entry });
        self.tell_call(id, CallAct::VectorEntered { vector: greeting, entry });
        let secs = if entry == Entry::First { self.random.between(2, 14) } else { self.random.between(0, 3) };
        self.plan_after(secs, Task::VectorStep { call: id, token, step: VectorStep::Greeted });
        if entry == Entry::First || self.calls[&id].gives_up_at <= self.now {
            self.plan_patience(id);
        }
    }

    pub(super) fn vector_step(&mut self, id: CallId, token: u32, step: VectorStep) {
        let Some(call) = self.calls.get(&id).filter(|call| call.token == token) else { return };
        let Some(vdn) = call.vdn else { return };
        if matches!(call.stage, Stage::Ringing { .. }) {
            // Ringing holds the vector up; if nobody answers it goes on.
            self.plan_after(10, Task::VectorStep { call: id, token, step });
            return;
        }
        match step {
            VectorStep::Greeted => self.greeted(id, vdn),
            VectorStep::Backup(_) if self.random.chance(20) => self.force_off(id, Fate::Busy, CallAct::ForcedBusy),
            VectorStep::Backup(_) if self.random.chance(15) => {
                self.force_off(id, Fate::Disconnected, CallAct::ForcedDisconnect { vdn_timer: true })
            }
            VectorStep::Backup(number) => {
                let split = self.office.vdns[vdn].backups[number].0;
                self.queue_to(id, split);
                self.plan_vector(id, vdn, Some(number + 1));
            }
            VectorStep::Overflow => {
                if self.random.chance(150) {
                    return self.route_outside(id);
                }
                if let Some((target, _)) = self.office.vdns[vdn].overflow {
                    self.withdraw(id);
                    self.route(id, target);
                }
            }
            VectorStep::Timer => self.force_off(id, Fate::Disconnected, CallAct::ForcedDisconnect { vdn_timer: true }),
        }
    }

    fn greeted(&mut self, id: CallId, vdn: usize) {
        let plan = &self.office.vdns[vdn];
        let (split, busy_at, waiting) = (plan.split, plan.busy_at, plan.waiting);
        if !office::is_open(self.scenario.second_of_day(self.now)) {
            match plan.night {
                Night::Open => {}
                Night::Route(target) => return self.route(id, target),
                Night::Closed => {
                    return self.force_off(id, Fate::Disconnected, CallAct::ForcedDisconnect { vdn_timer: false });
                }
            }
        }
        if let Some(call) = self.calls.get_mut(&id).filter(|call| call.detours > 0) {
            call.detours -= 1;
            let target = self.random.index(self.office.vdns.len());
            return self.route(id, target);
        }
        match self.random.below(1_000) {
            0..6 => return self.route_outside(id),
            6..20 => return self.connect_station(id),
            20..24 => return self.force_off(id, Fate::Disconnected, CallAct::ForcedDisconnect { vdn_timer: false }),
            _ => {}
        }
        if let Some(vector) = waiting {
            self.tell_call(id, CallAct::VectorEntered { vector, entry: Entry::Routed });
        }
        if self.queues[split].waiting.len() >= busy_at {
            return self.force_off(id, Fate::Busy, CallAct::ForcedBusy);
        }
        if self.random.chance(200) {
            self.collect_digits(id);
        }
        if !(self.random.chance(30) && self.offer_straight(id, split)) {
            self.queue_to(id, split);
        }
        self.plan_vector(id, vdn, Some(0));
    }

    /// Plans the vector's next step while the call waits: the backup of that number, then overflow or timer.
    fn plan_vector(&mut self, id: CallId, vdn: usize, backup: Option<usize>) {
        let Some(call) = self.calls.get(&id) else { return };
        let token = call.token;
        let may_overflow = call.moves < 2;
        let entered_at =
            call.visit.and_then(|visit| self.visits.get(&visit)).map_or(self.now, |visit| visit.entered_at);
        let plan = &self.office.vdns[vdn];
        let next =
            backup.and_then(|number| plan.backups.get(number).map(|&(_, secs)| (secs, VectorStep::Backup(number))));
        let overflow = plan.overflow.filter(|_| may_overflow).map(|(_, secs)| (secs, VectorStep::Overflow));
        let (secs, step) = next.or(overflow).unwrap_or((900, VectorStep::Timer));
        self.plan(entered_at + secs, Task::VectorStep { call: id, token, step });
    }

    fn route(&mut self, id: CallId, vdn: usize) {
        self.set_fate(id, Fate::Outflowed);
        if let Some(call) = self.calls.get_mut(&id) {
            call.moves += 1;
        }
        self.enter_vdn(id, vdn, Entry::Routed);
    }

    /// Sent to a place outside the switch; the trunk stays held until the caller is done.
    pub(super) fn route_outside(&mut self, id: CallId) {
        self.set_fate(id, Fate::Outflowed);
        self.tell_call(id, CallAct::Outflowed { interflow: true });
        self.leave_queues(id, QueueExit::Withdrawn);
        self.leave_to_outside(id);
    }

    /// Someone answers who is not measured.
    pub(super) fn connect_station(&mut self, id: CallId) {
        self.set_fate(id, Fate::Connected);
        let extension = office::back_office_extension(&mut self.random);
        self.tell_call(id, CallAct::Connected { extension });
        self.leave_to_outside(id);
    }

    fn leave_to_outside(&mut self, id: CallId) {
        let secs = self.random.skewed_secs(self.scenario.mean_talk_secs(), 5);
        if let Some(call) = self.calls.get_mut(&id) {
            call.stage = Stage::Outside;
            call.token += 1;
            call.script = [(secs, TalkStep::End(Party::Caller))].into();
        }
        self.plan_talk(id);
    }

    /// Busy tone or disconnection by the vector; ends the call.
    fn force_off(&mut self, id: CallId, fate: Fate, act: CallAct) {
        self.tell_call(id, act);
        self.leave_queues(id, if fate == Fate::Busy { QueueExit::Busy } else { QueueExit::Disconnected });
        self.dispose(id, fate);
    }
}
