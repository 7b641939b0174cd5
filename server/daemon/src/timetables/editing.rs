//! Adding, changing, deleting and running timetables, and the global edit with its undoing.

use std::collections::BTreeSet;

use api::{
    AddTimetable, AfterFailure, AfterMissing, Changed, ErrorBody, ErrorCode, GlobalEdit, ModifyTimetable, RunOn,
    RunTimetable, TimetableTask, UndoGlobalEdit,
};
use model::{AcdNumber, Policy, RunScope, Schedule, Task, Timetable, TimetableKey};
use parking_lot::MutexGuard;
use store::{KeptTimetable, StoreError, UnusableTimetable};

use super::scheduler::{Run, begun_anew, schedule_text};
use super::view::{in_one_line, may_change};
use super::{Timetables, may_run_timetables, work};
use crate::administration::Recorded;
use crate::auth::ADMINISTRATOR;
use crate::auth::User;
use crate::causes::{failed, told};

impl Timetables {
    /// The key of a timetable that somebody names; one's own without an owner.
    pub fn key(user: &User, owner: Option<&str>, name: &str) -> TimetableKey {
        TimetableKey { owner: owner.unwrap_or(&user.name).to_owned(), name: name.to_owned() }
    }

    /// Adds a timetable.
    pub fn add(&self, user: &User, add: &AddTimetable) -> Result<Changed, ErrorBody> {
        let key = Timetables::key(user, add.owner.as_deref(), &add.name);
        self.let_change(user, &key.owner)?;
        let timetable = Timetable {
            key,
            description: add.description.clone(),
            acd: add.acd,
            schedule: schedule(&add.schedule)?,
            scope: self.scope(add.run_on.unwrap_or(RunOn::ThisOrAnother)),
            policy: Policy {
                goes_on: add.after_failure == Some(AfterFailure::GoOn),
                runs_late: add.after_missing == Some(AfterMissing::RunLate),
            },
            tasks: tasks(&add.tasks)?,
        };
        let _editing = self.editing();
        self.check(&timetable, &timetable.tasks)?;
        self.refuse_past(&timetable)?;
        self.shared.services.administration.can_record()?;
        let kept = self.changed_now(user, timetable);
        let added = self.shared.services.reports.lock().add_timetable(&kept);
        added.map_err(|error| refused("adding the timetable", &error))?;
        let recorded = self.record(user, &kept.timetable, String::new(), in_one_line(&kept.timetable));
        self.begin_anew(&kept.timetable)?;
        Ok(recorded.told(Changed {
            changed: true,
            text: format!("{} is added; {}", kept.timetable.key, self.next_text(&kept.timetable)),
        }))
    }

    /// Changes a timetable.
    pub fn modify(&self, user: &User, modify: &ModifyTimetable) -> Result<Changed, ErrorBody> {
        let key = Timetables::key(user, modify.owner.as_deref(), &modify.name);
        self.let_change(user, &key.owner)?;
        let _editing = self.editing();
        let (before, unusable) = self.before(&key, modify)?;
        let (timetable, new_tasks) = self.modified(&before, modify)?;
        if timetable == before && unusable.is_none() {
            return Ok(Changed { changed: false, text: format!("{key} is so already") });
        }
        self.check(&timetable, &new_tasks)?;
        if timetable.schedule != before.schedule || unusable.is_some() {
            self.refuse_past(&timetable)?;
        }
        self.shared.services.administration.can_record()?;
        let kept = self.changed_now(user, timetable);
        let is_renamed = kept.timetable.key != key;
        match is_renamed {
            true => self.rename(&key, &kept)?,
            false => {
                let modified = self.shared.services.reports.lock().modify_timetable(&kept);
                modified.map_err(|error| refused("changing the timetable", &error))?;
            }
        }
        let timetable = &kept.timetable;
        let called = if is_renamed { format!("called {:?}; ", timetable.key.name) } else { String::new() };
        let after = called + &in_one_line(timetable);
        let is_anew = (timetable.schedule, &timetable.scope) != (before.schedule, &before.scope) || unusable.is_some();
        let recorded = self.record(user, &before, unusable.unwrap_or_else(|| in_one_line(&before)), after);
        if is_anew {
            self.begin_anew(timetable)?;
        }
        let what = if is_renamed { format!("is now {}", timetable.key) } else { "is changed".to_owned() };
        Ok(recorded.told(Changed { changed: true, text: format!("{key} {what}; {}", self.next_text(timetable)) }))
    }

