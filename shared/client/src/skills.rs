//! The client's requests about agents' skills.

use std::time::Duration;

use api::endpoints as at;
use api::{AgentSkills, Changed, SetAgentSkills};
use model::{AcdNumber, LoginId};
use reqwest::Method;

use crate::connection::Client;
use crate::error::ClientError;

/// The switch has its time to answer, and the server to say that it did not.
const SWITCH_TIMEOUT: Duration = Duration::from_secs(20);

impl Client {
    /// Skills of the agents who are logged in, or of one of them.
    pub async fn agent_skills(&self, acd: AcdNumber, agent: Option<LoginId>) -> Result<Vec<AgentSkills>, ClientError> {
        let request = self.get(at::AGENT_SKILLS).query(&[("acd", acd.0)]);
        let agent = agent.map(|agent| [("agent", agent.to_string())]);
        self.json(request.query(&agent.as_ref().map_or(&[][..], |agent| &agent[..]))).await
    }

    /// Has the switch give an agent exactly these skills.
    pub async fn set_agent_skills(&self, set: &SetAgentSkills) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::AGENT_SKILLS, SWITCH_TIMEOUT, set)).await
    }
}
