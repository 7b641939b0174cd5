//! Saving what was designed: for whom, and on which server. What is there already is shown before it is replaced.

use std::sync::Arc;

use api::{ReportEntry, Scope};
use egui::Context;
use model::Moment;
use report::Definition;
use session::designing::{Design, Stored};
use session::{Command, CopyState, Model, Which};

use crate::ctx::Ctx;
use crate::screens::copy_dialog::{answers, told};
use crate::view::designer::replaces_its_own;
use crate::widgets::{button_row, dialog, hint, primary_button, segments};

/// The dialog between two frames.
pub struct SaveDialog {
    scope: Scope,
    sent: Option<Sent>,
}

/// What was sent to be saved, and for whom.
#[derive(Debug, Clone)]
pub struct Sent {
    report: Arc<Definition>,
    scope: Scope,
    /// Since when what bears its name was as it was, by the list of reports of then.
    before: Option<Moment>,
}

impl Sent {
    fn entry<'a>(&self, model: &'a Model) -> Option<&'a ReportEntry> {
        let Sent { report, scope, .. } = self;
        let is_it =
            |entry: &&ReportEntry| entry.scope == *scope && entry.name == report.name && entry.kind == report.kind;
        model.library.iter().find(is_it)
    }

    /// What was saved, where it is by the list of reports, and whether that list is the one of after it. The list comes a moment
    /// after the word that it is saved, and with it since when it is so.
    pub fn stored(&self, model: &Model) -> Option<(Arc<Definition>, Stored, bool)> {
        let entry = self.entry(model)?;
        let stored = Stored { path: entry.path.clone(), scope: self.scope, changed_at: entry.changed_at };
        Some((Arc::clone(&self.report), stored, entry.changed_at != self.before))
    }
}

impl SaveDialog {
    /// For a report as it is now.
    pub fn new(design: &Design) -> SaveDialog {
        SaveDialog { scope: design.proposed_scope(), sent: None }
    }

    /// What it sent, once that is saved.
    pub fn saved(&self, model: &Model) -> Option<Sent> {
        self.sent.clone().filter(|_| matches!(model.copying, Some(CopyState::Done { .. })))
    }
}

/// How the other server gets it. Admin-Sync goes from the primary alone, and makes the secondary as the primary is.
fn carried_words(role: Option<Which>) -> &'static str {
    match role {
        Some(Which::Primary) => {
            "The secondary gets it by Copy… or by the next Admin-Sync; it is not carried there by itself"
        }
        Some(Which::Secondary) => {
            "The primary gets it by Copy… alone. Admin-Sync never goes that way: until the primary has it, a sync from there may remove it here"
        }
        None => "The other server gets it by Copy…; it is not carried there by itself",
    }
}

/// Draws the dialog; returns whether it is to be closed.
pub fn save_dialog_ui(ctx: &Ctx<'_>, egui: &Context, state: &mut SaveDialog, design: &Design) -> bool {
    if state.saved(ctx.model).is_some() {
        ctx.send(Command::DismissCopy);
        return true;
    }
    let mut done = false;
    let close = dialog(egui, ctx.palette, "Save the report", 460.0, |parts| {
        let outcome = ctx.model.copying.as_ref();
        parts.form(|ui| {
            let server = ctx.model.serving.map(|which| format!("{} ({which})", ctx.model.servers[which].name()));
            let text =
                format!("{} becomes a designer report of {}, for", design.report().name, server.unwrap_or_default());
            hint(ui, ctx.palette, &text);
            ui.add_space(4.0);
            let width = ui.available_width();
            let choices = [(Scope::Personal, "Only me"), (Scope::Global, "Everyone there")];
            if segments(ui, ctx.palette, width, &mut state.scope, &choices).changed() {
                ctx.send(Command::DismissCopy);
            }
            ui.add_space(6.0);
            hint(ui, ctx.palette, carried_words(ctx.model.serving.and_then(|which| ctx.model.servers[which].role())));
            ui.add_space(6.0);
        });
        parts.foot(|ui| {
            told(ctx, ui, outcome);
            button_row(ui, |ui| {
                let running = matches!(outcome, Some(CopyState::Running { .. }));
                if let Some(command) = outcome.and_then(|state| answers(ctx, ui, state)) {
                    ctx.send(command);
                } else if !matches!(
                    outcome,
                    Some(CopyState::Exists { .. } | CopyState::Namesake { .. } | CopyState::Needs { .. })
                ) {
                    ui.add_enabled_ui(!running, |ui| {
                        if primary_button(ui, ctx.palette, "Save").clicked() {
                            let mut sent =
                                Sent { report: Arc::clone(design.report()), scope: state.scope, before: None };
                            sent.before = sent.entry(ctx.model).and_then(|entry| entry.changed_at);
                            state.sent = Some(sent);
                            ctx.send(command(ctx.model, design, state.scope));
                        }
                    });
                }
                done = ui.button("Cancel").clicked();
            });
        });
    });
    if close || done {
        ctx.send(Command::DismissCopy);
    }
    close || done
}

fn command(model: &Model, design: &Design, scope: Scope) -> Command {
    let overwrite = replaces_its_own(model, design, &design.report().name, scope);
    Command::SaveReport { report: Box::new(design.carried()), scope, overwrite, house: None }
}
