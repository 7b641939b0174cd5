mod commands;
mod conformity;
mod damage;
mod events;
mod sessions;
