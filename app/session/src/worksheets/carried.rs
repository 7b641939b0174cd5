//! Steps that put rows of one server onto the other: by a parcel that this program carries, or by a backup and its restore. A
//! restore is planned anew each time, and done only as it was shown.

use api::{
    BackupEntry, DataKind, ErrorCode, NameBackup, PARCELS_DEVICE, PackAdministration, Role, RunBackup, RunRestore,
    Worksheet,
};
use client::ClientError;

use super::StepError;
use super::acts::Tell;
use super::outcome::{Acted, Outcome, Planned};
use super::pair::Pair;
use super::plan::{Scope, Step, StepKey, other};
use super::timetables::Fate;
use crate::twin::{self, Account, HealError, Stretch};

/// A server's words, and what was done besides.
fn with(text: String, besides: Vec<String>) -> String {
    [vec![text], besides].concat().join("; ")
}

/// Tells with the plan what becomes of timetables, before all else.
fn caution(plans: &mut [Planned], cautions: Vec<String>) {
    if let Some(first) = plans.first_mut() {
        first.plan.cautions.splice(0..0, cautions);
    }
}

/// The same restores, to be done only as the plans say that the step has shown. Gives them back as an error if those were plans
/// of other restores.
fn expecting(sheet: &Worksheet, step: &Step, asked: Vec<RunRestore>) -> Result<Vec<RunRestore>, Vec<RunRestore>> {
    let shown = sheet.steps.iter().find(|known| step.key.is_of(known)).map_or(&[][..], |known| &known.shown);
    if !shown.is_empty() && shown.len() != asked.len() {
        return Err(asked);
    }
    // A server of before has no digest for its plan.
    let digests = shown.iter().map(|digest| Some(digest.clone()).filter(|digest| !digest.is_empty()));
    let digests = digests.chain(std::iter::repeat(None));
    Ok(asked.into_iter().zip(digests).map(|(asked, expect)| RunRestore { expect, ..asked }).collect())
}

impl Pair {
    /// Has the other server pack its administration, carries it, and restores it as planned. The parcel whose plan was shown
    /// waits on this server for the yes, and its label stands in the record: whoever says yes need not be who was asked.
    pub(super) async fn carry(
        &self,
        sheet: &Worksheet,
        step: &Step,
        yes: bool,
        tell: Tell<'_>,
    ) -> Result<Acted, StepError> {
        let client = self.client(step.on);
        let server = self.status(step.on).await?.server;
        let shown = sheet.steps.iter().find(|known| step.key.is_of(known)).map_or("", |known| known.label.as_str());
        let is_there = yes && !shown.is_empty() && self.has_parcel(step.on, shown).await?;
        let label = match is_there {
            true => shown.to_owned(),
            false => self.parcel(step, shown, tell).await?,
        };
        let device = Some(PARCELS_DEVICE.to_owned());
        let asked = vec![RunRestore { label: label.clone(), device, ..RunRestore::default() }];
        let fate = self.fate(step.on).await?;
        // A yes is to the plan that was shown; without one to look at first, nobody wanted to see it.
        let asked = match expecting(sheet, step, asked) {
            Ok(asked) if yes && (is_there || shown.is_empty()) => asked,
            Ok(asked) | Err(asked) => return self.ask((step.on, &server), &asked, label, fate, tell).await,
        };
        let Some(text) = self.restored(step.on, &server, &asked, tell).await? else {
            return self.ask((step.on, &server), &asked, label, fate, tell).await;
        };
        // Good manners; it goes by itself after a day.
        let _ = client.remove_parcel(&label).await;
        Ok(Acted::done(with(text, self.add_again(step.on, &fate.added_again).await?)))
    }

