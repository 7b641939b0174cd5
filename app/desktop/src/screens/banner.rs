//! The banner across the top while the two servers are not as they should be, with the one action that helps.
//!
//! It comes when somebody is about to click something else: it moves nothing before the pointer rests, and its buttons take no
//! click that was meant for what was there before.

use egui::{Align, Frame, Id, Layout, Margin, Panel, Rect, RichText, Sense, Stroke, Ui, UiBuilder, vec2};
use session::{Banner, BannerKind, Command, Model, Which};

use crate::ctx::Ctx;
use crate::fonts;
use crate::icons::{Icon, square_in};
use crate::theme::{self, Pair};
use crate::view::times::by_acd_clock;
use crate::widgets::{focus_ring, settled_height};

/// The line below it.
const LINE: f32 = 1.0;
/// Most of a banner's width that its button takes, however long the name of a server is.
const ACTION_SHARE: f32 = 0.42;
const SIGN_IN: &str = "Sign in…";
/// Whoever clicks so soon after a banner has come, in seconds, has not read it.
const UNREAD_SECS: f64 = 0.7;

/// What the button of a banner says.
pub fn action_text(model: &Model, to: Which) -> String {
    let name = model.servers[to].name();
    match model.role(to) {
        Which::Primary => format!("Back to {name}"),
        Which::Secondary => format!("Switch to {name}"),
    }
}

/// Keeps room for the banner at the top of what is left, once that may move. Returns where the banner is.
pub fn room_ui(ctx: &Ctx<'_>, ui: &mut Ui) -> Rect {
    let place = ui.available_rect_before_wrap();
    let drawn = ui.data(|data| data.get_temp::<f32>(Id::unique("banner_height"))).unwrap_or(0.0);
    let wanted = if ctx.model.banner(ctx.now).is_some() { drawn } else { 0.0 };
    let given = settled_height(ui, Id::unique("banner_room"), wanted);
    if given > 0.0 {
        let frame = Frame::new().fill(ctx.palette.canvas);
        Panel::top("banner")
            .frame(frame)
            .exact_size(given)
            .resizable(false)
            .show_separator_line(false)
            .show(ui, |_| {});
    }
    place
}

/// Draws the banner, if there is one, over the page at this place.
pub fn banner_ui(ctx: &Ctx<'_>, ui: &mut Ui, place: Rect) {
    let banner = ctx.model.banner(ctx.now);
    let is_unread = is_unread(ui, banner.as_ref());
    let Some(banner) = banner else { return };
    let pair = match banner.kind {
        BannerKind::Lost => ctx.palette.stale,
        BannerKind::WayBack => ctx.palette.info,
        BannerKind::Alone | BannerKind::TurnedOff => ctx.palette.caution,
    };
    let frame = Frame::new().fill(pair.fill).inner_margin(Margin::symmetric(16, 10));
    // What lies below is not clicked through it.
    let builder = UiBuilder::new().id_salt("banner").max_rect(place).sense(Sense::CLICK | Sense::DRAG);
    let mut over = ui.new_child(builder);
    over.spacing_mut().item_spacing.y = 0.0;
    let drawn = frame.show(&mut over, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            let switch = banner.action.map(|to| (to, action_text(ctx.model, to)));
            let most = ui.available_width() * ACTION_SHARE;
            let switch_width = switch.as_ref().map_or(0.0, |(_, text)| button_width(ui, text).min(most));
            let sign_in_width = if banner.sign_in.is_some() { button_width(ui, SIGN_IN) } else { 0.0 };
            let action_width = switch_width + sign_in_width + 3.0 * ui.spacing().item_spacing.x;
            let (rect, _) = ui.allocate_exact_size(vec2(26.0, 40.0), Sense::hover());
            let icon = if banner.kind == BannerKind::WayBack { Icon::Swap } else { Icon::Warning };
            icon.paint(ui.painter(), square_in(rect, 22.0), pair.text);
            ui.vertical(|ui| {
                ui.set_max_width((ui.available_width() - action_width).max(200.0));
                words(ctx, ui, &banner, pair);
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let signs_in = banner.sign_in.and_then(|which| sign_in_button(ctx, ui, which, pair));
                let switches = switch.and_then(|(to, text)| switch_button(ctx, ui, to, (&text, switch_width), pair));
                if let Some(command) = signs_in.or(switches).filter(|_| !is_unread) {
                    ctx.send(command);
                }
            });
        });
    });
    let (line, _) = over.allocate_exact_size(vec2(place.width(), LINE), Sense::hover());
    over.painter().hline(line.x_range(), line.center().y, Stroke::new(LINE, ctx.palette.line));
    let (id, height) = (Id::unique("banner_height"), drawn.response.rect.height() + LINE);
    if ui.data(|data| data.get_temp::<f32>(id)) != Some(height) {
        ui.data_mut(|data| data.insert_temp(id, height));
        ui.ctx().request_repaint();
    }
}

