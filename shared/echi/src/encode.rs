//! A record's values as the bytes of a version.
//!
//! What no event can tell is zero, or -1 for a split that was not queued to. What does not fit a field is counted and never
//! passed over in silence: a text is cut, an amount becomes the largest that fits, and what identifies becomes 0 or empty,
//! because a wrong split would be taken for a right one, and the first digits of a login for somebody else's.

use std::collections::BTreeMap;

use catalog::{Unit, Value, table};

use crate::TABLE;
use crate::layout::{Field, FieldKind, Version};

/// Bytes before the first record of a file.
pub const HEADER_BYTES: usize = 8;
/// Splits that were not queued to.
const NOT_QUEUED: [&str; 4] = ["DISPSPLIT", "SPLIT1", "SPLIT2", "SPLIT3"];
/// The number of a call is wider here than in any version; its low half still holds the segments of a call together.
const CALL: &str = "CALLID";

/// The header of a binary file: version and sequence number.
pub fn header(version: Version, sequence: u32) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    header[..4].copy_from_slice(&version.number().to_le_bytes());
    header[4..].copy_from_slice(&sequence.to_le_bytes());
    header
}

/// Values that did not fit their field, by the field's name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Misfits(BTreeMap<&'static str, u64>);

impl Misfits {
    /// How many there were.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Each field with how many there were, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.0.iter().map(|(name, count)| (*name, *count))
    }

    fn count(&mut self, name: &'static str) {
        *self.0.entry(name).or_default() += 1;
    }
}

/// Writes records of one version, in either form.
#[derive(Debug, Clone)]
pub struct Encoder {
    version: Version,
    pub(crate) columns: Vec<Column>,
}

/// A field and where its value is found.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) field: Field,
    /// Position among the items of `call_rec`.
    pub(crate) position: usize,
    pub(crate) unit: Unit,
}

impl Encoder {
    /// An encoder of this version.
    pub fn new(version: Version) -> Self {
        let table = table(TABLE).expect("call_rec is in the catalogue");
        let column = |field: Field| {
            let position = table.position(field.name).expect("every field is an item of call_rec");
            Column { field, position, unit: table.items()[position].unit }
        };
        Encoder { version, columns: version.fields().into_iter().map(column).collect() }
    }

    /// The version that it writes.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Appends a record. `values` are those of `call_rec`, as [`catalog::Record::values`] gives them.
    pub fn binary(&self, values: &[Value], file: &mut Vec<u8>, misfits: &mut Misfits) {
        let start = file.len();
        file.resize(start + self.version.record_bytes(), 0);
        for column in &self.columns {
            let Field { name, offset, width, kind } = column.field;
            let bytes = &mut file[start + offset..start + offset + width];
            let value = &values[column.position];
            let fits = match kind {
                FieldKind::Number => column.write_number(value, bytes),
                FieldKind::Flag(bit) => {
                    bytes[0] |= u8::from(number(value).unwrap_or(0) != 0) << bit;
                    true
                }
                FieldKind::Text => column.write_text(value, bytes),
            };
            if !fits {
                misfits.count(name);
            }
        }
    }
}

impl Column {
    /// Writes a number and says whether it fitted.
    fn write_number(&self, value: &Value, bytes: &mut [u8]) -> bool {
        let blank = if NOT_QUEUED.contains(&self.field.name) { -1 } else { 0 };
        let mut number = number(value).unwrap_or(blank);
        if self.field.name == CALL {
            number &= i64::from(u32::MAX);
        }
        let (least, most) = match bytes.len() {
            1 => (0, i64::from(u8::MAX)),
            2 => (i64::from(i16::MIN), i64::from(i16::MAX)),
            _ => (0, i64::from(u32::MAX)),
        };
        let fits = (least..=most).contains(&number);
        if !fits {
            number = if self.unit == Unit::Id { 0 } else { number.clamp(least, most) };
        }
        let width = bytes.len();
        bytes.copy_from_slice(&number.to_le_bytes()[..width]);
        fits
    }

    /// Writes a text, always with a zero behind it, and says whether it fitted.
    fn write_text(&self, value: &Value, bytes: &mut [u8]) -> bool {
        let text = text(value);
        let room = bytes.len() - 1;
        let is_too_long = text.chars().nth(room).is_some();
        if is_too_long && self.unit == Unit::Id {
            return false;
        }
        let is_printable = |letter: char| letter.is_ascii() && !letter.is_ascii_control();
        for (byte, letter) in bytes[..room].iter_mut().zip(text.chars()) {
            *byte = if is_printable(letter) { letter as u8 } else { b'?' };
        }
        !is_too_long && text.chars().all(is_printable)
    }
}

/// A value as a whole number; a text that is none is no number.
pub(crate) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        Value::At(at) | Value::Since(at) => Some(at.0),
        Value::Text(text) => text.trim().parse().ok(),
        Value::Blank | Value::Real(_) => None,
    }
}

/// A value as text.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Blank => String::new(),
        other => number(other).map(|number| number.to_string()).unwrap_or_default(),
    }
}
