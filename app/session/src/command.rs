//! What a person wants done.

use std::path::PathBuf;

use api::{HouseChoice, ReportRequest, Scope};
use model::AcdNumber;
use report::CarriedReport;
use serde::{Deserialize, Serialize};

use crate::detail::Detail;
use crate::guiding::WorksheetRequest;
use crate::jobs::JobRequest;
use crate::menu::MenuRequest;
use crate::order::Sorting;
use crate::pages::{ChangeRequest, Page};
use crate::previewing::PreviewRequest;
use crate::profile::{Profile, Which};
use crate::syncing::SyncRequest;
use crate::twin::Stretch;

/// One open report of the screen. The screen chooses the number and never uses it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReportKey(pub u64);

/// What a person wants done. Every command is answered by [`Update`](crate::Update)s, never by waiting.
#[derive(Clone, PartialEq)]
pub enum Command {
    /// Begins to watch both servers of a profile. What was open before is closed and signed out.
    Connect(Profile),
    /// Signs in. The first server signed in to is the one that serves the reports. The password is kept in
    /// memory, for switching over and for signing in again after a restart of the server.
    SignIn {
        /// Where.
        which: Which,
        /// The profile's user's password there.
        password: String,
    },
    /// Trusts the certificate with this fingerprint from now on; the changed profile comes back in the model.
    TrustCertificate {
        /// Whose certificate.
        which: Which,
        /// SHA-256, hexadecimal, as it was shown.
        fingerprint: String,
    },
    /// Closes everything, signs out of both servers and forgets the passwords. Watching goes on.
    SignOut,
    /// Opens a report on the serving server.
    Open {
        /// The screen's number for it.
        report: ReportKey,
        /// What is wanted.
        request: ReportRequest,
    },
    /// Gives an open report other inputs or another refresh; it keeps its number.
    Change {
        /// The open report.
        report: ReportKey,
        /// What is wanted now.
        request: ReportRequest,
    },
    /// Closes a report.
    Close(ReportKey),
    /// Shows the rows of an open report in another order, from now on.
    Sort {
        /// The open report.
        report: ReportKey,
        /// How, by block; blocks that are not named keep the report's own order.
        sorting: Sorting,
    },
    /// Moves every open report to this server.
    SwitchTo(Which),
    /// Asks the person for the password of a server once more.
    AskPassword(Which),
    /// The person gives no password for this server now: reports that were to move there stay where they are.
    DeclinePassword(Which),
    /// Switches by itself after so many seconds of trouble; `None` never does. The changed profile comes back
    /// in the model.
    SetAutoSwitch(Option<u32>),
    /// Asks the serving server for its report list.
    LoadLibrary,
    /// Asks the serving server for the user's shortcuts.
    LoadShortcuts,
    /// Asks the serving server for an ACD's names.
    LoadDictionary(AcdNumber),
    /// Asks the serving server which main menu additions the user may open.
    LoadMenu,
    /// Opens a main menu addition of the serving server, `None` closes what is opened: a program that runs is ended.
    OpenMenu(Option<MenuRequest>),
    /// Asks the serving server for a report's definition, to know its inputs.
    LoadDefinition {
        /// Path of the report.
        path: String,
    },
    /// Copies a report of the serving server to a file on this PC.
    CopyToFile {
        /// Path of the report.
        path: String,
        /// The file.
        file: PathBuf,
        /// Replace the file if it exists. Without it an existing file is reported, not touched.
        overwrite: bool,
    },
    /// Copies a report file of this PC to the serving server.
    CopyFromFile {
        /// The file.
        file: PathBuf,
        /// Personal or global.
        scope: Scope,
        /// Another name than the file's report has.
        rename: Option<String>,
        /// Replace what bears the same name there.
        overwrite: bool,
        /// What is done with calculations that are not there, or otherwise.
        house: Option<HouseChoice>,
    },
    /// Copies a report from one server to the other.
    CopyToServer {
        /// Path of the report on the other server than `to`.
        path: String,
        /// Where it goes.
        to: Which,
        /// Personal or global.
        scope: Scope,
        /// Another name than it has now.
        rename: Option<String>,
        /// Replace what bears the same name there.
        overwrite: bool,
        /// What is done with calculations that are not there, or otherwise.
        house: Option<HouseChoice>,
    },
    /// Forgets the outcome of the last copy (the dialog was closed, or asks for something else). What comes of one that is under
    /// way is told as a notice.
    DismissCopy,
    /// Shows what a report that is being designed shows on the serving server; `None` once nobody looks any more.
    Preview(Option<Box<PreviewRequest>>),
    /// Stores a report that was designed on the serving server. How that goes is told as of a copy.
    SaveReport {
        /// The report, with what it needs of the house that it was designed in.
        report: Box<CarriedReport>,
        /// Personal or global.
        scope: Scope,
        /// Replace what bears the same name there.
        overwrite: bool,
        /// What is done with calculations that are not there, or otherwise.
        house: Option<HouseChoice>,
    },
    /// Deletes a designer report on the serving server. How that goes is told as of a copy, and that it is done as a notice.
    DeleteReport {
        /// Path of the report.
        path: String,
        /// Although timetables or shortcuts use it.
        anyway: bool,
    },
    /// Shows this administration page from now on, `None` none: the serving server is asked for it at once, every few
    /// seconds, after each change, and after a switch-over.
    ShowPage(Option<Page>),
    /// Makes a change. It is made on the server named, and only while that one serves: whoever looked at the one
    /// server's page never changes the other.
    Administer {
        /// Where.
        which: Which,
        /// What.
        change: ChangeRequest,
    },
    /// Forgets the outcome of the last change (it was read).
    DismissChange,
    /// Has the server named do something that takes its time, while that one serves, and follows it. It goes on at the server
    /// whatever becomes of this program. What the other server does meanwhile is no longer followed then.
    StartJob {
        /// Where.
        which: Which,
        /// What.
        request: JobRequest,
    },
    /// Forgets the last job (its outcome was read); one that goes on is no longer followed.
    DismissJob,
    /// Looks at one thing in full, `None` at nothing: the serving server is asked at once, and after each change.
    LookAt(Option<Detail>),
    /// Compares both servers of the profile. The other one is signed in to if that is needed.
    CompareServers {
        /// Of intervals those that start within; all that are kept without limits.
        stretch: Stretch,
    },
    /// Breaks a comparison off.
    StopComparing,
    /// Works by a worksheet on both servers of the profile.
    Worksheet(WorksheetRequest),
    /// Breaks off what is done or waited for by a worksheet; what a server has begun goes on there.
    StopWorksheet,
    /// Heals the server named from the other one of the profile, while that one serves.
    Heal {
        /// Which one is healed.
        which: Which,
        /// Of intervals those that start within; all that are kept without limits.
        stretch: Stretch,
        /// Only to find out what would be restored.
        dry_run: bool,
    },
    /// Syncs the profile's secondary from its primary, or the other way, or what else there is to do about that. Both are signed in
    /// to if needed.
    Sync(SyncRequest),
    /// Makes the daily checks of the profile's servers, the serving one first. The other one is signed in to if that is needed.
    CheckServers,
    /// Ends the network thread. Dropping the session does the same.
    Quit,
}

