//! The report library of this server, and running a report on its data.

mod used;

use std::collections::BTreeSet;
use std::sync::Arc;

use api::{ErrorBody, ErrorCode, PreviewAnswer, PreviewReport, ReportEntry, Role, SaveReport, Scope, Stamp};
use model::{AcdNumber, Dictionary, Moment};
use parking_lot::Mutex;
use report::{Bounds, Definition, HouseFormula, Inputs, ReportKind, Sheet};
use store::{AcdReader, SavedReport, StoreError, SystemStore};
use tokio::sync::watch;

use crate::auth::User;
use crate::causes::{failed, told};
use crate::house::House;
use crate::reach::{Reach, Visible};
use crate::rows::Rows;
use crate::source::Source;

/// Everything that answers about reports and data.
pub struct Reports {
    /// Name of the server.
    pub server: String,
    /// Its role.
    pub role: Role,
    /// The ACDs by number.
    pub sources: Vec<Source>,
    /// Users and designer reports.
    pub system: Mutex<SystemStore>,
    /// Calculations that every report may use.
    pub house: House,
}

/// One ACD at the moment at which a report is computed.
struct Taken<'a> {
    stamp: Stamp,
    name: String,
    rows: Visible<'a>,
    names: Arc<Dictionary>,
}

impl Taken<'_> {
    fn acd(&self) -> report::Acd<'_> {
        report::Acd {
            number: self.stamp.acd,
            name: &self.name,
            source: &self.rows,
            dictionary: &self.names,
            now: self.rows.rows.board.at,
        }
    }
}

/// The longest list of rows that travels at once, and what a report may keep to make it: half a gigabyte, in the process that
/// collects. Longer answers ask for narrower inputs.
const BOUNDS: Bounds = Bounds { rows: 200_000, cells: 20_000_000 };

impl Reports {
    /// The ACD with this number.
    pub fn source(&self, acd: AcdNumber) -> Result<&Source, ErrorBody> {
        self.sources.iter().find(|source| source.view.number() == acd).ok_or_else(|| {
            let known: Vec<_> = self.sources.iter().map(|source| source.view.number().to_string()).collect();
            let message = format!("{} has no ACD {acd}; it collects from ACD {}", self.server, known.join(", "));
            ErrorBody::new(ErrorCode::NotFound, message)
        })
    }

    /// Boards of an ACD as they are published.
    pub fn boards(&self, acd: AcdNumber) -> Option<watch::Receiver<Option<Arc<collector::Board>>>> {
        self.source(acd).ok().map(|source| source.view.boards())
    }

    /// Opens an ACD's archive for reading.
    pub fn archive(&self, acd: AcdNumber) -> Result<AcdReader, ErrorBody> {
        let source = self.source(acd)?;
        AcdReader::open(&source.database).map_err(|error| {
            source.view.cannot_be_read(&error);
            failed("opening the archive", &error)
        })
    }

    /// Computes a report now, over the rows that may be read. Blocks for historical data. The input `acds` names further
    /// ACDs beside the first; the stamp is then that of the first with the worst of all that can be stale.
    pub fn evaluate(
        &self,
        definition: &Definition,
        acd: AcdNumber,
        inputs: &Inputs,
        reach: &Reach,
    ) -> Result<(Stamp, Sheet), ErrorBody> {
        let (acds, inputs) = self.chosen_acds(acd, inputs, reach)?;
        let taken = acds.iter().map(|acd| self.take(definition.kind, *acd, reach)).collect::<Result<Vec<_>, _>>()?;
        let over: Vec<report::Acd<'_>> = taken.iter().map(Taken::acd).collect();
        let sheet = report::run_over(&definition.with_house(&self.calculations()?), &inputs, &over, BOUNDS)
            .map_err(|error| ErrorBody::new(ErrorCode::BadRequest, told(&error)))?;
        let stamp = taken.into_iter().map(|taken| taken.stamp).reduce(Stamp::with);
        Ok((stamp.unwrap_or_else(|| unreachable!("the first ACD is always among them")), sheet))
    }

