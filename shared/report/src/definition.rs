//! What a report is: its inputs, its blocks of columns, its calculations. Plain data, as files hold it.
//!
//! Nothing here is checked beyond its shape; [`check`](crate::check) does that. Fields that a file does
//! not know are refused when read, so that a newer report never silently loses a part.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::column::{ColumnDef, is_false, is_zero};
use crate::days::DayUnit;
use crate::sheet::Layout;

/// Input values as a person types them, by input name: `"splits" -> "1;3;5-9;Billing"`.
pub type Inputs = BTreeMap<String, String>;

/// One report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// What people call it, such as `Split/Skill Status`; 1 to 50 characters.
    pub name: String,
    /// Where it stands in the report tree, ending in the name: `Real-time/Split-Skill/Split-Skill Status`.
    pub path: String,
    /// Which rows it reads.
    pub kind: ReportKind,
    /// What it is for, in a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What it asks for before it runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputDef>,
    /// Proposed time between two refreshes, 1 to 600; 0 where the report does not refresh.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub refresh_secs: u32,
    /// What it shows, top to bottom.
    pub blocks: Vec<Block>,
    /// Calculations that its expressions may name, besides the standard ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calculations: Vec<Calculation>,
}

/// Which rows a report reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// The running interval and the present state.
    RealTime,
    /// Closed intervals and what is summed up from them, and records of what happened.
    Historical,
    /// What was collected from a chosen time of the past day up to now.
    Integrated,
}

/// One thing a report asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputDef {
    /// How files and the command line name it, such as `splits`.
    pub name: String,
    /// How people see it, such as `Splits/Skills`.
    pub label: String,
    /// What may be typed.
    pub kind: InputKind,
    /// Whether it must be given.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// What stands for an empty input. If this is empty too, all is meant.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub default: String,
    /// Whether lists, ranges and `all` are permitted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub many: bool,
}

/// What may be typed into an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum InputKind {
    /// Splits or skills by number or name.
    Splits,
    /// Agents by login ID or name.
    Agents,
    /// VDNs by number or name.
    Vdns,
    /// Vectors by number or name.
    Vectors,
    /// Trunk groups by number or name.
    TrunkGroups,
    /// Trunks by equipment location.
    Trunks,
    /// Call work codes by number or name.
    WorkCodes,
    /// A whole number; expressions may use it by the input's name.
    Number {
        /// Smallest permitted.
        min: i64,
        /// Largest permitted.
        max: i64,
    },
    /// A date with or without a time, in the ACD's local time; see [`When`](crate::When).
    DateTime,
    /// Days, each counted from today or as a date; lists and ranges such as `-7:0`; see [`Days`](crate::Days).
    Dates,
    /// Weeks, each counted from this week or given by any of its days.
    Weeks,
    /// Months, each counted from this month or given by any of its days.
    Months,
    /// Times of the day, applied to each day, such as `08:00-17:30`; see [`Times`](crate::Times).
    Times,
}

/// One table or field list of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Heading of the block.
    pub title: String,
    /// The catalogue table that its rows come from, such as `csplit`.
    pub table: String,
    /// Which inputs select which key items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filter: Vec<KeyFilter>,
    /// The date input from which rows are shown. In an integrated report a real-time block that has it shows what was
    /// collected since then, up to now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The date input up to which rows are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The input that chooses the days, weeks or months that are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<String>,
    /// The input that chooses the times of each day that are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<String>,
    /// A condition; rows for which it is 0 or blank are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
    /// How it is drawn.
    #[serde(default)]
    pub layout: Layout,
    /// Items that rows are put together by. Empty: one row for each row of the table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group_by: Vec<String>,
    /// What it shows of each row.
    pub columns: Vec<ColumnDef>,
    /// Order of the rows; that of the table's keys where it leaves rows equal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sort: Vec<SortKey>,
    /// Label of the total row, shown in its first column; no total row without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_row: Option<String>,
    /// Most rows shown, after sorting. Totals still cover all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// An input that selects rows by a key item. An input left empty selects all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFilter {
    /// The item, such as `SPLIT`.
    pub item: String,
    /// The input, such as `splits`.
    pub input: String,
}

/// One step of the row order. Blanks come last either way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SortKey {
    /// Id of the column.
    pub column: String,
    /// Largest first.
    #[serde(default, skip_serializing_if = "is_false")]
    pub descending: bool,
}

/// A named expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calculation {
    /// How expressions name it; upper-case letters, digits and underscores by custom.
    pub name: String,
    /// What it computes.
    pub expression: String,
    /// What it means.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub meaning: String,
}

impl ReportKind {
    /// Shortest and longest time between two refreshes, in seconds; `None` if reports of this kind do not refresh. An
    /// integrated report reads up to a day of history each time.
    pub fn refresh_secs(self) -> Option<(u32, u32)> {
        match self {
            ReportKind::RealTime => Some((1, 600)),
            ReportKind::Integrated => Some((10, 600)),
            ReportKind::Historical => None,
        }
    }
}

impl InputKind {
    /// The kind of entity that is chosen; `None` for numbers, dates and times.
    pub fn entity(self) -> Option<model::NameKind> {
        match self {
            InputKind::Splits => Some(model::NameKind::Split),
            InputKind::Agents => Some(model::NameKind::Agent),
            InputKind::Vdns => Some(model::NameKind::Vdn),
            InputKind::Vectors => Some(model::NameKind::Vector),
            InputKind::TrunkGroups => Some(model::NameKind::TrunkGroup),
            InputKind::Trunks => Some(model::NameKind::Trunk),
            InputKind::WorkCodes => Some(model::NameKind::WorkCode),
            InputKind::Number { .. } | InputKind::Times => None,
            InputKind::DateTime | InputKind::Dates | InputKind::Weeks | InputKind::Months => None,
        }
    }

    /// What the days of such an input stand for; `None` for all inputs that do not choose days.
    pub fn day_unit(self) -> Option<DayUnit> {
        match self {
            InputKind::Dates => Some(DayUnit::Day),
            InputKind::Weeks => Some(DayUnit::Week),
            InputKind::Months => Some(DayUnit::Month),
            _ => None,
        }
    }
}

impl Definition {
    /// The input of this name.
    pub fn input(&self, name: &str) -> Option<&InputDef> {
        self.inputs.iter().find(|input| input.name == name)
    }
}
