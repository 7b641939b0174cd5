//! Skills that somebody gives an agent through a server.

use model::event::{AgentAct, Delivery, Skill, Skills};
use model::{Event, LoginId, SplitId};

use super::World;

impl World {
    /// Gives an agent exactly these skills, and appends what comes of it. Skills that stay keep their age.
    ///
    /// # Errors
    /// Why the switch does not do it, for people.
    pub fn set_skills(&mut self, login: LoginId, skills: Skills, events: &mut Vec<Event>) -> Result<(), String> {
        let agent = self.office.agents.iter().position(|plan| plan.id == login);
        let agent = agent.ok_or_else(|| format!("there is no agent {login}"))?;
        if self.agents[agent].staffed_since.is_none() {
            return Err(format!("agent {login} is not logged in"));
        }
        if skills.is_empty() {
            return Err("an agent has at least one skill".to_owned());
        }
        let exists = |split: SplitId| self.office.splits.iter().any(|known| known.id == split);
        if let Some(skill) = skills.iter().find(|skill| !exists(skill.split)) {
            return Err(format!("there is no split/skill {}", skill.split));
        }
        let twice = |(place, skill): (usize, &Skill)| skills[..place].iter().any(|other| other.split == skill.split);
        if skills.iter().enumerate().any(twice) {
            return Err("a split/skill is named twice".to_owned());
        }
        if let Some(split) = self.working_for(agent).filter(|split| skills.iter().all(|skill| skill.split != *split)) {
            return Err(format!("agent {login} has a call of split/skill {split}: try again when it is over"));
        }
        let was_idle = self.agents[agent].idle_place.is_some();
        self.take_from_idle(agent);
        let held = self.agents[agent].skills.clone();
        let named = |held: &Skill| skills.iter().find(|skill| skill.split == held.split).copied();
        let mut after: Skills = held.iter().filter_map(named).collect();
        after.extend(skills.iter().filter(|skill| held.iter().all(|held| held.split != skill.split)).copied());
        self.agents[agent].skills.clone_from(&after);
        self.tell_agent(agent, AgentAct::SkillsChanged { skills: after });
        if was_idle {
            self.idle_or_take(agent);
        }
        events.append(&mut self.out);
        Ok(())
    }

    /// The split/skill whose call the agent has, or is still working for.
    fn working_for(&self, agent: usize) -> Option<SplitId> {
        let person = &self.agents[agent];
        let ringing = match person.ringing {
            Some((_, Delivery::Skill(split) | Delivery::DirectAgent(split))) => Some(split),
            _ => None,
        };
        ringing.or_else(|| person.service.as_ref().map(|service| self.office.splits[service.split].id))
    }
}
