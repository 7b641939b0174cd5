//! Shortcuts: each user's own, kept here so that a user has them on every PC.
//!
//! What is kept is checked as things are now: the report is found, the ACD permitted, the inputs known. What is so when a shortcut is
//! run is another matter: the steps are asked for one by one then, as any report is, and a step that cannot be done says so.
//! Nothing here runs a report.

use std::collections::{BTreeMap, BTreeSet};

use api::{
    ARRANGEMENT_LONGEST, AddShortcut, Changed, ErrorBody, ErrorCode, GiveShortcut, ModifyShortcut, Refresh,
    ReportRequest, Role, Shortcut, TypedRequest, UnreadableSteps, shortcut_name_fault, shortcut_steps_fault,
};
use model::Feature;
use model::words::counted;
use report::Definition;
use store::{KeptShortcut, StoreError};

use super::Administration;
use super::users::find;
use crate::auth::User;
use crate::causes::failed;
use crate::people::Rights;
use crate::reports::Reports;

/// Most shortcuts of a user.
const SHORTCUTS_MOST: usize = 100;
/// Longest text of an input, in bytes.
const INPUT_LONGEST: usize = 4000;

impl Administration {
    /// The shortcuts of an owner, of oneself without one, or of everybody; also those that cannot be read.
    pub fn shortcuts(
        &self,
        reports: &Reports,
        user: &User,
        owner: Option<&str>,
        everybody: bool,
    ) -> Result<Vec<Shortcut>, ErrorBody> {
        let owner = owner.unwrap_or(&user.name);
        if everybody && !user.administrator {
            return Err(ErrorBody::new(ErrorCode::NotPermitted, "only an administrator can see the shortcuts of all"));
        }
        let owner = if everybody { None } else { Some(let_look(user, owner)?) };
        let kept = reports.lock().shortcuts(owner).map_err(|error| failed("reading the shortcuts", &error))?;
        Ok(kept.into_iter().map(read).collect())
    }

    /// Adds a shortcut of the user's own.
    pub fn add_shortcut(
        &self,
        reports: &Reports,
        user: &User,
        rights: &Rights,
        add: &AddShortcut,
    ) -> Result<Changed, ErrorBody> {
        check_name(&add.name)?;
        check_room(reports, &user.name)?;
        let steps = checked(reports, user, rights, &add.steps, 0)?;
        check_arrangement(add.arrangement.as_deref())?;
        let kept = self.keeping(user, (&user.name, &add.name), typed(&steps), add.arrangement.clone());
        count(&kept.steps)?;
        self.can_record()?;
        reports.lock().add_shortcut(&kept).map_err(|error| refused("adding the shortcut", &error))?;
        let recorded = self.record(user, None, told(&kept), "", kept.steps.join("; "));
        let text = format!("{} opens {}{}", told(&kept), reports_told(kept.steps.len()), of_the_server(reports));
        Ok(recorded.told(Changed { changed: true, text }))
    }

    /// Changes a shortcut of the user's own.
    pub fn modify_shortcut(
        &self,
        reports: &Reports,
        user: &User,
        rights: &Rights,
        modify: &ModifyShortcut,
    ) -> Result<Changed, ErrorBody> {
        let before = kept(reports, &user.name, &modify.name)?;
        let name = modify.rename.as_ref().unwrap_or(&before.name);
        check_name(name)?;
        let mut steps = match &modify.steps {
            Some(steps) => typed(&checked(reports, user, rights, steps, 0)?),
            None => before.steps.clone(),
        };
        delete_steps(&mut steps, &modify.delete_steps)?;
        let behind = steps.len();
        steps.extend(typed(&checked(reports, user, rights, &modify.add_steps, behind)?));
        count(&steps)?;
        check_arrangement(modify.arrangement.as_deref())?;
        // It is one of the steps that there were.
        let stays = before.arrangement.clone().filter(|_| steps == before.steps);
        let after = self.keeping(user, (&user.name, name), steps, modify.arrangement.clone().or(stays));
        let is_so =
            (&after.name, &after.steps, &after.arrangement) == (&before.name, &before.steps, &before.arrangement);
        if is_so {
            return Ok(Changed { changed: false, text: format!("{} is so already", told(&before)) });
        }
        self.can_record()?;
        let modified = reports.lock().modify_shortcut(&before.name, &after);
        modified.map_err(|error| refused("changing the shortcut", &error))?;
        let arranged = |kept: &KeptShortcut| match &kept.arrangement {
            Some(text) => format!(", arranged in {} bytes", text.len()),
            None => String::new(),
        };
        let in_words = |kept: &KeptShortcut| format!("{:?}: {}{}", kept.name, kept.steps.join("; "), arranged(kept));
        let recorded = self.record(user, None, told(&before), in_words(&before), in_words(&after));
        let text = format!("{} opens {}{}", told(&after), reports_told(after.steps.len()), of_the_server(reports));
        Ok(recorded.told(Changed { changed: true, text }))
    }

