//! Records as text that two servers can compare.

use std::fmt::{self, Write};

use crate::item::Value;

/// Writes one record: `table|number|ITEM=value …`, the items that are not blank in the order of the table. Texts are
/// quoted. Items added to the catalogue later do not change the text of old records.
pub fn canonical_record<'a>(
    text: &mut impl Write,
    table: &str,
    number: i64,
    items: impl Iterator<Item = (&'a str, &'a Value)>,
) -> fmt::Result {
    write!(text, "{table}|{number}|")?;
    for (item, value) in items {
        match value {
            Value::Blank => {}
            Value::Int(value) => write!(text, "{item}={value} ")?,
            Value::Real(value) => write!(text, "{item}={value:?} ")?,
            Value::Text(value) => write!(text, "{item}={value:?} ")?,
            Value::Since(at) | Value::At(at) => write!(text, "{item}={} ", at.0)?,
        }
    }
    text.write_char('\n')
}