/// Whether the banner, or what it offers, has come just now.
fn is_unread(ui: &Ui, banner: Option<&Banner>) -> bool {
    let offers = banner.map(|banner| (banner.kind, banner.action, banner.sign_in));
    let id = Id::unique("banner_since");
    let now = ui.input(|input| input.time);
    let (known, since) = ui.data(|data| data.get_temp(id)).unwrap_or((None, f64::NEG_INFINITY));
    let since = if known == offers { since } else { now };
    ui.data_mut(|data| data.insert_temp(id, (offers, since)));
    now - since < UNREAD_SECS
}

fn words(ctx: &Ctx<'_>, ui: &mut Ui, banner: &Banner, pair: Pair) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let headline =
        RichText::new(by_acd_clock(ctx.model, &banner.headline)).font(fonts::semibold(theme::TITLE)).color(pair.text);
    ui.add(egui::Label::new(headline).wrap());
    for line in &banner.servers {
        let line = RichText::new(by_acd_clock(ctx.model, line)).font(fonts::regular(theme::BODY)).color(pair.text);
        ui.add(egui::Label::new(line).wrap());
    }
    if let Some(secs) = banner.auto_switch_in_secs {
        let text = format!("Switches by itself in {secs} s");
        ui.label(RichText::new(text).font(fonts::medium(theme::BODY)).color(pair.text));
    }
}

/// How wide a button with this text is.
fn button_width(ui: &Ui, text: &str) -> f32 {
    let font = fonts::semibold(theme::TITLE);
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, egui::Color32::PLACEHOLDER);
    galley.size().x + 2.0 * ui.spacing().button_padding.x + 2.0
}

fn sign_in_button(ctx: &Ctx<'_>, ui: &mut Ui, which: Which, pair: Pair) -> Option<Command> {
    let text = RichText::new(SIGN_IN).font(fonts::semibold(theme::TITLE)).color(pair.text);
    let button = egui::Button::new(text).fill(pair.fill).stroke(Stroke::new(1.0, pair.text));
    let response = ui.add(button.min_size(vec2(0.0, 38.0)).corner_radius(theme::RADIUS));
    focus_ring(ui, ctx.palette, &response);
    response.clicked().then_some(Command::AskPassword(which))
}

fn switch_button(ctx: &Ctx<'_>, ui: &mut Ui, to: Which, (text, width): (&str, f32), pair: Pair) -> Option<Command> {
    let words = RichText::new(text).font(fonts::semibold(theme::TITLE));
    // The opposite of the banner's own colours, so that nothing on the screen is easier to find.
    let button = egui::Button::new(words.color(pair.fill)).fill(pair.text).stroke(Stroke::NONE).truncate();
    let response = ui.add_sized(vec2(width, 38.0), button.corner_radius(theme::RADIUS));
    focus_ring(ui, ctx.palette, &response);
    let clicked = response.clicked();
    let about = "moves every open report with its inputs and layout (Ctrl+Shift+S)";
    let _ = response.on_hover_text(format!("{text}: {about}"));
    clicked.then_some(Command::SwitchTo(to))
}
