//! The ACDs in the top bar, one of which is chosen: with their names where there is room, with numbers where there is less, folded
//! into a menu where there is not even that.
//!
//! None is ever cut off: a row that scrolls was turned down, because nobody sees that there is more of it, nor how a link is that
//! has gone out of sight.

use std::sync::Arc;

use api::LinkState;
use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Color32, Galley, Popup, Rect, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::icons::{Icon, square_in};
use crate::theme::{self, Palette};
use crate::view::counts::counted;
use crate::view::top::{AcdItem, in_trouble};
use crate::widgets::focus_ring;

/// Height of a chip, the room of its mark, and the free space behind its text.
const HEIGHT: f32 = 28.0;
const MARK: f32 = 31.0;
const END: f32 = 11.0;
/// Room for the arrow of the folded chip, and for the mark of those that it hides.
const ARROW: f32 = 20.0;
const HIDDEN: f32 = 20.0;
/// Width of a line of the menu.
const LINE: f32 = 300.0;

/// Draws them in what is left of the bar.
pub fn acds_ui(ctx: &Ctx<'_>, ui: &mut Ui, acds: &[AcdItem]) {
    let room = ui.available_width();
    let is_chosen = |acd: &AcdItem| ctx.acd == Some(acd.acd);
    let full = |acd: &AcdItem| format!("{}  {}", acd.acd, acd.name);
    let number = |acd: &AcdItem| acd.acd.to_string();
    let ways: [&dyn Fn(&AcdItem) -> String; 3] =
        [&full, &|acd| if is_chosen(acd) { full(acd) } else { number(acd) }, &number];
    let gaps = ui.spacing().item_spacing.x * acds.len().saturating_sub(1) as f32;
    let width = |text: String| ui.painter().layout_no_wrap(text, font(), Color32::PLACEHOLDER).size().x + MARK + END;
    let fits = |way: &&&dyn Fn(&AcdItem) -> String| acds.iter().map(|acd| width(way(acd))).sum::<f32>() + gaps <= room;
    match ways.iter().find(fits) {
        Some(way) => acds.iter().for_each(|acd| chip(ctx, ui, acd, way(acd))),
        None => folded(ctx, ui, acds, room),
    }
}

fn font() -> egui::FontId {
    fonts::medium(theme::BODY)
}

fn mark(palette: &Palette, acd: &AcdItem) -> (Icon, Color32) {
    match acd.link {
        Some(LinkState::Up) => (Icon::LinkUp, palette.good_mark),
        Some(LinkState::Connecting | LinkState::PumpUp) => (Icon::LinkMoving, palette.caution_mark),
        Some(LinkState::Down) if !acd.collecting => (Icon::LinkDown, palette.soft),
        Some(LinkState::Down) | None => (Icon::LinkDown, palette.warning_mark),
    }
}

/// The rounded ground of a chip, with the mark of an ACD and a text.
fn ground(ui: &Ui, palette: &Palette, rect: Rect, acd: Option<&AcdItem>, galley: Arc<Galley>, lit: bool, chosen: bool) {
    let fill = match (chosen, lit) {
        (true, _) => palette.chosen.fill,
        (false, true) => palette.hovered,
        (false, false) => palette.raised,
    };
    let outline = Stroke::new(1.0, if chosen { palette.chosen.text.gamma_multiply(0.4) } else { palette.line });
    ui.painter().rect(rect, HEIGHT / 2.0, fill, outline, StrokeKind::Inside);
    if let Some((icon, color)) = acd.map(|acd| mark(palette, acd)) {
        let square = Rect::from_min_size(rect.min + vec2(6.0, 0.0), vec2(24.0, rect.height()));
        icon.paint(ui.painter(), square_in(square, 16.0), color);
    }
    let color = if chosen { palette.chosen.text } else { palette.text };
    ui.painter().galley(pos2(rect.left() + MARK, rect.center().y - galley.size().y / 2.0), galley, color);
}

