//! The maintenance error log as a page shows it, and how much of it nobody has acknowledged yet.

use api::MaintenanceEntry;
use model::Severity;

/// The maintenance error log of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorLogData {
    /// All entries that are kept, newest first.
    pub entries: Vec<MaintenanceEntry>,
    /// Whether the user may acknowledge them there.
    pub may_acknowledge: bool,
}

/// How much of a log nobody has acknowledged yet. What went as it should is not counted: nobody need look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unacknowledged {
    /// Entries of errors.
    pub errors: usize,
    /// Entries of warnings.
    pub warnings: usize,
}

impl Unacknowledged {
    /// Counts them.
    pub fn of(entries: &[MaintenanceEntry]) -> Unacknowledged {
        let open = |severity| {
            let is = |entry: &&MaintenanceEntry| entry.acknowledged_at.is_none() && entry.severity == severity;
            entries.iter().filter(is).count()
        };
        Unacknowledged { errors: open(Severity::Error), warnings: open(Severity::Warning) }
    }

    /// Errors and warnings together.
    pub fn count(self) -> usize {
        self.errors + self.warnings
    }
}
