//! Switch-over: moving every open report to the other server, at a person's word or by itself.

use std::time::{Duration, Instant};

use model::AcdNumber;

use super::Driver;
use crate::profile::Which;
use crate::update::Update;
use crate::view::{NoticeLevel, ReportState};

impl Driver {
    /// Moves the reports, signing in first where that is needed. Until then they stay where they are.
    pub(super) fn switch_to(&mut self, which: Which) {
        let Some(line) = self.line(which) else {
            let text = format!("The profile names no {which}; add one to switch over");
            return self.notice(None, NoticeLevel::Problem, text);
        };
        let signed_in = line.client.has_token();
        if self.serving == Some(which) {
            self.moving_to = None;
        } else if signed_in {
            self.serve_from(which);
        } else {
            self.moving_to = Some(which);
            self.sign_in(which);
        }
    }

    /// Serves all open reports from this server from now on.
    pub(super) fn serve_from(&mut self, which: Which) {
        let moved = self.serving.is_some_and(|before| before != which);
        self.moving_to = None;
        self.set_serving(which);
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
        self.switch_by_itself(now);
    }

    fn switch_by_itself(&mut self, now: Instant) {
        let Some(serving) = self.serving else { return };
        let acds: Vec<AcdNumber> = self.open_reports().map(|(_, request)| request.acd).collect();
        let Some(trouble) = self.views[serving].trouble(&acds, now) else {
            self.auto_switch_tried = false;
            return;
        };
        let Some(after) = self.profile.as_ref().and_then(|profile| profile.auto_switch_secs) else { return };
        let waited = now.saturating_duration_since(trouble.since);
        let other = serving.other();
        let due = waited >= Duration::from_secs(u64::from(after));
        if due && !self.auto_switch_tried && self.moving_to.is_none() && self.views[other].is_well(&acds, now) {
            self.auto_switch_tried = true;
            let text = format!("Switched to the {other} after {after} s: {}", trouble.why);
            self.notice(Some(other), NoticeLevel::Info, text);
            self.switch_to(other);
        }
    }
}
