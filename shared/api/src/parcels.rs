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
    /// The ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// The intervals, in order and without overlap.
    pub stretches: Vec<IntervalStretch>,
}

/// A volume was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Received {
    /// Label of the parcel, with the folder of its server before it.
    pub label: String,
    /// Bytes of the volume.
    pub bytes: u64,
}