    /// A timetable before a change. Of one that cannot be used for want of a schedule, what there is of it with the schedule that is
    /// given now, and what was wrong with it.
    fn before(&self, key: &TimetableKey, modify: &ModifyTimetable) -> Result<(Timetable, Option<String>), ErrorBody> {
        let error = match self.shared.services.reports.lock().timetable(key) {
            Ok(kept) => return Ok((kept.timetable, None)),
            Err(error) => error,
        };
        let Some(text) = &modify.schedule else { return Err(refused("reading the timetable", &error)) };
        let all = self.shared.services.reports.lock().timetables();
        let all = all.map_err(|error| failed("reading the timetables", &error))?;
        let Some(known) = all.unusable.into_iter().find(|known| known.key == *key) else {
            return Err(refused("reading the timetable", &error));
        };
        let why = known.told();
        let UnusableTimetable { key, description, acd, scope, policy, tasks, .. } = known;
        let schedule = schedule(text)?;
        Ok((Timetable { key, description, acd, schedule, scope, policy, tasks }, Some(why)))
    }

    /// A timetable as it is to be, and those of its tasks that were typed now.
    fn modified(&self, before: &Timetable, modify: &ModifyTimetable) -> Result<(Timetable, Vec<Task>), ErrorBody> {
        let mut timetable = before.clone();
        if let Some(name) = &modify.rename {
            timetable.key.name.clone_from(name);
        }
        if let Some(description) = &modify.description {
            timetable.description.clone_from(description);
        }
        if let Some(text) = &modify.schedule {
            timetable.schedule = schedule(text)?;
        }
        if let Some(run_on) = modify.run_on {
            timetable.scope = self.scope(run_on);
        }
        if let Some(after_failure) = modify.after_failure {
            timetable.policy.goes_on = after_failure == AfterFailure::GoOn;
        }
        if let Some(after_missing) = modify.after_missing {
            timetable.policy.runs_late = after_missing == AfterMissing::RunLate;
        }
        let mut new_tasks = tasks(&modify.add_tasks)?;
        if let Some(replaced) = &modify.tasks {
            timetable.tasks.clear();
            new_tasks.splice(0..0, tasks(replaced)?);
        }
        delete_tasks(&mut timetable.tasks, &modify.delete_tasks)?;
        timetable.tasks.extend(new_tasks.iter().cloned());
        Ok((timetable, new_tasks))
    }

    /// Keeps a timetable under another name, with what this server knows of its runs. Nobody looks what is due meanwhile, so that
    /// it neither runs under both names nor begins anew.
    fn rename(&self, before: &TimetableKey, kept: &KeptTimetable) -> Result<(), ErrorBody> {
        let services = &self.shared.services;
        let mut desk = self.shared.desk.lock();
        if desk.running.contains(before) {
            return Err(is_running(before));
        }
        let key = &kept.timetable.key;
        let renamed = services.reports.lock().rename_timetable(before, kept);
        renamed.map_err(|error| refused("renaming the timetable", &error))?;
        for waiting in desk.waiting.iter_mut().filter(|waiting| waiting.key == *before) {
            waiting.key.clone_from(key);
        }
        if let Err(error) = services.administration.local().rename_timetable(before, &key.name) {
            // It has its new name, which is recorded whatever becomes of this.
            tracing::error!("what is known of the runs of {before} is lost: {}", told(&error));
        }
        Ok(())
    }

