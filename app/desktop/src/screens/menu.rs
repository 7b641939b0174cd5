//! Main menu additions: the button in the top bar, and the dialog that shows what a document or a program says.
//!
//! A document is shown as text or saved; it is never opened by itself, because what opens it here would be trusted with
//! whatever is in it.

use std::path::PathBuf;

use api::MenuAddition;
use egui::{Frame, RichText, ScrollArea, Ui};
use session::{Command, MenuRequest};

use super::copy_dialog::boxed;
use super::written_file::FileToWrite;
use crate::ctx::{Asker, Browse, Ctx, Intent};
use crate::icons::Icon;
use crate::theme;
use crate::view::menu::{Opening, Shown, about, is_running, opening, outcome, shown, to_save};
use crate::widgets::{button_row, dialog, hint, toggle_button};

/// Room for a text: at least, at most, and what the rest of the dialog takes.
const TEXT_MIN: f32 = 90.0;
const TEXT_MOST: f32 = 420.0;
const BESIDE_TEXT: f32 = 330.0;

/// Draws the button, where there is anything in the menu; without a word where there is little room.
pub fn menu_button(ctx: &Ctx<'_>, ui: &mut Ui, compact: bool) {
    if ctx.model.menu.is_empty() {
        return;
    }
    let word = if compact { "" } else { "Menu" };
    let response = toggle_button(ui, ctx.palette, Icon::Menu, "Menu", word, false);
    let response = response.on_hover_text("What your house has put here");
    if response.clicked() {
        // What was permitted meanwhile is there the next time.
        ctx.send(Command::LoadMenu);
    }
    egui::Popup::menu(&response).accessible_name("Main menu additions").show(|ui| {
        for addition in &ctx.model.menu {
            if ui.button(&addition.name).on_hover_text(about(addition)).clicked() {
                open(ctx, ui, addition);
            }
        }
    });
}

fn open(ctx: &Ctx<'_>, ui: &Ui, addition: &MenuAddition) {
    match opening(addition, ctx.acd) {
        Ok(Opening::Browser(address)) => ui.ctx().open_url(egui::OpenUrl::new_tab(address)),
        Ok(Opening::Ask(request)) => ctx.want(Intent::OpenMenu(request)),
        Err(why) => ctx.want(Intent::TellProblem(format!("{} is not opened: {why}", addition.name))),
    }
}

/// The dialog between two frames.
pub struct MenuDialog {
    request: MenuRequest,
    file: FileToWrite,
    save: Option<PathBuf>,
}

impl MenuDialog {
    /// For what was asked.
    pub fn new(request: MenuRequest) -> MenuDialog {
        MenuDialog { request, file: FileToWrite::default(), save: None }
    }

    /// A file was chosen natively: that is all that saving needs.
    pub fn chosen(&mut self, file: PathBuf) {
        self.save = Some(file);
    }

    /// A file that is to be written now.
    pub fn take_save(&mut self) -> Option<PathBuf> {
        self.save.take()
    }
}

/// Draws the dialog; returns whether it is to be closed. Closing it ends a program that still runs.
pub fn menu_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &mut MenuDialog) -> bool {
    let mut done = false;
    let title = state.request.name().to_owned();
    let close = dialog(egui, ctx.palette, &title, 720.0, |parts| {
        let view = ctx.model.menu_opened.as_ref().filter(|view| view.request == state.request);
        let name = view.and_then(|_| to_save(ctx.model)).map(|(name, _)| name);
        parts.form(|ui| {
            match view {
                None => _ = hint(ui, ctx.palette, "It was closed, because another server is in use now: open it again"),
                Some(view) => {
                    let (shown, output) = shown(ctx.model, view);
                    content(ctx, ui, &shown);
                    if let Some(output) = output {
                        let pair = if output.success { ctx.palette.good } else { ctx.palette.warning };
                        ui.add_space(6.0);
                        boxed(ui, pair, &outcome(output));
                    }
                }
            }
            if name.is_some() {
                // The field behind the native dialog, for desktops that have none.
                ui.add_space(8.0);
                let example = if cfg!(windows) { "C:\\files\\roster.txt" } else { "/home/me/roster.txt" };
                state.file.line_ui(ctx, ui, example);
            }
        });
        let is_running = view.is_some_and(is_running);
        parts.foot(|ui| {
            button_row(ui, |ui| {
                if let Some(name) = name {
                    save(ctx, ui, state, name);
                }
                done = ui.button(if is_running { "End the program" } else { "Close" }).clicked();
            })
        });
    });
    if state.save.is_some() {
        egui.request_repaint();
    }
    if close || done {
        ctx.send(Command::OpenMenu(None));
    }
    close || done
}

fn content(ctx: &Ctx<'_>, ui: &mut Ui, shown: &Shown<'_>) {
    match shown {
        Shown::Waiting(doing) => _ = hint(ui, ctx.palette, doing),
        Shown::Failed(why) => boxed(ui, ctx.palette.warning, why),
        Shown::Bytes(bytes) => {
            let text = format!("It has {bytes} bytes and is no text. Save it to open it with a program of this PC");
            hint(ui, ctx.palette, &text);
        }
        Shown::Text(text, more) => {
            text_ui(ctx, ui, text, false);
            if *more {
                hint(ui, ctx.palette, "This is the beginning of it");
            }
        }
        Shown::Growing(text, doing) => {
            text_ui(ctx, ui, text, true);
            hint(ui, ctx.palette, doing);
        }
    }
}

/// A text to be scrolled; one that grows stays at its end, unless somebody scrolls back to read.
fn text_ui(ctx: &Ctx<'_>, ui: &mut Ui, text: &str, grows: bool) {
    let frame = Frame::new().fill(ctx.palette.raised).corner_radius(theme::RADIUS).inner_margin(10);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let height = (ui.ctx().content_rect().height() - BESIDE_TEXT).clamp(TEXT_MIN, TEXT_MOST);
        let area = ScrollArea::both().id_salt("menu_text").max_height(height).auto_shrink([false, true]);
        area.stick_to_bottom(grows).show(ui, |ui| {
            let empty = if text.trim().is_empty() { "It says nothing" } else { text };
            let text = RichText::new(empty).monospace().size(theme::BODY).color(ctx.palette.text);
            ui.add(egui::Label::new(text).extend().selectable(true));
        });
    });
}

fn save(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut MenuDialog, name: String) {
    if let Some(file) = state.file.button_ui(ctx, ui, "Save") {
        state.save = Some(file);
    }
    if ui.button("Browse…").clicked() {
        let (kind, extension) = ("Files", "*");
        ctx.want(Intent::Browse(Browse { asker: Asker::MenuSave, save: true, name, kind, extension }));
    }
}
