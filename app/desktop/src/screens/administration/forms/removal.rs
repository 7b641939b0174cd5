//! A user who is to be removed: what becomes of what belongs to the user.

use egui::{Response, Ui};

use super::choice;
use crate::ctx::Ctx;
use crate::screens::copy_dialog::boxed;
use crate::view::administration::users::{ESTATES, Estate, RemovalDraft};
use crate::widgets::{hint, segments};

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut RemovalDraft) -> Vec<Response> {
    if draft.user.belongings.is_empty() {
        hint(ui, ctx.palette, "Nothing belongs to this user. Who is signed in as this user is signed out");
        return Vec::new();
    }
    let text = format!("{} still owns {}", draft.user.name, draft.user.belongings);
    boxed(ui, ctx.palette.caution, &text);
    ui.add_space(6.0);
    segments(ui, ctx.palette, 360.0, &mut draft.estate, &ESTATES);
    ui.add_space(4.0);
    match draft.estate {
        Estate::Give => {
            let shown = if draft.heir.is_empty() { "Choose…" } else { &draft.heir }.to_owned();
            let others = draft.others.clone();
            if let Some(heir) = choice(ctx, ui, "Goes to", &shown, others.iter().map(String::as_str)) {
                draft.heir = heir.to_owned();
            }
        }
        Estate::Remove => boxed(ui, ctx.palette.warning, "It is gone for good then: only a backup has it"),
    }
    Vec::new()
}
