//! Parcels: chosen intervals of one server, which a person's client carries to another one.

use model::{AcdNumber, Moment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Name of the device on which parcels lie, on either server.
pub const PARCELS_DEVICE: &str = "parcels";

/// Intervals that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntervalStretch {
    /// Start of the first one, UNIX seconds.
    #[schema(value_type = i64)]
    pub from: Moment,
    /// End of the last one.
    #[schema(value_type = i64)]
    pub to: Moment,
}

/// Begins to pack intervals with the records that became final in them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackParcel {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// The intervals, in order and without overlap.
    pub stretches: Vec<IntervalStretch>,
    /// Events that the other server did not get; as far as this one has them they come along.
    #[serde(default)]
    pub events: Vec<MissedEvents>,
    /// Newest format of volumes that the receiving server reads ([`Health::reads_volumes`](crate::Health::reads_volumes)).
    #[serde(default = "first_format", skip_serializing_if = "is_first_format")]
    pub reads_volumes: u32,
}

/// What every server reads. Servers that know no other do not know how to say so.
pub(crate) fn first_format() -> u32 {
    1
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
fn is_first_format(format: &u32) -> bool {
    *format == first_format()
}

/// Events of the switch's sequence that a server did not get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MissedEvents {
    /// The life of the switch's numbering.
    pub boot: u64,
    /// Number of the first one.
    pub from_seq: u64,
    /// Number of the last one.
    pub to_seq: u64,
    /// When the server lost the link, by the switch's clock, UNIX seconds.
    #[schema(value_type = i64)]
    pub from: Moment,
    /// When it was told again what is so.
    #[schema(value_type = i64)]
    pub to: Moment,
}

/// Asks which events a server did not get in intervals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MissedIn {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// The intervals, in order and without overlap.
    pub stretches: Vec<IntervalStretch>,
}

/// Has a server collect intervals again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectAgain {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// The intervals, in order and without overlap.
    pub stretches: Vec<IntervalStretch>,
    /// The parcel with the events of the other server.
    pub label: String,
}

/// A volume was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Received {
    /// Label of the parcel, with the folder of its server before it.
    pub label: String,
    /// Size of the volume in bytes.
    pub bytes: u64,
}
