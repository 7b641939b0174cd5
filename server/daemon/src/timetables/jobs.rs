//! Tasks that are jobs of maintenance: begun in their turn, otherwise as by hand, and waited for. What became of them is told in
//! the maintenance error log.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use api::{ErrorBody, ErrorCode, JobState, LogCode, RunBackup, RunRestore, Started};
use model::timetable::RestoreWork;
use model::{AcdNumber, Severity};
use store::RunState;

use super::work::Doing;
use super::{Services, may_run_timetables};
use crate::auth::User;
use crate::causes::{failed, log_failed};
use crate::maintenance::{Standing, Turn, allowed, backups, restoring, run};

/// How often a task that waits looks whether the server stops.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// A task waits no longer than this for its turn: whatever runs for a day hangs.
const WAIT_MOST: Duration = Duration::from_secs(86_400);

/// Backs up.
pub(super) fn back_up(services: &Services, user: &User, asked: &RunBackup, doing: &Doing<'_>) -> Result<(), ErrorBody> {
    let by = doing.key.to_string();
    let begun = in_turn(services, doing, || run::start(&services.stock(), user, &by, asked))?;
    over(services, &begun, LogCode::BackupDone, doing.stopping)
}

/// Whether such data and such a device are known, and whether they could ever be restored by a timetable.
pub(super) fn check_restore(services: &Services, work: &RestoreWork) -> Result<(), ErrorBody> {
    services.maintenance.check_device(work.device.as_deref())?;
    allowed::check(&work.data, &work.tables).map_err(|error| {
        let message = format!("{}; no timetable runs in single-user mode, so name tables instead", error.message);
        if error.code == ErrorCode::WrongState { ErrorBody::new(error.code, message) } else { error }
    })
}

/// Restores, as planned and with a copy of what is replaced.
pub(super) fn restore(
    services: &Services,
    user: &User,
    acd: AcdNumber,
    work: &RestoreWork,
    doing: &Doing<'_>,
) -> Result<(), ErrorBody> {
    let (stock, by) = (services.stock(), doing.key.to_string());
    // Also what the newest one is, is found out in its turn: it may be the backup that is waited for.
    let begin = || {
        let device = work.device.as_deref();
        let label = match work.newest_of() {
            Some(folder) => backups::newest(&stock.maintenance, device, folder, &work.data, &work.tables)?,
            None => work.label.clone(),
        };
        let asked = RunRestore {
            label,
            device: work.device.clone(),
            data: work.data.clone(),
            tables: work.tables.clone(),
            acd: work.this_acd.then_some(acd),
            // Nobody is there to ask: what is whole here stays, and what else there is to caution of is told in the log.
            keep_whole: true,
            yes: true,
            ..RunRestore::default()
        };
        restoring::run(&stock, user, &by, &asked)
    };
    let begun = in_turn(services, doing, begin)?;
    over(services, &begun, LogCode::RestoreDone, doing.stopping)
}

/// Makes an image of the whole server.
pub(super) fn image(services: &Services, device: Option<&str>, doing: &Doing<'_>) -> Result<(), ErrorBody> {
    let (by, device) = (doing.key.to_string(), device.map(str::to_owned));
    let begin = || services.maintenance.start_image(&services.administration, device.clone(), &by, |_| {});
    let begun = in_turn(services, doing, begin)?;
    over(services, &begun, LogCode::ImageDone, doing.stopping)
}

/// Begins a job when nothing else runs, in the order in which tasks came.
fn in_turn(
    services: &Services,
    doing: &Doing<'_>,
    begin: impl Fn() -> Result<Started, ErrorBody>,
) -> Result<Started, ErrorBody> {
    let turn = services.maintenance.jobs().stand_in_line();
    loop {
        wait(services, doing, &turn)?;
        match begin() {
            // Somebody began another one in between.
            Err(error) if error.code == ErrorCode::Busy => {}
            begun => return begun,
        }
    }
}

/// Waits until it is this one's turn. What it waits for is shown as how the run stands.
///
/// # Errors
/// If the server stops, somebody sets single-user mode meanwhile, or what runs does not end.
pub(super) fn wait(services: &Services, doing: &Doing<'_>, turn: &Turn<'_>) -> Result<(), ErrorBody> {
    let (began, may_run) = (Instant::now(), may_run(services)?);
    let mut shown = String::new();
    loop {
        if doing.stopping.load(Ordering::Acquire) {
            return Err(ErrorBody::new(ErrorCode::Unavailable, "the server stops; it had not begun"));
        }
        let waits_for = match turn.wait(LOOK_EVERY) {
            Standing::First if !may_run || self::may_run(services)? => {
                if !shown.is_empty() {
                    show(services, doing, "");
                }
                return Ok(());
            }
            Standing::First => {
                let why = "single-user mode was set while it waited for its turn, and no timetable's task begins in it";
                return Err(ErrorBody::new(ErrorCode::WrongState, why));
            }
            Standing::Behind(Some(job)) => format!("waiting for {} (job {})", job.what, job.job),
            Standing::Behind(None) => "waiting for its turn".to_owned(),
        };
        if began.elapsed() > WAIT_MOST {
            let why = format!(
                "it was {waits_for} for a day; look what hangs there: Administration > Backups, or `cms backup list`"
            );
            return Err(ErrorBody::new(ErrorCode::Unavailable, why));
        }
        if shown != waits_for {
            show(services, doing, &waits_for);
            shown = waits_for;
        }
    }
}

fn may_run(services: &Services) -> Result<bool, ErrorBody> {
    let may_run = may_run_timetables(&services.administration.local());
    may_run.map_err(|error| failed("reading the state of the server", &error))
}

/// Says in the run's state what it is doing.
fn show(services: &Services, doing: &Doing<'_>, what: &str) {
    let mut local = services.administration.local();
    let shown = local.run_states().map(|mut states| states.remove(doing.key)).and_then(|state| match state {
        Some(state) => local.set_run_state(doing.key, &RunState { detail: what.to_owned(), ..state }),
        None => Ok(()),
    });
    if let Err(error) = shown {
        log_failed(&format!("remembering how {} stands", doing.key), &error);
    }
}

/// Waits until a job is over.
fn over(services: &Services, begun: &Started, done: LogCode, stopping: &AtomicBool) -> Result<(), ErrorBody> {
    let jobs = services.maintenance.jobs();
    loop {
        if stopping.load(Ordering::Acquire) {
            // Broken off, not waited for: a large one may take an hour.
            jobs.stop();
        }
        let job = jobs.wait(begun.job, LOOK_EVERY)?;
        match job.state {
            JobState::Running => {}
            JobState::Done => {
                services.log.log(Severity::Info, done, &job.text);
                return Ok(());
            }
            JobState::Failed => return Err(ErrorBody::new(job.code.unwrap_or(ErrorCode::Internal), job.text)),
        }
    }
}
