//! Restores: the plan, the copy of what will be replaced, and the restore.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::{ErrorBody, ErrorCode, Job, LogCode, Operation, RestoreEntry, RestoreLine, RestorePlan, RunRestore, Started};
use backup::{Chosen, Cut, Device, Kind, Label, Making, Manifest, Marks, Mode, Places, Plan, ServerEntry};
use model::{AcdNumber, Calendar, RunStatus, Severity};
use store::{Done, Restore};

use super::applying::Applying;
use super::room::{self, Room, free_bytes, room_to_unpack};
use super::run::Stock;
use super::shown::{self, Shown};
use super::{COPIES_KEPT, Maintenance, Progress, kinds_of, master, refused, since, tables_of, targets, undoing, wrong};
use crate::administration::{HeldStill, Recorded, in_single_user_mode, needs_a_state, now, refuse};
use crate::auth::User;
use crate::maintenance_log::MaintenanceLog;
use crate::reports::{Source, failed};

/// Restores that are listed.
pub(super) const LISTED: u32 = 100;
/// What begins before 1971 begins with the first there is, and what ends after the year 9999 with the last.
const EARLIEST_SECS: i64 = 365 * 86_400;
const LATEST_SECS: i64 = 253_402_300_799;

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
pub fn plan(stock: &Stock, asked: &RunRestore) -> Result<Started, ErrorBody> {
    let wanted = Wanted::found(stock, asked)?;
    if let Err(error) = wanted.readable(stock) {
        // No rows can be counted, but whoever plans is to know of everything that is to be done before.
        let all: Vec<String> = std::iter::once(error.message).chain(wanted.obstacles(stock)).collect();
        return Err(ErrorBody::new(error.code, all.join("; besides, ")));
    }
    let shared = stock.clone();
    stock.maintenance.jobs().start("the plan of a restore", move |progress| {
        let opened = wanted.open(&shared, progress)?;
        let mut plan = opened.plan(&shared, progress)?;
        plan.obstacles = wanted.obstacles(&shared);
        plan.obstacles.extend(opened.master_allowed(&shared).err().map(|refusal| refusal.message));
        plan.obstacles.extend(Room::of(&opened.manifests, &plan).obstacle(free_bytes(&shared.maintenance.unpacked())));
        let text = format!("nothing was changed; this is what restoring {} would do", opened.label);
        Ok(Job { text, label: Some(opened.label.clone()), plan: Some(plan), ..Job::default() })
    })
}

/// Begins a restore that a person asked for; what becomes of it is in the maintenance error log.
pub fn by_hand(stock: &Stock, user: &User, asked: &RunRestore) -> Result<Started, ErrorBody> {
    let (log, user_name, label) = (Arc::clone(&stock.log), user.name.clone(), asked.label.clone());
    let what = format!("the restore of {label} that {user_name} asked for");
    run_and(stock, user, asked, move |done| tell(&log, &user_name, &what, done))
}

/// Begins a restore.
pub fn run(stock: &Stock, user: &User, asked: &RunRestore) -> Result<Started, ErrorBody> {
    run_and(stock, user, asked, |_| {})
}

/// Tells what became of something that a person asked for. What was refused has changed nothing, and the person knows.
pub(super) fn tell(log: &MaintenanceLog, user: &str, what: &str, done: &Result<Job, ErrorBody>) {
    match done {
        Ok(job) => log.log(Severity::Info, LogCode::RestoreDone, format!("asked for by {user}: {}", job.text)),
        Err(error) if error.code.is_refusal() => {}
        Err(error) => {
            log.log(Severity::Error, LogCode::RestoreFailed, format!("{what} was not done: {}", error.message))
        }
    }
}

fn run_and(
    stock: &Stock,
    user: &User,
    asked: &RunRestore,
    then: impl FnOnce(&Result<Job, ErrorBody>) + Send + 'static,
) -> Result<Started, ErrorBody> {
    let wanted = Wanted::of(stock, asked)?;
    wanted.allowed(stock)?;
    let (shared, user) = (stock.clone(), user.clone());
    stock.maintenance.jobs().start("the restore", move |progress| {
        let done = restored(&shared, &user, &wanted, progress);
        then(&done);
        done
    })
}

