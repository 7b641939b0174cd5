//! Copy a Report: to a PC file, from a PC file, to the other server. What exists is shown before it is
//! overwritten, and a refused file says why.

use std::path::PathBuf;

use api::{HouseChoice, Scope};
use egui::{ComboBox, RichText, Ui};
use session::{Command, CopyState, Model, Which};

use crate::ctx::{Asker, Browse, Ctx, Intent};
use crate::fonts;
use crate::theme::{self, Pair};
use crate::view::administration::{refusal, sentence};
use crate::view::export::safe;
use crate::view::times::by_acd_clock;
use crate::widgets::{button_row, danger_button, dialog, field, hint, labelled, option, primary_button, segments};

/// Where from and where to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    ToFile,
    FromFile,
    ToServer,
}

/// What is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Typed {
    way: Way,
    path: Option<String>,
    file: String,
    scope: Scope,
    rename: String,
}

/// The dialog between two frames.
pub struct CopyDialog {
    typed: Typed,
    /// As it was drawn last: what was told of that says nothing of anything else.
    drawn: Typed,
    /// Folder that files are proposed in, and what was proposed last.
    folder: Option<PathBuf>,
    proposed: String,
    /// The line for the file has not had the keyboard yet.
    fresh: bool,
    /// The report for which it was proposed whom the copy is for.
    scope_of: Option<String>,
    /// What this dialog asked for last, and which server served then; what comes of anything else is not its own.
    sent: Option<(Command, Option<Which>)>,
}

impl CopyDialog {
    /// With a report already chosen, if one was; `folder` is where files were written last.
    pub fn new(path: Option<String>, folder: Option<PathBuf>) -> Self {
        let way = if path.is_some() { Way::ToFile } else { Way::FromFile };
        let typed = Typed { way, path, file: String::new(), scope: Scope::Personal, rename: String::new() };
        CopyDialog {
            drawn: typed.clone(),
            typed,
            folder,
            proposed: String::new(),
            fresh: true,
            scope_of: None,
            sent: None,
        }
    }

    /// Takes in a file that was chosen natively.
    pub fn chosen(&mut self, file: PathBuf) {
        self.typed.file = file.display().to_string();
    }

    /// Proposes whom the copy of the report that is chosen is for, and a file for it unless another one was typed.
    fn propose(&mut self, model: &Model) {
        let entry = self.typed.path.as_ref().and_then(|path| model.library.iter().find(|entry| entry.path == *path));
        if let Some(entry) = entry.filter(|entry| self.scope_of.as_ref() != Some(&entry.path)) {
            self.scope_of = Some(entry.path.clone());
            self.typed.scope = if entry.scope == Scope::Global { Scope::Global } else { Scope::Personal };
        }
        let (Way::ToFile, Some(entry)) = (self.typed.way, entry) else { return };
        let file = PathBuf::from(format!("{}.{}", safe(&entry.name), report::EXTENSION));
        let file = self.folder.as_ref().map_or(file.clone(), |folder| folder.join(file)).display().to_string();
        if self.proposed != file && (self.typed.file == self.proposed || self.typed.file.is_empty()) {
            self.typed.file.clone_from(&file);
            self.proposed = file;
        }
    }

    /// How the copy stands that this dialog asked for. A question is one only while it is about just what is filled in.
    fn outcome<'a>(&self, model: &'a Model) -> Option<&'a CopyState> {
        let (sent, served) = self.sent.as_ref()?;
        let state = model.copying.as_ref()?;
        let again: Vec<&Command> = match state {
            CopyState::Exists { again, .. } | CopyState::Namesake { again, .. } | CopyState::Used { again, .. } => {
                vec![&**again]
            }
            CopyState::Needs { choices, .. } => choices.iter().map(|(_, command)| command).collect(),
            CopyState::Running { .. } | CopyState::Done { .. } | CopyState::Failed { .. } => return Some(state),
        };
        let is_typed = *served == model.serving && self.typed.command(model.serving).as_ref() == Ok(sent);
        (is_typed && again.into_iter().all(|again| unasked(again) == *sent)).then_some(state)
    }

    /// Forgets what was told of something else than is filled in now.
    fn forget_other(&mut self, ctx: &Ctx<'_>) {
        if self.drawn == self.typed {
            return;
        }
        self.drawn = self.typed.clone();
        // What is under way is waited for all the same.
        if !matches!(ctx.model.copying, None | Some(CopyState::Running { .. })) {
            self.sent = None;
            ctx.send(Command::DismissCopy);
        }
    }

    fn send(&mut self, ctx: &Ctx<'_>, command: Command) {
        self.sent = Some((unasked(&command), ctx.model.serving));
        ctx.send(command);
    }
}

