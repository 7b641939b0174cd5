//! What is worked out for one block and kept between frames: the widths of its columns.

/// Kept for one block of one pane.
#[derive(Debug, Default)]
pub struct BlockCache {
    /// Ids and widths of its columns, worked out when its first rows came. They are not worked out again
    /// while the columns stay, so that nothing jumps while a person reads.
    pub widths: Vec<(String, f32)>,
}
