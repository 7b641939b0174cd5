//! Holes in the intervals: those that are missing, and those that lack data. Those of the last day are named one by one; older ones, as
//! long as they are not healed, with their count and the oldest.
//!
//! Whether something is missing before the first interval of the last day, only an interval before it tells: on a new server
//! nothing is. So a month is asked for and judged: a hole that nobody heals in that time is nobody's any more. Acknowledging one was
//! turned down: where both servers are asked, what neither of them has whole is known, and is no finding. The very first interval begins in the middle of one and lacks what was
//! before the server: that is no hole, and where it is the first that is known, it is not judged.

use api::{AcdStatus, Digest};
use model::words::{and_more, counted};
use model::{Calendar, Moment};

/// So far back intervals are judged: since the checks of the day before, and an hour more, as with backups.
const JUDGED_SECS: i64 = 25 * 3_600;
/// So far back older holes are told.
const OLDER_SECS: i64 = 30 * 86_400;
/// So far back intervals are asked for: what is before the first one that is judged tells whether something is missing.
const ASKED_SECS: i64 = OLDER_SECS + 86_400;
/// So many stretches are named.
const NAMED: usize = 5;

/// From when on the intervals of an ACD are asked for; `None` before it has told its clock.
pub(super) fn asked_from(acd: &AcdStatus) -> Option<Moment> {
    acd.health.acd_at.map(|at| at + -ASKED_SECS)
}

/// Stretches of time, each with its first and last moment.
type Stretches = Vec<(Moment, Moment)>;

/// What is missing between intervals, and what lacks data, of those that end in a time. The intervals are in order.
fn holes(intervals: &[Digest], from: Moment, to: Moment) -> (Stretches, Stretches) {
    let is_in = |end: Moment| end > from && end <= to;
    let pairs = intervals.windows(2).filter_map(|pair| match pair {
        [before, after] => Some((before.end, after.start)),
        _ => None,
    });
    let missing: Stretches = pairs.filter(|(from, to)| from < to && is_in(*to)).collect();
    let mut lacking = Stretches::new();
    let judged = intervals.iter().skip(1).filter(|interval| interval.incomplete && is_in(interval.end));
    for interval in judged {
        match lacking.last_mut() {
            Some((_, to)) if *to == interval.start => *to = interval.end,
            _ => lacking.push((interval.start, interval.end)),
        }
    }
    (missing, lacking)
}

fn calendar(acd: &AcdStatus) -> Option<Calendar> {
    acd.health.zone.parse().ok().map(|zone| Calendar { zone, interval: acd.interval_minutes })
}

/// What of the last day is missing or lacks data, in words; `None` where nothing is. The intervals are in order.
pub(super) fn told(acd: &AcdStatus, at: Moment, intervals: &[Digest]) -> Option<String> {
    let (missing, lacking) = holes(intervals, at + -JUDGED_SECS, Moment(i64::MAX));
    let calendar = calendar(acd);
    let parts = [("missing", missing), ("without all their data", lacking)];
    let parts = parts.iter().filter(|(_, stretches)| !stretches.is_empty());
    let parts: Vec<String> =
        parts.map(|(what, stretches)| format!("{what}: {}", stretches_text(stretches, calendar.as_ref()))).collect();
    (!parts.is_empty()).then(|| format!("intervals of the last day {}", parts.join("; ")))
}

/// Holes from before the last day.
pub(super) struct Older {
    /// What they are, in words.
    pub(super) text: String,
    /// From which day on a comparison shows those that can be healed; `None` where the other server was asked and has none of them.
    pub(super) heal_from: Option<String>,
}

/// Holes from before the last day that nobody has healed; `None` where there are none. `other` are the intervals of the other server,
/// where that was asked: what it does not have whole either cannot be healed, and stays as it is.
pub(super) fn older(acd: &AcdStatus, at: Moment, intervals: &[Digest], other: Option<&[Digest]>) -> Option<Older> {
    let (missing, lacking) = holes(intervals, at + -OLDER_SECS, at + -JUDGED_SECS);
    let mut all: Stretches = missing.into_iter().chain(lacking).collect();
    all.sort();
    let can_heal = |(from, to): &(Moment, Moment)| {
        let has = |interval: &Digest| !interval.incomplete && interval.start < *to && *from < interval.end;
        other.is_none_or(|other| other.iter().any(has))
    };
    let open: Stretches = all.iter().copied().filter(can_heal).collect();
    let calendar = calendar(acd);
    let named = |stretches: &Stretches| {
        let (oldest, _) = stretches.first()?;
        let count = counted(stretches.len(), "older gap", "older gaps");
        Some((
            count,
            clock(*oldest, "%Y-%m-%d %H:%M", calendar.as_ref()),
            clock(*oldest, "%Y-%m-%d", calendar.as_ref()),
        ))
    };
    if let Some((count, oldest, day)) = named(&open) {
        let text = format!("{count} not healed, the oldest of {oldest}");
        return Some(Older { text, heal_from: Some(day) });
    }
    let (count, oldest, _) = named(&all)?;
    Some(Older { text: format!("{count}, the oldest of {oldest}, that neither server has whole"), heal_from: None })
}

fn clock(at: Moment, form: &str, calendar: Option<&Calendar>) -> String {
    calendar.map_or_else(|| at.to_string(), |calendar| calendar.local_text(at, form))
}

fn stretches_text(stretches: &[(Moment, Moment)], calendar: Option<&Calendar>) -> String {
    let clock = |at: Moment, form: &str| clock(at, form, calendar);
    let one = |(from, to): &(Moment, Moment)| {
        let (day, last_day) = (clock(*from, "%Y-%m-%d"), clock(*to, "%Y-%m-%d"));
        let to_form = if day == last_day { "%H:%M" } else { "%Y-%m-%d %H:%M" };
        format!("{} to {}", clock(*from, "%Y-%m-%d %H:%M"), clock(*to, to_form))
    };
    and_more(&stretches.iter().map(one).collect::<Vec<_>>(), NAMED)
}
