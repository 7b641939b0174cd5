mod auth;
mod config;
mod journal;
