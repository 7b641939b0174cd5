//! The daily checks of the profile's servers: how each came out, what was found and what to do.

use report::Level;
use session::checks::{Check, Light, Subject};
use session::{ChecksReport, Model, Which};

use super::{LineKind, PageKind, line_start, sentence};
use crate::view::cells::CellView;

/// The outcome in a sentence, and how much it wants to be seen.
pub fn outcome(report: &ChecksReport) -> (LineKind, String) {
    let names: Vec<&str> = report.servers.iter().map(|server| server.server.as_str()).collect();
    let names = names.join(" and ");
    match report.counts() {
        (made, 0) => (LineKind::Good, format!("{names}: all {made} checks are good")),
        (made, 1) => (worst(report), format!("{names}: one of {made} checks is not good")),
        (made, count) => (worst(report), format!("{names}: {count} of {made} checks are not good")),
    }
}

fn worst(report: &ChecksReport) -> LineKind {
    let lights = report.servers.iter().flat_map(|server| &server.checks).map(|check| check.light);
    if lights.max() == Some(Light::Red) { LineKind::Problem } else { LineKind::Caution }
}

/// The other server, where one is not signed in there and could be: unasked for, nobody is asked for a password.
pub fn not_signed_in(model: &Model) -> Option<(Which, &str)> {
    let which = model.serving?.other();
    model.profile.as_ref()?.server(which)?;
    let server = &model.servers[which];
    let is_there = server.health.is_some() && server.problem.is_none();
    (is_there && !server.signed_in && !server.signing_in).then(|| (which, server.name()))
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRow {
    /// Its cells: state, server, check, ACD, what was found.
    pub cells: [CellView; 5],
    /// Name of the server.
    pub server: String,
    /// All of it.
    pub check: Check,
}

/// The checks, what is not good first; or that alone.
pub fn rows(report: &ChecksReport, only_not_good: bool) -> Vec<CheckRow> {
    let of = |server: &session::checks::ServerChecks| {
        let name = server.server.clone();
        server.checks.iter().map(move |check| row(&name, check)).collect::<Vec<_>>()
    };
    let mut rows: Vec<CheckRow> = report.servers.iter().flat_map(of).collect();
    rows.retain(|row| !only_not_good || row.check.light != Light::Green);
    // Stable: within a state the servers and subjects keep their order.
    rows.sort_by_key(|row| std::cmp::Reverse(row.check.light));
    rows
}

fn row(server: &str, check: &Check) -> CheckRow {
    let level = match check.light {
        Light::Green => Level::Normal,
        Light::Yellow | Light::Unlit => Level::Caution,
        Light::Red => Level::Warning,
    };
    let normal = |text: String| CellView { text, level: Level::Normal };
    let cells = [
        CellView { text: state(check.light).to_owned(), level },
        normal(server.to_owned()),
        normal(line_start(&check.subject.to_string())),
        normal(check.acd.map_or_else(String::new, |acd| acd.to_string())),
        normal(told(check, &check.found)),
    ];
    CheckRow { cells, server: server.to_owned(), check: check.clone() }
}

/// What was found, as it stands alone. Of timetables it begins with one's name.
fn told(check: &Check, text: &str) -> String {
    match check.subject {
        Subject::Timetables => text.to_owned(),
        _ => sentence(text),
    }
}

fn state(light: Light) -> &'static str {
    match light {
        Light::Green => "good",
        Light::Yellow => "look",
        Light::Unlit => "not known",
        Light::Red => "bad",
    }
}

/// A check in full: name, text.
pub fn details(row: &CheckRow) -> Vec<(&'static str, String)> {
    let advice = if row.check.advice.is_empty() { "Nothing".to_owned() } else { sentence(&row.check.advice) };
    vec![("Found", told(&row.check, &row.check.found)), ("To do", advice)]
}

/// What a check is called above its details.
pub fn headline(row: &CheckRow) -> String {
    let acd = row.check.acd.map_or_else(String::new, |acd| format!(" of ACD {acd}"));
    format!("{}{acd} on {}: {}", line_start(&row.check.subject.to_string()), row.server, state(row.check.light))
}

/// The page on which what a check looks at is shown and mended.
pub fn page_of(model: &Model, row: &CheckRow) -> PageKind {
    match row.check.subject {
        Subject::Server => PageKind::Mode,
        Subject::Clock | Subject::Link | Subject::Acd => PageKind::Collection,
        Subject::Archiving | Subject::Summaries => PageKind::Archiving,
        Subject::Backup | Subject::Restore => PageKind::Backups,
        Subject::Space => PageKind::Storage,
        Subject::ErrorLog if is_elsewhere(model, row) => PageKind::OtherErrorLog,
        Subject::ErrorLog => PageKind::ErrorLog,
        Subject::Timetables => PageKind::Timetables,
        Subject::CallHistory => PageKind::HistoryInterface,
    }
}

/// Whether a check is about the server that does not serve.
fn is_elsewhere(model: &Model, row: &CheckRow) -> bool {
    model.serving.is_some_and(|which| model.servers[which].name() != row.server)
}

/// Whether the page shows the server that a check is about, or why not: pages are of the server that serves, but for the
/// maintenance error log.
pub fn may_show(model: &Model, row: &CheckRow) -> Result<(), String> {
    match model.serving.map(|which| model.servers[which].name()) {
        Some(serving) if is_elsewhere(model, row) && row.check.subject != Subject::ErrorLog => {
            Err(format!("This is about {}, and pages show {serving}; move to {} first", row.server, row.server))
        }
        _ => Ok(()),
    }
}