    /// Deletes a timetable.
    pub fn delete(&self, user: &User, key: &TimetableKey) -> Result<Changed, ErrorBody> {
        self.let_change(user, &key.owner)?;
        let _editing = self.editing();
        // Even one that cannot be read can be deleted.
        let before = self.kept(key).map_or_else(|error| error.message, |kept| in_one_line(&kept.timetable));
        self.shared.services.administration.can_record()?;
        // Held until it is gone, so that no run of it begins meanwhile.
        let mut desk = self.shared.desk.lock();
        if desk.running.contains(key) {
            return Err(is_running(key));
        }
        let deleted = self.shared.services.reports.lock().delete_timetable(key);
        deleted.map_err(|error| refused("deleting the timetable", &error))?;
        desk.waiting.retain(|waiting| waiting.key != *key);
        drop(desk);
        let recorded = self.shared.services.administration.record(user, None, key.to_string(), before, "");
        self.shared.wake();
        Ok(recorded.told(Changed { changed: true, text: format!("{key} is deleted") }))
    }

    /// Begins a run now.
    pub fn run_now(&self, user: &User, run: &RunTimetable) -> Result<Changed, ErrorBody> {
        let key = Timetables::key(user, run.owner.as_deref(), &run.name);
        self.let_change(user, &key.owner)?;
        let timetable = self.kept(&key)?.timetable;
        let wrong_state = |message: String| Err(ErrorBody::new(ErrorCode::WrongState, message));
        let services = &self.shared.services;
        if !timetable.scope.runs_on(&services.server) {
            return wrong_state(format!("{key} will not run on this CMS server; change where it runs first"));
        }
        let may_run = may_run_timetables(&services.administration.local());
        if !may_run.map_err(|error| failed("reading the state of the server", &error))? {
            return wrong_state("timetables do not run in single-user mode".to_owned());
        }
        let mut desk = self.shared.desk.lock();
        if desk.running.contains(&key) || desk.waiting.iter().any(|waiting| waiting.key == key) {
            return Err(is_running(&key));
        }
        let (schedule, at) = (schedule_text(&timetable), services.clock.now());
        desk.waiting.push_back(Run { key: key.clone(), schedule, at, scheduled: false });
        drop(desk);
        self.shared.wake();
        let text = format!("{key} begins; the maintenance error log tells what becomes of it");
        Ok(Changed { changed: true, text })
    }

    /// Says on which servers all timetables of a user ID run. All of them are scheduled anew from now on.
    pub fn edit_all(&self, user: &User, edit: &GlobalEdit) -> Result<Changed, ErrorBody> {
        let _editing = self.editing();
        let owner = self.let_edit_all(user, edit.owner.as_deref())?;
        let services = &self.shared.services;
        let became = self.scope(edit.run_on);
        let heads = self.heads_of(&owner)?;
        if heads.is_empty() {
            return Err(ErrorBody::new(ErrorCode::NotFound, format!("{owner} has no timetables on this server")));
        }
        let before = self.last_global_edit(&owner)?;
        let scopes =
            heads.iter().map(|head| (head.key.name.clone(), origin(head, &became, before.as_ref()), became.clone()));
        services.administration.can_record()?;
        let (at, scopes) = (services.clock.now(), scopes.collect());
        let undoing = store::GlobalEdit { at, by: user.name.clone(), scopes };
        // First what it can be undone to: an edit that cannot be undone is worse than none.
        let is_again = before.as_ref().is_some_and(|edit| edit.scopes.iter().all(|(.., left)| *left == became));
        let kept = services.administration.local().keep_global_edit(&owner, &undoing, is_again);
        kept.map_err(|error| failed("keeping what it can be undone to", &error))?;
        let with_it = |head: &Timetable| Timetable { scope: became.clone(), ..head.clone() };
        let edited: Vec<Timetable> = heads.iter().map(with_it).collect();
        self.set_scopes(user, &edited)?;
        let word = match edit.run_on {
            RunOn::ThisServer => "only on this CMS server",
            RunOn::ThisOrAnother => "on this or another CMS server",
        };
        let before = heads.iter().map(|head| format!("{}: {}", head.key.name, scope_word(&head.scope)));
        let before = before.collect::<Vec<_>>().join("; ");
        let recorded = services.administration.record(
            user,
            None,
            format!("all timetables of {owner}"),
            before,
            format!("run {word}"),
        );
        edited.iter().try_for_each(|timetable| self.begin_anew(timetable))?;
        let of_which =
            |count: usize| if count == 1 { "the timetable".to_owned() } else { format!("the {count} timetables") };
        let word = format!("{} {word}", if heads.len() == 1 { "runs" } else { "run" });
        let text = format!(
            "{} of {owner} {word} from now on; Administration > Timetables > Undo the last global edit, or \
             `cms timetable undo --owner {owner}` puts back what was before",
            of_which(heads.len()),
        );
        Ok(recorded.told(Changed { changed: true, text }))
    }

