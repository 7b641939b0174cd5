//! The colours of documents. On paper and in workbooks those of bright rooms; pages for browsers know both. They are the ones
//! that the desktop has for the same things.

/// A fill and the text that is legible on it, as `0xRRGGBB`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) fill: u32,
    pub(crate) text: u32,
}

/// What a document has colours for.
#[derive(Debug)]
pub(crate) struct Colours {
    pub(crate) surface: u32,
    pub(crate) raised: u32,
    pub(crate) line: u32,
    pub(crate) outline: u32,
    pub(crate) text: u32,
    pub(crate) soft: u32,
    pub(crate) caution: Pair,
    pub(crate) warning: Pair,
    pub(crate) note: Pair,
}

/// For paper and bright rooms.
pub(crate) const LIGHT: Colours = Colours {
    surface: 0xFF_FFFF,
    raised: 0xF3_F5F8,
    line: 0xE1_E6EC,
    outline: 0xC6_CED8,
    text: 0x17_202B,
    soft: 0x54_6070,
    caution: Pair { fill: 0xFF_EFC2, text: 0x74_4A00 },
    warning: Pair { fill: 0xFD_DEDB, text: 0x9C_1B12 },
    note: Pair { fill: 0xFD_E6BF, text: 0x70_4300 },
};

/// For dim rooms.
pub(crate) const DARK: Colours = Colours {
    surface: 0x15_1B22,
    raised: 0x1C_242D,
    line: 0x26_2F3A,
    outline: 0x39_4553,
    text: 0xE3_E8EE,
    soft: 0x9A_A7B6,
    caution: Pair { fill: 0x4A_3A0A, text: 0xFF_D876 },
    warning: Pair { fill: 0x55_1D1C, text: 0xFF_B4AC },
    note: Pair { fill: 0x4A_3508, text: 0xFF_D27A },
};
