//! Updates on their way to the screen. A screen that does not look must not hold the network nor fill the
//! memory: what is superseded before anybody has seen it is dropped.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::update::Update;
use crate::view::ReportState;

/// Beyond this many waiting updates, the oldest notices go.
const WAITING_MAX: usize = 2000;

/// Updates on their way to the screen. Clones share it.
#[derive(Clone)]
pub(crate) struct Mailbox(Arc<Inner>);

struct Inner {
    waiting: Mutex<VecDeque<Update>>,
    wake: Box<dyn Fn() + Send + Sync>,
}

impl Mailbox {
    pub(crate) fn new(wake: impl Fn() + Send + Sync + 'static) -> Mailbox {
        Mailbox(Arc::new(Inner { waiting: Mutex::new(VecDeque::new()), wake: Box::new(wake) }))
    }

    /// Adds an update, wakes the screen if none was waiting.
    pub(crate) fn put(&self, update: Update) {
        let mut waiting = self.0.waiting.lock();
        let first = waiting.is_empty();
        let update = supersede(&mut waiting, update);
        waiting.push_back(update);
        if waiting.len() > WAITING_MAX
            && let Some(oldest) = waiting.iter().position(|update| matches!(update, Update::Notice { .. }))
        {
            waiting.remove(oldest);
        }
        drop(waiting);
        if first {
            (self.0.wake)();
        }
    }

    pub(crate) fn take(&self) -> Option<Update> {
        self.0.waiting.lock().pop_front()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.waiting.lock().is_empty()
    }
}

/// Drops what the new update makes pointless; trouble that goes on keeps the time it began.
fn supersede(waiting: &mut VecDeque<Update>, mut new: Update) -> Update {
    match &mut new {
        Update::Frame { report, .. } => {
            let key = *report;
            waiting.retain(|old| {
                !matches!(
                    old,
                    Update::Frame { report, .. } | Update::Sorted { report, .. } | Update::Feed { report, .. }
                        if *report == key
                )
            });
        }
        Update::Sorted { report, .. } => {
            let key = *report;
            waiting.retain(|old| !matches!(old, Update::Sorted { report, .. } if *report == key));
        }
        Update::Feed { report, state, .. } => {
            let key = *report;
            let last = waiting.iter().rev().find(
                |old| matches!(old, Update::Frame { report, .. } | Update::Feed { report, .. } if *report == key),
            );
            if let (
                ReportState::Stale { since, .. },
                Some(Update::Feed { state: ReportState::Stale { since: begun, .. }, .. }),
            ) = (state, last)
            {
                *since = *begun;
            }
            waiting.retain(|old| !matches!(old, Update::Feed { report, .. } if *report == key));
        }
        Update::Page { page, .. } => {
            waiting.retain(|old| !matches!(old, Update::Page { page: known, .. } if known == page));
        }
        Update::Health { which, .. } => {
            let server = *which;
            waiting.retain(|old| {
                !matches!(old, Update::Health { which, .. } | Update::Unhealthy { which, .. } if *which == server)
            });
        }
        Update::Unhealthy { which, at, .. } => {
            let server = *which;
            for old in waiting.iter() {
                if let Update::Unhealthy { which, at: begun, .. } = old
                    && *which == server
                {
                    *at = *begun;
                }
            }
            waiting.retain(|old| !matches!(old, Update::Unhealthy { which, .. } if *which == server));
        }
        _ => {}
    }
    new
}
