//! Tests of the crate, by subject.

mod cells;
mod definitions;
mod deltas;
mod expressions;
mod families;
mod files;
mod formats;
mod inputs;
mod order;
mod past;
mod sheets;
mod totals;
mod windows;
mod world;
