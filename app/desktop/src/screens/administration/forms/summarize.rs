//! Dates to sum up again: of which ACD, at which level, from when to when.

use egui::{Response, Ui};

use super::{choice, wrong};
use crate::ctx::Ctx;
use crate::view::administration::archiving::{Draft, LEVELS};
use crate::widgets::{field, hint, segments};

const ALL: &str = "All ACDs";

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut Draft) -> Vec<Response> {
    let palette = ctx.palette;
    let width = ui.available_width().min(300.0);
    segments(ui, palette, width, &mut draft.level, &LEVELS);
    ui.add_space(6.0);
    if draft.acds.len() > 1 {
        let shown = draft.acds.iter().find(|(acd, _)| Some(*acd) == draft.acd).map_or(ALL, |(_, name)| name).to_owned();
        let choices = draft.acds.iter().map(|(_, name)| name.as_str()).chain([ALL]);
        if let Some(chosen) = choice(ctx, ui, "ACD", &shown, choices) {
            draft.acd = draft.acds.iter().find(|(_, name)| name == chosen).map(|(acd, _)| *acd);
        }
        ui.add_space(6.0);
    }
    let (from, to) = (&mut draft.from, &mut draft.to);
    let responses = ui.columns(2, |columns| {
        vec![
            field(&mut columns[0], palette, "First day", from, "2026-11-22"),
            field(&mut columns[1], palette, "Last day", to, "2026-11-22"),
        ]
    });
    match draft.change() {
        Ok(_) => {
            hint(ui, palette, "Every day, week or month that has one of these days in it is summed up again");
        }
        Err(why) => wrong(ctx, ui, &why),
    }
    responses
}
