//! Tables as data: their name, their keys, and all their items in one indexable list.
//!
//! Daily, weekly and monthly tables are not written down: they follow from the interval table of the same element, so
//! an item can never be archived and forgotten in the summaries. The same holds for the real-time tables of the running
//! and the previous interval.

use std::sync::LazyLock;

use model::Level;

use crate::item::{Class, Item, Unit};
use crate::tables::busy_hour::{self, BusyHourLine};
use crate::tables::derived::{self, Derived};
use crate::tables::events::{self, EventLine};
use crate::tables::{Line, hagent, hcwc, hsplit, htkgrp, htrunk, hvdn, hvector, realtime};

/// What a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TableKind {
    /// The running interval and the present state; lives in memory.
    RealTime,
    /// The interval before the running one; lives in memory.
    Previous,
    /// One row per entity and archive interval.
    Interval,
    /// One row per entity and day.
    Daily,
    /// One row per entity and week.
    Weekly,
    /// One row per entity and month.
    Monthly,
    /// One record for each thing that happened.
    Event,
}

impl TableKind {
    /// The kinds that are summed up from the one before: daily rows from interval rows, weekly and monthly rows from
    /// daily ones.
    pub const SUMMARIES: [TableKind; 3] = [TableKind::Daily, TableKind::Weekly, TableKind::Monthly];

    /// The kind of rows that are sums over periods of this length.
    pub fn of(level: Level) -> TableKind {
        match level {
            Level::Daily => TableKind::Daily,
            Level::Weekly => TableKind::Weekly,
            Level::Monthly => TableKind::Monthly,
        }
    }

    /// How long the periods are that its rows are sums over; `None` for rows that are none.
    pub fn level(self) -> Option<Level> {
        Level::ALL.into_iter().find(|level| TableKind::of(*level) == self)
    }

    /// Whether its rows are sums over a whole period.
    pub fn is_summary(self) -> bool {
        TableKind::SUMMARIES.contains(&self)
    }

    /// Whether its rows are kept on disk.
    pub fn is_archived(self) -> bool {
        !matches!(self, TableKind::RealTime | TableKind::Previous)
    }
}

/// One table.
#[derive(Debug)]
pub struct Table {
    /// The field's name, such as `hsplit`.
    pub name: &'static str,
    /// What it holds, for people.
    pub title: &'static str,
    /// What kind of rows.
    pub kind: TableKind,
    /// The item that places a row in time: the start of its interval as a moment, of its day, week or month as
    /// ROW_DATE, or the moment of an event. `None` in memory, where all rows are of now.
    pub placed_by: Option<&'static str>,
    /// Keys or status items, then the numeric items.
    items: Vec<Item>,
    first_value: usize,
}

impl Table {
    /// All items: keys (archived tables) or status items (real-time tables) first, then the numeric items in the order
    /// of the row's values, then busy-hour items. Items of an event table are in the order of its records.
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

    /// The item by which rows are restricted to chosen entities: the key itself, and in records of calls and states
    /// the item that tells who it was in the end, such as DISPSPLIT for SPLIT. `None` if rows cannot be restricted so.
    pub fn item_for_key(&self, key: &str) -> Option<&Item> {
        let name = match (self.name, key) {
            ("call_rec", "SPLIT") => "DISPSPLIT",
            ("call_rec", "LOGID") => "ANSLOGIN",
            ("call_rec", "VDN") => "DISPVDN",
            ("call_rec", "VECTOR") => "DISPIVECTOR",
            ("call_rec", "CWC") => "LASTCWC",
            ("ag_actv", "CWC") => "WORKCODE",
            _ => key,
        };
        let tells = |item: &&Item| matches!(item.class, Class::Key | Class::Status | Class::Event);
        self.position(name).map(|position| &self.items[position]).filter(tells)
    }

    /// The item that tells when what a row tells of was over, in tables of what lasts: sessions and states. Such a row belongs to
    /// all the time from [`placed_by`](Table::placed_by) up to then; where it is blank, to all the time up to now.
    pub fn ends_by(&self) -> Option<&'static str> {
        match self.name {
            "haglog" => Some("LOGOUT"),
            "ag_actv" => Some("EVENT_TIME"),
            _ => None,
        }
    }

    /// How an item of this table is made from others of its row when rows are read; `None` if files store it.
    pub fn derived(&self, item: &Item) -> Option<Derived> {
        derived::derived(self.name, &item.name)
    }

    /// The items that files store, each with its position among all items.
    pub fn stored_items(&self) -> impl Iterator<Item = (usize, &Item)> {
        self.items.iter().enumerate().filter(|(_, item)| self.derived(item).is_none())
    }

    /// The numeric items, in the order of the row's values.
    pub fn values(&self) -> &[Item] {
        &self.items[self.first_value..]
    }

    /// What all tables of an element have in common, such as `split` of csplit, hsplit and dsplit; the whole name of an
    /// event table.
    pub fn element(&self) -> &'static str {
        match self.kind {
            TableKind::Event => self.name,
            _ => &self.name[1..],
        }
    }

    /// The table of the same element with another kind of rows.
    pub fn of_kind(&self, kind: TableKind) -> Option<&'static Table> {
        TABLES.iter().find(|table| table.kind == kind && table.element() == self.element())
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
    let mut tables: Vec<Table> = ELEMENTS.iter().map(interval).collect();
    for kind in TableKind::SUMMARIES {
        tables.extend(ELEMENTS.iter().map(|element| summary(element, kind)));
    }
    tables.extend(ELEMENTS.iter().map(|element| real_time(element, TableKind::RealTime)));
    tables.extend(ELEMENTS.iter().map(|element| real_time(element, TableKind::Previous)));
    tables.extend(SECONDS.map(|(name, title, kind, item)| seconds(name, title, kind, item)));
    tables.extend(EVENTS.iter().map(|&(name, title, placed_by, lines)| event(name, title, placed_by, lines)));
    tables
});

