//! The client without a screen: two servers, live reports, switch-over, copying.
//!
//! One network thread does all I/O. The screen sends [`Command`]s to it through [`Session::send`] and takes
//! [`Update`]s back with [`Session::drain`], which lets [`Model::apply`] change the [`Model`]; nothing else
//! changes it. Nothing here draws, and nothing here blocks the thread that draws.
//!
//! Callbacks into the screen were turned down: with commands and updates the whole client runs in tests,
//! and a frozen screen cannot hold the network.

mod applying;
mod checking;
pub mod checks;
mod command;
mod comparing;
mod copying;
pub mod designing;
mod detail;
mod error_log;
mod exceptions;
mod freshness;
mod guiding;
mod healing;
mod jobs;
mod lasting;
mod menu;
mod names_file;
mod network;
mod order;
mod pages;
mod previewing;
mod problem;
mod profile;
mod secret;
mod session;
mod shortcuts;
mod skills;
mod syncing;
#[cfg(test)]
mod tests;
mod update;
mod view;
mod whole_file;
pub mod worksheets;

pub use api::{Refresh, ReportRequest};
pub use checking::{ChecksReport, ChecksView};
pub use command::{Command, ReportKey};
pub use comparing::{TwinReport, TwinView};
pub use copying::{
    CopyError, CopyState, describe_existing, describe_namesake, describe_use, house_choices, in_one_line,
    read_report_file, rename_report, write_report_file,
};
pub use detail::{Detail, DetailData, DetailView};
pub use error_log::{ErrorLogData, Unacknowledged};
pub use exceptions::ExceptionsTold;
pub use freshness::{Banner, BannerKind, Freshness, clock_text};
pub use guiding::{WorksheetAsks, WorksheetRequest, WorksheetsTold, WorksheetsView};
pub use healing::{HealReport, HealView};
pub use jobs::{JobRequest, JobStage, JobView};
pub use lasting::{Asked, Lasting};
pub use menu::{MenuChange, MenuRequest, MenuStage, MenuView};
pub use names_file::{names_csv, parse_names, read_names_file, read_numbered_names};
pub use order::{Arranger, RowOrder, RowOrders, SortBy, Sorting};
pub use pages::{
    BackupsData, ChangeRequest, ChangeState, ChangeView, DictionaryData, ExceptionsData, ModeData, NewPeer, NewUser,
    Page, PageData, PageView, ShortcutChange,
};
pub use previewing::{PreviewRequest, PreviewView, Previewed};
pub use problem::Problem;
pub use profile::{Profile, ProfileError, ServerRef, Which, profiles};
pub use secret::Secret;
pub use session::Session;
pub use shortcuts::{ShortcutRun, StepState};
pub use skills::{parse_skills, skills_text};
pub use syncing::{SyncChoice, SyncOutcome, SyncRequest, SyncView};
pub use twin;
pub use update::Update;
pub use view::{Certificate, LinkView, Model, Notice, NoticeLevel, ReportState, ReportView, ServerView, ServerViews};
pub use whole_file::write_whole;