    /// Deletes a shortcut: one's own, or as an administrator anybody's.
    pub fn delete_shortcut(
        &self,
        reports: &Reports,
        user: &User,
        owner: Option<&str>,
        name: &str,
    ) -> Result<Changed, ErrorBody> {
        let owner = let_look(user, owner.unwrap_or(&user.name))?;
        let before = kept(reports, owner, name)?;
        self.can_record()?;
        let deleted = reports.lock().delete_shortcut(owner, &before.name);
        deleted.map_err(|error| refused("deleting the shortcut", &error))?;
        let recorded = self.record(user, None, told(&before), before.steps.join("; "), "");
        Ok(recorded.told(Changed { changed: true, text: format!("{} is deleted", told(&before)) }))
    }

    /// Gives a copy of a shortcut to another user, and says which of its reports that user does not have.
    pub fn give_shortcut(&self, reports: &Reports, by: &User, give: &GiveShortcut) -> Result<Changed, ErrorBody> {
        let from = kept(reports, give.owner.as_deref().unwrap_or(&by.name), &give.name)?;
        let heir = find(reports, &give.to)?;
        let name = give.rename.as_ref().unwrap_or(&from.name);
        check_name(name)?;
        check_room(reports, &heir.name)?;
        let copy = self.keeping(by, (&heir.name, name), from.steps.clone(), from.arrangement.clone());
        self.can_record()?;
        reports.lock().add_shortcut(&copy).map_err(|error| refused("giving the shortcut", &error))?;
        let recorded =
            self.record(by, None, told(&copy), "", format!("a copy of {}: {}", told(&from), copy.steps.join("; ")));
        let heir = User { name: heir.name, administrator: heir.administrator };
        let paths = from.steps.iter().filter_map(|step| step.parse().ok()).map(|step: TypedRequest| step.path);
        let lacking: BTreeSet<String> = paths.filter(|path| reports.find(&heir, path).is_err()).collect();
        let mut text = format!("{} has a copy: {}", heir.name, told(&copy));
        if !lacking.is_empty() {
            let lacking = lacking.into_iter().collect::<Vec<_>>().join(", ");
            text += &format!("; {} has no report {lacking}: give that to all users, or those steps fail", heir.name);
        }
        Ok(recorded.told(Changed { changed: true, text }))
    }

    fn keeping(
        &self,
        by: &User,
        (owner, name): (&str, &str),
        steps: Vec<String>,
        arrangement: Option<String>,
    ) -> KeptShortcut {
        let (owner, name, changed_by) = (owner.to_owned(), name.to_owned(), by.name.clone());
        KeptShortcut { owner, name, steps, arrangement, changed_at: self.now(), changed_by }
    }
}

/// The owner, if the user may look at what belongs to that one.
fn let_look<'o>(user: &User, owner: &'o str) -> Result<&'o str, ErrorBody> {
    match user.administrator || user.name == owner {
        true => Ok(owner),
        false => {
            let message = format!("only {owner} or an administrator can do this with a shortcut of {owner}");
            Err(ErrorBody::new(ErrorCode::NotPermitted, message))
        }
    }
}

fn kept(reports: &Reports, owner: &str, name: &str) -> Result<KeptShortcut, ErrorBody> {
    reports.lock().shortcut(owner, name).map_err(|error| refused("reading the shortcut", &error))
}

/// What it says is the business of the program that reads it again.
fn check_arrangement(arrangement: Option<&str>) -> Result<(), ErrorBody> {
    let Some(text) = arrangement else { return Ok(()) };
    if text.len() > ARRANGEMENT_LONGEST {
        let long = text.len();
        return Err(wrong(format!("an arrangement has at most {ARRANGEMENT_LONGEST} bytes, not {long}; leave it out")));
    }
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(wrong(format!("the arrangement is no JSON: {error}; leave it out"))),
    }
}

fn wrong(why: String) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadRequest, why)
}

fn check_name(name: &str) -> Result<(), ErrorBody> {
    shortcut_name_fault(name).map_or(Ok(()), |why| Err(wrong(why)))
}

fn count(steps: &[String]) -> Result<(), ErrorBody> {
    shortcut_steps_fault(steps.len()).map_or(Ok(()), |why| Err(wrong(why)))
}

fn check_room(reports: &Reports, owner: &str) -> Result<(), ErrorBody> {
    let known = reports.lock().shortcuts(Some(owner)).map_err(|error| failed("reading the shortcuts", &error))?;
    match known.len() < SHORTCUTS_MOST {
        true => Ok(()),
        false => Err(wrong(format!("{owner} has {SHORTCUTS_MOST} shortcuts already; delete some first"))),
    }
}

/// The steps with their reports by their paths, so that the other server finds the same.
fn checked(
    reports: &Reports,
    user: &User,
    rights: &Rights,
    steps: &[ReportRequest],
    behind: usize,
) -> Result<Vec<ReportRequest>, ErrorBody> {
    let step = |(at, step): (usize, &ReportRequest)| {
        check(reports, user, rights, step).map_err(|error| {
            let place = behind + at + 1;
            let message = format!("step {place} ({}) cannot be kept: {}", step.path, error.message);
            ErrorBody { message, ..error }
        })
    };
    steps.iter().enumerate().map(step).collect()
}

