//! What a report is: its inputs, its blocks of columns, its calculations. Plain data, as files hold it.
//!
//! Nothing here is checked beyond its shape; [`check`](crate::check) does that. Fields that a file does
//! not know are refused when read, so that a newer report never silently loses a part.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    pub kind: Kind,
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
pub enum Kind {
    /// The running interval and the present state.
    RealTime,
    /// Closed intervals.
    Historical,
    /// Both.
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
    /// The date input from which intervals are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The date input up to which intervals are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
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

/// How a block is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Columns with headings.
    #[default]
    Table,
    /// For each row a list of fields: heading, value.
    Fields,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnDef {
    /// Stable name for sorting and exports: lower-case letters, digits and underscores.
    pub id: String,
    /// Heading as people read it.
    pub heading: String,
    /// What it shows: items, calculations and functions, as in `100 * ACCEPTABLE / CALLSOFFERED`.
    pub expression: String,
    /// How values are written.
    pub format: Format,
    /// Proposed width in characters; 0 leaves it to the screen.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub width: u32,
    /// When a value is worth a colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Threshold>,
    /// What the total row shows of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Total>,
}

/// How a value is written. Calculated values are rounded to what their format shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Format {
    /// Whole number.
    Count,
    /// Number with this many decimals.
    Decimal(u8),
    /// Seconds as `m:ss` or `h:mm:ss`.
    Duration,
    /// Percentage with this many decimals.
    Percent(u8),
    /// Text or a number that identifies, as it is.
    Text,
    /// The name of an entity, or its number where it has none.
    Name(model::Kind),
    /// A moment as time of day, `hh:mm:ss`.
    Clock,
    /// A date that the archive keeps as `YYYYMMDD`.
    Date,
    /// A time of day that the archive keeps as `HHMM`.
    TimeOfDay,
}

/// Two limits that colour a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// From here on the cell is worth a look.
    pub caution: f64,
    /// From here on it is worth acting on.
    pub warning: f64,
    /// Whether low values are the bad ones.
    #[serde(default, skip_serializing_if = "is_false")]
    pub low_is_bad: bool,
    /// What is compared instead of the cell's own value; where it is blank, the cell stays normal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

/// What the total row shows of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    /// The sum of the rows' values; refused for maxima and ratios.
    Sum,
    /// The largest of the rows' values; the longest of running times.
    Max,
    /// The expression once more, over the items of all rows put together.
    Ratio,
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

impl InputKind {
    /// The kind of entity that is chosen; `None` for numbers and dates.
    pub fn entity(self) -> Option<model::Kind> {
        match self {
            InputKind::Splits => Some(model::Kind::Split),
            InputKind::Agents => Some(model::Kind::Agent),
            InputKind::Vdns => Some(model::Kind::Vdn),
            InputKind::Vectors => Some(model::Kind::Vector),
            InputKind::TrunkGroups => Some(model::Kind::TrunkGroup),
            InputKind::Trunks => Some(model::Kind::Trunk),
            InputKind::WorkCodes => Some(model::Kind::WorkCode),
            InputKind::Number { .. } | InputKind::DateTime => None,
        }
    }
}

impl Definition {
    /// The input of this name.
    pub fn input(&self, name: &str) -> Option<&InputDef> {
        self.inputs.iter().find(|input| input.name == name)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
