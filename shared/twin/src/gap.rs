//! What one server lacks and the other one has, in stretches of time.

use std::collections::BTreeSet;

use model::{AcdNumber, Moment};

use super::Stretch;

/// What one server lacks of an ACD and the other one has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The ACD.
    pub acd: AcdNumber,
    /// Starts and ends of intervals that follow each other.
    pub stretches: Vec<(Moment, Moment)>,
    /// How many intervals that is.
    pub intervals: usize,
    /// Likewise intervals that both have and of which both lack data: whole, perhaps, with the events of both.
    pub on_both: Vec<(Moment, Moment)>,
}

impl Gap {
    /// All stretches in which something may change.
    pub(super) fn all(&self) -> impl Iterator<Item = (Moment, Moment)> {
        self.stretches.iter().chain(&self.on_both).copied()
    }
}

/// Records that one server lacks and the other one has, of intervals of which both ought to have the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lacking {
    pub(crate) acd: AcdNumber,
    pub(crate) stretches: Vec<(Moment, Moment)>,
    pub(crate) intervals: usize,
    pub(crate) tables: BTreeSet<&'static str>,
    /// Stretches of which login sessions are not the same, and whether the other server has more of them. It may have seen a login that
    /// this one did not, and either may have cut sessions off that went on.
    pub(crate) logins: Vec<((Moment, Moment), bool)>,
}

impl Lacking {
    /// All stretches in which something may be fetched.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Moment, Moment)> {
        self.stretches.iter().copied().chain(self.logins.iter().map(|(interval, _)| *interval))
    }

    pub(crate) fn add(&mut self, interval: (Moment, Moment)) {
        self.intervals += 1;
        extend(&mut self.stretches, interval.0, interval.1);
    }
}

/// From the first to the last start that gaps touch; nothing without gaps.
pub(super) fn touched(gaps: &[Gap]) -> Option<Stretch> {
    let all = || gaps.iter().flat_map(Gap::all);
    let (from, to) = (all().map(|(from, _)| from).min()?, all().map(|(_, to)| to).max()?);
    Some(Stretch { from: Some(from), to: Some(to) })
}

/// Adds an interval to stretches, as part of the last one where it follows that.
pub(super) fn extend(stretches: &mut Vec<(Moment, Moment)>, start: Moment, end: Moment) {
    match stretches.last_mut() {
        Some((_, last)) if *last == start => *last = end,
        _ => stretches.push((start, end)),
    }
}
