//! The top bar: product, server in use and its role, ACDs with their links, the ACD's clock, age of data.

use std::time::Instant;

use egui::{Align, Frame, Layout, Margin, Panel, RichText, Role, Sense, Stroke, Ui, WidgetInfo};
use egui::{pos2, vec2};
use session::{Command, Model, Which};

use super::acds::acds_ui;
use super::menu::menu_button;
use super::toasts::{Toasts, to_read};
use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::icons::{Icon, square_in};
use crate::settings::{Settings, ThemeChoice};
use crate::theme::{self, Palette};
use crate::view::administration::Form;
use crate::view::administration::error_log::open_text;
use crate::view::administration::users::PasswordDraft;
use crate::view::counts::counted;
use crate::view::top::{OtherItem, TopView, top_view, why_not_moved};
use crate::widgets::{chip, focus_ring, icon_button, toggle_button};

/// Narrower bars leave out what can be read elsewhere: the product's word, the age.
const COMPACT_BELOW: f32 = 1000.0;
/// Still narrower ones also leave out what the settings hold, the product's mark and the user's name.
const TIGHT_BELOW: f32 = 640.0;

/// Room that the server's name leaves for its role and an ACD.
const ROLE_AND_ACD: f32 = 180.0;
/// And for words about the other server, while it is not well.
const OTHER: f32 = 130.0;
/// Room that these words leave for an ACD.
const AN_ACD: f32 = 90.0;

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Room {
    Tight,
    Compact,
    Full,
}

impl Room {
    fn of(width: f32) -> Room {
        match width {
            _ if width < TIGHT_BELOW => Room::Tight,
            _ if width < COMPACT_BELOW => Room::Compact,
            _ => Room::Full,
        }
    }
}

/// What is shown below the bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnScreen {
    /// The open reports, and the list of reports where that is wanted.
    Reports,
    /// The report designer, which has no list beside it.
    Designer,
    /// A page of administration.
    Administration,
}

/// Draws the bar at the top of what is given.
pub fn top_bar_ui(ctx: &Ctx<'_>, ui: &mut Ui, on_screen: OnScreen, toasts: &mut Toasts) {
    let Some(view) = top_view(ctx.model, ctx.acd, ctx.now) else { return };
    let frame = Frame::new().fill(ctx.palette.surface).inner_margin(Margin::symmetric(14, 8));
    Panel::top("top_bar").frame(frame).show_separator_line(true).show(ui, |ui| {
        let room = Room::of(ui.available_width());
        let size = vec2(ui.available_width(), 32.0);
        // The right side first: it keeps its place, and the ACDs make do with what is left.
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            right(ctx, ui, &view, room, on_screen == OnScreen::Administration);
            notices(ctx, ui, toasts);
            ui.add_space(12.0);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| left(ctx, ui, &view, room, on_screen));
        });
    });
}

fn left(ctx: &Ctx<'_>, ui: &mut Ui, view: &TopView, room: Room, on_screen: OnScreen) {
    ui.spacing_mut().item_spacing.x = 10.0;
    let name = if ctx.settings.show_list { "Hide the report list" } else { "Show the report list" };
    if on_screen == OnScreen::Administration {
        if icon_button(ui, ctx.palette, Icon::Report, "Back to the reports").clicked() {
            ctx.want(Intent::ToggleAdministration);
        }
    } else if on_screen == OnScreen::Reports && icon_button(ui, ctx.palette, Icon::List, name).clicked() {
        let settings = Settings { show_list: !ctx.settings.show_list, ..ctx.settings.clone() };
        ctx.want(Intent::SaveSettings(settings));
    }
    if room > Room::Tight {
        mark(ui, ctx.palette);
    }
    if room == Room::Full {
        ui.add_space(-4.0);
        word(ui, ctx.palette);
        ui.add_space(6.0);
    }
    server(ctx, ui, view);
    acds_ui(ctx, ui, &view.acds);
}

/// The product's name with its mark.
pub fn brand(ui: &mut Ui, palette: &Palette) {
    mark(ui, palette);
    ui.add_space(-4.0);
    word(ui, palette);
}

/// Two overlapping circles, one standing in for the other.
fn mark(ui: &mut Ui, palette: &Palette) {
    let (rect, _) = ui.allocate_exact_size(vec2(26.0, 26.0), Sense::hover());
    let painter = ui.painter();
    painter.circle_filled(pos2(rect.left() + 9.5, rect.center().y), 8.0, palette.accent);
    painter.circle_stroke(pos2(rect.left() + 16.5, rect.center().y), 8.0, Stroke::new(2.0, palette.accent));
}

