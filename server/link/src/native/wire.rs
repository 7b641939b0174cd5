//! One event as compact protobuf: what travels on the link and what a server's journal keeps.
//!
//! Total over `model::Event`: whatever can be built can be written and read back (times within 290,000 years of
//! 1970). What is *sensible* is for the session to judge, so that a journal never refuses what it once took.

pub(in crate::native) mod bytes;
pub(in crate::native) mod field;
pub(in crate::native) mod message;
mod table;

pub(in crate::native) use bytes::{Fields, put_message};
pub(in crate::native) use field::{Field, write_field};
#[cfg(test)]
pub(in crate::native) use message::Described;
pub(in crate::native) use message::{plain_enum, record};

use model::{Event, EventBody, Moment};

use field::Oneof;

const SEQ: u32 = 1;
const AT: u32 = 2;

/// Why bytes are not the message they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// A field reaches beyond its message.
    #[error("a field reaches beyond the end of its message")]
    Truncated,
    /// A varint has more than 64 bits.
    #[error("a number has more than 64 bits")]
    Varint,
    /// A field key with number 0, above 2^29 or of a wire type that does not exist.
    #[error("{key:#x} is not the key of a field")]
    Key {
        /// The key as read.
        key: u64,
    },
    /// The field has another wire type than it should.
    #[error("{field} has the wrong wire type")]
    WireType {
        /// The field.
        field: &'static str,
    },
    /// A text that is not UTF-8.
    #[error("{field} is not UTF-8")]
    NotText {
        /// The field.
        field: &'static str,
    },
    /// A number or enum value that the field cannot have.
    #[error("{field} cannot be {number}")]
    Range {
        /// The field.
        field: &'static str,
        /// The value as read.
        number: u64,
    },
    /// A text that is not an identifier of its kind.
    #[error("{field} is not an identifier")]
    Id {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        source: model::id::IdError,
    },
    /// A text that names no time zone.
    #[error("{field} is not a time zone of the IANA database")]
    Zone {
        /// The field.
        field: &'static str,
    },
    /// A field that must be there is not.
    #[error("{field} is missing")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A message that must say one of several things says none of those known here.
    #[error("{message} says nothing that this protocol version knows")]
    NoVariant {
        /// The message.
        message: &'static str,
    },
}

/// Appends an event without a sequence number.
pub fn encode_event(event: &Event, out: &mut Vec<u8>) {
    write_event(0, event, out);
}

/// Reads what [`encode_event`] wrote. Unknown fields are passed over.
pub fn decode_event(bytes: &[u8]) -> Result<Event, WireError> {
    let mut at = Moment(0);
    let mut body = None;
    let mut fields = Fields::new(bytes);
    while let Some((number, value)) = fields.next()? {
        match number {
            SEQ => _ = u64::read(value, "Event.seq")?,
            AT => at = Moment::read(value, "Event.at_micros")?,
            _ => body = EventBody::read_variant(number, value)?.or(body),
        }
    }
    let body = body.ok_or(WireError::NoVariant { message: EventBody::NAME })?;
    Ok(Event { at, body })
}

pub(in crate::native) fn write_event(seq: u64, event: &Event, out: &mut Vec<u8>) {
    write_field(&seq, SEQ, out);
    write_field(&event.at, AT, out);
    event.body.write_variant(out);
}

/// The sequence number alone, so that a repeated event costs no decoding; zero if there is none.
pub(in crate::native) fn read_seq(bytes: &[u8]) -> Result<u64, WireError> {
    let mut fields = Fields::new(bytes);
    while let Some((number, value)) = fields.next()? {
        if number == SEQ {
            return u64::read(value, "Event.seq");
        }
    }
    Ok(0)
}
