//! The thread that looks what is due, and the threads that do it.
//!
//! What has been dealt with is in `local.db` before a run begins and after it has ended: a server that is killed neither does
//! anything twice nor forgets to tell that something was cut short.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use api::{LogCode, Mode};
use model::{Calendar, Moment, RunStatus, Severity, Task, Timetable, TimetableKey, Work};
use store::{KeptTimetable, RunState};

use super::due::{Cause, Missed, due};
use super::work::{self, Doing, Remark};
use super::{Desk, RUNNING_MAX, Shared, may_run_timetables};
use crate::administration::CmsState;
use crate::causes::{log_failed, told};

/// How often it is looked what is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A clock that shows so much less than was reached already was wrong before.
const SET_BACK_SECS: i64 = 86_400;

/// Why a timetable does nothing that has nothing to do.
pub(super) const NO_TASKS: &str =
    "it has no tasks, as after a restore of its tables one by one; restore ttsctasks too, or give it tasks";

/// A run that is to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) key: TimetableKey,
    /// What the run state calls the schedule.
    pub(super) schedule: String,
    /// The time of the run.
    pub(super) at: Moment,
    /// Whether the schedule asked for it, not a person.
    pub(super) scheduled: bool,
}

/// How a run ended.
struct Ending {
    outcome: RunStatus,
    detail: String,
    severity: Severity,
    code: LogCode,
}

/// What the run state calls a schedule: under another one, or by another ACD's clock, it begins anew.
pub(super) fn schedule_text(timetable: &Timetable) -> String {
    format!("{} by ACD {}", timetable.schedule, timetable.acd)
}

/// A run state that begins now.
pub(super) fn begun_anew(schedule: String, now: Moment, before: Option<&RunState>) -> RunState {
    let none = RunState {
        schedule: String::new(),
        seen_to: now,
        started_at: None,
        ended_at: None,
        outcome: None,
        detail: String::new(),
    };
    RunState { schedule, seen_to: now, ..before.cloned().unwrap_or(none) }
}

impl Shared {
    /// The looking thread's whole life.
    pub(super) fn run(self: &Arc<Self>) {
        while !self.stopping.load(Ordering::Acquire) {
            if let Err(error) = self.look() {
                log_failed("looking what timetables are due", &error);
            }
            let mut desk = self.desk.lock();
            if !self.stopping.load(Ordering::Acquire) {
                self.wake.wait_for(&mut desk, LOOK_EVERY);
            }
        }
        let threads = std::mem::take(&mut self.desk.lock().threads);
        threads.into_iter().for_each(|thread| drop(thread.join()));
    }

    /// Ends the looking thread and the runs.
    pub(super) fn stop(&self) {
        let desk = self.desk.lock();
        self.stopping.store(true, Ordering::Release);
        drop(desk);
        self.wake.notify_all();
    }

    /// Looks again at once.
    pub(super) fn wake(&self) {
        self.wake.notify_all();
    }

    /// Looks once: what is due waits, and what waits begins where there is room.
    fn look(self: &Arc<Self>) -> store::Result<()> {
        let now = self.services.clock.now();
        // First the desk: a run that ends is taken from it together with its state.
        let mut desk = self.desk.lock();
        let kept = desk.known.heads(&self.services.reports.lock())?;
        let (mut states, may_run) = {
            let local = self.services.administration.local();
            (local.run_states()?, may_run_timetables(&local)?)
        };
        self.tell_interrupted(&desk, &mut states, now);
        let all = kept.timetables.iter().map(|known| &known.timetable);
        let here: Vec<&Timetable> = all.filter(|timetable| timetable.scope.runs_on(&self.services.server)).collect();
        let known: BTreeSet<&TimetableKey> = here.iter().map(|timetable| &timetable.key).collect();
        let is_over = |key: &&TimetableKey| !known.contains(key) && !desk.running.contains(*key);
        let forgotten: BTreeSet<TimetableKey> = states.keys().filter(is_over).cloned().collect();
        if !forgotten.is_empty() {
            self.services.administration.local().forget_run_states(&forgotten)?;
        }
        desk.waiting.retain(|run| known.contains(&run.key));
        let recovering = self.services.reports.sources.iter().any(|source| source.view.recovery().is_some());
        let held = (!may_run).then_some(Cause::SingleUser).or(recovering.then_some(Cause::Recovering));
        match held {
            Some(cause) => {
                desk.held = Some((now, cause));
                // What was due and still waits for room is judged anew when it may run again: hours later it was missed.
                desk.waiting.retain(|run| !run.scheduled);
            }
            // In single-user mode tables may be about to be restored, one after the other.
            None => kept.unusable.iter().for_each(|known| self.tell_once(&mut desk, &known.told())),
        }
        for timetable in here {
            self.look_at(&mut desk, timetable, states.get(&timetable.key), now, held.is_some());
        }
        if held.is_none() {
            self.begin_waiting(&mut desk, now);
        }
        Ok(())
    }

