//! The daily checks of the profile's servers as a screen shows them.

use std::sync::Arc;
use std::time::Instant;

use crate::checks::ServerChecks;

/// How the checks of the profile's servers came out.
#[derive(Debug, Clone, PartialEq)]
pub struct ChecksReport {
    /// When the servers were asked.
    pub at: Instant,
    /// Server by server, the serving one first.
    pub servers: Vec<ServerChecks>,
}

impl ChecksReport {
    /// How many checks were made, and how many of them are not good.
    pub fn counts(&self) -> (usize, usize) {
        let made = self.servers.iter().map(|server| server.checks.len()).sum();
        (made, self.servers.iter().map(ServerChecks::not_good).sum())
    }
}

/// How checking stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChecksView {
    /// What is being done; `None` while nothing is.
    pub step: Option<String>,
    /// What was found last; kept while it is done anew.
    pub report: Option<Arc<ChecksReport>>,
}
