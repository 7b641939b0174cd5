//! What one pane shows around its tables: title, inputs, age, and whether it is live.

use std::time::Instant;

use model::words::and_more;
use model::{Moment, NameKind};
use report::{Definition, InputDef, Sheet};
use session::{Freshness, Model, Refresh, ReportKey, ReportRequest, ReportView};

use super::cells::passes_warning;
use super::prefs::PanePrefs;
use super::times::{acd_minute, age_text, stale_since};

/// So many of the chosen are named in a title.
const NAMED: usize = 4;

/// Whether a pane is live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// Nothing has come yet.
    Loading,
    /// Up to date.
    Live,
    /// Run once; complete.
    Once,
    /// Nothing has come yet, and it is not on its way; the text says why.
    Waiting(String),
    /// Not live; the text says since when and why.
    Stale(String),
    /// Refused; the text says why.
    Failed(String),
}

/// A pane's frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaneView {
    /// Name of the report.
    pub title: String,
    /// Its inputs in a line.
    pub inputs: String,
    /// Names of what was chosen, which tell reports of one kind apart: `Sales, Billing`; empty if nothing was.
    pub chosen: String,
    /// What the line of inputs has besides.
    pub rest: String,
    /// Age of its data.
    pub age: Option<String>,
    /// When it was run, by the ACD's clock.
    pub as_of: Option<String>,
    /// Whether it is live.
    pub feed: Feed,
    /// Whether the running interval lacks data.
    pub incomplete: bool,
    /// The ACD's clock as it is to be shown; it stands still while the pane is not live.
    pub at: Option<Moment>,
}

/// The definition of a report, as far as this client knows it.
pub fn definition<'a>(model: &'a Model, path: &str) -> Option<&'a Definition> {
    model.definitions.get(path).or_else(|| report::find_built_in(path))
}

/// What the pane of a report shows around its tables.
pub fn pane_view(model: &Model, key: ReportKey, request: &ReportRequest, now: Instant) -> PaneView {
    let view = model.reports.get(&key);
    let feed = match model.freshness(key, now) {
        Freshness::Loading => Feed::Loading,
        Freshness::Live => Feed::Live,
        Freshness::Once => Feed::Once,
        Freshness::Failed(why) => Feed::Failed(why),
        Freshness::Stale { why, .. } if view.is_none_or(|view| view.sheet.is_none()) => Feed::Waiting(why),
        Freshness::Stale { since, why } => {
            let since = view.and_then(|view| stale_since(view, since, now));
            Feed::Stale(match since {
                Some(since) => format!("Stale since {since} — {why}"),
                None => format!("Stale — {why}"),
            })
        }
    };
    let Line { labelled, chosen, rest } = Line::of(model, request, period(model, request, view));
    PaneView {
        title: title(model, key, request),
        inputs: joined([&labelled, &rest]),
        chosen,
        rest,
        age: model.age(key, now).map(age_text),
        as_of: view.and_then(|view| view.stamp.as_ref()).map(|stamp| acd_minute(stamp.acd_at, &stamp.zone)),
        // It says so of the running interval, which history has nothing of.
        incomplete: request.refresh != Refresh::Once
            && view.and_then(|view| view.stamp.as_ref()).is_some_and(|stamp| stamp.incomplete),
        at: model.acd_clock(key, now).or_else(|| view.and_then(|view| view.sheet.as_ref()).map(|sheet| sheet.at)),
        feed,
    }
}

/// What a tab wants to be seen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabMark {
    /// Nothing.
    Plain,
    /// What lies behind it is not live.
    NotLive,
    /// A row has passed a limit that is a warning.
    Warning,
}

/// What the tab of a pane says: of one that lies behind others nothing else is in sight.
pub fn tab_title(
    view: PaneView,
    sheet: Option<&Sheet>,
    prefs: &PanePrefs,
    held: &[(usize, String)],
) -> (String, TabMark) {
    let now = |sheet: &Sheet| view.at.unwrap_or(sheet.at).max(sheet.at);
    match (&view.feed, sheet) {
        (Feed::Stale(_), _) => (format!("{} · stale", view.title), TabMark::NotLive),
        (Feed::Failed(_) | Feed::Waiting(_), _) => (format!("{} · not shown", view.title), TabMark::NotLive),
        (Feed::Live | Feed::Once, Some(sheet)) if passes_warning(sheet, prefs, now(sheet), held) => {
            (format!("{} · warning", view.title), TabMark::Warning)
        }
        _ => (view.title, TabMark::Plain),
    }
}

