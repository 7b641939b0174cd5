//! Running a backup.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use api::{ErrorBody, ErrorCode, Job, LogCode, RunBackup, Started};
use backup::{BackupError, Choice, Device, INTERVALS, Label, Made, Making, Manifest, Marks, Mode, Set, known};
use model::period::date_number;
use model::words::counted;
use model::{AcdNumber, DataKind, RunStatus, Severity};
use store::{BackedUp, Backup, Done, LocalStore};

use super::damaged::DamagedBackups;
use super::{Maintenance, Progress, Selection, refused, wrong};
use crate::administration::Administration;
use crate::auth::{Sessions, User};
use crate::causes::failed;
use crate::maintenance_log::MaintenanceLog;
use crate::reports::Reports;

/// Under this part of `backed_up` stands the last full backup of an ACD's history, and under place 1 the last of any mode.
const BASE: &str = "";

/// Backups of which the order is looked up when old ones go.
const LISTED: u32 = 1_000;
/// Backups of one day.
const COUNT_MOST: u8 = 99;

/// What backups and restores are made of and by.
#[derive(Clone)]
pub struct Stock {
    /// The ACDs.
    pub reports: Arc<Reports>,
    /// This server's own file.
    pub administration: Arc<Administration>,
    /// Devices, and what is running.
    pub maintenance: Arc<Maintenance>,
    /// Who is signed in: restored users may have to go.
    pub sessions: Arc<Sessions>,
    /// Where it is told what became of everything.
    pub log: Arc<MaintenanceLog>,
}

/// Begins a backup that a person asked for; what becomes of it is in the maintenance error log.
pub fn by_hand(stock: &Stock, user: &User, asked: &RunBackup) -> Result<Started, ErrorBody> {
    let (told, user_name) = (stock.clone(), user.name.clone());
    start_and(stock, (user, user.name.as_str()), asked, move |done| {
        let log = &told.log;
        match done {
            Ok(job) => log.log(Severity::Info, LogCode::BackupDone, format!("asked for by {user_name}: {}", job.text)),
            Err(error) => {
                let text = format!("the backup that {user_name} asked for failed: {}", error.message);
                log.log(super::graveness(error), LogCode::BackupFailed, text);
            }
        }
    })
}

/// Begins a backup in the name of a user; `by` is who began it.
pub fn start(stock: &Stock, user: &User, by: &str, asked: &RunBackup) -> Result<Started, ErrorBody> {
    start_and(stock, (user, by), asked, |_| {})
}

fn start_and(
    stock: &Stock,
    (user, by): (&User, &str),
    asked: &RunBackup,
    then: impl FnOnce(&Result<Job, ErrorBody>) + Send + 'static,
) -> Result<Started, ErrorBody> {
    let maintenance = &stock.maintenance;
    let mut choice = choice(&stock.reports, asked)?;
    let lacking = Lacking::of(&stock.reports, &mut choice);
    let device = maintenance.device(asked.device.as_deref())?.clone();
    let builds_on = match choice.mode {
        Mode::Full => BTreeMap::new(),
        Mode::Incremental => bases(&stock.administration.local(), &choice)?,
    };
    let (stock, user) = (stock.clone(), user.name.clone());
    let without_custom = asked.data.contains(&DataKind::Custom);
    let what = format!("the {} backup", choice.mode.word());
    maintenance.jobs().start(&what, by, move |progress| {
        let backing = Backing { stock: &stock, choice, lacking, device, builds_on, user, progress };
        let mut done = backing.run();
        if let Ok(job) = done.as_mut().map_err(drop)
            && without_custom
        {
            job.text.push_str("; it has no custom data, because this server keeps none");
        }
        then(&done);
        done
    })
}

/// Whether there are such data and such a device, so that whoever writes it down for later is told at once.
pub fn check(stock: &Stock, asked: &RunBackup) -> Result<(), ErrorBody> {
    choice(&stock.reports, asked)?;
    stock.maintenance.device(asked.device.as_deref()).map(drop)
}

