//! Lengths of time as people type them: `90s`, `10m`, `2h`, `1h30m`, `500ms`.

use std::time::Duration;

/// Why a text is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a duration; write for example 90s, 10m, 2h or 1h30m")]
pub struct DurationError {
    /// The text as given.
    pub text: String,
}

/// Reads a length of time; units are `ms`, `s`, `m`, `h` and `d`, added up in the order given.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let fault = || DurationError { text: text.to_owned() };
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(fault());
    }
    let mut millis: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(fault)?;
        let number: u64 = rest[..digits].parse().map_err(|_| fault())?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let unit_millis = match &rest[..letters] {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return Err(fault()),
        };
        rest = &rest[letters..];
        millis = number.checked_mul(unit_millis).and_then(|part| millis.checked_add(part)).ok_or_else(fault)?;
    }
    Ok(Duration::from_millis(millis))
}
