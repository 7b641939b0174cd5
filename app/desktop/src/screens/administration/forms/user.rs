//! A user: who it is, how much may be open at once, and of a new one what it begins with.

use egui::{Response, Ui};

use super::{choice, password, wrong_if_typed};
use crate::ctx::Ctx;
use crate::view::administration::users::{TYPES, UserDraft};
use crate::widgets::{field, hint, section, segments};

const NAME: &str = "User name: 3 to 31 lower-case letters, digits, _, - and .";

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut UserDraft) -> Vec<Response> {
    let palette = ctx.palette;
    let mut responses = Vec::new();
    if draft.kept.is_none() {
        responses.push(field(ui, palette, NAME, &mut draft.name, "ann"));
        ui.add_space(3.0);
    }
    responses.push(field(ui, palette, "Name of the person", &mut draft.full_name, "Ann Archer"));
    ui.add_space(3.0);
    let (room, phone) = (&mut draft.room, &mut draft.phone);
    responses.extend(ui.columns(2, |columns| {
        [
            field(&mut columns[0], palette, "Room", room, "1.07"),
            field(&mut columns[1], palette, "Telephone", phone, "4711"),
        ]
    }));
    ui.add_space(6.0);
    segments(ui, palette, 220.0, &mut draft.administrator, &TYPES);
    let meaning = match draft.administrator {
        true => "May everything on this server",
        false => "May what is permitted, and nothing before that",
    };
    hint(ui, palette, meaning);
    ui.add_space(3.0);
    let (windows_read, refresh_read) = (draft.windows(), draft.refresh());
    let (windows, refresh) = (&mut draft.max_windows, &mut draft.fastest_refresh);
    responses.extend(ui.columns(2, |columns| {
        let most = field(&mut columns[0], palette, "Most live reports at once; empty for any", windows, "12");
        wrong_if_typed(ctx, &mut columns[0], windows, windows_read);
        let fastest = field(&mut columns[1], palette, "Fastest refresh in seconds; empty for any", refresh, "3");
        wrong_if_typed(ctx, &mut columns[1], refresh, refresh_read);
        [most, fastest]
    }));
    ui.add_space(3.0);
    let shown = draft.acds.iter().find(|(acd, _)| *acd == draft.login_acd);
    let shown = shown.map_or_else(|| format!("ACD {}", draft.login_acd), |(_, name)| name.clone());
    let acds = draft.acds.clone();
    if let Some(text) = choice(ctx, ui, "Begins with", &shown, acds.iter().map(|(_, name)| name.as_str()))
        && let Some((acd, _)) = acds.iter().find(|(_, name)| name == text)
    {
        draft.login_acd = *acd;
    }
    if draft.kept.is_none() {
        section(ui, palette, "To begin with");
        ui.checkbox(&mut draft.reads_everything, "May read everything");
        ui.add_space(3.0);
        responses.extend(password::twice(ctx, ui, &mut draft.password, "Password on this server; empty for none yet"));
    }
    responses
}
