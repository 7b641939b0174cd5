//! The banner across the top while the two servers are not as they should be, with the one action that helps.

use egui::{Align, Frame, Layout, Margin, Panel, RichText, Sense, Stroke, Ui, vec2};
use session::{Banner, BannerKind, Command, Model, Which};

use crate::ctx::Ctx;
use crate::fonts;
use crate::icons::{Icon, square_in};
use crate::theme::{self, Pair};
use crate::widgets::focus_ring;

/// What the button of a banner says.
pub fn action_text(model: &Model, to: Which) -> String {
    let name = model.servers[to].name();
    match to {
        Which::Primary => format!("Back to {name}"),
        Which::Secondary => format!("Switch to {name}"),
    }
}

/// Draws the banner, if there is one.
pub fn banner_ui(ctx: &Ctx<'_>, ui: &mut Ui) {
    let Some(banner) = ctx.model.banner(ctx.now) else { return };
    let pair = match banner.kind {
        BannerKind::Lost => ctx.palette.stale,
        BannerKind::WayBack => ctx.palette.info,
        BannerKind::Alone => ctx.palette.caution,
    };
    let frame = Frame::new().fill(pair.fill).inner_margin(Margin::symmetric(16, 10));
    Panel::top("banner").frame(frame).show_separator_line(true).show(ui, |ui| {
        ui.horizontal(|ui| {
            let buttons = usize::from(banner.action.is_some()) as f32 * 250.0;
            let action_width = buttons + if banner.sign_in.is_some() { 100.0 } else { 0.0 };
            let (rect, _) = ui.allocate_exact_size(vec2(26.0, 40.0), Sense::hover());
            let icon = if banner.kind == BannerKind::WayBack { Icon::Swap } else { Icon::Warning };
            icon.paint(ui.painter(), square_in(rect, 22.0), pair.text);
            ui.vertical(|ui| {
                ui.set_max_width((ui.available_width() - action_width).max(200.0));
                words(ui, &banner, pair);
            });
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| action(ctx, ui, &banner, pair));
        });
    });
}

fn words(ui: &mut Ui, banner: &Banner, pair: Pair) {
    ui.spacing_mut().item_spacing.y = 2.0;
    let headline = RichText::new(&banner.headline).font(fonts::semibold(theme::TITLE)).color(pair.text);
    ui.add(egui::Label::new(headline).wrap());
    for line in &banner.servers {
        let line = RichText::new(line).font(fonts::regular(theme::BODY)).color(pair.text);
        ui.add(egui::Label::new(line).wrap());
    }
    if let Some(secs) = banner.auto_switch_in_secs {
        let text = format!("Switches by itself in {secs} s");
        ui.label(RichText::new(text).font(fonts::medium(theme::BODY)).color(pair.text));
    }
}

fn action(ctx: &Ctx<'_>, ui: &mut Ui, banner: &Banner, pair: Pair) {
    if let Some(which) = banner.sign_in {
        let text = RichText::new("Sign in…").font(fonts::semibold(theme::TITLE)).color(pair.text);
        let button = egui::Button::new(text).fill(pair.fill).stroke(Stroke::new(1.0, pair.text));
        let response = ui.add(button.min_size(vec2(0.0, 38.0)).corner_radius(theme::RADIUS));
        focus_ring(ui, ctx.palette, &response);
        if response.clicked() {
            ctx.send(Command::AskPassword(which));
        }
    }
    let Some(to) = banner.action else { return };
    let text = RichText::new(action_text(ctx.model, to)).font(fonts::semibold(theme::TITLE));
    // The opposite of the banner's own colours, so that nothing on the screen is easier to find.
    let button = egui::Button::new(text.color(pair.fill)).fill(pair.text).stroke(Stroke::NONE);
    let response = ui.add(button.min_size(vec2(0.0, 38.0)).corner_radius(theme::RADIUS));
    focus_ring(ui, ctx.palette, &response);
    if response.clicked() {
        ctx.send(Command::SwitchTo(to));
    }
    let _ = response.on_hover_text("Moves every open report with its inputs and layout (Ctrl+Shift+S)");
}
