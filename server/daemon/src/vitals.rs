//! Signs of life of the threads that collect: who watches the server from outside must not be told that it lives when the
//! thread that matters has died.
//!
//! The ACD's own thread beats with every board it publishes, many times a second, also while it recovers. The threads that
//! write only wait and write, and a disk that hangs is not cured by starting anew; of them it counts whether they are still
//! there. A timer that only says that the process exists was turned down.
//!
//! A thread that has died is not waited out: whoever runs the server hears of it at once and ends the process, so that it is
//! started anew (docs/decisions/0049-a-dead-thread-ends-the-server.md).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// An ACD's thread that has not beaten for so long is stuck.
pub const SILENT_MAX: Duration = Duration::from_secs(60);

/// The signs of life of one ACD.
#[derive(Debug)]
pub struct Vitals {
    began: Instant,
    /// Milliseconds after `began` of the last beat, plus one; 0 while none is expected.
    beat: AtomicU64,
    /// Name of the first thread that died.
    lost: watch::Sender<Option<String>>,
    /// Starting anew did not help: nothing is expected any more.
    given_up: AtomicBool,
}

impl Default for Vitals {
    fn default() -> Self {
        Vitals {
            began: Instant::now(),
            beat: AtomicU64::new(0),
            lost: watch::Sender::new(None),
            given_up: AtomicBool::new(false),
        }
    }
}

impl Vitals {
    /// The ACD's thread is at work.
    pub fn beat(&self) {
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX - 1);
        self.beat.store(millis + 1, Ordering::Relaxed);
    }

    /// The ACD's thread has ended as it should, or tells in its state why it does not collect.
    pub fn rest(&self) {
        self.beat.store(0, Ordering::Relaxed);
    }

    /// Notices where the thread that holds it ends in a panic.
    pub fn guard(self: &Arc<Self>) -> Guarded {
        Guarded(Arc::clone(self))
    }

    /// From now on nothing is missed: what is lost here is not to be cured by starting anew.
    pub fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    /// Waits until a thread has died, and says which.
    pub async fn wait_for_death(&self) -> String {
        let mut lost = self.lost.subscribe();
        let named = lost.wait_for(Option::is_some).await.map(|name| name.as_deref().map(died));
        match named {
            Ok(Some(why)) => why,
            // The sender is this one's own, and a name is what was waited for.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }

    /// What is wrong with the threads, after so much silence of the ACD's own; `None` if nothing is.
    pub fn trouble(&self, silent_max: Duration) -> Option<String> {
        if self.given_up.load(Ordering::Relaxed) {
            return None;
        }
        if let Some(name) = &*self.lost.borrow() {
            return Some(died(name));
        }
        let beat = self.beat.load(Ordering::Relaxed).checked_sub(1)?;
        let silent = self.began.elapsed().saturating_sub(Duration::from_millis(beat));
        (silent > silent_max).then(|| format!("the ACD's thread has been stuck for {} s", silent.as_secs()))
    }
}

fn died(name: &str) -> String {
    format!("the thread {name} has died")
}

/// Held by a thread for as long as it works.
pub struct Guarded(Arc<Vitals>);

impl Drop for Guarded {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let name = std::thread::current().name().unwrap_or("without a name").to_owned();
            self.0.lost.send_if_modified(|lost| lost.is_none() && lost.replace(name).is_none());
        }
    }
}
