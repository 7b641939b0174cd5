//! Two rows of stretches of time side by side.
//!
//! Intervals of two servers, or of a server and a backup, are mostly the same stretches. Where the length of intervals was
//! changed at another moment on each, an hour of the one stands beside two half hours of the other; comparing their starts
//! alone would take the second half hour for something that the one lacks.

use std::ops::Range;

/// Both rows cut into groups that overlap nothing of another group, as places in the two rows. Each row is in order of time and
/// overlaps nothing of itself; a stretch is its start and the moment behind its end.
pub fn overlapping<T: Ord + Copy>(here: &[(T, T)], there: &[(T, T)]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut groups = Vec::new();
    let (mut one, mut another) = (0, 0);
    while let Some(first) = [here.get(one), there.get(another)].into_iter().flatten().min() {
        let mut end = first.1;
        let (from_one, from_another) = (one, another);
        loop {
            // The first one is taken in any case, be it without length.
            let is_of_group = |stretch: &&(T, T)| stretch.0 < end || *stretch == first;
            let next = here.get(one).filter(is_of_group);
            let other = there.get(another).filter(is_of_group);
            let ((Some(reaching), _) | (None, Some(reaching))) = (next, other) else { break };
            end = end.max(reaching.1);
            one += usize::from(next.is_some());
            another += usize::from(next.is_none());
        }
        groups.push((from_one..one, from_another..another));
    }
    groups
}

/// Whether stretches that follow each other cover this one without a hole.
pub fn cover<T: Ord + Copy>(stretches: impl IntoIterator<Item = (T, T)>, from: T, to: T) -> bool {
    stretches
        .into_iter()
        .try_fold(from, |at, (start, end)| (start <= at).then(|| at.max(end)))
        .is_some_and(|at| at >= to)
}

/// Whether stretches lack nothing of a time, and count nothing of it twice. Of each: from when to when it is, and whether it lacks
/// data. What one server takes from the other is decided by this, and so is what a comparison shows as worth taking.
pub fn whole<T: Ord + Copy>(stretches: impl IntoIterator<Item = (T, T, bool)>, from: T, to: T) -> bool {
    let mut spans = Vec::new();
    for (start, end, lacks) in stretches {
        if lacks {
            return false;
        }
        spans.push((start, end));
    }
    spans.is_sorted_by(|one, next| one.1 <= next.0) && cover(spans, from, to)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{cover, overlapping, whole};

    #[test]
    fn an_hour_stands_beside_its_half_hours() {
        let halves = [(0, 30), (30, 60), (60, 90), (120, 150)];
        let hours = [(0, 30), (30, 60), (60, 120), (180, 240)];
        let groups = overlapping(&halves, &hours);
        assert_eq!(groups, [(0..1, 0..1), (1..2, 1..2), (2..3, 2..3), (3..4, 3..3), (4..4, 3..4)]);
        assert_eq!(overlapping(&[(0, 60)], &[(0, 30), (30, 60)]), [(0..1, 0..2)]);
        assert_eq!(overlapping(&[(30, 60)], &[(0, 60), (60, 90)]), [(0..1, 0..1), (1..1, 1..2)]);
    }

    #[test]
    fn a_hole_is_not_covered() {
        assert!(cover([(0, 30), (30, 60)], 0, 60));
        assert!(!cover([(0, 30), (45, 60)], 0, 60));
        assert!(!cover([(30, 60)], 0, 60));
        assert!(!cover([(0, 30)], 0, 60));
    }

    #[test]
    fn whole_is_what_lacks_nothing_and_counts_nothing_twice() {
        assert!(whole([(0, 30, false), (30, 60, false)], 0, 60));
        assert!(!whole([(0, 30, false), (30, 60, true)], 0, 60), "one lacks data");
        assert!(!whole([(0, 30, false)], 0, 60), "the second half is not there");
        assert!(!whole([(0, 60, false), (30, 60, false)], 0, 60), "the second half is there twice");
        assert!(!whole([], 0, 60));
    }

    /// Stretches that overlap nothing of their row, from lengths and pauses.
    fn row() -> impl Strategy<Value = Vec<(u32, u32)>> {
        prop::collection::vec((0_u32..3, 1_u32..4), 0..8).prop_map(|steps| {
            let mut at = 0;
            let stretch = |(pause, length): (u32, u32)| {
                let start = at + pause;
                at = start + length;
                (start, at)
            };
            steps.into_iter().map(stretch).collect()
        })
    }

    proptest! {
        #[test]
        fn each_stretch_is_in_one_group_and_overlaps_no_other(here in row(), there in row()) {
            let groups = overlapping(&here, &there);
            let (mine, others): (Vec<_>, Vec<_>) = groups.iter().cloned().unzip();
            prop_assert_eq!(mine.into_iter().flatten().collect::<Vec<_>>(), (0..here.len()).collect::<Vec<_>>());
            prop_assert_eq!(others.into_iter().flatten().collect::<Vec<_>>(), (0..there.len()).collect::<Vec<_>>());
            for (place, (one, _)) in groups.iter().enumerate() {
                for (elsewhere, (_, other)) in groups.iter().enumerate().filter(|(elsewhere, _)| *elsewhere != place) {
                    for (a, b) in one.clone().flat_map(|a| other.clone().map(move |b| (a, b))) {
                        prop_assert!(here[a].1 <= there[b].0 || there[b].1 <= here[a].0, "{} and {}", place, elsewhere);
                    }
                }
            }
        }
    }
}
