//! Everything that crosses crates: real servers, a real link, and the switch that feeds them.

mod administration;
mod api;
mod backup;
mod bank;
mod child;
mod cli;
mod copy;
mod day;
mod disk;
mod exceptions;
mod faults;
mod history;
mod kill;
mod manager_interface;
mod oracle;
mod recovering;
mod reporting;
mod reports;
mod running;
mod summaries;
mod switch_over;
mod tidy;
mod truth;
mod two_servers;
