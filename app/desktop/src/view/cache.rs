//! What is kept of one block between frames: the widths of its columns, and the rows that are marked.

use super::marks::Marks;

/// Kept for one block of one pane.
#[derive(Debug, Default)]
pub struct BlockCache {
    /// Ids and widths of its columns, worked out when its first rows came. They are not worked out again
    /// while the columns stay, so that nothing jumps while a person reads.
    pub widths: Vec<(String, f32)>,
    /// The rows that are marked to be copied.
    pub marks: Marks,
}
