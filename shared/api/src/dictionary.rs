//! The Dictionary: names in place of numbers, agent groups, and calculations of the house.

use model::AcdNumber;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A name that an administrator gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Synonym {
    /// Section of the Dictionary, such as `splits`, `agents` or `aux-reasons`.
    pub section: String,
    /// What is named: a number, or a word of the switch.
    pub number: String,
    /// What reports call it instead.
    pub name: String,
    /// What else is to be known of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What the switch calls it; empty if it tells no name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub switch_name: String,
}

/// One name to give, or to take away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSynonym {
    /// Section of the Dictionary, such as `splits`, `agents` or `aux-reasons`.
    pub section: String,
    /// What is named: a number, or a word of the switch.
    pub number: String,
    /// Its name, 1 to 20 characters; empty takes the name away.
    pub name: String,
    /// What else is to be known of it, at most 50 characters.
    #[serde(default)]
    pub description: String,
}

/// Gives names, or takes them away: all of them, or none if one is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSynonyms {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// The names, 1 to 5,000 of them.
    pub synonyms: Vec<SetSynonym>,
    /// Changes a secondary, which is for viewing while the primary is up.
    #[serde(default)]
    pub take_over: bool,
    /// What the person who changes them was shown, an empty name for none: refused with `overtaken` if one of them is another
    /// by now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<SetSynonym>,
}

/// Agents under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentGroup {
    /// Name of the group, under which reports take it for its agents.
    pub name: String,
    /// What else is to be known of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Login IDs of the agents, in the order in which they were given.
    pub agents: Vec<String>,
}

/// Makes, changes or deletes an agent group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAgentGroup {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Its name, 1 to 20 characters.
    pub name: String,
    /// At most 50 characters; absent leaves it as it is.
    #[serde(default)]
    pub description: Option<String>,
    /// Login IDs, instead of those of before; none deletes the group.
    pub agents: Vec<String>,
    /// Changes a secondary, which is for viewing while the primary is up.
    #[serde(default)]
    pub take_over: bool,
}

/// What a house formula is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormulaKind {
    /// Computed from items of a row.
    Calculation,
    /// A fixed number, which computes nothing.
    Constant,
}

/// A calculation or constant of the house, which every report may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HouseCalculation {
    /// Whether it is a calculation or a constant.
    pub kind: FormulaKind,
    /// The name by which expressions of reports use it.
    pub name: String,
    /// The expression over items of a row, or of a constant its number.
    pub formula: String,
    /// What else is to be known of it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Tables over whose rows it can be computed.
    pub tables: Vec<String>,
}

/// Makes, changes or deletes a calculation or constant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetCalculation {
    /// Whether it is a calculation or a constant.
    pub kind: FormulaKind,
    /// 1 to 20 letters, digits and underscores.
    pub name: String,
    /// What it computes; empty deletes it.
    pub formula: String,
    /// At most 50 characters; absent leaves it as it is.
    #[serde(default)]
    pub description: Option<String>,
    /// Changes a secondary, which is for viewing while the primary is up.
    #[serde(default)]
    pub take_over: bool,
}