fn restored(stock: &Stock, user: &User, wanted: &Wanted, progress: &Progress) -> Result<Job, ErrorBody> {
    let opened = wanted.open(stock, progress)?;
    opened.master_allowed(stock)?;
    let plan = opened.plan(stock, progress)?;
    wanted.holds_still(&plan, progress)?;
    let (number, notes) = opened.restore(stock, user, progress, wanted.told(&stock.maintenance), |_| Ok(()))?;
    let (label, rows, back) = (&opened.label, shown::rows_text(&plan), taken_back(number));
    let mut text = format!("restore {number} of {label} is done: {rows}; {back}");
    notes.into_iter().for_each(|note| text.push_str(&format!("; {note}")));
    let label = Some(opened.label.clone());
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
    restore.finished_at = Some(now());
    match error {
        None => restore.status = RunStatus::Done,
        Some(error) => {
            restore.status = RunStatus::Failed;
            restore.detail.clone_from(&error.message);
        }
    }
    stock.administration.note_done(Done::Restore(restore.clone()))
}

/// A backup that was found, and what is wanted of it.
pub(super) struct Wanted {
    device: Device,
    volumes: Vec<(PathBuf, Manifest)>,
    label: String,
    server: String,
    kinds: BTreeSet<Kind>,
    tables: Option<Vec<&'static str>>,
    /// Whether single tables were chosen, for the backup or for the restore.
    by_tables: bool,
    acds: Vec<AcdNumber>,
    cut: Cut,
    /// Whether it only heals: what is whole here stays.
    heals: bool,
    /// The plan that was shown.
    shown: Option<Shown>,
    /// What is to be said of volumes that are missing.
    missing: Option<ErrorBody>,
}

impl Wanted {
    /// Refuses what is not allowed in the present state of the server.
    fn allowed(&self, stock: &Stock) -> Result<(), ErrorBody> {
        refuse(&self.obstacles(stock))
    }

    /// All that stands against it in the present state of the server.
    fn obstacles(&self, stock: &Stock) -> Vec<String> {
        obstacles(stock, self.kinds.iter().copied(), self.by_tables)
    }

    /// Refuses what cannot be read: volumes that are missing, or no room to unpack them.
    fn readable(&self, stock: &Stock) -> Result<(), ErrorBody> {
        let room = || room_to_unpack(&stock.maintenance, &self.volumes);
        match (&self.missing, room()) {
            (Some(missing), Ok(())) => Err(missing.clone()),
            (Some(missing), Err(room)) => {
                Err(ErrorBody::new(missing.code, format!("{}; besides, {}", missing.message, room.message)))
            }
            (None, room) => room,
        }
    }

    /// Whether nothing but these kinds of data is wanted.
    pub(super) fn is_only_of(&self, kinds: &[Kind]) -> bool {
        self.kinds.iter().all(|kind| kinds.contains(kind))
    }

    /// Finds the backup, all volumes of it, and refuses what cannot be restored here.
    pub(super) fn of(stock: &Stock, asked: &RunRestore) -> Result<Wanted, ErrorBody> {
        let wanted = Wanted::found(stock, asked)?;
        wanted.missing.clone().map_or(Ok(wanted), Err)
    }

