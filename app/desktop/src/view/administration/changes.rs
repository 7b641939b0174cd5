//! The record of changes: who, when, what, before, after.

use api::Change;
use model::Calendar;

use super::moment_text;

/// One change as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// When, on the ACD's clock.
    pub at: String,
    /// Who.
    pub user: String,
    /// The ACD; empty for what concerns the whole server.
    pub acd: String,
    /// What.
    pub what: String,
    /// What it was.
    pub before: String,
    /// What it is.
    pub after: String,
}

impl ChangeRow {
    /// Its texts, in the order of the columns.
    pub fn texts(&self) -> [&str; 6] {
        [&self.at, &self.user, &self.acd, &self.what, &self.before, &self.after]
    }
}

/// The changes that have the searched words in them, newest first.
pub fn rows(changes: &[Change], search: &str, calendar: Option<&Calendar>) -> Vec<ChangeRow> {
    let search = search.trim().to_lowercase();
    let row = |change: &Change| ChangeRow {
        at: moment_text(change.at, calendar),
        user: change.user.clone(),
        acd: change.acd.map_or_else(String::new, |acd| acd.to_string()),
        what: change.what.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
    };
    let holds = |row: &ChangeRow| {
        let text = row.texts().join(" ").to_lowercase();
        search.split_whitespace().all(|word| text.contains(word))
    };
    changes.iter().map(row).filter(holds).collect()
}
