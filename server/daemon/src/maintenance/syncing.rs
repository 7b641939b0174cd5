//! Admin-Sync: administration packed for another server, and that of another one taken in.
//!
//! The receiving server decides. It looks thing by thing what was changed where since the last sync, puts what is to stay
//! into the unpacked parcel, and restores that as any backup: with a copy of what it replaces, one transaction for each
//! file, through the journal where the collector is concerned, and to be taken back like any restore. What was synced is
//! remembered before the first change; a sync that broke off in between is no change that a person made.

mod judging;
mod people;
mod restored;
#[cfg(test)]
#[path = "../tests/judging.rs"]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use api::{
    Conflicts, ErrorBody, ErrorCode, Job, LogCode, NoteSync, PARCELS_DEVICE, PackAdministration, Role, RunRestore,
    Started, SyncEntry, SyncReport, TakeAdministration,
};
use backup::{Choice, Group, Label, Making, Marks, Mode, ServerEntry};
use model::{AcdNumber, DataKind, RunStatus, Severity};
use store::{Done, Snapshot, SyncNote};

pub(super) use self::people::is_right;
pub(super) use self::restored::remember;

use self::judging::{Judged, Judging};
use super::restoring::{Opened, Wanted};
use super::run::Stock;
use super::{Maintenance, Progress, Selection, graveness, parcels, refused, wrong};
use crate::auth::User;
use crate::causes::failed;
use crate::lost_files;
use crate::reports::Reports;

/// The kinds of data that are synced: the rest belongs to one server, or is healed.
pub(super) const SYNCED: [DataKind; 2] = [DataKind::System, DataKind::Acd];
/// Things that are told of one sync.
const LINES_MOST: usize = 200;

/// What is to be packed, so that whoever writes it down is told at once what is wrong with it.
pub fn choice(reports: &Reports, asked: &PackAdministration) -> Result<Choice, ErrorBody> {
    let Selection { mut kinds, tables } = Selection::of(&asked.data, &asked.tables)?;
    if kinds.is_empty() {
        kinds.extend(SYNCED);
    }
    if let Some(kind) = kinds.iter().find(|kind| !SYNCED.contains(kind)) {
        let why = match kind {
            DataKind::Local => "they belong to one server alone",
            _ => "gaps in the history are healed with --history instead",
        };
        return Err(wrong(format!("{} are not synced: {why}; sync system, acd or tables of these", kind.title())));
    }
    let acds: Vec<AcdNumber> = match asked.acd {
        Some(acd) => vec![reports.source(acd)?.view.number()],
        None => reports.sources.iter().map(|source| source.view.number()).collect(),
    };
    let tables = (!tables.is_empty()).then(|| tables.iter().map(|table| table.name).collect());
    Ok(Choice { kinds, tables, acds, all_acds: asked.acd.is_none(), mode: Mode::Full })
}

/// Begins to pack administration.
pub fn pack(stock: &Stock, user: &User, asked: &PackAdministration) -> Result<Started, ErrorBody> {
    let choice = choice(&stock.reports, asked)?;
    if choice.kinds.contains(&DataKind::Acd) {
        lost_files::check_sending(&stock.administration.local())?;
    }
    let (maintenance, user_name) = (Arc::clone(&stock.maintenance), user.name.clone());
    stock.maintenance.jobs().start("packing administration", &user.name, move |progress| {
        progress.can_be_called_off();
        let label = maintenance.pack_administration(&choice, progress)?;
        let text = format!("parcel {label} is packed, read back and equal");
        tracing::info!(user = user_name, "{text}");
        Ok(Job { text, label: Some(label), ..Job::default() })
    })
}

