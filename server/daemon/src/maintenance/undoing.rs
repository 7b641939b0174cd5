//! Taking a restore back, and forward again: each is planned as a restore is, and copies what it replaces.
//!
//! `restores/NNNNNN` is what the restore replaced, `restores/NNNNNN-forward` what taking it back replaced. A number of its own for
//! each was turned down: the rule that the last restore is taken back first would then bar the way to the ones before.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use api::{ErrorBody, ErrorCode, Job, Started, UndoRestore};
use backup::{Cut, Device, Manifest, Set};
use model::{AcdNumber, DataKind, RunStatus};
use store::{Done, Restore};

use super::allowed::{allowed, held_still};
use super::applying::{Applying, Whence};
use super::restoring::{
    LISTED, Opened, Unpacked, begun, forget_begun, mark_begun, note, origins_of_copy, remove_copy, settled, tell,
};
use super::room;
use super::run::Stock;
use super::shown::{Shown, rows_text};
use super::{Maintenance, Progress, refused, rights_aside, set_aside, since, tables_of};
use crate::auth::User;
use crate::causes::failed;

/// Where the copy lies by which a restore that was taken back is taken forward again.
pub(super) fn forward_folder(maintenance: &Maintenance, restore: i64) -> PathBuf {
    let mut folder = maintenance.restore_folder(restore).into_os_string();
    folder.push("-forward");
    PathBuf::from(folder)
}

fn wrong_state<T>(why: String) -> Result<T, ErrorBody> {
    Err(ErrorBody::new(ErrorCode::WrongState, why))
}

/// Begins to take a restore back, or forward again; or to find out what that would do.
pub fn undo(stock: &Stock, user: &User, asked: &UndoRestore) -> Result<Started, ErrorBody> {
    let restore = found(stock, asked)?;
    let (number, maintenance) = (restore.id, &stock.maintenance);
    let folder = if asked.forward { forward_folder(maintenance, number) } else { maintenance.restore_folder(number) };
    if restore.status != RunStatus::Done && !backup::holds_any(&folder) {
        // The copy is whole before the first change: without one, there was none.
        return nothing_to_undo(stock, user, restore, asked.dry_run);
    }
    let place = backup::Place::Folder(folder.clone());
    let device = Device { name: "restores".to_owned(), place, volume_bytes: u64::MAX, keep: None };
    let found = device.list().map_err(|error| refused(&error))?;
    let gone = format!("the copy of what restore {number} replaced is not in {}", folder.display());
    let set = found.sets.into_iter().next().ok_or_else(|| ErrorBody::new(ErrorCode::NotFound, gone))?;
    set.whole().map_err(|error| refused(&error))?;
    let undoing = Undoing { stock: stock.clone(), user: user.clone(), asked: asked.clone(), restore, device, set };
    if asked.dry_run {
        return stock.maintenance.jobs().start("the plan of taking a restore back", &user.name, move |progress| {
            progress.can_be_called_off();
            undoing.run(progress)
        });
    }
    // What was done without single-user mode is taken back without it.
    allowed(stock, undoing.kinds(), undoing.restore.by_tables)?;
    stock.maintenance.jobs().start(&format!("taking a restore {}", undoing.way()), &user.name, move |progress| {
        progress.names(Some(&undoing.restore.label), Some(number));
        progress.can_be_called_off();
        let done = undoing.run(progress).map_err(|error| progress.ended_by(error));
        let what = format!("taking restore {number} {}, which {} asked for,", undoing.way(), undoing.user.name);
        tell(&undoing.stock.log, &undoing.user.name, &what, &done);
        done
    })
}

