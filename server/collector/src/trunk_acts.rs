//! What happens to trunks: in and out of a group, out of service and back; and whether a group has one left.

use model::{EqLoc, TrunkGroupId};

use crate::collector::Collector;
use crate::effects::AnomalyKind;
use crate::slots::Ix;
use crate::trunk::Trunk;

impl Collector {
    pub(crate) fn trunk_ix(&mut self, id: EqLoc) -> Ix<Trunk> {
        let now = self.now();
        self.trunks.intern(id, || Trunk::new(id, now))
    }

    /// A trunk is taken out of service or put back. Maintenance during a call does not end the call.
    pub(crate) fn maintain_trunk(&mut self, id: EqLoc, busy: bool) {
        let known = self.trunks.find(id).filter(|&ix| self.trunks[ix].configured);
        let Some(ix) = known else {
            self.anomaly(AnomalyKind::UnknownTrunk, || format!("trunk {id} belongs to no known group"));
            return;
        };
        self.set_maintenance(ix, busy);
    }

    fn set_maintenance(&mut self, ix: Ix<Trunk>, busy: bool) {
        let now = self.now();
        let trunk = &self.trunks[ix];
        let Some(group) = trunk.group.filter(|_| trunk.maintenance_busy != busy) else { return };
        self.change_trunk(ix, |trunk| trunk.set_maintenance(busy, now));
        self.groups[group].set_maintenance(busy, now);
        self.time_maintenance(ix, None);
        self.group_taken(group);
    }

    /// A trunk is in a group from now on. A call that it carries stays what it was for the group that it came by; out of service it
    /// stays until it is put back.
    pub(crate) fn configure_trunk(&mut self, id: EqLoc, group_id: TrunkGroupId) {
        let ix = self.trunk_ix(id);
        let group = self.group_ix(group_id);
        let trunk = &self.trunks[ix];
        if trunk.configured && trunk.group == Some(group) {
            return;
        }
        let busy = trunk.maintenance_busy;
        self.unconfigure_trunk(ix);
        self.change_trunk(ix, |trunk| {
            (trunk.group, trunk.group_id) = (Some(group), Some(group_id));
            (trunk.configured, trunk.fresh) = (true, false);
        });
        self.set_maintenance(ix, busy);
    }

    /// A trunk is no trunk of its group any more, neither a free one nor one out of service.
    pub(crate) fn unconfigure_trunk(&mut self, ix: Ix<Trunk>) {
        self.change_trunk(ix, |trunk| (trunk.configured, trunk.fresh) = (false, false));
        self.set_maintenance(ix, false);
    }

    /// Changes a trunk, and what its group counts of it, or both groups if it goes from one to another.
    pub(crate) fn change_trunk(&mut self, ix: Ix<Trunk>, change: impl FnOnce(&mut Trunk)) {
        let now = self.now();
        let trunk = &mut self.trunks[ix];
        let before = trunk.place();
        change(trunk);
        let after = trunk.place();
        if before == after {
            return;
        }
        if let Some((group, taken)) = before {
            self.groups[group].lose(taken);
        }
        if let Some((group, taken)) = after {
            self.groups[group].gain(taken);
        }
        let moves = before.map(|(group, _)| group) != after.map(|(group, _)| group);
        for (group, _) in before.into_iter().chain(after) {
            if moves {
                self.groups[group].stamp();
            }
            self.groups[group].count_free(now);
            self.group_taken(group);
        }
    }
}
