//! The client's requests about the Dictionary.

use api::endpoints as at;
use api::{AgentGroup, Changed, HouseCalculation, SetAgentGroup, SetCalculation, SetSynonyms, Synonym};
use model::AcdNumber;
use reqwest::Method;

use crate::connection::{Client, REQUEST_TIMEOUT};
use crate::error::ClientError;

impl Client {
    /// The names that administrators gave.
    pub async fn synonyms(&self, acd: AcdNumber) -> Result<Vec<Synonym>, ClientError> {
        self.json(self.get(at::SYNONYMS).query(&[("acd", acd.0)])).await
    }

    /// Gives names, or takes them away: all of them or none.
    pub async fn set_synonyms(&self, set: &SetSynonyms) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::SYNONYMS, REQUEST_TIMEOUT, set)).await
    }

    /// The agent groups.
    pub async fn agent_groups(&self, acd: AcdNumber) -> Result<Vec<AgentGroup>, ClientError> {
        self.json(self.get(at::AGENT_GROUPS).query(&[("acd", acd.0)])).await
    }

    /// Makes, changes or deletes an agent group.
    pub async fn set_agent_group(&self, set: &SetAgentGroup) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::AGENT_GROUPS, REQUEST_TIMEOUT, set)).await
    }

    /// The calculations and constants of the house.
    pub async fn calculations(&self) -> Result<Vec<HouseCalculation>, ClientError> {
        self.json(self.get(at::CALCULATIONS)).await
    }

    /// Makes, changes or deletes a calculation or constant.
    pub async fn set_calculation(&self, set: &SetCalculation) -> Result<Changed, ClientError> {
        self.json(self.with_body(Method::PUT, at::CALCULATIONS, REQUEST_TIMEOUT, set)).await
    }
}
