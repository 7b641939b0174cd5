//! Replays of real streams, and small made-up ones for what the recordings lack.

mod agents;
mod damage;
mod identity;
mod look;
mod numbers;
mod pump_up;
mod refusals;
mod replay;
mod skills;
mod stories;
mod totals;
mod twins;
mod world;
