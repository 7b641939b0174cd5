//! What a restore leaves alone of what is here.
//!
//! What the backup does not have stays: where an interval is here and not in its list, the records of that time stay with it, or a
//! server would lose those of an hour that the other one was not there for. Where it is asked for, intervals stay, too, that are
//! whole here and lack data in the backup: what a timetable restores each night must not make a server poorer. A day, week or month that has
//! one of those is not taken either: it was summed up without what is here.

use std::collections::BTreeSet;

use model::{AcdNumber, Calendar, overlapping};
use store::{CutOff, Extent, Snapshot, SourceFile, Unit};

use super::healing::spans;
use super::{Choosing, Target, period_of};
use crate::error::Result;
use crate::made::by_order;
use crate::parts::Part;

/// What stays, in order.
#[derive(Debug, Default)]
pub(super) struct Spared {
    /// Intervals that stay with their records.
    whole: BTreeSet<(i64, i64)>,
    /// The time of all intervals of which the records stay.
    records: BTreeSet<(i64, i64)>,
}

impl Choosing<'_> {
    /// Settles what stays.
    pub(super) fn spare(&mut self) -> Result<()> {
        for (acd, target) in self.targets.iter().filter(|(_, target)| target.healing.is_none()) {
            let there = self.intervals_there(*acd)?;
            // Older backups of records alone say nothing of intervals.
            if there.is_empty() {
                continue;
            }
            let lacking: Vec<(i64, i64)> =
                there.iter().filter(|(_, _, lacks)| *lacks).map(|(start, end, _)| (*start, *end)).collect();
            let whole = if target.keep_whole { poorer_there(target, &lacking) } else { BTreeSet::new() };
            self.chosen.lacking.insert(*acd, lacking);
            let records = absent_there(target, &there).into_iter().chain(whole.iter().copied()).collect();
            self.note_spared(*acd, whole.len());
            self.spared.insert(*acd, Spared { whole, records });
        }
        Ok(())
    }

    /// The stretches of login sessions without the moments at which the backup's server only cut sessions off that went on here, where
    /// their end stays here or is still to come: whoever was signed in then would be so twice.
    pub(super) fn without_cut_off(&self, part: &Part, extents: Vec<Extent>, target: &Target) -> Result<Vec<Extent>> {
        let path = target.data.file(SourceFile::Acd, part.acd);
        if part.carried.table != "haglog" || extents.is_empty() || !path.exists() {
            return Ok(extents);
        }
        let here = Snapshot::open(&path, SourceFile::Acd)?;
        let mut left = extents.clone();
        for reader in &self.readers {
            for CutOff { at, sessions } in reader.cut_off(&part.stored_as)? {
                let mut all_stay = true;
                for session in sessions {
                    all_stay &= match here.later_end(&session, at)? {
                        Some(end) => !extents.iter().any(|extent| extent.after < end && end <= extent.up_to),
                        None => is_whole_at(target, at),
                    };
                }
                if all_stay {
                    left =
                        left.into_iter().flat_map(|extent| without(extent, [Extent::by_order(at, at + 1)])).collect();
                }
            }
        }
        Ok(left)
    }

    /// The stretches of login sessions without the moments at which those ended here of which the backup's server has not seen the
    /// beginning, where what is whole is to stay: it was not there while they began, and they are whole here.
    pub(super) fn without_begun_unseen(
        &self,
        part: &Part,
        extents: Vec<Extent>,
        target: &Target,
    ) -> Result<Vec<Extent>> {
        let path = target.data.file(SourceFile::Acd, part.acd);
        if part.carried.table != "haglog" || !target.keep_whole || extents.is_empty() || !path.exists() {
            return Ok(extents);
        }
        let here = Snapshot::open(&path, SourceFile::Acd)?;
        let mut stay = Vec::new();
        for reader in &self.readers {
            for CutOff { at, sessions } in reader.begun_unseen(&part.stored_as)? {
                let mut all_known = true;
                for session in sessions {
                    all_known = all_known && here.knows_session(&session, at)?;
                }
                stay.extend(all_known.then(|| Extent::by_order(at, at + 1)));
            }
        }
        stay.sort_unstable_by_key(|extent| extent.up_to);
        Ok(extents.into_iter().flat_map(|extent| without(extent, stay.iter().copied())).collect())
    }

    fn note_spared(&mut self, acd: AcdNumber, count: usize) {
        if count > 0 {
            self.chosen.notes.push(format!(
                "intervals of ACD {acd} left as they are, because they are whole here and lack data in the backup: {count}"
            ));
        }
    }
}

