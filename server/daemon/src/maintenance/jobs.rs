//! What takes its time: one at a time, on a thread of its own, with a number to ask for it by.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use api::{Changed, ErrorBody, ErrorCode, Job, JobState, Started};
use parking_lot::{Condvar, Mutex};

mod turn;

use turn::Line;
pub use turn::{Standing, Turn};

/// Jobs that are remembered when they are over.
const REMEMBERED: usize = 100;

/// The job that runs, and those that did.
#[derive(Default)]
pub struct Jobs {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
    line: Mutex<Line>,
}

#[derive(Default)]
struct Shared {
    known: Mutex<BTreeMap<u64, Job>>,
    /// A job has ended.
    ended: Condvar,
    stopping: AtomicBool,
    /// Number of the job that was called off last; 0 before the first.
    called_off: AtomicU64,
    /// By whom.
    caller: Mutex<String>,
}

/// The running job's own end: it tells how far it is, and hears whether to go on.
#[derive(Clone)]
pub struct Progress {
    shared: Arc<Shared>,
    number: u64,
}

impl Jobs {
    /// Begins something, unless something else is running. `by` is who began it, for people.
    pub fn start(
        &self,
        what: &str,
        by: &str,
        work: impl FnOnce(&Progress) -> Result<Job, ErrorBody> + Send + 'static,
    ) -> Result<Started, ErrorBody> {
        let mut thread = self.thread.lock();
        let mut known = self.shared.known.lock();
        if let Some(running) = known.values().find(|job| job.state == JobState::Running) {
            let message = format!(
                "{} is running (job {}), begun by {}; wait until it is done, and try again",
                running.what, running.job, running.by
            );
            return Err(ErrorBody::new(ErrorCode::Busy, message));
        }
        if self.shared.stopping.load(Ordering::Acquire) {
            return Err(ErrorBody::new(ErrorCode::Unavailable, "the server is stopping"));
        }
        let number = known.keys().next_back().map_or(1, |last| last + 1);
        known.insert(number, Job { job: number, what: what.to_owned(), by: by.to_owned(), ..Job::default() });
        while known.len() > REMEMBERED {
            known.pop_first();
        }
        drop(known);
        if let Some(before) = thread.take() {
            let _ = before.join();
        }
        let progress = Progress { shared: Arc::clone(&self.shared), number };
        let spawned = std::thread::Builder::new().name("maintenance".to_owned()).spawn(move || {
            let running = Running(&progress);
            let outcome = work(&progress);
            running.ended(outcome);
        });
        match spawned {
            Ok(handle) => *thread = Some(handle),
            Err(error) => {
                self.shared.known.lock().remove(&number);
                return Err(ErrorBody::new(ErrorCode::Unavailable, format!("cannot begin: {error}")));
            }
        }
        Ok(Started { job: number })
    }

    /// How a job stands.
    pub fn job(&self, number: u64) -> Result<Job, ErrorBody> {
        self.shared.known.lock().get(&number).cloned().ok_or_else(|| missing(number))
    }

    /// How a job stands once it has ended, or after `patience` if it goes on.
    pub fn wait(&self, number: u64, patience: Duration) -> Result<Job, ErrorBody> {
        let is_running =
            |known: &mut BTreeMap<u64, Job>| known.get(&number).is_some_and(|job| job.state == JobState::Running);
        self.shared.ended.wait_while_for(&mut self.shared.known.lock(), is_running, patience);
        self.job(number)
    }

    /// What is running.
    pub fn running(&self) -> Option<Job> {
        self.shared.known.lock().values().find(|job| job.state == JobState::Running).cloned()
    }

    /// All that are remembered, the newest first.
    pub fn all(&self) -> Vec<Job> {
        self.shared.known.lock().values().rev().cloned().collect()
    }

    /// Has a job end before it is done. It ends at its next step; it may be done before that.
    ///
    /// # Errors
    /// If there is no such job, it is over, or it is where it is not left half-way.
    pub fn call_off(&self, number: u64, by: &str) -> Result<Changed, ErrorBody> {
        let known = self.shared.known.lock();
        let job = known.get(&number).ok_or_else(|| missing(number))?;
        let wrong = |why: String| Err(ErrorBody::new(ErrorCode::WrongState, why));
        if job.state != JobState::Running {
            return wrong(format!("{} (job {number}) is over already: {}", job.what, job.text));
        }
        if !job.can_be_called_off {
            return wrong(format!(
                "{} (job {number}) cannot be called off: it is changing what is stored, and is not left half-way; wait until it is \
                 done. A restore can be taken back then",
                job.what
            ));
        }
        by.clone_into(&mut self.shared.caller.lock());
        self.shared.called_off.store(number, Ordering::Release);
        let text = format!(
            "{} (job {number}) ends at its next step; nothing of it is kept, unless it is done before that",
            job.what
        );
        Ok(Changed { changed: true, text })
    }