    /// The same although volumes may be missing.
    fn found(stock: &Stock, asked: &RunRestore) -> Result<Wanted, ErrorBody> {
        let device = stock.maintenance.device(asked.device.as_deref())?;
        let set = device.find(&asked.label).map_err(|error| refused(&error))?;
        let missing = set.whole().map_err(|error| refused(&error)).err();
        let manifest = set.manifest();
        let tables = tables_of(&asked.tables)?;
        if !tables.is_empty() && !asked.data.is_empty() {
            return Err(wrong("say either kinds of data or tables, not both"));
        }
        let mut kinds = kinds_of(&asked.data)?;
        kinds.extend(tables.iter().map(|table| table.kind));
        if kinds.is_empty() {
            kinds.extend(manifest.kinds.iter().copied());
        }
        if let Some(kind) = kinds.iter().find(|kind| !manifest.kinds.contains(kind)) {
            let has: Vec<&str> = manifest.kinds.iter().map(|kind| kind.title()).collect();
            return Err(wrong(format!("{} has no {}; it has {}", set.label, kind.title(), has.join(", "))));
        }
        if kinds.contains(&Kind::Local) && manifest.server.id != stock.maintenance.server.id {
            let own = &stock.maintenance.server;
            let why = match manifest.server.name == own.name {
                true => {
                    "this server bears the name, too, and has had another number since its local.db was made anew; take local.db \
                     out of an image, or set storage, summing up and the like again, and choose other data with --data \
                     (operating.md, \"A damaged file\")"
                }
                false => "it belongs to that server; choose other data with --data",
            };
            return Err(wrong(format!(
                "local system administration data of {} can be restored only there: {why}",
                manifest.server.name
            )));
        }
        if asked.heals && (manifest.stretches.is_empty() || !tables.is_empty()) {
            let label = &set.label;
            return Err(wrong(format!(
                "{label} is no parcel of chosen intervals, and only such a one heals; see Administration > Servers side by side, or \
                 `cms twin heal`"
            )));
        }
        let by_tables = !tables.is_empty() || manifest.tables.is_some();
        let acds = targets::acds(stock, manifest, asked.acd, &kinds)?;
        if let (Some(from), Some(to)) = (asked.from, asked.to)
            && to < from
        {
            return Err(wrong("the last moment of the range is before the first"));
        }
        Ok(Wanted {
            device: device.clone(),
            label: set.label.clone(),
            server: manifest.server.name.clone(),
            kinds,
            tables: (!tables.is_empty()).then(|| tables.iter().map(|table| table.name).collect()),
            by_tables,
            acds,
            cut: Cut { from: asked.from, to: asked.to },
            heals: asked.heals,
            shown: asked.expect.as_deref().map(Shown::parse).transpose()?,
            missing,
            volumes: set.volumes,
        })
    }

    /// In one line for people.
    fn told(&self, maintenance: &Maintenance) -> String {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.title()).collect();
        let mut text = match &self.tables {
            Some(tables) => format!("tables {}", tables.join(", ")),
            None => kinds.join(", "),
        };
        if let Some(from) = self.cut.from {
            text.push_str(&format!(" from {}", maintenance.clock_text(from)));
        }
        if let Some(to) = self.cut.to {
            text.push_str(&format!(" to {}", maintenance.clock_text(to)));
        }
        if self.heals {
            text.push_str(", where intervals were missing or lacked data");
        }
        text
    }

    /// Refuses what is not the plan that was shown any more, and tells the one that holds now.
    fn holds_still(&self, plan: &RestorePlan, progress: &Progress) -> Result<(), ErrorBody> {
        self.shown.as_ref().map_or(Ok(()), |shown| shown.check(plan, progress))
    }

    /// Unpacks the volumes and chooses from them.
    pub(super) fn open(&self, stock: &Stock, progress: &Progress) -> Result<Opened, ErrorBody> {
        let unpacked = Unpacked::of(&stock.maintenance, &self.device, &self.volumes, progress)?;
        let acds: Vec<u8> = self.acds.iter().map(|acd| acd.0).collect();
        let manifests = self.volumes.iter().map(|(_, manifest)| Manifest { acds: acds.clone(), ..manifest.clone() });
        let manifests: Vec<Manifest> = manifests.collect();
        let own = &stock.maintenance.server.id;
        let is_own = manifests.iter().all(|manifest| manifest.server.id == *own);
        let mut targets = targets::of(&stock.reports, &stock.maintenance.data, &self.acds, self.heals, is_own)?;
        self.shown.iter().for_each(|shown| shown.narrow(&mut targets));
        let tables = self.tables.as_deref();
        let chosen = backup::choose(&manifests, &unpacked.volumes, &self.kinds, tables, self.cut, &targets);
        let chosen = chosen.map_err(|error| refused(&error))?;
        if chosen.is_empty() {
            let mut why = format!(
                "nothing of {} lies in what was asked for{}",
                self.label,
                holds(&self.volumes, &stock.maintenance)
            );
            chosen.notes.iter().for_each(|note| why.push_str(&format!("; {note}")));
            return Err(ErrorBody::new(ErrorCode::NotFound, why));
        }
        let (label, server) = (self.label.clone(), self.server.clone());
        let outcome = format!("restored from {label} of {server}");
        let (by_tables, heals) = (self.by_tables, self.heals);
        let standing = standing(&stock.maintenance, &chosen)?;
        let collecting = shown::collecting(&targets);
        Ok(Opened { unpacked, manifests, chosen, label, server, outcome, by_tables, heals, standing, collecting })
    }
}

