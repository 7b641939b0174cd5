//! How an update changes the model: the one place where it changes.

mod over;

use std::time::Instant;

use api::{Health, LinkState, Mode, Refresh, Stamp};
use model::AcdNumber;

use crate::checking::ChecksView;
use crate::comparing::TwinView;
use crate::error_log::Unacknowledged;
use crate::exceptions::ExceptionsTold;
use crate::guiding::WorksheetsView;
use crate::healing::HealView;
use crate::order::RowOrders;
use crate::pages::{Page, PageData};
use crate::previewing::PreviewView;
use crate::problem::Problem;
use crate::profile::{Profile, Which};
use crate::syncing::SyncView;
use crate::update::Update;
use crate::view::{Certificate, LinkView, Model, Notice, ReportState, ReportView, ServerView, ServerViews};

impl Model {
    /// Takes over what has happened. Updates for reports that are no longer open are dropped.
    pub fn apply(&mut self, update: Update) {
        self.notices.retain(|notice| !notice.lasting.as_ref().is_some_and(|lasting| lasting.ends_with(&update)));
        match update {
            Update::Connected(profile) => self.connected(profile),
            Update::ProfileChanged(profile) => self.profile = Some(profile),
            Update::Serving(which) => self.serving(which),
            Update::Library { which, entries } if self.serving == Some(which) => self.listed(entries),
            Update::LibraryClosed { which, why } if self.serving == Some(which) => self.closed(why),
            Update::Shortcuts { which, shortcuts } if self.serving == Some(which) => self.shortcuts = shortcuts,
            Update::Dictionary { which, acd, dictionary } if self.serving == Some(which) => {
                self.closed_acds.remove(&acd);
                self.dictionaries.insert(acd, dictionary);
            }
            Update::AcdClosed { which, acd } if self.serving == Some(which) => _ = self.closed_acds.insert(acd),
            Update::Definition { which, path, definition } if self.serving == Some(which) => {
                self.definitions.insert(path, definition);
            }
            Update::Menu { which, additions } if self.serving == Some(which) => self.menu = additions,
            Update::Tables { which, tables } if self.serving == Some(which) => self.tables = tables,
            Update::MenuOpened(opened) => self.menu_opened = opened,
            Update::MenuSaid(text) => self.menu_opened.iter_mut().for_each(|view| view.said(&text)),
            Update::Unacknowledged { which, count } if self.serving == Some(which) => self.unacknowledged = count,
            Update::FastestRefresh { which, secs } if self.serving == Some(which) => self.fastest_refresh_secs = secs,
            Update::Exceptions { which, acd, told } if self.serving == Some(which) => self.excepted(acd, told),
            Update::Page { which, page, result, at }
                if self.serving.map(|serving| page.told_by(serving)) == Some(which) =>
            {
                if let (Page::ErrorLog, Ok(PageData::ErrorLog(log))) = (&page, result.as_deref()) {
                    self.unacknowledged = Some(Unacknowledged::of(&log.entries));
                }
                self.pages.entry(page).or_default().told(result, at);
            }
            // The answer of a server that no longer serves.
            Update::Library { .. }
            | Update::LibraryClosed { .. }
            | Update::Shortcuts { .. }
            | Update::Dictionary { .. }
            | Update::AcdClosed { .. }
            | Update::Definition { .. }
            | Update::Menu { .. }
            | Update::Unacknowledged { .. }
            | Update::FastestRefresh { .. }
            | Update::Exceptions { .. }
            | Update::Tables { .. }
            | Update::Page { .. } => {}
            Update::Administered(change) => self.change = change,
            Update::Job(job) => self.job = job.map(|job| *job),
            Update::Detail(detail) => self.detail = detail,
            Update::Twin(twin) => self.twin = twin,
            Update::Sync(sync) => self.sync = sync,
            Update::Checks(checks) => self.checks = checks,
            Update::Worksheets(worksheets) => self.worksheets = worksheets,
            Update::Heal(heal) => self.heal = heal,
            Update::Previewing(Some(number)) => self.preview.asked = number,
            Update::Previewing(None) => self.preview = PreviewView::default(),
            Update::Previewed { number, result } => self.preview.answer(number, result.map(|previewed| *previewed)),
            Update::Copy(state) => self.copying = state,
            Update::Notice { which, level, text, lasting, at } => {
                self.noticed(Notice { number: 0, which, level, text, lasting, at });
            }
            Update::Opened { .. }
            | Update::Closed { .. }
            | Update::Frame { .. }
            | Update::Sorted { .. }
            | Update::Feed { .. } => self.apply_to_report(update),
            other => self.servers.apply(other),
        }
    }

