//! What each kind of task does. Each hands over to what the API calls, in the owner's name.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use api::{
    ErrorBody, ErrorCode, Operation, RunAnswer, RunBackup, SetCollection, SetException, SetSynonym, SetSynonyms,
    Summarize, SwitchHistory,
};
use document::{Document, Form, Head, labelled};
use model::timetable::{ExceptionChange, ExportFile, ExportForm, NameWork};
use model::{AcdNumber, ExceptionRule, Feature, Moment, Task, TimetableKey, Work};
use report::{ReportKind, Sheet, SheetBlock};

use super::{Services, jobs, printing, script, syncing};
use crate::administration;
use crate::auth::User;
use crate::causes::{failed, told};
use crate::config::PrinterConfig;
use crate::files;
use crate::maintenance;
use crate::people::{Rights, element_watched};

/// A task in the run it belongs to.
pub struct Doing<'a> {
    /// Its timetable.
    pub key: &'a TimetableKey,
    /// The task.
    pub task: &'a Task,
    /// The time of the run: that of the schedule, or when somebody asked.
    pub at: Moment,
    /// Set when the server stops.
    pub stopping: &'a AtomicBool,
}

/// What is to be known of what a task made, although it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// Nothing.
    None,
    /// A report holds no rows, as one of exceptions or of agents may on any day; and what in its inputs may be a slip.
    Empty(String),
    /// What its file of numbers would hide, in the words of the report: days that are not summed up, or that there are no data.
    Lacks(String),
}

/// In whose name a task is done, and what that user may.
pub struct Owner {
    user: User,
    rights: Arc<Rights>,
}

/// What is known of the owner of a timetable.
///
/// # Errors
/// If there is no such user on this server.
pub fn existing(services: &Services, owner: &str) -> Result<store::User, ErrorBody> {
    let found = services.reports.lock().user(owner).map_err(|error| failed("reading the owner", &error))?;
    found.ok_or_else(|| {
        let message = format!(
            "its owner {owner} does not exist on this server; add that user (Administration > Users and permissions, or `cms user add \
             {owner}`), or add the timetable for another"
        );
        ErrorBody::new(ErrorCode::NotPermitted, message)
    })
}

/// The owner of a timetable, if that user may do this through the API, too. Scripts are for administrators as well, because a
/// program of the server's may do anything.
///
/// # Errors
/// If the owner does not exist any more or may not do it.
pub fn permitted(services: &Services, owner: &str, acd: AcdNumber, work: &Work) -> Result<Owner, ErrorBody> {
    let reports = &services.reports;
    let known = existing(services, owner)?;
    let user = User { name: known.name, administrator: known.administrator };
    let rights = services.administration.people.rights(reports, owner)?;
    match work {
        Work::Report { .. } | Work::Print { .. } => {
            rights.may(Feature::Reports, false)?;
            rights.may_read(acd)?;
        }
        Work::ErrorLog { .. } => rights.may(Feature::Maintenance, false)?,
        Work::Summarize { .. } => may_change(&rights, Feature::Maintenance, acd)?,
        Work::Collection { .. } => may_change(&rights, Feature::SystemSetup, acd)?,
        Work::CallHistory { .. } => {
            rights.may(Feature::SystemSetup, true)?;
            reports.sources.iter().try_for_each(|source| rights.may_write(source.view.number()))?;
        }
        Work::Exception(change) => {
            rights.may(Feature::Exceptions, true)?;
            rights.may_read(acd)?;
            let element = element_watched(change.of);
            change.numbers.iter().try_for_each(|number| rights.may_write_element(acd, element, number))?;
        }
        Work::Name(_) => may_change(&rights, Feature::Dictionary, acd)?,
        Work::Backup { .. }
        | Work::Restore(_)
        | Work::Image { .. }
        | Work::AdminSync(_)
        | Work::Script { .. }
        | Work::Unknown(_)
            if user.administrator => {}
        Work::Backup { .. }
        | Work::Restore(_)
        | Work::Image { .. }
        | Work::AdminSync(_)
        | Work::Script { .. }
        | Work::Unknown(_) => {
            let message = format!("{owner} is no administrator and may not do this: {work}");
            return Err(ErrorBody::new(ErrorCode::NotPermitted, message));
        }
    }
    Ok(Owner { user, rights })
}

