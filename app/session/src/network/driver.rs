//! The driver: takes commands and what the tasks report, one after the other, and never waits itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::{Refresh, ReportRequest};
use client::Client;
use model::AcdNumber;
use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};

use super::feed::Feed;
use super::happened::Happened;
use super::mailbox::Mailbox;
use super::task::Task;
use crate::command::{Command, ReportKey};
use crate::lasting::Lasting;
use crate::menu::MenuRequest;
use crate::order::Arranger;
use crate::profile::{Profile, Which};
use crate::update::Update;
use crate::view::{NoticeLevel, ServerViews};

mod beside;
mod guided;
mod menu;
mod moving;
mod pages;
mod requests;
mod servers;
mod signing;

/// How often time-bound decisions are looked at: automatic switch, signing in again.
const TICK: Duration = Duration::from_millis(250);
const HAPPENED_MAX: usize = 256;

/// One server as the driver holds it.
struct Line {
    client: Client,
    password: Option<String>,
    /// The password that it refused last: trying it again only makes it slower to answer.
    refused: Option<String>,
    /// The password that it accepted last: once it is refused, it was changed there.
    accepted: Option<String>,
    /// A person has just given the password, and is told what becomes of it.
    given: bool,
    in_use: watch::Sender<bool>,
    recovered: watch::Sender<u64>,
    signing_in: Option<Task>,
    sign_in_not_before: Option<Instant>,
    /// The person has been told that only one administrator can be signed in there.
    single_user_told: bool,
    /// It let us out, or not in, because one administrator alone can be signed in there: nobody takes that place who did not ask
    /// for it. Until everybody is let in again.
    put_out: bool,
    /// Held, not read: dropping it ends the watching.
    _watcher: Task,
}

/// An open report; without a feed until somebody is signed in.
struct Open {
    request: ReportRequest,
    arranger: Arc<Mutex<Arranger>>,
    /// Where its last feed is from.
    fed_from: Option<Which>,
    /// Whether rows of it have been on the screen with these inputs.
    has_shown: bool,
    /// Held, not read: dropping it ends the feed.
    _feed: Option<Task>,
}

/// See the module.
struct Driver {
    mailbox: Mailbox,
    happened: mpsc::Sender<Happened>,
    profile: Option<Profile>,
    views: ServerViews,
    lines: BTreeMap<Which, Line>,
    serving: Option<Which>,
    /// Where the open reports are to be moved to as soon as that is signed in to.
    moving: Option<moving::Move>,
    /// The automatic switch has been tried for the present trouble.
    auto_switch_tried: bool,
    reports: BTreeMap<ReportKey, Open>,
    copying: Option<requests::Copying>,
    asking: BTreeMap<Asking, Task>,
    page: Option<pages::Shown>,
    administering: Option<Task>,
    beside: beside::Beside,
    guided: guided::Guided,
    /// What is being opened of the main menu. Dropping it has the server end a program.
    opening: Option<(MenuRequest, Task)>,
    /// When lists and names were asked for last.
    listed_at: Option<Instant>,
    /// What the user may there.
    permitted: requests::Permitted,
    /// What follows the exceptions of each ACD of the serving server.
    following: BTreeMap<AcdNumber, Task>,
    /// When the maintenance error log was counted last.
    counted_at: Option<Instant>,
    /// Number of the last change.
    changes_told: u64,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Asking {
    Library,
    Shortcuts,
    Dictionary(AcdNumber),
    Definition(String),
    Menu,
    Tables,
    ErrorLog,
    Permitted,
    Again,
    Preview,
}

/// Runs until told to quit, or until nobody can send commands any more.
pub(super) async fn run(mut commands: mpsc::Receiver<Command>, mailbox: Mailbox) {
    let (happened, mut reports) = mpsc::channel(HAPPENED_MAX);
    let mut driver = Driver {
        mailbox,
        happened,
        profile: None,
        views: ServerViews::default(),
        lines: BTreeMap::new(),
        serving: None,
        moving: None,
        auto_switch_tried: false,
        reports: BTreeMap::new(),
        copying: None,
        asking: BTreeMap::new(),
        page: None,
        administering: None,
        beside: beside::Beside::default(),
        guided: guided::Guided::default(),
        opening: None,
        listed_at: None,
        permitted: requests::Permitted::default(),
        following: BTreeMap::new(),
        counted_at: None,
        changes_told: 0,
    };
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            command = commands.recv() => match command {
                None | Some(Command::Quit) => break,
                Some(command) => driver.command(command),
            },
            Some(happened) = reports.recv() => driver.happened(happened),
            _ = tick.tick() => driver.tick(Instant::now()),
        }
    }
    driver.quit().await;
}

