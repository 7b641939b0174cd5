//! Copy a Report: to a PC file, from a PC file, to the other server. What exists is shown before it is
//! overwritten, and a refused file says why.

use std::path::PathBuf;

use api::{HouseChoice, Scope};
use egui::{ComboBox, RichText, Ui};
use session::{Command, CopyState, Which};

use crate::ctx::{Asker, Browse, Ctx, Intent};
use crate::fonts;
use crate::theme::{self, Pair};
use crate::widgets::{button_row, danger_button, dialog, field, hint, labelled, primary_button, segments};

/// Where from and where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    ToFile,
    FromFile,
    ToServer,
}

/// The dialog between two frames.
pub struct CopyDialog {
    way: Way,
    path: Option<String>,
    file: String,
    scope: Scope,
    rename: String,
}

impl CopyDialog {
    /// With a report already chosen, if one was.
    pub fn new(path: Option<String>) -> Self {
        let way = if path.is_some() { Way::ToFile } else { Way::FromFile };
        CopyDialog { way, path, file: String::new(), scope: Scope::Personal, rename: String::new() }
    }

    /// Takes in a file that was chosen natively.
    pub fn chosen(&mut self, file: PathBuf) {
        self.file = file.display().to_string();
    }

    /// The command that does what is filled in, or what is missing.
    fn command(&self, serving: Option<Which>) -> Result<Command, &'static str> {
        let path = || self.path.clone().ok_or("Choose the report to copy");
        let file = || match self.file.trim() {
            "" => Err("Name the file"),
            file => Ok(PathBuf::from(file)),
        };
        let rename = Some(self.rename.trim().to_owned()).filter(|name| !name.is_empty());
        let (scope, overwrite) = (self.scope, false);
        Ok(match self.way {
            Way::ToFile => Command::CopyToFile { path: path()?, file: with_extension(file()?), overwrite },
            Way::FromFile => Command::CopyFromFile { file: file()?, scope, rename, overwrite, house: None },
            Way::ToServer => {
                let to = serving.ok_or("Sign in first")?.other();
                Command::CopyToServer { path: path()?, to, scope, rename, overwrite, house: None }
            }
        })
    }
}

/// Draws the dialog; returns whether it is to be closed.
pub fn copy_dialog_ui(ctx: &Ctx<'_>, egui: &egui::Context, state: &mut CopyDialog) -> bool {
    let mut done = false;
    let close = dialog(egui, ctx.palette, "Copy a report", 520.0, |ui| {
        let width = ui.available_width();
        let mut ways = vec![(Way::ToFile, "To a file"), (Way::FromFile, "From a file")];
        if has_other(ctx) {
            ways.push((Way::ToServer, "To the other server"));
        }
        if segments(ui, ctx.palette, width, &mut state.way, &ways).changed() {
            ctx.send(Command::DismissCopy);
        }
        ui.add_space(8.0);
        if state.way != Way::FromFile {
            report_choice(ctx, ui, state);
            ui.add_space(6.0);
        }
        if state.way != Way::ToServer {
            file_ui(ctx, ui, state);
        }
        if state.way != Way::ToFile {
            target_ui(ctx, ui, state);
        }
        ui.add_space(10.0);
        outcome(ctx, ui);
        done = buttons(ctx, ui, state);
    });
    if close || done {
        ctx.send(Command::DismissCopy);
    }
    close || done
}

fn has_other(ctx: &Ctx<'_>) -> bool {
    ctx.model.profile.as_ref().is_some_and(|profile| profile.secondary.is_some())
}

fn report_choice(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut CopyDialog) {
    let name = |path: &str| match ctx.model.library.iter().find(|entry| entry.path == path) {
        Some(entry) => entry.name.clone(),
        None => path.to_owned(),
    };
    let chosen = state.path.as_deref().map_or_else(|| "Choose a report".to_owned(), name);
    labelled(ui, ctx.palette, "Report", |ui| {
        ComboBox::from_id_salt("copy_report")
            .selected_text(chosen)
            .width(ui.available_width())
            .show_ui(ui, |ui| {
                for entry in &ctx.model.library {
                    let text = match entry.scope {
                        Scope::BuiltIn => entry.name.clone(),
                        Scope::Global => format!("{} (global)", entry.name),
                        Scope::Personal => format!("{} (personal)", entry.name),
                    };
                    ui.selectable_value(&mut state.path, Some(entry.path.clone()), text);
                }
            })
            .response
    });
}

