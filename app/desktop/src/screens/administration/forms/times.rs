//! When history is summed up: times of the day, days of the week, and whether it goes by itself.

use egui::{Response, Ui};

use super::{choice, wrong_if_typed};
use crate::ctx::Ctx;
use crate::screens::copy_dialog::boxed;
use crate::view::administration::times::{DAYS, Draft, time_of_day};
use crate::widgets::field;

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut Draft) -> Vec<Response> {
    if let Some(before) = &draft.before {
        boxed(ui, ctx.palette.info, before);
    }
    let may_change = draft.before.is_none();
    let responses = ui.add_enabled_ui(may_change, |ui| times(ctx, ui, draft)).inner;
    ui.add_space(4.0);
    ui.checkbox(&mut draft.now.rerun, "Sum up again by itself what is out of date");
    responses
}

fn times(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut Draft) -> Vec<Response> {
    let now = &mut draft.now;
    let mut responses =
        vec![field(ui, ctx.palette, "Summed up at, by the ACD's clock", &mut now.summarize_at, "00:35")];
    wrong_if_typed(ctx, ui, &now.summarize_at, time_of_day(&now.summarize_at));
    ui.add_space(3.0);
    responses.extend(ui.columns(2, |columns| {
        let ends = [("A day begins with the interval at", &mut now.daily_start), ("and ends at", &mut now.daily_stop)];
        let fields = columns.iter_mut().zip(ends).map(|(ui, (label, time))| {
            let response = field(ui, ctx.palette, label, time, "00:00");
            wrong_if_typed(ctx, ui, time, time_of_day(time));
            response
        });
        fields.collect::<Vec<_>>()
    }));
    ui.add_space(3.0);
    ui.columns(2, |columns| {
        let ends = [("A week begins on", &mut now.week_start), ("and ends on", &mut now.week_stop)];
        for (ui, (label, day)) in columns.iter_mut().zip(ends) {
            if let Some(chosen) = choice(ctx, ui, label, &day.clone(), DAYS.into_iter()) {
                chosen.clone_into(day);
            }
        }
    });
    responses
}