/// What stands in the place of what is chosen, of whole tables.
fn standing(maintenance: &Maintenance, chosen: &Chosen) -> Result<BTreeMap<String, String>, ErrorBody> {
    backup::standing(chosen, &|file, acd| maintenance.data.file(file, acd)).map_err(|error| refused(&error))
}

/// What a backup holds of intervals, for people.
fn holds(volumes: &[(PathBuf, Manifest)], maintenance: &Maintenance) -> String {
    let parts = volumes.iter().flat_map(|(_, manifest)| &manifest.parts);
    let of_intervals = parts.filter(|part| part.stored_as.ends_with("_hsplit"));
    let moments = of_intervals.filter_map(|part| match part.range()? {
        Places::Moments(from, to) => Some((from, to)),
        Places::Days(..) => None,
    });
    match moments.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) {
        None => String::new(),
        Some((from, to)) => {
            let [from, to] = [from, to].map(|at| maintenance.clock_text(at));
            format!("; its intervals begin between {from} and {to}")
        }
    }
}

/// Volumes that are unpacked; removed when it is over.
pub(super) struct Unpacked {
    folder: PathBuf,
    pub(super) volumes: Vec<PathBuf>,
}

impl Unpacked {
    pub(super) fn of(
        maintenance: &Maintenance,
        device: &Device,
        volumes: &[(PathBuf, Manifest)],
        progress: &Progress,
    ) -> Result<Unpacked, ErrorBody> {
        let mut unpacked = Unpacked { folder: maintenance.unpacked(), volumes: Vec::new() };
        room_to_unpack(maintenance, volumes)?;
        for (path, manifest) in volumes {
            let into = unpacked.folder.join(format!("{}.db", manifest.label));
            let mut go_on = || progress.step(&format!("unpacking {}", manifest.label), 0);
            unpacked.volumes.push(into.clone());
            let volume = device.at_hand(path, &unpacked.folder, &mut go_on);
            let done = volume.and_then(|volume| backup::unpack(volume.path(), &into, &mut go_on));
            done.map_err(|error| refused(&error))?;
        }
        Ok(unpacked)
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        for volume in &self.volumes {
            let _ = std::fs::remove_file(volume);
        }
    }
}

/// A backup that is open, and what is restored of it.
pub(super) struct Opened {
    unpacked: Unpacked,
    manifests: Vec<Manifest>,
    chosen: Chosen,
    label: String,
    server: String,
    /// What is recorded of each kind of data that it replaces.
    pub(super) outcome: String,
    /// Whether chosen tables or single things are put back, not whole kinds of data.
    pub(super) by_tables: bool,
    heals: bool,
    /// What stood in the place of whole tables when it was opened.
    standing: BTreeMap<String, String>,
    /// From where on each ACD still collects, in the words of a plan's digest.
    collecting: String,
}

impl Opened {
    /// A copy of what a restore replaced, or its taking back.
    pub(super) fn of_copy(
        stock: &Stock,
        (unpacked, manifests, chosen): (Unpacked, Vec<Manifest>, Chosen),
        restore: &Restore,
        outcome: String,
    ) -> Result<Opened, ErrorBody> {
        let standing = standing(&stock.maintenance, &chosen)?;
        let (label, server) = (restore.label.clone(), stock.maintenance.server.name.clone());
        let (by_tables, collecting) = (restore.by_tables, shown::collecting(&BTreeMap::new()));
        Ok(Opened {
            unpacked,
            manifests,
            chosen,
            label,
            server,
            outcome,
            by_tables,
            heals: false,
            standing,
            collecting,
        })
    }

