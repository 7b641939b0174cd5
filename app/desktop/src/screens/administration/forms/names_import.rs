//! Names of the Dictionary from a file of this PC.

use egui::{Response, RichText, ScrollArea, Ui};

use session::Command;

use super::wrong;
use crate::ctx::{Asker, Browse, Ctx, Intent};
use crate::fonts;
use crate::theme;
use crate::view::administration::names_import::ImportDraft;
use crate::widgets::{field, hint};

/// Room for what would be changed.
const CHANGES_HEIGHT: f32 = 180.0;
const LINE_HEIGHT: f32 = 18.0;
const LABEL: &str = "CSV file on this PC: section, number, name, description";

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut ImportDraft) -> Vec<Response> {
    let example = if cfg!(windows) { "C:\\files\\names.csv" } else { "/home/me/names.csv" };
    let typed = field(ui, ctx.palette, LABEL, &mut draft.file, example);
    ui.add_space(3.0);
    ui.horizontal(|ui| {
        if ui.button("Browse…").clicked() {
            let (kind, extension, name) = ("CSV", "csv", String::new());
            ctx.want(Intent::Browse(Browse { asker: Asker::FormFile, save: false, name, kind, extension }));
        }
        // It may have been changed since it was read.
        let read = if draft.is_unread() { "Read it" } else { "Read it again" };
        if !draft.file.trim().is_empty() && ui.button(read).clicked() {
            draft.read();
            // What the file before was refused for says nothing of this one.
            if ctx.model.change.is_some() {
                ctx.send(Command::DismissChange);
            }
        }
    });
    // Enter does what comes next: first it reads the file, and once that is seen it imports it.
    let entered = typed.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) && draft.is_unread();
    if entered {
        draft.read();
        typed.request_focus();
    }
    hint(ui, ctx.palette, "An empty name takes one away. A file that was exported has the right columns");
    match draft.plan() {
        Ok(plan) => {
            hint(ui, ctx.palette, &plan.sum());
            changes(ctx, ui, &plan.lines);
        }
        // Nothing is wrong yet.
        Err(why) if draft.is_unread() => _ = hint(ui, ctx.palette, &why),
        Err(why) if !draft.file.trim().is_empty() => wrong(ctx, ui, &why),
        Err(_) => {}
    }
    if entered { Vec::new() } else { vec![typed] }
}

fn changes(ctx: &Ctx<'_>, ui: &mut Ui, lines: &[String]) {
    let scroll = ScrollArea::vertical().id_salt("names").max_height(CHANGES_HEIGHT);
    scroll.show_rows(ui, LINE_HEIGHT, lines.len(), |ui, shown| {
        ui.spacing_mut().interact_size.y = LINE_HEIGHT;
        for line in lines.get(shown).unwrap_or_default() {
            let text = RichText::new(line).font(fonts::regular(theme::BODY)).color(ctx.palette.text);
            ui.add(egui::Label::new(text).truncate());
        }
    });
}