fn word(ui: &mut Ui, palette: &Palette) {
    ui.label(RichText::new("Understudy").font(fonts::semibold(theme::TITLE + 1.0)).color(palette.text));
}

fn server(ctx: &Ctx<'_>, ui: &mut Ui, view: &TopView) {
    let name = RichText::new(&view.server).font(fonts::medium(theme::BODY)).color(ctx.palette.text);
    ui.scope(|ui| {
        let is_well = view.other.as_ref().is_none_or(|other| other.ready != Some(false));
        let chips = usize::from(!is_well) + usize::from(view.single_user);
        let left = ROLE_AND_ACD + OTHER * chips as f32;
        ui.set_max_width((ui.available_width() - left).max(30.0));
        ui.add(egui::Label::new(name).truncate());
    });
    let (word, pair) = match view.role {
        Which::Primary => ("primary", ctx.palette.info),
        Which::Secondary => ("secondary", ctx.palette.stale),
    };
    let about = "Role of the server that serves your reports".to_owned();
    let about = view.contradiction.iter().fold(about, |about, why| format!("{about}. {why}"));
    chip(ui, pair, word).on_hover_text(about);
    if view.single_user {
        let about = "Everybody else is signed out, and nobody can sign in: Administration, Mode ends it";
        chip(ui, ctx.palette.caution, "single-user").on_hover_text(about);
    }
    if let Some(item) = &view.other {
        other(ctx, ui, item);
    }
    ui.add_space(4.0);
}

/// How the other server is: a quiet button that moves there while it could take over, a chip with words once it could not.
fn other(ctx: &Ctx<'_>, ui: &mut Ui, item: &OtherItem) {
    let palette = ctx.palette;
    let response = match item.ready {
        Some(false) => {
            let galley = ui.painter().layout_no_wrap(item.word.clone(), fonts::medium(theme::SMALL), palette.text);
            let fits = galley.size().x < ui.available_width() - AN_ACD;
            chip(ui, palette.caution, if fits { &item.word } else { &item.short })
        }
        ready => {
            let (rect, response) = ui.allocate_exact_size(vec2(24.0, 26.0), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &item.tooltip));
            if response.hovered() || response.has_focus() {
                ui.painter().rect_filled(rect, theme::RADIUS_SMALL, palette.hovered);
            }
            let color = if ready.is_some() { palette.good_mark } else { palette.soft };
            Icon::Swap.paint(ui.painter(), square_in(rect, 15.0), color);
            focus_ring(ui, palette, &response);
            if response.clicked()
                && let Some(intent) = moving(ctx.model, ctx.now)
            {
                ctx.want(intent);
            }
            response
        }
    };
    let _ = response.on_hover_text(&item.tooltip);
}

/// What moves everything to the other server, or says why that stays; `None` before signing in.
pub fn moving(model: &Model, now: Instant) -> Option<Intent> {
    let serving = model.serving?;
    Some(match why_not_moved(model, now) {
        Some(why) => Intent::TellStaying(why),
        None => Intent::Send(Command::SwitchTo(serving.other())),
    })
}

fn right(ctx: &Ctx<'_>, ui: &mut Ui, view: &TopView, room: Room, administering: bool) {
    let compact = room < Room::Full;
    let palette = ctx.palette;
    ui.spacing_mut().item_spacing.x = 4.0;
    if icon_button(ui, palette, Icon::Settings, "Settings…").clicked() {
        ctx.want(Intent::AskSettings);
    }
    if room > Room::Tight {
        theme_button(ctx, ui);
        scale(ctx, ui);
    }
    administration(ctx, ui, compact, administering);
    super::shortcuts::menu_ui(ctx, ui, compact);
    menu_button(ctx, ui, compact);
    if room > Room::Tight {
        ui.add_space(6.0);
    }
    user(ctx, ui, view, room);
    ui.add_space(if room > Room::Tight { 8.0 } else { 2.0 });
    clock(ui, palette, view, compact);
    exceptions(ctx, ui, view);
}

/// Exceptions since the running interval began; none while there are none, so that one comes into sight.
fn exceptions(ctx: &Ctx<'_>, ui: &mut Ui, view: &TopView) {
    if view.exceptions == 0 {
        return;
    }
    let counted = counted(view.exceptions as usize, "exception", "exceptions");
    let name = format!("{counted} since the running interval began: show the log");
    let response = toggle_button(ui, ctx.palette, Icon::Bell, &name, &view.exceptions.to_string(), false);
    if response.clicked() {
        ctx.want(Intent::ShowExceptions);
    }
    let _ = response.on_hover_text(name);
}

