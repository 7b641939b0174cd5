//! Tables as data: their name, their keys, and all their items in one indexable list.

use std::sync::LazyLock;

use crate::item::{Class, Item, Unit};
use crate::tables::{Line, hagent, hcwc, hsplit, htkgrp, htrunk, hvdn, hvector, realtime};

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The running interval and the present state; lives in memory.
    RealTime,
    /// One row per entity and archive interval.
    Interval,
}

/// One table.
#[derive(Debug)]
pub struct Table {
    /// The field's name, such as `hsplit`.
    pub name: &'static str,
    /// What it holds, for people.
    pub title: &'static str,
    /// What kind of rows.
    pub kind: Kind,
    /// Keys or status items, then the numeric items.
    items: Vec<Item>,
    first_value: usize,
}

impl Table {
    /// All items: keys (interval tables) or status items (real-time tables) first, then the numeric
    /// items in the order of the row's values.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Position of the item that holds the first of the row's values.
    pub fn first_value(&self) -> usize {
        self.first_value
    }

    /// Position of an item by its name, without regard to case.
    pub fn position(&self, item: &str) -> Option<usize> {
        self.items.iter().position(|known| known.name.eq_ignore_ascii_case(item))
    }

    /// The numeric items, in the order of the row's values.
    pub fn values(&self) -> &[Item] {
        &self.items[self.first_value..]
    }
}

/// Every table of the catalogue.
pub fn all_tables() -> &'static [Table] {
    &TABLES
}

/// A table by its name, without regard to case.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name.eq_ignore_ascii_case(name))
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    vec![
        interval("hsplit", "Split/skill, by interval", &[SPLIT], hsplit::LINES),
        interval("hagent", "Agent and skill, by interval", &[SPLIT, LOGID, EXTENSION], hagent::LINES),
        interval("hvdn", "VDN and vector, by interval", &[VDN, VECTOR], hvdn::LINES),
        interval("hvector", "Vector, by interval", &[VECTOR], hvector::LINES),
        interval("htkgrp", "Trunk group, by interval", &[TKGRP], htkgrp::LINES),
        interval("htrunk", "Trunk, by interval", &[EQLOC, TKGRP], htrunk::LINES),
        interval("hcwc", "Call work code, by interval", &[CWC], hcwc::LINES),
        real_time("csplit", "Split/skill, now", realtime::CSPLIT, hsplit::LINES),
        real_time("cagent", "Agent and skill, now", realtime::CAGENT, hagent::LINES),
        real_time("cvdn", "VDN, now", realtime::CVDN, hvdn::LINES),
        real_time("cvector", "Vector, now", realtime::CVECTOR, hvector::LINES),
        real_time("ctkgrp", "Trunk group, now", realtime::CTKGRP, htkgrp::LINES),
        real_time("ctrunk", "Trunk, now", realtime::CTRUNK, htrunk::LINES),
    ]
});

type KeyLine = (&'static str, Unit, &'static str);

const INTERVAL_KEYS: [KeyLine; 5] = [
    ("ACD", Unit::Id, "Number of the ACD"),
    ("ROW_DATE", Unit::Id, "Local date of the interval's start, YYYYMMDD"),
    ("STARTTIME", Unit::Id, "Local time of the interval's start, HHMM as a number"),
    (
        "STARTTIME_UTC",
        Unit::Moment,
        "The interval's start in UNIX seconds; tells the two halves of a repeated hour apart",
    ),
    ("INTRVL", Unit::Minutes, "Length of the interval in minutes"),
];
const SPLIT: KeyLine = ("SPLIT", Unit::Id, "Number of the split or skill");
const LOGID: KeyLine = ("LOGID", Unit::Id, "The agent's login ID");
const EXTENSION: KeyLine = ("EXTENSION", Unit::Id, "Extension the agent was logged in at");
const VDN: KeyLine = ("VDN", Unit::Id, "Number of the VDN");
const VECTOR: KeyLine = ("VECTOR", Unit::Id, "Number of the vector");
const TKGRP: KeyLine = ("TKGRP", Unit::Id, "Number of the trunk group");
const EQLOC: KeyLine = ("EQLOC", Unit::Id, "Equipment location of the trunk");
const CWC: KeyLine = ("CWC", Unit::Id, "The call work code");

fn interval(name: &'static str, title: &'static str, entity: &[KeyLine], lines: &[Line]) -> Table {
    let keys = INTERVAL_KEYS.iter().chain(entity);
    let mut items: Vec<Item> =
        keys.map(|&(name, unit, meaning)| Item { name: name.to_owned(), class: Class::Key, unit, meaning }).collect();
    let first_value = items.len();
    items.extend(lines.iter().flat_map(Line::items));
    Table { name, title, kind: Kind::Interval, items, first_value }
}

fn real_time(name: &'static str, title: &'static str, status: &[realtime::StatusLine], lines: &[Line]) -> Table {
    let mut items: Vec<Item> = status
        .iter()
        .map(|&(name, unit, meaning)| Item { name: name.to_owned(), class: Class::Status, unit, meaning })
        .collect();
    let first_value = items.len();
    items.extend(lines.iter().flat_map(Line::items));
    Table { name, title, kind: Kind::RealTime, items, first_value }
}
