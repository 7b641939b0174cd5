//! What a backup carries of a file, and what a restore puts there: tables, stretches of them, and where rows came from.
//!
//! Nouns only. Volumes carry these and the ACD's own file notes them, and neither has to know the other for it.

use serde::{Deserialize, Serialize};

/// The kinds of files of a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceFile {
    /// `local.db`.
    Local,
    /// `system.db`.
    System,
    /// `acd/NN.db`.
    Acd,
    /// `acd/NN-events.db`.
    Events,
}

/// How rows of a table are chosen and replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// The table as a whole.
    Whole,
    /// Whole intervals.
    Interval,
    /// Whole days, weeks or months.
    Period,
    /// Rows about single events: the column that says when, and the one that rises as rows come.
    Event {
        /// UNIX seconds.
        place: &'static str,
        /// Numbers or moments.
        order: &'static str,
    },
}

impl Unit {
    /// The column by which stretches are told; `None` for whole tables.
    pub fn place(self) -> Option<&'static str> {
        match self {
            Unit::Whole => None,
            Unit::Interval => Some("STARTTIME_UTC"),
            Unit::Period => Some("ROW_DATE"),
            Unit::Event { place, .. } => Some(place),
        }
    }

    pub(crate) fn order(self) -> Option<&'static str> {
        match self {
            Unit::Event { order, .. } => Some(order),
            _ => None,
        }
    }
}

/// A stretch of a table: `from <= place < to`, and of events those with `after < order <= up_to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// First place: UNIX seconds, or a day as `YYYYMMDD`.
    pub from: i64,
    /// First place behind it.
    pub to: i64,
    /// Order of the last event that is not part of it.
    pub after: i64,
    /// Order of its last event.
    pub up_to: i64,
}

impl Extent {
    /// A stretch of intervals or days.
    pub fn new(from: i64, to: i64) -> Extent {
        Extent { from, to, after: i64::MIN, up_to: i64::MAX }
    }

    /// A stretch of events by their order alone, wherever their places are: those of which the order is in `from..to`.
    pub fn by_order(from: i64, to: i64) -> Extent {
        Extent { from: i64::MIN, to: i64::MAX, after: from - 1, up_to: to - 1 }
    }

    /// Whether places play no part.
    pub fn is_by_order(&self) -> bool {
        (self.from, self.to) == (i64::MIN, i64::MAX)
    }

    pub(crate) fn holds(&self, place: i64, order: Option<i64>) -> bool {
        (self.from..self.to).contains(&place) && order.is_none_or(|order| order > self.after && order <= self.up_to)
    }
}

/// What is carried of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carried {
    /// Its name in the database.
    pub table: &'static str,
    /// How its rows are chosen.
    pub unit: Unit,
    /// A column and the only value of it that is meant.
    pub only: Option<(&'static str, &'static str)>,
}

impl Carried {
    /// The list of intervals.
    pub const INTERVALS: Carried = Carried { table: "digests", unit: Unit::Interval, only: None };
}

/// One table of a restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What is replaced.
    pub carried: Carried,
    /// Name of the table in the volumes.
    pub stored_as: String,
    /// Stretches that are replaced, in order and without overlap; none for whole tables.
    pub extents: Vec<Extent>,
}

/// Where a restore comes from, and so what is noted of its intervals.
#[derive(Debug, Clone)]
pub enum RestoredFrom {
    /// A backup.
    Backup {
        /// Its label.
        label: String,
        /// Whether it only heals: an interval that is whole here must stay as it is, and the records of healed intervals are
        /// restored with them.
        heals: bool,
    },
    /// The copy of what a restore replaced, or of what was there until one was taken back, with what was noted of it, by start.
    Copy(Vec<IntervalOrigin>),
}

impl RestoredFrom {
    pub(crate) fn heals(&self) -> bool {
        matches!(self, RestoredFrom::Backup { heals: true, .. })
    }
}

/// That an interval was restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntervalOrigin {
    /// Its start, UNIX seconds.
    pub start: i64,
    /// Label of the backup.
    pub label: String,
    /// Whether its records were restored with it.
    pub with_records: bool,
    /// Whether it was missing, and only some of its tables were restored.
    #[serde(default)]
    pub partly: bool,
}
