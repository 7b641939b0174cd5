//! Worksheets: what is to be done now, how each step stands, and those of before.

use api::{StepState, Worksheet, WorksheetKind};
use model::{Calendar, Moment};
use report::Level;
use session::worksheets::{
    Act, TIME_FORMAT, advice, ending, of_another_version, recorded_title, sheet_title, step_title, steps_of,
};
use session::{Model, WorksheetsTold};

use crate::view::cells::{CellView, calendar};

/// A kind of worksheet as the page offers it: what it is for, and when one needs it.
pub const OFFERS: [(WorksheetKind, &str); 4] = [
    (
        WorksheetKind::PrimaryOutage,
        "The primary was down or cut off and is coming back. Can be begun while it is still away",
    ),
    (
        WorksheetKind::SecondaryOutage,
        "The secondary was down or cut off and is coming back. Can be begun while it is still away",
    ),
    (
        WorksheetKind::Collection,
        "Storage allocation, storage interval, master ACD: changed on one server after the other, so that one always collects",
    ),
    (
        WorksheetKind::Administration,
        "What was administered on the primary is put onto the secondary: users, permissions, Dictionary, reports, timetables",
    ),
];

/// The worksheet that goes on.
pub fn open(told: &WorksheetsTold) -> Option<&Worksheet> {
    told.sheets.iter().find(|sheet| sheet.end.is_none() && sheet.unreadable.is_none())
}

/// Those that the servers do not understand, each in a sentence with what to do.
pub fn unreadable(told: &WorksheetsTold) -> Vec<String> {
    let line = |sheet: &Worksheet| {
        sheet.unreadable.as_ref()?;
        Some(format!("Worksheet {}: {}", sheet.id, of_another_version(sheet)?))
    };
    told.sheets.iter().filter_map(line).collect()
}

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Now {
    /// Which step it is, counted from 0.
    pub step: usize,
    /// `Step 4 of 14`.
    pub place: String,
    /// What.
    pub title: String,
    /// Why, and what to know before.
    pub advice: &'static str,
    /// What became of it so far: what it waits for, why it failed.
    pub so_far: Option<(StepState, String)>,
    /// How it is done.
    pub act: Act,
}

/// What is to be done now; none once the worksheet is over.
pub fn now(sheet: &Worksheet) -> Option<Now> {
    let index = sheet.now()?;
    let step = steps_of(sheet)?.into_iter().nth(index)?;
    let known = &sheet.steps[index];
    Some(Now {
        step: index,
        place: format!("Step {} of {}", index + 1, sheet.steps.len()),
        title: step_title(sheet, &step),
        advice: advice(step.act),
        so_far: (!known.text.is_empty()).then(|| (known.state, known.text.clone())),
        act: step.act,
    })
}

fn text(at: Moment, calendar: Option<&Calendar>) -> String {
    calendar.map_or_else(|| at.to_string(), |calendar| calendar.local(at).format(TIME_FORMAT).to_string())
}

/// One step: number, state, what, when, who, what came of it.
pub fn steps(told: &WorksheetsTold, sheet: &Worksheet) -> Vec<[CellView; 6]> {
    let calendar = calendar(&told.zone);
    let now = sheet.now();
    let normal = |text: String| CellView { text, level: Level::Normal };
    let row = |(index, known): (usize, &api::WorksheetStep)| {
        let level = match known.state {
            StepState::Failed => Level::Warning,
            StepState::Waiting | StepState::Skipped => Level::Caution,
            StepState::ToDo | StepState::Done => Level::Normal,
        };
        let state = if now == Some(index) && known.state == StepState::ToDo {
            "now".to_owned()
        } else {
            known.state.to_string()
        };
        let times = known
            .times
            .iter()
            .map(|time| format!("ACD {} {} {}", time.acd, time.what, text(time.at, calendar.as_ref())));
        let came: Vec<String> = times.chain((!known.text.is_empty()).then(|| known.text.clone())).collect();
        [
            normal((index + 1).to_string()),
            CellView { text: state, level },
            normal(recorded_title(sheet, index)),
            normal(known.at.map_or_else(String::new, |at| text(at, calendar.as_ref()))),
            normal(known.by.clone()),
            normal(came.join("; ")),
        ]
    };
    sheet.steps.iter().enumerate().map(row).collect()
}

/// The worksheets that are over: name, what for, how it ended, when, by whom, about.
pub fn earlier(told: &WorksheetsTold) -> Vec<[CellView; 5]> {
    let calendar = calendar(&told.zone);
    let normal = |text: String| CellView { text, level: Level::Normal };
    let row = |sheet: &Worksheet| {
        let end = sheet.end.as_ref()?;
        let ending = ending(sheet)?;
        let level = if ending.whole { Level::Normal } else { Level::Caution };
        Some([
            normal(sheet_title(sheet.kind).to_owned()),
            CellView { text: ending.text, level },
            normal(text(end.at, calendar.as_ref())),
            normal(end.by.clone()),
            normal(sheet.about.clone()),
        ])
    };
    told.sheets.iter().filter_map(row).collect()
}

/// Both servers with their roles, as one line; a name that nobody has heard yet is left out.
pub fn servers(model: &Model, sheet: &Worksheet) -> String {
    let name = |known: &str, which: session::Which| match known {
        "" => model.servers[which].name().to_owned(),
        known => known.to_owned(),
    };
    let (primary, secondary) =
        (name(&sheet.primary, session::Which::Primary), name(&sheet.secondary, session::Which::Secondary));
    format!("{primary} is the primary, {secondary} the secondary")
}
