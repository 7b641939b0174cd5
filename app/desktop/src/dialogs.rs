//! The dialogs that may be open over the main window. At most one is.

use std::path::{Path, PathBuf};

use model::AcdNumber;
use report::Inputs;
use session::{Model, Refresh};

use crate::ctx::{Ctx, Exported};
use crate::layout::Pane;
use crate::screens::administration::change_dialog::{ChangeDialog, change_dialog_ui};
use crate::screens::administration::describe_dialog::{DescribeDialog, describe_dialog_ui};
use crate::screens::administration::job_dialog::{JobDialog, job_dialog_ui};
use crate::screens::administration::restore_dialog::{RestoreDialog, restore_dialog_ui};
use crate::screens::administration::timetable_dialog::{TimetableDialog, timetable_dialog_ui};
use crate::screens::columns_dialog::{ColumnsState, columns_dialog_ui};
use crate::screens::confirm_dialog::confirm_dialog_ui;
use crate::screens::copy_dialog::{CopyDialog, copy_dialog_ui};
use crate::screens::delete_dialog::{DeleteDialog, delete_dialog_ui};
use crate::screens::designer::start_dialog::{StartDialog, start_dialog_ui};
use crate::screens::export_dialog::{ExportDialog, ToExport, export_dialog_ui};
use crate::screens::inputs_dialog::{InputsState, inputs_dialog_ui};
use crate::screens::menu::{MenuDialog, menu_dialog_ui};
use crate::screens::password_dialog::{PasswordState, password_dialog_ui};
use crate::screens::settings_dialog::settings_dialog_ui;
use crate::view::administration::Confirm;
use crate::workspace::Workspace;

/// Which dialog is open.
#[derive(Default)]
enum Open {
    #[default]
    None,
    Inputs(InputsState),
    Columns(ColumnsState),
    Copy(CopyDialog),
    Design(StartDialog),
    Delete(DeleteDialog),
    Export(ExportDialog),
    Settings,
    Confirm(Box<Confirm>),
    Change(ChangeDialog),
    Timetable(Box<TimetableDialog>),
    Job(Box<JobDialog>),
    Restore(Box<RestoreDialog>),
    Describe(DescribeDialog),
    Menu(MenuDialog),
}

/// The dialogs between two frames.
#[derive(Default)]
pub struct Dialogs {
    open: Open,
    /// Rises by one with every dialog that is opened.
    number: u64,
    password: PasswordState,
    export: Option<ToExport>,
    /// Exports that are being written, as they were asked for: one that fails is asked for again.
    exporting: Vec<(PathBuf, ExportDialog)>,
}

impl Dialogs {
    /// Whether one is open.
    pub fn any_open(&self) -> bool {
        self.is_asked_for() || self.password.is_shown()
    }

    /// Whether the open one tells what became of the last change.
    pub fn tells_outcome(&self, model: &Model) -> bool {
        match &self.open {
            Open::Change(dialog) => dialog.tells_outcome(model),
            Open::Timetable(dialog) => dialog.tells_outcome(model),
            _ => false,
        }
    }

    /// Whether one is open that somebody asked for.
    fn is_asked_for(&self) -> bool {
        !matches!(self.open, Open::None)
    }

    /// Number of the dialog that was opened last, so that the answer to a question goes to whoever asked it.
    pub fn number(&self) -> u64 {
        self.number
    }

    fn show(&mut self, open: Open) {
        self.open = open;
        self.number += 1;
    }

    /// Asks for the inputs of a report that is to be opened.
    pub fn ask_inputs_for(&mut self, acd: AcdNumber, path: String, refresh: Refresh, defaults: Inputs) {
        self.show(Open::Inputs(InputsState::for_new(acd, path, refresh, defaults)));
    }

    /// Asks for other inputs of an open report.
    pub fn ask_inputs_of(&mut self, pane: &Pane) {
        self.show(Open::Inputs(InputsState::for_pane(pane.key, &pane.request)));
    }

    /// Shows the columns of a pane.
    pub fn ask_columns(&mut self, pane: &Pane) {
        self.show(Open::Columns(ColumnsState::new(pane)));
    }

    /// Shows the dialog that copies reports.
    pub fn ask_copy(&mut self, path: Option<String>, folder: Option<PathBuf>) {
        self.show(Open::Copy(CopyDialog::new(path, folder)));
    }

    /// Asks what the report designer begins with.
    pub fn ask_design(&mut self, dialog: StartDialog) {
        self.show(Open::Design(dialog));
    }

    /// Asks before a designer report is deleted.
    pub fn ask_delete(&mut self, path: String) {
        self.show(Open::Delete(DeleteDialog::new(path)));
    }

    /// Shows the settings.
    pub fn ask_settings(&mut self) {
        self.show(Open::Settings);
    }

    /// Asks before a change is made.
    pub fn confirm(&mut self, confirm: Box<Confirm>) {
        self.show(Open::Confirm(confirm));
    }

