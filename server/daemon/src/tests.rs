mod auth;
mod config;
mod history;
mod journal;
mod meanwhile;
mod rows;
mod rules;
mod timetables;
