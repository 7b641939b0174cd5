//! Where timetables run after an outage, as the guide's "Editing timetables globally" has it: what the standing server took over
//! is given back before its administration is carried, and what runs on the returning server alone is not lost by that.
//!
//! A restore replaces the whole table, and the other server never has what runs on one server alone: nobody syncs that. So it is
//! added again. Carrying everything but timetables was turned down: changes that were made to them meanwhile would be lost.

use std::collections::{BTreeMap, BTreeSet};

use api::{AddTimetable, ErrorCode, Role, RunOn, Timetable, UndoGlobalEdit};
use client::ClientError;

use super::StepError;
use super::outcome::Acted;
use super::pair::Pair;
use super::plan::other;

/// What becomes of the timetables that run on a server when its table is replaced by the other server's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fate {
    /// Those that run there alone and that the other server does not have.
    pub(crate) added_again: Vec<Timetable>,
    /// What people should know before.
    pub(crate) cautions: Vec<String>,
}

fn named(timetable: &Timetable) -> String {
    format!("{} of {}", timetable.name, timetable.owner)
}

/// What becomes of those that run on the server `server`.
pub(crate) fn fate(here: &[Timetable], there: &[Timetable], (server, source): (&str, &str)) -> Fate {
    let known: BTreeMap<(&str, &str), &Timetable> =
        there.iter().map(|known| ((known.owner.as_str(), known.name.as_str()), known)).collect();
    let mut fate = Fate::default();
    for timetable in here.iter().filter(|timetable| timetable.run_on.is_some()) {
        let name = named(timetable);
        match known.get(&(timetable.owner.as_str(), timetable.name.as_str())) {
            None if timetable.run_on == Some(RunOn::ThisServer) => {
                fate.cautions.push(format!(
                    "{name} runs on {server} alone, and {source} does not have it: it is added again behind the restore"
                ));
                fate.added_again.push(timetable.clone());
            }
            None => fate.cautions.push(format!("{name} goes, because {source} does not have it")),
            Some(other) if other.run_on == Some(RunOn::ThisServer) => fate.cautions.push(format!(
                "{name} runs on {source} alone and will lie still on {server}; if {server} is to run it, say so there \
                 behind the restore: Administration > Timetables, or `cms timetable modify {} --owner {} --only-here`",
                timetable.name, timetable.owner
            )),
            Some(_) => {}
        }
    }
    fate
}

impl Pair {
    /// What becomes of a server's timetables by the other one's.
    pub(super) async fn fate(&self, role: Role) -> Result<Fate, StepError> {
        let (here, there) = (self.status(role).await?.server, self.status(other(role)).await?.server);
        let mine = self.client(role).timetables(None).await?;
        let others = self.client(other(role)).timetables(None).await?;
        Ok(fate(&mine, &others, (&here, &there)))
    }

    /// Adds what was there before a restore. Says what was added.
    ///
    /// # Errors
    /// With all that there is to know of those that could not be added: they stand nowhere else.
    pub(super) async fn add_again(&self, role: Role, timetables: &[Timetable]) -> Result<Vec<String>, StepError> {
        let (mut added, mut lost) = (Vec::new(), Vec::new());
        for timetable in timetables {
            let add = AddTimetable {
                owner: Some(timetable.owner.clone()),
                name: timetable.name.clone(),
                description: timetable.description.clone(),
                acd: timetable.acd,
                schedule: timetable.schedule.clone(),
                run_on: Some(RunOn::ThisServer),
                after_failure: Some(timetable.after_failure),
                after_missing: Some(timetable.after_missing),
                tasks: timetable.tasks.clone(),
            };
            match self.client(role).add_timetable(&add).await {
                Ok(changed) => added.push(changed.text),
                // The table came with it after all.
                Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::Exists => {}
                Err(error) => {
                    let tasks: Vec<&str> = timetable.tasks.iter().map(|task| task.task.as_str()).collect();
                    let (name, schedule, acd) = (named(timetable), &timetable.schedule, timetable.acd);
                    lost.push(format!("{name}, {schedule} by ACD {acd}: {} ({error})", tasks.join("; ")));
                }
            }
        }
        match lost.is_empty() {
            true => Ok(added),
            false => Err(StepError::Not(format!(
                "administration is restored, and these timetables, which ran here alone, could not be added again: {}. Add them by hand, \
                 then skip this step with that as the reason",
                lost.join("; ")
            ))),
        }
    }

    /// Undoes on a server the global edits by which it took timetables over, and names what still runs on it alone.
    pub(super) async fn give_timetables_back(&self, role: Role) -> Result<Acted, StepError> {
        let server = self.status(role).await?.server;
        let client = self.client(role);
        let before = client.timetables(None).await?;
        let mut texts = Vec::new();
        for owner in before.iter().map(|timetable| timetable.owner.as_str()).collect::<BTreeSet<_>>() {
            let taken_over = |known: &Timetable| {
                let is_alone = known.owner == owner && known.run_on == Some(RunOn::ThisServer);
                is_alone && known.global_edit.as_ref().is_some_and(|edit| edit.can_be_undone)
            };
            // An edit of before, by which they run elsewhere, too, is none that took them over.
            if !before.iter().any(taken_over) {
                continue;
            }
            match client.undo_timetables_edit(&UndoGlobalEdit { owner: Some(owner.to_owned()) }).await {
                Ok(changed) => texts.push(changed.text),
                // Somebody was faster.
                Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        if texts.is_empty() {
            texts.push(format!("no global edit on {server} took timetables over"));
        }
        let alone = client.timetables(None).await?;
        let alone: Vec<String> =
            alone.iter().filter(|timetable| timetable.run_on == Some(RunOn::ThisServer)).map(named).collect();
        if !alone.is_empty() {
            texts.push(format!("on {server} alone run {}", alone.join(", ")));
        }
        Ok(Acted::done(texts.join("; ")))
    }
}
