//! The dialog of a restore, in two steps: what is restored, then its plan. Nothing is restored that was not planned just so.

use api::{Job, JobState, RestorePlan, RunRestore};
use egui::Ui;
use model::DataKind;
use session::{Command, JobRequest, JobStage, Model, Which};

use super::backups::acd_choice;
use super::forms::wrong_if_typed;
use super::job_dialog::{kinds, last_job, stage_after};
use super::plan_lines::plan_lines;
use super::tables_field::tables_field;
use crate::ctx::Ctx;
use crate::screens::copy_dialog::boxed;
use crate::view::administration::backup_draft::{BY, By};
use crate::view::administration::job::{may_begin, stage_text};
use crate::view::administration::may;
use crate::view::administration::restore_draft::RestoreDraft;
use crate::widgets::{
    DialogUi, button_row, danger_button, dialog, entered_by_default, field, guarded, hint, primary_button, segments,
};

/// Instead of a restore that would have done something else than was shown.
const CHANGED: &str = "Nothing was restored: what would be replaced was changed since the plan was shown. This is what a restore \
     would do now";
/// What keeps a restore from putting INCOMPLETE intervals in the place of whole ones.
const KEEP_WHOLE: &str = "Leave intervals as they are that are whole here, where the backup has them INCOMPLETE";

/// The dialog between two frames.
pub struct RestoreDialog {
    draft: RestoreDraft,
    which: Option<Which>,
    /// What was planned, and the number of the last job before its plan.
    planned: Option<(RunRestore, u64)>,
    /// Number of the last job before the restore itself was asked for.
    restored_after: Option<u64>,
}

impl RestoreDialog {
    /// For a backup, on the server that serves now.
    pub fn new(model: &Model, draft: RestoreDraft) -> Self {
        RestoreDialog { draft, which: model.serving, planned: None, restored_after: None }
    }
}

/// Draws the dialog; returns whether it is to be closed.
pub fn restore_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &mut RestoreDialog) -> bool {
    let Some(which) = state.which else { return true };
    let restoring = stage_after(ctx.model, state.restored_after);
    // The page tells how it goes on.
    if restoring.is_some_and(goes_on_without) {
        return true;
    }
    let planning = state.planned.as_ref().and_then(|(_, after)| stage_after(ctx.model, Some(*after)));
    let mut done = false;
    let width = if state.planned.is_some() { 1080.0 } else { 560.0 };
    let close = dialog(egui, ctx.palette, &state.draft.title(), width, |parts| {
        done = match (planning, state.planned.clone()) {
            (None | Some(JobStage::Asked | JobStage::Running { .. }), Some(_)) => {
                waiting(ctx, parts, state, which, planning)
            }
            (Some(stage), Some((asked, _))) => match planned(stage) {
                Some(plan) => plan_ui(ctx, parts, state, which, plan, asked),
                // After the plan the last job is the restore, which was refused.
                None => not_begun(ctx, parts, state, which, stage),
            },
            (_, None) => choose(ctx, parts, state, which),
        };
    });
    if (close || done) && state.planned.is_some() && state.restored_after.is_none() {
        ctx.send(Command::DismissJob);
    }
    close || done
}

/// The plan that was asked for, or that came in the place of a restore because it is another one by now.
fn planned(stage: &JobStage) -> Option<(&RestorePlan, &Job)> {
    let job = match stage {
        JobStage::Done(job) => job,
        JobStage::Failed(job) if job.is_overtaken() => job,
        _ => return None,
    };
    job.plan.as_ref().map(|plan| (plan, job))
}

/// Whether a restore is what the dialog need not wait for. Until it has a number nothing is changed, and it may be refused with
/// another plan, to which a person says yes again here.
fn goes_on_without(stage: &JobStage) -> bool {
    match stage {
        JobStage::Running { job, .. } => job.restore.is_some(),
        JobStage::Failed(job) => job.restore.is_some() || planned(stage).is_none(),
        JobStage::Done(_) => true,
        JobStage::Asked | JobStage::Refused { .. } | JobStage::Unknown { .. } => false,
    }
}

fn choose(ctx: &Ctx<'_>, parts: &mut DialogUi<'_>, state: &mut RestoreDialog, which: Which) -> bool {
    parts.form(|ui| fields(ctx, ui, &mut state.draft));
    let name = ctx.model.servers[which].name();
    let request = state.draft.request();
    let may = may_begin(ctx.model, &may(ctx.model, ctx.now));
    let may = may.and_then(|()| request.as_ref().map(drop).map_err(Clone::clone));
    let mut done = false;
    parts.foot(|ui| {
        hint(ui, ctx.palette, "The plan shows what would change, table by table. It changes nothing by itself");
        button_row(ui, |ui| {
            let response =
                guarded(ui, &may, |ui| entered_by_default(primary_button(ui, ctx.palette, &format!("Plan on {name}"))));
            if response.clicked()
                && let Ok(asked) = request
            {
                state.planned = Some((asked.clone(), last_job(ctx.model)));
                ctx.send(Command::StartJob { which, request: JobRequest::Plan(asked) });
            }
            done = ui.button("Cancel").clicked();
        });
    });
    done
}

fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut RestoreDraft) {
    let palette = ctx.palette;
    if let Some(why) = &draft.foreign {
        boxed(ui, palette.info, why);
        ui.add_space(4.0);
    }
    segments(ui, palette, 260.0, &mut draft.by, &BY);
    ui.add_space(4.0);
    let may_local = draft.foreign.is_none();
    match draft.by {
        By::Kinds => {
            let held = draft.held.iter().map(|kind| (*kind, *kind != DataKind::Local || may_local));
            kinds(ui, &mut draft.kinds, held);
        }
        By::Tables => {
            let held = draft.clone();
            let is_held = move |table: &api::TableName| held.holds(table);
            tables_field(ctx, ui, "Tables by the field's names", &mut draft.tables, "hsplit, dsplit", &is_held);
        }
    }
    ui.add_space(6.0);
    acd_choice(ctx, ui, &draft.acds, &mut draft.acd, "All ACDs of the backup");
    ui.add_space(6.0);
    let (from_read, to_read) = (draft.from(), draft.to());
    let (from, to) = (&mut draft.from, &mut draft.to);
    ui.columns(2, |columns| {
        field(&mut columns[0], palette, "Of history from; empty for its beginning", from, "2026-11-23T05:00");
        wrong_if_typed(ctx, &mut columns[0], from, from_read);
        field(&mut columns[1], palette, "up to; a date alone is the whole day", to, "2026-11-23");
        wrong_if_typed(ctx, &mut columns[1], to, to_read);
    });
    if draft.takes_history() {
        ui.add_space(4.0);
        ui.checkbox(&mut draft.keep_whole, KEEP_WHOLE);
    }
    let text = format!(
        "History is restored by whole intervals; times are by the clock of {}. Administration data replace whole tables",
        draft.clock_name()
    );
    hint(ui, palette, &text);
}

fn waiting(
    ctx: &Ctx<'_>,
    parts: &mut DialogUi<'_>,
    state: &RestoreDialog,
    which: Which,
    stage: Option<&JobStage>,
) -> bool {
    let name = ctx.model.servers[which].name();
    let (_, text) = stage_text(name, stage.unwrap_or(&JobStage::Asked));
    let what = if state.restored_after.is_some() { "Beginning." } else { "Planning." };
    parts.form(|ui| boxed(ui, ctx.palette.info, &format!("{what} {text}")));
    let mut done = false;
    parts.foot(|ui| button_row(ui, |ui| done = ui.button("Cancel").clicked()));
    done
}

fn not_begun(
    ctx: &Ctx<'_>,
    parts: &mut DialogUi<'_>,
    state: &mut RestoreDialog,
    which: Which,
    stage: &JobStage,
) -> bool {
    let name = ctx.model.servers[which].name();
    let (_, text) = stage_text(name, stage);
    parts.form(|ui| boxed(ui, ctx.palette.warning, &text));
    let mut done = false;
    parts.foot(|ui| {
        button_row(ui, |ui| {
            if entered_by_default(primary_button(ui, ctx.palette, "Choose again")).clicked() {
                (state.planned, state.restored_after) = (None, None);
                ctx.send(Command::DismissJob);
            }
            done = ui.button("Cancel").clicked();
        })
    });
    done
}

fn plan_ui(
    ctx: &Ctx<'_>,
    parts: &mut DialogUi<'_>,
    state: &mut RestoreDialog,
    which: Which,
    (plan, job): (&RestorePlan, &Job),
    asked: RunRestore,
) -> bool {
    let palette = ctx.palette;
    parts.form(|ui| {
        if job.state == JobState::Failed {
            boxed(ui, palette.warning, CHANGED);
        }
        plan_lines(ctx, ui, plan);
    });
    let name = ctx.model.servers[which].name();
    let may = may_begin(ctx.model, &may(ctx.model, ctx.now));
    let may = may.and_then(|()| if plan.obstacles.is_empty() { Ok(()) } else { Err(plan.obstacles.join("\n")) });
    let mut done = false;
    parts.foot(|ui| {
        hint(ui, palette, "What is replaced is copied before, so that the restore can be taken back");
        button_row(ui, |ui| {
            let response = guarded(ui, &may, |ui| danger_button(ui, palette, &format!("Restore on {name}")));
            if response.clicked() {
                let after = last_job(ctx.model);
                (state.planned, state.restored_after) = (Some((asked.clone(), after)), Some(after));
                let expect = Some(plan.digest.clone()).filter(|digest| !digest.is_empty());
                ctx.send(Command::StartJob { which, request: JobRequest::Restore(RunRestore { expect, ..asked }) });
            }
            if ui.button("Back").clicked() {
                state.planned = None;
                ctx.send(Command::DismissJob);
            }
            done = entered_by_default(ui.button("Cancel")).clicked();
        });
    });
    done
}
