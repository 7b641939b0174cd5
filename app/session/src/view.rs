//! All that the client knows, for screens to read. Only [`Model::apply`] changes it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::{
    AcdHealth, Health, LinkState, MenuAddition, Refresh, ReportEntry, ReportRequest, Role, Shortcut, Stamp, TableName,
};
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
use crate::pages::{ChangeView, Page, PageView};
use crate::previewing::PreviewView;
use crate::problem::Problem;
use crate::profile::{Profile, Which};
use crate::syncing::SyncView;

/// What is known of a server's certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Certificate {
    /// Nothing yet.
    #[default]
    Untested,
    /// It is the pinned one, or an authority vouches for it, or the connection does not leave this PC.
    Trusted,
    /// Nobody has trusted it yet: show the fingerprint and ask, then send `TrustCertificate`.
    Unknown {
        /// SHA-256, hexadecimal.
        fingerprint: String,
    },
    /// Not the one that was trusted before: refuse loudly.
    Changed {
        /// The trusted one.
        expected: String,
        /// The one shown now.
        found: String,
    },
}

/// One ACD's link as a server told it last, by `/health` or by a report's stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkView {
    /// Its state.
    pub state: LinkState,
    /// When this client first heard of that state.
    pub since: Instant,
}

/// What is known of one server.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ServerView {
    /// Its address; empty if the profile has no such server.
    pub address: String,
    /// What it told last about itself; kept when it stops answering.
    pub health: Option<Health>,
    /// When it told that.
    pub health_at: Option<Instant>,
    /// When anything was heard from it last.
    pub heard_at: Option<Instant>,
    /// How long its last health answer took.
    pub round_trip: Option<Duration>,
    /// Why it cannot be asked; `None` while it answers.
    pub problem: Option<Problem>,
    /// Links to the ACDs as told last.
    pub links: BTreeMap<AcdNumber, LinkView>,
    /// Its certificate.
    pub certificate: Certificate,
    /// Whether this client is signed in there.
    pub signed_in: bool,
    /// Whether signing in is under way.
    pub signing_in: bool,
    /// Whether the user is an administrator there.
    pub administrator: bool,
    /// Why a password is asked for, while one is.
    pub needs_password: Option<String>,
    /// How often one was asked for: who has declined is asked again the next time.
    pub passwords_asked: u32,
    /// Why signing in failed last time, if it did for another reason than the password.
    pub sign_in_problem: Option<String>,
    /// Why the server does not let the user in again after it has signed the user out; kept over further attempts.
    pub shut_out: Option<String>,
}

impl ServerView {
    /// Whether a link that was not up is up by what the server tells now.
    pub(crate) fn has_links_again(&self, health: &Health) -> bool {
        let is_again = |acd: &AcdHealth| {
            acd.link == LinkState::Up && self.links.get(&acd.acd).is_some_and(|link| link.state != LinkState::Up)
        };
        health.acds.iter().any(is_again)
    }

    /// The name it tells, else its address.
    pub fn name(&self) -> &str {
        self.health.as_ref().map_or(&self.address, |health| &health.server)
    }

    /// The role that it tells, which a profile may contradict.
    pub fn role(&self) -> Option<Which> {
        self.health.as_ref().map(|health| match health.role {
            Role::Primary => Which::Primary,
            Role::Secondary => Which::Secondary,
        })
    }
}

/// Both servers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ServerViews {
    /// The server for day-to-day work.
    pub primary: ServerView,
    /// The server that stands by.
    pub secondary: ServerView,
}

impl std::ops::Index<Which> for ServerViews {
    type Output = ServerView;

    fn index(&self, which: Which) -> &ServerView {
        match which {
            Which::Primary => &self.primary,
            Which::Secondary => &self.secondary,
        }
    }
}

impl std::ops::IndexMut<Which> for ServerViews {
    fn index_mut(&mut self, which: Which) -> &mut ServerView {
        match which {
            Which::Primary => &mut self.primary,
            Which::Secondary => &mut self.secondary,
        }
    }
}

/// State of an open report's feed. What a person sees also depends on the server and its link: ask
/// [`Model::freshness`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportState {
    /// Asked for; nothing has come yet.
    Loading,
    /// Frames come.
    Live,
    /// Was run once and is complete; it does not age.
    Once,
    /// The frames have stopped; what is shown is the last one.
    Stale {
        /// Since when.
        since: Instant,
        /// Why.
        why: String,
    },
    /// The server refuses it. It is not tried again until it is changed or moved.
    Failed(String),
}

