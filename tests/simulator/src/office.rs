//! What the switch has in its translations: splits, agents, VDNs, vectors, trunks. Built once from the scenario,
//! before anything moves.

mod people;

use model::event::{Configuration, Priority};
use model::{AuxReason, EqLoc, Extension, LogoutReason, SplitId, TrunkGroupId, VdnId, VectorId, WorkCode};

use crate::names;
use crate::random::Random;
use crate::scenario::Scenario;

pub use people::AgentPlan;

/// AUX reasons that the world uses by name.
pub mod aux {
    use model::AuxReason;

    pub const SYSTEM: AuxReason = AuxReason(0);
    pub const BREAK: AuxReason = AuxReason(1);
    pub const LUNCH: AuxReason = AuxReason(2);
    pub const TRAINING: AuxReason = AuxReason(3);
    pub const MEETING: AuxReason = AuxReason(4);
    pub const BACK_OFFICE: AuxReason = AuxReason(5);
    pub const PERSONAL: AuxReason = AuxReason(7);
    pub const CALL_BACKS: AuxReason = AuxReason(8);

    /// How many codes are hardly ever used: two with names, and all from 10 on, which are the teams' own.
    pub const RARE: u8 = 92;
    /// Codes from this one on are the teams' own.
    pub const FIRST_TEAM_CODE: u8 = 10;

    /// One of the rare codes, from 0.
    pub fn rare(number: u8) -> AuxReason {
        AuxReason(match number {
            0 => 6,
            1 => 9,
            _ => FIRST_TEAM_CODE + number - 2,
        })
    }
}

/// One split/skill.
#[derive(Debug, Clone)]
pub struct SplitPlan {
    pub id: SplitId,
    pub name: String,
    /// Share of the calls.
    pub weight: u32,
    pub service_level_secs: u32,
    /// Answered around the clock.
    pub night: bool,
    /// Agents there enter call work codes.
    pub work_codes: bool,
}

/// One VDN and what its vectors do.
#[derive(Debug, Clone)]
pub struct VdnPlan {
    pub id: VdnId,
    pub name: String,
    pub weight: u32,
    /// Vector that greets, then goes to the waiting vector.
    pub greeting: VectorId,
    /// Vector in which calls queue, if it is another one.
    pub waiting: Option<VectorId>,
    /// Split queued to first.
    pub split: usize,
    /// Further splits queued to, with the wait after which.
    pub backups: Vec<(usize, i64)>,
    pub priority: Priority,
    /// VDN that a call is routed to after too long a wait.
    pub overflow: Option<(usize, i64)>,
    /// Calls waiting in the first split from which on the vector gives busy.
    pub busy_at: usize,
    /// VDN for calls outside office hours; `None`: open around the clock or closed with an announcement.
    pub night: Night,
}

/// What a VDN does with calls outside office hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Night {
    /// Works as by day.
    Open,
    /// Routes to this VDN.
    Route(usize),
    /// Says so and hangs up.
    Closed,
}

/// One trunk group and its trunks.
#[derive(Debug, Clone)]
pub struct TrunkGroupPlan {
    pub id: TrunkGroupId,
    pub name: String,
    pub trunks: Vec<EqLoc>,
    /// Share of the incoming calls; 0 for the outgoing group.
    pub weight: u32,
}

/// All translations.
#[derive(Debug, Clone)]
pub struct Office {
    pub splits: Vec<SplitPlan>,
    pub agents: Vec<AgentPlan>,
    pub vdns: Vec<VdnPlan>,
    pub vectors: Vec<(VectorId, String)>,
    pub trunk_groups: Vec<TrunkGroupPlan>,
    pub work_codes: Vec<WorkCode>,
}

/// First and last second of the office day.
const OPENS: i64 = 7 * 3_600 + 30 * 60;
const CLOSES: i64 = 19 * 3_600;

/// Whether a second of the day lies in office hours.
pub fn is_open(second_of_day: i64) -> bool {
    (OPENS..CLOSES).contains(&second_of_day)
}

impl Office {
    pub fn build(scenario: &Scenario, random: &mut Random) -> Self {
        let splits = splits(scenario.splits as usize, random);
        let (vdns, vectors) = vdns(&splits, scenario, random);
        let agents = people::hire(scenario, &splits, random);
        let work_codes = (0..names::WORK_CODES.len()).map(|index| WorkCode::new(&(101 + index).to_string()));
        Office {
            trunk_groups: trunk_groups(scenario),
            work_codes: work_codes.map(|code| code.expect("three digits are a work code")).collect(),
            splits,
            agents,
            vdns,
            vectors,
        }
    }