fn choice(reports: &Reports, asked: &RunBackup) -> Result<Choice, ErrorBody> {
    let Selection { mut kinds, tables } = Selection::of(&asked.data, &asked.tables)?;
    if kinds.is_empty() {
        return Err(wrong("say what is to be backed up: kinds of data, or tables"));
    }
    if kinds.remove(&DataKind::Custom) && kinds.is_empty() {
        return Err(wrong("this server keeps no custom data, so there is nothing to back up"));
    }
    let mode = if asked.incremental { Mode::Incremental } else { Mode::Full };
    if mode == Mode::Incremental && (!kinds.contains(&DataKind::Historical) || !tables.is_empty()) {
        return Err(wrong(
            "only historical data can be backed up incrementally, all tables of it; everything else is small and always whole",
        ));
    }
    let acds: Vec<AcdNumber> = match asked.acd {
        Some(acd) => vec![reports.source(acd)?.view.number()],
        None => reports.sources.iter().map(|source| source.view.number()).collect(),
    };
    let tables = (!tables.is_empty()).then(|| tables.iter().map(|table| table.name).collect());
    Ok(Choice { kinds, tables, acds, all_acds: asked.acd.is_none(), mode })
}

/// ACDs that a backup of all of them goes without, because their files cannot be read, each with the reason. Such a backup is kept
/// and has failed all the same: what it has can be restored, and nobody takes it for all that there is.
#[derive(Default)]
struct Lacking(Vec<(AcdNumber, String)>);

impl Lacking {
    /// What can be known before it begins.
    fn of(reports: &Reports, choice: &mut Choice) -> Lacking {
        let mut lacking = Lacking::default();
        let of_acds = choice.kinds.contains(&DataKind::Acd) || choice.kinds.contains(&DataKind::Historical);
        if choice.all_acds && of_acds {
            for acd in choice.acds.clone() {
                if let Err(error) = reports.archive(acd) {
                    lacking.leave_out(choice, acd, error.message);
                }
            }
        }
        lacking
    }

    /// Takes an ACD out of a choice, unless nothing would be left of it.
    fn leave_out(&mut self, choice: &mut Choice, acd: AcdNumber, why: String) -> bool {
        let goes = choice.all_acds && choice.acds.len() > 1;
        if goes {
            choice.acds.retain(|other| *other != acd);
            self.0.push((acd, why));
        }
        goes
    }

    /// Which are missing, and why; nothing where none is.
    fn text(&self) -> Option<String> {
        let each: Vec<String> = self.0.iter().map(|(acd, why)| format!("ACD {acd} is MISSING in it: {why}")).collect();
        (!each.is_empty()).then(|| each.join("; "))
    }
}

/// The backup that an incremental one builds on.
fn bases(local: &LocalStore, choice: &Choice) -> Result<BTreeMap<u8, String>, ErrorBody> {
    let mut bases = BTreeMap::new();
    for acd in &choice.acds {
        let marks = local.backed_up(*acd, BASE).map_err(|error| failed("reading what is backed up", &error))?;
        let Some((_, label)) = marks.last() else {
            let message = format!(
                "there is no full backup of the history of ACD {acd} to build on; make one first: \
                 Administration > Backups, or `cms backup run --data historical`"
            );
            return Err(ErrorBody::new(ErrorCode::WrongState, message));
        };
        bases.insert(acd.0, label.clone());
    }
    Ok(bases)
}

/// The highest count of a day in labels of backups; 0 if none is of that day.
fn highest<'l>(date: chrono::NaiveDate, labels: impl Iterator<Item = &'l str>) -> u8 {
    let labels = labels.filter_map(|label| Label::parse_backup(label.rsplit('/').next()?).ok());
    labels.filter(|label| label.date == date).map(|label| label.count).max().unwrap_or(0)
}

struct Backing<'a> {
    stock: &'a Stock,
    choice: Choice,
    lacking: Lacking,
    device: Device,
    /// By ACD.
    builds_on: BTreeMap<u8, String>,
    user: String,
    progress: &'a Progress,
}

