//! Images of whole servers: what lies on the devices, in words.

use api::{ImageEntry, NameImage};
use report::Level;
use session::{JobRequest, Model};

use super::storage::bytes_text;
use super::{acd_calendar, moment_text};
use crate::view::cells::CellView;

/// How a machine is made again from an image; no server does that to itself.
pub const RESTORED: &str = "A bare machine becomes the server again by cms-server cmsadm restore VOLUME --into FOLDER there: a \
                            running server does not replace itself. For data alone restore a backup instead";

/// An image, in the order of the columns.
pub fn row(model: &Model, image: &ImageEntry) -> [CellView; 6] {
    let normal = |text: String| CellView { text, level: Level::Normal };
    let calendar = acd_calendar(model, None);
    let unknown = || "–".to_owned();
    let server = match image.role.as_str() {
        "" => image.server.clone(),
        role => format!("{} ({role})", image.server),
    };
    [
        normal(image.label.clone()),
        normal(image.made_at.map_or_else(unknown, |at| moment_text(at, calendar.as_ref()))),
        normal(server),
        normal(image.device.clone()),
        normal(image.volumes.to_string()),
        normal(image.bytes.map_or_else(unknown, bytes_text)),
    ]
}

/// What is known of a chosen one beside its cells: name, text.
pub fn details(image: &ImageEntry) -> Vec<(&'static str, String)> {
    vec![
        ("Volume", image.volume.clone()),
        ("Again", format!("cms-server cmsadm restore {} --into FOLDER", image.volume)),
    ]
}

/// What verifying it asks for.
pub fn verify(image: &ImageEntry) -> JobRequest {
    let label = match image.folder.as_str() {
        "" => image.label.clone(),
        folder => format!("{folder}/{}", image.label),
    };
    JobRequest::VerifyImage(NameImage { label, device: Some(image.device.clone()) })
}
