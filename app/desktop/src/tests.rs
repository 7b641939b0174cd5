//! Screens as text, as accessibility tree and as images.

mod arrangers;
mod harness;
mod painter;
mod screens;
mod view_data;
pub(crate) mod world;
