//! The maintenance error log of a server.

use model::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MaintenanceEntry {
    /// Its number on this server.
    pub id: i64,
    /// `info`, `warning` or `error`.
    pub severity: String,
    /// What kind of thing it is, such as `task-failed`.
    pub code: String,
    /// What happened.
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
    /// By whom.
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