impl Driver {
    fn command(&mut self, command: Command) {
        match command {
            Command::Connect(profile) => self.connect(profile),
            Command::SignIn { which, password } => {
                if let Some(line) = self.lines.get_mut(&which) {
                    line.password = Some(password);
                    line.given = true;
                    line.sign_in_not_before = None;
                    line.client.forget_token();
                }
                self.sign_in(which);
            }
            Command::TrustCertificate { which, fingerprint } => self.trust(which, fingerprint),
            Command::SignOut => self.sign_out(),
            Command::Open { report, request } | Command::Change { report, request } => {
                self.tell(Update::Opened { report, request: request.clone() });
                let arranger = self.reports.remove(&report).map(|open| open.arranger).unwrap_or_default();
                arranger.lock().forget_sheet();
                self.reports.insert(report, Open { request, arranger, fed_from: None, has_shown: false, _feed: None });
                self.feed(report);
            }
            Command::Close(report) => {
                if self.reports.remove(&report).is_some() {
                    self.tell(Update::Closed { report });
                }
            }
            Command::Sort { report, sorting } => {
                let Some(open) = self.reports.get(&report) else { return };
                let orders = open.arranger.lock().sort(sorting);
                if let Some(orders) = orders {
                    self.tell(Update::Sorted { report, orders });
                }
            }
            Command::SwitchTo(which) => self.switch_to(which, None),
            Command::AskPassword(which) => self.ask_password(which),
            Command::DeclinePassword(which) => self.stay(which),
            Command::SetAutoSwitch(secs) => self.change_profile(|profile| profile.auto_switch_secs = secs),
            Command::LoadLibrary => self.load_library(),
            Command::LoadShortcuts => self.load_shortcuts(),
            Command::LoadDictionary(acd) => self.load_dictionary(acd),
            Command::LoadMenu => self.load_menu(),
            Command::OpenMenu(request) => self.open_menu(request),
            Command::LoadDefinition { path } => self.load_definition(path),
            Command::ShowPage(page) => self.show_page(page),
            Command::Administer { which, change } => self.administer(which, change),
            Command::DismissChange => self.tell(Update::Administered(None)),
            Command::StartJob { which, request } => self.start_job(which, request),
            Command::DismissJob => self.dismiss_job(),
            Command::LookAt(detail) => self.look_at(detail),
            Command::CompareServers { stretch } => self.compare_servers(stretch),
            Command::StopComparing => self.stop_comparing(),
            Command::Sync(request) => self.sync(request),
            Command::CheckServers => self.check_servers(),
            Command::Worksheet(request) => self.work_by_worksheet(request),
            Command::StopWorksheet => self.stop_worksheet(),
            Command::Heal { which, stretch, dry_run } => self.heal(which, stretch, dry_run),
            Command::Preview(request) => self.preview(request),
            Command::DismissCopy => self.dismiss_copy(),
            copy @ (Command::CopyToFile { .. }
            | Command::CopyFromFile { .. }
            | Command::CopyToServer { .. }
            | Command::SaveReport { .. }
            | Command::DeleteReport { .. }) => self.copy(copy),
            Command::Quit => {}
        }
    }