fn chip(ctx: &Ctx<'_>, ui: &mut Ui, acd: &AcdItem, text: String) {
    let palette = ctx.palette;
    let chosen = ctx.acd == Some(acd.acd);
    let color = if chosen { palette.chosen.text } else { palette.text };
    let galley = ui.painter().layout_no_wrap(text, font(), color);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + MARK + END, HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, &acd.tooltip));
    ground(ui, palette, rect, Some(acd), galley, response.hovered(), chosen);
    focus_ring(ui, palette, &response);
    if response.clicked() {
        ctx.want(Intent::ChooseAcd(acd.acd));
    }
    let _ = response.on_hover_text(&acd.tooltip);
}

/// One chip for all: the chosen one by name, as far as that has room, and whether any other is in trouble. It opens a menu of all.
fn folded(ctx: &Ctx<'_>, ui: &mut Ui, acds: &[AcdItem], room: f32) {
    let palette = ctx.palette;
    let chosen = acds.iter().find(|acd| ctx.acd == Some(acd.acd));
    let trouble = acds.iter().find(|acd| ctx.acd != Some(acd.acd) && in_trouble(acd));
    let beside = MARK + ARROW + if trouble.is_some() { HIDDEN } else { 0.0 };
    let text = chosen.map_or_else(|| counted(acds.len(), "ACD", "ACDs"), |acd| format!("{}  {}", acd.acd, acd.name));
    let mut job = LayoutJob::simple_singleline(text.clone(), font(), palette.chosen.text);
    job.wrap = TextWrapping::truncate_at_width((room - beside).max(12.0));
    let galley = ui.painter().layout_job(job);
    let (rect, response) = ui.allocate_exact_size(vec2(galley.size().x + beside, HEIGHT), Sense::click());
    let name = format!("{}: {text}", counted(acds.len(), "ACD", "ACDs"));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    ground(ui, palette, rect, chosen, galley, response.hovered(), true);
    let arrow = Rect::from_min_size(pos2(rect.right() - ARROW - 2.0, rect.top()), vec2(ARROW, HEIGHT));
    Icon::SortDown.paint(ui.painter(), square_in(arrow, 11.0), palette.chosen.text);
    if let Some((icon, color)) = trouble.map(|acd| mark(palette, acd)) {
        let square = arrow.translate(vec2(-HIDDEN, 0.0));
        icon.paint(ui.painter(), square_in(square, 14.0), color);
    }
    focus_ring(ui, palette, &response);
    Popup::menu(&response).accessible_name("ACDs").show(|ui| acds.iter().for_each(|acd| line(ctx, ui, acd)));
    let _ = response.on_hover_ui(|ui| acds.iter().for_each(|acd| _ = ui.label(&acd.tooltip)));
}

/// A line of the menu: mark, number, name, and how its link is where that is not up.
fn line(ctx: &Ctx<'_>, ui: &mut Ui, acd: &AcdItem) {
    let palette = ctx.palette;
    let chosen = ctx.acd == Some(acd.acd);
    let text = format!("      {}  {}", acd.acd, acd.name);
    let state = RichText::new(if acd.link == Some(LinkState::Up) { "" } else { &acd.state }).color(palette.soft);
    let button = egui::Button::selectable(chosen, text).right_text(state).min_size(vec2(LINE, HEIGHT));
    let response: Response = ui.add(button).accessible_name(&acd.tooltip);
    let (icon, color) = mark(palette, acd);
    let square = Rect::from_min_size(response.rect.min + vec2(4.0, 0.0), vec2(24.0, response.rect.height()));
    icon.paint(ui.painter(), square_in(square, 16.0), color);
    if response.clicked() {
        ctx.want(Intent::ChooseAcd(acd.acd));
        ui.close();
    }
    let _ = response.on_hover_text(&acd.tooltip);
}
