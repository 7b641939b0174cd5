//! Both servers side by side, drawn: compared when somebody asks, in the background, and what was found.

use egui::Ui;
use model::{AcdNumber, Moment};
use session::twin::{Area, Finding, Verdict};
use session::{Command, TwinReport};

use super::card::detail;
use super::forms::wrong;
use super::heal::{HealState, heal_ui};
use super::search_field;
use super::sync::{SyncState, sync_ui};
use crate::ctx::Ctx;
use crate::screens::copy_dialog::boxed;
use crate::view::administration::twin::{
    REACHES, Reach, Span, area_title, areas, details, findings, outcome, outdated,
};
use crate::view::administration::{LineKind, other_name};
use crate::widgets::{ListColumn, Listing, field, guarded, hint, primary_button, segments};

const AREA_COLUMNS: [ListColumn; 6] = [
    ListColumn::wide("What"),
    ListColumn::figures("Identical"),
    ListColumn::figures("Missing"),
    ListColumn::figures("Incomplete"),
    ListColumn::figures("Different"),
    ListColumn::words("Not permitted"),
];
const FINDING_COLUMNS: [ListColumn; 6] = [
    ListColumn::words("What"),
    ListColumn::figures("ACD"),
    ListColumn::wide("Which"),
    ListColumn::wide("How"),
    ListColumn::wide("Here"),
    ListColumn::wide("There"),
];
const CLOCK: &str = "By the clock of the first ACD: 2026-11-23T05:30, 2026-11-23 for a whole day, or -1 for yesterday";
/// Room for the words below the areas.
const BELOW_AREAS: f32 = 28.0;
/// Room for a chosen finding.
const CHOSEN_HEIGHT: f32 = 112.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 150.0;

/// What the page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Shown {
    #[default]
    Comparison,
    Sync,
}

const SHOWN: [(Shown, &str); 2] = [(Shown::Comparison, "Comparison"), (Shown::Sync, "Admin-Sync")];

/// Which part is shown below the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Part {
    #[default]
    Areas,
    Findings,
    Heal,
}

const PARTS: [(Part, &str); 3] = [(Part::Areas, "Overview"), (Part::Findings, "Findings"), (Part::Heal, "Heal")];

/// What the page keeps between two frames.
#[derive(Default)]
pub struct TwinState {
    shown: Shown,
    sync: SyncState,
    span: Span,
    part: Part,
    search: String,
    chosen: Option<Key>,
    heal: HealState,
}

/// What makes a finding this one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    area: Area,
    acd: Option<AcdNumber>,
    thing: String,
    stretch: Option<(Moment, Moment)>,
    verdict: Verdict,
}

impl Key {
    fn of(finding: &Finding) -> Key {
        let Finding { area, acd, thing, stretch, verdict, .. } = finding.clone();
        Key { area, acd, thing, stretch, verdict }
    }
}

/// Draws the page.
pub fn twin_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut TwinState, height: f32) {
    let bottom = ui.cursor().top() + height;
    segments(ui, ctx.palette, 240.0, &mut state.shown, &SHOWN);
    if state.shown == Shown::Sync {
        let both = other_name(ctx.model).map(drop);
        let may = both.ok_or_else(|| "The profile names one server only; add the other one to sync them".to_owned());
        return sync_ui(ctx, ui, &mut state.sync, &may, bottom);
    }
    let twin = &ctx.model.twin;
    let may = match other_name(ctx.model) {
        Some(_) if twin.step.is_some() => Err("They are being compared".to_owned()),
        Some(_) => Ok(()),
        None => Err("The profile names one server only; add the other one to compare them".to_owned()),
    };
    ui.horizontal_wrapped(|ui| {
        segments(ui, ctx.palette, 440.0, &mut state.span.reach, &REACHES)
            .on_hover_text("Intervals that are compared. Summaries and administration are compared whole");
        let stretch = state.span.stretch(ctx.model);
        let may_compare = may.clone().and(stretch.clone().map(drop));
        if guarded(ui, &may_compare, |ui| primary_button(ui, ctx.palette, "Compare")).clicked()
            && let Ok(stretch) = stretch
        {
            ctx.send(Command::CompareServers { stretch });
        }
        if twin.step.is_some() && ui.button("Stop").clicked() {
            ctx.send(Command::StopComparing);
        }
    });
    typed_span(ctx, ui, &mut state.span);
    if let (Err(why), None) = (&may, &twin.step) {
        boxed(ui, ctx.palette.info, why);
    }
    if let Some(step) = &twin.step {
        boxed(ui, ctx.palette.info, step);
    }
    if let Some(why) = &twin.problem {
        boxed(ui, ctx.palette.warning, &format!("They could not be compared: {why}"));
    }
    parts(ctx, ui, state);
    if state.part == Part::Heal {
        return heal_ui(ctx, ui, &mut state.heal, &state.span, bottom);
    }
    let Some(report) = &twin.report else {
        if twin.step.is_none() && twin.problem.is_none() {
            let text =
                "Not compared yet. Comparing reads digests and administration of both servers, and changes nothing";
            hint(ui, ctx.palette, text);
        }
        return;
    };
    found(ctx, ui, state, report, bottom);
}

