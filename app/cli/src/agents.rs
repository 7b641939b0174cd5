//! `cms agent`: skills of agents, changed through the server's link to the switch.

use api::{AgentSkills, SetAgentSkills};
use client::Client;

use crate::arguments::{AgentCommand, SkillsCommand};
use crate::failure::Failure;
use crate::output;

pub(crate) async fn agent(client: &Client, command: AgentCommand) -> Result<(), Failure> {
    let AgentCommand::Skills(command) = command;
    match command {
        SkillsCommand::Show { agent, acd, json } => {
            let known = client.agent_skills(acd, agent).await?;
            if let Some(agent) = agent.filter(|_| known.is_empty()) {
                return Err(Failure::refused(format!("agent {agent} is not logged in to ACD {acd}")));
            }
            output::print(&if json { output::json(&known)? } else { text(&known) })
        }
        SkillsCommand::Set { agent, skills, acd, json } => {
            // What is wrong in itself is said before anybody is asked.
            session::parse_skills(&skills, &[]).map_err(Failure::usage)?;
            let known = client.agent_skills(acd, Some(agent)).await?;
            let kept = known.first().map(|known| known.skills.as_slice()).unwrap_or_default();
            let skills = session::parse_skills(&skills, kept).map_err(Failure::usage)?;
            let changed = client.set_agent_skills(&SetAgentSkills { acd, agent, skills, was: None }).await?;
            output::told(&changed, json)
        }
    }
}

fn text(known: &[AgentSkills]) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Agent", "Name", "Skill", "Skill's name", "Level", "Percent"]);
    for AgentSkills { agent, name, skills } in known {
        for skill in skills {
            let level = match skill.reserve {
                0 => skill.level.to_string(),
                reserve => format!("reserve {reserve}"),
            };
            let percent = if skill.percent > 0 { skill.percent.to_string() } else { String::new() };
            let (split, of) = (skill.split.to_string(), skill.name.clone());
            table.add_row([agent.to_string(), name.clone(), split, of, level, percent]);
        }
    }
    output::table_text(&table)
}
