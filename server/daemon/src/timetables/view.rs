//! Timetables as the API shows them.

use std::collections::{BTreeMap, BTreeSet};

use api::{AfterFailure, AfterMissing, ErrorBody, GloballyEdited, RunOn, TimetableTask};
use model::timetable::ShownScope;
use model::words::counted;
use model::{RunScope, RunStatus, Task, Timetable, TimetableKey};
use store::{GlobalEdit, KeptTimetable, RunState, UnusableTimetable};

use super::scheduler::{NO_TASKS, begun_anew};
use super::{RUNNING_MAX, Run, Services, Timetables};
use crate::auth::User;
use crate::causes::failed;

impl Timetables {
    /// All timetables, or those of one owner.
    pub fn list(&self, user: &User, owner: Option<&str>) -> Result<Vec<api::Timetable>, ErrorBody> {
        let services = &self.shared.services;
        let kept = services.reports.lock().timetables().map_err(|error| failed("reading the timetables", &error))?;
        let states = self.states()?;
        let wanted = |known: &&KeptTimetable| owner.is_none_or(|owner| known.timetable.key.owner == owner);
        let owners: BTreeSet<&str> =
            kept.timetables.iter().filter(wanted).map(|known| known.timetable.key.owner.as_str()).collect();
        let edits = owners.into_iter().map(|owner| Ok((owner, self.last_global_edit(owner)?)));
        let edits: BTreeMap<&str, Option<GlobalEdit>> = edits.collect::<Result<_, ErrorBody>>()?;
        let shown = |known: &&KeptTimetable| {
            let key = &known.timetable.key;
            shown(services, user, known, states.get(key), edits[key.owner.as_str()].as_ref())
        };
        let mut all: Vec<api::Timetable> = kept.timetables.iter().filter(wanted).map(|known| shown(&known)).collect();
        let is_wanted = |known: &&UnusableTimetable| owner.is_none_or(|owner| known.key.owner == owner);
        all.extend(kept.unusable.iter().filter(is_wanted).map(|known| unusable(services, user, known)));
        all.sort_by(|one, other| (&one.owner, &one.name).cmp(&(&other.owner, &other.name)));
        Ok(all)
    }

    /// One timetable.
    pub fn show(&self, user: &User, key: &TimetableKey) -> Result<api::Timetable, ErrorBody> {
        let kept = self.kept(key)?;
        let edit = self.last_global_edit(&key.owner)?;
        Ok(shown(&self.shared.services, user, &kept, self.states()?.get(key), edit.as_ref()))
    }

    /// How timetables stand on this server, those that are due and wait for others to end among them.
    fn states(&self) -> Result<BTreeMap<TimetableKey, RunState>, ErrorBody> {
        let states = self.shared.services.administration.local().run_states();
        let mut states = states.map_err(|error| failed("reading how timetables stand", &error))?;
        let desk = self.shared.desk.lock();
        let has_room = desk.running.len() < RUNNING_MAX;
        let waits = |run: &Run| {
            let detail = match has_room {
                true => "it is about to begin".to_owned(),
                false => format!("{RUNNING_MAX} others run, and no more run at once"),
            };
            let (started_at, outcome) = (Some(run.at), Some(RunStatus::Waiting));
            let state = RunState { started_at, outcome, detail, ..begun_anew(run.schedule.clone(), run.at, None) };
            (run.key.clone(), state)
        };
        states.extend(desk.waiting.iter().map(waits));
        Ok(states)
    }

    /// The global edit of an owner's timetables that can be undone.
    pub(super) fn last_global_edit(&self, owner: &str) -> Result<Option<GlobalEdit>, ErrorBody> {
        let edit = self.shared.services.administration.local().global_edit(owner);
        edit.map_err(|error| failed("reading the global edit", &error))
    }
}

