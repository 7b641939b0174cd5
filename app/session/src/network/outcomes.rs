//! Outcomes of changes that a server answers with data instead of a sentence.

use api::{Changed, HistoryInterface, Summarized};
use model::words::counted;

/// Periods that were not made and are told of one by one.
const TOLD: usize = 3;

/// What was summed up again, and what was not and why.
pub(crate) fn summarized(done: &[Summarized]) -> Changed {
    let made = done.iter().filter(|period| period.made).count();
    let rows: u64 = done.iter().map(|period| period.rows).sum();
    let rows = counted(rows, "row", "rows");
    let mut text = match (made, done.len()) {
        (0, _) => "nothing was summed up again".to_owned(),
        (1, 1) => format!("{} was summed up again, {rows}", done[0].period),
        (made, all) => format!("{made} of {all} periods were summed up again, {rows}"),
    };
    // Of those that were made, only the ones with a remark are worth a word.
    let remarks: Vec<&Summarized> = done.iter().filter(|period| !period.text.is_empty()).collect();
    for period in remarks.iter().take(TOLD) {
        text += &format!(". ACD {}, {}: {}", period.acd, period.period, period.text);
    }
    if let Some(more @ 1..) = remarks.len().checked_sub(TOLD) {
        text += &format!(". The same of {more} more");
    }
    Changed { changed: made > 0, text }
}

/// How External Call History stands now.
pub(crate) fn switched(state: &HistoryInterface) -> Changed {
    let mut text = format!("External Call History is {}", if state.on { "on" } else { "off" });
    for acd in &state.acds {
        text += &match (state.on, acd.last_record) {
            (true, 0) => format!("; ACD {} begins with the first record that comes", acd.acd),
            (true, record) => format!("; ACD {} goes on behind record {record}", acd.acd),
            (false, _) => format!(
                "; waiting for the receiver of ACD {}: {}",
                acd.acd,
                counted(acd.waiting_files, "file", "files")
            ),
        };
    }
    Changed { changed: true, text }
}
