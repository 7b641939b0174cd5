//! What a user is permitted: what is permitted now, each to be taken away, and what is to be permitted besides.

use egui::{Response, RichText, ScrollArea, Ui};
use model::menu::ALL;

use super::{choice, closely, wrong};
use crate::ctx::Ctx;
use crate::fonts;
use crate::icons::Icon;
use crate::theme;
use crate::view::administration::line_start;
use crate::view::administration::permissions::{KINDS, PermissionDraft, element_meaning, features, line};
use crate::widgets::{field, hint, icon_button, section, segments};

/// Most room for what is permitted now.
const KEPT_HEIGHT: f32 = 150.0;

pub(super) fn fields(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut PermissionDraft) -> Vec<Response> {
    ui.checkbox(&mut draft.reads_everything, "May read everything on this server, also what is not listed below");
    kept(ctx, ui, draft);
    section(ui, ctx.palette, "Permit more");
    besides(ctx, ui, draft);
    let width = ui.available_width();
    let mut kind = draft.kind;
    segments(ui, ctx.palette, width, &mut kind, &KINDS);
    if kind != draft.kind {
        draft.choose_kind(kind);
    }
    ui.add_space(4.0);
    let mut responses = Vec::new();
    if draft.kind == "feature" {
        for (word, meaning) in features() {
            let mut ticked = draft.features.contains(word);
            if ui.checkbox(&mut ticked, line_start(meaning)).changed() {
                if ticked {
                    draft.features.insert(word);
                } else {
                    draft.features.remove(word);
                }
            }
        }
    } else if draft.kind == "menu" {
        menu(ctx, ui, draft);
        return responses;
    } else if draft.kind == "acd" {
        for (acd, name) in draft.acds.clone() {
            let mut ticked = draft.ticked.contains(&acd);
            if ui.checkbox(&mut ticked, name).changed() {
                match ticked {
                    true => _ = draft.ticked.insert(acd),
                    false => _ = draft.ticked.remove(&acd),
                }
            }
        }
    } else {
        acd(ctx, ui, draft);
        if let Some(meaning) = element_meaning(draft.kind) {
            ui.add_space(3.0);
            responses.push(field(ui, ctx.palette, "Numbers, such as 1;3-5, or all", &mut draft.numbers, "1;3-5"));
            hint(ui, ctx.palette, &format!("{}. The ACD itself must be permitted, too", line_start(meaning)));
        }
    }
    ui.add_space(3.0);
    ui.horizontal_wrapped(|ui| {
        let mut reads = draft.read || draft.write;
        if ui.add_enabled(!draft.write, egui::Checkbox::new(&mut reads, "Read")).changed() {
            draft.read = reads;
        }
        ui.checkbox(&mut draft.write, "Write");
        ui.checkbox(&mut draft.exceptions, "Receive its exceptions");
    });
    if let Err(why) = draft.added() {
        wrong(ctx, ui, &why);
    }
    responses
}

/// What was filled in of other kinds, each to be left out again.
fn besides(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut PermissionDraft) {
    let mut left_out = None;
    for (place, permission) in draft.besides.iter().enumerate() {
        let line = line(permission);
        ui.horizontal(|ui| {
            if icon_button(ui, ctx.palette, Icon::Close, &format!("Do not permit {line}")).clicked() {
                left_out = Some(place);
            }
            ui.add(egui::Label::new(RichText::new(&line).font(fonts::regular(theme::BODY))).truncate());
        });
    }
    if let Some(place) = left_out {
        draft.besides.remove(place);
    }
}

/// The main menu additions; to open them is all that is permitted.
fn menu(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut PermissionDraft) {
    closely(ui, |ui| {
        for addition in &draft.menu {
            let mut ticked = draft.additions.contains(addition);
            let text = if addition == ALL { "All, also those that come later" } else { addition };
            if ui.checkbox(&mut ticked, text).changed() {
                match ticked {
                    true => _ = draft.additions.insert(addition.clone()),
                    false => _ = draft.additions.remove(addition),
                }
            }
        }
    });
    hint(ui, ctx.palette, "What is ticked is in the user's menu and may be opened");
}

fn acd(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut PermissionDraft) {
    let acds = draft.acds.clone();
    let shown = acds.iter().find(|(acd, _)| *acd == draft.acd);
    let shown = shown.map_or_else(|| format!("ACD {}", draft.acd), |(_, name)| name.clone());
    if let Some(text) = choice(ctx, ui, "ACD", &shown, acds.iter().map(|(_, name)| name.as_str()))
        && let Some((acd, _)) = acds.iter().find(|(_, name)| name == text)
    {
        draft.acd = *acd;
    }
}

/// What is permitted now. What is taken away is struck out, and can be given back until it is saved.
fn kept(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut PermissionDraft) {
    section(ui, ctx.palette, "Permitted so far");
    if draft.kept().is_empty() {
        hint(ui, ctx.palette, "Nothing yet. Choose below what this user may read or change");
        return;
    }
    let lines: Vec<String> = draft.kept().iter().map(line).collect();
    ScrollArea::vertical().id_salt("permitted").max_height(KEPT_HEIGHT).auto_shrink([false, true]).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (place, line) in lines.iter().enumerate() {
            let is_taken = draft.taken.contains(&place);
            ui.horizontal(|ui| {
                let (icon, verb) = if is_taken { (Icon::Plus, "Keep") } else { (Icon::Close, "Take away") };
                if icon_button(ui, ctx.palette, icon, &format!("{verb} {line}")).clicked() {
                    if is_taken {
                        draft.taken.remove(&place);
                    } else {
                        draft.taken.insert(place);
                    }
                }
                let text = RichText::new(line).font(fonts::regular(theme::BODY));
                let text =
                    if is_taken { text.strikethrough().color(ctx.palette.soft) } else { text.color(ctx.palette.text) };
                ui.add(egui::Label::new(text).truncate());
            });
        }
    });
}
