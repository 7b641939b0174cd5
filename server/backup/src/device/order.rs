//! Which of a server's backups came after which.
//!
//! A volume says when it was made by the clock of that time. A clock that was ahead has left backups that seem to be newer than
//! the one made just now, which they cannot be: their place is told by the server's own list instead.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Set;
use crate::manifest::Manifest;

/// The order of backups as it is known when one of them was just made.
pub(super) struct Order<'a> {
    made: &'a Manifest,
    /// Labels as the server noted them, the oldest first.
    begun: &'a [String],
    /// When the backups of these labels were made, where that can be so.
    possible: BTreeMap<String, i64>,
}

impl<'a> Order<'a> {
    pub(super) fn of(sets: &[&Set], made: &'a Manifest, begun: &'a [String]) -> Order<'a> {
        let can_be = |set: &&&Set| set.manifest().made_at <= made.made_at;
        let possible = sets.iter().filter(can_be).map(|set| (set.label.clone(), set.manifest().made_at)).collect();
        Order { made, begun, possible }
    }

    /// Sorts them. The one just made comes first.
    pub(super) fn newest_first(&self, sets: &mut [&Set]) {
        sets.sort_by_cached_key(|set| Reverse(self.place(set)));
    }

    fn place(&self, set: &Set) -> (bool, i64, Option<usize>, String) {
        let is_same =
            |manifest: &Manifest| (&manifest.label, manifest.made_at) == (&self.made.label, self.made.made_at);
        let is_made = set.volumes.iter().any(|(_, manifest)| is_same(manifest));
        let noted = self.begun.iter().rposition(|label| *label == set.label);
        let at = match (set.manifest().made_at <= self.made.made_at, noted) {
            (true, _) => return (is_made, set.manifest().made_at, None, set.label.clone()),
            // As old as the last one before it of which that is known.
            (false, Some(place)) => {
                self.begun[..place].iter().rev().find_map(|label| self.possible.get(label)).copied().unwrap_or(i64::MIN)
            }
            // The list begins after it, or was lost and is an older one: nothing says that it is old.
            (false, None) => self.made.made_at,
        };
        (is_made, at, noted, set.label.clone())
    }
}
