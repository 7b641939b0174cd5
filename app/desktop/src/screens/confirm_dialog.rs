//! Asks before a change is made that costs something: what it means, and on which server it is made.

use egui::{RichText, Ui};
use session::Command;

use crate::ctx::Ctx;
use crate::fonts;
use crate::theme;
use crate::view::administration::{Confirm, may_make};
use crate::widgets::{button_row, danger_button, dialog, entered_by_default, guarded, primary_button};

/// Draws the dialog; returns whether it is to be closed.
pub fn confirm_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, confirm: &Confirm) -> bool {
    let mut done = false;
    let close = dialog(egui, ctx.palette, &confirm.title, 480.0, |parts| {
        parts.form(|ui| confirm.lines.iter().for_each(|line| words(ctx, ui, line)));
        parts.foot(|ui| {
            button_row(ui, |ui| {
                let may = may_make(ctx.model, &confirm.change, ctx.now);
                let response = guarded(ui, &may, |ui| match confirm.dangerous {
                    true => danger_button(ui, ctx.palette, &confirm.button),
                    false => entered_by_default(primary_button(ui, ctx.palette, &confirm.button)),
                });
                if response.clicked() {
                    ctx.send(Command::Administer { which: confirm.which, change: confirm.change.clone() });
                    done = true;
                }
                let cancel = ui.button("Cancel");
                done |= if confirm.dangerous { entered_by_default(cancel) } else { cancel }.clicked();
            })
        });
    });
    close || done
}

fn words(ctx: &Ctx<'_>, ui: &mut Ui, text: &str) {
    let text = RichText::new(text).font(fonts::regular(theme::BODY)).color(ctx.palette.text);
    ui.add(egui::Label::new(text).wrap());
}