/// The notices that are to be read.
fn notices(ctx: &Ctx<'_>, ui: &mut Ui, toasts: &mut Toasts) {
    let count = toasts.to_read();
    if count == 0 {
        return;
    }
    let name = to_read(count);
    ui.add_space(4.0);
    let response = toggle_button(ui, ctx.palette, Icon::Warning, &name, &count.to_string(), toasts.is_unfolded());
    if response.clicked() {
        toasts.toggle();
    }
    let _ = response.on_hover_text(name);
}

fn theme_button(ctx: &Ctx<'_>, ui: &mut Ui) {
    let icon = match ctx.settings.theme {
        ThemeChoice::System => Icon::Auto,
        ThemeChoice::Light => Icon::Sun,
        ThemeChoice::Dark => Icon::Moon,
    };
    let name = format!("Light or dark: {}", ctx.settings.theme.word());
    if icon_button(ui, ctx.palette, icon, &name).clicked() {
        ctx.want(Intent::SaveSettings(Settings { theme: ctx.settings.theme.next(), ..ctx.settings.clone() }));
    }
}

fn administration(ctx: &Ctx<'_>, ui: &mut Ui, compact: bool, administering: bool) {
    let mut about = "Data collection, call profiles and what else administrators change (Ctrl+Shift+A)".to_owned();
    if let Some(open) = ctx.model.unacknowledged.filter(|open| open.count() > 0) {
        about += &format!("\nMaintenance error log: {} not acknowledged", open_text(open));
    }
    let response = match compact {
        true => toggle_button(ui, ctx.palette, Icon::Administration, "Administration", "", administering),
        false => {
            toggle_button(ui, ctx.palette, Icon::Administration, "Administration", "Administration", administering)
        }
    };
    if response.clicked() {
        ctx.want(Intent::ToggleAdministration);
    }
    let _ = response.on_hover_text(about);
}

fn scale(ctx: &Ctx<'_>, ui: &mut Ui) {
    let text = RichText::new(format!("{} %", ctx.settings.scale_percent)).font(fonts::medium(theme::SMALL + 0.5));
    let response = ui.add(egui::Button::new(text).frame(false)).on_hover_text("Size of everything (Ctrl + and Ctrl −)");
    egui::Popup::menu(&response).accessible_name("Size of everything").show(|ui| {
        for percent in Settings::SCALES {
            let chosen = percent == ctx.settings.scale_percent;
            if ui.selectable_label(chosen, format!("{percent} %")).clicked() {
                ctx.want(Intent::SaveSettings(Settings { scale_percent: percent, ..ctx.settings.clone() }));
            }
        }
    });
}

fn user(ctx: &Ctx<'_>, ui: &mut Ui, view: &TopView, room: Room) {
    let response = match room {
        Room::Tight => icon_button(ui, ctx.palette, Icon::User, &view.user),
        Room::Compact | Room::Full => {
            let text = RichText::new(&view.user).font(fonts::medium(theme::BODY)).color(ctx.palette.text);
            let response = ui.add(egui::Button::new(text).frame(false)).on_hover_text("Who is signed in");
            let (rect, _) = ui.allocate_exact_size(vec2(18.0, 20.0), Sense::hover());
            Icon::User.paint(ui.painter(), square_in(rect, 16.0), ctx.palette.soft);
            response
        }
    };
    egui::Popup::menu(&response).accessible_name("Signed-in user").show(|ui| {
        if ui.button("Change password…").clicked() {
            let draft = PasswordDraft::new(ctx.model, &view.user);
            ctx.want(Intent::AskChange(Box::new(Form::Password(draft))));
        }
        if ui.button("Sign out").clicked() {
            ctx.want(Intent::SignOut);
        }
    });
}

fn clock(ui: &mut Ui, palette: &Palette, view: &TopView, compact: bool) {
    let color = if view.live { palette.text } else { palette.stale.text };
    if let Some(age) = view.age.as_ref().filter(|_| !compact) {
        let age = RichText::new(format!("{age} old")).font(fonts::regular(theme::SMALL + 0.5));
        let color = if view.live { palette.soft } else { palette.stale.text };
        ui.label(age.color(color)).on_hover_text("Age of the ACD's data");
        ui.add_space(6.0);
    }
    if let Some(clock) = &view.clock {
        let text = RichText::new(clock).font(fonts::semibold(theme::TITLE)).color(color);
        let age = view.age.as_ref().map_or_else(String::new, |age| format!("; data {age} old"));
        ui.label(text).on_hover_text(format!("The ACD's clock, {}{age}", view.zone));
        let (rect, _) = ui.allocate_exact_size(vec2(18.0, 20.0), Sense::hover());
        Icon::Clock.paint(ui.painter(), square_in(rect, 15.0), palette.soft);
    }
}
