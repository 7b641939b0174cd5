//! What is archived and summed up, how much of it is kept, and what it takes.

use std::fmt;

use model::{AcdNumber, Level, Moment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How archiving of one ACD stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ArchiveStatus {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Its clock, by which everything is due; absent before the first event.
    #[schema(value_type = Option<i64>)]
    pub acd_at: Option<Moment>,
    /// Intervals, days, weeks and months, in this order.
    pub levels: Vec<LevelStatus>,
    /// Intervals that have closed and wait to be archived; absent where the server does not tell.
    #[serde(default)]
    pub waiting: Option<u64>,
}

/// How archiving stands at one level, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LevelState {
    /// Nothing of this level is kept.
    Off,
    /// Nothing of this level was archived yet.
    Never,
    /// A period is being made.
    Running,
    /// What was due is made.
    Done,
    /// What was due could not be made.
    Failed,
}

impl fmt::Display for LevelState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            LevelState::Off => "off",
            LevelState::Never => "never",
            LevelState::Running => "running",
            LevelState::Done => "done",
            LevelState::Failed => "failed",
        })
    }
}

/// How archiving stands at one level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LevelStatus {
    /// `interval`, `daily`, `weekly` or `monthly`.
    pub level: String,
    /// The interval or period archived last; absent if none was.
    pub last: Option<String>,
    /// When it was archived, UNIX seconds of the server's clock.
    #[schema(value_type = Option<i64>)]
    pub done_at: Option<Moment>,
    /// How archiving of this level stands.
    pub status: LevelState,
    /// What is being done, or why it failed; empty otherwise.
    pub detail: String,
    /// The period that is due next.
    pub next: Option<String>,
    /// When it is due, UNIX seconds of the ACD's clock.
    #[schema(value_type = Option<i64>)]
    pub next_due: Option<Moment>,
    /// Periods that are due and not made yet.
    pub missing: Vec<String>,
    /// Periods that were made from other rows than there are now.
    pub out_of_date: Vec<String>,
}

/// Sums up chosen dates again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Summarize {
    /// The ACD; all of them if left out.
    #[serde(default)]
    #[schema(value_type = Option<u8>)]
    pub acd: Option<AcdNumber>,
    /// What is summed up: `daily`, `weekly` or `monthly`.
    #[schema(value_type = String)]
    pub level: Level,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, `YYYY-MM-DD`.
    pub to: String,
}

/// What became of one period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Summarized {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// The day, week or month, for people.
    pub period: String,
    /// Whether it was made again, with all its tables.
    pub made: bool,
    /// Rows in all its tables.
    pub rows: u64,
    /// Its digest; empty if nothing of it was made.
    pub digest: String,
    /// Why it was not made, which tables it lacks, or which stay as they were.
    pub text: String,
}

/// A day, week or month that is summed up, to compare two servers by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SummaryDigest {
    /// Its length: `daily`, `weekly` or `monthly`.
    #[schema(value_type = String)]
    pub level: Level,
    /// First day, `YYYY-MM-DD`.
    pub first: String,
    /// Last day, `YYYY-MM-DD`.
    pub last: String,
    /// Intervals or days that it was made from.
    pub parts: u32,
    /// Intervals in it that lack data.
    pub incomplete: u32,
    /// Rows in all its tables.
    pub rows: u64,
    /// SHA-256 over one line `TABLE DIGEST` for each of its tables, hexadecimal.
    pub digest: String,
    /// Whether what it was made from has changed since, until it is made again.
    pub out_of_date: bool,
    /// Whether what it was made from has changed since and it stays as it is: that was let go, so it cannot be made again.
    #[serde(default)]
    pub stays: bool,
    /// The same of each of its tables.
    pub tables: Vec<TableDigest>,
}

/// One table of a day, week or month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TableDigest {
    /// The field's name of the table.
    pub table: String,
    /// How many rows of it there are in that time.
    pub rows: u64,
    /// SHA-256 over its canonical rows, hexadecimal. Empty, with no rows, of records whose full table has let go of some of them.
    pub digest: String,
}

impl TableDigest {
    /// Whether it can be compared: of what a full table has let go nothing is known.
    pub fn is_told(&self) -> bool {
        !self.digest.is_empty()
    }
}

/// How much of one ACD's history is kept, and what it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StorageView {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Elements kept by days, weeks and months.
    pub elements: Vec<ElementStorage>,
    /// Agents in splits, one for each skill an agent has.
    pub members: ItemUse,
    /// Tables of events, limited by records.
    pub records: Vec<RecordStorage>,
    /// When it is summed up.
    pub summarizing: SummarizingView,
    /// What its files take on the disk.
    pub space: Space,
}

/// What is kept of an element, as sentences call it, in the order of its fields.
pub const KEPT: [&str; 4] =
    ["days of intervals", "days of daily rows", "weeks of weekly rows", "months of monthly rows"];

