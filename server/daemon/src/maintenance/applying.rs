//! Putting a backup into the files of the running server, one file after the other, each whole or not at all.
//!
//! Administration of an ACD is also in the collector's state, and the tables are its truth: what is no longer in them is
//! taken out of force before they change, what is new is entered afterwards. A server that ends in between enters what its
//! tables say at the next start.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::{ErrorBody, ErrorCode, LogCode};
use backup::Chosen;
use model::event::Configuration;
use model::{AcdNumber, DataKind, ExceptionRule, Moment, Severity};
use store::{AcdReader, AcdStore, Piece, Restored, RestoredFrom, Restoring, SourceFile, Stood, StoreError};

use super::Progress;
use super::restoring::{Origins, names_in, overtaken};
use super::rights_aside::{self, RightsAside};
use super::room::{self, free_bytes};
use super::run::Stock;
use super::set_aside::{self, SetAside};
use crate::administration::{Recorded, running};
use crate::auth::User;
use crate::causes::{failed, told};
use crate::source::Source;
use crate::standing::Keeping;

/// Where what is restored comes from.
pub enum Whence {
    /// A backup.
    Backup {
        /// Its label.
        label: String,
        /// Whether it only heals: what is whole here stays.
        heals: bool,
    },
    /// A copy of what was there before, with what was noted of its intervals, the passwords of its users who were removed, and what
    /// earlier users were permitted whose names came anew.
    Copy(Origins, SetAside, RightsAside),
}

impl Whence {
    /// For the file of an ACD, or for one of none.
    fn of(&self, acd: Option<AcdNumber>) -> RestoredFrom {
        match self {
            Whence::Backup { label, heals } => RestoredFrom::Backup { label: label.clone(), heals: *heals },
            Whence::Copy(origins, ..) => {
                RestoredFrom::Copy(acd.and_then(|acd| origins.get(&acd)).cloned().unwrap_or_default())
            }
        }
    }
}

/// One restore into all files that it concerns.
pub struct Applying<'a> {
    /// The server.
    pub stock: &'a Stock,
    /// What is restored.
    pub chosen: &'a Chosen,
    /// The unpacked volumes.
    pub volumes: &'a [PathBuf],
    /// What must still stand in its place.
    pub stood: &'a Stood,
    /// Where it comes from.
    pub from: Whence,
    /// What is noted in each file with it.
    pub mark: Option<String>,
    /// The folder with the copy of what it replaces.
    pub copy: &'a Path,
    /// About how many bytes it puts into the files.
    pub room: u64,
    /// How far it is.
    pub progress: &'a Progress,
}

/// A step of a restore that was not done.
struct Broken {
    error: ErrorBody,
    /// Whether a part of it was done all the same.
    half: bool,
}

impl From<ErrorBody> for Broken {
    fn from(error: ErrorBody) -> Broken {
        Broken { error, half: false }
    }
}

fn not_restored(chosen: &Chosen, error: &StoreError) -> Broken {
    let error = match error {
        StoreError::Overtaken { stored_as } => overtaken(chosen, stored_as),
        StoreError::Invalid(_) => ErrorBody::new(ErrorCode::BadRequest, told(error)),
        StoreError::RecordsAlone { .. } => {
            return Broken { error: ErrorBody::new(ErrorCode::Unavailable, told(error)), half: true };
        }
        _ => ErrorBody::new(ErrorCode::Unavailable, told(error)),
    };
    error.into()
}

/// What is said of what could not be done behind a restore.
fn left_text(acd: AcdNumber, left: Vec<StoreError>) -> Vec<String> {
    let text = |error| {
        format!(
            "behind the restore of ACD {acd}, which is done, something could not be tidied up: {}; the next start of the server does it",
            told(&error)
        )
    };
    left.into_iter().map(text).collect()
}

fn unavailable(why: String) -> ErrorBody {
    ErrorBody::new(ErrorCode::Unavailable, why)
}

/// Why not everything was restored.
pub struct Failure {
    code: ErrorCode,
    message: String,
    /// What was restored before, for people.
    before: Vec<String>,
    /// What was not.
    left: Vec<String>,
    /// Whether a part of the first of those was.
    half: bool,
}

impl Failure {
    /// Whether everything is as it was before.
    pub fn changed_nothing(&self) -> bool {
        self.before.is_empty() && !self.half
    }

