//! What every view may read, and the one way in which a view may want something.
//!
//! A view never changes the model or another view's state: it leaves an [`Intent`], and the application
//! carries all of them out after the frame is drawn.

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Instant;

use api::BackupEntry;
use model::AcdNumber;
use session::designing::Design;
use session::{Command, MenuRequest, Model, Profile, ReportKey, ReportRequest};

use crate::settings::Settings;
use crate::theme::Palette;
use crate::view::administration::backup_draft::JobForm;
use crate::view::administration::restore_draft::RestoreDraft;
use crate::view::administration::timetables::Draft as TimetableDraft;
use crate::view::administration::{Confirm, Form, PageKind};
use crate::view::shortcuts::Act;

/// Something a person asked for on the screen.
#[derive(Debug, Clone)]
pub enum Intent {
    /// For the session.
    Send(Command),
    /// Show the dialog that asks for a report's inputs: for a new pane, or for an open one.
    AskInputs { path: String, pane: Option<ReportKey> },
    /// Open a report in a new pane.
    OpenPane(ReportRequest),
    /// Show a report: in the pane that has it already, or in a new one.
    ShowReport(ReportRequest),
    /// Show other data in an open pane.
    ChangePane { pane: ReportKey, request: ReportRequest },
    /// Run the report of a pane again with the inputs that it has.
    RunAgain(ReportKey),
    /// Close a pane.
    ClosePane(ReportKey),
    /// Open again what was closed last.
    ReopenClosed,
    /// Open a second pane with the same report and inputs.
    DuplicatePane(ReportKey),
    /// Give a pane the whole workspace, or take it back.
    ToggleMaximised(ReportKey),
    /// Show the dialog for thresholds and widths of a pane's columns.
    AskColumns(ReportKey),
    /// Keep out the rows of a pane that lack a text.
    FilterPane(ReportKey),
    /// Write what a pane shows into a file.
    Export(ReportKey),
    /// Show what a pane shows as pages to print.
    Print(ReportKey),
    /// Write the names of an ACD's Dictionary to a CSV file.
    ExportNames(AcdNumber),
    /// Show the dialog that copies reports; with a report already chosen, if one was.
    AskCopy(Option<String>),
    /// Show the dialog that begins to design a report; with one already chosen, if one was.
    AskDesign(Option<String>),
    /// Show the report designer with this report.
    Design(Box<Design>),
    /// Close the report designer; what is not saved is lost.
    CloseDesigner,
    /// Ask before a designer report is deleted.
    AskDeleteReport(String),
    /// Show the dialog for a shortcut: by its name, one that there is.
    AskShortcut { act: Act, name: String },
    /// Open the reports of a shortcut, beside what is open or instead of it.
    RunShortcut { name: String, instead: bool },
    /// Close the reports of the shortcut that are still waited for.
    StopShortcut,
    /// No longer say how the shortcut that was run stands.
    DismissShortcut,
    /// Open a main menu addition, and show what comes of it.
    OpenMenu(MenuRequest),
    /// Put a text on the clipboard, and tell so.
    Copy { text: String, told: String },
    /// Tell the person once what does not work.
    TellProblem(String),
    /// Tell why the reports stay where they are, as long as the other server could not take over.
    TellStaying(String),
    /// Show the settings.
    AskSettings,
    /// Show administration instead of the reports, or the reports again.
    ToggleAdministration,
    /// Ask before a change is made.
    Confirm(Box<Confirm>),
    /// Show the dialog for a change on the serving server.
    AskChange(Box<Form>),
    /// Show a page of administration.
    ShowAdministration(PageKind),
    /// Show the log of exceptions.
    ShowExceptions,
    /// Show the dialog for a timetable of the serving server.
    AskTimetable(Box<TimetableDraft>),
    /// Show the dialog before a backup begins, or before a restore is taken back.
    AskJob(Box<JobForm>),
    /// Show the dialog that plans a restore.
    AskRestore(Box<RestoreDraft>),
    /// Show a backup in full.
    DescribeBackup(Box<BackupEntry>),
    /// Work with this ACD from now on.
    ChooseAcd(AcdNumber),
    /// Begin to watch the servers of a profile.
    Connect(Profile),
    /// Keep a changed profile; `before` is its name until now.
    SaveProfile { before: Option<String>, profile: Profile },
    /// Remove a profile.
    DeleteProfile(String),
    /// Sign out and go back to the sign-in screen.
    SignOut,
    /// Keep changed settings.
    SaveSettings(Settings),
    /// Ask for a file name, natively where that is possible.
    Browse(Browse),
    /// Go on with the keyboard to the next pane, or to the one before.
    NextPane {
        /// To the next one.
        forward: bool,
    },
    /// Put the keyboard focus into the search field of the report list.
    FocusSearch,
}

/// Which file is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browse {
    /// Who asked, to hand the answer to.
    pub asker: Asker,
    /// Whether the file is to be written.
    pub save: bool,
    /// Proposed name.
    pub name: String,
    /// Kind of file, for people.
    pub kind: &'static str,
    /// Its extension.
    pub extension: &'static str,
}

/// What is written into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exported {
    /// What a pane shows.
    Pane(ReportKey),
    /// The names of an ACD's Dictionary.
    Names(AcdNumber),
}

/// Who asked for a file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The dialog that copies reports.
    Copy,
    /// The dialog of a change that needs a file of this PC: one to keep with a main menu addition, or names of the Dictionary.
    FormFile,
    /// What was opened of the main menu, to be saved.
    MenuSave,
    /// An export.
    Export(Exported),
    /// The authority file of a server in the profile editor.
    Authority(session::Which),
}

/// A file name that was chosen natively; `None` if the person cancelled or there is no native dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Who asked.
    pub asker: Asker,
    /// Number of the dialog that asked; another one that has come in its place meanwhile gets nothing.
    pub dialog: u64,
    /// The file.
    pub file: Option<PathBuf>,
}

/// What a view is given.
pub struct Ctx<'a> {
    /// All that the client knows.
    pub model: &'a Model,
    /// The moment this frame shows.
    pub now: Instant,
    /// Colours.
    pub palette: &'static Palette,
    /// The person's settings.
    pub settings: &'a Settings,
    /// The ACD the person works with.
    pub acd: Option<AcdNumber>,
    intents: &'a RefCell<Vec<Intent>>,
}

impl<'a> Ctx<'a> {
    /// For one frame; intents are left in the list.
    pub fn new(
        model: &'a Model,
        now: Instant,
        palette: &'static Palette,
        settings: &'a Settings,
        acd: Option<AcdNumber>,
        intents: &'a RefCell<Vec<Intent>>,
    ) -> Self {
        Ctx { model, now, palette, settings, acd, intents }
    }

    /// Leaves something to be done after the frame.
    pub fn want(&self, intent: Intent) {
        self.intents.borrow_mut().push(intent);
    }

    /// Leaves a command for the session.
    pub fn send(&self, command: Command) {
        self.want(Intent::Send(command));
    }
}
