//! External Call History on: what it means on this server, and the record to go on behind.

use egui::{Response, RichText, Ui};

use super::wrong_if_typed;
use crate::ctx::Ctx;
use crate::fonts;
use crate::screens::copy_dialog::boxed;
use crate::theme;
use crate::view::administration::history::Draft;
use crate::widgets::field;

const AFTER: &str = "Go on behind record number (SEQNUM); empty for the last one so far";

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut Draft) -> Vec<Response> {
    for (line, can_do_harm) in &draft.lines {
        if *can_do_harm {
            boxed(ui, ctx.palette.caution, line);
        } else {
            let text = RichText::new(line).font(fonts::regular(theme::BODY)).color(ctx.palette.text);
            ui.add(egui::Label::new(text).wrap());
        }
    }
    ui.add_space(4.0);
    let responses = vec![field(ui, ctx.palette, AFTER, &mut draft.after, "")];
    wrong_if_typed(ctx, ui, &draft.after, draft.after());
    responses
}
