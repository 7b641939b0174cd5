//! How much is kept of an element or a table of events.

use egui::{Response, Ui};

use super::wrong;
use crate::ctx::Ctx;
use crate::screens::copy_dialog::boxed;
use crate::view::administration::storage::{Draft, LET_GO};
use crate::widgets::field;

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut Draft) -> Vec<Response> {
    let mut responses = Vec::new();
    for amount in &mut draft.amounts {
        responses.push(field(ui, ctx.palette, amount.what.label(), &mut amount.text, ""));
        if let Err(why) = amount.number() {
            wrong(ctx, ui, &why);
        }
        ui.add_space(3.0);
    }
    if let Some(loss) = draft.loss() {
        boxed(ui, ctx.palette.warning, &loss);
        ui.checkbox(&mut draft.lets_go, LET_GO);
    } else {
        draft.lets_go = false;
    }
    responses
}
