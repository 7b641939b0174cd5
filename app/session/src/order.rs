//! The order in which a report's rows are shown.
//!
//! It is worked out on the network thread, with each sheet that comes and with each wish: sorting fifty thousand rows takes longer
//! than drawing a frame may, so the screen only takes a finished order over. Sorting on the screen's thread, or on one of the
//! screen's own, was turned down: the first is what this mends, the second shows new rows in an old order for a while.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::{LinkState, Stamp};
use report::Sheet;
use serde::{Deserialize, Serialize};

use crate::profile::Which;

/// How a block's rows are to be ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortBy {
    /// Id of the column.
    pub column: String,
    /// Largest first.
    #[serde(default)]
    pub descending: bool,
}

/// The wishes for a report, by block. A block that is not named keeps the report's own order.
pub type Sorting = BTreeMap<usize, SortBy>;

/// The order of a sheet's rows, by block. Belongs to one sheet; copies share it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RowOrders(BTreeMap<usize, Arc<[u32]>>);

impl RowOrders {
    /// The order of a block's rows.
    pub fn of(&self, block: usize) -> RowOrder<'_> {
        RowOrder(self.0.get(&block).map_or(&[], |rows| rows))
    }
}

/// The order of one block's rows.
#[derive(Debug, Clone, Copy, Default)]
pub struct RowOrder<'a>(&'a [u32]);

impl RowOrder<'_> {
    /// Position in the sheet of the row that is shown at `index`.
    pub fn row(self, index: usize) -> usize {
        self.0.get(index).map_or(index, |&row| row as usize)
    }
}

/// Keeps the rows of one open report in order, from sheet to sheet.
#[derive(Debug, Default)]
pub struct Arranger {
    sorting: Sorting,
    orders: RowOrders,
    sheet: Option<Arc<Sheet>>,
    /// The sheet before: the screen may have looked at it until a moment ago. Whoever lets go of a sheet last frees its cells,
    /// and for a million of them that takes longer than a frame may.
    before: Option<Arc<Sheet>>,
    /// The server that it came from while all its links were up.
    live_from: Option<Which>,
}

impl Arranger {
    /// Takes the sheet of a frame and gives what is to be shown, in its order. While the link is not up the server forgets what
    /// it cannot know any more, agents and calls among it; the last rows that were so stay, for the screen to show as not live.
    /// Of several ACDs those that are up go on, so there only a sheet without any rows is not taken.
    pub fn take(&mut self, from: Which, stamp: &Stamp, sheet: Arc<Sheet>) -> (Arc<Sheet>, RowOrders) {
        let is_up = stamp.link == LinkState::Up;
        if let Some(last) = self.sheet.as_ref().filter(|_| !is_up && self.live_from == Some(from))
            && has_rows(last)
            && (stamp.stale.is_empty() || !has_rows(&sheet))
        {
            return (Arc::clone(last), self.orders.clone());
        }
        self.live_from = is_up.then_some(from);
        let orders = self.show(Arc::clone(&sheet));
        (sheet, orders)
    }

    /// Takes a new sheet and gives its order.
    pub fn show(&mut self, sheet: Arc<Sheet>) -> RowOrders {
        self.before = self.sheet.replace(sheet);
        self.arrange()
    }

    /// Takes another wish and gives the order of the sheet that is shown; `None` before the first one.
    pub fn sort(&mut self, sorting: Sorting) -> Option<RowOrders> {
        self.sorting = sorting;
        self.sheet.is_some().then(|| self.arrange())
    }

    /// Whether a sheet is shown.
    pub fn has_sheet(&self) -> bool {
        self.sheet.is_some()
    }

    /// The report is asked for anew: its wish stays, its sheet does not.
    pub fn forget_sheet(&mut self) {
        (self.sheet, self.before, self.orders, self.live_from) = (None, None, RowOrders::default(), None);
    }

    fn arrange(&mut self) -> RowOrders {
        let Some(sheet) = &self.sheet else { return RowOrders::default() };
        let wished = self.sorting.iter().filter_map(|(&index, by)| {
            let block = sheet.blocks.get(index)?;
            let column = block.columns.iter().position(|column| column.id == by.column)?;
            Some((index, block, column, by.descending))
        });
        let orders = wished.map(|(index, block, column, descending)| {
            (index, block.order_by(column, descending, sheet.at, self.orders.of(index).0).into())
        });
        self.orders = RowOrders(orders.collect());
        self.orders.clone()
    }
}

fn has_rows(sheet: &Sheet) -> bool {
    sheet.blocks.iter().any(|block| !block.rows.is_empty())
}
