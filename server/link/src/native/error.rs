//! What can be wrong with what the other end of a native link says. Every error names what was found and what
//! was expected; all of them end the connection, none of them ends the program.

use model::AcdNumber;

use super::frame::RefuseCode;
use super::wire::WireError;

/// Why a switch cannot be asked to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The switch has not said hello, or is telling its present state.
    #[error("the link is not up")]
    NotUp,
    /// Its hello did not say that it takes commands.
    #[error("this switch takes no commands over its link; administer it at the switch itself")]
    NotTaken,
}

/// Why a native session cannot go on. The connection is to be closed after the session's last output is sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The announced length of a frame is above the limit.
    #[error(
        "a frame of {len} bytes was announced, and {limit} are allowed: this is no Understudy link, or it lost step"
    )]
    FrameTooLong {
        /// Announced length in bytes.
        len: u32,
        /// Longest allowed length in bytes.
        limit: u32,
    },
    /// A frame's bytes are not a frame.
    #[error("reading a frame of {len} bytes")]
    Frame {
        /// Length in bytes.
        len: usize,
        /// What is wrong with it.
        source: WireError,
    },
    /// The bytes of an event are not an event.
    #[error("reading event {seq}")]
    Event {
        /// Sequence number; 0 in a snapshot.
        seq: u64,
        /// What is wrong with it.
        source: WireError,
    },
    /// An event says what cannot be.
    #[error("event {seq}: {fault}")]
    Implausible {
        /// Sequence number; 0 in a snapshot.
        seq: u64,
        /// What cannot be, with the value.
        fault: String,
    },
    /// A kind of event in a place where it has no meaning.
    #[error("event {seq} is a {kind}, which is not allowed {place}")]
    Misplaced {
        /// Sequence number; 0 in a snapshot.
        seq: u64,
        /// The kind of event.
        kind: &'static str,
        /// Where it stood.
        place: &'static str,
    },
    /// The other end speaks another version of the protocol.
    #[error("the switch speaks protocol version {theirs}, this server {ours}: upgrade the older one")]
    Version {
        /// What the other end speaks.
        theirs: u32,
        /// What this end speaks.
        ours: u32,
    },
    /// The switch says it is another ACD than this link is for.
    #[error("the switch says it is ACD {theirs}, but this link is for ACD {ours}: correct the number on one side")]
    WrongAcd {
        /// What the switch says.
        theirs: AcdNumber,
        /// What is configured.
        ours: AcdNumber,
    },
    /// The switch's hello contradicts itself.
    #[error("the hello is not consistent: boot {boot:016x}, oldest event {oldest_seq}, next event {next_seq}")]
    Hello {
        /// Boot id; 0 is not allowed.
        boot: u64,
        /// Oldest event the switch says it still has.
        oldest_seq: u64,
        /// Event the switch says comes next.
        next_seq: u64,
    },
    /// More was collected from this boot of the switch than it says it ever told.
    #[error(
        "event {known} of boot {boot:016x} was collected before, but the switch says {next_seq} comes next: \
         a switch that lost its count must draw a new boot id"
    )]
    Rewound {
        /// Boot id.
        boot: u64,
        /// Last event collected.
        known: u64,
        /// Event the switch says comes next.
        next_seq: u64,
    },
    /// Events are missing.
    #[error("event {expected} should come next, but {found} came")]
    Skipped {
        /// The sequence number that should have come.
        expected: u64,
        /// The one that came.
        found: u64,
    },
    /// A snapshot is not of a later state than the one collected.
    #[error("a pump-up as of event {as_of} cannot follow event {known}")]
    PumpUpPosition {
        /// Event after which the snapshot was taken.
        as_of: u64,
        /// Last event collected.
        known: u64,
    },
    /// A frame that may not come now.
    #[error("{expected} was expected, but the frame that came was {found}")]
    Unexpected {
        /// The frame that came.
        found: &'static str,
        /// What may come now.
        expected: &'static str,
    },
    /// The server asks for, or acknowledges, an event that the switch cannot have sent.
    #[error("the server names event {seq}, but the switch has told events up to {last} only")]
    NeverSent {
        /// The event the server names.
        seq: u64,
        /// The last event that exists.
        last: u64,
    },
    /// The server does not take the link.
    #[error("the server refused the link ({code:?}): {text}")]
    Refused {
        /// Why.
        code: RefuseCode,
        /// Why, in words.
        text: String,
    },
}

impl LinkError {
    /// What the server tells the switch about it.
    pub fn refuse_code(&self) -> RefuseCode {
        match self {
            LinkError::Version { .. } => RefuseCode::Version,
            LinkError::WrongAcd { .. } => RefuseCode::Acd,
            LinkError::Hello { .. } | LinkError::Rewound { .. } => RefuseCode::Position,
            LinkError::Event { .. } | LinkError::Implausible { .. } | LinkError::Misplaced { .. } => RefuseCode::Event,
            _ => RefuseCode::Protocol,
        }
    }

    /// The error and its causes in one line.
    pub(in crate::native) fn in_full(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        text
    }
}
