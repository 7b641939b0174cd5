//! Records of every version, forth and back.

mod damage;
mod golden;
mod layouts;
mod names;
mod round_trip;
mod sample;
mod text;
