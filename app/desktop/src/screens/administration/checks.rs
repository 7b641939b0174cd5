//! The daily checks of both servers, drawn: made when the page is opened and when somebody asks, in the background.

use std::time::{Duration, Instant};

use egui::Ui;
use session::checks::{Light, Subject};
use session::{ChecksReport, Command};

use super::card::detail;
use crate::ctx::{Ctx, Intent};
use crate::screens::copy_dialog::boxed;
use crate::view::administration::LineKind;
use crate::view::administration::checks::{
    CheckRow, details, headline, may_show, not_signed_in, outcome, page_of, rows,
};
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, primary_button, segments};

const COLUMNS: [ListColumn; 5] = [
    ListColumn::words("State"),
    ListColumn::words("Server"),
    ListColumn::words("Check"),
    ListColumn::figures("ACD"),
    ListColumn::wide("Found"),
];
/// Room for a chosen check.
const CHOSEN_HEIGHT: f32 = 152.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 150.0;
/// What is older when the page is opened is asked for again.
const FRESH: Duration = Duration::from_secs(60);

/// Which checks are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Part {
    #[default]
    All,
    NotGood,
}

const PARTS: [(Part, &str); 2] = [(Part::All, "All"), (Part::NotGood, "Not good")];

/// What makes a check this one, and what was found: of several of a kind that tells them apart.
type Key = (String, Subject, Option<model::AcdNumber>, Light, String);

/// What the page keeps between two frames.
#[derive(Default)]
pub struct ChecksState {
    part: Part,
    chosen: Option<Key>,
    /// When the page asked by itself.
    asked_at: Option<Instant>,
    /// When it was drawn last: after a pause it counts as opened.
    drawn_at: Option<Instant>,
}

impl ChecksState {
    /// Whether the page, drawn now, is to ask by itself: when it is opened and nothing fresh is known.
    fn asks(&mut self, report: Option<&ChecksReport>, now: Instant) -> bool {
        let since = |at: Instant| now.saturating_duration_since(at);
        let opened = self.drawn_at.replace(now).is_none_or(|at| since(at) > FRESH);
        let known = report.map(|report| report.at).max(self.asked_at);
        let asks = opened && known.is_none_or(|at| since(at) > FRESH);
        if asks {
            self.asked_at = Some(now);
        }
        asks
    }
}

/// Draws the page.
pub fn checks_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ChecksState, height: f32) {
    let bottom = ui.cursor().top() + height;
    let checks = &ctx.model.checks;
    if state.asks(checks.report.as_deref(), ctx.now) && checks.step.is_none() {
        ctx.send(Command::CheckServers);
    }
    ui.horizontal_wrapped(|ui| {
        segments(ui, ctx.palette, 180.0, &mut state.part, &PARTS);
        let may = checks.step.is_none();
        if ui.add_enabled_ui(may, |ui| primary_button(ui, ctx.palette, "Check now")).inner.clicked() {
            ctx.send(Command::CheckServers);
        }
        if let Some((which, name)) = not_signed_in(ctx.model)
            && ui.button(format!("Sign in to {name}…")).clicked()
        {
            ctx.send(Command::AskPassword(which));
        }
    });
    if let Some(step) = &checks.step {
        boxed(ui, ctx.palette.info, step);
    }
    let Some(report) = &checks.report else {
        if checks.step.is_none() {
            hint(ui, ctx.palette, "Not checked yet");
        }
        return;
    };
    let (kind, text) = outcome(report);
    let pair = match kind {
        LineKind::Good => ctx.palette.good,
        LineKind::Problem => ctx.palette.warning,
        LineKind::Info | LineKind::Caution => ctx.palette.caution,
    };
    boxed(ui, pair, &text);
    list(ctx, ui, state, report, bottom);
}

fn key(row: &CheckRow) -> Key {
    let check = &row.check;
    (row.server.clone(), check.subject, check.acd, check.light, check.found.clone())
}

/// Where a check stands among these. When it is made again other words may be found, and it is known by the rest as long as it is
/// the only one of its kind.
fn position(shown: &[CheckRow], chosen: &Key) -> Option<usize> {
    let kind = |row: &CheckRow| {
        let (server, subject, acd, light, _) = key(row);
        (server, subject, acd, light)
    };
    let (server, subject, acd, light, _) = chosen.clone();
    let of = (server, subject, acd, light);
    let mut alike = shown.iter().enumerate().filter(|(_, row)| kind(row) == of).map(|(at, _)| at);
    let only = alike.next().filter(|_| alike.next().is_none());
    shown.iter().position(|row| key(row) == *chosen).or(only)
}

fn list(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut ChecksState, report: &ChecksReport, bottom: f32) {
    let shown = rows(report, state.part == Part::NotGood);
    if shown.is_empty() {
        hint(ui, ctx.palette, "Everything is good");
        return;
    }
    // The worst stands first, and is read in the room below as long as nothing else was chosen.
    let chosen = state.chosen.as_ref().and_then(|chosen| position(&shown, chosen)).or(Some(0));
    let listing = Listing { name: "Checks", columns: &COLUMNS, row_count: shown.len(), chosen, muted: false };
    let room = (bottom - ui.cursor().top() - CHOSEN_HEIGHT - 8.0).max(LIST_MIN);
    let mut cell = |row: usize, at: usize| shown[row].cells[at].clone();
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
        state.chosen = Some(key(row));
    }
    if let Some(row) = chosen.and_then(|row| shown.get(row)) {
        detail(ui, ctx.palette, &headline(row), &details(row));
        lead(ctx, ui, row);
    }
}

/// The way to the page on which what was found is mended.
fn lead(ctx: &Ctx<'_>, ui: &mut Ui, row: &CheckRow) {
    let kind = page_of(ctx.model, row);
    button_row(ui, |ui| {
        let text = format!("Show {}", kind.title());
        if guarded(ui, &may_show(ctx.model, row), |ui| ui.button(text)).clicked() {
            ctx.want(Intent::ShowAdministration(kind));
        }
    });
}
