//! What a switch says, turned into the events of `model`: one module per dialect.
//!
//! Sans-IO: a dialect is given bytes and gives back events and bytes to send. It must never open a socket, read a
//! clock or start a thread; the program that owns the connection does.

pub mod asterisk;
pub mod native;
