//! Skills of an agent as people type them.

use api::AgentSkill;

/// Reads skills with their levels: `1:1, 3:2, 7:r1`, where `r` is a reserve level.
///
/// # Errors
/// Names what is no skill, and how one is written.
pub fn parse_skills(text: &str) -> Result<Vec<AgentSkill>, String> {
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

/// The same the other way round.
pub fn skills_text(skills: &[AgentSkill]) -> String {
    let skill = |skill: &AgentSkill| match skill.reserve {
        0 => format!("{}:{}", skill.split, skill.level),
        reserve => format!("{}:r{reserve}", skill.split),
    };
    skills.iter().map(skill).collect::<Vec<_>>().join(", ")
}
