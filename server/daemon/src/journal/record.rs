//! One record: length and CRC-32 of what follows, then index, origin and the event in the link's own encoding.

use link::native::Position;
use link::native::wire;
use model::Event;

/// Bytes before an event: length, checksum, index, flags, boot, sequence.
const HEAD: usize = 4 + 4 + 8 + 1 + 8 + 8;
/// No event is longer; a length above it is damage.
const LENGTH_MAX: usize = 1 << 20;

const SNAPSHOT: u8 = 1;

/// Where an event came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// What may be resumed from once it is durable; `None` inside a gap and on links without a sequence.
    pub position: Option<Position>,
    /// Whether it belongs to a pump-up, which the switch told to this server alone.
    pub snapshot: bool,
}

/// One journalled event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Number of the record, rising by one.
    pub index: u64,
    /// Where it came from.
    pub origin: Origin,
    /// The event.
    pub event: Event,
}

/// What stands at a place of a segment.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A whole record of this many bytes.
    Record(Entry, usize),
    /// A whole record of this many bytes that is older than what is asked for.
    Older(usize),
    /// The end.
    End,
    /// Something that is not a record.
    Damage,
}

/// Appends a record to a buffer.
pub(super) fn encode(index: u64, origin: Origin, event: &Event, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; 8]);
    out.extend_from_slice(&index.to_le_bytes());
    out.push(if origin.snapshot { SNAPSHOT } else { 0 });
    // No boot is 0, so that 0 can say that there is no position.
    let position = origin.position.unwrap_or(Position { boot: 0, seq: 0 });
    out.extend_from_slice(&position.boot.to_le_bytes());
    out.extend_from_slice(&position.seq.to_le_bytes());
    wire::encode_event(event, out);
    let length = u32::try_from(out.len() - start - 8).expect("an event is far below 4 GiB");
    let checksum = crc32fast::hash(&out[start + 8..]);
    out[start..start + 4].copy_from_slice(&length.to_le_bytes());
    out[start + 4..start + 8].copy_from_slice(&checksum.to_le_bytes());
}

/// Reads the record at the beginning of `bytes`; the event of one before `from_index` is not decoded.
pub(super) fn decode(bytes: &[u8], from_index: u64) -> Found {
    if bytes.is_empty() {
        return Found::End;
    }
    let Some((length, checksum)) = word(bytes, 0).zip(word(bytes, 4)) else { return Found::Damage };
    let length = length as usize;
    if !(HEAD - 8..=LENGTH_MAX).contains(&length) {
        return Found::Damage;
    }
    let Some(body) = bytes.get(8..8 + length) else { return Found::Damage };
    if crc32fast::hash(body) != checksum {
        return Found::Damage;
    }
    let long = |at: usize| u64::from_le_bytes(body[at..at + 8].try_into().expect("eight bytes"));
    if long(0) < from_index {
        return Found::Older(8 + length);
    }
    let position = Position { boot: long(9), seq: long(17) };
    let position = (position.boot != 0).then_some(position);
    let origin = Origin { position, snapshot: body[8] & SNAPSHOT != 0 };
    match wire::decode_event(&body[HEAD - 8..]) {
        Ok(event) => Found::Record(Entry { index: long(0), origin, event }, 8 + length),
        Err(_) => Found::Damage,
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(|word| u32::from_le_bytes(word.try_into().expect("four bytes")))
}
