//! What a restore is asked for with, found on the devices: which backup, which data of it, and what stands against it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use api::{ErrorBody, ErrorCode, RestorePlan, RunRestore};
use backup::{Chosen, Cut, Device, Manifest, Places};
use model::{AcdNumber, DataKind};
use store::Stood;

use super::opened::Opened;
use super::unpacked::Unpacked;
use crate::administration::refuse;
use crate::maintenance::allowed::obstacles;
use crate::maintenance::room::room_to_unpack;
use crate::maintenance::run::Stock;
use crate::maintenance::shown::{self, Shown};
use crate::maintenance::targets::Taking;
use crate::maintenance::{Maintenance, Progress, asked_tables, refused, targets, wrong};

/// A backup that was found, and what is wanted of it.
pub(in crate::maintenance) struct Wanted {
    device: Device,
    volumes: Vec<(PathBuf, Manifest)>,
    label: String,
    server: String,
    kinds: BTreeSet<DataKind>,
    tables: Option<Vec<&'static str>>,
    /// Whether single tables were chosen, for the backup or for the restore.
    by_tables: bool,
    acds: Vec<AcdNumber>,
    cut: Cut,
    /// Whether intervals that are whole here stay, where the backup lacks data of them.
    keep_whole: bool,
    /// Whether it only heals: what is whole here stays.
    heals: bool,
    /// Whether a person has said yes to what the plan cautions of.
    yes: bool,
    /// The plan that was shown.
    shown: Option<Shown>,
    /// What is to be said of volumes that are missing.
    missing: Option<ErrorBody>,
}

impl Wanted {
    /// Refuses what is not allowed in the present state of the server.
    pub(super) fn allowed(&self, stock: &Stock) -> Result<(), ErrorBody> {
        refuse(&self.obstacles(stock))
    }

    /// All that stands against it in the present state of the server.
    pub(super) fn obstacles(&self, stock: &Stock) -> Vec<String> {
        obstacles(stock, self.kinds.iter().copied(), self.by_tables)
    }

    /// Refuses what cannot be read: volumes that are missing, or no room to unpack them.
    pub(super) fn readable(&self, stock: &Stock) -> Result<(), ErrorBody> {
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
    pub(in crate::maintenance) fn is_only_of(&self, kinds: &[DataKind]) -> bool {
        self.kinds.iter().all(|kind| kinds.contains(kind))
    }

    /// Finds the backup, all volumes of it, and refuses what cannot be restored here.
    pub(in crate::maintenance) fn of(stock: &Stock, asked: &RunRestore) -> Result<Wanted, ErrorBody> {
        let wanted = Wanted::found(stock, asked)?;
        wanted.missing.clone().map_or(Ok(wanted), Err)
    }

    /// The same although volumes may be missing.
    pub(super) fn found(stock: &Stock, asked: &RunRestore) -> Result<Wanted, ErrorBody> {
        let device = stock.maintenance.device(asked.device.as_deref())?;
        let set = device.find(&asked.label).map_err(|error| refused(&error))?;
        let missing = set.whole().map_err(|error| refused(&error)).err();
        let manifest = set.manifest();
        let tables = asked_tables(&asked.tables)?;
        if !tables.is_empty() && !asked.data.is_empty() {
            return Err(wrong("say either kinds of data or tables, not both"));
        }
        let mut kinds: BTreeSet<DataKind> = asked.data.iter().copied().collect();
        kinds.extend(tables.iter().map(|table| table.kind));
        if kinds.is_empty() {
            kinds.extend(manifest.kinds.iter().copied());
        }
        if let Some(kind) = kinds.iter().find(|kind| !manifest.kinds.contains(kind)) {
            let has: Vec<&str> = manifest.kinds.iter().map(|kind| kind.title()).collect();
            return Err(wrong(format!("{} has no {}; it has {}", set.label, kind.title(), has.join(", "))));
        }
        if kinds.contains(&DataKind::Local) && manifest.server.id != stock.maintenance.server.id {
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
            keep_whole: asked.keep_whole,
            heals: asked.heals,
            yes: asked.yes,
            shown: asked.expect.as_deref().map(Shown::parse).transpose()?,
            missing,
            volumes: set.volumes,
        })
    }

