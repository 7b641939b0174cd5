//! The maintenance error log of a server.

use std::fmt::Write;

use model::{Calendar, Moment, Severity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::LogCode;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MaintenanceEntry {
    /// Its number on this server.
    pub id: i64,
    /// How grave it is: `info`, `warning` or `error`.
    #[schema(value_type = String)]
    pub severity: Severity,
    /// What kind of thing it is, such as `task-failed`.
    #[schema(value_type = String)]
    pub code: LogCode,
    /// What happened and what to do, for people.
    pub text: String,
    /// How often it was told before it was acknowledged.
    pub count: u64,
    /// When first, UNIX seconds of the server's clock.
    #[schema(value_type = i64)]
    pub first_at: Moment,
    /// When last.
    #[schema(value_type = i64)]
    pub last_at: Moment,
    /// When it was acknowledged; absent if it was not.
    #[schema(value_type = Option<i64>)]
    pub acknowledged_at: Option<Moment>,
    /// User ID of who acknowledged it; absent while nobody has.
    pub acknowledged_by: Option<String>,
}

/// Acknowledges entries: somebody has seen them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeMaintenance {
    /// Numbers of the entries; all that there are if left out.
    #[serde(default)]
    pub ids: Option<Vec<i64>>,
}

/// The log as a report for people: one entry, one paragraph; times by a calendar, in UTC without one.
pub fn error_log_text(entries: &[MaintenanceEntry], calendar: Option<&Calendar>) -> String {
    let mut text = String::new();
    for entry in entries {
        let MaintenanceEntry { id, severity, code, count, .. } = entry;
        let (first_at, last_at) = (told(entry.first_at, calendar), told(entry.last_at, calendar));
        let _ = writeln!(text, "{last_at}  {severity}  {code}  number {id}, {count} times since {first_at}");
        let _ = writeln!(text, "    {}", entry.text);
        if let (Some(at), Some(by)) = (entry.acknowledged_at, &entry.acknowledged_by) {
            let _ = writeln!(text, "    acknowledged at {} by {by}", told(at, calendar));
        }
    }
    if entries.is_empty() {
        text.push_str("The maintenance error log is empty.\n");
    }
    text
}

/// The log as comma-separated values; times by a calendar, in UTC without one.
pub fn error_log_csv(entries: &[MaintenanceEntry], calendar: Option<&Calendar>) -> String {
    let mut text = "id,severity,code,count,first_at,last_at,text,acknowledged_at,acknowledged_by\n".to_owned();
    for entry in entries {
        let at = |at: Option<Moment>| at.map_or_else(String::new, |at| told(at, calendar));
        let fields = [
            entry.id.to_string(),
            entry.severity.to_string(),
            entry.code.to_string(),
            entry.count.to_string(),
            told(entry.first_at, calendar),
            told(entry.last_at, calendar),
            entry.text.clone(),
            at(entry.acknowledged_at),
            entry.acknowledged_by.clone().unwrap_or_default(),
        ];
        report::csv_line(&mut text, fields.into_iter());
    }
    text
}

fn told(at: Moment, calendar: Option<&Calendar>) -> String {
    calendar.map_or_else(|| at.to_string(), |calendar| calendar.iso(at))
}
