//! The demo's last line.

use std::fmt;

use serde::Serialize;
use testkit::digests::Comparison;

/// What the two servers hold at the end.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Events that the switch told.
    pub events: u64,
    /// Digest by digest.
    #[serde(flatten)]
    pub comparison: Comparison,
}

impl Summary {
    /// Whether every closed interval is equal on both servers.
    pub fn same(&self) -> bool {
        let found = &self.comparison;
        found.differing + found.incomplete + found.missing == 0
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.comparison;
        write!(
            f,
            "{} events; intervals closed: {} on CMS-A, {} on CMS-B; rows: {} and {}; digests: {} equal, {} differing, {} missing",
            self.events,
            found.intervals[0],
            found.intervals[1],
            found.rows[0],
            found.rows[1],
            found.equal,
            found.differing + found.incomplete,
            found.missing,
        )
    }
}
