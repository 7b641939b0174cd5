//! A report that somebody saved on this server.

use model::Moment;

/// One saved report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedReport {
    /// Number in this file; not used when saving.
    pub id: i64,
    /// Name, 1 to 50 characters.
    pub name: String,
    /// Where it stands in the list of reports, with the name as its last part. Together with the owner it
    /// is unique, without regard to case.
    pub path: String,
    /// Real-time, historical or integrated, as the definition says it.
    pub kind: String,
    /// Whose it is; `None` for everybody's.
    pub owner: Option<String>,
    /// The definition, JSON.
    pub definition: String,
    /// When it was saved.
    pub changed_at: Moment,
    /// Who saved it.
    pub changed_by: String,
}
