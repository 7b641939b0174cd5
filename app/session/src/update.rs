//! What has happened, told by the network thread. Every update names its server.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::{Health, MenuAddition, ReportEntry, ReportRequest, Shortcut, Stamp, TableName};
use model::{AcdNumber, Dictionary};
use report::{Definition, Sheet};

use crate::checking::ChecksView;
use crate::command::ReportKey;
use crate::comparing::TwinView;
use crate::copying::CopyState;
use crate::detail::DetailView;
use crate::error_log::Unacknowledged;
use crate::exceptions::ExceptionsTold;
use crate::guiding::WorksheetsView;
use crate::healing::HealView;
use crate::jobs::JobView;
use crate::lasting::Lasting;
use crate::menu::MenuView;
use crate::order::RowOrders;
use crate::pages::{ChangeView, Page, PageData};
use crate::previewing::Previewed;
use crate::profile::{Profile, Which};
use crate::syncing::SyncView;
use crate::view::{Certificate, NoticeLevel, ReportState};

/// What has happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// A profile is being watched from now on; everything known before is void.
    Connected(Profile),
    /// The profile has changed (a certificate was trusted, the automatic switch was set) and wants to be saved.
    ProfileChanged(Profile),
    /// A server told how it is.
    Health {
        /// Which server.
        which: Which,
        /// What it told.
        health: Health,
        /// How long the answer took.
        took: Duration,
        /// When it came.
        at: Instant,
    },
    /// A server cannot be asked.
    Unhealthy {
        /// Which server.
        which: Which,
        /// Why.
        why: String,
        /// When that was found out.
        at: Instant,
    },
    /// What is known of a server's certificate.
    Certificate {
        /// Whose.
        which: Which,
        /// What is known.
        certificate: Certificate,
    },
    /// Signing in is under way.
    SigningIn {
        /// Where.
        which: Which,
    },
    /// Signed in.
    SignedIn {
        /// Where.
        which: Which,
        /// Whether the user is an administrator there.
        administrator: bool,
    },
    /// Cannot sign in without a (better) password from the person.
    NeedsPassword {
        /// Where.
        which: Which,
        /// Why it is asked for.
        why: String,
    },
    /// Signing in failed for a reason that another password would not mend.
    SignInFailed {
        /// Where.
        which: Which,
        /// Why.
        why: String,
    },
    /// Signed out, or signed out by the server.
    SignedOut {
        /// Where.
        which: Which,
    },
    /// This server serves the open reports from now on; `None` after signing out.
    Serving(Option<Which>),
    /// A report was opened, or an open one changed.
    Opened {
        /// Which.
        report: ReportKey,
        /// What it shows.
        request: ReportRequest,
    },
    /// A report was closed.
    Closed {
        /// Which.
        report: ReportKey,
    },
    /// An open report has data. Frames that nobody has looked at yet are merged: the latest wins.
    Frame {
        /// From which server.
        which: Which,
        /// Which report.
        report: ReportKey,
        /// Whose data.
        stamp: Stamp,
        /// The report.
        sheet: Arc<Sheet>,
        /// The order of its rows.
        orders: RowOrders,
        /// When it came.
        at: Instant,
    },
    /// The rows of the sheet that is shown are in another order now.
    Sorted {
        /// Which report.
        report: ReportKey,
        /// The order of its rows.
        orders: RowOrders,
    },
    /// An open report's feed has changed its state (stopped, failed, is moving).
    Feed {
        /// The server it comes from.
        which: Which,
        /// Which report.
        report: ReportKey,
        /// Its state now.
        state: ReportState,
    },
    /// A server's report list.
    Library {
        /// Whose.
        which: Which,
        /// The list.
        entries: Vec<ReportEntry>,
    },
    /// A server tells this user nothing of its reports.
    LibraryClosed {
        /// Which server.
        which: Which,
        /// Why, in its words.
        why: String,
    },
    /// The user's shortcuts on a server.
    Shortcuts {
        /// Whose.
        which: Which,
        /// The shortcuts, by name.
        shortcuts: Vec<Shortcut>,
    },
    /// A report's definition.
    Definition {
        /// From which server.
        which: Which,
        /// Path of the report.
        path: String,
        /// What it is.
        definition: Definition,
    },
    /// An ACD's names.
    Dictionary {
        /// From which server.
        which: Which,
        /// Of which ACD.
        acd: AcdNumber,
        /// The names.
        dictionary: Dictionary,
    },
    /// A server tells this user nothing of an ACD.
    AcdClosed {
        /// Which server.
        which: Which,
        /// Which ACD.
        acd: AcdNumber,
    },
    /// How much of a server's maintenance error log nobody has acknowledged yet.
    Unacknowledged {
        /// Whose.
        which: Which,
        /// How much; `None` where the user may not know.
        count: Option<Unacknowledged>,
    },
    /// How fast reports of this user may be refreshed.
    FastestRefresh {
        /// On which server.
        which: Which,
        /// Shortest time between two refreshes in seconds; 0 for as it happens.
        secs: u32,
    },
    /// Exceptions of an ACD have happened, or another interval has begun to count them.
    Exceptions {
        /// On which server.
        which: Which,
        /// Of which ACD.
        acd: AcdNumber,
        /// How they stand; `None` where the user may not be told.
        told: Option<Box<ExceptionsTold>>,
    },
    /// The main menu additions that the user may open.
    Menu {
        /// Whose.
        which: Which,
        /// In the order of the menu.
        additions: Vec<MenuAddition>,
    },
    /// The field's tables.
    Tables {
        /// Whose.
        which: Which,
        /// Which of them that server keeps.
        tables: Vec<TableName>,
    },
    /// What is opened of the main menu; `None` is nothing.
    MenuOpened(Option<MenuView>),
    /// The program that is opened of the main menu has said this since it was last told of.
    MenuSaid(String),
    /// A preview of a report that is being designed was asked for; `None`: nobody looks any more.
    Previewing(Option<u64>),
    /// A preview has come, or why it has not.
    Previewed {
        /// Its number.
        number: u64,
        /// What it shows.
        result: Result<Box<Previewed>, String>,
    },
    /// How the copy stands; `None` forgets it.
    Copy(Option<CopyState>),
    /// What a server told of an administration page, or why it did not.
    Page {
        /// Which server.
        which: Which,
        /// Which page.
        page: Page,
        /// What it told.
        result: Result<Arc<PageData>, String>,
        /// When.
        at: Instant,
    },
    /// How the last administrative change stands; `None` forgets it.
    Administered(Option<ChangeView>),
    /// How the last backup or restore stands; `None` forgets it.
    Job(Option<Box<JobView>>),
    /// What is looked at in full; `None` is nothing.
    Detail(Option<DetailView>),
    /// How the comparison of both servers stands.
    Twin(TwinView),
    /// How syncing stands.
    Sync(SyncView),
    /// How the daily checks stand.
    Checks(ChecksView),
    /// How working by a worksheet stands.
    Worksheets(WorksheetsView),
    /// How a heal of the serving server stands.
    Heal(HealView),
    /// Something to tell the person once.
    Notice {
        /// Which server it is about, if about one.
        which: Option<Which>,
        /// How much it matters.
        level: NoticeLevel,
        /// What to tell.
        text: String,
        /// What it is about, where it goes when that is over.
        lasting: Option<Lasting>,
        /// When.
        at: Instant,
    },
}
