//! Live reports: evaluated and encoded once for everybody who watches the same thing.
//!
//! Watchers with the same report, inputs, ACD, reach and refresh share one [`Channel`]. Its task computes the sheet at
//! every refresh and publishes a [`Tick`]: the change since the tick before, ready as bytes, and the whole
//! sheet, encoded when somebody first needs it. A watcher that missed a tick gets the whole sheet again, so
//! nobody's slowness costs memory or holds anybody else up. WebSocket was turned down: it gains nothing that was
//! measurable here and needs a second path through proxies, authentication and reconnection.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use api::{ErrorBody, ErrorCode, Frame, Stamp};
use bytes::Bytes;
use parking_lot::Mutex;
use report::{Definition, Inputs, Sheet};
use tokio::sync::watch;

use crate::people::Reach;
use crate::reports::Reports;

/// With refresh 0 a changed board is shown at once, but not more often than this.
const AT_ONCE: Duration = Duration::from_millis(200);
/// With refresh 0 and nothing changing, a frame still comes this often, to tell the age.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

/// What watchers share. The definition counts by content: a report saved anew is another one.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    definition: String,
    acd: model::AcdNumber,
    inputs: Vec<(String, String)>,
    refresh_secs: u32,
    /// Number of the reach: nobody shares with somebody who may read other rows.
    reach: u32,
}

/// All live reports of the server.
#[derive(Default)]
pub struct Hub {
    channels: Mutex<HashMap<Key, Weak<Channel>>>,
    watchers: Arc<AtomicU64>,
}

/// One report that is being watched; it ends with its last watcher.
pub struct Channel {
    ticks: watch::Receiver<Option<Arc<Tick>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One refresh.
struct Tick {
    seq: u64,
    outcome: Result<(Stamp, Arc<Sheet>), ErrorBody>,
    changes: Option<Bytes>,
    whole: OnceLock<Bytes>,
}

impl Tick {
    fn whole(&self) -> Bytes {
        let encode = || match &self.outcome {
            Ok((stamp, sheet)) => {
                encode(self.seq, "sheet", &Frame::Sheet { stamp: stamp.clone(), sheet: Sheet::clone(sheet) })
            }
            Err(error) => encode(self.seq, "failed", &Frame::Failed { error: error.clone() }),
        };
        self.whole.get_or_init(encode).clone()
    }
}

/// One person's place in a live report.
pub struct Watcher {
    channel: Arc<Channel>,
    ticks: watch::Receiver<Option<Arc<Tick>>>,
    seen: Option<u64>,
    ended: bool,
    watchers: Arc<AtomicU64>,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.watchers.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Watcher {
    /// The next frame as bytes of the event stream; `None` when the report can no longer be computed or the
    /// server stops.
    pub async fn next(&mut self) -> Option<Bytes> {
        if self.ended {
            return None;
        }
        loop {
            let tick = self.ticks.borrow_and_update().clone();
            if let Some(tick) = tick.filter(|tick| self.seen != Some(tick.seq)) {
                let follows = self.seen.is_some_and(|seen| seen + 1 == tick.seq);
                self.seen = Some(tick.seq);
                self.ended = tick.outcome.is_err();
                return Some(match &tick.changes {
                    Some(changes) if follows => changes.clone(),
                    _ => tick.whole(),
                });
            }
            debug_assert!(!self.channel.task.is_finished() || self.ticks.has_changed().is_err());
            self.ticks.changed().await.ok()?;
        }
    }
}

impl Hub {
    /// Number of watchers, and of evaluations that serve them.
    pub fn counts(&self) -> (u64, u64) {
        let channels = self.channels.lock();
        let running = channels.values().filter(|channel| channel.strong_count() > 0).count();
        (self.watchers.load(Ordering::Relaxed), running as u64)
    }

