//! Data collection, drawn: a card for each ACD with its switch and its storage interval.

use api::{LinkState, Status};
use egui::{Align, Layout, RichText, Ui};
use session::{Command, Which};

use super::card::{card, fact, label_cell};
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::theme;
use crate::view::administration::FrameView;
use crate::view::administration::collection::{CollectionRow, INTERVALS, rows, set_interval, turn_off, turn_on};
use crate::widgets::{chip, guarded, hint, primary_button, segments};

/// Room for the names of facts.
const LABEL_WIDTH: f32 = 84.0;

/// Draws the page.
pub fn collection_ui(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, status: &Status) {
    for row in rows(status) {
        card(ui, ctx.palette, |ui| {
            top(ctx, ui, view, &row);
            ui.add_space(2.0);
            facts(ctx, ui, &row);
            ui.add_space(4.0);
            interval(ctx, ui, view, &row);
        });
    }
}

fn top(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, row: &CollectionRow) {
    let palette = ctx.palette;
    let size = egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        switch(ctx, ui, view.role, row, &view.may);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let title = RichText::new(&row.title).font(fonts::semibold(theme::TITLE)).color(palette.text);
            ui.add(egui::Label::new(title).truncate());
            let (pair, word) = match row.collecting {
                _ if view.muted => (palette.muted(), if row.collecting { "on" } else { "off" }),
                true => (palette.good, "on"),
                false => (palette.warning, "off"),
            };
            chip(ui, pair, &format!("data collection {word}"));
            let pair = match row.link {
                _ if view.muted => palette.muted(),
                LinkState::Up => palette.good,
                LinkState::Connecting | LinkState::PumpUp => palette.caution,
                LinkState::Down => palette.warning,
            };
            chip(ui, pair, &format!("link {}", row.link.word()));
        });
    });
}

fn switch(ctx: &Ctx<'_>, ui: &mut Ui, which: Which, row: &CollectionRow, may: &Result<(), String>) {
    let name = |verb: &str| format!("{verb} data collection of {}", row.title);
    if row.collecting {
        let response = guarded(ui, may, |ui| ui.button("Turn off…"));
        if response.accessible_name(name("Turn off")).clicked() {
            ctx.want(Intent::Confirm(Box::new(turn_off(ctx.model, which, row))));
        }
    } else {
        let response = guarded(ui, may, |ui| primary_button(ui, ctx.palette, "Turn on"));
        if response.accessible_name(name("Turn on")).clicked() {
            ctx.send(Command::Administer { which, change: turn_on(row) });
        }
    }
}

fn facts(ctx: &Ctx<'_>, ui: &mut Ui, row: &CollectionRow) {
    let palette = ctx.palette;
    ui.spacing_mut().item_spacing.y = 3.0;
    for (label, text) in &row.facts {
        fact(ui, LABEL_WIDTH, label, text, palette.soft, palette.text);
    }
    if let Some(problem) = &row.problem {
        let text = format!("Not archived: {problem}");
        fact(ui, LABEL_WIDTH, "Problem", &text, palette.soft, palette.warning.text);
    }
}

fn interval(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, row: &CollectionRow) {
    let may = match (&view.may, &row.before_interval) {
        (Err(why), _) => Err(why.clone()),
        (Ok(()), Some(first)) => Err(first.clone()),
        (Ok(()), None) => Ok(()),
    };
    ui.horizontal(|ui| {
        let label = RichText::new("Interval").font(fonts::medium(theme::SMALL)).color(ctx.palette.soft);
        label_cell(ui, LABEL_WIDTH, theme::CONTROL_HEIGHT, label)
            .on_hover_text("Storage interval: the grain of the history");
        let mut minutes = row.interval;
        let response = guarded(ui, &may, |ui| segments(ui, ctx.palette, 216.0, &mut minutes, &INTERVALS));
        if response.changed() {
            ctx.want(Intent::Confirm(Box::new(set_interval(ctx.model, view.role, row.acd, minutes))));
        }
    });
    if let Some(first) = &row.before_interval {
        hint(ui, ctx.palette, first);
    }
}
