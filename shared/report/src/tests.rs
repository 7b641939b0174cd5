//! Tests of the crate, by subject.

mod bounds;
mod cells;
mod definitions;
mod deltas;
mod expressions;
mod families;
mod files;
mod formats;
mod house;
mod inputs;
mod integrated;
mod levels;
mod order;
mod out_of_date;
mod past;
mod periods;
mod propose;
mod series;
mod several_acds;
mod sheets;
mod slips;
mod totals;
mod twice;
mod usual;
mod windows;
mod world;
