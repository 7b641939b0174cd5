//! Weeks of a backup beside weeks of this server that begin on another day, because the week was set anew in between.
//!
//! A day that is in two weeks counts twice in reports. What is restored goes before what is here: weeks that have days in common with
//! restored ones go, and are in the copy of what is replaced. Where what is whole here is to stay, those of the backup stay out.

use std::collections::BTreeSet;

use model::Level;
use model::period::date_of;
use store::{Extent, Snapshot, Unit};

use super::{Choosing, Target};
use crate::error::Result;
use crate::parts::{NO_ACD, Part};

/// A week has seven days, whichever of them count.
const WEEK_DAYS: i64 = 7;

impl Choosing<'_> {
    /// The same stretches of a part so that no day is in two weeks then.
    pub(super) fn without_shared_days(
        &mut self,
        part: &Part,
        extents: Vec<Extent>,
        target: &Target,
    ) -> Result<Vec<Extent>> {
        let table = part.carried.table;
        let level = catalog::table(table).and_then(|table| table.kind.level());
        let path = target.data.file(part.file, part.acd);
        if part.carried.unit != Unit::Period || level != Some(Level::Weekly) || !path.exists() {
            return Ok(extents);
        }
        let known = Snapshot::open(&path, part.file)?.periods(table)?;
        let here: BTreeSet<i64> = known.into_iter().map(|(first, _)| first).collect();
        let coming: BTreeSet<i64> = extents.iter().map(|extent| extent.from).collect();
        let moved = self.moved_weeks.entry(part.acd.unwrap_or(NO_ACD)).or_default();
        if target.keep_whole {
            let (left, taken) = extents.into_iter().partition(|extent| shares_days(extent.from, &here));
            let left: Vec<Extent> = left;
            moved.extend(left.iter().map(|extent| extent.from));
            return Ok(taken);
        }
        let go: BTreeSet<i64> =
            here.into_iter().filter(|first| !coming.contains(first) && shares_days(*first, &coming)).collect();
        moved.extend(&go);
        let go = go.into_iter().map(|first| Extent::new(first, first + 1));
        let all: BTreeSet<Extent> = extents.into_iter().chain(go).collect();
        Ok(all.into_iter().collect())
    }

    /// Says which weeks go, or stay out.
    pub(super) fn tell_moved_weeks(&mut self) {
        for (acd, weeks) in self.moved_weeks.iter().filter(|(_, weeks)| !weeks.is_empty()) {
            let keeps_whole = self.targets.get(acd).is_some_and(|target| target.keep_whole);
            let what = match keeps_whole {
                true => "of the backup left out, because weeks that begin on another day stand here",
                false => {
                    "that go, because they begin on another day than restored ones and have days in common with them"
                }
            };
            self.chosen.notes.push(format!("weeks of ACD {acd} {what}: {}", weeks.len()));
        }
    }
}

/// Whether a week has days in common with another one of these, both by their first days as `YYYYMMDD`.
fn shares_days(first: i64, others: &BTreeSet<i64>) -> bool {
    let Some(day) = date_of(first) else { return false };
    others
        .iter()
        .filter(|other| **other != first)
        .any(|other| date_of(*other).is_some_and(|other| (other - day).num_days().abs() < WEEK_DAYS))
}
