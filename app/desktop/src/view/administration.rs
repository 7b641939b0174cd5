//! The frame of administration: its pages, whose page is shown and how old, and what stands in the way of a change.
//!
//! What a page itself shows is beside this, one file for each. Nothing is cached here: pages are small.

use std::time::Instant;

use model::{AcdNumber, Calendar, Moment};
use session::{ChangeRequest, ChangeState, ChangeView, Model, PageData, PageView, ShortcutChange, Which};

use super::cells::calendar;
use super::times::age_text;

pub mod archiving;
pub mod backup_draft;
pub mod backups;
pub mod changes;
pub mod checks;
pub mod collection;
pub mod dictionary;
pub mod error_log;
pub mod exceptions;
mod form;
pub mod global_edit;
pub mod heal;
pub mod history;
pub mod images;
pub mod job;
mod kind;
mod log_meanings;
mod meanwhile;
pub mod menu;
pub mod mode;
pub mod names_import;
mod outcome;
pub mod peer;
pub mod permissions;
pub mod profiles;
pub mod restore_draft;
mod secondary;
pub mod shortcuts;
pub mod skills;
pub mod storage;
pub mod sync;
pub mod table_words;
pub mod tables;
pub mod task_draft;
pub mod times;
pub mod timetables;
pub mod traces;
pub mod twin;
pub mod users;
pub mod worksheets;

pub use form::Form;
pub use kind::PageKind;
pub use meanwhile::{Meanwhile, meanwhile};
pub use outcome::outcome;
pub use secondary::on_a_secondary;

/// An ACD that no server has: what is asked about it concerns the server alone.
pub(crate) const NO_ACD: AcdNumber = AcdNumber(u8::MAX);

/// How much a line above a page wants to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// Good to know.
    Info,
    /// Something was done.
    Good,
    /// To be kept in mind.
    Caution,
    /// Something does not work.
    Problem,
}

/// A line above a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How much it wants to be seen.
    pub kind: LineKind,
    /// What it says.
    pub text: String,
    /// Whether it is the outcome of a change, which goes once it was read.
    pub is_outcome: bool,
}

/// What stands around every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameView {
    /// The page.
    pub title: &'static str,
    /// What it is for.
    pub about: String,
    /// Whose page it is; of what both servers told together, both.
    pub server: String,
    /// Its role.
    pub role: Which,
    /// Whether it is what both servers told together.
    pub of_both: bool,
    /// The ACD it is about, if it is about one.
    pub acd: Option<String>,
    /// How old it is.
    pub told: String,
    /// What is to be said before anybody changes anything.
    pub lines: Vec<Line>,
    /// Whether a change can be asked for, or why not.
    pub may: Result<(), String>,
    /// Why the page itself cannot be shown.
    pub closed: Option<String>,
    /// Whether what it shows may no longer hold.
    pub muted: bool,
}

/// A question before a change is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// What is asked.
    pub title: String,
    /// What it means.
    pub lines: Vec<String>,
    /// What the button says.
    pub button: String,
    /// Whether data go missing.
    pub dangerous: bool,
    /// The server.
    pub which: Which,
    /// The change.
    pub change: ChangeRequest,
}

/// The page as the serving server told it last.
pub fn page_view(model: &Model, kind: PageKind, acd: Option<AcdNumber>) -> Option<&PageView> {
    model.pages.get(&kind.page(acd)?)
}

/// What it told.
pub fn page_data(model: &Model, kind: PageKind, acd: Option<AcdNumber>) -> Option<&PageData> {
    page_view(model, kind, acd)?.data.as_deref()
}

/// What stands around a page; `None` before signing in.
pub fn frame_view(model: &Model, kind: PageKind, acd: Option<AcdNumber>, now: Instant) -> Option<FrameView> {
    let role = kind.told_by(model.serving?);
    let server = &model.servers[role];
    let closed = (kind.is_for_administrators() && !server.administrator)
        .then(|| format!("Only administrators of {} may see this page", server.name()))
        .or_else(|| refused(model, kind, acd, now));
    let of_both = kind == PageKind::Worksheets;
    let told_at = page_view(model, kind, acd).and_then(|page| page.told_at);
    let trouble = trouble(model, role, now);
    let is_stale = trouble.is_some() || page_view(model, kind, acd).is_some_and(|page| page.problem.is_some());
    Some(FrameView {
        title: kind.title(),
        about: about(model, kind),
        server: match (of_both, other_name(model)) {
            (true, Some(other)) => format!("{} and {other}", server.name()),
            _ => server.name().to_owned(),
        },
        role,
        of_both,
        acd: acd.filter(|_| kind.is_of_one_acd()).map(|acd| acd_name(model, acd)),
        told: told_text(model, kind, told_at, now),
        lines: lines(model, kind, acd, now),
        may: may(model, now),
        closed,
        muted: is_stale && told_at.is_some(),
    })
}

