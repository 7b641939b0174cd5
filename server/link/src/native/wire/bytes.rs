//! Protobuf at its lowest: varints, keys and length prefixes, read from borrowed bytes and appended to a buffer.
//!
//! Written by hand because the events go straight into the identifiers of `model`, which own no heap memory; a
//! generated message would own a `String` for each of them. Knows nothing of any message.

use super::WireError;

const VARINT: u8 = 0;
const FIXED64: u8 = 1;
const LENGTH: u8 = 2;
const FIXED32: u8 = 5;

/// A field's content as it lies in the bytes.
#[derive(Debug, Clone, Copy)]
pub(in crate::native) enum Value<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    /// A wire type that no field of this protocol has; kept so that unknown fields can be passed over.
    Fixed,
}

impl<'a> Value<'a> {
    #[inline]
    pub(in crate::native) fn varint(self, field: &'static str) -> Result<u64, WireError> {
        match self {
            Value::Varint(number) => Ok(number),
            Value::Bytes(_) | Value::Fixed => Err(WireError::WireType { field }),
        }
    }

    #[inline]
    pub(in crate::native) fn bytes(self, field: &'static str) -> Result<&'a [u8], WireError> {
        match self {
            Value::Bytes(bytes) => Ok(bytes),
            Value::Varint(_) | Value::Fixed => Err(WireError::WireType { field }),
        }
    }

    #[inline]
    pub(in crate::native) fn text(self, field: &'static str) -> Result<&'a str, WireError> {
        std::str::from_utf8(self.bytes(field)?).map_err(|_| WireError::NotText { field })
    }
}

/// The fields of one message, in the order they lie in the bytes.
pub(in crate::native) struct Fields<'a> {
    bytes: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(in crate::native) fn new(bytes: &'a [u8]) -> Self {
        Fields { bytes }
    }

    /// Number and content of the next field; `None` at the end. Forced inline: handing the result over through
    /// memory costs more than reading it.
    #[inline(always)]
    pub(in crate::native) fn next(&mut self) -> Result<Option<(u32, Value<'a>)>, WireError> {
        if self.bytes.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let number = u32::try_from(key >> 3).ok().filter(|number| *number > 0).ok_or(WireError::Key { key })?;
        let value = match (key & 7) as u8 {
            VARINT => Value::Varint(self.varint()?),
            LENGTH => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            FIXED64 => self.take(8).map(|_| Value::Fixed)?,
            FIXED32 => self.take(4).map(|_| Value::Fixed)?,
            _ => return Err(WireError::Key { key }),
        };
        Ok(Some((number, value)))
    }

    pub(in crate::native) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    #[inline]
    pub(in crate::native) fn varint(&mut self) -> Result<u64, WireError> {
        match self.bytes.split_first() {
            Some((&byte, rest)) if byte < 0x80 => {
                self.bytes = rest;
                Ok(u64::from(byte))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, WireError> {
        let mut number = 0u64;
        for (index, &byte) in self.bytes.iter().enumerate().take(10) {
            if index == 9 && byte > 1 {
                return Err(WireError::Varint);
            }
            number |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.bytes = &self.bytes[index + 1..];
                return Ok(number);
            }
        }
        Err(if self.bytes.len() < 10 { WireError::Truncated } else { WireError::Varint })
    }

    #[inline]
    fn take(&mut self, length: u64) -> Result<&'a [u8], WireError> {
        let length = usize::try_from(length).map_err(|_| WireError::Truncated)?;
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(WireError::Truncated)?;
        self.bytes = rest;
        Ok(taken)
    }
}

pub(in crate::native) fn put_varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(in crate::native) fn put_number(field: u32, number: u64, out: &mut Vec<u8>) {
    put_varint(u64::from(field) << 3 | u64::from(VARINT), out);
    put_varint(number, out);
}

pub(in crate::native) fn put_bytes(field: u32, bytes: &[u8], out: &mut Vec<u8>) {
    put_varint(u64::from(field) << 3 | u64::from(LENGTH), out);
    put_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Writes a nested message. Its length is known only afterwards: one byte is kept free for it, and the rare
/// longer message is moved up to make room.
pub(in crate::native) fn put_message(field: u32, out: &mut Vec<u8>, content: impl FnOnce(&mut Vec<u8>)) {
    put_varint(u64::from(field) << 3 | u64::from(LENGTH), out);
    let start = out.len() + 1;
    out.push(0);
    content(out);
    let mut length = out.len() - start;
    if length < 0x80 {
        out[start - 1] = length as u8;
        return;
    }
    let mut prefix = [0u8; 10];
    let mut used = 0;
    while length >= 0x80 {
        prefix[used] = length as u8 | 0x80;
        length >>= 7;
        used += 1;
    }
    prefix[used] = length as u8;
    out.splice(start - 1..start, prefix[..=used].iter().copied());
}
