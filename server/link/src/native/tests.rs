mod conformity;
mod damage;
mod events;
mod sessions;