/// Why the server tells a user who is no administrator nothing of a page.
fn refused(model: &Model, kind: PageKind, acd: Option<AcdNumber>, now: Instant) -> Option<String> {
    let which = kind.told_by(model.serving?);
    let server = &model.servers[which];
    let page = page_view(model, kind, acd).filter(|page| page.data.is_none() && !server.administrator)?;
    // A server that does not answer is told of above the page.
    let problem = page.problem.as_ref().filter(|_| trouble(model, which, now).is_none())?;
    Some(format!("{}: {}", server.name(), problem.why))
}

fn told_text(model: &Model, kind: PageKind, told_at: Option<Instant>, now: Instant) -> String {
    let (verb, at) = match kind {
        PageKind::Checks => ("checked", model.checks.report.as_ref().map(|report| report.at)),
        PageKind::Twin => ("compared", model.twin.report.as_ref().map(|report| report.at)),
        PageKind::Worksheets => ("told", model.worksheets.told.as_ref().map(|told| told.at)),
        _ => ("told", told_at),
    };
    match at {
        Some(at) => format!("{verb} {} ago", age_text(now.saturating_duration_since(at))),
        None => format!("not {verb} yet"),
    }
}

fn about(model: &Model, kind: PageKind) -> String {
    match other_name(model).and_then(|other| kind.elsewhere(other)) {
        Some(elsewhere) => format!("{}. {elsewhere}", kind.about()),
        None => kind.about().to_owned(),
    }
}

