//! What a restore takes that only heals: intervals that are missing here or lack data, never in the place of better ones.
//!
//! Records of traced agents and of exceptions are only where somebody asked for them: where the other server has none, those
//! that are here stay. What the other server lacks data of is taken only where there is nothing at all; what this one
//! collected again, where it lacks data here. Records go with their intervals, by the moment at which they became final: a call that began before a
//! gap and ended in it is a record of the gap.

use std::collections::BTreeSet;

use model::AcdNumber;
use store::{Extent, Unit};

use super::{Choosing, Healing, Target};
use crate::error::{BackupError, Result};
use crate::made::{Stretches, by_order};
use crate::parts::Part;

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
        let stored_as = format!("acd{:02}_digests", acd.0);
        let mut taken = BTreeSet::new();
        let (mut whole, mut lacking, mut open) = (0, 0, BTreeSet::new());
        for reader in &self.readers {
            if reader.held(&stored_as)?.is_empty() {
                continue;
            }
            for (start, end, lacks_there) in reader.intervals(&stored_as)? {
                match healing.here.get(&start) {
                    _ if target.collecting_from.is_some_and(|from| end > from.0) => {
                        open.insert(start);
                    }
                    Some(false) => whole += 1,
                    Some(true) if lacks_there && !healing.is_own => lacking += 1,
                    Some(true) | None => {
                        taken.insert(Extent::new(start, end));
                    }
                }
            }
        }
        let mut note = |count: u32, why: &str| {
            if count > 0 {
                self.chosen.notes.push(format!("intervals of ACD {acd} left as they are, because {why}: {count}"));
            }
        };
        note(whole, "they are whole here");
        note(lacking, "both servers lack data of them");
        self.left.entry(acd).or_default().extend(open);
        self.heals.insert(acd, taken);
        Ok(())
    }
}

/// Records that there are only where somebody administered them: traced agents and exceptions.
const BY_RULES: [&str; 6] = ["ag_actv", "agex", "spex", "tgex", "vdnex", "vecex"];

/// Whether a table's records follow from rules that each server has for itself, so that having none says nothing.
pub(super) fn follows_rules(part: &Part) -> bool {
    BY_RULES.contains(&part.carried.table)
}

/// What is taken of a part: intervals that are healed, and the records that became final in them.
pub(super) fn cut(part: &Part, held: &[Extent], healed: &BTreeSet<Extent>) -> Vec<Extent> {
    match part.carried.unit {
        Unit::Interval => held.iter().filter(|extent| healed.contains(extent)).copied().collect(),
        Unit::Event { .. } => {
            let healed = Stretches::of_intervals(healed.iter().map(|interval| (interval.from, interval.to)));
            let records = healed.of.into_iter().map(|(from, to)| by_order(part.carried.table, from, to));
            let covers = |one: &Extent, other: &Extent| one.after <= other.after && one.up_to >= other.up_to;
            records.filter(|wanted| held.iter().any(|held| covers(held, wanted))).collect()
        }
        Unit::Period | Unit::Whole => Vec::new(),
    }
}
