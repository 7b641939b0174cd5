//! What an agent is doing at one moment, and which items grow meanwhile in which rows.

use model::event::WorkMode;
use model::{LoginId, SplitId};

use super::Recount;
use super::book::Key;
use super::calls::split_key;
use super::desk::{Base, Desk, Part, Stage, Way};

/// The one state over all skills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Available,
    Acd(SplitId),
    Acw(SplitId),
    DirectAcd(SplitId),
    DirectAcw(SplitId),
    Ring(SplitId),
    Aux,
    Other,
}

/// The items of an extension call and the split in whose rows they grow.
type ExtensionItems = (Option<SplitId>, &'static [&'static str]);

impl Recount {
    /// What an extension call that begins now is made or taken from; `but`: the call itself.
    pub(super) fn base(&self, agent: LoginId, but: usize) -> Base {
        let parts = || self.open_parts().filter(|(number, part)| *number != but && part.agent == agent);
        let held = parts().find_map(|(_, part)| match (part.stage(), part.way) {
            (Stage::Held, Way::Skill(split)) => Some(split),
            _ => None,
        });
        if let Some(split) = held {
            return Base::Holding(split);
        }
        match self.desks.get(&agent).map(|desk| self.by_mode(agent, desk)) {
            Some(Doing::Acw(split)) => Base::Acw { split, direct: false },
            Some(Doing::DirectAcw(split)) => Base::Acw { split, direct: true },
            _ => Base::Aux,
        }
    }

    /// What the work modes say while no call decides.
    pub(super) fn by_mode(&self, agent: LoginId, desk: &Desk) -> Doing {
        let modes = || desk.skills.iter().filter_map(|skill| skill.mode);
        let in_acw = |mode| if let WorkMode::Acw(call) = mode { Some(call) } else { None };
        let is_available = modes().any(|mode| mode == WorkMode::Available);
        if let Some(of_call) = modes().find_map(in_acw) {
            let fits =
                |part: &&Part| part.stage() == Stage::Acw && of_call.is_none_or(|call| self.is_in_now(part, call));
            let way = self.parts_of(agent).find(fits).map(|part| part.way);
            // Of no call, it keeps nobody from calls of other skills.
            if of_call.is_some() || way.is_some() || !is_available {
                return match way {
                    Some(Way::Direct(split)) => Doing::DirectAcw(split),
                    Some(Way::Skill(split)) => Doing::Acw(split),
                    _ => Doing::Acw(chosen_acw(desk)),
                };
            }
        }
        let all_aux = desk.skills.iter().all(|skill| matches!(skill.mode, Some(WorkMode::Aux(_))));
        if is_available {
            Doing::Available
        } else if all_aux && !desk.skills.is_empty() {
            Doing::Aux
        } else {
            Doing::Other
        }
    }

    fn doing(&self, agent: LoginId, desk: &Desk) -> (Doing, Option<ExtensionItems>) {
        let newest = |stage| {
            let parts = self.parts_of(agent).filter(move |part| part.stage() == stage);
            parts.max_by_key(|part| part.since().1)
        };
        if let Some(part) = newest(Stage::Talking) {
            return talking(part);
        }
        if let Some(split) =
            self.parts_of(agent).filter(|part| part.stage() == Stage::Ringing).find_map(|part| part.way.split())
        {
            return (Doing::Ring(split), None);
        }
        if newest(Stage::Ringing).is_some() {
            return (Doing::Other, None);
        }
        if newest(Stage::Held).is_some() {
            let acd = self.parts_of(agent).find_map(|part| match (part.stage(), part.way) {
                (Stage::Held, Way::Skill(split)) => Some(split),
                _ => None,
            });
            return (Doing::Other, acd.map(|split| (Some(split), &["I_ACDOTHERTIME"][..])));
        }
        (self.by_mode(agent, desk), None)
    }

    /// Items of each of the agent's skills, whatever row they stand in.
    pub(super) fn skill_states(&self, agent: LoginId) -> Vec<(SplitId, Vec<String>)> {
        let Some(desk) = self.desks.get(&agent).filter(|desk| desk.extension.is_some()) else { return Vec::new() };
        let (doing, _) = self.doing(agent, desk);
        let oldest = desk.skills.iter().min_by_key(|skill| skill.age).map(|skill| skill.skill.split);
        let has = |split: SplitId| desk.skills.iter().any(|skill| skill.skill.split == split);
        let own = |split: SplitId| oldest.filter(|_| !has(split)).unwrap_or(split);
        let states = desk.skills.iter().map(|skill| {
            let split = skill.skill.split;
            (split, skill_items(doing, split, own, skill.mode))
        });
        states.collect()
    }

