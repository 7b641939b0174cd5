//! The order of rows: of a report, and of a person who looks at one.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use catalog::Value;
use model::Moment;

use crate::column::Format;
use crate::definition::SortKey;
use crate::evaluate::compare;
use crate::format::place_in_day;
use crate::sheet::SheetBlock;

impl SheetBlock {
    /// Positions of the rows in the order of a column: numbers before texts, blanks last whichever way the column runs, equal
    /// ones as they stand. `known` is the order of the sheet before, if there was one: what is nearly sorted already is
    /// sorted with little work.
    pub fn order_by(&self, column: usize, descending: bool, now: Moment, known: &[u32]) -> Vec<u32> {
        let count = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let mut order: Vec<u32> = if known.len() == self.rows.len() { known.to_vec() } else { (0..count).collect() };
        // Side by side in memory: comparing then does not walk through all rows of the sheet again and again.
        let format = self.columns.get(column).map_or(Format::Text, |column| column.format);
        let cells = self.rows.iter().map(|row| row.cells.get(column));
        let values = cells.map(|cell| cell.map_or(Cow::Borrowed(&Value::Blank), |cell| placed(format, &cell.value)));
        let values: Vec<Cow<'_, Value>> = values.collect();
        order.sort_by(|&left, &right| {
            let values = (&values[left as usize], &values[right as usize]);
            in_order(values.0, values.1, descending, now).then_with(|| left.cmp(&right))
        });
        order
    }
}

/// Sorts by the given columns. Rows that are equal in all of them stand by what identifies them: how a source gives them may differ
/// between two servers that hold the same rows, and a limit would show others.
pub(crate) fn sort_rows(block: &mut SheetBlock, keys: &[SortKey], columns: &[usize], now: Moment) {
    if keys.is_empty() {
        return;
    }
    let formats: Vec<Format> = columns.iter().map(|&column| block.columns[column].format).collect();
    block.rows.sort_by(|a, b| {
        let mut steps = keys.iter().zip(columns).zip(&formats).map(|((key, &column), &format)| {
            let (a, b) = (placed(format, &a.cells[column].value), placed(format, &b.cells[column].value));
            in_order(&a, &b, key.descending, now)
        });
        steps.find(|ordering| ordering.is_ne()).unwrap_or_else(|| by_key(&a.key, &b.key))
    });
}

/// The order of two rows' keys, part by part.
fn by_key(a: &str, b: &str) -> Ordering {
    let parts = a.split('|').zip(b.split('|')).map(|(a, b)| natural(a, b));
    parts.into_iter().find(|ordering| ordering.is_ne()).unwrap_or_else(|| a.cmp(b))
}

/// What stands for a value in the order of its column: a time of the day that comes twice is a text, and has its place among those
/// that are numbers.
fn placed(format: Format, value: &Value) -> Cow<'_, Value> {
    match value {
        Value::Text(text) if format == Format::TimeOfDay => {
            place_in_day(text).map_or(Cow::Borrowed(value), |place| Cow::Owned(Value::Real(place)))
        }
        _ => Cow::Borrowed(value),
    }
}

/// Numbers before texts, blanks and empty texts last whichever way the column runs.
fn in_order(a: &Value, b: &Value, descending: bool, now: Moment) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Blank => 2,
        Value::Text(text) if text.is_empty() => 2,
        Value::Text(_) => 1,
        _ => 0,
    };
    let ordering = rank(a).cmp(&rank(b));
    if ordering.is_ne() {
        return if rank(a) == 2 || rank(b) == 2 || !descending { ordering } else { ordering.reverse() };
    }
    let ordering = match (a, b) {
        // Names of one number share their text.
        (Value::Text(a), Value::Text(b)) if Arc::ptr_eq(a, b) => Ordering::Equal,
        (Value::Text(a), Value::Text(b)) => natural(a, b),
        // As moments, so that two times that have not begun by `now` keep apart.
        (Value::Since(a), Value::Since(b)) => b.cmp(a),
        _ => compare(a, b, now).unwrap_or(Ordering::Equal),
    };
    if descending { ordering.reverse() } else { ordering }
}

/// Numbers written as text by their worth, all else without regard to case.
fn natural(a: &str, b: &str) -> Ordering {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(a) && digits(b) {
        return a.len().cmp(&b.len()).then_with(|| a.cmp(b));
    }
    let without_case = if a.is_ascii() && b.is_ascii() {
        a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
    } else {
        a.chars().flat_map(char::to_lowercase).cmp(b.chars().flat_map(char::to_lowercase))
    };
    without_case.then_with(|| a.cmp(b))
}
