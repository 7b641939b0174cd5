mod auth;
mod config;
mod history;
mod journal;
mod rows;
