//! External Call History: nothing is lost and nothing repeated, whatever happens in between.

mod kills;
mod names;
mod recorder;
mod sftp;
mod spool;
mod switch;
mod world;