    /// Puts back what was before the last global edit of a user ID's timetables; the one before it can be undone then. Those that
    /// were changed, restored or deleted since stay as they are.
    pub fn undo_edit_all(&self, user: &User, undo: &UndoGlobalEdit) -> Result<Changed, ErrorBody> {
        let _editing = self.editing();
        let owner = self.let_edit_all(user, undo.owner.as_deref())?;
        let services = &self.shared.services;
        let edit = self.last_global_edit(&owner)?.ok_or_else(|| {
            let message = format!("there is no global edit of the timetables of {owner} that could be undone");
            ErrorBody::new(ErrorCode::NotFound, message)
        })?;
        let heads = self.heads_of(&owner)?;
        let (mut back, mut left) = (Vec::new(), Vec::new());
        for (name, was, became) in edit.scopes {
            match heads.iter().find(|head| head.key.name == name && head.scope == became) {
                Some(head) => back.push(Timetable { scope: was, ..head.clone() }),
                None => left.push(name),
            }
        }
        services.administration.can_record()?;
        self.set_scopes(user, &back)?;
        let after = back.iter().map(|timetable| format!("{}: {}", timetable.key.name, scope_word(&timetable.scope)));
        let after = after.collect::<Vec<_>>().join("; ");
        let recorded =
            services.administration.record(user, None, format!("all timetables of {owner}"), "global edit", after);
        back.iter().try_for_each(|timetable| self.begin_anew(timetable))?;
        let forgotten = services.administration.local().forget_global_edit(&owner, &left);
        forgotten.map_err(|error| failed("forgetting the global edit", &error))?;
        let left = match left.is_empty() {
            true => String::new(),
            false => format!("; changed or gone since, and left as they are: {}", left.join(", ")),
        };
        let runs = match back.len() {
            1 => format!("1 timetable of {owner} runs again where it ran before"),
            count => format!("{count} timetables of {owner} run again where they ran before"),
        };
        let earlier = self.last_global_edit(&owner)?.map(|edit| self.earlier_text(&heads, &edit)).unwrap_or_default();
        let text = format!("{runs}{left}{earlier}");
        Ok(recorded.told(Changed { changed: !back.is_empty(), text }))
    }

    /// What is said of an edit that can be undone next.
    fn earlier_text(&self, heads: &[Timetable], edit: &store::GlobalEdit) -> String {
        let calendar = heads.iter().find_map(|head| self.shared.services.calendar(head.acd).ok());
        let at = calendar.map_or_else(String::new, |calendar| calendar.local_text(edit.at, " of %Y-%m-%d %H:%M"));
        format!("; the global edit before it,{at} by {}, can be undone next", edit.by)
    }

