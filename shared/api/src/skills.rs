//! Skills of agents, as the switch has them.

use model::{AcdNumber, LoginId, SplitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One skill of an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentSkill {
    /// Number of the split/skill.
    #[schema(value_type = u32)]
    pub split: SplitId,
    /// Its name; not read when skills are set.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Level 1 (first) to 16.
    pub level: u8,
    /// Reserve level 1 or 2; 0 for a standard skill.
    #[serde(default)]
    pub reserve: u8,
    /// Allocated percentage, 0 to 100.
    #[serde(default)]
    pub percent: u8,
}

/// The skills of an agent who is logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentSkills {
    /// Login ID of the agent.
    #[schema(value_type = String)]
    pub agent: LoginId,
    /// The agent's name; empty if there is none.
    pub name: String,
    /// The skills, by number of the split/skill.
    pub skills: Vec<AgentSkill>,
}

/// Has the switch give an agent exactly these skills.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAgentSkills {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Login ID of the agent.
    #[schema(value_type = String)]
    pub agent: LoginId,
    /// All skills from now on.
    pub skills: Vec<AgentSkill>,
    /// The skills that the person who changes them was shown: refused with `overtaken` if the agent has others by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Vec<AgentSkill>>,
}
