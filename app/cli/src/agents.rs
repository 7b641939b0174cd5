//! `cms agent`: skills of agents, changed through the server's link to the switch.

use api::{AgentSkill, AgentSkills, SetAgentSkills};
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
        SkillsCommand::Set { agent, skills, acd } => {
            let skills = parse(&skills).map_err(Failure::usage)?;
            let changed = client.set_agent_skills(&SetAgentSkills { acd, agent, skills }).await?;
            output::print(&format!("{}\n", changed.text))
        }
    }
}

/// Skills as they are typed: `1:1,3:2,7:r1`.
pub(crate) fn parse(text: &str) -> Result<Vec<AgentSkill>, String> {
    let skill = |entry: &str| {
        let wrong = || format!("{entry:?} is no skill with its level; write 3:2, or 3:r1 for reserve level 1");
        let (split, level) = entry.split_once(':').ok_or_else(wrong)?;
        let split = split.trim().parse().map_err(|_| wrong())?;
        let level = level.trim();
        let (level, reserve) = match level.strip_prefix(['r', 'R']) {
            Some(reserve) => (1, reserve.parse().map_err(|_| wrong())?),
            None => (level.parse().map_err(|_| wrong())?, 0),
        };
        Ok(AgentSkill { split, name: String::new(), level, reserve, percent: 0 })
    };
    text.split([',', ';']).map(str::trim).filter(|entry| !entry.is_empty()).map(skill).collect()
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