    /// Whether a parcel waits on a server.
    async fn has_parcel(&self, role: Role, label: &str) -> Result<bool, StepError> {
        let name = NameBackup { label: label.to_owned(), device: Some(PARCELS_DEVICE.to_owned()) };
        match self.client(role).backup(&name).await {
            Ok(_) => Ok(true),
            Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// A new parcel with the other server's administration, in place of one whose plan was shown before. Gives its label.
    async fn parcel(&self, step: &Step, before: &str, tell: Tell<'_>) -> Result<String, StepError> {
        let (here, there) = (self.client(step.on), self.client(other(step.on)));
        let from = self.status(other(step.on)).await?.server;
        if !before.is_empty() {
            here.remove_parcel(before).await?;
        }
        Ok(twin::carry_administration((there, &from), here, &PackAdministration::default(), tell).await?)
    }

    pub(super) async fn back_up(&self, role: Role, scope: Scope, tell: Tell<'_>) -> Result<Acted, StepError> {
        let server = self.status(role).await?.server;
        let data: &[DataKind] = match scope {
            Scope::Everything => &DataKind::ALL,
            Scope::Administration => &[DataKind::System, DataKind::Acd],
            Scope::History => &[DataKind::Historical],
        };
        let data = data.to_vec();
        let mut asked = RunBackup { data, incremental: scope == Scope::History, ..RunBackup::default() };
        let client = self.client(role);
        let started = match client.run_backup(&asked).await {
            // There is no full one yet that an incremental one could build on.
            Err(ClientError::Refused { body, .. }) if asked.incremental && body.code == ErrorCode::WrongState => {
                asked.incremental = false;
                client.run_backup(&asked).await?
            }
            started => started?,
        };
        let job = twin::follow(client, &server, started, tell).await?;
        let label = job.label.unwrap_or_default();
        let known = client.backups().await?.backups;
        let own = |entry: &&BackupEntry| entry.label == label && entry.server == server;
        let folder = known.iter().find(own).map(|entry| format!("{}/", entry.folder)).unwrap_or_default();
        Ok(Acted { label: format!("{folder}{label}"), ..Acted::done(job.text) })
    }

    pub(super) async fn restore(
        &self,
        sheet: &Worksheet,
        step: &Step,
        scope: Scope,
        of: StepKey,
        yes: bool,
        tell: Tell<'_>,
    ) -> Result<Acted, StepError> {
        let server = self.status(step.on).await?.server;
        let label = self.backup_of(sheet, step, &server, of).await?;
        let asked = self.restores(step, scope, &label).await?;
        if asked.is_empty() {
            return Ok(Acted::done(format!("{server} lacks nothing that the other server has whole")));
        }
        let fate = match scope {
            Scope::History => Fate::default(),
            Scope::Everything | Scope::Administration => self.fate(step.on).await?,
        };
        let asked = match expecting(sheet, step, asked) {
            Ok(asked) if yes => asked,
            Ok(asked) | Err(asked) => return self.ask((step.on, &server), &asked, label, fate, tell).await,
        };
        let Some(text) = self.restored(step.on, &server, &asked, tell).await? else {
            return self.ask((step.on, &server), &asked, label, fate, tell).await;
        };
        Ok(Acted::done(with(text, self.add_again(step.on, &fate.added_again).await?)))
    }

    /// Shows what restores would do, in the place of doing it.
    async fn ask(
        &self,
        (role, server): (Role, &str),
        asked: &[RunRestore],
        label: String,
        fate: Fate,
        tell: Tell<'_>,
    ) -> Result<Acted, StepError> {
        let mut plans = self.planned(role, server, asked, tell).await?;
        caution(&mut plans, fate.cautions);
        Ok(Acted { label, instead: Some(Outcome::Asks(plans)), ..Acted::default() })
    }

    /// What restores would do.
    async fn planned(
        &self,
        role: Role,
        server: &str,
        asked: &[RunRestore],
        tell: Tell<'_>,
    ) -> Result<Vec<Planned>, StepError> {
        let client = self.client(role);
        let mut plans = Vec::new();
        for asked in asked {
            let anew = RunRestore { expect: None, ..asked.clone() };
            let job = twin::follow(client, server, client.plan_restore(&anew).await?, tell).await?;
            plans.push(Planned { acd: asked.acd, plan: job.plan.unwrap_or_default() });
        }
        Ok(plans)
    }

    /// Restores, and gives the server's words; `None` if one of them would not be what was shown any more.
    async fn restored(
        &self,
        role: Role,
        server: &str,
        asked: &[RunRestore],
        tell: Tell<'_>,
    ) -> Result<Option<String>, StepError> {
        let client = self.client(role);
        let mut texts = Vec::new();
        for asked in asked {
            match twin::follow(client, server, client.run_restore(asked).await?, tell).await {
                Ok(job) => texts.push(job.text),
                Err(HealError::Job { code: Some(ErrorCode::Overtaken), .. }) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Some(texts.join("; ")))
    }

    /// The label of the backup that another step made, once this server has it.
    async fn backup_of(&self, sheet: &Worksheet, step: &Step, server: &str, of: StepKey) -> Result<String, StepError> {
        let made = sheet.steps.iter().position(|known| of.is_of(known));
        let Some(index) = made.filter(|index| !sheet.steps[*index].label.is_empty()) else {
            let number = made.map_or(0, |index| index + 1);
            return Err(StepError::Not(format!("step {number} has made no backup: do it again, or skip this one")));
        };
        let label = &sheet.steps[index].label;
        let name = NameBackup { label: label.clone(), device: None };
        match self.client(step.on).backup(&name).await {
            Ok(_) => Ok(label.clone()),
            Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::NotFound => {
                let devices = self.client(step.on).backups().await?.devices;
                let folder = devices.first().map(|device| device.folder.clone()).unwrap_or_default();
                let there = other(step.on);
                let from = self.side(there).name(sheet.server(there));
                Err(StepError::Not(format!(
                    "{server} does not see backup {label} of {from}: copy its folder from {from}'s device into {folder}, or give both \
                     servers one device in cms.toml; then go on"
                )))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What is to be restored: administration in one piece, history stretch by stretch.
    async fn restores(&self, step: &Step, scope: Scope, label: &str) -> Result<Vec<RunRestore>, StepError> {
        let of =
            |data: &[DataKind]| RunRestore { label: label.to_owned(), data: data.to_vec(), ..RunRestore::default() };
        if scope != Scope::History {
            return Ok(vec![of(&[DataKind::System, DataKind::Acd])]);
        }
        self.status(other(step.on)).await?;
        let mine = Account::of_history(self.client(step.on), Stretch::default()).await?;
        let others = Account::of_history(self.client(other(step.on)), Stretch::default()).await?;
        let mut asked = Vec::new();
        for gap in twin::gaps(&mine, &others)? {
            for (from, to) in gap.stretches {
                // The stop time is the last second of the last interval.
                let (from, to) = (Some(from), Some(to + -1));
                asked.push(RunRestore { acd: Some(gap.acd), from, to, ..of(&[DataKind::Historical]) });
            }
        }
        Ok(asked)
    }
}
