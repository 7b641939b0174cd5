//! A backup that was unpacked and of which is chosen what to restore: its plan, the copy of what it replaces, and the restore.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use api::{ErrorBody, ErrorCode, RestoreLine, RestorePlan};
use backup::{Chosen, Label, Making, Manifest, Marks, Mode, Places, Plan, ServerEntry};
use model::{Calendar, DataKind, RunStatus};
use store::{Restore, SourceFile, Stood};

use super::cautions::{self, Cautions};
use super::copies::{forget_old_copies, keep_origins, remove_copy};
use super::unpacked::Unpacked;
use super::wanted::standing;
use super::{finish, note, taken_back};
use crate::auth::User;
use crate::maintenance::allowed::{allowed, held_still};
use crate::maintenance::applying::{Applying, Whence};
use crate::maintenance::run::Stock;
use crate::maintenance::{Maintenance, Progress, broken_off, master, refused, room, shown, since, syncing, wrong};

/// What begins before 1971 begins with the first there is, and what ends after the year 9999 with the last.
const EARLIEST_SECS: i64 = 365 * 86_400;
const LATEST_SECS: i64 = 253_402_300_799;

/// A backup that is open, and what is restored of it.
pub(in crate::maintenance) struct Opened {
    pub(super) unpacked: Unpacked,
    pub(super) manifests: Vec<Manifest>,
    pub(super) chosen: Chosen,
    pub(super) label: String,
    pub(super) server: String,
    /// What is recorded of each kind of data that it replaces.
    pub(in crate::maintenance) outcome: String,
    /// Whether chosen tables or single things are put back, not whole kinds of data.
    pub(in crate::maintenance) by_tables: bool,
    pub(super) heals: bool,
    /// What stood in its place when it was opened.
    pub(super) standing: Stood,
    /// From where on each ACD still collects, in the words of a plan's digest.
    pub(super) collecting: String,
}

impl Opened {
    /// A copy of what a restore replaced, or its taking back.
    pub(in crate::maintenance) fn of_copy(
        stock: &Stock,
        (unpacked, manifests, chosen): (Unpacked, Vec<Manifest>, Chosen),
        restore: &Restore,
        outcome: String,
    ) -> Result<Opened, ErrorBody> {
        let standing = standing(&stock.maintenance, &chosen, false)?;
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
    pub(in crate::maintenance) fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }

    /// The unpacked volumes.
    pub(in crate::maintenance) fn volumes(&self) -> &[PathBuf] {
        &self.unpacked.volumes
    }