    /// In one line for people.
    pub(super) fn told(&self, maintenance: &Maintenance) -> String {
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
        if self.keep_whole {
            text.push_str(", without intervals that are whole here and lack data there");
        }
        if self.heals {
            text.push_str(", where intervals were missing or lacked data");
        }
        text
    }

    /// Refuses what nobody has agreed to: another plan than the one that was shown, or one with cautions that nobody has looked at.
    /// Tells the one that holds now.
    pub(super) fn is_agreed(&self, plan: &RestorePlan, progress: &Progress) -> Result<(), ErrorBody> {
        if let Some(shown) = &self.shown {
            return shown.check(plan, progress);
        }
        // A heal takes nothing that is worse; its cautions are told behind it.
        if self.yes || self.heals || plan.cautions.is_empty() {
            return Ok(());
        }
        progress.would(plan.clone());
        let message = format!("nothing was restored, because this needs a yes: {}", plan.cautions.join("; "));
        Err(ErrorBody::new(ErrorCode::NeedsYes, message))
    }

    /// How intervals are taken that are here already.
    fn taking(&self, manifests: &[Manifest], stock: &Stock) -> Taking {
        let own = &stock.maintenance.server.id;
        match (self.heals, self.keep_whole) {
            (true, _) => Taking::Healing { is_own: manifests.iter().all(|manifest| manifest.server.id == *own) },
            (false, true) => Taking::KeepingWhole,
            (false, false) => Taking::All,
        }
    }

    /// Unpacks the volumes and chooses from them.
    pub(in crate::maintenance) fn open(&self, stock: &Stock, progress: &Progress) -> Result<Opened, ErrorBody> {
        let unpacked = Unpacked::of(&stock.maintenance, &self.device, &self.volumes, progress)?;
        settled(stock, self.acds.iter().copied(), progress)?;
        let acds: Vec<u8> = self.acds.iter().map(|acd| acd.0).collect();
        let manifests = self.volumes.iter().map(|(_, manifest)| Manifest { acds: acds.clone(), ..manifest.clone() });
        let manifests: Vec<Manifest> = manifests.collect();
        let taking = self.taking(&manifests, stock);
        let mut targets = targets::of(&stock.reports, &stock.maintenance.data, &self.acds, taking)?;
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
        let standing = standing(&stock.maintenance, &chosen, heals)?;
        let collecting = shown::collecting(&targets);
        Ok(Opened { unpacked, manifests, chosen, label, server, outcome, by_tables, heals, standing, collecting })
    }
}

/// What stands in the place of what is chosen, of whole tables and, unless it only heals, of intervals.
pub(super) fn standing(maintenance: &Maintenance, chosen: &Chosen, heals: bool) -> Result<Stood, ErrorBody> {
    backup::standing(chosen, heals, &|file, acd| maintenance.data.file(file, acd)).map_err(|error| refused(&error))
}

/// Waits until what these ACDs have closed is in their files: what comes there only behind the look at what would be replaced would be
/// replaced, too. Where it cannot be written, nothing comes.
pub(in crate::maintenance) fn settled(
    stock: &Stock,
    acds: impl Iterator<Item = AcdNumber>,
    progress: &Progress,
) -> Result<(), ErrorBody> {
    for acd in acds {
        let Ok(source) = stock.reports.source(acd) else { continue };
        let go_on = || progress.step("waiting for what is being archived", 0);
        let waits = || source.view.archive_problem().is_empty();
        if source.files.settle(&mut || go_on() && waits()).is_err() && !progress.goes_on() {
            return Err(ErrorBody::new(ErrorCode::Unavailable, "it was stopped; nothing was changed"));
        }
    }
    Ok(())
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
