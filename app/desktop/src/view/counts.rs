//! Counts in words: `1 row`, `2 rows`. What is counted stands in the right number everywhere.

/// A count and what is counted, the figure with its thousands apart.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    counted_u64(u64::try_from(count).unwrap_or(u64::MAX), one, many)
}

/// The same of a count as servers tell it.
pub fn counted_u64(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", figure(count), if count == 1 { one } else { many })
}

/// A number with its thousands apart.
pub fn figure(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