/// The restore that is meant, if it may be taken there now.
fn found(stock: &Stock, asked: &UndoRestore) -> Result<Restore, ErrorBody> {
    let number = asked.restore;
    let known = stock.administration.local().restores(LISTED).map_err(|error| failed("finding the restore", &error))?;
    let missing = || {
        ErrorBody::new(
            ErrorCode::NotFound,
            format!("there is no restore {number}; see Administration > Backups, or `cms restore list`"),
        )
    };
    let restore = known.iter().find(|restore| restore.id == number).cloned().ok_or_else(missing)?;
    match (restore.undone_at, asked.forward) {
        (Some(_), false) => {
            return wrong_state(format!(
                "restore {number} was taken back already; Administration > Backups, or `cms restore undo {number} --forward` takes \
                 it forward again"
            ));
        }
        (None, true) => return wrong_state(format!("restore {number} was not taken back, so there is no way forward")),
        _ => {}
    }
    match barred_by(&stock.maintenance, &known, number) {
        Some(later) => wrong_state(format!(
            "restore {later} came later; take that back first: Administration > Backups, or `cms restore undo {later}`"
        )),
        None => Ok(restore),
    }
}

/// The newest restore behind this one that stands: each is taken back to what was there before it, so that one comes first. One that
/// ended without a copy of what it replaced had replaced nothing.
pub(super) fn barred_by(maintenance: &Maintenance, known: &[Restore], restore: i64) -> Option<i64> {
    let stands = |later: &&Restore| {
        let goes_on = !later.status.is_not_done();
        later.undone_at.is_none() && (goes_on || backup::holds_any(&maintenance.restore_folder(later.id)))
    };
    known.iter().filter(|later| later.id > restore).filter(stands).map(|later| later.id).max()
}

/// A restore that ended before it had replaced anything.
fn nothing_to_undo(stock: &Stock, user: &User, restore: Restore, dry_run: bool) -> Result<Started, ErrorBody> {
    let shared = stock.clone();
    stock.maintenance.jobs().start("taking a restore back", &user.name, move |_| {
        if !dry_run {
            remove_copy(&shared.maintenance.restore_folder(restore.id))?;
            note(&shared, &Restore { undone_at: Some(shared.maintenance.now()), ..restore.clone() })?;
        }
        let text = format!("restore {} of {} had replaced nothing when it ended", restore.id, restore.label);
        let plan = dry_run.then(|| api::RestorePlan { label: restore.label.clone(), ..api::RestorePlan::default() });
        Ok(Job { text, label: Some(restore.label.clone()), restore: Some(restore.id), plan, ..Job::default() })
    })
}

struct Undoing {
    stock: Stock,
    user: User,
    asked: UndoRestore,
    restore: Restore,
    device: Device,
    set: Set,
}

