//! Files read back: for `cms history-interface show` and for tests.

use catalog::Value;

use crate::encode::HEADER_BYTES;
use crate::layout::{Field, FieldKind, Version};

/// Why bytes are no file of call records.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not even a header.
    #[error("{len} bytes are too few: a file begins with {HEADER_BYTES} bytes of version and sequence number")]
    NoHeader {
        /// Bytes that there are.
        len: usize,
    },
    /// A number that is no version, as in a file of the text form.
    #[error("version {version} is not known, only 12, 16, 163, 170, 180 and 181; is it a file in text form?")]
    Version {
        /// What the header says.
        version: u32,
    },
    /// The last record is not whole.
    #[error(
        "the file ends {rest} bytes into record {number}, and a record of version {version} has {record_bytes}: \
         it was cut short on its way"
    )]
    CutShort {
        /// What the header says.
        version: Version,
        /// Number of the record that is not whole, from 1.
        number: usize,
        /// Bytes of it that are there.
        rest: usize,
        /// Bytes that it should have.
        record_bytes: usize,
    },
}

/// A binary file.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadFile {
    /// Version of its records.
    pub version: Version,
    /// Number of the file.
    pub sequence: u32,
    /// For each record the values of the version's fields, in their order. A number that is not known is 0, as in the
    /// file; a split that was not queued to and a text that is empty are blank.
    pub records: Vec<Vec<Value>>,
}

/// Reads a binary file.
pub fn read(bytes: &[u8]) -> Result<ReadFile, ReadError> {
    let number = |at: usize| {
        let bytes = bytes.get(at..at + 4)?;
        Some(bytes.iter().rev().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)))
    };
    let (Some(version), Some(sequence)) = (number(0), number(4)) else {
        return Err(ReadError::NoHeader { len: bytes.len() });
    };
    let version = Version::from_number(version).ok_or(ReadError::Version { version })?;
    let fields = version.fields();
    let record_bytes = version.record_bytes();
    let chunks = bytes[HEADER_BYTES..].chunks_exact(record_bytes);
    let rest = chunks.remainder().len();
    let records: Vec<_> = chunks.map(|record| fields.iter().map(|field| value(field, record)).collect()).collect();
    if rest > 0 {
        return Err(ReadError::CutShort { version, number: records.len() + 1, rest, record_bytes });
    }
    Ok(ReadFile { version, sequence, records })
}

fn value(field: &Field, record: &[u8]) -> Value {
    let bytes = &record[field.offset..field.offset + field.width];
    match field.kind {
        FieldKind::Flag(bit) => Value::Int(i64::from(bytes[0] >> bit & 1)),
        FieldKind::Text => {
            let text: String = bytes.iter().take_while(|byte| **byte != 0).map(|byte| char::from(*byte)).collect();
            if text.is_empty() { Value::Blank } else { Value::text(&text) }
        }
        FieldKind::Number => match *bytes {
            [low, high] => match i16::from_le_bytes([low, high]) {
                -1 => Value::Blank,
                number => Value::Int(i64::from(number)),
            },
            _ => Value::Int(bytes.iter().rev().fold(0, |number, byte| number << 8 | i64::from(*byte))),
        },
    }
}
