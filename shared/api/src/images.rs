//! Images of whole servers (CMSADM): what is asked for, and what lies on the devices.

use model::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Begins an image of the whole server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunImage {
    /// Name of the device; the first one if left out.
    #[serde(default)]
    pub device: Option<String>,
}

/// Names an image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameImage {
    /// Its label, `CMSADM-yymmdd-NN`; with `SERVER/` before it where several servers have the same.
    pub label: String,
    /// Name of the device; the first one if left out.
    #[serde(default)]
    pub device: Option<String>,
}

/// The images on the devices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Images {
    /// Images of servers that lie on the devices, the newest first.
    pub images: Vec<ImageEntry>,
    /// Devices and files that cannot be read, and why.
    pub problems: Vec<String>,
}

/// An image on a device.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImageEntry {
    /// Its label without the number of a volume.
    pub label: String,
    /// Name of the device on which it lies.
    pub device: String,
    /// Folder of the server on the device.
    pub folder: String,
    /// Where its first volume is, to be named when a machine is made again from it.
    pub volume: String,
    /// The server that it was made of.
    pub server: String,
    /// `primary` or `secondary` at that time; empty if it is not known from here.
    pub role: String,
    /// When it was begun, UNIX seconds of that server's clock; absent if it is not known from here.
    #[schema(value_type = Option<i64>)]
    pub made_at: Option<Moment>,
    /// How many of its volumes are there.
    pub volumes: u8,
    /// Bytes on the device; absent if they are not known from here.
    pub bytes: Option<u64>,
}
