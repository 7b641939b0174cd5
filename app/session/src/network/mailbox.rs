//! Updates on their way to the screen. A screen that does not look must not hold the network nor fill the
//! memory: what is superseded before anybody has seen it is dropped.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use api::Health;
use parking_lot::Mutex;

use crate::profile::Which;
use crate::update::Update;
use crate::view::ReportState;

/// Beyond this many waiting updates, the oldest notices go.
const WAITING_MAX: usize = 2000;

/// Updates on their way to the screen. Clones share it.
#[derive(Clone)]
pub(crate) struct Mailbox(Arc<Inner>);

struct Inner {
    held: Mutex<Held>,
    wake: Box<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct Held {
    waiting: VecDeque<Update>,
    /// The screen was woken for what waits.
    woken: bool,
    /// How each server was when it told that last, without what goes on by itself.
    health: BTreeMap<Which, Health>,
}

impl Held {
    /// Whether a screen that shows clocks anyhow need not be woken: a server that is asked several times a second has told what
    /// it told before.
    fn is_known(&mut self, update: &Update) -> bool {
        match update {
            Update::Health { which, health, .. } => {
                let mut health = health.clone();
                for acd in &mut health.acds {
                    (acd.acd_at, acd.age_ms) = (None, None);
                }
                self.health.insert(*which, health.clone()) == Some(health)
            }
            Update::Unhealthy { which, .. } => {
                self.health.remove(which);
                false
            }
            _ => false,
        }
    }
}

impl Mailbox {
    pub(crate) fn new(wake: impl Fn() + Send + Sync + 'static) -> Mailbox {
        Mailbox(Arc::new(Inner { held: Mutex::default(), wake: Box::new(wake) }))
    }

    /// Adds an update, wakes the screen if it was not woken for what waits. For what it knows already it is not woken: it looks
    /// each second while it shows anything that ages.
    pub(crate) fn put(&self, update: Update) {
        let mut held = self.0.held.lock();
        let wakes = !held.is_known(&update) && !held.woken;
        held.woken |= wakes;
        let waiting = &mut held.waiting;
        let update = supersede(waiting, update);
        waiting.push_back(update);
        if waiting.len() > WAITING_MAX
            && let Some(oldest) = waiting.iter().position(|update| matches!(update, Update::Notice { .. }))
        {
            waiting.remove(oldest);
        }
        drop(held);
        if wakes {
            (self.0.wake)();
        }
    }

    pub(crate) fn take(&self) -> Option<Update> {
        let mut held = self.0.held.lock();
        let update = held.waiting.pop_front();
        held.woken &= !held.waiting.is_empty();
        update
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.held.lock().waiting.is_empty()
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
        Update::Exceptions { acd, .. } => {
            waiting.retain(|old| !matches!(old, Update::Exceptions { acd: known, .. } if known == acd));
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
