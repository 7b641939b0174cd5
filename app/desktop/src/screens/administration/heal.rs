//! A heal, drawn: planned first, then done as planned, then taken back if somebody wants that.

use egui::Ui;
use session::twin::Stretch;
use session::{Command, HealReport, Which};

use crate::ctx::{Ctx, Intent};
use crate::screens::copy_dialog::boxed;
use crate::view::administration::backup_draft::JobForm;
use crate::view::administration::heal::{direction, has_work, outcome, plan_rows, reach_text, remarks, restores};
use crate::view::administration::twin::Span;
use crate::view::administration::{LineKind, may};
use crate::view::cells::CellView;
use crate::widgets::{ListColumn, Listing, button_row, guarded, hint, primary_button};

const COLUMNS: [ListColumn; 7] = [
    ListColumn::figures("ACD"),
    ListColumn::words("Table"),
    ListColumn::wide("Range"),
    ListColumn::figures("Added"),
    ListColumn::figures("Replaced"),
    ListColumn::figures("Identical"),
    ListColumn::figures("Skipped"),
];
/// Room for the buttons below the plan.
const BELOW: f32 = 52.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 120.0;
/// Remarks that are shown; a heal of a year has many.
const REMARKS: usize = 8;

/// What the part keeps between two frames.
#[derive(Default)]
pub struct HealState {
    /// Which intervals a plan was asked for last, and what was chosen for that.
    asked: Option<(Stretch, Span)>,
}

impl HealState {
    /// Whether a plan is of what is chosen now. The moment alone does not tell: it moves on with the clock.
    fn fits(&self, plan: &HealReport, span: &Span) -> Result<(), String> {
        match self.asked.as_ref().is_some_and(|(stretch, asked)| (*stretch, asked) == (plan.stretch, span)) {
            true => Ok(()),
            false => Err("Plan again: the plan is of another time than is chosen above".to_owned()),
        }
    }
}

/// Draws the part of the page; `span` is the time that is to be looked at.
pub fn heal_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut HealState, span: &Span, bottom: f32) {
    let Some(which) = ctx.model.serving else { return };
    let heal = &ctx.model.heal;
    if let Some(step) = &heal.step {
        boxed(ui, ctx.palette.info, step);
    }
    if let Some(why) = &heal.problem {
        let text = format!("The heal was broken off, and what was on its way is removed: {why}. It can be begun anew");
        boxed(ui, ctx.palette.warning, &text);
    }
    let may_plan = may(ctx.model, ctx.now).and_then(|()| match heal.step {
        Some(_) => Err("A heal goes on".to_owned()),
        None => Ok(()),
    });
    // What was planned on the other server before a switch-over says nothing of this one.
    let report = heal.report.as_ref().filter(|report| report.which == which);
    match report {
        Some(report) => told(ctx, ui, report, bottom),
        None if heal.step.is_none() => {
            if let Some(text) = direction(ctx.model) {
                boxed(ui, ctx.palette.info, &text);
            }
            let text = "It fetches exactly the intervals that are missing there or lack data, with their records. The plan says what it \
                        would change; what is whole is never touched, and it can be taken back";
            _ = hint(ui, ctx.palette, text);
        }
        None => {}
    }
    ui.add_space(4.0);
    buttons(ctx, ui, state, (which, span), &may_plan, report.map(AsRef::as_ref));
}

fn told(ctx: &Ctx<'_>, ui: &mut Ui, report: &HealReport, bottom: f32) {
    let (kind, text) = outcome(report);
    let pair = match kind {
        LineKind::Good => ctx.palette.good,
        LineKind::Info => ctx.palette.info,
        LineKind::Caution | LineKind::Problem => ctx.palette.caution,
    };
    boxed(ui, pair, &text);
    hint(ui, ctx.palette, &reach_text(ctx.model, report, ctx.now));
    let remarks = remarks(ctx.model, report);
    for remark in remarks.iter().take(REMARKS) {
        _ = hint(ui, ctx.palette, remark);
    }
    if remarks.len() > REMARKS {
        _ = hint(ui, ctx.palette, &format!("and {} more", remarks.len() - REMARKS));
    }
    let rows = plan_rows(report);
    if rows.is_empty() {
        return;
    }
    let listing = Listing { name: "Heal", columns: &COLUMNS, row_count: rows.len(), chosen: None, muted: false };
    let mut cell = |row: usize, at: usize| CellView { text: rows[row][at].clone(), level: Default::default() };
    let room = (bottom - ui.cursor().top() - BELOW).max(LIST_MIN);
    listing.show(ui, ctx.palette, room, &mut cell);
}

fn buttons(
    ctx: &Ctx<'_>,
    ui: &mut Ui,
    state: &mut HealState,
    (which, span): (Which, &Span),
    may: &Result<(), String>,
    report: Option<&HealReport>,
) {
    let planned = report.filter(|report| report.dry_run && has_work(&report.healed));
    button_row(ui, |ui| {
        if let Some(planned) = planned {
            let text = format!("Heal {} as planned", planned.healed.here);
            let may = may.clone().and_then(|()| state.fits(planned, span));
            if guarded(ui, &may, |ui| primary_button(ui, ctx.palette, &text)).clicked() {
                ctx.send(Command::Heal { which: planned.which, stretch: planned.stretch, dry_run: false });
            }
        }
        let again = if report.is_some() { "Plan again" } else { "Plan a heal" };
        let stretch = span.stretch(ctx.model);
        let may_plan = may.clone().and(stretch.clone().map(drop));
        if guarded(ui, &may_plan, |ui| ui.button(again)).clicked()
            && let Ok(stretch) = stretch
        {
            state.asked = Some((stretch, span.clone()));
            ctx.send(Command::Heal { which, stretch, dry_run: true });
        }
        let undone = report.filter(|report| !report.dry_run).and_then(|report| restores(report).into_iter().next());
        if let Some(restore) = undone
            && guarded(ui, may, |ui| ui.button(format!("Take restore {} back…", restore.restore))).clicked()
        {
            ctx.want(Intent::AskJob(Box::new(JobForm::Undo(restore))));
        }
    });
}
