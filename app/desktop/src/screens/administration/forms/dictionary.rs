//! A name, an agent group, a calculation or constant.

use egui::{Response, Ui};

use super::wrong_if_typed;
use crate::ctx::Ctx;
use crate::view::administration::dictionary::{FORMULAS, FormulaDraft, GroupDraft, NameDraft};
use crate::widgets::{field, hint, segments};

pub(super) fn name(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut NameDraft) -> Vec<Response> {
    let mut responses = Vec::new();
    if draft.is_new {
        responses.push(field(ui, ctx.palette, "Number, or the switch's word", &mut draft.number, ""));
        wrong_if_typed(ctx, ui, &draft.number, draft.kind.checked_number(&draft.number));
        ui.add_space(3.0);
    }
    responses.push(field(ui, ctx.palette, "Name, up to 20 characters", &mut draft.name, ""));
    ui.add_space(3.0);
    responses.push(field(ui, ctx.palette, "Description, up to 50 characters", &mut draft.description, ""));
    if let (Err(why), false) = (draft.change(), draft.name.trim().is_empty()) {
        super::wrong(ctx, ui, &why);
    }
    if !draft.is_new {
        hint(ui, ctx.palette, "Without a name, reports show the switch's name or the number again");
    }
    responses
}

pub(super) fn group(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut GroupDraft) -> Vec<Response> {
    let mut responses = Vec::new();
    if draft.is_new {
        responses.push(field(ui, ctx.palette, "Name, up to 20 characters", &mut draft.name, ""));
        ui.add_space(3.0);
    }
    responses.push(field(ui, ctx.palette, "Login IDs of its agents", &mut draft.agents, "4001, 4002"));
    ui.add_space(3.0);
    responses.push(field(ui, ctx.palette, "Description, up to 50 characters", &mut draft.description, ""));
    if let (Err(why), false) = (draft.change(), draft.agents.trim().is_empty()) {
        super::wrong(ctx, ui, &why);
    }
    if !draft.is_new {
        hint(ui, ctx.palette, "Without any agent the group is deleted");
    }
    responses
}

pub(super) fn formula(ctx: &Ctx<'_>, ui: &mut Ui, draft: &mut FormulaDraft) -> Vec<Response> {
    let mut responses = Vec::new();
    if draft.is_new {
        segments(ui, ctx.palette, 220.0, &mut draft.kind, &FORMULAS);
        ui.add_space(4.0);
        responses.push(field(ui, ctx.palette, "Name: letters, digits and _, up to 20", &mut draft.name, "SHARE"));
        ui.add_space(3.0);
    }
    responses.push(field(ui, ctx.palette, "Formula", &mut draft.formula, "100 * ABNCALLS / CALLSOFFERED"));
    ui.add_space(3.0);
    responses.push(field(ui, ctx.palette, "Description, up to 50 characters", &mut draft.description, ""));
    if let (Err(why), false) = (draft.change(), draft.formula.trim().is_empty()) {
        super::wrong(ctx, ui, &why);
    }
    if !draft.is_new {
        hint(ui, ctx.palette, "Without a formula it is deleted");
    }
    responses
}