/// A word or two as they begin a line.
pub(crate) fn line_start(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

/// A text that stands alone, beginning with a capital. Where it begins with a name or an address, which a capital would make
/// another one, it stays as it is.
pub(crate) fn sentence(text: &str) -> String {
    let first: &str = text.split([' ', ':', ',', ';']).next().unwrap_or_default();
    match first.chars().all(|letter| letter.is_ascii_lowercase()) {
        true => line_start(text),
        false => text.to_owned(),
    }
}

/// What a server refuses, as a sentence. Where it begins with the user ID of whoever reads it, it speaks to them.
pub(crate) fn refusal(model: &Model, text: &str) -> String {
    let user = model.profile.as_ref().map(|profile| profile.user.as_str()).filter(|user| !user.is_empty());
    let Some(rest) = user.and_then(|user| text.strip_prefix(user)) else { return sentence(text) };
    match rest.split(' ').nth(1) {
        _ if !rest.starts_with(' ') => sentence(text),
        Some("has") => format!("You have{}", &rest[" has".len()..]),
        Some("may") => format!("You{rest}"),
        _ => text.to_owned(),
    }
}

/// `ACD 1 Berlin`.
pub fn acd_name(model: &Model, acd: AcdNumber) -> String {
    let health = model.serving.and_then(|which| model.servers[which].health.as_ref());
    match health.and_then(|health| health.acds.iter().find(|known| known.acd == acd)) {
        Some(known) => format!("ACD {acd} {}", known.name),
        None => format!("ACD {acd}"),
    }
}

/// The other server's name, if the profile has one.
pub fn other_name(model: &Model) -> Option<&str> {
    let other = model.serving?.other();
    model.profile.as_ref()?.server(other)?;
    Some(model.servers[other].name())
}

/// Local time of an ACD, by which all times of a page are written; UTC without one.
pub fn acd_calendar(model: &Model, acd: Option<AcdNumber>) -> Option<Calendar> {
    let health = model.servers[model.serving?].health.as_ref()?;
    let known = health.acds.iter().find(|known| Some(known.acd) == acd).or(health.acds.first())?;
    calendar(&known.zone)
}

/// A moment with its date, `2026-11-23 10:42:07`, in local time; in UTC, and saying so, without a calendar.
pub fn moment_text(at: Moment, calendar: Option<&Calendar>) -> String {
    match calendar {
        Some(calendar) => calendar.local_text(at, "%Y-%m-%d %H:%M:%S"),
        None => at.to_string(),
    }
}

fn trouble(model: &Model, which: Which, now: Instant) -> Option<String> {
    Some(model.servers[which].trouble(&[NO_ACD], now)?.why)
}

/// Whether an administrator's change can be asked for, or why not.
pub fn may(model: &Model, now: Instant) -> Result<(), String> {
    may_ask(model, now)?;
    match model.serving.map(|which| &model.servers[which]).filter(|server| !server.administrator) {
        Some(server) => Err(format!("Only administrators of {} can change this", server.name())),
        None => Ok(()),
    }
}

/// Whether this change can be asked for: everybody may ask for what concerns timetables, the maintenance error log, their own
/// shortcuts and their own password, and the server knows who may.
pub fn may_make(model: &Model, change: &ChangeRequest, now: Instant) -> Result<(), String> {
    match change {
        ChangeRequest::AddTimetable(_)
        | ChangeRequest::ModifyTimetable(_)
        | ChangeRequest::DeleteTimetable { .. }
        | ChangeRequest::RunTimetable(_)
        | ChangeRequest::EditTimetables(_)
        | ChangeRequest::UndoTimetablesEdit(_)
        | ChangeRequest::Acknowledge(_)
        | ChangeRequest::Password { user: None, .. }
        | ChangeRequest::Shortcut(
            ShortcutChange::Add(_) | ShortcutChange::Modify(_) | ShortcutChange::Delete { owner: None, .. },
        ) => may_ask(model, now),
        _ => may(model, now),
    }
}

/// Whether any change can be asked for, or why not.
pub fn may_ask(model: &Model, now: Instant) -> Result<(), String> {
    match model.serving {
        Some(which) => may_ask_of(model, which, now),
        None => Err("Nobody is signed in".to_owned()),
    }
}

/// The same of this server.
pub fn may_ask_of(model: &Model, which: Which, now: Instant) -> Result<(), String> {
    if let Some(why) = trouble(model, which, now) {
        return Err(format!("Nothing can be changed: {why}"));
    }
    match &model.change {
        Some(ChangeView { state: ChangeState::Running, .. }) => Err("A change is under way".to_owned()),
        _ => Ok(()),
    }
}

fn lines(model: &Model, kind: PageKind, acd: Option<AcdNumber>, now: Instant) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = |kind, text| lines.push(Line { kind, text, is_outcome: false });
    let Some(which) = model.serving.map(|serving| kind.told_by(serving)) else { return lines };
    // Where nothing is to be seen there is nothing to be said of it but why, and that stands in its place.
    let is_closed = kind.is_for_administrators() && !model.servers[which].administrator;
    if is_closed || refused(model, kind, acd, now).is_some() {
        lines.extend(outcome(model).filter(|_| is_of_page(model, kind)));
        return lines;
    }
    let name = model.servers[which].name();
    match trouble(model, which, now) {
        Some(why) => line(LineKind::Problem, format!("{why}. Shown is what it told last; nothing can be changed")),
        None => {
            if let Some(problem) = page_view(model, kind, acd).and_then(|page| page.problem.as_ref()) {
                line(LineKind::Problem, format!("{name}: {}", problem.why));
            }
        }
    }
    if kind.changes_something() {
        if !model.servers[which].administrator {
            let text = format!("You may look at this page; only administrators of {name} can change what it shows");
            line(LineKind::Info, text);
        } else if which == Which::Secondary && kind == PageKind::HistoryInterface {
            line(LineKind::Caution, sending_from_the_secondary(model));
        } else if which == Which::Secondary && !kind.is_each_servers_own() {
            line(LineKind::Caution, on_the_secondary(model, now));
        }
    }
    lines.extend(outcome(model).filter(|_| is_of_page(model, kind)));
    lines
}

/// Whether the last change may have been made on this page: own shortcuts and the own password are changed beside the reports, where
/// what became of it was told.
fn is_of_page(model: &Model, kind: PageKind) -> bool {
    match model.change.as_ref().map(|change| &change.change) {
        Some(ChangeRequest::Shortcut(_)) => kind == PageKind::Shortcuts,
        Some(ChangeRequest::Password { user: None, .. }) => false,
        _ => true,
    }
}

fn sending_from_the_secondary(model: &Model) -> String {
    let [primary, here] = Which::BOTH.map(|which| model.servers[which].name());
    format!(
        "You are on {here}, the secondary, which usually does not send, so that nothing is sent twice. Turn it on here only while \
         {primary} does not send"
    )
}

fn on_the_secondary(model: &Model, now: Instant) -> String {
    let (here, primary) = (model.servers[Which::Secondary].name(), &model.servers[Which::Primary]);
    let is_up = primary.health.is_some() && primary.trouble(&[NO_ACD], now).is_none();
    match is_up {
        true => format!(
            "You are on {here}, the secondary, while the primary {} answers. Make the change there first; what is changed here \
             holds on {here} alone",
            primary.name()
        ),
        false => format!(
            "You are on {here}, the secondary. What is changed here holds on {here} alone: change it on {}, too, when it is back",
            primary.name()
        ),
    }
}