    /// One change of what is kept at a time: of two at once, the second begins with what the first has left.
    fn editing(&self) -> MutexGuard<'_, ()> {
        self.editing.lock()
    }

    /// A timetable as it is kept.
    pub(super) fn kept(&self, key: &TimetableKey) -> Result<KeptTimetable, ErrorBody> {
        let found = self.shared.services.reports.lock().timetable(key);
        found.map_err(|error| refused("reading the timetable", &error))
    }

    fn heads_of(&self, owner: &str) -> Result<Vec<Timetable>, ErrorBody> {
        let kept = self.shared.services.reports.lock().timetable_heads();
        let kept = kept.map_err(|error| failed("reading the timetables", &error))?;
        let heads = kept.timetables.into_iter().map(|kept| kept.timetable);
        Ok(heads.filter(|timetable| timetable.key.owner == owner).collect())
    }

    /// Keeps where timetables run, of several at once. They are scheduled anew behind its record.
    fn set_scopes(&self, user: &User, timetables: &[Timetable]) -> Result<(), ErrorBody> {
        let services = &self.shared.services;
        let scopes: Vec<_> = timetables.iter().map(|known| (known.key.clone(), known.scope.clone())).collect();
        let set = services.reports.lock().set_run_scopes(&scopes, services.clock.now(), &user.name);
        set.map_err(|error| failed("changing where timetables run", &error))
    }

    /// The scope that a ticked box means on this server.
    fn scope(&self, run_on: RunOn) -> RunScope {
        match run_on {
            RunOn::ThisServer => RunScope::Only(self.shared.services.server.clone()),
            RunOn::ThisOrAnother => RunScope::Anywhere,
        }
    }

    fn let_change(&self, user: &User, owner: &str) -> Result<(), ErrorBody> {
        if may_change(user, owner) {
            return Ok(());
        }
        let message = format!("only {owner} or an administrator can do this with a timetable of {owner}");
        Err(ErrorBody::new(ErrorCode::NotPermitted, message))
    }

    /// The owner meant, if the user may edit all of that owner's timetables.
    fn let_edit_all(&self, user: &User, owner: Option<&str>) -> Result<String, ErrorBody> {
        let owner = owner.unwrap_or(&user.name);
        if owner == user.name || user.name == ADMINISTRATOR {
            return Ok(owner.to_owned());
        }
        let who = if owner == ADMINISTRATOR { owner.to_owned() } else { format!("{owner} or {ADMINISTRATOR}") };
        let message = format!("only {who} can edit all timetables of {owner}; sign in as {ADMINISTRATOR}");
        Err(ErrorBody::new(ErrorCode::NotPermitted, message))
    }

    /// Whether a timetable can be kept, and its new tasks be done as things are now.
    fn check(&self, timetable: &Timetable, new_tasks: &[Task]) -> Result<(), ErrorBody> {
        if let Some(fault) = timetable.fault() {
            return Err(ErrorBody::new(ErrorCode::BadRequest, fault));
        }
        work::existing(&self.shared.services, &timetable.key.owner).map_err(|error| {
            let message = format!("{} cannot be kept: {}", timetable.key, error.message);
            ErrorBody { message, ..error }
        })?;
        self.shared.services.calendar(timetable.acd)?;
        for task in new_tasks {
            work::check(&self.shared.services, &timetable.key.owner, task).map_err(|error| {
                let message = format!("the task `{}` cannot be kept: {}", task.work, error.message);
                ErrorBody { message, ..error }
            })?;
        }
        Ok(())
    }

    /// A schedule that has no run any more is a slip of whoever types it.
    fn refuse_past(&self, timetable: &Timetable) -> Result<(), ErrorBody> {
        let services = &self.shared.services;
        let (calendar, now) = (services.calendar(timetable.acd)?, services.clock.now());
        if timetable.schedule.next_after(now, &calendar).is_some() {
            return Ok(());
        }
        let local = calendar.minute_text(now);
        let message = format!(
            "the schedule `{}` cannot be kept: that time is past, it is {local} at ACD {}; give a later one",
            timetable.schedule, timetable.acd
        );
        Err(ErrorBody::new(ErrorCode::BadRequest, message))
    }

    fn changed_now(&self, user: &User, timetable: Timetable) -> KeptTimetable {
        KeptTimetable { timetable, changed_at: self.shared.services.clock.now(), changed_by: user.name.clone() }
    }

    fn record(&self, user: &User, timetable: &Timetable, before: String, after: String) -> Recorded {
        let what = timetable.key.to_string();
        self.shared.services.administration.record(user, Some(timetable.acd), what, before, after)
    }

    /// Schedules a timetable from now on.
    fn begin_anew(&self, timetable: &Timetable) -> Result<(), ErrorBody> {
        let services = &self.shared.services;
        let mut local = services.administration.local();
        let states = local.run_states().map_err(|error| failed("reading how timetables stand", &error))?;
        let state = begun_anew(schedule_text(timetable), services.clock.now(), states.get(&timetable.key));
        let set = local.set_run_state(&timetable.key, &state);
        set.map_err(|error| failed("scheduling the timetable", &error))?;
        self.shared.wake();
        Ok(())
    }

    /// When a timetable runs next on this server, for people.
    fn next_text(&self, timetable: &Timetable) -> String {
        let services = &self.shared.services;
        if !timetable.scope.runs_on(&services.server) {
            return timetable.scope.shown_on(&services.server).text.to_owned();
        }
        let next = services.calendar(timetable.acd).ok().and_then(|calendar| {
            let next = timetable.schedule.next_after(services.clock.now(), &calendar)?;
            Some(format!("it runs next on {}", calendar.local_text(next, "%Y-%m-%d at %H:%M")))
        });
        next.unwrap_or_else(|| "it does not run any more: its time is past".to_owned())
    }
}

