//! Times of the day as people type them into a report's inputs, applied to each day.

use std::fmt;

use chrono::NaiveTime;

/// Last minute of a day.
const LAST: u16 = 24 * 60 - 1;

/// Chosen times of the day, such as `08:00-17:30` or `08:00-11:30;13:00-17:30`.
///
/// Both ends are included, and what counts is the minute in which a row begins: `08:00-17:30` takes in the interval
/// that begins at 17:30, so that what was typed is what the first and the last row read. A range that ends before it
/// begins runs past midnight and belongs to the day on which it begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Times {
    /// First and last minute of the day.
    ranges: Vec<(u16, u16)>,
}

impl Times {
    /// Reads what was typed; the entry at fault if it means nothing.
    pub fn parse(text: &str) -> Result<Times, String> {
        let entries = text.split([';', ',']).map(str::trim).filter(|entry| !entry.is_empty());
        let ranges = entries.map(|entry| range(entry).ok_or_else(|| entry.to_owned()));
        let ranges = ranges.collect::<Result<Vec<_>, _>>()?;
        if ranges.is_empty() { Err(text.to_owned()) } else { Ok(Times { ranges }) }
    }

    /// First and last minute of the day of each range, as typed.
    pub fn ranges(&self) -> &[(u16, u16)] {
        &self.ranges
    }

    /// Whether the minute of a day is chosen, as part of that day.
    pub(crate) fn hold(&self, minute: u16) -> bool {
        self.ranges.iter().any(|&(first, last)| first <= minute && (minute <= last || last < first))
    }

    /// Whether the minute of a day is chosen as part of the day before.
    pub(crate) fn hold_past_midnight(&self, minute: u16) -> bool {
        self.ranges.iter().any(|&(first, last)| last < first && minute <= last)
    }

    /// Whether a range runs past midnight.
    pub(crate) fn pass_midnight(&self) -> bool {
        self.ranges.iter().any(|&(first, last)| last < first)
    }
}

/// As in `08:00 to 17:30`.
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, &(first, last)) in self.ranges.iter().enumerate() {
            let before = if index > 0 { " and " } else { "" };
            write!(f, "{before}{:02}:{:02}", first / 60, first % 60)?;
            if first != last {
                write!(f, " to {:02}:{:02}", last / 60, last % 60)?;
            }
        }
        Ok(())
    }
}

fn range(entry: &str) -> Option<(u16, u16)> {
    match entry.split_once('-') {
        None => minute(entry).map(|minute| (minute, minute)),
        // 24:00 is a common way to write the end of a day.
        Some((first, last)) if last.trim() == "24:00" => Some((minute(first.trim())?, LAST)),
        Some((first, last)) => Some((minute(first.trim())?, minute(last.trim())?)),
    }
}

fn minute(text: &str) -> Option<u16> {
    use chrono::Timelike;
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    u16::try_from(time.hour() * 60 + time.minute()).ok()
}
