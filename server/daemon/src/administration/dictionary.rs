//! Administration of the Dictionary: names in place of numbers, agent groups, calculations and constants.
//!
//! Nothing of it reaches the collector. Rows are archived by number, so both servers' digests agree whatever either calls
//! things; names are put in where a report is computed.

use std::collections::{BTreeMap, BTreeSet};

use api::{
    AgentGroup, Changed, ErrorBody, ErrorCode, FormulaKind, HouseCalculation, Operation, SetAgentGroup, SetCalculation,
    SetSynonym, SetSynonyms, Synonym,
};
use model::synonym::{description_fault, name_fault};
use model::{AcdNumber, Dictionary, NameKind, number_list};

use super::{Administration, Recorded, running, unavailable};
use crate::auth::User;
use crate::causes::failed;
use crate::reach::Reach;
use crate::reports::Reports;

/// Most names in one request.
const NAMES_MAX: usize = 5_000;
/// Most agents in a group.
const AGENTS_MAX: usize = 10_000;

fn wrong(why: impl Into<String>) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadRequest, why)
}

fn refuse(fault: Option<String>) -> Result<(), ErrorBody> {
    fault.map_or(Ok(()), |why| Err(wrong(why)))
}

/// Whether this could be named so, so that whoever writes it down for later is told at once.
pub fn check_name(acd: AcdNumber, entry: &SetSynonym) -> Result<(), ErrorBody> {
    checked(acd, entry).map(drop)
}

/// Known names by kind and number.
type Known = BTreeMap<(NameKind, String), store::Synonym>;

impl Administration {
    /// The names that administrators gave, as far as they may be read: by section as the field has them, then by number.
    pub fn synonyms(&self, reports: &Reports, acd: AcdNumber, reach: &Reach) -> Result<Vec<Synonym>, ErrorBody> {
        let names = reports.dictionary(acd, reach)?;
        let known = known(reports, acd)?;
        let mut found: Vec<(usize, (u64, String), Synonym)> = Vec::new();
        for (place, kind) in NameKind::sections().enumerate() {
            let of_kind = known.values().filter(|synonym| synonym.kind == kind);
            for synonym in of_kind.filter(|synonym| reach.names_number(acd, kind, &synonym.number)) {
                let order = (synonym.number.parse().unwrap_or(u64::MAX), synonym.number.clone());
                found.push((place, order, shown(synonym, &names)));
            }
        }
        found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        Ok(found.into_iter().map(|(.., synonym)| synonym).collect())
    }

    /// Gives names and takes names away. Nothing is changed if anything of it is wrong.
    pub fn set_synonyms(
        &self,
        reports: &Reports,
        user: &User,
        reach: &Reach,
        set: &SetSynonyms,
    ) -> Result<Changed, ErrorBody> {
        self.allowed_here(reports, user, set.take_over, Operation::Dictionary)?;
        let source = running(reports, set.acd)?;
        if set.synonyms.is_empty() || set.synonyms.len() > NAMES_MAX {
            let count = set.synonyms.len();
            return Err(wrong(format!("1 to {NAMES_MAX} names can be given at once, not {count}: split the list")));
        }
        let _changing = self.changing_acds()?;
        let before = known(reports, set.acd)?;
        as_shown(set, &before)?;
        let mut after = before.clone();
        let mut meant = BTreeSet::new();
        for entry in &set.synonyms {
            let synonym = checked(set.acd, entry)?;
            let (kind, number) = (synonym.kind, synonym.number.clone());
            if !reach.names_number(set.acd, kind, &number) {
                let message = format!("{} may not change the name of {} {number}", user.name, kind.noun());
                return Err(ErrorBody::new(ErrorCode::NotPermitted, message));
            }
            if !meant.insert((kind, number.clone())) {
                return Err(wrong(format!("{} {number} is named twice", kind.noun())));
            }
            match synonym.name.is_empty() {
                true => _ = after.remove(&(kind, number)),
                false => _ = after.insert((kind, number), synonym),
            }
        }
        let switch = reports.dictionary(set.acd, &Reach::everything())?;
        unique(&after, &meant, &switch)?;
        let changed: Vec<(NameKind, String)> =
            meant.into_iter().filter(|thing| before.get(thing) != after.get(thing)).collect();
        if changed.is_empty() {
            return Ok(Changed { changed: false, text: "these names are so already".to_owned() });
        }
        let keep: Vec<store::Synonym> = changed.iter().map(|thing| kept(thing, after.get(thing))).collect();
        source.files.change(move |store| store.set_synonyms(&keep)).map_err(unavailable)?;
        source.forget_names();
        let recorded = self.record_names(user, set, &changed, [&before, &after]);
        Ok(recorded.told(Changed { changed: true, text: told(&changed, &after, reports) }))
    }