    /// Everything as the switch tells it.
    pub fn configuration(&self) -> Vec<Configuration> {
        use Configuration as C;
        let mut told = Vec::new();
        for (number, name) in names::AUX_REASONS.iter().enumerate() {
            told.push(C::AuxReason { reason: AuxReason(number as u8), name: (*name).to_owned() });
        }
        for code in aux::FIRST_TEAM_CODE..100 {
            told.push(C::AuxReason { reason: AuxReason(code), name: format!("Team code {code}") });
        }
        for (number, name) in names::LOGOUT_REASONS.iter().enumerate() {
            told.push(C::LogoutReason { reason: LogoutReason(number as u8 + 1), name: (*name).to_owned() });
        }
        for (&code, name) in self.work_codes.iter().zip(names::WORK_CODES) {
            told.push(C::WorkCode { code, name: name.to_owned() });
        }
        for split in &self.splits {
            let service_level_secs = Some(split.service_level_secs);
            told.push(C::Split { split: split.id, name: split.name.clone(), service_level_secs });
        }
        told.extend(self.vectors.iter().map(|(vector, name)| C::Vector { vector: *vector, name: name.clone() }));
        for vdn in &self.vdns {
            let service_level_secs = Some(self.splits[vdn.split].service_level_secs);
            told.push(C::Vdn { vdn: vdn.id, name: vdn.name.clone(), vector: Some(vdn.greeting), service_level_secs });
        }
        for group in &self.trunk_groups {
            told.push(C::TrunkGroup { group: group.id, name: group.name.clone() });
            told.extend(group.trunks.iter().map(|&trunk| C::Trunk { trunk, group: group.id }));
        }
        told.extend(self.agents.iter().map(|agent| C::Agent { agent: agent.id, name: agent.name.clone() }));
        told
    }

    /// The outgoing trunk group.
    pub fn outgoing_group(&self) -> usize {
        self.trunk_groups.len() - 1
    }
}

fn splits(count: usize, random: &mut Random) -> Vec<SplitPlan> {
    (0..count)
        .map(|index| SplitPlan {
            id: SplitId(index as u32 + 1),
            name: names::split(index),
            weight: 60 + random.below(100) as u32 + if index % 6 < 2 { 60 } else { 0 },
            service_level_secs: random.pick(&[15, 20, 20, 20, 30]),
            night: index % 8 == 2,
            work_codes: !index.is_multiple_of(3),
        })
        .collect()
}

fn vdns(splits: &[SplitPlan], scenario: &Scenario, random: &mut Random) -> (Vec<VdnPlan>, Vec<(VectorId, String)>) {
    let agents_per_split = (scenario.agents / scenario.splits).max(1) as usize;
    let mut vectors = vec![(VectorId(1), "Busy hours".to_owned())];
    let night = splits.iter().position(|split| split.night).unwrap_or(0);
    let mut plans = Vec::new();
    for (index, split) in splits.iter().enumerate() {
        let greeting = VectorId(vectors.len() as u32 + 1);
        vectors.push((greeting, format!("{} greeting", split.name)));
        let neighbour =
            if index % 4 == 3 || index + 1 == splits.len() { index - index.min(index % 4) } else { index + 1 };
        let mut backups = Vec::new();
        if neighbour != index {
            backups.push((neighbour, random.between(20, 45)));
        }
        if index % 2 == 0 && night != index && night != neighbour {
            backups.push((night, random.between(60, 90)));
        }
        plans.push(VdnPlan {
            id: VdnId::new(&(70_001 + index).to_string()).expect("five digits are a VDN"),
            name: split.name.clone(),
            weight: split.weight,
            greeting,
            waiting: (index % 3 != 0).then_some(VectorId(1)),
            split: index,
            backups,
            priority: if index % 4 == 3 { Priority::Low } else { Priority::Medium },
            overflow: (index % 3 == 1 && neighbour != index).then(|| (neighbour, random.between(120, 200))),
            busy_at: agents_per_split * 2 + 6,
            night: match () {
                () if split.night => Night::Open,
                () if index % 2 == 0 => Night::Route(night),
                () => Night::Closed,
            },
        });
        if index % 5 == 4 {
            let plain = plans[index.min(plans.len() - 1)].clone();
            plans.push(priority_line(plain, split, plans.len()));
        }
    }
    (plans, vectors)
}

/// A second number for good customers: same splits, ahead of the others, no busy tone.
fn priority_line(plain: VdnPlan, split: &SplitPlan, taken: usize) -> VdnPlan {
    VdnPlan {
        id: VdnId::new(&(79_001 + taken).to_string()).expect("five digits are a VDN"),
        name: format!("{} priority", split.name),
        weight: split.weight / 5,
        priority: Priority::High,
        overflow: None,
        busy_at: usize::MAX,
        ..plain
    }
}

/// Incoming groups with room to spare but for the last, which is full now and then; and one outgoing group.
fn trunk_groups(scenario: &Scenario) -> Vec<TrunkGroupPlan> {
    let holding_secs = (scenario.mean_talk_secs() + 45) as u64;
    let at_once = scenario.peak_calls() * holding_secs / 3_600;
    let shares: [(u64, u64); 4] = [(450, 1_500), (250, 1_500), (200, 1_400), (100, 1_050)];
    let mut groups: Vec<TrunkGroupPlan> = shares
        .iter()
        .enumerate()
        .map(|(index, &(share, room))| {
            let trunks = at_once * share * room / 1_000_000 + 3;
            trunk_group(index, names::TRUNK_GROUPS[index], trunks as usize, share as u32)
        })
        .collect();
    groups.push(trunk_group(groups.len(), "Outgoing", scenario.agents as usize / 6 + 3, 0));
    groups
}

fn trunk_group(index: usize, name: &str, trunks: usize, weight: u32) -> TrunkGroupPlan {
    let number = index + 1;
    let port = |port: usize| EqLoc::new(&format!("{number:03}V{port:05}")).expect("nine characters are a port");
    TrunkGroupPlan {
        id: TrunkGroupId(number as u32),
        name: name.to_owned(),
        trunks: (1..=trunks).map(port).collect(),
        weight,
    }
}

/// An extension of the switch that is no measured agent's.
pub fn back_office_extension(random: &mut Random) -> Extension {
    Extension::new(&random.between(30_001, 30_400).to_string()).expect("five digits are an extension")
}
