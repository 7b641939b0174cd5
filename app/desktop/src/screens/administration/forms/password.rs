//! A password on this server, typed twice; one's own with the present one before it.

use egui::{Response, Ui};

use super::wrong;
use crate::ctx::Ctx;
use crate::view::administration::users::{PasswordDraft, PasswordTyped};
use crate::widgets::secret_field;

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut PasswordDraft) -> Vec<Response> {
    let mut responses = Vec::new();
    if draft.own {
        responses.push(secret_field(ui, ctx.palette, "Your present password", &mut draft.old.new));
        ui.add_space(3.0);
    }
    responses.extend(twice(ctx, ui, &mut draft.typed, "New password on this server"));
    responses
}

/// Two fields that must be alike.
pub(super) fn twice(ctx: &Ctx<'_>, ui: &mut Ui, typed: &mut PasswordTyped, label: &str) -> Vec<Response> {
    let read = typed.read();
    let is_begun = !typed.again.is_empty();
    let (new, again) = (&mut typed.new, &mut typed.again);
    let responses = ui.columns(2, |columns| {
        vec![
            secret_field(&mut columns[0], ctx.palette, label, new),
            secret_field(&mut columns[1], ctx.palette, "Once more", again),
        ]
    });
    if let (Err(why), true) = (read, is_begun) {
        wrong(ctx, ui, &why);
    }
    responses
}
