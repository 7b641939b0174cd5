//! What a block lacks of the time that it shows: days whose rows are no longer kept, and intervals that were not collected, or not
//! whole.
//!
//! A column that marks rows says the same row by row, at the far end, and of what is missing there is no row at all. So it
//! stands above the rows, too. Intervals from before the first that there is are not missing: nobody collected then.

use catalog::{Table, TableKind};
use model::words::counted;
use model::{Level, Moment};

use crate::acds::Acd;
use crate::source::{Closed, Filter, Kept, SourceError};
use crate::when::local;
use crate::window::Window;

/// What is lacking of the rows of a table within a window, in sentences. With `beside`, they stand beside others: where there is no
/// interval at all, nothing else tells it.
pub(crate) fn told(
    acd: &Acd<'_>,
    table: &'static Table,
    window: &Window<'_>,
    beside: bool,
) -> Result<Vec<String>, SourceError> {
    let kept = acd.source.kept(table)?;
    let mut told = Vec::new();
    let level = match table.kind {
        TableKind::Interval => None,
        kind => match kind.level() {
            Some(level) => Some(level),
            None => return Ok(told),
        },
    };
    match kept {
        Kept::All => {}
        Kept::Unseen => return Ok(told),
        Kept::From(from) => {
            let today = local(acd.source.calendar().as_ref(), acd.now).date();
            let (gone, asked) = window.let_go(level.unwrap_or(Level::Daily), from, today);
            if gone > 0 {
                let (from, asked) = (first_kept(acd, level, from), periods(level, asked));
                let are = if gone == 1 { "is" } else { "are" };
                told.push(format!(
                    "Rows from before {from} are no longer kept: {gone} of {asked} {are} missing here, at least in part"
                ));
            }
        }
        Kept::Nothing => {
            let what = level.map_or("intervals", |_| "rows");
            return Ok(vec![format!("No {what} of this are kept ({}): see data storage", table.name)]);
        }
    }
    told.extend(match level {
        None => intervals(acd, table, window, kept, beside)?,
        Some(_) => summed_up(acd, table.kind, window)?,
    });
    Ok(told)
}

/// The first day from which on rows are kept, as the first of its week or month.
fn first_kept(acd: &Acd<'_>, level: Option<Level>, from: chrono::NaiveDate) -> chrono::NaiveDate {
    let period = level.and_then(|level| acd.source.summary_times().period_of(level, from));
    match period {
        Some(period) if period.first < from => period.last.succ_opt().unwrap_or(from),
        _ => from,
    }
}

fn periods(level: Option<Level>, count: usize) -> String {
    let count = count as u64;
    match level {
        None | Some(Level::Daily) => counted(count, "day", "days"),
        Some(Level::Weekly) => counted(count, "week", "weeks"),
        Some(Level::Monthly) => counted(count, "month", "months"),
    }
}

/// How many intervals of the window are missing or lack data.
fn intervals(
    acd: &Acd<'_>,
    table: &'static Table,
    window: &Window<'_>,
    kept: Kept,
    beside: bool,
) -> Result<Option<String>, SourceError> {
    let floor = match kept {
        Kept::From(day) => Some(window.midnight(day)),
        Kept::All | Kept::Nothing | Kept::Unseen => None,
    };
    let running = acd.source.running().map_or(acd.now, |running| running.start);
    let mut count = Count { window, acd, lacking: 0, all: 0, has_any: beside };
    for Filter { from, to, .. } in window.filters(&Filter::default(), table) {
        let from = from.max(floor);
        let to = to.map_or(running, |to| to.min(running));
        if from.is_some_and(|from| to <= from) {
            continue;
        }
        let goes_on = from.is_some() && acd.source.has_intervals(None, from)?;
        count.stretch(&acd.source.closed(from, Some(to))?, from.filter(|_| goes_on), to);
    }
    let Count { lacking, all, has_any, .. } = count;
    // Where there is nothing at all, it is told that there is none.
    let are = if lacking == 1 { "is" } else { "are" };
    let all = counted(all, "interval", "intervals");
    Ok((lacking > 0 && has_any).then(|| format!("{lacking} of {all} {are} missing or INCOMPLETE")))
}

struct Count<'a> {
    window: &'a Window<'a>,
    acd: &'a Acd<'a>,
    lacking: u64,
    all: u64,
    has_any: bool,
}

impl Count<'_> {
    /// Counts the closed intervals of a stretch, and those that there would have been between them: from `from` on, or from the
    /// first that there is, up to `to`.
    fn stretch(&mut self, closed: &[Closed], from: Option<Moment>, to: Moment) {
        let mut reached = from;
        for Closed { interval, incomplete } in closed {
            if let Some(reached) = reached {
                self.gap(reached, interval.start);
            }
            self.has_any = true;
            self.count(interval.start, *incomplete);
            reached = reached.max(Some(interval.end));
        }
        if let Some(reached) = reached {
            self.gap(reached, to);
        }
    }

    /// Counts the intervals that there would have been.
    fn gap(&mut self, from: Moment, to: Moment) {
        let Some(calendar) = self.acd.source.calendar() else { return };
        let mut at = from;
        while at < to {
            let interval = calendar.interval(at);
            // One that began before was counted where it began, or does not belong here.
            if interval.start == at {
                self.count(at, true);
            }
            at = interval.end.max(at + 1);
        }
    }

    fn count(&mut self, start: Moment, lacks: bool) {
        if self.window.holds_moment(start) {
            self.all += 1;
            self.lacking += u64::from(lacks);
        }
    }
}

/// How many intervals of the days, weeks or months of the window lack data.
fn summed_up(acd: &Acd<'_>, kind: TableKind, window: &Window<'_>) -> Result<Option<String>, SourceError> {
    let mut found = acd.source.incomplete(kind, window.hull())?;
    found.retain(|(period, _)| window.overlaps(period.first, period.last));
    let lacking: u64 = found.iter().map(|(_, lacking)| u64::from(*lacking)).sum();
    let are = if lacking == 1 { "is" } else { "are" };
    Ok((lacking > 0).then(|| format!("{} of this time {are} INCOMPLETE", counted(lacking, "interval", "intervals"))))
}