    /// One entry for each section in the record of changes.
    fn record_names(
        &self,
        user: &User,
        set: &SetSynonyms,
        changed: &[(NameKind, String)],
        [before, after]: [&Known; 2],
    ) -> Recorded {
        let mut recorded = Recorded::default();
        for kind in NameKind::sections() {
            let things: Vec<&(NameKind, String)> = changed.iter().filter(|(of, _)| *of == kind).collect();
            let what = match things.as_slice() {
                [] => continue,
                [(_, number)] => format!("name of {} {number}", kind.noun()),
                several => format!("names of {} {}", several.len(), kind.section_word()),
            };
            let text = |known: &Known| {
                let parts = things.iter().filter_map(|thing| known.get(*thing)).map(|known| words(known, things.len()));
                parts.collect::<Vec<_>>().join("; ")
            };
            let what = taken_over(what, set.take_over);
            recorded = recorded.and(self.record(user, Some(set.acd), what, text(before), text(after)));
        }
        recorded
    }

    /// The agent groups of an ACD.
    pub fn agent_groups(&self, reports: &Reports, acd: AcdNumber) -> Result<Vec<AgentGroup>, ErrorBody> {
        let known = reports.archive(acd)?.agent_groups().map_err(|error| failed("reading the agent groups", &error))?;
        let group = |known: store::AgentGroup| AgentGroup {
            name: known.name,
            description: known.description,
            agents: known.agents.into_iter().collect(),
        };
        Ok(known.into_iter().map(group).collect())
    }

    /// Makes, changes or deletes an agent group.
    pub fn set_agent_group(&self, reports: &Reports, user: &User, set: &SetAgentGroup) -> Result<Changed, ErrorBody> {
        self.allowed_here(reports, user, set.take_over, Operation::Dictionary)?;
        let source = running(reports, set.acd)?;
        refuse(name_fault(&set.name))?;
        let _changing = self.changing_acds()?;
        let known = self.agent_groups(reports, set.acd)?;
        let before = known.iter().find(|group| group.name.eq_ignore_ascii_case(&set.name));
        let names = reports.dictionary(set.acd, &Reach::everything())?;
        let agents = members(&names, before, &set.agents).map_err(wrong)?;
        let named = names.number(NameKind::Agent, &set.name).filter(|number| names.contains(NameKind::Agent, number));
        if let Some(number) = named.filter(|_| !agents.is_empty()) {
            return Err(wrong(format!("agent {number} is called {}; choose another name for the group", set.name)));
        }
        let description = set.description.clone().or_else(|| before.map(|group| group.description.clone()));
        let description = description.unwrap_or_default();
        refuse(description_fault(&description))?;
        let (name, deletes) = (set.name.clone(), agents.is_empty());
        let after = AgentGroup { name, description, agents: agents.iter().cloned().collect() };
        match before {
            None if deletes => {
                let message = format!("there is no agent group {}; one that is made has at least one agent", set.name);
                return Err(ErrorBody::new(ErrorCode::NotFound, message));
            }
            Some(before) if *before == after => {
                return Ok(Changed { changed: false, text: format!("the agent group {} is so already", set.name) });
            }
            _ => {}
        }
        let keep = store::AgentGroup { name: after.name.clone(), description: after.description.clone(), agents };
        let what = format!("agent group {}", set.name);
        let replaced = self.replaced(user, Some(set.acd), &what)?;
        source.files.change(move |store| store.set_agent_group(&keep)).map_err(unavailable)?;
        source.forget_names();
        let what = taken_over(what, set.take_over);
        let text = |group: &AgentGroup| group.agents.join(", ");
        let recorded = self.record(user, Some(set.acd), what, before.map(text).unwrap_or_default(), text(&after));
        let text = match deletes {
            true => format!("the agent group {} is deleted{replaced}", set.name),
            false => format!("the agent group {} has {} agents{replaced}", set.name, after.agents.len()),
        };
        Ok(recorded.told(Changed { changed: true, text }))
    }