impl Undoing {
    fn kinds(&self) -> impl Iterator<Item = DataKind> + '_ {
        self.set.manifest().kinds.iter().copied()
    }

    fn way(&self) -> &'static str {
        if self.asked.forward { "forward again" } else { "back" }
    }

    fn run(&self, progress: &Progress) -> Result<Job, ErrorBody> {
        let (stock, number, label) = (&self.stock, self.restore.id, &self.restore.label);
        let opened = self.open(progress)?;
        let mut plan = opened.plan(stock, progress)?;
        self.tell_since(&opened, &mut plan)?;
        if self.asked.dry_run {
            let text =
                format!("nothing was changed; this is what taking restore {number} of {label} {} would do", self.way());
            return Ok(Job { text, label: Some(label.clone()), plan: Some(plan), ..Job::default() });
        }
        self.is_agreed(&plan, progress)?;
        let maintenance = &stock.maintenance;
        let (back, forward) = (maintenance.restore_folder(number), forward_folder(maintenance, number));
        let (copy, folder) = if self.asked.forward { (forward, back) } else { (back, forward) };
        let from = Whence::Copy(origins_of_copy(&copy), set_aside::of_copy(&copy), rights_aside::of_copy(&copy));
        // What an attempt before left half done is no longer what was there: its copy is the way back.
        let is_again = begun(&folder) && backup::holds_any(&folder);
        if !is_again {
            remove_copy(&folder)?;
            opened.copy(stock, progress, folder.clone())?;
        }
        // Unpacking and copying took their time, and somebody may have let everybody in again.
        let _still = held_still(stock, self.kinds(), self.restore.by_tables);
        let goes_on = opened.allowed(stock).and_then(|()| opened.is_still(maintenance));
        goes_on.and_then(|()| progress.to_the_end()).inspect_err(|_| {
            // It would be made anew before the next attempt, which may never come.
            if !is_again {
                let _ = remove_copy(&folder);
            }
        })?;
        mark_begun(&folder)?;
        let (chosen, volumes) = (opened.chosen(), opened.volumes());
        let room = room::to_put(opened.manifests(), chosen);
        let stood = opened.stood();
        let applying = Applying { stock, chosen, volumes, stood, from, mark: None, copy: &folder, room, progress };
        let taken = format!("taken {}", self.way());
        let notes = applying.apply(&self.user, &opened.outcome);
        let notes = notes.map_err(|failure| {
            if failure.changed_nothing() && !is_again {
                forget_begun(&folder);
            }
            failure.told(&taken, "; take it so again when there is room")
        })?;
        let undone_at = (!self.asked.forward).then(|| self.stock.maintenance.now());
        let recorded = stock.administration.note_done(Done::Restore(Restore { undone_at, ..self.restore.clone() }));
        forget_begun(&folder);
        since::remember(maintenance, number, chosen);
        let rows = rows_text(&plan);
        let mut text = match self.asked.forward {
            true => format!("restore {number} of {label} was taken forward again: {rows}"),
            false => format!(
                "restore {number} of {label} was taken back: what it replaced is there again; {rows}; Administration > Backups, or \
                 `cms restore undo {number} --forward` takes it forward again"
            ),
        };
        notes.into_iter().chain(recorded.note()).for_each(|note| text.push_str(&format!("; {note}")));
        Ok(Job { text, label: Some(label.clone()), restore: Some(number), plan: Some(plan), ..Job::default() })
    }

    /// Refuses what was not shown so, and what goes for good without a word.
    fn is_agreed(&self, plan: &api::RestorePlan, progress: &Progress) -> Result<(), ErrorBody> {
        if let Some(shown) = self.asked.expect.as_deref().map(Shown::parse).transpose()? {
            return shown.check(plan, progress);
        }
        if self.asked.yes || !plan.for_good {
            return Ok(());
        }
        progress.would(plan.clone());
        let message = format!("nothing was changed, because this needs a yes: {}", plan.cautions.join("; "));
        Err(ErrorBody::new(ErrorCode::NeedsYes, message))
    }

    fn open(&self, progress: &Progress) -> Result<Opened, ErrorBody> {
        let set = &self.set;
        let unpacked = Unpacked::of(&self.stock.maintenance, &self.device, &set.volumes, progress)?;
        settled(&self.stock, set.manifest().acds.iter().map(|acd| AcdNumber(*acd)), progress)?;
        let manifests: Vec<Manifest> = set.volumes.iter().map(|(_, manifest)| manifest.clone()).collect();
        let kinds: BTreeSet<DataKind> = self.kinds().collect();
        let names: Vec<String> = set.manifest().tables.clone().unwrap_or_default();
        let tables: Vec<&'static str> = tables_of(&names)?.into_iter().map(|table| table.name).collect();
        let none = BTreeMap::new();
        let chosen = backup::choose(&manifests, &unpacked.volumes, &kinds, Some(&tables), Cut::default(), &none);
        let chosen = chosen.map_err(|error| refused(&error))?;
        let way = if self.asked.forward { "taken forward again" } else { "taken back" };
        let outcome = format!("restore {} of {} {way}", self.restore.id, self.restore.label);
        Opened::of_copy(&self.stock, (unpacked, manifests, chosen), &self.restore, outcome)
    }

    /// Names what was changed since the restore, or since it was taken back: that is what somebody would miss.
    fn tell_since(&self, opened: &Opened, plan: &mut api::RestorePlan) -> Result<(), ErrorBody> {
        let number = self.restore.id;
        let when =
            if self.asked.forward { format!("restore {number} was taken back") } else { format!("restore {number}") };
        let since = since::since(&self.stock.maintenance, number, opened.chosen())?;
        plan.changed_since = since.as_ref().map(|since| since.count);
        match since {
            None => plan.notes.insert(0, format!("what was changed since {when} is not known here; look at the rows")),
            Some(since) if since.count == 0 => plan.notes.insert(0, format!("nothing of it was changed since {when}")),
            Some(since) => {
                plan.cautions.insert(0, format!("changed since {when}, and replaced now: {}", since.names.join(", ")));
            }
        }
        Ok(())
    }
}
