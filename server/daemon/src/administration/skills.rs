//! Skills of agents: read from the board, changed by the switch alone.
//!
//! The switch is asked over this server's link, and what it does comes back as an event over every link. Nothing is kept
//! here, so there is nothing that could differ from what the other server knows.

use std::collections::BTreeMap;

use api::{AgentSkill, AgentSkills, Changed, ErrorBody, ErrorCode, LinkState, SetAgentSkills};
use catalog::Value;
use model::event::{Skill, Skills};
use model::{AcdNumber, Element, LoginId, NameKind, SplitId};
use report::{Filter, RowSource};

use super::{Administration, running};
use crate::auth::User;
use crate::people::Rights;
use crate::reach::Reach;
use crate::reports::Reports;

/// Most skills of an agent, levels and percentages, as the link has them.
const SKILLS_MAX: usize = 500;
const LEVEL_MAX: u8 = 16;

impl Administration {
    /// Skills of the agents who are logged in, as far as they may be seen.
    pub fn agent_skills(
        &self,
        reports: &Reports,
        acd: AcdNumber,
        agent: Option<LoginId>,
        reach: &Reach,
    ) -> Result<Vec<AgentSkills>, ErrorBody> {
        const ITEMS: [&str; 5] = ["LOGID", "SPLIT", "SKLEVEL", "RESERVE", "PERCENT"];
        let agents = catalog::table("cagent").unwrap_or_else(|| unreachable!("the catalogue has cagent"));
        let items: Vec<usize> = ITEMS.iter().filter_map(|item| agents.position(item)).collect();
        let mut filter = Filter::default();
        filter.keys.extend(agent.map(|agent| ("LOGID".to_owned(), [agent.to_string()].into())));
        let (rows, names) = reports.board_rows(acd, reach)?;
        let mut found: BTreeMap<LoginId, Vec<AgentSkill>> = BTreeMap::new();
        let read = rows.for_each_row(agents, &items, &filter, &mut |row| {
            let [Value::Text(login), Value::Int(split), level, reserve, percent] = row else { return };
            let (Ok(login), Ok(split)) = (login.parse::<LoginId>(), u32::try_from(*split)) else { return };
            let number = |value: &Value| match value {
                Value::Int(number) => u8::try_from(*number).unwrap_or_default(),
                _ => 0,
            };
            let name = names.name(NameKind::Split, &split.to_string()).unwrap_or_default().to_owned();
            let (level, reserve, percent) = (number(level), number(reserve), number(percent));
            // The row of a skill that was taken away stays until the interval ends, without a level.
            if !(1..=LEVEL_MAX).contains(&level) && reserve == 0 {
                return;
            }
            let skill = AgentSkill { split: SplitId(split), name, level, reserve, percent };
            if agent.is_none_or(|agent| agent == login) {
                found.entry(login).or_default().push(skill);
            }
        });
        read.map_err(|error| ErrorBody::new(ErrorCode::Internal, error.to_string()))?;
        let told = |(agent, mut skills): (LoginId, Vec<AgentSkill>)| {
            skills.sort_by_key(|skill| skill.split);
            let name = names.name(NameKind::Agent, agent.as_str()).unwrap_or_default().to_owned();
            AgentSkills { agent, name, skills }
        };
        Ok(found.into_iter().map(told).collect())
    }

