//! What a block shows of each row: plain data, as files hold it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::cell::Level;

/// Most columns of a block.
pub(crate) const COLUMNS_MAX: usize = 200;

/// One column, or a series of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnDef {
    /// Stable name for sorting and exports: lower-case letters, digits and underscores.
    pub id: String,
    /// Heading as people read it.
    pub heading: String,
    /// What makes the heading once the rows are known, over all of them put together; `heading` stands where it is blank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading_of: Option<String>,
    /// What it shows: items, calculations and functions, as in `100 * ACCEPTABLE / CALLSOFFERED`.
    pub expression: String,
    /// One column for each of these numbers. `{n}` stands for the number in the column's texts, `{n-1}` for the one
    /// before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<Each>,
    /// Whether the column is left out where no row has anything but blanks and zeros in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub where_used: bool,
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

/// The numbers of a series of columns, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Each {
    /// The first number.
    pub from: u16,
    /// The last number.
    pub to: u16,
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
    Name(model::NameKind),
    /// A moment as time of day, `hh:mm:ss`.
    Clock,
    /// A date that the archive keeps as `YYYYMMDD`, or the date of a moment.
    Date,
    /// The month of such a date, `YYYY-MM`.
    Month,
    /// A time of day that the archive keeps as `HHMM`. Of an interval's start in the hour that comes twice in autumn it is a text
    /// that tells both apart, `02:00 UTC+2`.
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

impl Threshold {
    /// The limits alone, whatever is compared with them.
    pub fn limits(&self) -> Limits {
        Limits { caution: self.caution, warning: self.warning, low_is_bad: self.low_is_bad }
    }
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

impl ColumnDef {
    /// Its id; of a series those of all its columns.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        self.expanded().into_iter().map(|column| column.id.clone())
    }

    /// The columns that this definition stands for; of a series that is longer than permitted, its beginning.
    pub(crate) fn expanded(&self) -> Vec<Cow<'_, ColumnDef>> {
        let Some(each) = self.each else { return vec![Cow::Borrowed(self)] };
        (each.from..=each.to).take(COLUMNS_MAX + 1).map(|number| Cow::Owned(self.numbered(number))).collect()
    }

    fn numbered(&self, number: u16) -> ColumnDef {
        let (here, before) = (number.to_string(), i32::from(number) - 1);
        let put = |text: &String| text.replace("{n}", &here).replace("{n-1}", &before.to_string());
        let threshold = self.threshold.clone();
        ColumnDef {
            id: put(&self.id),
            heading: put(&self.heading),
            heading_of: self.heading_of.as_ref().map(put),
            expression: put(&self.expression),
            each: None,
            threshold: threshold.map(|limits| Threshold { of: limits.of.as_ref().map(put), ..limits }),
            ..self.clone()
        }
    }
}

/// From where on values of a column are worth a look, and worth acting on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Worth a look from here on, in the unit of the column (seconds for durations).
    pub caution: f64,
    /// Worth acting on from here on.
    pub warning: f64,
    /// Whether low values are the bad ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub low_is_bad: bool,
}

impl Limits {
    /// Level of a value, in the unit of the column.
    pub fn level(&self, value: f64) -> Level {
        let reached = |limit: f64| if self.low_is_bad { value <= limit } else { value >= limit };
        match () {
            () if reached(self.warning) => Level::Warning,
            () if reached(self.caution) => Level::Caution,
            () => Level::Normal,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
pub(crate) fn is_false(flag: &bool) -> bool {
    !flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
pub(crate) fn is_zero(number: &u32) -> bool {
    *number == 0
}