fn file_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut CopyDialog) {
    let label = if state.way == Way::ToFile { "File on this PC to write" } else { "File on this PC to read" };
    let example = if cfg!(windows) { "C:\\reports\\queue.cmsreport" } else { "/home/me/queue.cmsreport" };
    field(ui, ctx.palette, label, &mut state.file, example);
    if ui.button("Browse…").clicked() {
        let name = state.path.as_deref().and_then(|path| path.rsplit('/').next()).unwrap_or("report");
        ctx.want(Intent::Browse(Browse {
            asker: Asker::Copy,
            save: state.way == Way::ToFile,
            name: format!("{name}.{}", report::EXTENSION),
            kind: "Understudy report",
            extension: report::EXTENSION,
        }));
    }
}

fn target_ui(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut CopyDialog) {
    let Some(serving) = ctx.model.serving else { return };
    let to = if state.way == Way::ToServer { serving.other() } else { serving };
    ui.add_space(6.0);
    let text = format!("It becomes a designer report of {} ({to}), for", ctx.model.servers[to].name());
    ui.label(RichText::new(text).font(fonts::medium(theme::SMALL)).color(ctx.palette.soft));
    let choices = [(Scope::Personal, "Only me"), (Scope::Global, "Everyone there")];
    let width = ui.available_width();
    segments(ui, ctx.palette, width, &mut state.scope, &choices);
    ui.add_space(4.0);
    field(ui, ctx.palette, "Name there (empty: as it is)", &mut state.rename, "");
}

fn outcome(ctx: &Ctx<'_>, ui: &mut Ui) {
    let (pair, text) = match &ctx.model.copying {
        None => return,
        Some(CopyState::Running { what }) => (ctx.palette.info, format!("{what}…")),
        Some(CopyState::Done { what }) => (ctx.palette.good, what.clone()),
        Some(CopyState::Failed { why }) => (ctx.palette.warning, format!("Nothing was changed. {why}")),
        Some(CopyState::Exists { what, .. }) => (ctx.palette.caution, format!("There already: {what}")),
        Some(CopyState::Needs { what, .. }) => {
            (ctx.palette.caution, format!("The report needs calculations of the house. Nothing was changed. {what}"))
        }
    };
    boxed(ui, pair, &text);
}

/// A coloured box with a text to read.
pub fn boxed(ui: &mut Ui, pair: Pair, text: &str) {
    let frame = egui::Frame::new().fill(pair.fill).corner_radius(theme::RADIUS).inner_margin(10);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.add(egui::Label::new(RichText::new(text).font(fonts::medium(theme::BODY)).color(pair.text)).wrap());
    });
}

fn buttons(ctx: &Ctx<'_>, ui: &mut Ui, state: &CopyDialog) -> bool {
    ui.add_space(8.0);
    let command = state.command(ctx.model.serving);
    let running = matches!(ctx.model.copying, Some(CopyState::Running { .. }));
    if let Err(missing) = &command {
        hint(ui, ctx.palette, missing);
    }
    let mut done = false;
    button_row(ui, |ui| {
        match &ctx.model.copying {
            Some(CopyState::Exists { again, .. }) => {
                if danger_button(ui, ctx.palette, "Overwrite it").clicked() {
                    ctx.send((**again).clone());
                }
            }
            Some(CopyState::Needs { choices, .. }) => {
                for (choice, command) in choices {
                    let clicked = match choice {
                        HouseChoice::Add => primary_button(ui, ctx.palette, "Add them there"),
                        HouseChoice::Replace => danger_button(ui, ctx.palette, "Replace them there"),
                        HouseChoice::Own => ui.button("Keep them in the report"),
                    };
                    if clicked.clicked() {
                        ctx.send(command.clone());
                    }
                }
            }
            _ => {
                ui.add_enabled_ui(command.is_ok() && !running, |ui| {
                    if primary_button(ui, ctx.palette, "Copy").clicked()
                        && let Ok(command) = command
                    {
                        ctx.send(command);
                    }
                });
            }
        }
        let text = if matches!(ctx.model.copying, Some(CopyState::Done { .. })) { "Close" } else { "Cancel" };
        done = ui.button(text).clicked();
    });
    done
}

fn with_extension(file: PathBuf) -> PathBuf {
    if file.extension().is_none() { file.with_extension(report::EXTENSION) } else { file }
}
