//! A shortcut of one's own: its name, and what it opens. And a copy for another user.

use egui::{Response, RichText, ScrollArea, Ui};

use super::wrong_if_typed;
use crate::ctx::Ctx;
use crate::fonts;
use crate::theme;
use crate::view::shortcuts::{Act, GiveDraft, ShortcutDraft, step_line};
use crate::widgets::field;

/// What it opens is scrolled beyond this height.
const STEPS_HEIGHT: f32 = 220.0;

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut ShortcutDraft) -> Vec<Response> {
    let mut responses = Vec::new();
    if matches!(draft.act, Act::Keep | Act::Rename) {
        responses.push(field(ui, ctx.palette, "Name, at most 20 letters", &mut draft.name, "Morning"));
        wrong_if_typed(ctx, ui, &draft.name, draft.change());
        ui.add_space(6.0);
    }
    let opens = match draft.act {
        Act::Keep | Act::Replace => "Opens from now on",
        Act::Rename | Act::Delete => "Opens",
    };
    ui.label(RichText::new(opens).font(fonts::semibold(theme::SMALL)).color(ctx.palette.soft));
    if draft.steps.is_empty() {
        let text = RichText::new("Nothing: no report is open").font(fonts::regular(theme::BODY));
        ui.label(text.color(ctx.palette.text));
    }
    ScrollArea::vertical().id_salt("opens").max_height(STEPS_HEIGHT).show(ui, |ui| {
        for (at, step) in (1..).zip(&draft.steps) {
            let line = format!("{at}. {}", step_line(ctx.model, step));
            let text = RichText::new(line).font(fonts::regular(theme::BODY)).color(ctx.palette.text);
            ui.add(egui::Label::new(text).wrap());
        }
    });
    responses
}

pub(super) fn give(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut GiveDraft) -> Vec<Response> {
    let to = field(ui, ctx.palette, "User ID of who gets a copy", &mut draft.to, "ann");
    ui.add_space(3.0);
    let name =
        field(ui, ctx.palette, "Another name for the copy, if it is to have one", &mut draft.name, &draft.shortcut);
    wrong_if_typed(ctx, ui, &draft.to, draft.change());
    vec![to, name]
}
