//! The data storage allocation: how much of each element is kept, and for how long.
//!
//! It is a matter of one server: `local.db` keeps it (`dcalloc`), and with it the times of summing up (`dcadmin`). What an
//! allocation means for rows that are there already is in `acd/ageing.rs`.

use std::collections::BTreeMap;

use catalog::Table;
use chrono::{Days, Months, NaiveDate};
use model::Level;

use crate::error::{Result, StoreError};

/// Elements whose rows are kept by days, weeks and months: the word in commands, the element of the tables, what people
/// call it.
pub const ELEMENTS: [(&str, &str, &str); 7] = [
    ("splits", "split", "Splits/skills"),
    ("agents", "agent", "Agents"),
    ("trunk-groups", "tkgrp", "Trunk groups"),
    ("trunks", "trunk", "Trunks"),
    ("work-codes", "cwc", "Call work codes"),
    ("vectors", "vector", "Vectors"),
    ("vdns", "vdn", "VDNs"),
];

/// What is only counted: agents in splits, one for each skill an agent has.
pub const MEMBERS: &str = "members";

/// Most days of intervals, days of days, weeks and months that can be kept.
pub const MOST: Retention =
    Retention { intrahour_days: 370, daily_days: 1_825, weekly_weeks: 520, monthly_months: 120 };

/// Most records that a table of events can be allowed.
pub const RECORDS_MOST: u64 = 100_000_000;

/// Records that a table of events keeps, unless the data storage allocation says otherwise.
pub const DEFAULT_RECORDS: [(&str, u64); 10] = [
    ("call_rec", 1_000_000),
    ("ag_actv", 500_000),
    ("haglog", 500_000),
    ("agex", 20_000),
    ("spex", 20_000),
    ("tgex", 20_000),
    ("vdnex", 20_000),
    ("vecex", 20_000),
    ("mctex", 20_000),
    ("linkex", 20_000),
];

/// How long the rows of an element are kept. Zero keeps none of that kind; without intervals nothing can be summed up, so
/// no intervals means none of the others either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Days of interval rows.
    pub intrahour_days: u32,
    /// Days of daily rows.
    pub daily_days: u32,
    /// Weeks of weekly rows.
    pub weekly_weeks: u32,
    /// Months of monthly rows.
    pub monthly_months: u32,
}

/// The allocation of one element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocation {
    /// Entities that are expected. More are kept all the same; they are counted and reported.
    pub items: u32,
    /// How long rows are kept.
    pub kept: Retention,
}

/// The allocation of one ACD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    /// By the word of [`ELEMENTS`].
    pub elements: BTreeMap<String, Allocation>,
    /// Members of splits that are expected.
    pub members: u32,
    /// Records of each table of events.
    pub records: BTreeMap<String, u64>,
}

impl Default for Storage {
    fn default() -> Self {
        let kept = Retention { intrahour_days: 62, daily_days: 400, weekly_weeks: 104, monthly_months: 60 };
        let items = [2_000, 10_000, 500, 8_000, 1_999, 2_000, 5_000];
        let element =
            |((word, ..), items): (&(&str, &str, &str), u32)| ((*word).to_owned(), Allocation { items, kept });
        Storage {
            elements: ELEMENTS.iter().zip(items).map(element).collect(),
            members: 100_000,
            records: DEFAULT_RECORDS.iter().map(|(table, records)| ((*table).to_owned(), *records)).collect(),
        }
    }
}

impl Retention {
    /// The first day whose rows of this kind are kept on the day `today`; `None` keeps all.
    pub(crate) fn first_day(&self, kind: Option<Level>, today: NaiveDate) -> Option<NaiveDate> {
        let days = |days: u32| today.checked_sub_days(Days::new(u64::from(days)));
        match kind {
            None if self.intrahour_days == 0 => today.succ_opt(),
            None => days(self.intrahour_days),
            Some(Level::Daily) if self.daily_days == 0 => today.succ_opt(),
            Some(Level::Daily) => days(self.daily_days),
            Some(Level::Weekly) => days(self.weekly_weeks * 7),
            Some(Level::Monthly) => today.checked_sub_months(Months::new(self.monthly_months)),
        }
    }

    /// Whether rows of a level are made. Days are, too, where only weeks or months of them are kept.
    pub fn makes(&self, level: Level) -> bool {
        let [daily, weekly, monthly] = [self.daily_days, self.weekly_weeks, self.monthly_months].map(|kept| kept > 0);
        self.intrahour_days > 0
            && match level {
                Level::Daily => daily || weekly || monthly,
                Level::Weekly => weekly,
                Level::Monthly => monthly,
            }
    }

    /// The longest of two, kind by kind.
    fn longest(self, other: Retention) -> Retention {
        Retention {
            intrahour_days: self.intrahour_days.max(other.intrahour_days),
            daily_days: self.daily_days.max(other.daily_days),
            weekly_weeks: self.weekly_weeks.max(other.weekly_weeks),
            monthly_months: self.monthly_months.max(other.monthly_months),
        }
    }
}

impl Storage {
    /// How long the rows of a table's element are kept; lengths of periods as long as the longest.
    pub fn kept(&self, table: &Table) -> Retention {
        let word = ELEMENTS.iter().find(|(_, element, _)| *element == table.element()).map(|(word, ..)| *word);
        match word.and_then(|word| self.elements.get(word)) {
            Some(allocation) => allocation.kept,
            None => self.longest(),
        }
    }

    /// The longest that any element is kept.
    pub(crate) fn longest(&self) -> Retention {
        let none = Retention { intrahour_days: 0, daily_days: 0, weekly_weeks: 0, monthly_months: 0 };
        self.elements.values().map(|allocation| allocation.kept).fold(none, Retention::longest)
    }

    /// Whether it is within what can be kept.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] with a sentence that names the element, the number and what it may be.
    pub fn check(&self) -> Result<()> {
        for (word, allocation) in &self.elements {
            let kept = allocation.kept;
            let limits = [
                ("days of intervals", kept.intrahour_days, MOST.intrahour_days),
                ("days of daily rows", kept.daily_days, MOST.daily_days),
                ("weeks of weekly rows", kept.weekly_weeks, MOST.weekly_weeks),
                ("months of monthly rows", kept.monthly_months, MOST.monthly_months),
            ];
            if let Some((what, wanted, most)) = limits.into_iter().find(|(_, wanted, most)| wanted > most) {
                return Err(StoreError::Invalid(format!("{word}: at most {most} {what} can be kept, not {wanted}")));
            }
        }
        match self.records.iter().find(|(_, records)| **records > RECORDS_MOST) {
            None => Ok(()),
            Some((table, records)) => {
                Err(StoreError::Invalid(format!("{table}: at most {RECORDS_MOST} records can be kept, not {records}")))
            }
        }
    }
}
