//! Names of what has a number: the switch's own, and in their place the synonyms that administrators gave.
//!
//! The collector learns the switch's names alone, so that nothing it counts depends on what people call it. Synonyms, agent
//! groups and the names of what the switch has taken out are laid over them where reports are computed; archived rows keep the
//! numbers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::event::{Configuration, Entity};

/// The kinds of thing that reports and inputs name. Saved states know them by their place here: a new one comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameKind {
    Split,
    Agent,
    Vdn,
    Vector,
    TrunkGroup,
    Trunk,
    WorkCode,
    AuxReason,
    LogoutReason,
    Acd,
    Announcement,
    Location,
    AgentString,
    SplitString,
    TrunkString,
    GenericString,
}

/// Names by number, by kind.
type Names = BTreeMap<NameKind, BTreeMap<String, String>>;

/// All names of one ACD. Lookups by number are exact, by name without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dictionary {
    /// As the switch told them.
    names: Names,
    /// As administrators gave them.
    synonyms: Names,
    /// As the switch called what it has taken out of its translations since: history still tells of it. It is no part of what is
    /// there, so it is neither listed nor counted as known.
    former: Names,
    /// Agents by the name of their group.
    agent_groups: BTreeMap<String, BTreeSet<String>>,
}

/// What people read has all of it; a saved state of the collector has the switch's names alone.
impl Serialize for Dictionary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Told<'a> {
            names: &'a Names,
        }
        #[derive(Serialize)]
        struct All<'a> {
            names: &'a Names,
            synonyms: &'a Names,
            former: &'a Names,
            agent_groups: &'a BTreeMap<String, BTreeSet<String>>,
        }
        let Dictionary { names, synonyms, former, agent_groups } = self;
        match serializer.is_human_readable() {
            true => All { names, synonyms, former, agent_groups }.serialize(serializer),
            false => Told { names }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Dictionary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Told {
            names: Names,
        }
        #[derive(Deserialize)]
        struct All {
            names: Names,
            #[serde(default)]
            synonyms: Names,
            #[serde(default)]
            former: Names,
            #[serde(default)]
            agent_groups: BTreeMap<String, BTreeSet<String>>,
        }
        if deserializer.is_human_readable() {
            let All { names, synonyms, former, agent_groups } = All::deserialize(deserializer)?;
            return Ok(Dictionary { names, synonyms, former, agent_groups });
        }
        let Told { names } = Told::deserialize(deserializer)?;
        Ok(Dictionary { names, ..Dictionary::default() })
    }
}

impl Dictionary {
    /// Takes over what a configuration event says; returns whether anything changed.
    pub fn learn(&mut self, configuration: &Configuration) -> bool {
        use Configuration as C;
        let (kind, number, name) = match configuration {
            C::Split { split, name, .. } => (NameKind::Split, split.to_string(), name.as_str()),
            C::Agent { agent, name } => (NameKind::Agent, agent.to_string(), name.as_str()),
            C::Vdn { vdn, name, .. } => (NameKind::Vdn, vdn.to_string(), name.as_str()),
            C::Vector { vector, name } => (NameKind::Vector, vector.to_string(), name.as_str()),
            C::TrunkGroup { group, name } => (NameKind::TrunkGroup, group.to_string(), name.as_str()),
            C::Trunk { trunk, .. } => (NameKind::Trunk, trunk.to_string(), ""),
            C::WorkCode { code, name } => (NameKind::WorkCode, code.to_string(), name.as_str()),
            C::AuxReason { reason, name } => (NameKind::AuxReason, reason.to_string(), name.as_str()),
            C::LogoutReason { reason, name } => (NameKind::LogoutReason, reason.to_string(), name.as_str()),
            C::SplitProfile { .. }
            | C::VdnProfile { .. }
            | C::Interval { .. }
            | C::Zone { .. }
            | C::PhantomLimit { .. }
            | C::Trace { .. }
            | C::Exception { .. }
            | C::SplitProfileRemoved { .. }
            | C::VdnProfileRemoved { .. } => return false,
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
            Entity::Split(id) => (NameKind::Split, id.to_string()),
            Entity::Agent(id) => (NameKind::Agent, id.to_string()),
            Entity::Vdn(id) => (NameKind::Vdn, id.to_string()),
            Entity::Vector(id) => (NameKind::Vector, id.to_string()),
            Entity::TrunkGroup(id) => (NameKind::TrunkGroup, id.to_string()),
            Entity::Trunk(id) => (NameKind::Trunk, id.to_string()),
            Entity::WorkCode(id) => (NameKind::WorkCode, id.to_string()),
            Entity::AuxReason(id) => (NameKind::AuxReason, id.to_string()),
            Entity::LogoutReason(id) => (NameKind::LogoutReason, id.to_string()),
        };
        self.names.get_mut(&kind).is_some_and(|names| names.remove(&number).is_some())
    }

