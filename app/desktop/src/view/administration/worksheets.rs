//! Worksheets: what is to be done now, how each step stands, and those of before.

use std::time::Instant;

use api::{RestorePlan, Role, StepState, Worksheet, WorksheetKind};
use model::{Calendar, Moment};
use report::Level;
use session::worksheets::{
    Act, Confirmation, StepKey, TIME_FORMAT, advice, ending, left_behind, of_another_version, recorded_title,
    sheet_title, step_title, steps_of,
};
use session::{Model, Which, WorksheetsTold};

use super::{PageKind, other_name, trouble};
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

/// The worksheets that are over, changed last first: the rows of [`earlier`].
pub fn over(told: &WorksheetsTold) -> Vec<&Worksheet> {
    told.sheets.iter().filter(|sheet| ending(sheet).is_some()).collect()
}

/// What a worksheet that is over came to: how it ended, whether that is as it should be, and what its comparison said.
pub fn came_to(sheet: &Worksheet) -> Option<(String, bool, Option<String>)> {
    let ending = ending(sheet)?;
    let compared = sheet.steps.iter().rfind(|step| StepKey::Compare.is_of(step) && !step.text.is_empty());
    let compared = compared.filter(|step| step.state == StepState::Done);
    Some((ending.text, ending.whole, compared.map(|step| step.text.clone())))
}

/// What of both servers is not as people work with it every day, each with what puts it right: what a worksheet that is given up
/// would leave, or one has left.
pub fn left(model: &Model) -> Vec<String> {
    let left = |which: Which| {
        let server = &model.servers[which];
        let health = server.health.as_ref()?;
        left_behind(server.name(), health.mode, &health.acds)
    };
    Which::BOTH.into_iter().filter_map(left).collect()
}

/// How a worksheet can be begun all the same while the server in use cannot be asked; nothing where it can, or neither is there.
pub fn from_the_other(model: &Model, now: Instant) -> Option<String> {
    let here = model.serving?;
    trouble(model, here, now)?;
    let other = other_name(model)?;
    let there = &model.servers[here.other()];
    if there.health.is_none() || trouble(model, here.other(), now).is_some() {
        return None;
    }
    Some(format!(
        "{other} answers: switch to it (Ctrl+Shift+S), and a worksheet can be begun and gone on with from there while {} is away",
        model.servers[here].name()
    ))
}

/// Whether a plan would change nothing, and nothing stands against it.
pub fn changes_nothing(plan: &RestorePlan) -> bool {
    plan.tables.iter().all(|line| line.added + line.replaced + line.removed == 0) && plan.obstacles.is_empty()
}

/// Where a person does what a step is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Where {
    /// On this page, which is of the server that the step is about.
    Page(PageKind),
    /// On this page of the other server, once the reports have moved there.
    Elsewhere {
        /// The page.
        kind: PageKind,
        /// That server.
        to: Which,
        /// Why it is not shown from here.
        why: String,
    },
}

/// The page on which a person does what is due now, if there is one. Pages are of the server in use: one of the other server
/// would have people make the change twice on the same one.
pub fn place_of(model: &Model, sheet: &Worksheet, now: &Now) -> Option<Where> {
    let kind = match now.act {
        Act::Confirm(Confirmation::Change) => PageKind::Storage,
        Act::Confirm(Confirmation::Passwords) => PageKind::Users,
        _ => return None,
    };
    let (serving, to) = (model.serving?, server_of(model, sheet, now.on));
    if serving == to {
        return Some(Where::Page(kind));
    }
    let (here, there) = (model.servers[serving].name(), model.servers[to].name());
    let why = format!(
        "The step is about {there}, and pages of administration are those of the server in use, {here}. Move to {there}, and the \
         worksheet goes on there"
    );
    Some(Where::Elsewhere { kind, to, why })
}

/// Which server a worksheet means by a role: by its name, else by the role that it tells; a profile may have them the other way round.
fn server_of(model: &Model, sheet: &Worksheet, role: Role) -> Which {
    let by_profile = match role {
        Role::Primary => Which::Primary,
        Role::Secondary => Which::Secondary,
    };
    let find = |is_meant: &dyn Fn(Which) -> bool| Which::BOTH.into_iter().find(|which| is_meant(*which));
    let name = sheet.server(role);
    find(&|which| !name.is_empty() && model.servers[which].name() == name)
        .or_else(|| find(&|which| model.servers[which].role() == Some(by_profile)))
        .unwrap_or(by_profile)
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
    /// On which server.
    pub on: Role,
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
        on: step.on,
        act: step.act,
    })
}

fn text(at: Moment, calendar: Option<&Calendar>) -> String {
    calendar.map_or_else(|| at.to_string(), |calendar| calendar.local_text(at, TIME_FORMAT))
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
    let name = |known: &str, which: Which| match known {
        "" => model.servers[which].name().to_owned(),
        known => known.to_owned(),
    };
    let (primary, secondary) = (name(&sheet.primary, Which::Primary), name(&sheet.secondary, Which::Secondary));
    format!("{primary} is the primary, {secondary} the secondary")
}
