//! The Dictionary: names in place of numbers by section, agent groups, calculations and constants, and their dialogs.
//!
//! On a secondary it is for viewing, unless an administrator takes over because the primary is down: nobody but a person
//! knows that.

use std::collections::BTreeMap;

use api::{AgentGroup, FormulaKind, HouseCalculation, SetAgentGroup, SetCalculation, SetSynonym, SetSynonyms, Synonym};
use model::synonym::{description_fault, name_fault};
use model::{AcdNumber, Dictionary, NameKind, list_with_words};
use session::ChangeRequest;

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// Names, one section at a time.
    #[default]
    Names,
    /// Agent groups.
    Groups,
    /// Calculations and constants.
    Formulas,
}

/// As the page names them.
pub const PARTS: [(Part, &str); 3] =
    [(Part::Names, "Names"), (Part::Groups, "Agent groups"), (Part::Formulas, "Calculations")];

/// Calculation or constant, as the dialog names it.
pub const FORMULAS: [(FormulaKind, &str); 2] =
    [(FormulaKind::Calculation, "Calculation"), (FormulaKind::Constant, "Constant")];

/// One name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRow {
    /// Number, name that was given, what the switch calls it, description.
    pub texts: [String; 4],
}

/// What a section has, also what was given no name; with the searched words in it.
pub fn names(known: &[Synonym], dictionary: Option<&Dictionary>, kind: NameKind, search: &str) -> Vec<NameRow> {
    let mut rows: BTreeMap<(u64, String), [String; 4]> = BTreeMap::new();
    let key = |number: &str| (number.parse().unwrap_or(u64::MAX), number.to_owned());
    for (number, name) in dictionary.into_iter().flat_map(|names| names.iter(kind)) {
        rows.insert(key(number), [number.to_owned(), String::new(), name.to_owned(), String::new()]);
    }
    for synonym in known.iter().filter(|synonym| synonym.section == kind.section_word()) {
        let Synonym { number, name, switch_name, description, .. } = synonym.clone();
        rows.insert(key(&number), [number, name, switch_name, description]);
    }
    let search = search.to_lowercase();
    let holds = |texts: &[String; 4]| {
        let text = texts.join(" ").to_lowercase();
        search.split_whitespace().all(|word| text.contains(word))
    };
    rows.into_values().filter(holds).map(|texts| NameRow { texts }).collect()
}

/// The agent groups as texts: name, how many, who, description.
pub fn groups(known: &[AgentGroup]) -> Vec<[String; 4]> {
    let row = |group: &AgentGroup| {
        [group.name.clone(), group.agents.len().to_string(), group.agents.join(", "), group.description.clone()]
    };
    known.iter().map(row).collect()
}

/// The calculations and constants as texts: name, which, formula, description, tables.
pub fn formulas(known: &[HouseCalculation]) -> Vec<[String; 5]> {
    let row = |formula: &HouseCalculation| {
        let kind = match formula.kind {
            FormulaKind::Calculation => "calculation",
            FormulaKind::Constant => "constant",
        };
        [
            formula.name.clone(),
            kind.to_owned(),
            formula.formula.clone(),
            formula.description.clone(),
            formula.tables.join(", "),
        ]
    };
    known.iter().map(row).collect()
}

fn fault(fault: Option<String>) -> Result<(), String> {
    fault.map_or(Ok(()), Err)
}

/// A name while it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameDraft {
    /// The ACD.
    pub acd: AcdNumber,
    /// The section.
    pub kind: NameKind,
    /// Whether the number is typed, too.
    pub is_new: bool,
    /// What is named.
    pub number: String,
    /// Its name; empty takes it away.
    pub name: String,
    /// What else is to be known.
    pub description: String,
    /// Whether a secondary is changed.
    pub take_over: bool,
    /// Name and description as they were shown.
    pub was: (String, String),
    /// Whether a person has said that they may be replaced, whatever they are by now.
    pub over: bool,
}

impl NameDraft {
    /// What the dialog is called.
    pub fn title(&self) -> String {
        match self.is_new {
            true => format!("Name another {}", self.kind.noun()),
            false => format!("Name of {} {}", self.kind.noun(), self.number),
        }
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let number = self.kind.checked_number(&self.number)?;
        let (name, description) = (self.name.trim().to_owned(), self.description.trim().to_owned());
        if !name.is_empty() {
            fault(name_fault(&name))?;
        } else if self.is_new {
            return Err("The name is needed".to_owned());
        }
        fault(description_fault(&description))?;
        let section = self.kind.section_word().to_owned();
        let shown = (!self.over).then(|| self.was.clone()).map(|(name, description)| {
            let (section, number) = (section.clone(), number.clone());
            SetSynonym { section, number, name, description }
        });
        let was = shown.into_iter().collect();
        let synonyms = vec![SetSynonym { section, number, name, description }];
        Ok(ChangeRequest::Synonyms(SetSynonyms { acd: self.acd, synonyms, take_over: self.take_over, was }))
    }
}

/// The agents that a list such as `1001;1005-1009` means. Agents of a PBX may have blanks and hyphens in their names.
fn agents(list: &str) -> Result<Vec<String>, String> {
    let listed = list_with_words(list, |_| true).map_err(|fault| fault.to_string())?;
    listed.iter().map(|agent| NameKind::Agent.checked_number(agent)).collect()
}

