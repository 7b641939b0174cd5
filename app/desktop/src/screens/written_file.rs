//! The line for a file of this PC that is to be written, behind the native dialog: some desktops have none. A native dialog
//! asks before it replaces a file; so does this.

use std::path::{Path, PathBuf};

use egui::Ui;

use super::copy_dialog::boxed;
use crate::ctx::Ctx;
use crate::widgets::{danger_button, field, primary_button};

/// What is typed, and what was found there.
#[derive(Debug, Default)]
pub struct FileToWrite {
    typed: String,
    /// The file that is there already, once that was said.
    found: Option<PathBuf>,
}

impl FileToWrite {
    /// Draws the line, and below it what is there already.
    pub fn line_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, example: &str) {
        field(ui, ctx.palette, "File on this PC to write", &mut self.typed, example);
        if let Some(found) = self.found() {
            ui.add_space(6.0);
            let text = format!("There already: {}. It is replaced if you go on", found.display());
            boxed(ui, ctx.palette.caution, &text);
        }
    }

    /// Draws the button; gives the file once it may be written.
    pub fn button_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, text: &str) -> Option<PathBuf> {
        let typed = self.typed.trim().to_owned();
        let may_replace = self.found().is_some();
        let button = |ui: &mut Ui| match may_replace {
            true => danger_button(ui, ctx.palette, "Replace it"),
            false => primary_button(ui, ctx.palette, text),
        };
        if !ui.add_enabled_ui(!typed.is_empty(), button).inner.clicked() {
            return None;
        }
        let file = PathBuf::from(typed);
        if !may_replace && file.exists() {
            self.found = Some(file);
            return None;
        }
        Some(file)
    }

    /// The file that is there already, while it is the one that is typed.
    fn found(&self) -> Option<&Path> {
        self.found.as_deref().filter(|found| *found == Path::new(self.typed.trim()))
    }
}