impl Maintenance {
    fn pack_administration(&self, choice: &Choice, progress: &Progress) -> Result<String, ErrorBody> {
        parcels::forget_old(self.parcels.address());
        let label = self.free_parcel_label(|label| Label {
            system: choice.kinds.contains(&DataKind::System),
            acd_data: choice.acd_data(),
            acd: choice.acds.first().filter(|_| !choice.all_acds).map_or(0, |acd| acd.0),
            ..label
        })?;
        progress.names(Some(&self.named(&label)), None);
        let making = Making {
            choice,
            label,
            server: self.server.clone(),
            product: crate::VERSION,
            at: self.now(),
            data: &self.data,
            folder: self.parcels.own_folder(&self.server.name),
            // One volume, in which what stays on the other server can be put.
            volume_bytes: u64::MAX,
            builds_on: BTreeMap::new(),
            marks: &Marks::new(),
            left_out: BTreeSet::new(),
            only: None,
            stretches: None,
            go_on: &mut |step, rows| progress.step(&format!("packing {step}"), rows),
        };
        backup::make(making).map_err(|error| refused(&error))?;
        Ok(self.named(&label))
    }
}

/// Begins to take in what another server packed, or to find out what that would do.
pub fn take(stock: &Stock, user: &User, asked: &TakeAdministration) -> Result<Started, ErrorBody> {
    let (server, role) = (&stock.reports.server, stock.reports.role);
    if role != Role::Secondary && !asked.to_primary {
        let message = format!(
            "{server} is the primary, and administration goes from there to the secondary; if it is to be overwritten all the \
             same, say so with --to-primary"
        );
        return Err(ErrorBody::new(ErrorCode::WrongState, message));
    }
    let device = Some(PARCELS_DEVICE.to_owned());
    let wanted = Wanted::of(stock, &RunRestore { label: asked.label.clone(), device, ..RunRestore::default() })?;
    if !wanted.is_only_of(&SYNCED) {
        return Err(wrong(format!(
            "{} is no parcel of administration; see Administration > Servers side by side, or `cms sync admin`",
            asked.label
        )));
    }
    let taking = Taking { stock: stock.clone(), user: user.clone(), asked: asked.clone() };
    stock.maintenance.jobs().start("taking in administration", &user.name, move |progress| {
        progress.can_be_called_off();
        let opened = wanted.open(&taking.stock, progress)?;
        let taken = taking.run(opened, progress).map_err(|error| progress.ended_by(error));
        if let Some(error) = taken.as_ref().err().filter(|_| !taking.asked.dry_run) {
            let text = format!("administration that was sent here was not taken in: {}", error.message);
            taking.stock.log.log(graveness(error), LogCode::SyncFailed, text);
        }
        taken
    })
}

struct Taking {
    stock: Stock,
    user: User,
    asked: TakeAdministration,
}