fn may_change(rights: &Rights, feature: Feature, acd: AcdNumber) -> Result<(), ErrorBody> {
    rights.may(feature, true)?;
    rights.may_write(acd)
}

/// Whether a task could be done as things are now, so that whoever writes it down is told at once.
pub fn check(services: &Services, owner: &str, task: &Task) -> Result<(), ErrorBody> {
    let reports = &services.reports;
    reports.source(task.acd)?;
    let owner = permitted(services, owner, task.acd, &task.work)?;
    let wrong = |why: String| ErrorBody::new(ErrorCode::BadRequest, why);
    match &task.work {
        Work::Report { path, inputs, .. } => check_report(services, &owner, task.acd, path, inputs),
        Work::Print { path, inputs } => {
            printer(services)?;
            check_report(services, &owner, task.acd, path, inputs)
        }
        Work::Summarize { from, to, .. } if from.is_always_after(*to) => {
            Err(wrong(format!("{from} is after {to}; write the first day first, as in -7 -1")))
        }
        Work::Name(work) => {
            let dictionary = Operation::Dictionary;
            services.administration.allowed_here(reports, &owner.user, work.take_over, dictionary)?;
            administration::check_name(task.acd, &synonym(work))
        }
        Work::Restore(work) => jobs::check_restore(services, work),
        Work::Image { device } => services.maintenance.check_device(device.as_deref()),
        Work::Exception(change) => {
            let set = set_exception(task.acd, change);
            let (threshold, limit_secs) = (set.threshold.unwrap_or(0), set.limit_secs.unwrap_or(0));
            let fault = |key| ExceptionRule { key, threshold, limit_secs, on: set.on }.fault();
            set.keys().map_err(wrong)?.into_iter().find_map(fault).map_or(Ok(()), |fault| Err(wrong(fault)))
        }
        Work::Script { program, .. } => {
            let path = scripts(services)?.join(program);
            let missing = || wrong(format!("there is no program {}", path.display()));
            if path.is_file() { Ok(()) } else { Err(missing()) }
        }
        Work::Unknown(text) => Err(unknown(text)),
        Work::Backup { .. } => maintenance::run::check(&services.stock(), &backup_asked(task.acd, &task.work)),
        Work::AdminSync(sync) => syncing::check(services, sync),
        Work::CallHistory { on: true } => services.histories.has_receiver(),
        Work::ErrorLog { .. } | Work::Summarize { .. } | Work::Collection { .. } | Work::CallHistory { .. } => Ok(()),
    }
}

/// Whether there is such a report of the past, and its inputs can be these.
fn check_report(
    services: &Services,
    owner: &Owner,
    acd: AcdNumber,
    path: &str,
    inputs: &BTreeMap<String, String>,
) -> Result<(), ErrorBody> {
    let (_, definition) = services.reports.find(&owner.user, path)?;
    past(path, definition.kind)?;
    services.reports.check_typed(&definition, acd, inputs, &owner.rights.reach)
}

