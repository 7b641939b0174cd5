//! The global edit of a user ID's timetables: whose, where they are to run, and what becomes of each.

use egui::{Response, RichText, ScrollArea, Ui};

use super::{choice, closely};
use crate::ctx::Ctx;
use crate::fonts;
use crate::theme;
use crate::view::administration::global_edit::{CHOICES, GlobalDraft};
use crate::widgets::{hint, section};

/// Room for the names of what would be changed.
const NAMES_HEIGHT: f32 = 150.0;
const UNDONE: &str = "Each runs again where it ran before that edit. What was changed, restored or deleted since stays as it is. After it the edit \
     before it, if there is one, can be undone in the same way";
const NONE_TO_UNDO: &str = "No global edit of these timetables was made on this server, or all are undone already";

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut GlobalDraft) -> Vec<Response> {
    if draft.owners.len() > 1 {
        let (shown, owners) = (draft.owner.clone(), draft.owners.clone());
        if let Some(owner) = choice(ctx, ui, "User ID", &shown, owners.iter().map(String::as_str)) {
            owner.clone_into(&mut draft.owner);
        }
        ui.add_space(3.0);
    }
    let whose = RichText::new(draft.whose()).font(fonts::semibold(theme::BODY)).color(ctx.palette.text);
    ui.add(egui::Label::new(whose).wrap());
    if let Some(others) = draft.others() {
        hint(ui, ctx.palette, &others);
    }
    if draft.undo {
        match draft.last_edit() {
            Some(edit) => {
                let edit = RichText::new(edit).font(fonts::medium(theme::BODY)).color(ctx.palette.text);
                ui.add(egui::Label::new(edit).wrap());
                hint(ui, ctx.palette, UNDONE);
            }
            None => _ = hint(ui, ctx.palette, NONE_TO_UNDO),
        }
    } else {
        closely(ui, |ui| {
            for (run_on, label) in CHOICES {
                let mut ticked = draft.run_on == Some(run_on);
                // Ticking one takes the other's tick away; a tick is not taken back, as it would say nothing.
                if ui.checkbox(&mut ticked, label).changed() {
                    draft.run_on = Some(run_on);
                }
            }
        });
    }
    names(ctx, ui, draft);
    Vec::new()
}

fn names(ctx: &Ctx<'_>, ui: &mut Ui, draft: &GlobalDraft) {
    let lines = draft.lines();
    section(ui, ctx.palette, "What becomes of each");
    if lines.is_empty() {
        hint(ui, ctx.palette, "There is none on this server");
        return;
    }
    ScrollArea::vertical().id_salt("global edit").max_height(NAMES_HEIGHT).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for line in lines {
            let text = RichText::new(line).font(fonts::regular(theme::BODY)).color(ctx.palette.text);
            ui.add(egui::Label::new(text).wrap());
        }
    });
}