/// Whether the interval of a moment is here, and whole.
fn is_whole_at(target: &Target, at: i64) -> bool {
    target.here.iter().any(|(start, end, lacks)| (*start..*end).contains(&at) && !lacks)
}

/// Those of the intervals that lack data there that are whole here.
fn poorer_there(target: &Target, lacking: &[(i64, i64)]) -> BTreeSet<(i64, i64)> {
    let whole: BTreeSet<i64> = target.here.iter().filter(|(.., lacks)| !lacks).map(|(start, ..)| *start).collect();
    lacking.iter().filter(|(start, _)| whole.contains(start)).copied().collect()
}

/// Intervals that are here, and of whose time nothing is there.
fn absent_there(target: &Target, there: &[(i64, i64, bool)]) -> Vec<(i64, i64)> {
    let (here, there) = (spans(&target.here), spans(there));
    let absent = overlapping(&here, &there).into_iter().filter(|(_, others)| others.is_empty());
    absent.flat_map(|(mine, _)| here[mine].to_vec()).collect()
}

impl Spared {
    /// What is left of the stretches of a part.
    pub(super) fn cut(&self, part: &Part, extents: Vec<Extent>, calendar: Calendar) -> Vec<Extent> {
        match part.carried.unit {
            Unit::Whole => extents,
            Unit::Interval => {
                extents.into_iter().filter(|extent| !self.whole.contains(&(extent.from, extent.to))).collect()
            }
            Unit::Period => extents.into_iter().filter(|extent| !self.is_in(part, extent.from, calendar)).collect(),
            Unit::Event { place, order } => {
                let without = |extent: Extent| match place == order {
                    true => self.without(extent),
                    false => self.without_ended(part.carried.table, extent),
                };
                extents.into_iter().flat_map(without).collect()
            }
        }
    }

    fn is_in(&self, part: &Part, first: i64, calendar: Calendar) -> bool {
        let period = period_of(part, first, calendar);
        period.is_some_and(|(from, to)| self.whole.range((from, i64::MIN)..(to, i64::MIN)).next().is_some())
    }

    /// A stretch of records without those that became final in the time of which records stay.
    fn without_ended(&self, table: &str, extent: Extent) -> Vec<Extent> {
        without(extent, self.records.iter().map(|(start, end)| by_order(table, *start, *end)))
    }

    /// The same of a table whose order is the place.
    fn without(&self, extent: Extent) -> Vec<Extent> {
        let (mut left, mut from) = (Vec::new(), extent.from);
        for (start, end) in self.records.iter().filter(|(start, end)| *end > extent.from && *start < extent.to) {
            if from < *start {
                left.push(Extent { from, to: *start, ..extent });
            }
            from = from.max(*end);
        }
        if from < extent.to {
            left.push(Extent { from, ..extent });
        }
        left
    }
}

/// What is left of a stretch of records without others, which are in order.
fn without(extent: Extent, others: impl IntoIterator<Item = Extent>) -> Vec<Extent> {
    let (mut left, mut after) = (Vec::new(), extent.after);
    for stays in others {
        if after < stays.after.min(extent.up_to) {
            left.push(Extent { after, up_to: stays.after.min(extent.up_to), ..extent });
        }
        after = after.max(stays.up_to);
    }
    if after < extent.up_to {
        left.push(Extent { after, ..extent });
    }
    left
}