    /// Has the switch give an agent exactly these skills.
    pub fn set_agent_skills(
        &self,
        reports: &Reports,
        user: &User,
        rights: &Rights,
        set: &SetAgentSkills,
    ) -> Result<Changed, ErrorBody> {
        let source = running(reports, set.acd)?;
        let (agent, server) = (set.agent, &reports.server);
        let stamp = source.view.stamp(server, reports.role);
        if stamp.link != LinkState::Up {
            let (acd, link) = (set.acd, stamp.link.word());
            let message = format!(
                "the link of ACD {acd} on {server} is {link} ({}), and skills are changed by the switch alone: change them \
                 on the other server if its link is up, or at the switch",
                source.view.link_text()
            );
            return Err(ErrorBody::new(ErrorCode::WrongState, message));
        }
        let skills = checked(reports, set)?;
        let everything = Reach::everything();
        let found = self.agent_skills(reports, set.acd, Some(agent), &everything)?;
        let Some(before) = found.into_iter().next() else {
            let message = format!("agent {agent} is not logged in to ACD {}, and skills are those of who is", set.acd);
            return Err(ErrorBody::new(ErrorCode::NotFound, message));
        };
        let plain = |skill: &AgentSkill| AgentSkill { name: String::new(), ..skill.clone() };
        let before: Vec<AgentSkill> = before.skills.iter().map(plain).collect();
        let sorted = |skills: &[AgentSkill]| {
            let mut skills: Vec<AgentSkill> = skills.iter().map(plain).collect();
            skills.sort_by_key(|skill| skill.split);
            skills
        };
        if set.was.as_ref().is_some_and(|was| sorted(was) != before) {
            let message =
                format!("the skills of agent {agent} were changed meanwhile: the agent has {} now", words(&before));
            return Err(ErrorBody::new(ErrorCode::Overtaken, message));
        }
        let after = sorted(&set.skills);
        let differ = |one: &[AgentSkill], other: &[AgentSkill]| -> Vec<SplitId> {
            one.iter().filter(|skill| !other.contains(skill)).map(|skill| skill.split).collect()
        };
        for split in differ(&before, &after).into_iter().chain(differ(&after, &before)) {
            rights.may_write_element(set.acd, Element::Split, &split.to_string())?;
        }
        if before == after {
            return Ok(Changed { changed: false, text: format!("agent {agent} has these skills already") });
        }
        let refused = |why: String| {
            let message = format!("the skills of agent {agent} were not changed: {why}");
            ErrorBody::new(ErrorCode::Unavailable, message)
        };
        self.can_record()?;
        source.orders.set_skills(agent, skills).map_err(refused)?;
        let recorded =
            self.record(user, Some(set.acd), format!("skills of agent {agent}"), words(&before), words(&after));
        let text = format!("the switch confirmed: agent {agent} has {}; both servers hear it", words(&after));
        Ok(recorded.told(Changed { changed: true, text }))
    }
}

fn checked(reports: &Reports, set: &SetAgentSkills) -> Result<Skills, ErrorBody> {
    let wrong = |why: String| Err(ErrorBody::new(ErrorCode::BadRequest, why));
    if set.skills.is_empty() || set.skills.len() > SKILLS_MAX {
        return wrong(format!("an agent has 1 to {SKILLS_MAX} skills, not {}", set.skills.len()));
    }
    let names = reports.dictionary(set.acd, &Reach::everything())?;
    let mut skills = Skills::new();
    for AgentSkill { split, level, reserve, percent, .. } in &set.skills {
        if !names.contains(NameKind::Split, &split.to_string()) {
            return wrong(format!("ACD {} has no split/skill {split}", set.acd));
        }
        if !(1..=LEVEL_MAX).contains(level) || *reserve > 2 || *percent > 100 {
            return wrong(format!(
                "skill {split}: a level is 1 to {LEVEL_MAX}, a reserve level 0 to 2, a percentage 0 to 100"
            ));
        }
        if skills.iter().any(|known| known.split == *split) {
            return wrong(format!("skill {split} is named twice"));
        }
        skills.push(Skill { split: *split, level: *level, reserve: *reserve, percent: *percent });
    }
    Ok(skills)
}

/// `1 at level 2, 4 at reserve 1`.
fn words(skills: &[AgentSkill]) -> String {
    let word = |skill: &AgentSkill| {
        let level = match skill.reserve {
            0 => format!("level {}", skill.level),
            reserve => format!("reserve {reserve}"),
        };
        let percent = if skill.percent > 0 { format!(" ({} %)", skill.percent) } else { String::new() };
        format!("{} at {level}{percent}", skill.split)
    };
    skills.iter().map(word).collect::<Vec<_>>().join(", ")
}