    /// Breaks off what is running, and waits until it has ended.
    pub fn stop(&self) {
        self.shared.stopping.store(true, Ordering::Release);
        let thread = self.thread.lock().take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the maintenance thread panicked");
        }
    }
}

fn missing(number: u64) -> ErrorBody {
    ErrorBody::new(ErrorCode::NotFound, format!("there is no job {number}; the server was restarted, perhaps"))
}

/// Says so where a job ends in a panic: others would wait for it for ever.
struct Running<'a>(&'a Progress);

impl Running<'_> {
    fn ended(&self, outcome: Result<Job, ErrorBody>) {
        let outcome = outcome.map_err(|error| self.0.ended_by(error));
        let number = self.0.number;
        let mut known = self.0.shared.known.lock();
        let Some(job) = known.get_mut(&number) else { return };
        let (what, by, rows) = (std::mem::take(&mut job.what), std::mem::take(&mut job.by), job.rows);
        *job = match outcome {
            Ok(done) => Job { job: number, what, by, rows, state: JobState::Done, ..done },
            Err(error) => {
                match error.code.is_refusal() {
                    true => tracing::info!("{what} was refused: {}", error.message),
                    false => tracing::error!("{what} failed: {}", error.message),
                }
                let (text, code) = (error.message, Some(error.code));
                let Job { label, restore, plan, .. } = job.clone();
                let state = JobState::Failed;
                Job { job: number, what, by, rows, state, text, code, label, restore, plan, ..Job::default() }
            }
        };
        drop(known);
        self.0.shared.ended.notify_all();
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.ended(Err(ErrorBody::new(ErrorCode::Internal, "it broke off; the server's log tells why")));
        }
    }
}

impl Progress {
    /// Says what is being done and how many rows more are done; whether to go on.
    pub fn step(&self, step: &str, rows: u64) -> bool {
        if let Some(job) = self.shared.known.lock().get_mut(&self.number) {
            job.rows += rows;
            if job.step != step {
                job.step = step.to_owned();
            }
        }
        self.goes_on()
    }

    /// Whether to go on.
    pub fn goes_on(&self) -> bool {
        !self.shared.stopping.load(Ordering::Acquire) && !self.is_called_off()
    }

    /// Lets it be called off from now on: whatever it has made goes if it ends before its time.
    pub fn can_be_called_off(&self) {
        if let Some(job) = self.shared.known.lock().get_mut(&self.number) {
            job.can_be_called_off = true;
        }
    }

    /// Before what is not left half-way: from now on it cannot be called off.
    ///
    /// # Errors
    /// If it was called off before.
    pub fn to_the_end(&self) -> Result<(), ErrorBody> {
        // Whoever calls it off holds this, too: it is called off before the first change, or not at all.
        let mut known = self.shared.known.lock();
        if self.is_called_off() {
            return Err(self.called_off());
        }
        if let Some(job) = known.get_mut(&self.number) {
            job.can_be_called_off = false;
        }
        Ok(())
    }

    fn called_off(&self) -> ErrorBody {
        let caller = self.shared.caller.lock();
        ErrorBody::new(ErrorCode::CalledOff, format!("{caller} called it off; nothing of it is kept"))
    }

    fn is_called_off(&self) -> bool {
        self.shared.called_off.load(Ordering::Acquire) == self.number
    }

    /// Why it ended before its time: that it was called off, if it was.
    pub fn ended_by(&self, error: ErrorBody) -> ErrorBody {
        match self.is_called_off() && error.code != ErrorCode::CalledOff {
            true => self.called_off(),
            false => error,
        }
    }

    /// Tells the backup's label or the restore's number before the end.
    pub fn names(&self, label: Option<&str>, restore: Option<i64>) {
        if let Some(job) = self.shared.known.lock().get_mut(&self.number) {
            job.label = label.map(str::to_owned);
            job.restore = restore;
        }
    }

    /// Tells what would happen instead, before it ends because that is not what was asked for.
    pub fn would(&self, plan: api::RestorePlan) {
        if let Some(job) = self.shared.known.lock().get_mut(&self.number) {
            job.plan = Some(plan);
        }
    }
}