/// Says everything but passwords.
impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Command::Connect(profile) => f.debug_tuple("Connect").field(profile).finish(),
            Command::SignIn { which, .. } => f.debug_struct("SignIn").field("which", which).finish_non_exhaustive(),
            Command::TrustCertificate { which, fingerprint } => {
                f.debug_struct("TrustCertificate").field("which", which).field("fingerprint", fingerprint).finish()
            }
            Command::SignOut => f.write_str("SignOut"),
            Command::Open { report, request } => {
                f.debug_struct("Open").field("report", report).field("request", request).finish()
            }
            Command::Change { report, request } => {
                f.debug_struct("Change").field("report", report).field("request", request).finish()
            }
            Command::Close(report) => f.debug_tuple("Close").field(report).finish(),
            Command::Sort { report, sorting } => {
                f.debug_struct("Sort").field("report", report).field("sorting", sorting).finish()
            }
            Command::SwitchTo(which) => f.debug_tuple("SwitchTo").field(which).finish(),
            Command::AskPassword(which) => f.debug_tuple("AskPassword").field(which).finish(),
            Command::DeclinePassword(which) => f.debug_tuple("DeclinePassword").field(which).finish(),
            Command::SetAutoSwitch(secs) => f.debug_tuple("SetAutoSwitch").field(secs).finish(),
            Command::LoadLibrary => f.write_str("LoadLibrary"),
            Command::LoadShortcuts => f.write_str("LoadShortcuts"),
            Command::LoadMenu => f.write_str("LoadMenu"),
            Command::OpenMenu(request) => f.debug_tuple("OpenMenu").field(request).finish(),
            Command::LoadDefinition { path } => f.debug_struct("LoadDefinition").field("path", path).finish(),
            Command::LoadDictionary(acd) => f.debug_tuple("LoadDictionary").field(acd).finish(),
            copy @ (Command::CopyToFile { .. }
            | Command::CopyFromFile { .. }
            | Command::CopyToServer { .. }
            | Command::SaveReport { .. }) => copy.fmt_copy(f),
            Command::DismissCopy => f.write_str("DismissCopy"),
            Command::Preview(request) => f.debug_tuple("Preview").field(request).finish(),
            Command::DeleteReport { path, anyway } => {
                f.debug_struct("DeleteReport").field("path", path).field("anyway", anyway).finish()
            }
            Command::ShowPage(page) => f.debug_tuple("ShowPage").field(page).finish(),
            Command::Administer { which, change } => {
                f.debug_struct("Administer").field("which", which).field("change", change).finish()
            }
            Command::DismissChange => f.write_str("DismissChange"),
            Command::StartJob { which, request } => {
                f.debug_struct("StartJob").field("which", which).field("request", request).finish()
            }
            Command::DismissJob => f.write_str("DismissJob"),
            Command::LookAt(detail) => f.debug_tuple("LookAt").field(detail).finish(),
            Command::CompareServers { stretch } => f.debug_struct("CompareServers").field("stretch", stretch).finish(),
            Command::StopComparing => f.write_str("StopComparing"),
            Command::Worksheet(request) => f.debug_tuple("Worksheet").field(request).finish(),
            Command::StopWorksheet => f.write_str("StopWorksheet"),
            Command::Heal { which, stretch, dry_run } => f
                .debug_struct("Heal")
                .field("which", which)
                .field("stretch", stretch)
                .field("dry_run", dry_run)
                .finish(),
            Command::Sync(request) => f.debug_tuple("Sync").field(request).finish(),
            Command::CheckServers => f.write_str("CheckServers"),
            Command::Quit => f.write_str("Quit"),
        }
    }
}

impl Command {
    /// A copy, for [`Debug`](std::fmt::Debug).
    fn fmt_copy(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Command::CopyToFile { path, file, overwrite } => f
                .debug_struct("CopyToFile")
                .field("path", path)
                .field("file", file)
                .field("overwrite", overwrite)
                .finish(),
            Command::CopyFromFile { file, scope, rename, overwrite, house } => f
                .debug_struct("CopyFromFile")
                .field("file", file)
                .field("scope", scope)
                .field("rename", rename)
                .field("overwrite", overwrite)
                .field("house", house)
                .finish(),
            Command::CopyToServer { path, to, scope, rename, overwrite, house } => f
                .debug_struct("CopyToServer")
                .field("path", path)
                .field("to", to)
                .field("scope", scope)
                .field("rename", rename)
                .field("overwrite", overwrite)
                .field("house", house)
                .finish(),
            Command::SaveReport { report, scope, overwrite, house } => f
                .debug_struct("SaveReport")
                .field("report", &report.definition.path)
                .field("scope", scope)
                .field("overwrite", overwrite)
                .field("house", house)
                .finish(),
            _ => Ok(()),
        }
    }
}
