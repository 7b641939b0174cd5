//! The order of rows.

use std::cmp::Ordering;
use std::sync::Arc;

use catalog::Value;
use model::Moment;

use crate::definition::SortKey;
use crate::evaluate::compare;
use crate::sheet::SheetRow;

/// Sorts by the given columns; rows that are equal in all of them keep their order.
pub(crate) fn sort_rows(rows: &mut [SheetRow], keys: &[SortKey], columns: &[usize], now: Moment) {
    if keys.is_empty() {
        return;
    }
    rows.sort_by(|a, b| {
        let mut steps = keys
            .iter()
            .zip(columns)
            .map(|(key, &column)| in_order(&a.cells[column].value, &b.cells[column].value, key.descending, now));
        steps.find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    });
}

/// Numbers before texts, blanks last whichever way the column runs.
fn in_order(a: &Value, b: &Value, descending: bool, now: Moment) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Blank => 2,
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
    let (left, right) = (a.bytes().map(|b| b.to_ascii_lowercase()), b.bytes().map(|b| b.to_ascii_lowercase()));
    left.cmp(right).then_with(|| a.cmp(b))
}