impl Taking {
    fn run(&self, mut opened: Opened, progress: &Progress) -> Result<Job, ErrorBody> {
        self.check_sender(&opened.sender())?;
        let all = self.judge(&opened)?;
        let mut report = self.report(&opened, &all);
        let (label, from) = (opened.label().to_owned(), report.from.clone());
        if self.asked.dry_run {
            let text = format!("nothing was changed; a sync from {from} would come to: {}", report.counted());
            return Ok(Job { text, label: Some(label), sync: Some(Box::new(report)), ..Job::default() });
        }
        if self.asked.expect.as_ref().is_some_and(|shown| *shown != report.digest) {
            let message = format!(
                "what would be done was changed since it was shown, so nothing was taken over; now it would come to: {}; look at \
                 it with another dry run",
                report.counted()
            );
            return Err(ErrorBody::new(ErrorCode::Overtaken, message));
        }
        if self.asked.conflicts == Conflicts::Refuse && report.conflicts > 0 {
            return Err(ErrorBody::new(ErrorCode::WrongState, conflicts_text(&report)));
        }
        let mut note = self.begin(&opened, &report, &all)?;
        progress.names(Some(&label), None);
        let outcome = match report.changes_nothing() {
            true => Ok(Vec::new()),
            false => self.restore(&mut opened, &all, &mut note, &report, progress),
        };
        match &outcome {
            Ok(notes) => {
                report.notes.extend(notes.iter().cloned());
                note.report = json(&report);
                note.status = RunStatus::Done;
            }
            Err(error) => (note.status, note.detail) = (RunStatus::Failed, error.message.clone()),
        }
        let recorded = self.stock.administration.note_done(Done::Sync(note.clone()));
        outcome.map_err(|error| recorded.behind(error))?;
        report.notes.extend(recorded.note());
        let mut text = format!("sync {} from {from} is done: {}", note.id, report.counted());
        match note.restore {
            Some(restore) => {
                text.push_str(&format!(
                    "; on {}, Administration > Backups, or `cms restore undo {restore}` takes it back",
                    report.to
                ));
            }
            None => text.push_str("; there was nothing to change"),
        }
        report.notes.iter().for_each(|note| text.push_str(&format!("; {note}")));
        if report.kept() > 0 {
            let told = format!(
                "of what {from} sent, things stay as they are here, because they were changed here since the last sync, because \
                 {from} has nothing of their kind any more, or because a user who is gone there owns something here; see \
                 Administration > Servers side by side, or `cms sync log`"
            );
            self.stock.log.log(Severity::Warning, LogCode::SyncConflicts, told);
        }
        Ok(Job { text, label: Some(label), restore: note.restore, sync: Some(Box::new(report)), ..Job::default() })
    }

    /// Refuses the administration of a server from which this one was not synced last: it is more likely that somebody has signed
    /// in to the wrong one, of another site, than that this server has another primary by now.
    fn check_sender(&self, sender: &ServerEntry) -> Result<(), ErrorBody> {
        let syncs = self.stock.administration.local().syncs().map_err(|error| failed("listing the syncs", &error))?;
        let counts = |note: &&SyncNote| !note.sent && note.status == RunStatus::Done && note.undone_at.is_none();
        let Some(last) = syncs.iter().find(counts).filter(|last| last.server != sender.id && !self.asked.from_another)
        else {
            return Ok(());
        };
        let report = serde_json::from_str::<SyncReport>(&last.report).ok();
        let (server, before) = (&self.stock.reports.server, report.map(|report| report.from).unwrap_or_default());
        let (from, now) = (&sender.name, &self.stock.reports.server);
        let why = match before == *from {
            true => {
                format!("the {from} that {server} was synced from last was another one: this one was set up anew since")
            }
            false if before.is_empty() => format!("{server} was synced from another server last, not from {from}"),
            false => format!("{server} was synced from {before} last, not from {from}"),
        };
        let message = format!(
            "{why}; nothing was changed. If {from} is the server that {now} is to be synced from, say so once with `cms sync admin … \
             --from-another`, or with the tick below this on the page"
        );
        Err(ErrorBody::new(ErrorCode::FromAnother, message))
    }

    fn path(&self, file: store::SourceFile, acd: Option<AcdNumber>) -> PathBuf {
        self.stock.maintenance.data.file(file, acd)
    }

    fn judging<'a>(&'a self, sender: &'a ServerEntry) -> Judging<'a> {
        Judging {
            rule: self.asked.conflicts,
            user: &self.user.name,
            own: (&self.stock.maintenance.server.id, &self.stock.reports.server),
            sender: (&sender.id, &sender.name),
        }
    }

