//! Skills of agents: who has which, and the dialog that has the switch change them.

use api::{AgentSkill, AgentSkills, SetAgentSkills};
use model::{AcdNumber, Dictionary, LoginId, NameKind, SplitId};
use session::{ChangeRequest, skills_text};

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

/// A skill while it is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillLine {
    /// The skill.
    pub split: SplitId,
    /// Number and name.
    pub text: String,
    /// Its level.
    pub level: SkillLevel,
    /// Allocated percentage, as typed; empty for none.
    pub percent: String,
}

/// How well an agent has a skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkillLevel {
    /// 1 is the best, 16 the last.
    Level(u8),
    /// Called in when the skill is in need: reserve level 1 or 2.
    Reserve(u8),
}

impl SkillLevel {
    /// All that can be chosen.
    pub fn all() -> impl Iterator<Item = SkillLevel> {
        (1..=16).map(SkillLevel::Level).chain((1..=2).map(SkillLevel::Reserve))
    }

    /// `Level 2`.
    pub fn text(self) -> String {
        match self {
            SkillLevel::Level(level) => format!("Level {level}"),
            SkillLevel::Reserve(reserve) => format!("Reserve {reserve}"),
        }
    }
}

impl SkillLine {
    fn of(skill: &AgentSkill) -> SkillLine {
        let level = match skill.reserve {
            0 => SkillLevel::Level(skill.level),
            reserve => SkillLevel::Reserve(reserve),
        };
        let percent = if skill.percent > 0 { skill.percent.to_string() } else { String::new() };
        SkillLine { split: skill.split, text: named(skill.split, &skill.name), level, percent }
    }

    fn skill(&self) -> Result<AgentSkill, String> {
        let typed = self.percent.trim().trim_end_matches('%').trim_end();
        let percent = match typed.parse() {
            _ if typed.is_empty() => 0,
            Ok(percent @ 0..=100) => percent,
            _ => return Err(format!("{}: a percentage is a whole number from 0 to 100, or empty", self.text)),
        };
        let (level, reserve) = match self.level {
            SkillLevel::Level(level) => (level, 0),
            SkillLevel::Reserve(reserve) => (1, reserve),
        };
        Ok(AgentSkill { split: self.split, name: String::new(), level, reserve, percent })
    }
}

fn named(split: SplitId, name: &str) -> String {
    format!("{split} {name}").trim_end().to_owned()
}

/// An agent's skills while they are changed.
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
    /// As they are to be, a line each.
    pub lines: Vec<SkillLine>,
    /// Whether a person has said that the skills may be replaced, whatever they are by now.
    pub over: bool,
}

impl SkillsDraft {
    /// For this agent.
    pub fn new(acd: AcdNumber, agent: &AgentSkills) -> SkillsDraft {
        SkillsDraft {
            acd,
            agent: agent.agent,
            name: agent.name.clone(),
            kept: agent.skills.clone(),
            lines: agent.skills.iter().map(SkillLine::of).collect(),
            over: false,
        }
    }

    /// What the dialog is called.
    pub fn title(&self) -> String {
        format!("Skills of agent {} {}", self.agent, self.name).trim_end().to_owned()
    }

    /// The skills that the agent could get besides, with number and name.
    pub fn others(&self, names: Option<&Dictionary>) -> Vec<(SplitId, String)> {
        let known = names.into_iter().flat_map(|names| names.iter(NameKind::Split));
        let numbered = known.filter_map(|(number, name)| Some((number.parse::<SplitId>().ok()?, name)));
        let is_new = |split: &SplitId| self.lines.iter().all(|line| line.split != *split);
        let mut others: Vec<(SplitId, String)> =
            numbered.filter(|(split, _)| is_new(split)).map(|(split, name)| (split, named(split, name))).collect();
        others.sort();
        others
    }

    /// Adds a skill, at level 1.
    pub fn add(&mut self, (split, text): (SplitId, String)) {
        self.lines.push(SkillLine { split, text, level: SkillLevel::Level(1), percent: String::new() });
    }

    /// The skills, or what is wrong.
    pub fn skills(&self) -> Result<Vec<AgentSkill>, String> {
        self.lines.iter().map(SkillLine::skill).collect()
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
