//! Trunks and trunk groups: from seizure to idle.

use catalog::{TrunkKey, htkgrp, htrunk};
use model::event::Direction;
use model::{EqLoc, Moment, TrunkGroupId};
use serde::{Deserialize, Serialize};

use crate::call::{Call, Stage};
use crate::exceptions::Watch;
use crate::live::Live;
use crate::outcome::{GaveUp, Outcome};
use crate::slots::{Ix, Keyed};

/// A call's hold on a trunk.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct TrunkUse {
    pub trunk: Option<Ix<Trunk>>,
    pub group: Ix<TrunkGroup>,
    pub direction: Direction,
    pub seized_at: Moment,
    /// What the call was when it was merged into another; `None` while that is still open.
    pub carried: Option<Carried>,
}

/// What a finished call was, for its trunk.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Carried {
    pub outcome: Option<Outcome>,
    /// It had entered a vector or VDN.
    pub in_vector: bool,
    pub transfers: u32,
    pub audio: u32,
    /// When the far end of an outgoing call answered.
    pub far_end_at: Option<Moment>,
    pub reserve: u8,
}

/// One trunk.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Trunk {
    pub id: EqLoc,
    /// The group it is in; what the translations have no more, was in last. Its row is that of the group at the interval's end.
    pub group: Option<Ix<TrunkGroup>>,
    pub group_id: Option<TrunkGroupId>,
    pub configured: bool,
    pub live: Live<htrunk::Row>,
    pub call: Option<Ix<Call>>,
    /// Stage of the call and since when it or idleness lasts.
    pub stage: Option<Stage>,
    pub since: Moment,
    pub maintenance_busy: bool,
    /// Since when it is maintenance busy, or no longer is.
    maintenance_since: Moment,
    #[serde(skip)]
    pub fresh: bool,
}

impl Keyed for Trunk {
    type Key = EqLoc;

    fn key(&self) -> EqLoc {
        self.id
    }
}

impl Trunk {
    pub(crate) fn new(id: EqLoc, at: Moment) -> Self {
        Trunk {
            id,
            group: None,
            group_id: None,
            configured: false,
            live: Live::default(),
            call: None,
            stage: None,
            since: at,
            maintenance_busy: false,
            maintenance_since: at,
            fresh: false,
        }
    }

    pub(crate) fn row_key(&self) -> Option<TrunkKey> {
        self.group_id.map(|group| TrunkKey { eqloc: self.id, group })
    }

    /// The group that the translations have it in, and whether it is not free there.
    pub(crate) fn place(&self) -> Option<(Ix<TrunkGroup>, bool)> {
        let group = self.group.filter(|_| self.configured)?;
        Some((group, self.maintenance_busy || self.call.is_some()))
    }

    pub(crate) fn seize(&mut self, call: Ix<Call>, direction: Direction, at: Moment) {
        self.call = Some(call);
        self.live.start(occupancy(direction).0, at);
        self.show(Some(Stage::Seized), at);
    }

    pub(crate) fn show(&mut self, stage: Option<Stage>, at: Moment) {
        self.fresh = false;
        if self.stage != stage {
            (self.stage, self.since) = (stage, at);
        }
    }

    /// Since when it is maintenance busy, if it is.
    pub(crate) fn busy_since(&self) -> Option<Moment> {
        self.maintenance_busy.then_some(self.maintenance_since)
    }

    pub(crate) fn set_maintenance(&mut self, busy: bool, at: Moment) {
        (self.maintenance_busy, self.maintenance_since) = (busy, at);
        self.fresh = false;
        let column = htrunk::MBUSYTIME.index() as u16;
        if busy {
            self.live.start(column, at)
        } else {
            self.live.stop(column, at)
        }
        if self.stage.is_none() {
            self.since = at;
        }
    }

    pub(crate) fn credit(&mut self, seized: &TrunkUse, carried: &Carried, at: Moment) {
        self.call = None;
        self.live.stop(occupancy(seized.direction).0, at);
        self.show(None, at);
        let secs = at.since(seized.seized_at);
        let row = self.live.row();
        row[htrunk::AUDIO] += carried.audio;
        if seized.direction == Direction::Out {
            row[htrunk::OUTCALLS] += 1;
            row[htrunk::OUTTIME] += secs;
            match carried.outcome {
                Some(Outcome::Answered { .. }) => row[htrunk::O_ACDCALLS] += 1,
                Some(Outcome::Abandoned(_)) => row[htrunk::O_ABNCALLS] += 1,
                _ => row[htrunk::O_OTHERCALLS] += 1,
            }
            return;
        }
        row[htrunk::INCALLS] += 1;
        row[htrunk::INTIME] += secs;
        match carried.outcome {
            Some(Outcome::Answered { .. }) => {
                row[htrunk::ACDCALLS] += 1;
                row[htrunk::ACDCALLS_R1] += u32::from(carried.reserve == 1);
                row[htrunk::ACDCALLS_R2] += u32::from(carried.reserve == 2);
            }
            Some(Outcome::Abandoned(_)) => row[htrunk::ABNCALLS] += 1,
            outcome => {
                row[htrunk::OTHERCALLS] += 1;
                row[htrunk::SHORTCALLS] += u32::from(is_short(outcome, secs));
            }
        }
    }

