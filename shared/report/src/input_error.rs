//! What can be wrong with an input, said so that a person knows what to write instead.

use crate::days::DayUnit;

/// Why an input cannot be used. `label` is the input as people see it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The report has no such input.
    #[error("this report has no input {name:?}; it has {known}")]
    NoSuchInput {
        /// What was given.
        name: String,
        /// What there is.
        known: String,
    },
    /// A required input is empty.
    #[error("{label} must be given")]
    Missing {
        /// Label of the input.
        label: String,
    },
    /// A number or name is not in the dictionary.
    #[error("{label}: {entry:?} is neither a known number nor a known name")]
    Unknown {
        /// Label of the input.
        label: String,
        /// The entry at fault.
        entry: String,
    },
    /// A range of numbers whose end comes first.
    #[error("{label}: the range {entry} begins behind its end; write the lower number first")]
    Reversed {
        /// Label of the input.
        label: String,
        /// The entry at fault.
        entry: String,
    },
    /// A range takes in nothing.
    #[error("{label}: the range {entry} takes in nothing that exists")]
    EmptyRange {
        /// Label of the input.
        label: String,
        /// The entry at fault.
        entry: String,
    },
    /// The input takes one entry.
    #[error("{label} takes one number or name, not {entry:?}")]
    OnlyOne {
        /// Label of the input.
        label: String,
        /// What was given.
        entry: String,
    },
    /// Not a whole number in range.
    #[error("{label} must be a whole number from {min} to {max}, not {entry:?}")]
    Number {
        /// Label of the input.
        label: String,
        /// What was given.
        entry: String,
        /// Smallest permitted.
        min: i64,
        /// Largest permitted.
        max: i64,
    },
    /// Not a date.
    #[error("{label}: {entry:?} is no date; write 2026-03-29, 2026-03-29 08:30, 08:30, or -1 for yesterday")]
    Date {
        /// Label of the input.
        label: String,
        /// What was given.
        entry: String,
    },
    /// Not days, weeks or months.
    #[error("{label}: {entry:?} means no {}", day_forms(*.unit))]
    Days {
        /// Label of the input.
        label: String,
        /// The entry at fault.
        entry: String,
        /// What was asked for.
        unit: DayUnit,
    },
    /// A range of days whose end comes first.
    #[error("{label}: the range {entry} runs backwards; write the earlier end first, as in -7:0")]
    Backwards {
        /// Label of the input.
        label: String,
        /// The range.
        entry: String,
    },
    /// An end that is not after its start.
    #[error("{label}: {entry} is not after {start_label}, {start}; write a later end or an earlier start")]
    End {
        /// Label of the input for the end.
        label: String,
        /// The end, in the ACD's time.
        entry: String,
        /// Label of the input for the start.
        start_label: String,
        /// The start, in the ACD's time.
        start: String,
    },
    /// Not times of the day.
    #[error("{label}: {entry:?} means no times; write 08:00-17:30, 08:00, or several with ; between")]
    Times {
        /// Label of the input.
        label: String,
        /// The entry at fault.
        entry: String,
    },
    /// A start that an integrated report cannot have.
    #[error("{label}: {entry} is {fault}; write a time of the past 24 hours, such as 08:00 or -1 22:00")]
    Start {
        /// Label of the input.
        label: String,
        /// The start, in the ACD's time.
        entry: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// Not an ACD of this server.
    #[error("acds: {entry:?} is no ACD here; there are {known}; write 1;2, 1-3 or all")]
    Acd {
        /// The entry at fault.
        entry: String,
        /// The ACDs there are.
        known: String,
    },
}

fn day_forms(unit: DayUnit) -> &'static str {
    match unit {
        DayUnit::Day => "days; write 2026-11-01, -1 for yesterday, -7:0, or several with ; between",
        DayUnit::Week => {
            "weeks; write any day of one as 2026-11-01, -1 for last week, -4:-1, or several with ; between"
        }
        DayUnit::Month => "months; write 2026-11, -1 for last month, -12:-1, or several with ; between",
    }
}