impl Backing<'_> {
    fn run(mut self) -> Result<Job, ErrorBody> {
        let stock = self.stock;
        let maintenance = &stock.maintenance;
        let at = maintenance.now();
        let label = self.label()?;
        self.progress.names(Some(&label.backup()), None);
        let mut backup = Backup {
            label: label.backup(),
            day: date_number(label.date),
            device: self.device.name.clone(),
            started_at: at,
            status: RunStatus::Running,
            user: self.user.clone(),
            by_tables: self.choice.tables.is_some(),
            ..Backup::default()
        };
        backup.id = self.note(&backup)?;
        self.progress.can_be_called_off();
        let outcome = self.make_what_can_be(maintenance, label, at).map_err(|error| self.progress.ended_by(error));
        // What lies on its device is kept, also where it was called off in the moment in which it was done.
        let _ = self.progress.to_the_end();
        backup.finished_at = Some(maintenance.now());
        match &outcome {
            Ok(made) => self.describe(&mut backup, made),
            Err(error) => (backup.status, backup.detail) = (RunStatus::Failed, error.message.clone()),
        }
        let marks = outcome.as_ref().map_or_else(|_| Vec::new(), |made| self.marks_of(&label.backup(), made));
        let recorded = self.stock.administration.note_done(Done::Backup(backup, marks));
        let made = outcome.map_err(|error| recorded.behind(error))?;
        let gone = made.volumes.first().map(|(_, manifest)| self.rotate(manifest));
        let text = self.told(&label.backup(), &made, gone) + &recorded.text();
        if self.lacking.text().is_some() {
            return Err(ErrorBody::new(ErrorCode::Unavailable, text));
        }
        tracing::info!("{text}");
        Ok(Job { text, label: Some(label.backup()), ..Job::default() })
    }

    /// What is remembered of a backup that was made.
    fn describe(&self, backup: &mut Backup, made: &Made) {
        backup.volumes = made.volumes.len() as u32;
        backup.bytes = made.bytes();
        let only = self.choice.tables.as_deref().map(only_tables).unwrap_or_default();
        backup.detail = format!("{only}{} rows", made.rows());
        backup.status = RunStatus::Done;
        if let Some(lacking) = self.lacking.text() {
            backup.status = RunStatus::Failed;
            backup.detail += &format!("; {lacking}");
        }
    }

    /// What came of it, for people.
    fn told(&self, label: &str, made: &Made, gone: Option<Result<Vec<String>, ErrorBody>>) -> String {
        let (done, lacking) = match self.lacking.text() {
            None => ("is done", String::new()),
            Some(lacking) => ("is made and is not whole", format!("; {lacking}; then back up again")),
        };
        let mut text = format!(
            "backup {label} {done}: {} rows in {}, {} in {}; read back and equal{lacking}",
            made.rows(),
            counted(made.volumes.len(), "volume", "volumes"),
            super::room::megabytes(made.bytes()),
            self.device.own_folder(&self.stock.maintenance.server.name).display()
        );
        match gone {
            Some(Ok(gone)) if !gone.is_empty() => text.push_str(&format!("; let go: {}", gone.join(", "))),
            Some(Err(error)) => text.push_str(&format!("; old backups stay: {}", error.message)),
            _ => {}
        }
        if let Some(base) = self.lacking_base() {
            text.push_str(&format!(
                "; LOOK: it has only what is newer than {base}, which is not whole on any device: unless that lies elsewhere, make a \
                 full backup"
            ));
        }
        text
    }

    /// Lets old backups go, in the order in which this server made them.
    fn rotate(&self, made: &Manifest) -> Result<Vec<String>, ErrorBody> {
        let known = self.stock.administration.local().backups(LISTED);
        let known = known.map_err(|error| failed("listing the backups", &error))?;
        let here = known.into_iter().rev().filter(|backup| backup.device == self.device.name);
        let begun: Vec<String> = here.map(|backup| backup.label).collect();
        let gone = self.device.rotate(&self.stock.maintenance.server.id, made, &begun);
        gone.map_err(|error| refused(&error))
    }

    fn note(&self, backup: &Backup) -> Result<i64, ErrorBody> {
        self.stock.administration.local().note_backup(backup).map_err(|error| failed("noting the backup", &error))
    }

    /// Day and count are by the time of the server's first ACD.
    fn label(&self) -> Result<Label, ErrorBody> {
        let maintenance = &self.stock.maintenance;
        let date = maintenance.today();
        let (begun, known) = {
            let local = self.stock.administration.local();
            let read = || Ok((local.backups_of(date_number(date))?.0, local.backups(LISTED)?));
            read().map_err(|error| failed("counting today's backups", &error))?
        };
        let one_acd = self.choice.acds.first().filter(|_| !self.choice.all_acds).map_or(0, |acd| acd.0);
        // A list that was lost, or is an older one, knows less than what lies there; and what was taken away from there has had
        // its number all the same.
        let known = known.iter().map(|backup| backup.label.as_str()).chain(self.builds_on.values().map(String::as_str));
        let last = u8::try_from(begun).unwrap_or(u8::MAX).max(self.last_count(date)).max(highest(date, known));
        if last >= COUNT_MOST {
            let why =
                format!("a label counts {COUNT_MOST} backups a day, and so many were begun today; wait until tomorrow");
            return Err(ErrorBody::new(ErrorCode::WrongState, why));
        }
        let count = last + 1;
        Ok(Label {
            date,
            count,
            local: self.choice.kinds.contains(&DataKind::Local),
            system: self.choice.kinds.contains(&DataKind::System),
            acd_data: self.choice.acd_data(),
            custom: self.choice.kinds.contains(&DataKind::Custom),
            acd: one_acd,
            mode: self.choice.mode,
            volume: 1,
        })
    }

    /// The highest count of a day in the labels on this device and in the folders of the others. What cannot be read has
    /// nothing to say here: whether the device can be written shows when it is.
    fn last_count(&self, date: chrono::NaiveDate) -> u8 {
        let maintenance = &self.stock.maintenance;
        let others =
            maintenance.devices.iter().filter(|other| other.folder().is_some() && other.name != self.device.name);
        let mut go_on = || self.progress.step("looking at the device", 0);
        let names = others
            .chain([&self.device])
            .flat_map(|device| device.names(&maintenance.server.name, &mut go_on).unwrap_or_default());
        let labels = names.filter_map(|name| name.split('.').next()?.parse::<Label>().ok());
        labels.filter(|label| label.date == date).map(|label| label.count).max().unwrap_or(0)
    }

    /// Makes it of all ACDs whose files can be read: where damage shows in the middle, once more without that ACD.
    fn make_what_can_be(
        &mut self,
        maintenance: &Maintenance,
        label: Label,
        at: model::Moment,
    ) -> Result<Made, ErrorBody> {
        let mounted = maintenance.mounted(&self.device, &self.stock.administration);
        mounted.map_err(|error| ErrorBody::new(ErrorCode::Unavailable, format!("{error:#}")))?;
        loop {
            let marks = self.marks()?;
            let error = match self.make(maintenance, label, at, &marks) {
                Ok(made) => return Ok(made),
                Err(error) => error,
            };
            let sick = self.acd_of(maintenance, &error);
            let why = refused(&error);
            let Some(acd) = sick.filter(|acd| self.lacking.leave_out(&mut self.choice, *acd, why.message.clone()))
            else {
                return Err(why);
            };
            self.builds_on.remove(&acd.0);
            if let (Ok(source), BackupError::Store(error)) = (self.stock.reports.source(acd), &error) {
                source.view.cannot_be_read(error);
            }
        }
    }

    /// The ACD whose file an error is about.
    fn acd_of(&self, maintenance: &Maintenance, error: &BackupError) -> Option<AcdNumber> {
        let path = error.unusable_file()?;
        let is_of = |acd: &AcdNumber| {
            [maintenance.data.acd(*acd), maintenance.data.acd_events(*acd)].iter().any(|of| of == path)
        };
        self.choice.acds.iter().copied().find(is_of)
    }

    fn make(&self, maintenance: &Maintenance, label: Label, at: model::Moment, marks: &Marks) -> backup::Result<Made> {
        let server = &maintenance.server.name;
        let making = Making {
            choice: &self.choice,
            label,
            server: maintenance.server.clone(),
            product: crate::VERSION,
            at,
            data: &maintenance.data,
            folder: self.device.workshop(server, &maintenance.outgoing()),
            volume_bytes: self.device.volume_bytes,
            builds_on: self.builds_on.clone(),
            marks,
            left_out: left_out(&self.stock.reports),
            only: None,
            stretches: None,
            go_on: &mut |step, rows| self.progress.step(step, rows),
        };
        let mut told = |step: &str| self.progress.step(step, 0);
        backup::make(making).and_then(|made| self.device.keep(server, made, &mut told))
    }

    /// A backup that an incremental one needs beside it, for one of its ACDs, and that is not whole on any device. A device that cannot
    /// be read now may hold it.
    fn lacking_base(&self) -> Option<String> {
        let maintenance = &self.stock.maintenance;
        if self.builds_on.is_empty() {
            return None;
        }
        let damaged = DamagedBackups::known(&self.stock.administration.local());
        let mut sets = Vec::new();
        for device in &maintenance.devices {
            let found = maintenance.lying_on(device).ok().filter(|found| found.problems.is_empty())?;
            sets.extend(found.sets.into_iter().filter(|set| damaged.why(device, set).is_empty()));
        }
        let whole = |set: &&Set| set.manifest().server.id == maintenance.server.id && set.missing().is_empty();
        lacking(&self.builds_on, |label| Some(sets.iter().filter(whole).find(|set| set.label == label)?.manifest()))
    }

    /// What the last backups have; nothing for a full one.
    fn marks(&self) -> Result<Marks, ErrorBody> {
        let mut marks = BTreeMap::new();
        if self.choice.mode == Mode::Full {
            return Ok(marks);
        }
        let local = self.stock.administration.local();
        let names = known().iter().filter(|table| table.kind == DataKind::Historical).map(|table| table.name);
        for name in names.chain([INTERVALS]) {
            for acd in &self.choice.acds {
                let found = local.backed_up(*acd, name).map_err(|error| failed("reading what is backed up", &error))?;
                marks.insert((*acd, name.to_owned()), found.into_iter().collect());
            }
        }
        Ok(marks)
    }

    /// What an incremental backup need not take again: what a backup of the whole history has.
    fn marks_of(&self, label: &str, made: &Made) -> Vec<BackedUp> {
        if !self.choice.kinds.contains(&DataKind::Historical) || self.choice.tables.is_some() {
            return Vec::new();
        }
        let mut marks = made.marks.clone();
        for acd in &self.choice.acds {
            let base = |place| BackedUp { acd: *acd, part: BASE.to_owned(), place, mark: label.to_owned() };
            marks.push(base(1));
            if self.choice.mode == Mode::Full {
                marks.push(base(0));
            }
        }
        marks
    }
}

