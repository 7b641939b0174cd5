//! The text form: one line for each record, for receivers that would rather split at commas.
//!
//! Fields and their order are those of the version. Times are dates and times of day, flags 0 or 1, and what is not known
//! is empty, which the binary form cannot say.

use catalog::{Unit, Value};
use model::Moment;

use crate::encode::{Column, Encoder, number, text};
use crate::layout::FieldKind;

impl Encoder {
    /// Appends a record as a line of text, its end included.
    pub fn text(&self, values: &[Value], file: &mut String) {
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                file.push(',');
            }
            column.push_text(&values[column.position], file);
        }
        file.push('\n');
    }
}

impl Column {
    fn push_text(&self, value: &Value, line: &mut String) {
        match (self.field.kind, number(value)) {
            (FieldKind::Flag(_), Some(flag)) => line.push(if flag == 0 { '0' } else { '1' }),
            (FieldKind::Number, Some(at)) if self.unit == Unit::Moment => line.push_str(&date_time(Moment(at))),
            _ => push_quoted(&text(value), line),
        }
    }
}

/// `YYYY-MM-DD HH:MM:SS` of a moment that is already in the reckoning meant.
fn date_time(at: Moment) -> String {
    at.to_string().trim_end_matches('Z').replace('T', " ")
}

/// A cell as RFC 4180 has it: in quotes only if it has to be.
pub(crate) fn push_quoted(cell: &str, line: &mut String) {
    if cell.contains([',', '"', '\n', '\r']) {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\"").replace(['\n', '\r'], " "));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}