    /// Everything that was so ends, because the link was lost.
    pub(crate) fn forget(&mut self, at: Moment) {
        self.live.stop_all(at);
        self.call = None;
        self.maintenance_busy = false;
        self.show(None, at);
    }

    pub(crate) fn shift(&mut self, secs: i64) {
        self.live.shift(secs);
        self.since = self.since + secs;
        self.maintenance_since = self.maintenance_since + secs;
        self.fresh = false;
    }
}

/// One trunk group.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TrunkGroup {
    pub id: TrunkGroupId,
    pub configured: bool,
    pub live: Live<htkgrp::Row>,
    /// Trunks configured.
    pub trunks: u32,
    /// Those of them that are not free (in use or maintenance busy), and calls of the group whose trunk is not known.
    pub taken: u32,
    pub in_queue: u32,
    pub in_ring: u32,
    pub at_agent: u32,
    /// Since when no trunk is free; `None` while one is.
    all_in_use: Option<Moment>,
    /// Rules for exceptions.
    pub watch: Option<Box<Watch>>,
    #[serde(skip)]
    pub fresh: bool,
}

impl Keyed for TrunkGroup {
    type Key = TrunkGroupId;

    fn key(&self) -> TrunkGroupId {
        self.id
    }
}

impl TrunkGroup {
    pub(crate) fn new(id: TrunkGroupId) -> Self {
        TrunkGroup {
            id,
            configured: false,
            live: Live::default(),
            trunks: 0,
            taken: 0,
            in_queue: 0,
            in_ring: 0,
            at_agent: 0,
            all_in_use: None,
            watch: None,
            fresh: false,
        }
    }

    pub(crate) fn stamp(&mut self) {
        let trunks = self.trunks;
        self.live.row()[htkgrp::TRUNKS] = trunks;
        self.fresh = false;
    }

    /// Counts a trunk in, free or not.
    pub(crate) fn gain(&mut self, taken: bool) {
        self.trunks += 1;
        self.taken += u32::from(taken);
    }

    /// Counts a trunk out that was free or not.
    pub(crate) fn lose(&mut self, taken: bool) {
        self.trunks = self.trunks.saturating_sub(1);
        self.taken = self.taken.saturating_sub(u32::from(taken));
    }

    pub(crate) fn set_maintenance(&mut self, busy: bool, at: Moment) {
        self.fresh = false;
        let column = htkgrp::MBUSYTIME.index() as u16;
        if busy { self.live.start(column, at) } else { self.live.stop(column, at) }
    }

    pub(crate) fn on_inbound(&self) -> u32 {
        self.live.count(htkgrp::I_INOCC)
    }

    pub(crate) fn on_outbound(&self) -> u32 {
        self.live.count(htkgrp::I_OUTOCC)
    }

    /// A call takes one of its trunks; `known`: which one is told.
    pub(crate) fn seize(&mut self, direction: Direction, known: bool, at: Moment) {
        self.live.start(occupancy(direction).1, at);
        self.taken += u32::from(!known);
        self.count_free(at);
    }

    /// Sees whether a trunk is free; ALLINUSETIME runs while none is.
    pub(crate) fn count_free(&mut self, at: Moment) {
        self.fresh = false;
        let all_in_use = self.trunks > 0 && self.taken >= self.trunks;
        if all_in_use != self.all_in_use.is_some() {
            self.all_in_use = all_in_use.then_some(at);
            let column = htkgrp::ALLINUSETIME.index() as u16;
            if all_in_use { self.live.start(column, at) } else { self.live.stop(column, at) }
        }
    }

    /// Since when no trunk is free, if none is.
    pub(crate) fn all_busy_since(&self) -> Option<Moment> {
        self.all_in_use
    }

    /// Moves one call from one stage to another in the group's counts.
    pub(crate) fn restage(&mut self, old: Option<Stage>, new: Option<Stage>) {
        self.fresh = false;
        if let Some(count) = self.stage_count(old) {
            *count = count.saturating_sub(1);
        }
        if let Some(count) = self.stage_count(new) {
            *count += 1;
        }
    }

