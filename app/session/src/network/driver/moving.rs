//! Switch-over: moving every open report to the other server, at a person's word or by itself.

use std::time::{Duration, Instant};

use api::Refresh;
use model::AcdNumber;

use super::Driver;
use crate::problem::Problem;
use crate::profile::Which;
use crate::update::Update;
use crate::view::{NoticeLevel, ReportState};

/// A move that waits for the other server's sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Move {
    /// Where to.
    pub(super) to: Which,
    /// Where it was decided by itself: what is told once it is done.
    pub(super) by_itself: Option<String>,
}

impl Driver {
    /// Moves the reports, signing in first where that is needed. Until then they stay where they are. `by_itself` is told when it is done.
    pub(super) fn switch_to(&mut self, which: Which, by_itself: Option<String>) {
        let Some(line) = self.line(which) else {
            let text = format!("The profile names no {which}; add one to switch over");
            return self.notice(None, NoticeLevel::Problem, text);
        };
        let signed_in = line.client.has_token();
        if self.serving == Some(which) {
            self.moving = None;
            return;
        }
        self.moving = Some(Move { to: which, by_itself });
        match signed_in {
            true => self.serve_from(which),
            false => self.sign_in(which),
        }
    }

    /// Whether the reports wait to be moved to this server.
    pub(super) fn is_moving_to(&self, which: Which) -> bool {
        self.moving.as_ref().is_some_and(|moving| moving.to == which)
    }

    /// A person gives no password: the reports stay, and nothing moves them later that was not asked for.
    pub(super) fn stay(&mut self, which: Which) {
        if self.is_moving_to(which) {
            self.moving = None;
            let text = format!("The reports stay: {} was not signed in to", self.views[which].name());
            self.notice(Some(which), NoticeLevel::Info, text);
        }
    }

    /// Serves all open reports from this server from now on.
    pub(super) fn serve_from(&mut self, which: Which) {
        let moved = self.serving.is_some_and(|before| before != which);
        let told = self.moving.take().and_then(|moving| moving.by_itself);
        self.set_serving(which);
        if let Some(text) = told {
            self.notice(Some(which), NoticeLevel::Info, text);
        }
        if moved {
            self.look_at(None);
            let why = format!("moving to {}", self.views[which].name());
            let reports: Vec<_> = self.open_reports().map(|(report, _)| report).collect();
            for report in reports {
                let state = ReportState::Stale { since: Instant::now(), why: why.clone() };
                self.tell(Update::Feed { which, report, state });
            }
        }
        self.feed_all();
        self.reload();
        self.ask_page();
    }

    /// Time-bound decisions.
    pub(super) fn tick(&mut self, now: Instant) {
        self.sign_in_again(now);
        self.ask_page_when_due(now);
        self.ask_permitted_when_due(now);
        self.list_again_when_due(now);
        self.count_errors_when_due(now);
        self.follow_exceptions();
        self.switch_by_itself(now);
    }

    /// What keeps the open live reports from being live.
    fn trouble(&self, serving: Which, now: Instant) -> (Vec<AcdNumber>, Option<Problem>) {
        let live = self.open_reports().filter(|(_, request)| request.refresh != Refresh::Once);
        let acds: Vec<AcdNumber> = live.map(|(_, request)| request.acd).collect();
        let trouble = self.views[serving].trouble_of_reports(&acds, !self.reports.is_empty(), now);
        (acds, trouble)
    }

    fn switch_by_itself(&mut self, now: Instant) {
        let Some(serving) = self.serving else { return };
        let (acds, trouble) = self.trouble(serving, now);
        let Some(trouble) = trouble else {
            self.auto_switch_tried = false;
            // It is well again while a password is still waited for.
            self.moving = self.moving.take().filter(|moving| moving.by_itself.is_none());
            return;
        };
        let Some(after) = self.profile.as_ref().and_then(|profile| profile.auto_switch_secs) else { return };
        let waited = now.saturating_duration_since(trouble.since);
        let other = serving.other();
        let due = waited >= Duration::from_secs(u64::from(after));
        if due && !self.auto_switch_tried && self.moving.is_none() && self.views[other].is_well(&acds, now) {
            self.auto_switch_tried = true;
            let text = format!("Switched to the {other} after {after} s: {}", trouble.why);
            self.switch_to(other, Some(text));
        }
    }
}
