//! A heal of the serving server from the other one, as a screen shows it.

use std::sync::Arc;
use std::time::Instant;

use crate::profile::Which;
use crate::twin::{Healed, Stretch};

/// What came of a heal, or would come of it.
#[derive(Debug, Clone, PartialEq)]
pub struct HealReport {
    /// The server that was healed.
    pub which: Which,
    /// Of intervals those that start within were looked at; all that are kept without limits.
    pub stretch: Stretch,
    /// Whether it was only planned.
    pub dry_run: bool,
    /// When it ended.
    pub at: Instant,
    /// What came of it.
    pub healed: Healed,
}

/// How healing stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HealView {
    /// What is being done; `None` while nothing is.
    pub step: Option<String>,
    /// Why the last one came to no end.
    pub problem: Option<String>,
    /// What came of the last one; kept until the next has an end.
    pub report: Option<Arc<HealReport>>,
}
