//! The native dialect: Understudy's open switch-to-server protocol, as `docs/link.md` describes it.
//!
//! A switch numbers its events once and sends the same numbers to every server, so that two servers can later
//! compare and merge what they kept by [`Position`]. A server resumes where it stopped; only when the switch's
//! buffer no longer reaches back that far is there a gap, and the switch tells its present state instead.
//!
//! Both ends are here: [`ServerSession`] for the collecting side, [`SwitchSession`] for the switch. Neither reads
//! a clock: who owns the connection keeps the time limits below.

mod error;
mod frame;
mod outbox;
mod plausible;
mod server;
mod switch;
pub mod wire;

#[cfg(test)]
mod tests;

pub use error::{CommandError, LinkError};
pub use frame::{Answer, FRAME_MAX, Hello, Refuse, RefuseCode, SetSkills};
pub use outbox::Capacity;
pub use server::{Delivery, Resume, ServerSession};
pub use switch::{Identity, SwitchSession};

/// Version of the protocol that this crate speaks.
pub const PROTOCOL: u32 = 1;

/// Port a server listens on unless configured otherwise.
pub const PORT: u16 = 5001;

/// A switch that had nothing to tell for this long sends a heartbeat.
pub const HEARTBEAT_SECS: u64 = 1;

/// A switch must send its hello within this time after connecting.
pub const HELLO_SECS: u64 = 10;

/// A server gives a connection up (as timed out) when nothing came for this long.
pub const SILENCE_SECS: u64 = 15;

/// A server gives up waiting for the answer to a command after this time.
pub const ANSWER_SECS: u64 = 10;

/// A switch gives a connection up when events wait this long for an acknowledgement.
pub const ACK_SECS: u64 = 30;

/// An event's place in what one switch ever told: which start of the switch, and which event since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// Drawn anew by the switch whenever its numbering starts again; never 0.
    pub boot: u64,
    /// Counts from 1 within the boot.
    pub seq: u64,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of boot {:016x}", self.seq, self.boot)
    }
}
