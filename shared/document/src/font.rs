//! The bundled font, for documents and screens: Inter in three weights, with digits of one width. `fonts/README.md` says what it
//! has. No other module names a font file.

/// For text.
pub const REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.ttf");
/// For controls and headings of columns.
pub const MEDIUM: &[u8] = include_bytes!("../fonts/Inter-Medium.ttf");
/// For titles and for values that want to be seen.
pub const SEMIBOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.ttf");
