//! Endpoints of worksheets.

use model::Feature;

use super::{Endpoint, Guard, Method};
use crate as m;
use crate::shape::Shape;

pub const WORKSHEETS: &str = "/api/v1/maintenance/worksheets";

pub(super) fn all() -> Vec<Endpoint> {
    const FEATURE: Feature = Feature::Maintenance;
    vec![
        Endpoint::new(
            Method::Get,
            WORKSHEETS,
            Guard::Reads(FEATURE),
            "The worksheets that are kept here, changed last first",
        )
        .gives(Shape::list_of::<m::Worksheet>()),
        Endpoint::new(
            Method::Put,
            WORKSHEETS,
            Guard::Writes(FEATURE),
            "Keeps a worksheet; refused if a later edition is here",
        )
        .takes(Shape::of::<m::Worksheet>())
        .gives(Shape::of::<m::Changed>()),
    ]
}
