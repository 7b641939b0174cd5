//! Asks before a designer report is deleted. What comes with the product is never deleted; what timetables or shortcuts use only
//! after it was shown which.

use api::Scope;
use egui::{Context, RichText};
use session::{Command, CopyState, Model, Which};

use crate::ctx::Ctx;
use crate::fonts;
use crate::screens::copy_dialog::{answers, told};
use crate::theme;
use crate::widgets::{button_row, danger_button, dialog, entered_by_default, hint};

/// The dialog between two frames.
pub struct DeleteDialog {
    path: String,
    /// The server that was asked to delete it, once one was; what is told before that is of something else.
    sent: Option<Which>,
}

impl DeleteDialog {
    /// For the report with this path.
    pub fn new(path: String) -> DeleteDialog {
        DeleteDialog { path, sent: None }
    }

    /// What the server that serves now has answered.
    fn outcome<'a>(&self, model: &'a Model) -> Option<&'a CopyState> {
        model.copying.as_ref().filter(|_| self.sent.is_some() && self.sent == model.serving)
    }

    fn send(&mut self, ctx: &Ctx<'_>, command: Command) {
        self.sent = ctx.model.serving;
        ctx.send(command);
    }
}

/// Draws the dialog; returns whether it is to be closed.
pub fn delete_dialog_ui(ctx: &Ctx<'_>, egui: &Context, state: &mut DeleteDialog) -> bool {
    let entry = ctx.model.library.iter().find(|entry| entry.path == state.path && entry.scope != Scope::BuiltIn);
    let outcome = state.outcome(ctx.model);
    let (Some(entry), false) = (entry, matches!(outcome, Some(CopyState::Done { .. }))) else {
        ctx.send(Command::DismissCopy);
        return true;
    };
    let mut done = false;
    let close = dialog(egui, ctx.palette, "Delete a designer report", 460.0, |parts| {
        parts.form(|ui| {
            let server = ctx.model.serving.map(|which| ctx.model.servers[which].name()).unwrap_or_default();
            let whose = match entry.scope {
                Scope::Global => "It is for everyone there: nobody can run it any more",
                _ => "It is yours alone",
            };
            let text = format!("{} goes from {server}. {whose}.", entry.path);
            let text = RichText::new(text).font(fonts::regular(theme::BODY)).color(ctx.palette.text);
            ui.add(egui::Label::new(text).wrap());
            hint(ui, ctx.palette, "The other server keeps its own. Copy it to a file first if it may be wanted again");
        });
        parts.foot(|ui| {
            told(ctx, ui, outcome);
            button_row(ui, |ui| done = buttons(ctx, ui, state, outcome));
        });
    });
    if (close || done) && state.sent.is_some() {
        ctx.send(Command::DismissCopy);
    }
    close || done
}

fn buttons(ctx: &Ctx<'_>, ui: &mut egui::Ui, state: &mut DeleteDialog, outcome: Option<&CopyState>) -> bool {
    let running = matches!(ctx.model.copying, Some(CopyState::Running { .. }));
    match outcome {
        Some(used @ CopyState::Used { .. }) => {
            if let Some(command) = answers(ctx, ui, used) {
                state.send(ctx, command);
            }
        }
        _ => {
            let delete = ui.add_enabled_ui(!running, |ui| danger_button(ui, ctx.palette, "Delete")).inner;
            if delete.clicked() {
                state.send(ctx, Command::DeleteReport { path: state.path.clone(), anyway: false });
            }
        }
    }
    entered_by_default(ui.button("Cancel")).clicked()
}
