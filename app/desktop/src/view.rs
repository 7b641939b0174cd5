//! What the screens show, as plain data computed from the model. Nothing here draws, and nothing here reads
//! a clock: `now` is given.

pub mod administration;
pub mod cache;
pub mod cells;
pub mod counts;
pub mod designer;
pub mod drill;
pub mod export;
pub mod filter;
pub mod finding;
pub mod inputs;
pub mod library;
pub mod marks;
pub mod meanings;
pub mod menu;
pub mod pane;
pub mod prefs;
pub mod servers;
pub mod shortcuts;
pub mod times;
pub mod top;