    /// Looks at one timetable that runs on this server.
    fn look_at(&self, desk: &mut Desk, timetable: &Timetable, state: Option<&RunState>, now: Moment, is_held: bool) {
        let key = &timetable.key;
        if desk.running.contains(key) || desk.waiting.iter().any(|run| run.key == *key) {
            return;
        }
        let Ok(calendar) = self.services.calendar(timetable.acd) else {
            let acd = timetable.acd;
            return self
                .tell_once(desk, &format!("{key} does not run: this server has no ACD {acd}, by whose clock it runs"));
        };
        let schedule = schedule_text(timetable);
        let is_good = |state: &&RunState| state.schedule == schedule && state.seen_to - now < SET_BACK_SECS;
        let Some(state) = state.filter(is_good) else {
            return self.remember(key, &begun_anew(schedule, now, state));
        };
        if is_held {
            return;
        }
        let runs_late = timetable.policy.runs_late;
        let Some(found) = due(&timetable.schedule, &calendar, state.seen_to, now, runs_late) else { return };
        if let Some(missed) = &found.missed {
            let cause = cause(desk, state, missed);
            let made_up = if found.run == Some(missed.last) { "; it runs now instead" } else { "" };
            let told = missed_text(missed, &calendar);
            let text = format!("{key} was not run {told}: {}{made_up}", cause.text());
            self.services.log.log(Severity::Warning, LogCode::TimetableMissed, text);
            if found.run.is_none_or(|run| run > missed.last) {
                self.remember(key, &RunState { seen_to: missed.last, ..state.clone() });
            }
        }
        if let Some(at) = found.run {
            desk.waiting.push_back(Run { key: key.clone(), schedule, at, scheduled: true });
        }
    }

    /// Tells of runs that a killed server left unfinished.
    fn tell_interrupted(&self, desk: &Desk, states: &mut BTreeMap<TimetableKey, RunState>, now: Moment) {
        let is_cut = |(key, state): &(&TimetableKey, &mut RunState)| {
            state.started_at.is_some() && state.ended_at.is_none() && !desk.running.contains(*key)
        };
        for (key, state) in states.iter_mut().filter(is_cut) {
            let text = format!("{key} was cut short when the server ended; what it had not done yet was not done");
            self.services.log.log(Severity::Error, LogCode::TimetableInterrupted, text);
            (state.ended_at, state.outcome) = (Some(now), Some(RunStatus::Interrupted));
            state.detail = "the server ended meanwhile".to_owned();
            self.remember(key, state);
        }
    }

    fn tell_once(&self, desk: &mut Desk, fault: &str) {
        if desk.told.insert(fault.to_owned()) {
            self.services.log.log(Severity::Warning, LogCode::TimetableUnusable, fault);
        }
    }

