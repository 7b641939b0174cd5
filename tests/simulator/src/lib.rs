//! A telephone switch that behaves: the simulated ACD behind `acd-sim`, the demo and the tests.
//!
//! [`World`] is the switch itself: pure, seeded, without a clock, so that the same [`Scenario`] tells the same
//! events whatever the speed. [`Truth`] is what it knows of its own doings, counted from its decisions and never
//! from its events, so that a collector can be checked against it. [`Feed`] runs a world against real time and
//! keeps one native link to each server, with faults on demand.
//!
//! Only `feed` may touch a socket, a task or a clock.

pub mod feed;

mod duration;
mod ledger;
mod names;
mod office;
mod random;
mod scenario;
#[cfg(test)]
mod tests;
mod truth;
mod world;

pub use duration::{DurationError, parse_duration};
pub use feed::{Feed, FeedSettings, LinkControl, LinkStatus, Pace};

pub use scenario::{Scenario, ScenarioError};
pub use truth::{AgentTally, SplitTally, Tallies, TrunkGroupTally, Truth, VdnTally};
pub use world::World;