/// What an edit of a timetable can be undone to. One that finds it just as an earlier edit has left it changes nothing of it:
/// what was before that one is still what was before.
fn origin(head: &Timetable, became: &RunScope, before: Option<&store::GlobalEdit>) -> RunScope {
    let is_left_so = |(name, _, left): &&(String, RunScope, RunScope)| {
        *name == head.key.name && *left == head.scope && head.scope == *became
    };
    let earlier = before.iter().flat_map(|edit| &edit.scopes).find(is_left_so);
    earlier.map_or_else(|| head.scope.clone(), |(_, was, _)| was.clone())
}

fn scope_word(scope: &RunScope) -> String {
    match scope {
        RunScope::Anywhere => "any server".to_owned(),
        RunScope::Only(server) => format!("server {server}"),
    }
}

fn is_running(key: &TimetableKey) -> ErrorBody {
    ErrorBody::new(ErrorCode::Busy, format!("{key} is running; wait until it has ended"))
}

fn schedule(text: &str) -> Result<Schedule, ErrorBody> {
    text.parse().map_err(|why: String| {
        ErrorBody::new(ErrorCode::BadRequest, format!("the schedule `{text}` cannot be kept: {why}"))
    })
}

fn tasks(typed: &[TimetableTask]) -> Result<Vec<Task>, ErrorBody> {
    let task = |typed: &TimetableTask| Task::parse(&typed.task, AcdNumber(typed.acd.0));
    typed.iter().map(task).collect::<Result<_, _>>().map_err(|why| ErrorBody::new(ErrorCode::BadRequest, why))
}

/// Takes tasks out by their places, which are those of before.
fn delete_tasks(tasks: &mut Vec<Task>, places: &[u32]) -> Result<(), ErrorBody> {
    let places: BTreeSet<usize> = places.iter().map(|place| *place as usize).collect();
    if let Some(place) = places.iter().find(|place| !(1..=tasks.len()).contains(*place)) {
        let message = format!("there is no task {place}; the timetable has {}", tasks.len());
        return Err(ErrorBody::new(ErrorCode::BadRequest, message));
    }
    let mut place = 0;
    tasks.retain(|_| {
        place += 1;
        !places.contains(&place)
    });
    Ok(())
}

/// A refusal of the store, told apart by what the person can do about it.
fn refused(doing: &str, error: &StoreError) -> ErrorBody {
    match error {
        StoreError::NoSuchTimetable(_) => {
            ErrorBody::new(ErrorCode::NotFound, format!("{error}; `cms timetable list` shows what there is"))
        }
        StoreError::TimetableExists(_) => {
            ErrorBody::new(ErrorCode::Exists, format!("{error}; change that one, or choose another name"))
        }
        StoreError::Invalid(why) => ErrorBody::new(ErrorCode::BadRequest, why.clone()),
        _ => failed(doing, error),
    }
}
