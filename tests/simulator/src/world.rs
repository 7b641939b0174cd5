//! The switch itself: agents, queues, calls and trunks moving from one happening to the next.
//!
//! A discrete-event simulation ordered by (second, sequence). It knows no clock and no speed, draws all chance from
//! one seeded source and iterates only in order, so that the same scenario tells the same events everywhere.
//! Truth is counted where a decision is made; nothing here may derive a figure from an event already told.

mod arrivals;
mod calls;
mod consult;
mod delivery;
mod identity;
mod queues;
mod shifts;
mod skills;
mod snapshot;
mod state;
mod talk;
mod trunks;
mod vectors;
mod whims;
mod work;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use model::event::{AgentAct, CallAct};
use model::{CallId, Event, EventBody, Moment};

use crate::ledger::Ledger;
use crate::office::Office;
use crate::random::Random;
use crate::scenario::{Scenario, ScenarioError};
use crate::truth::Truth;
use state::{Agent, Call, Due, Queue, Task, TrunkState, Visit};

/// The simulated switch.
#[derive(Debug, Clone)]
pub struct World {
    scenario: Scenario,
    office: Office,
    random: Random,
    now: Moment,
    interval_start: Moment,
    /// Orders happenings of one second.
    sequence: u64,
    schedule: BinaryHeap<Reverse<Due>>,
    calls: BTreeMap<CallId, Call>,
    agents: Vec<Agent>,
    queues: Vec<Queue>,
    trunks: Vec<Vec<TrunkState>>,
    visits: BTreeMap<u64, Visit>,
    /// Fraction of the arrival clock below one second, in milliseconds.
    arrival_millis: u64,
    /// The rare AUX code to be used next, so that all of them come in turn.
    rare_code: u8,
    ledger: Ledger,
    /// When the last event was told.
    told_at: Moment,
    out: Vec<Event>,
}

impl World {
    /// A switch that has just started: nobody is logged in and no call is up.
    pub fn new(scenario: Scenario) -> Result<Self, ScenarioError> {
        scenario.check()?;
        let mut random = Random::new(scenario.seed);
        let office = Office::build(&scenario, &mut random);
        let start = scenario.start;
        let free = |group: &crate::office::TrunkGroupPlan| vec![TrunkState::Idle; group.trunks.len()];
        let mut world = World {
            now: start,
            interval_start: scenario.interval_start(start),
            sequence: 0,
            schedule: BinaryHeap::new(),
            calls: BTreeMap::new(),
            agents: vec![Agent::default(); office.agents.len()],
            queues: vec![Queue::default(); office.splits.len()],
            trunks: office.trunk_groups.iter().map(free).collect(),
            visits: BTreeMap::new(),
            arrival_millis: 0,
            rare_code: 0,
            ledger: Ledger::new(start, &office),
            told_at: start,
            out: Vec::new(),
            random,
            office,
            scenario,
        };
        for agent in 0..world.agents.len() {
            world.plan_first_shift(agent);
        }
        world.plan_after(1, Task::Arrival);
        world.plan_after(2, Task::Maintenance);
        if world.scenario.extension_calls {
            world.plan_after(60, Task::Whim);
        }
        world.plan_after(i64::from(world.scenario.heartbeat_secs), Task::Heartbeat);
        Ok(world)
    }

    /// What it plays.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The switch's time reached.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// Lets everything happen that is due next, at one second, and appends the events, if it has any. The switch's
    /// state afterwards is exactly what the events told so far say.
    pub fn step(&mut self, events: &mut Vec<Event>) {
        self.run_until(self.next_at(), events);
    }

    /// When the next thing happens.
    pub fn next_at(&self) -> Moment {
        self.schedule.peek().map_or(self.now, |Reverse(due)| due.at)
    }

    /// Lets everything happen that is due at `moment` or before, and appends the events.
    pub fn run_until(&mut self, moment: Moment, events: &mut Vec<Event>) {
        while let Some(Reverse(due)) = self.schedule.peek().filter(|Reverse(due)| due.at <= moment).cloned() {
            self.schedule.pop();
            self.pass_time(due.at);
            self.perform(due.task);
        }
        self.pass_time(moment);
        events.append(&mut self.out);
    }

    /// All events, for ever.
    pub fn into_events(mut self) -> impl Iterator<Item = Event> {
        let mut events = Vec::new().into_iter();
        std::iter::from_fn(move || {
            while events.len() == 0 {
                let mut next = Vec::new();
                self.step(&mut next);
                events = next.into_iter();
            }
            events.next()
        })
    }

    /// What has really happened up to now.
    pub fn truth(&self) -> Truth {
        let mut world = self.clone();
        world.settle_agents();
        world.ledger.truth(world.interval_start, world.now, &world.office)
    }

    fn perform(&mut self, task: Task) {
        match task {
            Task::Heartbeat => {
                let quiet = i64::from(self.scenario.heartbeat_secs);
                if self.now - self.told_at >= quiet {
                    self.emit(EventBody::Heartbeat);
                }
                self.plan(self.told_at + quiet, Task::Heartbeat);
            }
            Task::Arrival => self.arrival(),
            Task::Whim => self.whim(),
            Task::Maintenance => self.take_trunk_out(),
            Task::TrunkBack { group, trunk } => self.put_trunk_back(group, trunk),
            Task::ShiftBegins { agent } => self.shift_begins(agent),
            Task::LogIn { agent } => self.log_in(agent),
            Task::ShiftEnds { agent } => self.wish(agent, state::Wish::GoHome),
            Task::BreakDue { agent, reason, secs } => self.wish(agent, state::Wish::Aux { reason, secs }),
            Task::Ready { agent, token } => self.ready(agent, token),
            Task::RingEnds { call, agent, end } => self.ring_ends(call, agent, end),
            Task::GivesUp { call } => self.gives_up(call),
            Task::VectorStep { call, token, step } => self.vector_step(call, token, step),
            Task::Talk { call, token } => self.talk(call, token),
            Task::OwnCall { agent, token } => self.own_call(agent, token),
        }
    }

    /// Moves the clock; whole intervals that end on the way are closed first.
    fn pass_time(&mut self, to: Moment) {
        loop {
            let end = self.interval_start + self.scenario.interval.secs();
            if to < end {
                break;
            }
            self.now = end;
            self.settle_agents();
            self.ledger.close(self.interval_start, &self.office);
            self.interval_start = end;
        }
        self.now = self.now.max(to);
    }

    fn plan(&mut self, at: Moment, task: Task) {
        self.sequence += 1;
        self.schedule.push(Reverse(Due { at: at.max(self.now), sequence: self.sequence, task }));
    }

    fn plan_after(&mut self, secs: i64, task: Task) {
        self.plan(self.now + secs.max(0), task);
    }

    fn emit(&mut self, body: EventBody) {
        self.told_at = self.now;
        self.out.push(Event { at: self.now, body });
    }

    fn tell_call(&mut self, call: CallId, act: CallAct) {
        self.emit(EventBody::Call { call, act });
    }

    fn tell_agent(&mut self, agent: usize, act: AgentAct) {
        self.emit(EventBody::Agent { agent: self.office.agents[agent].id, act });
    }
}
