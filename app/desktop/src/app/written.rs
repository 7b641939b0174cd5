//! Files that are written for the person: what a pane shows, the names of a Dictionary, and what was opened of the main menu.
//!
//! They are made and written on threads of their own. What is written is what was shown when that was asked for, whatever comes
//! meanwhile.

use std::path::{Path, PathBuf};
use std::time::Instant;

use document::Form;
use egui::Context;
use model::AcdNumber;
use session::{NoticeLevel, PageData, ReportKey, names_csv};

use super::App;
use crate::ctx::{Browse, Exported};
use crate::files::{NotWritten, Writing};
use crate::printing::{Printed, Printing};
use crate::screens::export_dialog::{ExportDialog, ToExport};
use crate::screens::toasts::AsLongAs;
use crate::settings::Settings;
use crate::view::administration::{PageKind, page_data};
use crate::view::export::{Export, file_name, proposed};
use crate::view::menu::to_save;

/// What is told of an export before the name of its file.
const EXPORTED: &str = "Exported to";

impl App {
    /// Asks for the form in which a pane is written, and for the file.
    pub(super) fn export(&mut self, key: ReportKey) {
        let shown = self.shown(key).zip(self.model.reports.get(&key).map(file_name));
        let Some((export, name)) = shown else {
            let text = "There is nothing to export yet. Wait until the report shows its data, then export it again";
            return self.toasts.tell_as_long_as(AsLongAs::Empty(key), text, self.now());
        };
        self.ask_export(Exported::Pane(key), export.words(), self.last_form, name);
    }

    /// Shows what a pane shows as pages, in the person's own viewer.
    pub(super) fn print(&mut self, egui: &Context, key: ReportKey) {
        let shown = self.shown(key).zip(self.model.reports.get(&key).map(file_name));
        let Some((export, name)) = shown else {
            let text = "There is nothing to print yet. Wait until the report shows its data, then print it again";
            return self.toasts.tell_as_long_as(AsLongAs::Empty(key), text, self.now());
        };
        let (egui, name) = (egui.clone(), format!("{name}.{}", Form::Pdf.extension()));
        let pages = move || export.content(Form::Pdf);
        let wake = move || egui.request_repaint();
        self.printing.push(Printing::start(self.writer.clone(), self.opener.clone(), name, pages, wake));
    }

    /// Opens a file that was written, or its folder, with the person's own program for it.
    pub(super) fn open_file(&mut self, egui: &Context, file: PathBuf) {
        let egui = egui.clone();
        self.printing.push(Printing::open(self.opener.clone(), file, move || egui.request_repaint()));
    }

    /// Asks for the file that the names of an ACD's Dictionary are written to.
    pub(super) fn export_names(&mut self, egui: &Context, acd: AcdNumber) {
        let says =
            "All names that were given in the ACD: section, number, name, description. They can be imported again";
        let says = vec![(Form::Csv, says.to_owned())];
        let browse = self.ask_export(Exported::Names(acd), says, Form::Csv, format!("dictionary-{acd}"));
        self.browse(egui, browse);
    }

    /// Where files are proposed to be written: where the last one was, or among the person's documents.
    pub(super) fn export_folder(&self) -> Option<PathBuf> {
        self.settings.export_dir.clone().or_else(documents_dir)
    }

    /// Shows the dialog; gives what a native one would be asked.
    fn ask_export(&mut self, what: Exported, says: Vec<(Form, String)>, form: Form, name: String) -> Browse {
        let folder = self.export_folder();
        let path = proposed(folder.as_deref(), &format!("{name}.{}", form.extension()));
        let dialog = ExportDialog::new(what, says, form, name, path);
        let browse = dialog.browse();
        self.dialogs.ask_export(dialog);
        browse
    }

    /// Writes what was exported.
    pub(super) fn write_export(&mut self, egui: &Context, export: ToExport) {
        match export.what {
            Exported::Pane(key) => self.write_pane(egui, key, export.form, export.file),
            Exported::Names(acd) => self.write_names(egui, acd, export.file),
        }
    }

    /// What a pane shows, to be written.
    fn shown(&self, key: ReportKey) -> Option<Export> {
        let prefs = self.workspace.pane(key).map(|pane| pane.prefs.clone()).unwrap_or_default();
        Export::of(&self.model, key, &prefs)
    }

    /// Writes what a pane shows.
    fn write_pane(&mut self, egui: &Context, key: ReportKey, form: Form, file: PathBuf) {
        let Some(export) = self.shown(key) else {
            let text = "Nothing was exported: the report has no data any more. Export it again once it shows some";
            return self.toasts.tell(NoticeLevel::Problem, text.to_owned(), self.now());
        };
        // Whoever mails a form each day chooses it once.
        self.last_form = form;
        self.write(egui, file, EXPORTED, move || export.content(form));
    }

