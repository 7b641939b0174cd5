//! The server that timetables sync to.

use egui::{Response, Ui};

use super::wrong;
use crate::ctx::Ctx;
use crate::view::administration::peer::PeerDraft;
use crate::widgets::{field, secret_field};

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut PeerDraft) -> Vec<Response> {
    let palette = ctx.palette;
    let mut responses = vec![field(ui, palette, "Its address", &mut draft.url, "https://cms2.example.com:8443")];
    ui.add_space(3.0);
    let label = "SHA-256 fingerprint of its certificate";
    responses.push(field(ui, palette, label, &mut draft.fingerprint, "64 hexadecimal digits"));
    ui.add_space(3.0);
    let (user, password) = (&mut draft.user, &mut draft.password);
    responses.extend(ui.columns(2, |columns| {
        vec![
            field(&mut columns[0], palette, "An administrator there", user, "cms"),
            secret_field(&mut columns[1], palette, "That user's password there", password),
        ]
    }));
    if let (Err(why), false) = (draft.change(), draft.password.is_empty()) {
        wrong(ctx, ui, &why);
    }
    responses
}
