//! Tests of the crate, by subject.

mod cells;
mod definitions;
mod deltas;
mod expressions;
mod files;
mod formats;
mod inputs;
mod order;
mod sheets;
mod totals;
mod world;
