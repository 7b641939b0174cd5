//! Shortcuts: the menu in the top bar, and the line that says how one that was run stands.

use egui::{Align, Frame, Layout, Margin, Panel, RichText, ScrollArea, Ui};
use session::Command;

use crate::ctx::{Ctx, Intent};
use crate::fonts;
use crate::icons::Icon;
use crate::theme;
use crate::view::shortcuts::{Act, run_view};
use crate::widgets::{hint, icon_button, toggle_button};
use crate::workspace::Workspace;

/// Lines of problems that are seen without scrolling.
const PROBLEMS_HEIGHT: f32 = 84.0;
/// The reason why a shortcut cannot be opened takes several lines.
const UNREAD_WIDTH: f32 = 320.0;

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

/// How the shortcut that was run last stands, until all of it is shown or it was read.
pub fn run_ui(ctx: &Ctx<'_>, ui: &mut Ui, workspace: &Workspace) {
    let Some(run) = &workspace.run else { return };
    let view = run_view(ctx.model, run, &|key| workspace.pane(key).is_some());
    if view.is_done {
        return ctx.want(Intent::DismissShortcut);
    }
    let pair = if view.problems.is_empty() { ctx.palette.info } else { ctx.palette.caution };
    let frame = Frame::new().fill(pair.fill).inner_margin(Margin::symmetric(16, 8));
    Panel::top("shortcut").frame(frame).show_separator_line(true).show(ui, |ui| {
        ui.horizontal(|ui| {
            let width = (ui.available_width() - 90.0).max(160.0);
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
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| match view.waits && !run.stopped {
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
    });
}
