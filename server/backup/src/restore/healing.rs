//! What a restore takes that only heals: intervals that are missing here or lack data, never in the place of better ones.
//!
//! Records of traced agents and of exceptions are only where somebody asked for them: where the other server has none, those
//! that are here stay. Where intervals of different length stand in one stretch of time, the other server's are taken all together,
//! if they lack nothing of the stretch and those here do. What the other server lacks data of is taken only where there is nothing at all, or
//! only some tables that were restored; what this one
//! collected again, where it lacks data here. Records go with their intervals, by the moment at which they became final: a call that began before a
//! gap and ended in it is a record of the gap. Where intervals are taken of which the other server lacks data, its records may lack some, too: of
//! a table of which records of that time are here, these stay, and the other server's are not taken.

use std::collections::BTreeSet;

use model::{AcdNumber, overlapping, whole};
use store::{DataFolder, Extent, Snapshot, Unit};

use super::{Choosing, Healing, Target};
use crate::error::{BackupError, Result};
use crate::made::{Stretches, by_order};
use crate::parts::{Part, list_of_intervals};

impl Choosing<'_> {
    /// Settles which intervals are taken, where a restore only heals.
    pub(super) fn heal(&mut self) -> Result<()> {
        for (acd, target) in self.targets {
            if let Some(healing) = &target.healing {
                self.refuse_less(*acd, target)?;
                self.heal_one(*acd, target, healing)?;
            }
        }
        Ok(())
    }

    /// Rows that the other server does not keep would be missing behind a digest that says they are there.
    fn refuse_less(&self, acd: AcdNumber, target: &Target) -> Result<()> {
        let left_out = self.manifests.iter().flat_map(|manifest| &manifest.left_out);
        let lacking = |(of, table): &&(u8, String)| *of == acd.0 && !target.left_out.contains(table.as_str());
        match left_out.into_iter().find(lacking) {
            None => Ok(()),
            Some((_, table)) => Err(BackupError::Refused(format!(
                "{} keeps no rows of {table} of ACD {acd}, and this server does; set the allocation of both alike (`cms storage \
                 set`), or restore from a backup",
                self.manifests.first().map_or("the other server", |manifest| manifest.server.name.as_str())
            ))),
        }
    }

    fn heal_one(&mut self, acd: AcdNumber, target: &Target, healing: &Healing) -> Result<()> {
        let there = self.intervals_there(acd)?;
        let mut taken = Healed::default();
        let (mut whole, mut lacking, mut otherwise, mut set, mut open) = (0, 0, 0, 0, BTreeSet::new());
        for (mine, others) in overlapping(&spans(&target.here), &spans(&there)) {
            let (mine, others) = (&target.here[mine], &there[others]);
            if target.collecting_from.is_some_and(|from| others.iter().any(|(_, end, _)| *end > from.0)) {
                open.extend(others.iter().map(|(start, ..)| *start));
                continue;
            }
            match (mine, others) {
                (_, []) => {}
                ([(start, end, false)], [(from, to, _)]) if (start, end) == (from, to) => whole += 1,
                ([(start, end, true)], [(from, to, true)])
                    if (start, end) == (from, to) && !healing.is_own && !healing.partly.contains(start) =>
                {
                    lacking += 1
                }
                ([(start, _, true)], others) if healing.clock_set.contains(start) && !healing.is_own => {
                    set += others.len()
                }
                ([(start, end, true)], [(from, to, lacks)]) if (start, end) == (from, to) => {
                    taken.poorer.extend((*lacks && !healing.is_own).then_some(Extent::new(*from, *to)));
                    taken.intervals.insert(Extent::new(*from, *to));
                }
                ([], others) => {
                    let poorer = others.iter().filter(|(_, _, lacks)| *lacks && !healing.is_own);
                    taken.poorer.extend(poorer.map(|(from, to, _)| Extent::new(*from, *to)));
                    taken.intervals.extend(others.iter().map(|(from, to, _)| Extent::new(*from, *to)));
                }
                // Of another length here: all of the stretch is taken, or nothing, or calls would be there twice.
                (mine, others) if is_whole(others, mine, others) && !is_whole(mine, mine, others) => {
                    taken.intervals.extend(others.iter().map(|(from, to, _)| Extent::new(*from, *to)));
                }
                (_, others) => otherwise += others.len(),
            }
        }
        let mut note = |count: usize, why: &str| {
            if count > 0 {
                self.chosen.notes.push(format!("intervals of ACD {acd} left as they are, because {why}: {count}"));
            }
        };
        note(whole, "they are whole here");
        note(lacking, "both servers lack data of them");
        note(set, "the switch's clock was set in them, and they stand for other times than those of the other server");
        note(otherwise, "intervals of another length stand in their time here, and they are not worth more");
        self.left.entry(acd).or_default().extend(open);
        self.heals.insert(acd, taken);
        Ok(())
    }

    /// The intervals of an ACD that the volumes have: start, end, and whether they lack data.
    pub(super) fn intervals_there(&self, acd: AcdNumber) -> Result<Vec<(i64, i64, bool)>> {
        let stored_as = list_of_intervals(acd);
        let mut there = BTreeSet::new();
        for reader in &self.readers {
            if !reader.held(&stored_as)?.is_empty() {
                there.extend(reader.intervals(&stored_as)?);
            }
        }
        Ok(there.into_iter().collect())
    }
}

