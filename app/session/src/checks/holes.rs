//! Holes in the intervals of the last day: those that are missing, and those that lack data.
//!
//! Whether something is missing before the first interval of the last day, only an interval before it tells: on a new server
//! nothing is. So a week is asked for and a day is judged. The very first interval begins in the middle of one and lacks what was
//! before the server: that is no hole, and where it is the first that is known, it is not judged.

use api::{AcdStatus, Digest};
use model::words::and_more;
use model::{Calendar, Moment};

/// So far back intervals are judged: since the checks of the day before, and an hour more, as with backups.
const JUDGED_SECS: i64 = 25 * 3_600;
/// So far back intervals are asked for.
const ASKED_SECS: i64 = 8 * 86_400;
/// So many stretches are named.
const NAMED: usize = 5;

/// From when on the intervals of an ACD are asked for; `None` before it has told its clock.
pub(super) fn asked_from(acd: &AcdStatus) -> Option<Moment> {
    acd.health.acd_at.map(|at| at + -ASKED_SECS)
}

/// What of the last day is missing or lacks data, in words; `None` where nothing is. The intervals are in order.
pub(super) fn told(acd: &AcdStatus, at: Moment, intervals: &[Digest]) -> Option<String> {
    let since = at + -JUDGED_SECS;
    let pairs = intervals.windows(2).filter_map(|pair| match pair {
        [before, after] => Some((before.end, after.start)),
        _ => None,
    });
    let missing: Vec<_> = pairs.filter(|(from, to)| from < to && *to > since).collect();
    let mut lacking: Vec<(Moment, Moment)> = Vec::new();
    let judged = intervals.iter().skip(1).filter(|interval| interval.incomplete && interval.end > since);
    for interval in judged {
        match lacking.last_mut() {
            Some((_, to)) if *to == interval.start => *to = interval.end,
            _ => lacking.push((interval.start, interval.end)),
        }
    }
    let calendar = acd.health.zone.parse().ok().map(|zone| Calendar { zone, interval: acd.interval_minutes });
    let parts = [("missing", missing), ("without all their data", lacking)];
    let parts = parts.iter().filter(|(_, stretches)| !stretches.is_empty());
    let parts: Vec<String> =
        parts.map(|(what, stretches)| format!("{what}: {}", stretches_text(stretches, calendar.as_ref()))).collect();
    (!parts.is_empty()).then(|| format!("intervals of the last day {}", parts.join("; ")))
}

fn stretches_text(stretches: &[(Moment, Moment)], calendar: Option<&Calendar>) -> String {
    let clock = |at: Moment, form: &str| match calendar {
        Some(calendar) => calendar.local_text(at, form),
        None => at.to_string(),
    };
    let one = |(from, to): &(Moment, Moment)| {
        let (day, last_day) = (clock(*from, "%Y-%m-%d"), clock(*to, "%Y-%m-%d"));
        let to_form = if day == last_day { "%H:%M" } else { "%Y-%m-%d %H:%M" };
        format!("{} to {}", clock(*from, "%Y-%m-%d %H:%M"), clock(*to, to_form))
    };
    and_more(&stretches.iter().map(one).collect::<Vec<_>>(), NAMED)
}
