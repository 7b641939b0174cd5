//! The file that grows: records as they will leave, each with its number and a checksum, so that after a kill it is known
//! which of them are there.
//!
//! A frame is `length, checksum, number, moment, bytes`; the first frame is the head, as JSON. Appending to the file that
//! leaves was turned down: it has no room for numbers, and without them a record that the journal tells again could not be
//! told from a new one.

use crate::config::FileForm;
use serde::{Deserialize, Serialize};

/// Bytes of a frame before its content.
const FRAME_BYTES: usize = 4 + 4 + 8 + 8;

/// What the file will be when it is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// NNNN of its name.
    pub(super) file: u16,
    /// Its sequence number.
    pub(super) sequence: u32,
    /// How its records are written.
    pub(super) form: FileForm,
    /// End of the interval that was over when it began, UNIX seconds.
    pub(super) closed_to: i64,
}

/// A record in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// Number of the record.
    pub(super) number: u64,
    /// When it became final, UNIX seconds.
    pub(super) at: i64,
    /// As it will leave.
    pub(super) bytes: Vec<u8>,
}

impl Frame {
    /// The frame of a head.
    pub(super) fn of_head(head: &Head) -> Frame {
        // A struct of numbers and flags has no value that JSON could not hold.
        Frame { number: 0, at: 0, bytes: serde_json::to_vec(head).unwrap_or_default() }
    }

    /// Appends it to what is to be written.
    pub(super) fn encode(&self, into: &mut Vec<u8>) {
        into.extend(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        into.extend(self.checksum().to_le_bytes());
        into.extend(self.number.to_le_bytes());
        into.extend(self.at.to_le_bytes());
        into.extend(&self.bytes);
    }

    fn checksum(&self) -> u32 {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&self.number.to_le_bytes());
        hasher.update(&self.at.to_le_bytes());
        hasher.update(&self.bytes);
        hasher.finalize()
    }

    /// The first frame of these bytes and its length; `None` if there is no whole one.
    fn decode(bytes: &[u8]) -> Option<(Frame, usize)> {
        let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let long = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        let (len, checksum, number, at) = (word(0)? as usize, word(4)?, long(8)?, long(16)?.cast_signed());
        let content = bytes.get(FRAME_BYTES..FRAME_BYTES.checked_add(len)?)?;
        let frame = Frame { number, at, bytes: content.to_vec() };
        (frame.checksum() == checksum).then_some((frame, FRAME_BYTES + len))
    }
}

/// What a file holds as far as it is whole.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Grown {
    /// Its head.
    pub(super) head: Head,
    /// Its records.
    pub(super) frames: Vec<Frame>,
    /// Bytes up to the end of the last whole frame.
    pub(super) whole_bytes: usize,
}

/// Reads a file; `None` if not even its head is whole.
pub(super) fn grown(bytes: &[u8]) -> Option<Grown> {
    let (first, mut whole_bytes) = Frame::decode(bytes)?;
    let head = serde_json::from_slice(&first.bytes).ok()?;
    let mut frames = Vec::new();
    while let Some((frame, len)) = Frame::decode(&bytes[whole_bytes..]) {
        frames.push(frame);
        whole_bytes += len;
    }
    Some(Grown { head, frames, whole_bytes })
}