/// Whether a report has inputs of these names.
fn check_input_names(definition: &Definition, inputs: &BTreeMap<String, String>) -> Result<(), ErrorBody> {
    let is_known = |name: &String| name == report::ACDS_INPUT || definition.input(name).is_some();
    let Some(name) = inputs.keys().find(|name| !is_known(name)) else { return Ok(()) };
    let known = definition.inputs.iter().map(|input| input.name.as_str()).chain([report::ACDS_INPUT]);
    let known = known.collect::<Vec<_>>().join(", ");
    Err(wrong(format!("the report has no input {name}; it has {known}")))
}

fn check(reports: &Reports, user: &User, rights: &Rights, step: &ReportRequest) -> Result<ReportRequest, ErrorBody> {
    reports.source(step.acd)?;
    rights.may(Feature::Reports, false)?;
    rights.may_read(step.acd)?;
    let (entry, definition) = reports.find(user, &step.path)?;
    check_input_names(&definition, &step.inputs)?;
    if let Some((name, _)) = step.inputs.iter().find(|(_, text)| text.len() > INPUT_LONGEST) {
        return Err(wrong(format!("the input {name} is longer than {INPUT_LONGEST} letters")));
    }
    let fits = match (step.refresh, definition.kind.refresh_secs()) {
        (Refresh::Once, _) => true,
        (Refresh::AsItHappens, _) => definition.kind == report::ReportKind::RealTime,
        (Refresh::Secs(secs), range) => range.is_some_and(|(least, most)| (least..=most).contains(&secs)),
    };
    if !fits {
        let may = match definition.kind.refresh_secs() {
            Some((least, most)) => format!("each {least} to {most} seconds, or once"),
            None => "once".to_owned(),
        };
        return Err(wrong(format!("the report is not shown {}: choose {may}", step.refresh)));
    }
    Ok(ReportRequest { path: entry.path, ..step.clone() })
}

/// As it is kept.
fn typed(steps: &[ReportRequest]) -> Vec<String> {
    steps.iter().map(ReportRequest::typed).collect()
}

/// Takes steps out by their places, which are those of before.
fn delete_steps(steps: &mut Vec<String>, places: &[u32]) -> Result<(), ErrorBody> {
    let places: BTreeSet<usize> = places.iter().map(|place| *place as usize).collect();
    if let Some(place) = places.iter().find(|place| !(1..=steps.len()).contains(*place)) {
        return Err(wrong(format!("there is no step {place}; the shortcut has {}", steps.len())));
    }
    let mut place = 0;
    steps.retain(|_| {
        place += 1;
        !places.contains(&place)
    });
    Ok(())
}

/// A shortcut as it travels. One that this version does not understand is told as it is kept: nobody is to think that it is gone.
fn read(kept: KeptShortcut) -> Shortcut {
    let step = |(place, text): (usize, &String)| -> Result<ReportRequest, String> {
        let asked: Result<TypedRequest, String> = text.parse();
        let asked = asked.and_then(|TypedRequest { path, acd, refresh, inputs }| {
            let (acd, refresh) = acd.zip(refresh).ok_or_else(|| format!("{text:?} lacks its ACD or its refresh"))?;
            Ok(ReportRequest { path, acd, inputs, refresh })
        });
        asked.map_err(|why| format!("step {place} is not understood by version {}: {why}", crate::VERSION))
    };
    let read: Result<Vec<_>, String> = (1..).zip(&kept.steps).map(step).collect();
    let KeptShortcut { owner, name, steps: kept, arrangement, changed_at, changed_by } = kept;
    let (steps, unreadable) = match read {
        Ok(steps) => (steps, None),
        Err(why) => {
            let why = format!("{why}. It stays as it is: upgrade this server to open it, or give it other steps");
            (Vec::new(), Some(UnreadableSteps { kept, why }))
        }
    };
    Shortcut { owner, name, steps, arrangement, changed_at, changed_by, unreadable }
}

fn told(kept: &KeptShortcut) -> String {
    format!("shortcut {:?} of {}", kept.name, kept.owner)
}

fn reports_told(count: usize) -> String {
    counted(count, "report", "reports")
}

/// On a secondary it is not for long: the primary's take its place.
fn of_the_server(reports: &Reports) -> String {
    let server = &reports.server;
    match reports.role {
        Role::Primary => String::new(),
        Role::Secondary => {
            format!(
                "; {server} is a secondary: a restore from the primary replaces its shortcuts, so make it there, too"
            )
        }
    }
}

/// A refusal of the store, told apart by what the person can do about it.
fn refused(doing: &str, error: &StoreError) -> ErrorBody {
    match error {
        StoreError::NoSuchShortcut { .. } => ErrorBody::new(
            ErrorCode::NotFound,
            format!("{error}; Shortcuts in the top bar, or `cms shortcut list` shows what there is"),
        ),
        StoreError::ShortcutExists { .. } => {
            ErrorBody::new(ErrorCode::Exists, format!("{error}; change that one, or choose another name"))
        }
        _ => failed(doing, error),
    }
}
