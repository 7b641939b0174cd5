//! Time stamps that leap, and whether they are believed.
//!
//! A switch that is heard tells something every second, so a stamp hours away from the time reached is false, or the clock was
//! set without a word, or this is a list without heartbeats whose night is over. Which of them it is, only the next stamp tells.
//! So an event with such a stamp waits for the next one and is applied ahead of it: at its own time if that one is closer to it
//! than to the time reached, else as of the time reached. Only events that the switch itself stamps as they happen are asked,
//! so that nothing which one server adds by itself decides for it alone.

use std::mem;

use model::{Event, EventBody, Moment};

use crate::collector::{Collector, is_time};
use crate::effects::AnomalyKind;

/// A stamp further than this from the time reached is doubted.
pub(crate) const LEAP_SECS: i64 = 4 * 3600;

/// Whether the switch stamps such an event when it happens. Others are stamped by what was heard last, or once for a whole
/// pump-up.
pub(crate) fn is_dated(body: &EventBody) -> bool {
    matches!(
        body,
        EventBody::Heartbeat | EventBody::Agent { .. } | EventBody::Call { .. } | EventBody::TrunkMaintenance { .. }
    )
}

impl Collector {
    /// Applies an event, or keeps it until the next one tells what its stamp is worth.
    pub(crate) fn take(&mut self, event: &Event) {
        if is_dated(&event.body) {
            self.settle_doubt(event.at);
        } else if matches!(event.body, EventBody::LinkDown { .. } | EventBody::PumpUpBegan) {
            // Nothing that can be believed follows any more.
            self.settle_doubt(self.now());
        } else if !self.doubted.is_empty() {
            self.doubted.push(event.clone());
            return;
        }
        if self.is_doubtful(event) {
            self.doubted.push(event.clone());
            return;
        }
        self.settle_until(event);
        self.act(&event.body);
    }

    fn is_doubtful(&self, event: &Event) -> bool {
        let leaps = || self.clock.is_some_and(|now| (event.at - now).abs() > LEAP_SECS);
        is_dated(&event.body) && is_time(event.at) && leaps() && !self.link.is_down()
    }

    /// The next stamp is known: it decides about the event that waits for it, if there is one.
    pub(crate) fn settle_doubt(&mut self, next: Moment) {
        let mut waiting = mem::take(&mut self.doubted).into_iter();
        let Some(doubted) = waiting.next() else { return };
        let now = self.now();
        if is_time(next) && (next - doubted.at).abs() < (next - now).abs() {
            self.confirm(&doubted);
        } else {
            self.deny(&doubted);
        }
        for event in waiting {
            self.settle_until(&event);
            self.act(&event.body);
            self.follow_changes();
        }
    }

    /// It was not the stamp that was false. If nobody was logged in and no call was up, time just went by. Else nobody can
    /// tell how much of it did: the clock counts as set.
    fn confirm(&mut self, doubted: &Event) {
        let (at, now) = (doubted.at, self.now());
        if at < now || !self.knows_nothing() {
            let kind = if at < now { AnomalyKind::TimeRanBack } else { AnomalyKind::TimeLeapt };
            self.anomaly(kind, || format!("time went from {now} to {at} without a word; the clock counts as set"));
            self.change_clock(now, at);
        }
        self.settle_until(doubted);
        self.act(&doubted.body);
        self.follow_changes();
    }

    /// The stamp was false; what happened, happened when it was told.
    fn deny(&mut self, doubted: &Event) {
        let (at, now) = (doubted.at, self.now());
        let kind = if at < now { AnomalyKind::TimeRanBack } else { AnomalyKind::TimeLeapt };
        self.anomaly(kind, || format!("an event of {at} came at {now} and counts as of {now}"));
        self.tell_due(now);
        self.act(&doubted.body);
        self.follow_changes();
    }
}