    /// Computes a report that is being designed, and says which calculations of the house it may use.
    ///
    /// # Errors
    /// The first fault of the report, as when it is stored, or why it cannot be computed with these inputs.
    pub fn preview(&self, preview: &PreviewReport, reach: &Reach) -> Result<PreviewAnswer, ErrorBody> {
        let house = self.house_formulas()?;
        self.check(&preview.definition, &self.calculations()?)?;
        let (stamp, sheet) = self.evaluate(&preview.definition, preview.acd, &preview.inputs, reach)?;
        Ok(PreviewAnswer { stamp, sheet, house })
    }

    /// Refuses a report that cannot be run in a house with these calculations.
    fn check(&self, definition: &Definition, house: &[report::Calculation]) -> Result<(), ErrorBody> {
        match report::check(&definition.with_house(house)).first() {
            None => Ok(()),
            Some(problem) => {
                Err(ErrorBody::new(ErrorCode::BadRequest, format!("the report cannot be used: {problem}")))
            }
        }
    }

    /// Whether a report could be run over an ACD with inputs that were typed for a run to come, as far as nothing can be amiss with them
    /// on whatever day it is.
    ///
    /// # Errors
    /// Names the input and what may be written.
    pub fn check_typed(
        &self,
        definition: &Definition,
        acd: AcdNumber,
        inputs: &Inputs,
        reach: &Reach,
    ) -> Result<(), ErrorBody> {
        let (_, inputs) = self.chosen_acds(acd, inputs, reach)?;
        report::check_typed(definition, &inputs).map_err(|error| ErrorBody::new(ErrorCode::BadRequest, told(&error)))
    }

    /// The ACDs that are meant, and the inputs that are the report's own.
    fn chosen_acds(
        &self,
        first: AcdNumber,
        inputs: &Inputs,
        reach: &Reach,
    ) -> Result<(Vec<AcdNumber>, Inputs), ErrorBody> {
        let mut own = inputs.clone();
        let Some(further) = own.remove(report::ACDS_INPUT) else { return Ok((vec![first], own)) };
        let seen = self.sources.iter().filter(|source| reach.sees(source.view.number()));
        let names: Vec<(AcdNumber, &str, String)> =
            seen.map(|source| (source.view.number(), source.view.name(), source.name())).collect();
        // An ACD is known by either name.
        let mut known: Vec<(AcdNumber, &str)> =
            names.iter().flat_map(|(acd, own, shown)| [(*acd, shown.as_str()), (*acd, *own)]).collect();
        known.dedup();
        let chosen = report::chosen_acds(&further, first, &known);
        Ok((chosen.map_err(|error| ErrorBody::new(ErrorCode::BadRequest, told(&error)))?, own))
    }

