//! Asks before a designer report is deleted. What comes with the product is never deleted.

use api::Scope;
use egui::{Context, RichText};
use session::Command;

use crate::ctx::Ctx;
use crate::fonts;
use crate::theme;
use crate::widgets::{button_row, danger_button, dialog, entered_by_default, hint};

/// Draws the dialog; returns whether it is to be closed.
pub fn delete_dialog_ui(ctx: &Ctx<'_>, egui: &Context, path: &str) -> bool {
    let entry = ctx.model.library.iter().find(|entry| entry.path == path && entry.scope != Scope::BuiltIn);
    let Some(entry) = entry else { return true };
    let mut done = false;
    let close = dialog(egui, ctx.palette, "Delete a designer report", 460.0, |parts| {
        parts.form(|ui| {
            let server = ctx.model.serving.map(|which| ctx.model.servers[which].name()).unwrap_or_default();
            let whose = match entry.scope {
                Scope::Global => "It is for everyone there: nobody can run it any more",
                _ => "It is yours alone",
            };
            let text = format!("{} goes from {server}. {whose}.", entry.name);
            let text = RichText::new(text).font(fonts::regular(theme::BODY)).color(ctx.palette.text);
            ui.add(egui::Label::new(text).wrap());
            hint(ui, ctx.palette, "The other server keeps its own. Copy it to a file first if it may be wanted again");
        });
        parts.foot(|ui| {
            button_row(ui, |ui| {
                if danger_button(ui, ctx.palette, "Delete").clicked() {
                    ctx.send(Command::DeleteReport { path: path.to_owned() });
                    done = true;
                }
                done |= entered_by_default(ui.button("Cancel")).clicked();
            });
        });
    });
    close || done
}
