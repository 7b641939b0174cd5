//! Whether two servers hold the same rows.

use std::collections::BTreeMap;

use api::Digest;
use model::Moment;
use serde::Serialize;

/// The outcome of holding two lists of digests against each other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Comparison {
    /// Intervals closed on each server.
    pub intervals: [u64; 2],
    /// Rows archived on each server.
    pub rows: [u64; 2],
    /// Intervals with equal rows.
    pub equal: u64,
    /// Intervals that differ though both servers call them complete.
    pub differing: u64,
    /// Intervals that differ and that at least one server calls incomplete.
    pub incomplete: u64,
    /// Intervals that only one server has, of those that both could have closed.
    pub missing: u64,
    /// Starts of the intervals that differ or are missing.
    pub starts: Vec<Moment>,
}

/// Compares two lists, up to the last interval that both have closed.
pub fn compare(a: &[Digest], b: &[Digest]) -> Comparison {
    let count = |list: &[Digest]| list.len() as u64;
    let rows = |list: &[Digest]| list.iter().map(|digest| digest.rows).sum();
    let mut found = Comparison { intervals: [count(a), count(b)], rows: [rows(a), rows(b)], ..Comparison::default() };
    let both_reached = a.last().map(|digest| digest.start).min(b.last().map(|digest| digest.start));
    let mut pairs: BTreeMap<Moment, [Option<&Digest>; 2]> = BTreeMap::new();
    for (index, list) in [a, b].into_iter().enumerate() {
        for digest in list.iter().filter(|digest| Some(digest.start) <= both_reached) {
            pairs.entry(digest.start).or_default()[index] = Some(digest);
        }
    }
    for (start, pair) in pairs {
        match pair {
            [Some(a), Some(b)] if a.digest == b.digest => found.equal += 1,
            [Some(a), Some(b)] => {
                *(if a.incomplete || b.incomplete { &mut found.incomplete } else { &mut found.differing }) += 1;
                found.starts.push(start);
            }
            _ => {
                found.missing += 1;
                found.starts.push(start);
            }
        }
    }
    found
}