    /// Calculations and constants of the house.
    pub fn calculations(&self, reports: &Reports) -> Result<Vec<HouseCalculation>, ErrorBody> {
        let known = reports.lock().calculations().map_err(|error| failed("reading the calculations", &error))?;
        let house = reports.calculations()?;
        let calculation = |known: store::HouseCalculation| HouseCalculation {
            kind: if known.constant { FormulaKind::Constant } else { FormulaKind::Calculation },
            tables: report::tables_of(&known.formula, &house)
                .map(|tables| tables.into_iter().map(str::to_owned).collect())
                .unwrap_or_default(),
            name: known.name,
            formula: known.formula,
            description: known.description,
        };
        Ok(known.into_iter().map(calculation).collect())
    }

    /// Makes, changes or deletes a calculation or constant. One that is used stays.
    pub fn set_calculation(&self, reports: &Reports, user: &User, set: &SetCalculation) -> Result<Changed, ErrorBody> {
        self.allowed_here(reports, user, set.take_over, Operation::Dictionary)?;
        refuse(report::house_name_fault(&set.name))?;
        let _changing = self.changing_acds()?;
        let kept = reports.lock().calculations().map_err(|error| failed("reading the calculations", &error))?;
        let before = kept.into_iter().find(|known| known.name.eq_ignore_ascii_case(&set.name));
        let description = set.description.clone().or_else(|| before.as_ref().map(|known| known.description.clone()));
        let description = description.unwrap_or_default();
        refuse(description_fault(&description))?;
        let (constant, formula) = (set.kind == FormulaKind::Constant, set.formula.trim().to_owned());
        let name = set.name.to_ascii_uppercase();
        let after = store::HouseCalculation { name, constant, formula, description };
        let deletes = after.formula.is_empty();
        match &before {
            None if deletes => {
                return Err(ErrorBody::new(ErrorCode::NotFound, format!("there is no {}", set.name)));
            }
            Some(before) if *before == after => {
                return Ok(Changed { changed: false, text: format!("{} is so already", set.name) });
            }
            _ => {}
        }
        let text = match deletes {
            true => {
                unused(reports, &after.name)?;
                format!("{} is deleted", after.name)
            }
            false => {
                let tables = fitting(reports, &after)?;
                format!("{} can be used in every report; it fits {tables} tables", after.name)
            }
        };
        let written = reports.lock().set_calculation(&after);
        written.map_err(|error| failed("keeping the calculation", &error))?;
        reports.house.forget();
        let what = if constant { "constant" } else { "calculation" };
        let what = taken_over(format!("{what} {}", after.name), set.take_over);
        let recorded =
            self.record(user, None, what, before.map(|known| known.formula).unwrap_or_default(), after.formula);
        Ok(recorded.told(Changed { changed: true, text }))
    }
}

fn taken_over(what: String, take_over: bool) -> String {
    if take_over { format!("{what} (taken over on a secondary)") } else { what }
}

fn known(reports: &Reports, acd: AcdNumber) -> Result<Known, ErrorBody> {
    let known = reports.archive(acd)?.synonyms().map_err(|error| failed("reading the Dictionary", &error))?;
    Ok(known.into_iter().map(|synonym| ((synonym.kind, synonym.number.clone()), synonym)).collect())
}

