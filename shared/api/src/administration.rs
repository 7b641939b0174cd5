//! What administrators change of an ACD's collection, and the record of what was changed.

use model::{AcdNumber, IntervalMinutes, Moment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What has a call profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Profiled {
    /// A split or skill.
    Split,
    /// A VDN.
    Vdn,
}

/// The call profile of one split or VDN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Profile {
    /// Whether it is of a split/skill or of a VDN.
    pub of: Profiled,
    /// Number of that split/skill or VDN.
    pub number: String,
    /// Acceptable service level in seconds.
    pub service_level_secs: u32,
    /// Upper limits of the bins in seconds, rising; at most nine.
    pub increments_secs: Vec<u32>,
}

/// Gives a split or VDN its call profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetProfile {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// The profile, which takes the place of the one before as a whole.
    pub profile: Profile,
}

/// Whose call profile is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveProfile {
    /// Number of the ACD.
    pub acd: AcdNumber,
    /// Whether it is of a split/skill or of a VDN.
    pub of: Profiled,
    /// Number of that split/skill or VDN.
    pub number: String,
}

/// Turns the collection of an ACD's data on or off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetCollection {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Whether data are to be collected.
    pub on: bool,
}

/// Sets the storage interval of an ACD; data collection must be off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetInterval {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Length of the storage interval in minutes: 15, 30 or 60.
    #[schema(value_type = u8)]
    pub minutes: IntervalMinutes,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Changed {
    /// Whether anything is other than before.
    pub changed: bool,
    /// For people: what holds now, from when, and what it means for the data.
    pub text: String,
}

/// One administrative change, as the server that made it remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// When, by the server's clock.
    #[schema(value_type = i64)]
    pub at: Moment,
    /// User ID of who made the change; `cms-server` for what was done to a stopped server.
    pub user: String,
    /// The ACD; absent for what concerns the whole server.
    #[schema(value_type = Option<u8>)]
    pub acd: Option<AcdNumber>,
    /// What was changed, such as `call profile of split 3`.
    pub what: String,
    /// What it was before; empty if there was nothing.
    pub before: String,
    /// What it is now; empty if it was removed.
    pub after: String,
}