    /// Every kind of thing that came, judged thing by thing.
    fn judge(&self, opened: &Opened) -> Result<Vec<(Group, Vec<Judged>)>, ErrorBody> {
        let manifest = opened.sender();
        let judging = self.judging(&manifest);
        let groups = backup::groups(opened.chosen(), &|file, acd| self.path(file, acd));
        let mut all = Vec::new();
        for group in groups.map_err(|error| refused(&error))? {
            let known = self.stock.administration.local().synced(&manifest.id, group.mark());
            let known = known.map_err(|error| failed("reading what was synced", &error))?;
            let things = group.things(&self.snapshot(&group)?, opened.volume()?).map_err(|error| refused(&error))?;
            let mut judged: Vec<Judged> =
                things.into_iter().map(|(key, thing)| judging.judge(&known, key, thing)).collect();
            judging.doubt_emptiness(&known, &mut judged);
            all.push((group, judged));
        }
        let reading = |error| failed("reading the users", &error);
        let reports = &self.stock.reports;
        let users = reports.lock().users().map_err(reading)?.into_iter().map(|user| user.name).collect();
        people::settle(&mut all, users, &reports.server, |name| reports.lock().belongings(name).map_err(reading))?;
        Ok(all)
    }

    fn snapshot(&self, group: &Group) -> Result<Snapshot, ErrorBody> {
        let file = group.parts.first().map_or(store::SourceFile::System, |part| part.file);
        let opened = Snapshot::open(&self.path(file, group.acd), file);
        opened.map_err(|error| failed("reading what is administered", &error))
    }

    fn report(&self, opened: &Opened, all: &[(Group, Vec<Judged>)]) -> SyncReport {
        let (rule, sender) = (self.asked.conflicts, opened.sender());
        let judging = self.judging(&sender);
        let (from, to) = (sender.name.clone(), self.stock.reports.server.clone());
        let digest = judging::digest(all);
        let mut report = SyncReport { from, to, what: opened.what(), rule, digest, ..SyncReport::default() };
        for (group, judged) in all {
            judging::add(&mut report.tables, judging::counted(group, judged));
            report.conflicts += judged.iter().filter(|judged| judged.is_conflict()).count() as u64;
            report.lines.extend(judged.iter().filter_map(|judged| judging.line(group, judged)));
        }
        report.lines.sort_by(|a, b| (a.state, a.acd, &a.table, &a.key).cmp(&(b.state, b.acd, &b.table, &b.key)));
        report.left_out = report.lines.len().saturating_sub(LINES_MOST) as u64;
        report.lines.truncate(LINES_MOST);
        if rule == Conflicts::Refuse && report.conflicts > 0 {
            report.notes.push("because of the conflicts nothing at all is taken over".to_owned());
        }
        if self.stock.reports.role != Role::Secondary {
            report.notes.push(format!("{} is the primary, and is overwritten because --to-primary said so", report.to));
        }
        report
    }

    /// Notes the sync and what it brings, before anything is changed.
    fn begin(&self, opened: &Opened, report: &SyncReport, all: &[(Group, Vec<Judged>)]) -> Result<SyncNote, ErrorBody> {
        let mut note = SyncNote {
            at: self.stock.maintenance.now(),
            user: self.user.name.clone(),
            server: opened.sender().id.clone(),
            status: RunStatus::Running,
            report: json(report),
            ..SyncNote::default()
        };
        note.id = self.note(&note)?;
        if let Err(error) = self.mark(&note, all) {
            (note.status, note.detail) = (RunStatus::Failed, error.message.clone());
            return Err(self.stock.administration.note_done(Done::Sync(note)).behind(error));
        }
        Ok(note)
    }

    /// Remembers what the sync brings.
    fn mark(&self, note: &SyncNote, all: &[(Group, Vec<Judged>)]) -> Result<(), ErrorBody> {
        let mut local = self.stock.administration.local();
        let mut marks = store::Synced::new();
        for (group, judged) in all {
            let brought = judging::marks(judged);
            let known = local.synced(&note.server, group.mark());
            let known = known.map_err(|error| failed("reading what was synced", &error))?;
            // As it was: what is remembered of the sync before goes on being true.
            if known.len() != 1 || known[0] != brought {
                marks.insert(group.mark().to_owned(), brought);
            }
        }
        local.mark_synced(note.id, &marks).map_err(|error| failed("remembering what is synced", &error))
    }