fn shown(
    services: &Services,
    user: &User,
    kept: &KeptTimetable,
    state: Option<&RunState>,
    edit: Option<&GlobalEdit>,
) -> api::Timetable {
    let timetable = &kept.timetable;
    let calendar = services.calendar(timetable.acd).ok();
    let runs_here = calendar.filter(|_| timetable.scope.runs_on(&services.server));
    let next_at = runs_here.and_then(|calendar| timetable.schedule.next_after(services.clock.now(), &calendar));
    let text = timetable.scope.shown_on(&services.server).text;
    api::Timetable {
        owner: timetable.key.owner.clone(),
        name: timetable.key.name.clone(),
        description: timetable.description.clone(),
        acd: timetable.acd,
        schedule: timetable.schedule.to_string(),
        run_text: text.to_owned(),
        run_on: ticked(services, &timetable.scope),
        after_failure: if timetable.policy.goes_on { AfterFailure::GoOn } else { AfterFailure::Stop },
        after_missing: if timetable.policy.runs_late { AfterMissing::RunLate } else { AfterMissing::Report },
        tasks: timetable.tasks.iter().map(task).collect(),
        next_at,
        zone: calendar.map_or_else(String::new, |calendar| calendar.zone.to_string()),
        started_at: state.and_then(|state| state.started_at),
        ended_at: state.and_then(|state| state.ended_at),
        outcome: state.and_then(|state| state.outcome),
        outcome_text: state.map_or_else(String::new, |state| state.detail.clone()),
        unusable: if timetable.tasks.is_empty() { NO_TASKS.to_owned() } else { String::new() },
        changed_at: kept.changed_at,
        changed_by: kept.changed_by.clone(),
        may_change: may_change(user, &timetable.key.owner),
        global_edit: edit.and_then(|edit| globally_edited(services, timetable, edit)),
    }
}

/// One that cannot run, with as much of it as there is: it is there, and to be deleted or made whole.
fn unusable(services: &Services, user: &User, known: &UnusableTimetable) -> api::Timetable {
    let UnusableTimetable { key, policy, .. } = known;
    api::Timetable {
        owner: key.owner.clone(),
        name: key.name.clone(),
        description: known.description.clone(),
        acd: known.acd,
        schedule: known.schedule.clone(),
        run_text: known.scope.shown_on(&services.server).text.to_owned(),
        run_on: ticked(services, &known.scope),
        after_failure: if policy.goes_on { AfterFailure::GoOn } else { AfterFailure::Stop },
        after_missing: if policy.runs_late { AfterMissing::RunLate } else { AfterMissing::Report },
        tasks: known.tasks.iter().map(task).collect(),
        next_at: None,
        zone: services.calendar(known.acd).map_or_else(|_| String::new(), |calendar| calendar.zone.to_string()),
        started_at: None,
        ended_at: None,
        outcome: None,
        outcome_text: String::new(),
        unusable: known.why.clone(),
        changed_at: known.changed_at,
        changed_by: known.changed_by.clone(),
        may_change: may_change(user, &key.owner),
        global_edit: None,
    }
}

/// The box that is ticked for a scope on this server.
fn ticked(services: &Services, scope: &RunScope) -> Option<RunOn> {
    let ShownScope { only_here, anywhere, .. } = scope.shown_on(&services.server);
    only_here.then_some(RunOn::ThisServer).or(anywhere.then_some(RunOn::ThisOrAnother))
}

fn globally_edited(services: &Services, timetable: &Timetable, edit: &GlobalEdit) -> Option<GloballyEdited> {
    let (_, was, became) = edit.scopes.iter().find(|(name, ..)| *name == timetable.key.name)?;
    Some(GloballyEdited {
        at: edit.at,
        by: edit.by.clone(),
        was: ticked(services, was),
        can_be_undone: timetable.scope == *became,
    })
}

fn task(task: &Task) -> TimetableTask {
    TimetableTask { acd: task.acd, task: task.work.to_string() }
}

/// Whether a user may change an owner's timetables; everybody may look at them.
pub(super) fn may_change(user: &User, owner: &str) -> bool {
    user.administrator || user.name == owner
}

/// A timetable in one line, for the record of changes.
pub(super) fn in_one_line(timetable: &Timetable) -> String {
    let scope = match &timetable.scope {
        RunScope::Anywhere => "on this or another server".to_owned(),
        RunScope::Only(server) => format!("only on server {server}"),
    };
    let failure = if timetable.policy.goes_on { "goes on after a failure" } else { "stops at a failure" };
    let late = if timetable.policy.runs_late { ", runs late" } else { "" };
    let tasks: Vec<_> = timetable.tasks.iter().map(|task| format!("ACD {}: {}", task.acd, task.work)).collect();
    format!(
        "{} by ACD {}, {scope}, {failure}{late}; {}: {}",
        timetable.schedule,
        timetable.acd,
        counted(tasks.len(), "task", "tasks"),
        tasks.join("; ")
    )
}
