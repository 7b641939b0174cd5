//! A large call centre at a steady pace: the same events in every run, made second by second.
//!
//! Every call goes the same way (trunk, VDN, vector, queue, ring, answer, hold, retrieve, end, after-call work), because
//! figures are to be comparable, not lifelike; the simulated switch is the lifelike one.

use std::fmt;
use std::ops::Range;

use anyhow::{Result, ensure};
use model::event::{
    AgentAct, CallAct, Configuration, Delivery, Direction, Entry, Party, Priority, Skill, Skills, WorkMode,
};
use model::{CallId, EqLoc, Event, EventBody, Extension, LoginId, Moment, SplitId, TrunkGroupId, VdnId, VectorId};

/// First second: on the hour, so that half hours are far away from a run's start.
pub const START: Moment = Moment(1_795_392_000 + 9 * 3600);

/// Skills of an agent.
const SKILLS: u32 = 3;
/// Seconds between two calls of one agent; a call keeps an agent for 66 of them.
const TURN_SECS: u32 = 110;
/// VDNs, unless told otherwise.
const VDNS: u32 = 200;
const TRUNK_GROUPS: u32 = 40;
/// Numbers of agents begin here.
const FIRST_AGENT: u32 = 100_000;

/// What happens in a call's life, seconds after it comes.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Seized,
    Vdn,
    Vector,
    Queued,
    Rings,
    Answered,
    Held,
    Retrieved,
    Ended,
    AfterCallWork,
    Available,
}

/// In the order in which a second tells them: what frees an agent or a trunk comes first.
const LIFE: [(u32, Stage); 11] = [
    (60, Stage::Ended),
    (60, Stage::AfterCallWork),
    (70, Stage::Available),
    (0, Stage::Seized),
    (0, Stage::Vdn),
    (0, Stage::Vector),
    (0, Stage::Queued),
    (4, Stage::Rings),
    (8, Stage::Answered),
    (30, Stage::Held),
    (40, Stage::Retrieved),
];

/// A call centre.
#[derive(Debug, Clone, Copy)]
pub struct Centre {
    agents: u32,
    splits: u32,
    vdns: u32,
    calls_per_sec: u32,
}

impl fmt::Display for Centre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Centre { agents, splits, .. } = self;
        let events = self.events_per_sec();
        write!(f, "Centre: {agents} agents in {SKILLS} of {splits} splits each; {events} events a second of its time")
    }
}

impl Centre {
    /// A centre whose agents take a call every 110 seconds.
    pub fn new(agents: u32, splits: u32) -> Result<Centre> {
        ensure!((TURN_SECS..=100_000).contains(&agents), "agents must be {TURN_SECS} to 100000, not {agents}");
        ensure!((SKILLS..=50_000).contains(&splits), "splits must be {SKILLS} to 50000, not {splits}");
        Ok(Centre { agents, splits, vdns: VDNS, calls_per_sec: agents / TURN_SECS })
    }

    /// The same with another number of VDNs, each with a vector of its own.
    pub fn with_vdns(self, vdns: u32) -> Result<Centre> {
        ensure!((1..=20_000).contains(&vdns), "VDNs must be 1 to 20000, not {vdns}");
        Ok(Centre { vdns, ..self })
    }

    /// Agents and splits.
    pub fn size(&self) -> (u32, u32) {
        (self.agents, self.splits)
    }

    /// Events of a second once calls have begun to end.
    pub fn events_per_sec(&self) -> u32 {
        self.calls_per_sec * LIFE.len() as u32
    }

    /// A split that no agent serves and no call of the centre queues to.
    pub fn quiet_split(&self) -> SplitId {
        SplitId(self.splits + 1)
    }

    /// `length` splits as a report's input, other ones for every `number`.
    pub fn splits_input(&self, number: u32, length: u32) -> String {
        let length = length.min(self.splits);
        let first = (number * length) % (self.splits - length + 1) + 1;
        format!("{first}-{}", first + length - 1)
    }

    /// `length` VDNs as a report's input, other ones for every `number`.
    pub fn vdns_input(number: u32, length: u32) -> String {
        let first = (number * length) % (VDNS - length + 1);
        (first..first + length).map(|vdn| vdn_id(vdn).to_string()).collect::<Vec<_>>().join(";")
    }

    /// Names of everything, and all agents logged in and available.
    pub fn opening(&self) -> Result<Vec<Event>> {
        let mut bodies = self.names();
        for number in 0..self.agents {
            let (agent, extension, skills) = self.agent(number)?;
            bodies.push(EventBody::Agent { agent, act: AgentAct::LoggedIn { extension, skills } });
            bodies.push(EventBody::Agent { agent, act: AgentAct::Mode { split: None, mode: WorkMode::Available } });
        }
        Ok(bodies.into_iter().map(|body| Event { at: START, body }).collect())
    }