/// A copy as it is asked for first: with no word yet on what is there already.
fn unasked(command: &Command) -> Command {
    let mut command = command.clone();
    match &mut command {
        Command::CopyToFile { overwrite, .. } => *overwrite = false,
        Command::CopyFromFile { overwrite, house, .. } | Command::CopyToServer { overwrite, house, .. } => {
            (*overwrite, *house) = (false, None);
        }
        _ => {}
    }
    command
}

impl Typed {
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
    let (mut done, mut lines) = (false, Vec::new());
    state.propose(ctx.model);
    let close = dialog(egui, ctx.palette, "Copy a report", 520.0, |parts| {
        parts.form(|ui| {
            let width = ui.available_width();
            let typed = &mut state.typed;
            let mut ways = vec![(Way::ToFile, "To a file"), (Way::FromFile, "From a file")];
            if has_other(ctx) {
                ways.push((Way::ToServer, "To the other server"));
            }
            segments(ui, ctx.palette, width, &mut typed.way, &ways);
            ui.add_space(8.0);
            if typed.way != Way::FromFile {
                report_choice(ctx, ui, typed);
                ui.add_space(6.0);
            }
            if typed.way != Way::ToServer {
                lines.push(file_ui(ctx, ui, typed, std::mem::take(&mut state.fresh)));
            }
            if typed.way != Way::ToFile {
                lines.extend(target_ui(ctx, ui, typed));
            }
        });
        let entered = parts.is_entered(&lines);
        state.forget_other(ctx);
        parts.foot(|ui| {
            told(ctx, ui, state.outcome(ctx.model));
            done = buttons(ctx, ui, state, entered);
        });
    });
    if close || done {
        ctx.send(Command::DismissCopy);
    }
    close || done
}

fn has_other(ctx: &Ctx<'_>) -> bool {
    ctx.model.profile.as_ref().is_some_and(|profile| profile.secondary.is_some())
}

fn report_choice(ctx: &Ctx<'_>, ui: &mut Ui, typed: &mut Typed) {
    let name = |path: &str| match ctx.model.library.iter().find(|entry| entry.path == path) {
        Some(entry) => entry.name.clone(),
        None => path.to_owned(),
    };
    let chosen = typed.path.as_deref().map_or_else(|| "Choose a report".to_owned(), name);
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
                    if option(ui, typed.path.as_ref() == Some(&entry.path), text) {
                        typed.path = Some(entry.path.clone());
                    }
                }
            })
            .response
    });
}

/// The line for the file.
fn file_ui(ctx: &Ctx<'_>, ui: &mut Ui, typed: &mut Typed, fresh: bool) -> egui::Response {
    let label = if typed.way == Way::ToFile { "File on this PC to write" } else { "File on this PC to read" };
    let example = if cfg!(windows) { "C:\\reports\\queue.cmsreport" } else { "/home/me/queue.cmsreport" };
    let line = field(ui, ctx.palette, label, &mut typed.file, example);
    if fresh {
        line.request_focus();
    }
    if ui.button("Browse…").clicked() {
        let name = typed.path.as_deref().and_then(|path| path.rsplit('/').next()).unwrap_or("report");
        ctx.want(Intent::Browse(Browse {
            asker: Asker::Copy,
            save: typed.way == Way::ToFile,
            name: format!("{name}.{}", report::EXTENSION),
            kind: "Understudy report",
            extension: report::EXTENSION,
        }));
    }
    line
}

/// Where the copy goes; gives the line for its name.
fn target_ui(ctx: &Ctx<'_>, ui: &mut Ui, typed: &mut Typed) -> Option<egui::Response> {
    let serving = ctx.model.serving?;
    let to = if typed.way == Way::ToServer { serving.other() } else { serving };
    ui.add_space(6.0);
    let text = format!("It becomes a designer report of {} ({to}), for", ctx.model.servers[to].name());
    ui.label(RichText::new(text).font(fonts::medium(theme::SMALL)).color(ctx.palette.soft));
    let choices = [(Scope::Personal, "Only me"), (Scope::Global, "Everyone there")];
    let width = ui.available_width();
    segments(ui, ctx.palette, width, &mut typed.scope, &choices);
    ui.add_space(4.0);
    Some(field(ui, ctx.palette, "Name there (empty: as it is)", &mut typed.rename, ""))
}

