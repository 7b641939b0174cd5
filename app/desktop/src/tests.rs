//! Screens as text, as accessibility tree and as images.

mod administration;
mod administration_clicks;
mod administration_texts;
mod arrangers;
mod backups;
mod calm;
mod canned_pages;
mod checks;
mod copying;
mod error_log;
mod exports;
mod guided;
mod harness;
mod inputs;
mod menu;
mod names;
mod notices;
mod painter;
mod people;
mod profiles;
mod screens;
mod shortcuts;
mod sync;
mod timetables;
mod twin;
mod view_data;
pub(crate) mod world;