/// Last part of a report's path.
pub fn name_of(path: &str) -> &str {
    definition_name(path).unwrap_or(path)
}

fn definition_name(path: &str) -> Option<&str> {
    // `Real-time/Split-Skill/Split/Skill Report` is cut after the second slash: names may hold slashes.
    path.splitn(3, '/').nth(2)
}

fn title(model: &Model, key: ReportKey, request: &ReportRequest) -> String {
    match model.reports.get(&key).and_then(|view| view.sheet.as_ref()) {
        Some(sheet) => sheet.title.clone(),
        None => report_name(model, request),
    }
}

/// Which time a report of one table shows, as the server has worked it out of what was typed. Of several tables each has it in
/// its own heading.
fn period<'a>(model: &Model, request: &ReportRequest, view: Option<&'a ReportView>) -> Option<&'a str> {
    let [block] = &view?.sheet.as_ref()?.blocks[..] else { return None };
    let defined = definition(model, &request.path)?.blocks.first()?;
    let period = block.title.strip_prefix(&defined.title)?.trim_start_matches(':').trim();
    (!period.is_empty()).then_some(period)
}

/// The name of the report that is wanted.
pub fn report_name(model: &Model, request: &ReportRequest) -> String {
    match definition(model, &request.path) {
        Some(definition) => definition.name.clone(),
        None => name_of(&request.path).to_owned(),
    }
}

/// The parts of a report's inputs as one line.
struct Line {
    /// What was chosen of what has a name, each with what it is.
    labelled: String,
    /// The same without that.
    chosen: String,
    /// Which time, further inputs, the ACD, and how often.
    rest: String,
}

impl Line {
    fn of(model: &Model, request: &ReportRequest, period: Option<&str>) -> Line {
        let (mut labelled, mut chosen) = (Vec::new(), Vec::new());
        let mut rest: Vec<String> = period.map(str::to_owned).into_iter().collect();
        let definition = definition(model, &request.path);
        for (name, text) in &request.inputs {
            let input = definition.and_then(|definition| definition.input(name));
            let label = input.map_or(name.as_str(), |input| &input.label);
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let names = named(model, request, input, text);
            let line = format!("{label}: {names}");
            match input.and_then(|input| input.kind.entity()) {
                Some(_) => {
                    labelled.push(line);
                    chosen.push(names);
                }
                None => rest.push(line),
            }
        }
        rest.push(format!("ACD {}", request.acd));
        if request.refresh != Refresh::Once {
            rest.push(request.refresh.to_string());
        }
        Line { labelled: labelled.join(" · "), chosen: chosen.join(" · "), rest: rest.join(" · ") }
    }
}

/// Parts of a line, without those that say nothing.
pub fn joined<'a>(parts: impl IntoIterator<Item = &'a String>) -> String {
    let parts: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

/// A report's inputs as one line: `Splits/Skills: Sales, Billing, 5-9 · ACD 1 · every 5 s`.
pub fn inputs_line(model: &Model, request: &ReportRequest) -> String {
    let Line { labelled, rest, .. } = Line::of(model, request, None);
    joined([&labelled, &rest])
}

/// A list as typed, with names for the numbers that have one.
fn named(model: &Model, request: &ReportRequest, input: Option<&InputDef>, text: &str) -> String {
    let kind = input.and_then(|input| input.kind.entity());
    let names: Vec<String> = text
        .split([';', ','])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| kind.and_then(|kind| name(model, request, kind, part)).unwrap_or(part).to_owned())
        .collect();
    and_more(&names, NAMED)
}

fn name<'a>(model: &'a Model, request: &ReportRequest, kind: NameKind, number: &str) -> Option<&'a str> {
    model.dictionaries.get(&request.acd)?.name(kind, number)
}
