//! Archiving status: each level of each ACD, and the dates that are to be summed up again.

use api::{ArchiveStatus, LevelState, LevelStatus, Summarize};
use model::{AcdNumber, Level, Moment, period};
use report::Level as Urgency;
use session::{ChangeRequest, Model};

use super::{acd_calendar, acd_name, moment_text};
use crate::view::cells::CellView;

/// Levels that can be summed up, as the dialog names them.
pub const LEVELS: [(Level, &str); 3] = [(Level::Daily, "Days"), (Level::Weekly, "Weeks"), (Level::Monthly, "Months")];

/// One level of one ACD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelRow {
    /// The ACD.
    pub acd: AcdNumber,
    /// `None` for intervals, which are not summed up.
    pub level: Option<Level>,
    /// Its cells, in the order of the columns.
    pub cells: [CellView; 9],
    /// All of what the cells cannot hold: name, text.
    pub details: Vec<(&'static str, String)>,
    status: LevelStatus,
}

impl LevelRow {
    /// What makes it this row and no other.
    pub fn key(&self) -> (AcdNumber, Option<Level>) {
        (self.acd, self.level)
    }
}

/// All levels of all ACDs.
pub fn rows(model: &Model, known: &[ArchiveStatus]) -> Vec<LevelRow> {
    known.iter().flat_map(|acd| acd.levels.iter().map(|level| row(model, acd.acd, level))).collect()
}

/// Something to be kept in mind about all of it, such as how much is out of date; `None` if all is well.
pub fn advice(rows: &[LevelRow]) -> Option<String> {
    let out_of_date: usize = rows.iter().map(|row| row.status.out_of_date.len()).sum();
    match out_of_date {
        0 => None,
        1 => Some("One summary is out of date: reports that show it say so until it is summed up again".to_owned()),
        many => Some(format!(
            "{many} summaries are out of date: reports that show them say so until they are summed up again"
        )),
    }
}

fn row(model: &Model, acd: AcdNumber, status: &LevelStatus) -> LevelRow {
    let level = Level::ALL.into_iter().find(|level| level.word() == status.level);
    let calendar = acd_calendar(model, Some(acd));
    let moment = |at: Option<Moment>| at.map_or_else(String::new, |at| moment_text(at, calendar.as_ref()));
    let normal = |text: String| CellView { text, level: Urgency::Normal };
    let many = |periods: &[String], level| match periods.len() {
        0 => normal("–".to_owned()),
        many => CellView { text: many.to_string(), level },
    };
    let cells = [
        normal(acd_name(model, acd)),
        normal(level_name(level).to_owned()),
        normal(status.last.clone().unwrap_or_else(|| "nothing yet".to_owned())),
        normal(moment(status.done_at)),
        state(status),
        normal(status.next.clone().unwrap_or_default()),
        normal(moment(status.next_due)),
        many(&status.missing, Urgency::Caution),
        many(&status.out_of_date, Urgency::Caution),
    ];
    let mut details = Vec::new();
    let mut detail = |name, text: String| details.push((name, text));
    if !status.detail.is_empty() {
        detail(if status.status == LevelState::Failed { "Problem" } else { "Now" }, status.detail.clone());
    }
    if !status.missing.is_empty() {
        detail("Missing", format!("{}. They are due and are made next", status.missing.join(", ")));
    }
    if !status.out_of_date.is_empty() {
        detail("Out of date", status.out_of_date.join(", "));
    }
    LevelRow { acd, level, cells, details, status: status.clone() }
}

/// What a level is called.
pub fn level_name(level: Option<Level>) -> &'static str {
    match level {
        None => "Intervals",
        Some(level) => LEVELS.iter().find(|(known, _)| *known == level).map_or("", |(_, name)| name),
    }
}

fn state(status: &LevelStatus) -> CellView {
    let (text, level) = match status.status {
        LevelState::Failed => ("failed", Urgency::Warning),
        LevelState::Running => ("running…", Urgency::Normal),
        LevelState::Never => ("not yet", Urgency::Normal),
        LevelState::Off => ("not kept", Urgency::Normal),
        LevelState::Done => ("done", Urgency::Normal),
    };
    CellView { text: text.to_owned(), level }
}

/// Dates to sum up again, while they are typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The ACD; all of them if `None`.
    pub acd: Option<AcdNumber>,
    /// The ACDs to choose from, with their names.
    pub acds: Vec<(AcdNumber, String)>,
    /// The level.
    pub level: Level,
    /// First day, as typed.
    pub from: String,
    /// Last day, as typed.
    pub to: String,
}

impl Draft {
    /// Begins with what is out of date at the level of a row; else with the last that was summed up there.
    pub fn of(row: &LevelRow, all: &[LevelRow]) -> Draft {
        let mut acds: Vec<(AcdNumber, String)> = all.iter().map(|row| (row.acd, row.cells[0].text.clone())).collect();
        acds.dedup();
        let newest = row.status.last.as_slice();
        let periods = if row.status.out_of_date.is_empty() { newest } else { &row.status.out_of_date };
        let day = |period: Option<&String>| period.filter(|_| row.level.is_some()).map(|text| first_day(text));
        Draft {
            acd: Some(row.acd),
            acds,
            level: row.level.unwrap_or(Level::Daily),
            from: day(periods.first()).unwrap_or_default(),
            to: day(periods.last()).unwrap_or_default(),
        }
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let from = date(&self.from, "first")?;
        let to = date(&self.to, "last")?;
        if to < from {
            return Err(format!("The last day {to} is before the first day {from}"));
        }
        Ok(ChangeRequest::Summarize(Summarize { acd: self.acd, level: self.level, from, to }))
    }
}

/// First day of a period as the server writes it: a day, `FIRST to LAST` or `YYYY-MM`.
fn first_day(period: &str) -> String {
    let first = period.split(' ').next().unwrap_or(period);
    if first.len() == "2026-11".len() { format!("{first}-01") } else { first.to_owned() }
}

/// A date as it is typed, `2026-11-23`, in its one form.
fn date(text: &str, which: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("The {which} day is needed"));
    }
    let parts: Option<Vec<i64>> = text.split('-').map(|part| part.parse().ok()).collect();
    let found = match parts.as_deref() {
        Some(&[year @ 1970..=9999, month @ 1..=12, day @ 1..=31]) => period::date_of(year * 10_000 + month * 100 + day),
        _ => None,
    };
    found.map(|date| date.to_string()).ok_or_else(|| format!("{text:?} is no date; write it as 2026-11-23"))
}