    /// What the volumes say of themselves.
    pub(super) fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }

    /// The unpacked volumes.
    pub(super) fn volumes(&self) -> &[PathBuf] {
        &self.unpacked.volumes
    }

    /// What it would do.
    pub(super) fn plan(&self, stock: &Stock, progress: &Progress) -> Result<RestorePlan, ErrorBody> {
        let maintenance = &stock.maintenance;
        let mut go_on = |table: &str| progress.step(&format!("comparing {table}"), 0);
        let path_of = |file, acd| maintenance.data.file(file, acd);
        let plan = backup::compare(&self.chosen, &self.manifests, &self.unpacked.volumes, &path_of, &mut go_on);
        let Plan { lines, cautions, mut notes, digest } = plan.map_err(|error| refused(&error))?;
        notes.extend(self.consequences());
        let tables = lines.into_iter().map(|line| told(stock, line)).collect();
        let (label, server) = (self.label.clone(), self.server.clone());
        Ok(RestorePlan {
            label,
            server,
            tables,
            obstacles: Vec::new(),
            cautions,
            notes,
            digest: format!("{digest}{}", self.collecting),
            changed_since: None,
        })
    }

    /// What a restore does besides its rows.
    fn consequences(&self) -> Vec<String> {
        let kinds = self.kinds();
        let mut notes = Vec::new();
        if kinds.contains(&Kind::System) {
            notes.push("passwords stay those of this server; a user who is new here has none and needs one".to_owned());
        }
        if kinds.contains(&Kind::Acd) {
            notes.push(
                "the running interval goes on: what changes in it is judged anew from its beginning, and no data are lost".to_owned(),
            );
        }
        if kinds.contains(&Kind::Historical) {
            notes.push("days, weeks and months above changed intervals are made again".to_owned());
        }
        notes
    }

    /// Label of the backup.
    pub(super) fn label(&self) -> &str {
        &self.label
    }

    /// The server that it was made on.
    pub(super) fn sender(&self) -> ServerEntry {
        self.manifests.first().map_or_else(ServerEntry::default, |manifest| manifest.server.clone())
    }

    /// What is chosen of it.
    pub(super) fn chosen(&self) -> &Chosen {
        &self.chosen
    }

    /// The unpacked volume of a backup that has one.
    pub(super) fn volume(&self) -> Result<&PathBuf, ErrorBody> {
        match &self.unpacked.volumes[..] {
            [volume] => Ok(volume),
            volumes => Err(wrong(format!("{} has {} volumes and should have one", self.label, volumes.len()))),
        }
    }

    /// The tables that are chosen, for people.
    pub(super) fn what(&self) -> String {
        let manifest = self.manifests.first();
        let tables = manifest.and_then(|manifest| manifest.tables.clone()).map(|tables| tables.join(", "));
        let kinds = self.kinds();
        let titles = || kinds.iter().map(|kind| kind.title()).collect::<Vec<_>>().join(", ");
        tables.map_or_else(titles, |tables| format!("tables {tables}"))
    }

    /// Leaves out all tables but these, by their names in the volume.
    pub(super) fn narrow(&mut self, stored_as: &[String]) {
        self.chosen.parts.retain(|name, _| stored_as.contains(name));
        self.chosen.pieces.values_mut().for_each(|pieces| pieces.retain(|piece| stored_as.contains(&piece.stored_as)));
        self.chosen.pieces.retain(|_, pieces| !pieces.is_empty());
    }

    /// Restores, and notes that in the list of restores. `began` is told the restore's number before anything is changed. Gives
    /// the number, and what people should know afterwards.
    pub(super) fn restore(
        &self,
        stock: &Stock,
        user: &User,
        progress: &Progress,
        what: String,
        began: impl FnOnce(i64) -> Result<(), ErrorBody>,
    ) -> Result<(i64, Vec<String>), ErrorBody> {
        let mut restore = Restore {
            label: self.label.clone(),
            what,
            started_at: now(),
            status: RunStatus::Running,
            user: user.name.clone(),
            by_tables: self.by_tables,
            ..Restore::default()
        };
        restore.id = note(stock, &restore)?;
        progress.names(Some(&self.label), Some(restore.id));
        let outcome = began(restore.id).and_then(|()| self.run(stock, user, progress, restore.id));
        let recorded = finish(stock, &mut restore, outcome.as_ref().err());
        match outcome {
            Ok(mut notes) => {
                notes.extend(recorded.note());
                Ok((restore.id, notes))
            }
            Err(error) => Err(recorded.behind(error)),
        }
    }

    fn kinds(&self) -> BTreeSet<Kind> {
        self.chosen.parts.values().map(|part| part.kind).collect()
    }

    /// Refuses what is not allowed in the state in which the server is by now.
    pub(super) fn allowed(&self, stock: &Stock) -> Result<(), ErrorBody> {
        allowed(stock, self.kinds().into_iter(), self.by_tables).and_then(|()| self.master_allowed(stock))
    }

    /// Refuses another master ACD, if that may not be changed by now.
    fn master_allowed(&self, stock: &Stock) -> Result<(), ErrorBody> {
        master::allowed(stock, &self.chosen, &self.unpacked.volumes)
    }

    /// Refuses what somebody changed since it was looked at: it is not in the copy, and nobody was told that it goes.
    pub(super) fn is_still(&self, maintenance: &Maintenance) -> Result<(), ErrorBody> {
        let now = standing(maintenance, &self.chosen)?;
        let mut changed = now.iter().filter(|(table, rows)| self.standing.get(*table) != Some(rows));
        let Some((table, _)) = changed.next() else { return Ok(()) };
        let name = self.chosen.parts.get(table).map_or(table.as_str(), |part| part.name);
        let message = format!("somebody changed {name} on this server meanwhile; look at the plan again");
        Err(ErrorBody::new(ErrorCode::Overtaken, message))
    }

    /// Copies what will be replaced into a folder.
    pub(super) fn copy(&self, stock: &Stock, progress: &Progress, folder: PathBuf) -> Result<(), ErrorBody> {
        let maintenance = &stock.maintenance;
        let choice = self.chosen.choice();
        let label = Label {
            date: maintenance.calendar.row_date(now()),
            count: 1,
            local: choice.kinds.contains(&Kind::Local),
            system: choice.kinds.contains(&Kind::System),
            acd_data: choice.acd_data(),
            custom: false,
            acd: 0,
            mode: Mode::Full,
            volume: 1,
        };
        let marks = Marks::new();
        let making = Making {
            choice: &choice,
            label,
            server: maintenance.server.clone(),
            product: crate::VERSION,
            at: now(),
            data: &maintenance.data,
            folder,
            volume_bytes: u64::MAX,
            builds_on: None,
            marks: &marks,
            left_out: BTreeSet::new(),
            only: Some(self.chosen.extents()),
            stretches: None,
            go_on: &mut |step, _| progress.step(&format!("copying what will be replaced: {step}"), 0),
        };
        backup::make(making).map(drop).map_err(|error| {
            let error = refused(&error);
            ErrorBody::new(
                error.code,
                format!("what would be replaced cannot be copied, so nothing was restored: {}", error.message),
            )
        })
    }

    /// Copies what will be replaced, then restores. Gives what people should know afterwards.
    fn run(&self, stock: &Stock, user: &User, progress: &Progress, number: i64) -> Result<Vec<String>, ErrorBody> {
        let maintenance = &stock.maintenance;
        self.copy(stock, progress, maintenance.restore_folder(number))?;
        // Unpacking and copying took their time, and somebody may have let everybody in again.
        let _still = held_still(stock, self.kinds().into_iter(), self.by_tables);
        self.allowed(stock).and_then(|()| self.is_still(maintenance)).map_err(|error| {
            // Without it, taking this restore back finds that it had replaced nothing.
            let left = remove_copy(&maintenance.restore_folder(number)).err();
            let left = left.map_or_else(String::new, |left| format!("; {}", left.message));
            ErrorBody::new(error.code, format!("nothing was restored: {}{left}", error.message))
        })?;
        forget_old_copies(maintenance);
        let (label, volumes) = (Some(self.label.as_str()), &self.unpacked.volumes);
        let room = room::to_put(&self.manifests, &self.chosen);
        let applying = Applying { stock, chosen: &self.chosen, volumes, label, heals: self.heals, room, progress };
        let notes = applying.apply(user, &self.outcome);
        since::remember(maintenance, number, &self.chosen);
        notes.map_err(|failure| {
            let undo = format!("; {} of that", taken_back(number));
            failure.told("restored", &undo)
        })
    }
}

