//! `cms dictionary`: names in place of numbers, agent groups, calculations and constants.

use std::path::Path;

use api::{AgentGroup, FormulaKind, HouseCalculation, SetAgentGroup, SetCalculation, SetSynonym, SetSynonyms, Synonym};
use client::Client;
use model::words::and_more;
use model::{AcdNumber, NameKind};

use crate::arguments::{DictionaryCommand, FormulaCommand, GroupCommand, TakeOver, Thing};
use crate::failure::Failure;
use crate::output;
use crate::people::numbers;

/// So many tables are named.
const FEW: usize = 4;

pub(crate) async fn dictionary(client: &Client, command: DictionaryCommand) -> Result<(), Failure> {
    match command {
        DictionaryCommand::List { section, acd, find, json } => {
            let section = section.map(|word| NameKind::of_section(&word)).transpose().map_err(Failure::usage)?;
            let mut known = client.synonyms(acd).await?;
            known.retain(|synonym| section.is_none_or(|section| synonym.section == section.section_word()));
            known.retain(|synonym| find.as_deref().is_none_or(|text| contains(synonym, text)));
            output::print(&if json { output::json(&known)? } else { synonyms_text(&known) })
        }
        DictionaryCommand::Show { thing, json } => show(client, &thing, json).await,
        DictionaryCommand::Set { thing, name, description, over } => {
            if name.is_empty() {
                return Err(Failure::usage("the name is empty; `cms dictionary delete` takes a name away"));
            }
            give(client, thing, name, description, over).await
        }
        DictionaryCommand::Delete { thing, over } => give(client, thing, String::new(), String::new(), over).await,
        DictionaryCommand::Import { file, acd, over } => import(client, &file, acd, over).await,
        DictionaryCommand::Export { acd, output } => {
            let known = client.synonyms(acd).await?;
            let csv = session::names_csv(&known).map_err(|why| Failure::failed(format!("cannot write CSV: {why}")))?;
            output::write(csv.as_bytes(), output.as_deref())
        }
        DictionaryCommand::Group(command) => group(client, command).await,
        DictionaryCommand::Calculation(command) => formula(client, FormulaKind::Calculation, command).await,
        DictionaryCommand::Constant(command) => formula(client, FormulaKind::Constant, command).await,
    }
}

fn contains(synonym: &Synonym, text: &str) -> bool {
    let text = text.to_lowercase();
    let Synonym { number, name, description, switch_name, .. } = synonym;
    [number, name, description, switch_name].iter().any(|part| part.to_lowercase().contains(&text))
}

/// The number is looked up by either of its names, too.
async fn show(client: &Client, thing: &Thing, json: bool) -> Result<(), Failure> {
    let kind = NameKind::of_section(&thing.section).map_err(Failure::usage)?;
    let names = client.dictionary(thing.acd).await?;
    let typed = thing.number.trim();
    let number = if names.contains(kind, typed) { typed } else { names.number(kind, typed).unwrap_or(typed) };
    let known = client.synonyms(thing.acd).await?;
    let found = known.into_iter().find(|synonym| synonym.section == kind.section_word() && synonym.number == number);
    let switch_name = names.switch_name(kind, number).unwrap_or_default().to_owned();
    if found.is_none() && !names.contains(kind, number) {
        return Err(Failure::refused(format!("ACD {} has no {} {typed}", thing.acd, kind.noun())));
    }
    let synonym = found.unwrap_or_else(|| Synonym {
        section: kind.section_word().to_owned(),
        number: number.to_owned(),
        name: String::new(),
        description: String::new(),
        switch_name,
    });
    output::print(&if json { output::json(&synonym)? } else { synonyms_text(&[synonym]) })
}

async fn give(
    client: &Client,
    thing: Thing,
    name: String,
    description: String,
    TakeOver { take_over, json }: TakeOver,
) -> Result<(), Failure> {
    let synonyms = vec![SetSynonym { section: thing.section, number: thing.number, name, description }];
    output::told(
        &client.set_synonyms(&SetSynonyms { acd: thing.acd, synonyms, take_over, was: Vec::new() }).await?,
        json,
    )
}

async fn import(
    client: &Client,
    file: &Path,
    acd: AcdNumber,
    TakeOver { take_over, json }: TakeOver,
) -> Result<(), Failure> {
    let synonyms = session::read_names_file(file).map_err(Failure::usage)?;
    output::told(&client.set_synonyms(&SetSynonyms { acd, synonyms, take_over, was: Vec::new() }).await?, json)
}

pub(crate) fn synonyms_text(known: &[Synonym]) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Section", "Number", "Name", "Description", "The switch says"]);
    for Synonym { section, number, name, description, switch_name } in known {
        table.add_row([section, number, name, description, switch_name]);
    }
    output::table_text(&table)
}

async fn group(client: &Client, command: GroupCommand) -> Result<(), Failure> {
    match command {
        GroupCommand::List { acd, json } => {
            let groups = client.agent_groups(acd).await?;
            output::print(&if json { output::json(&groups)? } else { groups_text(&groups) })
        }
        GroupCommand::Set { name, agents, acd, description, over: TakeOver { take_over, json } } => {
            let agents = numbers(&agents)?;
            output::told(
                &client.set_agent_group(&SetAgentGroup { acd, name, description, agents, take_over }).await?,
                json,
            )
        }
        GroupCommand::Delete { name, acd, over: TakeOver { take_over, json } } => {
            let (description, agents) = (None, Vec::new());
            output::told(
                &client.set_agent_group(&SetAgentGroup { acd, name, description, agents, take_over }).await?,
                json,
            )
        }
    }
}

fn groups_text(groups: &[AgentGroup]) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Group", "Agents", "Description", "Who"]);
    for AgentGroup { name, description, agents } in groups {
        table.add_row([name.clone(), agents.len().to_string(), description.clone(), agents.join(";")]);
    }
    output::table_text(&table)
}

async fn formula(client: &Client, kind: FormulaKind, command: FormulaCommand) -> Result<(), Failure> {
    match command {
        FormulaCommand::List { json } => {
            let mut known = client.calculations().await?;
            known.retain(|known| known.kind == kind);
            output::print(&if json { output::json(&known)? } else { formulas_text(&known) })
        }
        FormulaCommand::Set { name, formula, description, over: TakeOver { take_over, json } } => {
            if formula.trim().is_empty() {
                return Err(Failure::usage("the formula is empty; `delete` takes it away"));
            }
            output::told(
                &client.set_calculation(&SetCalculation { kind, name, formula, description, take_over }).await?,
                json,
            )
        }
        FormulaCommand::Delete { name, over: TakeOver { take_over, json } } => {
            let (formula, description) = (String::new(), None);
            output::told(
                &client.set_calculation(&SetCalculation { kind, name, formula, description, take_over }).await?,
                json,
            )
        }
    }
}

fn formulas_text(known: &[HouseCalculation]) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Name", "Formula", "Description", "Tables"]);
    for HouseCalculation { name, formula, description, tables, .. } in known {
        let tables = match tables.is_empty() {
            true => "NONE: what it needs is gone".to_owned(),
            false => and_more(tables, FEW),
        };
        table.add_row([name.clone(), formula.clone(), description.clone(), tables]);
    }
    output::table_text(&table)
}
