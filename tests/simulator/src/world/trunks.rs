//! Trunks: seizure, release, and maintenance.

use model::event::{CallAct, Direction};
use model::{CallId, EventBody};

use super::World;
use super::state::{Line, Task, TrunkState};

impl World {
    /// An idle trunk of the group, if there is one.
    fn idle_trunk(&mut self, group: usize) -> Option<usize> {
        let trunks = &self.trunks[group];
        let first = self.random.index(trunks.len());
        let all = first..first + trunks.len();
        all.map(|at| at % trunks.len()).find(|&trunk| trunks[trunk] == TrunkState::Idle)
    }

    /// Seizes a trunk for a call still to be made; `None` if all are busy, which the truth notes as blocked.
    pub(super) fn seize(&mut self, group: usize, direction: Direction) -> Option<Line> {
        let Some(trunk) = self.idle_trunk(group) else {
            self.ledger.trunk_groups[group].blocked += 1;
            return None;
        };
        self.trunks[group][trunk] = TrunkState::Seized;
        Some(Line { group, trunk, since: self.now, direction, answered: false, abandoned: false })
    }

    pub(super) fn tell_seizure(&mut self, call: CallId, line: &Line) {
        let plan = &self.office.trunk_groups[line.group];
        let (trunk, group) = (Some(plan.trunks[line.trunk]), plan.id);
        self.tell_call(call, CallAct::TrunkSeized { trunk, group, direction: line.direction });
    }

    /// The trunk goes idle; its call is credited to its group.
    pub(super) fn release(&mut self, line: Line) {
        self.trunks[line.group][line.trunk] = TrunkState::Idle;
        let held_secs = u64::from(self.now.since(line.since));
        let tally = &mut self.ledger.trunk_groups[line.group];
        match line.direction {
            Direction::In => {
                tally.incoming += 1;
                tally.incoming_secs += held_secs;
                tally.answered += u64::from(line.answered);
                tally.abandoned += u64::from(line.abandoned);
            }
            Direction::Out => {
                tally.outgoing += 1;
                tally.outgoing_secs += held_secs;
            }
        }
    }

    /// Now and then an idle trunk is taken out of service for a while.
    pub(super) fn take_trunk_out(&mut self) {
        let group = self.random.index(self.trunks.len());
        let trunk = self.random.index(self.trunks[group].len());
        if self.trunks[group][trunk] == TrunkState::Idle {
            self.trunks[group][trunk] = TrunkState::MaintenanceBusy;
            self.ledger.trunk_groups[group].maintenance_busy += 1;
            self.tell_maintenance(group, trunk, true);
            let secs = self.random.between(300, 1_500);
            self.plan_after(secs, Task::TrunkBack { group, trunk });
        }
        let secs = self.random.exponential(1_800_000) / 1_000;
        self.plan_after(secs as i64 + 30, Task::Maintenance);
    }

    pub(super) fn put_trunk_back(&mut self, group: usize, trunk: usize) {
        self.trunks[group][trunk] = TrunkState::Idle;
        self.tell_maintenance(group, trunk, false);
    }

    fn tell_maintenance(&mut self, group: usize, trunk: usize, busy: bool) {
        let trunk = self.office.trunk_groups[group].trunks[trunk];
        self.emit(EventBody::TrunkMaintenance { trunk, busy });
    }
}
