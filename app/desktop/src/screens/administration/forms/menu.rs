//! A main menu addition.

use egui::{Response, Ui};
use model::MenuKind;

use super::wrong;
use crate::ctx::{Asker, Browse, Ctx, Intent};
use crate::view::administration::menu::{KINDS, MenuDraft};
use crate::widgets::{field, hint, segments};

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut MenuDraft) -> Vec<Response> {
    let mut responses = vec![field(ui, ctx.palette, "Name, up to 20 characters", &mut draft.name, "Roster")];
    ui.add_space(3.0);
    responses.push(field(ui, ctx.palette, "Description, up to 50 characters", &mut draft.description, ""));
    ui.add_space(3.0);
    responses.push(field(ui, ctx.palette, "Place in the menu, 0 to 999", &mut draft.place, "0"));
    ui.add_space(5.0);
    let width = ui.available_width();
    segments(ui, ctx.palette, width, &mut draft.kind, &KINDS);
    ui.add_space(5.0);
    match draft.kind {
        MenuKind::Web => {
            let example = "https://intranet.example.com";
            responses.push(field(ui, ctx.palette, "Address, opened in the browser", &mut draft.address, example));
        }
        MenuKind::Document | MenuKind::Program => {
            let example = if cfg!(windows) { "C:\\files\\roster.txt" } else { "/home/me/roster.txt" };
            let label = "File on this PC, up to 4 MiB, to be kept with it";
            responses.push(field(ui, ctx.palette, label, &mut draft.file, example));
            ui.add_space(3.0);
            if ui.button("Browse…").clicked() {
                let (kind, extension, name) = ("Files", "*", String::new());
                ctx.want(Intent::Browse(Browse { asker: Asker::FormFile, save: false, name, kind, extension }));
            }
            if let Some(kept) = draft.kept_file() {
                hint(ui, ctx.palette, &format!("Without another one it keeps {kept}"));
            }
            if draft.kind == MenuKind::Program {
                let text = "It runs on the server, as the server's user, and only where cms.toml says programs = true under [menu]";
                hint(ui, ctx.palette, text);
            }
        }
    }
    if let (Err(why), false) = (draft.change(), draft.name.trim().is_empty()) {
        wrong(ctx, ui, &why);
    }
    responses
}