    /// What it would do.
    pub(in crate::maintenance) fn plan(&self, stock: &Stock, progress: &Progress) -> Result<RestorePlan, ErrorBody> {
        let maintenance = &stock.maintenance;
        let mut go_on = |table: &str| progress.step(&format!("comparing {table}"), 0);
        let path_of = |file, acd| maintenance.data.file(file, acd);
        let plan = backup::compare(&self.chosen, &self.manifests, &self.unpacked.volumes, &path_of, &mut go_on);
        let Plan { lines, mut cautions, mut notes, digest } = plan.map_err(|error| refused(&error))?;
        let Cautions { of, for_good } = cautions::of(stock, &self.chosen, &self.unpacked.volumes)?;
        cautions.extend(of);
        notes.extend(self.consequences(stock));
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
            for_good,
        })
    }

    /// What a restore does besides its rows.
    fn consequences(&self, stock: &Stock) -> Vec<String> {
        let kinds = self.kinds();
        let mut notes = Vec::new();
        if kinds.contains(&DataKind::System) {
            notes.push("passwords stay those of this server; a user who is new here has none and needs one".to_owned());
        }
        if kinds.contains(&DataKind::Acd) {
            notes.push(
                "the running interval goes on: what changes in it is judged anew from its beginning, and no data are lost".to_owned(),
            );
        }
        if kinds.contains(&DataKind::Historical) {
            let by_hand = self
                .chosen
                .pieces
                .keys()
                .filter_map(|(_, acd)| acd.as_ref())
                .any(|acd| stock.reports.source(*acd).is_ok_and(|source| !source.view.keeping().summarizing.rerun));
            notes.push(match by_hand {
                false => "days, weeks and months above changed intervals are made again".to_owned(),
                true => {
                    "days, weeks and months above changed intervals count as out of date until they are made again by \
                         hand (`cms archive summarize`), because that is not to go by itself"
                        .to_owned()
                }
            });
        }
        notes
    }

    /// Label of the backup.
    pub(in crate::maintenance) fn label(&self) -> &str {
        &self.label
    }

    /// The server that it was made on.
    pub(in crate::maintenance) fn sender(&self) -> ServerEntry {
        self.manifests.first().map_or_else(ServerEntry::default, |manifest| manifest.server.clone())
    }

    /// What is chosen of it.
    pub(in crate::maintenance) fn chosen(&self) -> &Chosen {
        &self.chosen
    }

    /// The unpacked volume of a backup that has one.
    pub(in crate::maintenance) fn volume(&self) -> Result<&PathBuf, ErrorBody> {
        match &self.unpacked.volumes[..] {
            [volume] => Ok(volume),
            volumes => Err(wrong(format!("{} has {} volumes and should have one", self.label, volumes.len()))),
        }
    }

    /// The tables that are chosen, for people.
    pub(in crate::maintenance) fn what(&self) -> String {
        let manifest = self.manifests.first();
        let tables = manifest.and_then(|manifest| manifest.tables.clone()).map(|tables| tables.join(", "));
        let kinds = self.kinds();
        let titles = || kinds.iter().map(|kind| kind.title()).collect::<Vec<_>>().join(", ");
        tables.map_or_else(titles, |tables| format!("tables {tables}"))
    }

    /// Leaves out all tables but these, by their names in the volume.
    pub(in crate::maintenance) fn narrow(&mut self, stored_as: &[String]) {
        self.chosen.parts.retain(|name, _| stored_as.contains(name));
        self.chosen.pieces.values_mut().for_each(|pieces| pieces.retain(|piece| stored_as.contains(&piece.stored_as)));
        self.chosen.pieces.retain(|_, pieces| !pieces.is_empty());
    }

    /// Restores, and notes that in the list of restores. `began` is told the restore's number before anything is changed. Gives
    /// the number, and what people should know afterwards.
    pub(in crate::maintenance) fn restore(
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
            started_at: stock.maintenance.now(),
            status: RunStatus::Running,
            user: user.name.clone(),
            by_tables: self.by_tables,
            ..Restore::default()
        };
        restore.id = note(stock, &restore)?;
        progress.names(Some(&self.label), Some(restore.id));
        let outcome = began(restore.id).and_then(|()| self.run(stock, user, progress, restore.id));
        let outcome = outcome.map_err(|error| progress.ended_by(error));
        let recorded = finish(stock, &mut restore, outcome.as_ref().err());
        match outcome {
            Ok(mut notes) => {
                notes.extend(recorded.note());
                Ok((restore.id, notes))
            }
            Err(error) => Err(recorded.behind(error)),
        }
    }

    fn kinds(&self) -> BTreeSet<DataKind> {
        self.chosen.parts.values().map(|part| part.kind).collect()
    }

    /// Refuses what is not allowed in the state in which the server is by now.
    pub(in crate::maintenance) fn allowed(&self, stock: &Stock) -> Result<(), ErrorBody> {
        allowed(stock, self.kinds().into_iter(), self.by_tables).and_then(|()| self.master_allowed(stock))
    }

    /// Refuses another master ACD, if that may not be changed by now.
    pub(super) fn master_allowed(&self, stock: &Stock) -> Result<(), ErrorBody> {
        master::allowed(stock, &self.chosen, &self.unpacked.volumes)
    }

    /// Refuses what somebody changed since it was looked at: it is not in the copy, and nobody was told that it goes.
    pub(in crate::maintenance) fn is_still(&self, maintenance: &Maintenance) -> Result<(), ErrorBody> {
        let now = standing(maintenance, &self.chosen, self.heals)?;
        let mut changed = now.iter().filter(|(table, rows)| self.standing.get(*table) != Some(rows));
        changed.next().map_or(Ok(()), |(table, _)| Err(overtaken(&self.chosen, table)))
    }

    /// What must stand still until it is replaced.
    pub(in crate::maintenance) fn stood(&self) -> &Stood {
        &self.standing
    }

    /// Copies what will be replaced into a folder.
    pub(in crate::maintenance) fn copy(
        &self,
        stock: &Stock,
        progress: &Progress,
        folder: PathBuf,
    ) -> Result<(), ErrorBody> {
        let maintenance = &stock.maintenance;
        let choice = self.chosen.choice();
        let label = Label {
            date: maintenance.today(),
            count: 1,
            local: choice.kinds.contains(&DataKind::Local),
            system: choice.kinds.contains(&DataKind::System),
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
            at: maintenance.now(),
            data: &maintenance.data,
            folder,
            volume_bytes: u64::MAX,
            builds_on: BTreeMap::new(),
            marks: &marks,
            left_out: BTreeSet::new(),
            only: Some(self.chosen.extents()),
            stretches: None,
            go_on: &mut |step, _| progress.step(&format!("copying what will be replaced: {step}"), 0),
        };
        let kept = keep_origins(maintenance, &self.chosen, &making.folder);
        let copied = kept.and_then(|()| backup::make(making).map(drop).map_err(|error| refused(&error)));
        copied.map_err(|error| {
            ErrorBody::new(
                error.code,
                format!("what would be replaced cannot be copied, so nothing was restored: {}", error.message),
            )
        })
    }

    /// What nobody but the restore itself changes until it is replaced. With users who come, rights of ACDs go that an earlier one of the
    /// name had: those the restore changes before it comes to their table.
    fn still_standing(&self) -> Stood {
        let has_users = self.chosen.parts.values().any(|part| part.carried.table == "users");
        let is_right = |part: &backup::Part| part.file == SourceFile::Acd && syncing::is_right(part.carried.table);
        let is_left_out = |stored_as| has_users && self.chosen.parts.get(stored_as).is_some_and(is_right);
        let standing = self.standing.iter().filter(|(stored_as, _)| !is_left_out(*stored_as));
        standing.map(|(stored_as, digest)| (stored_as.clone(), digest.clone())).collect()
    }

    /// Copies what will be replaced, then restores. Gives what people should know afterwards.
    pub(super) fn run(
        &self,
        stock: &Stock,
        user: &User,
        progress: &Progress,
        number: i64,
    ) -> Result<Vec<String>, ErrorBody> {
        let maintenance = &stock.maintenance;
        self.copy(stock, progress, maintenance.restore_folder(number))?;
        // Unpacking and copying took their time, and somebody may have let everybody in again.
        let _still = held_still(stock, self.kinds().into_iter(), self.by_tables);
        let goes_on =
            self.allowed(stock).and_then(|()| self.is_still(maintenance)).and_then(|()| progress.to_the_end());
        goes_on.map_err(|error| {
            // Without it, taking this restore back finds that it had replaced nothing.
            let left = remove_copy(&maintenance.restore_folder(number)).err();
            let left = left.map_or_else(String::new, |left| format!("; {}", left.message));
            ErrorBody::new(error.code, format!("nothing was restored: {}{left}", error.message))
        })?;
        forget_old_copies(maintenance);
        let from = Whence::Backup { label: self.label.clone(), heals: self.heals };
        let volumes = &self.unpacked.volumes;
        let room = room::to_put(&self.manifests, &self.chosen);
        let copy = &maintenance.restore_folder(number);
        let (chosen, stood) = (&self.chosen, &self.still_standing());
        let mark = Some(broken_off::mark(number));
        broken_off::note_files(copy, chosen);
        let applying = Applying { stock, chosen, volumes, stood, from, mark, copy, room, progress };
        let notes = applying.apply(user, &self.outcome);
        since::remember(maintenance, number, &self.chosen);
        notes.map_err(|failure| {
            let undo = format!("; {} of that", taken_back(number));
            failure.told("restored", &undo)
        })
    }
}

/// What is said where something was changed that was to be replaced; it is named as in the volumes.
pub(in crate::maintenance) fn overtaken(chosen: &Chosen, stored_as: &str) -> ErrorBody {
    let part = chosen.parts.get(stored_as);
    let what = match part.filter(|part| part.carried.unit == store::Unit::Interval).and_then(|part| part.acd) {
        Some(acd) => format!("intervals of ACD {acd} that were to be replaced were archived on this server meanwhile"),
        None => format!("somebody changed {} on this server meanwhile", part.map_or(stored_as, |part| part.name)),
    };
    ErrorBody::new(ErrorCode::Overtaken, format!("{what}; look at the plan again"))
}

fn told(stock: &Stock, line: backup::Line) -> RestoreLine {
    let calendar = line.acd.and_then(|acd| Some(stock.reports.source(acd).ok()?.view.calendar()));
    let (from, to) = ends(line.range, calendar.unwrap_or(stock.maintenance.calendar()));
    RestoreLine {
        table: line.name.to_owned(),
        data: line.kind,
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
pub(in crate::maintenance) fn ends(range: Option<Places>, calendar: Calendar) -> (Option<String>, Option<String>) {
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
