//! The dialog before a backup begins, or before a restore is taken back: open until the server has begun.

use std::collections::BTreeSet;

use api::{RestorePlan, UndoRestore};
use egui::Ui;
use model::DataKind;
use session::{Command, JobRequest, JobStage, Model, Which};

use super::backups::acd_choice;
use super::forms::{choice, closely};
use super::plan_lines::plan_lines;
use super::tables_field::tables_field;
use crate::ctx::Ctx;
use crate::screens::copy_dialog::boxed;
use crate::view::administration::backup_draft::{BY, BackupDraft, By, JobForm, MODES, way};
use crate::view::administration::backups::kind_title;
use crate::view::administration::job::{may_begin, stage_text};
use crate::view::administration::{LineKind, may};
use crate::widgets::{button_row, danger_button, dialog, entered_by_default, guarded, hint, primary_button, segments};

/// The dialog between two frames.
pub struct JobDialog {
    form: JobForm,
    which: Option<Which>,
    /// Number of the last job before this one was asked for; `None` before that.
    sent_after: Option<u64>,
    /// What taking a restore back would do, and whether something else was shown before.
    plan: Option<(RestorePlan, bool)>,
}

impl JobDialog {
    /// For a form, on the server that serves now.
    pub fn new(model: &Model, form: JobForm) -> Self {
        JobDialog { form, which: model.serving, sent_after: None, plan: None }
    }
}

/// How the job that was asked for after another one stands.
pub(super) fn stage_after(model: &Model, after: Option<u64>) -> Option<&JobStage> {
    let after = after?;
    model.job.as_ref().filter(|job| job.number > after).map(|job| &job.stage)
}

/// Number of the last job; 0 before the first.
pub(super) fn last_job(model: &Model) -> u64 {
    model.job.as_ref().map_or(0, |job| job.number)
}

/// Draws the dialog; returns whether it is to be closed.
pub fn job_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &mut JobDialog) -> bool {
    let Some(which) = state.which else { return true };
    if let Some(plan) = undo_plan(ctx.model, state.sent_after) {
        (state.plan, state.sent_after) = (Some(plan), None);
        ctx.send(Command::DismissJob);
    }
    let stage = stage_after(ctx.model, state.sent_after);
    // The page tells how it goes on.
    if stage.is_some_and(|stage| goes_on_without(ctx.model, stage)) {
        return true;
    }
    let mut done = false;
    let width = if state.plan.is_some() { 960.0 } else { 560.0 };
    let close = dialog(egui, ctx.palette, &state.form.title(), width, |parts| {
        parts.form(|ui| match &state.plan {
            Some((plan, is_other)) => undo_lines(ctx, ui, plan, *is_other),
            None => fields(ctx, ui, &mut state.form),
        });
        parts.foot(|ui| done = foot(ctx, ui, state, which, stage));
    });
    close || done
}

/// The plan of taking a restore back that was asked for after another job; and whether it came in the place of doing it.
fn undo_plan(model: &Model, after: Option<u64>) -> Option<(RestorePlan, bool)> {
    stage_after(model, after)?;
    let job = model.job.as_ref()?;
    match (&job.request, &job.stage) {
        (JobRequest::Undo(UndoRestore { dry_run: true, .. }), JobStage::Done(done)) => {
            Some((done.plan.clone()?, false))
        }
        (JobRequest::Undo(_), JobStage::Failed(done)) if done.is_overtaken() => Some((done.plan.clone()?, true)),
        _ => None,
    }
}

/// Whether the page tells all that is left to be told. A plan is waited for, and so is that it still held.
fn goes_on_without(model: &Model, stage: &JobStage) -> bool {
    let request = model.job.as_ref().map(|job| &job.request);
    match (request, stage) {
        (Some(JobRequest::Undo(_)), JobStage::Running { .. }) => false,
        (_, stage) => matches!(stage, JobStage::Running { .. } | JobStage::Done(_) | JobStage::Failed(_)),
    }
}

fn undo_lines(ctx: &Ctx<'_>, ui: &mut Ui, plan: &RestorePlan, is_other: bool) {
    if is_other {
        let text =
            "Nothing was changed: something else was changed since the plan was shown. This is what it would do now";
        boxed(ui, ctx.palette.warning, text);
    }
    plan_lines(ctx, ui, plan);
}

fn fields(ctx: &Ctx<'_>, ui: &mut Ui, form: &mut JobForm) {
    match form {
        JobForm::Backup(draft) => {
            backup_fields(ctx, ui, draft);
            ui.add_space(6.0);
        }
        JobForm::Image(draft) => {
            let devices = draft.devices.iter().map(String::as_str);
            if let Some(device) = choice(ctx, ui, "Device", &draft.device, devices) {
                draft.device = device.to_owned();
            }
            ui.add_space(6.0);
        }
        JobForm::Undo(_) => {}
    }
    hint(ui, ctx.palette, form.note());
}