    /// All that grows for the agent now: row and item.
    pub(super) fn growing_items(&self, agent: LoginId) -> Vec<(Key, String)> {
        let Some(desk) = self.desks.get(&agent) else { return Vec::new() };
        let Some(extension) = desk.extension else { return Vec::new() };
        let (doing, call) = self.doing(agent, desk);
        let Some(oldest) = desk.skills.iter().min_by_key(|skill| skill.age).map(|skill| skill.skill.split) else {
            return Vec::new();
        };
        let has = |split: SplitId| desk.skills.iter().any(|skill| skill.skill.split == split);
        let own = |split: SplitId| if has(split) { split } else { oldest };
        let mut growing = Vec::new();
        for skill in &desk.skills {
            let split = skill.skill.split;
            let mut items = skill_items(doing, split, own, skill.mode);
            if skill.skill.reserve > 0 {
                items.extend(reserve_item(&items, skill.skill.reserve));
            }
            if let Some((carrier, names)) = call
                && carrier.map_or(oldest, own) == split
            {
                items.extend(names.iter().map(|name| (*name).to_owned()));
            }
            let agent_key = ("hagent", format!("{split},{agent},{extension}"));
            let wide = if split == oldest { wide_items(doing, skill.mode) } else { Vec::new() };
            let of_agent =
                |item: &String| !item.starts_with("I_AUXTIME_OF_") && !item.ends_with("_R1") && !item.ends_with("_R2");
            growing.extend(items.iter().filter(|item| of_agent(item)).map(|item| (agent_key.clone(), item.clone())));
            growing.extend(wide.into_iter().map(|item| (agent_key.clone(), item)));
            // The split's row has AUX by reason in all of the agent's skills, the agent's only agent-wide.
            let renamed = |item: &String| item.replace("I_AUXTIME_OF_", "I_AUXTIME");
            growing.extend(items.iter().map(|item| (split_key(split), renamed(item))));
            let of_best = best_item(&items).filter(|_| desk.best() == Some(split));
            growing.extend(of_best.map(|item| (split_key(split), item.to_owned())));
        }
        growing
    }
}

fn talking(part: &Part) -> (Doing, Option<ExtensionItems>) {
    let way_in = part.way == Way::In;
    let items = |inward: &'static [&'static str], outward| if way_in { inward } else { outward };
    match (part.way, part.base) {
        (Way::Skill(split), _) => (Doing::Acd(split), None),
        (Way::Direct(split), _) => (Doing::DirectAcd(split), None),
        (_, Base::Aux) => (Doing::Aux, Some((None, items(&["I_AUXINTIME"], &["I_AUXOUTTIME"])))),
        (_, Base::Holding(split)) => {
            let names = items(&["I_AUXINTIME", "I_ACDAUXINTIME"], &["I_AUXOUTTIME", "I_ACDAUX_OUTTIME"]);
            (Doing::Aux, Some((Some(split), names)))
        }
        (_, Base::Acw { split, direct }) => {
            let doing = if direct { Doing::DirectAcw(split) } else { Doing::Acw(split) };
            (doing, Some((Some(split), items(&["I_ACWINTIME"], &["I_ACWOUTTIME"]))))
        }
    }
}

/// After-call work of no known call belongs to the only skill it was told for, else to the oldest.
fn chosen_acw(desk: &Desk) -> SplitId {
    let told: Vec<_> = desk.skills.iter().filter(|skill| matches!(skill.mode, Some(WorkMode::Acw(_)))).collect();
    match told[..] {
        [only] => only.skill.split,
        _ => desk.skills.iter().min_by_key(|skill| skill.age).map_or(SplitId(0), |skill| skill.skill.split),
    }
}

pub(super) fn reason(mode: Option<WorkMode>) -> u8 {
    if let Some(WorkMode::Aux(reason)) = mode { reason.0.min(99) } else { 0 }
}

/// Items of one skill, in the words of both tables.
fn skill_items(doing: Doing, split: SplitId, own: impl Fn(SplitId) -> SplitId, mode: Option<WorkMode>) -> Vec<String> {
    let mine = |of: SplitId| own(of) == split;
    let mut items = vec!["I_STAFFTIME".to_owned()];
    let mut more = |names: &[&str]| items.extend(names.iter().map(|name| (*name).to_owned()));
    match doing {
        Doing::Available if mode == Some(WorkMode::Available) => more(&["I_AVAILTIME"]),
        Doing::Acd(of) if mine(of) => more(&["I_ACDTIME"]),
        Doing::Acw(of) if mine(of) => more(&["I_ACWTIME"]),
        Doing::Ring(of) if mine(of) => more(&["I_RINGTIME"]),
        Doing::DirectAcd(of) if mine(of) => more(&["I_OTHERTIME", "I_DA_ACDTIME"]),
        Doing::DirectAcw(of) if mine(of) => more(&["I_OTHERTIME", "I_DA_ACWTIME"]),
        Doing::Aux => {
            more(&["I_AUXTIME"]);
            items.push(format!("I_AUXTIME_OF_{}", reason(mode)));
        }
        _ => more(&["I_OTHERTIME"]),
    }
    items
}

/// The split's share of reserve agents in the state that the skill's items tell; none while available.
fn reserve_item(items: &[String], level: u8) -> Option<String> {
    let states = ["I_ACDTIME", "I_ACWTIME", "I_RINGTIME", "I_AUXTIME", "I_OTHERTIME"];
    let state = states.into_iter().find(|state| items.iter().any(|item| item == state));
    state.map(|state| format!("{state}_R{level}"))
}

/// The split's share of agents whose best skill it is, in the state that the skill's items tell; none while its calls are
/// worked on.
fn best_item(items: &[String]) -> Option<&'static str> {
    let shares = [("I_AVAILTIME", "I_TAVAILTIME"), ("I_AUXTIME", "I_TAUXTIME"), ("I_OTHERTIME", "I_TOTHERTIME")];
    shares.into_iter().find(|(state, _)| items.iter().any(|item| item == state)).map(|(_, share)| share)
}

/// Agent-wide items, which stand in the row of the skill logged in to longest.
fn wide_items(doing: Doing, mode: Option<WorkMode>) -> Vec<String> {
    let mut items = vec!["TI_STAFFTIME".to_owned()];
    match doing {
        Doing::Available => items.push("TI_AVAILTIME".to_owned()),
        Doing::Other => items.push("TI_OTHERTIME".to_owned()),
        Doing::Aux => items.extend(["TI_AUXTIME".to_owned(), format!("TI_AUXTIME{}", reason(mode))]),
        _ => {}
    }
    items
}
