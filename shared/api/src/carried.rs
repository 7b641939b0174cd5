//! What a report takes along when it is copied: calculations and constants of its house.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is done with calculations that a report needs and that are not, or otherwise, in the Dictionary of the server that it
/// comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HouseChoice {
    /// What is missing is added to the Dictionary; what differs is refused.
    Add,
    /// What is missing is added, and what differs is replaced.
    Replace,
    /// The report takes them as its own, and the Dictionary stays as it is.
    Own,
}

/// How a calculation or constant stands to the Dictionary of the server that it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HouseState {
    /// The house has none of that name.
    Missing,
    /// The house has the same.
    Identical,
    /// Another one of that name is there.
    Different,
}

/// One calculation or constant that a report needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HouseLine {
    /// Name of the calculation or constant.
    pub name: String,
    /// How what the report brings stands to what the house has.
    pub state: HouseState,
    /// What it computes in the report that comes.
    pub comes: String,
    /// What it computes on the server; empty if it is not there.
    pub there: String,
}

/// What a report needs, in one line for people.
pub fn told(lines: &[HouseLine]) -> String {
    let line = |line: &HouseLine| match line.state {
        HouseState::Missing => format!("{} = {} is not there", line.name, line.comes),
        HouseState::Identical => format!("{} is there and the same", line.name),
        HouseState::Different => format!("{} is {} there and {} in the report", line.name, line.there, line.comes),
    };
    lines.iter().map(line).collect::<Vec<_>>().join("; ")
}
