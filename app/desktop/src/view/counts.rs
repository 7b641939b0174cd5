//! Counts in words: `1 row`, `2 rows`. What is counted stands in the right number everywhere.

use super::administration::storage::figure;

/// A count and what is counted, the figure with its thousands apart.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    counted_u64(u64::try_from(count).unwrap_or(u64::MAX), one, many)
}

/// The same of a count as servers tell it.
pub fn counted_u64(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", figure(count), if count == 1 { one } else { many })
}
