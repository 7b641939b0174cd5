//! Carries out what the screens left.

use std::path::Path;

use egui::Context;
use session::designing::Design;
use session::{Command, NoticeLevel, Profile, Refresh, ReportKey, profiles};

use super::App;
use crate::ctx::{Asker, Browse, Chosen, Intent};
use crate::files::Asking;
use crate::keep::Kept;
use crate::layout::LayoutFile;
use crate::screens::administration::change_dialog::ChangeDialog;
use crate::screens::administration::describe_dialog::DescribeDialog;
use crate::screens::administration::job_dialog::JobDialog;
use crate::screens::administration::restore_dialog::RestoreDialog;
use crate::screens::administration::timetable_dialog::TimetableDialog;
use crate::screens::designer::Designer;
use crate::screens::designer::start_dialog::StartDialog;
use crate::screens::menu::MenuDialog;
use crate::screens::toasts::AsLongAs;
use crate::settings::Settings;
use crate::view::administration::Form;
use crate::view::counts::counted;
use crate::view::pane::definition;
use crate::view::shortcuts::{Act, ShortcutDraft, slowed_text};

impl App {
    pub(super) fn do_intent(&mut self, egui: &Context, intent: Intent) {
        match intent {
            Intent::Send(command) => self.backend.send(command),
            Intent::AskInputs { path, pane } => self.ask_inputs(path, pane),
            Intent::OpenPane(request) => {
                self.workspace.open(request);
            }
            Intent::ShowReport(request) => self.workspace.show(request),
            Intent::ChangePane { pane, request } => {
                self.workspace.change(pane, request);
            }
            Intent::RunAgain(key) => self.workspace.run_again(key),
            Intent::ClosePane(key) => self.workspace.close(key),
            Intent::ReopenClosed => self.reopen(),
            Intent::DuplicatePane(key) => self.workspace.duplicate(key),
            Intent::ToggleMaximised(key) => self.workspace.toggle_maximised(key),
            Intent::AskColumns(key) => {
                if let Some(pane) = self.workspace.pane(key) {
                    self.dialogs.ask_columns(pane);
                }
            }
            Intent::FilterPane(key) => self.workspace.filters.open(key),
            Intent::Export(key) => self.export(key),
            Intent::Print(key) => self.print(egui, key),
            Intent::ExportNames(acd) => self.export_names(egui, acd),
            Intent::AskCopy(path) => self.ask_copy(path),
            Intent::AskDesign(path) => self.ask_design(path),
            Intent::Design(design) => self.design(*design),
            Intent::CloseDesigner => self.close_designer(),
            Intent::AskDeleteReport(path) => self.dialogs.ask_delete(path),
            Intent::AskShortcut { act, name } => self.ask_shortcut(act, &name),
            Intent::RunShortcut { name, instead } => self.run_shortcut(&name, instead),
            Intent::StopShortcut => self.workspace.stop_shortcut(&self.model),
            Intent::DismissShortcut => self.workspace.run = None,
            Intent::OpenMenu(request) => {
                self.backend.send(Command::OpenMenu(Some(request.clone())));
                self.dialogs.show_menu(MenuDialog::new(request));
            }
            Intent::Copy { text, told } => self.copy(egui, text, told),
            Intent::TellProblem(text) => self.toasts.tell(NoticeLevel::Problem, text, self.now()),
            Intent::TellStaying(text) => self.toasts.tell_as_long_as(AsLongAs::Staying, &text, self.now()),
            Intent::AskSettings => self.dialogs.ask_settings(),
            Intent::ToggleAdministration => self.administration.toggle(),
            Intent::Confirm(confirm) => self.dialogs.confirm(confirm),
            Intent::AskChange(form) => self.dialogs.ask_change(ChangeDialog::new(&self.model, *form)),
            Intent::ShowAdministration(kind) => self.administration.show(kind),
            Intent::ShowExceptions => self.administration.show_exceptions(),
            Intent::AskTimetable(draft) => self.dialogs.ask_timetable(TimetableDialog::new(&self.model, *draft)),
            Intent::AskJob(form) => self.dialogs.ask_job(JobDialog::new(&self.model, *form)),
            Intent::AskRestore(draft) => self.dialogs.ask_restore(RestoreDialog::new(&self.model, *draft)),
            Intent::DescribeBackup(entry) => {
                let dialog = DescribeDialog::new(&self.model, &entry);
                self.backend.send(dialog.command());
                self.dialogs.describe(dialog);
            }
            Intent::ChooseAcd(acd) => {
                self.acd = Some(acd);
                self.backend.send(Command::LoadDictionary(acd));
            }
            Intent::Connect(profile) => self.connect(profile),
            Intent::SaveProfile { before, profile } => self.save_profile(before, profile),
            Intent::DeleteProfile(name) => self.delete_profile(&name),
            Intent::SignOut => self.sign_out(),
            Intent::SaveSettings(settings) => self.save_settings(settings),
            Intent::Browse(browse) => self.browse(egui, browse),
            Intent::NextPane { forward } => self.workspace.go_to_next(forward),
            Intent::FocusSearch => self.list.focus_search(),
        }
        egui.request_repaint();
    }

