//! Live reports: evaluated and encoded once for everybody who watches the same thing.
//!
//! Watchers with the same report, inputs, ACD, reach and refresh share one [`Channel`]. The first of them has the sheet computed
//! once, which tells whether it can be; whoever joins within [`FRESH`] of a tick computes nothing, and later the next tick
//! comes at once: nobody is shown old figures as new ones. The channel's task computes the sheet at
//! every refresh and publishes a [`Tick`]: the change since the tick before, ready as bytes, and the whole
//! sheet, encoded when somebody first needs it. A watcher that missed a tick gets the whole sheet again, so
//! nobody's slowness costs memory or holds anybody else up. WebSocket was turned down: it gains nothing that was
//! measurable here and needs a second path through proxies, authentication and reconnection.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use api::{ErrorBody, ErrorCode, Frame, LinkState, Stamp};
use bytes::Bytes;
use parking_lot::Mutex;
use report::{Definition, Inputs, Sheet};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior};

use crate::reach::Reach;
use crate::reports::Reports;

/// With refresh 0 a changed board is shown at once, but not more often than this.
const AT_ONCE: Duration = Duration::from_millis(200);
/// With refresh 0 and nothing changing, a frame still comes this often, to tell the age.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

/// Whoever joins is shown a sheet that was computed so long ago at most.
const FRESH: Duration = Duration::from_secs(1);

/// What watchers share. The definition counts by content: a report saved anew is another one.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    definition: String,
    acd: model::AcdNumber,
    inputs: Vec<(String, String)>,
    refresh_secs: u32,
    /// Number of the reach: nobody shares with somebody who may read other rows.
    reach: u64,
}

/// All live reports of the server.
#[derive(Default)]
pub struct Hub {
    channels: Mutex<HashMap<Key, Weak<Channel>>>,
    watchers: Arc<AtomicU64>,
    computed: Arc<AtomicU64>,
    /// Reports of one refresh are computed at the same moments, counted from here: what stands side by side is of one moment.
    began: Beginning,
}

#[derive(Clone, Copy)]
struct Beginning(Instant);

impl Default for Beginning {
    fn default() -> Self {
        Beginning(Instant::now())
    }
}

/// What a live report is asked for with.
#[derive(Clone)]
pub struct Asked {
    /// The report.
    pub definition: Arc<Definition>,
    /// The ACD.
    pub acd: model::AcdNumber,
    /// Its inputs.
    pub inputs: Inputs,
    /// Seconds between two refreshes; 0 for as it happens.
    pub refresh_secs: u32,
    /// Which rows may be read.
    pub reach: Arc<Reach>,
}

impl Asked {
    fn key(&self) -> Key {
        Key {
            definition: serde_json::to_string(&self.definition).expect("a definition is JSON"),
            acd: self.acd,
            inputs: self.inputs.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            refresh_secs: self.refresh_secs,
            reach: self.reach.number,
        }
    }
}

/// One report that is being watched; it ends with its last watcher.
pub struct Channel {
    ticks: watch::Receiver<Arc<Tick>>,
    /// Has the next tick come at once.
    hurry: Arc<Notify>,
    task: tokio::task::JoinHandle<()>,
}

