mod auth;
mod config;
mod journal;
mod meanwhile;
mod rows;