/// The oldest copies of what was replaced go.
fn forget_old_copies(maintenance: &Maintenance) {
    let folder = maintenance.restore_folder(0);
    let Some(folder) = folder.parent() else { return };
    let is_copy = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().bytes().all(|byte| byte.is_ascii_digit()))
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut copies: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_copy).collect();
    copies.sort();
    for copy in copies.iter().rev().skip(COPIES_KEPT) {
        if let Err(error) = remove_copy(copy) {
            tracing::warn!("{}", error.message);
        }
        // What goes with it, where there is any.
        let _ = std::fs::remove_file(copy.with_extension("left"));
        if let Some(number) = copy.file_name().and_then(|name| name.to_str()?.parse().ok())
            && let Err(error) = remove_copy(&undoing::forward_folder(maintenance, number))
        {
            tracing::warn!("{}", error.message);
        }
    }
}

/// Removes the copy of what a restore replaced, if there is one.
///
/// # Errors
/// Names the folder: a copy that stays would be taken for what is to be put back.
pub(super) fn remove_copy(folder: &Path) -> Result<(), ErrorBody> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            let message = format!("{} could not be removed ({error}); remove it by hand", folder.display());
            Err(ErrorBody::new(ErrorCode::Unavailable, message))
        }
        _ => Ok(()),
    }
}

