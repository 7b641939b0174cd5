//! A call profile: number, service level, increments.

use api::Profiled;
use egui::{Response, Ui};
use model::NameKind;

use super::{wrong, wrong_if_typed};
use crate::ctx::Ctx;
use crate::screens::suggest::named_field;
use crate::view::administration::profiles::{Draft, thing};
use crate::widgets::{field, hint};

const LEVEL: &str = "Acceptable service level in seconds, as in the switch";
const INCREMENTS: &str = "Increments in seconds: up to nine upper limits, rising";

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut Draft) -> Vec<Response> {
    let palette = ctx.palette;
    let mut responses = Vec::new();
    if draft.is_new {
        let kind = if draft.of == Profiled::Split { NameKind::Split } else { NameKind::Vdn };
        let label = format!("Number of the {}", thing(draft.of));
        responses.push(named_field(ctx, ui, (&label, "Or a part of its name"), &mut draft.number, (draft.acd, kind)));
        ui.add_space(6.0);
    }
    responses.push(field(ui, palette, LEVEL, &mut draft.level, "20"));
    wrong_if_typed(ctx, ui, &draft.level, draft.level());
    ui.add_space(6.0);
    responses.push(field(ui, palette, INCREMENTS, &mut draft.increments, "5, 10, 20, 30"));
    match draft.bins() {
        Ok(bins) => {
            hint(ui, palette, &bins);
        }
        Err(why) => wrong(ctx, ui, &why),
    }
    responses
}
