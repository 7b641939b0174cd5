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

/// A column that grows by `count` each second, or grew in this interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Growing {
    /// Seconds it would stand at in the moment zero, so that no moment need be kept beside it.
    at_zero: i64,
    count: u32,
    column: u16,
}

impl Growing {
    /// What it grew by in this interval until `at`.
    fn secs(&self, at: Moment) -> u32 {
        let secs = self.at_zero.saturating_add(i64::from(self.count).saturating_mul(at.0));
        u32::try_from(secs.max(0)).unwrap_or(u32::MAX)
    }

    fn start(&mut self, at: Moment) {
        self.at_zero -= at.0;
        self.count += 1;
    }

    fn stop(&mut self, at: Moment) {
        self.at_zero += at.0;
        self.count -= 1;
    }

    /// Begins an interval.
    fn reset(&mut self, at: Moment) {
        self.at_zero = 0;
        self.shift(at.0);
    }

    fn shift(&mut self, secs: i64) {
        self.at_zero -= i64::from(self.count) * secs;
    }

    fn has_grown(&self) -> bool {
        self.count > 0 || self.at_zero > 0
    }
}

/// Columns of a row, by their positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Columns([u64; COLUMNS_MAX / 64]);

/// More than the widest interval table has.
const COLUMNS_MAX: usize = 320;

impl Columns {
    #[inline]
    pub(crate) fn add<R>(&mut self, column: Column<R>) {
        let index = column.index();
        self.0[index / 64] |= 1 << (index % 64);
    }

    /// Those that are not in `others`, too, in ascending order.
    #[inline]
    fn but_not(&self, others: &Columns) -> impl Iterator<Item = u16> {
        let words: [u64; COLUMNS_MAX / 64] = std::array::from_fn(|word| self.0[word] & !others.0[word]);
        words.into_iter().zip(0u16..).flat_map(|(mut word, number)| {
            std::iter::from_fn(move || {
                let bit = (word != 0).then(|| word.trailing_zeros() as u16)?;
                word &= word - 1;
                Some(number * 64 + bit)
            })
        })
    }
}

/// A row of the running interval. Cloning it is cheap: the values are shared until one side changes them.
///
/// The seconds of columns that grow are kept beside the row: an agent changes its state far more often than it is
/// credited with anything else, and its rows are seldom in a cache.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Live<R> {
    row: Arc<R>,
    growing: SmallVec<[Growing; 10]>,
}

impl<R: Cells> Default for Live<R> {
    fn default() -> Self {
        Live { row: Arc::new(R::default()), growing: SmallVec::new() }
    }
}

impl<R: Cells> Live<R> {
    /// Looks at what a change of state will change, see `ahead`.
    #[inline]
    pub(crate) fn touch(&self) -> usize {
        let in_a_line = 64 / size_of::<Growing>();
        self.growing.iter().step_by(in_a_line).fold(0, |seen, growing| seen ^ usize::from(growing.column))
    }

    /// The values but for what grew, to be changed.
    #[inline]
    pub(crate) fn row(&mut self) -> &mut R {
        Arc::make_mut(&mut self.row)
    }

    /// One column as it stands at `at`, by its position among the row's values.
    #[inline]
    pub(crate) fn value(&self, index: usize, at: Moment) -> u32 {
        let counted = self.row.cells()[index];
        self.growing(index).map_or(counted, |growing| counted.saturating_add(growing.secs(at)))
    }

    /// A column that does not grow with time.
    #[inline]
    pub(crate) fn counted(&self, column: Column<R>) -> u32 {
        self.row.cells()[column.index()]
    }

    /// Whether anything but administered items is filled, or will be a second from now.
    pub(crate) fn is_active(&self) -> bool {
        self.growing.iter().any(Growing::has_grown) || self.row.is_active()
    }

    /// For how many things a column grows.
    pub(crate) fn count(&self, column: Column<R>) -> u32 {
        self.growing(column.index()).map_or(0, |growing| growing.count)
    }

    #[inline]
    fn growing(&self, index: usize) -> Option<&Growing> {
        self.growing.iter().find(|growing| usize::from(growing.column) == index)
    }

    /// From `at` on, the column grows for one thing more.
    pub(crate) fn start(&mut self, column: u16, at: Moment) {
        match self.growing.iter_mut().find(|growing| growing.column == column) {
            Some(growing) => growing.start(at),
            None => self.growing.push(Growing { at_zero: -at.0, count: 1, column }),
        }
    }

    /// From `at` on, the column grows for one thing less.
    pub(crate) fn stop(&mut self, column: u16, at: Moment) {
        match self.growing.iter_mut().find(|growing| growing.column == column && growing.count > 0) {
            Some(growing) => growing.stop(at),
            None => debug_assert!(false, "column {column} did not grow"),
        }
    }

    /// One thing moves from the `old` to the `new` columns; what is in both goes on undisturbed.
    pub(crate) fn switch(&mut self, old: &Columns, new: &Columns, at: Moment) {
        old.but_not(new).for_each(|column| self.stop(column, at));
        new.but_not(old).for_each(|column| self.start(column, at));
    }

    /// From `at` on, nothing grows any more.
    pub(crate) fn stop_all(&mut self, at: Moment) {
        for growing in &mut self.growing {
            growing.at_zero = i64::from(growing.secs(at));
            growing.count = 0;
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
        self.growing.retain(|growing| growing.count > 0);
        self.growing.iter_mut().for_each(|growing| growing.reset(at));
        // A row that a board still shows is left to it.
        match Arc::get_mut(&mut self.row) {
            Some(row) => row.cells_mut().fill(0),
            None => self.row = Arc::new(R::default()),
        }
        finished
    }

    /// Moves every running time by `secs`, because the switch's clock was set.
    pub(crate) fn shift(&mut self, secs: i64) {
        self.growing.iter_mut().for_each(|growing| growing.shift(secs));
    }
}

/// Adds seconds that a switch may have told, however many it told of.
pub(crate) fn add(cell: &mut u32, secs: u32) {
    *cell = cell.saturating_add(secs);
}

/// Raises a maximum.
pub(crate) fn raise(cell: &mut u32, value: u32) {
    *cell = (*cell).max(value);
}
