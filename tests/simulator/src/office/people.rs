//! Who works here, what they can do and when they come.

use model::event::{Skill, Skills};
use model::{Extension, LoginId, Moment};

use super::SplitPlan;
use crate::names;
use crate::random::Random;
use crate::scenario::Scenario;

/// One agent.
#[derive(Debug, Clone)]
pub struct AgentPlan {
    pub id: LoginId,
    pub name: String,
    pub extension: Extension,
    pub skills: Skills,
    pub shift: Shift,
}

/// Hours of work, in seconds of the local day. A night shift ends beyond the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    pub begins: i64,
    pub length: i64,
}

/// Percentages that an agent's skills are allocated, by rank.
const PERCENTS: [u8; 4] = [60, 30, 10, 0];

const HOUR: i64 = 3_600;

/// Shifts with their share of the agents.
const SHIFTS: [(Shift, u32); 8] = [
    (Shift { begins: 6 * HOUR, length: 8 * HOUR + HOUR / 2 }, 8),
    (Shift { begins: 7 * HOUR, length: 8 * HOUR + HOUR / 2 }, 22),
    (Shift { begins: 8 * HOUR, length: 8 * HOUR + HOUR / 2 }, 22),
    (Shift { begins: 9 * HOUR, length: 8 * HOUR + HOUR / 2 }, 14),
    (Shift { begins: 9 * HOUR + HOUR / 2, length: 6 * HOUR }, 8),
    (Shift { begins: 10 * HOUR + HOUR / 2, length: 8 * HOUR + HOUR / 2 }, 14),
    (Shift { begins: 14 * HOUR, length: 8 * HOUR + HOUR / 2 }, 10),
    (Shift { begins: 22 * HOUR, length: 8 * HOUR + HOUR / 4 }, 5),
];

impl Shift {
    /// Whether it runs through the night.
    pub fn is_night(self) -> bool {
        self.begins + self.length > 24 * HOUR
    }

    /// Whether it covers hours in which only the night service answers.
    fn is_late(self) -> bool {
        self.begins + self.length > 20 * HOUR
    }

    /// Begin and end of the shift that begins on the day of this midnight.
    pub fn on(self, midnight: Moment) -> (Moment, Moment) {
        (midnight + self.begins, midnight + (self.begins + self.length))
    }
}

/// Agents with shifts and skills that fit the splits' shares of the calls.
pub fn hire(scenario: &Scenario, splits: &[SplitPlan], random: &mut Random) -> Vec<AgentPlan> {
    let count = scenario.agents as usize;
    let names = names::agents(count, random);
    let mut primaries = spread(count, splits);
    let mut shifts = shifts(count);
    shuffle(&mut primaries, random);
    shuffle(&mut shifts, random);
    // Agents are numbered team by team, as people are in a real office.
    let mut posts: Vec<(usize, Shift)> = primaries.into_iter().zip(shifts).collect();
    posts.sort_by_key(|&(primary, shift)| (primary, shift.begins));
    let mut plans = Vec::with_capacity(count);
    for (index, ((primary, shift), name)) in posts.into_iter().zip(names).enumerate() {
        plans.push(AgentPlan {
            id: LoginId::new(&(20_001 + index).to_string()).expect("a number is a login ID"),
            name,
            extension: Extension::new(&(400_001 + index).to_string()).expect("a number is an extension"),
            skills: skills(primary, shift, splits, random),
            shift,
        });
    }
    plans
}

/// A primary split for each agent, by the splits' weights.
fn spread(count: usize, splits: &[SplitPlan]) -> Vec<usize> {
    let total: u64 = splits.iter().map(|split| u64::from(split.weight)).sum::<u64>().max(1);
    let mut primaries = Vec::with_capacity(count);
    let mut owed = 0;
    for (index, split) in splits.iter().enumerate() {
        owed += u64::from(split.weight) * count as u64;
        let upto = (owed / total) as usize;
        primaries.resize(upto.max(primaries.len()), index);
    }
    primaries.resize(count, 0);
    primaries
}

fn shifts(count: usize) -> Vec<Shift> {
    let total: u32 = SHIFTS.iter().map(|(_, share)| share).sum();
    let mut list = Vec::with_capacity(count);
    let mut owed = 0;
    for (shift, share) in SHIFTS {
        owed += share as usize * count;
        list.resize((owed / total as usize).max(list.len()), shift);
    }
    list.resize(count, SHIFTS[2].0);
    list
}

/// One to four skills: the primary first, then neighbours of the same group of four; whoever works late can
/// also do the night service.
fn skills(primary: usize, shift: Shift, splits: &[SplitPlan], random: &mut Random) -> Skills {
    let mut chosen = vec![primary];
    let group = primary - primary % 4;
    let neighbours: Vec<usize> = (group..(group + 4).min(splits.len())).filter(|&split| split != primary).collect();
    if !neighbours.is_empty() {
        for _ in 0..random.weighted(&[15, 40, 30, 15]) {
            let neighbour = random.pick(&neighbours);
            if !chosen.contains(&neighbour) {
                chosen.push(neighbour);
            }
        }
    }
    if shift.is_late() {
        chosen.truncate(if shift.is_night() { 1 } else { 2 });
        let night: Vec<usize> = (0..splits.len()).filter(|&split| splits[split].night).collect();
        if !night.is_empty() && !chosen.iter().any(|split| night.contains(split)) {
            let own = night.iter().copied().find(|split| split / 8 == primary / 8);
            chosen.push(own.unwrap_or_else(|| random.pick(&night)));
        }
    }
    let level = |rank: usize| [1, 2, 3, 5][rank.min(3)];
    let skill = |(rank, &split): (usize, &usize)| {
        let reserve = if rank >= 2 && random.chance(400) { 1 + random.below(2) as u8 } else { 0 };
        Skill { reserve, percent: PERCENTS[rank.min(3)], ..Skill::new(splits[split].id, level(rank)) }
    };
    chosen.iter().enumerate().map(skill).collect()
}

fn shuffle<T>(list: &mut [T], random: &mut Random) {
    for index in (1..list.len()).rev() {
        list.swap(index, random.index(index + 1));
    }
}