type KeyLine = (&'static str, Unit, &'static str);

/// What is measured, and the tables that tell of it.
struct Element {
    /// Names of its interval, daily, weekly, monthly, running and previous tables.
    names: [&'static str; 6],
    /// Titles in the same order.
    titles: [&'static str; 6],
    keys: &'static [KeyLine],
    lines: &'static [Line],
    status: &'static [realtime::StatusLine],
    busy_hour: &'static [BusyHourLine],
}

macro_rules! element {
    ($title:literal, $name:literal, [$($key:ident),*], $lines:expr, $status:expr, $busy_hour:expr) => {
        Element {
            names: [
                concat!("h", $name), concat!("d", $name), concat!("w", $name), concat!("m", $name), concat!("c", $name),
                concat!("p", $name),
            ],
            titles: [
                concat!($title, ", by interval"), concat!($title, ", by day"), concat!($title, ", by week"),
                concat!($title, ", by month"), concat!($title, ", now"), concat!($title, ", previous interval"),
            ],
            keys: &[$($key),*],
            lines: $lines,
            status: $status,
            busy_hour: $busy_hour,
        }
    };
}

const ELEMENTS: &[Element] = &[
    element!("Split/skill", "split", [SPLIT], hsplit::LINES, realtime::CSPLIT, &[]),
    element!("Agent and skill", "agent", [SPLIT, LOGID, EXTENSION], hagent::LINES, realtime::CAGENT, &[]),
    element!("VDN and vector", "vdn", [VDN, VECTOR], hvdn::LINES, realtime::CVDN, busy_hour::VDN),
    element!("Vector", "vector", [VECTOR], hvector::LINES, realtime::CVECTOR, &[]),
    element!("Trunk group", "tkgrp", [TKGRP], htkgrp::LINES, realtime::CTKGRP, busy_hour::TRUNK_GROUP),
    element!("Trunk", "trunk", [EQLOC, TKGRP], htrunk::LINES, realtime::CTRUNK, &[]),
    element!("Call work code", "cwc", [CWC], hcwc::LINES, realtime::CCWC, &[]),
];

/// Lengths of the periods, from which the tools that come from elsewhere compute occupancies.
const SECONDS: [(&str, &str, TableKind, &str); 3] = [
    ("d_secs", "Seconds in a day", TableKind::Daily, "SECSPERDAY"),
    ("w_secs", "Seconds in a week", TableKind::Weekly, "SECSPERWK"),
    ("m_secs", "Seconds in a month", TableKind::Monthly, "SECSPERMN"),
];

type EventTable = (&'static str, &'static str, &'static str, &'static [EventLine]);

const EVENTS: &[EventTable] = &[
    ("call_rec", "Call records", "SEGSTOP_UTC", events::call_rec::LINES),
    ("ag_actv", "Agent trace", "STARTTIME", events::ag_actv::LINES),
    ("haglog", "Logins and logouts", "LOGIN", events::haglog::LINES),
    ("agex", "Agent exceptions", "ROW_TIME_UTC", events::agex::LINES),
    ("spex", "Split/skill exceptions", "ROW_TIME_UTC", events::spex::LINES),
    ("tgex", "Trunk group exceptions", "ROW_TIME_UTC", events::tgex::LINES),
    ("vdnex", "VDN exceptions", "ROW_TIME_UTC", events::vdnex::LINES),
    ("vecex", "Vector exceptions", "ROW_TIME_UTC", events::vecex::LINES),
    ("mctex", "Malicious-call traces", "ROW_TIME_UTC", events::mctex::LINES),
    ("linkex", "Times without data", "ROW_TIME_UTC", events::linkex::LINES),
];

const ACD: KeyLine = ("ACD", Unit::Id, "Number of the ACD");
const INTERVAL_KEYS: [KeyLine; 5] = [
    ACD,
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

fn interval(element: &Element) -> Table {
    let keys = INTERVAL_KEYS.iter().chain(element.keys).map(key);
    table_of(element, TableKind::Interval, Some("STARTTIME_UTC"), keys, element.lines.iter().flat_map(Line::items))
}

/// What of an interval row is a yes or no is, over a longer time, how often; only changes stay a yes.
fn summary(element: &Element, kind: TableKind) -> Table {
    let row_date = (
        "ROW_DATE",
        Unit::Id,
        match kind {
            TableKind::Weekly => "First local date of the week, YYYYMMDD",
            TableKind::Monthly => "First local date of the month, YYYYMMDD",
            _ => "Local date of the day, YYYYMMDD",
        },
    );
    let keys = [ACD, row_date];
    let keys = keys.iter().chain(element.keys).map(key);
    let values = element.lines.iter().flat_map(Line::items).map(|item| match item.name.as_str() {
        "INCOMPLETE" => Item { unit: Unit::Count, meaning: "Number of intervals from which data are missing", ..item },
        _ => item,
    });
    let busy_hour = element.busy_hour.iter().filter(|_| kind == TableKind::Daily).map(|&(name, _, unit, meaning)| {
        Item { name: name.to_owned(), class: Class::BusyHour, unit, text: false, meaning }
    });
    table_of(element, kind, Some("ROW_DATE"), keys, values.chain(busy_hour))
}

fn real_time(element: &Element, kind: TableKind) -> Table {
    let identity = 1 + element.keys.len();
    let status = match kind {
        TableKind::Previous => &element.status[..identity.min(element.status.len())],
        _ => element.status,
    };
    let status = status.iter().map(|&(name, unit, meaning)| Item {
        name: name.to_owned(),
        class: Class::Status,
        unit,
        text: is_text(name),
        meaning,
    });
    table_of(element, kind, None, status, element.lines.iter().flat_map(Line::items))
}

fn table_of(
    element: &Element,
    kind: TableKind,
    placed_by: Option<&'static str>,
    keys: impl Iterator<Item = Item>,
    values: impl Iterator<Item = Item>,
) -> Table {
    let place = match kind {
        TableKind::Interval | TableKind::Event => 0,
        TableKind::Daily => 1,
        TableKind::Weekly => 2,
        TableKind::Monthly => 3,
        TableKind::RealTime => 4,
        TableKind::Previous => 5,
    };
    let mut items: Vec<Item> = keys.collect();
    let first_value = items.len();
    items.extend(values);
    Table { name: element.names[place], title: element.titles[place], kind, placed_by, items, first_value }
}

fn seconds(name: &'static str, title: &'static str, kind: TableKind, item: &'static str) -> Table {
    let keys = [ACD, ("ROW_DATE", Unit::Id, "First local date of the period, YYYYMMDD")];
    let mut items: Vec<Item> = keys.iter().map(key).collect();
    let first_value = items.len();
    let meaning = "Seconds of the collected intervals that are summed up: those that begin from the daily start to the daily stop, to the end of the last";
    items.push(Item { name: item.to_owned(), class: Class::Admin, unit: Unit::Secs, text: false, meaning });
    Table { name, title, kind, placed_by: Some("ROW_DATE"), items, first_value }
}

fn event(name: &'static str, title: &'static str, placed_by: &'static str, lines: &[EventLine]) -> Table {
    let items = lines.iter().map(|&(name, text, unit, meaning)| Item {
        name: name.to_owned(),
        class: Class::Event,
        unit,
        text,
        meaning,
    });
    let items = items.chain(further_skills(name)).collect();
    Table { name, title, kind: TableKind::Event, placed_by: Some(placed_by), items, first_value: 0 }
}

/// Items of the second and all further skills of a login session.
fn further_skills(table: &str) -> impl Iterator<Item = Item> {
    let series = if table == "haglog" { events::FURTHER_SKILLS } else { &[] };
    series.iter().flat_map(|&(stem, unit, meaning)| {
        let class = Class::Event;
        (2..=events::LOGON_SKILLS).map(move |number| {
            let name = format!("{stem}{number}");
            Item { name, class, unit, text: false, meaning }
        })
    })
}

fn key(&(name, unit, meaning): &KeyLine) -> Item {
    Item { name: name.to_owned(), class: Class::Key, unit, text: is_text(name), meaning }
}

/// Identifiers that are no plain numbers, and words.
fn is_text(name: &str) -> bool {
    const IDS: [&str; 6] = ["LOGID", "EXTENSION", "POSITION", "VDN", "EQLOC", "CWC"];
    const WORDS: [&str; 11] = [
        "WORKMODE",
        "AWORKMODE",
        "DIRECTION",
        "TKSTATE",
        "ROLE",
        "DESTINATION",
        "ORIGIN",
        "PREFERENCE",
        "SKSTATE",
        "PRIORITY",
        "QUETYPE",
    ];
    IDS.contains(&name) || WORDS.contains(&name)
}
