//! A row that is being filled, and the seconds in it that grow by themselves.
//!
//! Interval-timed items grow every second for every agent and trunk. Nothing is added up each second: a row
//! knows, for each growing column, for how many things it grows and since when, and the seconds are added when that
//! number changes, when the interval ends, or when someone reads. Differences of whole seconds telescope, so
//! nothing is lost or counted twice. The number itself is a status item: the agents "in" I_ACDTIME are ONACD.

use std::sync::{Arc, LazyLock};

use catalog::tables::Column;
use catalog::{Class, hagent, hcwc, hsplit, htkgrp, htrunk, hvdn, hvector, table};
use model::Moment;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// What the row types of the catalogue have in common.
pub(crate) trait Cells: Clone + Default {
    fn cells(&self) -> &[u32];
    fn cells_mut(&mut self) -> &mut [u32];
    /// Whether anything but administered items is filled.
    fn is_active(&self) -> bool;
}

macro_rules! cells {
    ($($module:ident)*) => { $(
        impl Cells for $module::Row {
            fn cells(&self) -> &[u32] {
                self.values()
            }

            fn cells_mut(&mut self) -> &mut [u32] {
                self.values_mut()
            }

            fn is_active(&self) -> bool {
                static COUNTS: LazyLock<Box<[bool]>> = LazyLock::new(|| counting_columns(stringify!($module)));
                self.values().iter().zip(COUNTS.iter()).any(|(&value, &counts)| counts && value != 0)
            }
        }
    )* };
}

cells!(hsplit hagent hvdn hvector htkgrp htrunk hcwc);

fn counting_columns(name: &str) -> Box<[bool]> {
    let table = table(name).expect("every interval table is in the catalogue");
    table.values().iter().map(|item| item.class != Class::Admin).collect()
}

/// A column that grows by `count` each second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Growing {
    column: u16,
    count: u32,
    since: Moment,
}

impl Growing {
    fn secs(&self, at: Moment) -> u32 {
        self.count.saturating_mul(at.since(self.since))
    }
}

/// A row of the running interval. Cloning it is cheap: the values are shared until one side changes them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Live<R> {
    row: Arc<R>,
    growing: SmallVec<[Growing; 6]>,
}

impl<R: Cells> Default for Live<R> {
    fn default() -> Self {
        Live { row: Arc::new(R::default()), growing: SmallVec::new() }
    }
}

impl<R: Cells> Live<R> {
    /// The settled values, to be changed.
    #[inline]
    pub(crate) fn row(&mut self) -> &mut R {
        Arc::make_mut(&mut self.row)
    }

    /// One column as it stands at `at`, by its position among the row's values.
    #[inline]
    pub(crate) fn value(&self, index: usize, at: Moment) -> u32 {
        let settled = self.row.cells()[index];
        let running = self.growing.iter().find(|growing| usize::from(growing.column) == index);
        running.map_or(settled, |growing| settled.saturating_add(growing.secs(at)))
    }

    /// One column without what still grows in it; whole for items that do not grow.
    #[inline]
    pub(crate) fn settled(&self, column: Column<R>) -> u32 {
        self.row.cells()[column.index()]
    }

    /// Whether anything but administered items is filled, or will be a second from now.
    pub(crate) fn is_active(&self) -> bool {
        !self.growing.is_empty() || self.row.is_active()
    }

    /// For how many things a column grows.
    pub(crate) fn count(&self, column: Column<R>) -> u32 {
        let index = column.index();
        self.growing.iter().find(|growing| usize::from(growing.column) == index).map_or(0, |growing| growing.count)
    }

    /// From `at` on, the column grows for one thing more.
    pub(crate) fn start(&mut self, column: u16, at: Moment) {
        match self.growing.iter_mut().find(|growing| growing.column == column) {
            Some(growing) => {
                let secs = growing.secs(at);
                growing.count += 1;
                growing.since = at;
                if secs > 0 {
                    self.add(column, secs);
                }
            }
            None => self.growing.push(Growing { column, count: 1, since: at }),
        }
    }

    /// From `at` on, the column grows for one thing less.
    pub(crate) fn stop(&mut self, column: u16, at: Moment) {
        let Some(position) = self.growing.iter().position(|growing| growing.column == column) else {
            debug_assert!(false, "column {column} did not grow");
            return;
        };
        let growing = &mut self.growing[position];
        let secs = growing.secs(at);
        growing.count -= 1;
        growing.since = at;
        if growing.count == 0 {
            self.growing.swap_remove(position);
        }
        if secs > 0 {
            self.add(column, secs);
        }
    }

    /// One thing moves from the `old` to the `new` columns; what is in both goes on undisturbed.
    pub(crate) fn switch(&mut self, old: &[u16], new: &[u16], at: Moment) {
        old.iter().filter(|column| !new.contains(column)).for_each(|&column| self.stop(column, at));
        new.iter().filter(|column| !old.contains(column)).for_each(|&column| self.start(column, at));
    }

    /// From `at` on, nothing grows any more.
    pub(crate) fn stop_all(&mut self, at: Moment) {
        for growing in std::mem::take(&mut self.growing) {
            self.add(growing.column, growing.secs(at));
        }
    }

    /// Ends the interval at `at`: hands out the finished row if anything happened, and begins anew from zero.
    pub(crate) fn close(&mut self, at: Moment) -> Option<R> {
        let grew = self.growing.iter().any(|growing| growing.secs(at) > 0);
        let finished = (grew || self.row.is_active()).then(|| {
            let mut row = R::clone(&self.row);
            for growing in &self.growing {
                let cell = &mut row.cells_mut()[usize::from(growing.column)];
                *cell = cell.saturating_add(growing.secs(at));
            }
            row
        });
        self.growing.iter_mut().for_each(|growing| growing.since = at);
        // A row that a board still shows is left to it.
        match Arc::get_mut(&mut self.row) {
            Some(row) => row.cells_mut().fill(0),
            None => self.row = Arc::new(R::default()),
        }
        finished
    }

    /// Moves every running time by `secs`, because the switch's clock was set.
    pub(crate) fn shift(&mut self, secs: i64) {
        self.growing.iter_mut().for_each(|growing| growing.since = growing.since + secs);
    }

    fn add(&mut self, column: u16, secs: u32) {
        let cell = &mut self.row().cells_mut()[usize::from(column)];
        *cell = cell.saturating_add(secs);
    }
}

/// Raises a maximum.
pub(crate) fn raise(cell: &mut u32, value: u32) {
    *cell = (*cell).max(value);
}
