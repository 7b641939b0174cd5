//! What one server says of its Dictionary.

use client::{Client, ClientError};
use model::{AcdNumber, NameKind};

use super::{Account, Area};

impl Account {
    /// Names and agent groups of an ACD.
    pub(super) async fn ask_for_names(&mut self, client: &Client, acd: AcdNumber) -> Result<(), ClientError> {
        for synonym in client.synonyms(acd).await? {
            let noun = NameKind::of_section(&synonym.section).map(NameKind::noun);
            let thing = format!("{} {}", noun.unwrap_or(&synonym.section), synonym.number);
            self.fact(Area::Dictionary, Some(acd), &thing, described(&synonym.name, &synonym.description));
        }
        for group in client.agent_groups(acd).await? {
            let thing = format!("agent group {}", group.name);
            self.fact(Area::Dictionary, Some(acd), &thing, described(&group.agents.join(", "), &group.description));
        }
        Ok(())
    }

    /// Calculations and constants of the house.
    pub(super) async fn ask_for_calculations(&mut self, client: &Client) -> Result<(), ClientError> {
        for calculation in client.calculations().await? {
            let value = described(&calculation.formula, &calculation.description);
            self.fact(Area::Dictionary, None, &calculation.name, value);
        }
        Ok(())
    }
}

fn described(value: &str, description: &str) -> String {
    if description.is_empty() { value.to_owned() } else { format!("{value} ({description})") }
}