    /// What is so at a moment without calls, for a server that missed how it came to be so.
    pub fn between_calls(&self, at: Moment) -> Result<Vec<Event>> {
        let mut bodies = self.names();
        for number in 0..self.agents {
            let (agent, extension, skills) = self.agent(number)?;
            let act = AgentAct::Seen { extension, skills, since: Some(START), mode: WorkMode::Available };
            bodies.push(EventBody::Agent { agent, act });
        }
        Ok(bodies.into_iter().map(|body| Event { at, body }).collect())
    }

    fn agent(&self, number: u32) -> Result<(LoginId, Extension, Skills)> {
        let skills = (0..SKILLS).map(|nth| Skill::new(self.split(number, nth), nth as u8 + 1)).collect();
        Ok((agent_id(number), Extension::new(&(200_000 + number).to_string())?, skills))
    }

    fn names(&self) -> Vec<EventBody> {
        let mut bodies = Vec::new();
        let mut configured = |configuration| bodies.push(EventBody::Configured(Box::new(configuration)));
        for split in (1..=self.splits).map(SplitId).chain([self.quiet_split()]) {
            configured(Configuration::Split { split, name: format!("Skill {split}"), service_level_secs: Some(20) });
        }
        for vdn in (0..self.vdns).map(vdn_id) {
            configured(Configuration::Vdn { vdn, name: format!("Line {vdn}"), vector: None, service_level_secs: None });
        }
        for group in (0..TRUNK_GROUPS).map(TrunkGroupId) {
            configured(Configuration::TrunkGroup { group, name: format!("Trunks {group}") });
        }
        for number in 0..self.agents {
            configured(Configuration::Agent { agent: agent_id(number), name: format!("Agent {number}") });
        }
        bodies
    }

    /// What happens in one second after the opening, the first being 1.
    pub fn second(&self, number: u32, events: &mut Vec<Event>) {
        self.second_of(number, 0..u32::MAX, events);
    }

    /// The same, only of the calls that came in these seconds after the opening.
    pub fn second_of(&self, number: u32, coming: Range<u32>, events: &mut Vec<Event>) {
        let at = START + i64::from(number);
        for (age, stage) in LIFE {
            let Some(came) = number.checked_sub(age + 1).filter(|came| coming.contains(came)) else { continue };
            let calls = came * self.calls_per_sec..(came + 1) * self.calls_per_sec;
            events.extend(calls.map(|call| Event { at, body: self.body(call, stage) }));
        }
    }

    /// The opening and as many seconds as make at least `count` events.
    pub fn events(&self, count: usize) -> Result<Vec<Event>> {
        let mut events = self.opening()?;
        let mut number = 0;
        while events.len() < count {
            number += 1;
            self.second(number, &mut events);
        }
        Ok(events)
    }

    fn body(&self, number: u32, stage: Stage) -> EventBody {
        let call = CallId(u64::from(number) + 1);
        let agent = agent_id(number % self.agents);
        let split = self.split(number % self.agents, number / self.agents % SKILLS);
        let delivery = Delivery::Skill(split);
        let mode = |mode| EventBody::Agent { agent, act: AgentAct::Mode { split: None, mode } };
        let act = match stage {
            Stage::Seized => {
                let trunk = number % (self.calls_per_sec * 64);
                let group = TrunkGroupId(trunk % TRUNK_GROUPS);
                CallAct::TrunkSeized { trunk: Some(trunk_id(trunk)), group, direction: Direction::In }
            }
            Stage::Vdn => CallAct::VdnEntered { vdn: vdn_id(number % self.vdns), entry: Entry::First },
            Stage::Vector => CallAct::VectorEntered { vector: VectorId(number % self.vdns + 1), entry: Entry::First },
            Stage::Queued => CallAct::Queued { split, priority: Priority::Medium },
            Stage::Rings => CallAct::Ringing { agent, delivery },
            Stage::Answered => CallAct::Answered { agent, delivery },
            Stage::Held => CallAct::Held { agent },
            Stage::Retrieved => CallAct::Retrieved { agent },
            Stage::Ended => CallAct::Ended { by: Party::Caller },
            Stage::AfterCallWork => return mode(WorkMode::Acw(Some(call))),
            Stage::Available => return mode(WorkMode::Available),
        };
        EventBody::Call { call, act }
    }

    fn split(&self, agent: u32, nth: u32) -> SplitId {
        SplitId((agent + nth * (self.splits / SKILLS)) % self.splits + 1)
    }
}

fn agent_id(number: u32) -> LoginId {
    LoginId::new(&(FIRST_AGENT + number).to_string()).expect("digits are a login ID")
}

fn vdn_id(number: u32) -> VdnId {
    VdnId::new(&(70_000 + number).to_string()).expect("digits are a VDN")
}

fn trunk_id(number: u32) -> EqLoc {
    EqLoc::new(&format!("T{number}")).expect("a letter and digits are a location")
}