    /// Begins what waits, in order, as long as there is room.
    fn begin_waiting(self: &Arc<Self>, desk: &mut Desk, now: Moment) {
        desk.threads.retain(|thread| !thread.is_finished());
        while desk.running.len() < RUNNING_MAX && !self.stopping.load(Ordering::Acquire) {
            let Some(run) = desk.waiting.pop_front() else { return };
            if let Err(error) = self.mark_begun(&run, now) {
                // Not begun rather than done twice: it is tried again as long as it is on time.
                log_failed(&format!("beginning {}", run.key), &error);
                return;
            }
            desk.running.insert(run.key.clone());
            let (shared, key) = (Arc::clone(self), run.key.clone());
            match std::thread::Builder::new().name("timetable".to_owned()).spawn(move || shared.carry_out(&run)) {
                Ok(thread) => desk.threads.push(thread),
                Err(error) => {
                    desk.running.remove(&key);
                    let text = format!("{key} could not be begun: {error}");
                    self.services.log.log(Severity::Error, LogCode::TimetableFailed, text);
                }
            }
        }
    }

    fn mark_begun(&self, run: &Run, now: Moment) -> store::Result<()> {
        let mut local = self.services.administration.local();
        let before = local.run_states()?.remove(&run.key).filter(|state| state.schedule == run.schedule);
        let mut state =
            begun_anew(run.schedule.clone(), before.as_ref().map_or(now, |state| state.seen_to), before.as_ref());
        if run.scheduled {
            state.seen_to = run.at;
        }
        (state.started_at, state.ended_at) = (Some(now), None);
        (state.outcome, state.detail) = (Some(RunStatus::Running), String::new());
        local.set_run_state(&run.key, &state)
    }