/// Does a task; gives what is to be known of what it made.
///
/// # Errors
/// Why it was not done.
pub fn carry_out(services: &Services, doing: &Doing<'_>) -> Result<Remark, ErrorBody> {
    let Services { reports, administration, histories, .. } = services;
    let Task { acd, work } = doing.task;
    let owner = permitted(services, &doing.key.owner, *acd, work)?;
    let user = &owner.user;
    let mut remark = Remark::None;
    match work {
        Work::Report { path, file, inputs } => {
            let content;
            (content, remark) = report(services, &owner, *acd, path, file.form(), inputs)?;
            export(services, doing, file, &content)
        }
        Work::ErrorLog { file } => export(services, doing, file, services.log.report(file.form())?.as_bytes()),
        Work::Summarize { level, from, to } => {
            let today = services.calendar(*acd)?.local(doing.at).date();
            let (from, to) = (from.on(today).to_string(), to.on(today).to_string());
            summarize(services, user, &Summarize { acd: Some(*acd), level: *level, from, to })
        }
        Work::Exception(change) => administration.set_exception(reports, user, &set_exception(*acd, change)).map(drop),
        Work::Collection { on } => {
            administration.set_collection(reports, user, &SetCollection { acd: *acd, on: *on }).map(drop)
        }
        Work::CallHistory { on } => {
            histories.switch(administration, user, SwitchHistory { on: *on, after: None }).map(drop)
        }
        Work::Print { path, inputs } => {
            let printer = printer(services)?;
            let content;
            (content, remark) = report(services, &owner, *acd, path, printer.form.export(), inputs)?;
            printing::print(printer, path, content, doing.stopping)
                .map_err(|why| ErrorBody::new(ErrorCode::Unavailable, why))
        }
        Work::Name(work) => {
            let set =
                SetSynonyms { acd: *acd, synonyms: vec![synonym(work)], take_over: work.take_over, was: Vec::new() };
            administration.set_synonyms(reports, user, &owner.rights.reach, &set).map(drop)
        }
        Work::Backup { .. } => jobs::back_up(services, user, &backup_asked(*acd, work), doing),
        Work::Restore(restore) => jobs::restore(services, user, *acd, restore, doing),
        Work::Image { device } => jobs::image(services, device.as_deref(), doing),
        Work::AdminSync(sync) => syncing::sync(services, user, sync, doing),
        Work::Script { program, arguments } => {
            let local = services.calendar(*acd)?.local(doing.at);
            let variables = [
                ("CMS_TIMETABLE", doing.key.name.clone()),
                ("CMS_OWNER", doing.key.owner.clone()),
                ("CMS_ACD", acd.to_string()),
                ("CMS_TIME", local.format("%Y-%m-%dT%H:%M").to_string()),
            ];
            script::run(scripts(services)?, program, arguments, &variables, doing.stopping)
                .map_err(|why| ErrorBody::new(ErrorCode::Unavailable, why))
        }
        Work::Unknown(text) => Err(unknown(text)),
    }?;
    Ok(remark)
}

/// Sums up, and fails where a period was left out.
fn summarize(services: &Services, user: &User, asked: &Summarize) -> Result<(), ErrorBody> {
    let made = services.administration.summarize(&services.reports, user, asked)?;
    match made.iter().find(|period| !period.made) {
        None => Ok(()),
        Some(left_out) => {
            let message = format!("{} was not summed up as a whole: {}", left_out.period, left_out.text);
            Err(ErrorBody::new(ErrorCode::WrongState, message))
        }
    }
}

/// What the same backup would be asked for by hand.
fn backup_asked(acd: AcdNumber, work: &Work) -> RunBackup {
    let Work::Backup { data, tables, incremental, this_acd, device } = work else { return RunBackup::default() };
    let (data, tables, device) = (data.clone(), tables.clone(), device.clone());
    RunBackup { data, tables, acd: this_acd.then_some(acd), incremental: *incremental, device }
}

fn unknown(text: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadRequest, format!("this version does not know the task {text:?}; upgrade this server"))
}

/// Refuses reports of what is so now: they would show one moment that nobody chose.
fn past(path: &str, kind: ReportKind) -> Result<(), ErrorBody> {
    match kind {
        ReportKind::Historical | ReportKind::Integrated => Ok(()),
        ReportKind::RealTime => {
            let message = format!("{path:?} is a real-time report; a timetable runs historical and integrated ones");
            Err(ErrorBody::new(ErrorCode::BadRequest, message))
        }
    }
}

fn printer(services: &Services) -> Result<&PrinterConfig, ErrorBody> {
    services.printer.as_ref().ok_or_else(|| {
        let message = "nothing prints on this server: name a command such as [\"lp\", \"-d\", \"office\"] as `command` under \
                       [printing] in cms.toml and restart the server";
        ErrorBody::new(ErrorCode::WrongState, message)
    })
}

/// What the same change of the Dictionary would be asked for by hand.
fn synonym(work: &NameWork) -> SetSynonym {
    SetSynonym {
        section: work.section.clone(),
        number: work.number.clone(),
        name: work.name.clone().unwrap_or_default(),
        description: work.description.clone(),
    }
}

