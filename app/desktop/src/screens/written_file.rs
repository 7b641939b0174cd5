//! The line for a file of this PC that is to be written, behind the native dialog: some desktops have none. A native dialog
//! asks before it replaces a file; so does this.

use std::path::{Path, PathBuf};

use egui::{Key, Response, Ui};

use super::copy_dialog::boxed;
use crate::ctx::Ctx;
use crate::widgets::{choose, danger_button, field, primary_button};

/// What is typed, and what was found there.
#[derive(Debug, Default)]
pub struct FileToWrite {
    typed: String,
    /// A path was proposed and not shown yet: the keyboard goes there then.
    is_fresh: bool,
    /// Enter was pressed in the line.
    is_entered: bool,
    /// The file that is there already, once that was said.
    found: Option<PathBuf>,
}

impl FileToWrite {
    /// With a path that can be taken as it is.
    pub fn proposing(path: String) -> FileToWrite {
        FileToWrite { typed: path, is_fresh: true, ..FileToWrite::default() }
    }

    /// What is in the line.
    pub fn typed(&self) -> &str {
        self.typed.trim()
    }

    /// Puts another ending in the place of one, or behind a name that does not have it.
    pub fn change_ending(&mut self, before: &str, after: &str) {
        let typed = self.typed.trim();
        let stem = match typed.rsplit_once('.') {
            Some((stem, ending)) if ending.eq_ignore_ascii_case(before) => stem,
            _ => typed,
        };
        if !stem.is_empty() {
            self.typed = format!("{stem}.{after}");
        }
    }

    /// Draws the line, and below it what is there already.
    pub fn line_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, example: &str) {
        let response = field(ui, ctx.palette, "File on this PC to write", &mut self.typed, example);
        if std::mem::take(&mut self.is_fresh) {
            choose_name(ui, &response, &self.typed);
        }
        self.is_entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
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
        let clicked = ui.add_enabled_ui(!typed.is_empty(), button).inner.clicked();
        // Nothing is replaced by a key that was pressed once more.
        let is_entered = std::mem::take(&mut self.is_entered) && !may_replace && !typed.is_empty();
        if !clicked && !is_entered {
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

/// Gives the keyboard to the line, with the file's name chosen: what is typed takes its place, and folder and ending stay.
fn choose_name(ui: &Ui, response: &Response, path: &str) {
    let start = path.rfind(std::path::is_separator).map_or(0, |separator| separator + 1);
    let end = path[start..].rfind('.').map_or(path.len(), |dot| start + dot);
    choose(ui, response, path, start..end);
}