/// One open report.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportView {
    /// What it shows.
    pub request: ReportRequest,
    /// The last sheet, kept while stale.
    pub sheet: Option<Arc<Sheet>>,
    /// The order in which its rows are shown.
    pub orders: RowOrders,
    /// Whose data the sheet holds.
    pub stamp: Option<Stamp>,
    /// When the sheet came.
    pub received_at: Option<Instant>,
    /// State of the feed.
    pub state: ReportState,
    /// The server that the sheet came from.
    pub from: Option<Which>,
}

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeLevel {
    /// Good to know.
    Info,
    /// Something did not work.
    Problem,
}

/// Something to tell the person once.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Rises by one with every notice, so that a screen knows which ones it has shown.
    pub number: u64,
    /// Which server it is about, if about one.
    pub which: Option<Which>,
    /// How much it matters.
    pub level: NoticeLevel,
    /// What to tell.
    pub text: String,
    /// What it is about, where it goes when that is over.
    pub lasting: Option<Lasting>,
    /// When.
    pub at: Instant,
}

/// All that the client knows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Model {
    /// The profile being watched.
    pub profile: Option<Profile>,
    /// The server that serves the open reports; `None` before signing in.
    pub serving: Option<Which>,
    /// Both servers.
    pub servers: ServerViews,
    /// The open reports.
    pub reports: BTreeMap<ReportKey, ReportView>,
    /// The serving server's report list.
    pub library: Vec<ReportEntry>,
    /// Rises with every list of reports that comes or goes, so that what was made of one need not be made in each frame.
    pub library_edition: u64,
    /// Why the serving server tells this user nothing of its reports, where it does not.
    pub library_closed: Option<String>,
    /// The user's shortcuts on the serving server, by name.
    pub shortcuts: Vec<Shortcut>,
    /// Definitions that were asked for, by path, from the serving server.
    pub definitions: BTreeMap<String, Definition>,
    /// Names by ACD, from the serving server.
    pub dictionaries: BTreeMap<AcdNumber, Dictionary>,
    /// ACDs of which the serving server tells this user nothing.
    pub closed_acds: BTreeSet<AcdNumber>,
    /// Main menu additions of the serving server that the user may open.
    pub menu: Vec<MenuAddition>,
    /// The field's tables, as far as the serving server has told them.
    pub tables: Vec<TableName>,
    /// Shortest time in seconds between two refreshes that the user may have on the serving server; 0 for as it happens, and while it
    /// is not known.
    pub fastest_refresh_secs: u32,
    /// Exceptions as they happen on the serving server, by ACD, of those that the user may be told of.
    pub exceptions: BTreeMap<AcdNumber, ExceptionsTold>,
    /// How much of the serving server's maintenance error log nobody has acknowledged yet; `None` while that is not known.
    pub unacknowledged: Option<Unacknowledged>,
    /// What is opened of them.
    pub menu_opened: Option<MenuView>,
    /// How previews of the report that is being designed stand.
    pub preview: PreviewView,
    /// How the last copy stands.
    pub copying: Option<CopyState>,
    /// Administration pages as the serving server told them.
    pub pages: BTreeMap<Page, PageView>,
    /// How the last administrative change stands.
    pub change: Option<ChangeView>,
    /// How the last backup or restore stands.
    pub job: Option<JobView>,
    /// What is looked at in full.
    pub detail: Option<DetailView>,
    /// How the comparison of both servers stands.
    pub twin: TwinView,
    /// How syncing stands.
    pub sync: SyncView,
    /// How the daily checks stand.
    pub checks: ChecksView,
    /// How working by a worksheet stands.
    pub worksheets: WorksheetsView,
    /// How a heal of the serving server stands.
    pub heal: HealView,
    /// What to tell the person, oldest first; the oldest fall out, and those about what is over go.
    pub notices: VecDeque<Notice>,
    pub(crate) notices_told: u64,
}

impl Model {
    /// The same refresh, slowed down to what the user may have.
    pub fn slowed(&self, refresh: Refresh) -> Refresh {
        match (refresh, self.fastest_refresh_secs) {
            (Refresh::Once, _) | (_, 0) => refresh,
            (Refresh::AsItHappens, fastest) => Refresh::Secs(fastest),
            (Refresh::Secs(secs), fastest) => Refresh::Secs(secs.max(fastest)),
        }
    }

    /// Most notices kept.
    pub const NOTICES_MAX: usize = 100;
}