    fn happened(&mut self, happened: Happened) {
        match happened {
            Happened::Asked { which, result, took, at } => self.asked(which, result, took, at),
            Happened::SignedIn { which, result } => self.signed_in(which, result),
            Happened::RefusedBeside { which, password } => self.refused_beside(which, &password),
            Happened::TokenLost { which, single_user } => self.token_lost(which, single_user),
            Happened::NotListed { which } => self.not_listed(which),
            Happened::Permitted { which, permissions } => self.permitted(which, permissions),
            Happened::LibraryChanged => self.load_library(),
            Happened::Copied(state) => self.copied(state),
            Happened::Administered { which, change, state } => self.administered(which, change, state),
            Happened::Job(view) => self.job_went_on(*view),
            Happened::Detail(view) => self.detail_told(view),
            Happened::Menu(view) => self.menu_opened(view),
            Happened::MenuSaid { request, text } => self.menu_said(&request, text),
            Happened::Twin(view) => self.twin_told(view),
            Happened::Sync(view) => self.sync_told(view),
            Happened::Checks(view) => self.checks_told(view),
            Happened::Worksheets(view) => self.worksheets_told(view),
            Happened::WorksheetsLooked(told) => self.worksheets_looked(told),
            Happened::Heal(view) => self.heal_told(view),
            Happened::Tell(update) => self.tell(update),
        }
    }

    /// Hands an update to the screen and takes over itself what it says of the servers.
    fn tell(&mut self, update: Update) {
        self.permitted.refused |= matches!(update, Update::AcdClosed { .. } | Update::LibraryClosed { .. });
        self.views.apply(update.clone());
        self.mailbox.put(update);
    }

    fn notice(&mut self, which: Option<Which>, level: NoticeLevel, text: String) {
        self.tell(Update::Notice { which, level, text, lasting: None, at: Instant::now() });
    }

    /// Tells of a trouble until that is over.
    fn trouble_notice(&mut self, which: Option<Which>, text: String, lasting: Lasting) {
        let level = NoticeLevel::Problem;
        self.tell(Update::Notice { which, level, text, lasting: Some(lasting), at: Instant::now() });
    }

    /// Sets which server is in use; the watchers ask it with less patience.
    fn set_serving(&mut self, which: Which) {
        self.serving = Some(which);
        for (&line_of, line) in &self.lines {
            line.in_use.send_if_modified(|in_use| std::mem::replace(in_use, line_of == which) != (line_of == which));
        }
        self.tell(Update::Serving(Some(which)));
    }

    /// After signing in to the serving server again: a report that was run once and has come is what it was.
    fn feed_again(&mut self) {
        let has_come = |open: &Open| {
            let arranger = open.arranger.lock();
            open.request.refresh == Refresh::Once && open.fed_from == self.serving && arranger.has_sheet()
        };
        let due: Vec<ReportKey> =
            self.reports.iter().filter(|(_, open)| !has_come(open)).map(|(key, _)| *key).collect();
        due.into_iter().for_each(|report| self.feed(report));
    }

    /// (Re)starts the feed of every open report from the serving server.
    fn feed_all(&mut self) {
        let reports: Vec<ReportKey> = self.reports.keys().copied().collect();
        for report in reports {
            self.feed(report);
        }
    }

    fn feed(&mut self, report: ReportKey) {
        let Some(which) = self.serving else { return };
        let Some(line) = self.lines.get(&which) else { return };
        let Some(open) = self.reports.get_mut(&report) else { return };
        if open.request.refresh == Refresh::Once {
            let mut arranger = open.arranger.lock();
            open.has_shown |= arranger.has_sheet();
            // Until it has come from here it is not what it was.
            arranger.forget_sheet();
        }
        let feed = Feed {
            which,
            report,
            request: open.request.clone(),
            has_shown: open.has_shown,
            client: line.client.clone(),
            arranger: Arc::clone(&open.arranger),
            mailbox: self.mailbox.clone(),
            happened: self.happened.clone(),
            recovered: line.recovered.subscribe(),
        };
        open.fed_from = Some(which);
        open._feed = Some(Task::spawn(feed.run()));
    }

    fn open_reports(&self) -> impl Iterator<Item = (ReportKey, &ReportRequest)> {
        self.reports.iter().map(|(&report, open)| (report, &open.request))
    }

    fn line(&self, which: Which) -> Option<&Line> {
        self.lines.get(&which)
    }
}
