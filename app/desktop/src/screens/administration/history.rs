//! External Call History, drawn: the switch, and a card for each ACD.

use api::HistoryInterface;
use egui::{Align, Layout, RichText, Ui};

use super::card::{card, fact};
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::screens::copy_dialog::boxed;
use crate::theme;
use crate::view::administration::history::{AcdRow, Draft, HistoryView, turn_off, view};
use crate::view::administration::{Form, FrameView};
use crate::widgets::{chip, guarded, hint, primary_button};

/// Room for the names of facts.
const LABEL_WIDTH: f32 = 84.0;

/// Draws the page.
pub fn history_ui(ctx: &Ctx<'_>, ui: &mut Ui, frame: &FrameView, state: &HistoryInterface) {
    let shown = view(ctx.model, state);
    if let Some(before) = shown.before {
        boxed(ui, ctx.palette.info, before);
    }
    card(ui, ctx.palette, |ui| top(ctx, ui, frame, &shown));
    for row in &shown.acds {
        card(ui, ctx.palette, |ui| acd(ctx, ui, frame, row));
    }
    if shown.acds.is_empty() && shown.before.is_none() {
        hint(ui, ctx.palette, "The server has no ACD");
    }
}

fn top(ctx: &Ctx<'_>, ui: &mut Ui, frame: &FrameView, shown: &HistoryView) {
    let size = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        if shown.on {
            if guarded(ui, &frame.may, |ui| ui.button("Turn off…")).clicked() {
                ctx.want(Intent::Confirm(Box::new(turn_off(ctx.model, frame.role))));
            }
        } else {
            let may = match (&frame.may, shown.before) {
                (Ok(()), Some(before)) => Err(before.to_owned()),
                (may, _) => may.clone(),
            };
            if guarded(ui, &may, |ui| primary_button(ui, ctx.palette, "Turn on…")).clicked() {
                let draft = Draft::of(ctx.model, frame.role);
                ctx.want(Intent::AskChange(Box::new(Form::History(draft))));
            }
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let title = RichText::new(format!("On {}", frame.server));
            let title = title.font(fonts::semibold(theme::TITLE)).color(ctx.palette.text);
            ui.add(egui::Label::new(title).truncate());
            let pair = match shown.on {
                true if !frame.muted => ctx.palette.good,
                _ => ctx.palette.muted(),
            };
            chip(ui, pair, if shown.on { "on" } else { "off" });
            if !shown.form.is_empty() {
                let form = RichText::new(&shown.form).font(fonts::regular(theme::SMALL)).color(ctx.palette.soft);
                ui.add(egui::Label::new(form).truncate());
            }
        });
    });
}

fn acd(ctx: &Ctx<'_>, ui: &mut Ui, frame: &FrameView, row: &AcdRow) {
    let palette = ctx.palette;
    ui.horizontal(|ui| {
        ui.label(RichText::new(&row.title).font(fonts::semibold(theme::TITLE)).color(palette.text));
        let pair = match row.is_waiting {
            _ if frame.muted => palette.muted(),
            true => palette.caution,
            false => palette.good,
        };
        chip(ui, pair, &row.waiting);
    });
    ui.spacing_mut().item_spacing.y = 3.0;
    for (label, text) in &row.facts {
        fact(ui, LABEL_WIDTH, label, text, palette.soft, palette.text);
    }
    if let Some(problem) = &row.problem {
        fact(ui, LABEL_WIDTH, "Problem", problem, palette.soft, palette.warning.text);
    }
}