    /// The rows of an ACD's board that may be read, with the names that may.
    pub fn board_rows<'a>(
        &'a self,
        acd: AcdNumber,
        reach: &'a Reach,
    ) -> Result<(Visible<'a>, Arc<Dictionary>), ErrorBody> {
        let taken = self.take(ReportKind::RealTime, acd, reach)?;
        Ok((taken.rows, taken.names))
    }

    /// An ACD as it is now. The order matters: see [`Rows`].
    fn take<'a>(&'a self, kind: ReportKind, acd: AcdNumber, reach: &'a Reach) -> Result<Taken<'a>, ErrorBody> {
        let source = self.source(acd)?;
        let stamp = source.view.stamp(&self.server, self.role);
        let board = source.view.board().ok_or_else(|| self.nothing_yet(source, &stamp))?;
        let closed = source.view.unarchived();
        let archive = match kind {
            ReportKind::RealTime => None,
            ReportKind::Historical | ReportKind::Integrated => Some(self.archive(acd)?),
        };
        let names = reach.names(acd, &source.names.over(&board.dictionary));
        let (calendar, keeping) = (source.view.calendar(), source.view.keeping());
        let rows = reach.rows(acd, Rows { board, closed, archive, calendar, keeping });
        let name = source.name();
        Ok(Taken { stamp, name, rows, names })
    }

    /// Why there is no board.
    fn nothing_yet(&self, source: &Source, stamp: &Stamp) -> ErrorBody {
        let (acd, server) = (stamp.acd, &self.server);
        let message = match source.view.recovery() {
            Some(progress) => {
                format!("ACD {acd} is still recovering on {server} ({progress}): try again in a moment")
            }
            None => {
                let (link, text) = (stamp.link.word(), source.view.link_text());
                let text = if text.is_empty() { text } else { format!(": {text}") };
                format!("ACD {acd} has told {server} nothing yet: its link is {link}{text}")
            }
        };
        ErrorBody::new(ErrorCode::Unavailable, message)
    }

    /// Names of an ACD that may be read; as they were archived last, while there is no board.
    pub fn dictionary(&self, acd: AcdNumber, reach: &Reach) -> Result<Arc<Dictionary>, ErrorBody> {
        let source = self.source(acd)?;
        let all = match source.view.board() {
            Some(board) => Arc::clone(&board.dictionary),
            None => {
                let archived = self.archive(acd)?.dictionary();
                Arc::new(archived.map_err(|error| failed("reading the names", &error))?)
            }
        };
        Ok(reach.names(acd, &source.names.over(&all)))
    }

    /// Calculations and constants of the house, as expressions name them.
    pub fn calculations(&self) -> Result<Arc<Vec<report::Calculation>>, ErrorBody> {
        let known = self.house.known(|| self.lock().calculations());
        known.map_err(|error| failed("reading the calculations", &error))
    }

    /// The same as they travel with reports.
    pub fn house_formulas(&self) -> Result<Vec<HouseFormula>, ErrorBody> {
        let known = self.lock().calculations().map_err(|error| failed("reading the calculations", &error))?;
        let formula = |known: store::HouseCalculation| {
            let store::HouseCalculation { name, constant, formula, description } = known;
            HouseFormula { name, constant, formula, description }
        };
        Ok(known.into_iter().map(formula).collect())
    }

    /// Paths of the saved reports that use a calculation of the house, whoever they belong to.
    pub fn using(&self, calculation: &str) -> Result<Vec<String>, ErrorBody> {
        let saved = self.lock().every_report().map_err(|error| failed("reading the reports", &error))?;
        let uses = |saved: &SavedReport| definition_of(saved).is_ok_and(|definition| definition.uses(calculation));
        Ok(saved.into_iter().filter(uses).map(|saved| saved.path).collect())
    }

    /// The reports a user can run: built-in, global, own. A stored one that cannot be read, because another version has kept it,
    /// stays as it is and is left out: who asks for it by its name is told why.
    pub fn list(&self, user: &User) -> Result<Vec<ReportEntry>, ErrorBody> {
        let mut entries: Vec<_> = report::built_in().iter().map(built_in_entry).collect();
        let saved = self.lock().reports(&user.name).map_err(|error| failed("reading the report list", &error))?;
        for report in saved {
            match self.saved_entry(&report) {
                Ok(entry) => entries.push(entry),
                Err(why) => warn_of_unreadable(&self.server, &report, &why),
            }
        }
        entries.sort_by(|a, b| (&a.path, a.scope as u8).cmp(&(&b.path, b.scope as u8)));
        Ok(entries)
    }

    /// A report by its path, by its name, or by the last part of its path, as a list shows them, without regard to case: the
    /// user's own before a global before a built-in one.
    ///
    /// # Errors
    /// If there is none, or several are called so that nothing tells apart.
    pub fn find(&self, user: &User, path: &str) -> Result<(ReportEntry, Arc<Definition>), ErrorBody> {
        let found = self.lock().report(&user.name, path).map_err(|error| failed("reading the report", &error))?;
        if let Some(saved) = found.filter(|saved| saved.path.eq_ignore_ascii_case(path)) {
            return Ok((self.saved_entry(&saved)?, Arc::new(definition_of(&saved)?)));
        }
        let saved = self.lock().reports(&user.name).map_err(|error| failed("reading the report list", &error))?;
        for is_own in [true, false] {
            let called = |saved: &&SavedReport| {
                saved.owner.is_some() == is_own && report::is_called(path, &saved.path, &saved.name)
            };
            let called: Vec<&SavedReport> = saved.iter().filter(called).collect();
            match called[..] {
                [] => {}
                [saved] => return Ok((self.saved_entry(saved)?, Arc::new(definition_of(saved)?))),
                [..] => return Err(ambiguous(path, called.iter().map(|saved| saved.path.as_str()))),
            }
        }
        match report::find_built_in(path) {
            Some(definition) => Ok((built_in_entry(definition), Arc::new(definition.clone()))),
            None => {
                let message = format!(
                    "{} has no report {path:?} for {}; the report list, or `cms report list` shows what there is",
                    self.server, user.name
                );
                Err(ErrorBody::new(ErrorCode::NotFound, message))
            }
        }
    }

    /// Stores a designer report; what bears its name already is replaced, or stood in front of where it comes with the product, only if
    /// so asked.
    pub fn save(&self, user: &User, request: &SaveReport, at: Moment) -> Result<ReportEntry, ErrorBody> {
        let house = self.calculations()?;
        // Of two who save the same name at once the second sees what the first has saved: it may be no report of theirs to replace.
        let mut system = self.lock();
        let new = self.prepare_in(&system, user, request, &house, at)?;
        let saved = system.save_report(&new, request.overwrite);
        drop(system);
        match saved {
            Ok(saved) => self.saved_entry(&saved),
            Err(StoreError::ReportExists(existing)) => self.exists(&existing),
            Err(StoreError::Invalid(why)) => Err(ErrorBody::new(ErrorCode::BadRequest, why)),
            Err(error) => Err(failed("saving the report", &error)),
        }
    }

    fn exists<T>(&self, existing: &SavedReport) -> Result<T, ErrorBody> {
        let existing = self.saved_entry(existing)?;
        let message = format!("{} already has a report {:?}", self.server, existing.path);
        let existing = Some(Box::new(existing));
        Err(ErrorBody { existing, ..ErrorBody::new(ErrorCode::Exists, message) })
    }

    /// What would be saved, in a house with these calculations.
    ///
    /// # Errors
    /// Whatever stands against it.
    pub fn prepare(
        &self,
        user: &User,
        request: &SaveReport,
        house: &[report::Calculation],
        at: Moment,
    ) -> Result<SavedReport, ErrorBody> {
        self.prepare_in(&self.lock(), user, request, house, at)
    }

    fn prepare_in(
        &self,
        system: &SystemStore,
        user: &User,
        request: &SaveReport,
        house: &[report::Calculation],
        at: Moment,
    ) -> Result<SavedReport, ErrorBody> {
        let refused = |code, message: String| Err(ErrorBody::new(code, message));
        if request.scope == Scope::BuiltIn {
            return refused(ErrorCode::BadRequest, "a report is saved as global or personal".to_owned());
        }
        self.check(&request.definition, house)?;
        let mut definition = request.definition.clone();
        definition.path = designer_path(&definition);
        if request.scope == Scope::Global && request.overwrite {
            may_replace_global(system, user, &definition.path)?;
        }
        let new = SavedReport {
            id: 0,
            path: definition.path.clone(),
            name: definition.name.clone(),
            kind: tab(definition.kind).to_owned(),
            owner: (request.scope == Scope::Personal).then(|| user.name.clone()),
            definition: report::write_file(&definition),
            changed_at: at,
            changed_by: user.name.clone(),
        };
        let known = system.reports(&user.name).map_err(|error| failed("reading the report list", &error))?;
        let is_same = |saved: &&SavedReport| saved.owner == new.owner && saved.path.eq_ignore_ascii_case(&new.path);
        match known.iter().find(is_same).filter(|_| !request.overwrite) {
            Some(existing) => self.exists(existing),
            None if !request.overwrite => self.no_namesake(&new.name).map(|()| new),
            None => Ok(new),
        }
    }

    /// Whoever asks for a report by its name gets a saved one before one that comes with the product: nobody has that unasked.
    fn no_namesake(&self, name: &str) -> Result<(), ErrorBody> {
        let is_called = |known: &&Definition| report::is_called(name, &known.path, &known.name);
        let Some(known) = report::built_in().iter().find(is_called) else { return Ok(()) };
        let message = format!(
            "{} has a report {:?} that comes with the product: whoever asks for it by its name would get the saved one. Save it \
             under another name, or with overwrite to have it so",
            self.server, known.path
        );
        let existing = Some(Box::new(built_in_entry(known)));
        Err(ErrorBody { existing, ..ErrorBody::new(ErrorCode::Exists, message) })
    }

    /// Deletes a designer report: one's own, or as an administrator a global one.
    ///
    /// # Errors
    /// Unless `anyway` is set, [`ErrorCode::InUse`] names the timetables and shortcuts that use it.
    pub fn delete(&self, user: &User, path: &str, anyway: bool) -> Result<(), ErrorBody> {
        let (entry, _) = self.find(user, path)?;
        match entry.scope {
            Scope::BuiltIn => Err(ErrorBody::new(
                ErrorCode::NotPermitted,
                format!("{path:?} comes with the product and cannot be deleted"),
            )),
            Scope::Global if !user.administrator && entry.owner.as_deref() != Some(&user.name) => {
                let owner = entry.owner.unwrap_or_default();
                let message =
                    format!("{path:?} is a global report of {owner}; only {owner} or an administrator can delete it");
                Err(ErrorBody::new(ErrorCode::NotPermitted, message))
            }
            Scope::Global | Scope::Personal => {
                if !anyway {
                    self.check_unused(user, &entry)?;
                }
                let mut system = self.lock();
                let saved =
                    system.report(&user.name, &entry.path).map_err(|error| failed("reading the report", &error))?;
                let Some(saved) = saved else { return Ok(()) };
                system.delete_report(saved.id).map_err(|error| failed("deleting the report", &error))
            }
        }
    }

    /// Users and reports.
    pub fn lock(&self) -> parking_lot::MutexGuard<'_, SystemStore> {
        self.system.lock()
    }

    fn saved_entry(&self, saved: &SavedReport) -> Result<ReportEntry, ErrorBody> {
        let definition = definition_of(saved)?;
        let scope = if saved.owner.is_some() { Scope::Personal } else { Scope::Global };
        let owner = saved.owner.clone().or_else(|| Some(saved.changed_by.clone()));
        let (path, name) = (saved.path.clone(), saved.name.clone());
        let changed_at = Some(saved.changed_at);
        Ok(ReportEntry {
            path,
            name,
            kind: definition.kind,
            scope,
            owner,
            description: definition.description,
            changed_at,
        })
    }
}

