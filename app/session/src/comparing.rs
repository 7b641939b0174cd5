//! The comparison of the profile's two servers as a screen shows it.

use std::sync::Arc;
use std::time::Instant;

use crate::profile::Which;
use crate::twin::Comparison;

/// What was found when two servers were compared.
#[derive(Debug, Clone, PartialEq)]
pub struct TwinReport {
    /// Name of the server that served then: "here".
    pub here: String,
    /// Name of the other one: "there".
    pub there: String,
    /// Which of the two "here" is.
    pub which: Which,
    /// When both were asked.
    pub at: Instant,
    /// What was found.
    pub comparison: Comparison,
}

/// How the comparison stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TwinView {
    /// What is being done; `None` while nothing is.
    pub step: Option<String>,
    /// Why the last one came to no end.
    pub problem: Option<String>,
    /// What was found last; kept while it is done anew.
    pub report: Option<Arc<TwinReport>>,
}
