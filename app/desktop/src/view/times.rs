//! Times as the screens write them.

use std::time::{Duration, Instant};

use api::LinkState;
use model::{AcdNumber, Calendar, Moment};
use report::When;
use session::{Model, ReportView, Which, clock_text};

use super::cells::calendar;

/// The age of data: `2 s`, `3 min 05 s`, `2 h 10 min`.
pub fn age_text(age: Duration) -> String {
    let secs = age.as_secs();
    match (secs / 3600, secs / 60 % 60, secs % 60) {
        (0, 0, secs) => format!("{secs} s"),
        (0, minutes, secs) => format!("{minutes} min {secs:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}

/// An instant of this PC on the clock of a report's ACD, so that every time on the screen is of one clock.
/// `None` before the first frame, and while nothing was heard from the ACD.
pub fn on_acd_clock(view: &ReportView, at: Instant) -> Option<Moment> {
    let (stamp, received_at) = (view.stamp.as_ref()?, view.received_at?);
    let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    // The stamp's time is the last event's, which is as old as the data: frames go on over a link that is down.
    let age = i64::try_from(stamp.age_ms?).unwrap_or(i64::MAX);
    let after = match at.checked_duration_since(received_at) {
        Some(after) => millis(after),
        None => -millis(received_at.saturating_duration_since(at)),
    };
    Some(stamp.acd_at + age.saturating_add(after).div_euclid(1000))
}

/// The clock of an ACD and its zone, as the server in use has told it; `None` while nothing was heard from the ACD.
pub fn acd_clock(model: &Model, acd: AcdNumber, now: Instant) -> Option<(Calendar, Moment)> {
    let server = &model.servers[model.serving?];
    let known = server.health.as_ref()?.acds.iter().find(|known| known.acd == acd)?;
    let passed = server.health_at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
    let passed = i64::try_from(passed.as_secs()).unwrap_or(0);
    Some((calendar(&known.zone)?, known.acd_at? + passed))
}

/// Since when a report is stale, as words, by the clock of its ACD; `noticed` is when this client noticed. What came while the
/// link was not up is as old as the ACD's last event, however much later somebody has looked. With the date, where that is
/// another day or how long ago it was is not known.
pub fn stale_since(view: &ReportView, noticed: Instant, now: Instant) -> Option<String> {
    let stamp = view.stamp.as_ref()?;
    let without_link =
        stamp.link != LinkState::Up && stamp.stale_acds().contains(&stamp.acd) && stamp.acd_at > Moment(0);
    let since = if without_link { stamp.acd_at } else { on_acd_clock(view, noticed)? };
    let day = |at| formatted(at, &stamp.zone, "%Y-%m-%d");
    Some(match on_acd_clock(view, now).is_some_and(|now| day(now) == day(since)) {
        true => clock_text(since, &stamp.zone),
        false => acd_second(since, &stamp.zone),
    })
}

/// Words of a server with its moments, which it tells in UTC (`2026-11-23T09:42:07Z`), by the clock of its ACD.
pub fn by_acd_clock(model: &Model, text: &str) -> String {
    const LENGTH: usize = "2026-11-23T09:42:07Z".len();
    let known = model.serving.into_iter().chain(Which::BOTH).find_map(|which| model.servers[which].health.as_ref());
    let Some(zone) = known.and_then(|health| health.acds.first()).map(|acd| acd.zone.as_str()) else {
        return text.to_owned();
    };
    let (mut told, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(end) = rest.find('Z').map(|at| at + 1) {
        let moment = end.checked_sub(LENGTH).and_then(|begin| Some((begin, moment(rest.get(begin..end)?)?)));
        match moment {
            Some((begin, at)) => told += &format!("{}{}", &rest[..begin], acd_second(at, zone)),
            None => told += &rest[..end],
        }
        rest = &rest[end..];
    }
    told + rest
}

fn moment(text: &str) -> Option<Moment> {
    match When::parse(text)? {
        When::Exact(at) => Some(at),
        When::Relative(..) | When::Dated(..) => None,
    }
}

/// Date and time to the minute by the clock of an ACD in this zone; UTC, marked so, where the zone's name is unknown here.
pub fn acd_minute(at: Moment, zone: &str) -> String {
    formatted(at, zone, "%Y-%m-%d %H:%M")
}

/// The same to the second.
pub fn acd_second(at: Moment, zone: &str) -> String {
    formatted(at, zone, "%Y-%m-%d %H:%M:%S")
}

fn formatted(at: Moment, zone: &str, format: &str) -> String {
    match calendar(zone) {
        Some(calendar) => calendar.local_text(at, format),
        None => at.to_string(),
    }
}