    /// Asks for a change.
    pub fn ask_change(&mut self, dialog: ChangeDialog) {
        self.show(Open::Change(dialog));
    }

    /// Asks before a backup begins, or before a restore is taken back.
    pub fn ask_job(&mut self, dialog: JobDialog) {
        self.show(Open::Job(Box::new(dialog)));
    }

    /// Plans a restore.
    pub fn ask_restore(&mut self, dialog: RestoreDialog) {
        self.show(Open::Restore(Box::new(dialog)));
    }

    /// Shows a backup in full.
    pub fn describe(&mut self, dialog: DescribeDialog) {
        self.show(Open::Describe(dialog));
    }

    /// Shows what is opened of the main menu.
    pub fn show_menu(&mut self, dialog: MenuDialog) {
        self.show(Open::Menu(dialog));
    }

    /// Asks for a timetable.
    pub fn ask_timetable(&mut self, dialog: TimetableDialog) {
        self.show(Open::Timetable(Box::new(dialog)));
    }

    /// Asks where something is to be exported to.
    pub fn ask_export(&mut self, dialog: ExportDialog) {
        self.show(Open::Export(dialog));
    }

    /// A file was chosen natively for the copy dialog.
    pub fn copy_file_chosen(&mut self, file: PathBuf) {
        if let Open::Copy(dialog) = &mut self.open {
            dialog.chosen(file);
        }
    }

    /// A file was chosen natively for a change that needs one.
    pub fn form_file_chosen(&mut self, file: PathBuf) {
        if let Open::Change(dialog) = &mut self.open {
            dialog.chosen(file);
        }
    }

    /// A file was chosen natively for what is opened of the main menu.
    pub fn menu_save_chosen(&mut self, file: PathBuf) {
        if let Open::Menu(dialog) = &mut self.open {
            dialog.chosen(file);
        }
    }

    /// A file that what is opened of the main menu is to be written to now.
    pub fn take_menu_save(&mut self) -> Option<PathBuf> {
        if let Open::Menu(dialog) = &mut self.open { dialog.take_save() } else { None }
    }

    /// A file was chosen natively for an export: that is all it needs.
    pub fn export_file_chosen(&mut self, what: Exported, file: PathBuf) {
        if let Open::Export(state) = &mut self.open
            && state.what == what
        {
            self.export = Some(state.chosen(file));
            self.close();
        }
    }

    /// An export is written, or not, and why. Gives whether it is asked for again: with what was typed, unless another dialog is open.
    pub fn export_is_over(&mut self, file: &Path, why: Option<&str>) -> bool {
        let Some(at) = self.exporting.iter().rposition(|(known, _)| known == file) else { return false };
        let (_, mut dialog) = self.exporting.remove(at);
        match why {
            Some(why) if !self.is_asked_for() => dialog.told(why),
            _ => return false,
        }
        self.show(Open::Export(dialog));
        true
    }

    /// Closes what is open. An export that is written now is kept until that is over.
    fn close(&mut self) {
        let open = std::mem::take(&mut self.open);
        if let (Open::Export(dialog), Some(export)) = (open, &self.export) {
            self.exporting.push((export.file.clone(), dialog));
        }
    }

    /// An export that is to be written now.
    pub fn take_export(&mut self) -> Option<ToExport> {
        self.export.take()
    }

    /// Draws the open dialog.
    pub fn ui(&mut self, ctx: &Ctx<'_>, egui: &egui::Context, workspace: &mut Workspace) {
        let close = match &mut self.open {
            Open::None => false,
            Open::Inputs(state) => inputs_dialog_ui(ctx, egui, state),
            Open::Columns(state) => match workspace.pane_mut(state.pane) {
                Some(pane) => columns_dialog_ui(ctx, egui, state, pane),
                None => true,
            },
            Open::Copy(state) => copy_dialog_ui(ctx, egui, state),
            Open::Design(state) => start_dialog_ui(ctx, egui, state),
            Open::Delete(state) => delete_dialog_ui(ctx, egui, state),
            Open::Settings => settings_dialog_ui(ctx, egui),
            Open::Confirm(confirm) => confirm_dialog_ui(ctx, egui, confirm),
            Open::Change(state) => change_dialog_ui(ctx, egui, state),
            Open::Timetable(state) => timetable_dialog_ui(ctx, egui, state),
            Open::Job(state) => job_dialog_ui(ctx, egui, state),
            Open::Restore(state) => restore_dialog_ui(ctx, egui, state),
            Open::Menu(state) => menu_dialog_ui(ctx, egui, state),
            Open::Describe(state) => describe_dialog_ui(ctx, egui, state),
            Open::Export(state) => export_dialog_ui(ctx, egui, state, &mut self.export),
        };
        if close {
            self.close();
        }
        if !self.is_asked_for() {
            password_dialog_ui(ctx, egui, &mut self.password);
        }
    }
}