    /// For people: what was done and what was not. `done` is the word for it, and `next` what to do where there was something.
    pub fn told(self, done: &str, next: &str) -> ErrorBody {
        let Failure { code, message, before, left, half } = self;
        let text = match before.is_empty() {
            true if half => format!("{message}; not {done}: {}{next}", left.join(", ")),
            true => format!("{message}; nothing was {done} before that"),
            false => {
                format!("{message}; {done} before that: {}; not {done}: {}{next}", before.join(", "), left.join(", "))
            }
        };
        ErrorBody::new(code, text)
    }
}

/// What the administration tables of ACDs will say.
type Trials = BTreeMap<AcdNumber, Vec<Configuration>>;

/// What is restored in one transaction.
type Step<'a> = ((SourceFile, Option<AcdNumber>), &'a Vec<Piece>);

impl Applying<'_> {
    /// Restores everything that was chosen. Gives what people should know afterwards.
    pub fn apply(&self, user: &User, outcome: &str) -> Result<Vec<String>, Failure> {
        let steps: Vec<Step<'_>> = self.chosen.pieces.iter().map(|(of, pieces)| (*of, pieces)).collect();
        let (mut notes, mut recorded) = (Vec::new(), Recorded::default());
        let failure = |Broken { error, half }, done: usize| {
            let titles = |steps: &[Step<'_>]| steps.iter().flat_map(|step| self.titles(step)).collect();
            let ErrorBody { code, message, .. } = error;
            Failure { code, message, before: titles(&steps[..done]), left: titles(&steps[done..]), half }
        };
        // Whatever can fail for want of room is tried before the first file changes: half of a restore is nobody's wish.
        let trials = self.trials(steps.len()).map_err(|error| failure(error, 0))?;
        for (done, step) in steps.iter().enumerate() {
            notes.extend(self.step(step, &trials).map_err(|error| failure(error, done))?);
            for kind in self.kinds(step.1) {
                recorded = recorded.and(self.stock.administration.record(user, step.0.1, kind.title(), "", outcome));
            }
        }
        notes.extend(recorded.note());
        Ok(notes)
    }

    /// Restores one file. Gives what people should know afterwards: what fails behind its transaction is no error any more.
    fn step(&self, step: &Step<'_>, trials: &Trials) -> Result<Vec<String>, Broken> {
        match step {
            ((SourceFile::Local, _), pieces) => self.local(pieces),
            ((SourceFile::System, _), pieces) => self.system(pieces),
            ((SourceFile::Acd, Some(acd)), pieces) => {
                let trial = trials.get(acd).map_or(&[][..], Vec::as_slice);
                self.acd(*acd, pieces, self.records(*acd), trial)
            }
            // With the history, where that is restored, too.
            ((SourceFile::Events, Some(acd)), pieces)
                if !self.chosen.pieces.contains_key(&(SourceFile::Acd, Some(*acd))) =>
            {
                self.events(*acd, pieces)
            }
            ((SourceFile::Acd | SourceFile::Events, _), _) => Ok(Vec::new()),
        }
    }

    /// What a step is about, for people.
    fn titles(&self, ((_, acd), pieces): &Step<'_>) -> Vec<String> {
        let of = acd.map_or_else(String::new, |acd| format!(" of ACD {acd}"));
        self.kinds(pieces).into_iter().map(|kind| format!("{}{of}", kind.title())).collect()
    }

    /// What the administration tables of each ACD will say, and whether there is room for all `steps`.
    fn trials(&self, steps: usize) -> Result<Trials, Broken> {
        let mut trials = Trials::new();
        for ((file, acd), pieces) in &self.chosen.pieces {
            if let (SourceFile::Acd, Some(acd)) = (file, acd) {
                let source = running(&self.stock.reports, *acd)?;
                trials.insert(*acd, self.trial(source, *acd, pieces)?);
            }
        }
        // One transaction is done or not, whatever room there is.
        if steps > 1 {
            let free = free_bytes(&self.stock.maintenance.unpacked());
            room::put_obstacle(self.room, steps as u64, free)
                .map_or(Ok(()), |why| Err(Broken::from(unavailable(why))))?;
        }
        Ok(trials)
    }

    /// What is restored of an ACD's records of single events.
    fn records(&self, acd: AcdNumber) -> &[Piece] {
        self.chosen.pieces.get(&(SourceFile::Events, Some(acd))).map_or(&[], Vec::as_slice)
    }

    fn kinds(&self, pieces: &[Piece]) -> BTreeSet<DataKind> {
        pieces.iter().filter_map(|piece| Some(self.chosen.parts.get(&piece.stored_as)?.kind)).collect()
    }

    fn restoring<'r>(&'r self, pieces: &'r [Piece], go_on: &'r mut (dyn FnMut(u64) -> bool + Send)) -> Restoring<'r> {
        let (volumes, stood) = (self.volumes, Some(self.stood));
        Restoring { from: self.from.of(None), volumes, pieces, stood, mark: self.mark.as_deref(), go_on }
    }

    fn local(&self, pieces: &[Piece]) -> Result<Vec<String>, Broken> {
        let mut go_on = |rows| self.progress.step("restoring local.db", rows);
        let restored = self.stock.administration.local().restore(&mut self.restoring(pieces, &mut go_on));
        restored.map_err(|error| not_restored(self.chosen, &error))?;
        let mut notes = Vec::new();
        for source in &self.stock.reports.sources {
            let acd = source.view.number();
            let keeping = Keeping::read(&self.stock.administration.local(), acd).map_err(|error| told(&error));
            let kept = keeping.and_then(|keeping| source.files.keep(Arc::new(keeping), Vec::new()));
            if let Err(why) = kept {
                notes.push(format!(
                    "ACD {acd} keeps to the restored allocation from the next start of the server on: {why}"
                ));
            }
        }
        Ok(notes)
    }

    fn system(&self, pieces: &[Piece]) -> Result<Vec<String>, Broken> {
        let mut go_on = |rows| self.progress.step("restoring system.db", rows);
        let known = |doing| self.stock.reports.lock().users().map_err(|error| failed(doing, &error));
        let before: BTreeSet<String> = known("listing the users")?.into_iter().map(|user| user.name).collect();
        let aside = match &self.from {
            Whence::Copy(_, aside, _) => aside.clone(),
            Whence::Backup { .. } => SetAside::new(),
        };
        let given = self.stock.administration.local().passwords_given();
        let given = given.map_err(|error| failed("reading who has a password", &error))?.into_keys();
        let given: BTreeSet<String> = given.chain(aside.keys().cloned()).collect();
        let rights = self.set_rights_aside(&before)?;
        // Not held any longer than this: who reads rights or calculations holds those and waits for it.
        let restored = self.stock.reports.lock().restore(&mut self.restoring(pieces, &mut go_on), &given);
        // Also after a failure: what is read anew is never wrong.
        self.stock.administration.people.forget();
        self.stock.reports.house.forget();
        restored.map_err(|error| {
            rights.give_back(self.stock).iter().for_each(|note| tracing::warn!("{note}"));
            not_restored(self.chosen, &error)
        })?;
        let users = match known("listing the users") {
            Ok(users) => users,
            Err(error) => {
                let note = format!(
                    "who is a user now could not be looked at: {}; restart the server, and give those a password who have none",
                    error.message
                );
                return Ok(vec![note]);
            }
        };
        let mut notes = Vec::new();
        if let Whence::Copy(_, _, rights) = &self.from {
            notes = rights.give_back(self.stock);
            self.stock.administration.people.forget();
        }
        let after: BTreeSet<String> = users.iter().map(|user| user.name.clone()).collect();
        set_aside::give_back(&mut self.stock.administration.local(), &aside, &(&after - &before));
        set_aside::put_beside(&self.stock.administration, self.copy, &(&before - &after));
        let why = ErrorBody::new(ErrorCode::NotSignedIn, "the users of this server were restored; sign in again");
        let same =
            |user: &User, known: &store::User| (&known.name, known.administrator) == (&user.name, user.administrator);
        self.stock.sessions.sign_out(|user| !users.iter().any(|known| same(user, known)), &why);
        // Only who came by this: whoever was here without a password was told of when that was so, or has none on purpose.
        let names = users.iter().map(|user| user.name.as_str());
        let without: Vec<&str> = names.filter(|name| !given.contains(*name) && !before.contains(*name)).collect();
        for name in &without {
            let text = format!(
                "{name} was restored and has no password on this server, so nobody can sign in so: Administration > Users \
                 and permissions, Set password, or `cms user password {name}`"
            );
            self.stock.log.log(Severity::Warning, LogCode::UserWithoutPassword, text);
        }
        // Whoever syncs reads it on the other server.
        let server = &self.stock.reports.server;
        let note = format!("these users have no password on {server} and need one: {}", without.join(", "));
        notes.extend((!without.is_empty()).then_some(note));
        Ok(notes)
    }

    /// Of a user of before who bears the name of one who comes, what was permitted goes first: a restore of users alone that took that one
    /// away left it, and it must not be the next one's. Taking a restore back brings the same user again, and what this sets aside.
    /// Gives what was set aside and is to be in force again if nothing is restored.
    fn set_rights_aside(&self, before: &BTreeSet<String>) -> Result<RightsAside, ErrorBody> {
        let now = |users: &BTreeSet<String>| RightsAside::now(self.stock, self.chosen, users);
        if let Whence::Copy(_, _, rights) = &self.from {
            // An attempt before this one may have put them in force already.
            if !rights_aside::beside(self.copy).exists() {
                now(&rights.users())?.put_beside(self.copy)?;
            }
            return Ok(RightsAside::default());
        }
        let there = names_in(self.chosen, self.volumes, "users", &["name"]);
        let there = there.map_err(|error| failed("reading the backup", &error))?.unwrap_or_default();
        let added: BTreeSet<String> = there.difference(before).cloned().collect();
        let rights = now(&added)?.of_somebody();
        rights.put_beside(self.copy)?;
        for name in &added {
            let left = self.stock.administration.clear_permissions(&self.stock.reports, name);
            if let Some((acd, why)) = left.into_iter().next() {
                let message = format!("what an earlier {name} was permitted of ACD {acd} cannot go: {}", why.message);
                return Err(ErrorBody::new(why.code, message));
            }
        }
        Ok(rights)
    }

    fn acd(
        &self,
        acd: AcdNumber,
        pieces: &[Piece],
        records: &[Piece],
        trial: &[Configuration],
    ) -> Result<Vec<String>, Broken> {
        let source = running(&self.stock.reports, acd)?;
        let administered = || AcdReader::open(&source.database)?.administration();
        let before = administered().map_err(|error| failed("reading what is administered", &error))?;
        let removed = removed(pieces, &before, trial);
        enter(source, removed.iter().map(usual))?;
        let restored = self.history(source, acd, pieces, records);
        if restored.is_err() {
            enter(source, removed.into_iter())?;
        }
        // What somebody watches may no longer be permitted, or may be called otherwise.
        self.stock.administration.people.forget();
        self.stock.sessions.stir();
        source.forget_names();
        let mut notes = restored?;
        let after = administered().map_err(|error| failed("reading what is administered", &error));
        let new = after.map(|after| after.into_iter().filter(|configuration| !before.contains(configuration)));
        if let Err(error) = new.and_then(|new| enter(source, new)) {
            notes.push(format!(
                "what is administered of ACD {acd} is restored, and is counted by from the next start of the server on: {}",
                error.message
            ));
        }
        Ok(notes)
    }

    /// What the tables will say is asked of a history that has nothing but them.
    fn trial(&self, source: &Source, acd: AcdNumber, pieces: &[Piece]) -> Result<Vec<Configuration>, Broken> {
        let whole: Vec<Piece> = whole(pieces).cloned().collect();
        let reading = |error| failed("reading what is administered", &error);
        let before = AcdReader::open(&source.database).and_then(|reader| reader.administration()).map_err(reading)?;
        if whole.is_empty() || before.is_empty() {
            return Ok(Vec::new());
        }
        let folder = self.stock.maintenance.unpacked().join("administration");
        let read = || {
            let mut trial = AcdStore::open(&folder.join("trial.db"), acd)?;
            trial.restore(&mut Restoring { stood: None, mark: None, ..self.restoring(&whole, &mut |_| true) }, None)?;
            trial.reader()?.administration()
        };
        let made = std::fs::create_dir_all(&folder);
        made.map_err(|error| unavailable(format!("cannot make {}: {error}", folder.display())))?;
        let after = read();
        let _ = std::fs::remove_dir_all(&folder);
        after.map_err(|error| not_restored(self.chosen, &error))
    }

    fn history(
        &self,
        source: &Source,
        acd: AcdNumber,
        pieces: &[Piece],
        records: &[Piece],
    ) -> Result<Vec<String>, Broken> {
        let (pieces, records, volumes) = (pieces.to_vec(), records.to_vec(), self.volumes.to_vec());
        let (from, progress, stood) = (self.from.of(Some(acd)), self.progress.clone(), self.stood.clone());
        let mark = self.mark.clone();
        let work = move |store: &mut AcdStore| {
            let going = |what: String| {
                let progress = progress.clone();
                move |rows| progress.step(&what, rows)
            };
            let (mut go_on, mut records_go_on) =
                (going(format!("restoring ACD {acd}")), going(format!("restoring the records of ACD {acd}")));
            let (pieces, volumes, stood, mark) = (&pieces[..], &volumes[..], Some(&stood), mark.as_deref());
            let mut beside =
                Restoring { from: from.clone(), volumes, pieces: &records, stood, mark, go_on: &mut records_go_on };
            let mut restoring = Restoring { from, volumes, pieces, stood, mark, go_on: &mut go_on };
            store.restore(&mut restoring, (!records.is_empty()).then_some(&mut beside))
        };
        self.forget(acd)?;
        let restored = source.files.work(work).map_err(unavailable)?;
        let Restored { changed, left } = restored.map_err(|error| not_restored(self.chosen, &error))?;
        if let Some(first) = changed.iter().min() {
            source.files.restored(Moment(*first));
        }
        match AcdReader::open(&source.database).and_then(|reader| reader.last_interval()) {
            Ok(newest) => source.view.set_archived_to(newest.map(|interval| interval.start)),
            // It is restored; only where the archive ends is told as before.
            Err(error) => tracing::warn!(%acd, "the newest interval cannot be found: {}", told(&error)),
        }
        Ok(left_text(acd, left))
    }

    fn events(&self, acd: AcdNumber, pieces: &[Piece]) -> Result<Vec<String>, Broken> {
        let source = running(&self.stock.reports, acd)?;
        let (pieces, volumes, progress) = (pieces.to_vec(), self.volumes.to_vec(), self.progress.clone());
        let (from, mark) = (self.from.of(Some(acd)), self.mark.clone());
        let work = move |store: &mut AcdStore| {
            let mark = mark.as_deref();
            let mut go_on = |rows| progress.step(&format!("restoring the records of ACD {acd}"), rows);
            let (pieces, volumes) = (&pieces[..], &volumes[..]);
            store.restore_events(&mut Restoring { from, volumes, pieces, stood: None, mark, go_on: &mut go_on })
        };
        self.forget(acd)?;
        let restored = source.files.work(work).map_err(unavailable)?;
        restored.map(|left| left_text(acd, left)).map_err(|error| not_restored(self.chosen, &error))
    }

    /// The next incremental backup takes what was restored. Forgotten before, because what cannot be forgotten for want of room
    /// must not have been restored either.
    fn forget(&self, acd: AcdNumber) -> Result<(), ErrorBody> {
        let forgotten = self.stock.administration.local().forget_backed_up(acd);
        forgotten.map_err(|error| failed("forgetting what is backed up", &error))
    }
}

