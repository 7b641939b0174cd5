//! Endpoints of images of the whole server, and of the names of tables.

use model::Feature;

use super::{Endpoint, Guard, Method};
use crate as m;
use crate::shape::Shape;

pub const BACKUP_TABLES: &str = "/api/v1/backup/tables";
pub const IMAGES: &str = "/api/v1/images";
pub const IMAGE_VERIFY: &str = "/api/v1/image/verify";

pub(super) fn all() -> Vec<Endpoint> {
    use Guard::{Administrator, Reads};
    const SEES: Guard = Reads(Feature::Maintenance);
    vec![
        Endpoint::new(Method::Get, BACKUP_TABLES, SEES, "The field's tables: what is backed up under which name")
            .gives(Shape::list_of::<m::TableName>()),
        Endpoint::new(Method::Get, IMAGES, SEES, "The images of whole servers on all devices")
            .gives(Shape::of::<m::Images>()),
        Endpoint::new(Method::Post, IMAGES, Administrator, "Begins an image of the whole server")
            .takes(Shape::of::<m::RunImage>())
            .gives(Shape::of::<m::Started>()),
        Endpoint::new(Method::Post, IMAGE_VERIFY, Administrator, "Begins to unpack an image and to compare it")
            .takes(Shape::of::<m::NameImage>())
            .gives(Shape::of::<m::Started>()),
    ]
}
