//! Restores: planned, done, and told.

mod cautions;
mod copies;
mod opened;
mod unpacked;
mod wanted;

use std::sync::Arc;

use api::{ErrorBody, ErrorCode, Job, LogCode, RestoreEntry, RunRestore, Started};
use model::{RunStatus, Severity};
use store::{Done, Restore};

use super::room::{Room, free_bytes};
use super::run::Stock;
use super::shown;
use super::{Progress, graveness, syncing, undoing};
use crate::administration::Recorded;
use crate::auth::User;
use crate::causes::failed;
use crate::maintenance_log::MaintenanceLog;

pub(super) use cautions::names_in;
pub(super) use copies::{Origins, begun, forget_begun, mark_begun, origins_of_copy, remove_copy};
#[cfg(test)]
pub(super) use opened::ends;
pub(super) use opened::{Opened, overtaken};
pub(super) use unpacked::Unpacked;
pub(super) use wanted::{Wanted, settled};

/// Restores that are listed.
pub(super) const LISTED: u32 = 100;
/// The restores on this server, newest first.
pub fn list(stock: &Stock) -> Result<Vec<RestoreEntry>, ErrorBody> {
    let known =
        stock.administration.local().restores(LISTED).map_err(|error| failed("listing the restores", &error))?;
    let barred_by: Vec<Option<i64>> =
        known.iter().map(|restore| undoing::barred_by(&stock.maintenance, &known, restore.id)).collect();
    let entry = |(known, barred_by): (Restore, Option<i64>)| RestoreEntry {
        restore: known.id,
        label: known.label,
        what: known.what,
        barred_by,
        started_at: known.started_at,
        finished_at: known.finished_at,
        status: known.status,
        detail: known.detail,
        user: known.user,
        undone_at: known.undone_at,
        can_go_forward: known.undone_at.is_some() && undoing::forward_folder(&stock.maintenance, known.id).exists(),
    };
    Ok(known.into_iter().zip(barred_by).map(entry).collect())
}

/// Begins to find out what a restore would change.
pub fn plan(stock: &Stock, user: &User, asked: &RunRestore) -> Result<Started, ErrorBody> {
    let wanted = Wanted::found(stock, asked)?;
    if let Err(error) = wanted.readable(stock) {
        // No rows can be counted, but whoever plans is to know of everything that is to be done before.
        let all: Vec<String> = std::iter::once(error.message).chain(wanted.obstacles(stock)).collect();
        return Err(ErrorBody::new(error.code, all.join("; besides, ")));
    }
    let shared = stock.clone();
    stock.maintenance.jobs().start("the plan of a restore", &user.name, move |progress| {
        progress.can_be_called_off();
        let opened = wanted.open(&shared, progress)?;
        let mut plan = opened.plan(&shared, progress)?;
        plan.obstacles = wanted.obstacles(&shared);
        plan.obstacles.extend(opened.master_allowed(&shared).err().map(|refusal| refusal.message));
        plan.obstacles.extend(Room::of(opened.manifests(), &plan).obstacle(free_bytes(&shared.maintenance.unpacked())));
        let text = format!("nothing was changed; this is what restoring {} would do", opened.label());
        Ok(Job { text, label: Some(opened.label().to_owned()), plan: Some(plan), ..Job::default() })
    })
}

/// Begins a restore that a person asked for; what becomes of it is in the maintenance error log.
pub fn by_hand(stock: &Stock, user: &User, asked: &RunRestore) -> Result<Started, ErrorBody> {
    let (log, user_name, label) = (Arc::clone(&stock.log), user.name.clone(), asked.label.clone());
    let what = format!("the restore of {label} that {user_name} asked for");
    run_and(stock, (user, user.name.as_str()), asked, move |done| tell(&log, &user_name, &what, done))
}

/// Begins a restore in the name of a user; `by` is who began it.
pub fn run(stock: &Stock, user: &User, by: &str, asked: &RunRestore) -> Result<Started, ErrorBody> {
    run_and(stock, (user, by), asked, |_| {})
}

/// Tells what became of something that a person asked for. What was refused has changed nothing, and the person knows.
pub(super) fn tell(log: &MaintenanceLog, user: &str, what: &str, done: &Result<Job, ErrorBody>) {
    match done {
        Ok(job) => log.log(Severity::Info, LogCode::RestoreDone, format!("asked for by {user}: {}", job.text)),
        Err(error) if error.code.is_refusal() && error.code != ErrorCode::CalledOff => {}
        Err(error) => {
            log.log(graveness(error), LogCode::RestoreFailed, format!("{what} was not done: {}", error.message))
        }
    }
}

fn run_and(
    stock: &Stock,
    (user, by): (&User, &str),
    asked: &RunRestore,
    then: impl FnOnce(&Result<Job, ErrorBody>) + Send + 'static,
) -> Result<Started, ErrorBody> {
    let wanted = Wanted::of(stock, asked)?;
    wanted.allowed(stock)?;
    let (shared, user) = (stock.clone(), user.clone());
    stock.maintenance.jobs().start("the restore", by, move |progress| {
        progress.can_be_called_off();
        let done = restored(&shared, &user, &wanted, progress).map_err(|error| progress.ended_by(error));
        then(&done);
        done
    })
}

fn restored(stock: &Stock, user: &User, wanted: &Wanted, progress: &Progress) -> Result<Job, ErrorBody> {
    let opened = wanted.open(stock, progress)?;
    opened.master_allowed(stock)?;
    let plan = opened.plan(stock, progress)?;
    wanted.is_agreed(&plan, progress)?;
    let (number, notes) = opened.restore(stock, user, progress, wanted.told(&stock.maintenance), |_| Ok(()))?;
    syncing::remember(stock, user, &opened, number);
    let (label, rows, back) = (opened.label(), shown::rows_text(&plan), taken_back(number));
    let mut text = format!("restore {number} of {label} is done: {rows}; {back}");
    plan.cautions.iter().chain(&notes).for_each(|note| text.push_str(&format!("; {note}")));
    let label = Some(opened.label().to_owned());
    Ok(Job { text, label, restore: Some(number), plan: Some(plan), ..Job::default() })
}

/// How a restore is taken back, by whatever program.
pub(super) fn taken_back(number: i64) -> String {
    format!("Administration > Backups, or `cms restore undo {number}` takes it back")
}

pub(super) fn note(stock: &Stock, restore: &Restore) -> Result<i64, ErrorBody> {
    let mut local = stock.administration.local();
    let mut noted = || {
        if restore.id > 0 {
            return local.note_restore(restore);
        }
        // A list that was made anew begins at 1, and the copies of earlier restores lie there still.
        let last = local.restores(1)?.first().map_or(0, |last| last.id);
        let id = stock.maintenance.last_copy().max(last) + 1;
        local.note_restore(&Restore { id, ..restore.clone() })
    };
    noted().map_err(|error| failed("noting the restore", &error))
}

fn finish(stock: &Stock, restore: &mut Restore, error: Option<&ErrorBody>) -> Recorded {
    restore.finished_at = Some(stock.maintenance.now());
    match error {
        None => restore.status = RunStatus::Done,
        Some(error) => {
            restore.status = RunStatus::Failed;
            restore.detail.clone_from(&error.message);
        }
    }
    stock.administration.note_done(Done::Restore(restore.clone()))
}
