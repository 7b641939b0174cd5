//! What a restore leaves alone of what is here.
//!
//! What the backup does not have stays: where an interval is here and not in its list, the records of that time stay with it, or a
//! server would lose those of an hour that the other one was not there for. Where it is asked for, intervals stay, too, that are
//! whole here and lack data in the backup: what a timetable restores each night must not make a server poorer. A day, week or month that has
//! one of those is not taken either: it was summed up without what is here.

use std::collections::BTreeSet;

use model::{AcdNumber, Calendar, overlapping};
use store::{Extent, Unit};

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
            let whole = if target.keep_whole { poorer_there(target, &there) } else { BTreeSet::new() };
            let records = absent_there(target, &there).into_iter().chain(whole.iter().copied()).collect();
            self.note_spared(*acd, whole.len());
            self.spared.insert(*acd, Spared { whole, records });
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

/// Intervals that are whole here and lack data there.
fn poorer_there(target: &Target, there: &[(i64, i64, bool)]) -> BTreeSet<(i64, i64)> {
    let whole: BTreeSet<i64> = target.here.iter().filter(|(.., lacks)| !lacks).map(|(start, ..)| *start).collect();
    let poorer = there.iter().filter(|(start, _, lacks)| *lacks && whole.contains(start));
    poorer.map(|(start, end, _)| (*start, *end)).collect()
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
        let (mut left, mut after) = (Vec::new(), extent.after);
        for stays in self.records.iter().map(|(start, end)| by_order(table, *start, *end)) {
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