/// The first backup that is not there of those that `builds_on` leads to, followed ACD by ACD: what a backup of several builds on for
/// one of them has nothing to say for the others.
fn lacking<'m>(builds_on: &BTreeMap<u8, String>, whole: impl Fn(&str) -> Option<&'m Manifest>) -> Option<String> {
    builds_on.iter().find_map(|(acd, label)| {
        let (mut label, mut seen) = (label.as_str(), BTreeSet::new());
        while seen.insert(label) {
            let Some(base) = whole(label) else { return Some(label.to_owned()) };
            label = base.base_of(*acd)?;
        }
        None
    })
}

fn only_tables(tables: &[&'static str]) -> String {
    format!("only the tables {}: ", tables.join(", "))
}

/// Interval tables of which an ACD keeps no rows.
pub(super) fn left_out(reports: &Reports) -> BTreeSet<(u8, String)> {
    let mut left_out = BTreeSet::new();
    for source in &reports.sources {
        let keeping = source.view.keeping();
        let interval_tables = catalog::all_tables().iter().filter(|table| table.kind == catalog::TableKind::Interval);
        let none = interval_tables.filter(|table| keeping.storage.kept(table).intrahour_days == 0);
        left_out.extend(none.map(|table| (source.view.number().0, table.name.to_owned())));
    }
    left_out
}

#[cfg(test)]
#[path = "../tests/labels.rs"]
mod tests;