/// Tables that are replaced as a whole.
fn whole(pieces: &[Piece]) -> impl Iterator<Item = &Piece> {
    pieces.iter().filter(|piece| piece.carried.unit == store::Unit::Whole)
}

/// Configurations in force that the backup's tables do not have: `after` is what those say.
fn removed(pieces: &[Piece], before: &[Configuration], after: &[Configuration]) -> Vec<Configuration> {
    let replaced = |configuration: &&Configuration| {
        let table = store::administration_table(configuration);
        whole(pieces).any(|piece| Some(piece.carried.table) == table)
    };
    let gone = |configuration: &&Configuration| !after.iter().any(|other| configuration.is_about_the_same(other));
    before.iter().filter(replaced).filter(gone).cloned().collect()
}

fn enter(source: &Source, configurations: impl Iterator<Item = Configuration>) -> Result<(), ErrorBody> {
    for configuration in configurations {
        source.orders.enter(&configuration).map_err(unavailable)?;
    }
    Ok(())
}

/// How a thing is that nobody administered.
fn usual(configuration: &Configuration) -> Configuration {
    match configuration {
        Configuration::SplitProfile { split, .. } => Configuration::SplitProfileRemoved { split: *split },
        Configuration::VdnProfile { vdn, .. } => Configuration::VdnProfileRemoved { vdn: *vdn },
        Configuration::Trace { agent, .. } => Configuration::Trace { agent: *agent, on: false },
        Configuration::Exception { rule } => {
            let on = rule.key.kind.is_on_by_default();
            Configuration::Exception { rule: ExceptionRule { key: rule.key, threshold: 0, limit_secs: 0, on } }
        }
        other => other.clone(),
    }
}
