//! Intervals that a restore leaves alone, because they are whole here and lack data in the backup: what a timetable restores each
//! night must not make a server poorer that was there while the other one was not.
//!
//! Their records stay with them. A day, week or month that has one of them is not taken either: it was summed up without what is
//! here.

use std::collections::BTreeSet;

use model::{AcdNumber, Calendar};
use store::{Extent, Unit};

use super::{Choosing, period_of};
use crate::error::Result;
use crate::made::by_order;
use crate::parts::Part;

/// Intervals that stay, in order.
#[derive(Debug, Default)]
pub(super) struct Spared(BTreeSet<(i64, i64)>);

impl Choosing<'_> {
    /// Settles which intervals stay.
    pub(super) fn spare(&mut self) -> Result<()> {
        for (acd, target) in self.targets {
            if target.keeps_whole.is_empty() {
                continue;
            }
            let poorer = |(start, _, lacks): &(i64, i64, bool)| *lacks && target.keeps_whole.contains(start);
            let there = self.intervals_there(*acd)?;
            let spared: BTreeSet<(i64, i64)> =
                there.into_iter().filter(poorer).map(|(start, end, _)| (start, end)).collect();
            self.note_spared(*acd, spared.len());
            self.spared.insert(*acd, Spared(spared));
        }
        Ok(())
    }

    fn note_spared(&mut self, acd: AcdNumber, count: usize) {
        if count > 0 {
            self.chosen.notes.push(format!(
                "intervals of ACD {acd} left as they are, because they are whole here and lack data in the backup: {count}"
            ));
        }
    }
}

impl Spared {
    /// What is left of the stretches of a part.
    pub(super) fn cut(&self, part: &Part, extents: Vec<Extent>, calendar: Calendar) -> Vec<Extent> {
        match part.carried.unit {
            Unit::Whole => extents,
            Unit::Interval => {
                extents.into_iter().filter(|extent| !self.0.contains(&(extent.from, extent.to))).collect()
            }
            Unit::Period => extents.into_iter().filter(|extent| !self.is_in(part, extent.from, calendar)).collect(),
            Unit::Event { .. } => {
                let without = |extent: Extent| match extent.is_by_order() {
                    true => self.without_ended(part.carried.table, extent),
                    false => self.without(extent),
                };
                extents.into_iter().flat_map(without).collect()
            }
        }
    }

    fn is_in(&self, part: &Part, first: i64, calendar: Calendar) -> bool {
        let period = period_of(part, first, calendar);
        period.is_some_and(|(from, to)| self.0.range((from, i64::MIN)..(to, i64::MIN)).next().is_some())
    }

    /// A stretch of records by their ends without those that ended in intervals that stay.
    fn without_ended(&self, table: &str, extent: Extent) -> Vec<Extent> {
        let (mut left, mut after) = (Vec::new(), extent.after);
        for stays in self.0.iter().map(|(start, end)| by_order(table, *start, *end)) {
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

    /// A stretch of records without those of intervals that stay.
    fn without(&self, extent: Extent) -> Vec<Extent> {
        let (mut left, mut from) = (Vec::new(), extent.from);
        for (start, end) in self.0.iter().filter(|(start, end)| *end > extent.from && *start < extent.to) {
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
