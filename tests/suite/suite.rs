//! Everything that crosses crates: real servers, a real link, and the switch that feeds them.

mod asterisk;
mod child;
mod day;
mod disk;
mod faults;
mod kill;
mod oracle;
mod tidy;
mod truth;
mod two_servers;
