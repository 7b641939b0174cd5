//! Skills of an agent as people type them.

use api::AgentSkill;
use model::SplitId;

/// Reads skills with their levels: `1:1, 3:2:30, 7:r1`, where `r` is a reserve level and a third number the allocated percentage.
/// Where none is typed, the skill keeps the one that the agent has: `kept` are the agent's skills so far.
///
/// # Errors
/// Names what is no skill, and how one is written.
pub fn parse_skills(text: &str, kept: &[AgentSkill]) -> Result<Vec<AgentSkill>, String> {
    let skill = |entry: &str| {
        let wrong = || {
            format!(
                "{entry:?} is no skill with its level; write 3:2, 3:2:30 with a percentage, or 3:r1 for reserve level 1"
            )
        };
        let mut parts = entry.split(':').map(str::trim);
        let (Some(split), Some(level), percent, None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(wrong());
        };
        let split: SplitId = split.parse().map_err(|_| wrong())?;
        let (level, reserve) = match level.strip_prefix(['r', 'R']) {
            Some(reserve) => (1, reserve.parse().map_err(|_| wrong())?),
            None => (level.parse().map_err(|_| wrong())?, 0),
        };
        let kept = || kept.iter().find(|known| known.split == split).map_or(0, |known| known.percent);
        let percent = percent.map_or_else(|| Ok(kept()), |percent| percent.parse().map_err(|_| wrong()))?;
        Ok(AgentSkill { split, name: String::new(), level, reserve, percent })
    };
    text.split([',', ';']).map(str::trim).filter(|entry| !entry.is_empty()).map(skill).collect()
}

/// The same the other way round.
pub fn skills_text(skills: &[AgentSkill]) -> String {
    let skill = |skill: &AgentSkill| {
        let level = match skill.reserve {
            0 => skill.level.to_string(),
            reserve => format!("r{reserve}"),
        };
        let percent = if skill.percent > 0 { format!(":{}", skill.percent) } else { String::new() };
        format!("{}:{level}{percent}", skill.split)
    };
    skills.iter().map(skill).collect::<Vec<_>>().join(", ")
}
