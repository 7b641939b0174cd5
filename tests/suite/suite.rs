//! Everything that crosses crates: real servers, a real link, and the switch that feeds them.

mod asterisk;
mod day;
mod faults;
mod oracle;
mod truth;
mod two_servers;
mod tidy;
