//! How much a report may hold while it is computed.
//!
//! What is kept is counted while rows are taken: agents by the half hour of two months are gigabytes before the sheet is
//! there to be looked at, and reports are computed in the process that collects. Beyond the bounds nothing more is kept.
//! Estimating from the inputs was turned down: only the rows tell how many of them there are.

use crate::sheet::SheetBlock;

/// The most that a report may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Rows that it shows, all blocks together.
    pub rows: usize,
    /// Values that it keeps at a time: those of rows that are put together, and those that are shown.
    pub cells: usize,
}

impl Bounds {
    /// No bounds.
    pub const NONE: Bounds = Bounds { rows: usize::MAX, cells: usize::MAX };
}

/// Why a report is not computed to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// It would show more rows than this.
    #[error("the report has more than {0} rows: choose fewer entities or a shorter time")]
    Rows(usize),
    /// It would have to keep more values than this.
    #[error("the report puts more than {0} values together: choose fewer entities or a shorter time")]
    Cells(usize),
}

/// What is left of the bounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    bounds: Bounds,
    left: Bounds,
    over: Option<TooLarge>,
}

impl Room {
    pub fn new(bounds: Bounds) -> Self {
        Room { bounds, left: bounds, over: None }
    }

    /// One more row will be shown.
    pub fn row(&mut self) {
        match self.left.rows.checked_sub(1) {
            Some(left) => self.left.rows = left,
            None => self.over = self.over.or(Some(TooLarge::Rows(self.bounds.rows))),
        }
    }

    /// So many values more are kept.
    pub fn cells(&mut self, cells: usize) {
        match self.left.cells.checked_sub(cells) {
            Some(left) => self.left.cells = left,
            None => self.over = self.over.or(Some(TooLarge::Cells(self.bounds.cells))),
        }
    }

    /// Whether nothing more is to be kept.
    pub fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// What is wrong, if it is.
    pub fn outcome(&self) -> Result<(), TooLarge> {
        self.over.map_or(Ok(()), Err)
    }

    /// Counts a block as it is shown, when what was kept to make it is gone.
    pub fn take(&mut self, block: &SheetBlock) -> Result<(), TooLarge> {
        let rows = block.rows.len();
        self.left.rows = self.left.rows.checked_sub(rows).ok_or(TooLarge::Rows(self.bounds.rows))?;
        self.cells(rows.saturating_mul(block.columns.len()));
        self.outcome()
    }
}
