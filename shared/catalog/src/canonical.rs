//! Rows and records as text that two servers can compare.

use std::fmt::{self, Write};

use crate::item::Value;

/// One line of that text, `table|key|ITEM=value …`. It is kept from row to row: a busy hour of a large site has half a million
/// lines of a hundred items, and formatting each in the usual way took three quarters of comparing them.
#[derive(Debug, Default)]
pub struct CanonicalLine {
    text: String,
}

impl CanonicalLine {
    /// Begins a new line; what was there is gone.
    pub fn begin(&mut self, table: &str, key: impl fmt::Display) -> &mut Self {
        self.text.clear();
        let _ = write!(self.text, "{table}|{key}|");
        self
    }

    /// Adds a whole number.
    pub fn whole(&mut self, item: &str, value: i64) {
        self.item(item);
        self.text.push_str(itoa::Buffer::new().format(value));
        self.text.push(' ');
    }

    /// Adds a number with a fraction.
    pub fn real(&mut self, item: &str, value: f64) {
        self.item(item);
        let _ = write!(self.text, "{value:?} ");
    }

    /// Adds a text, in quotes and as Rust writes it in a program.
    pub fn quoted(&mut self, item: &str, value: &str) {
        self.item(item);
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        if value.bytes().all(is_plain) {
            ["\"", value, "\" "].into_iter().for_each(|part| self.text.push_str(part));
        } else {
            let _ = write!(self.text, "{value:?} ");
        }
    }

    /// Adds a value of any kind; a blank adds nothing.
    pub fn value(&mut self, item: &str, value: &Value) {
        match value {
            Value::Blank => {}
            Value::Int(value) => self.whole(item, *value),
            Value::Real(value) => self.real(item, *value),
            Value::Text(value) => self.quoted(item, value),
            Value::Since(at) | Value::At(at) => self.whole(item, at.0),
        }
    }

    fn item(&mut self, item: &str) {
        self.text.push_str(item);
        self.text.push('=');
    }

    /// Ends the line.
    pub fn end(&mut self) -> &str {
        self.text.push('\n');
        &self.text
    }
}

/// Writes one record: `table|number|ITEM=value …`, the items that are not blank in the order of the table. Texts are
/// quoted. Items added to the catalogue later do not change the text of old records.
pub fn canonical_record<'a>(
    text: &mut impl Write,
    table: &str,
    number: i64,
    items: impl Iterator<Item = (&'a str, &'a Value)>,
) -> fmt::Result {
    let mut line = CanonicalLine::default();
    line.begin(table, number);
    items.for_each(|(item, value)| line.value(item, value));
    text.write_str(line.end())
}

#[cfg(test)]
mod tests {
    use model::Moment;

    use super::{CanonicalLine, Value, canonical_record};

    /// Every digest that servers of before have made rests on this text.
    #[test]
    fn a_line_is_what_the_usual_formatting_makes() {
        let texts = ["", "4711", "a b~", "say \"no\"", "C:\\x", "tab\there", "Zoë", "\u{301}x", "\u{7f}", "it's"];
        let numbers = [0, 7, -1, i64::MAX, i64::MIN, 1_795_424_400];
        let reals = [0.0, -0.5, 1e300, f64::MAX, 33.333_333_333_333_336];
        let mut line = CanonicalLine::default();
        line.begin("hsplit", "17,x");
        let mut expected = "hsplit|17,x|".to_owned();
        for text in texts {
            line.quoted("LOGID", text);
            expected.push_str(&format!("LOGID={text:?} "));
        }
        for number in numbers {
            line.whole("ACDCALLS", number);
            expected.push_str(&format!("ACDCALLS={number} "));
        }
        for real in reals {
            line.real("AVG", real);
            expected.push_str(&format!("AVG={real:?} "));
        }
        expected.push('\n');
        assert_eq!(line.end(), expected);
    }

    #[test]
    fn a_new_line_has_nothing_of_the_one_before() {
        let mut line = CanonicalLine::default();
        line.begin("hsplit", 1).whole("ACDCALLS", 5);
        assert_eq!(line.end(), "hsplit|1|ACDCALLS=5 \n");
        assert_eq!(line.begin("hvdn", 2).end(), "hvdn|2|\n");
    }

    #[test]
    fn a_record_has_no_blanks() {
        let values = [Value::Int(3), Value::Blank, Value::text("4711"), Value::At(Moment(60))];
        let items = ["CALLID", "UCID", "ANSLOGIN", "SEGSTOP_UTC"];
        let mut text = String::new();
        canonical_record(&mut text, "call_rec", 9, items.into_iter().zip(&values)).unwrap();
        assert_eq!(text, "call_rec|9|CALLID=3 ANSLOGIN=\"4711\" SEGSTOP_UTC=60 \n");
    }
}
