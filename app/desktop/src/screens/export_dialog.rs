//! The dialog for an export: what is written, in which form, and to which file.

use std::path::{Path, PathBuf};

use document::Form;

use super::copy_dialog::boxed;
use super::written_file::FileToWrite;
use crate::ctx::{Asker, Browse, Ctx, Exported, Intent};
use crate::widgets::{button_row, dialog, hint, segments};

/// The dialog between two frames.
pub struct ExportDialog {
    /// What is written.
    pub what: Exported,
    /// The same in words, for each form in which it can be written.
    says: Vec<(Form, String)>,
    form: Form,
    /// Proposed name, without an ending.
    name: String,
    file: FileToWrite,
    /// Why it was not written the last time.
    failed: Option<String>,
}

/// What is to be written now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToExport {
    /// What.
    pub what: Exported,
    /// In which form.
    pub form: Form,
    /// To which file.
    pub file: PathBuf,
}

impl ExportDialog {
    /// `says` tells what is written in each form that can be chosen, `form` is the one that is proposed, and `path` the proposed
    /// file, whose name is `name` with that form's ending.
    pub fn new(what: Exported, says: Vec<(Form, String)>, form: Form, name: String, path: String) -> ExportDialog {
        ExportDialog { what, says, form, name, file: FileToWrite::proposing(path), failed: None }
    }

    /// It was not written, and why: it is asked for again, with what was typed.
    pub fn told(&mut self, why: &str) {
        self.failed = Some(why.to_owned());
        self.file = FileToWrite::proposing(self.file.typed().to_owned());
    }

    /// What the native dialog is asked.
    pub fn browse(&self) -> Browse {
        let (kind, extension) = (self.form.name(), self.form.extension());
        let name = format!("{}.{extension}", self.name);
        Browse { asker: Asker::Export(self.what), save: true, name, kind, extension }
    }

    /// What is to be written once a file was chosen: its ending says the form, if it is that of one.
    pub fn chosen(&mut self, file: PathBuf) -> ToExport {
        let form = self.form_of(&file).unwrap_or(self.form);
        self.file = FileToWrite::proposing(file.display().to_string());
        ToExport { what: self.what, form, file }
    }

    /// The form that a file's ending says, among those that can be chosen.
    fn form_of(&self, file: &Path) -> Option<Form> {
        let form = Form::of_extension(file.extension()?.to_str()?)?;
        self.says.iter().map(|(known, _)| *known).find(|known| *known == form)
    }

    /// Forms to choose from, and the file's ending in step with the choice.
    fn form_ui(&mut self, ctx: &Ctx<'_>, ui: &mut egui::Ui) {
        if self.says.len() > 1 {
            if let Some(typed) = self.form_of(Path::new(self.file.typed())) {
                self.form = typed;
            }
            let choices: Vec<(Form, &str)> = self.says.iter().map(|(form, _)| (*form, form.name())).collect();
            let before = self.form;
            if segments(ui, ctx.palette, 400.0, &mut self.form, &choices).changed() {
                self.file.change_ending(before.extension(), self.form.extension());
            }
            ui.add_space(8.0);
        }
        for (_, says) in self.says.iter().filter(|(form, _)| *form == self.form) {
            hint(ui, ctx.palette, says);
        }
    }
}

/// Draws the dialog, with the native one behind a button: some desktops have none. Returns whether it is to be closed. `export`
/// takes what is to be written.
pub fn export_dialog_ui(
    ctx: &Ctx<'_>,
    egui: &egui::Context,
    state: &mut ExportDialog,
    export: &mut Option<ToExport>,
) -> bool {
    let mut done = false;
    let title = if state.says.len() > 1 { "Export the report" } else { "Export to CSV" };
    let close = dialog(egui, ctx.palette, title, 560.0, |parts| {
        parts.form(|ui| {
            state.form_ui(ctx, ui);
            ui.add_space(6.0);
            let example = if cfg!(windows) { "C:\\exports\\queue.csv" } else { "/home/me/queue.csv" };
            state.file.line_ui(ctx, ui, example);
            if let Some(why) = &state.failed {
                ui.add_space(6.0);
                boxed(ui, ctx.palette.warning, why);
            }
        });
        parts.foot(|ui| {
            button_row(ui, |ui| {
                if let Some(file) = state.file.button_ui(ctx, ui, "Export") {
                    *export = Some(state.chosen(file));
                    done = true;
                }
                done |= ui.button("Cancel").clicked();
                if ui.button("Browse…").clicked() {
                    ctx.want(Intent::Browse(state.browse()));
                }
            })
        });
    });
    if export.is_some() {
        egui.request_repaint();
    }
    close || done
}