    fn stage_count(&mut self, stage: Option<Stage>) -> Option<&mut u32> {
        match stage? {
            Stage::Seized => None,
            Stage::Queued => Some(&mut self.in_queue),
            Stage::Ringing => Some(&mut self.in_ring),
            Stage::Connected | Stage::Held => Some(&mut self.at_agent),
        }
    }

    pub(crate) fn credit(&mut self, seized: &TrunkUse, carried: &Carried, at: Moment) {
        self.live.stop(occupancy(seized.direction).1, at);
        self.taken = self.taken.saturating_sub(u32::from(seized.trunk.is_none()));
        self.count_free(at);
        let secs = at.since(seized.seized_at);
        let row = self.live.row();
        row[htkgrp::AUDIO] += carried.audio;
        row[htkgrp::TRANSFERRED] += carried.transfers;
        match seized.direction {
            Direction::In => credit_incoming(row, carried, secs),
            Direction::Out => {
                let setup_until = carried.far_end_at.unwrap_or(at);
                credit_outgoing(row, carried, secs, setup_until.since(seized.seized_at));
            }
        }
    }

    /// Everything that was so ends, because the link was lost.
    pub(crate) fn forget(&mut self, at: Moment) {
        self.live.stop_all(at);
        (self.in_queue, self.in_ring, self.at_agent, self.taken) = (0, 0, 0, 0);
        self.all_in_use = None;
        self.fresh = false;
    }

    pub(crate) fn shift(&mut self, secs: i64) {
        self.live.shift(secs);
        self.all_in_use = self.all_in_use.map(|since| since + secs);
        self.fresh = false;
    }
}

fn credit_incoming(row: &mut htkgrp::Row, carried: &Carried, secs: u32) {
    row[htkgrp::INCALLS] += 1;
    row[htkgrp::INTIME] += secs;
    match carried.outcome {
        Some(Outcome::Answered { backup }) => {
            row[htkgrp::ACDCALLS] += 1;
            row[htkgrp::BACKUPCALLS] += u32::from(backup || carried.reserve > 0);
            row[htkgrp::ACDCALLS_R1] += u32::from(carried.reserve == 1);
            row[htkgrp::ACDCALLS_R2] += u32::from(carried.reserve == 2);
        }
        Some(Outcome::Abandoned(gave_up)) => {
            row[htkgrp::ABNCALLS] += 1;
            row[htkgrp::ABNVECCALLS] += u32::from(carried.in_vector);
            row[htkgrp::ABNQUECALLS] += u32::from(gave_up == GaveUp::InQueue);
            row[htkgrp::ABNRINGCALLS] += u32::from(gave_up == GaveUp::Ringing);
        }
        outcome => {
            row[htkgrp::OTHERCALLS] += 1;
            row[htkgrp::CONNECTCALLS] += u32::from(outcome == Some(Outcome::Connected));
            row[htkgrp::BUSYCALLS] += u32::from(outcome == Some(Outcome::Busy));
            row[htkgrp::DISCCALLS] += u32::from(matches!(outcome, Some(Outcome::Disconnected { .. })));
            row[htkgrp::SHORTCALLS] += u32::from(is_short(outcome, secs));
        }
    }
}

fn credit_outgoing(row: &mut htkgrp::Row, carried: &Carried, secs: u32, setup_secs: u32) {
    row[htkgrp::OUTCALLS] += 1;
    row[htkgrp::OUTTIME] += secs;
    row[htkgrp::SETUPTIME] += setup_secs;
    row[htkgrp::COMPLETED] += u32::from(carried.far_end_at.is_some());
    match carried.outcome {
        Some(Outcome::Answered { .. }) => row[htkgrp::O_ACDCALLS] += 1,
        Some(Outcome::Abandoned(_)) => row[htkgrp::O_ABNCALLS] += 1,
        _ => row[htkgrp::O_OTHERCALLS] += 1,
    }
}

/// A trunk held for less than two seconds without anything having happened.
fn is_short(outcome: Option<Outcome>, secs: u32) -> bool {
    outcome.is_none() && secs < 2
}

/// The occupancy columns of a trunk and of its group.
fn occupancy(direction: Direction) -> (u16, u16) {
    match direction {
        Direction::In => (htrunk::I_INOCC.index() as u16, htkgrp::I_INOCC.index() as u16),
        Direction::Out => (htrunk::I_OUTOCC.index() as u16, htkgrp::I_OUTOCC.index() as u16),
    }
}
