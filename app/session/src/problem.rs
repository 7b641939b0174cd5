//! What does not work, whatever it is of: a server, a page, a report.

use std::fmt;
use std::time::Instant;

/// Why something does not work, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// When it was first noticed.
    pub since: Instant,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}