    /// All that the switch has told of and not taken out of its translations since.
    pub fn entities(&self) -> BTreeSet<Entity> {
        let numbers = |(kind, names): (&NameKind, &BTreeMap<String, String>)| -> Vec<Entity> {
            names.keys().filter_map(|number| entity(*kind, number)).collect()
        };
        self.names.iter().flat_map(numbers).collect()
    }

    /// Lays synonyms and agent groups over the switch's names, in place of those of before.
    pub fn overlay<'a>(
        &mut self,
        synonyms: impl IntoIterator<Item = (NameKind, &'a str, &'a str)>,
        agent_groups: BTreeMap<String, BTreeSet<String>>,
    ) {
        self.synonyms.clear();
        for (kind, number, name) in synonyms {
            self.synonyms.entry(kind).or_default().insert(number.to_owned(), name.to_owned());
        }
        self.agent_groups = agent_groups;
    }

    /// Adds what the switch called things that it has taken out since. Whatever it names now is called as it says.
    pub fn remember<'a>(&mut self, former: impl IntoIterator<Item = (NameKind, &'a str, &'a str)>) {
        for (kind, number, name) in former {
            self.former.entry(kind).or_default().insert(number.to_owned(), name.to_owned());
        }
    }

    /// Keeps what `keeps` says, by kind and number. Agent groups stay: agents have no permission of their own.
    pub fn retain(&mut self, keeps: impl Fn(NameKind, &str) -> bool) {
        for (kind, names) in self.names.iter_mut().chain(&mut self.synonyms).chain(&mut self.former) {
            names.retain(|number, _| keeps(*kind, number));
        }
    }

    /// The name of a number: a synonym before the switch's name, before what the switch called it once. `None` if unknown or
    /// nameless.
    pub fn name(&self, kind: NameKind, number: &str) -> Option<&str> {
        let found = self.by_weight().into_iter().find_map(|names| names.get(&kind)?.get(number));
        found.map(String::as_str).filter(|name| !name.is_empty())
    }

    /// All names, those first that are shown where there are several.
    fn by_weight(&self) -> [&Names; 3] {
        [&self.synonyms, &self.names, &self.former]
    }

    /// The switch's own name of a number; `None` if unknown or nameless.
    pub fn switch_name(&self, kind: NameKind, number: &str) -> Option<&str> {
        self.names.get(&kind)?.get(number).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// Whether the number is known, with or without a name.
    pub fn contains(&self, kind: NameKind, number: &str) -> bool {
        let has = |names: &Names| names.get(&kind).is_some_and(|names| names.contains_key(number));
        has(&self.names) || has(&self.synonyms)
    }

    /// The number that bears this name, the lowest if several do. Synonyms come first; the switch's name still means its
    /// number where a synonym is shown instead of it, and the name of something that was taken out what bore it, as long as nothing
    /// else does.
    pub fn number(&self, kind: NameKind, name: &str) -> Option<&str> {
        self.by_weight().into_iter().find_map(|names| {
            let mut known = names.get(&kind)?.iter();
            known.find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(number, _)| number.as_str())
        })
    }

    /// All numbers of a kind with their names (empty if nameless), in the order of the number as text.
    pub fn iter(&self, kind: NameKind) -> impl Iterator<Item = (&str, &str)> {
        let known = [&self.names, &self.synonyms].into_iter().filter_map(move |names| names.get(&kind));
        // What comes later takes the place of what is there.
        let all: BTreeMap<&str, &str> =
            known.flatten().map(|(number, name)| (number.as_str(), name.as_str())).collect();
        all.into_iter()
    }

    /// The agents of a group, by its name without regard to case.
    pub fn agent_group(&self, name: &str) -> Option<&BTreeSet<String>> {
        self.agent_groups.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, agents)| agents)
    }

    /// Names of the agent groups, in order.
    pub fn agent_groups(&self) -> impl Iterator<Item = &str> {
        self.agent_groups.keys().map(String::as_str)
    }
}

/// What the switch calls by a number, where it tells of that kind.
fn entity(kind: NameKind, number: &str) -> Option<Entity> {
    Some(match kind {
        NameKind::Split => Entity::Split(number.parse().ok()?),
        NameKind::Agent => Entity::Agent(number.parse().ok()?),
        NameKind::Vdn => Entity::Vdn(number.parse().ok()?),
        NameKind::Vector => Entity::Vector(number.parse().ok()?),
        NameKind::TrunkGroup => Entity::TrunkGroup(number.parse().ok()?),
        NameKind::Trunk => Entity::Trunk(number.parse().ok()?),
        NameKind::WorkCode => Entity::WorkCode(number.parse().ok()?),
        NameKind::AuxReason => Entity::AuxReason(number.parse().ok()?),
        NameKind::LogoutReason => Entity::LogoutReason(number.parse().ok()?),
        NameKind::Acd
        | NameKind::Announcement
        | NameKind::Location
        | NameKind::AgentString
        | NameKind::SplitString
        | NameKind::TrunkString
        | NameKind::GenericString => return None,
    })
}