fn shown(synonym: &store::Synonym, names: &Dictionary) -> Synonym {
    Synonym {
        section: synonym.kind.section_word().to_owned(),
        number: synonym.number.clone(),
        name: synonym.name.clone(),
        description: synonym.description.clone(),
        switch_name: names.switch_name(synonym.kind, &synonym.number).unwrap_or_default().to_owned(),
    }
}

/// An entry as it is kept, if it may be.
fn checked(acd: AcdNumber, entry: &SetSynonym) -> Result<store::Synonym, ErrorBody> {
    let kind = NameKind::of_section(&entry.section).map_err(wrong)?;
    let number = kind.checked_number(&entry.number).map_err(wrong)?;
    if kind == NameKind::Acd && number != acd.to_string() {
        return Err(wrong(format!("ACD {number} is named in its own Dictionary: `--acd {number}`")));
    }
    let at = |fault: Option<String>| fault.map(|why| format!("{} {number}: {why}", kind.noun()));
    if !entry.name.is_empty() {
        refuse(at(name_fault(&entry.name)))?;
    }
    refuse(at(description_fault(&entry.description)))?;
    let (name, description) = (entry.name.clone(), entry.description.clone());
    Ok(store::Synonym { kind, number, name, description })
}

/// Refuses what was based on another name than there is now: a colleague gave that, and nobody has seen it.
fn as_shown(set: &SetSynonyms, known: &Known) -> Result<(), ErrorBody> {
    for was in &set.was {
        let kind = NameKind::of_section(&was.section).map_err(wrong)?;
        let number = kind.checked_number(&was.number).map_err(wrong)?;
        let now = known.get(&(kind, number.clone()));
        let is_same = match now {
            Some(now) => (&now.name, &now.description) == (&was.name, &was.description),
            None => was.name.is_empty(),
        };
        if !is_same {
            let now = now.map_or_else(
                || "it has no name of the Dictionary any more".to_owned(),
                |now| format!("it is called {} now", words(now, 1)),
            );
            let message = format!("somebody else changed the name of {} {number} meanwhile: {now}", kind.noun());
            return Err(ErrorBody::new(ErrorCode::Overtaken, message));
        }
    }
    Ok(())
}

/// What is written for a thing: its new name, or none.
fn kept((kind, number): &(NameKind, String), synonym: Option<&store::Synonym>) -> store::Synonym {
    let none =
        || store::Synonym { kind: *kind, number: number.clone(), name: String::new(), description: String::new() };
    synonym.cloned().unwrap_or_else(none)
}

/// Refuses a name that another thing of the section has already, by the Dictionary or by the switch: an input could not tell
/// them apart.
fn unique(after: &Known, meant: &BTreeSet<(NameKind, String)>, switch: &Dictionary) -> Result<(), ErrorBody> {
    let mut taken: BTreeMap<(NameKind, String), &str> = BTreeMap::new();
    for synonym in after.values() {
        let other = taken.insert((synonym.kind, synonym.name.to_lowercase()), &synonym.number);
        if let Some(other) = other {
            let (noun, number, name) = (synonym.kind.noun(), &synonym.number, &synonym.name);
            return Err(wrong(format!("{noun} {other} and {number} cannot both be called {name:?}")));
        }
    }
    for synonym in meant.iter().filter_map(|thing| after.get(thing)) {
        let (kind, number, name) = (synonym.kind, &synonym.number, &synonym.name);
        let group = switch.agent_group(name).filter(|_| kind == NameKind::Agent);
        if group.is_some() {
            return Err(wrong(format!("there is an agent group {name:?}; choose another name for agent {number}")));
        }
        // What bears a synonym itself is no longer shown by the switch's name.
        let same = |(other, _): &(&str, &str)| {
            let told = switch.switch_name(kind, other).is_some_and(|told| told.eq_ignore_ascii_case(name));
            told && *other != number.as_str() && !after.contains_key(&(kind, (*other).to_owned()))
        };
        if let Some((other, _)) = switch.iter(kind).find(same) {
            let noun = kind.noun();
            return Err(wrong(format!(
                "the switch calls {noun} {other} {name:?}; give {noun} {other} another name first, or {noun} {number}"
            )));
        }
    }
    Ok(())
}

