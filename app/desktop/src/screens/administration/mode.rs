//! The mode of a server, drawn: one or many, the master ACD, and what is refused in which state.

use api::Mode;
use egui::{Align, Layout, RichText, Ui, vec2};
use model::AcdNumber;
use session::{ChangeRequest, Command, ModeData};

use super::card::{card, fact, label_cell};
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::theme;
use crate::view::administration::FrameView;
use crate::view::administration::backup_draft::acds;
use crate::view::administration::mode::{facts, master_acd, may_choose_master, rows, single_user};
use crate::widgets::{ListColumn, Listing, chip, guarded, hint, primary_button, section};

const COLUMNS: [ListColumn; 5] = [
    ListColumn::wide("Operation"),
    ListColumn::words("Data collection"),
    ListColumn::words("Mode"),
    ListColumn::words("Server"),
    ListColumn::wide("Now"),
];
/// Room for the names of facts.
const LABEL_WIDTH: f32 = 84.0;
/// Room for a few rows, however small the window is.
const LIST_MIN: f32 = 160.0;

/// Draws the page.
pub fn mode_ui(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, known: &ModeData, height: f32) {
    let bottom = ui.cursor().top() + height;
    card(ui, ctx.palette, |ui| {
        top(ctx, ui, view, known);
        ui.spacing_mut().item_spacing.y = 3.0;
        for (label, text) in facts(ctx.model, known) {
            fact(ui, LABEL_WIDTH, label, &text, ctx.palette.soft, ctx.palette.text);
        }
        master(ctx, ui, view, known);
    });
    section(ui, ctx.palette, "What is refused in which state");
    let shown = rows(ctx.model, known);
    let listing = Listing { name: "Rules", columns: &COLUMNS, row_count: shown.len(), chosen: None, muted: view.muted };
    let mut cell = |row: usize, at: usize| shown[row][at].clone();
    let room = (bottom - ui.cursor().top() - 4.0).max(LIST_MIN);
    listing.show(ui, ctx.palette, room, &mut cell);
}

fn top(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, known: &ModeData) {
    let palette = ctx.palette;
    let size = vec2(ui.available_width(), theme::CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        match known.mode.mode {
            Mode::MultiUser => {
                if guarded(ui, &view.may, |ui| ui.button("Switch to single-user mode…")).clicked() {
                    ctx.want(Intent::Confirm(Box::new(single_user(ctx.model, view.role, known))));
                }
            }
            Mode::SingleUser => {
                let back = guarded(ui, &view.may, |ui| primary_button(ui, palette, "Let everybody sign in again"));
                if back.clicked() {
                    let change = ChangeRequest::Mode(Mode::MultiUser);
                    ctx.send(Command::Administer { which: view.role, change });
                }
            }
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let title = RichText::new(&known.mode.server).font(fonts::semibold(theme::TITLE)).color(palette.text);
            ui.add(egui::Label::new(title).truncate());
            let pair = match known.mode.mode {
                _ if view.muted => palette.muted(),
                Mode::MultiUser => palette.good,
                Mode::SingleUser => palette.caution,
            };
            chip(ui, pair, &format!("{} mode", known.mode.mode));
        });
    });
}

fn master(ctx: &Ctx<'_>, ui: &mut Ui, view: &FrameView, known: &ModeData) {
    let acds = acds(ctx.model);
    if acds.len() < 2 {
        return;
    }
    let may = may_choose_master(ctx.model, known, &view.may);
    let chosen = known.mode.master_acd;
    ui.horizontal(|ui| {
        let label = RichText::new("Choose it").font(fonts::medium(theme::SMALL)).color(ctx.palette.soft);
        label_cell(ui, LABEL_WIDTH, theme::CONTROL_HEIGHT, label);
        let mut wanted: Option<AcdNumber> = None;
        for (acd, name) in acds.iter().filter(|(acd, _)| *acd != chosen) {
            if guarded(ui, &may, |ui| ui.button(format!("{name}…"))).clicked() {
                wanted = Some(*acd);
            }
        }
        if let Some(acd) = wanted {
            ctx.want(Intent::Confirm(Box::new(master_acd(ctx.model, view.role, acd))));
        }
        if let Err(why) = &may {
            hint(ui, ctx.palette, why);
        }
    });
}