    /// Writes the names of an ACD's Dictionary.
    fn write_names(&mut self, egui: &Context, acd: AcdNumber, file: PathBuf) {
        let Some(PageData::Dictionary(known)) = page_data(&self.model, PageKind::Dictionary, Some(acd)) else {
            let text =
                "Nothing was exported: the Dictionary is not told any more. Export it again once its page shows it";
            return self.toasts.tell(NoticeLevel::Problem, text.to_owned(), self.now());
        };
        match names_csv(&known.synonyms) {
            Ok(text) => self.write(egui, file, EXPORTED, move || Ok(text.into_bytes())),
            Err(why) => self.toasts.tell(NoticeLevel::Problem, format!("Nothing was exported: {why}"), self.now()),
        }
    }

    /// Writes what was opened of the main menu.
    pub(super) fn write_menu(&mut self, egui: &Context, file: PathBuf) {
        let Some((_, content)) = to_save(&self.model) else { return };
        let content = content.to_vec();
        self.write(egui, file, "Saved as", move || Ok(content));
    }

    /// Has a file written; what becomes of it is told when it is over.
    fn write(
        &mut self,
        egui: &Context,
        file: PathBuf,
        done: &'static str,
        content: impl FnOnce() -> Result<Vec<u8>, String> + Send + 'static,
    ) {
        if self.writing.iter().any(|writing| writing.file == file) {
            let text = format!("{} is still being written. Do it again once that is told to be done", file.display());
            if !self.dialogs.export_is_over(&file, Some(&text)) {
                self.toasts.tell_as_long_as(AsLongAs::Written(file), &text, self.now());
            }
            return;
        }
        let egui = egui.clone();
        let wake = move || egui.request_repaint();
        self.writing.push(Writing::start(self.writer.clone(), file, done, content, wake));
    }

    /// An export is asked for again with all that was typed; of anything else, and behind another dialog, a notice tells.
    fn tell_not_written(&mut self, file: &Path, why: String) {
        if !self.dialogs.export_is_over(file, Some(&why)) {
            self.toasts.tell(NoticeLevel::Problem, why, self.now());
        }
    }

    /// Tells of the files that have been written.
    pub(super) fn take_written(&mut self, now: Instant) {
        for writing in std::mem::take(&mut self.writing) {
            match writing.outcome() {
                None => self.writing.push(writing),
                Some(Ok(())) => {
                    let text = format!("{} {}", writing.done, writing.file.display());
                    // What came from a server's main menu is trusted by nobody, and not opened from here.
                    match writing.done == EXPORTED {
                        true => self.toasts.tell_of_file(&text, writing.file.clone(), now),
                        false => self.toasts.tell(NoticeLevel::Info, text, now),
                    }
                    self.dialogs.export_is_over(&writing.file, None);
                    if writing.done == EXPORTED {
                        self.remember_folder(&writing.file);
                    }
                }
                Some(Err(NotWritten::Content(why))) => {
                    let text = format!("Nothing was written to {}: {why}", writing.file.display());
                    self.tell_not_written(&writing.file, text);
                }
                Some(Err(NotWritten::File(error))) => {
                    let text = format!("Cannot write {}: {error}. Choose another folder", writing.file.display());
                    self.tell_not_written(&writing.file, text);
                }
            }
        }
    }

    /// Tells of the reports that were printed.
    pub(super) fn take_printed(&mut self, now: Instant) {
        for printing in std::mem::take(&mut self.printing) {
            let (level, text) = match printing.outcome() {
                None => {
                    self.printing.push(printing);
                    continue;
                }
                // It is in front of whoever asked for it.
                Some(Printed::Opened(_)) if !printing.prints => continue,
                Some(Printed::Unopened(file)) if !printing.prints => {
                    let text =
                        format!("This PC has no program that opens {} by itself. Open it with one", file.display());
                    (NoticeLevel::Problem, text)
                }
                Some(Printed::Opened(file)) => {
                    let text = format!("Opened to print: {}. The program that shows it prints it", file.display());
                    (NoticeLevel::Info, text)
                }
                Some(Printed::Unopened(file)) => {
                    // What the system says of it names its own programs and numbers, and helps nobody.
                    let text = format!(
                        "Open {} with a program that prints: this PC has none that opens PDF files by itself",
                        file.display()
                    );
                    (NoticeLevel::Problem, text)
                }
                Some(Printed::Failed(why)) => (NoticeLevel::Problem, format!("Nothing was printed: {why}")),
            };
            self.toasts.tell(level, text, now);
        }
    }

    fn remember_folder(&mut self, file: &Path) {
        let folder = file.parent().filter(|folder| folder.is_absolute()).map(Path::to_owned);
        if folder.is_some() && folder != self.settings.export_dir {
            self.save_settings(Settings { export_dir: folder, ..self.settings.clone() });
        }
    }
}

/// The folder in which people of this PC look for their documents; their home folder where there is none.
fn documents_dir() -> Option<PathBuf> {
    let dirs = directories::UserDirs::new()?;
    Some(dirs.document_dir().unwrap_or_else(|| dirs.home_dir()).to_owned())
}
