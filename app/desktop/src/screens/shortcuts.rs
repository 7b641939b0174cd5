//! Shortcuts: the menu in the top bar, and the card that says how one that was run stands.
//!
//! The card lies over the corner of the page, and the notices above it: it goes by itself when the last report is shown, and a
//! line that took its own room would move the page under the hand then.

use egui::{Align, Align2, Frame, Id, Layout, Margin, Rect, RichText, ScrollArea, Sense, Stroke, Ui, UiBuilder, vec2};
use session::{Command, ShortcutRun};

use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::icons::Icon;
use crate::theme::{self, Pair};
use crate::view::shortcuts::{Act, RunView, run_view};
use crate::widgets::{hint, icon_button, toggle_button};
use crate::workspace::Workspace;

/// Lines of problems that are seen without scrolling.
const PROBLEMS_HEIGHT: f32 = 84.0;
/// The reason why a shortcut cannot be opened takes several lines.
const UNREAD_WIDTH: f32 = 320.0;
/// Widest that the card is made, and its distance from the edges of the page.
const CARD_WIDTH: f32 = 440.0;
const CARD_EDGE: f32 = 16.0;

/// The menu; without a word where there is little room.
pub fn menu_ui(ctx: &Ctx<'_>, ui: &mut Ui, compact: bool) {
    let word = if compact { "" } else { "Shortcuts" };
    let response = toggle_button(ui, ctx.palette, Icon::Shortcut, "Shortcuts", word, false);
    let response = response.on_hover_text("Reports that you open together");
    if response.clicked() {
        // Another PC may have changed them.
        ctx.send(Command::LoadShortcuts);
    }
    egui::Popup::menu(&response).accessible_name("Shortcuts").show(|ui| {
        if ui.button("Keep what is open as a shortcut…").clicked() {
            ctx.want(Intent::AskShortcut { act: Act::Keep, name: String::new() });
        }
        if ui.add(egui::Button::new("Reopen what was closed last").shortcut_text("Ctrl+Shift+T")).clicked() {
            ctx.want(Intent::ReopenClosed);
        }
        ui.separator();
        if ctx.model.shortcuts.is_empty() {
            hint(ui, ctx.palette, "There is none yet. Open reports, then keep them as one");
        }
        ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
            for shortcut in &ctx.model.shortcuts {
                match &shortcut.unreadable {
                    None => _ = ui.menu_button(&shortcut.name, |ui| entries(ctx, ui, &shortcut.name)),
                    Some(unreadable) => {
                        let name = RichText::new(&shortcut.name).color(ctx.palette.soft);
                        ui.menu_button(name, |ui| unread(ctx, ui, &shortcut.name, &unreadable.why));
                    }
                }
            }
        });
    });
}

fn entries(ctx: &Ctx<'_>, ui: &mut Ui, name: &str) {
    for (text, instead) in [("Open beside what is open", false), ("Open in place of what is open", true)] {
        if ui.button(text).clicked() {
            ctx.want(Intent::RunShortcut { name: name.to_owned(), instead });
        }
    }
    ui.separator();
    acts(ctx, ui, name);
}

fn acts(ctx: &Ctx<'_>, ui: &mut Ui, name: &str) {
    let acts = [(Act::Replace, "Replace by what is open…"), (Act::Rename, "Rename…"), (Act::Delete, "Delete…")];
    for (act, text) in acts {
        if ui.button(text).clicked() {
            ctx.want(Intent::AskShortcut { act, name: name.to_owned() });
        }
    }
}

/// One that the server does not understand: why, and what is possible all the same.
fn unread(ctx: &Ctx<'_>, ui: &mut Ui, name: &str, why: &str) {
    ui.set_max_width(UNREAD_WIDTH);
    // A menu would justify it.
    ui.with_layout(Layout::top_down(Align::Min), |ui| {
        hint(ui, ctx.palette, &format!("It cannot be opened: {why}"));
    });
    ui.separator();
    acts(ctx, ui, name);
}

/// How the shortcut that was run last stands, until all of it is shown or it was read: in the lower right corner of the page at
/// `place`. Gives the height that it takes there.
pub fn run_ui(ctx: &Ctx<'_>, ui: &mut Ui, place: Rect, workspace: &Workspace) -> f32 {
    let Some(run) = &workspace.run else { return 0.0 };
    let view = run_view(ctx.model, run, &|key| workspace.pane(key).is_some());
    if view.is_done {
        ctx.want(Intent::DismissShortcut);
        return 0.0;
    }
    let pair = if view.problems.is_empty() { ctx.palette.info } else { ctx.palette.caution };
    let id = Id::unique("shortcut_card");
    let room = place.shrink(CARD_EDGE);
    let drawn = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(0.0);
    let size = vec2(CARD_WIDTH.min(room.width()), drawn);
    let at = Align2::RIGHT_BOTTOM.align_size_within_rect(size, room);
    // What lies below is not clicked through it.
    let mut over = ui.new_child(UiBuilder::new().id_salt(id).max_rect(at).sense(Sense::CLICK | Sense::DRAG));
    let frame = Frame::new()
        .fill(pair.fill)
        .stroke(Stroke::new(1.0, pair.text.gamma_multiply(0.35)))
        .corner_radius(theme::RADIUS)
        .shadow(ui.visuals().popup_shadow)
        .inner_margin(Margin::symmetric(12, 8));
    let height = frame.show(&mut over, |ui| card(ctx, ui, run, &view, pair)).response.rect.height();
    if height != drawn {
        ui.data_mut(|data| data.insert_temp(id, height));
        ui.ctx().request_repaint();
    }
    height + CARD_EDGE
}

fn card(ctx: &Ctx<'_>, ui: &mut Ui, run: &ShortcutRun, view: &RunView, pair: Pair) {
    ui.set_width(ui.available_width());
    ui.horizontal_top(|ui| {
        let width = (ui.available_width() - 64.0).max(120.0);
        ui.vertical(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 2.0;
            let headline = RichText::new(&view.headline).font(fonts::medium(theme::BODY)).color(pair.text);
            ui.add(egui::Label::new(headline).wrap());
            ScrollArea::vertical().id_salt("steps").max_height(PROBLEMS_HEIGHT).show(ui, |ui| {
                for problem in &view.problems {
                    let line = RichText::new(problem).font(fonts::regular(theme::SMALL + 0.5)).color(pair.text);
                    ui.add(egui::Label::new(line).wrap());
                }
            });
        });
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| match view.waits && !run.stopped {
            true => {
                let stop = ui.button("Stop").on_hover_text("Closes the reports that are still waited for");
                if stop.clicked() {
                    ctx.want(Intent::StopShortcut);
                }
            }
            false => {
                if icon_button(ui, ctx.palette, Icon::Close, "Close the line of the shortcut").clicked() {
                    ctx.want(Intent::DismissShortcut);
                }
            }
        });
    });
}
