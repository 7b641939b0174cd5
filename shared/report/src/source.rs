//! Where rows come from, as the evaluator sees it.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Table, TableKind, Value};
use chrono::NaiveDate;
use model::{Calendar, Interval, Moment, Period, SummaryTimes};

use crate::inputs::Range;

/// Which rows a block needs. A source may give more: the evaluator leaves out what does not match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Chosen numbers by key item; an item that is not named here is not restricted.
    pub keys: BTreeMap<String, BTreeSet<String>>,
    /// Of key items that are in `keys` not: numbers, and ranges of numbers, of which one must hold. A source need not look.
    pub within: BTreeMap<String, (BTreeSet<String>, Vec<Range>)>,
    /// First moment wanted of what places rows in time: the start of an interval, the moment of an event, the first
    /// midnight of a day, week or month.
    pub from: Option<Moment>,
    /// First moment no longer wanted.
    pub to: Option<Moment>,
    /// Of what lasts ([`Table::ends_by`]): only rows that end at or after this moment are wanted, however long ago they began; there
    /// `from` is `None`.
    pub ends_from: Option<Moment>,
}

impl Filter {
    /// The chosen numbers of a key item; `None` means all.
    pub fn chosen(&self, item: &str) -> Option<&BTreeSet<String>> {
        self.keys.get(item)
    }
}

/// First and last day of what is asked for; a bound that is not there is as far as history goes.
pub type DayBounds = (Option<NaiveDate>, Option<NaiveDate>);

/// Why rows could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The source has no such table.
    #[error("table {table} is not kept here; choose a report of the other kind")]
    NotHere {
        /// Name of the table.
        table: &'static str,
    },
    /// Reading failed.
    #[error("reading table {table} failed")]
    Failed {
        /// Name of the table.
        table: &'static str,
        /// What went wrong below.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// What is kept of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Nothing was let go.
    All,
    /// From this day on all is there; rows from before were let go by their age.
    From(NaiveDate),
    /// Rows of this kind are not kept at all.
    Nothing,
    /// The person may not see any, and nothing is told of them.
    Unseen,
}

/// An interval that is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// Which.
    pub interval: Interval,
    /// Whether data are missing from it.
    pub incomplete: bool,
}

/// Rows of the catalogue's tables. Nothing has a default, so that a source around another one forgets nothing of it.
pub trait RowSource {
    /// Calls `each` with the values of `items` (positions in `table.items()`) of every row that `filter`
    /// wants, in key order. Rows of intervals that are closed but not archived yet are among them and come last.
    fn for_each_row(
        &self,
        table: &'static Table,
        items: &[usize],
        filter: &Filter,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<(), SourceError>;

    /// The ACD's calendar, in which dates that people type are meant; `None` means UTC.
    fn calendar(&self) -> Option<Calendar>;

    /// The interval whose running values the real-time tables hold. Every interval before it is closed, and its rows
    /// are given by [`for_each_row`](RowSource::for_each_row): so the interval tables up to its start and the real-time
    /// tables together hold everything once. `None` if nothing runs.
    fn running(&self) -> Option<Interval>;

    /// Which days make a week, as it is set now.
    fn summary_times(&self) -> SummaryTimes;

    /// The days, weeks or months with a day within the bounds that have no rows in the tables of this kind yet, in order: the
    /// present one, and those of before of which there is something to sum up.
    fn not_summed_up(&self, kind: TableKind, bounds: DayBounds) -> Result<Vec<Period>, SourceError>;

    /// Of what kind of things the person may not see rows of a table that the filter asks for, such as *splits/skills*; `None`
    /// where every row that is asked for is given.
    fn left_out(&self, table: &'static Table, filter: &Filter) -> Option<&'static str>;

    /// Whether any interval that begins within the bounds is closed, whatever rows it has.
    fn has_intervals(&self, from: Option<Moment>, to: Option<Moment>) -> Result<bool, SourceError>;

    /// The closed intervals that begin within the bounds, in order, whatever rows they have.
    fn closed(&self, from: Option<Moment>, to: Option<Moment>) -> Result<Vec<Closed>, SourceError>;

    /// The days, weeks or months that are summed up and have a day within the bounds, each with how many of its intervals lack data.
    fn incomplete(&self, kind: TableKind, bounds: DayBounds) -> Result<Vec<(Period, u32)>, SourceError>;

    /// What is kept of a table.
    fn kept(&self, table: &'static Table) -> Result<Kept, SourceError>;

    /// The days, weeks or months whose rows in the tables of this kind were made from other rows than there are now, in order, and
    /// can be made again.
    fn out_of_date(&self, kind: TableKind) -> Result<Vec<Period>, SourceError>;

    /// Those of which that is so, too, and which cannot be made again: what they were made from was let go.
    fn not_made_again(&self, kind: TableKind) -> Result<Vec<Period>, SourceError>;

    /// The days, weeks or months with a day within the bounds that are summed up, but not into this table, because rows that it
    /// would be made from are not here, in order.
    fn lacking(&self, table: &'static Table, bounds: DayBounds) -> Result<Vec<Period>, SourceError> {
        let _ = (table, bounds);
        Ok(Vec::new())
    }
}