    /// Puts a text on the clipboard, and tells so.
    fn copy(&mut self, egui: &Context, text: String, told: String) {
        egui.copy_text(text);
        self.toasts.tell(NoticeLevel::Info, told, self.now());
    }

    fn reopen(&mut self) {
        if !self.workspace.reopen() {
            let text = "Nothing was closed that could be opened again".to_owned();
            self.toasts.tell(NoticeLevel::Info, text, self.now());
        }
    }

    fn run_shortcut(&mut self, name: &str, instead: bool) {
        let Some(shortcut) = self.model.shortcuts.iter().find(|known| known.name == name) else { return };
        let replaced = self.workspace.requests().len();
        let told = slowed_text(&self.model, shortcut);
        let taken_back = (instead && replaced > 0).then(|| {
            let reports = counted(replaced, "report", "reports");
            format!("{} is open in place of {reports}; Ctrl+Shift+T brings back what was open", shortcut.name)
        });
        self.workspace.run_shortcut(shortcut, instead);
        self.administration.close();
        for text in taken_back.into_iter().chain(told) {
            self.toasts.tell(NoticeLevel::Info, text, self.now());
        }
    }

    fn ask_inputs(&mut self, path: String, pane: Option<ReportKey>) {
        if let Some(open) = pane.and_then(|pane| self.workspace.pane(pane)) {
            return self.dialogs.ask_inputs_of(open);
        }
        let definition = definition(&self.model, &path);
        let refresh = self.model.slowed(Refresh::Secs(definition.map_or(5, |definition| definition.refresh_secs)));
        let defaults = definition
            .map(|definition| {
                let inputs = definition.inputs.iter();
                inputs.map(|input| (input.name.clone(), input.default.clone())).collect()
            })
            .unwrap_or_default();
        if let Some(acd) = self.acd {
            self.dialogs.ask_inputs_for(acd, path, refresh, defaults);
        }
    }

    /// One report is designed at a time: what is not saved is not lost by beginning with another one.
    fn ask_design(&mut self, path: Option<String>) {
        match self.unsaved() {
            None => self.dialogs.ask_design(StartDialog::new(path, &self.model.library)),
            Some(name) => {
                let text = format!("{name} is still being designed: save it or close it first");
                self.toasts.tell_as_long_as(AsLongAs::Designed(name), &text, self.now());
            }
        }
    }

    fn design(&mut self, design: Design) {
        self.designer = Some(Designer::new(design, self.acd));
        self.administration.close();
    }

    fn close_designer(&mut self) {
        self.designer = None;
        self.backend.send(Command::Preview(None));
    }

    /// The report that is being designed and would be lost.
    pub(super) fn unsaved(&self) -> Option<String> {
        self.designer.as_ref().filter(|designer| designer.is_changed()).map(|designer| designer.report().name.clone())
    }

    fn sign_out(&mut self) {
        if let Some(name) = self.unsaved() {
            let text = format!("{name} is still being designed: save it or close it before you sign out");
            return self.toasts.tell_as_long_as(AsLongAs::Designed(name), &text, self.now());
        }
        self.designer = None;
        self.keep_layout();
        self.laid_out_for = None;
        self.administration.close();
        self.backend.send(Command::SignOut);
    }

    fn ask_copy(&mut self, path: Option<String>) {
        let folder = self.export_folder();
        self.dialogs.ask_copy(path, folder);
    }