    fn noticed(&mut self, notice: Notice) {
        self.notices_told += 1;
        self.notices.push_back(Notice { number: self.notices_told, ..notice });
        while self.notices.len() > Model::NOTICES_MAX {
            self.notices.pop_front();
        }
    }

    fn excepted(&mut self, acd: AcdNumber, told: Option<Box<ExceptionsTold>>) {
        match told {
            Some(told) => _ = self.exceptions.insert(acd, *told),
            None => _ = self.exceptions.remove(&acd),
        }
    }

    fn connected(&mut self, profile: Profile) {
        *self = Model {
            notices: std::mem::take(&mut self.notices),
            notices_told: self.notices_told,
            library_edition: self.library_edition + 1,
            ..Model::default()
        };
        for which in Which::BOTH {
            self.servers[which].address = profile.server(which).map(|server| server.url.clone()).unwrap_or_default();
        }
        self.profile = Some(profile);
    }

    fn serving(&mut self, which: Option<Which>) {
        if self.serving != which {
            // The other server's library is its own; names stay until the new ones come.
            self.library.clear();
            self.library_edition += 1;
            self.library_closed = None;
            self.shortcuts.clear();
            self.definitions.clear();
            self.pages.clear();
            self.menu.clear();
            self.tables.clear();
            self.closed_acds.clear();
            self.exceptions.clear();
            self.fastest_refresh_secs = 0;
            (self.detail, self.menu_opened, self.unacknowledged) = (None, None, None);
        }
        if which.is_none() {
            self.reports.clear();
            self.dictionaries.clear();
            (self.change, self.job) = (None, None);
            (self.twin, self.checks) = (TwinView::default(), ChecksView::default());
            (self.worksheets, self.heal) = (WorksheetsView::default(), HealView::default());
            self.sync = SyncView::default();
            self.preview = PreviewView::default();
        }
        self.serving = which;
    }

    /// Definitions of reports that were changed or removed meanwhile are asked for anew.
    fn closed(&mut self, why: String) {
        self.listed(Vec::new());
        self.library_closed = Some(why);
    }

    fn listed(&mut self, entries: Vec<api::ReportEntry>) {
        let changed_at = |list: &[api::ReportEntry], path: &str| {
            list.iter().find(|entry| entry.path == path).map(|entry| (entry.scope, entry.changed_at))
        };
        self.library_closed = None;
        self.library_edition += 1;
        let before = std::mem::replace(&mut self.library, entries);
        let after = &self.library;
        self.definitions.retain(|path, _| before.is_empty() || changed_at(&before, path) == changed_at(after, path));
    }

    fn apply_to_report(&mut self, update: Update) {
        match update {
            Update::Opened { report, request } => {
                let fresh = ReportView {
                    request,
                    sheet: None,
                    orders: RowOrders::default(),
                    stamp: None,
                    received_at: None,
                    state: ReportState::Loading,
                    from: self.serving,
                };
                self.reports.insert(report, fresh);
            }
            Update::Closed { report } => {
                self.reports.remove(&report);
            }
            Update::Frame { which, report, stamp, sheet, orders, at } => {
                self.servers[which].heard(at);
                self.servers[which].stamped(&stamp, at);
                if let Some(view) = self.reports.get_mut(&report) {
                    view.state = match view.request.refresh {
                        Refresh::Once => ReportState::Once,
                        Refresh::AsItHappens | Refresh::Secs(_) => ReportState::Live,
                    };
                    view.sheet = Some(sheet);
                    view.orders = orders;
                    view.stamp = Some(stamp);
                    view.received_at = Some(at);
                    view.from = Some(which);
                }
            }
            Update::Sorted { report, orders } => {
                if let Some(view) = self.reports.get_mut(&report) {
                    view.orders = orders;
                }
            }
            Update::Feed { report, state, .. } => {
                if let Some(view) = self.reports.get_mut(&report) {
                    view.state = match (state, &view.state) {
                        // Trouble that goes on keeps the time it began.
                        (ReportState::Stale { why, .. }, ReportState::Stale { since, .. }) => {
                            ReportState::Stale { since: *since, why }
                        }
                        (state, _) => state,
                    };
                }
            }
            _ => {}
        }
    }
}

