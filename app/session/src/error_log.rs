//! The maintenance error log as a page shows it, and how much of it nobody has acknowledged yet.

use api::MaintenanceEntry;

/// The maintenance error log of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorLogData {
    /// All entries that are kept, newest first.
    pub entries: Vec<MaintenanceEntry>,
    /// Whether the user may acknowledge them there.
    pub may_acknowledge: bool,
}

/// How grave an entry is, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It went as it should.
    Info,
    /// Something was not done, or soon will not be.
    Warning,
    /// Something failed.
    Error,
}

impl Severity {
    /// Of an entry. What this program does not know is of a newer server, and better looked at than left out.
    pub fn of(entry: &MaintenanceEntry) -> Severity {
        match entry.severity.as_str() {
            "info" => Severity::Info,
            "warning" => Severity::Warning,
            _ => Severity::Error,
        }
    }
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
            let is = |entry: &&MaintenanceEntry| entry.acknowledged_at.is_none() && Severity::of(entry) == severity;
            entries.iter().filter(is).count()
        };
        Unacknowledged { errors: open(Severity::Error), warnings: open(Severity::Warning) }
    }

    /// Errors and warnings together.
    pub fn count(self) -> usize {
        self.errors + self.warnings
    }
}
