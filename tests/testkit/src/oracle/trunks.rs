//! Trunks: who holds them, when a group has none left, and what became of the calls they carried.

use std::collections::{BTreeMap, BTreeSet};

use model::event::Direction;
use model::{EqLoc, ExceptionKey, ExceptionKind, ExceptionScope, Moment, TrunkGroupId};

use super::Recount;
use super::book::Key;
use super::calls::{Call, Carried, GaveUp, Outcome};
use super::watching::{About, Fact};

/// One trunk group.
#[derive(Default)]
pub(super) struct Group {
    /// Trunks that the translations name.
    pub trunks: BTreeSet<EqLoc>,
    pub held: usize,
    /// Calls of the group whose trunk nobody told.
    unknown: usize,
    full_since: Option<Moment>,
    pub out_since: BTreeMap<EqLoc, Moment>,
    /// Seizures not over yet, by number.
    open: BTreeMap<u64, (Option<EqLoc>, Direction, Moment)>,
}

/// A call's hold on a trunk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seizure {
    pub group: TrunkGroupId,
    pub trunk: Option<EqLoc>,
    pub direction: Direction,
    pub at: Moment,
    pub number: u64,
}

fn key(group: TrunkGroupId) -> Key {
    ("htkgrp", group.to_string())
}

/// The rows of a trunk and its group. What only a group has is not looked for in a trunk's row.
fn keys(group: TrunkGroupId, trunk: Option<EqLoc>) -> Vec<Key> {
    let own = trunk.map(|trunk| ("htrunk", format!("{trunk},{group}")));
    [key(group)].into_iter().chain(own).collect()
}

fn occupancy(direction: Direction) -> &'static str {
    if direction == Direction::In { "I_INOCC" } else { "I_OUTOCC" }
}

impl Recount {
    pub(super) fn seize(&mut self, group: TrunkGroupId, trunk: Option<EqLoc>, direction: Direction) -> Seizure {
        let (at, number) = (self.now, self.step);
        let entry = self.groups.entry(group).or_default();
        entry.held += 1;
        entry.unknown += usize::from(trunk.is_none());
        entry.open.insert(number, (trunk, direction, at));
        self.in_use.extend(trunk);
        self.see_whether_full(group);
        self.see_whether_owner_is_full(trunk);
        Seizure { group, trunk, direction, at, number }
    }

    /// The call is over, and its trunk is idle again.
    pub(super) fn release(&mut self, call: &Call) {
        let mut trunks = call.trunks.clone();
        trunks.sort_by_key(|(seizure, _)| seizure.trunk);
        for (seizure, carried) in &trunks {
            self.release_one(*seizure, &carried.unwrap_or(call.so_far));
        }
    }

    fn release_one(&mut self, seizure: Seizure, call: &Carried) {
        self.note_use(&seizure, true);
        let now = self.now;
        for key in keys(seizure.group, seizure.trunk) {
            self.book.spread(seizure.at, now, &key, occupancy(seizure.direction));
            self.count(&key, call, now.since(seizure.at), seizure);
        }
        if let Some(trunk) = &seizure.trunk {
            self.in_use.remove(trunk);
        }
        let group = self.groups.entry(seizure.group).or_default();
        group.held -= 1;
        group.unknown -= usize::from(seizure.trunk.is_none());
        group.open.remove(&seizure.number);
        self.see_whether_full(seizure.group);
        self.see_whether_owner_is_full(seizure.trunk);
    }

    /// The group that a trunk is in may not be the one that its call came by.
    fn see_whether_owner_is_full(&mut self, trunk: Option<EqLoc>) {
        if let Some(owner) = trunk.and_then(|trunk| self.group_of.get(&trunk).copied()) {
            self.see_whether_full(owner);
        }
    }

    /// A trunk comes to a group, from another one or from nowhere; what is out of service stays so.
    pub(super) fn place(&mut self, trunk: EqLoc, group: TrunkGroupId) {
        if self.group_of.get(&trunk) == Some(&group) {
            return;
        }
        let is_out = self.out_of_service.contains(&trunk);
        self.take_out(trunk);
        self.group_of.insert(trunk, group);
        self.groups.entry(group).or_default().trunks.insert(trunk);
        self.count_trunks(group);
        self.see_whether_full(group);
        if is_out {
            self.maintain(trunk, true);
        }
    }

    /// A trunk is in no group any more.
    pub(super) fn take_out(&mut self, trunk: EqLoc) {
        let Some(&group) = self.group_of.get(&trunk) else { return };
        self.groups.entry(group).or_default().trunks.remove(&trunk);
        self.count_trunks(group);
        self.maintain(trunk, false);
        self.group_of.remove(&trunk);
    }

    fn count_trunks(&mut self, group: TrunkGroupId) {
        let trunks = self.groups.get(&group).map_or(0, |known| known.trunks.len());
        self.book.administered.set_trunks(key(group), self.now, trunks);
    }

