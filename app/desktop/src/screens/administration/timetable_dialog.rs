//! The dialog for a timetable: its schedule, its tasks, and the two boxes at its foot; open until the server has taken it.

use api::RunOn;
use egui::{RichText, Ui};
use model::RunScope;
use session::{ChangeState, ChangeView, Command, Model, Which};

use super::change_dialog::{is_read, is_told, told};
use super::forms::closely;
use super::task_report::ReportPicking;
use crate::ctx::Ctx;
use crate::fonts;
use crate::theme;
use crate::view::administration::may_ask;
use crate::view::administration::timetables::Draft;
use crate::widgets::{button_row, dialog, field, guarded, hint, primary_button, section};

const SCHEDULES: &str =
    "Such as daily 00:45, weekly mon,fri 06:00, monthly last fri 23:00, hourly :15, once 2026-12-01 10:00";

const SCHEDULE: &str = "Schedule, by the local time of the ACD";
const OWNER: &str = "Owner's user ID; empty for yourself";

/// The dialog between two frames.
pub struct TimetableDialog {
    draft: Draft,
    which: Option<Which>,
    /// Number of the last change before this one was sent; `None` before that.
    sent_after: Option<u64>,
    fresh: bool,
    picking: ReportPicking,
}

impl TimetableDialog {
    /// For a draft, on the server that serves now.
    pub fn new(model: &Model, draft: Draft) -> Self {
        TimetableDialog {
            draft,
            which: model.serving,
            sent_after: None,
            fresh: true,
            picking: ReportPicking::default(),
        }
    }

    /// Whether it tells what became of the last change.
    pub fn tells_outcome(&self, model: &Model) -> bool {
        self.outcome(model).is_some_and(|change| is_told(&change.state))
    }

    /// How the change of this dialog stands.
    fn outcome<'a>(&self, model: &'a Model) -> Option<&'a ChangeView> {
        let after = self.sent_after?;
        model.change.as_ref().filter(|change| change.number > after)
    }
}

/// Draws the dialog; returns whether it is to be closed.
pub fn timetable_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &mut TimetableDialog) -> bool {
    let Some(which) = state.which else { return true };
    let outcome = state.outcome(ctx.model).map(|change| change.state.clone());
    if matches!(outcome, Some(ChangeState::Done { .. })) {
        return true;
    }
    let mut done = false;
    let close = dialog(egui, ctx.palette, &state.draft.title(), 580.0, |parts| {
        parts.form(|ui| {
            fields(ctx, ui, state);
            run_on(ctx, ui, &mut state.draft);
        });
        parts.foot(|ui| {
            told(ctx, ui, outcome.as_ref(), "the timetable");
            done = buttons(ctx, ui, state, which);
        });
        state.fresh = false;
    });
    if (close || done) && outcome.as_ref().is_some_and(is_read) {
        ctx.send(Command::DismissChange);
    }
    close || done
}

fn fields(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut TimetableDialog) {
    let (palette, draft) = (ctx.palette, &mut state.draft);
    let mut first = None;
    let (name, description) = (&mut draft.name, &mut draft.description);
    ui.columns(2, |columns| {
        first = Some(field(&mut columns[0], palette, "Name", name, "nightly"));
        field(&mut columns[1], palette, "Description", description, "");
    });
    ui.add_space(3.0);
    let for_others = draft.kept.is_none() && state.which.is_some_and(|which| ctx.model.servers[which].administrator);
    let (schedule, owner) = (&mut draft.schedule, &mut draft.owner);
    let schedule = match for_others {
        true => ui.columns(2, |columns| {
            let schedule = field(&mut columns[0], palette, SCHEDULE, schedule, "daily 00:45");
            field(&mut columns[1], palette, OWNER, owner, "");
            schedule
        }),
        false => field(ui, palette, SCHEDULE, schedule, "daily 00:45"),
    };
    match draft.schedule_fault().or_else(|| draft.past(ctx.model)) {
        None => _ = hint(ui, palette, SCHEDULES),
        Some(why) => {
            let text = RichText::new(why).font(fonts::medium(theme::SMALL)).color(palette.warning.text);
            ui.add(egui::Label::new(text).wrap());
        }
    }
    super::task_fields::tasks(ctx, ui, draft, &mut state.picking);
    section(ui, palette, "If something goes wrong");
    closely(ui, |ui| {
        ui.checkbox(&mut draft.goes_on, "A failing task does not stop the ones behind it");
        ui.checkbox(&mut draft.runs_late, "A run that was missed is made up for as soon as it can be");
    });
    if state.fresh {
        first.filter(|_| draft.kept.is_none()).unwrap_or(schedule).request_focus();
    }
}

/// The foot of the field's screen: how the timetable is kept, and the two boxes.
fn run_on(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut Draft) {
    section(ui, ctx.palette, draft.run_text());
    closely(ui, |ui| {
        for (run_on, label) in [(RunOn::ThisServer, RunScope::ONLY_HERE), (RunOn::ThisOrAnother, RunScope::ANYWHERE)] {
            let mut ticked = draft.run_on == Some(run_on);
            // Ticking one takes the other's tick away; a tick is not taken back, as it would say nothing.
            if ui.checkbox(&mut ticked, label).changed() {
                draft.run_on = Some(run_on);
            }
        }
    });
}

fn buttons(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut TimetableDialog, which: Which) -> bool {
    let name = ctx.model.servers[which].name();
    let change = state.draft.past(ctx.model).map_or_else(|| state.draft.change(), Err);
    let may = may_ask(ctx.model, ctx.now).and_then(|()| change.as_ref().map(drop).map_err(Clone::clone));
    let mut done = false;
    button_row(ui, |ui| {
        let response = guarded(ui, &may, |ui| primary_button(ui, ctx.palette, &format!("Save on {name}")));
        if response.clicked()
            && let Ok(change) = change
        {
            state.sent_after = Some(ctx.model.change.as_ref().map_or(0, |change| change.number));
            ctx.send(Command::Administer { which, change });
        }
        done = ui.button("Cancel").clicked();
    });
    done
}