/// The login IDs that a list of members means. A word that no agent bears, and that was no member before, is a slip: a PBX tells
/// the names of its agents before anybody can be meant by one.
fn members(names: &Dictionary, before: Option<&AgentGroup>, listed: &[String]) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    for agent in listed.iter().map(|agent| agent.trim()) {
        let named = names.number(NameKind::Agent, agent);
        let is_known = || names.contains(NameKind::Agent, agent);
        let was_member = || before.is_some_and(|group| group.agents.iter().any(|member| member == agent));
        match named {
            Some(number) => _ = found.insert(number.to_owned()),
            None if is_known() || was_member() => _ = found.insert(agent.to_owned()),
            None if agent.is_empty() => return Err("an agent of the list is empty".to_owned()),
            None => {
                let numbers = number_list(agent)
                    .map_err(|fault| format!("no agent is called {agent:?}, and as login IDs it is wrong: {fault}"))?;
                for number in numbers {
                    found.insert(NameKind::Agent.checked_number(&number)?);
                }
            }
        }
        if found.len() > AGENTS_MAX {
            return Err(format!("a group has at most {AGENTS_MAX} agents"));
        }
    }
    Ok(found)
}

/// A name with what is known of it; with its number where there are several.
fn words(synonym: &store::Synonym, count: usize) -> String {
    let number = if count > 1 { format!("{} ", synonym.number) } else { String::new() };
    let described = if synonym.description.is_empty() { String::new() } else { format!(" ({})", synonym.description) };
    format!("{number}{}{described}", synonym.name)
}

fn told(changed: &[(NameKind, String)], after: &Known, reports: &Reports) -> String {
    let text = match changed {
        [thing @ (kind, number)] => match after.get(thing) {
            Some(synonym) => format!("{} {number} is called {}", kind.noun(), synonym.name),
            None => format!("{} {number} has no name of the Dictionary any more", kind.noun()),
        },
        several => format!("{} names of the Dictionary were changed", several.len()),
    };
    format!("{text} on {}; carry it to the other server by backup and restore", reports.server)
}

/// How many tables a formula fits.
fn fitting(reports: &Reports, set: &store::HouseCalculation) -> Result<usize, ErrorBody> {
    if set.constant && set.formula.parse::<f64>().is_err() {
        return Err(wrong(format!("a constant is a number such as 30 or 0.8, unlike {:?}", set.formula)));
    }
    let mut house = Vec::clone(&*reports.calculations()?);
    house.retain(|known| !known.name.eq_ignore_ascii_case(&set.name));
    let (name, expression) = (set.name.clone(), set.formula.clone());
    house.push(report::Calculation { name, expression, meaning: String::new() });
    let tables = report::tables_of(&set.formula, &house).map_err(wrong)?;
    // What used it must still have what it needs.
    let broken = house.iter().find(|known| report::tables_of(&known.name, &house).is_err());
    match broken {
        None => Ok(tables.len()),
        Some(broken) => Err(wrong(format!("{} needs {} and would fit no table any more", broken.name, set.name))),
    }
}

/// Refuses to take away what reports or other calculations use.
fn unused(reports: &Reports, name: &str) -> Result<(), ErrorBody> {
    let house = reports.calculations()?;
    let others = house.iter().filter(|known| !known.name.eq_ignore_ascii_case(name));
    let mut users: Vec<String> =
        others.filter(|known| report::formula_uses(&known.expression, name)).map(|known| known.name.clone()).collect();
    users.extend(reports.using(name)?);
    match users.is_empty() {
        true => Ok(()),
        false => {
            let message = format!("{name} is used by {}; change those first", users.join(", "));
            Err(ErrorBody::new(ErrorCode::InUse, message))
        }
    }
}