    /// Joins the watchers of a report, or starts it.
    pub fn watch(
        &self,
        reports: &Arc<Reports>,
        definition: Arc<Definition>,
        acd: model::AcdNumber,
        inputs: Inputs,
        refresh_secs: u32,
        reach: Arc<Reach>,
    ) -> Watcher {
        let key = Key {
            definition: serde_json::to_string(&definition).unwrap_or_default(),
            acd,
            inputs: inputs.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            refresh_secs,
            reach: reach.number,
        };
        let mut channels = self.channels.lock();
        channels.retain(|_, channel| channel.strong_count() > 0);
        let channel = channels.get(&key).and_then(Weak::upgrade).unwrap_or_else(|| {
            let (publish, ticks) = watch::channel(None);
            let watched = Watched { reports: Arc::clone(reports), definition, acd, inputs, reach };
            let task = tokio::spawn(refresh(Arc::new(watched), refresh_secs, publish));
            let channel = Arc::new(Channel { ticks, task });
            channels.insert(key, Arc::downgrade(&channel));
            channel
        });
        self.watchers.fetch_add(1, Ordering::Relaxed);
        let ticks = channel.ticks.clone();
        Watcher { channel, ticks, seen: None, ended: false, watchers: Arc::clone(&self.watchers) }
    }
}

/// What a channel shows.
struct Watched {
    reports: Arc<Reports>,
    definition: Arc<Definition>,
    acd: model::AcdNumber,
    inputs: Inputs,
    reach: Arc<Reach>,
}

async fn refresh(watched: Arc<Watched>, refresh_secs: u32, publish: watch::Sender<Option<Arc<Tick>>>) {
    let mut pace = Pace::new(&watched.reports, watched.acd, refresh_secs);
    let mut before: Option<Arc<Sheet>> = None;
    let mut seq = 0;
    loop {
        pace.next().await;
        seq += 1;
        let computing = {
            let (watched, before) = (Arc::clone(&watched), before.clone());
            tokio::task::spawn_blocking(move || compute(&watched, seq, before.as_deref()))
        };
        let tick = computing.await.unwrap_or_else(|_| {
            let error = ErrorBody::new(ErrorCode::Internal, "computing the report failed; the server's log tells why");
            Tick { seq, outcome: Err(error), changes: None, whole: OnceLock::new() }
        });
        let ended = match &tick.outcome {
            Ok((_, sheet)) => {
                before = Some(Arc::clone(sheet));
                false
            }
            Err(_) => true,
        };
        publish.send_replace(Some(Arc::new(tick)));
        if ended {
            // Stays until its last watcher has read why; the next one starts anew.
            return;
        }
    }
}

fn compute(watched: &Watched, seq: u64, before: Option<&Sheet>) -> Tick {
    let Watched { reports, definition, acd, inputs, reach } = watched;
    let outcome = reports.evaluate(definition, *acd, inputs, reach).map(|(stamp, sheet)| (stamp, Arc::new(sheet)));
    let changes = match (&outcome, before) {
        (Ok((stamp, sheet)), Some(before)) => {
            let delta = report::delta(before, sheet);
            Some(encode(seq, "cells", &Frame::Cells { stamp: stamp.clone(), delta }))
        }
        _ => None,
    };
    Tick { seq, outcome, changes, whole: OnceLock::new() }
}

/// The last frame of a stream that one reader alone has to leave.
pub fn failed_frame(error: &ErrorBody) -> Bytes {
    encode(0, "failed", &Frame::Failed { error: error.clone() })
}

fn encode(seq: u64, event: &str, frame: &Frame) -> Bytes {
    let mut text = format!("id: {seq}\nevent: {event}\ndata: ").into_bytes();
    if let Err(error) = serde_json::to_writer(&mut text, frame) {
        tracing::error!("cannot encode a frame: {error}");
    }
    text.extend_from_slice(b"\n\n");
    Bytes::from(text)
}

/// When to compute next.
struct Pace {
    clock: tokio::time::Interval,
    boards: Option<watch::Receiver<Option<Arc<collector::Board>>>>,
}

impl Pace {
    fn new(reports: &Reports, acd: model::AcdNumber, refresh_secs: u32) -> Self {
        let at_once = refresh_secs == 0;
        let period = if at_once { AT_ONCE } else { Duration::from_secs(u64::from(refresh_secs)) };
        let mut clock = tokio::time::interval(period);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        Pace { clock, boards: if at_once { reports.boards(acd) } else { None } }
    }

    async fn next(&mut self) {
        self.clock.tick().await;
        if let Some(boards) = &mut self.boards {
            let _ = tokio::time::timeout(KEEP_ALIVE, boards.changed()).await;
        }
    }
}