/// What less is kept of than now: `31 days of intervals where 62 are kept now`. Each amount is what it is of, how much is kept
/// now, and how much after.
pub fn less_is_kept<T: AsRef<str>>(amounts: impl IntoIterator<Item = (T, u64, u64)>) -> Vec<String> {
    let less = amounts.into_iter().filter(|(_, now, after)| after < now);
    less.map(|(what, now, after)| {
        let what = what.as_ref();
        let (unit, rest) = what.split_once(' ').unwrap_or((what, ""));
        let unit = if after == 1 { unit.strip_suffix('s').unwrap_or(unit) } else { unit };
        format!("{} where {now} are kept now", [&after.to_string(), unit, rest].join(" ").trim_end())
    })
    .collect()
}

/// One element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ElementStorage {
    /// The word in commands, such as `splits`.
    pub element: String,
    /// What people call the element.
    pub title: String,
    /// How many there are to be and are.
    pub items: ItemUse,
    /// Days of interval rows that are kept.
    pub intrahour_days: u32,
    /// Days of which daily rows are kept.
    pub daily_days: u32,
    /// Weeks of which weekly rows are kept.
    pub weekly_weeks: u32,
    /// Months of which monthly rows are kept.
    pub monthly_months: u32,
    /// Bytes that its tables take, indexes included.
    pub bytes: u64,
    /// Bytes they will take when they are as full as they may be, at the present size of a day; absent before there is one.
    pub full_bytes: Option<u64>,
    /// The day before which interval rows were let go although the present allocation keeps them, `YYYY-MM-DD`: it was smaller
    /// once. Absent if none were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_before: Option<String>,
}

/// How many entities are expected, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ItemUse {
    /// How many are expected by the data storage allocation.
    pub allocated: u32,
    /// Most that there were in one interval since that number was set.
    pub most: u32,
    /// Start of that interval, UNIX seconds; absent if there was none.
    #[schema(value_type = Option<i64>)]
    pub most_at: Option<Moment>,
    /// How many there were in the newest archived interval.
    pub last: u32,
    /// How many more than allocated there were at most. They are kept all the same.
    pub beyond: u32,
}

/// One table of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordStorage {
    /// The field's name of the table.
    pub table: String,
    /// Records that are kept; a tenth more before the oldest go.
    pub records: u64,
    /// Records that there are now.
    pub stored: u64,
    /// Bytes that the table takes, indexes included.
    pub bytes: u64,
}

/// When an ACD's history is summed up; times as `HH:MM`, days by their English names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SummarizingView {
    /// Length of the storage interval.
    pub interval_minutes: u8,
    /// An interval that starts before is left out of its day.
    pub daily_start: String,
    /// An interval that starts later is left out of its day.
    pub daily_stop: String,
    /// First day of the week.
    pub week_start: String,
    /// Last day of the week.
    pub week_stop: String,
    /// When summing up begins, by the ACD's clock.
    pub summarize_at: String,
    /// Whether what is out of date is made again without anybody asking.
    pub rerun: bool,
}

/// What an ACD's history takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Space {
    /// Bytes by table, the largest first.
    pub tables: Vec<TableBytes>,
    /// Day on which they were measured, `YYYY-MM-DD`; absent if just now.
    pub measured_on: Option<String>,
    /// Bytes of the ACD's database files.
    pub file_bytes: u64,
    /// Bytes in them that are free for new rows.
    pub reusable_bytes: u64,
    /// Bytes free on the disk.
    pub free_bytes: u64,
    /// Bytes that the files grow by in a day at present; absent if that is not known yet.
    pub growth_bytes: Option<u64>,
    /// Days until the disk is full at that growth; absent if it does not grow.
    pub days_left: Option<u64>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TableBytes {
    /// Name of the table in the file.
    pub table: String,
    /// Bytes that it takes, indexes included.
    pub bytes: u64,
}

/// Changes the allocation of one element or table of events; what is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetStorage {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// An element such as `splits`, `members`, or a table of events such as `call_rec`.
    pub element: String,
    /// How many entities are expected.
    #[serde(default)]
    pub items: Option<u32>,
    /// Days of which interval rows are kept.
    #[serde(default)]
    pub intrahour_days: Option<u32>,
    /// Days of which daily rows are kept.
    #[serde(default)]
    pub daily_days: Option<u32>,
    /// Weeks of which weekly rows are kept.
    #[serde(default)]
    pub weekly_weeks: Option<u32>,
    /// Months of which monthly rows are kept.
    #[serde(default)]
    pub monthly_months: Option<u32>,
    /// Records of a table of events.
    #[serde(default)]
    pub records: Option<u64>,
}

/// Changes when an ACD's history is summed up; what is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSummarizing {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Intervals that start before it are left out of their day, `HH:MM`.
    #[serde(default)]
    pub daily_start: Option<String>,
    /// Intervals that start later are left out of their day, `HH:MM`.
    #[serde(default)]
    pub daily_stop: Option<String>,
    /// First day of the week, by its English name.
    #[serde(default)]
    pub week_start: Option<String>,
    /// Last day of the week, by its English name.
    #[serde(default)]
    pub week_stop: Option<String>,
    /// When summing up begins by the ACD's clock, `HH:MM`.
    #[serde(default)]
    pub summarize_at: Option<String>,
    /// Whether what is out of date is made again without anybody asking.
    #[serde(default)]
    pub rerun: Option<bool>,
}