    fn restore(
        &self,
        opened: &mut Opened,
        all: &[(Group, Vec<Judged>)],
        note: &mut SyncNote,
        report: &SyncReport,
        progress: &Progress,
    ) -> Result<Vec<String>, ErrorBody> {
        let volume = opened.volume()?.clone();
        let mut changed = Vec::new();
        for (group, judged) in all.iter().filter(|(_, judged)| judged.iter().any(Judged::changes)) {
            let kept = judging::kept(judged);
            if !kept.is_empty() {
                let is_kept = |key: &str| kept.contains(key);
                group.keep(&self.snapshot(group)?, &volume, &is_kept).map_err(|error| refused(&error))?;
            }
            changed.extend(group.parts.iter().map(|part| part.stored_as.clone()));
        }
        opened.narrow(&changed);
        let over =
            if self.stock.reports.role == Role::Secondary { "" } else { ", although this server is the primary" };
        opened.outcome = format!("synced from {}{over}: {}", report.from, report.counted());
        // Thing by thing, beside people who go on working.
        opened.by_tables = true;
        let what = format!("sync {} from {}: {}", note.id, report.from, opened.what());
        let began = |restore| {
            note.restore = Some(restore);
            self.note(note).map(drop)
        };
        let (_, notes) = opened.restore(&self.stock, &self.user, progress, what, began)?;
        Ok(notes)
    }

    fn note(&self, note: &SyncNote) -> Result<i64, ErrorBody> {
        self.stock.administration.local().note_sync(note).map_err(|error| failed("noting the sync", &error))
    }
}

fn conflicts_text(report: &SyncReport) -> String {
    let conflicts = report.lines.iter().filter(|line| line.state == api::SyncState::Conflict);
    let named: Vec<String> = conflicts.take(5).map(|line| format!("{} {}", line.table, line.key)).collect();
    let more = if report.conflicts as usize > named.len() { " and more" } else { "" };
    format!(
        "{} changed on {} since the last sync, or nothing of the kind is left on {}, or a user who is gone there owns something \
         here, so nothing was taken over: {}{more}; look at them with --dry-run, and decide with --conflicts keep or replace",
        if report.conflicts == 1 { "one thing was".to_owned() } else { format!("{} things were", report.conflicts) },
        report.to,
        report.from,
        named.join(", ")
    )
}

fn json(report: &SyncReport) -> String {
    serde_json::to_string(report).expect("a report has nothing that JSON has not")
}

/// The syncs that this server sent or took in, newest first.
pub fn log(stock: &Stock) -> Result<Vec<SyncEntry>, ErrorBody> {
    let known = stock.administration.local().syncs().map_err(|error| failed("listing the syncs", &error))?;
    let entry = |note: SyncNote| {
        let SyncNote { id, sent, at, user, status, detail, restore, undone_at, report, .. } = note;
        // One that a newer version wrote is listed without what it did.
        let report = serde_json::from_str(&report).ok();
        SyncEntry { sync: id, sent, at, user, status, detail, restore, undone_at, report }
    };
    Ok(known.into_iter().map(entry).collect())
}

/// Notes a sync that this server sent.
pub fn sent(stock: &Stock, user: &User, note: &NoteSync) -> Result<(), ErrorBody> {
    let NoteSync { to, restore, report } = note;
    let kept = SyncNote {
        sent: true,
        at: stock.maintenance.now(),
        user: user.name.clone(),
        server: stock.maintenance.server.id.clone(),
        status: RunStatus::Done,
        restore: *restore,
        report: json(report),
        ..SyncNote::default()
    };
    let noted = stock.administration.note_done(Done::Sync(kept));
    let back = restore.map_or_else(String::new, |restore| format!("; restore {restore} there"));
    let told = format!("sent to {to}: {}{back}", report.counted());
    let recorded = stock.administration.record(user, None, "Admin-Sync", "", told.as_str());
    noted.and(recorded).or_refused(&told)
}