/// A global report is replaced by whoever saved it last or an administrator, as it is deleted.
fn may_replace_global(system: &SystemStore, user: &User, path: &str) -> Result<(), ErrorBody> {
    let saved = system.reports(&user.name).map_err(|error| failed("reading the report list", &error))?;
    let there = saved.iter().find(|saved| saved.owner.is_none() && saved.path.eq_ignore_ascii_case(path));
    match there.filter(|saved| !user.administrator && saved.changed_by != user.name) {
        None => Ok(()),
        Some(saved) => {
            let owner = &saved.changed_by;
            let message =
                format!("{path:?} is a global report of {owner}; only {owner} or an administrator can replace it");
            Err(ErrorBody::new(ErrorCode::NotPermitted, message))
        }
    }
}

/// Several reports are called so, and which one is meant only the person knows.
fn ambiguous<'a>(called: &str, paths: impl Iterator<Item = &'a str>) -> ErrorBody {
    let paths: Vec<String> = paths.map(|path| format!("{path:?}")).collect();
    let message = format!("several reports are called {called:?}: {}; give the path of one", paths.join(", "));
    ErrorBody::new(ErrorCode::BadRequest, message)
}

fn definition_of(saved: &SavedReport) -> Result<Definition, ErrorBody> {
    report::read_stored(saved.definition.as_bytes()).map_err(|error| {
        ErrorBody::new(ErrorCode::Internal, format!("the stored report {:?} cannot be read: {error}", saved.path))
    })
}

/// Says in the log, once for each report as it was kept, that it is in nobody's list.
fn warn_of_unreadable(server: &str, saved: &SavedReport, why: &ErrorBody) {
    static WARNED: Mutex<BTreeSet<(String, i64, Moment)>> = Mutex::new(BTreeSet::new());
    let key = (server.to_owned(), saved.id, saved.changed_at);
    if WARNED.lock().insert(key) {
        tracing::warn!("{}; it is left out of the list of reports", why.message);
    }
}

fn built_in_entry(definition: &Definition) -> ReportEntry {
    ReportEntry {
        path: definition.path.clone(),
        name: definition.name.clone(),
        kind: definition.kind,
        scope: Scope::BuiltIn,
        owner: None,
        description: definition.description.clone(),
        changed_at: None,
    }
}

/// Designer reports stand under `Tab/Designer/Name`, as in the field.
fn designer_path(definition: &Definition) -> String {
    format!("{}/Designer/{}", tab(definition.kind), definition.name)
}

fn tab(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::RealTime => "Real-time",
        ReportKind::Historical => "Historical",
        ReportKind::Integrated => "Integrated",
    }
}
