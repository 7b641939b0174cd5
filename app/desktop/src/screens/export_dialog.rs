//! The dialog for an export: what is written, and to which file.

use std::path::PathBuf;

use super::written_file::FileToWrite;
use crate::ctx::{Asker, Browse, Ctx, Exported, Intent};
use crate::widgets::{button_row, dialog, hint};

/// The dialog between two frames.
pub struct ExportDialog {
    /// What is written.
    pub what: Exported,
    /// The same in words.
    says: String,
    browse: Browse,
    file: FileToWrite,
}

impl ExportDialog {
    /// `browse` asks for the file natively, `path` is the proposed one.
    pub fn new(what: Exported, says: String, browse: Browse, path: String) -> ExportDialog {
        ExportDialog { what, says, browse, file: FileToWrite::proposing(path) }
    }
}

/// What the native dialog for an export is asked.
pub fn browse(what: Exported, name: String) -> Browse {
    Browse { asker: Asker::Export(what), save: true, name, kind: "CSV", extension: "csv" }
}

/// Draws the dialog, the way behind the native one for desktops that have none; returns whether it is to be closed. `export` takes
/// the file once it is to be written.
pub fn export_dialog_ui(
    ctx: &Ctx<'_>,
    egui: &egui::Context,
    state: &mut ExportDialog,
    export: &mut Option<(Exported, PathBuf)>,
) -> bool {
    let mut done = false;
    let close = dialog(egui, ctx.palette, "Export to CSV", 560.0, |parts| {
        parts.form(|ui| {
            hint(ui, ctx.palette, &state.says);
            ui.add_space(6.0);
            let example = if cfg!(windows) { "C:\\exports\\queue.csv" } else { "/home/me/queue.csv" };
            state.file.line_ui(ctx, ui, example);
        });
        parts.foot(|ui| {
            button_row(ui, |ui| {
                if let Some(file) = state.file.button_ui(ctx, ui, "Export") {
                    *export = Some((state.what, file));
                    done = true;
                }
                done |= ui.button("Cancel").clicked();
                if ui.button("Browse…").clicked() {
                    ctx.want(Intent::Browse(state.browse.clone()));
                }
            })
        });
    });
    if export.is_some() {
        egui.request_repaint();
    }
    close || done
}