fn told(stock: &Stock, line: backup::Line) -> RestoreLine {
    let calendar = line.acd.and_then(|acd| Some(stock.reports.source(acd).ok()?.view.calendar()));
    let (from, to) = ends(line.range, calendar.unwrap_or(stock.maintenance.calendar));
    RestoreLine {
        table: line.name.to_owned(),
        data: line.kind.word().to_owned(),
        acd: line.acd,
        added: line.counts.added,
        replaced: line.counts.replaced,
        identical: line.counts.identical,
        removed: line.counts.removed,
        skipped: line.skipped,
        from,
        to,
    }
}

/// Both ends of a range for people: days, or moments by a calendar. Nothing where there is no end, as with records from the first
/// one on, and with tables whose rows have no time.
pub(super) fn ends(range: Option<Places>, calendar: Calendar) -> (Option<String>, Option<String>) {
    let moment = |at: model::Moment| {
        let is_one = (EARLIEST_SECS..=LATEST_SECS).contains(&at.0);
        is_one.then(|| calendar.second_text(at))
    };
    match range {
        None => (None, None),
        // The last second of the range, as people say it.
        Some(Places::Moments(from, to)) => (moment(from), moment(model::Moment(to.0.saturating_sub(1)))),
        Some(Places::Days(from, to)) => (from.map(|day| day.to_string()), to.map(|day| day.to_string())),
    }
}

/// Refuses data and tables that are not known, and those that are restored in single-user mode only.
pub fn check(data: &[String], tables: &[String]) -> Result<(), ErrorBody> {
    let whole = kinds_of(data)?.into_iter().map(|kind| operation(kind, false));
    let chosen = tables_of(tables)?.into_iter().map(|table| operation(table.kind, true));
    match whole.chain(chosen).find_map(in_single_user_mode) {
        None => Ok(()),
        Some(what) => Err(ErrorBody::new(ErrorCode::WrongState, format!("{what} needs single-user mode"))),
    }
}

/// What restoring is, for the rules of what is refused when. Chosen tables need less than whole kinds of data, except where they
/// belong to this server only.
fn operation(kind: Kind, by_tables: bool) -> Operation {
    match kind {
        Kind::Local => Operation::RestoreLocal,
        _ if by_tables => Operation::RestoreTables,
        Kind::System => Operation::RestoreSystem,
        Kind::Acd => Operation::RestoreAcd,
        Kind::Historical => Operation::RestoreHistorical,
        Kind::Custom => Operation::RestoreTables,
    }
}

/// Refuses what is not allowed in the present state of the server, and names the steps that come first. It is the same for a
/// restore and for taking it back.
pub(super) fn allowed(stock: &Stock, kinds: impl Iterator<Item = Kind>, by_tables: bool) -> Result<(), ErrorBody> {
    refuse(&obstacles(stock, kinds, by_tables))
}

/// Keeps the state of the server as it is, where it matters for restoring these kinds of data.
pub(super) fn held_still(
    stock: &Stock,
    mut kinds: impl Iterator<Item = Kind>,
    by_tables: bool,
) -> Option<HeldStill<'_>> {
    kinds.any(|kind| needs_a_state(operation(kind, by_tables))).then(|| stock.administration.hold_still())
}

/// All that stands against it, each once.
fn obstacles(stock: &Stock, kinds: impl Iterator<Item = Kind>, by_tables: bool) -> Vec<String> {
    let all: Vec<&Source> = stock.reports.sources.iter().collect();
    let mut found: Vec<String> = Vec::new();
    for obstacle in kinds.flat_map(|kind| stock.administration.obstacles(&all, operation(kind, by_tables))) {
        if !found.contains(&obstacle) {
            found.push(obstacle);
        }
    }
    found
}