/// How a copy stands.
pub fn told(ctx: &Ctx<'_>, ui: &mut Ui, state: Option<&CopyState>) {
    let (pair, text) = match state {
        None => return,
        Some(CopyState::Running { what }) => (ctx.palette.info, format!("{what}…")),
        Some(CopyState::Done { what }) => (ctx.palette.good, what.clone()),
        Some(CopyState::Failed { why }) => {
            (ctx.palette.warning, format!("Nothing was changed. {}", refusal(ctx.model, why)))
        }
        Some(CopyState::Exists { what, .. }) => (ctx.palette.caution, format!("There already: {what}")),
        Some(CopyState::Namesake { what, .. }) => {
            (ctx.palette.caution, format!("{what}. Give the report another name, or save it so all the same"))
        }
        Some(CopyState::Used { what, .. }) => (ctx.palette.caution, format!("Nothing was changed. {what}")),
        Some(CopyState::Needs { what, .. }) => {
            let what = sentence(what);
            (ctx.palette.caution, format!("The report needs calculations of the house. Nothing was changed. {what}"))
        }
    };
    boxed(ui, pair, &by_acd_clock(ctx.model, &text));
    ui.add_space(6.0);
}

/// A coloured box with a text to read.
pub fn boxed(ui: &mut Ui, pair: Pair, text: &str) {
    let frame = egui::Frame::new().fill(pair.fill).corner_radius(theme::RADIUS).inner_margin(10);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.add(egui::Label::new(RichText::new(text).font(fonts::medium(theme::BODY)).color(pair.text)).wrap());
    });
}

fn buttons(ctx: &Ctx<'_>, ui: &mut Ui, state: &mut CopyDialog, entered: bool) -> bool {
    let command = state.typed.command(ctx.model.serving);
    let outcome = state.outcome(ctx.model);
    let running = matches!(ctx.model.copying, Some(CopyState::Running { .. }));
    if let Err(missing) = &command {
        hint(ui, ctx.palette, missing);
    }
    let (mut done, mut wanted) = (false, None);
    button_row(ui, |ui| {
        match outcome {
            Some(asks @ (CopyState::Exists { .. } | CopyState::Namesake { .. } | CopyState::Needs { .. })) => {
                wanted = answers(ctx, ui, asks)
            }
            Some(CopyState::Done { .. }) => {
                done = primary_button(ui, ctx.palette, "Close").clicked();
                if ui.button("Copy again").clicked() {
                    wanted = command.ok();
                }
                return;
            }
            _ => {
                ui.add_enabled_ui(command.is_ok() && !running, |ui| {
                    let clicked = primary_button(ui, ctx.palette, "Copy").clicked();
                    if (clicked || entered && ui.is_enabled())
                        && let Ok(command) = command
                    {
                        wanted = Some(command);
                    }
                });
            }
        }
        done = ui.button("Cancel").clicked();
    });
    if let Some(command) = wanted {
        state.send(ctx, command);
    }
    done
}

/// The answers to what a copy asks, if it asks anything; returns the command for the one that was given.
pub fn answers(ctx: &Ctx<'_>, ui: &mut Ui, state: &CopyState) -> Option<Command> {
    match state {
        CopyState::Exists { again, .. } => {
            danger_button(ui, ctx.palette, "Overwrite it").clicked().then(|| (**again).clone())
        }
        CopyState::Namesake { again, .. } => {
            danger_button(ui, ctx.palette, "Save it so all the same").clicked().then(|| (**again).clone())
        }
        CopyState::Used { again, .. } => {
            danger_button(ui, ctx.palette, "Delete all the same").clicked().then(|| (**again).clone())
        }
        CopyState::Needs { choices, .. } => {
            let mut wanted = None;
            for (choice, command) in choices {
                let clicked = match choice {
                    HouseChoice::Add => primary_button(ui, ctx.palette, "Add them there"),
                    HouseChoice::Replace => danger_button(ui, ctx.palette, "Replace them there"),
                    HouseChoice::Own => ui.button("Keep them in the report"),
                };
                if clicked.clicked() {
                    wanted = Some(command.clone());
                }
            }
            wanted
        }
        CopyState::Running { .. } | CopyState::Done { .. } | CopyState::Failed { .. } => None,
    }
}

fn with_extension(file: PathBuf) -> PathBuf {
    if file.extension().is_none() { file.with_extension(report::EXTENSION) } else { file }
}