fn scripts(services: &Services) -> Result<&PathBuf, ErrorBody> {
    services.folders.scripts.as_ref().ok_or_else(|| {
        let message = "scripts are off on this server: name their folder as `scripts` under [timetables] in cms.toml and \
                       restart the server";
        ErrorBody::new(ErrorCode::WrongState, message)
    })
}

fn set_exception(acd: AcdNumber, change: &ExceptionChange) -> SetException {
    SetException {
        acd,
        of: change.of.word().to_owned(),
        numbers: change.numbers.clone(),
        exception: change.kind.name().to_owned(),
        reason: change.reason,
        threshold: change.threshold,
        limit_secs: change.limit_secs,
        on: change.on,
    }
}

/// Runs a report, and writes it in a form; gives with it what the form may have no place for.
fn report(
    services: &Services,
    owner: &Owner,
    acd: AcdNumber,
    path: &str,
    form: ExportForm,
    inputs: &BTreeMap<String, String>,
) -> Result<(Vec<u8>, Remark), ErrorBody> {
    let (_, definition) = services.reports.find(&owner.user, path)?;
    past(path, definition.kind)?;
    let (stamp, sheet) = services.reports.evaluate(&definition, acd, inputs, &owner.rights.reach)?;
    let remark = remark(&sheet);
    let document = |form: Form| {
        let head = Head::new(&stamp, &[], labelled(Some(&*definition), inputs));
        let content = Document::new(&sheet, &head).content(form);
        content.map_err(|error| ErrorBody::new(ErrorCode::BadRequest, told(&error)))
    };
    let content = match form {
        ExportForm::Csv => document(Form::Csv),
        ExportForm::Html => document(Form::Html),
        ExportForm::Xlsx => document(Form::Xlsx),
        ExportForm::Pdf => document(Form::Pdf),
        ExportForm::Text => Ok(sheet.to_text().into_bytes()),
        ExportForm::Json => serde_json::to_vec_pretty(&RunAnswer { stamp, sheet })
            .map_err(|error| ErrorBody::new(ErrorCode::Internal, format!("cannot write JSON: {error}"))),
    }?;
    Ok((content, remark))
}

/// What is to be known of a report that nobody looks at while it is made.
fn remark(sheet: &Sheet) -> Remark {
    let told = |of: fn(&SheetBlock) -> &String| {
        let mut told: Vec<&str> = sheet.blocks.iter().map(|block| of(block).as_str()).collect();
        told.retain(|told| !told.is_empty());
        told.dedup();
        told.join(". ")
    };
    match told(|block| &block.note) {
        notes if !notes.is_empty() => Remark::Lacks(notes),
        _ if sheet.blocks.iter().all(|block| block.rows.is_empty()) => Remark::Empty(told(|block| &block.hint)),
        _ => Remark::None,
    }
}

/// What a timetable's file ends with until it is whole: two may write the same one at the same minute.
fn ending(key: &TimetableKey) -> String {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).take(20).collect::<String>();
    format!("{}-{}.new", plain(&key.owner), plain(&key.name))
}

/// Puts what was made, whole, in the place of the file of that name.
fn export(services: &Services, doing: &Doing<'_>, file: &ExportFile, content: &[u8]) -> Result<(), ErrorBody> {
    let acd = doing.task.acd;
    let folders = &services.folders;
    let unavailable = |why: String| ErrorBody::new(ErrorCode::Unavailable, why);
    if !folders.makes_exports && !folders.exports.is_dir() {
        let folder = folders.exports.display();
        return Err(unavailable(format!("the folder of exports {folder} is missing; is its disk mounted?")));
    }
    let target = folders.exports.join(file.name_at(services.calendar(acd)?.local(doing.at), acd));
    let parent = target.parent().unwrap_or(&folders.exports);
    std::fs::create_dir_all(parent)
        .and_then(|()| files::replace_beside(&target, &ending(doing.key), &[content]))
        .map_err(|error| unavailable(format!("cannot write {}: {error}", target.display())))
}
