//! What somebody else wrote of just what is being typed, by the page behind the dialog.
//!
//! The page is asked for every few seconds, so a person sees it before anything is replaced. What is changed in those seconds
//! only the server can refuse.

use api::{AgentGroup, AgentSkills, HouseCalculation};
use model::AcdNumber;
use session::{DictionaryData, Model, Page, PageData, skills_text};

use super::Form;
use super::dictionary::{FormulaDraft, GroupDraft, NameDraft};
use super::skills::SkillsDraft;

/// What a person is told first.
const ELSE: &str = "Somebody else changed it meanwhile: ";

/// What is there now and is not what the dialog began with.
#[derive(Debug, Clone, PartialEq)]
pub struct Meanwhile {
    /// What is there now, and how it came there, as a sentence without its end.
    pub text: String,
    /// The form as it would begin now; `None` where there is nothing to begin with.
    pub form: Option<Form>,
}

/// What somebody else wrote since the form was opened, as far as the page shows it.
pub fn meanwhile(model: &Model, form: &Form) -> Option<Meanwhile> {
    match form {
        Form::Name(draft) => name(dictionary(model, draft.acd)?, draft),
        Form::Group(draft) => group(dictionary(model, draft.acd)?, draft),
        Form::Formula(draft) => formula(any_dictionary(model)?, draft),
        Form::Skills(draft) => skills(model, draft),
        _ => None,
    }
}

fn page<'a>(model: &'a Model, page: &Page) -> Option<&'a PageData> {
    model.pages.get(page)?.data.as_deref()
}

fn dictionary(model: &Model, acd: AcdNumber) -> Option<&DictionaryData> {
    match page(model, &Page::Dictionary(acd))? {
        PageData::Dictionary(known) => Some(known),
        _ => None,
    }
}

/// Calculations belong to no ACD: the page that was told last has them.
fn any_dictionary(model: &Model) -> Option<&DictionaryData> {
    let told = |(page, view): (&Page, &session::PageView)| match (page, view.data.as_deref()) {
        (Page::Dictionary(acd), Some(PageData::Dictionary(_))) => Some((view.told_at, *acd)),
        _ => None,
    };
    let (_, acd) = model.pages.iter().filter_map(told).max()?;
    dictionary(model, acd)
}

fn name(known: &DictionaryData, draft: &NameDraft) -> Option<Meanwhile> {
    let number = draft.kind.checked_number(&draft.number).ok()?;
    let section = draft.kind.section_word();
    let there = known.synonyms.iter().find(|known| known.section == section && known.number == number);
    let (name, description) = there.map(|known| (known.name.clone(), known.description.clone())).unwrap_or_default();
    let was = (name.clone(), description.clone());
    if was == draft.was {
        return None;
    }
    let noun = draft.kind.noun();
    let text = match (name.as_str(), described(&description)) {
        ("", _) => format!("{ELSE}{noun} {number} has no name now"),
        (name, described) if draft.is_new => {
            format!("The {noun} {number} has a name already: it is called {name}{described}")
        }
        (name, described) => format!("{ELSE}{noun} {number} is called {name}{described} now"),
    };
    Some(Meanwhile { text, form: Some(Form::Name(NameDraft { name, description, was, over: false, ..draft.clone() })) })
}

fn group(known: &DictionaryData, draft: &GroupDraft) -> Option<Meanwhile> {
    let is_named = |group: &&AgentGroup| group.name.eq_ignore_ascii_case(draft.name.trim());
    let there = known.groups.iter().find(is_named);
    let is_as_known = there == draft.was.as_ref() || draft.is_new && there.is_some_and(|there| draft.has(&there.name));
    if is_as_known {
        return None;
    }
    let text = match there {
        None => format!("{ELSE}the agent group {} was deleted", draft.name),
        Some(AgentGroup { name, description, agents }) => {
            format!("{ELSE}the agent group {name}{} is {} now", described(description), agents.join(", "))
        }
    };
    let form = there.map(|there| Form::Group(GroupDraft::of(draft.acd, there, draft.take_over)));
    Some(Meanwhile { text, form })
}

fn formula(known: &DictionaryData, draft: &FormulaDraft) -> Option<Meanwhile> {
    let is_named = |known: &&HouseCalculation| known.name.eq_ignore_ascii_case(draft.name.trim());
    let there = known.calculations.iter().find(is_named);
    let written = |known: &HouseCalculation| (known.kind, known.formula.clone(), known.description.clone());
    let is_as_known = there.map(written) == draft.was.as_ref().map(written)
        || draft.is_new && there.is_some_and(|there| draft.has(&there.name));
    if is_as_known {
        return None;
    }
    let text = match there {
        None => format!("{ELSE}{} was deleted", draft.name),
        Some(known) => format!("{ELSE}{}{} is {} now", known.name, described(&known.description), known.formula),
    };
    Some(Meanwhile { text, form: there.map(|there| Form::Formula(FormulaDraft::of(there, draft.take_over))) })
}

fn skills(model: &Model, draft: &SkillsDraft) -> Option<Meanwhile> {
    let PageData::Skills(agents) = page(model, &Page::Skills(draft.acd))? else { return None };
    let there: &AgentSkills = agents.iter().find(|known| known.agent == draft.agent)?;
    let now = SkillsDraft::new(draft.acd, there);
    if there.skills == draft.kept {
        return None;
    }
    Some(Meanwhile {
        text: format!("{ELSE}the agent has {} now", skills_text(&now.kept)),
        form: Some(Form::Skills(now)),
    })
}

fn described(description: &str) -> String {
    if description.is_empty() { String::new() } else { format!(" ({description})") }
}