impl ServerViews {
    /// Takes over what an update tells of a server; other updates change nothing.
    pub(crate) fn apply(&mut self, update: Update) {
        match update {
            Update::Health { which, health, took, at } => self[which].healthy(health, took, at),
            Update::Unhealthy { which, why, at } => {
                let since = self[which].problem.as_ref().map_or(at, |problem| problem.since);
                self[which].problem = Some(Problem { since, why });
            }
            Update::Certificate { which, certificate } => self[which].certified(certificate),
            Update::SigningIn { which } => {
                self[which].signing_in = true;
                self[which].sign_in_problem = None;
            }
            Update::SignedIn { which, administrator } => {
                let view = &mut self[which];
                view.signed_in = true;
                view.administrator = administrator;
                view.shut_out = None;
                view.sign_in_ended();
            }
            Update::NeedsPassword { which, why } => {
                self[which].sign_in_ended();
                self[which].needs_password = Some(why);
                self[which].passwords_asked += 1;
            }
            Update::SignInFailed { which, why } => {
                self[which].sign_in_ended();
                self[which].shut_out = Some(why.clone());
                self[which].sign_in_problem = Some(why);
            }
            Update::SignedOut { which } => {
                self[which].signed_in = false;
                self[which].sign_in_ended();
            }
            _ => {}
        }
    }
}

impl ServerView {
    fn sign_in_ended(&mut self) {
        self.signing_in = false;
        self.needs_password = None;
        self.sign_in_problem = None;
    }

    /// What was refused for want of trust is over once it is there.
    fn certified(&mut self, certificate: Certificate) {
        if matches!(self.certificate, Certificate::Unknown { .. }) && certificate == Certificate::Trusted {
            (self.sign_in_problem, self.shut_out) = (None, None);
        }
        self.certificate = certificate;
    }

    fn heard(&mut self, at: Instant) {
        self.heard_at = self.heard_at.max(Some(at));
    }

    fn healthy(&mut self, health: Health, took: std::time::Duration, at: Instant) {
        self.heard(at);
        let let_nobody_in = self.is_single_user();
        if self.problem.take().is_some() || let_nobody_in && health.mode == Mode::MultiUser {
            // Another attempt may go well: what is said of the last one holds no longer.
            self.sign_in_problem = None;
        }
        self.health_at = Some(at);
        self.round_trip = Some(took);
        self.links.retain(|acd, _| health.acds.iter().any(|known| known.acd == *acd));
        for acd in &health.acds {
            self.linked(acd.acd, acd.link, at);
        }
        self.health = Some(health);
    }

    fn stamped(&mut self, stamp: &Stamp, at: Instant) {
        // Of several ACDs it has the worst link, and names those that it is of.
        let stale = stamp.stale_acds();
        let first = if stale.contains(&stamp.acd) { stamp.link } else { LinkState::Up };
        self.linked(stamp.acd, first, at);
        stale.into_iter().filter(|acd| *acd != stamp.acd).for_each(|acd| self.linked(acd, stamp.link, at));
    }

    fn linked(&mut self, acd: AcdNumber, state: LinkState, at: Instant) {
        let link = self.links.entry(acd).or_insert(LinkView { state, since: at });
        let was_up = link.state == LinkState::Up;
        // From down over connecting to pump-up it is one trouble, since its beginning.
        if link.state != state && (was_up || state == LinkState::Up) {
            link.since = at;
        }
        link.state = state;
    }
}
