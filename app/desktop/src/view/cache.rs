//! What is worked out for one block and kept between frames: the order of its rows, the widths of its columns.

use super::order::RowOrder;

/// Kept for one block of one pane.
#[derive(Debug, Default)]
pub struct BlockCache {
    /// The order of its rows.
    pub order: RowOrder,
    /// Ids and widths of its columns, worked out when its first rows came. They are not worked out again
    /// while the columns stay, so that nothing jumps while a person reads.
    pub widths: Vec<(String, f32)>,
}
