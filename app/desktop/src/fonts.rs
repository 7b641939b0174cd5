//! The bundled font: Inter in three weights, with digits of one width. The files are those of documents.

use std::sync::Arc;

use document::font::{MEDIUM, REGULAR, SEMIBOLD};
use egui::{FontData, FontDefinitions, FontFamily, FontId};

const MEDIUM_FAMILY: &str = "medium";
const SEMIBOLD_FAMILY: &str = "semibold";

/// Regular text of this size in points.
pub fn regular(size: f32) -> FontId {
    FontId::proportional(size)
}

/// Slightly stronger text, for controls and column headings.
pub fn medium(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(MEDIUM_FAMILY.into()))
}

/// Strong text, for titles and for values that want to be seen.
pub fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD_FAMILY.into()))
}

/// Inter first, egui's own fonts behind it for what Inter lacks.
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let fallbacks = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let faces = [
        (FontFamily::Proportional, "Inter", REGULAR),
        (FontFamily::Name(MEDIUM_FAMILY.into()), "Inter Medium", MEDIUM),
        (FontFamily::Name(SEMIBOLD_FAMILY.into()), "Inter SemiBold", SEMIBOLD),
    ];
    for (family, name, bytes) in faces {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
        let mut order = vec![name.to_owned()];
        order.extend(fallbacks.iter().cloned());
        fonts.families.insert(family, order);
    }
    fonts
}