/// The time that is to be looked at, where it is typed.
fn typed_span(ctx: &Ctx<'_>, ui: &mut Ui, span: &mut Span) {
    if span.reach != Reach::Typed {
        return;
    }
    ui.scope(|ui| {
        ui.set_max_width(520.0);
        ui.columns(2, |columns| {
            field(
                &mut columns[0],
                ctx.palette,
                "First interval; empty: all before",
                &mut span.from,
                "2026-11-23T05:30",
            );
            field(&mut columns[1], ctx.palette, "Last interval; empty: all after", &mut span.to, "2026-11-23");
        });
    });
    match span.stretch(ctx.model) {
        Ok(_) => _ = hint(ui, ctx.palette, CLOCK),
        Err(why) => wrong(ctx, ui, &why),
    }
}

fn parts(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut TwinState) {
    ui.horizontal_wrapped(|ui| {
        segments(ui, ctx.palette, 260.0, &mut state.part, &PARTS);
        if state.part == Part::Findings {
            let width = ui.available_width().clamp(140.0, 240.0);
            search_field(ctx, ui, &mut state.search, "Search the findings", width);
        }
    });
}

fn found(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut TwinState, report: &TwinReport, bottom: f32) {
    let (kind, text) = outcome(report);
    let pair = if kind == LineKind::Good { ctx.palette.good } else { ctx.palette.caution };
    boxed(ui, pair, &text);
    if let Some(text) = outdated(ctx.model) {
        boxed(ui, ctx.palette.caution, &text);
    }
    match state.part {
        Part::Areas | Part::Heal => overview(ctx, ui, state, report, bottom),
        Part::Findings => finding_list(ctx, ui, state, report, bottom),
    }
}

fn overview(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut TwinState, report: &TwinReport, bottom: f32) {
    let shown = areas(report);
    let listing =
        Listing { name: "Overview", columns: &AREA_COLUMNS, row_count: shown.len(), chosen: None, muted: false };
    let mut cell = |row: usize, at: usize| shown[row][at].clone();
    let room = (bottom - ui.cursor().top() - BELOW_AREAS).max(LIST_MIN);
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    // Its findings, if it has any.
    if let Some(row) = response.chosen.or(response.opened) {
        (state.part, state.search) = (Part::Findings, shown[row][0].text.to_lowercase());
    }
    if !report.comparison.findings.is_empty() {
        hint(ui, ctx.palette, "Click a line to see its findings");
    }
}

fn finding_list(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut TwinState, report: &TwinReport, bottom: f32) {
    let shown = findings(report, &state.search);
    if shown.is_empty() {
        let none = match report.comparison.findings.is_empty() {
            true => "There is none: all that was compared is identical",
            false => "No finding has these words in it",
        };
        hint(ui, ctx.palette, none);
        return;
    }
    let chosen = state.chosen.as_ref();
    let chosen = chosen.and_then(|chosen| shown.iter().position(|row| Key::of(&row.finding) == *chosen)).or(Some(0));
    let listing = Listing { name: "Findings", columns: &FINDING_COLUMNS, row_count: shown.len(), chosen, muted: false };
    hint(ui, ctx.palette, &format!("“Here” is {}, “there” is {}", report.here, report.there));
    let room = (bottom - ui.cursor().top() - CHOSEN_HEIGHT - 8.0).max(LIST_MIN);
    let mut cell = |row: usize, at: usize| shown[row].cells[at].clone();
    let response = listing.show(ui, ctx.palette, room, &mut cell);
    if let Some(row) = response.chosen.and_then(|row| shown.get(row)) {
        state.chosen = Some(Key::of(&row.finding));
    }
    if let Some(row) = chosen.and_then(|row| shown.get(row)) {
        let finding = &row.finding;
        let acd = finding.acd.map_or_else(String::new, |acd| format!(" of ACD {acd}"));
        let headline = format!("{}{acd}: {}", area_title(finding.area), finding.thing);
        let facts = details(report, finding);
        let facts: Vec<(&str, String)> = facts.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        detail(ui, ctx.palette, &headline, &facts);
    }
}