    fn ask_shortcut(&mut self, act: Act, name: &str) {
        let open = (self.workspace.requests(), self.workspace.arrangement());
        let draft = match self.model.shortcuts.iter().find(|known| known.name == name) {
            Some(shortcut) => ShortcutDraft::of(&self.model, act, shortcut, open),
            None => ShortcutDraft::keep(&self.model, open),
        };
        self.dialogs.ask_change(ChangeDialog::new(&self.model, Form::Shortcut(draft)));
    }

    /// Keeps a profile. One that was renamed takes its layout along, and is let go of under its old name only after that.
    fn save_profile(&mut self, before: Option<String>, profile: Profile) {
        let before = before.filter(|before| *before != profile.name);
        if let Some(dir) = self.config_dir.clone() {
            self.write_profile(&dir, before.as_deref(), &profile);
        }
        if let Some(before) = &before {
            self.profiles.retain(|known| known.name != *before);
            if self.laid_out_for.as_ref() == Some(before) {
                self.laid_out_for = Some(profile.name.clone());
            }
        }
        self.profiles.retain(|known| known.name != profile.name);
        self.profiles.push(profile.clone());
        self.profiles.sort_by(|left, right| left.name.cmp(&right.name));
        self.connect(profile);
    }

    fn write_profile(&mut self, dir: &Path, before: Option<&str>, profile: &Profile) {
        let now = self.now();
        let written = match before {
            Some(before) => profiles::rename(dir, before, profile),
            None => profiles::save(dir, profile),
        };
        match (written, before) {
            (Err(error), _) => self.tell_problem(now, &error),
            (Ok(_), Some(before)) => {
                if let Err(error) = LayoutFile::rename(dir, before, &profile.name) {
                    self.toasts.tell(NoticeLevel::Problem, error.in_words(Kept::Arrangement), now);
                }
            }
            (Ok(_), None) => {}
        }
    }

    fn delete_profile(&mut self, name: &str) {
        self.forget_profile(name);
        if self.model.profile.as_ref().is_some_and(|profile| profile.name == name) {
            self.model.profile = None;
            if let Some(next) = self.profiles.first().cloned() {
                self.connect(next);
            }
        }
    }

    fn forget_profile(&mut self, name: &str) {
        let now = self.now();
        self.profiles.retain(|known| known.name != name);
        if let Some(dir) = self.config_dir.clone()
            && let Err(error) = profiles::delete(&dir, name)
        {
            self.tell_problem(now, &error);
        }
    }

    pub(super) fn save_settings(&mut self, settings: Settings) {
        self.settings = settings;
        let Some(dir) = self.config_dir.clone() else { return };
        let saved = self.settings.save(&dir);
        self.tell_kept(Kept::Settings, saved);
    }

    pub(super) fn browse(&mut self, egui: &Context, browse: Browse) {
        let egui = egui.clone();
        let dialog = self.number_of(browse.asker);
        self.asking.push(Asking::start(self.files.clone(), browse, dialog, move || egui.request_repaint()));
    }

    /// Number of the dialog in which a file is asked for.
    fn number_of(&self, asker: Asker) -> u64 {
        match asker {
            Asker::Authority(_) => self.sign_in.editor_number(),
            Asker::Copy | Asker::FormFile | Asker::MenuSave | Asker::Export(_) => self.dialogs.number(),
        }
    }

    /// Hands chosen file names to whoever asked. What was chosen for a dialog that is no longer open is dropped.
    pub(super) fn take_file_names(&mut self, egui: &Context) {
        let answers: Vec<Chosen> = self.asking.iter().filter_map(Asking::answer).collect();
        self.asking.retain(|asking| !asking.is_answered());
        for Chosen { asker, dialog, file } in answers {
            let Some(file) = file.filter(|_| dialog == self.number_of(asker)) else { continue };
            match asker {
                Asker::Copy => self.dialogs.copy_file_chosen(file),
                Asker::FormFile => self.dialogs.form_file_chosen(file),
                Asker::MenuSave => self.dialogs.menu_save_chosen(file),
                Asker::Export(what) => self.dialogs.export_file_chosen(what, file),
                Asker::Authority(which) => {
                    if let Some(editor) = &mut self.sign_in.editor {
                        editor.chosen(which, file);
                    }
                }
            }
        }
        if let Some(export) = self.dialogs.take_export() {
            self.write_export(egui, export);
        }
        if let Some(file) = self.dialogs.take_menu_save() {
            self.write_menu(egui, file);
        }
    }
}
