//! What is kept of one block between frames: the widths of its columns, and the rows that are marked.

use model::Moment;

use super::filter::Fitting;
use super::marks::Marks;

/// Kept for one block of one pane.
#[derive(Debug, Default)]
pub struct BlockCache {
    /// Ids and widths of its columns, worked out when its first rows came. While the columns stay they only ever become wider, where
    /// figures have grown: nothing jumps to and fro while a person reads, and none is cut.
    pub widths: Vec<(String, f32)>,
    /// Which sheet they were held against last, and when by the ACD's clock.
    pub measured: Option<(usize, Moment)>,
    /// Height of its table with all rows in sight, in points.
    pub height: f32,
    /// The rows that are marked to be copied.
    pub marks: Marks,
    /// The rows that have the text that is filtered by.
    pub fitting: Fitting,
}