    /// One run from its first task to its last, on a thread of its own.
    fn carry_out(&self, run: &Run) {
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.do_tasks(run)));
        let key = &run.key;
        let ending = done.unwrap_or_else(|_| Ending {
            outcome: RunStatus::Failed,
            detail: "a fault of the server; its log tells more".to_owned(),
            severity: Severity::Error,
            code: LogCode::TimetableFailed,
        });
        self.services.log.log(ending.severity, ending.code, format!("{key}: {}", ending.detail));
        let ended_at = Some(self.services.clock.now());
        // Outcome and room together: whoever sees it ended may begin it again.
        let mut desk = self.desk.lock();
        let state = self.services.administration.local().run_states().map(|mut states| states.remove(key));
        match state {
            Ok(Some(state)) => {
                let (outcome, detail) = (Some(ending.outcome), ending.detail);
                self.remember(key, &RunState { ended_at, outcome, detail, ..state });
            }
            Ok(None) => {}
            Err(error) => tracing::error!("{key} has ended, which cannot be remembered: {}", told(&error)),
        }
        desk.running.remove(key);
        drop(desk);
        self.wake();
    }

    /// Why the tasks that are left are not done, if something is in the way. `own_mode` says whether a script of the run itself
    /// has set single-user mode: a run that does its work in that mode, and ends it, is not left half-way in it.
    fn cut_short(&self, own_mode: &mut bool) -> Option<String> {
        if self.stopping.load(Ordering::Acquire) {
            return Some("the server stops".to_owned());
        }
        let state = self.single_user_mode();
        *own_mode &= state.is_some();
        let CmsState { by, .. } = state.filter(|_| !*own_mode)?;
        let by = if by.is_empty() { by } else { format!(", set by {by}") };
        Some(format!("the server is in single-user mode{by}"))
    }

    /// The state of the server while one administrator alone works. If it cannot be read, what has begun goes on.
    fn single_user_mode(&self) -> Option<CmsState> {
        let state = CmsState::read(&self.services.administration.local());
        let state = state.map_err(|error| log_failed("reading the state of the server", &error)).ok()?;
        (state.mode == Mode::SingleUser).then_some(state)
    }

    /// Whether it is in this name that the server is in single-user mode. A script that sets the mode signs in as its
    /// timetable's owner does; whoever does so by hand while a script of theirs runs is taken for the script.
    fn mode_is_set_by(&self, owner: &str) -> bool {
        self.single_user_mode().is_some_and(|state| state.by == owner)
    }

    fn do_tasks(&self, run: &Run) -> Ending {
        let log = &self.services.log;
        let failure = |severity: Severity, detail: String| Ending {
            outcome: RunStatus::Failed,
            detail,
            severity,
            code: LogCode::TimetableFailed,
        };
        let kept = match self.services.reports.lock().timetable(&run.key) {
            Ok(KeptTimetable { timetable, .. }) => timetable,
            Err(error) => return failure(Severity::Error, told(&error)),
        };
        let count = kept.tasks.len();
        if count == 0 {
            // Whoever relies on it must not read that it is done.
            return failure(Severity::Error, NO_TASKS.to_owned());
        }
        let (mut faulty, mut remarks) = (Vec::new(), Vec::new());
        let mut own_mode = false;
        for (place, task) in (1..).zip(&kept.tasks) {
            if let Some(why) = self.cut_short(&mut own_mode) {
                let left = count + 1 - place;
                let detail = format!("cut short after {} of {count} tasks because {why}; {left} not done", place - 1);
                let (outcome, code) = (RunStatus::Interrupted, LogCode::TimetableInterrupted);
                return Ending { outcome, detail, severity: Severity::Error, code };
            }
            let doing = Doing { key: &run.key, task, at: run.at, stopping: &self.stopping };
            let done = work::carry_out(&self.services, &doing);
            own_mode |= matches!(task.work, Work::Script { .. }) && self.mode_is_set_by(&run.key.owner);
            let error = match done {
                Ok(remark) => {
                    remarks.extend(self.remarked(&doing, place, remark));
                    continue;
                }
                Err(error) => error,
            };
            let text = format!("{}: task {place} ({}) failed: {}", run.key, task_text(task), error.message);
            log.log(Severity::Error, LogCode::TaskFailed, text);
            faulty.push(place.to_string());
            if !kept.policy.goes_on {
                let rest = count - place;
                let rest = if rest == 0 { String::new() } else { format!("; {rest} behind it not done") };
                // The task is the error; this says what it meant for the run.
                let detail = format!("task {place} of {count} failed{rest}: {}", error.message);
                return failure(Severity::Info, detail);
            }
        }
        let remarks: String = remarks.iter().map(|remark| format!("; {remark}")).collect();
        match faulty.len() {
            0 => {
                let all =
                    if count == 1 { "its task is done".to_owned() } else { format!("all {count} tasks are done") };
                let detail = all + &remarks;
                Ending { outcome: RunStatus::Done, detail, severity: Severity::Info, code: LogCode::TimetableDone }
            }
            _ => {
                let faulty = faulty.join(", ");
                let detail = format!("of {count} tasks failed: {faulty}; the others are done{remarks}");
                failure(Severity::Info, detail)
            }
        }
    }

    /// What is to be known of a task that is done, for the run's state. What a report lacks is told in the log, too: its file may
    /// have no place for it, and nobody looks at the run.
    fn remarked(&self, doing: &Doing<'_>, place: usize, remark: Remark) -> Option<String> {
        match remark {
            Remark::None => None,
            Remark::Empty(hint) if hint.is_empty() => Some(format!("task {place}: the report has no rows")),
            Remark::Empty(hint) => Some(format!("task {place}: the report has no rows. {hint}")),
            Remark::Lacks(what) => {
                let text = format!(
                    "{}: task {place} ({}) is done, and its report lacks data: {what}",
                    doing.key,
                    task_text(doing.task)
                );
                self.services.log.log(Severity::Warning, LogCode::ReportIncomplete, text);
                Some(format!("task {place}: {what}"))
            }
        }
    }
}

fn task_text(task: &Task) -> String {
    format!("ACD {}: {}", task.acd, task.work)
}

/// Why runs were missed.
fn cause(desk: &Desk, state: &RunState, missed: &Missed) -> Cause {
    match desk.held {
        _ if missed.last < desk.started_at => Cause::Down,
        Some((held_at, cause)) if missed.last <= held_at => cause,
        _ if state.ended_at.is_some_and(|ended_at| missed.last <= ended_at) => Cause::StillRunning,
        _ => Cause::Clock,
    }
}

fn missed_text(missed: &Missed, calendar: &Calendar) -> String {
    let time = |at| calendar.minute_text(at);
    match missed.count {
        1 => format!("on {}", time(missed.first)),
        many => format!("{many} times from {} to {}", time(missed.first), time(missed.last)),
    }
}
