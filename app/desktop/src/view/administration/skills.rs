//! Skills of agents: who has which, and the dialog that has the switch change them.

use api::{AgentSkill, AgentSkills, SetAgentSkills};
use model::{AcdNumber, LoginId};
use session::{ChangeRequest, parse_skills, skills_text};

/// One agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillsRow {
    /// Login ID, name, skills in words.
    pub texts: [String; 3],
    /// As the server told it.
    pub agent: AgentSkills,
}

/// The agents with the searched text in number, name or a skill.
pub fn rows(known: &[AgentSkills], search: &str) -> Vec<SkillsRow> {
    let search = search.trim().to_lowercase();
    let row = |agent: &AgentSkills| {
        let skills: Vec<String> = agent.skills.iter().map(skill_text).collect();
        let texts = [agent.agent.to_string(), agent.name.clone(), skills.join("; ")];
        SkillsRow { texts, agent: agent.clone() }
    };
    let holds = |row: &SkillsRow| row.texts.iter().any(|text| text.to_lowercase().contains(&search));
    known.iter().map(row).filter(holds).collect()
}

/// `3 Billing, level 2`.
fn skill_text(skill: &AgentSkill) -> String {
    let name = if skill.name.is_empty() { skill.split.to_string() } else { format!("{} {}", skill.split, skill.name) };
    let level = match skill.reserve {
        0 => format!("level {}", skill.level),
        reserve => format!("reserve {reserve}"),
    };
    let percent = if skill.percent > 0 { format!(", {} %", skill.percent) } else { String::new() };
    format!("{name}, {level}{percent}")
}

/// An agent's skills while they are typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillsDraft {
    /// The ACD.
    pub acd: AcdNumber,
    /// The agent.
    pub agent: LoginId,
    /// The agent's name.
    pub name: String,
    /// As the switch has them.
    pub kept: Vec<AgentSkill>,
    /// As typed.
    pub typed: String,
    /// Whether a person has said that the skills may be replaced, whatever they are by now.
    pub over: bool,
}

impl SkillsDraft {
    /// For this agent.
    pub fn new(acd: AcdNumber, agent: &AgentSkills) -> SkillsDraft {
        let typed = skills_text(&agent.skills);
        SkillsDraft {
            acd,
            agent: agent.agent,
            name: agent.name.clone(),
            kept: agent.skills.clone(),
            typed,
            over: false,
        }
    }

    /// What the dialog is called.
    pub fn title(&self) -> String {
        format!("Skills of agent {} {}", self.agent, self.name).trim_end().to_owned()
    }

    /// The skills, or what is wrong. An allocated percentage that the agent has stays where none is typed.
    pub fn skills(&self) -> Result<Vec<AgentSkill>, String> {
        parse_skills(&self.typed, &self.kept)
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let skills = self.skills()?;
        if skills.is_empty() {
            return Err("An agent who is logged in has one skill at least".to_owned());
        }
        if skills_text(&skills) == skills_text(&self.kept) {
            return Err("Nothing differs from what the switch has".to_owned());
        }
        let was = (!self.over).then(|| self.kept.clone());
        Ok(ChangeRequest::Skills(SetAgentSkills { acd: self.acd, agent: self.agent, skills, was }))
    }
}
