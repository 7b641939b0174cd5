//! Tasks that are jobs of maintenance: begun as by hand, and waited for. What became of them is told in the maintenance error
//! log.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api::{ErrorBody, ErrorCode, JobState, RunBackup, RunRestore, Started};
use model::AcdNumber;
use model::timetable::RestoreWork;
use store::Severity;

use super::Services;
use crate::auth::User;
use crate::maintenance::{backups, restoring, run};

/// How often a task that waits looks whether the server stops.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Backs up.
pub(super) fn back_up(
    services: &Services,
    user: &User,
    asked: &RunBackup,
    stopping: &AtomicBool,
) -> Result<(), ErrorBody> {
    let begun = run::start(&services.stock(), user, asked)?;
    over(services, &begun, "backup-done", stopping)
}

/// Whether such data and such a device are known, and whether they could ever be restored by a timetable.
pub(super) fn check_restore(services: &Services, work: &RestoreWork) -> Result<(), ErrorBody> {
    services.maintenance.check_device(work.device.as_deref())?;
    restoring::check(&work.data, &work.tables).map_err(|error| {
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
    stopping: &AtomicBool,
) -> Result<(), ErrorBody> {
    let stock = services.stock();
    let label = match work.newest_of() {
        Some(folder) => backups::newest(&stock.maintenance, work.device.as_deref(), folder, &work.data, &work.tables)?,
        None => work.label.clone(),
    };
    let asked = RunRestore {
        label,
        device: work.device.clone(),
        data: work.data.clone(),
        tables: work.tables.clone(),
        acd: work.this_acd.then_some(acd),
        ..RunRestore::default()
    };
    let begun = restoring::run(&stock, user, &asked)?;
    over(services, &begun, "restore-done", stopping)
}

/// Makes an image of the whole server.
pub(super) fn image(services: &Services, device: Option<String>, stopping: &AtomicBool) -> Result<(), ErrorBody> {
    let begun = services.maintenance.start_image(device, |_| {})?;
    over(services, &begun, "image-done", stopping)
}

/// Waits until a job is over.
fn over(services: &Services, begun: &Started, done: &str, stopping: &AtomicBool) -> Result<(), ErrorBody> {
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