impl Channel {
    /// Whether it goes on; one that could not be computed any more only waits for its watchers to read why.
    fn goes_on(&self) -> bool {
        self.ticks.borrow().outcome.is_ok()
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One refresh.
struct Tick {
    seq: u64,
    computed_at: Instant,
    outcome: Result<(Stamp, Arc<Sheet>), ErrorBody>,
    changes: Option<Bytes>,
    whole: OnceLock<Bytes>,
}

impl Tick {
    /// Whether it may be shown to somebody who joins now. What came without the link may be told better already.
    fn is_fresh(&self) -> bool {
        let link = self.outcome.as_ref().ok().map(|(stamp, _)| stamp.link);
        link == Some(LinkState::Up) && self.computed_at.elapsed() <= FRESH
    }

    fn sheet(&self) -> Option<&Sheet> {
        self.outcome.as_ref().ok().map(|(_, sheet)| &**sheet)
    }

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
    ticks: watch::Receiver<Arc<Tick>>,
    seen: Option<u64>,
    /// The first tick that is shown.
    from: u64,
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
            if self.seen != Some(tick.seq) && tick.seq >= self.from {
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

    /// How often a sheet was computed since the start.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// Joins the watchers of a report, or begins it, which blocks until it is computed for the first time. Needs the runtime.
    ///
    /// # Errors
    /// What the report cannot be computed for, such as a wrong input.
    pub fn watch(&self, reports: &Arc<Reports>, asked: Asked) -> Result<Watcher, ErrorBody> {
        let key = asked.key();
        let joined = self.running(&key);
        let channel = match joined {
            Some(channel) => channel,
            None => {
                let watched = Watched { reports: Arc::clone(reports), asked, computed: Arc::clone(&self.computed) };
                let first = watched.compute(1, None);
                if let Err(error) = &first.outcome {
                    return Err(error.clone());
                }
                self.begin(key, watched, first)
            }
        };
        self.watchers.fetch_add(1, Ordering::Relaxed);
        let ticks = channel.ticks.clone();
        let (seq, is_fresh) = {
            let tick = ticks.borrow();
            (tick.seq, tick.is_fresh())
        };
        let from = if is_fresh { seq } else { seq + 1 };
        if from > seq {
            channel.hurry.notify_one();
        }
        Ok(Watcher { channel, ticks, seen: None, from, ended: false, watchers: Arc::clone(&self.watchers) })
    }

    fn running(&self, key: &Key) -> Option<Arc<Channel>> {
        self.channels.lock().get(key).and_then(Weak::upgrade).filter(|channel| channel.goes_on())
    }

    /// The channel that begins with this tick, or that somebody else has begun meanwhile.
    fn begin(&self, key: Key, watched: Watched, first: Tick) -> Arc<Channel> {
        let mut channels = self.channels.lock();
        channels.retain(|_, channel| channel.strong_count() > 0);
        if let Some(known) = channels.get(&key).and_then(Weak::upgrade).filter(|channel| channel.goes_on()) {
            return known;
        }
        let first = Arc::new(first);
        let (publish, ticks) = watch::channel(Arc::clone(&first));
        let hurry = Arc::new(Notify::new());
        let pace = Pace::new(&watched.reports, &watched.asked, self.began, Arc::clone(&hurry));
        let task = tokio::spawn(refresh(Arc::new(watched), first, pace, publish));
        let channel = Arc::new(Channel { ticks, hurry, task });
        channels.insert(key, Arc::downgrade(&channel));
        channel
    }
}

/// What a channel shows.
struct Watched {
    reports: Arc<Reports>,
    asked: Asked,
    computed: Arc<AtomicU64>,
}

impl Watched {
    fn compute(&self, seq: u64, before: Option<&Sheet>) -> Tick {
        let Asked { definition, acd, inputs, reach, .. } = &self.asked;
        self.computed.fetch_add(1, Ordering::Relaxed);
        let computed_at = Instant::now();
        let sheet = self.reports.evaluate(definition, *acd, inputs, reach);
        let outcome = sheet.map(|(stamp, sheet)| (stamp, Arc::new(sheet)));
        let changes = match (&outcome, before) {
            (Ok((stamp, sheet)), Some(before)) => {
                let delta = report::delta(before, sheet);
                Some(encode(seq, "cells", &Frame::Cells { stamp: stamp.clone(), delta }))
            }
            _ => None,
        };
        Tick { seq, computed_at, outcome, changes, whole: OnceLock::new() }
    }
}

async fn refresh(watched: Arc<Watched>, first: Arc<Tick>, mut pace: Pace, publish: watch::Sender<Arc<Tick>>) {
    let mut before = first;
    loop {
        pace.next().await;
        let seq = before.seq + 1;
        let computing = {
            let (watched, before) = (Arc::clone(&watched), Arc::clone(&before));
            tokio::task::spawn_blocking(move || watched.compute(seq, before.sheet()))
        };
        let tick = computing.await.unwrap_or_else(|_| {
            let error = ErrorBody::new(ErrorCode::Internal, "computing the report failed; the server's log tells why");
            Tick { seq, computed_at: Instant::now(), outcome: Err(error), changes: None, whole: OnceLock::new() }
        });
        before = Arc::new(tick);
        publish.send_replace(Arc::clone(&before));
        if before.outcome.is_err() {
            // Stays until its last watcher has read why; the next one starts anew.
            return;
        }
    }
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
    hurry: Arc<Notify>,
}

impl Pace {
    fn new(reports: &Reports, asked: &Asked, Beginning(began): Beginning, hurry: Arc<Notify>) -> Self {
        let at_once = asked.refresh_secs == 0;
        let period = if at_once { AT_ONCE } else { Duration::from_secs(u64::from(asked.refresh_secs)) };
        let passed = began.elapsed().as_nanos() / period.as_nanos();
        let next = began + period * u32::try_from(passed + 1).unwrap_or(u32::MAX);
        let mut clock = tokio::time::interval_at(next, period);
        clock.set_missed_tick_behavior(if at_once { MissedTickBehavior::Delay } else { MissedTickBehavior::Skip });
        Pace { clock, boards: if at_once { reports.boards(asked.acd) } else { None }, hurry }
    }

    async fn next(&mut self) {
        tokio::select! {
            () = self.hurry.notified() => return,
            _ = self.clock.tick() => {}
        }
        if let Some(boards) = &mut self.boards {
            let _ = tokio::time::timeout(KEEP_ALIVE, boards.changed()).await;
        }
    }
}