/// What is wrong, and the buttons. Returns whether the dialog is to be closed.
fn foot(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut JobDialog, which: Which, stage: Option<&JobStage>) -> bool {
    let name = ctx.model.servers[which].name();
    if let Some(stage @ (JobStage::Refused { .. } | JobStage::Unknown { .. } | JobStage::Running { .. })) = stage {
        let (kind, text) = stage_text(name, stage);
        let pair = match kind {
            LineKind::Problem => ctx.palette.warning,
            LineKind::Info => ctx.palette.info,
            _ => ctx.palette.caution,
        };
        boxed(ui, pair, &text);
        ui.add_space(6.0);
    }
    let (request, button) = asked(state, name);
    let may = may_begin(ctx.model, &may(ctx.model, ctx.now));
    let may = may.and_then(|()| request.as_ref().map(drop).map_err(Clone::clone));
    let mut done = false;
    button_row(ui, |ui| {
        let caution = wants_care(state.plan.as_ref());
        let response = guarded(ui, &may, |ui| match caution {
            true => danger_button(ui, ctx.palette, &button),
            false => entered_by_default(primary_button(ui, ctx.palette, &button)),
        });
        if response.clicked()
            && let Ok(request) = request
        {
            state.sent_after = Some(last_job(ctx.model));
            ctx.send(Command::StartJob { which, request });
        }
        let cancel = ui.button("Cancel");
        done = if caution { entered_by_default(cancel) } else { cancel }.clicked();
    });
    done
}

/// Whether Enter alone must not do it: rows would be removed, or it is another plan than was read before.
fn wants_care(plan: Option<&(RestorePlan, bool)>) -> bool {
    plan.is_some_and(|(plan, is_other)| {
        *is_other || plan.tables.iter().any(|line| line.removed > 0) || !plan.cautions.is_empty()
    })
}

/// What the button asks for, and what it says: of a restore that is taken back only what was shown.
fn asked(state: &JobDialog, server: &str) -> (Result<JobRequest, String>, String) {
    let request = state.form.request();
    match (&state.form, &state.plan, request) {
        (JobForm::Undo(entry), Some((plan, _)), Ok(JobRequest::Undo(undo))) => {
            let expect = Some(plan.digest.clone()).filter(|digest| !digest.is_empty());
            let undo = UndoRestore { dry_run: false, expect, ..undo };
            (Ok(JobRequest::Undo(undo)), format!("Take {} on {server}", way(entry)))
        }
        (form, _, request) => (request, form.button(server)),
    }
}

fn backup_fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut BackupDraft) {
    segments(ui, ctx.palette, 260.0, &mut draft.by, &BY);
    ui.add_space(4.0);
    match draft.by {
        By::Kinds => kinds(ui, &mut draft.kinds, DataKind::ALL.map(|kind| (kind, true))),
        By::Tables => {
            let label = "Tables by the field's names, such as hsplit, split_pro, users";
            tables_field(ctx, ui, label, &mut draft.tables, "hsplit, dsplit", &|_| true);
        }
    }
    ui.add_space(6.0);
    segments(ui, ctx.palette, 220.0, &mut draft.incremental, &MODES);
    let mode = match draft.incremental {
        true => {
            "Of history only what was archived since the last backup; everything else whole. It needs a full one before it"
        }
        false => "All of the data, so that it can be restored by itself",
    };
    hint(ui, ctx.palette, mode);
    ui.add_space(4.0);
    ui.columns(2, |columns| {
        acd_choice(ctx, &mut columns[0], &draft.acds, &mut draft.acd, "All ACDs");
        let devices = draft.devices.iter().map(String::as_str);
        if let Some(device) = choice(ctx, &mut columns[1], "Device", &draft.device, devices) {
            draft.device = device.to_owned();
        }
    });
}

/// Boxes to tick for kinds of data: word, title, whether it may be ticked.
pub(super) fn kinds(ui: &mut Ui, ticked: &mut BTreeSet<DataKind>, shown: impl IntoIterator<Item = (DataKind, bool)>) {
    closely(ui, |ui| {
        for (kind, may) in shown {
            let mut is_ticked = ticked.contains(&kind);
            let response = ui.add_enabled(may, egui::Checkbox::new(&mut is_ticked, kind_title(kind)));
            if response.changed() {
                if is_ticked {
                    ticked.insert(kind);
                } else {
                    ticked.remove(&kind);
                }
            }
        }
    });
}