    fn count(&mut self, key: &Key, call: &Carried, secs: u32, seizure: Seizure) {
        let now = self.now;
        let mut add = |item: &str, amount: u32| self.book.add(now, key, item, amount);
        add("TRANSFERRED", call.transfers);
        add("AUDIO", call.audio);
        if seizure.direction == Direction::Out {
            add("OUTCALLS", 1);
            add("OUTTIME", secs);
            add("SETUPTIME", call.far_end_at.unwrap_or(now).since(seizure.at));
            add("COMPLETED", u32::from(call.far_end_at.is_some()));
            return add(
                match call.outcome {
                    Some(Outcome::Answered { .. }) => "O_ACDCALLS",
                    Some(Outcome::Abandoned(_)) => "O_ABNCALLS",
                    _ => "O_OTHERCALLS",
                },
                1,
            );
        }
        add("INCALLS", 1);
        add("INTIME", secs);
        match call.outcome {
            Some(Outcome::Answered { backup }) => {
                add("ACDCALLS", 1);
                add("BACKUPCALLS", u32::from(backup || call.reserve > 0));
                add("ACDCALLS_R1", u32::from(call.reserve == 1));
                add("ACDCALLS_R2", u32::from(call.reserve == 2));
            }
            Some(Outcome::Abandoned(gave_up)) => {
                add("ABNCALLS", 1);
                // Of all that gave up after they had come to a vector, some were in a queue or ringing.
                add("ABNVECCALLS", u32::from(call.in_vector));
                match gave_up {
                    GaveUp::InVector | GaveUp::Phantom => {}
                    GaveUp::InQueue => add("ABNQUECALLS", 1),
                    GaveUp::Ringing => add("ABNRINGCALLS", 1),
                }
            }
            outcome => {
                add("OTHERCALLS", 1);
                match outcome {
                    Some(Outcome::Connected) => add("CONNECTCALLS", 1),
                    Some(Outcome::Busy) => add("BUSYCALLS", 1),
                    Some(Outcome::Disconnected { .. }) => add("DISCCALLS", 1),
                    None if secs < 2 => add("SHORTCALLS", 1),
                    _ => {}
                }
            }
        }
    }

    pub(super) fn maintain(&mut self, trunk: EqLoc, busy: bool) {
        let Some(&group) = self.group_of.get(&trunk) else { return };
        let now = self.now;
        let entry = self.groups.entry(group).or_default();
        if busy {
            entry.out_since.insert(trunk, now);
            self.out_of_service.insert(trunk);
        } else if let Some(since) = entry.out_since.remove(&trunk) {
            self.out_of_service.remove(&trunk);
            self.note_lasted(group, ExceptionKind::TrunkMaintenance, since, Some(trunk));
            for key in keys(group, Some(trunk)) {
                self.book.spread(since, now, &key, "MBUSYTIME");
            }
        }
        self.see_whether_full(group);
    }

    fn see_whether_full(&mut self, id: TrunkGroupId) {
        let now = self.now;
        let group = self.groups.entry(id).or_default();
        let is_taken = |trunk: &&EqLoc| self.in_use.contains(*trunk) || group.out_since.contains_key(*trunk);
        let taken = group.trunks.iter().filter(is_taken).count() + group.unknown;
        let full = !group.trunks.is_empty() && taken >= group.trunks.len();
        match (full, group.full_since) {
            (true, None) => group.full_since = Some(now),
            (false, Some(since)) => {
                group.full_since = None;
                self.note_lasted(id, ExceptionKind::TrunksAllBusy, since, None);
                self.book.spread(since, now, &key(id), "ALLINUSETIME");
            }
            _ => {}
        }
    }

    fn note_lasted(&mut self, group: TrunkGroupId, kind: ExceptionKind, since: Moment, trunk: Option<EqLoc>) {
        let key = ExceptionKey { scope: ExceptionScope::TrunkGroup(group), kind, reason: None };
        let fact = Fact::Lasted { until: self.now, before_secs: 0 };
        self.note_case(key, since, fact, vec![(since, About { trunk, ..About::default() })]);
    }

    /// What still runs, up to now.
    pub(super) fn spread_trunks(&mut self) {
        let now = self.now;
        for (id, group) in std::mem::take(&mut self.groups) {
            let key = key(id);
            for (trunk, direction, since) in group.open.into_values() {
                for key in keys(id, trunk) {
                    self.book.spread(since, now, &key, occupancy(direction));
                }
            }
            for (trunk, since) in group.out_since {
                self.note_lasted(id, ExceptionKind::TrunkMaintenance, since, Some(trunk));
                for key in keys(id, Some(trunk)) {
                    self.book.spread(since, now, &key, "MBUSYTIME");
                }
            }
            if let Some(since) = group.full_since {
                self.note_lasted(id, ExceptionKind::TrunksAllBusy, since, None);
                self.book.spread(since, now, &key, "ALLINUSETIME");
            }
        }
    }
}