/// The one of these names that is the same to people.
fn the_same<'a>(taken: &'a [String], name: &str) -> Option<&'a String> {
    taken.iter().find(|known| known.eq_ignore_ascii_case(name))
}

/// Something new takes the place of nothing.
fn not_taken(is_new: bool, taken: &[String], name: &str) -> Result<(), String> {
    match the_same(taken, name).filter(|_| is_new) {
        Some(known) => Err(format!("There is {known} already; choose it in the table to edit it")),
        None => Ok(()),
    }
}

/// An agent group while it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupDraft {
    /// The ACD.
    pub acd: AcdNumber,
    /// Whether its name is typed, too.
    pub is_new: bool,
    /// Names that there are already, which a new one cannot have.
    pub taken: Vec<String>,
    /// Its name.
    pub name: String,
    /// Login IDs, as typed; none deletes it.
    pub agents: String,
    /// What else is to be known.
    pub description: String,
    /// Whether a secondary is changed.
    pub take_over: bool,
    /// As it was shown; `None` of a new one.
    pub was: Option<AgentGroup>,
    /// Whether a person has said that it may be replaced, whatever it is by now.
    pub over: bool,
}

impl GroupDraft {
    /// For a group that there is.
    pub fn of(acd: AcdNumber, group: &AgentGroup, take_over: bool) -> GroupDraft {
        let AgentGroup { name, description, agents } = group.clone();
        let (agents, taken, was) = (agents.join(", "), Vec::new(), Some(group.clone()));
        GroupDraft { acd, is_new: false, taken, name, agents, description, take_over, was, over: false }
    }

    /// For a new one beside those that there are.
    pub fn begun(acd: AcdNumber, known: &[AgentGroup], take_over: bool) -> GroupDraft {
        let taken = known.iter().map(|group| group.name.clone()).collect();
        let (name, agents, description) = (String::new(), String::new(), String::new());
        GroupDraft { acd, is_new: true, taken, name, agents, description, take_over, was: None, over: false }
    }

    /// Whether there was one of this name when the dialog was opened.
    pub fn has(&self, name: &str) -> bool {
        the_same(&self.taken, name).is_some()
    }

    /// What the dialog is called.
    pub fn title(&self) -> String {
        if self.is_new { "New agent group".to_owned() } else { format!("Agent group {}", self.name) }
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let name = self.name.trim().to_owned();
        fault(name_fault(&name))?;
        not_taken(self.is_new, &self.taken, &name)?;
        let description = self.description.trim().to_owned();
        fault(description_fault(&description))?;
        let agents = agents(&self.agents)?;
        if agents.is_empty() && self.is_new {
            return Err("Name an agent by the login ID".to_owned());
        }
        let (acd, take_over, description) = (self.acd, self.take_over, Some(description));
        Ok(ChangeRequest::AgentGroup(SetAgentGroup { acd, name, description, agents, take_over }))
    }
}

/// A calculation or constant while it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormulaDraft {
    /// Which.
    pub kind: FormulaKind,
    /// Whether its name is typed, too.
    pub is_new: bool,
    /// Names that there are already, which a new one cannot have.
    pub taken: Vec<String>,
    /// Its name.
    pub name: String,
    /// What it computes; empty deletes it.
    pub formula: String,
    /// What else is to be known.
    pub description: String,
    /// Whether a secondary is changed.
    pub take_over: bool,
    /// As it was shown; `None` of a new one.
    pub was: Option<HouseCalculation>,
    /// Whether a person has said that it may be replaced, whatever it is by now.
    pub over: bool,
}

impl FormulaDraft {
    /// For one that there is.
    pub fn of(known: &HouseCalculation, take_over: bool) -> FormulaDraft {
        let HouseCalculation { kind, name, formula, description, .. } = known.clone();
        let (taken, was) = (Vec::new(), Some(known.clone()));
        FormulaDraft { kind, is_new: false, taken, name, formula, description, take_over, was, over: false }
    }

    /// For a new one beside those that there are.
    pub fn begun(known: &[HouseCalculation], take_over: bool) -> FormulaDraft {
        let (kind, taken) = (FormulaKind::Calculation, known.iter().map(|known| known.name.clone()).collect());
        let (name, formula, description) = (String::new(), String::new(), String::new());
        FormulaDraft { kind, is_new: true, taken, name, formula, description, take_over, was: None, over: false }
    }

    /// Whether there was one of this name when the dialog was opened.
    pub fn has(&self, name: &str) -> bool {
        the_same(&self.taken, name).is_some()
    }

    /// What the dialog is called.
    pub fn title(&self) -> String {
        if self.is_new { "New calculation or constant".to_owned() } else { self.name.clone() }
    }

    /// The change that is asked for, or what is wrong; whether the formula can be computed is for the server to say.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let [name, formula, description] =
            [&self.name, &self.formula, &self.description].map(|text| text.trim().to_owned());
        if name.is_empty() {
            return Err("The name is needed".to_owned());
        }
        not_taken(self.is_new, &self.taken, &name)?;
        if formula.is_empty() && self.is_new {
            return Err("The formula is needed".to_owned());
        }
        fault(description_fault(&description))?;
        let (kind, take_over) = (self.kind, self.take_over);
        let set = SetCalculation { kind, name, formula, description: Some(description), take_over };
        Ok(ChangeRequest::Calculation(set))
    }
}
