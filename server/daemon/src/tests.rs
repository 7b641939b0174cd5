mod auth;
mod config;
mod journal;
mod rows;