/// From when to when intervals are.
pub(super) fn spans(intervals: &[(i64, i64, bool)]) -> Vec<(i64, i64)> {
    intervals.iter().map(|(start, end, _)| (*start, *end)).collect()
}

/// Whether these intervals lack nothing of the time that both rows take, and count nothing twice.
fn is_whole(intervals: &[(i64, i64, bool)], mine: &[(i64, i64, bool)], others: &[(i64, i64, bool)]) -> bool {
    let from = mine.iter().chain(others).map(|(start, ..)| *start).min();
    let to = mine.iter().chain(others).map(|(_, end, _)| *end).max();
    let Some((from, to)) = from.zip(to) else { return false };
    whole(intervals.iter().copied(), from, to)
}

/// The intervals of an ACD that a restore takes that only heals.
#[derive(Debug, Default)]
pub(super) struct Healed {
    intervals: BTreeSet<Extent>,
    /// Those of them of which the other server lacks data.
    poorer: BTreeSet<Extent>,
}

/// Records that there are only where somebody administered them: traced agents and exceptions.
const BY_RULES: [&str; 6] = ["ag_actv", "agex", "spex", "tgex", "vdnex", "vecex"];

/// Whether a table's records follow from rules that each server has for itself, so that having none says nothing.
pub(super) fn follows_rules(part: &Part) -> bool {
    BY_RULES.contains(&part.carried.table)
}

impl Healed {
    /// What is taken of a part: intervals that are healed, and the records that became final in them.
    pub(super) fn cut(&self, part: &Part, held: &[Extent], data: &DataFolder) -> Result<Vec<Extent>> {
        match part.carried.unit {
            Unit::Interval => Ok(held.iter().filter(|extent| self.intervals.contains(extent)).copied().collect()),
            Unit::Event { .. } => {
                let table = part.carried.table;
                let own = self.recorded(part, data)?;
                let taken = self.intervals.iter().filter(|interval| !own.contains(interval));
                let taken = Stretches::of_intervals(taken.map(|interval| (interval.from, interval.to)));
                let records = taken.of.into_iter().map(|(from, to)| by_order(table, from, to));
                let covers = |one: &Extent, other: &Extent| one.after <= other.after && one.up_to >= other.up_to;
                Ok(records.filter(|wanted| held.iter().any(|held| covers(held, wanted))).collect())
            }
            Unit::Period | Unit::Whole => Ok(Vec::new()),
        }
    }

    /// The intervals of which the other server lacks data, and this one has records of a table.
    fn recorded(&self, part: &Part, data: &DataFolder) -> Result<BTreeSet<Extent>> {
        let path = data.file(part.file, part.acd);
        if self.poorer.is_empty() || !path.exists() {
            return Ok(BTreeSet::new());
        }
        let here = Snapshot::open(&path, part.file)?;
        let mut recorded = BTreeSet::new();
        for interval in &self.poorer {
            if here.has_any(&part.carried, &by_order(part.carried.table, interval.from, interval.to))? {
                recorded.insert(*interval);
            }
        }
        Ok(recorded)
    }
}
