//! Names of what has a number, as the switch or an administrator gave them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::{Configuration, Entity};

/// The kinds of thing that reports and inputs name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Split,
    Agent,
    Vdn,
    Vector,
    TrunkGroup,
    Trunk,
    WorkCode,
    AuxReason,
    LogoutReason,
}

/// All names of one ACD. Lookups by number are exact, by name without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dictionary {
    names: BTreeMap<Kind, BTreeMap<String, String>>,
}

impl Dictionary {
    /// Takes over what a configuration event says; returns whether anything changed.
    pub fn learn(&mut self, configuration: &Configuration) -> bool {
        use Configuration as C;
        let (kind, number, name) = match configuration {
            C::Split { split, name, .. } => (Kind::Split, split.to_string(), name.as_str()),
            C::Agent { agent, name } => (Kind::Agent, agent.to_string(), name.as_str()),
            C::Vdn { vdn, name, .. } => (Kind::Vdn, vdn.to_string(), name.as_str()),
            C::Vector { vector, name } => (Kind::Vector, vector.to_string(), name.as_str()),
            C::TrunkGroup { group, name } => (Kind::TrunkGroup, group.to_string(), name.as_str()),
            C::Trunk { trunk, .. } => (Kind::Trunk, trunk.to_string(), ""),
            C::WorkCode { code, name } => (Kind::WorkCode, code.to_string(), name.as_str()),
            C::AuxReason { reason, name } => (Kind::AuxReason, reason.to_string(), name.as_str()),
            C::LogoutReason { reason, name } => (Kind::LogoutReason, reason.to_string(), name.as_str()),
            C::SplitProfile { .. }
            | C::VdnProfile { .. }
            | C::Interval { .. }
            | C::Trace { .. }
            | C::Exception { .. } => return false,
        };
        let names = self.names.entry(kind).or_default();
        if names.get(&number).is_some_and(|known| known == name) {
            return false;
        }
        names.insert(number, name.to_owned());
        true
    }

    /// Forgets something that was taken out of the translations; returns whether it was known.
    pub fn forget(&mut self, entity: Entity) -> bool {
        let (kind, number) = match entity {
            Entity::Split(id) => (Kind::Split, id.to_string()),
            Entity::Agent(id) => (Kind::Agent, id.to_string()),
            Entity::Vdn(id) => (Kind::Vdn, id.to_string()),
            Entity::Vector(id) => (Kind::Vector, id.to_string()),
            Entity::TrunkGroup(id) => (Kind::TrunkGroup, id.to_string()),
            Entity::Trunk(id) => (Kind::Trunk, id.to_string()),
            Entity::WorkCode(id) => (Kind::WorkCode, id.to_string()),
            Entity::AuxReason(id) => (Kind::AuxReason, id.to_string()),
            Entity::LogoutReason(id) => (Kind::LogoutReason, id.to_string()),
        };
        self.names.get_mut(&kind).is_some_and(|names| names.remove(&number).is_some())
    }

    /// Keeps what `keeps` says, by kind and number.
    pub fn retain(&mut self, keeps: impl Fn(Kind, &str) -> bool) {
        for (kind, names) in &mut self.names {
            names.retain(|number, _| keeps(*kind, number));
        }
    }

    /// The name of a number; `None` if unknown or nameless.
    pub fn name(&self, kind: Kind, number: &str) -> Option<&str> {
        self.names.get(&kind)?.get(number).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// Whether the number is known, with or without a name.
    pub fn contains(&self, kind: Kind, number: &str) -> bool {
        self.names.get(&kind).is_some_and(|names| names.contains_key(number))
    }

    /// The number that bears this name; the lowest if several do.
    pub fn number(&self, kind: Kind, name: &str) -> Option<&str> {
        let names = self.names.get(&kind)?;
        names.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(number, _)| number.as_str())
    }

    /// All numbers of a kind with their names (empty if nameless), in the order of the number as text.
    pub fn iter(&self, kind: Kind) -> impl Iterator<Item = (&str, &str)> {
        self.names.get(&kind).into_iter().flatten().map(|(number, name)| (number.as_str(), name.as_str()))
    }
}
